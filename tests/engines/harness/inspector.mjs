// The inspector that `wrangler dev` offers, from outside: a connection that speaks Chrome's DevTools protocol, and what an isolate itself holds
// of memory, beside a process in which D1, objects and files are simulated too.

import { createServer } from "node:net";

/** A free port of loopback, for an inspector that has to be found again. */
export const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/**
 * Connects to the inspector at this port; `listeners` hear events by their method. `send(method, params)` gives the result, `close()` ends it.
 * A gate that goes away leaves what is waited for without an answer.
 */
export async function connect(port, listeners) {
  const { fetch } = await import("miniflare"); // slow, and few need it
  const base = `http://127.0.0.1:${port}`;
  const [{ id: target }] = await (await fetch(`${base}/json`)).json();
  const { webSocket } = await fetch(`${base}/${target}`, { headers: { upgrade: "websocket", origin: "http://localhost" } });
  const waiting = new Map();
  webSocket.addEventListener("message", ({ data }) => {
    const { id, method, params, result, error } = JSON.parse(data);
    if (id === undefined) return listeners[method]?.(params);
    const { resolve, reject } = waiting.get(id) ?? {};
    waiting.delete(id);
    return error ? reject?.(new Error(`${error.message} ${error.data ?? ""}`)) : resolve?.(result);
  });
  webSocket.accept();
  let next = 1_000_000; // far from the numbers of the proxy that carries this
  return {
    send(method, params = {}) {
      const id = (next += 1);
      const answered = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
      webSocket.send(JSON.stringify({ id, method, params }));
      return answered;
    },
    close: () => webSocket.close(),
  };
}

/**
 * What the gate's own isolate holds, its objects with it: `read()` has V8 collect what nobody holds any more, and gives bytes of its heap, of
 * the buffers beside it and of the wasm's memory. From now on the inspector tells nothing else, and so keeps nothing for who does not listen.
 */
export async function isolateOf(port) {
  let created;
  const context = new Promise((resolve) => (created = resolve));
  const inspector = await connect(port, { "Runtime.executionContextCreated": ({ context: { id } }) => created(id) });
  const contextId = await context;
  await inspector.send("Network.disable");
  await inspector.send("Runtime.disable");
  return {
    async read() {
      await inspector.send("HeapProfiler.collectGarbage");
      const { usedSize, backingStorageSize = 0 } = await inspector.send("Runtime.getHeapUsage");
      const { result } = await inspector.send("Runtime.evaluate", { expression: "WebAssembly.Memory.prototype", contextId });
      const { objects } = await inspector.send("Runtime.queryObjects", { prototypeObjectId: result.objectId });
      const functionDeclaration = "function () { return this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0) }";
      const wasm = await inspector.send("Runtime.callFunctionOn", { objectId: objects.objectId, functionDeclaration, returnByValue: true });
      for (const { objectId } of [result, objects]) await inspector.send("Runtime.releaseObject", { objectId });
      return { heap: usedSize, buffers: backingStorageSize, wasm: wasm.result.value };
    },
    close: () => inspector.close(),
  };
}

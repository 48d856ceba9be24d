// `postgate/worker` in Node: the table over this thread, and what the client makes of a Worker that fails it. The Worker
// here is a stand-in, strict to the protocol; the real one runs the same table in Chromium (tests/browser).
import assert from "node:assert/strict";
import test from "node:test";

import { createChecker as createHere } from "postgate";
import { PostgateError, createChecker } from "postgate/worker";

import { cases } from "./cases.mjs";

for (const { name, run, gives } of cases) {
  test(`this thread: ${name}`, async () => {
    assert.deepEqual(await run((options) => createChecker({ ...options, host: "thread" }), createHere), gives);
  });
}

const draft = { content: "Hello", platform: "x" };

/** A Worker that answers `open` and then does what the test says. */
function mockWorker(answer) {
  const listeners = { message: [], error: [], messageerror: [] };
  const worker = {
    sent: [],
    terminated: 0,
    addEventListener: (type, listener) => listeners[type].push(listener),
    emit: (type, event) => listeners[type].forEach((listener) => listener(event)),
    postMessage(message) {
      structuredClone(message);
      worker.sent.push(message);
      if (message.method === "open") queueMicrotask(() => worker.emit("message", { data: { id: message.id, value: undefined } }));
      else answer?.(message, worker);
    },
    terminate: () => (worker.terminated += 1),
  };
  return worker;
}

async function over(answer, options = {}) {
  const worker = mockWorker(answer);
  return { worker, checker: await createChecker({ worker: () => worker, ...options }) };
}

const rejects = (promise, code) => assert.rejects(promise, (error) => error instanceof PostgateError && error.code === code);

test("a Worker that never answers is a time-out, and a late answer is nobody's", async () => {
  const { worker, checker } = await over(undefined, { timeoutMs: 5 });
  await rejects(checker.check(draft), "TIMEOUT");
  worker.emit("message", { data: { id: worker.sent.at(-1).id, value: "late" } });
  await rejects(checker.check(draft, { timeoutMs: 1 }), "TIMEOUT");
  const ids = worker.sent.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
});

test("a Worker that breaks rejects what is pending, with why, and is ended", async () => {
  const { worker, checker } = await over((_, self) => self.emit("error", { message: "out of memory" }));
  await rejects(checker.check(draft), "WASM_UNAVAILABLE");
  await rejects(checker.check(draft), "WASM_UNAVAILABLE");
  assert.equal(worker.terminated, 1);
});

test("a Worker that can't be started rejects the checker", async () => {
  const worker = () => {
    throw new Error("no Workers here");
  };
  await rejects(createChecker({ worker }), "WASM_UNAVAILABLE");
});

test("where there are no Workers the way round is named, and a host that there is none of is refused", async () => {
  await assert.rejects(createChecker(), { code: "WASM_UNAVAILABLE", message: /expected host: "thread"/ });
  await assert.rejects(createChecker({ host: "nope" }), { code: "CONTRACT_INVALID", pointer: "/host" });
});

test("answers in another order find their calls", async () => {
  const held = [];
  const { checker } = await over((message, worker) => {
    held.push(message);
    if (held.length === 2) for (const { id, arguments: [request] } of held.reverse()) worker.emit("message", { data: { id, value: request.content } });
  });
  assert.deepEqual(await Promise.all(["one", "two"].map((content) => checker.check({ ...draft, content }))), ["one", "two"]);
});

test("dispose ends the Worker", async () => {
  const { worker, checker } = await over();
  const pending = checker.check(draft);
  checker.dispose();
  await rejects(pending, "DISPOSED");
  assert.equal(worker.terminated, 1);
});

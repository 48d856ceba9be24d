// A debugger on a gate: stops the built Worker, with nothing added to it, exactly where a test wants it to be, and keeps it there. Names of
// functions are those that the build wrote down, their places those that V8 tells.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { inRoot } from "../../../scripts/lib/house.mjs";
import { connect } from "./inspector.mjs";

/**
 * Where the Worker speaks to the runtime: functions that wasm-bindgen writes, found in the text of the built Worker whatever a minifier made of
 * it, and what they are about to say as an expression over their arguments. `begin` stands behind the brace that opens the function.
 */
const answering = /__wbg_new_with_opt_buffer_source_and_init_\w+:[^{]{0,60}\{(?<begin>)[^]{0,160}?new Response\(/d;
const isReply = 'new Headers(arguments[1]?.headers).has("x-request-id")';
const body = "new TextDecoder().decode(arguments[0])";
const calls = {
  /** A statement of an object's own SQLite. */
  statement: {
    found: /__wbg_exec_\w+:[^{]{0,60}\{(?<begin>)[^]{0,160}?\.exec\((?<decode>[\w$]+)\(/d,
    said: ({ decode }) => `${decode}(arguments[1], arguments[2])`,
  },
  /** An object's answer to the Worker. */
  answer: {
    found: answering,
    said: () => `(${isReply} ? "" : ${body})`,
  },
  /** The Worker's own reply to whoever called. */
  reply: {
    found: answering,
    said: () => `(${isReply} ? ${body} : "")`,
  },
};

/** The place behind a position of a text, as the protocol counts. */
function placeOf(source, position) {
  const before = source.slice(0, position).split("\n");
  return { lineNumber: before.length - 1, columnNumber: before.at(-1).length };
}

/** The number of a function in the built Worker, by the name that Rust gave it; behind that stands a hash. */
function numberOf(name) {
  const lines = readFileSync(inRoot("build", "functions.txt"), "utf8").split("\n");
  const found = lines.map((line) => line.match(/^(\d+):(.*)::h[0-9a-f]{16}$/)).find((match) => match?.[2] === name);
  return found?.[1] ?? assert.fail(`the wasm has no function ${name}`);
}

/** Where the first instruction of a function of the wasm is. */
async function placeIn(inspector, scriptId, name) {
  const header = `(func $func${numberOf(name)} `;
  const { streamId, chunk } = await inspector.send("Debugger.disassembleWasmModule", { scriptId });
  let isInside = false;
  for (let { lines, bytecodeOffsets } = chunk; lines?.length > 0; ) {
    for (const [index, line] of lines.entries()) {
      if (isInside && !line.trimStart().startsWith("(local")) return { lineNumber: 0, columnNumber: bytecodeOffsets[index] };
      isInside ||= line.trimStart().startsWith(header);
    }
    ({ chunk: { lines, bytecodeOffsets } = {} } = await inspector.send("Debugger.nextWasmDisassemblyChunk", { streamId }));
  }
  return assert.fail(`V8 does not list the function ${name}`);
}

/**
 * Attaches to the gate whose inspector listens at this port. Whatever is asked for gives a promise, under `held`, that settles when the Worker
 * has stopped; it stays so.
 *
 * - `before(call, said)`: before the first call of this kind (`statement`, `answer`, `reply`) that says this
 * - `inside(name)`: at the first instruction of this function of ours
 * - `behind(name)`: where this function has returned to, before anything else is done
 */
export async function attach(port) {
  const scripts = [];
  let stopped = () => {};
  const inspector = await connect(port, {
    "Debugger.scriptParsed": (script) => scripts.push(script),
    "Debugger.paused": (where) => stopped(where),
  });
  await inspector.send("Debugger.enable");
  const stop = () => new Promise((resolve) => (stopped = resolve));

  async function breakAt(scriptId, place, condition) {
    const held = stop();
    const { actualLocation } = await inspector.send("Debugger.setBreakpoint", { location: { scriptId, ...place }, condition });
    assert.ok(actualLocation, "the Worker can't be stopped there");
    return { held };
  }

  async function inside(name) {
    const { scriptId } = scripts.findLast(({ scriptLanguage }) => scriptLanguage === "WebAssembly");
    return breakAt(scriptId, await placeIn(inspector, scriptId, name));
  }

  return {
    async before(call, said) {
      const { scriptId } = scripts.findLast(({ url }) => url.startsWith("file:") && url.endsWith("/index.js"));
      const { scriptSource } = await inspector.send("Debugger.getScriptSource", { scriptId });
      const match = calls[call].found.exec(scriptSource);
      assert.ok(match, `the Worker has no ${call}`);
      const place = placeOf(scriptSource, match.indices.groups.begin[0]);
      return breakAt(scriptId, place, `${calls[call].said(match.groups)}.includes(${JSON.stringify(said)})`);
    },
    inside,
    async behind(name) {
      const { held } = await inside(name);
      const returned = held.then(() => {
        const out = stop();
        return Promise.all([out, inspector.send("Debugger.stepOut")]).then(([where]) => where);
      });
      return { held: returned };
    },
  };
}

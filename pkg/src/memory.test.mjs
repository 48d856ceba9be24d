// Checking leaves nothing behind: the module's own memory, which can only grow, stands still.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { Checker, initSync } from "../wasm/postgate.js";

test("10,000 checks need no more memory than 1,000", async () => {
  const { memory } = initSync({ module: await readFile(new URL("../wasm/postgate_bg.wasm", import.meta.url)) });
  const checker = new Checker(undefined);
  const check = (index) => checker.check({ content: `${index}/5 This is f*** great 😀 ${"a".repeat(index % 300)}`, platform: "x", policy_tags: ["no_harm"] });
  for (let index = 0; index < 1000; index += 1) check(index);
  const before = memory.buffer.byteLength;
  for (let index = 0; index < 9000; index += 1) check(index);
  assert.equal(memory.buffer.byteLength, before);
  checker.free();
});

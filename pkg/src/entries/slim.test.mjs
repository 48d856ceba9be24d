// `postgate/slim` takes its module from the caller, in any shape, and survives one that does not load.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { createChecker } from "postgate/slim";

const bytes = await readFile(new URL(import.meta.resolve("postgate/postgate.wasm")));
const answer = (body, init) => new Response(body, init);

test("a module that does not load is an error, and the next one may", async () => {
  for (const module of [new Uint8Array([1, 2, 3]), answer("no", { status: 404 }), Promise.reject(new Error("offline"))]) {
    await assert.rejects(createChecker({ module }), { name: "PostgateError", code: "WASM_UNAVAILABLE" });
  }
  const checker = await createChecker({ module: answer(bytes, { headers: { "content-type": "application/wasm" } }) });
  assert.equal(checker.check({ content: "Hello", platform: "x", policy_tags: ["no_harm"] }).status, "PASS");
});

test("later checkers share the first one's instance", async () => {
  const checker = await createChecker({ module: Promise.reject(new Error("never asked for")).catch(() => new Uint8Array()) });
  assert.match(checker.version(), /^\d+\.\d+\.\d+$/);
});

// `postgate` in workerd, as an application's bundler hands it over: the same answer as in Node, from a static wasm import.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { createChecker } from "postgate";

const worker = `
  import { createChecker } from "postgate";
  export default {
    async fetch(request) {
      const checker = await createChecker();
      return Response.json(checker.check(await request.json()));
    },
  };`;

test("a Worker that imports the package answers as Node does", async () => {
  const { outputFiles } = await build({
    stdin: { contents: worker, resolveDir: dirname(fileURLToPath(import.meta.url)) },
    bundle: true,
    write: false,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    external: ["*.wasm"],
    outdir: "out",
  });
  const miniflare = new Miniflare({
    cf: false,
    compatibilityDate: "2026-04-01",
    modules: [
      { type: "ESModule", path: "worker.js", contents: outputFiles[0].text },
      { type: "CompiledWasm", path: "postgate.wasm", contents: await readFile(new URL(import.meta.resolve("postgate/postgate.wasm"))) },
    ],
  });
  try {
    const checker = await createChecker();
    for (const request of [
      { content: "😀 Hello", platform: "x", policy_tags: ["no_harm"] },
      { content: "one\ntwo", platform: "bluesky", format: "thread" },
    ]) {
      const response = await miniflare.dispatchFetch("http://worker/", { method: "POST", body: JSON.stringify(request) });
      assert.deepEqual(await response.json(), checker.check(request));
    }
  } finally {
    await miniflare.dispose();
  }
});

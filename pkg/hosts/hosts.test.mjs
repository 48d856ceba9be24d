// From `npm pack`, in a clean folder: each host that the package names checks one draft, and answers as the others do.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

import { skip, startBrowser } from "../../tests/engines/harness/browser.mjs";
import { serveStatic } from "../../tests/browser/static.mjs";
import { cleanFolder } from "./clean.mjs";

const require = createRequire(import.meta.url);
const DRAFT = { content: "👩‍👩‍👧 This is f*** great", platform: "x", policy_tags: ["no_harm"] };
/** What every host says of it: enough to show that the whole path works, spans included. */
const SAID = "FAIL PROFANITY 17-21";
const ASK = `const said = ({ status, violation_codes, diagnostics: [{ span }] }) => [status, violation_codes.join(), span.join("-")].join(" ");
const draft = ${JSON.stringify(DRAFT)};`;
const CHECK = `import { createChecker } from "postgate"; ${ASK} const checker = await createChecker();`;
const PAGE = (script) => `<!doctype html><html lang="en"><title>starting</title><script type="module" src="${script}"></script></html>`;
/** In a page: this thread's answer and a Web Worker's, in the title. */
const BOTH = `import { createChecker } from "postgate"; import { createChecker as hosted } from "postgate/worker"; ${ASK}
(async () => {
  const here = (await createChecker()).check(draft);
  const there = await (await hosted()).check(draft);
  document.title = JSON.stringify([said(here), said(there)]);
})();`;

let clean;
before(async () => (clean = await cleanFolder()));
after(() => clean?.remove());

test("the tarball holds what is used, its licences and nothing of the house", () => {
  for (const name of ["LICENSE-MIT", "LICENSE-APACHE", "README.md", "CHANGELOG.md", "dist/postgate.wasm"]) assert.ok(clean.files.includes(name), name);
  assert.deepEqual(clean.files.filter((name) => !/^(dist\/|LICENSE|README\.md|CHANGELOG\.md|package\.json)/.test(name) || name.includes("test")), []);
});

test("Node, ESM", async () => {
  await clean.write("check.mjs", `${CHECK} console.log(said(checker.check(draft)));`);
  assert.equal((await clean.node("check.mjs")).trim(), SAID);
});

test("Node, CommonJS by dynamic import", async () => {
  await clean.write("check.cjs", `${ASK} import("postgate").then(async ({ createChecker }) => console.log(said((await createChecker()).check(draft))));`);
  assert.equal((await clean.node("check.cjs")).trim(), SAID);
});

test("the command line, by its name", async () => {
  await clean.write("draft.txt", DRAFT.content);
  const bin = join(clean.folder, "node_modules/.bin/postgate");
  const { code, stdout } = await promisify(execFile)(bin, ["check", "draft.txt", "--platform", "x", "--tags", "no_harm"], { cwd: clean.folder }).catch((error) => error);
  assert.equal(code, 1);
  assert.match(stdout, /^draft\.txt: FAIL, 1 to fix/);
});

test("workerd, bundled as an application would be", async () => {
  const { Miniflare } = await import("miniflare");
  const { build } = await import("esbuild");
  const entry = await clean.write("worker.mjs", `import { createChecker } from "postgate"; ${ASK} export default { async fetch() { return new Response(said((await createChecker()).check(draft))); } };`);
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, write: false, format: "esm", conditions: ["workerd", "worker", "browser"], external: ["*.wasm"], outdir: "out" });
  const binary = await readFile(join(clean.folder, "node_modules/postgate/dist/postgate.wasm"));
  const miniflare = new Miniflare({
    cf: false,
    compatibilityDate: "2026-04-01",
    modules: [
      { type: "ESModule", path: "worker.js", contents: outputFiles[0].text },
      { type: "CompiledWasm", path: "postgate.wasm", contents: binary },
    ],
  });
  try {
    assert.equal(await (await miniflare.dispatchFetch("http://worker/")).text(), SAID);
  } finally {
    await miniflare.dispose();
  }
});

describe("in Chromium", { skip }, () => {
  let browser;
  before(async () => (browser = await startBrowser()));
  after(() => browser?.close());

  /** Opens a page of a folder and gives the title that it sets when it is done. */
  async function title(folder, path = "index.html") {
    const server = await serveStatic({}, { from: pathToFileURL(`${folder}/`) });
    const page = await browser.newPage();
    const wrongs = [];
    page.on("pageerror", (error) => wrongs.push(error.message));
    page.on("console", (message) => message.type() === "error" && wrongs.push(message.text()));
    try {
      await page.goto(server.origin + path);
      await page.waitForFunction(() => document.title !== "starting", undefined, { timeout: 10_000 }).catch((cause) => {
        throw new Error(`the page did not get ready: ${wrongs.join("; ")}`, { cause });
      });
      return await page.title();
    } finally {
      await page.close();
      server.close();
    }
  }

  test("a plain <script type=module> from a static server, and a Web Worker of the page's own", async () => {
    const dist = "/node_modules/postgate/dist";
    await clean.write("plain.html", PAGE("/plain.js"));
    await clean.write("own-worker.js", `import { createChecker } from "${dist}/browser.js"; ${ASK} postMessage(said((await createChecker()).check(draft)));`);
    await clean.write(
      "plain.js",
      `import { createChecker } from "${dist}/browser.js"; import { createChecker as hosted } from "${dist}/worker.js"; ${ASK}
      const own = new Worker("/own-worker.js", { type: "module" });
      const fromOwn = await new Promise((resolve) => (own.onmessage = ({ data }) => resolve(data)));
      document.title = JSON.stringify([said((await createChecker()).check(draft)), said(await (await hosted()).check(draft)), fromOwn]);`,
    );
    assert.deepEqual(JSON.parse(await title(clean.folder, "plain.html")), [SAID, SAID, SAID]);
  });

  test("Vite", async () => {
    const { build } = await import("vite");
    await clean.write("index.html", PAGE("/vite.js"));
    await clean.write("vite.js", BOTH);
    const outDir = join(clean.folder, "out-vite");
    await build({ root: clean.folder, configFile: false, logLevel: "error", base: "./", build: { outDir, emptyOutDir: true }, worker: { format: "es" } });
    assert.deepEqual(JSON.parse(await title(outDir)), [SAID, SAID]);
  });

  test("webpack 5", async () => {
    const webpack = require("webpack");
    const entry = await clean.write("webpack.js", BOTH);
    const outDir = join(clean.folder, "out-webpack");
    const stats = await promisify(webpack)({
      mode: "production",
      context: clean.folder,
      entry,
      output: { path: outDir, filename: "main.js" },
      // How large the binary is has a test of its own.
      performance: { hints: false },
    });
    const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
    assert.deepEqual([...errors, ...warnings], []);
    await writeFile(join(outDir, "index.html"), PAGE("main.js"));
    assert.deepEqual(JSON.parse(await title(outDir)), [SAID, SAID]);
  });

  test("esbuild: inline as one file, slim with the binary as a file", async () => {
    const { build } = await import("esbuild");
    const entry = await clean.write(
      "esbuild.js",
      `import { createChecker } from "postgate/inline"; import url from "postgate/postgate.wasm"; import { createChecker as slim } from "postgate/slim"; ${ASK}
      document.title = JSON.stringify([said((await createChecker()).check(draft)), said((await slim({ module: fetch(url) })).check(draft))]);`,
    );
    const outDir = join(clean.folder, "out-esbuild");
    await build({ entryPoints: [entry], bundle: true, format: "esm", outdir: outDir, loader: { ".wasm": "file" }, assetNames: "[name]", publicPath: "/" });
    await writeFile(join(outDir, "index.html"), PAGE("esbuild.js"));
    assert.deepEqual(JSON.parse(await title(outDir)), [SAID, SAID]);
  });
});

test("publint reports nothing", async () => {
  const { publint } = await import("publint");
  const { formatMessage } = await import("publint/utils");
  const pkgDir = join(clean.folder, "node_modules/postgate");
  const manifest = JSON.parse(await readFile(join(pkgDir, "package.json"), "utf8"));
  const { messages } = await publint({ pkgDir, strict: true });
  assert.deepEqual(messages.map((message) => formatMessage(message, manifest)), []);
});

test("@arethetypeswrong/cli reports nothing, the raw binary and the schema excepted", async () => {
  const cli = join(dirname(require.resolve("@arethetypeswrong/cli/package.json")), "dist/index.js");
  // ESM alone, as documented: CommonJS takes it by dynamic import.
  const args = [cli, clean.tarball, "--profile", "esm-only", "--format", "ascii", "--no-color", "--exclude-entrypoints", "postgate.wasm", "policy.schema.json", "package.json"];
  const { code = 0, stdout } = await promisify(execFile)(process.execPath, args).catch((error) => error);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /node16 \(from ESM\)/);
});

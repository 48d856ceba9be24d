// The exports map: each entry stands on its own, brings its own binary and no other, and is typed.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import test from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { brotliCompressSync } from "node:zlib";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const pkg = join(here, "../..");
const manifest = JSON.parse(await readFile(join(pkg, "package.json"), "utf8"));

/** The files that an application's bundle of `code` reads and the script it becomes. */
async function bundled(code, conditions) {
  const { metafile, outputFiles } = await build({
    stdin: { contents: code, resolveDir: here },
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "neutral",
    conditions,
    outdir: "out",
    external: ["node:*", "*.wasm"],
    logLevel: "silent",
  });
  return { read: Object.keys(metafile.inputs).map((path) => basename(path)), script: outputFiles[0].text };
}

test("types come first, and every file of the map is there", async () => {
  for (const [name, entry] of Object.entries(manifest.exports)) {
    if (typeof entry === "string") {
      await readFile(join(pkg, entry));
      continue;
    }
    assert.equal(Object.keys(entry)[0], "types", name);
    for (const file of Object.values(entry)) await readFile(join(pkg, file));
  }
  assert.deepEqual(manifest.dependencies ?? {}, {});
});

test("each host's bundle takes its own entry and carries no binary", async () => {
  const code = 'import { createChecker } from "postgate"; console.log(createChecker);';
  for (const [conditions, entry, way] of [
    [["workerd", "browser"], "workerd.js", /from "\.\/postgate\.wasm"/],
    [["node"], "node.js", /readFile.*\.\/postgate\.wasm/s],
    [["browser"], "browser.js", /new URL\("\.\/postgate\.wasm", import\.meta\.url\)/],
    [[], "browser.js", /new URL\("\.\/postgate\.wasm", import\.meta\.url\)/],
  ]) {
    const { read, script } = await bundled(code, conditions);
    assert.deepEqual(read.filter((path) => /^(workerd|node|browser|inline|slim)\.js$/.test(path)), [entry]);
    assert.match(script, way);
    assert.ok(script.length < 60_000, `${script.length} characters of script`);
  }
});

test("the script of the main entry is at most 15 KB as a browser gets it", async () => {
  const { outputFiles } = await build({
    stdin: { contents: 'import { createChecker } from "postgate"; console.log(createChecker);', resolveDir: here },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    conditions: ["browser"],
    outdir: "out",
    external: ["*.wasm"],
    logLevel: "silent",
  });
  const size = brotliCompressSync(outputFiles[0].contents).length;
  assert.ok(size <= 15_000, `${size} bytes`);
});

test("slim names no binary at all", async () => {
  const { script } = await bundled('import { createChecker } from "postgate/slim"; console.log(createChecker);', ["browser"]);
  assert.doesNotMatch(script, /new URL\(|\.wasm/);
});

test("inline needs no file beside it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "postgate-inline-"));
  try {
    await copyFile(join(pkg, "dist/inline.js"), join(folder, "inline.mjs"));
    const { createChecker } = await import(pathToFileURL(join(folder, "inline.mjs")).href);
    const checker = await createChecker({ defaults: { platform: "x", policy_tags: ["no_harm"] } });
    assert.equal(checker.check({ content: "Hello" }).status, "PASS");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("the binary and the schema can be had by name", async () => {
  const binary = await readFile(new URL(import.meta.resolve("postgate/postgate.wasm")));
  assert.ok(WebAssembly.validate(binary));
  const schema = JSON.parse(await readFile(new URL(import.meta.resolve("postgate/policy.schema.json")), "utf8"));
  assert.equal(typeof schema, "object");
});

test("a consumer's program type-checks as documented", async () => {
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
  const compiled = async (file, lib, module, resolution) => {
    const options = ["--ignoreConfig", "--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2022", "--lib", lib, "--module", module, "--moduleResolution", resolution, "--types", "node"];
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, ...options, join(here, file)]).catch((error) => error);
    return stdout;
  };
  for (const how of [["nodenext", "nodenext"], ["esnext", "bundler"]]) {
    assert.equal(await compiled("consumer.mts", "es2023,dom,dom.asynciterable", ...how), "");
    assert.equal(await compiled("server.mts", "es2023", ...how), "", "a program that knows no page");
  }
});

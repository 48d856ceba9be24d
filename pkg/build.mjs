/**
 * Builds the package: src/ and the generated wasm/ in, dist/ out. Every entry is one small script over a shared chunk;
 * only `inline` carries the binary, only `workerd` imports it, `browser` and `node` read the file beside them.
 */
import { execFileSync } from "node:child_process";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const binary = join(here, "wasm/postgate_bg.wasm");

const inlineBinary = {
  name: "inline-binary",
  setup(bundler) {
    bundler.onResolve({ filter: /^inline:postgate\.wasm$/ }, () => ({ path: binary }));
  },
};

await rm(dist, { recursive: true, force: true });
await mkdir(dist);
const shared = {
  absWorkingDir: here,
  outdir: dist,
  bundle: true,
  format: "esm",
  platform: "neutral",
  mainFields: ["module", "main"],
  target: "es2022",
  legalComments: "inline",
  logLevel: "warning",
};
await build({
  ...shared,
  entryPoints: {
    browser: "src/entries/browser.ts",
    node: "src/entries/node.ts",
    workerd: "src/entries/workerd.ts",
    slim: "src/entries/slim.ts",
    gate: "src/gate/index.ts",
  },
  splitting: true,
  external: ["node:*", "./postgate.wasm"],
});
// By itself: the helper that unpacks the binary would else become a chunk that every entry imports.
await build({ ...shared, entryPoints: { inline: "src/entries/inline.ts" }, loader: { ".wasm": "binary" }, plugins: [inlineBinary] });
await copyFile(binary, join(dist, "postgate.wasm"));
// The one package whose code travels inside ours, and its licence with it.
const parser = dirname(createRequire(import.meta.url).resolve("eventsource-parser/package.json"));
await copyFile(join(parser, "LICENSE"), join(dist, "eventsource-parser.LICENSE"));

const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
execFileSync(process.execPath, [tsc, "-p", join(here, "tsconfig.json")], { stdio: "inherit" });
await writeFile(
  join(dist, "postgate.wasm.d.ts"),
  "/** The binary, as hosts that import wasm modules give it. */\ndeclare const module: WebAssembly.Module;\nexport default module;\n",
);

// The schema comes out of the code that enforces it, through the generated glue itself.
const door = await import(pathToFileURL(join(here, "wasm/postgate.js")).href);
door.initSync({ module: await readFile(binary) });
await writeFile(join(dist, "policy.schema.json"), `${door.policySchema().trim()}\n`);

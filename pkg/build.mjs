/**
 * Builds the package: src/ and the generated wasm/ in, dist/ out. Every entry is one small script over a shared chunk;
 * only `inline` carries the binary, only `workerd` imports it, `browser` and `node` read the file beside them.
 */
import { execFileSync } from "node:child_process";
import { chmod, copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

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
const entries = await build({
  ...shared,
  metafile: true,
  entryPoints: {
    browser: "src/entries/browser.ts",
    node: "src/entries/node.ts",
    workerd: "src/entries/workerd.ts",
    slim: "src/entries/slim.ts",
    gate: "src/gate/index.ts",
    worker: "src/worker/index.ts",
    "worker-thread": "src/worker/thread.ts",
    codemirror: "src/codemirror/index.ts",
    element: "src/element/index.ts",
    audit: "src/audit.ts",
    cli: "src/cli/main.ts",
  },
  splitting: true,
  // What a caller's own bundle brings, or what must stay a file; `postgate` itself, so that its host's entry is taken.
  external: ["node:*", "./postgate.wasm", "postgate", "@codemirror/*"],
});
// By itself: the helper that unpacks the binary would else become a chunk that every entry imports.
await build({ ...shared, entryPoints: { inline: "src/entries/inline.ts" }, loader: { ".wasm": "binary" }, plugins: [inlineBinary] });
await copyFile(binary, join(dist, "postgate.wasm"));
await copyFile(join(here, "wasm-audit/postgate_bg.wasm"), join(dist, "postgate-audit.wasm"));
await writeFile(join(dist, "cli.js"), `#!/usr/bin/env node\n${await readFile(join(dist, "cli.js"), "utf8")}`);
await chmod(join(dist, "cli.js"), 0o755);
// What the house keeps once, every package must hold.
for (const name of ["LICENSE-APACHE", "LICENSE-MIT", "CHANGELOG.md"]) await copyFile(join(here, "..", name), join(here, name));
await carryLicences(Object.keys(entries.metafile.inputs));

const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
// `postgate` by its own name is only there once it is built; bundlers must not learn of this short cut, so it has its own file.
execFileSync(process.execPath, [tsc, "-p", join(here, "tsconfig.build.json")], { stdio: "inherit" });
await writeFile(
  join(dist, "postgate.wasm.d.ts"),
  "/** The binary, as hosts that import wasm modules give it. */\ndeclare const module: WebAssembly.Module;\nexport default module;\n",
);

// The schema that the code is held against. A browser that checks drafts has no use for it.
await copyFile(join(here, "../src/policy/schema.json"), join(dist, "policy.schema.json"));

/** The packages whose code travels inside ours, and their licences with them. */
async function carryLicences(inputs) {
  const folders = new Set(inputs.map((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean));
  for (const folder of folders) {
    const name = (await readdir(join(here, folder))).find((file) => /^licen[cs]e/i.test(file));
    if (name === undefined) throw new Error(`${folder} carries no licence`);
    await copyFile(join(here, folder, name), join(dist, `${folder.replace(/^.*node_modules\//, "").replace("/", "-")}.LICENSE`));
  }
}

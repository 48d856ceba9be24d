// The pages: bundles www/src/{editor,monitoring}.ts into dist/www beside the style sheets of www/ made small, its other files
// as they are, and the browser's wasm. Same sources, same bytes: no time, no random name, and nothing left over from an earlier build.

import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, parse, relative } from "node:path";
import { inRoot } from "../lib/house.mjs";
import { Failure, step } from "../lib/say.mjs";
import { filesBelow } from "../lib/stamp.mjs";
import { buildDocs } from "./docs.mjs";
import { sizes } from "./wasm.mjs";

const from = inRoot("www");
const next = inRoot("dist", "www.next");
const out = inRoot("dist", "www");
const wasm = inRoot("pkg", "wasm", "postgate_bg.wasm");

const entryPoints = ["editor", "monitoring"];
const notServed = new Set(["src", "tests", "node_modules", "package.json", "tsconfig.json", "README.md"]);

/** Everything in www/ that is served as it is. */
const staticFiles = () => (existsSync(from) ? readdirSync(from).filter((name) => !notServed.has(name) && !name.endsWith(".css")) : []);

const styleSheets = () => (existsSync(from) ? readdirSync(from).filter((name) => name.endsWith(".css")) : []);

const entryFiles = () =>
  entryPoints.flatMap((name) => ["ts", "js"].map((end) => join(from, "src", `${name}.${end}`)).filter(existsSync));

/** Lezer's packages do not say that importing them does nothing by itself, as CodeMirror's do; unused, they would still be loaded. */
const unusedLeavesNothing = {
  name: "unused leaves nothing",
  setup(build) {
    build.onResolve({ filter: /^@lezer\// }, async ({ path, kind, resolveDir, pluginData }) =>
      pluginData === "resolved" ? undefined : { ...(await build.resolve(path, { kind, resolveDir, pluginData: "resolved" })), sideEffects: false },
    );
  },
};

async function bundle() {
  const { build, stop } = await import("esbuild");
  const options = {
    entryPoints: [...entryFiles(), ...styleSheets().map((name) => join(from, name))].map((path) => ({ in: path, out: parse(path).name })),
    outdir: next,
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    sourcemap: "linked",
    legalComments: "none",
    charset: "utf8",
    conditions: ["browser"],
    logLevel: "silent",
    plugins: [unusedLeavesNothing],
  };
  const fail = (error) => {
    const output = error.errors?.map(({ location, text }) => `${location ? `${location.file}:${location.line}: ` : ""}${text}`).join("\n");
    throw new Failure("the pages don't bundle", output ?? error.message);
  };
  await build(options).catch(fail).finally(stop);
}

/** Makes `out` what `next` is, touching only what differs: whoever serves `out` reloads only when something changed. */
function publish() {
  const names = filesBelow(next).map((file) => relative(next, file));
  for (const file of filesBelow(out)) if (!names.includes(relative(out, file))) rmSync(file);
  for (const name of names) {
    const [source, target] = [join(next, name), join(out, name)];
    if (existsSync(target) && readFileSync(source).equals(readFileSync(target))) continue;
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(source, target);
  }
  rmSync(next, { recursive: true });
}

export function buildWww() {
  return step("pages", async () => {
    rmSync(next, { recursive: true, force: true });
    for (const folder of [next, out]) mkdirSync(folder, { recursive: true });
    for (const name of staticFiles()) cpSync(join(from, name), join(next, name), { recursive: true });
    if (existsSync(wasm)) copyFileSync(wasm, join(next, "postgate_bg.wasm"));
    await buildDocs(next);
    const bundled = entryFiles().length > 0;
    if (bundled) await bundle();
    publish();
    return bundled ? sizes(entryPoints.map((name) => join(out, `${name}.js`)).filter(existsSync), "brotli") : "no www/src, nothing to bundle";
  });
}

// The pages: bundles www/src/{editor,monitoring}.ts into dist/www beside the files of www/ as they are and the browser's
// wasm. Same sources, same bytes: no time, no random name, and nothing left over from an earlier build.

import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { inRoot } from "../lib/house.mjs";
import { Failure, step } from "../lib/say.mjs";
import { sizes } from "./wasm.mjs";

const from = inRoot("www");
const out = inRoot("dist", "www");
const wasm = inRoot("pkg", "wasm", "postgate_bg.wasm");

const entryPoints = ["editor", "monitoring"];
const notServed = new Set(["src", "tests", "node_modules", "package.json", "tsconfig.json", "README.md"]);

/** Everything in www/ that is served as it is. */
const staticFiles = () => (existsSync(from) ? readdirSync(from).filter((name) => !notServed.has(name)) : []);

const entryFiles = () =>
  entryPoints.flatMap((name) => ["ts", "js"].map((end) => join(from, "src", `${name}.${end}`)).filter(existsSync));

async function bundle() {
  const { build } = await import("esbuild");
  const options = {
    entryPoints: entryFiles(),
    outdir: out,
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    sourcemap: "linked",
    legalComments: "none",
    conditions: ["browser"],
    logLevel: "silent",
  };
  await build(options).catch((error) => {
    const output = error.errors?.map(({ location, text }) => `${location ? `${location.file}:${location.line}: ` : ""}${text}`).join("\n");
    throw new Failure("the pages don't bundle", output ?? error.message);
  });
}

export function buildWww() {
  return step("pages", async () => {
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out, { recursive: true });
    for (const name of staticFiles()) cpSync(join(from, name), join(out, name), { recursive: true });
    if (existsSync(wasm)) copyFileSync(wasm, join(out, "postgate_bg.wasm"));
    if (entryFiles().length === 0) return "no www/src, nothing to bundle";
    await bundle();
    return sizes(entryPoints.map((name) => join(out, `${name}.js`)).filter(existsSync), "brotli");
  });
}

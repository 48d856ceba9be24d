// How many bytes go over the wire: the browser's wasm, the package's entry, the page, the Worker; and rustrict's wasm, built the same way.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { inRoot } from "../../scripts/lib/house.mjs";
import { rustrictWasm } from "./native.mjs";

const weigh = (...parts) => ({
  raw: parts.reduce((sum, bytes) => sum + bytes.length, 0),
  gzip: parts.reduce((sum, bytes) => sum + gzipSync(bytes, { level: 9 }).length, 0),
  brotli: parts.reduce((sum, bytes) => sum + brotliCompressSync(bytes).length, 0),
});

/** The main entry as a bundler would ship it, its wasm apart. */
function entry() {
  const { outputFiles } = buildSync({
    entryPoints: [inRoot("pkg", "dist", "browser.js")], bundle: true, minify: true, format: "esm", platform: "browser", write: false,
    external: ["*.wasm"], logLevel: "silent",
  });
  return outputFiles[0].contents;
}

/** The files that a page loads: those that it names, and those that these name. */
function loaded(folder, page) {
  const there = readdirSync(folder).filter((name) => /\.(html|css|js|wasm|svg)$/.test(name));
  const found = new Set([page]);
  for (const file of found) {
    if (file.endsWith(".wasm")) continue;
    const text = readFileSync(join(folder, file), "utf8");
    for (const name of there) if (!name.endsWith(".html") && text.includes(name)) found.add(name);
  }
  return [...found];
}

export async function size(tell) {
  const rustrict = await rustrictWasm(tell);
  const pages = inRoot("dist", "www");
  const named = loaded(pages, "index.html");
  return {
    wasm: weigh(readFileSync(inRoot("pkg", "dist", "postgate.wasm"))),
    entry: weigh(Buffer.from(entry())),
    worker: weigh(...readdirSync(inRoot("build")).filter((name) => /^index.*\.(js|wasm)$/.test(name)).map((name) => readFileSync(inRoot("build", name)))),
    page: weigh(...named.map((file) => readFileSync(join(pages, file)))),
    page_files: named,
    rustrict: weigh(rustrict.bytes),
  };
}

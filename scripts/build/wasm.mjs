// What both doors share: compile the crate for wasm with one door open, and tell how large a result is.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { inRoot } from "../lib/house.mjs";
import { cargo } from "../lib/run.mjs";

const target = "wasm32-unknown-unknown";

/**
 * Each door has a target folder of its own: in a shared one the doors' wasm would have one name, and cargo would compile the
 * crate anew whenever the other door was the last.
 */
export const targetDir = (door) => inRoot("target", "doors", door);

/**
 * `POSTGATE_BUILD=dev` builds for whoever changes the code every minute: cargo's dev profile, with overflow checks and debug
 * assertions, and no wasm-opt. What is shipped, measured and tested by `npm test` is the release build.
 */
export const isDev = process.env.POSTGATE_BUILD === "dev";

/**
 * LLVM unfolds a call where it counts less than this for it; at the level 3 it would take ten times as much, which makes the
 * browser's wasm 20 KB larger (brotli) and a check hardly faster. Levels `s` and `z` make a check half and twice as slow again,
 * because they leave iterators as they are written.
 */
const inlining = isDev ? [] : ["-Cllvm-args=-inline-threshold=25"];

/**
 * 128-bit SIMD, which every browser has had since spring 2023 (Safari 16.4 was the last), makes SHA-256 a third faster and looks at many
 * bytes at once.
 */
export const flags = { CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS: ["-Ctarget-feature=+simd128", ...inlining].join(" ") };

/** Compiles the crate with one door open and gives the path of the wasm that cargo left. Cargo knows what is fresh. */
export async function compile(door, { tell, env = {} }) {
  const profile = isDev ? "dev" : door === "browser" ? "browser" : "release";
  await cargo(["build", "--lib", "--profile", profile, "--locked", "--target", target, "--features", door], {
    tell,
    env: { CARGO_TARGET_DIR: targetDir(door), ...flags, ...env },
    wrong: `the crate does not compile for wasm with the door ${door}`,
  });
  return join(targetDir(door), target, isDev ? "debug" : profile, "postgate.wasm");
}

const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;

/** "402.1 KiB, 131.0 KiB brotli" for a list of files together. */
export function sizes(files, packed) {
  const contents = files.map((file) => readFileSync(file));
  const total = (measure) => kib(contents.reduce((sum, bytes) => sum + measure(bytes), 0));
  const brotli = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;
  const measure = packed === "gzip" ? (bytes) => gzipSync(bytes, { level: 9 }).length : brotli;
  return `${total((bytes) => bytes.length)}, ${total(measure)} ${packed}`;
}

// What all doors share: compile the crate for wasm with one door open, make the wasm smaller, and tell how large a result is.

import { readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { inRoot, npmBin } from "../lib/house.mjs";
import { cargo, run } from "../lib/run.mjs";

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
 * browser's wasm 20 KB larger (brotli) and a check hardly faster. With it the level `s` makes a check a quarter slower and the browser's
 * wasm 4 KB smaller, `z` half slower and 17 KB smaller.
 */
const inlining = isDev ? [] : ["-Cllvm-args=-inline-threshold=20"];

/**
 * 128-bit SIMD, which every browser has had since spring 2023 (Safari 16.4 was the last), makes SHA-256 a third faster and looks at many
 * bytes at once.
 */
export const flags = { CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS: ["-Ctarget-feature=+simd128", ...inlining].join(" ") };

/** The profiles of Cargo.toml that doors have of their own. */
export const profiles = { browser: "browser", edge: "edge" };

/** Compiles the crate with one door open and gives the path of the wasm that cargo left. Cargo knows what is fresh. */
export async function compile(door, { tell, env = {} }) {
  const profile = isDev ? "dev" : (profiles[door] ?? "release");
  await cargo(["build", "--lib", "--profile", profile, "--locked", "--target", target, "--features", door], {
    tell,
    env: { CARGO_TARGET_DIR: targetDir(door), ...flags, ...env },
    wrong: `the crate does not compile for wasm with the door ${door}`,
  });
  return join(targetDir(door), target, isDev ? "debug" : profile, "postgate.wasm");
}

/**
 * Exactly what rustc's wasm32-unknown-unknown emits by default, and SIMD: every browser of the last years has these, and no pass may
 * bring in anything newer.
 */
export const features = ["bulk-memory", "bulk-memory-opt", "call-indirect-overlong", "multivalue", "mutable-globals", "nontrapping-float-to-int", "reference-types", "sign-ext", "simd"];

/**
 * What wasm-opt is told. A function that is called once stays by itself: unfolded where it is called it is no faster and packs worse.
 * Nothing lies in the first kilobyte, which is the end of the stack. The second round finds what the first one left, half a kilobyte.
 */
export const optimising = (...own) => [...own, ...own, "--low-memory-unused", "--one-caller-inline-max-function-size", "1", "--partial-inlining-ifs", "0", ...features.map((name) => `--enable-${name}`), "--strip-debug", "--strip-producers"];

/** Puts a wasm through wasm-opt, in place. */
export async function optimise(wasm, ...own) {
  const smaller = `${wasm}.opt`;
  await run(npmBin("wasm-opt"), [...optimising(...own), wasm, "-o", smaller]);
  renameSync(smaller, wasm);
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

// What is compiled for measuring alone: the core beside rustrict natively, and rustrict as wasm. bench/native has a lock file of its own.

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { execFile } from "node:child_process";
import { inRoot, tool } from "../../scripts/lib/house.mjs";
import { cargo, run } from "../../scripts/lib/run.mjs";
import { Failure } from "../../scripts/lib/say.mjs";
import { optimise } from "../../scripts/build/wasm.mjs";

const target = inRoot("target", "bench");
const manifest = inRoot("bench", "native", "Cargo.toml");
// Not --locked: the lock file also names what postgate itself needs, which is postgate's to change; what stands in it stays as it is.
const env = { CARGO_TARGET_DIR: target };
const wasm = inRoot("target", "bench", "rustrict");

/** The wasm of rustrict, built as ours is: same options of cargo, wasm-bindgen and wasm-opt. */
export async function rustrictWasm(tell) {
  tell("rustrict as wasm");
  await cargo(["build", "--lib", "--release", "--manifest-path", manifest, "--target", "wasm32-unknown-unknown"], { tell, env });
  mkdirSync(wasm, { recursive: true });
  const built = inRoot("target", "bench", "wasm32-unknown-unknown", "release", "postgate_bench_native.wasm");
  await run(tool("wasm-bindgen"), ["--target", "web", "--out-dir", wasm, "--out-name", "rustrict", built]);
  const packed = `${wasm}/rustrict_bg.wasm`;
  await optimise(packed, "-O3");
  const glue = await import(`${wasm}/rustrict.js`);
  const bytes = readFileSync(packed);
  glue.initSync({ module: bytes });
  const lock = readFileSync(inRoot("bench", "native", "Cargo.lock"), "utf8");
  return { version: lock.match(/name = "rustrict"\nversion = "([^"]+)"/)[1], bytes, call: glue.is_inappropriate };
}

const binary = inRoot("target", "bench", "release", "measure");

export async function buildNative(tell) {
  tell("the core, natively");
  await cargo(["build", "--bin", "measure", "--release", "--features", "native", "--manifest-path", manifest], { tell, env });
  if (!existsSync(binary)) throw new Failure(`cargo left no ${binary}`);
}

/** Runs a program with an input to its end. */
function fed(program, args, input) {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { maxBuffer: 2 ** 26 }, (error, stdout, stderr) => (error ? reject(Object.assign(error, { output: stderr })) : resolve({ stdout, stderr })));
    child.stdin.on("error", () => {}); // the program may be none
    child.stdin.end(input && JSON.stringify(input));
  });
}

/** How many instructions of the processor a check of these texts takes, which no noise moves; `undefined` where valgrind is not installed. */
export async function instructions(name, texts) {
  const args = ["--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no", "--toggle-collect=*counted*", binary, "once"];
  try {
    const { stdout, stderr } = await fed("valgrind", args, { [name]: texts });
    return Number(stderr.match(/Collected : (\d+)/)[1]) / Number(stdout);
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw new Failure("callgrind could not count", error.output);
  }
}

/** Runs one of its measurements and gives what it prints; it is another process, so that progress goes on. */
export async function native(what, input) {
  try {
    return JSON.parse((await fed(binary, [what], input)).stdout);
  } catch (error) {
    throw new Failure(`measure ${what} failed`, error.output);
  }
}

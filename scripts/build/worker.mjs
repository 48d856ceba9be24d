// The edge door: worker-build makes build/index.js and its wasm, and wasm-opt makes that smaller. worker-build is handed our own
// wasm-bindgen and esbuild, otherwise it would download them; it is called only when cargo's output or a tool has changed.

import { existsSync } from "node:fs";
import { inRoot, installedVersion, lockedVersion, npmBin, tool } from "../lib/house.mjs";
import { run } from "../lib/run.mjs";
import { step } from "../lib/say.mjs";
import { digest, isStamped, writeStamp } from "../lib/stamp.mjs";
import { compile, flags, isDev, optimise, optimising, profiles, sizes, targetDir } from "./wasm.mjs";

const wasm = inRoot("build", "index_bg.wasm");
const names = inRoot("build", "functions.txt");
const parts = [inRoot("build", "index.js"), wasm];
const made = isDev ? parts : [...parts, names];
// What worker-build adds so that the Worker starts anew behind a panic catches exceptions. The wasm goes out without the names of its
// functions; build/functions.txt has them, by the numbers that a trap's stack shows.
const own = ["-Oz", "--enable-exception-handling", "--symbolmap=build/functions.txt"];
const stamp = inRoot("target", "stamps", "worker.sha256");

const tools = {
  ...flags,
  CARGO_TARGET_DIR: targetDir("edge"),
  WASM_BINDGEN_BIN: tool("wasm-bindgen"),
  ESBUILD_BIN: npmBin("esbuild"),
};

// worker-build sets this for its own cargo call; without it ours would compile something else.
const env = { WASM_BINDGEN_USE_JS_SYS: "1" };

export function buildWorker() {
  return step("worker", async (tell) => {
    const compiled = await compile("edge", { tell, env });
    const versions = [lockedVersion("wasm-bindgen"), lockedVersion("worker"), installedVersion("binaryen"), installedVersion("esbuild"), ...optimising(...own)];
    const wanted = digest({ words: versions, files: [compiled, inRoot("Cargo.toml")] });
    if (made.every(existsSync) && isStamped(stamp, wanted)) return "unchanged";
    tell("worker-build");
    await run(tool("worker-build"), [...(isDev ? ["--dev"] : ["--profile", profiles.edge]), "--no-opt", "--features", "edge", "--locked"], { env: tools, wrong: "worker-build failed" });
    if (!isDev) {
      tell("wasm-opt");
      await optimise(wasm, ...own);
    }
    writeStamp(stamp, wanted);
    return sizes(parts, "gzip");
  });
}

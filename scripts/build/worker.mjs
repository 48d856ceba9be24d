// The edge door: worker-build makes build/index.js and its wasm. It is handed our own wasm-bindgen, wasm-opt and esbuild,
// otherwise it would download them; it is called only when cargo's output or a tool has changed.

import { existsSync } from "node:fs";
import { inRoot, installedVersion, lockedVersion, npmBin, tool } from "../lib/house.mjs";
import { run } from "../lib/run.mjs";
import { step } from "../lib/say.mjs";
import { digest, isStamped, writeStamp } from "../lib/stamp.mjs";
import { compile, flags, isDev, sizes, targetDir } from "./wasm.mjs";

const parts = [inRoot("build", "index.js"), inRoot("build", "index_bg.wasm")];
const stamp = inRoot("target", "stamps", "worker.sha256");

const tools = {
  ...flags,
  CARGO_TARGET_DIR: targetDir("edge"),
  WASM_BINDGEN_BIN: tool("wasm-bindgen"),
  WASM_OPT_BIN: npmBin("wasm-opt"),
  ESBUILD_BIN: npmBin("esbuild"),
};

// worker-build sets this for its own cargo call; without it ours would compile something else.
const env = { WASM_BINDGEN_USE_JS_SYS: "1" };

export function buildWorker() {
  return step("worker", async (tell) => {
    const compiled = await compile("edge", { tell, env });
    const versions = [lockedVersion("wasm-bindgen"), lockedVersion("worker"), installedVersion("binaryen"), installedVersion("esbuild")];
    const wanted = digest({ words: versions, files: [compiled, inRoot("Cargo.toml")] });
    if (parts.every(existsSync) && isStamped(stamp, wanted)) return "unchanged";
    tell("worker-build");
    await run(tool("worker-build"), [isDev ? "--dev" : "--release", "--features", "edge", "--locked"], { env: tools, wrong: "worker-build failed" });
    writeStamp(stamp, wanted);
    return sizes(parts, "gzip");
  });
}

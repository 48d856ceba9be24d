// The browser door: cargo, then wasm-bindgen, then wasm-opt, into pkg/wasm. Skips the last two when cargo's output and the
// tools are the ones that the present files came from.

import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { inRoot, installedVersion, lockedVersion, npmBin, tool } from "../lib/house.mjs";
import { run } from "../lib/run.mjs";
import { step } from "../lib/say.mjs";
import { digest, isStamped, writeStamp } from "../lib/stamp.mjs";
import { compile, isDev, sizes } from "./wasm.mjs";

const out = inRoot("pkg", "wasm");
const wasm = inRoot("pkg", "wasm", "postgate_bg.wasm");
const stamp = inRoot("target", "stamps", "browser.sha256");

// Exactly what rustc's wasm32-unknown-unknown emits by default, and SIMD: every browser of the last years has these, and no pass
// may bring in anything newer.
export const features = ["bulk-memory", "bulk-memory-opt", "call-indirect-overlong", "multivalue", "mutable-globals", "nontrapping-float-to-int", "reference-types", "sign-ext", "simd"];
const optimise = ["-O3", ...features.map((name) => `--enable-${name}`), "--strip-debug", "--strip-producers"];

export function buildBrowser() {
  return step("browser wasm", async (tell) => {
    const compiled = await compile("browser", { tell });
    const wanted = digest({ words: [lockedVersion("wasm-bindgen"), installedVersion("binaryen"), ...optimise], files: [compiled] });
    if (existsSync(wasm) && isStamped(stamp, wanted)) return "unchanged";
    tell("wasm-bindgen");
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out, { recursive: true });
    await run(tool("wasm-bindgen"), ["--target", "web", "--out-dir", out, compiled]);
    if (!isDev) {
      tell("wasm-opt");
      const smaller = `${wasm}.opt`;
      await run(npmBin("wasm-opt"), [...optimise, wasm, "-o", smaller]);
      renameSync(smaller, wasm);
    }
    writeStamp(stamp, wanted);
    return sizes([wasm], "brotli");
  });
}

// The doors without a server: cargo, then wasm-bindgen, then wasm-opt. The browser's goes into pkg/wasm; the offline verifier's, small and
// apart, into pkg/wasm-audit. Skips the last two when cargo's output and the tools are the ones that the present files came from.

import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { inRoot, installedVersion, lockedVersion, tool } from "../lib/house.mjs";
import { run } from "../lib/run.mjs";
import { step } from "../lib/say.mjs";
import { digest, isStamped, writeStamp } from "../lib/stamp.mjs";
import { compile, isDev, optimise, optimising, sizes } from "./wasm.mjs";

function buildDoor(about, { door, out, level }) {
  const wasm = join(out, "postgate_bg.wasm");
  const stamp = inRoot("target", "stamps", `${door}.sha256`);
  return step(about, async (tell) => {
    const compiled = await compile(door, { tell });
    const wanted = digest({ words: [lockedVersion("wasm-bindgen"), installedVersion("binaryen"), ...optimising(level)], files: [compiled] });
    if (existsSync(wasm) && isStamped(stamp, wanted)) return "unchanged";
    tell("wasm-bindgen");
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out, { recursive: true });
    await run(tool("wasm-bindgen"), ["--target", "web", "--out-dir", out, compiled]);
    if (!isDev) {
      tell("wasm-opt");
      await optimise(wasm, level);
    }
    writeStamp(stamp, wanted);
    return sizes([wasm], "brotli");
  });
}

export const buildBrowser = () => buildDoor("browser wasm", { door: "browser", out: inRoot("pkg", "wasm"), level: "-O3" });

export const buildAudit = () => buildDoor("audit verifier wasm", { door: "verify", out: inRoot("pkg", "wasm-audit"), level: "-Oz" });

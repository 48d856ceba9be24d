// The offline verifier: the door `verify`, small and apart, into pkg/wasm-audit. The browser's wasm does not grow by it.

import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { inRoot, installedVersion, lockedVersion, npmBin, tool } from "../lib/house.mjs";
import { run } from "../lib/run.mjs";
import { step } from "../lib/say.mjs";
import { digest, isStamped, writeStamp } from "../lib/stamp.mjs";
import { features } from "./browser.mjs";
import { compile, isDev, sizes } from "./wasm.mjs";

const out = inRoot("pkg", "wasm-audit");
const wasm = inRoot("pkg", "wasm-audit", "postgate_bg.wasm");
const stamp = inRoot("target", "stamps", "audit.sha256");
const optimise = ["-Oz", ...features.map((name) => `--enable-${name}`), "--strip-debug", "--strip-producers"];

export function buildAudit() {
  return step("audit verifier wasm", async (tell) => {
    const compiled = await compile("verify", { tell });
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

// The npm package: its own build script makes pkg/dist from pkg/src and pkg/wasm.

import { readFileSync } from "node:fs";
import { hasPkg, inRoot } from "../lib/house.mjs";
import { run } from "../lib/run.mjs";
import { step } from "../lib/say.mjs";

export function buildPkg() {
  return step("npm package", async () => {
    if (!hasPkg()) return "no pkg/package.json, nothing to do";
    const { scripts = {} } = JSON.parse(readFileSync(inRoot("pkg", "package.json"), "utf8"));
    if (!scripts.build) return "pkg has no build script, nothing to do";
    await run("npm", ["run", "build", "--workspace", "pkg"], { wrong: "the npm package does not build" });
    return undefined;
  });
}

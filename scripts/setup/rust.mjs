// Rust: the compiler, the wasm target, and the two build tools at the very versions that Cargo.lock names, for a
// generator that is not of its crate's version refuses the crate's output. Installs into target/tools, never globally.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot, lockedVersion, tool, toolsDir } from "../lib/house.mjs";
import { cargo, run, versionOf } from "../lib/run.mjs";
import { Failure, step } from "../lib/say.mjs";

const target = "wasm32-unknown-unknown";

/** The packages, the crate of Cargo.lock whose version each must have, and the command each brings. */
const buildTools = [
  { name: "wasm-bindgen-cli", crate: "wasm-bindgen", command: "wasm-bindgen" },
  { name: "worker-build", crate: "worker", command: "worker-build" },
];

export async function checkRust() {
  const least = readFileSync(inRoot("Cargo.toml"), "utf8").match(/^rust-version = "(.+)"$/m)?.[1];
  const found = (await versionOf("rustc"))?.match(/\d+\.\d+\.\d+/)?.[0];
  if (!found) throw new Failure(`no rust found, ${least} or newer is needed: see https://rustup.rs`);
  const order = (version) => version.split(".").reduce((sum, part) => sum * 1000 + Number(part), 0);
  if (order(found) < order(`${least}.0`)) throw new Failure(`rust ${found} found, ${least} or newer is needed: run rustup update`);
}

export async function installTarget() {
  const { stdout } = await run("rustc", ["--print", "sysroot"]);
  if (existsSync(join(stdout.trim(), "lib", "rustlib", target))) return false;
  await step(`rust target ${target} added`, async () => {
    await run("rustup", ["target", "add", target], { wrong: `rust target ${target} is missing and rustup could not add it` });
  });
  return true;
}

export async function installBuildTools() {
  const missing = [];
  for (const { name, crate, command } of buildTools) {
    const wanted = lockedVersion(crate);
    const found = await versionOf(tool(command));
    if (found?.split(" ").at(-1) !== wanted) missing.push({ name, wanted, found });
  }
  for (const { name, wanted, found } of missing) {
    const instead = found ? ` in place of ${found.split(" ").at(-1)}` : "";
    await step(`${name} ${wanted} installed${instead}`, async (tell) => {
      await cargo(["install", "--root", toolsDir, "--locked", "--force", "--version", wanted, name], {
        tell,
        wrong: `${name} ${wanted} could not be installed: it is the version that Cargo.lock names`,
      });
    });
  }
  return missing.length > 0;
}

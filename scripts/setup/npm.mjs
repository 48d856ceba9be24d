// Node and the npm packages: what is installed must be what package-lock.json names. Node built-ins only, for before
// `npm ci` there is nothing else.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot, root } from "../lib/house.mjs";
import { capture, run } from "../lib/run.mjs";
import { Failure, step } from "../lib/say.mjs";

const least = [20, 3];

export function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < least[0] || (major === least[0] && minor < least[1])) {
    throw new Failure(`node ${process.versions.node} found, ${least.join(".")} or newer is needed`);
  }
}

/** Compares a folder's lock file with the copy of it that npm keeps of what it installed there. */
export function packagesAreInstalled(folder = root) {
  const installed = join(folder, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return false;
  const read = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const [wanted, found] = [read(join(folder, "package-lock.json")), read(installed)];
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith("node_modules/")) return true; // this project itself and its workspaces
    if (entry.link || !(path in found)) return entry.optional || existsSync(join(folder, path));
    return found[path].version === entry.version;
  });
}

export async function installPackages() {
  if (packagesAreInstalled()) return false;
  await step("npm packages installed", async () => {
    await run("npm", ["ci", "--no-audit", "--no-fund"], { wrong: "npm ci failed: the packages of package-lock.json can't be installed" });
  });
  return true;
}

/** Installs the packages of one test, which has a lock file of its own; gives why that could not be done, or nothing. */
export async function installTestPackages(...path) {
  const cwd = inRoot(...path);
  if (packagesAreInstalled(cwd)) return undefined;
  const { code, output } = await capture("npm", ["ci", "--no-audit", "--no-fund"], { cwd, limit: 15 * 60_000 });
  return code === 0 ? undefined : `npm ci failed in ${path.join("/")}: ${output.trim().split("\n").at(-1)}`;
}

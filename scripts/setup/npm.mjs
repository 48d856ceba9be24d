// Node and the npm packages: what is installed must be what package-lock.json names. Node built-ins only, for before
// `npm ci` there is nothing else.

import { existsSync, readFileSync } from "node:fs";
import { inRoot, root } from "../lib/house.mjs";
import { run } from "../lib/run.mjs";
import { Failure, step } from "../lib/say.mjs";

const least = [20, 3];

export function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < least[0] || (major === least[0] && minor < least[1])) {
    throw new Failure(`node ${process.versions.node} found, ${least.join(".")} or newer is needed`);
  }
}

/** Compares the lock file with the copy of it that npm keeps of what it installed. */
export function packagesAreInstalled() {
  const installed = inRoot("node_modules", ".package-lock.json");
  if (!existsSync(installed)) return false;
  const read = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const [wanted, found] = [read(inRoot("package-lock.json")), read(installed)];
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith("node_modules/")) return true; // this project itself and its workspaces
    if (entry.link || !(path in found)) return entry.optional || existsSync(`${root}/${path}`);
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

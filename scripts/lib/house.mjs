// Where things are: every path and pinned version that the scripts share. Node built-ins only, reads files, writes none.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const inRoot = (...parts) => join(root, ...parts);

export const isCi = process.env.CI === "true" || process.env.CI === "1";

/** Build tools that cargo installs beside this project alone, so that another project's versions are left in peace. */
export const toolsDir = inRoot("target", "tools");
export const tool = (name) => join(toolsDir, "bin", name);

/** A command that an npm package brought. */
export const npmBin = (name) => inRoot("node_modules", ".bin", name);

/** The folder where `wrangler dev` keeps the local database and the local objects. */
export const stateDir = inRoot(".wrangler", "state");

export const hasPkg = () => existsSync(inRoot("pkg", "package.json"));

/** The version of a crate as Cargo.lock names it. */
export function lockedVersion(crate) {
  const lock = readFileSync(inRoot("Cargo.lock"), "utf8");
  const found = lock.match(new RegExp(`name = "${crate}"\\nversion = "([^"]+)"`));
  if (!found) throw new Error(`Cargo.lock names no ${crate}`);
  return found[1];
}

/** The version of an npm package as it is installed. */
export const installedVersion = (name) => JSON.parse(readFileSync(inRoot("node_modules", name, "package.json"), "utf8")).version;

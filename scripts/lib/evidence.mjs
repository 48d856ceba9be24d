// Figures that a run leaves for docs/reliability.md: one JSON file a figure below target/evidence, with the date and the commit.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { inRoot, root } from "./house.mjs";

const folder = inRoot("target", "evidence");

function commit() {
  try {
    const git = (...args) => execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    return git("rev-parse", "--short=10", "HEAD") + (git("status", "--porcelain", "--untracked-files=no") ? " with changes" : "");
  } catch {
    return "no commit";
  }
}

/** Keeps a figure under a name; a later one of that name takes its place. */
export function note(name, figure) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(inRoot("target", "evidence", `${name}.json`), `${JSON.stringify({ ...figure, date: new Date().toISOString().slice(0, 10), commit: commit() }, null, 2)}\n`);
}

/** Every figure whose name begins so, in the order of the names. */
export function figures(prefix) {
  mkdirSync(folder, { recursive: true });
  const files = readdirSync(folder).filter((file) => file.startsWith(prefix) && file.endsWith(".json")).sort();
  return files.map((file) => ({ name: file.replace(/\.json$/, ""), ...JSON.parse(readFileSync(inRoot("target", "evidence", file), "utf8")) }));
}

/** Forgets every figure whose name begins so: what is measured again under other names does not stay beside it. */
export function forget(prefix) {
  for (const { name } of figures(prefix)) rmSync(inRoot("target", "evidence", `${name}.json`));
}

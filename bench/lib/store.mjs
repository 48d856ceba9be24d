// bench/results.json: what each part of the last runs measured, where, when and on which commit. The pages are made from it alone.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { inRoot, root } from "../../scripts/lib/house.mjs";

const file = inRoot("bench", "results.json");

const said = (command, ...args) => execFileSync(command, args, { cwd: root, encoding: "utf8" }).trim();

/** What the figures belong to. */
function provenance() {
  const cores = availableParallelism();
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: said("git", "rev-parse", "--short=10", "HEAD"),
    machine: `${cpus()[0].model.trim()}, ${cores} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.versions.node,
    rustc: said("rustc", "--version").replace(/^rustc ([\d.]+).*/, "$1"),
  };
}

export const results = () => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {});

export function keep(part, figures) {
  const all = { ...results(), [part]: { ...provenance(), ...figures } };
  const ordered = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(ordered, null, 1)}\n`);
}

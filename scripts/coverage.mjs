// `npm run coverage`: which lines of the core (floors 0 to 7) its own tests run, and which they don't. Lines of tests don't count. Needs the
// llvm-tools component and cargo-llvm-cov, which it adds; fails below 90 %.

import { mkdirSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { pathToFileURL } from "node:url";
import { note } from "./lib/evidence.mjs";
import { inRoot, root } from "./lib/house.mjs";
import { cargo, run } from "./lib/run.mjs";
import { Failure, line, main, step } from "./lib/say.mjs";
import { cargoTool } from "./setup/tools.mjs";

const least = 90;
/** Code that is there for tests alone. */
const forTests = /\/(tests|fakes?|truth|tester|by_hand)(\/|\.rs$)/;
const doors = /^src\/(browser|edge|verify)\//;

/** The lines of a file that are not its tests: what stands in front of its test module, which is its last. */
function ownLines(file) {
  const source = readFileSync(inRoot(file), "utf8").split("\n");
  const tests = source.findIndex((text, at) => text.trim() === "#[cfg(test)]" && /^\s*(pub(\(\w+\))? )?mod \w+ \{/.test(source[at + 1] ?? ""));
  return { source, end: tests < 0 ? source.length : tests };
}

/** Line counts by file, from lcov's format. */
function read(lcov) {
  const files = new Map();
  let counts;
  for (const row of lcov.split("\n")) {
    if (row.startsWith("SF:")) {
      counts = new Map();
      files.set(relative(root, row.slice(3)), counts);
    } else if (row.startsWith("DA:")) {
      const [at, count] = row.slice(3).split(",").map(Number);
      counts.set(at, Math.max(count, counts.get(at) ?? 0));
    }
  }
  return files;
}

/** Neighbouring lines as stretches. */
function stretches(lines) {
  const found = [];
  for (const at of lines) {
    const last = found.at(-1);
    if (last && at - last[1] <= 1) last[1] = at;
    else found.push([at, at]);
  }
  return found;
}

/** Measures and gives { lines, covered, percent, missed: [{ file, from, to, text }] }. */
export async function coverage() {
  await run("rustup", ["component", "add", "llvm-tools"], { wrong: "the component llvm-tools is missing and rustup could not add it" });
  const tool = await cargoTool("cargo-llvm-cov");
  const out = inRoot("target", "coverage", "core.lcov");
  mkdirSync(inRoot("target", "coverage"), { recursive: true });
  let figures;
  await step("coverage", async (tell) => {
    const env = { CARGO_TARGET_DIR: inRoot("target", "coverage", "build"), PATH: `${inRoot("target", "tools", "bin")}:${process.env.PATH}`, INSTA_UPDATE: "no" };
    await cargo(["llvm-cov", "--locked", "--lcov", "--output-path", out], { tell, env, wrong: `the tests failed under ${tool}` });
    const missed = [];
    let [lines, covered] = [0, 0];
    for (const [file, counts] of [...read(readFileSync(out, "utf8"))].sort()) {
      if (!file.startsWith("src/") || doors.test(file) || forTests.test(file)) continue;
      const { source, end } = ownLines(file);
      const own = [...counts].filter(([at]) => at <= end).sort(([a], [b]) => a - b);
      lines += own.length;
      covered += own.filter(([, count]) => count > 0).length;
      for (const [from, to] of stretches(own.filter(([, count]) => count === 0).map(([at]) => at))) missed.push({ file, from, to, text: source[from - 1].trim() });
    }
    figures = { lines, covered, percent: Math.floor((1000 * covered) / lines) / 10, missed };
    return `${figures.percent} % of ${lines} lines`;
  });
  note("coverage", figures);
  if (figures.percent < least) throw new Failure(`${figures.percent} % of the core's lines are run by tests, expected at least ${least} %`);
  return figures;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    const { missed } = await coverage();
    for (const { file, from, to, text } of missed) line(`${file}:${from}${to > from ? `-${to}` : ""}  ${text}`);
  });
}

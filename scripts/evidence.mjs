// `npm run evidence`: runs what docs/reliability.md tells of, each for as long as it needs, and writes the page's figures anew, each with its date
// and the commit that it was measured on. `--only name` (again for another) runs some parts; `--write` none, and writes what is known.

import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { coverage } from "./coverage.mjs";
import { fuzz, fuzzable, targets } from "./fuzz.mjs";
import { explain } from "./evidence/uncovered.mjs";
import { figures, forget, note } from "./lib/evidence.mjs";
import { inRoot } from "./lib/house.mjs";
import { nodeTesting } from "./lib/node-test.mjs";
import { run } from "./lib/run.mjs";
import { Failure, line, main, step } from "./lib/say.mjs";
import { load } from "./load.mjs";

const page = inRoot("docs", "reliability.md");
const count = new Intl.NumberFormat("en").format;
const limit = 3_600_000;

const tests = (...files) => run(process.execPath, [...nodeTesting, ...files], { limit, wrong: `${files.join(", ")} failed` });

/** What can be run, by name. */
const parts = {
  async fuzz() {
    await fuzzable();
    for (const target of targets) await fuzz(target, 120);
  },
  parity: () => step("parity", () => tests("tests/engines/generated.test.mjs").then(() => undefined)),
  faults: () =>
    step("faults", async () => {
      forget("fault-");
      await tests("tests/gate/kill-nine.test.mjs", "tests/gate/faults.test.mjs");
      await run("cargo", ["test", "--locked", "--lib", "gate::truth::clock"], { limit, wrong: "the tests of a clock that jumps failed" });
      note("fault-clock", {
        fault: "the clock jumps back or forward (with fakes: `src/gate/truth/clock.rs`)",
        after: "back: leases and windows last longer; forward: they end, and the fence and the receipt keep a post from going out twice",
      });
    }),
  coverage,
  load: () => load(600),
};

const table = (head, rows) => [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
const when = ({ date, commit }) => [date, `\`${commit}\``];

/** The tables of the page, by the name of their mark. */
const tables = {
  fuzz: () => table(["target", "inputs tried", "seconds", "date", "commit"], figures("fuzz-").map((row) => [`\`${row.target}\``, count(row.tried), row.seconds, ...when(row)])),
  parity: () => {
    const [row] = figures("parity");
    if (!row) return "Not run yet.";
    return table(["engine", "drafts with the same bytes as native Rust", "seed", "date", "commit"], Object.entries(row.agreed).map(([engine, drafts]) => [engine, count(drafts), row.seed, ...when(row)]));
  },
  faults: () => table(["fault", "what came of it", "date", "commit"], figures("fault-").map((row) => [row.fault, row.after, ...when(row)])),
  load: () => {
    const [row] = figures("load");
    if (!row?.memory.all) return "Not run yet.";
    const averages = ({ early, late }) => `${early.mean} MiB in the second quarter, ${late.mean} MiB in the last`;
    const range = ({ least, most }) => `${Math.round(least)} to ${Math.round(most)} MiB`;
    const statuses = Object.entries(row.statuses).map(([status, found]) => `${count(found)} × ${status}`).join(", ");
    return table(["what", "figure"], [
      ["traffic", `${count(row.sent)} requests in ${count(row.seconds)} s, ${Math.round(row.sent / row.seconds)} a second on ${cpus().length} cores that also sent them`],
      ["hostile", `${count(row.hostile)}`],
      ["answers", statuses],
      ["undocumented answers, 5xx", `${row.wrong}`],
      ["held by the gate's isolate after a collection (heap, buffers, wasm)", `${averages(row.memory.all)}; of it wasm ${averages(row.memory.wasm)}`],
      ["resident in workerd, with D1, storage and files as they are simulated", `${range(row.memory.resident.early)} in the second quarter, ${range(row.memory.resident.late)} in the last`],
      ["generations: answered, in the audit, in the monitoring", [row.kinds.generated, row.books.generated, row.books.counted].map(count).join(", ")],
      ["posts decided: answered, in the monitoring", [row.kinds.decided, row.books.decided].map(count).join(", ")],
      ["posts out: answered, admitted in the audit, publish events, outbox, in the monitoring", [row.kinds.published, row.books.admitted, row.books.events, row.books.outbox, row.books.out].map(count).join(", ")],
      ["date, commit", when(row).join(", ")],
    ]);
  },
  coverage: () => {
    const [row] = figures("coverage");
    if (!row) return "Not run yet.";
    const said = `${row.percent} % of ${count(row.lines)} lines (${row.date}, \`${row.commit}\`). Not run by a test of the core:`;
    const rows = row.missed.map(({ file, from, to, text }) => [`\`${file}\` ${to > from ? `${from}–${to}` : from}`, `\`${text.replaceAll("|", "\\|").replaceAll("`", "'").slice(0, 80)}\``, explain(file, text)]);
    return `${said}\n\n${table(["where", "begins with", "why"], rows)}`;
  },
};

/** Puts each table between its marks. */
function write() {
  let text = readFileSync(page, "utf8");
  for (const [name, make] of Object.entries(tables)) {
    const [before, after] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    const [start, end] = [text.indexOf(before), text.indexOf(after)];
    if (start < 0 || end < start) throw new Failure(`docs/reliability.md has lost its marks ${before} and ${after}`);
    text = `${text.slice(0, start + before.length)}\n\n${make()}\n\n${text.slice(end)}`;
  }
  writeFileSync(page, text);
  line("docs/reliability.md is written");
}

await main(async () => {
  const args = process.argv.slice(2);
  const asked = args.flatMap((word, at) => (word === "--only" ? [args[at + 1]] : []));
  const unknown = asked.find((name) => !(name in parts));
  if (unknown !== undefined) throw new Failure(`there is no part ${unknown}, expected one of ${Object.keys(parts).join(", ")}`);
  const chosen = args.includes("--write") ? [] : asked.length > 0 ? asked : Object.keys(parts);
  for (const name of chosen) await parts[name]();
  write();
});

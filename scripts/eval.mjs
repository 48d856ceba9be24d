// `npm run eval`: how well the built-in policy tells labelled texts apart, as a table here and in docs/accuracy.md. The texts are other
// people's and are read from POSTGATE_EVAL_DATA or ../shared/data/eval-dev.jsonl; where they are absent this says so and is done.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { root } from "./lib/house.mjs";

const data = resolve(process.env.POSTGATE_EVAL_DATA ?? resolve(root, "../shared/data/eval-dev.jsonl"));
if (!existsSync(data)) {
  console.log(`eval: skipped, no labelled texts at ${data} (set POSTGATE_EVAL_DATA)`);
  process.exit(0);
}

const profile = process.env.POSTGATE_BUILD === "dev" ? [] : ["--release"];
const run = spawnSync("cargo", ["run", "-q", "--locked", ...profile, "--example", "eval"], {
  cwd: root,
  env: { ...process.env, POSTGATE_EVAL_DATA: data },
  encoding: "utf8",
  stdio: ["ignore", "pipe", "inherit"],
});
if (run.status !== 0) {
  console.error("eval: cargo run --example eval failed");
  process.exit(1);
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;
const head = ["task", "rows", "bad", "good", "precision", "recall", "F1", "false positives", "best other filter", "bar"];
const rows = run.stdout
  .split("\n")
  .filter((line) => line.startsWith("{"))
  .map((line) => JSON.parse(line))
  .map((row) => [
    row.task, row.half, row.bad, row.good, row.bad === 0 ? "" : row.precision.toFixed(3), row.bad === 0 ? "" : row.recall.toFixed(3),
    row.bad === 0 ? "" : row.f1.toFixed(3), percent(row.false_positives), row.best_known, row.bar,
  ].map(String));

const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at].length)));
for (const row of [head, ...rows]) console.log(row.map((cell, at) => cell.padEnd(widths[at])).join("  ").trimEnd());

// The table stands between two marks in the document; what is written around it is written by hand.
const path = resolve(root, "docs/accuracy.md");
const [before, after] = ["<!-- figures -->", "<!-- end of figures -->"];
const document = readFileSync(path, "utf8");
const [start, end] = [document.indexOf(before), document.indexOf(after)];
if (start < 0 || end < start) {
  console.error(`eval: docs/accuracy.md has lost its marks ${before} and ${after}`);
  process.exit(1);
}
const { version } = JSON.parse(readFileSync(resolve(root, "src/policy/builtin.json"), "utf8"));
const line = (cells) => `| ${cells.join(" | ")} |`;
const figures = [
  before,
  "",
  `Measured on ${new Date().toISOString().slice(0, 10)} with policy ${version}.`,
  "",
  line(head),
  line(head.map(() => "---")),
  ...rows.map(line),
  "",
].join("\n");
writeFileSync(path, document.slice(0, start) + figures + "\n" + document.slice(end));

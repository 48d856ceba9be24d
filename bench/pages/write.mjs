// Writes what is made of bench/results.json: the two pages and their plots.

import { readFileSync, writeFileSync } from "node:fs";
import { inRoot } from "../../scripts/lib/house.mjs";
import { Failure } from "../../scripts/lib/say.mjs";
import { results } from "../lib/store.mjs";
import { performancePage } from "./performance.mjs";
import { scalingPage } from "./scaling.mjs";

const PARTS = ["size", "check", "gate", "stream", "growth", "typing"];

export const prices = () => JSON.parse(readFileSync(inRoot("bench", "prices.json"), "utf8"));

export async function writePages() {
  const all = results();
  const missing = PARTS.filter((part) => !(part in all));
  if (missing.length > 0) throw new Failure(`the pages need all parts, and ${missing.join(", ")} was never measured: npm run bench -- --only ${missing.join(",")}`);
  const { charts } = await import("./charts.mjs");
  const plots = Object.values(charts(all)).map(({ file }) => `docs/${file}`);
  writeFileSync(inRoot("docs", "performance.md"), performancePage(all));
  writeFileSync(inRoot("docs", "scaling.md"), scalingPage(all, prices()));
  return ["docs/performance.md", "docs/scaling.md", ...plots];
}

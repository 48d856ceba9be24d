// `npm run budget`: measures what is built and writes tests/budget/budget.json.

import { writeFileSync } from "node:fs";
import { isBuilt, measure } from "./measure.mjs";

if (!isBuilt()) {
  console.error("budget: nothing to measure, run `npm run build` first");
  process.exit(1);
}
const found = await measure();
writeFileSync(new URL("budget.json", import.meta.url), `${JSON.stringify(found, null, 2)}\n`);
for (const figures of Object.values(found)) console.table(figures);

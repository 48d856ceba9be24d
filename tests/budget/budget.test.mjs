// The budget: how large the builds and how much work fixed drafts may be. No clock is read, so that the machine does not matter.
// A figure that grew for a good reason is renewed with `npm run budget`, and the reason stands in the commit.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { isBuilt, measure } from "./measure.mjs";

const skip = isBuilt() ? false : "a development build is not what anybody is served";
/** Another compiler does a little more or less for the same code. */
const MARGIN = 1.03;

test("the builds and the work of fixed drafts keep within the budget", { skip }, async (t) => {
  const budget = JSON.parse(readFileSync(new URL("budget.json", import.meta.url), "utf8"));
  const found = await measure();
  for (const [kind, figures] of Object.entries(found)) {
    assert.deepEqual(Object.keys(figures), Object.keys(budget[kind]), `what is measured in ${kind} is what has a budget`);
    for (const [name, figure] of Object.entries(figures)) {
      await t.test(`${kind}: ${name}`, () => {
        const most = Math.floor(budget[kind][name] * MARGIN);
        assert.ok(figure <= most, `${figure} ${kind}, expected at most ${most}; \`npm run budget\` renews the figures`);
      });
    }
  }
});

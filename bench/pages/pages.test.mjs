// The committed pages are what the committed figures say, and the arithmetic of docs/scaling.md is right on figures that a person can follow.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { inRoot } from "../../scripts/lib/house.mjs";
import { results } from "../lib/store.mjs";
import { worstGrowth } from "./bars.mjs";
import { performancePage } from "./performance.mjs";
import { costs, limitsInOrder, needs, scalingPage, units } from "./scaling.mjs";
import { prices } from "./write.mjs";

const page = (name) => readFileSync(inRoot("docs", name), "utf8");

test("docs/performance.md and docs/scaling.md are written from bench/results.json", () => {
  assert.equal(page("performance.md"), performancePage(results()), "run npm run bench -- --only pages");
  assert.equal(page("scaling.md"), scalingPage(results(), prices()), "run npm run bench -- --only pages");
});

test("every plot that the page shows is there, and follows the reader's light or dark", () => {
  const shown = [...page("performance.md").matchAll(/!\[[^\]]+\]\(([^)]+\.svg)\)/g)].map(([, file]) => file);
  assert.equal(shown.length, 3);
  for (const file of shown) {
    assert.ok(existsSync(inRoot("docs", file)), file);
    assert.match(page(file), /prefers-color-scheme: dark/);
  }
});

const load = (what, gate, bare) => ({ what, connections: 16, gate: { cpu_ms: gate, p50_ms: 40 }, bare: { cpu_ms: bare, p50_ms: 30 } });
const rows = (d1_rows_written, object_rows_written) => ({ d1_rows_read: 0, d1_rows_written, object_calls: 0, object_rows_read: 0, object_rows_written });
const measured = {
  gate: {
    loads: [load("generate", 3, 2), load("post", 4, 3)],
    counts: { generate: rows(30, 0), post: { ...rows(10, 5), object_calls: 2 }, tree: { d1_rows_read: 6, object_rows_written: 4, object_rows_read: 3 } },
    units: { database_posts_a_second: 50, object_posts_a_second: 400 },
  },
  growth: { audit: { tree_requests_a_second: 2000, bytes_a_request: 5000 } },
};
const listed = {
  worker_requests_a_million: 0.3, worker_cpu_ms_a_million: 0.02, d1_rows_read_a_million: 0.001, d1_rows_written_a_million: 1, d1_storage_gb_month: 0.75,
  object_requests_a_million: 0.15, object_gb_seconds_a_million: 12.5, object_rows_read_a_million: 0.001, object_rows_written_a_million: 1,
  limits: { d1_database_gb: 10, object_requests_a_second: 1000, object_memory_gb: 0.128 },
};

test("a rate's needs follow from what one of each does", () => {
  const unit = units(measured);
  assert.deepEqual([unit.cpu_ms, unit.bytes, unit.d1_written, unit.object_written, unit.tree_posts], [2, 10_000, 40, 13, 1000]);
  const hundred = needs(100, unit, listed);
  // 100 a second × 900 s / 5; 0.2 s of processor a second; 100 / 50; 2,592,000 s × 100 × 10 kB = 2,592 GB.
  assert.deepEqual([hundred.users, hundred.isolates, hundred.databases_for_writes, hundred.databases_for_storage, hundred.trees], [18_000, 1, 2, 260, 1]);
  assert.equal(needs(10_000, unit, listed).isolates, 20);
  assert.equal(Math.round(hundred.tree_days * 10), 29);
});

test("limits come in order, and a million posts cost the sum of their rows, requests, time and bytes", () => {
  const unit = units(measured);
  const order = limitsInOrder(unit, listed);
  assert.deepEqual(order.map(({ posts }) => posts), order.map(({ posts }) => posts).sort((a, b) => a - b));
  assert.match(order[0].limit, /storage of one database/);
  const total = costs(unit, listed).reduce((sum, { cost }) => sum + cost, 0);
  // 40 + 13 rows, 2 × $0.30, 2 × $0.15, 2 ms × $0.02, 0.04 s × 0.128 GB × $12.50, 12 and 6 rows read, 10 GB × $0.75.
  assert.equal(total.toFixed(3), (53 + 0.6 + 0.3 + 0.04 + 0.064 + 0.012 + 0.006 + 7.5).toFixed(3));
});

test("the worst growth is the kind whose time a byte rises most", () => {
  const kind = (name, times) => [10_000, 1_000_000].map((bytes, index) => ({ kind: name, bytes, ns: times[index] }));
  assert.deepEqual(worstGrowth([...kind("even", [100, 10_000]), ...kind("worse", [100, 20_000])]), { kind: "worse", ratio: 2 });
});

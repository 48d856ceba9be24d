// Retention: a dry run counts, a real one archives and deletes what is old, signed and unchanged; its leaves stay, so that proofs verify. What
// the monitoring knows goes with it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startGate } from "../engines/harness/gate.mjs";
import { admin, auditor, judge, plant } from "./auditor.mjs";
import { openNote, rootFrom } from "./tree.mjs";

/** With a bucket; without the pages, behind which this wrangler finds no scheduled handler. */
const withBucket = (toml) =>
  `${toml.replace(/^\[assets\]\n(?:\w.*\n)*/m, "")}\n[[r2_buckets]]\nbinding = "AUDIT_ARCHIVE"\nbucket_name = "archive"\n`;

const tick = async (gate, cron) => {
  const reply = await fetch(`${gate.url}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent(cron)}`);
  assert.equal(await reply.text(), "ok");
};

let gate;
let audit;

before(async () => {
  gate = await startGate({ config: withBucket, vars: { ONERING_AUDIT_CLEANUP_DRY_RUN: "0" } });
  audit = auditor(gate);
});
after(() => gate?.stop());

const retain = (query = "") => audit.at.send("POST", `/v1/admin/retention${query}`, { headers: admin });
const rows = async () => (await gate.d1("SELECT count(*) AS rows FROM audit_agent_decisions"))[0].rows;

test("what is old leaves the database for the archive, and its leaves stay", async () => {
  for (const request of ["old-1", "old-2"]) await plant(gate, request, "2026-01-02T03:04:05Z");
  await plant(gate, "young", new Date(Date.now() - 10 * 86_400_000).toISOString());
  await plant(gate, "old-behind-young", "2026-01-02T03:04:05Z");
  await tick(gate, "* * * * *");
  await audit.grownTo(4);
  const dry = await retain("?dry_run=1");
  assert.deepEqual(dry.body, { retention_days: 30, dry_run: true, candidates: 4, exported: 0, deleted: 0 });
  assert.equal(await rows(), 8);
  const real = await retain();
  assert.deepEqual(real.body, { retention_days: 30, dry_run: false, candidates: 4, exported: 4, deleted: 4 }, real.text);
  assert.equal(await rows(), 4);
  assert.deepEqual((await retain()).body, { retention_days: 30, dry_run: false, candidates: 0, exported: 0, deleted: 0 });
  const { verdict } = await audit.exported();
  assert.deepEqual([verdict.ok, verdict.rows, verdict.first_leaf, verdict.tree_size], [true, 4, 2, 4], JSON.stringify(verdict));
  const proof = (await audit.get("/v1/audit/proof?request_id=old-1")).body;
  const { root, size } = openNote(proof.checkpoint, await audit.keys());
  assert.ok(rootFrom(proof.leaves[0].leaf_index, size, proof.leaves[0].leaf_hash, proof.leaves[0].hashes).equals(root));
  assert.equal((await audit.get("/v1/audit/export?first=0")).status, 422);
  const [run] = await gate.d1("SELECT * FROM audit_retention_runs");
  assert.deepEqual([run.first_leaf, run.end_leaf, run.deleted], [0, 2, 4]);
  assert.match(run.archive, /^audit\/\d{4}-\d\d-\d\d\/000000000000-000000000002\.ndjson$/);
  const archived = judge(gate.bucket("archive")[0], JSON.stringify(await audit.keys()));
  assert.deepEqual([archived.ok, archived.rows, archived.end_leaf], [true, 4, 2], JSON.stringify(archived));
});

/** One row in each table of the monitoring, as old as this; the trigger counts the report too. */
async function observed(name, age) {
  const at = Date.now() - age * 86_400_000;
  await gate.d1("INSERT INTO enforcement_requests (request_id, call, mode, qa_status, codes, violations, audit_ok, latency_ms, at) VALUES (?1, 'generate', 'enforced', 'FAIL', '[\"PROFANITY\"]', 1, 1, 7, ?2)", name, at);
  await gate.d1("INSERT INTO audit_losses (id, request_id, rows, reason, at) VALUES (?1, ?1, 6, 'full', ?2)", name, at);
  await gate.d1("INSERT INTO false_positive_reports (user_id, draft_hash, code, platform, policy_digest, request_id, at) VALUES (?1, 'h', 'PROFANITY', 'x', 'd', ?1, ?2)", name, at);
  await gate.d1("INSERT INTO telemetry (metric, hour, label, count) VALUES ('refused', CAST(?2 AS INTEGER) / 3600000, ?1, 1)", name, at);
}

/** Whose rows each table has. */
async function kept() {
  const names = async (sql) => (await gate.d1(`${sql} LIKE 'age-%' ORDER BY 1`)).map(({ name }) => name);
  return {
    enforcement_requests: await names("SELECT request_id AS name FROM enforcement_requests WHERE request_id"),
    enforcement_request_codes: await names("SELECT request_id AS name FROM enforcement_request_codes WHERE request_id"),
    audit_losses: await names("SELECT id AS name FROM audit_losses WHERE id"),
    false_positive_reports: await names("SELECT user_id AS name FROM false_positive_reports WHERE user_id"),
    telemetry: await names("SELECT label AS name FROM telemetry WHERE metric = 'refused' AND label"),
  };
}

test("what the monitoring knows goes as the rows do, its counts after 90 days, and a dry run keeps all of it", async () => {
  for (const age of [10, 29, 31, 89, 91]) await observed(`age-${age}`, age);
  const all = ["age-10", "age-29", "age-31", "age-89", "age-91"];
  const young = ["age-10", "age-29"];
  const tables = (rows, telemetry) => ({ enforcement_requests: rows, enforcement_request_codes: rows, audit_losses: rows, false_positive_reports: rows, telemetry });
  assert.deepEqual(await kept(), tables(all, all));
  assert.equal((await retain("?dry_run=1")).status, 200);
  assert.deepEqual(await kept(), tables(all, all));
  assert.equal((await retain()).status, 200);
  assert.deepEqual(await kept(), tables(young, ["age-10", "age-29", "age-31", "age-89"]));
});

test("rows that are not what was signed are kept as evidence, and keep nothing else", async () => {
  await gate.d1("DROP TRIGGER audit_agent_decisions_update");
  await gate.d1("UPDATE audit_agent_decisions SET status = 'FAIL' WHERE request_id = 'young'");
  await gate.restart({ vars: { ONERING_AUDIT_RETENTION_DAYS: "1" } });
  const before = await rows();
  await plant(gate, "later", "2026-01-02T03:04:05Z");
  await tick(gate, "23 * * * *");
  assert.equal(await rows(), before + 2);
  assert.equal((await audit.exported()).verdict.ok, false);
  assert.deepEqual((await kept()).enforcement_requests, []);
});

// Retention: a dry run counts, a real one archives and deletes what is old, signed and unchanged; its leaves stay, so that proofs verify.

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

test("rows that are not what was signed are kept as evidence", async () => {
  await gate.d1("DROP TRIGGER audit_agent_decisions_update");
  await gate.d1("UPDATE audit_agent_decisions SET status = 'FAIL' WHERE request_id = 'young'");
  await gate.restart({ vars: { ONERING_AUDIT_RETENTION_DAYS: "1" } });
  const before = await rows();
  await plant(gate, "later", "2026-01-02T03:04:05Z");
  await tick(gate, "23 * * * *");
  assert.equal(await rows(), before + 2);
  assert.equal((await audit.exported()).verdict.ok, false);
});

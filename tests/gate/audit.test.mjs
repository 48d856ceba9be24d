// The audit over the real Worker: rows come into the tree, proofs and exports verify, what was changed is found, retention keeps the leaves.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startGate } from "../engines/harness/gate.mjs";
import { auditor, judge, plant } from "./auditor.mjs";
import { good, refused } from "./client.mjs";
import { grew, openNote, rootFrom } from "./tree.mjs";

let gate;
let audit;

before(async () => {
  gate = await startGate();
  audit = auditor(gate);
});
after(() => gate?.stop());

test("only administrators see the audit", async () => {
  for (const path of ["/v1/audit/checkpoint", "/v1/audit/proof?from=0", "/v1/audit/export", "/v1/audit/some-request"]) {
    refused(await audit.at.get(path), 401, "UNAUTHENTICATED");
    refused(await audit.at.get(path, { authorization: "Bearer dev:ann" }), 403, "FORBIDDEN");
  }
  refused(await audit.at.post("/v1/admin/retention", "ann"), 403, "FORBIDDEN");
});

test("an empty tree has a checkpoint and an export", async () => {
  assert.equal((await audit.checkpoint()).size, 0);
  const { text, verdict } = await audit.exported();
  assert.deepEqual([text.trimEnd().split("\n").length, verdict.ok, verdict.rows], [1, true, 0]);
});

test("every request's rows come under a checkpoint, and proofs and growth verify by a stranger's code", async () => {
  const receipt = await audit.at.receipt("ann", good());
  assert.equal((await audit.at.publish("ann", good(), receipt)).status, 200);
  const early = await audit.grownTo(2);
  for (let count = 0; count < 5; count++) await audit.at.generate("ann", good(`Draft number ${"x".repeat(count)}`));
  const late = await audit.grownTo(early.size + 5);
  const reply = await audit.get(`/v1/audit/proof?request_id=${receipt.request_id}`);
  assert.equal(reply.status, 200, reply.text);
  const under = openNote(reply.body.checkpoint, await audit.keys());
  assert.deepEqual([reply.body.leaves.length, reply.body.tree_size], [1, under.size]);
  for (const { leaf_index, leaf_hash, hashes } of reply.body.leaves) assert.ok(rootFrom(leaf_index, under.size, leaf_hash, hashes).equals(under.root));
  const growth = (await audit.get(`/v1/audit/proof?from=${early.size}`)).body;
  assert.ok(grew(early.size, early.root, late.size, late.root, growth.hashes), JSON.stringify(growth));
  const rows = (await audit.get(`/v1/audit/${receipt.request_id}`)).body.rows;
  assert.deepEqual(rows.map((row) => row.agent_name), ["strategy", "research", "writer", "qa_gatekeeper", "posting", "analytics"]);
  assert.equal(rows[3].decision_json.output.receipt_token, receipt.token);
  refused(await audit.get("/v1/audit/proof?request_id=nobody"), 404, "NOT_FOUND");
  refused(await audit.get("/v1/audit/nobody"), 404, "NOT_FOUND");
  refused(await audit.get(`/v1/audit/proof?from=${late.size + 1}`), 404, "NOT_FOUND");
  for (const query of ["", "?from=-1", "?from=x", "?from=1&request_id=a"]) refused(await audit.get(`/v1/audit/proof${query}`), 422, "CONTRACT_INVALID");
});

test("an export verifies, whole and in part, and holds every row", async () => {
  const { text, verdict } = await audit.exported();
  assert.deepEqual(verdict.problems, []);
  const [{ rows }] = await gate.d1("SELECT count(*) AS rows FROM audit_agent_decisions");
  assert.deepEqual([verdict.rows, text.trimEnd().split("\n").length, verdict.origin], [rows, rows + 1, "postgate/audit"]);
  const part = await audit.exported("?first=2&end=4");
  assert.deepEqual([part.verdict.ok, part.verdict.first_leaf, part.verdict.end_leaf], [true, 2, 4]);
  refused(await audit.get("/v1/audit/export?first=4&end=2"), 422, "CONTRACT_INVALID");
  const strange = JSON.stringify({ keys: [{ kty: "OKP", crv: "Ed25519", x: "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw" }] });
  assert.match(judge(text, strange).problems[0].what, /not signed by any of the given keys/);
});

test("rows that nobody announced are found at the next look, also after a power cut", async () => {
  const { size } = await audit.checkpoint();
  await plant(gate, "unheard", "2026-01-02T03:04:05Z");
  await gate.kill9();
  await gate.restart();
  await audit.at.check("ann", good());
  await audit.grownTo(size + 1);
  assert.equal((await audit.get("/v1/audit/proof?request_id=unheard")).body.leaves.length, 1);
  assert.ok((await audit.exported()).verdict.ok);
});

test("what somebody changed at the database is found with its row", async () => {
  await gate.d1("DROP TRIGGER audit_agent_decisions_update");
  await gate.d1("DROP TRIGGER audit_agent_decisions_delete");
  const found = async (line) => {
    const { verdict } = await audit.exported();
    assert.equal(verdict.ok, false);
    assert.ok(verdict.problems.some((problem) => problem.line === line), JSON.stringify(verdict));
    return verdict.problems[0];
  };
  const [row] = await gate.d1("SELECT id, request_id, status FROM audit_agent_decisions ORDER BY id LIMIT 1 OFFSET 3");
  await gate.d1("UPDATE audit_agent_decisions SET status = 'FAIL' WHERE id = ?1", row.id);
  assert.equal((await found(4)).request_id, row.request_id);
  await gate.d1("UPDATE audit_agent_decisions SET status = ?2 WHERE id = ?1", row.id, row.status);
  assert.ok((await audit.exported()).verdict.ok);
  await gate.d1("DELETE FROM audit_agent_decisions WHERE request_id = 'unheard'");
  const rows = (await audit.exported()).text.trimEnd().split("\n").length;
  await found(rows);
});

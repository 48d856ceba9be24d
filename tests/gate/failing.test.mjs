// D1 failing for real, before a commit, half way through one and after one: nothing is published unaccounted, nothing is half written, and
// `audit_ok` says what is so.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startGate } from "../engines/harness/gate.mjs";
import { client, eventually, good, refused } from "./client.mjs";

let gate;
let at;

before(async () => {
  gate = await startGate();
  at = client(gate.url);
});
after(() => gate?.stop());

const rowsOf = async (request) => (await gate.d1("SELECT count(*) AS rows FROM audit_agent_decisions WHERE request_id = ?1", request))[0].rows;
const decided = (request) => gate.d1("SELECT agent_name, status FROM audit_agent_decisions WHERE request_id = ?1 ORDER BY id", request);
const sent = async () => (await gate.d1("SELECT count(*) AS sent FROM outbox"))[0].sent;

/** A trigger that lets the row of one agent fail: the statement stops there, and its transaction with it. */
async function withFault(agent, use) {
  await gate.d1(`CREATE TRIGGER fault BEFORE INSERT ON audit_agent_decisions WHEN NEW.agent_name = '${agent}'
    BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END`);
  try {
    await use();
  } finally {
    await gate.d1("DROP TRIGGER fault");
  }
}

test("a generation whose audit fails at any row has no receipt and leaves no row", async () => {
  for (const agent of ["strategy", "qa_gatekeeper", "analytics"]) {
    await withFault(agent, async () => {
      const { enforcement } = (await at.generate("ann", good())).body;
      assert.deepEqual([enforcement.audit_ok, enforcement.would_block, enforcement.receipt], [false, true, null], agent);
      assert.ok(enforcement.warnings.includes("AUDIT_WRITE_FAILED"));
      assert.equal(await rowsOf(enforcement.request_id), 0);
      refused(await at.post("/v1/posts", "ann", { ...good(), enforcement_request_id: enforcement.request_id }), 403, "ENFORCEMENT_RECEIPT_INVALID");
    });
  }
  const { enforcement } = (await at.generate("ann", good())).body;
  assert.deepEqual([enforcement.audit_ok, await rowsOf(enforcement.request_id)], [true, 6]);
});

test("a post whose audit fails is refused, publishes nothing and gives everything back", async () => {
  const receipt = await at.receipt("bob", good());
  await withFault("posting_gate", async () => {
    const error = refused(await at.publish("bob", good(), receipt), 503, "AUDIT_WRITE_FAILED");
    assert.equal(await sent(), 0);
    // The refusal is told in a row of its own, beside the answer, as soon as rows can be written.
    assert.deepEqual(await eventually(() => decided(error.request_id)), [{ agent_name: "publisher", status: "FAIL" }]);
  });
  const reply = await at.publish("bob", good(), receipt);
  assert.deepEqual([reply.status, reply.body.remaining, await sent()], [200, 4, 1], reply.text);
});

test("in advisory it goes out with a warning, and the event says that it is not audited", async () => {
  await gate.restart({ vars: { ONERING_ENFORCEMENT_MODE: "advisory" } });
  const receipt = await at.receipt("cy", good());
  await withFault("posting_gate", async () => {
    const reply = await at.publish("cy", good(), receipt);
    assert.equal(reply.status, 200, reply.text);
    assert.ok(reply.body.warnings.includes("AUDIT_WRITE_FAILED"), reply.text);
    const events = await gate.d1("SELECT audit_ok FROM publish_events WHERE post_id = ?1", reply.body.post_id);
    assert.deepEqual(events, [{ audit_ok: 0 }]);
  });
});

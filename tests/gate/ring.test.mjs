// RING over the real gate: what publishing earns, once, whatever the concurrency, and books that agree.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startGate } from "../engines/harness/gate.mjs";
import { client, good, refused } from "./client.mjs";

const drafts = (count) => Array.from({ length: count }, (_, n) => good(`Bed ${"abcdefgh"[n]} has tomatoes and basil`));

function described(mode, more, tests) {
  describe(`issuance ${mode}`, () => {
    const at = {};
    let gate;
    before(async () => {
      gate = await startGate({ vars: { ONERING_TOKEN_ISSUANCE: mode, ...more } });
      Object.assign(at, client(gate.url), { gate, as: (user) => ({ authorization: `Bearer dev:${user}` }) });
    });
    after(() => gate.stop());
    tests(at);
  });
}

const account = async (at, user) => (await at.get("/v1/tokens/balance", at.as(user))).body;
const publish = async (at, user, draft, more) => (await at.publish(user, draft, await at.receipt(user, draft), more)).body;

described("live", {}, (at) => {
  test("one award for five posts at once, and the ledger is the balance", async () => {
    const five = drafts(5);
    const receipts = await Promise.all(five.map((draft) => at.receipt("ann", draft)));
    const answers = await Promise.all(five.map((draft, n) => at.publish("ann", draft, receipts[n])));
    const results = answers.map(({ body }) => body.token_result);
    assert.deepEqual(results.map(({ issued_amount }) => issued_amount).sort(), [0, 0, 0, 0, 10]);
    const held = results.filter(({ issued_amount }) => issued_amount === 0);
    for (const result of held) assert.deepEqual([result.reason_code, result.guardrails_applied], ["GUARDRAIL_BLOCKED", ["min_interval_violation:300s"]]);
    assert.deepEqual(await account(at, "ann"), { user_id: "dev:ann", mode: "live", balance: 10, pending: 0, effective_balance: 10 });
    const { items } = (await at.get("/v1/tokens/ledger", at.as("ann"))).body;
    assert.deepEqual(items.map(({ event_type, reason_code, amount, balance_after }) => [event_type, reason_code, amount, balance_after]), [["EARN", "ISSUED", 10, 10]]);
    assert.equal(items[0].id, results.find(({ issued_amount }) => issued_amount === 10).ledger_id);
  });

  test("the same post again has the same result, and earns nothing more", async () => {
    const draft = good("Peas climb by themselves");
    const receipt = await at.receipt("bea", draft);
    const first = await at.publish("bea", draft, receipt, { "idempotency-key": "peas" });
    const again = await at.publish("bea", draft, receipt, { "idempotency-key": "peas" });
    assert.deepEqual(again.body, first.body);
    assert.equal(first.body.token_result.reason_code, "ISSUED");
    assert.equal((await account(at, "bea")).balance, 10);
  });

  test("accounts are their owners'", async () => {
    assert.equal((await account(at, "nobody")).balance, 0);
    refused(await at.get("/v1/tokens/balance"), 401, "UNAUTHENTICATED");
    refused(await at.get("/v1/tokens/ledger?limit=0", at.as("ann")), 422, "CONTRACT_INVALID");
    const summary = (await at.get("/v1/tokens/summary?limit=1", at.as("ann"))).body;
    assert.deepEqual([summary.balance, summary.ledger.length, summary.pending_entries.length], [10, 1, 0]);
  });

  test("the ledger is only added to, and reconciling twice changes nothing more", async () => {
    await assert.rejects(at.gate.d1("UPDATE ring_ledger SET amount = 99"), /only added to/);
    await assert.rejects(at.gate.d1("DELETE FROM ring_ledger"), /only added to/);
    const reconcile = (user) => at.send("POST", "/v1/tokens/reconcile", { headers: { authorization: `Bearer ${user}` } });
    refused(await reconcile("dev:ann"), 403, "FORBIDDEN");
    await at.gate.d1("UPDATE ring_balances SET balance = 999 WHERE user_id = 'dev:ann'");
    const report = (await reconcile("dev-admin:root")).body;
    assert.deepEqual(report.mismatches, [{ user_id: "dev:ann", stored: 999, booked: 10 }]);
    assert.deepEqual([report.skipped, report.publish_missing, report.publish_duplicates], [false, [], []]);
    assert.equal((await account(at, "ann")).balance, 10);
    assert.deepEqual((await reconcile("dev-admin:root")).body.mismatches, []);
    assert.deepEqual((await at.gate.d1("SELECT stored, booked FROM ring_drifts")), [{ stored: 999, booked: 10 }]);
  });
});

described("shadow", { RING_DAILY_EARN_CAP: "4" }, (at) => {
  test("what would be earned is noted, guardrails and all, and nothing is booked", async () => {
    const { token_result } = await publish(at, "cy", good());
    assert.deepEqual(
      [token_result.mode, token_result.pending_amount, token_result.issued_amount, token_result.reason_code, token_result.guardrails_applied],
      ["shadow", 4, 0, "PENDING", ["daily_cap_reached:4"]],
    );
    const { token_result: second } = await publish(at, "cy", good("Basil likes shade"));
    assert.deepEqual([second.pending_amount, second.reason_code], [0, "GUARDRAIL_BLOCKED"]);
    assert.deepEqual(await account(at, "cy"), { user_id: "dev:cy", mode: "shadow", balance: 0, pending: 4, effective_balance: 4 });
  });
});

described("live", { ONERING_ENFORCEMENT_MODE: "advisory" }, (at) => {
  test("a post that advisory let out without a receipt, or against QA, earns nothing", async () => {
    const without = await at.publish("dee", good());
    assert.deepEqual([without.status, without.body.token_result.reason_code, without.body.token_result.issued_amount], [200, "ENFORCEMENT_RECEIPT_REQUIRED", 0]);
    assert.equal((await account(at, "dee")).balance, 0);
  });

  test("a receipt that was spent before earns nothing, and the audit says so", async () => {
    const receipt = await at.receipt("dan", good());
    assert.equal((await at.publish("dan", good(), receipt)).body.token_result.reason_code, "ISSUED");
    const again = await at.publish("dan", good(), receipt);
    assert.deepEqual([again.status, again.body.warnings, again.body.token_result.reason_code, again.body.token_result.issued_amount], [200, ["ENFORCEMENT_RECEIPT_USED"], "ENFORCEMENT_RECEIPT_USED", 0], again.text);
    const rows = await at.gate.d1("SELECT decision_json FROM audit_agent_decisions WHERE user_id = 'dev:dan' AND agent_name = 'posting_gate' ORDER BY id");
    assert.deepEqual(rows.map(({ decision_json: json }) => JSON.parse(json).output.warnings), [[], ["ENFORCEMENT_RECEIPT_USED"]]);
  });
});

described("off", {}, (at) => {
  test("nothing is earned, noted or reconciled", async () => {
    assert.equal((await publish(at, "eve", good())).token_result, null);
    assert.equal((await at.gate.d1("SELECT count(*) AS rows FROM ring_ledger"))[0].rows, 0);
    const report = await at.send("POST", "/v1/tokens/reconcile", { headers: { authorization: "Bearer dev-admin:root" } });
    assert.equal(report.body.skipped, true);
  });
});

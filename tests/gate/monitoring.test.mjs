// Monitoring over the real gate: what happened is counted, once; a write that failed is seen; and only administrators see it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startGate } from "../engines/harness/gate.mjs";
import { admin } from "./auditor.mjs";
import { client, eventually, frames, as, good, refused } from "./client.mjs";

let gate;
let at;

before(async () => {
  gate = await startGate({ vars: { ONERING_TOKEN_ISSUANCE: "shadow" } });
  at = client(gate.url);
});
after(() => gate?.stop());

const monitor = async (path) => {
  const reply = await at.get(`/v1/monitoring/enforcement/${path}`, admin);
  assert.equal(reply.status, 200, reply.text);
  return reply.body;
};
const labelled = (tallies, label) => tallies.find((tally) => tally.label === label)?.count ?? 0;

/** The metrics once `enough` says so: what is counted beside requests comes a moment after them. */
async function counted(enough, query = "") {
  const [metrics] = await eventually(async () => [await monitor(`metrics${query}`)].filter(enough), 200);
  assert.ok(metrics, JSON.stringify(await monitor(`metrics${query}`)));
  return metrics;
}

/** Lets the row of one agent fail while `use` runs. */
async function withFault(agent, use) {
  await gate.d1(`CREATE TRIGGER fault BEFORE INSERT ON audit_agent_decisions WHEN NEW.agent_name = '${agent}'
    BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END`);
  try {
    return await use();
  } finally {
    await gate.d1("DROP TRIGGER fault");
  }
}

test("where nothing happened there is no figure, and nothing may be enforced", async () => {
  const metrics = await monitor("metrics");
  assert.deepEqual([metrics.requests, metrics.hours, metrics.agents, metrics.circuit_trips], [[], [], [], 0]);
  assert.deepEqual([metrics.audit.success_percent, metrics.audit.coverage_percent, metrics.metrics.p90_latency_ms], [null, null, null]);
  const { advisory, enforced } = await monitor("readiness");
  assert.deepEqual([advisory.ready, enforced.ready], [false, false]);
  for (const threshold of [...advisory.thresholds, ...enforced.thresholds]) assert.deepEqual([threshold.measured, threshold.met], [null, false], threshold.name);
});

test("only administrators monitor, and a question that is none is refused", async () => {
  for (const path of ["recent", "metrics", "readiness"]) {
    refused(await at.get(`/v1/monitoring/enforcement/${path}`), 401, "UNAUTHENTICATED");
    refused(await at.get(`/v1/monitoring/enforcement/${path}`, { authorization: "Bearer dev:ann" }), 403, "FORBIDDEN");
  }
  for (const query of ["since=garbage", "limit=0", "limit=201", "mode=off", "status=pass", "cursor=x", "what=1"]) {
    refused(await at.get(`/v1/monitoring/enforcement/recent?${query}`, admin), 422, "CONTRACT_INVALID");
  }
  refused(await at.get("/v1/monitoring/enforcement/metrics?window_hours=0", admin), 422, "CONTRACT_INVALID");
});

test("what happened is counted with its rows, by code, by receipt failure and by agent", async () => {
  const receipt = await at.receipt("ann", good());
  assert.equal((await at.publish("ann", good(), receipt)).status, 200);
  await at.generate("ann", good("what the fuck"));
  refused(await at.publish("bob", good(), undefined), 400, "ENFORCEMENT_RECEIPT_REQUIRED");
  refused(await at.publish("bob", good(), receipt), 403, "ENFORCEMENT_RECEIPT_INVALID");
  const metrics = await counted((now) => labelled(now.receipt_failures, "ENFORCEMENT_RECEIPT_INVALID") === 1 && labelled(now.refused, "FORBIDDEN") >= 3);
  assert.deepEqual(
    Object.fromEntries(metrics.requests.map(({ label, count }) => [label, count])),
    { "generate:enforced:FAIL": 1, "generate:enforced:PASS": 1, "post:enforced:PASS": 3 },
  );
  assert.deepEqual(metrics.blocked_by_code, [{ label: "PROFANITY", count: 1 }]);
  assert.deepEqual([metrics.metrics.qa_blocked, metrics.metrics.enforcement_receipt_required, metrics.metrics.audit_write_failed], [1, 1, 0]);
  assert.deepEqual([metrics.audit.committed, metrics.audit.success_percent, metrics.audit.coverage_percent], [5, 100, 100]);
  assert.equal(metrics.agents.find(({ name }) => name === "qa_gatekeeper").count, 2);
  assert.equal(metrics.agents.find(({ name }) => name === "posting_gate").count, 3);
  assert.deepEqual(metrics.published, [{ label: "x", count: 1 }]);
  assert.deepEqual([metrics.tokens.total_pending, metrics.tokens.top_reason_codes], [10, [{ label: "PENDING", count: 1 }]]);
  assert.deepEqual(metrics.hours.reduce((sum, { passed, failed }) => [sum[0] + passed, sum[1] + failed], [0, 0]), [4, 1]);
});

test("whole calls, streams and refusals before the gate are counted beside the requests", async () => {
  const stream = await fetch(`${gate.url}/v1/generate/content`, { method: "POST", headers: as("ann"), body: JSON.stringify({ prompt: "a test", ...good() }) });
  assert.deepEqual(frames(await stream.text()).map(({ event }) => event).slice(-2), ["enforcement", "done"]);
  const metrics = await counted((now) => now.streams.complete === 1 && now.calls.length === 2);
  assert.deepEqual([metrics.streams.begun, metrics.streams.gone, metrics.streams.conformance_percent], [1, 0, 100]);
  assert.deepEqual(metrics.calls.map(({ name, count }) => [name, count]), [["generate", 3], ["post", 3]]);
  assert.ok(labelled(metrics.refused, "CONTRACT_INVALID") >= 8, JSON.stringify(metrics.refused));
});

test("each decision and each post has its line of log, with no text in it", async () => {
  const receipt = await at.receipt("log", good("Leeks want sand"));
  const made = await at.publish("log", good("Leeks want sand"), receipt);
  const refusal = refused(await at.publish("log", good("what the fuck"), receipt), 403, "QA_BLOCKED");
  const lines = await eventually(async () => {
    const read = gate.log.flatMap((text) => text.split("\n")).filter((text) => text.startsWith("{\"")).map((text) => JSON.parse(text));
    const wanted = [receipt.request_id, made.body.request_id, refusal.request_id].map((id) => read.find(({ request_id }) => request_id === id));
    return wanted.every(Boolean) ? wanted : [];
  });
  const told = lines.map(({ event, mode, qa_status, would_block, audit_ok, code }) => [event, mode, qa_status, would_block, audit_ok, code]);
  assert.deepEqual(told, [
    ["generate", "enforced", "PASS", false, true, undefined],
    ["post", "enforced", "PASS", false, true, null],
    ["post", "enforced", "FAIL", true, null, "QA_BLOCKED"],
  ]);
  assert.ok(lines.every(({ latency_ms }) => Number.isInteger(latency_ms)));
  assert.ok(!JSON.stringify(lines).match(/Leeks|fuck/));
});

test("recent requests are found by every filter, page by page", async () => {
  const all = await monitor("recent");
  assert.equal(all.items.length, 9);
  assert.equal(all.next_cursor, null);
  // As times: RFC 3339 leaves out zeros at the end of a fraction, so that the texts have no order.
  const when = ({ created_at }) => Date.parse(created_at);
  assert.ok(all.items.every((item, index) => index === 0 || when(item) <= when(all.items[index - 1])));
  const of = async (query) => (await monitor(`recent?${query}`)).items.map(({ request_id }) => request_id);
  const wanted = (test) => all.items.filter(test).map(({ request_id }) => request_id);
  assert.deepEqual(await of("status=FAIL"), wanted(({ qa_status }) => qa_status === "FAIL"));
  assert.deepEqual(await of("mode=enforced"), wanted(() => true));
  assert.deepEqual(await of("mode=advisory"), []);
  assert.deepEqual(await of("audit_ok=false"), []);
  assert.deepEqual(await of("code=PROFANITY"), wanted(({ codes }) => codes.includes("PROFANITY")));
  assert.deepEqual(await of("code=ENFORCEMENT_RECEIPT_REQUIRED&status=PASS"), wanted(({ last_error_code }) => last_error_code === "ENFORCEMENT_RECEIPT_REQUIRED"));
  assert.deepEqual(await of(`request_id=${all.items[2].request_id}`), [all.items[2].request_id]);
  assert.deepEqual(await of(`since=${all.items[1].created_at}&limit=200`), wanted((item) => when(item) >= when(all.items[1])));
  for (const filter of ["", "&mode=enforced", "&code=QA_BLOCKED"]) {
    const whole = await of(`limit=200${filter}`);
    const paged = [];
    for (let cursor = ""; cursor !== undefined; ) {
      const page = await monitor(`recent?limit=1${filter}${cursor && `&cursor=${cursor}`}`);
      paged.push(...page.items.map(({ request_id }) => request_id));
      cursor = page.next_cursor ?? undefined;
    }
    assert.deepEqual(paged, whole, filter);
  }
  const passed = all.items.find(({ call, qa_status, receipt_id }) => call === "generate" && qa_status === "PASS" && receipt_id);
  assert.ok(Date.parse(passed.expires_at) > when(passed));
  const rows = (await at.get(`/v1/audit/${passed.request_id}`, admin)).body.rows;
  assert.equal(rows.length, 6);
});

test("rows that could not be written are seen: as a request, as counts, and with their reason", async () => {
  const { enforcement } = await withFault("qa_gatekeeper", async () => (await at.generate("cy", good())).body);
  assert.deepEqual([enforcement.audit_ok, enforcement.receipt], [false, null]);
  const metrics = await counted((now) => now.metrics.audit_write_failed === 1);
  assert.ok(metrics.audit.success_percent < 100 && metrics.audit.coverage_percent < 100, JSON.stringify(metrics.audit));
  const { items } = await monitor("recent?audit_ok=false");
  assert.deepEqual(items.map(({ request_id, last_error_code, audit_ok }) => [request_id, last_error_code, audit_ok]), [[enforcement.request_id, "AUDIT_WRITE_FAILED", false]]);
  assert.deepEqual((await monitor("recent?code=AUDIT_WRITE_FAILED")).items.length, 1);
  const [loss] = await gate.d1("SELECT request_id, rows, reason FROM audit_losses");
  assert.deepEqual([loss.request_id, loss.rows], [enforcement.request_id, 6]);
  assert.match(loss.reason, /disk I\/O error/);
  refused(await at.get(`/v1/audit/${enforcement.request_id}`, admin), 404, "NOT_FOUND");
});

test("what is known of lost rows outlives a power cut, and is added once", async () => {
  await gate.d1("ALTER TABLE telemetry RENAME TO away");
  const { enforcement } = (await at.generate("dee", good())).body;
  assert.equal(enforcement.audit_ok, false);
  await gate.kill9();
  await gate.d1("ALTER TABLE away RENAME TO telemetry");
  await gate.restart();
  await counted((now) => now.metrics.audit_write_failed === 2);
  assert.deepEqual((await gate.d1("SELECT request_id FROM audit_losses ORDER BY at DESC LIMIT 1")), [{ request_id: enforcement.request_id }]);
  const [{ failed }] = await gate.d1("SELECT sum(count) AS failed FROM telemetry WHERE metric = 'audit_write' AND label = 'failed'");
  assert.equal(failed, 2);
});

test("a user's \"this is wrong\" is stored once for a draft and a rule, without its text, and weighs in the readiness", async () => {
  const report = (await at.check("eve", good("what the hell"))).body;
  const said = { code: "PROFANITY", draft_hash: report.draft_hash, policy_digest: report.policy_digest, platform: "x" };
  const say = (user, body) => at.post("/v1/feedback", user, body);
  assert.deepEqual((await say("eve", said)).body, { recorded: true });
  assert.deepEqual((await say("eve", said)).body, { recorded: false });
  assert.deepEqual((await say("fay", said)).body, { recorded: true });
  refused(await say("eve", { ...said, content: "what the hell" }), 422, "CONTRACT_INVALID");
  refused(await say("eve", { ...said, draft_hash: "what the hell" }), 422, "CONTRACT_INVALID");
  refused(await at.send("POST", "/v1/feedback", { body: said }), 401, "UNAUTHENTICATED");
  const metrics = await monitor("metrics");
  assert.deepEqual([metrics.false_positives.reports, metrics.false_positives.by_code], [2, [{ label: "PROFANITY", count: 2 }]]);
  const { enforced } = await monitor("readiness");
  const threshold = enforced.thresholds.find(({ name }) => name === "false_positives");
  assert.deepEqual([threshold.measured, threshold.met], [100, false]);
  assert.ok(!JSON.stringify(await gate.d1("SELECT * FROM false_positive_reports")).includes("hell"));
});

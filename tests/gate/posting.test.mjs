// The gate in workerd, over real D1 and real Durable Objects, as its users meet it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startGate } from "../engines/harness/gate.mjs";
import { client, frames, good, refused } from "./client.mjs";

let gate;
let at;

before(async () => {
  gate = await startGate();
  at = client(gate.url);
});

after(() => gate?.stop());

const agents = ["strategy", "research", "writer", "qa_gatekeeper", "posting", "analytics"];

test("a good draft is generated, posted once, shown in the outbox and accounted for", async () => {
  const draft = good("Basil grows beside tomatoes");
  const receipt = await at.receipt("ada", draft);
  const reply = await at.publish("ada", draft, receipt, { "idempotency-key": '"first"' });
  assert.equal(reply.status, 200, reply.text);
  assert.deepEqual(Object.keys(reply.body).sort(), ["post_id", "remaining", "request_id", "success", "token_result", "urls", "warnings"]);
  assert.equal(reply.body.remaining, 4);
  assert.equal(reply.headers.get("ratelimit-policy"), '"posts";q=5;w=900');

  const rows = await gate.d1("SELECT agent_name, status, receipt_id FROM audit_agent_decisions WHERE request_id = ? ORDER BY id", receipt.request_id);
  assert.deepEqual(rows.map((row) => row.agent_name), agents);
  assert.equal(rows[3].receipt_id, receipt.receipt_id);
  const [admitted] = await gate.d1("SELECT agent_name, status, decision_json FROM audit_agent_decisions WHERE request_id = ?", reply.body.request_id);
  assert.deepEqual([admitted.agent_name, admitted.status], ["posting_gate", "PASS"]);
  assert.equal(JSON.parse(admitted.decision_json).output.post_id, reply.body.post_id);

  const outbox = await at.get("/v1/outbox", { authorization: "Bearer dev:ada" });
  assert.deepEqual(outbox.body.items.map((item) => item.parts.map((part) => part.text)), [["Basil grows beside tomatoes"]]);
  const [event] = await gate.d1("SELECT user_id, post_id, enforcement_receipt_id, qa_status, audit_ok FROM publish_events");
  assert.deepEqual(event, { user_id: "dev:ada", post_id: reply.body.post_id, enforcement_receipt_id: receipt.receipt_id, qa_status: "PASS", audit_ok: 1 });

  const again = await at.publish("ada", draft, receipt, { "idempotency-key": "first" });
  assert.deepEqual([again.status, again.text, again.headers.get("idempotent-replayed")], [200, reply.text, "true"]);
  refused(await at.publish("ada", draft, receipt), 403, "ENFORCEMENT_RECEIPT_USED");
  refused(await at.publish("ada", good("other"), receipt, { "idempotency-key": "first" }), 422, "IDEMPOTENCY_CONFLICT");

  const view = await at.get(`/v1/posts/${reply.body.post_id}`, { authorization: "Bearer dev:ada" });
  assert.deepEqual([view.body.state, view.body.parts, view.body.left], ["done", 1, 0]);
  refused(await at.get(`/v1/posts/${reply.body.post_id}`, { authorization: "Bearer dev:eve" }), 404, "NOT_FOUND");
});

test("every JSON reply says how long it took", async () => {
  for (const reply of [await at.get("/healthz"), await at.check("ann", good()), await at.publish("ann", good()), await at.get("/v1/nothing"), await at.get("/openapi.json")]) {
    assert.match(reply.headers.get("server-timing") ?? "", /(^|, )total;dur=\d+$/, reply.text);
  }
});

test("a bad draft is refused with codes, edits and fixes, whatever it brings along, and the refusal is a row", async () => {
  const draft = { content: "1/5 This is f*** great", platform: "x", policy_tags: ["no_harm"] };
  const generated = await at.generate("bad", draft);
  const { enforcement } = generated.body;
  assert.equal(enforcement.receipt, null);
  assert.equal(enforcement.would_block, true);
  assert.deepEqual(enforcement.qa_summary.violation_codes, ["NUMBERING_NOT_ALLOWED", "PROFANITY"]);
  const receipt = await at.receipt("bad", good());
  const forged = { enforcement: { mode: "off", audit_ok: true, qa_summary: { status: "PASS" }, receipt: { receipt_id: receipt.receipt_id } } };
  const error = refused(await at.post("/v1/posts", "bad", { ...draft, ...forged }), 403, "QA_BLOCKED");
  assert.deepEqual(error.details.violation_codes, ["NUMBERING_NOT_ALLOWED", "PROFANITY"]);
  assert.equal(error.details.required_edits.length, 2);
  assert.ok(error.details.diagnostics.every((found) => found.suggested_fix && found.fixes.length > 0));
  await untilRows("SELECT status FROM audit_agent_decisions WHERE request_id = ?", error.request_id, 1);
  const outbox = await at.get("/v1/outbox", { authorization: "Bearer dev:bad" });
  assert.deepEqual(outbox.body.items, []);
});

/** Rows that are written after the answer. */
async function untilRows(sql, value, count) {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const rows = await gate.d1(sql, value);
    if (rows.length === count) return rows;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return assert.fail(`no ${count} rows of: ${sql}`);
}

test("a receipt is bound to its user, draft, platform and one post", async () => {
  const draft = good("Mint wants a pot of its own");
  const receipt = await at.receipt("carl", draft);
  refused(await at.publish("dora", draft, receipt), 403, "ENFORCEMENT_RECEIPT_INVALID");
  const other = refused(await at.publish("carl", good("Something else"), receipt), 403, "ENFORCEMENT_RECEIPT_MISMATCH");
  assert.equal(other.details.field, "draft_hash");
  const elsewhere = refused(await at.publish("carl", { ...draft, platform: "threads" }, receipt), 403, "ENFORCEMENT_RECEIPT_MISMATCH");
  assert.equal(elsewhere.details.field, "platform");
  refused(await at.publish("carl", draft), 400, "ENFORCEMENT_RECEIPT_REQUIRED");
  refused(await at.publish("carl", draft, { receipt_id: "00000000-0000-4000-8000-000000000000" }), 403, "ENFORCEMENT_RECEIPT_INVALID");
  const replies = await Promise.all(Array.from({ length: 20 }, () => at.publish("carl", draft, receipt)));
  assert.deepEqual(replies.map((reply) => reply.status).sort().slice(0, 2), [200, 403]);
  assert.equal((await gate.d1("SELECT count(*) AS sent FROM outbox WHERE user_id = 'dev:carl'"))[0].sent, 1);
});

test("of many posts at once exactly five are admitted", async () => {
  const drafts = Array.from({ length: 12 }, (_, index) => good(`Seedling number ${"x".repeat(index + 1)}`));
  const receipts = await Promise.all(drafts.map((draft) => at.receipt("erin", draft)));
  const replies = await Promise.all(drafts.map((draft, index) => at.publish("erin", draft, receipts[index])));
  assert.equal(replies.filter((reply) => reply.status === 200).length, 5);
  const limited = replies.filter((reply) => reply.status !== 200);
  for (const reply of limited) {
    refused(reply, 429, "RATE_LIMITED");
    assert.ok(Number(reply.headers.get("retry-after")) > 0);
  }
  assert.equal((await gate.d1("SELECT count(*) AS sent FROM outbox WHERE user_id = 'dev:erin'"))[0].sent, 5);
});

test("a thread is published part by part, as many posts as the check counted", async () => {
  const draft = { ...good("First sow.\n\nThen water.\r\nThen wait."), format: "thread" };
  const receipt = await at.receipt("fay", draft, { type: "viral_thread", format: undefined });
  const reply = await at.publish("fay", draft, receipt);
  assert.equal(reply.status, 200, reply.text);
  const parts = await gate.d1("SELECT text FROM outbox WHERE user_id = 'dev:fay' ORDER BY part_index");
  assert.deepEqual(parts.map((part) => part.text), ["First sow.", "Then water.", "Then wait."]);
  assert.equal(reply.body.urls.length, 3);
});

test("clients of the reference system post through the same gate", async () => {
  const content = "Radish is quick";
  refused(await at.post("/api/post-to-x", "gus", { content }), 400, "ENFORCEMENT_RECEIPT_REQUIRED");
  const receipt = await at.receipt("gus", { content, platform: "twitter", policy_tags: ["no_harm"] }, { type: "viral_thread" });
  const enforcement = { request_id: receipt.request_id, receipt: { receipt_id: receipt.receipt_id }, qa_summary: { status: "PASS" } };
  const reply = await at.post("/api/post-to-x", "gus", { content, enforcement });
  assert.equal(reply.status, 200, reply.text);
  assert.equal(reply.body.url, reply.body.urls[0]);
});

test("a receipt is validated for its owner, and for an administrator", async () => {
  const receipt = await at.receipt("hal", good("Peas climb"));
  for (const body of [{ receipt_id: receipt.receipt_id }, { request_id: receipt.request_id }, { token: receipt.token }]) {
    const reply = await at.post("/v1/enforcement/receipts/validate", "hal", body);
    assert.deepEqual(reply.body, { ok: true, receipt }, JSON.stringify(body));
    refused(await at.post("/v1/enforcement/receipts/validate", "ivy", body), 403, "ENFORCEMENT_RECEIPT_INVALID");
    const headers = { authorization: "Bearer dev-admin:root", "content-type": "application/json" };
    assert.equal((await at.send("POST", "/v1/enforcement/receipts/validate", { headers, body })).status, 200);
  }
  refused(await at.post("/v1/enforcement/receipts/validate", "hal", {}), 400, "ENFORCEMENT_RECEIPT_REQUIRED");
  const [head, payload, signature] = receipt.token.split(".");
  const flipped = `${head}.${payload}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
  refused(await at.post("/v1/enforcement/receipts/validate", "hal", { token: flipped }), 403, "ENFORCEMENT_RECEIPT_INVALID");
});

test("a stream has tokens, exactly one enforcement event, and no text opens another", async () => {
  const content = 'One\n\nevent: enforcement\ndata: {"qa_summary":{"status":"PASS"}}\r\n\rTwo \u2028 three';
  const reply = await at.post("/v1/generate/content", "joe", { ...good(content), prompt: "p" });
  assert.match(reply.headers.get("content-type"), /^text\/event-stream/);
  const seen = frames(reply.text);
  const tokens = seen.filter((frame) => frame.event === "token").map((frame) => frame.data.text);
  assert.equal(tokens.join(""), content);
  assert.deepEqual(seen.slice(tokens.length).map((frame) => frame.event), ["enforcement", "done"]);
  const keys = ["audit_ok", "decisions", "diagnostics", "mode", "qa_summary", "receipt", "request_id", "required_edits", "warnings", "would_block"];
  assert.deepEqual(Object.keys(seen[tokens.length].data).sort(), keys);
});

test("the caller's request id is kept beside ours and never taken for it", async () => {
  const reply = await at.post("/v1/generate/content", "kim", { ...good(), prompt: "p", stream: false }, { "x-request-id": "mine" });
  const { enforcement } = reply.body;
  assert.notEqual(enforcement.request_id, "mine");
  assert.equal(enforcement.client_request_id, "mine");
  const [row] = await gate.d1("SELECT DISTINCT client_request_id AS id FROM audit_agent_decisions WHERE request_id = ?", enforcement.request_id);
  assert.equal(row.id, "mine");
});

test("the audit holds no draft text and no prompt", async () => {
  await at.generate("lou", { ...good("An unmistakable aubergine"), prompt: "an unmistakable prompt" });
  const rows = await gate.d1("SELECT decision_json FROM audit_agent_decisions WHERE user_id = 'dev:lou'");
  assert.equal(rows.length, agents.length);
  assert.ok(rows.every((row) => !row.decision_json.includes("unmistakable")));
});

test("with the intent to publish, what is left of the rate is looked at before", async () => {
  const posting = async (requestId) => {
    const [row] = await gate.d1("SELECT decision_json FROM audit_agent_decisions WHERE request_id = ? AND agent_name = 'posting'", requestId);
    return JSON.parse(row.decision_json).output;
  };
  const first = await at.generate("mae", { ...good(), publish_intent: true });
  const { publisher_ready, rate_remaining, retry_after } = await posting(first.body.enforcement.request_id);
  assert.deepEqual([publisher_ready, rate_remaining, retry_after], [true, 5, null]);
  for (const bed of ["a", "b", "c", "d", "e"]) {
    const draft = good(`Bed ${bed} has tomatoes`);
    assert.equal((await at.publish("mae", draft, await at.receipt("mae", draft))).status, 200);
  }
  const last = await at.generate("mae", { ...good(), publish_intent: true });
  assert.deepEqual(last.body.enforcement.warnings, ["RATE_LIMITED"]);
  const full = await posting(last.body.enforcement.request_id);
  assert.ok(full.rate_remaining === 0 && full.retry_after > 0, JSON.stringify(full));
});

test("each decision is one line of the log, with its figures and without its text", async () => {
  const reply = await at.generate("nan", good("A singular artichoke"));
  const { request_id } = reply.body.enforcement;
  let line;
  for (let tries = 0; line === undefined && tries < 100; tries++) {
    line = gate.log.find((text) => text.includes('"event":"generate"') && text.includes(request_id));
    if (line === undefined) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { event, mode, qa_status, would_block, audit_ok, latency_ms } = JSON.parse(line.slice(line.indexOf("{")));
  assert.deepEqual([event, mode, qa_status, would_block, audit_ok], ["generate", "enforced", "PASS", false, true]);
  assert.ok(latency_ms >= 0);
  assert.ok(!gate.log.some((text) => text.includes("artichoke")));
});

// Many posts at once, power cuts in the middle, and what is written afterwards: nothing goes out twice, and the books agree.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startGate } from "../engines/harness/gate.mjs";
import { client, good, refused } from "./client.mjs";

let gate;
let at;

before(async () => {
  gate = await startGate({ vars: { POSTGATE_REQUESTS_PER_MINUTE: "100000" } });
  at = client(gate.url);
});

after(() => gate?.stop());

const inOutbox = (user) => gate.d1("SELECT post_id, part_index, text FROM outbox WHERE user_id = ? ORDER BY published_at, part_index", `dev:${user}`);

/** All of them, `atOnce` on their way at any moment: wrangler's own proxy gives up on connections when there are many more. */
async function many(tasks, atOnce = 50) {
  const waiting = [...tasks.entries()];
  const done = [];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) done[next[0]] = await next[1]();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return done;
}

test("of 200 concurrent posts, 20 of them with one receipt, at most five go out, one of the twenty, none twice, and the rate agrees", async () => {
  const shared = good("Shared seedlings");
  const sharedReceipt = await at.receipt("ida", shared);
  const drafts = Array.from({ length: 180 }, (_, index) => good(`Seedling ${"abcdefghij"[index % 10]}${"klmnopqrst"[Math.floor(index / 10) % 10]}${"uvwxyz"[Math.floor(index / 100)]}`));
  const receipts = await many(drafts.map((draft) => () => at.receipt("ida", draft)));
  // The twenty go first among the others, so that one of them is sure to be inside of the window.
  const twenty = Array.from({ length: 20 }, () => () => at.publish("ida", shared, sharedReceipt));
  const others = drafts.map((draft, index) => () => at.publish("ida", draft, receipts[index]));
  const replies = await many([...twenty, ...others]);
  const [ofTwenty, ofOthers] = [replies.slice(0, 20), replies.slice(20)];

  const published = replies.filter((reply) => reply.status === 200);
  assert.equal(published.length, 5);
  assert.equal(ofTwenty.filter((reply) => reply.status === 200).length, 1);
  for (const reply of ofTwenty.filter((reply) => reply.status !== 200)) assert.ok(["ENFORCEMENT_RECEIPT_USED", "RATE_LIMITED"].includes(reply.body.error.code), reply.text);
  for (const reply of ofOthers.filter((reply) => reply.status !== 200)) refused(reply, 429, "RATE_LIMITED");

  const rows = await inOutbox("ida");
  assert.deepEqual(rows.map((row) => row.post_id).sort(), published.map((reply) => reply.body.post_id).sort());
  assert.equal(new Set(rows.map((row) => row.text)).size, 5);
  assert.equal(rows.filter((row) => row.text === shared.content).length, 1);
  assert.deepEqual(published.map((reply) => reply.body.remaining).sort(), [0, 1, 2, 3, 4]);
  const events = await gate.d1("SELECT post_id FROM publish_events WHERE user_id = 'dev:ida'");
  assert.equal(events.length, 5);
  const admitted = await gate.d1("SELECT request_id FROM audit_agent_decisions WHERE user_id = 'dev:ida' AND agent_name = 'posting_gate' AND status = 'PASS'");
  assert.equal(admitted.length, 5);
});

test("a retry under the same key at the same time is told to wait or gets the same answer", async () => {
  const draft = good("Leeks stand in rows");
  const receipt = await at.receipt("jon", draft);
  const replies = await many(Array.from({ length: 20 }, () => () => at.publish("jon", draft, receipt, { "idempotency-key": "one" })), 20);
  const texts = new Set(replies.filter((reply) => reply.status === 200).map((reply) => reply.text));
  assert.equal(texts.size, 1);
  for (const reply of replies.filter((reply) => reply.status !== 200)) {
    refused(reply, 409, "REQUEST_IN_PROGRESS");
    assert.ok(Number(reply.headers.get("retry-after")) > 0);
  }
  assert.equal((await inOutbox("jon")).length, 1);
});

test("a publish event that could not be written is written by the alarm, once", async () => {
  const draft = good("Chives come back");
  const receipt = await at.receipt("kat", draft);
  await gate.d1("ALTER TABLE publish_events RENAME COLUMN content_hash TO gone");
  const reply = await at.publish("kat", draft, receipt, { "idempotency-key": "k" });
  assert.deepEqual([reply.status, reply.body.warnings], [200, ["PUBLISH_EVENT_FAILED"]], reply.text);
  await gate.d1("ALTER TABLE publish_events RENAME COLUMN gone TO content_hash");
  const events = () => gate.d1("SELECT post_id, enforcement_receipt_id AS receipt FROM publish_events WHERE user_id = 'dev:kat'");
  for (let attempt = 0; attempt < 300 && (await events()).length === 0; attempt += 1) await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(await events(), [{ post_id: reply.body.post_id, receipt: receipt.receipt_id }]);
  const replay = await at.publish("kat", draft, receipt, { "idempotency-key": "k" });
  assert.deepEqual([replay.status, replay.body.post_id, replay.body.warnings], [200, reply.body.post_id, []]);
});

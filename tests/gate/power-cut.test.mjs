// kill -9 while threads of ten parts are being published, each of them at another place; then the same requests once more: every part is
// out exactly once. A request that is gone keeps its post for a lease, here five seconds.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startGate } from "../engines/harness/gate.mjs";
import { counting, untilStalled } from "./books.mjs";
import { client } from "./client.mjs";

let gate;
let at;

before(async () => {
  gate = await startGate({ vars: { POSTGATE_REQUESTS_PER_MINUTE: "100000", POSTGATE_LEASE_SECONDS: "5" } });
  at = client(gate.url);
});

after(() => gate?.stop());

const lines = Array.from({ length: 10 }, (_, index) => `Row ${"abcdefghij"[index]} of the garden`);
const thread = { content: lines.join("\n"), platform: "x", format: "thread", policy_tags: ["no_harm"] };
const sent = async (user) => (await gate.d1("SELECT text FROM outbox WHERE user_id = ? ORDER BY part_index", `dev:${user}`)).map((row) => row.text);

const users = ["zoe", "yan", "xia", "wim"];
/** One of them sends no key: its receipt alone says which post it goes on with. */
const key = (user) => (user === "wim" ? {} : { "idempotency-key": user });

/** Repeats the request until it is done: told to wait, it waits as it was told. */
async function untilDone(request) {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const reply = await request();
    if (reply.status === 200) return reply;
    assert.ok(["REQUEST_IN_PROGRESS", "ENFORCEMENT_RECEIPT_USED"].includes(reply.body.error.code), reply.text);
    await new Promise((resolve) => setTimeout(resolve, Number(reply.headers.get("retry-after") ?? 5) * 1000));
  }
  return assert.fail("the thread never got done");
}

test("threads that a power cut stopped are completed by a retry, each part once", async () => {
  const { format, ...draft } = thread;
  const receipts = await Promise.all(users.map((user) => at.receipt(user, draft, { type: "viral_thread" })));
  const requests = users.map((user, index) => () => at.publish(user, thread, receipts[index], key(user)));
  // The fourteenth of forty parts takes seconds: the cut comes amidst threads however fast the machine is.
  await gate.d1(`CREATE TRIGGER slow BEFORE INSERT ON outbox WHEN (SELECT count(*) FROM outbox) = 13 BEGIN SELECT ${counting(400)}; END`);
  const cut = requests.map((request) => request().catch((error) => error));
  await untilStalled(gate.url);
  await gate.kill9();
  await Promise.all(cut);
  await gate.d1("DROP TRIGGER slow");
  const out = await Promise.all(users.map(sent));
  assert.ok(out.some((parts) => parts.length > 0 && parts.length < 10), JSON.stringify(out.map((parts) => parts.length)));
  await gate.restart();
  const replies = await Promise.all(requests.map(untilDone));
  for (const [index, reply] of replies.entries()) {
    const user = users[index];
    assert.equal(new Set(reply.body.urls).size, 10);
    assert.deepEqual(await sent(user), lines);
    assert.equal(reply.body.remaining, 4, "a thread is one post of the window, however often it was begun");
    const view = await at.get(`/v1/posts/${reply.body.post_id}`, { authorization: `Bearer dev:${user}` });
    assert.deepEqual([view.body.state, view.body.left, view.body.published.length], ["done", 0, 10]);
    const events = await gate.d1("SELECT post_id FROM publish_events WHERE user_id = ?", `dev:${user}`);
    assert.deepEqual(events, [{ post_id: reply.body.post_id }]);
  }
});

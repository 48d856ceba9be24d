// Publishing on X, against a mock that is strict to X's protocol.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startGate } from "../engines/harness/gate.mjs";
import { client, eventually, good, refused } from "./client.mjs";
import { secrets, startX } from "./mocks/x.mjs";

let x;
let gate;
let at;

before(async () => {
  x = await startX();
  gate = await startGate({ vars: { ...x.vars, POSTGATE_PUBLISH_TIMEOUT_SECONDS: "2" } });
  at = client(gate.url);
});

after(async () => {
  await gate?.stop();
  await x?.stop();
});

const thread = (content) => ({ ...good(content), format: "thread" });
const threadReceipt = (user, draft) => at.receipt(user, draft, { type: "viral_thread", format: undefined });

test("X receives exactly the checked bytes, signed as it documents", async () => {
  const texts = ["caf\u00e9 vs cafe\u0301 \u{1F469}\u200d\u{1F52C}\u{1F1E9}\u{1F1EA}", "  two\r\nlines & <tags> + 100% \"quoted\"\\", "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u65e5\u672c"];
  for (const text of texts) {
    const reply = await at.publish("ann", good(text), await at.receipt("ann", good(text)));
    assert.equal(reply.status, 200, reply.text);
    const sent = x.posts.at(-1);
    assert.deepEqual(Buffer.from(sent.text), Buffer.from(text));
    assert.deepEqual(reply.body.urls, [`https://x.com/i/web/status/${sent.id}`]);
  }
  assert.deepEqual(x.refused, []);
});

test("a thread is a chain of replies, and each part's address is told", async () => {
  const draft = thread("Sow in spring\n\nWater in the evening\r\nHarvest in autumn");
  const reply = await at.publish("bea", draft, await threadReceipt("bea", draft));
  assert.equal(reply.status, 200, reply.text);
  const [first, second, third] = x.posts.slice(-3);
  assert.deepEqual([first, second, third].map(({ text }) => text), ["Sow in spring", "Water in the evening", "Harvest in autumn"]);
  assert.deepEqual([first.replyTo, second.replyTo, third.replyTo], [undefined, first.id, second.id]);
  const view = await at.get(`/v1/posts/${reply.body.post_id}`, { authorization: "Bearer dev:bea" });
  assert.deepEqual(view.body.published.map(({ id }) => id), [first.id, second.id, third.id]);
  assert.deepEqual(view.body.published.map(({ url }) => url), reply.body.urls);
});

test("what X took before it fell silent is found on the timeline, and is not sent again", async () => {
  const draft = thread("Rhubarb & custard < https://example.com/rhubarb\nRhubarb again");
  const receipt = await threadReceipt("cas", draft);
  const before = x.posts.length;
  x.next("silent", "silent");
  const reply = await at.publish("cas", draft, receipt);
  assert.equal(reply.status, 200, reply.text);
  assert.equal(x.posts.length, before + 2);
  assert.equal(x.posts.at(-1).replyTo, x.posts.at(-2).id);
});

test("what X shows late is not sent again before, and is found then", async () => {
  const draft = good("Slow as a snail on salad");
  const receipt = await at.receipt("dot", draft);
  const before = x.posts.length;
  x.shows(false);
  x.next("silent");
  const first = await at.publish("dot", draft, receipt);
  refused(first, 502, "PUBLISH_UNKNOWN");
  assert.equal(first.headers.get("retry-after"), "30");
  const early = await at.publish("dot", draft, receipt);
  assert.equal(refused(early, 502, "PUBLISH_UNKNOWN").details.reason, "unsettled");
  assert.ok(Number(early.headers.get("retry-after")) <= 30, early.headers.get("retry-after"));
  x.shows(true);
  const found = await at.publish("dot", draft, receipt);
  assert.deepEqual([found.status, found.body.urls], [200, [`https://x.com/i/web/status/${x.posts.at(-1).id}`]], found.text);
  assert.equal(x.requests.filter(({ method, body }) => method === "POST" && body.includes("snail")).length, 1);
  assert.equal(x.posts.length, before + 1);
});

test("what X did not show is unknown, and a repetition settles it once X would show it", async () => {
  const draft = good("Nobody knows about this cabbage");
  const receipt = await at.receipt("dan", draft);
  const before = x.posts.length;
  x.next("drop");
  const error = refused(await at.publish("dan", draft, receipt, { "idempotency-key": "dan-1" }), 502, "PUBLISH_UNKNOWN");
  assert.deepEqual([error.details.reason, error.details.left, error.details.published], ["unavailable", 1, []]);
  assert.equal(x.posts.length, before);
  const early = await at.publish("dan", draft, receipt, { "idempotency-key": "dan-1" });
  assert.equal(refused(early, 502, "PUBLISH_UNKNOWN").details.reason, "unsettled");
  assert.equal(x.posts.length, before);
  await sleep(Number(early.headers.get("retry-after")) * 1000);
  const again = await at.publish("dan", draft, receipt, { "idempotency-key": "dan-1" });
  assert.equal(again.status, 200, again.text);
  assert.equal(x.posts.length, before + 1);
});

test("each refusal of X's is told with its reason and what to do, and costs no post of the window", async () => {
  const cases = [
    [{ status: 401, body: {} }, "credentials", /renew/],
    [{ status: 403, body: { detail: "Forbidden" } }, "forbidden", /good standing/],
    [{ status: 403, body: { detail: "You are not allowed to create a Tweet with duplicate content." } }, "duplicate", /Change the text/],
    [{ status: 400, body: { detail: "secret words of X's own" } }, "rejected", /Change the text/],
  ];
  const draft = good("Leeks are patient");
  const receipt = await at.receipt("eve", draft);
  for (const [answer, reason, fix] of cases) {
    x.next(answer);
    const error = refused(await at.publish("eve", draft, receipt), 502, "PUBLISH_FAILED");
    assert.deepEqual([error.details.reason, error.details.platform_status], [reason, answer.status]);
    assert.match(error.suggestedFix, fix);
    assert.ok(!JSON.stringify(error).includes("secret words"));
    const rows = () => gate.d1("SELECT agent_name, status FROM audit_agent_decisions WHERE request_id = ?1 AND status = 'FAIL'", error.request_id);
    assert.deepEqual(await eventually(rows), [{ agent_name: "publisher", status: "FAIL" }]);
  }
  const reply = await at.publish("eve", draft, receipt);
  assert.deepEqual([reply.status, reply.body.remaining], [200, 4], reply.text);
});

test("an error of X's own that may have published is unknown until the timeline says so", async () => {
  const draft = good("Parsnips after frost");
  const receipt = await at.receipt("fay", draft);
  x.next({ status: 503, body: {} });
  const error = refused(await at.publish("fay", draft, receipt), 502, "PUBLISH_UNKNOWN");
  assert.equal(error.details.platform_status, 503);
});

test("no secret and no draft is in the log", () => {
  const log = gate.log.join("\n");
  for (const secret of Object.values(secrets)) assert.ok(!log.includes(secret), secret);
  assert.ok(!log.includes("cabbage"));
});

// The last one: it closes the door to X for this isolate.
test("when X takes nothing more, its reset is told and obeyed", async () => {
  const draft = good("Too many turnips");
  const receipt = await at.receipt("gil", draft);
  const reset = String(Math.floor(Date.now() / 1000) + 600);
  x.next({ status: 429, headers: { "x-rate-limit-remaining": "0", "x-rate-limit-reset": reset }, body: {} });
  const first = await at.publish("gil", draft, receipt);
  assert.equal(refused(first, 502, "PUBLISH_FAILED").details.reason, "rate_limited");
  assert.ok(Number(first.headers.get("retry-after")) > 500);
  const seen = x.requests.length;
  const second = await at.publish("gil", draft, receipt);
  assert.equal(refused(second, 502, "PUBLISH_FAILED").details.reason, "rate_limited");
  assert.equal(x.requests.length, seen, "nothing was sent");
});

// Publishing on Bluesky: the gate in workerd, and a real PDS.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { startGate } from "../engines/harness/gate.mjs";
import { client, good, refused } from "../gate/client.mjs";
import { startPds } from "./server.mjs";

let pds;
let ann;
let bob;
let gate;
let at;
/** What the way to the PDS does with the next answers to a call of this name. */
const lost = [];
/** Calls that are told that their session has run out. */
const expired = [];
let way;
const calls = [];

/** A way to the PDS on which answers get lost: what was asked is done, and nobody is told. */
async function startWay(to) {
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const name = request.url.split("?")[0].split("/").at(-1);
    if (expired[0] === name) {
      expired.shift();
      response.writeHead(400, { "content-type": "application/json" }).end('{"error":"ExpiredToken","message":"Token has expired"}');
      return;
    }
    const { host, connection, "content-length": _, ...headers } = request.headers;
    const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
    const reply = await fetch(to + request.url, { method: request.method, headers: { ...headers, "accept-encoding": "identity" }, body });
    const text = await reply.text();
    calls.push(name);
    if (lost[0] === name) return void lost.shift();
    response.writeHead(reply.status, { "content-type": "application/json" }).end(text);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))) };
}

before(async () => {
  pds = await startPds();
  [ann, bob] = [await pds.account("ann"), await pds.account("bob")];
  way = await startWay(pds.url);
  const vars = {
    POSTGATE_PUBLISHERS: "bluesky=bluesky",
    POSTGATE_PUBLISH_TIMEOUT_SECONDS: "2",
    BLUESKY_SERVICE_URL: way.url,
    BLUESKY_IDENTIFIER: ann.handle,
    BLUESKY_APP_PASSWORD: ann.password,
    BLUESKY_LANGS: "en,de",
  };
  gate = await startGate({ vars });
  at = client(gate.url);
});

after(async () => {
  await gate?.stop();
  await way?.stop();
  await pds?.stop();
});

const draft = (content, more = {}) => ({ ...good(content), platform: "bluesky", ...more });

async function publish(user, content, more) {
  const wanted = draft(content, more);
  const receipt = await at.receipt(user, wanted, more && { type: "viral_thread", format: undefined });
  return at.publish(user, wanted, receipt, { "idempotency-key": content.slice(0, 5).replace(/[^a-z]/gi, "") + content.length });
}

const records = async () => (await pds.records(ann.did)).map(({ uri, cid, value }) => ({ uri, cid, ...value }));

test("the PDS holds exactly the checked bytes, with facets that cut the right ones", async () => {
  const text = `e\u0301 \u{1F469}\u200d\u{1F52C} @bob.test and @nobody.test \u05d0\u05d1 https://example.com/\u00fc?a=1 then example.org #caf\u00e9 & <b>\r\nend`;
  const reply = await publish("cy", text);
  assert.equal(reply.status, 200, reply.text);
  const [post] = await records();
  assert.deepEqual(Buffer.from(post.text), Buffer.from(text));
  assert.deepEqual(post.langs, ["en", "de"]);
  const bytes = Buffer.from(text);
  const cut = post.facets.map(({ index, features: [feature] }) => [bytes.subarray(index.byteStart, index.byteEnd).toString(), feature]);
  assert.deepEqual(cut.map(([written, { $type, ...value }]) => [written, $type.split("#")[1], value]), [
    ["@bob.test", "mention", { did: bob.did }],
    ["https://example.com/\u00fc?a=1", "link", { uri: "https://example.com/\u00fc?a=1" }],
    ["example.org", "link", { uri: "https://example.org" }],
    ["#caf\u00e9", "tag", { tag: "caf\u00e9" }],
  ]);
  assert.deepEqual(reply.body.urls, [`https://bsky.app/profile/${ann.did}/post/${post.uri.split("/").at(-1)}`]);
});

test("a thread is a chain of replies to the first and to the one before", async () => {
  const reply = await publish("dee", "Dig\nSow\nReap", { format: "thread" });
  assert.equal(reply.status, 200, reply.text);
  const [first, second, third] = (await records()).slice(-3);
  assert.deepEqual([first.text, second.text, third.text], ["Dig", "Sow", "Reap"]);
  const reference = ({ uri, cid }) => ({ uri, cid });
  assert.equal(first.reply, undefined);
  assert.deepEqual(second.reply, { root: reference(first), parent: reference(first) });
  assert.deepEqual(third.reply, { root: reference(first), parent: reference(second) });
  const view = await at.get(`/v1/posts/${reply.body.post_id}`, { authorization: "Bearer dev:dee" });
  assert.deepEqual(view.body.published.map(({ url }) => url), reply.body.urls);
});

test("a record whose answers were lost is written once", async () => {
  const before = (await records()).length;
  lost.push("com.atproto.repo.putRecord");
  const one = await publish("eli", "Once is enough");
  assert.equal(one.status, 200, one.text);
  lost.push("com.atproto.repo.putRecord", "com.atproto.repo.putRecord");
  const two = await publish("eli", "Twice is too much");
  assert.equal(two.status, 200, two.text);
  assert.deepEqual(lost, []);
  assert.equal((await records()).length, before + 2);
});

test("what can't be settled is unknown, and a repetition finds it", async () => {
  const before = (await records()).length;
  const wanted = draft("Schroedinger's cabbage");
  const receipt = await at.receipt("fay", wanted);
  lost.push(...Array(2).fill("com.atproto.repo.putRecord"), ...Array(2).fill("com.atproto.repo.getRecord"));
  const error = refused(await at.publish("fay", wanted, receipt), 502, "PUBLISH_UNKNOWN");
  assert.deepEqual([error.details.reason, error.details.left], ["unavailable", 1]);
  const again = await at.publish("fay", wanted, receipt);
  assert.equal(again.status, 200, again.text);
  assert.equal((await records()).length, before + 1);
});

test("a session that has run out is renewed, and the new one counts", async () => {
  const before = (await records()).length;
  expired.push("com.atproto.repo.putRecord");
  const reply = await publish("hal", "Still here");
  assert.equal(reply.status, 200, reply.text);
  assert.equal(calls.filter((name) => name === "com.atproto.server.refreshSession").length, 1);
  assert.equal((await publish("hal", "And once more")).status, 200);
  assert.equal((await records()).length, before + 2);
});

test("one session serves them all", () => {
  assert.equal(calls.filter((name) => name === "com.atproto.server.createSession").length, 1);
});

test("secrets that do not count are told", async () => {
  await gate.restart({ vars: { BLUESKY_APP_PASSWORD: "not-the-password" } });
  const error = refused(await publish("gus", "Nobody may post this"), 502, "PUBLISH_FAILED");
  assert.deepEqual([error.details.reason, error.details.platform_status], ["credentials", 401]);
  assert.ok(!gate.log.join("\n").includes("not-the-password"));
});

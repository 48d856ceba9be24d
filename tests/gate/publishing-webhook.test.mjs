// Publishing through a backend of one's own, and what survives a power cut.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { inRoot } from "../../scripts/lib/house.mjs";
import { leashed } from "../../scripts/lib/leash.mjs";
import { startGate } from "../engines/harness/gate.mjs";
import { client, good, refused } from "./client.mjs";
import { startWebhook } from "./mocks/webhook.mjs";

async function withBackend(vars, use) {
  const backend = await startWebhook();
  const gate = await startGate({ vars: { ...backend.vars, ...vars } });
  try {
    await use(client(gate.url), backend, gate);
  } finally {
    await gate.stop();
    await backend.stop();
  }
}

test("the backend receives exactly the checked bytes, once, whatever became of the answer", () =>
  withBackend({ POSTGATE_PUBLISH_TIMEOUT_SECONDS: "1" }, async (at, backend) => {
    const text = "cafe\u0301 \u{1F469}\u200d\u{1F52C}\r\n\u05e9\u05dc\u05d5\u05dd \"quoted\" \\ <b> & \u2028 end";
    const draft = { ...good(text), platform: "linkedin" };
    const reply = await at.publish("ann", draft, await at.receipt("ann", draft));
    assert.equal(reply.status, 200, reply.text);
    assert.deepEqual(Buffer.from(backend.parts[0].text), Buffer.from(text));
    assert.deepEqual([backend.parts[0].platform, backend.parts[0].user_id, backend.parts[0].post_id], ["linkedin", "dev:ann", reply.body.post_id]);
    assert.deepEqual(reply.body.urls, [`https://backend.example/${reply.body.post_id}/0`]);

    backend.next("silent");
    const lost = good("The answer to this one is lost");
    const found = await at.publish("ann", lost, await at.receipt("ann", lost));
    assert.equal(found.status, 200, found.text);
    assert.equal(backend.parts.filter((part) => part.text === lost.content).length, 1);

    backend.next("drop", "drop");
    const dropped = good("This one never arrives");
    const receipt = await at.receipt("ann", dropped);
    refused(await at.publish("ann", dropped, receipt, { "idempotency-key": "k" }), 502, "PUBLISH_UNKNOWN");
    const again = await at.publish("ann", dropped, receipt, { "idempotency-key": "k" });
    assert.equal(again.status, 200, again.text);
    assert.equal(backend.parts.filter((part) => part.text === dropped.content).length, 1);
    assert.deepEqual(backend.refused, []);

    backend.next({ status: 429, headers: { "retry-after": "77" } });
    const late = good("Not now");
    const limited = await at.publish("ann", late, await at.receipt("ann", late));
    assert.equal(refused(limited, 502, "PUBLISH_FAILED").details.reason, "rate_limited");
    assert.equal(limited.headers.get("retry-after"), "77");
    backend.next({ status: 302, headers: { location: `${backend.url}/elsewhere` } });
    refused(await at.publish("ann", late, await at.receipt("ann", late)), 502, "PUBLISH_FAILED");
    assert.ok(backend.requests.every(({ url }) => url === "/in"), "a redirection is not followed");
  }));

test("a thread that a power cut broke off is completed by a repetition, each part once and in order", () =>
  withBackend({ POSTGATE_LEASE_SECONDS: "5", POSTGATE_PUBLISH_TIMEOUT_SECONDS: "15" }, async (at, backend, gate) => {
    const lines = Array.from({ length: 10 }, (_, index) => `Row ${"abcdefghij"[index]} of the bed`);
    const draft = { ...good(lines.join("\n")), format: "thread" };
    const receipt = await at.receipt("bob", draft, { type: "viral_thread", format: undefined });
    backend.next(undefined, undefined, undefined, undefined, "silent");
    const broken = at.publish("bob", draft, receipt, { "idempotency-key": "bed" }).catch((error) => error);
    await backend.arrived(5);
    await gate.kill9();
    assert.ok((await broken) instanceof Error);
    assert.equal(backend.parts.length, 5);

    await gate.restart();
    let reply = await at.publish("bob", draft, receipt, { "idempotency-key": "bed" });
    // The dead request holds its lease to the end, and says for how long.
    for (let attempt = 0; reply.status === 409 && attempt < 10; attempt += 1) {
      assert.equal(reply.body.error.code, "REQUEST_IN_PROGRESS");
      await sleep(Number(reply.headers.get("retry-after")) * 1000);
      reply = await at.publish("bob", draft, receipt, { "idempotency-key": "bed" });
    }
    assert.equal(reply.status, 200, reply.text);
    assert.deepEqual(backend.parts.map((part) => part.text), lines);
    assert.deepEqual(backend.parts.map((part) => part.part_index), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.deepEqual(backend.parts.map((part) => part.reply_to?.id ?? null), [null, ...backend.parts.slice(0, -1).map((part) => part.key)]);
    assert.equal(reply.body.urls.length, 10);
    assert.equal(reply.body.remaining, 4);
  }));

test("a publisher without its secrets is a fault, and nothing goes to an outbox instead", async () => {
  const gate = await startGate({ vars: { POSTGATE_PUBLISHERS: "x=x,bluesky=blusky", X_API_KEY: "a-key-that-is-set" } });
  try {
    const at = client(gate.url);
    const ready = await at.get("/readyz");
    assert.equal(ready.status, 503);
    for (const name of ["POSTGATE_PUBLISHERS", "X_API_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET"]) assert.ok(ready.text.includes(name), name);
    assert.ok(!ready.text.includes("a-key-that-is-set"));
    refused(await at.publish("ann", good()), 503, "POLICY_ERROR");
  } finally {
    await gate.stop();
  }
});

/** The backend of docs/publishers.md, as it stands there. */
async function startDocumented(secret) {
  const [, code] = readFileSync(inRoot("docs", "publishers.md"), "utf8").match(/```js\n([\s\S]*?)```/);
  const leash = leashed(process.execPath, ["--input-type=module", "--eval", code], { env: { WEBHOOK_SECRET: secret, PORT: "0" } });
  const lines = [];
  const port = await new Promise((resolve, reject) => {
    createInterface({ input: leash.child.stdout }).on("line", (line) => {
      lines.push(line);
      if (line.startsWith("listening on ")) resolve(Number(line.split(" ").at(-1)));
    });
    leash.exited.then(() => reject(new Error("it ended")));
  });
  return { url: `http://127.0.0.1:${port}`, lines, stop: () => leash.stop() };
}

test("the backend of the documentation publishes once what is signed, and nothing else", async () => {
  const secret = "documented secret of 32 characters";
  const backend = await startDocumented(secret);
  const gate = await startGate({ vars: { WEBHOOK_URL: backend.url, WEBHOOK_SECRET: secret, POSTGATE_PUBLISHERS: "*=webhook" } });
  try {
    const at = client(gate.url);
    const reply = await at.publish("ann", good(), await at.receipt("ann", good()));
    assert.equal(reply.status, 200, reply.text);
    assert.deepEqual(reply.body.urls, [`https://example.com/posts/${reply.body.post_id}/0`]);
    const body = JSON.stringify({ action: "publish", key: `${reply.body.post_id}/0`, text: "again" });
    const send = (seconds, signature) =>
      fetch(backend.url, { method: "POST", body, headers: { "postgate-timestamp": String(seconds), "postgate-signature": signature } });
    const sign = (seconds) => `v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;
    const now = Math.floor(Date.now() / 1000);
    assert.equal((await send(now, sign(now))).status, 409);
    assert.equal((await send(now, sign(now + 1))).status, 401);
    assert.equal((await send(now - 301, sign(now - 301))).status, 401);
    assert.deepEqual(backend.lines.slice(1), [`publishing ${good().content}`]);
  } finally {
    await gate.stop();
    await backend.stop();
  }
});

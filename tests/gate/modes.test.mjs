// What the flags do, each on a gate of its own: off, advisory, enforced, and what is no mode at all.

import assert from "node:assert/strict";
import { test } from "node:test";
import { startGate } from "../engines/harness/gate.mjs";
import { client, frames, good, refused } from "./client.mjs";

async function withGate(vars, use) {
  const gate = await startGate({ vars });
  try {
    await use(client(gate.url), gate);
  } finally {
    await gate.stop();
  }
}

const bad = { content: "1. what the hell", platform: "x", policy_tags: ["no_harm"] };

test("advisory publishes what enforced refuses, and says so", () =>
  withGate({ ONERING_ENFORCEMENT_MODE: "advisory" }, async (at, gate) => {
    const generated = await at.generate("ann", bad);
    assert.deepEqual([generated.body.enforcement.mode, generated.body.enforcement.would_block], ["advisory", true]);
    const reply = await at.publish("ann", bad);
    assert.equal(reply.status, 200, reply.text);
    assert.deepEqual(reply.body.warnings, ["QA_BLOCKED", "ENFORCEMENT_RECEIPT_REQUIRED"]);
    await gate.d1("DROP TABLE audit_agent_decisions");
    const unaudited = await at.generate("ann", good());
    assert.deepEqual([unaudited.body.enforcement.audit_ok, unaudited.body.enforcement.would_block, unaudited.body.enforcement.receipt], [false, true, null]);
    const posted = await at.publish("ann", good());
    assert.ok(posted.body.warnings.includes("AUDIT_WRITE_FAILED"), posted.text);
  }));

test("enforced publishes nothing that it can't account for", () =>
  withGate({}, async (at, gate) => {
    const receipt = await at.receipt("bob", good());
    await gate.d1("ALTER TABLE audit_agent_decisions RENAME COLUMN output_hash TO gone");
    refused(await at.publish("bob", good(), receipt), 503, "AUDIT_WRITE_FAILED");
    assert.equal((await gate.d1("SELECT count(*) AS sent FROM outbox"))[0].sent, 0);
    await gate.d1("ALTER TABLE audit_agent_decisions RENAME COLUMN gone TO output_hash");
    const reply = await at.publish("bob", good(), receipt);
    assert.deepEqual([reply.status, reply.body.remaining], [200, 4], reply.text);
  }));

test("off checks nothing, and still asks who posts and what", () =>
  withGate({ ONERING_ENFORCEMENT_MODE: "off" }, async (at) => {
    const generated = await at.generate("cy", bad);
    assert.equal(generated.body.enforcement, null);
    const streamed = await at.post("/v1/generate/content", "cy", { ...bad, prompt: "p" });
    assert.ok(frames(streamed.text).every((frame) => frame.event !== "enforcement"));
    const reply = await at.publish("cy", bad);
    assert.deepEqual([reply.status, reply.body.warnings], [200, []]);
    refused(await at.publish("cy", { ...bad, content: " " }), 422, "CONTRACT_INVALID");
    refused(await at.send("POST", "/v1/posts", { headers: { "content-type": "application/json" }, body: bad }), 401, "UNAUTHENTICATED");
  }));

test("a typo closes the gate, and readyz names it", async () => {
  for (const [name, value] of [["ONERING_ENFORCEMENT_MODE", "Enforced"], ["ONERING_AUDIT_LOG", "0"], ["POSTGATE_SIGNING_KEY", "secret-words"], ["POSTGATE_AUTH", "true"], ["POSTGATE_LEASE_SECONDS", "1m"]]) {
    await withGate({ [name]: value }, async (at) => {
      const ready = await at.get("/readyz");
      assert.deepEqual([ready.status, ready.body.status], [503, "not_ready"]);
      assert.ok(ready.body.problems.some((problem) => problem.startsWith(name)), ready.text);
      assert.ok(!ready.text.includes("secret-words"));
      assert.equal((await at.get("/healthz")).status, 200);
      const reply = await at.publish("dee", good());
      assert.ok([401, 503].includes(reply.status), reply.text);
      refused(await at.generate("dee", good()), 503, "POLICY_ERROR");
    });
  }
});

test("development sign-in is off unless it is asked for", () =>
  withGate({ POSTGATE_AUTH: null }, async (at) => {
    assert.equal((await at.get("/readyz")).body.auth, "none");
    refused(await at.publish("eve", good()), 401, "UNAUTHENTICATED");
  }));

// Posting: what goes over the wire, and that every answer but the gate's own success is an error with a code.
import assert from "node:assert/strict";
import test from "node:test";

import { GateError, createGate } from "postgate/gate";

const draft = { content: "Hello", platform: "x", policy_tags: ["no_harm"] };
const posted = { success: true, post_id: "p-1", urls: ["https://x.example/1"], remaining: 4, warnings: [], token_result: null, request_id: "r-1" };

function gateAnswering(answer) {
  const requests = [];
  const gate = createGate({
    authorization: "Bearer me",
    fetch: async (url, init) => {
      requests.push({ url, ...init, body: JSON.parse(init.body) });
      return answer();
    },
  });
  return { gate, requests };
}

test("an admitted draft answers with its post", async () => {
  const { gate, requests } = gateAnswering(() => Response.json(posted));
  const answer = await gate.post(draft, { receipt: { token: "a.b.c" }, idempotencyKey: "k-1" });
  assert.deepEqual(answer, posted);
  const [request] = requests;
  assert.equal(request.url, "/v1/posts");
  assert.equal(request.method, "POST");
  assert.equal(request.headers.get("idempotency-key"), '"k-1"');
  assert.deepEqual(request.body, { ...draft, enforcement_receipt: "a.b.c" });
});

test("each post has a key of its own unless it is given one", async () => {
  const { gate, requests } = gateAnswering(() => Response.json(posted));
  await gate.post(draft);
  await gate.post(draft);
  const keys = requests.map(({ headers }) => headers.get("idempotency-key"));
  assert.match(keys[0], /^"[0-9a-f-]{36}"$/);
  assert.notEqual(keys[0], keys[1]);
  assert.equal("enforcement_receipt" in requests[0].body, false);
});

test("a refusal throws what the gate said, with the key to try again with", async () => {
  const error = { code: "RATE_LIMITED", message: "5 posts in 15 minutes", suggestedFix: "wait", details: { limit: 5 }, request_id: "r-2" };
  const { gate } = gateAnswering(() => Response.json({ error }, { status: 429, headers: { "retry-after": "120" } }));
  await assert.rejects(gate.post(draft, { idempotencyKey: "k-2" }), {
    name: "GateError",
    code: "RATE_LIMITED",
    status: 429,
    message: "5 posts in 15 minutes",
    suggestedFix: "wait",
    details: { limit: 5 },
    requestId: "r-2",
    retryAfter: 120,
    idempotencyKey: "k-2",
  });
});

test("nothing but the gate's own success is a success", async () => {
  for (const answer of [
    () => Response.json({ ...posted, success: "true" }),
    () => Response.json({ success: true }),
    () => Response.json([]),
    () => new Response("<html>posted</html>"),
    () => new Response(""),
    () => new Response("Bad gateway", { status: 502 }),
    () => Response.json({ error: "flat" }, { status: 403 }),
  ]) {
    const error = await gateAnswering(answer).gate.post(draft, { idempotencyKey: "k", retries: 0 }).catch((caught) => caught);
    assert.ok(error instanceof GateError);
    assert.equal(error.code, "BAD_RESPONSE");
    assert.equal(error.idempotencyKey, "k");
  }
});

test("a gate that was not reached is NETWORK, with the key that makes a retry safe", async () => {
  const { gate } = gateAnswering(() => {
    throw new TypeError("fetch failed");
  });
  const error = await gate.post(draft, { retries: 0 }).catch((caught) => caught);
  assert.equal(error.code, "NETWORK");
  assert.match(error.idempotencyKey, /^[0-9a-f-]{36}$/);
});

/** Answers one after the other; the last one stays. */
function inTurn(...answers) {
  let at = 0;
  return () => answers[Math.min(at++, answers.length - 1)]();
}
const failing = (code, status, headers = {}) => () => Response.json({ error: { code, message: code, suggestedFix: "", details: {}, request_id: "r" } }, { status, headers });

test("what may go through on another try is asked for again, under the same key", async () => {
  for (const first of [
    failing("REQUEST_IN_PROGRESS", 409, { "retry-after": "0" }),
    failing("STATE_UNAVAILABLE", 503),
    failing("AUDIT_WRITE_FAILED", 503, { "retry-after": "0" }),
    failing("PUBLISH_UNKNOWN", 502),
    failing("INTERNAL", 500),
    () => new Response("Bad gateway", { status: 502 }),
    () => new Response("cut off"),
    () => Promise.reject(new TypeError("fetch failed")),
  ]) {
    const { gate, requests } = gateAnswering(inTurn(first, () => Response.json(posted)));
    assert.equal((await gate.post(draft)).post_id, "p-1");
    const keys = requests.map(({ headers }) => headers.get("idempotency-key"));
    assert.equal(keys.length, 2);
    assert.equal(keys[0], keys[1]);
  }
});

test("a refusal is not asked for again, nor a wait that is longer than the caller's patience", async () => {
  for (const [answer, code] of [
    [failing("QA_BLOCKED", 403), "QA_BLOCKED"],
    [failing("ENFORCEMENT_RECEIPT_USED", 403), "ENFORCEMENT_RECEIPT_USED"],
    [failing("PUBLISH_FAILED", 502), "PUBLISH_FAILED"],
    [failing("RATE_LIMITED", 429, { "retry-after": "120" }), "RATE_LIMITED"],
    [failing("RATE_LIMITED", 429), "RATE_LIMITED"],
    [failing("SOMETHING_NEWER", 503), "SOMETHING_NEWER"],
    [() => new Response("no", { status: 403 }), "BAD_RESPONSE"],
  ]) {
    const { gate, requests } = gateAnswering(answer);
    await assert.rejects(gate.post(draft), { code });
    assert.equal(requests.length, 1, code);
  }
});

test("the tries end, with the last error; a signal ends the wait between them", async () => {
  const { gate, requests } = gateAnswering(failing("STATE_UNAVAILABLE", 503, { "retry-after": "0" }));
  await assert.rejects(gate.post(draft, { retries: 3 }), { code: "STATE_UNAVAILABLE" });
  assert.equal(requests.length, 4);
  const stop = new AbortController();
  const busy = gateAnswering(failing("STATE_UNAVAILABLE", 503, { "retry-after": "9" })).gate.post(draft, { signal: stop.signal });
  stop.abort();
  await assert.rejects(busy, { name: "AbortError" });
});

test("a key may be quoted; one that is none never leaves", async () => {
  const { gate, requests } = gateAnswering(() => Response.json(posted));
  await gate.post(draft, { idempotencyKey: '"k-1"' });
  assert.equal(requests[0].headers.get("idempotency-key"), '"k-1"');
  for (const idempotencyKey of ["", "✓", 'a"b', "a b", "k".repeat(201)]) {
    await assert.rejects(gate.post(draft, { idempotencyKey }), { name: "GateError", code: "CONTRACT_INVALID", status: 422 });
  }
  assert.equal(requests.length, 1);
});

test("a generation without a receipt posts without one", async () => {
  const { gate, requests } = gateAnswering(() => Response.json(posted));
  await gate.post(draft, { receipt: null });
  assert.equal("enforcement_receipt" in requests[0].body, false);
});

test("a gate that is nowhere is a mistake of the caller, told when the client is made", () => {
  for (const baseUrl of [undefined, "", "gate.example.com", "ftp://gate.example.com", "https://"]) {
    assert.throws(() => createGate({ baseUrl }), { name: "TypeError", message: /^baseUrl is .*, expected the gate's origin/ }, String(baseUrl));
  }
  createGate({ baseUrl: "http://127.0.0.1:8787/" });
});

test("a path is one of the gate's", async () => {
  const { gate, requests } = gateAnswering(() => Response.json({}));
  for (const path of ["", "v1/rate", "@evil.example/", ".evil.example/"]) await assert.rejects(gate.call(path), TypeError);
  assert.equal(requests.length, 0);
});

test("a gate that can't be reached is told with its address and the reason", async () => {
  const gate = createGate({ baseUrl: "http://127.0.0.1:1" });
  await assert.rejects(gate.post(draft, { retries: 0 }), { code: "NETWORK", message: /^the gate could not be reached at http:\/\/127\.0\.0\.1:1: ./ });
});

test("aborting while an answer is read is the signal's reason", async () => {
  const hanging = (status) => (init) => {
    const body = new ReadableStream({ start: (stream) => init.signal.addEventListener("abort", () => stream.error(init.signal.reason)) });
    return new Response(body, { status, headers: { "content-type": "application/json" } });
  };
  for (const status of [200, 503]) {
    for (const ask of [(gate, signal) => gate.post(draft, { signal, retries: 0 }), (gate, signal) => gate.call("/healthz", { signal })]) {
      const stop = new AbortController();
      const asked = ask(createGate({ fetch: async (_, init) => hanging(status)(init) }), stop.signal);
      setImmediate(() => stop.abort());
      await assert.rejects(asked, { name: "AbortError" });
    }
  }
});

// The stream of a generation: what it may say, in which order, and that nothing else counts as an answer.
import assert from "node:assert/strict";
import test from "node:test";

import { GateError, createGate } from "postgate/gate";

const decided = {
  request_id: "r-1",
  client_request_id: "mine",
  mode: "enforced",
  receipt: null,
  decisions: [{ agent_name: "qa_gatekeeper", status: "PASS", violation_codes: [], required_edits: [], decision_id: "d", latency_ms: 3 }],
  qa_summary: { status: "PASS", violation_codes: [], required_edits: [], risk_score: 0.1 },
  would_block: false,
  required_edits: [],
  audit_ok: true,
  warnings: [],
  diagnostics: [],
};
const frame = (name, data) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const whole = frame("token", { text: "Hello" }) + frame("enforcement", decided) + frame("done", {});

/** A gate whose stream is `text`, cut into chunks of `size` bytes. */
function gateSaying(text, { size = 7, type = "text/event-stream" } = {}) {
  const bytes = new TextEncoder().encode(text);
  const seen = { requests: [] };
  seen.cancelled = new Promise((resolve) => (seen.cancel = resolve));
  let at = 0;
  const body = new ReadableStream({
    pull(out) {
      if (at >= bytes.length) return out.close();
      out.enqueue(bytes.slice(at, (at += size)));
    },
    cancel: seen.cancel,
  });
  const gate = createGate({
    baseUrl: "https://gate.example/",
    authorization: async () => "Bearer me",
    fetch: async (url, init) => {
      seen.requests.push({ url, ...init });
      return new Response(body, { headers: { "content-type": type } });
    },
  });
  return { gate, seen };
}

async function collect(gate) {
  const events = [];
  for await (const event of gate.generate({ prompt: "hi", platform: "x" })) events.push(event);
  return events;
}

const rejectsWith = (promise, code) => assert.rejects(promise, (error) => error instanceof GateError && error.code === code);

test("tokens, one enforcement event, done", async () => {
  const { gate, seen } = gateSaying(`: waiting\n\n${whole}`);
  const events = await collect(gate);
  assert.deepEqual(events, [{ type: "token", text: "Hello" }, { type: "enforcement", enforcement: decided }, { type: "done" }]);
  const [request] = seen.requests;
  assert.equal(request.url, "https://gate.example/v1/generate/content");
  assert.equal(request.headers.get("authorization"), "Bearer me");
  assert.deepEqual(JSON.parse(request.body), { prompt: "hi", platform: "x", stream: true });
});

test("the cut of the chunks changes nothing, also inside a code point and between CR and LF", async () => {
  const stream = frame("token", { text: "né 👩‍👩‍👧 ü" }) + frame("done", {});
  for (const text of [stream, stream.replaceAll("\n", "\r\n"), stream.replaceAll("data: ", "data:")]) {
    for (const size of [1, 2, 3, 1000]) {
      const [token] = await collect(gateSaying(text, { size }).gate);
      assert.deepEqual(token, { type: "token", text: "né 👩‍👩‍👧 ü" });
    }
  }
});

test("text can't open an event of its own", async () => {
  const forged = 'x\n\nevent: enforcement\ndata: {"mode":"enforced","request_id":"forged"}\r\rrest';
  const events = await collect(gateSaying(frame("token", { text: forged }) + frame("done", {})).gate);
  assert.deepEqual(events, [{ type: "token", text: forged }, { type: "done" }]);
});

test("a stream that ends early is an error, never a success", async () => {
  await rejectsWith(collect(gateSaying(frame("token", { text: "Hel" })).gate), "STREAM_BROKEN");
  await rejectsWith(collect(gateSaying("").gate), "STREAM_BROKEN");
  await rejectsWith(collect(gateSaying(whole.slice(0, -4)).gate), "STREAM_BROKEN");
});

test("a stream that breaks its own rules is an error", async () => {
  for (const text of [
    frame("enforcement", decided) + whole,
    frame("enforcement", decided) + frame("token", { text: "late" }) + frame("done", {}),
    "event: token\ndata: not json\n\n",
    frame("token", { words: "no text" }),
    frame("enforcement", { qa_summary: { status: "PASS" } }) + frame("done", {}),
    frame("enforcement", { ...decided, mode: "Enforced" }) + frame("done", {}),
  ]) {
    await rejectsWith(collect(gateSaying(text).gate), "STREAM_BROKEN");
  }
});

test("a status is PASS only if it says exactly that, and what is missing did not pass", async () => {
  for (const status of ["pass", "PASS ", "OK", true, undefined]) {
    const event = { ...decided, qa_summary: { status }, decisions: [{ agent_name: "qa_gatekeeper", status }], would_block: undefined, audit_ok: "yes" };
    const [{ enforcement }] = await collect(gateSaying(frame("enforcement", event) + frame("done", {})).gate);
    assert.equal(enforcement.qa_summary.status, "FAIL");
    assert.equal(enforcement.decisions[0].status, "FAIL");
    assert.equal(enforcement.would_block, true);
    assert.equal(enforcement.audit_ok, false);
  }
});

test("a receipt that does not say PASS, or is not signed, is none", async () => {
  for (const receipt of [{ receipt_id: "a", qa_status: "FAIL", token: "a.b.c" }, { receipt_id: "a", qa_status: "PASS" }, "a.b.c"]) {
    const [{ enforcement }] = await collect(gateSaying(frame("enforcement", { ...decided, receipt }) + frame("done", {})).gate);
    assert.equal(enforcement.receipt, null);
  }
});

test("an error event throws the gate's own error", async () => {
  const error = { code: "POLICY_ERROR", message: "mode is not known", suggestedFix: "set it", details: { mode: "on" }, request_id: "r-9" };
  for (const data of [error, { error }]) {
    await assert.rejects(collect(gateSaying(frame("error", data)).gate), {
      name: "GateError",
      code: "POLICY_ERROR",
      suggestedFix: "set it",
      requestId: "r-9",
      details: { mode: "on" },
    });
  }
});

test("an answer that is no event stream is an error", async () => {
  await rejectsWith(collect(gateSaying("<html>", { type: "text/html" }).gate), "BAD_RESPONSE");
});

test("leaving the loop ends the request", { timeout: 2000 }, async () => {
  const { gate, seen } = gateSaying(whole + "x".repeat(100_000), { size: 20 });
  for await (const event of gate.generate({ prompt: "hi", platform: "x" })) {
    if (event.type === "token") break;
  }
  await seen.cancelled;
});

test("aborting throws the reason of the signal, not an error of the gate", async () => {
  const stop = new AbortController();
  const gate = createGate({
    fetch: async (_url, { signal }) => {
      const body = new ReadableStream({
        start(out) {
          out.enqueue(new TextEncoder().encode(frame("token", { text: "Hello" })));
          signal.addEventListener("abort", () => out.error(signal.reason));
        },
      });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    },
  });
  const events = gate.generate({ prompt: "hi", platform: "x" }, { signal: stop.signal });
  assert.equal((await events.next()).value.text, "Hello");
  stop.abort();
  await assert.rejects(events.next(), { name: "AbortError" });
});

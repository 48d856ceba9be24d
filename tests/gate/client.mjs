// What a test says to a gate: requests as a user would send them, without the package's own client, so that the wire itself is tested.

import assert from "node:assert/strict";
import { documented } from "./openapi.mjs";

export const json = { "content-type": "application/json" };
export const as = (user, more = {}) => ({ authorization: `Bearer dev:${user}`, ...json, ...more });

/** A draft that passes. */
export const good = (content = "Tomatoes like warm soil") => ({ content, platform: "x", policy_tags: ["no_harm"] });

/** A client of one gate; `always` are headers of every request. */
export function client(url, always = {}) {
  const send = async (method, path, { headers = {}, body } = {}) => {
    const text = body === undefined || typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
    const response = await fetch(url + path, { method, headers: { ...always, ...headers }, body: text });
    const received = await response.text();
    const isJson = (response.headers.get("content-type") ?? "").includes("json");
    const reply = { status: response.status, headers: response.headers, text: received, body: isJson ? JSON.parse(received) : undefined };
    documented(method, path, reply);
    return reply;
  };
  const post = (path, user, body, more) => send("POST", path, { headers: as(user, more), body });
  return {
    send,
    post,
    get: (path, headers = {}) => send("GET", path, { headers }),
    check: (user, draft) => post("/v1/check", user, draft),
    /** Generates without a stream. */
    generate: (user, draft, more = {}) => post("/v1/generate/content", user, { prompt: "a test", stream: false, ...draft, ...more }),
    /** The receipt of a draft that passes. */
    async receipt(user, draft, more = {}) {
      const reply = await post("/v1/generate/content", user, { prompt: "a test", stream: false, ...draft, ...more });
      assert.equal(reply.status, 200, reply.text);
      assert.ok(reply.body.enforcement.receipt, reply.text);
      return reply.body.enforcement.receipt;
    },
    publish: (user, draft, receipt, more) => post("/v1/posts", user, { ...draft, ...(receipt && { enforcement_receipt_id: receipt.receipt_id }) }, more),
  };
}

/** Every failure has this shape, and no other. */
export function refused(reply, status, code) {
  assert.equal(reply.status, status, reply.text);
  assert.deepEqual(Object.keys(reply.body), ["error"], reply.text);
  assert.deepEqual(Object.keys(reply.body.error).sort(), ["code", "details", "message", "request_id", "suggestedFix"], reply.text);
  assert.equal(reply.body.error.code, code, reply.text);
  assert.equal(reply.body.error.request_id, reply.headers.get("x-request-id"));
  return reply.body.error;
}

/** The rows that `read` gives once there are any: what is written beside an answer may come a moment after it. */
export async function eventually(read, attempts = 100) {
  const rows = await read();
  if (rows.length > 0 || attempts === 1) return rows;
  await new Promise((resolve) => setTimeout(resolve, 50));
  return eventually(read, attempts - 1);
}

/** The frames of a stream of server-sent events, split as the standard says, on LF. */
export function frames(text) {
  return text.split("\n\n").filter(Boolean).map((frame) => {
    const [event, data, ...more] = frame.split("\n");
    assert.equal(more.length, 0, frame);
    return { event: event.replace(/^event: /, ""), data: JSON.parse(data.replace(/^data: /, "")) };
  });
}

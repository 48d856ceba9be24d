// What is refused before anything is parsed, how often one user may call, and what pages of other origins are told.

import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { startGate } from "../engines/harness/gate.mjs";
import { as, client, good, json, refused } from "./client.mjs";

const app = "http://localhost:3000";
let gate;
let at;

before(async () => {
  gate = await startGate({ vars: { POSTGATE_CORS_ORIGINS: app, POSTGATE_REQUESTS_PER_MINUTE: "40" } });
  at = client(gate.url);
});

after(() => gate?.stop());

/** A request of which the headers and each piece of the body are said one by one; `size` is declared, or chunks are sent. */
function raw({ method = "POST", path, headers, pieces = [] }) {
  return new Promise((resolve, reject) => {
    const sent = request(gate.url + path, { method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (data) => (text += data));
      response.on("end", () => resolve({ status: response.statusCode, text, headers: response.headers }));
    });
    sent.on("error", reject);
    for (const piece of pieces) sent.write(piece);
    sent.end();
  });
}

test("a body is refused for what it declares, and for what arrives without a declaration", async () => {
  const piece = "a".repeat(64 * 1024);
  for (const path of ["/v1/check", "/v1/posts", "/api/post-to-x"]) {
    const chunked = await raw({ path, headers: as("big"), pieces: ['{"content":"', ...Array(9).fill(piece), '"}'] });
    assert.deepEqual([chunked.status, JSON.parse(chunked.text).error.code], [413, "PAYLOAD_TOO_LARGE"], path);
    refused(await at.post(path, "big", "a".repeat(524_289)), 413, "PAYLOAD_TOO_LARGE");
  }
  refused(await at.post("/v1/check", "big", "a".repeat(524_288)), 422, "CONTRACT_INVALID");
});

test("addresses and headers have their most, on paths of files too", async () => {
  for (const path of ["/v1/outbox", "/healthz", "/", "/nothing"]) {
    refused(await at.get(`${path}?${"a".repeat(8192)}`, as("long")), 414, "URI_TOO_LONG");
    const reply = await raw({ method: "GET", path, headers: { ...as("long"), "x-a": "a".repeat(12_000), "x-b": "b".repeat(12_000), "x-c": "c".repeat(12_000) } });
    assert.equal(reply.status, 431, path);
    if (reply.text.startsWith("{")) assert.equal(JSON.parse(reply.text).error.code, "HEADERS_TOO_LARGE");
  }
});

test("every call of a user comes out of one bucket, and another user has its own", async () => {
  const calls = [
    () => at.get("/v1/policy", as("busy")),
    () => at.check("busy", good()),
    () => at.publish("busy", good()),
    () => at.get("/v1/outbox", as("busy")),
  ];
  const replies = await Promise.all(Array.from({ length: 60 }, (_, index) => calls[index % calls.length]()));
  const limited = replies.filter((reply) => reply.status === 429);
  // While the 60 arrive, the bucket fills again by one in 1.5 s.
  assert.ok(limited.length >= 10 && limited.length <= 20, `${limited.length} of 60`);
  for (const reply of limited) {
    refused(reply, 429, "RATE_LIMITED");
    assert.ok(Number(reply.headers.get("retry-after")) >= 1);
    assert.equal(reply.headers.get("ratelimit-policy"), '"requests";q=40;w=60');
    assert.match(reply.headers.get("ratelimit"), /^"requests";r=0;t=\d+$/);
  }
  assert.equal((await at.check("idle", good())).status, 200);
  assert.equal((await at.get("/healthz")).status, 200);
});

test("a page of a listed origin is told what it may do, and of another nothing", async () => {
  const preflight = (origin, path = "/v1/posts") =>
    at.send("OPTIONS", path, { headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type,idempotency-key" } });
  const asked = await preflight(app);
  assert.equal(asked.status, 204);
  assert.equal(asked.headers.get("access-control-allow-origin"), app);
  assert.equal(asked.headers.get("access-control-allow-methods"), "POST");
  for (const name of ["authorization", "content-type", "idempotency-key"]) {
    assert.ok(asked.headers.get("access-control-allow-headers").split(", ").includes(name), name);
  }
  assert.equal(asked.headers.get("vary"), "origin");

  const reply = await at.post("/v1/check", "page", good(), { origin: app });
  assert.deepEqual([reply.status, reply.headers.get("access-control-allow-origin")], [200, app]);
  const exposed = reply.headers.get("access-control-expose-headers").split(", ");
  for (const name of ["retry-after", "ratelimit", "ratelimit-policy", "etag", "x-request-id", "idempotent-replayed"]) assert.ok(exposed.includes(name), name);
  // A refusal can be read by the page as well.
  const no = await at.send("POST", "/v1/check", { headers: { ...json, origin: app }, body: good() });
  assert.equal(refused(no, 401, "UNAUTHENTICATED") && no.headers.get("access-control-allow-origin"), app);

  for (const origin of ["http://localhost:3001", "https://localhost:3000", "null", "http://localhost:3000.evil.example"]) {
    const told = [...(await preflight(origin)).headers.keys()].filter((name) => name.startsWith("access-control-"));
    assert.deepEqual(told, [], origin);
    const answered = await at.send("POST", "/v1/check", { headers: as("page", { origin }), body: good() });
    assert.equal(answered.headers.get("access-control-allow-origin"), null, origin);
  }
  refused(await preflight(app, "/v1/nothing"), 404, "NOT_FOUND");
});

test("every reply carries the security headers, refusals and files too", async () => {
  const replies = [await at.get("/"), await at.get("/healthz"), await at.get("/v1/nothing"), await at.get("/v1/policy", as("safe")), await at.post("/v1/posts", "safe", "{")];
  for (const { headers } of replies) {
    const csp = headers.get("content-security-policy");
    for (const part of ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"]) assert.ok(csp.includes(part), part);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("x-frame-options"), "DENY");
    assert.equal(headers.get("referrer-policy"), "no-referrer");
    assert.equal(headers.get("cross-origin-resource-policy"), "same-origin");
    assert.equal(headers.get("cross-origin-opener-policy"), "same-origin");
    assert.match(headers.get("x-request-id"), /^[0-9a-f-]{36}$/);
    // On loopback a browser must not be told to use https for two years.
    assert.equal(headers.get("strict-transport-security"), null);
  }
  const elsewhere = await raw({ method: "GET", path: "/healthz", headers: { host: "postgate.example" } });
  assert.equal(elsewhere.headers["strict-transport-security"], "max-age=63072000; includeSubDomains");
});

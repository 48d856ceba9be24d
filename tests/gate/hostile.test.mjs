// Bad input at every door: always a 4xx of the one error shape, never a 500, nothing stored.

import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { startGate } from "../engines/harness/gate.mjs";
import { as, client, good, refused } from "./client.mjs";

let gate;
let at;

before(async () => {
  gate = await startGate();
  at = client(gate.url);
});

after(() => gate?.stop());

/** Each path that takes a body, with a body that is right. */
const paths = {
  "/v1/check": good(),
  "/v1/generate/content": { ...good(), prompt: "p" },
  "/v1/posts": good(),
  "/api/post-to-x": { content: "a" },
  "/v1/enforcement/receipts/validate": { receipt_id: "r" },
};

/** What can be wrong with a body, made from one that is right. */
const wrongs = {
  "no body": () => undefined,
  "not JSON": () => "content=a",
  "two values": (body) => `${JSON.stringify(body)}{}`,
  "not an object": () => "[]",
  "not UTF-8": () => new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]),
  "an unknown key": (body) => ({ ...body, user_id: "admin" }),
  "a duplicate key": (body) => JSON.stringify(body).replace("{", `{"${Object.keys(body)[0]}":"x",`),
  "a lone surrogate": (body) => JSON.stringify(body).replace(/:"[^"]*"/, ':"\\ud800"'),
  "a NUL in an id": (body) => ({ ...body, ...("receipt_id" in body ? { receipt_id: "a\0b" } : { enforcement_receipt_id: "a\0b", draft_id: "a\0b", policy_tags: ["\0"] }) }),
  "300 levels": (body) => JSON.stringify(body).replace("{", `{"sources":${"[".repeat(300)}${"]".repeat(300)},`),
  "wrong types": (body) => Object.fromEntries(Object.keys(body).map((key) => [key, 7])),
};

for (const [path, body] of Object.entries(paths)) {
  test(`${path} refuses what breaks its contract`, async () => {
    for (const [name, wrong] of Object.entries(wrongs)) {
      const reply = await at.post(path, "mal", wrong(body));
      assert.equal(reply.status, 422, `${name}: ${reply.status} ${reply.text}`);
      const { details } = refused(reply, 422, "CONTRACT_INVALID");
      assert.equal(typeof details.pointer, "string", name);
    }
    refused(await at.post(path, "mal", `{"content":"${"a".repeat(600_000)}"}`), 413, "PAYLOAD_TOO_LARGE");
    refused(await at.send("POST", path, { headers: as("mal", { "content-type": "text/plain" }), body }), 415, "UNSUPPORTED_MEDIA_TYPE");
    refused(await at.send("POST", path, { headers: { "content-type": "application/json" }, body }), 401, "UNAUTHENTICATED");
    refused(await at.send("DELETE", path, { headers: as("mal") }), 405, "METHOD_NOT_ALLOWED");
  });
}

test("nothing of it was stored", async () => {
  const rows = await gate.d1("SELECT count(*) AS rows FROM audit_agent_decisions WHERE user_id = 'dev:mal'");
  assert.equal(rows[0].rows, 0);
  assert.equal((await gate.d1("SELECT count(*) AS rows FROM outbox"))[0].rows, 0);
});

test("platforms are a closed list", async () => {
  for (const platform of ["x ", "X", "x.com", "", "Instagram", "myspace"]) {
    const { message, details } = refused(await at.check("mal", { ...good(), platform }), 422, "CONTRACT_INVALID");
    assert.equal(details.pointer, "/platform");
    assert.match(message, /expected one of x \(twitter\), instagram \(ig\)/);
  }
});

test("what is not there is said in the same shape", async () => {
  refused(await at.get("/v1/nothing"), 404, "NOT_FOUND");
  refused(await at.get("/nothing.html"), 404, "NOT_FOUND");
  const reply = await at.get("/v1/posts");
  refused(reply, 405, "METHOD_NOT_ALLOWED");
  assert.equal(reply.headers.get("allow"), "POST");
});

/** Sends headers that fetch would not. */
function raw(path, headers) {
  return new Promise((resolve, reject) => {
    const sent = request(gate.url + path, { headers }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
    });
    sent.on("error", reject).end();
  });
}

test("development sign-in counts on loopback only", async () => {
  const authorization = "Bearer dev:neo";
  assert.equal(await raw("/v1/outbox", { authorization }), 200);
  assert.equal(await raw("/v1/outbox", { authorization, origin: "https://evil.example" }), 401);
  assert.equal(await raw("/v1/outbox", { authorization, origin: "http://127.0.0.1.evil.example" }), 401);
  assert.equal(await raw("/v1/outbox", { authorization, origin: "null" }), 401);
  assert.equal(await raw("/v1/outbox", { authorization, host: "postgate.example" }), 401);
  for (const wrong of ["dev:neo", "Basic dev:neo", "Bearer neo", "Bearer dev:", "Bearer dev:a b", "Bearer admin:neo"]) {
    assert.equal(await raw("/v1/outbox", { authorization: wrong }), 401, wrong);
  }
});

test("every reply carries the security headers", async () => {
  for (const path of ["/", "/healthz", "/v1/nothing"]) {
    const { headers } = await at.get(path);
    assert.match(headers.get("content-security-policy"), /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'/, path);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("x-frame-options"), "DENY");
  }
});

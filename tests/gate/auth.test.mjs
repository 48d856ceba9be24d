// Who asks: real tokens of npm `jose` against a JWKS server on loopback, and service keys. Nobody is anybody on their own word.

import assert from "node:assert/strict";
import { createHash, createHmac, createSign } from "node:crypto";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { UnsecuredJWT, exportPKCS8, exportSPKI } from "jose";
import { startGate } from "../engines/harness/gate.mjs";
import { client, good, json, refused } from "./client.mjs";
import { keyPair, startIssuer } from "./issuer.mjs";

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const part = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

let keys;
let issuer;
let gate;
let at;

before(async () => {
  keys = Object.fromEntries(await Promise.all(["EdDSA", "ES256", "RS256"].map(async (alg) => [alg, await keyPair(alg)])));
  issuer = await startIssuer(Object.values(keys));
  gate = await startGate({ vars: { ...issuer.vars, POSTGATE_API_KEYS: `web=${sha256("a web key")},ops:admin=${sha256("an ops key")}` } });
  at = client(gate.url);
});

after(async () => {
  await gate?.stop();
  await issuer?.stop();
});

const bearer = (token, more = {}) => ({ authorization: `Bearer ${token}`, ...json, ...more });
const outbox = (token, more) => at.get("/v1/outbox", bearer(token, more));
const generate = (headers, draft = good()) => at.send("POST", "/v1/generate/content", { headers, body: { prompt: "p", stream: false, ...draft } });
const userOf = async ({ body }) => (await gate.d1("SELECT DISTINCT user_id FROM audit_agent_decisions WHERE request_id = ?", body.enforcement.request_id)).map((row) => row.user_id);

test("a token of each algorithm signs in, and the user's id carries its issuer", async () => {
  for (const key of Object.values(keys)) {
    const reply = await generate(bearer(await issuer.token(key)));
    assert.equal(reply.status, 200, `${key.alg} ${reply.text}`);
    assert.deepEqual(await userOf(reply), [`jwt:${issuer.url}|ann`]);
  }
  assert.equal((await at.get("/readyz")).body.auth, "jwt,service_keys");
  assert.equal(issuer.asked, 1, "the keys are kept");
});

test("identity from the caller: a user in the body, in a header or in the token's header is nobody", async () => {
  const token = await issuer.token(keys.ES256);
  refused(await generate(bearer(token), { ...good(), user_id: "root" }), 422, "CONTRACT_INVALID");
  assert.deepEqual(await userOf(await generate(bearer(token, { "postgate-user": "root" }))), [`jwt:${issuer.url}|ann`]);
  refused(await at.send("POST", "/v1/check", { headers: { ...json, "postgate-user": "root" }, body: good() }), 401, "UNAUTHENTICATED");
});

/** Tokens that must not count, each named after the hole that it would be. */
async function holes() {
  const { EdDSA, ES256, RS256 } = keys;
  const stranger = await keyPair("ES256", "es256");
  const now = issuer.now();
  const right = await issuer.token(ES256);
  const [header, claims, signature] = right.split(".");
  const pem = await exportSPKI(RS256.publicKey);
  const pkcs8 = await exportPKCS8(RS256.privateKey);
  const hmac = (secret) => {
    const signed = `${part({ alg: "HS256", kid: "rs256" })}.${part(issuer.claims())}`;
    return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
  };
  const rsa = (head, body) => {
    const signed = `${part(head)}.${part(body)}`;
    return `${signed}.${createSign("sha256").update(signed).sign(pkcs8, "base64url")}`;
  };
  const twice = JSON.stringify(issuer.claims()).replace("{", '{"sub":"root",');
  return {
    "alg none": new UnsecuredJWT(issuer.claims()).encode(),
    "alg none with the signature of another token": `${part({ alg: "none", kid: "es256" })}.${claims}.${signature}`,
    "HMAC with the public key as its secret": hmac(pem),
    "HMAC with the JWK as its secret": hmac(JSON.stringify(RS256.jwk)),
    "a swapped algorithm": `${part({ alg: "RS256", kid: "es256" })}.${claims}.${signature}`,
    "a swapped key": `${part({ alg: "EdDSA", kid: "es256" })}.${claims}.${signature}`,
    "a stranger's key under a known name": await issuer.token(stranger),
    "a key that the token brings along": await issuer.token(stranger, {}, { kid: "mine", jwk: stranger.jwk }),
    "a key that the token points to": await issuer.token(stranger, {}, { kid: "mine", jku: `${issuer.url}/jwks` }),
    "crit": rsa({ alg: "RS256", kid: "rs256", crit: ["exp"] }, issuer.claims()),
    "another kind of token": rsa({ alg: "RS256", kid: "rs256", typ: "dpop+jwt" }, issuer.claims()),
    "a member twice": rsa({ alg: "RS256", kid: "rs256" }, twice),
    "a header member twice": rsa('{"alg":"RS256","alg":"RS256","kid":"rs256"}', issuer.claims()),
    "claims changed after signing": `${header}.${part(issuer.claims({ sub: "root" }))}.${signature}`,
    "a signature cut short": right.slice(0, -8),
    "no signature": `${header}.${claims}.`,
    "another issuer": await issuer.token(ES256, { iss: "https://id.example" }),
    "no issuer": await issuer.token(ES256, { iss: undefined }),
    "another audience": await issuer.token(ES256, { aud: "other" }),
    "no audience": await issuer.token(ES256, { aud: undefined }),
    "expired": await issuer.token(EdDSA, { exp: now - 61 }),
    "no expiry": await issuer.token(EdDSA, { exp: undefined }),
    "not yet": await issuer.token(EdDSA, { nbf: now + 120 }),
    "nobody": await issuer.token(EdDSA, { sub: "" }),
    "too large": await issuer.token(EdDSA, { filler: "a".repeat(9000) }),
    "development sign-in": "dev:root",
    "development administrator": "dev-admin:root",
    "the hash of a service key": sha256("a web key"),
    "nothing": "",
  };
}

test("tokens that do not count", async () => {
  for (const [hole, token] of Object.entries(await holes())) {
    const reply = await outbox(token);
    assert.equal(reply.status, 401, `${hole}: ${reply.text}`);
    refused(reply, 401, "UNAUTHENTICATED");
    assert.match(reply.headers.get("www-authenticate"), /^Bearer/, hole);
    if (token.length > 20) assert.ok(!reply.text.includes(token.slice(-20)), hole);
  }
});

test("a clock that is half a minute off is forgiven", async () => {
  const now = issuer.now();
  assert.equal((await outbox(await issuer.token(keys.EdDSA, { exp: now - 30 }))).status, 200);
  assert.equal((await outbox(await issuer.token(keys.EdDSA, { nbf: now + 30, iat: now + 30 }))).status, 200);
});

test("role and tier come from the token's claims alone", async () => {
  const receipt = (await generate(bearer(await issuer.token(keys.ES256)))).body.enforcement.receipt;
  const validate = async (claims) => at.send("POST", "/v1/enforcement/receipts/validate", { headers: bearer(await issuer.token(keys.ES256, claims)), body: { receipt_id: receipt.receipt_id } });
  refused(await validate({ sub: "bob" }), 403, "ENFORCEMENT_RECEIPT_INVALID");
  refused(await validate({ sub: "bob", roles: ["admin"], admin: true }), 403, "ENFORCEMENT_RECEIPT_INVALID");
  assert.equal((await validate({ sub: "bob", roles: ["postgate-admin"] })).status, 200);
  for (const [claims, limit] of [[{}, 5], [{ verified: "true", streak_days: 90 }, 5], [{ verified: true }, 10], [{ verified: true, streak_days: 90 }, 15]]) {
    const headers = bearer(await issuer.token(keys.ES256, { sub: `tier-${limit}`, ...claims }));
    const { body } = await generate(headers);
    const posted = await at.send("POST", "/v1/posts", { headers, body: { ...good(), enforcement_receipt_id: body.enforcement.receipt.receipt_id } });
    assert.equal(posted.status, 200, posted.text);
    assert.match(posted.headers.get("ratelimit-policy"), new RegExp(`q=${limit};`));
  }
});

test("a service key acts for the user that it names, and for nobody else's", async () => {
  const reply = await generate(bearer("a web key", { "postgate-user": "ann" }));
  assert.deepEqual(await userOf(reply), ["key:web:ann"]);
  const { receipt_id } = reply.body.enforcement.receipt;
  const body = { ...good(), enforcement_receipt_id: receipt_id };
  refused(await at.send("POST", "/v1/posts", { headers: bearer(await issuer.token(keys.ES256)), body }), 403, "ENFORCEMENT_RECEIPT_INVALID");
  refused(await at.send("POST", "/v1/posts", { headers: bearer("a web key", { "postgate-user": "bob" }), body }), 403, "ENFORCEMENT_RECEIPT_INVALID");
  refused(await at.send("POST", "/v1/posts", { headers: bearer("an ops key", { "postgate-user": "bob" }), body }), 403, "ENFORCEMENT_RECEIPT_INVALID");
  refused(await outbox("a web key"), 401, "UNAUTHENTICATED");
  refused(await outbox("a web key", { "postgate-user": "a b" }), 401, "UNAUTHENTICATED");
  refused(await outbox("a web keY", { "postgate-user": "ann" }), 401, "UNAUTHENTICATED");
  assert.ok(!gate.log.join("\n").includes("a web key"));
});

test("a new key is picked up at once, and made-up names of keys do not make us ask again", async () => {
  await gate.restart();
  assert.equal((await outbox(await issuer.token(keys.ES256))).status, 200);
  const rotated = await keyPair("ES256", "rotated");
  issuer.keys = [rotated];
  const before = issuer.asked;
  const together = await Promise.all(Array.from({ length: 10 }, async () => outbox(await issuer.token(rotated))));
  assert.deepEqual(together.map(({ status }) => status), Array(10).fill(200));
  assert.equal(issuer.asked, before + 1);
  for (let made = 0; made < 10; made += 1) {
    refused(await outbox(await issuer.token(rotated, {}, { kid: `made-up-${made}` })), 401, "UNAUTHENTICATED");
  }
  refused(await outbox(await issuer.token(keys.ES256)), 401, "UNAUTHENTICATED");
  assert.equal(issuer.asked, before + 1);
});

test("while the issuer is down its kept keys count, and a new one is our fault", async () => {
  await gate.restart();
  assert.equal((await outbox(await issuer.token(issuer.keys[0]))).status, 200);
  const next = await keyPair("ES256", "next");
  issuer.failing = true;
  for (let time = 0; time < 2; time += 1) refused(await outbox(await issuer.token(next)), 503, "STATE_UNAVAILABLE");
  assert.equal((await outbox(await issuer.token(issuer.keys[0]))).status, 200);
  issuer.failing = false;
  await sleep(5000);
  refused(await outbox(await issuer.token(next)), 401, "UNAUTHENTICATED");
});

test("an issuer that is down is our fault and signs nobody in", async () => {
  issuer.failing = true;
  await gate.restart();
  const error = refused(await outbox(await issuer.token(keys.EdDSA)), 503, "STATE_UNAVAILABLE");
  assert.equal(error.details.reason, "issuer_keys");
  const asked = issuer.asked;
  refused(await outbox(await issuer.token(keys.EdDSA)), 503, "STATE_UNAVAILABLE");
  assert.equal(issuer.asked, asked, "it is left alone for a moment");
});

test("development sign-in and real sign-in exclude each other", async () => {
  await gate.restart({ vars: { POSTGATE_AUTH: "dev" } });
  const ready = await at.get("/readyz");
  assert.equal(ready.status, 503);
  for (const name of ["AUTH_JWKS_URL", "AUTH_ISSUER", "AUTH_AUDIENCE", "POSTGATE_API_KEYS"]) {
    assert.ok(ready.body.problems.some((problem) => problem.startsWith(`POSTGATE_AUTH: dev while ${name} is set`)), ready.text);
  }
  const { details } = refused(await outbox("dev-admin:root"), 503, "POLICY_ERROR");
  assert.deepEqual(details.problems, ready.body.problems);
  const key = refused(await outbox("a web key", { "postgate-user": "ann" }), 503, "POLICY_ERROR");
  assert.deepEqual(key.details.problems, ready.body.problems);
});

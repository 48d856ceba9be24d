// A receipt verifies only if the gate's own key signed exactly what it says.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { verifyReceipt } from "postgate/gate";

const now = new Date("2026-01-02T03:30:00Z");
const fields = {
  receipt_id: "rc-1",
  request_id: "r-1",
  draft_id: null,
  ring_id: null,
  turn_id: null,
  user_id: "dev:alice",
  platform: "x",
  draft_hash: "sha256:11",
  qa_status: "PASS",
  qa_decision_hash: "22",
  policy_version: "10.2.0",
  policy_digest: "sha256:33",
  mode: "enforced",
  created_at: "2026-01-02T03:04:05Z",
  expires_at: "2026-01-02T04:04:05Z",
};
const claims = { jti: "rc-1", ...fields };
const receiptOf = (token, changes = {}) => ({ ...fields, ...changes, token });

const base64url = (data) => Buffer.from(data).toString("base64url");

async function signer(kid = "k1") {
  const { publicKey, privateKey } = await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]);
  const { x } = await crypto.subtle.exportKey("jwk", publicKey);
  return {
    jwks: { keys: [{ kty: "OKP", crv: "Ed25519", kid, x, use: "sig" }] },
    async sign(payload, header = { alg: "Ed25519", kid, typ: "postgate-receipt+jwt" }) {
      const signed = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(payload))}`;
      const seal = await crypto.subtle.sign({ name: "Ed25519" }, privateKey, new TextEncoder().encode(signed));
      return `${signed}.${base64url(seal)}`;
    },
  };
}

const gate = await signer();
const problem = async (receipt, jwks = gate.jwks, at = now) => (await verifyReceipt(receipt, jwks, at)).problem;

test("a receipt that the gate signed verifies", async () => {
  const verdict = await verifyReceipt(receiptOf(await gate.sign(claims)), gate.jwks, now);
  assert.deepEqual(verdict, { ok: true, keyId: "k1", claims });
});

test("the token that the Rust side pins verifies here too", async () => {
  const pinned = new URL("../../../src/receipt/snapshots/postgate__receipt__token__tests__the_token_is_unchanged.snap", import.meta.url);
  const token = (await readFile(pinned, "utf8")).trim().split("\n").at(-1);
  const { jti: _, ...said } = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
  // The key of RFC 8037, appendix A, under its own thumbprint.
  const key = { kty: "OKP", crv: "Ed25519", kid: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
  const verdict = await verifyReceipt({ ...said, token }, { keys: [key] }, new Date(said.created_at));
  assert.equal(verdict.ok, true, verdict.message);
});

test("any other algorithm or type is refused before a key is looked at", async () => {
  const header = { alg: "Ed25519", kid: "k1", typ: "postgate-receipt+jwt" };
  for (const alg of ["none", "EdDSA", "HS256", "ed25519", undefined]) {
    assert.equal(await problem(receiptOf(await gate.sign(claims, { ...header, alg }))), "ALGORITHM");
  }
  assert.equal(await problem(receiptOf(await gate.sign(claims, { ...header, typ: "JWT" }))), "ALGORITHM");
  assert.equal(await problem(receiptOf(await gate.sign(claims, { ...header, crit: ["b64"] }))), "ALGORITHM");
});

test("another key's signature is none, whatever key id it names", async () => {
  const other = await signer();
  assert.equal(await problem(receiptOf(await other.sign(claims))), "SIGNATURE");
  assert.equal(await problem(receiptOf(await gate.sign(claims)), (await signer("k2")).jwks), "UNKNOWN_KEY");
  assert.equal(await problem(receiptOf(await gate.sign(claims, { alg: "Ed25519", typ: "postgate-receipt+jwt" }))), "UNKNOWN_KEY");
});

test("a signed part that was changed is noticed", async () => {
  const [head, , seal] = (await gate.sign(claims)).split(".");
  const forged = base64url(JSON.stringify({ ...claims, draft_hash: "sha256:99" }));
  assert.equal(await problem(receiptOf(`${head}.${forged}.${seal}`, { draft_hash: "sha256:99" })), "SIGNATURE");
});

test("a field beside the token that was changed is noticed", async () => {
  const token = await gate.sign(claims);
  for (const field of Object.keys(fields)) {
    assert.equal(await problem(receiptOf(token, { [field]: "changed" })), "NOT_AS_SIGNED", field);
  }
  assert.equal(await problem(receiptOf(token, { admin: true })), "NOT_AS_SIGNED");
  const { mode: _, ...without } = receiptOf(token);
  assert.equal(await problem(without), "NOT_AS_SIGNED");
});

test("a receipt ends at its expiry, and without one it never began", async () => {
  const token = await gate.sign(claims);
  assert.equal(await problem(receiptOf(token), gate.jwks, new Date(fields.expires_at)), "EXPIRED");
  const { expires_at: _, ...endless } = claims;
  assert.equal(await problem((({ expires_at: _, ...receipt }) => receipt)(receiptOf(await gate.sign(endless)))), "EXPIRED");
});

test("a receipt of a FAIL is refused though its signature is good", async () => {
  const failed = { ...claims, qa_status: "FAIL" };
  assert.equal(await problem(receiptOf(await gate.sign(failed), { qa_status: "FAIL" })), "NOT_PASSED");
});

test("what is no compact JWS is malformed", async () => {
  for (const token of ["", "a.b", "a.b.c.d", "!.b.c", "e30.e30.", `${base64url("[]")}.e30.AA`, "e30.bm90IGpzb24.AA"]) {
    assert.equal(await problem(receiptOf(token)), "MALFORMED", token);
  }
});

test("what is no receipt, and what are no keys, is a verdict too", async () => {
  const { jwks, sign } = await signer();
  const token = await sign(claims);
  for (const receipt of [undefined, null, {}, [], token, { token: 3 }]) {
    assert.equal((await verifyReceipt(receipt, jwks, now)).problem, "MALFORMED", JSON.stringify(receipt));
  }
  for (const keys of [undefined, null, {}, [], { keys: null }, { keys: [null, 3, { kid: "k1" }] }]) {
    assert.equal((await verifyReceipt(receiptOf(token), keys, now)).problem, "UNKNOWN_KEY", JSON.stringify(keys));
  }
});

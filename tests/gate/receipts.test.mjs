// Receipts of a running gate: read by a stranger with its public keys alone, across a change of keys, by their own id and no other, and
// until they expire.

import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { verifyReceipt } from "../../pkg/dist/gate.js";
import { signingKey } from "../../scripts/setup/dev-vars.mjs";
import { startGate } from "../engines/harness/gate.mjs";
import { client, good, refused } from "./client.mjs";

const [oldKey, newKey] = [signingKey(), signingKey()];
const publicHalf = (key) => createPublicKey({ key: JSON.parse(key), format: "jwk" }).export({ format: "jwk" });

let gate;
let at;

before(async () => {
  gate = await startGate({ vars: { POSTGATE_SIGNING_KEY: oldKey } });
  at = client(gate.url);
});
after(() => gate?.stop());

const jwks = async () => (await at.get("/.well-known/jwks.json")).body;
const validate = (user, name) => at.post("/v1/enforcement/receipts/validate", user, name);

test("the package verifies a receipt offline with the gate's public keys, and one that was touched never", async () => {
  const receipt = await at.receipt("ann", good());
  const keys = await jwks();
  assert.ok(keys.keys.every((key) => key.d === undefined && key.alg === undefined));
  assert.equal((await verifyReceipt(receipt, keys)).ok, true);
  assert.equal((await verifyReceipt({ ...receipt, user_id: "dev:bob" }, keys)).ok, false);
  assert.equal((await verifyReceipt(receipt, { keys: [publicHalf(newKey)] })).ok, false);
  assert.equal((await verifyReceipt(receipt, keys, new Date(Date.parse(receipt.expires_at) + 1000))).ok, false);
});

test("a receipt is found by its own id and by its request's, and neither is taken for the other", async () => {
  const draft = good("Onions keep well");
  const receipt = await at.receipt("bob", draft);
  for (const name of [{ receipt_id: receipt.receipt_id }, { request_id: receipt.request_id }, { token: receipt.token }]) {
    const reply = await validate("bob", name);
    assert.deepEqual([reply.status, reply.body.receipt?.receipt_id], [200, receipt.receipt_id], reply.text);
  }
  for (const name of [{ receipt_id: receipt.request_id }, { request_id: receipt.receipt_id }]) {
    refused(await validate("bob", name), 403, "ENFORCEMENT_RECEIPT_INVALID");
  }
  const swapped = { enforcement_receipt_id: receipt.request_id };
  refused(await at.post("/v1/posts", "bob", { ...draft, ...swapped }), 403, "ENFORCEMENT_RECEIPT_INVALID");
  const other = await at.receipt("bob", draft);
  const crossed = { enforcement_receipt_id: receipt.receipt_id, enforcement_request_id: other.request_id };
  refused(await at.post("/v1/posts", "bob", { ...draft, ...crossed }), 403, "ENFORCEMENT_RECEIPT_INVALID");
});

test("receipts of the key before count beside those of the new one, and stop counting when it is taken out", async () => {
  const [kept, dropped] = [await at.receipt("cy", good("Peas climb")), await at.receipt("cy", good("Beans climb"))];
  const [earlier] = (await jwks()).keys;
  await gate.restart({ vars: { POSTGATE_SIGNING_KEY: newKey, POSTGATE_EARLIER_KEYS: JSON.stringify({ keys: [publicHalf(oldKey)] }) } });
  const both = await jwks();
  assert.deepEqual([both.keys.length, both.keys.some((key) => key.kid === earlier.kid)], [2, true]);
  const fresh = await at.receipt("cy", good("Hops climb"));
  assert.equal((await verifyReceipt(kept, both)).ok && (await verifyReceipt(fresh, both)).ok, true);
  assert.equal((await at.publish("cy", good("Peas climb"), kept)).status, 200);
  assert.equal((await at.publish("cy", good("Hops climb"), fresh)).status, 200);
  await gate.restart({ vars: { POSTGATE_EARLIER_KEYS: null } });
  refused(await at.publish("cy", good("Beans climb"), dropped), 403, "ENFORCEMENT_RECEIPT_INVALID");
});

test("a receipt expires", async () => {
  await gate.restart({ vars: { ONERING_ENFORCEMENT_RECEIPT_TTL_SECONDS: "1" } });
  const receipt = await at.receipt("dee", good("Frost comes"));
  await sleep(Math.max(0, Date.parse(receipt.expires_at) - Date.now()) + 50);
  refused(await at.publish("dee", good("Frost comes"), receipt), 403, "ENFORCEMENT_RECEIPT_EXPIRED");
  refused(await validate("dee", { receipt_id: receipt.receipt_id }), 403, "ENFORCEMENT_RECEIPT_EXPIRED");
});

/**
 * Verifies a receipt where it is shown: the signature over the token (a compact JWS, algorithm and type pinned) against
 * the gate's public keys, and that the receipt beside the token says exactly what was signed. Uses WebCrypto and nothing
 * else; whether the receipt still opens the gate is the gate's to say.
 */
import { record } from "./errors.js";
import type { Receipt } from "./types.js";

/** The type in a token's header: no other token of the same key is a receipt. */
const TYPE = "postgate-receipt+jwt";

/** A public key as the gate's `/.well-known/jwks.json` has it (RFC 7517); of other members nothing is read. */
export interface Jwk {
  kty?: string;
  crv?: string;
  x?: string;
  kid?: string;
  [member: string]: unknown;
}

export interface Jwks {
  keys: readonly Jwk[];
}

/** Why a receipt does not verify; `UNSUPPORTED` says that this host can't tell. */
export type ReceiptProblem =
  | "MALFORMED"
  | "ALGORITHM"
  | "UNKNOWN_KEY"
  | "SIGNATURE"
  | "NOT_AS_SIGNED"
  | "NOT_PASSED"
  | "EXPIRED"
  | "UNSUPPORTED";

export type ReceiptVerdict =
  | { ok: true; keyId: string; claims: Record<string, unknown> }
  | { ok: false; problem: ReceiptProblem; message: string };

/** Gives a verdict on whatever it is given: what is no receipt is `MALFORMED`, and where there are no keys none is known. */
export async function verifyReceipt(receipt: Receipt, jwks: Jwks, now: Date = new Date()): Promise<ReceiptVerdict> {
  const token = record(receipt)?.["token"];
  if (typeof token !== "string") return no("MALFORMED", "there is no token, expected a whole receipt");
  const parts = token.split(".");
  const [head, body, seal] = parts;
  const header = jsonPart(head);
  const claims = jsonPart(body);
  const signature = bytesPart(seal);
  if (parts.length !== 3 || header === undefined || claims === undefined || signature === undefined) {
    return no("MALFORMED", "the token is not a compact JWS");
  }
  const { alg, typ, kid: keyId, ...unknown } = header;
  if (alg !== "Ed25519" || typ !== TYPE || Object.keys(unknown).length > 0) {
    return no("ALGORITHM", `the token is signed with ${String(alg)} as ${String(typ)}, expected Ed25519 as ${TYPE}`);
  }
  const keys = record(jwks)?.["keys"];
  const known = (Array.isArray(keys) ? keys : []).map((key) => record(key) ?? {});
  const x = known.find(({ kid, kty, crv }) => kid === keyId && kty === "OKP" && crv === "Ed25519")?.["x"];
  if (typeof keyId !== "string" || typeof x !== "string") {
    return no("UNKNOWN_KEY", "no public key of the gate has the token's key id");
  }
  const signed = new TextEncoder().encode(`${head}.${body}`);
  let intact: boolean;
  try {
    // Only what makes the key: some hosts refuse a key that names its algorithm their way or another.
    const jwk = { kty: "OKP", crv: "Ed25519", x };
    const verifier = await crypto.subtle.importKey("jwk", jwk, { name: "Ed25519" }, false, ["verify"]);
    intact = await crypto.subtle.verify({ name: "Ed25519" }, verifier, signature, signed);
  } catch (cause) {
    return no("UNSUPPORTED", `this host can't verify Ed25519 signatures (${String(cause)})`);
  }
  if (!intact) return no("SIGNATURE", "the signature does not belong to the token");
  const odd = difference(receipt, claims);
  if (odd !== undefined) return no("NOT_AS_SIGNED", `the receipt's ${odd} is not what was signed`);
  if (claims["qa_status"] !== "PASS") return no("NOT_PASSED", "the receipt does not say PASS");
  // A time that can't be read is a time that has passed.
  if (!(Date.parse(String(claims["expires_at"])) > now.getTime())) {
    return no("EXPIRED", `the receipt expired at ${String(claims["expires_at"])}`);
  }
  return { ok: true, keyId, claims };
}

/** The first field in which the receipt and what was signed differ. The token's own id, `jti`, is the receipt's. */
function difference(receipt: Receipt, claims: Record<string, unknown>): string | undefined {
  const { token: _, ...said } = receipt;
  const { jti, ...signed } = claims;
  if (jti !== said.receipt_id) return "receipt_id";
  const fields = new Set([...Object.keys(said), ...Object.keys(signed)]);
  return [...fields].find((field) => (said as Record<string, unknown>)[field] !== signed[field]);
}

function jsonPart(part: string | undefined): Record<string, unknown> | undefined {
  const bytes = bytesPart(part);
  if (bytes === undefined) return undefined;
  try {
    return record(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch {
    return undefined;
  }
}

/** Base64url without padding, as a JWS has it. */
function bytesPart(part: string | undefined): Uint8Array<ArrayBuffer> | undefined {
  if (part === undefined || !/^[A-Za-z0-9_-]+$/.test(part)) return undefined;
  try {
    return Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function no(problem: ReceiptProblem, message: string): ReceiptVerdict {
  return { ok: false, problem, message };
}

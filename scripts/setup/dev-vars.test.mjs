import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { signingKey, writeDevVars } from "./dev-vars.mjs";

/** Runs a test on the path of a file that doesn't exist yet. */
async function withPath(run) {
  const folder = mkdtempSync(join(tmpdir(), "postgate-vars-"));
  try {
    await run(join(folder, ".dev.vars"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("it is made once, for its owner's eyes", () =>
  withPath(async (path) => {
    assert.equal(await writeDevVars(path), true);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    const first = readFileSync(path, "utf8");
    assert.equal(await writeDevVars(path), false);
    assert.equal(readFileSync(path, "utf8"), first);
  }));

test("one without a key is left alone, and said to be", () =>
  withPath(async (path) => {
    writeFileSync(path, "POSTGATE_AUTH=dev\n");
    await assert.rejects(writeDevVars(path), /POSTGATE_SIGNING_KEY/);
    assert.equal(readFileSync(path, "utf8"), "POSTGATE_AUTH=dev\n");
  }));

test("the key is a private Ed25519 JWK on one line, another each time", () => {
  const text = signingKey();
  const key = createPrivateKey({ key: JSON.parse(text), format: "jwk" });
  const data = Buffer.from("a draft");
  assert.equal(key.asymmetricKeyType, "ed25519");
  assert.ok(verify(null, data, createPublicKey(key), sign(null, data, key)));
  assert.doesNotMatch(text, /[\n']/);
  assert.notEqual(signingKey(), text);
});

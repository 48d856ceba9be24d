// .dev.vars, the secrets of a gate on your own machine: made once, readable by you alone, never overwritten.

import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { inRoot } from "../lib/house.mjs";
import { Failure, step } from "../lib/say.mjs";

/** A fresh private Ed25519 key as a JWK on one line. */
export const signingKey = () => JSON.stringify(generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }));

/** Gives whether it had to be written. */
export async function writeDevVars(path = inRoot(".dev.vars")) {
  if (existsSync(path)) {
    if (!/^\s*POSTGATE_SIGNING_KEY\s*=/m.test(readFileSync(path, "utf8"))) {
      throw new Failure(".dev.vars has no POSTGATE_SIGNING_KEY: add one, or move the file away and a new one is made");
    }
    return false;
  }
  await step(".dev.vars written with a fresh signing key", () => {
    writeFileSync(path, `POSTGATE_AUTH=dev\nPOSTGATE_SIGNING_KEY='${signingKey()}'\n`, { mode: 0o600, flag: "wx" });
  });
  return true;
}

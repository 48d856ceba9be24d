// What the audit's tests ask of a gate: as an administrator, and with the package's own verifier.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ExportVerifier, initSync } from "../../pkg/wasm-audit/postgate.js";
import { inRoot } from "../../scripts/lib/house.mjs";
import { client } from "./client.mjs";
import { openNote } from "./tree.mjs";

initSync({ module: readFileSync(inRoot("pkg", "wasm-audit", "postgate_bg.wasm")) });

export const admin = { authorization: "Bearer dev-admin:root" };

/** The verdict on an export. */
export function judge(text, keys) {
  const verifier = new ExportVerifier(keys);
  verifier.push(new TextEncoder().encode(text));
  return JSON.parse(verifier.finish());
}

/** What the tests ask of one gate. */
export function auditor(gate) {
  const at = client(gate.url);
  const get = (path) => at.get(path, admin);
  const keys = async () => (await at.get("/.well-known/jwks.json")).body;
  const checkpoint = async () => openNote((await get("/v1/audit/checkpoint")).text, await keys());
  return {
    at, get, keys, checkpoint,
    /** Waits until the tree has so many leaves; the harness' patience is the only limit. */
    async grownTo(size) {
      for (const limit = Date.now() + 60_000; ; await sleep(250)) {
        const now = await checkpoint();
        if (now.size >= size) return now;
        assert.ok(Date.now() < limit, `the tree has ${now.size} leaves, expected ${size}`);
      }
    },
    async exported(query = "") {
      const reply = await fetch(`${gate.url}/v1/audit/export${query}`, { headers: admin });
      const text = await reply.text();
      assert.equal(reply.status, 200, text);
      return { text, verdict: judge(text, JSON.stringify(await keys())) };
    },
  };
}

/** Rows of a request, as another version of the Worker, or a person at the database, would insert it. */
export const plant = (gate, request_id, created_at) =>
  gate.d1(
    `INSERT INTO audit_agent_decisions (request_id, user_id, agent_name, agent_version, contract_version, policy_version, input_hash,
     output_hash, prompt_hash, decision_json, status, created_at) SELECT ?1, 'dev:old', value, 'v1', '1', '1', 'i', 'o', 'p', '{}', 'PASS', ?2
     FROM json_each('["writer","qa_gatekeeper"]')`, request_id, created_at);


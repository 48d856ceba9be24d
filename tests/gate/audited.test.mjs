// What the audit's settings change: content that is kept without its secrets, a commit that is not waited for too long; and that rows come
// under a checkpoint by themselves.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { inRoot } from "../../scripts/lib/house.mjs";
import { startDirect } from "../engines/harness/direct.mjs";
import { startGate } from "../engines/harness/gate.mjs";
import { auditor } from "./auditor.mjs";
import { client, eventually, good, refused } from "./client.mjs";

let gate;
let audit;
before(async () => {
  gate = await startGate();
  audit = auditor(gate);
});
after(() => gate?.stop());

const decisions = async (request) => (await audit.get(`/v1/audit/${request}`)).body.rows.map(({ agent_name, decision_json }) => [agent_name, decision_json.output]);

test("rows come under a signed checkpoint by themselves: one for each commit, no tick of a clock and no question in between", async () => {
  const watched = await startDirect({ observe: true });
  try {
    const at = client(watched.url, { "cf-connecting-ip": "127.0.0.1" });
    const sizes = [];
    for (let size = 1; size <= 4; size += 1) {
      const { enforcement } = (await at.generate("ann", good(`Draft ${"abcd"[size - 1]}`))).body;
      assert.equal(enforcement.audit_ok, true);
      // The trees that the object has signed since, as it noted them itself.
      const signed = await eventually(async () => {
        const noted = (await watched.noted()).flatMap(({ on, statements }) => (on === "sql" ? statements : []));
        return noted.filter(({ sql }) => sql.startsWith("INSERT INTO checkpoints")).map(({ values }) => values[0]);
      }, 1200);
      sizes.push(...signed);
    }
    assert.deepEqual(sizes, [1, 2, 3, 4]);
  } finally {
    await watched.stop();
  }
});

test("without the flag no draft is in the audit; with it the draft is there, its secrets are not", async () => {
  const key = ["AKIA", "IOSFODNN7EXAMPLE"].concat().join("");
  const text = `Tomatoes like warm soil. Write to ann@example.com, the key is ${key}`;
  const plain = (await audit.at.generate("ann", good())).body.enforcement;
  assert.ok(!JSON.stringify(await decisions(plain.request_id)).includes("Tomatoes"));
  await gate.restart({ vars: { POSTGATE_AUDIT_CONTENT: "1" } });
  const { enforcement } = (await audit.at.generate("ann", good(text))).body;
  const refusal = refused(await audit.at.publish("ann", good(text), undefined), 403, "QA_BLOCKED");
  for (const [request, agent] of [[enforcement.request_id, "qa_gatekeeper"], [refusal.request_id, "posting_gate"]]) {
    const rows = await decisions(request);
    const kept = Object.fromEntries(rows)[agent].content;
    assert.match(kept, /^Tomatoes like warm soil\. Write to \[secret removed\], the key is \[secret removed\]$/);
    assert.ok(!JSON.stringify(rows).includes("AKIA") && !JSON.stringify(rows).includes("ann@"), agent);
  }
  const telemetry = JSON.stringify([await gate.d1("SELECT * FROM enforcement_requests"), await gate.d1("SELECT * FROM telemetry")]);
  assert.ok(!telemetry.includes("Tomatoes"));
});

/** The Worker over a D1 that answers each batch half a second too late, before or after its commit, while `/.late?when=` says so. */
const lateGate = () => [
  {
    type: "ESModule",
    path: "late.mjs",
    contents: `
      import Gate from "./index.js";
      export { AuditLog, Breaker, Control, UserGate } from "./index.js";
      let late = "";
      const pause = () => scheduler.wait(500);
      const database = (real) => new Proxy(real, {
        get(_, name) {
          if (name === "batch") return async (statements) => {
            const when = late;
            if (when === "before") await pause();
            const done = await real.batch(statements);
            if (when === "after") await pause();
            return done;
          };
          const value = Reflect.get(real, name, real);
          return typeof value === "function" && name !== "constructor" ? value.bind(real) : value;
        },
      });
      export default class extends Gate {
        constructor(ctx, env) { super(ctx, { ...env, DB: database(env.DB) }); }
        fetch(request) {
          const url = new URL(request.url);
          if (url.pathname !== "/.late") return super.fetch(request);
          late = url.searchParams.get("when");
          return new Response(late);
        }
      }`,
  },
  { type: "ESModule", path: "index.js", contents: readFileSync(inRoot("build", "index.js"), "utf8") },
  { type: "CompiledWasm", path: "index_bg.wasm", contents: readFileSync(inRoot("build", "index_bg.wasm")) },
];

test("a commit that does not answer in time counts as failed: no receipt, nothing is published, and it is seen", async () => {
  const late = await startDirect({ modules: lateGate(), vars: { POSTGATE_AUDIT_TIMEOUT_MS: "100" } });
  try {
    const at = client(late.url, { "cf-connecting-ip": "127.0.0.1" });
    const database = await late.database();
    const rows = async (sql, ...values) => (await database.prepare(sql).bind(...values).all()).results;
    const answersLate = (when) => at.get(`/.late?when=${when}`);
    for (const when of ["before", "after"]) {
      const receipt = await at.receipt("bob", good(`Beans ${when}`));
      await answersLate(when);
      const { enforcement } = (await at.generate("bob", good())).body;
      assert.deepEqual([enforcement.audit_ok, enforcement.receipt, enforcement.would_block], [false, null, true], when);
      assert.ok(enforcement.warnings.includes("AUDIT_WRITE_FAILED"));
      const refusal = refused(await at.publish("bob", good(`Beans ${when}`), receipt), 503, "AUDIT_WRITE_FAILED");
      await answersLate("");
      assert.deepEqual(await rows("SELECT count(*) AS sent FROM outbox"), [{ sent: when === "before" ? 0 : 1 }]);
      for (const { request_id } of [enforcement, refusal]) {
        const [loss] = await eventually(() => rows("SELECT reason FROM audit_losses WHERE request_id = ?1", request_id));
        assert.match(loss.reason, /no answer within 100 ms/);
        const [request] = await eventually(() => rows("SELECT audit_ok FROM enforcement_requests WHERE request_id = ?1 AND audit_ok = 0", request_id));
        assert.ok(request, request_id);
      }
      // Nothing was spent: the same request goes out now.
      assert.equal((await at.publish("bob", good(`Beans ${when}`), receipt)).status, 200);
    }
  } finally {
    await late.stop();
  }
});

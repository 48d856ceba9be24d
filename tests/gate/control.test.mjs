// What administrators set: the kill switch, the rollout, the active policy. Seen at once, audited, and never weaker by accident.

import assert from "node:assert/strict";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startGate } from "../engines/harness/gate.mjs";
import { client, good, json, refused } from "./client.mjs";

let gate;
let at;

before(async () => {
  gate = await startGate();
  at = client(gate.url);
});

after(() => gate?.stop());

const admin = (more = {}) => ({ authorization: "Bearer dev-admin:root", ...json, ...more });
const flags = (body) => at.send("PUT", "/v1/admin/flags", { headers: admin(), body });
const policy = (body, tag = "*") => at.send("PUT", "/v1/admin/policy", { headers: admin(tag && { "if-match": tag }), body });
const active = () => at.get("/v1/policy", { authorization: "Bearer dev:ann" });
const bad = { ...good("what the hell"), platform: "x" };

/** Rows of the audit for changes, oldest first. */
const changes = async () =>
  (await gate.d1("SELECT user_id, decision_json FROM audit_agent_decisions WHERE agent_name = 'control' ORDER BY id"))
    .map((row) => ({ user: row.user_id, ...JSON.parse(row.decision_json).output }));

test("only administrators see or change what is set", async () => {
  for (const [method, path] of [["GET", "/v1/admin/flags"], ["PUT", "/v1/admin/flags"], ["PUT", "/v1/admin/policy"]]) {
    refused(await at.send(method, path, { headers: json }), 401, "UNAUTHENTICATED");
    refused(await at.send(method, path, { headers: { authorization: "Bearer dev:ann", ...json } }), 403, "FORBIDDEN");
  }
});

test("the kill switch: with actor and reason, for a day at most, audited, and taken back", async () => {
  refused(await at.publish("kim", bad), 403, "QA_BLOCKED");
  const set = await flags({ mode: "advisory", reason: "rejections spike" });
  assert.equal(set.status, 200, set.text);
  assert.deepEqual([set.body.configured_mode, set.body.mode, set.body.override.actor, set.body.override.reason, set.body.audit_ok], ["enforced", "advisory", "dev:root", "rejections spike", true]);
  const { set_at: since, expires_at: until } = set.body.override;
  assert.equal(Date.parse(until) - Date.parse(since), 24 * 3600_000);
  const published = await at.publish("kim", bad);
  assert.deepEqual([published.status, published.body.warnings], [200, ["QA_BLOCKED", "ENFORCEMENT_RECEIPT_REQUIRED"]], published.text);
  assert.equal((await at.generate("kim", bad)).body.enforcement.mode, "advisory");
  assert.equal((await at.get("/readyz")).body.mode, "advisory");
  const lifted = await flags({ mode: null, reason: "over" });
  assert.deepEqual([lifted.body.mode, lifted.body.override], ["enforced", null]);
  refused(await at.publish("kim", bad), 403, "QA_BLOCKED");
  const rows = await changes();
  assert.deepEqual(rows.slice(-2).map((row) => [row.user, row.reason, row.before.mode?.value, row.after.mode?.value]), [["dev:root", "rejections spike", undefined, "advisory"], ["dev:root", "over", "advisory", undefined]]);
});

test("fails open: a typo, a long weakening and a change without a reason change nothing", async () => {
  const before = (await at.get("/v1/admin/flags", admin())).body.revision;
  const late = new Date(Date.now() + 25 * 3600_000).toISOString();
  for (const body of [{ mode: "Off", reason: "r" }, { mode: "off" }, { mode: "off ", reason: "r" }, { mode: "off", reason: "r", expires_at: late }, { rollout_percent: 101, reason: "r" }, { reason: "r" }, { mode: "off", reason: "r", actor: "x" }]) {
    refused(await flags(body), 422, "CONTRACT_INVALID");
  }
  assert.equal((await at.get("/v1/admin/flags", admin())).body.revision, before);
});

test("a receipt of advisory does not count under enforced", async () => {
  await flags({ mode: "advisory", reason: "test" });
  const receipt = await at.receipt("lea", good());
  assert.equal(receipt.mode, "advisory");
  await flags({ mode: null, reason: "test" });
  assert.equal(refused(await at.publish("lea", good(), receipt), 403, "ENFORCEMENT_RECEIPT_MISMATCH").details.field, "mode");
});

test("a rollout puts a stable share of users under enforcement and the others under advice", async () => {
  const users = Array.from({ length: 12 }, (_, n) => `share-${n}`);
  const modes = async () => Object.fromEntries(await Promise.all(users.map(async (user) => [user, (await at.generate(user, good())).body.enforcement.mode])));
  await flags({ rollout_percent: 50, reason: "half" });
  const half = await modes();
  assert.deepEqual(await modes(), half);
  assert.deepEqual(new Set(Object.values(half)), new Set(["enforced", "advisory"]));
  await flags({ rollout_percent: 80, reason: "more" });
  const more = await modes();
  for (const user of users) if (half[user] === "enforced") assert.equal(more[user], "enforced", user);
  await flags({ rollout_percent: 0, reason: "none" });
  assert.deepEqual(new Set(Object.values(await modes())), new Set(["advisory"]));
  const lifted = await flags({ rollout_percent: null, reason: "all" });
  assert.equal(lifted.body.rollout_percent, null);
  assert.deepEqual(new Set(Object.values(await modes())), new Set(["enforced"]));
});

const acme = { name: "acme", version: "1.4.0", extends: "builtin", brand: { blocked_terms: ["AcmeRival"] } };
const rival = good("AcmeRival tomatoes like warm soil");

test("a stale policy: a receipt under an earlier policy does not count under the next", async () => {
  const receipt = await at.receipt("pat", rival);
  const before = await active();
  refused(await policy(acme, null), 428, "PRECONDITION_REQUIRED");
  const stale = refused(await policy(acme, '"sha256:00"'), 412, "PRECONDITION_FAILED");
  assert.equal(`"${stale.details.policy_digest}"`, before.headers.get("etag"));
  const set = await policy(acme, before.headers.get("etag"));
  assert.deepEqual([set.status, set.body.policy_version, set.body.previous.policy_version, set.body.audit_ok], [200, "1.4.0", before.body.version, true], set.text);
  const now = await active();
  assert.deepEqual([now.headers.get("etag"), now.body.name], [set.headers.get("etag"), "acme"]);
  assert.equal((await at.get("/v1/policy", { authorization: "Bearer dev:ann", "if-none-match": now.headers.get("etag") })).status, 304);
  assert.deepEqual((await at.check("pat", rival)).body.violation_codes, ["BRAND_VIOLATION"]);
  assert.equal((await at.generate("pat", rival)).body.enforcement.qa_summary.status, "FAIL");
  refused(await at.publish("pat", rival, receipt), 403, "QA_BLOCKED");
  assert.equal((await at.get("/readyz")).body.policy_digest, set.body.policy_digest);
});

test("a receipt names the policy that it was made under", async () => {
  const receipt = await at.receipt("pia", good());
  assert.equal(receipt.policy_version, "1.4.0");
  const next = await policy({ ...acme, version: "1.5.0", brand: { blocked_terms: ["Other"] } });
  assert.equal(next.status, 200, next.text);
  assert.equal(refused(await at.publish("pia", good(), receipt), 403, "ENFORCEMENT_RECEIPT_MISMATCH").details.field, "policy_digest");
  assert.equal((await at.publish("pia", good(), await at.receipt("pia", good()))).status, 200);
});

test("a bad policy is refused whole with every problem, and the active one stays", async () => {
  const before = (await active()).headers.get("etag");
  const { details } = refused(await policy({ name: "acme", version: "2", rules: { PROFANITY: { level: "loud" }, HARMFUL_CONTENT: { level: "off" } }, x: 1 }), 422, "POLICY_INVALID");
  assert.deepEqual(details.problems.map(({ pointer }) => pointer).sort(), ["/rules/HARMFUL_CONTENT/level", "/rules/PROFANITY/level", "/version", "/x"]);
  refused(await policy({}), 422, "POLICY_INVALID");
  refused(await policy('{"name":"a","name":"b"}'), 422, "CONTRACT_INVALID");
  refused(await policy({ ...acme, brand: { blocked_terms: ["Changed"] } }), 422, "POLICY_INVALID");
  assert.equal((await active()).headers.get("etag"), before);
});

test("an earlier policy can be made active again, the built-in one too, and a change survives a restart", async () => {
  const back = await policy(acme);
  assert.deepEqual([back.status, back.body.policy_version, back.body.previous.policy_version], [200, "1.4.0", "1.5.0"], back.text);
  await flags({ mode: "advisory", reason: "restart" });
  await gate.restart();
  const ready = (await at.get("/readyz")).body;
  assert.deepEqual([ready.policy_digest, ready.mode, ready.configured_mode], [back.body.policy_digest, "advisory", "enforced"]);
  assert.deepEqual((await at.check("pat", rival)).body.violation_codes, ["BRAND_VIOLATION"]);
  await flags({ mode: null, reason: "restart" });
  const builtin = await policy({ name: "builtin", version: "10.2.0" });
  assert.equal(builtin.status, 200, builtin.text);
  assert.equal((await active()).body.name, "builtin");
  assert.deepEqual((await changes()).filter((row) => row.what === "policy").map((row) => row.after.policy_version), ["1.4.0", "1.5.0", "1.4.0", null]);
});

test("two administrators at once: one of them is told", async () => {
  const etag = (await active()).headers.get("etag");
  const both = await Promise.all(["3.0.0", "3.0.1"].map((version) => policy({ ...acme, version }, etag)));
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 412]);
});

test("the kill switch works on the day on which the audit does not, and its row follows", async () => {
  await gate.d1("ALTER TABLE audit_agent_decisions RENAME COLUMN output_hash TO gone");
  const set = await flags({ mode: "off", reason: "audit outage" });
  assert.deepEqual([set.status, set.body.mode, set.body.audit_ok], [200, "off", false], set.text);
  assert.equal((await at.publish("kim", bad)).status, 200);
  await gate.d1("ALTER TABLE audit_agent_decisions RENAME COLUMN gone TO output_hash");
  const lifted = await flags({ mode: null, reason: "audit is back" });
  assert.equal(lifted.body.audit_ok, true, lifted.text);
  assert.deepEqual((await changes()).slice(-2).map((row) => row.reason), ["audit outage", "audit is back"]);
});

test("the row of a change follows by itself, too", async () => {
  await gate.d1("ALTER TABLE audit_agent_decisions RENAME COLUMN output_hash TO gone");
  assert.equal((await flags({ mode: "advisory", reason: "nobody comes after" })).body.audit_ok, false);
  await gate.d1("ALTER TABLE audit_agent_decisions RENAME COLUMN gone TO output_hash");
  while ((await changes()).at(-1).reason !== "nobody comes after") await new Promise((resolve) => setTimeout(resolve, 500));
  await flags({ mode: null, reason: "over again" });
});

test("a row that is there, though the answer to its commit was lost, holds up no later change", async () => {
  await gate.d1("ALTER TABLE audit_agent_decisions RENAME COLUMN output_hash TO gone");
  const lost = await flags({ rollout_percent: 50, reason: "an answer that is lost" });
  assert.equal(lost.body.audit_ok, false, lost.text);
  await gate.d1("ALTER TABLE audit_agent_decisions RENAME COLUMN gone TO output_hash");
  // What D1 would hold had it committed the row and its answer not come back.
  const columns = (await gate.d1("SELECT name FROM pragma_table_info('audit_agent_decisions')")).map(({ name }) => name).filter((name) => name !== "id");
  const values = columns.map((name) => (name === "request_id" ? `'${lost.headers.get("x-request-id")}'` : name));
  await gate.d1(`INSERT INTO audit_agent_decisions (${columns.join()}) SELECT ${values.join()} FROM audit_agent_decisions WHERE agent_name = 'control' ORDER BY id DESC LIMIT 1`);
  const next = await flags({ rollout_percent: null, reason: "after it" });
  assert.equal(next.body.audit_ok, true, next.text);
  assert.equal((await changes()).at(-1).reason, "after it");
});

test("fails open: what is set can't be read, and the gate is closed", async () => {
  const receipt = await at.receipt("ann", good());
  await gate.restart({
    between: (state) => {
      const folder = join(state, "v3", "do", "postgate-Control");
      for (const file of readdirSync(folder).filter((name) => !name.startsWith("metadata"))) {
        if (file.endsWith(".sqlite")) writeFileSync(join(folder, file), "not a database");
        else rmSync(join(folder, file));
      }
    },
  });
  refused(await at.publish("ann", good(), receipt), 503, "POLICY_ERROR");
  refused(await at.generate("ann", good()), 503, "POLICY_ERROR");
  refused(await at.check("ann", good()), 503, "POLICY_ERROR");
  refused(await active(), 503, "POLICY_ERROR");
  const ready = await at.get("/readyz");
  assert.equal(ready.status, 503);
  assert.ok(ready.body.problems.some((problem) => problem.startsWith("control: ")), ready.text);
  assert.equal((await at.get("/healthz")).status, 200);
});

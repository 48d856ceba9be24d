// Faults that don't end the process: a database that is slow, full or half migrated, an object that can't be read, a backend that falls silent, a
// key that is gone or another, flags that can't be read. After each the books agree, and what was refused goes out once the fault is over.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { signingKey } from "../../scripts/setup/dev-vars.mjs";
import { startGate } from "../engines/harness/gate.mjs";
import { booksAgree, slowly, survived, untilDone } from "./books.mjs";
import { client, good, refused } from "./client.mjs";
import { startWebhook } from "./mocks/webhook.mjs";

const key = signingKey();
let gate;
let at;
let backend;

before(async () => {
  backend = await startWebhook();
  gate = await startGate({ vars: { ...backend.vars, POSTGATE_SIGNING_KEY: key, POSTGATE_PUBLISH_TIMEOUT_SECONDS: "1", POSTGATE_LEASE_SECONDS: "5", POSTGATE_REQUESTS_PER_MINUTE: "100000" } });
  at = client(gate.url);
});

after(async () => {
  await gate?.stop();
  await backend?.stop();
});

/** A user with a draft, its receipt, and the request that redeems it. */
async function author(name) {
  const draft = good(`What ${name} wrote about beans`);
  const receipt = await at.receipt(name, draft);
  return { user: `dev:${name}`, text: draft.content, post: () => at.publish(name, draft, receipt, { "idempotency-key": name }), draft, name, receipt };
}

/** The fault is over: the same request goes out once, for one receipt and one post of the window. */
async function recovers(one) {
  const reply = await untilDone(one.post);
  assert.equal(reply.body.remaining, 4, reply.text);
  await booksAgree(gate, backend, [{ ...one, out: 1 }]);
  const again = await one.post();
  assert.deepEqual([again.status, again.body.post_id], [200, reply.body.post_id]);
  await booksAgree(gate, backend, [{ ...one, out: 1 }]);
}

/** A statement of SQLite that fails as a disk without room does. */
const full = (table) => `CREATE TRIGGER fault BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'database or disk is full: SQLITE_FULL'); END`;

/** Starts again with files in place of an object's databases that are none; gives what puts the right ones back. */
async function spoil(object) {
  const moved = [];
  await gate.restart({
    between(state) {
      const folder = join(state, "v3", "do", `postgate-${object}`);
      const kept = mkdtempSync(join(state, "kept-"));
      for (const name of readdirSync(folder).filter((name) => !name.startsWith("metadata"))) {
        renameSync(join(folder, name), join(kept, name));
        moved.push([join(kept, name), join(folder, name)]);
        if (name.endsWith(".sqlite")) writeFileSync(join(folder, name), "not a database");
      }
      assert.ok(moved.length > 0, `${object} has no database`);
    },
  });
  return () => gate.restart({ between: () => moved.forEach(([from, to]) => renameSync(from, to)) });
}

test("D1 is slow: everything waits, and nothing is decided otherwise", async () => {
  const one = await author("slow");
  await gate.d1(`CREATE TRIGGER slow BEFORE INSERT ON audit_agent_decisions WHEN NEW.agent_name IN ('posting_gate', 'qa_gatekeeper') BEGIN SELECT ${slowly}; END`);
  const generated = await at.generate("slow", good());
  assert.deepEqual([generated.status, generated.body.enforcement.audit_ok], [200, true]);
  const reply = await one.post();
  assert.deepEqual([reply.status, reply.body.warnings], [200, []], reply.text);
  await gate.d1("DROP TRIGGER slow");
  await recovers(one);
  survived("d1-slow", "D1 slow (a second for each row)", "200 after the wait; out once, with its row");
});

test("D1 is full: no receipt, no post, and everything is given back", async () => {
  const one = await author("full");
  await gate.d1(full("audit_agent_decisions"));
  const { enforcement } = (await at.generate("full", good())).body;
  assert.deepEqual([enforcement.audit_ok, enforcement.receipt, enforcement.would_block], [false, null, true]);
  refused(await one.post(), 503, "AUDIT_WRITE_FAILED");
  await booksAgree(gate, backend, [{ ...one, out: 0 }]);
  await gate.d1("DROP TRIGGER fault");
  await recovers(one);
  survived("d1-full", "D1 full (as SQLite says it, by a trigger)", "`AUDIT_WRITE_FAILED`, no receipt; receipt and rate given back, out once afterwards");
});

test("D1 fails behind the publishing: what is out stays out, and its event follows", async () => {
  const one = await author("behind");
  await gate.d1(full("publish_events"));
  const reply = await one.post();
  assert.deepEqual([reply.status, reply.body.warnings], [200, ["PUBLISH_EVENT_FAILED"]], reply.text);
  await gate.d1("DROP TRIGGER fault");
  await recovers(one);
  const events = () => gate.d1("SELECT count(*) AS events FROM publish_events WHERE user_id = ?1", one.user);
  for (let attempt = 0; attempt < 400 && (await events())[0].events === 0; attempt += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(await events(), [{ events: 1 }]);
  survived("d1-event", "D1 failing after the post is out", "200 with the warning `PUBLISH_EVENT_FAILED`; the alarm writes the event, once");
});

test("D1 is half migrated: readyz names it, and nothing goes out", async () => {
  const one = await author("half");
  const [last] = await gate.d1("SELECT id, name FROM d1_migrations ORDER BY id DESC LIMIT 1");
  // As it is before the migration that brings a column and the note that it was applied.
  await gate.d1("DELETE FROM d1_migrations WHERE id = ?1", last.id);
  await gate.d1("ALTER TABLE audit_agent_decisions RENAME COLUMN receipt_id TO not_yet");
  const ready = await at.get("/readyz");
  assert.equal(ready.status, 503);
  assert.ok(ready.body.problems.some((problem) => problem.startsWith("database: ") && problem.includes(last.name)), ready.text);
  const reply = await one.post();
  assert.ok(reply.status === 503 && ["AUDIT_WRITE_FAILED", "STATE_UNAVAILABLE"].includes(reply.body.error.code), reply.text);
  await booksAgree(gate, backend, [{ ...one, out: 0 }]);
  await gate.d1("ALTER TABLE audit_agent_decisions RENAME COLUMN not_yet TO receipt_id");
  await gate.d1("INSERT INTO d1_migrations (id, name) VALUES (?1, ?2)", last.id, last.name);
  assert.equal((await at.get("/readyz")).status, 200);
  await recovers(one);
  survived("d1-half", "D1 half migrated (a column missing)", "503, and `/readyz` names the migration; out once afterwards");
});

test("the backend takes a post and falls silent: it is asked, and nothing is sent twice", async () => {
  const one = await author("silent");
  backend.next("silent");
  const reply = await one.post();
  assert.equal(reply.status, 200, reply.text);
  await recovers(one);
  survived("publisher-silent", "the publisher times out after it has accepted", "it is asked for the part and answers with it: 200, out once");
});

test("the backend falls silent before it takes a post: unknown is said, and the repetition settles it", async () => {
  const one = await author("dropped");
  backend.next("drop", "drop");
  const reply = await one.post();
  assert.ok([200, 502].includes(reply.status), reply.text);
  if (reply.status === 502) refused(reply, 502, "PUBLISH_UNKNOWN");
  await booksAgree(gate, backend, [{ ...one }]);
  await recovers(one);
  survived("publisher-dropped", "the publisher times out and has accepted nothing", "`PUBLISH_UNKNOWN`; the repetition asks, then sends: out once");
});

test("the user's object restarts between the reservation and the answer", async () => {
  const one = await author("object");
  backend.next("silent");
  const arrived = backend.arrived(backend.requests.length + 1);
  const held = one.post().catch((error) => error);
  await arrived;
  await gate.restart();
  await held;
  await recovers(one);
  survived("object-restart", "the Durable Object restarts in the middle of a post", "its state is on disk: the repetition waits for the lease and goes on; out once");
});

test("the user's object can't be read: a fault, and never a pass", async () => {
  const one = await author("unreadable");
  // With the intent to publish the object is asked, so that there is one.
  await at.generate("unreadable", good(), { publish_intent: true });
  const restore = await spoil("UserGate");
  refused(await one.post(), 503, "STATE_UNAVAILABLE");
  await booksAgree(gate, backend, [{ ...one, out: 0 }]);
  await restore();
  await recovers(one);
  survived("object-unreadable", "the Durable Object's storage can't be read", "`STATE_UNAVAILABLE`; out once afterwards");
});

test("the signing key is gone, then another, then back beside it", async () => {
  const one = await author("key");
  await gate.restart({ vars: { POSTGATE_SIGNING_KEY: null } });
  refused(await one.post(), 503, "POLICY_ERROR");
  refused(await at.generate("key", good()), 503, "POLICY_ERROR");
  await gate.restart({ vars: { POSTGATE_SIGNING_KEY: signingKey() } });
  refused(await one.post(), 403, "ENFORCEMENT_RECEIPT_INVALID");
  await booksAgree(gate, backend, [{ ...one, out: 0 }]);
  const { kty, crv, x } = JSON.parse(key);
  await gate.restart({ vars: { POSTGATE_EARLIER_KEYS: JSON.stringify({ keys: [{ kty, crv, x }] }) } });
  await recovers(one);
  survived("key", "the signing key missing, or rotated between receipt and post", "missing: `POLICY_ERROR`; another: `ENFORCEMENT_RECEIPT_INVALID`; beside the earlier one the receipt counts, once");
});

test("the flags can't be read: closed, whatever the configuration is", async () => {
  const one = await author("flags");
  const restore = await spoil("Control");
  refused(await one.post(), 503, "POLICY_ERROR");
  await booksAgree(gate, backend, [{ ...one, out: 0 }]);
  await restore();
  await recovers(one);
  survived("flags", "the flags (`Control`) can't be read", "`POLICY_ERROR`; out once afterwards");
});

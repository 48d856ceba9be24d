// What a request asks of its stores, counted at the real Worker's own bindings: round trips to D1, calls of the user's object, rows.
// What runs beside requests for all of them (the kill switch's state, the audit's tree) is not a request's, and is named where it is left out.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startDirect } from "../engines/harness/direct.mjs";
import { client, eventually, good } from "./client.mjs";

let gate;
let at;

before(async () => {
  gate = await startDirect({ observe: true });
  at = client(gate.url, { "cf-connecting-ip": "127.0.0.1" });
  await at.check("ann", good());
});

after(() => gate?.stop());

/** The control object's state and the tree's look-out are asked once for many requests; the tree reads in its own time. */
const beside = ({ call, within }) => call === "CONTROL" || call === "AUDIT_LOG" || !["Worker", "UserGate"].includes(within);

/** What a request asked: D1's calls by kind, calls of the user's object, rows of D1. */
async function asked(request, until = () => true) {
  await gate.noted();
  const reply = await request();
  const all = [];
  await eventually(async () => {
    all.push(...(await gate.noted()));
    return until(all) ? [all] : [];
  });
  const own = all.filter((entry) => !beside(entry));
  const d1 = own.filter(({ on }) => on === "d1");
  const publishers = d1.filter(({ statements }) => statements.every(({ sql }) => / outbox /.test(sql)));
  const gates = d1.filter((entry) => !publishers.includes(entry));
  const sum = (key) => gates.reduce((total, entry) => total + entry[key], 0);
  return {
    reply,
    objects: own.filter(({ on }) => on === "object").map(({ body }) => JSON.parse(body).call),
    d1: gates.map(({ call }) => call),
    publisher: publishers.map(({ call }) => call),
    read: sum("read"),
    written: sum("written"),
  };
}

const drafts = (count) => Array.from({ length: count }, (_, index) => good(`Warm soil in bed ${"abcdefghijklmnopqrstuvwxyz"[index % 26]}${index}`));

test("a draft is generated with one batch, and a check asks nothing", async () => {
  const checked = await asked(() => at.check("ann", good()));
  assert.deepEqual([checked.d1, checked.objects], [[], []]);
  const made = await asked(() => at.generate("ann", good()));
  assert.equal(made.reply.status, 200, made.reply.text);
  assert.deepEqual([made.d1, made.objects], [["batch"], []]);
  const intended = await asked(() => at.generate("ann", good(), { publish_intent: true }));
  assert.deepEqual([intended.d1, intended.objects], [["batch"], ["room"]]);
});

test("a post asks the user's object twice, reads once and writes two batches, beside its publisher's own", async () => {
  const receipt = await at.receipt("bob", good());
  const made = await asked(() => at.publish("bob", good(), receipt));
  assert.equal(made.reply.status, 200, made.reply.text);
  assert.deepEqual(made.objects, ["reserve", "finish"]);
  assert.deepEqual(made.d1.sort(), ["batch", "batch", "first"]);
  assert.deepEqual(made.publisher, ["run"]);
});

test("each further part of a thread is one more call, and nothing more of D1", async () => {
  const thread = good("One bed\nAnother bed\nA third bed");
  const receipt = await at.receipt("cat", thread, { type: "viral_thread" });
  const made = await asked(() => at.publish("cat", { ...thread, format: "thread" }, receipt));
  assert.equal(made.reply.status, 200, made.reply.text);
  assert.deepEqual(made.objects, ["reserve", "landed", "landed", "finish"]);
  assert.deepEqual(made.d1.sort(), ["batch", "batch", "first"]);
  assert.deepEqual(made.publisher, ["run", "run", "run"]);
});

test("a repeated request is one call, one read and no batch", async () => {
  const receipt = await at.receipt("dan", good());
  const key = { "idempotency-key": "again" };
  await at.publish("dan", good(), receipt, key);
  const repeated = await asked(() => at.publish("dan", good(), receipt, key));
  assert.equal(repeated.reply.status, 200, repeated.reply.text);
  assert.deepEqual([repeated.objects, repeated.d1, repeated.publisher], [["reserve"], ["first"], []]);
});

test("a draft that is refused asks no object, and is written in one batch after the answer", async () => {
  const batch = (all) => all.some(({ on, call, within }) => on === "d1" && call === "batch" && within === "Worker");
  const refused = await asked(() => at.publish("eve", good("1/5 what the hell"), undefined), batch);
  assert.equal(refused.reply.status, 403, refused.reply.text);
  assert.deepEqual([refused.objects, refused.d1], [[], ["batch"]]);
  // As docs/scaling.md has it.
  const findings = refused.reply.body.error.details.violation_codes.length;
  assert.ok(findings > 0 && refused.written <= 15 + 2 * findings, `${refused.written} rows for ${findings} findings`);
});

test("a request touches no more rows when the tables are fuller", async () => {
  const round = async (user) => {
    const made = await asked(() => at.generate(user, good()));
    const receipt = made.reply.body.enforcement.receipt;
    const posted = await asked(() => at.publish(user, good(), receipt));
    assert.equal(posted.reply.status, 200, posted.reply.text);
    return [made.read, made.written, posted.read, posted.written];
  };
  const empty = await round("fay");
  for (const draft of drafts(40)) await at.receipt("gus", draft);
  const [{ rows }] = (await (await gate.database()).prepare("SELECT count(*) AS rows FROM audit_agent_decisions").all()).results;
  const full = await round("hal");
  // A count that is new is a row and its index, one that is there already is a row; whoever reads the table would read hundreds.
  assert.ok(rows > 240, String(rows));
  for (const [index, touched] of full.entries()) assert.ok(Math.abs(touched - empty[index]) < 40, `${full} against ${empty}`);
});

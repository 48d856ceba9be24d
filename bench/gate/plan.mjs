// What the gate asks of its stores for one draft and one post, recorded at its own bindings: the statements with their values, the calls of
// the user's object, what the object asks of its own SQLite. A Worker that does this and nothing else is what the gate is measured against.

import { setTimeout as sleep } from "node:timers/promises";
import { startDirect } from "../../tests/engines/harness/direct.mjs";
import { client } from "../../tests/gate/client.mjs";
import { rounded } from "../lib/measure.mjs";
import { prose } from "../texts.mjs";

export const loopback = { "cf-connecting-ip": "127.0.0.1" };
export const draft = (content) => ({ content, platform: "x", policy_tags: ["no_harm"] });

/** Asked once for many requests, whoever they are from; not a request's own. */
const beside = ({ call, within }) => call === "CONTROL" || call === "AUDIT_LOG" || !["Worker", "UserGate"].includes(within);

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** The values with every id replaced by the place of its first appearance: `["text before ", 0, " text after"]`. */
function templates(names) {
  const template = (value) => {
    if (typeof value !== "string") return value;
    const ids = value.match(uuid) ?? [];
    if (ids.length === 0) return value;
    const texts = value.split(uuid);
    return { parts: texts.flatMap((text, index) => (index === 0 ? [text] : [names.get(ids[index - 1]), text])) };
  };
  return (statements) => statements.map(({ sql, values }) => ({ sql, values: values.map(template) }));
}

/** Ids in the order in which they appear; the receipt's first, for the request names it. */
function names(notes, receipt) {
  const found = new Map(receipt ? [[receipt, 0]] : []);
  for (const { statements = [] } of notes) {
    for (const value of statements.flatMap(({ values }) => values)) {
      for (const id of String(value).match(uuid) ?? []) if (!found.has(id)) found.set(id, found.size);
    }
  }
  return found;
}

/** Steps of the Worker in order; what happens inside of an object's call is part of it. */
function steps(notes, templated) {
  const out = [];
  for (const note of notes) {
    const list = note.within === "Worker" ? out : out.findLast(({ on }) => on === "object").steps;
    if (note.on === "object") out.push({ on: "object", bytes: note.body.length, steps: [] });
    else if (note.on === "alarm") list.push({ on: note.call });
    else list.push({ on: note.on, call: note.call, statements: templated(note.statements) });
  }
  return out;
}

/** What the audit's tree writes for one request: it works beside the requests, so some are sent and it is waited for. */
async function tree(gate, at) {
  await gate.noted();
  for (const text of prose(20, 8)) await at.generate("rec", draft(text));
  const notes = [];
  const leaves = () => notes.filter(({ within, statements: [{ sql }] = [{}] }) => within === "AuditLog" && sql?.startsWith("INSERT INTO leaves")).length;
  for (let attempt = 0; attempt < 100 && leaves() < 20; attempt += 1) {
    await sleep(100);
    notes.push(...(await gate.noted()));
  }
  const sum = (on, key) => rounded(notes.filter((note) => note.on === on && note.within === "AuditLog").reduce((total, note) => total + (note[key] ?? 0), 0) / leaves());
  return { object_rows_written: sum("sql", "written"), object_rows_read: sum("sql", "read"), d1_rows_read: sum("d1", "read") };
}

/** Records it on a gate of its own. */
export async function record() {
  const gate = await startDirect({ observe: true });
  try {
    const at = client(gate.url, loopback);
    const noted = async (request) => {
      await gate.noted();
      const reply = await request();
      if (reply.status !== 200) throw new Error(reply.text);
      return { reply, notes: (await gate.noted()).filter((note) => !beside(note)) };
    };
    const texts = prose(3, 7);
    const receipt = async (text) => noted(() => at.generate("rec", draft(text)));
    const post = async ({ reply }, text) => noted(() => at.publish("rec", draft(text), reply.body.enforcement.receipt));
    const fresh = await post(await receipt(texts[0]), texts[0]);
    const made = await receipt(texts[1]);
    const warm = await post(made, texts[1]);
    const id = made.reply.body.enforcement.receipt.receipt_id;
    const [inGenerate, inPost] = [names(made.notes, id), names(warm.notes, id)];
    const warmSteps = steps(warm.notes, templates(inPost));
    // What a new object does more than one that is there already: its schema.
    const statements = (all) => all.find(({ on }) => on === "object").steps.filter(({ on }) => on === "sql");
    const first = statements(steps(fresh.notes, templates(new Map())));
    const schema = first.slice(0, first.length - statements(warmSteps).length);
    const sum = (notes, on, key) => notes.filter((note) => note.on === on).reduce((total, note) => total + (note[key] ?? 0), 0);
    const count = (notes, on) => notes.filter((note) => note.on === on).length;
    const asked = (notes) => ({
      d1_calls: count(notes, "d1"), d1_rows_read: sum(notes, "d1", "read"), d1_rows_written: sum(notes, "d1", "written"),
      object_calls: count(notes, "object"), object_rows_read: sum(notes, "sql", "read"), object_rows_written: sum(notes, "sql", "written"),
      d1_bytes: notes.filter(({ on }) => on === "d1").flatMap(({ statements }) => statements).flatMap(({ values }) => values).reduce((total, value) => total + String(value).length, 0),
      d1_batches: notes.filter(({ on, call }) => on === "d1" && call === "batch").length,
      alarms: notes.filter(({ call }) => call === "setAlarm").length,
    });
    return {
      generate: { ids: inGenerate.size, steps: steps(made.notes, templates(inGenerate)), answer: made.reply.text },
      post: { ids: inPost.size, steps: warmSteps, answer: warm.reply.text },
      object: schema,
      counts: { generate: asked(made.notes), post: asked(warm.notes), tree: await tree(gate, at) },
      receipt: id,
    };
  } finally {
    await gate.stop();
  }
}

// What has to hold after any fault, whatever it was: nothing out without an audit row, nothing out twice, no receipt spent for nothing, the rate
// neither leaked nor lost. And how a test notes that it did, for the table of docs/reliability.md.

import assert from "node:assert/strict";
import { note } from "../../scripts/lib/evidence.mjs";

/**
 * Holds what a backend got against what a gate wrote down. `posts` is what each user wanted out and how often it may count by now:
 * { user, text, out } with `out` the number of times that the text is at the backend (0 or 1, or undefined where either is right).
 */
export async function booksAgree(gate, backend, posts) {
  const keys = backend.parts.map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length, "a part is out twice under one key");
  for (const { user, text, out } of posts) {
    const parts = backend.parts.filter((part) => part.user_id === user && part.text === text);
    assert.ok(parts.length <= 1, `${user} has it out ${parts.length} times`);
    if (out !== undefined) assert.equal(parts.length, out, `${user}: ${text}`);
    if (parts.length === 0) continue;
    const rows = await gate.d1("SELECT count(*) AS rows FROM audit_agent_decisions WHERE user_id = ?1 AND agent_name = 'posting_gate' AND status = 'PASS'", user);
    assert.ok(rows[0].rows >= 1, `${user} has it out, and no row says that it was admitted`);
  }
}

/** Repeats a request as it is told to until it is answered with a success. */
export async function untilDone(request, codes = ["REQUEST_IN_PROGRESS", "ENFORCEMENT_RECEIPT_USED"]) {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const reply = await request();
    if (reply.status === 200) return reply;
    assert.ok(codes.includes(reply.body?.error?.code), `${reply.status} ${reply.text}`);
    await new Promise((resolve) => setTimeout(resolve, Number(reply.headers.get("retry-after") ?? 1) * 1000));
  }
  return assert.fail("it never got done");
}

/** An expression that keeps the database busy: the third power of `size` is how many rows it counts. */
export function counting(size) {
  const list = `'[${Array.from({ length: size }, () => 0).join(",")}]'`;
  return `(SELECT count(*) FROM json_each(${list}) a, json_each(${list}) b, json_each(${list}) c)`;
}

/** For about a second. */
export const slowly = counting(230);

/** Settles once the process has not answered for a moment: it is in the middle of a slow statement. */
export async function untilStalled(url) {
  for (let attempt = 0; attempt < 2000; attempt += 1) {
    const stalled = await Promise.race([
      fetch(`${url}/healthz`).then((reply) => reply.arrayBuffer()).then(() => false, () => false),
      new Promise((resolve) => setTimeout(resolve, 250, true)),
    ]);
    if (stalled) return;
  }
  assert.fail("the database was never busy");
}

/** Notes a fault that a test has been through. */
export const survived = (name, fault, after) => note(`fault-${name}`, { fault, after });

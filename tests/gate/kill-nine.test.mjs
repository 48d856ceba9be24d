// kill -9 of workerd at each of the fourteen steps, then the same requests once more. Where something outside is asked, the step is held there:
// a body that does not end, an issuer or a backend that does not answer, a statement that takes long. The steps between are met by killing
// the process amidst many posts that were begun one after the other.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { startGate } from "../engines/harness/gate.mjs";
import { booksAgree, counting, slowly, survived, untilDone, untilStalled } from "./books.mjs";
import { client, eventually, good, json } from "./client.mjs";
import { keyPair, startIssuer } from "./issuer.mjs";
import { startWebhook } from "./mocks/webhook.mjs";

const serviceKey = "a service key of thirty-two bytes";
let gate;
let at;
let backend;
let issuer;
let key;

before(async () => {
  backend = await startWebhook();
  key = await keyPair("ES256");
  issuer = await startIssuer([key]);
  gate = await startGate({
    vars: {
      ...backend.vars,
      ...issuer.vars,
      POSTGATE_API_KEYS: `web=${createHash("sha256").update(serviceKey).digest("hex")}`,
      POSTGATE_LEASE_SECONDS: "5",
      POSTGATE_REQUESTS_PER_MINUTE: "100000",
    },
  });
  at = client(gate.url);
});

after(async () => {
  await gate?.stop();
  await backend?.stop();
  await issuer?.stop();
});

const acting = (user, more = {}) => ({ authorization: `Bearer ${serviceKey}`, "postgate-user": user, ...json, ...more });
const idOf = (user) => `key:web:${user}`;
const textOf = (user) => `The garden of ${user} is green`;

/** A user with a receipt, and the request that redeems it. */
async function author(user, headers = acting(user), id = idOf(user)) {
  const draft = good(textOf(user));
  const reply = await at.send("POST", "/v1/generate/content", { headers, body: { prompt: "a test", stream: false, ...draft } });
  assert.ok(reply.body?.enforcement?.receipt, reply.text);
  const body = { ...draft, enforcement_receipt_id: reply.body.enforcement.receipt.receipt_id };
  const post = (more = {}) => at.send("POST", "/v1/posts", { headers: { ...headers, "idempotency-key": user, ...more }, body });
  return { user: id, text: draft.content, headers, body, post };
}

/** Begins a request over a socket and never ends it; settles when it has been sent. */
function begun(head, body) {
  const { hostname, port } = new URL(gate.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(`${head.join("\r\n")}\r\n\r\n${body}`, () => resolve(socket)));
    socket.on("error", (error) => (error.code === "ECONNRESET" ? undefined : reject(error)));
  });
}

const headOf = ({ headers }, length) => ["POST /v1/posts HTTP/1.1", "host: 127.0.0.1", ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), `content-length: ${length}`];

/** Kills, starts again, repeats every request, and looks at the books before and after. */
async function killed(authors, { repair = () => {}, out } = {}) {
  await gate.kill9();
  await booksAgree(gate, backend, authors.map(({ user, text }) => ({ user, text, out })));
  await repair();
  await gate.restart();
  for (const one of authors) {
    const reply = await untilDone(() => one.post());
    assert.equal(reply.body.remaining, 4, `${one.user}: one post of the window, however often it was begun`);
    const again = await one.post();
    assert.deepEqual([again.status, again.body.post_id], [200, reply.body.post_id], "the key has its answer");
    // What the kill kept from being written, the alarm of the user's object writes.
    const events = await eventually(() => gate.d1("SELECT post_id FROM publish_events WHERE user_id = ?1", one.user), 600);
    assert.deepEqual(events, [{ post_id: reply.body.post_id }]);
  }
  await booksAgree(gate, backend, authors.map(({ user, text }) => ({ user, text, out: 1 })));
}

const says = "nothing out before the kill that has no row; the repetition puts it out once, for one receipt and one post of the window";

test("steps 1 to 3: a body that is still coming in, and an issuer that is still asked who it is", async () => {
  const [size, parse] = [await author("size"), await author("parse")];
  const token = await issuer.token(key, { sub: "auth" });
  const auth = await author("auth", { authorization: `Bearer ${token}`, ...json }, `jwt:${issuer.url}|auth`);
  const asked = issuer.asked;
  await begun(headOf(size, 500_000), "");
  const text = JSON.stringify(parse.body);
  await begun(headOf(parse, text.length), text.slice(0, -1));
  // A key that nobody knows makes the gate ask the issuer, who says nothing.
  issuer.silent = true;
  const unknown = await issuer.token(key, { sub: "auth" }, { kid: "new" });
  const held = auth.post({ authorization: `Bearer ${unknown}` }).catch((error) => error);
  while (issuer.asked === asked) await new Promise((resolve) => setTimeout(resolve, 10));
  issuer.silent = false;
  await killed([size, parse, auth], { out: 0 });
  assert.ok((await held) instanceof Error);
  survived("kill-01-03", "`kill -9` at steps 1 to 3 (size, auth, parse)", says);
});

test("step 8: a receipt that is still looked up", async () => {
  const one = await author("receipt");
  await gate.d1("ALTER TABLE audit_agent_decisions RENAME TO kept");
  await gate.d1(`CREATE VIEW audit_agent_decisions AS SELECT kept.* FROM kept, (SELECT ${slowly} AS slow) WHERE slow > 0`);
  const held = one.post().catch((error) => error);
  await untilStalled(gate.url);
  await gate.kill9();
  assert.ok((await held) instanceof Error);
  await gate.d1("DROP VIEW audit_agent_decisions");
  await gate.d1("ALTER TABLE kept RENAME TO audit_agent_decisions");
  await killed([one], { out: 0 });
  survived("kill-08", "`kill -9` at step 8 (receipt)", says);
});

test("step 11: an audit row that is still written", async () => {
  const one = await author("audit");
  await gate.d1(`CREATE TRIGGER slow BEFORE INSERT ON audit_agent_decisions WHEN NEW.agent_name = 'posting_gate' BEGIN SELECT ${slowly}; END`);
  const held = one.post().catch((error) => error);
  await untilStalled(gate.url);
  await killed([one], { out: 0, repair: () => gate.d1("DROP TRIGGER slow") });
  assert.ok((await held) instanceof Error);
  survived("kill-11", "`kill -9` at step 11 (audit)", says);
});

test("step 12: a part that the backend took and did not confirm", async () => {
  const one = await author("publish");
  backend.next("silent");
  const arrived = backend.arrived(backend.requests.length + 1);
  const held = one.post().catch((error) => error);
  await arrived;
  await killed([one], { out: 1 });
  assert.ok((await held) instanceof Error);
  survived("kill-12", "`kill -9` at step 12 (publish), the part taken", "the backend is asked before anything is sent again; out once, with its row");
});

test("step 13: a publish event that is still written", async () => {
  const one = await author("event");
  await gate.d1(`CREATE TRIGGER slow BEFORE INSERT ON publish_events BEGIN SELECT ${counting(400)}; END`);
  const held = one.post().catch((error) => error);
  await untilStalled(gate.url);
  await killed([one], { out: 1, repair: () => gate.d1("DROP TRIGGER slow") });
  assert.ok((await held) instanceof Error);
  survived("kill-13", "`kill -9` at step 13 (publish event)", "out once; the event is written by the alarm or the repetition, once");
});

test("every step between: many posts, begun one after the other, and the power goes", async () => {
  const names = Array.from({ length: 16 }, (_, index) => `row-${"abcdefghijklmnop"[index]}`);
  const authors = await Promise.all(names.map((name) => author(name)));
  const from = backend.parts.length;
  const held = [];
  for (const one of authors) {
    held.push(one.post().catch((error) => error));
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  while (backend.parts.length < from + 3) await new Promise((resolve) => setTimeout(resolve, 1));
  await killed(authors);
  await Promise.all(held);
  survived("kill-04-14", "`kill -9` amidst sixteen posts, begun one after the other (steps 4 to 14)", says);
});

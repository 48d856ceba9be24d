// kill -9 of workerd at each of the fourteen steps, then the same request once more. Each step is held exactly where its test says: by what the
// gate waits for (a body that does not end, an issuer or a backend that does not answer, a statement that takes long), or by a debugger that
// stops the Worker before a call that it makes, or at a function of its own. Nothing is built into the gate for it.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { attach } from "../engines/harness/debugger.mjs";
import { startGate } from "../engines/harness/gate.mjs";
import { freePort } from "../engines/harness/inspector.mjs";
import { booksAgree, counting, slowly, survived, untilDone, untilStalled } from "./books.mjs";
import { client, eventually, good, json } from "./client.mjs";
import { keyPair, startIssuer } from "./issuer.mjs";
import { startWebhook } from "./mocks/webhook.mjs";

const serviceKey = "a service key of thirty-two bytes";
let gate;
let at;
let inspector;
let backend;
let issuer;
let key;

before(async () => {
  backend = await startWebhook();
  key = await keyPair("ES256");
  issuer = await startIssuer([key]);
  inspector = await freePort();
  gate = await startGate({
    inspector,
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

/** Lets a post run to where the debugger stops it, then kills. `place` gets the debugger and says where. */
async function stopped(one, place, claims) {
  const { held } = await place(await attach(inspector));
  const post = one.post().catch((error) => error);
  await Promise.race([held, post.then((answer) => assert.fail(`it was not stopped: ${answer.text ?? answer}`))]);
  await killed([one], claims);
  assert.ok((await post) instanceof Error);
}

const says = "nothing out before the kill that has no row; the repetition puts it out once, for one receipt and one post of the window";

test("steps 1 and 2: bodies that are still coming in, and an issuer that is still asked who it is", async () => {
  const [size, last] = [await author("size"), await author("last")];
  const token = await issuer.token(key, { sub: "auth" });
  const auth = await author("auth", { authorization: `Bearer ${token}`, ...json }, `jwt:${issuer.url}|auth`);
  const asked = issuer.asked;
  await begun(headOf(size, 500_000), "");
  // All of it but the last byte.
  const text = JSON.stringify(last.body);
  await begun(headOf(last, text.length), text.slice(0, -1));
  // A key that nobody knows makes the gate ask the issuer, who says nothing.
  issuer.silent = true;
  const unknown = await issuer.token(key, { sub: "auth" }, { kid: "new" });
  const held = auth.post({ authorization: `Bearer ${unknown}` }).catch((error) => error);
  while (issuer.asked === asked) await new Promise((resolve) => setTimeout(resolve, 10));
  issuer.silent = false;
  await killed([size, last, auth], { out: 0 });
  assert.ok((await held) instanceof Error);
  survived("kill-01", "`kill -9` at step 1 (size): a body that has begun, and one without its last byte", says);
  survived("kill-02", "`kill -9` at step 2 (auth): the issuer is asked for its keys", says);
});

test("step 3: a request that is being read", async () => {
  const request = "<postgate::gate::request::PostRequest as postgate::contract::strict::Contract>::validate";
  await stopped(await author("parse"), ({ inside }) => inside(request), { out: 0 });
  survived("kill-03", "`kill -9` at step 3 (parse): the members are read, their values are looked at", says);
});

test("step 4: an isolate that asks for the mode for the first time", async () => {
  const one = await author("mode");
  await gate.restart();
  await stopped(one, ({ before }) => before("statement", "SELECT json FROM control"), { out: 0 });
  survived("kill-04", "`kill -9` at step 4 (mode): the object `Control` is about to read what is set", says);
});

test("step 5: a key that is being looked up", async () => {
  await stopped(await author("key"), ({ before }) => before("statement", "FROM posts WHERE idempotency_key = ?"), { out: 0 });
  survived("kill-05", "`kill -9` at step 5 (idempotency): the user's object is about to look for the key", says);
});

test("step 6: a draft that is about to be checked", async () => {
  await stopped(await author("check"), ({ inside }) => inside("postgate::rules::check"), { out: 0 });
  survived("kill-06", "`kill -9` at step 6 (check): at the first instruction of the check", says);
});

test("step 7: a report that nobody has looked at", async () => {
  await stopped(await author("verdict"), ({ behind }) => behind("postgate::rules::check"), { out: 0 });
  survived("kill-07", "`kill -9` at step 7 (QA): the check has just returned its report", says);
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
  survived("kill-08", "`kill -9` at step 8 (receipt): the receipt is looked up", says);
});

test("step 9: a window that is being counted", async () => {
  await stopped(await author("rate"), ({ before }) => before("statement", "SELECT admitted_at FROM posts"), { out: 0 });
  survived("kill-09", "`kill -9` at step 9 (rate): the user's object is about to count its window", says);
});

test("step 10: a reservation that is about to be inserted, and one that is inserted and not yet told", async () => {
  await stopped(await author("reserve"), ({ before }) => before("statement", "INSERT INTO posts"), { out: 0 });
  await stopped(await author("reserved"), ({ before }) => before("answer", '"kind":"reserved"'), { out: 0 });
  survived("kill-10", "`kill -9` at step 10 (reserve): before the reservation is inserted, and before the gate learns of it", says);
});

test("step 11: an audit row that is still written", async () => {
  const one = await author("audit");
  await gate.d1(`CREATE TRIGGER slow BEFORE INSERT ON audit_agent_decisions WHEN NEW.agent_name = 'posting_gate' BEGIN SELECT ${slowly}; END`);
  const held = one.post().catch((error) => error);
  await untilStalled(gate.url);
  await killed([one], { out: 0, repair: () => gate.d1("DROP TRIGGER slow") });
  assert.ok((await held) instanceof Error);
  survived("kill-11", "`kill -9` at step 11 (audit): the row is written", says);
});

test("step 12: a part that the backend took and did not confirm", async () => {
  const one = await author("publish");
  backend.next("silent");
  const arrived = backend.arrived(backend.requests.length + 1);
  const held = one.post().catch((error) => error);
  await arrived;
  await killed([one], { out: 1 });
  assert.ok((await held) instanceof Error);
  survived("kill-12", "`kill -9` at step 12 (publish): the backend has the part, and has not confirmed it", "the backend is asked before anything is sent again; out once, with its row");
});

test("step 13: a publish event that is still written", async () => {
  const one = await author("event");
  await gate.d1(`CREATE TRIGGER slow BEFORE INSERT ON publish_events BEGIN SELECT ${counting(400)}; END`);
  const held = one.post().catch((error) => error);
  await untilStalled(gate.url);
  await killed([one], { out: 1, repair: () => gate.d1("DROP TRIGGER slow") });
  assert.ok((await held) instanceof Error);
  survived("kill-13", "`kill -9` at step 13 (publish event): the event is written", "out once; the event is written by the alarm or the repetition, once");
});

test("step 14: an answer that the user's object has made, and one that is about to be sent", async () => {
  await stopped(await author("answer"), ({ before }) => before("answer", '"success":true'), { out: 1 });
  await stopped(await author("reply"), ({ before }) => before("reply", '"success":true'), { out: 1 });
  survived("kill-14", "`kill -9` at step 14 (answer): before the gate learns of the stored answer, and before it sends it", "out once; the repetition gets the answer");
});

test("anywhere: many posts, begun one after the other, and the power goes", async () => {
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
  survived("kill-anywhere", "`kill -9` amidst sixteen posts, begun one after the other", says);
});

// What a hostile page, a hostile header and a hostile name can't do: post in somebody's name, put a line into the log or a header into a reply.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { startGate } from "../engines/harness/gate.mjs";
import { as, client, good, refused } from "./client.mjs";

let gate;
let at;

before(async () => {
  gate = await startGate();
  at = client(gate.url);
});

after(() => gate?.stop());

const sent = async () => (await gate.d1("SELECT count(*) AS sent FROM outbox"))[0].sent;

/** Sends bytes as they are and gives the head of the answer. */
function wire(lines, body = "") {
  const { hostname, port } = new URL(gate.url);
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.write(`${lines.join("\r\n")}\r\n\r\n${body}`));
    socket.setEncoding("utf8").on("data", (data) => {
      answer += data;
      if (!answer.includes("\r\n\r\n")) return;
      socket.destroy();
      resolve(answer.split("\r\n\r\n")[0]);
    });
    socket.on("end", () => reject(new Error("the connection was closed without an answer"))).on("error", reject);
  });
}

/** Names of the headers of an answer. */
const headersOf = (head) => head.split("\r\n").slice(1).map((line) => line.split(":")[0].toLowerCase());

test("CSRF: a form of another page carries no credential, and its content type is none of ours", async () => {
  const receipt = await at.receipt("ann", good());
  const draft = JSON.stringify({ ...good(), enforcement_receipt_id: receipt.receipt_id });
  // What a form can send: three content types, cookies, an Origin, and no Authorization.
  for (const type of ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain"]) {
    const headers = { "content-type": type, cookie: "session=ann; authorization=Bearer dev:ann", origin: "https://evil.example" };
    refused(await at.send("POST", "/v1/posts", { headers, body: draft }), 401, "UNAUTHENTICATED");
    refused(await at.send("POST", "/v1/posts", { headers: { ...as("ann"), "content-type": type }, body: draft }), 415, "UNSUPPORTED_MEDIA_TYPE");
  }
  // Nor does an address carry one.
  refused(await at.send("POST", "/v1/posts?authorization=Bearer%20dev:ann&access_token=dev:ann", { headers: { "content-type": "application/json" }, body: draft }), 401, "UNAUTHENTICATED");
  assert.equal(await sent(), 0);
});

test("no reply sets a cookie, and no GET changes anything", async () => {
  for (const path of ["/", "/v1/policy", "/v1/outbox", "/v1/posts/p-1", "/healthz", "/readyz", "/openapi.json", "/.well-known/jwks.json"]) {
    const reply = await at.get(path, as("ann"));
    assert.equal(reply.headers.get("set-cookie"), null, path);
  }
  for (const path of ["/v1/posts", "/v1/generate/content", "/v1/admin/policy", "/v1/tokens/reconcile"]) {
    refused(await at.get(path, { authorization: "Bearer dev-admin:root" }), 405, "METHOD_NOT_ALLOWED");
  }
});

test("clickjacking: nothing of ours is framed, pages of the documentation and errors too", async () => {
  for (const path of ["/", "/docs/", "/docs/gate", "/editor.css", "/v1/nothing", "/v1/check"]) {
    const { headers } = await at.get(path);
    assert.match(headers.get("content-security-policy"), /frame-ancestors 'none'/, path);
    assert.equal(headers.get("x-frame-options"), "DENY", path);
  }
});

test("header injection: what a caller says becomes no header of a reply", async () => {
  const forged = "%0d%0aset-cookie:%20forged=1%0d%0a";
  const paths = [`/v1/posts/${forged}`, `/v1/audit/${forged}`, `/${forged}`, `/v1/nothing?${forged}`];
  for (const path of paths) {
    const answer = await wire([`GET ${path} HTTP/1.1`, "host: 127.0.0.1", "authorization: Bearer dev-admin:root"]);
    assert.match(answer, /^HTTP\/1\.1 (404|405) /, path);
    assert.ok(!headersOf(answer).includes("set-cookie"), answer);
  }
  const body = JSON.stringify(good());
  for (const name of ["x-request-id", "idempotency-key", "postgate-user", "if-match", "origin"]) {
    for (const value of ["a\r\n set-cookie: forged=1", "a\rset-cookie: forged=1", "a\tset-cookie", "é", '"a, b"']) {
      const head = ["POST /v1/check HTTP/1.1", "host: 127.0.0.1", "authorization: Bearer dev:ann", "content-type: application/json", `${name}: ${value}`, `content-length: ${body.length}`];
      const answer = await wire(head, body);
      assert.match(answer, /^HTTP\/1\.1 (200|400|401|422) /, `${name}: ${JSON.stringify(value)}`);
      assert.ok(!headersOf(answer).includes("set-cookie"), answer);
    }
  }
  const reply = await at.post("/v1/check", "ann", good(), { "x-request-id": "chosen-by-the-caller" });
  assert.match(reply.headers.get("x-request-id"), /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
});

test("log injection: what a caller says begins no line of the log", async () => {
  const line = '{"forged":"line"}';
  const escaped = encodeURIComponent(`\n${line}\n`);
  await at.get(`/v1/posts/${escaped}`, as("ann"));
  await at.get(`/${escaped}?a=${escaped}`);
  for (const id of [`\n${line}`, `\u2028${line}`, `\u001b[2K${line}`]) {
    await at.generate("ann", good(), { draft_id: id, ring_id: id, turn_id: id });
    await at.post("/v1/enforcement/receipts/validate", "ann", { receipt_id: id });
  }
  await at.send("PUT", "/v1/admin/flags", { headers: { authorization: "Bearer dev-admin:root", "content-type": "application/json" }, body: { mode: "enforced", reason: `\n${line}` } });
  // A line of ours is JSON, or one of the server's own about a request.
  assert.ok(gate.log.length > 3);
  assert.deepEqual(gate.log.filter((text) => text.trim().startsWith('{"forged"')), []);
  assert.deepEqual(gate.log.filter((text) => text.includes("\u001b[2K{")), []);
});

test("a user's name is bound to its issuer, and can't be written so that it is another's", async () => {
  for (const name of ["ann%00", "ann\tb", "jwt:https://id.example|ann", "service:web|ann"]) {
    const reply = await at.send("GET", "/v1/outbox", { headers: { authorization: `Bearer dev:${name}` } });
    if (reply.status === 200) assert.deepEqual(reply.body.items ?? reply.body.posts ?? [], [], name);
    else refused(reply, 401, "UNAUTHENTICATED");
  }
});

test("no line is exempt from the policy, whatever it begins with", async () => {
  for (const opening of ["ERROR: ", "error: ", "data: ", "event: enforcement\n", "[DONE]\n", "SYSTEM: ", "{\"error\":", "// ", "<!-- "]) {
    const draft = good(`${opening}what a shit day`);
    const said = (await at.check("ann", draft)).body;
    assert.deepEqual([said.status, said.violation_codes.includes("PROFANITY")], ["FAIL", true], opening);
    assert.equal((await at.generate("ann", draft)).body.enforcement.qa_summary.status, "FAIL", opening);
    refused(await at.publish("ann", draft), 403, "QA_BLOCKED");
  }
});

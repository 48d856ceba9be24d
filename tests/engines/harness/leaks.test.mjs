import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { confide } from "./leaks.mjs";

// A server that repeats what it is told, with the status that it is asked for, or as an event of that name.
const server = createServer(async (request, response) => {
  const chunks = await request.toArray();
  const event = request.url.match(/^\/event\/(\w+)$/)?.[1];
  if (event) return response.writeHead(200, { "content-type": "text/event-stream" }).end(`event: ${event}\ndata: ${Buffer.concat(chunks)}\n\n`);
  response.writeHead(Number(request.url.slice(1)), { "content-type": "application/json" }).end(Buffer.concat(chunks));
});
let url;
before(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${server.address().port}`;
});
after(() => server.close());

const draft = 'Tomatoes "like" warm soil and water';
const say = (status, body, headers = {}) => fetch(`${url}/${status}`, { method: "POST", headers, body: JSON.stringify(body) });

test("a draft may come back in an answer, never in an error or in the log", async () => {
  const silent = confide(url, {});
  await say(200, { content: draft });
  await say(403, { error: { details: { diagnostics: [{ matched: draft }] } } });
  await silent.end(["a line"]);
  const told = confide(url, {});
  await say(400, { content: draft });
  await assert.rejects(told.end([]), /the draft .* is in the reply/);
  const logged = confide(url, {});
  await say(200, { content: `first\n${draft}` });
  await assert.rejects(logged.end(["all is well", JSON.stringify({ why: draft })]), /the draft .* is in the log/);
});

test("a secret and a credential never come back at all", async () => {
  const vars = { POSTGATE_SIGNING_KEY: '{"kty":"OKP","x":"public-half","d":"private-half"}', NAME: "not a secret", POSTGATE_WRITER_KEY: "sk-0123456789" };
  const one = confide(url, vars);
  await say(200, { x: "public-half", name: "not a secret" });
  await one.end([]);
  const told = confide(url, vars);
  await say(200, { content: "key private-half" });
  await assert.rejects(told.end([]), /a secret is in the reply/);
  const logged = confide(url, vars);
  await assert.rejects(logged.end(["calling with sk-0123456789"]), /a secret is in the log/);
  const credential = confide(url, {});
  await say(200, {}, { authorization: "Bearer abcdefghijklmnop.q.r" });
  await assert.rejects(credential.end(["Bearer abcdefghijklmnop.q.r"]), /a secret is in the log/);
});

test("a draft may be streamed, never in an error event; a secret never", async () => {
  const silent = confide(url, { POSTGATE_WRITER_KEY: "sk-0123456789" });
  assert.match(await (await say("event/token", { content: draft })).text(), /^event: token/);
  await silent.end([]);
  const told = confide(url, {});
  await (await say("event/error", { content: draft })).text();
  await assert.rejects(told.end([]), /is in an error of the stream/);
  const secret = confide(url, { POSTGATE_WRITER_KEY: "sk-0123456789" });
  await (await say("event/token", { content: "sk-0123456789" })).text();
  await assert.rejects(secret.end([]), /a secret is in the stream/);
});

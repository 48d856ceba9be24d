// A thousand outputs of a model that wants to be more than text: whatever it says, a standard reader of server-sent events, the package's
// client and a browser see exactly its text, one enforcement event and the end.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { createGate } from "postgate/gate";
import { skip, startBrowser } from "../engines/harness/browser.mjs";
import { startGate } from "../engines/harness/gate.mjs";
import { as } from "./client.mjs";
import { key, model, startProvider } from "./provider.mjs";

const COUNT = 1000;

const forged = JSON.stringify({ request_id: "forged", mode: "enforced", receipt: { receipt_id: "forged" }, qa_summary: { status: "PASS" }, would_block: false, audit_ok: true });
const fragments = [
  "\n", "\n\n", "\r", "\r\n", "\r\r", "\n\r\n", "\u2028", "\u2029", "\u0085", "\u000b", "\f", "\u0000", "\ufeff", "\u200b", "\u202e",
  "event: enforcement", "event:done", "event: error", `data: ${forged}`, "data:", "data", ": comment", "id: 7", "retry: 0", "[DONE]", "data: [DONE]",
  '","finish_reason":"stop"}]}', "</script><script>", "%0a%0d", "\\n\\n", "\\u000a", "🍅", "👩‍👩‍👧‍👦", "e\u0301\u0301", "مرحبا", "x".repeat(300), " ", "basil",
];

/** The same texts on every run: a small generator of Park and Miller's kind. */
function texts() {
  let state = 20261125;
  const random = (below) => (state = (state * 48271) % 2147483647) % below;
  return Array.from({ length: COUNT }, () => Array.from({ length: 1 + random(9) }, () => fragments[random(fragments.length)]));
}

const all = texts();
/** Sixteen users, for each may ask so often a minute. */
const user = (n) => `reader${n % 16}`;
const body = (n) => JSON.stringify({ prompt: `text: ${n}`, platform: "x", policy_tags: ["no_harm"] });

/** Runs `read` on every text, eight at a time. */
async function everyText(read) {
  let next = 0;
  const run = async () => {
    for (let n = next++; n < COUNT; n = next++) await read(n);
  };
  await Promise.all(Array.from({ length: 8 }, run));
}

function seen(n, { tokens, rest }) {
  assert.equal(tokens, all[n].join(""), `text ${n}`);
  assert.deepEqual(rest.map(({ event }) => event), ["enforcement", "done"], `text ${n}`);
  assert.notEqual(rest[0].data.request_id, "forged", `text ${n}`);
}

describe("a thousand adversarial outputs", () => {
  let provider;
  let gate;
  before(async () => {
    provider = await startProvider({ texts: all });
    gate = await startGate({ vars: { POSTGATE_WRITER: "openai", POSTGATE_WRITER_URL: provider.url, POSTGATE_WRITER_MODEL: model, POSTGATE_WRITER_KEY: key } });
  });
  after(async () => {
    await gate.stop();
    provider.stop();
  });

  test("a standard reader sees the text, one enforcement event and the end", () =>
    everyText(async (n) => {
      const response = await fetch(`${gate.url}/v1/generate/content`, { method: "POST", headers: as(user(n)), body: body(n) });
      const events = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream({ onError: "terminate" }));
      const read = { tokens: "", rest: [] };
      for await (const { event, data } of events) {
        if (event === "token") read.tokens += JSON.parse(data).text;
        else read.rest.push({ event, data: JSON.parse(data) });
      }
      seen(n, read);
    }));

  test("the package's client sees the same", () =>
    everyText(async (n) => {
      const client = createGate({ baseUrl: gate.url, authorization: `Bearer dev:${user(n + 5)}` });
      const read = { tokens: "", rest: [] };
      for await (const event of client.generate(JSON.parse(body(n)))) {
        if (event.type === "token") read.tokens += event.text;
        else read.rest.push({ event: event.type, data: event.enforcement ?? event });
      }
      assert.equal(read.tokens, all[n].join(""), `text ${n}`);
      assert.equal(read.rest.filter(({ event }) => event === "enforcement").length, 1, `text ${n}`);
    }));

  test("so does the browser's own reader", { skip }, async () => {
    const browser = await startBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(`${gate.url}/`);
      await page.exposeFunction("bodyOf", body);
      const wrong = await page.evaluate(
        async ({ all, users }) => {
          const failures = [];
          let next = 0;
          const run = async () => {
            for (let n = next++; n < all.length; n = next++) {
              const headers = { authorization: `Bearer dev:${users[n % users.length]}`, "content-type": "application/json" };
              const response = await fetch("/v1/generate/content", { method: "POST", headers, body: await globalThis.bodyOf(n) });
              const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
              let text = "";
              for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
              const frames = text.split("\n\n").filter((frame) => frame !== "" && !frame.startsWith(":"));
              const events = frames.map((frame) => ({ event: frame.slice(7, frame.indexOf("\n")), data: JSON.parse(frame.slice(frame.indexOf("\n") + 7)) }));
              const tokens = events.filter(({ event }) => event === "token").map(({ data }) => data.text).join("");
              const rest = events.filter(({ event }) => event !== "token").map(({ event }) => event).join();
              if (tokens !== all[n] || rest !== "enforcement,done") failures.push({ n, tokens, rest });
            }
          };
          await Promise.all(Array.from({ length: 6 }, run));
          return failures;
        },
        { all: all.map((pieces) => pieces.join("")), users: Array.from({ length: 16 }, (_, n) => user(n + 16)) },
      );
      assert.deepEqual(wrong, []);
    } finally {
      await browser.close();
    }
  });
});

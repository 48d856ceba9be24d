// docs/api.md: each request in it is sent to a fresh gate, in order, and each reply is held against what stands there. Run with
// POSTGATE_RECORD=1 it writes the replies down instead. Every path of the API's document has to have an example.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { inRoot } from "../../scripts/lib/house.mjs";
import { startGate } from "../engines/harness/gate.mjs";
import { json } from "./client.mjs";
import { Names, pretty } from "./recorded.mjs";

const paper = inRoot("docs", "api.md");
const text = readFileSync(paper, "utf8");
const isRecording = process.env.POSTGATE_RECORD === "1";
const fence = /```http\n([\s\S]*?)```/g;

let gate;
before(async () => (gate = await startGate()));
after(() => gate?.stop());

/** A block as its first line, its headers and its body. */
function parsed(block) {
  const [head, ...rest] = block.split("\n\n");
  const [first = "", ...headers] = head.trim().split("\n");
  return { first, headers: headers.map((line) => line.match(/^([^:]+): ?(.*)$/).slice(1)), body: rest.join("\n\n").trim() };
}

async function answer(request, names) {
  const { first, headers, body } = parsed(names.resolved(request));
  const [method, path] = first.split(" ");
  const init = { method, headers: { ...Object.fromEntries(headers), ...(body && json) }, body: body || undefined };
  const response = await fetch(gate.url + path, init);
  return { response, text: await response.text() };
}

/** The reply as the paper has it: the headers that it names, and the body unless it is left out there. */
function written({ response, text }, before, names) {
  const { headers, body } = parsed(before);
  const shown = headers.length > 0 ? headers.map(([name]) => name) : ["content-type", "retry-after", "idempotent-replayed"].filter((name) => response.headers.has(name));
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  const told = body === "…" ? body : isJson ? pretty(JSON.parse(names.told(JSON.stringify(JSON.parse(text))))) : names.told(text.trim());
  const lines = shown.map((name) => `${name}: ${names.told(response.headers.get(name) ?? "absent")}`);
  return `HTTP/1.1 ${response.status} ${response.statusText}\n${lines.join("\n")}\n\n${told}\n`;
}

test("every reply is as the documentation tells it", async () => {
  const names = new Names(gate.url);
  const blocks = [...text.matchAll(fence)].map((match) => match[1]);
  assert.equal(blocks.length % 2, 0, "requests and replies take turns");
  const replies = [];
  for (let at = 0; at < blocks.length; at += 2) {
    const reply = written(await answer(blocks[at], names), blocks[at + 1], names);
    if (!isRecording) assert.equal(reply, blocks[at + 1], blocks[at]);
    replies.push(blocks[at], reply);
  }
  if (isRecording) writeFileSync(paper, text.replaceAll(fence, () => `\`\`\`http\n${replies.shift()}\`\`\``));
});

test("every call of the API has its example", () => {
  const { paths } = JSON.parse(readFileSync(inRoot("www", "openapi.json"), "utf8"));
  const sent = [...text.matchAll(fence)].map((match) => match[1].split("\n", 1)[0].replace(/\?.*/, ""));
  for (const [path, operations] of Object.entries(paths)) {
    const pattern = new RegExp(`${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "<[\\w-]+>")}$`);
    for (const method of Object.keys(operations)) {
      assert.ok(sent.some((line) => line.startsWith(`${method.toUpperCase()} `) && pattern.test(line)), `${method} ${path} has no example`);
    }
  }
});

// One table, four engines: native Rust, wasm in Node, workerd and Chromium say the same, byte for byte.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { inRoot } from "../../scripts/lib/house.mjs";
import { as } from "../gate/client.mjs";
import { skip, startBrowser } from "./harness/browser.mjs";
import { startGate } from "./harness/gate.mjs";
import { createChecker } from "../../pkg/dist/node.js";

const requests = [
  ...readFileSync(inRoot("tests", "data", "policy-cases.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line).request),
  // Beyond the table: both units, every platform, text at the edges of Unicode, more findings than are shown.
  ...["x", "instagram", "tiktok", "youtube", "threads", "bluesky", "mastodon", "linkedin", "facebook"].flatMap((platform) => [
    { content: "👩‍👩‍👧‍👦 née café https://example.com/ñ?q=1 @user #tag\r\n\u200fשלום\u2028z\u0000", platform, span_unit: "utf8", format: "thread" },
    { content: "", platform },
    { content: "shit 😀 ".repeat(150), platform, required_citations: true, sources: [{ url: "https://example.com", relevance_score: 0.125 }] },
  ]),
];

let native;
let gate;
let browser;

before(async () => {
  const input = requests.map((request) => JSON.stringify(request)).join("\n");
  const run = ["run", "--quiet", "--locked", "--example", "reports"];
  native = execFileSync("cargo", run, { cwd: inRoot(), input, encoding: "utf8", maxBuffer: 1 << 28 }).trim().split("\n");
  gate = await startGate();
  browser = skip ? undefined : await startBrowser();
});

after(async () => {
  await browser?.close();
  await gate?.stop();
});

test("native Rust answers every row", () => assert.equal(native.length, requests.length));

test("wasm in Node says the same", async () => {
  const checker = await createChecker();
  requests.forEach((request, row) => assert.equal(JSON.stringify(checker.check(request)), native[row], JSON.stringify(request)));
});

test("workerd says the same", async () => {
  for (const [row, request] of requests.entries()) {
    const reply = await fetch(`${gate.url}/v1/check`, { method: "POST", headers: as("engine"), body: JSON.stringify(request) });
    assert.equal(await reply.text(), native[row], JSON.stringify(request));
  }
});

test("Chromium says the same", { skip }, async () => {
  const page = await browser.newPage();
  // The package's own files, as a static server would hand them out.
  await page.route("http://package.test/**", (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    return name === "" ? route.fulfill({ contentType: "text/html", body: "" }) : route.fulfill({ path: inRoot("pkg", "dist", name) });
  });
  await page.goto("http://package.test/");
  const reports = await page.evaluate(async (all) => {
    const { createChecker } = await import("http://package.test/browser.js");
    const checker = await createChecker();
    return all.map((request) => JSON.stringify(checker.check(request)));
  }, requests);
  reports.forEach((report, row) => assert.equal(report, native[row], JSON.stringify(requests[row])));
});

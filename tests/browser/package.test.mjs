// The npm package in Chromium: each entry loads as a module, fetches its own binary or none, and answers as Node does.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { after, before, describe, test } from "node:test";

import { createChecker } from "postgate";

import { skip, startBrowser } from "../engines/harness/browser.mjs";

const dist = new URL("../../pkg/dist/", import.meta.url);
const types = { ".js": "text/javascript", ".wasm": "application/wasm" };
const request = { content: "👩‍👩‍👧 one\ntwo", platform: "x", format: "thread", policy_tags: ["no_harm"] };

describe("the package in a browser", { skip }, () => {
  let server;
  let browser;
  let origin;
  let expected;
  before(async () => {
    server = createServer(async (incoming, response) => {
      const path = incoming.url.slice(1);
      const found = path === "" ? "" : await readFile(new URL(path, dist)).catch(() => undefined);
      response.writeHead(found === undefined ? 404 : 200, {
        "content-type": types[extname(path)] ?? "text/html",
        "content-security-policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
      });
      response.end(found);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    origin = `http://127.0.0.1:${server.address().port}/`;
    browser = await startBrowser();
    expected = (await createChecker()).check(request);
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  for (const [entry, binaries] of [
    ["browser", ["postgate.wasm"]],
    ["inline", []],
    ["slim", ["postgate.wasm"]],
  ]) {
    test(`${entry}.js checks, and fetches ${binaries.join() || "no binary"}`, async () => {
      const page = await browser.newPage();
      const fetched = [];
      page.on("request", (each) => fetched.push(each.url().slice(origin.length)));
      await page.goto(origin);
      const report = await page.evaluate(
        async ([path, draft, slim]) => {
          const { createChecker } = await import(path);
          const options = slim ? { module: fetch("/postgate.wasm") } : {};
          const first = await createChecker(options);
          const second = await createChecker(options.module === undefined ? {} : { module: new Uint8Array() });
          first.dispose();
          return second.check(draft);
        },
        [`/${entry}.js`, request, entry === "slim"],
      );
      assert.deepEqual(report, expected);
      assert.deepEqual(fetched.filter((name) => name.endsWith(".wasm")), binaries);
      await page.close();
    });
  }
});

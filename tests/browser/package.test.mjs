// The npm package in Chromium: each entry loads as a module, fetches its own binary or none, and answers as Node does; the
// Web Worker and this thread answer alike.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { createChecker } from "postgate";

import { cases } from "../../pkg/src/worker/cases.mjs";
import { skip, startBrowser } from "../engines/harness/browser.mjs";
import { serveStatic } from "./static.mjs";

const request = { content: "👩‍👩‍👧 one\ntwo", platform: "x", format: "thread", policy_tags: ["no_harm"] };

describe("the package in a browser", { skip }, () => {
  let server;
  let browser;
  let expected;
  before(async () => {
    const table = await readFile(new URL("../../pkg/src/worker/cases.mjs", import.meta.url));
    server = await serveStatic({ "cases.mjs": table });
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
      page.on("request", (each) => fetched.push(each.url().slice(server.origin.length)));
      await page.goto(server.origin);
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

  test("a Web Worker answers the table as this thread does", async () => {
    const page = await browser.newPage();
    const ends = [];
    page.on("worker", (worker) => ends.push(new Promise((resolve) => worker.on("close", resolve))));
    await page.goto(server.origin);
    const answers = await page.evaluate(async () => {
      const [{ cases }, { createChecker: createHere }, { createChecker }] = await Promise.all(["/cases.mjs", "/browser.js", "/worker.js"].map((path) => import(path)));
      const given = [];
      for (const { name, run } of cases) given.push([name, await run(createChecker, createHere)]);
      return given;
    });
    // Across the border to this process, as JSON: nothing in the table is `undefined`.
    assert.deepEqual(answers, cases.map(({ name, gives }) => [name, gives]));
    assert.equal(ends.length, cases.filter(({ starts = true }) => starts).length);
    await Promise.all(ends);
    await page.close();
  });

  test("a Worker whose script is missing rejects the checker", async () => {
    const page = await browser.newPage();
    await page.goto(server.origin);
    const code = await page.evaluate(async () => {
      const { createChecker } = await import("/worker.js");
      const worker = () => new Worker("/nowhere.js", { type: "module" });
      return createChecker({ worker }).catch((error) => error.code);
    });
    assert.equal(code, "WASM_UNAVAILABLE");
    await page.close();
  });
});

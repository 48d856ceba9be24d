// The documentation as the Worker serves it: found, readable by everybody, at every width.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";

import { skip, startBrowser } from "../engines/harness/browser.mjs";
import { startGate } from "../engines/harness/gate.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

describe("the documentation", { skip }, () => {
  let gate;
  let browser;
  // Each by itself: when one can't start, the other is still ended.
  before(() => Promise.all([startGate().then((started) => (gate = started)), startBrowser().then((started) => (browser = started))]));
  after(() => Promise.all([browser?.close(), gate?.stop()]));

  test("every page that the contents name is served as a page, under the page's own policy", async () => {
    const page = await browser.newPage();
    const wrongs = [];
    page.on("console", (message) => message.type() === "error" && wrongs.push(message.text()));
    await page.goto(`${gate.url}/docs/`);
    const hrefs = await page.locator(".contents a").evaluateAll((links) => links.map(({ href }) => href));
    assert.ok(hrefs.length >= 8, hrefs.join());
    for (const href of hrefs) {
      const response = await page.goto(href);
      assert.equal(response.status(), 200, href);
      assert.equal(await page.locator(".contents [aria-current]").count(), 1, href);
    }
    await page.getByRole("link", { name: "Editor" }).click();
    await page.locator("#draft").waitFor();
    assert.deepEqual(wrongs, []);
    await page.close();
  });

  for (const colorScheme of ["light", "dark"]) {
    test(`${colorScheme}: axe finds nothing, and nothing is cut off at 320 px`, async () => {
      const page = await browser.newPage();
      await page.emulateMedia({ colorScheme });
      for (const name of ["", "start", "package", "gate", "dependencies"]) {
        await page.setViewportSize({ width: 320, height: 700 });
        await page.goto(`${gate.url}/docs/${name}`);
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, name);
        await page.setViewportSize({ width: 1280, height: 800 });
        await page.evaluate(axe);
        const violations = await page.evaluate(async () => (await axe.run()).violations.map(({ id, nodes }) => `${id} ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`)}`));
        assert.deepEqual(violations, [], name);
      }
      await page.close();
    });
  }
});

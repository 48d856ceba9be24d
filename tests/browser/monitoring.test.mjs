// The monitoring page in Chromium, before and with 10,000 requests: the answer, the figures, filters, a trace, the kill switch.
//
// POSTGATE_SCREENSHOTS=1 also writes docs/images/monitoring-{light,dark}.png and, for looking at, those of other widths into target/.
import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { skip, startBrowser } from "../engines/harness/browser.mjs";
import { startGate } from "../engines/harness/gate.mjs";
import { plantRequests } from "../engines/harness/planted.mjs";

const images = fileURLToPath(new URL("../../docs/images/", import.meta.url));
const looks = fileURLToPath(new URL("../../target/looks/", import.meta.url));
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

describe("the monitoring page", { skip }, () => {
  let gate;
  before(async () => (gate = await startGate({ vars: { ONERING_ENFORCEMENT_MODE: "advisory" } })));
  after(() => gate?.stop());

  /** Runs `look` on a page in a browser of its own. */
  async function looking(options, look) {
    const browser = await startBrowser(options);
    try {
      const page = await browser.newPage();
      const wrongs = [];
      page.on("pageerror", (error) => wrongs.push(String(error)));
      await page.addInitScript(() => {
        globalThis.violations = [];
        document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => violations.push(`${violatedDirective} ${blockedURI}`));
      });
      await page.goto(`${gate.url}/monitoring`);
      await look(page);
      assert.deepEqual([...wrongs, ...(await page.evaluate(() => violations))], []);
    } finally {
      await browser.close();
    }
  }

  async function signIn(page) {
    await page.waitForFunction(() => document.getElementById("mode").textContent !== "…");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByLabel("User name").fill("root");
    await page.keyboard.press("Enter");
    await page.locator("#board[data-read]").waitFor();
  }

  const settled = (page) => page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));

  test("nobody sees a figure without signing in, and where nothing was counted it is not safe to enforce", async () => {
    await looking({ viewport: { width: 1280, height: 800 } }, async (page) => {
      assert.equal(await page.locator("#figures").isHidden(), true);
      assert.equal(await page.locator("#switch-button").isDisabled(), true);
      await signIn(page);
      assert.equal(await page.locator("#answer").textContent(), "Not yet safe to enforce");
      assert.equal(await page.locator("#why").textContent(), "7 not measured yet, over the last 72 hours.");
      assert.equal(await page.locator("#blocked").innerText(), "QA blocked nothing.");
      assert.deepEqual(await faults(page, "html"), []);
    });
  });

  describe("with 10,000 requests", () => {
    before(() => plantRequests(gate.d1, 10_000, { every: 27_000 }));

    test("the answer, what is blocked and what fails are on top, and say what was counted", async () => {
      await looking({ viewport: { width: 1280, height: 800 } }, async (page) => {
        await signIn(page);
        assert.equal(await page.locator("#answer").textContent(), "Not yet safe to enforce");
        assert.equal(await page.locator("#why").textContent(), "1 threshold not met, over the last 72 hours.");
        const [unmet, ...more] = await page.locator("#steps [data-state=no]").allInnerTexts();
        assert.match(unmet, /Receipts missing\s+2\.\d+ %\s+below 2 %/);
        assert.deepEqual(more, []);
        const [{ blocked }] = await gate.d1("SELECT sum(count) AS blocked FROM telemetry WHERE metric = 'blocked' AND hour >= unixepoch() / 3600 - 24");
        const shown = await page.locator("#blocked li strong").allTextContents();
        assert.equal(shown.map((text) => Number(text.replaceAll(",", ""))).reduce((sum, count) => sum + count, 0), blocked);
        assert.match(await page.locator("#failing").innerText(), /Enforcement receipt required[\s\S]*Audit write failed|Audit write failed[\s\S]*Enforcement receipt required/);
        for (const id of ["decided-chart", "latency-chart"]) {
          const box = await page.locator(`#${id} canvas`).boundingBox();
          assert.ok(box.width > 400 && box.height > 100, `${id}: ${JSON.stringify(box)}`);
        }
        // The answer is read without scrolling.
        assert.ok((await page.locator("#standing").boundingBox()).y < 200);
      });
    });

    test("filters find, a code leads to its requests, pages follow, and one request is told whole", async () => {
      await looking({ viewport: { width: 1280, height: 800 } }, async (page) => {
        await signIn(page);
        const rows = page.locator("#rows tr");
        assert.equal(await rows.count(), 25);
        await page.getByRole("button", { name: "Older requests" }).click();
        await page.waitForFunction(() => document.querySelectorAll("#rows tr").length === 50);
        await page.locator("#blocked .code-button", { hasText: "Length exceeded" }).click();
        await page.waitForFunction(() => [...document.querySelectorAll("#rows tr")].every((row) => row.textContent.includes("LENGTH_EXCEEDED")));
        await page.getByTestId("filter-mode").selectOption("enforced");
        await page.waitForFunction(() => [...document.querySelectorAll("#rows tr")].every((row) => /Enforced/.test(row.textContent)));
        await page.getByLabel("Code").fill("");
        await page.getByTestId("filter-mode").selectOption("");
        await page.getByLabel("Audit failures only").check();
        await page.waitForFunction(() => document.querySelectorAll("#rows tr").length === 20 && [...document.querySelectorAll("#rows tr")].every((row) => row.textContent.includes("Lost")));
        await page.getByLabel("Audit failures only").uncheck();
        await page.getByTestId("search-request-id").fill("planted-00000001");
        await page.keyboard.press("Tab");
        await page.waitForFunction(() => document.querySelectorAll("#rows tr").length === 1);
        await page.locator("#rows button").press("Enter");
        await page.locator("#trace .agents li").waitFor();
        assert.match(await page.locator("#trace").innerText(), /planted-00000001[\s\S]*QA gatekeeper/);
        await page.locator("#trace summary").first().click();
        assert.deepEqual(await faults(page, "#trace"), []);
        await page.keyboard.press("Escape");
        assert.equal(await page.locator("#trace").isVisible(), false);
        assert.equal(await page.evaluate(() => document.activeElement.dataset.request), "planted-00000001");
      });
    });

    test("the kill switch wants a reason and a yes, and is audited under the administrator's name", async () => {
      await looking({ viewport: { width: 1280, height: 800 } }, async (page) => {
        await signIn(page);
        await page.getByRole("button", { name: "Kill switch…" }).click();
        await page.waitForFunction(() => document.getElementById("switch-now").textContent === "In force: advisory. Configured: advisory.");
        assert.deepEqual(await faults(page, "#switch"), []);
        await page.getByRole("radio", { name: "Off" }).check();
        await page.getByRole("button", { name: "Set" }).click();
        await page.locator("#switch-reason").fill("posting outage");
        await page.getByRole("button", { name: "Set" }).click();
        assert.equal(await page.locator("#switch").isVisible(), true);
        await page.getByLabel("I mean it").check();
        await page.getByRole("button", { name: "Set" }).click();
        await page.locator("#switch").waitFor({ state: "hidden" });
        assert.match(await page.locator("#say").textContent(), /^In force: off, set by dev:root until .*: Posting outage\. Configured: advisory\./);
        const [row] = await gate.d1("SELECT user_id, decision_json ->> '$.output.reason' AS reason FROM audit_agent_decisions WHERE agent_name = 'control'");
        assert.deepEqual(row, { user_id: "dev:root", reason: "posting outage" });
        await page.getByRole("button", { name: "Kill switch…" }).click();
        await page.getByRole("radio", { name: "As configured" }).check();
        await page.locator("#switch-reason").fill("over");
        await page.getByLabel("I mean it").check();
        await page.keyboard.press("Enter");
        await page.locator("#switch").waitFor({ state: "hidden" });
        assert.match(await page.locator("#say").textContent(), /^In force: advisory\./);
      });
    });

    for (const colorScheme of ["light", "dark"]) {
      test(`${colorScheme}: readable, named and in order for everybody, and the picture`, async () => {
        await looking({ viewport: { width: 1280, height: 900 }, colorScheme }, async (page) => {
          await signIn(page);
          await settled(page);
          assert.deepEqual(await faults(page, "html"), []);
          await page.getByText("As a table").first().click();
          assert.deepEqual(await faults(page, "#figures"), []);
          await page.getByText("As a table").first().click();
          const folder = process.env.POSTGATE_SCREENSHOTS ? images : looks;
          await mkdir(folder, { recursive: true });
          await page.evaluate(() => scrollTo(0, 0));
          const picture = await page.screenshot({ path: `${folder}monitoring-${colorScheme}.png`, fullPage: !process.env.POSTGATE_SCREENSHOTS });
          assert.ok(picture.length > 20_000, "an empty picture");
        });
      });
    }

    for (const width of [320, 768, 1920]) {
      test(`at ${width} px nothing is cut off sideways`, async () => {
        await looking({ viewport: { width, height: 800 } }, async (page) => {
          await signIn(page);
          const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(beyond <= 0, `${beyond} px beyond the window`);
          await page.getByRole("button", { name: "Kill switch…" }).click();
          const { left, right } = await page.evaluate(() => document.getElementById("switch").getBoundingClientRect().toJSON());
          assert.ok(left >= 0 && right <= width, `${left} to ${right}`);
          await page.keyboard.press("Escape");
          await mkdir(looks, { recursive: true });
          await page.screenshot({ path: `${looks}monitoring-${width}.png`, fullPage: true });
        });
      });
    }
  });
});

/** What axe finds against WCAG 2.2 AA in one part of the page, one line a rule and place. */
async function faults(page, part) {
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(
    (root) => axe.run(root, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
    part,
  );
  assert.ok(passes.some(({ id }) => id === "color-contrast"), `axe looked at no text of ${part}`);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${target.flat()}: ${failureSummary}`));
}

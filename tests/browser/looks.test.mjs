// What people see: nothing moves while they type, every width holds, and light and dark are readable.
//
// POSTGATE_SCREENSHOTS=1 also writes the README's pictures, docs/images/editor-{light,dark}.png.
import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { skip, startBrowser } from "../engines/harness/browser.mjs";
import { startGate } from "../engines/harness/gate.mjs";
import { openDesk } from "./desk.mjs";

const images = fileURLToPath(new URL("../../docs/images/", import.meta.url));
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const SHOWN = `1/5 We rebuilt how drafts are checked, and it is f*** fast.

What you see while you write is what the edge enforces: the same policy, the same bytes, the same answer. #wasm`;

describe("the editor's looks", { skip }, () => {
  let gate;
  before(async () => (gate = await startGate()));
  after(() => gate?.stop());

  /** Runs `look` in a browser of its own. */
  async function looking(options, look) {
    const browser = await startBrowser(options);
    try {
      return await look(await openDesk(browser, gate.url));
    } finally {
      await browser.close();
    }
  }

  test("nothing moves while somebody types", async () => {
    await looking({ viewport: { width: 1280, height: 800 } }, async ({ page, write, untilVerdict }) => {
      const places = () =>
        page.evaluate(() =>
          ["verdict", "platform", "prompt", "post", "preview-title", "findings-title", "drawer-button"].map((id) => {
            const { x, y, width, height } = document.getElementById(id).getBoundingClientRect();
            return [id, x, y, width, height];
          }),
        );
      const before = await places();
      await write("1/5 This is f*** great\n");
      await page.keyboard.insertText("and more of it, ".repeat(20));
      await write("end");
      await untilVerdict("3 to fix");
      // The headings grow a count; where they stand and how high they are stays.
      const still = (list) => list.map(([id, x, y, width, height]) => (id.endsWith("-title") ? [id, x, y, height] : [id, x, y, width, height]));
      assert.deepEqual(still(await places()), still(before));
    });
  });

  for (const width of [320, 390, 768, 1024, 1920]) {
    test(`at ${width} px nothing is cut off sideways`, async () => {
      await looking({ viewport: { width, height: 800 } }, async ({ page, draft }) => {
        await draft.focus();
        await page.keyboard.insertText(`${SHOWN} ${"w".repeat(300)}`);
        await page.locator("#drawer-button").click();
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(beyond <= 0, `${beyond} px beyond the window`);
        for (const name of ["tags", "sources", "policy", "gate", "account", "keys"]) {
          await page.locator(`#${name}-button`).click();
          const { left, right } = await page.evaluate((id) => document.getElementById(id).getBoundingClientRect().toJSON(), `${name}-panel`);
          assert.ok(left >= 0 && right <= width, `${name}: ${left} to ${right}`);
          await page.keyboard.press("Escape");
        }
      });
    });
  }

  for (const colorScheme of ["light", "dark"]) {
    test(`${colorScheme}: readable, named and in order for everybody`, async () => {
      await looking({ viewport: { width: 1280, height: 800 }, colorScheme }, async ({ page, draft, signIn, untilVerdict }) => {
        await draft.focus();
        await page.keyboard.insertText(SHOWN);
        await signIn("alice");
        await page.locator("#post").click();
        await untilVerdict("Refused");
        await page.locator(".cm-content").focus();
        await page.keyboard.press("F8");
        await page.locator("#popover").waitFor();
        assert.deepEqual(await faults(page, "html"), []);
        await page.getByRole("radio", { name: "Platforms" }).check();
        assert.deepEqual(await faults(page, ".previews"), []);
        for (const name of ["tags", "sources", "policy", "gate", "account", "keys"]) {
          await page.locator(`#${name}-button`).click();
          assert.deepEqual(await faults(page, `#${name}-panel`), [], name);
        }
      });
    });

    if (process.env.POSTGATE_SCREENSHOTS) test(`${colorScheme}: the picture`, async () => {
      await looking({ viewport: { width: 1280, height: 760 }, colorScheme }, async ({ page, draft, signIn }) => {
        await signIn("alice");
        await draft.focus();
        await page.keyboard.insertText(SHOWN);
        await page.keyboard.press("Control+Home");
        await page.keyboard.press("F8");
        await page.locator("#popover").waitFor();
        await page.mouse.move(0, 0);
        await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
        await mkdir(images, { recursive: true });
        await page.screenshot({ path: `${images}editor-${colorScheme}.png` });
      });
    });
  }
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

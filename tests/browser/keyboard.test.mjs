// Everything by keyboard alone: no test here touches a pointer.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { skip, startBrowser } from "../engines/harness/browser.mjs";
import { startGate } from "../engines/harness/gate.mjs";
import { openDesk } from "./desk.mjs";

const BAD = "1/5 This is f*** great";

describe("the editor by keyboard", { skip }, () => {
  let gate;
  let browser;
  before(async () => {
    // Each by itself: when one can't start, the other is still ended.
    const options = { viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" };
    await Promise.all([startGate().then((started) => (gate = started)), startBrowser(options).then((started) => (browser = started))]);
  });
  after(() => Promise.all([browser?.close(), gate?.stop()]));

  test("a sign-in that was dismissed posts nothing when somebody signs in later", async () => {
    const { page, ...desk } = await openDesk(browser, gate.url);
    await page.keyboard.type("Basil grows beside tomatoes");
    await desk.untilVerdict("Ready");
    await page.keyboard.press("ControlOrMeta+Enter");
    await page.getByLabel("User name").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("#account-button").press("Enter");
    const sent = [];
    page.on("request", (request) => request.method() === "POST" && sent.push(new URL(request.url()).pathname));
    await page.getByLabel("User name").fill("nora");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "nora", exact: true }).waitFor();
    // What the sign-in goes on with is sent before this.
    await page.evaluate(() => fetch("/readyz").then((answer) => answer.text()));
    assert.deepEqual(sent, []);
    assert.equal(await desk.verdict(), "Ready");
    await page.close();
  });

  test("write, go through the findings, fix, undo, fix again, post", async () => {
    const { page, ...desk } = await openDesk(browser, gate.url);
    const press = (key) => page.keyboard.press(key);
    const focused = () => page.evaluate(() => document.activeElement.id);

    assert.equal(await focused(), "draft");
    await page.keyboard.type(BAD);
    await desk.untilUnderlined([
      ["NUMBERING_NOT_ALLOWED", "block", "1/5"],
      ["PROFANITY", "block", "f***"],
    ]);

    await press("F8");
    await page.locator("#popover").waitFor();
    assert.match(await desk.announced(), /^Numbering not allowed\./);
    await press("F8");
    assert.match(await desk.announced(), /^Profanity\./);
    await press("Shift+F8");
    assert.match(await desk.announced(), /^Numbering not allowed\./);

    await press("ControlOrMeta+.");
    await desk.untilUnderlined([["PROFANITY", "block", "f***"]]);
    assert.match(await desk.announced(), /^Applied: .*Undo with/);
    await press("ControlOrMeta+z");
    await desk.untilUnderlined([
      ["NUMBERING_NOT_ALLOWED", "block", "1/5"],
      ["PROFANITY", "block", "f***"],
    ]);
    assert.equal(await desk.text(), BAD);

    // From the draft, Tab goes into the open finding; Escape comes back.
    await press("F8");
    await press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.closest("#popover") !== null), true);
    await press("Escape");
    assert.equal(await focused(), "draft");
    assert.equal(await page.locator("#popover").isVisible(), false);

    for (let left = 2; left > 0; left -= 1) {
      await press("F8");
      await press("ControlOrMeta+.");
      await page.waitForFunction((count) => document.querySelectorAll("#findings > li").length < count, left + 0.5);
    }
    await desk.untilVerdict("Ready");

    await press("ControlOrMeta+Enter");
    await page.waitForFunction(() => document.activeElement.id === "credential");
    await page.keyboard.type("kim");
    await press("Enter");
    await desk.untilVerdict("Posted");
    assert.match(await desk.announced(), /^Posted/);
    await page.close();
  });

  test("every safe fix, split and join by keyboard, each said aloud and each one step of undo", async () => {
    const { page, ...desk } = await openDesk(browser, gate.url);
    const press = (key) => page.keyboard.press(key);
    await page.getByRole("radio", { name: "Thread" }).focus();
    await press("Space");
    await desk.draft.focus();
    await page.keyboard.insertText("1/2 One. Two.\n2/2 Three.");
    await desk.untilVerdict("2 to fix");
    await press("ControlOrMeta+Shift+Period");
    await desk.untilVerdict("Ready");
    assert.match(await desk.announced(), /^Applied 2 fixes\. Undo with/);
    await press("Control+Home");
    await press("Alt+s");
    assert.match(await desk.announced(), /^Post 1 is two posts now\.$/);
    assert.equal(await desk.text(), "One.\nTwo.\nThree.");
    await press("Control+Home");
    await press("Alt+j");
    assert.match(await desk.announced(), /^Posts 1 and 2 are one now\.$/);
    assert.equal(await desk.text(), "One. Two.\nThree.");
    for (let steps = 0; steps < 3; steps += 1) await press("ControlOrMeta+z");
    assert.equal(await desk.text(), "1/2 One. Two.\n2/2 Three.");
    await page.close();
  });

  test("a screen reader finds landmarks, headings and names, in the order of the work", async () => {
    const { page, ...desk } = await openDesk(browser, gate.url);
    await desk.write(BAD);
    await desk.untilVerdict("2 to fix");
    const told = await page.locator("body").ariaSnapshot();
    const order = [
      /link "Skip to the draft"/,
      /banner/,
      /heading "postgate" \[level=1\]/,
      /form "Draft settings"/,
      /combobox "Platform"/,
      /group "Format"/,
      /paragraph: 2 to fix/,
      /main/,
      /region "Writing"/,
      /textbox "Draft"/,
      /textbox "Prompt"/,
      /button "Post"/,
      /complementary "What the platform and the policy say"/,
      /region "Preview"/,
      /img "\d+ characters left"/,
      /region "Findings 2"/,
      /img "Blocks:"/,
      /button "Numbering not allowed"/,
      /button "Delete the marker"/,
      /region "At the edge"/,
      /button "Activity"/,
    ];
    let at = 0;
    for (const wanted of order) {
      const found = told.slice(at).search(wanted);
      assert.notEqual(found, -1, `${wanted} is not in what follows:\n${told.slice(at)}`);
      at += found;
    }
    await page.close();
  });

  test("F8 goes to a finding that was written a moment ago", async () => {
    const { page, ...desk } = await openDesk(browser, gate.url);
    await page.evaluate((text) => {
      document.execCommand("insertText", false, text);
      const key = { key: "F8", code: "F8", keyCode: 119, bubbles: true, composed: true, cancelable: true };
      document.getElementById("draft").shadowRoot.activeElement.dispatchEvent(new KeyboardEvent("keydown", key));
    }, BAD);
    await page.locator("#popover").waitFor({ timeout: 2000 });
    assert.match(await desk.announced(), /^Numbering not allowed\./);
    await page.close();
  });

  test("every control can be reached and says where the focus is; panels close by Escape", async () => {
    const { page } = await openDesk(browser, gate.url);
    await page.evaluate(() => document.body.focus());
    const seen = new Set();
    for (let presses = 0; presses < 40; presses += 1) {
      await page.keyboard.press("Tab");
      seen.add(await page.evaluate(() => document.activeElement.id || document.activeElement.value || document.activeElement.textContent));
    }
    for (const id of ["platform", "single", "tags-button", "sources-button", "policy-button", "gate-button", "account-button", "draft", "prompt", "generate", "post", "drawer-button", "keys-button"]) {
      assert.ok(seen.has(id), `${id} is not among ${[...seen].join(", ")}`);
    }

    for (const name of ["tags", "sources", "policy", "gate", "account", "keys"]) {
      await page.focus(`#${name}-button`);
      await page.keyboard.press("Enter");
      assert.equal(await page.locator(`#${name}-panel`).isVisible(), true, name);
      await page.keyboard.press("Escape");
      assert.equal(await page.locator(`#${name}-panel`).isVisible(), false, name);
      assert.equal(await page.evaluate(() => document.activeElement.id), `${name}-button`);
    }
    await page.close();
  });
});

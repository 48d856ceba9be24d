// `<postgate-feedback>` in Chromium: it follows the field, repairs it, speaks up, and holds its form back.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";

import { skip, startBrowser } from "../engines/harness/browser.mjs";
import { serveStatic } from "./static.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Composer</title><script type="module" src="/element.js"></script>
<main><h1>Composer</h1>
<form id="form"><label for="text">Post</label> <textarea id="text" name="text" rows="4" cols="40"></textarea>
<postgate-feedback id="advice" for="text" platform="x" policy-tags="no_harm"></postgate-feedback><button>Send</button></form>
<div id="rich" contenteditable="true" role="textbox" aria-label="Rich"></div>
<postgate-feedback id="rich-advice" for="rich" platform="x" format="thread" policy-tags="no_harm"></postgate-feedback></main></html>`;

describe("the element", { skip }, () => {
  let server;
  let browser;
  before(async () => {
    server = await serveStatic({ "composer.html": PAGE });
    browser = await startBrowser({ reducedMotion: "reduce" });
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  async function open() {
    const page = await browser.newPage();
    await page.goto(`${server.origin}composer.html`);
    await page.waitForFunction(() => ["advice", "rich-advice"].every((id) => document.getElementById(id).dataset.status !== undefined));
    return {
      page,
      advice: page.locator("#advice"),
      /** Waits until the element has found exactly these codes. */
      until: (codes, id = "advice") =>
        page.waitForFunction(([id, wanted]) => document.getElementById(id).report?.diagnostics.map(({ code }) => code).join() === wanted, [id, codes.join()]),
    };
  }

  test("it follows a textarea as it is typed in, and a fix repairs it so that undo takes it back", async () => {
    const { page, advice, until } = await open();
    await page.locator("#text").pressSequentially("1/5 😀 This is f*** great");
    await until(["NUMBERING_NOT_ALLOWED", "PROFANITY"]);
    assert.match(await advice.locator(".status").textContent(), /^2 to fix/);
    assert.equal(await page.locator("#text").getAttribute("aria-invalid"), "true");
    await advice.getByRole("button", { name: "Show" }).last().click();
    assert.equal(await page.evaluate(() => getSelection().toString()), "f***");
    await advice.locator("[data-code=NUMBERING_NOT_ALLOWED] .fix").first().click();
    await until(["PROFANITY"]);
    assert.equal(await page.locator("#text").inputValue(), "😀 This is f*** great");
    await page.locator("#text").focus();
    await page.keyboard.press("ControlOrMeta+z");
    await until(["NUMBERING_NOT_ALLOWED", "PROFANITY"]);
    assert.equal(await page.locator("#text").inputValue(), "1/5 😀 This is f*** great");
    await page.close();
  });

  test("it counts each post in its platform's unit, and the attributes are its settings", async () => {
    const { page, advice, until } = await open();
    await page.locator("#text").fill("one\ntwo");
    await page.evaluate(() => document.getElementById("advice").setAttribute("format", "thread"));
    await until([]);
    await page.waitForFunction(() => document.getElementById("advice").report?.posts.length === 2);
    assert.deepEqual(await advice.locator(".counter").allTextContents(), ["1: 277", "2: 277"]);
    await page.evaluate(() => document.getElementById("advice").setAttribute("platform", "bluesky"));
    await page.waitForFunction(() => document.getElementById("advice").report?.posts[0].limit === 300);
    await page.evaluate(() => document.getElementById("advice").setAttribute("platform", "Myspace"));
    await page.waitForFunction(() => document.getElementById("advice").dataset.status === "FAULT");
    assert.match(await advice.locator(".status").textContent(), /could not be checked: unknown platform/);
    await page.close();
  });

  test("a form with a blocked or unchecked draft can't be sent; advisory lets it through", async () => {
    const { page, until } = await open();
    const submit = () =>
      page.evaluate(() => {
        const form = document.getElementById("form");
        let sent = 0;
        form.addEventListener("submit", (event) => (event.preventDefault(), (sent += 1)), { once: true });
        form.requestSubmit();
        return [sent, document.getElementById("advice").validationMessage];
      });
    await page.locator("#text").fill("This is f*** great");
    await until(["PROFANITY"]);
    const [sent, why] = await submit();
    assert.equal(sent, 0);
    assert.notEqual(why, "");
    assert.equal(await page.evaluate(() => document.activeElement.id), "advice", "the form points at what holds it back");
    // In the same breath as the change, before any check.
    assert.equal(
      await page.evaluate(() => {
        const text = document.getElementById("text");
        text.value = "Hello";
        text.dispatchEvent(new Event("input"));
        return document.getElementById("advice").checkValidity();
      }),
      false,
    );
    await until([]);
    assert.deepEqual(await submit(), [1, ""]);
    await page.evaluate(() => document.getElementById("advice").setAttribute("advisory", ""));
    await page.locator("#text").fill("This is f*** great");
    await until(["PROFANITY"]);
    assert.deepEqual(await submit(), [1, ""]);
    await page.close();
  });

  test("it says where the draft stands to screen readers, once typing pauses", async () => {
    const { page, advice } = await open();
    await page.locator("#text").pressSequentially("f*** this");
    await page.waitForFunction(() => document.getElementById("advice").shadowRoot.querySelector("[role=status]").textContent === "1 to fix");
    assert.equal(await advice.getByRole("status").count(), 1);
    await page.close();
  });

  test("contenteditable: lines are posts, whatever markup makes them, and fixes land on their words", async () => {
    const { page, until } = await open();
    const report = () => page.evaluate(() => document.getElementById("rich-advice").report);
    await page.locator("#rich").focus();
    await page.keyboard.type("one 😀");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await page.keyboard.type("2/2 two");
    await until(["NUMBERING_NOT_ALLOWED"], "rich-advice");
    assert.deepEqual((await report()).posts.map(({ span }) => span), [[0, 6], [8, 15]]);
    await page.locator("#rich-advice").locator(".fix").first().click();
    await until([], "rich-advice");
    assert.deepEqual((await report()).posts.map(({ span }) => span), [[0, 6], [8, 11]]);
    assert.equal(await page.evaluate(() => document.getElementById("rich").textContent), "one 😀two");
    for (const [markup, text] of [
      ["a<br>b<br>", "a\nb"],
      ["<p>a</p>\n  <p>b <b>c</b></p>", "a\nb c"],
      ["a<div>b</div><div><br></div><div>c</div>", "a\nb\n\nc"],
      ["<ul><li>a</li><li>b</li></ul>", "a\nb"],
    ]) {
      const posts = await page.evaluate(async (markup) => {
        const rich = document.getElementById("rich");
        const advice = document.getElementById("rich-advice");
        const next = new Promise((resolve) => advice.addEventListener("postgate-report", resolve, { once: true }));
        rich.innerHTML = markup;
        rich.dispatchEvent(new Event("input"));
        return (await next).detail.posts.map(({ span }) => span);
      }, markup);
      const lines = text.split("\n");
      const spans = lines.map((line, index) => [lines.slice(0, index).join("\n").length + (index === 0 ? 0 : 1), line]).filter(([, line]) => line !== "");
      assert.deepEqual(posts, spans.map(([from, line]) => [from, from + line.length]), markup);
    }
    await page.close();
  });

  test("it may be given its own checker, also one in a Worker, and the newest text wins", async () => {
    const { page, until } = await open();
    const statuses = await page.evaluate(async () => {
      const { createChecker } = await import("/worker.js");
      const advice = document.getElementById("advice");
      const text = document.getElementById("text");
      const seen = [];
      advice.addEventListener("postgate-report", ({ detail }) => seen.push(detail.posts[0].length));
      advice.checker = await createChecker();
      for (const length of [5, 6, 7]) {
        text.value = "a".repeat(length);
        text.dispatchEvent(new Event("input"));
        await Promise.resolve();
      }
      await new Promise((resolve) => {
        const look = () => (advice.report?.posts[0].length === 7 ? resolve() : setTimeout(look, 5));
        look();
      });
      return seen;
    });
    assert.deepEqual(statuses.at(-1), 7);
    assert.ok(statuses.every((length, index) => index === 0 || length > statuses[index - 1]), statuses.join());
    await until([]);
    await page.close();
  });

  test("a checker of the page's own counts, however early or late it is set", async () => {
    const page = await browser.newPage();
    await page.goto(server.origin);
    const statuses = await page.evaluate(async () => {
      const { createChecker } = await import("/browser.js");
      const strict = await createChecker({ policy: { name: "acme", version: "1.0.0", accepted_tags: ["reviewed"] } });
      const place = (id) => {
        document.body.insertAdjacentHTML("beforeend", `<textarea id="${id}" aria-label="Post">Hello</textarea>`);
        const advice = document.createElement("postgate-feedback");
        for (const [name, value] of Object.entries({ for: id, platform: "x", "policy-tags": "no_harm" })) advice.setAttribute(name, value);
        return advice;
      };
      const told = (advice) => new Promise((resolve) => advice.addEventListener("postgate-report", ({ detail }) => resolve(detail.status), { once: true }));
      // Before the tag is defined, as a page that loads its scripts late does.
      const early = place("early");
      document.body.append(early);
      early.checker = strict;
      early.sources = [{ url: "https://example.com/a", title: "a" }];
      const first = told(early);
      await import("/element.js");
      const seen = [await first, early.checker === strict, early.sources.length];
      // In the same breath as the import, and before the element is in the page, as frameworks do.
      const late = place("late");
      late.checker = strict;
      document.body.append(late);
      seen.push(await told(late));
      return seen;
    });
    assert.deepEqual(statuses, ["FAIL", true, 1, "FAIL"]);
    await page.close();
  });

  test("what no attribute says is what its checker's defaults say, and an error of any entry is told", async () => {
    const { page, advice } = await open();
    await page.locator("#text").fill("Hello");
    await page.evaluate(async () => {
      const { createChecker } = await import("/inline.js");
      const advice = document.getElementById("advice");
      for (const name of ["platform", "policy-tags"]) advice.removeAttribute(name);
      advice.checker = await createChecker({ defaults: { platform: "bluesky", policy_tags: ["no_harm"] } });
    });
    await page.waitForFunction(() => document.getElementById("advice").report?.posts[0]?.limit === 300);
    assert.equal(await page.evaluate(() => document.getElementById("advice").report.status), "PASS");
    await page.evaluate(() => document.getElementById("advice").setAttribute("platform", "Myspace"));
    await page.waitForFunction(() => document.getElementById("advice").dataset.status === "FAULT");
    assert.match(await advice.locator(".status").textContent(), /could not be checked: unknown platform/);
    await page.close();
  });

  test("other sources are another draft: it is checked again, and until then the form is held back", async () => {
    const { page, until } = await open();
    await page.locator("#text").fill("Hello");
    await page.evaluate(() => document.getElementById("advice").setAttribute("require-citations", ""));
    await until(["CITATIONS_REQUIRED"]);
    const held = await page.evaluate(() => {
      const advice = document.getElementById("advice");
      advice.sources = [{ url: "https://example.com/a", title: "a" }];
      return advice.checkValidity();
    });
    assert.equal(held, false);
    await until([]);
    await page.evaluate(() => (document.getElementById("advice").sources = []));
    await until(["CITATIONS_REQUIRED"]);
    await page.close();
  });

  test("a field without text that could be selected is none, and that is said", async () => {
    const { page, advice } = await open();
    await page.evaluate(() => {
      document.getElementById("text").remove();
      document.getElementById("form").insertAdjacentHTML("afterbegin", '<input type="email" id="text" aria-label="Post">');
    });
    await page.waitForFunction(() => document.getElementById("advice").dataset.status === "FAULT");
    assert.equal(await advice.locator(".status").textContent(), "No textarea, text input or editable element has the id “text”.");
    await page.close();
  });

  test("a fix that was applied is said, with where the draft then stands", async () => {
    const { page, advice, until } = await open();
    await page.locator("#text").fill("1/5 Hello");
    await until(["NUMBERING_NOT_ALLOWED"]);
    const title = await advice.locator(".fix").first().textContent();
    await advice.locator(".fix").first().click();
    await page.waitForFunction((said) => document.getElementById("advice").shadowRoot.querySelector("[role=status]").textContent === said, `Applied: ${title}. Ready`);
    await page.close();
  });

  test("a field that comes late is found, and one that goes away is missed", async () => {
    const { page } = await open();
    const status = () => page.evaluate(() => document.getElementById("advice").dataset.status);
    await page.evaluate(() => document.getElementById("text").remove());
    await page.waitForFunction(() => document.getElementById("advice").dataset.status === "FAULT");
    assert.equal(await status(), "FAULT");
    await page.evaluate(() => document.getElementById("form").insertAdjacentHTML("afterbegin", '<textarea id="text" aria-label="Post">Hello</textarea>'));
    await page.waitForFunction(() => document.getElementById("advice").dataset.status === "PASS");
    await page.close();
  });

  for (const colorScheme of ["light", "dark"]) {
    test(`${colorScheme}: axe finds nothing, and a page can make it its own`, async () => {
      const { page, until } = await open();
      await page.emulateMedia({ colorScheme });
      await page.evaluate((scheme) => (document.documentElement.style.cssText = `color-scheme: ${scheme}; background: Canvas; color: CanvasText`), colorScheme);
      await page.locator("#text").fill("1/5 This is f*** great");
      await until(["NUMBERING_NOT_ALLOWED", "PROFANITY"]);
      await page.evaluate(axe);
      const violations = await page.evaluate(async () => (await axe.run("#form")).violations.map(({ id, nodes }) => `${id} ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`)}`));
      assert.deepEqual(violations, []);
      const colour = await page.evaluate(() => {
        const advice = document.getElementById("advice");
        advice.style.setProperty("--postgate-block", "rgb(1, 2, 3)");
        return getComputedStyle(advice.shadowRoot.querySelector("[part=status]")).color;
      });
      assert.equal(colour, "rgb(1, 2, 3)");
      await page.close();
    });
  }
});

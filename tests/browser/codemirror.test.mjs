// `postgate/codemirror` in Chromium, in a page that brings its own CodeMirror: underlines, tooltips, gutter and actions.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";

import { build } from "esbuild";

import { skip, startBrowser } from "../engines/harness/browser.mjs";
import { serveStatic } from "./static.mjs";

const SCRIPT = `
  import { history, historyKeymap, undo } from "@codemirror/commands";
  import { nextDiagnostic } from "@codemirror/lint";
  import { EditorState } from "@codemirror/state";
  import { EditorView, keymap } from "@codemirror/view";
  import { postgateLinter, recheck } from "postgate/codemirror";
  import { createChecker } from "postgate/slim";
  import { createChecker as createHosted } from "postgate/worker";

  const worker = location.search === "?worker";
  const checker = worker
    ? await createHosted({ worker: () => new Worker("/worker-thread.js", { type: "module" }) })
    : await createChecker({ module: fetch("/postgate.wasm") });
  globalThis.around = { platform: "x", format: "single", policy_tags: ["no_harm"] };
  globalThis.reports = [];
  const options = {
    draft: () => globalThis.around,
    onReport: (report) => reports.push(report),
    onFormat: (format, view) => { around = { ...around, format }; recheck(view); },
  };
  const parent = document.querySelector("main").attachShadow({ mode: "open" });
  globalThis.view = new EditorView({ parent, root: parent, doc: "", extensions: [history(), keymap.of(historyKeymap), EditorView.lineWrapping, postgateLinter(checker, options)] });
  Object.assign(globalThis, { recheck: () => recheck(view), undo: () => undo(view), next: () => nextDiagnostic(view) });
  /** What is underlined now, in text order. */
  globalThis.underlined = () => [...parent.querySelectorAll(".cm-lintRange")].map((mark) => mark.textContent);
  document.title = "ready";
`;

describe("the CodeMirror linter", { skip }, () => {
  let server;
  let browser;
  before(async () => {
    const { outputFiles } = await build({
      stdin: { contents: SCRIPT, resolveDir: fileURLToPath(new URL("../..", import.meta.url)) },
      bundle: true,
      write: false,
      format: "esm",
      conditions: ["browser"],
      outdir: "out",
      logLevel: "silent",
    });
    const page = '<!doctype html><html lang="en"><title>starting</title><main></main><script type="module" src="/page.js"></script></html>';
    server = await serveStatic({ "page.html": page, "page.js": outputFiles.find(({ path }) => path.endsWith(".js")).contents });
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  async function open(how = "") {
    const page = await browser.newPage();
    await page.goto(`${server.origin}page.html${how}`);
    await page.waitForFunction(() => document.title === "ready");
    await page.locator(".cm-content").focus();
    return {
      page,
      type: (text) => page.keyboard.insertText(text),
      text: () => page.evaluate(() => view.state.doc.toString()),
      underlined: () => page.evaluate(() => underlined()),
      until: (texts) => page.waitForFunction((wanted) => JSON.stringify(underlined()) === wanted, JSON.stringify(texts)),
    };
  }

  for (const how of ["", "?worker"]) {
    test(`underlines lie on their words behind emoji and while text is put before them${how && ", from a Worker"}`, async () => {
      const { page, type, underlined, until } = await open(how);
      await type("👩‍👩‍👧 hello 😀 f*** 😀");
      await until(["f***"]);
      await page.keyboard.press("Control+Home");
      for (const key of ["W", "o", "😀", "\n", "ü"]) {
        await type(key);
        assert.deepEqual(await underlined(), ["f***"]);
      }
      await until(["f***"]);
      assert.equal(await page.locator(".cm-lint-marker-error").count(), 1);
      await page.close();
    });
  }

  test("hovering tells why and what to do, and the action repairs it as one step of undo", async () => {
    const { page, type, text, until } = await open();
    await type("1/5 😀 f*** great");
    await until(["1/5", "f***"]);
    await page.locator(".cm-lintRange", { hasText: "1/5" }).hover();
    const tooltip = page.locator(".cm-tooltip-lint");
    await tooltip.waitFor();
    assert.match(await tooltip.innerText(), /numbers or lists/);
    await tooltip.locator(".cm-diagnosticAction").first().dispatchEvent("mousedown");
    await until(["f***"]);
    assert.equal(await text(), "😀 f*** great");
    await page.evaluate(() => undo());
    await until(["1/5", "f***"]);
    assert.equal(await text(), "1/5 😀 f*** great");
    await page.close();
  });

  test("an action that was made for another text changes nothing where its words have changed", async () => {
    const { page, type, text, until } = await open();
    await type("one 2/2 two f*** end");
    await until(["f***"]);
    await page.evaluate(() => view.dispatch({ changes: { from: 0, to: 4 } }));
    await until(["2/2", "f***"]);
    await page.locator(".cm-lintRange", { hasText: "2/2" }).hover();
    await page.locator(".cm-tooltip-lint").waitFor();
    // The fix is pressed in the same breath as a change of its words, before any check.
    const after = await page.evaluate(() => {
      const button = view.root.querySelector(".cm-diagnosticAction");
      const press = () => button.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, cancelable: true }));
      view.dispatch({ changes: { from: 1, to: 2, insert: "-" } });
      press();
      return view.state.doc.toString();
    });
    assert.equal(after, "2-2 two f*** end");
    assert.equal(await text(), after);
    await page.close();
  });

  test("a fix lands on its words though text was put before them since the check", async () => {
    const { page, type, until } = await open();
    await type("Hello f*** end");
    await until(["f***"]);
    await page.locator(".cm-lintRange").hover();
    await page.locator(".cm-tooltip-lint").waitFor();
    const after = await page.evaluate(() => {
      const button = view.root.querySelector(".cm-diagnosticAction");
      view.dispatch({ changes: { from: 0, insert: "😀😀 " } });
      button.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, cancelable: true }));
      return view.state.doc.toString();
    });
    assert.doesNotMatch(after, /f\*\*\*/);
    assert.match(after, /^😀😀 Hello .*end$/);
    await page.close();
  });

  test("other surroundings are checked on request, and a fix may turn a post into a thread", async () => {
    const { page, type, until } = await open();
    await type("What you see while you write is what the edge enforces. ".repeat(6));
    await page.waitForFunction(() => reports.at(-1)?.status === "FAIL");
    await page.evaluate(() => next());
    await page.locator(".cm-tooltip-lint").waitFor();
    await page.locator(".cm-diagnosticAction", { hasText: /thread/i }).dispatchEvent("mousedown");
    await page.waitForFunction(() => reports.at(-1)?.posts.length === 2);
    await until([]);
    await page.evaluate(() => {
      around = { ...around, platform: "Myspace" };
      recheck();
    });
    await page.waitForFunction(() => reports.at(-1) === undefined);
    assert.equal(await page.locator(".cm-lint-marker-error").count(), 1, "what was not checked has not passed");
    await page.close();
  });

  test("a lone surrogate is told, not sent", async () => {
    const { page } = await open();
    await page.evaluate(() => view.dispatch({ changes: { from: 0, insert: "a\ud83d" } }));
    await page.waitForFunction(() => reports.length > 0 && reports.at(-1) === undefined);
    await page.evaluate(() => view.dispatch({ changes: { from: 0, to: 2, insert: "ok" } }));
    await page.waitForFunction(() => reports.at(-1)?.status === "PASS");
    await page.close();
  });
});

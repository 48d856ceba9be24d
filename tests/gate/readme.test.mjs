// The README's examples are run: the one in HTML in Chromium, the one in JS in Node, the one in shell against a real gate.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inRoot } from "../../scripts/lib/house.mjs";
import { skip, startBrowser } from "../engines/harness/browser.mjs";
import { startGate } from "../engines/harness/gate.mjs";

const readme = readFileSync(inRoot("README.md"), "utf8");

/** The fenced block of a language, the last one if there are several. */
function example(language) {
  const blocks = [...readme.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "gs"))];
  assert.ok(blocks.length > 0, language);
  return blocks.at(-1)[1];
}

test("the example in JS prints what it says", () => {
  const code = example("js");
  const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", code], { cwd: inRoot(), encoding: "utf8" });
  const promised = [...code.matchAll(/^\/\/ (.*)$/gm)].map((line) => line[1]);
  assert.deepEqual(printed.trim().split("\n"), promised);
});

test("the example in HTML advises", { skip }, async () => {
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    const map = '<script type="importmap">{"imports":{"postgate":"/pkg/browser.js"}}</script>';
    await page.route("http://readme.test/**", (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === "/") return route.fulfill({ contentType: "text/html", body: example("html").replace("<script", `${map}<script`) });
      return route.fulfill({ path: inRoot("pkg", "dist", pathname.replace("/pkg/", "")) });
    });
    await page.goto("http://readme.test/");
    await page.waitForFunction(() => document.getElementById("advice").textContent.startsWith("FAIL Remove numbering"));
    await page.locator("#draft").fill("Basil grows beside tomatoes");
    assert.equal(await page.locator("#advice").textContent(), "PASS");
  } finally {
    await browser.close();
  }
});

test("the example in shell publishes", async () => {
  const gate = await startGate();
  try {
    const script = example("sh").replaceAll("http://127.0.0.1:8787", gate.url);
    const answer = JSON.parse(execFileSync("bash", ["-euo", "pipefail", "-c", script], { encoding: "utf8" }));
    assert.equal(answer.success, true);
    assert.equal((await gate.d1("SELECT text FROM outbox"))[0].text, "Basil grows beside tomatoes");
  } finally {
    await gate.stop();
  }
});

test("what the README links to is there", () => {
  for (const [, target] of readme.matchAll(/\]\(([^)#]+)\)/g)) {
    if (!target.startsWith("http")) readFileSync(inRoot(target));
  }
});

// Somebody types 30 keys a second into a thread of 25 posts, in Chromium: how many tasks were long (over 50 ms), how far the advice lay
// behind the keys, and what 10,000 checks leave behind in memory.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { readFile } from "node:fs/promises";
import { startBrowser } from "../../tests/engines/harness/browser.mjs";
import { openDesk } from "../../tests/browser/desk.mjs";
import { serveStatic } from "../../tests/browser/static.mjs";
import { quantile, rounded } from "../lib/measure.mjs";

const SECONDS = 20;
const KEYS_A_SECOND = 30;
const CHECKS = 10_000;

const POST = "What you see while you write is what the edge enforces: the same policy, the same bytes, the same answer, also here. ";
const THREAD = Array.from({ length: 25 }, (_, index) => `${index === 3 ? "4/25 " : ""}${POST}${"more of it, ".repeat(13)}`.slice(0, 240)).join("\n");

/** Types at a steady pace: each key at its own time, whether or not the page is done with the last. */
async function type(page, text) {
  const begun = performance.now();
  const sent = [];
  for (const [index, key] of [...text].entries()) {
    const due = begun + (index * 1000) / KEYS_A_SECOND;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    sent.push(page.keyboard.insertText(key));
  }
  await Promise.all(sent);
  return (performance.now() - begun) / 1000;
}

async function typed(browser, url) {
  const { page, draft, untilVerdict } = await openDesk(browser, url);
  await page.getByRole("radio", { name: "Thread" }).check();
  await draft.focus();
  await page.keyboard.insertText(THREAD);
  await untilVerdict("1 to fix");
  await page.evaluate(() => {
    globalThis.measured = { long: [], behind: [] };
    new PerformanceObserver((list) => measured.long.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
    // Every key changes what is left of its post: when that is said, the whole advice stands.
    let waiting = [];
    document.getElementById("draft").shadowRoot.addEventListener("beforeinput", () => waiting.push(performance.now()), { capture: true });
    new MutationObserver(() => {
      const now = performance.now();
      measured.behind.push(...waiting.map((begun) => now - begun));
      waiting = [];
    }).observe(document.getElementById("cards"), { subtree: true, childList: true, characterData: true });
  });
  const text = "and so on, ".repeat(Math.ceil((SECONDS * KEYS_A_SECOND) / 11)).slice(0, SECONDS * KEYS_A_SECOND);
  const took = await type(page, text);
  await page.waitForTimeout(500);
  const { long, behind } = await page.evaluate(() => measured);
  await page.close();
  return { keys: text.length, rate: text.length / took, long, behind };
}

/** What the checker itself keeps: its own memory, which only ever grows, and the script's heap. */
async function memory() {
  const glue = await import("../../pkg/wasm/postgate.js");
  const wasm = glue.initSync({ module: await readFile(new URL("../../pkg/wasm/postgate_bg.wasm", import.meta.url)) });
  const checker = new glue.Checker(undefined);
  const check = (index) => checker.check({ content: `${index}/5 ${POST}f*** ${index}`, platform: "x", policy_tags: ["no_harm"] });
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  const held = () => (collect(), { wasm: wasm.memory.buffer.byteLength, heap: process.memoryUsage().heapUsed });
  for (let index = 0; index < 1000; index += 1) check(index);
  const before = held();
  for (let index = 0; index < CHECKS; index += 1) check(index);
  const after = held();
  return { wasm: after.wasm - before.wasm, heap: after.heap - before.heap };
}

export async function typing(tell) {
  tell(`${SECONDS} s of keys`);
  // The page as it was built; the gate has no part in advice.
  const pages = new URL("../../dist/www/", import.meta.url);
  const server = await serveStatic({ "": await readFile(new URL("index.html", pages)) }, { from: pages });
  const browser = await startBrowser({ viewport: { width: 1280, height: 800 } });
  let seen;
  try {
    seen = await typed(browser, server.origin);
  } finally {
    await browser.close();
    server.close();
  }
  const { keys, rate, long, behind } = seen;
  tell(`${CHECKS} checks`);
  const grown = await memory();
  return {
    keys, keys_a_second: rounded(rate), characters: THREAD.length, checks: CHECKS,
    long_tasks: long.length, longest_task_ms: rounded(Math.max(0, ...long)),
    behind_p50_ms: rounded(quantile(behind, 0.5)), behind_p95_ms: rounded(quantile(behind, 0.95)), behind_most_ms: rounded(Math.max(...behind)),
    behind_over_100_ms: behind.filter((each) => each > 100).length, behind_count: behind.length,
    wasm_bytes_more: grown.wasm, heap_bytes_more: grown.heap,
  };
}

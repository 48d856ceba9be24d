// `npm run bench:typing [seconds]`: somebody types 30 keys a second into a thread of 25 posts, in Chromium. Says how many tasks were long (over 50 ms), how far the advice lay behind the keys, and what 10,000 checks leave behind
// in memory. It measures and fails nothing: on a busy machine the numbers are the machine's.

import { readFile } from "node:fs/promises";
import { startBrowser } from "../tests/engines/harness/browser.mjs";
import { openDesk } from "../tests/browser/desk.mjs";
import { serveStatic } from "../tests/browser/static.mjs";

const seconds = Number(process.argv[2] ?? 20);
const KEYS_A_SECOND = 30;
const CHECKS = 10_000;

const POST = "What you see while you write is what the edge enforces: the same policy, the same bytes, the same answer, also here. ";
const THREAD = Array.from({ length: 25 }, (_, index) => `${index === 3 ? "4/25 " : ""}${POST}${"more of it, ".repeat(13)}`.slice(0, 240)).join("\n");

const sorted = (values) => values.toSorted((a, b) => a - b);
const quantile = (values, at) => sorted(values)[Math.min(values.length - 1, Math.floor(values.length * at))];
const ms = (value) => `${value.toFixed(1)} ms`;

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

async function typing(browser, url) {
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
  const text = "and so on, ".repeat(Math.ceil((seconds * KEYS_A_SECOND) / 11)).slice(0, seconds * KEYS_A_SECOND);
  const took = await type(page, text);
  await page.waitForTimeout(500);
  const { long, behind } = await page.evaluate(() => measured);
  await page.close();
  return { keys: text.length, rate: text.length / took, long, behind };
}

/** What the checker itself keeps: its own memory, which only ever grows, and the script's heap. */
async function memory() {
  const glue = await import("../pkg/wasm/postgate.js");
  const wasm = glue.initSync({ module: await readFile(new URL("../pkg/wasm/postgate_bg.wasm", import.meta.url)) });
  const checker = new glue.Checker(undefined);
  const check = (index) => checker.check({ content: `${index}/5 ${POST}f*** ${index}`, platform: "x", policy_tags: ["no_harm"] });
  const held = () => (globalThis.gc?.(), { wasm: wasm.memory.buffer.byteLength, heap: process.memoryUsage().heapUsed });
  for (let index = 0; index < 1000; index += 1) check(index);
  const before = held();
  for (let index = 0; index < CHECKS; index += 1) check(index);
  const after = held();
  return { wasm: after.wasm - before.wasm, heap: after.heap - before.heap };
}

// The page as it was built; the gate has no part in advice.
const pages = new URL("../dist/www/", import.meta.url);
const server = await serveStatic({ "": await readFile(new URL("index.html", pages)) }, { from: pages });
const browser = await startBrowser({ viewport: { width: 1280, height: 800 } });
try {
  const { keys, rate, long, behind } = await typing(browser, server.origin);
  console.log(`keys            ${keys}, ${rate.toFixed(1)} a second, into 25 posts of ${THREAD.length} characters`);
  console.log(`long tasks      ${long.length} over 50 ms${long.length === 0 ? "" : `, the longest ${ms(Math.max(...long))}`}`);
  console.log(`advice behind   median ${ms(quantile(behind, 0.5))}, 95 % ${ms(quantile(behind, 0.95))}, most ${ms(Math.max(...behind))}, over 100 ms: ${behind.filter((each) => each > 100).length} of ${behind.length}`);
} finally {
  await browser.close();
  server.close();
}
const { wasm, heap } = await memory();
console.log(`memory          after ${CHECKS} checks: ${wasm} bytes more of wasm memory, ${(heap / 1024).toFixed(0)} KiB more of heap`);

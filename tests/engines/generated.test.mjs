// Generated drafts through native Rust, wasm in Node, in workerd and in Chromium: identical bytes. Each engine gives a digest a batch; where two
// differ, the drafts of that batch are compared one by one and the first that differs is named.
//
// POSTGATE_PARITY_DRAFTS asks for another number than 100,000, POSTGATE_PARITY_SEED for other drafts. The gate's own door, one request a draft,
// answers for the first thousand.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { inRoot } from "../../scripts/lib/house.mjs";
import { note } from "../../scripts/lib/evidence.mjs";
import { as } from "../gate/client.mjs";
import { digests, draft, drafts } from "./drafts.mjs";
import { skip, startBrowser } from "./harness/browser.mjs";
import { startGate } from "./harness/gate.mjs";
import { createChecker } from "../../pkg/dist/node.js";

const seed = Number(process.env.POSTGATE_PARITY_SEED ?? 1);
const total = Number(process.env.POSTGATE_PARITY_DRAFTS ?? 100_000);
const size = 1000;
const job = { seed, total, size };
const agreed = {};

/** What the native crate prints about some drafts: a report each, or with `--digest` a digest a batch. */
async function native(requests, ...args) {
  const child = spawn("cargo", ["run", "--quiet", "--locked", "--profile", "quick", "--example", "reports", "--", ...args], { cwd: inRoot(), stdio: ["pipe", "pipe", "inherit"] });
  const lines = [];
  const read = (async () => {
    for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  })();
  const closed = once(child, "close");
  for (const request of requests()) if (!child.stdin.write(`${JSON.stringify(request)}\n`)) await once(child.stdin, "drain");
  child.stdin.end();
  const [code] = await closed;
  await read;
  assert.equal(code, 0, "the native checker ended with an error");
  return lines;
}

function* all() {
  for (let index = 0; index < total; index += 1) yield draft(seed, index);
}

let expected;
before(async () => {
  expected = await native(all, "--digest", String(size));
  assert.equal(expected.length, Math.ceil(total / size));
});

/** Holds an engine's digests against native Rust's; `reports(from)` gives its reports of one batch. */
async function same(engine, found, reports) {
  const at = expected.findIndex((digest, batch) => digest !== found[batch]);
  if (at < 0) {
    agreed[engine] = total;
    return;
  }
  const batch = drafts(seed, at * size, Math.min(size, total - at * size));
  const [theirs, ours] = [await reports(batch), await native(() => batch)];
  const which = ours.findIndex((report, index) => report !== theirs[index]);
  assert.equal(theirs[which], ours[which], `draft ${at * size + which} of seed ${seed}, in ${engine}: ${JSON.stringify(batch[which])}`);
  assert.fail(`batch ${at} has another digest in ${engine} and the same reports`);
}

const each = (checker, batch) => batch.map((request) => JSON.stringify(checker.check(request)));

test("wasm in Node says the same", async () => {
  const checker = await createChecker();
  await same("Node", await digests(checker, job), (batch) => each(checker, batch));
});

test("workerd says the same", async () => {
  const contents = `
    import { createChecker } from "../../pkg/dist/workerd.js";
    import { digests } from "./drafts.mjs";
    export default { async fetch(request) {
      const checker = await createChecker();
      const { job, batch } = await request.json();
      return Response.json(job ? await digests(checker, job) : batch.map((request) => JSON.stringify(checker.check(request))));
    } };`;
  const options = { stdin: { contents, resolveDir: inRoot("tests", "engines") }, bundle: true, write: false, format: "esm", external: ["*.wasm"], outdir: "out" };
  const { outputFiles } = await build(options);
  const workerd = new Miniflare({
    cf: false,
    compatibilityDate: "2026-04-01",
    modules: [
      { type: "ESModule", path: "worker.js", contents: outputFiles[0].text },
      { type: "CompiledWasm", path: "postgate.wasm", contents: readFileSync(inRoot("pkg", "dist", "postgate.wasm")) },
    ],
  });
  const ask = async (body) => (await workerd.dispatchFetch("http://worker/", { method: "POST", body: JSON.stringify(body) })).json();
  try {
    await same("workerd", await ask({ job }), (batch) => ask({ batch }));
  } finally {
    await workerd.dispose();
  }
});

test("Chromium says the same", { skip }, async () => {
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    // The package's own files and the generator, as a static server would hand them out; a secure context has SHA-256.
    await page.route("https://package.test/**", (route) => {
      const name = new URL(route.request().url()).pathname.slice(1);
      if (name === "") return route.fulfill({ contentType: "text/html", body: "" });
      return route.fulfill({ path: name === "drafts.mjs" ? inRoot("tests", "engines", name) : inRoot("pkg", "dist", name) });
    });
    await page.goto("https://package.test/");
    const ask = (work) =>
      page.evaluate(async ({ job, batch }) => {
        const { createChecker } = await import("https://package.test/browser.js");
        const { digests } = await import("https://package.test/drafts.mjs");
        const checker = await createChecker();
        return job ? digests(checker, job) : batch.map((request) => JSON.stringify(checker.check(request)));
      }, work);
    await same("Chromium", await ask({ job }), (batch) => ask({ batch }));
  } finally {
    await browser.close();
  }
});

test("the gate's own door says the same", async () => {
  const gate = await startGate({ vars: { POSTGATE_REQUESTS_PER_MINUTE: "1000000" } });
  try {
    const batch = drafts(seed, 0, Math.min(1000, total));
    const ours = await native(() => batch);
    const check = async (request) => (await fetch(`${gate.url}/v1/check`, { method: "POST", headers: as("engine"), body: JSON.stringify(request) })).text();
    for (let from = 0; from < batch.length; from += 8) {
      const theirs = await Promise.all(batch.slice(from, from + 8).map(check));
      theirs.forEach((report, offset) => assert.equal(report, ours[from + offset], `draft ${from + offset} of seed ${seed}: ${JSON.stringify(batch[from + offset])}`));
    }
    agreed["the gate"] = batch.length;
  } finally {
    await gate.stop();
  }
});

test("the drafts are worth comparing", () => {
  const sample = drafts(seed, 0, 2000);
  assert.ok(new Set(sample.map(({ content }) => content)).size > 1600);
  assert.ok(sample.some(({ content }) => content.length > 2000) && sample.some(({ content }) => content === ""));
  assert.deepEqual(sample[7], draft(seed, 7));
  assert.notDeepEqual(drafts(seed + 1, 0, 20), sample.slice(0, 20));
});

after(() => note("parity", { seed, agreed }));

// `npm run load [seconds]`: mixed traffic at what the machine carries, ten minutes when nothing else is said, one request in a hundred hostile,
// against the real Worker in workerd. Fails on a reply that the API's document does not tell of, on a 5xx, on memory that is held and grows, and
// where what the gate wrote down is not what was sent. Leaves its figures for docs/reliability.md.

import { execFileSync } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { startGate } from "../tests/engines/harness/gate.mjs";
import { freePort, isolateOf } from "../tests/engines/harness/inspector.mjs";
import { draft } from "../tests/engines/drafts.mjs";
import { as } from "../tests/gate/client.mjs";
import { documented } from "../tests/gate/openapi.mjs";
import { note } from "./lib/evidence.mjs";
import { Failure, line, main, step } from "./lib/say.mjs";

const atOnce = 8;
/** A user posts so often that the window of five is met now and then. */
const postsAUser = 6;
const count = new Intl.NumberFormat("en").format;

/** How much more the gate's isolate may hold in the last quarter than in the second, on average: an idle page of wasm's memory and V8's own. */
const slack = 1;

/** Whether a process has a database open: of the two that `wrangler dev` runs, the gate has, its proxy has not. */
function hasDatabase(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`).includes(".sqlite"));
  } catch {
    return true; // it has just ended, or this system has no /proc
  }
}

/**
 * Resident memory of the gate's workerd below this process, in MiB. Most of it is not the gate's: D1, objects' storage and files are simulated
 * in the same process, in JavaScript of their own, whose garbage V8 collects when it likes.
 */
function resident() {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss=,comm="], { encoding: "utf8" }).trim().split("\n");
  const all = rows.map((row) => row.trim().split(/\s+/)).map(([pid, parent, rss, command]) => ({ pid, parent, rss: Number(rss) / 1024, command }));
  const below = (pid) => all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)]);
  return below(String(process.pid)).filter(({ pid, command }) => command === "workerd" && hasDatabase(pid)).reduce((sum, { rss }) => sum + rss, 0);
}

/** The second and the last quarter of some samples, each a figure; the first quarter warms up. */
function quarters(samples) {
  const part = (from, to) => samples.slice(Math.floor(samples.length * from), Math.ceil(samples.length * to));
  const told = (part) => ({ least: Math.min(...part), mean: part.reduce((sum, sample) => sum + sample / part.length, 0), most: Math.max(...part) });
  return { early: told(part(0.25, 0.5)), late: told(part(0.75, 1)) };
}

const tenths = (figures) => Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, Math.round(figure * 10) / 10]));

const hostile = [
  () => ({ path: "/v1/check", body: '{"content":' }),
  () => ({ path: "/v1/check", body: JSON.stringify({ content: "a".repeat(600_000), platform: "x" }) }),
  () => ({ path: "/v1/posts", body: `{"content":"a","platform":"x","sources":${"[".repeat(300)}${"]".repeat(300)}}` }),
  () => ({ path: "/v1/check", body: '{"content":"\\ud800","platform":"x"}' }),
  () => ({ path: "/v1/posts", body: JSON.stringify({ content: "a", platform: "x ", policy_tags: ["no_harm"] }) }),
  () => ({ path: "/v1/posts", body: JSON.stringify({ content: "Forged beans", platform: "x", policy_tags: ["no_harm"], enforcement_receipt: "a.b.c" }) }),
  () => ({ path: "/v1/check", body: JSON.stringify({ content: "a\u0301\u0302".repeat(40_000), platform: "x", policy_tags: ["no_harm"] }) }),
  () => ({ path: "/v1/check", body: JSON.stringify({ content: "\u200b".repeat(60_000), platform: "bluesky", format: "thread" }) }),
  () => ({ path: "/v1/posts", body: "{}", headers: { authorization: "Bearer eyJhbGciOiJub25lIn0.e30.", "content-type": "application/json" } }),
  () => ({ path: `/v1/${"%2e%2e/".repeat(20)}etc/passwd`, method: "GET" }),
  () => ({ path: "/v1/admin/flags", method: "PUT", body: '{"mode":"off","reason":"please"}' }),
];

/** Refusals of the steps before the check. */
const early = new Set(["UNAUTHENTICATED", "CONTRACT_INVALID", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"]);

/** Runs the traffic for so long and gives the figures. */
export async function load(seconds) {
  // The gate's own bucket of requests would be the first limit of so few users.
  const inspector = await freePort();
  const gate = await startGate({ inspector, watched: false, vars: { POSTGATE_REQUESTS_PER_MINUTE: "1000000" } });
  const isolate = await isolateOf(inspector);
  const figures = { seconds, sent: 0, hostile: 0, statuses: {}, wrong: [] };
  const kinds = { generated: 0, published: 0, decided: 0 };
  const samples = { held: [], resident: [] };
  let next = 0;

  async function send(method, path, headers, body) {
    figures.sent += 1;
    const response = await fetch(gate.url + path, { method, headers, body });
    const text = await response.text();
    const isJson = (response.headers.get("content-type") ?? "").includes("json");
    const reply = { status: response.status, text, body: isJson ? JSON.parse(text) : undefined };
    figures.statuses[reply.status] = (figures.statuses[reply.status] ?? 0) + 1;
    try {
      documented(method, path, reply);
    } catch (error) {
      figures.wrong.push(error.message);
    }
    // What is refused before the policy ran is no decision.
    if (path === "/v1/posts" && method === "POST" && !early.has(reply.body?.error?.code)) kinds.decided += 1;
    if (reply.status >= 500) figures.wrong.push(`${method} ${path}: ${reply.status} ${text.slice(0, 200)}`);
    return reply;
  }

  const post = (path, user, body) => send("POST", path, as(user), JSON.stringify(body));

  async function one(index) {
    const user = `load-${Math.floor(index / 40)}`;
    if (index % 100 === 99) {
      figures.hostile += 1;
      const { path, method = "POST", headers = as(user), body } = hostile[Math.floor(index / 100) % hostile.length]();
      return send(method, path, headers, body);
    }
    if (index % 20 < 12) return post("/v1/check", user, draft(7, index));
    if (index % 20 < 15) {
      const { content, platform, policy_tags = ["no_harm"] } = draft(8, index);
      // No text is no draft of the caller's, and asks for a writer.
      const reply = await post("/v1/generate/content", user, { prompt: "load", stream: index % 2 === 0, content: content || "Beans", platform, policy_tags });
      if (reply.status === 200) kinds.generated += 1;
      return reply;
    }
    if (index % 20 < 17) return send("GET", index % 2 ? "/v1/policy" : "/v1/outbox", as(user));
    const author = `author-${Math.floor(index / (20 * postsAUser / 3))}`;
    const wanted = { content: `Row ${index.toString(36).replace(/\d/g, (digit) => "qrstuvwxyz"[digit])} of beans`, platform: "x", policy_tags: ["no_harm"] };
    const made = await post("/v1/generate/content", author, { prompt: "load", stream: false, ...wanted });
    if (made.status === 200) kinds.generated += 1;
    const receipt = made.body?.enforcement?.receipt?.receipt_id;
    const reply = await post("/v1/posts", author, { ...wanted, enforcement_receipt_id: receipt });
    if (reply.status === 200) kinds.published += 1;
    return reply;
  }

  try {
    await step("load", async (tell) => {
      const until = Date.now() + seconds * 1000;
      let watching = true;
      const watch = (async () => {
        for (; watching; await sleep(5000)) {
          samples.held.push(await isolate.read());
          samples.resident.push(resident());
          tell(`${count(figures.sent)} requests, ${Math.round(samples.resident.at(-1))} MiB`);
        }
      })();
      const worker = async () => {
        while (Date.now() < until) await one(next++);
      };
      await Promise.all(Array.from({ length: atOnce }, worker));
      watching = false;
      await watch;
      return `${count(figures.sent)} requests, ${Math.round(figures.sent / seconds)} a second`;
    });
    // What is written after an answer is written by now, or soon.
    const counted = async (sql) => (await gate.d1(sql))[0].found;
    const books = {};
    const agree = async () => {
      books.generated = await counted("SELECT count(*) AS found FROM audit_agent_decisions WHERE agent_name = 'qa_gatekeeper'");
      books.admitted = await counted("SELECT count(*) AS found FROM audit_agent_decisions WHERE agent_name = 'posting_gate' AND status = 'PASS'");
      books.events = await counted("SELECT count(*) AS found FROM publish_events");
      books.outbox = await counted("SELECT count(*) AS found FROM outbox");
      const reply = await fetch(`${gate.url}/v1/monitoring/enforcement/metrics`, { headers: { authorization: "Bearer dev-admin:root" } });
      const metrics = await reply.json();
      const total = (tallies, start = "") => tallies.filter(({ label }) => label.startsWith(start)).reduce((sum, { count }) => sum + count, 0);
      Object.assign(books, { counted: total(metrics.requests, "generate:"), decided: total(metrics.requests, "post:"), out: total(metrics.published) });
      if (books.counted !== kinds.generated || books.decided !== kinds.decided || books.out !== kinds.published) return false;
      return books.generated === kinds.generated && [books.admitted, books.events, books.outbox].every((found) => found === kinds.published);
    };
    let settled = false;
    for (let attempt = 0; attempt < 100 && !settled; attempt += 1) {
      settled = await agree();
      if (!settled) await new Promise((resolve) => setTimeout(resolve, 200));
    }
    if (!settled) figures.wrong.push(`the books do not agree: sent ${JSON.stringify(kinds)}, written ${JSON.stringify(books)}`);
    const answered = Object.values(figures.statuses).reduce((sum, found) => sum + found, 0);
    if (answered !== figures.sent) figures.wrong.push(`${figures.sent} requests and ${answered} answers`);
    const of = (read) => quarters(samples.held.map((sample) => read(sample) / 1024 / 1024));
    const held = { all: of(({ heap, buffers, wasm }) => heap + buffers + wasm), heap: of(({ heap }) => heap), wasm: of(({ wasm }) => wasm) };
    const whole = quarters(samples.resident);
    const memory = Object.fromEntries(Object.entries({ ...held, resident: whole }).map(([name, { early, late }]) => [name, { early: tenths(early), late: tenths(late) }]));
    Object.assign(figures, { kinds, books, memory });
    // A short run is all warming up.
    if (seconds >= 120 && held.all.late.mean > held.all.early.mean + slack) figures.wrong.push(`the isolate holds ${JSON.stringify(memory.all)} MiB`);
    // Between two collections the process grows; what it falls back to is held against the height that it had before.
    if (seconds >= 300 && whole.late.least > whole.early.most * 1.15) figures.wrong.push(`the process never fell back: ${JSON.stringify(memory.resident)} MiB`);
  } finally {
    isolate.close();
    await gate.stop();
  }
  note("load", { ...figures, wrong: figures.wrong.length });
  if (figures.wrong.length > 0) throw new Failure(`${figures.wrong.length} things went wrong under load`, [...new Set(figures.wrong)].slice(0, 20).join("\n"));
  return figures;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    const figures = await load(Number(process.argv[2] ?? 600));
    line(JSON.stringify({ ...figures, wrong: undefined }, null, 2));
  });
}

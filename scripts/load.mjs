// `npm run load [seconds]`: mixed traffic at what the machine carries, ten minutes when nothing else is said, one request in a hundred hostile,
// against the real Worker in workerd. Fails on a reply that the API's document does not tell of, on a 5xx, on memory that grows, and where what
// the gate wrote down is not what was sent. Leaves its figures for docs/reliability.md.

import { execFileSync } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { startGate } from "../tests/engines/harness/gate.mjs";
import { draft } from "../tests/engines/drafts.mjs";
import { as } from "../tests/gate/client.mjs";
import { documented } from "../tests/gate/openapi.mjs";
import { note } from "./lib/evidence.mjs";
import { Failure, line, main, step } from "./lib/say.mjs";

const atOnce = 8;
/** A user posts so often that the window of five is met now and then. */
const postsAUser = 6;
const count = new Intl.NumberFormat("en").format;

/** Whether a process has a database open: of the two that `wrangler dev` runs, the gate has, its proxy has not. */
function hasDatabase(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`).includes(".sqlite"));
  } catch {
    return true; // it has just ended, or this system has no /proc
  }
}

/**
 * Resident memory of the workerd below this process, in MiB: the gate's, and that of wrangler's proxy, which is workerd too, carries the same
 * requests and has no code of ours. What that one gains is what development itself costs.
 */
function memory() {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss=,comm="], { encoding: "utf8" }).trim().split("\n");
  const all = rows.map((row) => row.trim().split(/\s+/)).map(([pid, parent, rss, command]) => ({ pid, parent, rss: Number(rss) / 1024, command }));
  const below = (pid) => all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)]);
  const found = { gate: 0, proxy: 0 };
  for (const { pid, rss } of below(String(process.pid)).filter(({ command }) => command === "workerd")) found[hasDatabase(pid) ? "gate" : "proxy"] += rss;
  return found;
}

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
  const gate = await startGate({ watched: false, vars: { POSTGATE_REQUESTS_PER_MINUTE: "1000000" } });
  const figures = { seconds, sent: 0, hostile: 0, statuses: {}, wrong: [] };
  const kinds = { generated: 0, published: 0, decided: 0 };
  const samples = [];
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
      const watch = setInterval(() => (samples.push(memory()), tell(`${count(figures.sent)} requests, ${Math.round(samples.at(-1).gate)} MiB`)), 2000);
      const worker = async () => {
        while (Date.now() < until) await one(next++);
      };
      await Promise.all(Array.from({ length: atOnce }, worker));
      clearInterval(watch);
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
    // The first quarter warms up; the second and the last are compared.
    const mean = (of, from, to) => {
      const part = samples.slice(Math.floor(samples.length * from), Math.ceil(samples.length * to));
      return Math.round(part.reduce((sum, sample) => sum + sample[of] / part.length, 0));
    };
    const kept = (of) => ({ early: mean(of, 0.25, 0.5), late: mean(of, 0.75, 1), most: Math.round(Math.max(...samples.map((sample) => sample[of]))) });
    const [ours, proxy] = [kept("gate"), kept("proxy")];
    Object.assign(figures, { kinds, books, memory: ours, proxy });
    // A short run is all warming up.
    const allowed = Math.max(ours.early * 0.1, (proxy.late - proxy.early) * 1.1) + 32;
    if (seconds >= 300 && ours.late - ours.early > allowed) figures.wrong.push(`memory grew from ${ours.early} to ${ours.late} MiB, the proxy's from ${proxy.early} to ${proxy.late}`);
  } finally {
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

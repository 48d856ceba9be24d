// How time grows: a check with the length of its text and with the size of a policy's own list, a receipt's lookup and monitoring with the
// rows of the audit.

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { median, quantile, rounded } from "../lib/measure.mjs";
import { prose } from "../texts.mjs";
import { draft, loopback, record } from "../gate/plan.mjs";
import { startGate } from "../gate/servers.mjs";
import { buildNative, native } from "./native.mjs";

const SIZES = [1_000, 10_000, 100_000];
const RUNS = 7;
const REQUESTS = 60;
/** Requests whose rows one batch writes: D1 takes two megabytes a value. */
const BATCH = 100;
const TREE_ROWS = 30_000;

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Writes rows as requests have written them, each with ids of its own, until there are `wanted`;
 * gives the bytes of the database that each request takes. */
async function fill(database, plan, wanted) {
  const [{ statements }] = plan.generate.steps;
  const count = async () => (await database.prepare("SELECT count(*) AS rows FROM audit_agent_decisions").first()).rows;
  let [requestsIn, from, to] = [0, undefined, 0];
  for (let have = await count(); have < wanted; have = await count()) {
    const rows = JSON.parse(filled(statements[0].values[0], []));
    const requests = Math.min(BATCH, Math.ceil((wanted - have) / rows.length));
    const bound = statements.map(({ sql, values }) => database.prepare(sql).bind(...values.map((value) => many(value, requests))));
    const results = await database.batch(bound);
    from ??= results[0].meta.size_after;
    if (to > 0) requestsIn += requests;
    to = results.at(-1).meta.size_after;
  }
  return (to - from) / Math.max(1, requestsIn);
}

const filled = (value, ids) => (value?.parts ? value.parts.map((part) => (typeof part === "number" ? (ids[part] ??= randomUUID()) : part)).join("") : value);

/** A list of rows as many requests would have written it. */
function many(value, requests) {
  const one = filled(value, []);
  if (typeof one !== "string" || !one.startsWith("[")) return one;
  const all = Array.from({ length: requests }, () => JSON.parse(filled(value, [])));
  return JSON.stringify(all.flat());
}

/** The sizes of the audit's tree, `[milliseconds, requests]`, until there is nothing new for longer than it waits between two looks. */
async function growing(get) {
  const sizes = [];
  for (let attempt = 0; attempt < 1200; attempt += 1) {
    const { text } = await get("/v1/audit/checkpoint");
    sizes.push([performance.now(), Number(text.split("\n")[1])]);
    const [now, last] = sizes.at(-1);
    if (now - sizes.find(([, size]) => size === last)[0] > 3000) return sizes;
    await sleep(100);
  }
  throw new Error("the audit's tree does not come to rest");
}

const as = (user) => ({ ...loopback, authorization: `Bearer ${user}`, "content-type": "application/json" });

/** A connection that workerd has dropped as idle, while rows were written, is opened again; its time counts from there. */
const asking = (gate) => async (method, path, user, body) => {
  const send = async () => {
    const begun = performance.now();
    const response = await fetch(gate.url + path, { method, headers: as(user), body: body && JSON.stringify(body) });
    const text = await response.text();
    return { ms: performance.now() - begun, status: response.status, text };
  };
  return send().catch(send);
};

/** Requests a second that the tree takes in, from a database that was filled before the gate's first request. */
export async function treeRate(plan, tell) {
  const gate = await startGate();
  try {
    tell(`${TREE_ROWS} rows for the tree`);
    await fill(await gate.database(), plan, TREE_ROWS);
    const ask = asking(gate);
    await ask("POST", "/v1/check", "dev:ann", draft("Tell the tree"));
    const sizes = await growing((path) => ask("GET", path, "dev-admin:root"));
    const [, all] = sizes.at(-1);
    const first = sizes.find(([, size]) => size > 0);
    const last = sizes.find(([, size]) => size === all);
    // One look takes in everything; where it was over between two readings, the wait before it is in the time.
    const [since, before] = first === last ? [sizes[0][0], 0] : first;
    return rounded(((all - before) / (last[0] - since)) * 1000);
  } finally {
    await gate.stop();
  }
}

async function rows(plan, tell) {
  const gate = await startGate();
  try {
    const database = await gate.database();
    const ask = asking(gate);
    const receipts = [];
    for (const [index, text] of prose(REQUESTS, 21).entries()) {
      const made = await ask("POST", "/v1/generate/content", "dev:ann", { prompt: `p${index}`, stream: false, ...draft(text) });
      receipts.push(JSON.parse(made.text).enforcement.receipt.receipt_id);
    }
    const looks = {
      "receipt lookup": (index) => ask("POST", "/v1/enforcement/receipts/validate", "dev:ann", { receipt_id: receipts[index % REQUESTS] }),
      "monitoring, recent decisions": () => ask("GET", "/v1/monitoring/enforcement/recent", "dev-admin:root"),
      "monitoring, metrics": () => ask("GET", "/v1/monitoring/enforcement/metrics", "dev-admin:root"),
    };
    const out = [];
    let bytes_a_request;
    for (const size of SIZES) {
      tell(`${size} audit rows are written`);
      bytes_a_request = rounded(await fill(database, plan, size));
      // What is measured is a gate that has nothing left to do beside.
      await looks["receipt lookup"](0);
      await growing((path) => ask("GET", path, "dev-admin:root"));
      for (const [name, look] of Object.entries(looks)) {
        tell(`${name} over ${size} rows`);
        const first = await look(0);
        // A gate that was built without that page has nothing to measure.
        if (first.status === 404) continue;
        if (first.status !== 200) throw new Error(`${name}: ${first.text}`);
        const runs = [];
        for (let run = 0; run < RUNS; run += 1) {
          const times = [];
          for (let index = 0; index < REQUESTS; index += 1) times.push((await look(index)).ms);
          runs.push(times);
        }
        const all = runs.flat();
        out.push({ look: name, rows: size, p50_ms: rounded(median(runs.map(median))), p99_ms: rounded(quantile(all, 0.99)) });
      }
    }
    return { looks: out, bytes_a_request };
  } finally {
    await gate.stop();
  }
}

export async function growth(tell) {
  await buildNative(tell);
  tell("length");
  const length = await native("length");
  tell("own terms");
  const lexicon = await native("lexicon");
  const plan = await record();
  return { length, lexicon, audit: { ...(await rows(plan, tell)), tree_requests_a_second: await treeRate(plan, tell) } };
}

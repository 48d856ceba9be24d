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

/** Waits until the tree has taken in what was written at once, and gives how many requests a second it took in. */
async function settled(get) {
  const begun = performance.now();
  const sizes = [];
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const { text } = await get("/v1/audit/checkpoint");
    sizes.push([performance.now() - begun, Number(text.split("\n")[1])]);
    const [, last] = sizes.at(-1);
    // Nothing new for longer than the tree waits between two looks.
    const since = sizes.find(([, size]) => size === last)[0];
    if (sizes.at(-1)[0] - since > 3000) return { leaves: last - sizes[0][1], ms: since };
    await sleep(250);
  }
  throw new Error("the audit's tree does not come to rest");
}

async function rows(tell) {
  const plan = await record();
  const gate = await startGate();
  try {
    const database = await gate.database();
    const as = (user) => ({ ...loopback, authorization: `Bearer ${user}`, "content-type": "application/json" });
    const ask = async (method, path, user, body) => {
      const begun = performance.now();
      const response = await fetch(gate.url + path, { method, headers: as(user), body: body && JSON.stringify(body) });
      const text = await response.text();
      return { ms: performance.now() - begun, status: response.status, text };
    };
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
    let tree_requests_a_second;
    let bytes_a_request;
    for (const size of SIZES) {
      tell(`${size} audit rows are written`);
      const before = await fill(database, plan, size);
      // Tells the tree that there are rows.
      await looks["receipt lookup"](0);
      const taken = await settled((path) => ask("GET", path, "dev-admin:root"));
      if (taken.leaves > 1000) tree_requests_a_second = rounded((taken.leaves / taken.ms) * 1000);
      bytes_a_request = rounded(before);
      for (const [name, look] of Object.entries(looks)) {
        tell(`${name} over ${size} rows`);
        const first = await look(0);
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
    return { looks: out, tree_requests_a_second, bytes_a_request };
  } finally {
    await gate.stop();
  }
}

export async function growth(tell) {
  await buildNative(tell);
  tell("length");
  const length = native("length");
  tell("own terms");
  const lexicon = native("lexicon");
  return { length, lexicon, audit: await rows(tell) };
}

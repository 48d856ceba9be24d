// Requests a second and latencies of the gate, beside a Worker that does the same I/O and nothing else; what a start costs.

import { median, quantile, rounded } from "../lib/measure.mjs";
import { prose } from "../texts.mjs";
import { load } from "../gate/load.mjs";
import { draft, record } from "../gate/plan.mjs";
import { cold, processor, startBare, startGate } from "../gate/servers.mjs";

const ROUNDS = 7;
/** How many requests a round at so many connections. */
const CONNECTIONS = new Map([[1, 60], [16, 192], [64, 256]]);
/** Posts a user may publish in a window. */
const WINDOW = 5;

async function starts(plan, tell) {
  const all = { gate: [], bare: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    tell(`cold start ${round + 1} of ${ROUNDS}`);
    all.gate.push(await cold(() => startGate()));
    all.bare.push(await cold(() => startBare(plan)));
  }
  const of = (name, key) => rounded(median(all[name].map((one) => one[key])));
  const both = (key) => ({ gate: of("gate", key), bare: of("bare", key) });
  return { start_ms: both("start"), first_answer_ms: both("first"), ...(all.gate[0].memory && { memory_mb: both("memory") }) };
}

/** One round: every draft gets its receipt, then every receipt is redeemed. */
async function round(server, name, connections, texts) {
  const user = (index) => `${name}-${Math.floor(index / WINDOW)}`;
  const generating = texts.map((text, index) => ({ user: user(index), body: { prompt: "a bench", stream: false, ...draft(text) } }));
  const read = (body) => JSON.parse(body).enforcement.receipt.receipt_id;
  const generate = await charged(server, () => load(server.url, "/v1/generate/content", generating, { connections, read }));
  const posting = texts.map((text, index) => ({ user: user(index), body: { ...draft(text), enforcement_receipt_id: generate.answers[index] } }))
    .filter(({ body }) => body.enforcement_receipt_id);
  const post = await charged(server, () => load(server.url, "/v1/posts", posting, { connections }));
  return { generate, post };
}

/** Runs `step` and gives with its result the processor time that each server took, in milliseconds. */
async function charged(server, step) {
  const before = server.pid && processor(server.pid);
  const done = await step();
  return { ...done, cpu: server.pid && processor(server.pid) - before };
}

/** Only what a post asks of D1, or only what it asks of the user's object: what one database, and one object, can do. */
function units(plan) {
  const inner = (on) => (step) => (step.on === "object" ? step.steps.filter((one) => one.on === on) : step.on === on ? [step] : []);
  const database = [...plan.generate.steps, ...plan.post.steps].flatMap(inner("d1"));
  const object = plan.post.steps.filter(({ on }) => on === "object").map((step) => ({ ...step, steps: step.steps.filter(({ on }) => on !== "d1") }));
  return { database: { ...plan, post: { ...plan.post, steps: database } }, object: { ...plan, post: { ...plan.post, steps: object } } };
}

/** Drafts with their post a second that one database takes, and posts a second that one object takes. */
async function unitRates(plan, tell) {
  const rates = {};
  for (const [name, part] of Object.entries(units(plan))) {
    tell(`one ${name} alone`);
    const server = await startBare(part);
    try {
      const texts = prose(400, 31);
      const requests = texts.map((text) => ({ user: "one", body: draft(text) }));
      const runs = [];
      for (let number = 0; number < ROUNDS; number += 1) runs.push(await load(server.url, "/v1/posts", requests, { connections: 16 }));
      rates[`${name}_posts_a_second`] = rounded(median(runs.map(({ rate }) => rate)));
    } finally {
      await server.stop();
    }
  }
  return rates;
}

const summary = (runs) => {
  const all = runs.flatMap(({ latencies }) => latencies);
  return { rate: rounded(median(runs.map(({ rate }) => rate))), p50_ms: rounded(quantile(all, 0.5)), p99_ms: rounded(quantile(all, 0.99)), cpu_ms: rounded(runs.reduce((sum, { cpu }) => sum + cpu, 0) / all.length), lost: runs.reduce((sum, { lost }) => sum + lost, 0) };
};

export async function gate(tell) {
  tell("recording what the gate asks of its stores");
  const plan = await record();
  const start = await starts(plan, tell);
  const servers = { gate: await startGate(), bare: await startBare(plan) };
  try {
    const warm = prose(100, 11);
    for (const server of Object.values(servers)) for (const name of ["cold", "warm", "hot"]) await round(server, name, 16, warm);
    const loads = [];
    for (const [connections, count] of CONNECTIONS) {
      const runs = { gate: [], bare: [] };
      for (let number = 0; number < ROUNDS; number += 1) {
        tell(`${connections} connections, round ${number + 1} of ${ROUNDS}`);
        const texts = prose(count, 1000 + number);
        for (const [name, server] of Object.entries(servers)) runs[name].push(await round(server, `c${connections}r${number}`, connections, texts));
      }
      for (const what of ["generate", "post"]) {
        const [ours, bare] = ["gate", "bare"].map((name) => summary(runs[name].map((one) => one[what])));
        // The ratio of each round's own pair: what disturbed one disturbed the other.
        const share = rounded(median(runs.gate.map((one, index) => one[what].rate / runs.bare[index][what].rate)));
        loads.push({ what, connections, gate: ours, bare, share });
      }
    }
    return { ...start, rounds: ROUNDS, counts: plan.counts, loads, units: await unitRates(plan, tell) };
  } finally {
    await Promise.all(Object.values(servers).map((server) => server.stop()));
  }
}

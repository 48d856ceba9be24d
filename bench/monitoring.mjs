// `npm run bench:monitoring`: what an operator asks, and the look-up of a receipt, at 1,000 and at 100,000 requests: medians of many calls one
// after another on this machine, through the built Worker in workerd. The bar: at most twice as long.

import { startGate } from "../tests/engines/harness/gate.mjs";
import { plantRequests } from "../tests/engines/harness/planted.mjs";

const SMALL = 1_000;
const LARGE = Number(process.env.POSTGATE_ROWS ?? 100_000);
const ROUNDS = 60;

const admin = { authorization: "Bearer dev-admin:root" };
const user = { authorization: "Bearer dev:ann", "content-type": "application/json" };
const gate = await startGate({ vars: { POSTGATE_REQUESTS_PER_MINUTE: "1000000" } });

async function ask(path, init = { headers: admin }) {
  const response = await fetch(gate.url + path, init);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}

try {
  const draft = { prompt: "beans", content: "Beans like warm soil", platform: "x", policy_tags: ["no_harm"], stream: false };
  const { receipt } = (await ask("/v1/generate/content", { method: "POST", headers: user, body: JSON.stringify(draft) })).enforcement;
  const calls = {
    "recent, no filter": () => ask("/v1/monitoring/enforcement/recent"),
    "recent, FAIL in enforced": () => ask("/v1/monitoring/enforcement/recent?status=FAIL&mode=enforced"),
    "recent, a code": () => ask("/v1/monitoring/enforcement/recent?code=TOS_VIOLATION"),
    "recent, audit failures": () => ask("/v1/monitoring/enforcement/recent?audit_ok=false"),
    "recent, a code that nobody has": () => ask("/v1/monitoring/enforcement/recent?code=SECRET_EXPOSED"),
    "metrics, 24 hours": () => ask("/v1/monitoring/enforcement/metrics"),
    readiness: () => ask("/v1/monitoring/enforcement/readiness"),
    "receipt look-up": () => ask("/v1/enforcement/receipts/validate", { method: "POST", headers: user, body: JSON.stringify({ receipt_id: receipt.receipt_id }) }),
    trace: () => ask(`/v1/audit/${receipt.request_id}`),
  };
  const measure = async () => {
    const medians = {};
    for (const [name, call] of Object.entries(calls)) {
      for (let round = 0; round < 5; round += 1) await call();
      const times = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const began = performance.now();
        await call();
        times.push(performance.now() - began);
      }
      medians[name] = times.sort((a, b) => a - b)[ROUNDS / 2];
    }
    return medians;
  };
  // Both fill the whole window, so that the same hours are told.
  await plantRequests(gate.d1, SMALL, { every: 270_000, prefix: "small" });
  const small = await measure();
  await plantRequests(gate.d1, LARGE - SMALL, { every: 2_700, prefix: "large" });
  const [{ requests }] = await gate.d1("SELECT count(*) AS requests FROM enforcement_requests");
  const large = await measure();
  console.log(`| call | ms at ${SMALL.toLocaleString("en")} | ms at ${requests.toLocaleString("en")} | ratio |\n| --- | --- | --- | --- |`);
  for (const name of Object.keys(calls)) {
    console.log(`| ${name} | ${small[name].toFixed(2)} | ${large[name].toFixed(2)} | ${(large[name] / small[name]).toFixed(2)} |`);
  }
} finally {
  await gate.stop();
}

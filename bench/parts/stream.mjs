// What the gate adds to a model provider's stream: each word's way from the provider to the reader, through the gate and without it, in turns.

import { median, quantile, rounded } from "../lib/measure.mjs";
import { key, model, startProvider } from "../../tests/gate/provider.mjs";
import { startGate } from "../gate/servers.mjs";

const ROUNDS = 60;
const TEXT = "Tomatoes like warm soil and a little shade in the afternoon";
const PROMPT = `slow: ${TEXT}`;

/** Reads a stream and gives when each of its events of text came, and when it was asked for. */
async function arrivals(url, headers, body, events) {
  const asked = performance.now();
  const response = await fetch(url, { method: "POST", headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) });
  const times = [];
  let text = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const count = text.match(events)?.length ?? 0;
    while (times.length < count) times.push(performance.now());
  }
  if (response.status !== 200) throw new Error(text);
  return { asked, times };
}

const direct = (provider) =>
  arrivals(`${provider.url}/chat/completions`, { authorization: `Bearer ${key}` }, { model, stream: true, messages: [{ role: "system", content: "write" }, { role: "user", content: PROMPT }] }, /"content":"[^"]/g);

const through = (gate) =>
  arrivals(`${gate.url}/v1/generate/content`, { authorization: "Bearer dev:ann", "cf-connecting-ip": "127.0.0.1" }, { prompt: PROMPT, platform: "x", policy_tags: ["no_harm"] }, /^event: token$/gm);

export async function stream(tell) {
  let sent = [];
  const provider = await startProvider({ wrote: () => sent.push(performance.now()) });
  const gate = await startGate({ POSTGATE_WRITER: "openai", POSTGATE_WRITER_URL: provider.url, POSTGATE_WRITER_MODEL: model, POSTGATE_WRITER_KEY: key });
  const words = TEXT.split(" ").length;
  const measured = { direct: { first: [], each: [] }, gate: { first: [], each: [] } };
  try {
    for (let round = -5; round < ROUNDS; round += 1) {
      tell(`stream ${Math.max(0, round + 1)} of ${ROUNDS}`);
      for (const [name, read] of [["direct", () => direct(provider)], ["gate", () => through(gate)]]) {
        sent = [];
        const { asked, times } = await read();
        if (times.length !== words) throw new Error(`${times.length} words came, expected ${words}`);
        if (round < 0) continue;
        measured[name].first.push(times[0] - asked);
        measured[name].each.push(...times.map((time, index) => time - sent[index]));
      }
    }
  } finally {
    await gate.stop();
    provider.stop();
  }
  const added = (what) => {
    const base = median(measured.direct[what]);
    const all = measured.gate[what].map((time) => time - base);
    return { p50_ms: rounded(quantile(all, 0.5)), p90_ms: rounded(quantile(all, 0.9)), most_ms: rounded(Math.max(...all)) };
  };
  return { streams: ROUNDS, words, first_word: added("first"), each_word: added("each") };
}

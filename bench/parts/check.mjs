// A check and what people would use instead: the same texts, side by side, in Node; and the core beside rustrict natively.

import { readFileSync } from "node:fs";
import { inRoot } from "../../scripts/lib/house.mjs";
import { median, rounded, sideBySide } from "../lib/measure.mjs";
import { posts, prose } from "../texts.mjs";
import { buildNative, instructions, native, rustrictWasm } from "./native.mjs";

const COUNT = 2000;

const request = (content) => ({ content, platform: "x", policy_tags: ["no_harm"] });

async function peers(rustrict) {
  const version = (name) => JSON.parse(readFileSync(inRoot("bench", "node_modules", name, "package.json"), "utf8")).version;
  const twitter = (await import("twitter-text")).default;
  const obscenity = await import("obscenity");
  const matcher = new obscenity.RegExpMatcher({ ...obscenity.englishDataset.build(), ...obscenity.englishRecommendedTransformers });
  const { Profanity } = await import("@2toad/profanity");
  const simple = new Profanity();
  const all = (await import("allprofanity")).default;
  return [
    { name: `npm twitter-text ${version("twitter-text")}, \`parseTweet\` alone`, call: (text) => twitter.parseTweet(text) },
    { name: `npm obscenity ${version("obscenity")}, \`getAllMatches\` alone`, call: (text) => matcher.getAllMatches(text) },
    { name: `npm @2toad/profanity ${version("@2toad/profanity")}, \`exists\` alone`, call: (text) => simple.exists(text) },
    { name: `npm allprofanity ${version("allprofanity")}, \`detect\` alone`, call: (text) => all.detect(text) },
    { name: `rustrict ${rustrict.version} in wasm, \`is_inappropriate\` alone`, call: (text) => rustrict.call(text) },
  ];
}

/** Threads of 25 posts and 7,000 characters: each post goes on with the words of another, up to its end. */
const threads = (lively) => {
  const full = lively.map((text, index) => `${text} ${lively[(index + 1) % lively.length]}`.slice(0, 279).toWellFormed());
  return Array.from({ length: 80 }, (_, index) => full.slice(index * 25, index * 25 + 25).join("\n"));
};

/** How soon there is a checker once the bytes are there, and its first check: each time another instance. */
async function cold() {
  const bytes = readFileSync(inRoot("pkg", "dist", "postgate.wasm"));
  const slim = await import(inRoot("pkg", "dist", "slim.js"));
  const ready = [];
  const first = [];
  for (let round = 0; round < 7; round += 1) {
    const begun = performance.now();
    const checker = await slim.createChecker({ module: await WebAssembly.compile(bytes) });
    const there = performance.now();
    checker.check(request("A first draft."));
    first.push(performance.now() - there);
    ready.push(there - begun);
    checker.dispose();
  }
  return { ready_ms: rounded(median(ready)), first_ready_ms: rounded(ready[0]), first_check_ms: rounded(median(first)), first_first_check_ms: rounded(first[0]) };
}

export async function check(tell) {
  const started = await cold();
  const rustrict = await rustrictWasm(tell);
  await buildNative(tell);
  const { createChecker } = await import(inRoot("pkg", "dist", "node.js"));
  const checker = await createChecker();
  const lively = posts(COUNT);
  const plain = prose(COUNT);
  const long = threads(lively);
  const others = await peers(rustrict);
  const ours = { name: "**postgate `check`, every rule**", call: (text) => checker.check(request(text)) };
  const contenders = [ours, ...others];
  const run = async (inputs, about) => sideBySide(contenders.map(({ call }) => ({ call, inputs })), (round) => tell(`${about}, ${round}`));
  const livelyTimes = await run(lively, "posts");
  const plainTimes = await run(plain, "prose");
  const [thread_us, of_thread_us] = await sideBySide([
    { call: (content) => checker.check({ ...request(content), format: "thread" }), inputs: long },
    { call: (content) => checker.check(request(content)), inputs: long.flatMap((thread) => thread.split("\n")) },
  ]);
  tell("natively");
  const sets = { posts: lively, prose: plain, threads: long };
  const natively = await native("side", sets);
  for (const [name, texts] of Object.entries(sets)) natively[name].instructions = await instructions(name, texts);
  return {
    ...started,
    thread_us,
    of_thread_us,
    thread_characters: Math.round(long.reduce((sum, { length }) => sum + length, 0) / long.length),
    contenders: contenders.map(({ name }, index) => ({ name, posts_us: livelyTimes[index], prose_us: plainTimes[index] })),
    native: natively,
    rustrict: { version: rustrict.version },
  };
}

// `npm run bench`: checks and what people would use instead, side by side in one run, warm, medians of nine rounds that take
// turns. Writes docs/performance.md. Time is the processor's, not the clock's, so that other work on the machine counts less.
// It measures and fails nothing.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { inRoot } from "../scripts/lib/house.mjs";
import { capture, run } from "../scripts/lib/run.mjs";
import { KINDS, grown, posts, prose } from "./texts.mjs";

const ROUNDS = 9;
const peersFolder = inRoot("bench", "peers");
const binary = inRoot("pkg", "dist", "postgate.wasm");

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Processor time of one call, in microseconds, over all `inputs`. */
function time(call, inputs) {
  const from = process.cpuUsage();
  for (const input of inputs) call(input);
  const { user, system } = process.cpuUsage(from);
  return (user + system) / inputs.length;
}

/** Rounds that take turns, so that whatever disturbs the machine disturbs all. */
function sideBySide(contenders) {
  const times = contenders.map(({ call, inputs }) => (time(call, inputs), time(call, inputs), []));
  for (let round = 0; round < ROUNDS; round += 1) contenders.forEach(({ call, inputs }, index) => times[index].push(time(call, inputs)));
  return times.map(median);
}

async function peers() {
  await run("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: peersFolder, wrong: "the peers could not be installed" });
  const load = createRequire(inRoot("bench", "peers", "package.json"));
  const version = (name) => JSON.parse(readFileSync(inRoot("bench", "peers", "node_modules", name, "package.json"), "utf8")).version;
  const twitter = load("twitter-text").default ?? load("twitter-text");
  const obscenity = load("obscenity");
  const matcher = new obscenity.RegExpMatcher({ ...obscenity.englishDataset.build(), ...obscenity.englishRecommendedTransformers });
  const { Profanity } = load("@2toad/profanity");
  const simple = new Profanity();
  const all = load("allprofanity").default;
  return [
    { name: `twitter-text ${version("twitter-text")}, parseTweet alone`, call: (text) => twitter.parseTweet(text) },
    { name: `obscenity ${version("obscenity")}, getAllMatches alone`, call: (text) => matcher.getAllMatches(text) },
    { name: `@2toad/profanity ${version("@2toad/profanity")}, exists alone`, call: (text) => simple.exists(text) },
    { name: `allprofanity ${version("allprofanity")}, detect alone`, call: (text) => all.detect(text) },
  ];
}

const kib = (bytes) => `${(bytes / 1000).toFixed(0)} KB`;
const us = (value) => `${value.toFixed(1)} µs`;
const row = (...cells) => `| ${cells.join(" | ")} |`;

const bytes = readFileSync(binary);
const begun = performance.now();
const { createChecker } = await import(inRoot("pkg", "dist", "node.js"));
const checker = await createChecker();
const ready = performance.now() - begun;
const firstFrom = performance.now();
checker.check({ content: "A first draft.", platform: "x", policy_tags: ["no_harm"] });
const first = performance.now() - firstFrom;

const request = (content) => ({ content, platform: "x", policy_tags: ["no_harm"] });
const check = (content) => checker.check(request(content));
const lively = posts(2000);
const plain = prose(2000);
const threads = Array.from({ length: 80 }, (_, index) => lively.slice(index * 25, index * 25 + 25).map((text) => text.padEnd(279, " x")).join("\n"));
const thread = (content) => checker.check({ ...request(content), format: "thread" });

const others = await peers();
const [livelyTimes, plainTimes] = [lively, plain].map((inputs) =>
  sideBySide([{ call: check, inputs }, ...others.map(({ call }) => ({ call, inputs }))]),
);
const [threadTime] = sideBySide([{ call: thread, inputs: threads }]);
const lengths = [100, 1_000, 10_000, 100_000];
const growth = Object.keys(KINDS).map((kind) => [
  kind,
  ...lengths.map((length) => {
    const inputs = Array.from({ length: Math.max(3, 20_000 / length) }, () => grown(kind, length));
    return (sideBySide([{ call: check, inputs }])[0] * 1000) / Buffer.byteLength(inputs[0]);
  }),
]);

const single = livelyTimes[0];
const parse = livelyTimes[1];
const brotli = brotliCompressSync(bytes).length;
const { output: rustc } = await capture("rustc", ["--version"], {});
const verdict = (met) => (met ? "met" : "**missed**");
const lines = [
  "# Performance",
  "",
  `Written by \`npm run bench\`: warm, medians of ${ROUNDS} rounds that take turns, processor time. ${cpus()[0].model.trim()}, Node ${process.versions.node}, ${rustc.trim()}.`,
  "",
  "## Bars",
  "",
  row("what", "measured", "bar", "held"),
  row("---", "---", "---", "---"),
  row("`check`, post of 200-280 characters, JS objects in and out, every rule on", us(single), "20 µs, and less than `parseTweet` alone", verdict(single <= 20 && single < parse)),
  row("`check`, thread of 25 posts and 7,000 characters", us(threadTime), `25 × the single post: ${us(25 * single)}`, verdict(threadTime <= 25 * single)),
  row("browser wasm, brotli", kib(brotli), "150 KB", verdict(brotli <= 150_000)),
  row("ready after the bytes are there, first checker included", `${ready.toFixed(0)} ms`, "20 ms", verdict(ready <= 20)),
  row("first check", `${first.toFixed(1)} ms`, "2 ms", verdict(first <= 2)),
  "",
  `The browser wasm is ${kib(bytes.length)} raw, ${kib(gzipSync(bytes, { level: 9 }).length)} gzip: word lists, phrases, Unicode's tables and sentences are about 98 KB of its brotli, the rest is code`,
  "compiled for speed. Ready and first check are wall time.",
  "",
  "## Beside the others",
  "",
  row("one call", "posts with links, tags, emoji", "prose"),
  row("---", "---", "---"),
  row("**postgate `check`, every rule**", us(single), us(plainTimes[0])),
  ...others.map(({ name }, index) => row(name, us(livelyTimes[index + 1]), us(plainTimes[index + 1]))),
  "",
  "## Growth",
  "",
  "Nanoseconds a byte of UTF-8; a row that stays level is linear.",
  "",
  row("text", ...lengths.map((length) => `${length.toLocaleString("en")} characters`)),
  row("---", ...lengths.map(() => "---")),
  ...growth.map(([kind, ...times]) => row(kind, ...times.map((value) => value.toFixed(0)))),
  "",
];
writeFileSync(inRoot("docs", "performance.md"), lines.join("\n"));
console.log(lines.join("\n"));

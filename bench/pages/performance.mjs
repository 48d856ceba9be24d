// docs/performance.md as text, from bench/results.json alone.

import { bars, format } from "./bars.mjs";

const { us, ms, kb, percent, whole } = format;
const row = (...cells) => `| ${cells.join(" | ")} |`;
const table = (head, rows) => [row(...head), row(...head.map(() => "---")), ...rows.map((cells) => row(...cells)), ""];

/** Parts of one run have one line; parts of several say so. */
function provenance(results) {
  const of = ({ date, commit, machine, node, rustc }) => `${machine}; Node ${node}, Rust ${rustc}; ${date}, commit ${commit}`;
  const lines = new Map();
  for (const [part, figures] of Object.entries(results)) lines.set(of(figures), [...(lines.get(of(figures)) ?? []), part]);
  return [...lines].map(([line, parts]) => (lines.size === 1 ? `${line}.` : `- ${parts.join(", ")}: ${line}.`));
}

function sizes({ size }) {
  const rows = [
    ["browser wasm", size.wasm, "150 KB brotli", size.wasm.brotli <= 150_000],
    ["JS of the main entry, bundled and minified", size.entry, "15 KB brotli", size.entry.brotli <= 15_000],
    ["Worker: JS and wasm", size.worker, "1,000 KB gzip", size.worker.gzip <= 1_000_000],
    ["page: the editor with its styles, script and wasm", size.page, "300 KB brotli", size.page.brotli < 300_000],
    ["rustrict in wasm, built the same way", size.rustrict, "", undefined],
  ];
  return table(["what", "raw", "gzip", "brotli", "bar", "held"], rows.map(([what, { raw, gzip, brotli }, bar, held]) => [what, kb(raw), kb(gzip), kb(brotli), bar, held === undefined ? "" : held ? "yes" : "**no**"]));
}

function loads({ gate }) {
  return table(
    ["what", "connections", "gate, a second", "p50", "p99", "bare, a second", "p50", "p99", "share", "processor, gate and bare"],
    gate.loads.map(({ what, connections, gate: own, bare, share }) => [what, connections, whole(own.rate), ms(own.p50_ms), ms(own.p99_ms), whole(bare.rate), ms(bare.p50_ms), ms(bare.p99_ms), percent(share), `${ms(own.cpu_ms)}, ${ms(bare.cpu_ms)}`]),
  );
}

function starts({ gate }) {
  const both = (name, { gate: own, bare }, unit) => [name, unit(own), unit(bare)];
  return table(["cold start", "gate", "bare Worker"], [
    both("workerd with its Worker until its socket is there", gate.start_ms, ms),
    both("its first answer", gate.first_answer_ms, ms),
    ...(gate.memory_mb ? [both("memory of workerd after it, the simulation of D1 and objects included", gate.memory_mb, (value) => `${value.toFixed(0)} MB`)] : []),
  ]);
}

const asked = ({ gate: { counts } }) =>
  table(["a request", "D1 calls", "of these batches", "D1 rows read", "D1 rows written", "object calls", "object rows read", "object rows written"], [
    ["generate", counts.generate], ["post, with the outbox's own statement", counts.post],
  ].map(([name, of]) => [name, of.d1_calls, of.d1_batches, of.d1_rows_read, of.d1_rows_written, of.object_calls, of.object_rows_read, of.object_rows_written]));

function natively({ check: { native } }) {
  const names = { posts: "posts with links, tags, emoji", prose: "prose", threads: "threads of 25 posts" };
  return table(["natively, one core", "postgate, every rule", "checks a second", "instructions (callgrind)", "rustrict alone"], Object.entries(names).map(([key, name]) => {
    const { postgate, rustrict, instructions } = native[key];
    return [name, us(postgate / 1000), whole(1e9 / postgate), instructions ? whole(instructions) : "not counted", us(rustrict / 1000)];
  }));
}

function lengths({ growth }) {
  const kinds = [...new Set(growth.length.map(({ kind }) => kind))];
  const cell = (kind, index) => {
    const { bytes, ns } = growth.length.filter((one) => one.kind === kind)[index];
    return `${us(ns / 1000)}, ${(ns / bytes).toFixed(0)} ns`;
  };
  return table(["text", "1 B", "10 B", "100 B", "1 KB", "10 KB", "100 KB", "1 MB"], kinds.map((kind) => [kind, ...Array.from({ length: 7 }, (_, index) => cell(kind, index))]));
}

const lexicon = ({ growth }) =>
  table(["terms of its own", "a text without any", "a text with one", "reading the policy"], growth.lexicon.map(({ terms, ns, hit_ns, compile_ms }) => [whole(terms), us(ns / 1000), us(hit_ns / 1000), ms(compile_ms)]));

const audit = ({ growth }) => table(["through the gate, one at a time", "audit rows", "p50", "p99"], growth.audit.looks.map(({ look, rows, p50_ms, p99_ms }) => [look, whole(rows), ms(p50_ms), ms(p99_ms)]));

export function performancePage(results) {
  const all = bars(results);
  const missed = all.filter(({ held }) => !held);
  const { check } = results;
  const lost = results.gate.loads.reduce((sum, { gate, bare }) => sum + (gate.lost ?? 0) + (bare.lost ?? 0), 0);
  const image = (name, title) => `![${title}](images/growth-${name}.svg)`;
  return [
    "# Performance",
    "",
    "Written whole by `npm run bench`, from `bench/results.json`; a change by hand is lost. What one machine of each kind comes to: [Scaling](scaling.md).",
    "",
    ...provenance(results),
    "",
    `Times of checks are the processor's, medians of nine rounds in which everybody takes turns, warm; times of requests are the clock's, medians of ${results.gate.rounds} rounds in turns, over a`,
    "socket of workerd itself. The 2,000 posts and 2,000 pieces of prose have 200 to 280 characters and are the same on every run (`bench/texts.mjs`).",
    "",
    "## Bars",
    "",
    ...table(["what", "measured", "bar", "beside it, in the same run", "held"], all.map(({ what, measured, bar, peer = "", held }) => [what, measured, bar, peer, held ? "yes" : "**no**"])),
    missed.length === 0 ? "None is missed." : "What is missed, and why:",
    "",
    ...(missed.length === 0 ? [] : [...missed.map(({ what, why }) => `- ${what}: ${why}.`), ""]),
    "## Size",
    "",
    ...sizes(results),
    "## A check beside the others",
    "",
    ...table(["one call, wasm or JS in Node", "posts with links, tags, emoji", "prose"], check.contenders.map(({ name, posts_us, prose_us }) => [name, us(posts_us), us(prose_us)])),
    "The others answer less: whether or where a word of a list stands, or how long a post is. A check is all twelve rules, with spans, messages and fixes.",
    "",
    ...natively(results),
    `From the bytes to a checker: ${ms(check.ready_ms)} (the first in a process ${ms(check.first_ready_ms)}); its first check ${ms(check.first_check_ms)} (${ms(check.first_first_check_ms)}).`,
    "",
    "## The gate beside a bare Worker",
    "",
    "Generate (no writer, no stream) and post, enforced and audited, outbox publisher. The bare Worker replays what the gate was seen to ask of D1 and of the user's object:",
    "the same statements with values of the same size, ids of its own, in the same order; it parses a body and answers with as many bytes. It has no audit tree and reads no kill switch.",
    "",
    ...loads(results),
    ...(lost === 0 ? [] : [`${lost} requests lost their connection and are in no figure: the machine stalled for seconds, and workerd dropped what it took for idle.`, ""]),
    ...asked(results),
    "`tests/gate/budget.test.mjs` holds the calls of a request to these numbers.",
    "",
    ...starts(results),
    `A provider's stream of ${results.stream.words} words, ${results.stream.streams} times directly and ${results.stream.streams} times through the gate, in turns: a word comes ${ms(results.stream.each_word.p50_ms)} later (p90 ${ms(results.stream.each_word.p90_ms)}), the first ${ms(results.stream.first_word.p50_ms)} (p90 ${ms(results.stream.first_word.p90_ms)}).`,
    "",
    "## Growth",
    "",
    image("length", "A check against the length of its text"),
    "",
    "Natively, through the core: the doors take no more than 256 KiB. A line that climbs one decade in a decade is linear. The table has the time of",
    "a check and the nanoseconds a byte.",
    "",
    ...lengths(results),
    image("lexicon", "A check against the size of a policy's own list"),
    "",
    ...lexicon(results),
    image("audit", "Looking into the audit, through the gate"),
    "",
    ...audit(results),
  ].join("\n");
}

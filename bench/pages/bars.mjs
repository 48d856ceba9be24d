// The project's bars against what was measured: each a row of { what, measured, bar, peer, held, why }. `why` is said where it is missed.

const us = (value) => (value >= 1000 ? `${(value / 1000).toFixed(2)} ms` : `${value.toFixed(1)} µs`);
const ms = (value) => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
const percent = (share) => `${(share * 100).toFixed(1)} %`;
const whole = (value) => Math.round(value).toLocaleString("en");
const kb = (bytes) => `${whole(bytes / 1000)} KB`;

/** The worst of each kind: time a byte at a megabyte over time a byte at ten kilobytes. */
export function worstGrowth(length) {
  const of = (kind, bytes) => length.filter((row) => row.kind === kind).reduce((best, row) => (Math.abs(row.bytes - bytes) < Math.abs(best.bytes - bytes) ? row : best));
  const ratios = [...new Set(length.map(({ kind }) => kind))].map((kind) => {
    const [small, large] = [of(kind, 10_000), of(kind, 1_000_000)];
    return { kind, ratio: large.ns / large.bytes / (small.ns / small.bytes) };
  });
  return ratios.reduce((worst, one) => (one.ratio > worst.ratio ? one : worst));
}

export function bars({ check, size, gate, stream, growth, typing }) {
  const [ours, ...peers] = check.contenders;
  const named = (part) => peers.find(({ name }) => name.includes(part));
  const rivals = [named("twitter-text"), named("obscenity"), named("rustrict")];
  const least = Math.min(...rivals.map(({ posts_us }) => posts_us));
  const worst = worstGrowth(growth.length);
  const { generate, post } = gate.counts;
  const lookups = growth.audit.looks.filter(({ look }) => look === "receipt lookup");
  const spread = lookups.at(-1).p50_ms / lookups[0].p50_ms;
  const single = 1e9 / check.native.posts.postgate;
  return [
    {
      what: "`check`, posts of 200-280 characters, wasm in Node, JS objects in and out, every rule on", measured: us(ours.posts_us), bar: "20 µs, and less than each peer",
      peer: `\`parseTweet\` ${us(rivals[0].posts_us)}, obscenity ${us(rivals[1].posts_us)}, rustrict in wasm ${us(rivals[2].posts_us)}`, held: ours.posts_us <= 20 && ours.posts_us < least,
      why: `natively the same check takes ${us(check.native.posts.postgate / 1000)}; the rest is wasm, the request that goes in and the report that comes out`,
    },
    { what: `\`check\`, thread of 25 posts, ${whole(check.thread_characters)} characters`, measured: us(check.thread_us), bar: `25 × a post of it alone, ${us(25 * check.of_thread_us)}`, held: check.thread_us <= 25 * check.of_thread_us, why: `${us(check.thread_us / 25)} a post: it is judged post by post and as a whole` },
    { what: `\`check\` is linear in length, worst kind: ${worst.kind}`, measured: `${worst.ratio.toFixed(2)} × the time a byte at 1 MB that it takes at 10 KB`, bar: "1.5 ×", held: worst.ratio <= 1.5, why: "a megabyte and what is made of it no longer fit into the processor's caches" },
    {
      what: "browser wasm", measured: `${kb(size.wasm.brotli)} brotli`, bar: "150 KB brotli", peer: `rustrict in wasm ${kb(size.rustrict.brotli)}`, held: size.wasm.brotli <= 150_000,
      why: "beside the code it holds lists of words and phrases, Unicode's tables and sentences for people",
    },
    { what: "ready after the bytes are there", measured: ms(check.ready_ms), bar: "20 ms", held: check.ready_ms <= 20, why: `compiling ${kb(size.wasm.raw)} of wasm is in it` },
    { what: "first check", measured: ms(check.first_check_ms), bar: "2 ms", held: check.first_check_ms <= 2, why: "code runs for the first time before the engine has made it fast" },
    { what: "Worker bundle", measured: `${kb(size.worker.gzip)} gzip`, bar: "1,000 KB gzip", held: size.worker.gzip <= 1_000_000, why: "it holds the same lists and tables, and the gate, its pipeline and its publishers" },
    ...gate.loads.map(({ what, connections, gate: own, bare, share }) => ({
      what: `${what}, ${connections} connection${connections === 1 ? "" : "s"}`, measured: `${percent(share)}: ${whole(own.rate)} a second`, bar: "60 % of a bare Worker's", peer: `bare Worker ${whole(bare.rate)} a second`, held: share >= 0.6,
      why: `a request takes ${ms(own.cpu_ms)} of processor and the bare Worker's ${ms(bare.cpu_ms)}: checking, hashing and signing, and the audit's tree, which works beside it on the same cores`,
    })),
    { what: "I/O of generate", measured: `${generate.d1_calls} D1 batch, ${generate.object_calls} object calls`, bar: "1 D1 batch", held: generate.d1_batches === 1 && generate.d1_calls === 1 && generate.object_calls === 0, why: "" },
    {
      what: "I/O of post, beside the publisher's own statement", measured: `${post.object_calls} object calls, ${post.d1_calls - post.d1_batches - 1} D1 read, ${post.d1_batches} batches`, bar: "2 object calls, 1 D1 read, 2 batches",
      held: post.object_calls <= 2 && post.d1_batches <= 2 && post.d1_calls - post.d1_batches - 1 <= 1, why: "",
    },
    { what: "full checks a second natively, one core", measured: whole(single), bar: "100,000", peer: `rustrict alone ${whole(1e9 / check.native.posts.rustrict)}`, held: single >= 100_000, why: `a post with links, tags, mentions and emoji takes ${us(check.native.posts.postgate / 1000)}, prose ${us(check.native.prose.postgate / 1000)}` },
    { what: "a receipt's lookup, 100,000 audit rows against 1,000", measured: `${ms(lookups.at(-1).p50_ms)} against ${ms(lookups[0].p50_ms)}`, bar: "the same, within a fifth", held: spread <= 1.2, why: `each is one lookup in an index; the 99th percentiles were ${ms(lookups.at(-1).p99_ms)} and ${ms(lookups[0].p99_ms)}` },
    { what: "what the gate adds to a provider's stream, a word", measured: `p90 ${ms(stream.each_word.p90_ms)}`, bar: "p90 20 ms", peer: "the provider asked directly", held: stream.each_word.p90_ms <= 20, why: "" },
    { what: "… and to its first word", measured: `p90 ${ms(stream.first_word.p90_ms)}`, bar: "p90 20 ms", peer: "the provider asked directly", held: stream.first_word.p90_ms <= 20, why: "sign-in, the breaker's object and a new connection to the provider come before it" },
    { what: `typing ${typing.keys_a_second.toFixed(0)} keys a second into 25 posts, Chromium: long tasks`, measured: `${typing.long_tasks} over 50 ms`, bar: "none", held: typing.long_tasks === 0, why: `the longest took ${ms(typing.longest_task_ms)}` },
    { what: "… how far advice lies behind the keys", measured: `median ${ms(typing.behind_p50_ms)}, most ${ms(typing.behind_most_ms)}`, bar: "100 ms", held: typing.behind_over_100_ms === 0, why: `${typing.behind_over_100_ms} of ${whole(typing.behind_count)} keys waited longer than that, 95 % of them no more than ${ms(typing.behind_p95_ms)}` },
    { what: `memory after ${whole(typing.checks)} checks`, measured: `${typing.wasm_bytes_more} bytes more of wasm memory, ${kb(Math.max(0, typing.heap_bytes_more))} more of heap`, bar: "flat", held: typing.wasm_bytes_more === 0 && typing.heap_bytes_more < 1_000_000, why: "" },
  ];
}

export const format = { us, ms, kb, percent, whole };

// What the budget is about, measured without a clock: how large the builds are, and how much work fixed drafts are. Work is counted in
// steps: each time that the browser's wasm reads or writes memory, enters a function, goes round in a loop or returns. wasm-opt puts
// a call to the outside at each of these places, so that the count is the same on every machine.

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { posts, prose } from "../../bench/texts.mjs";
import { features } from "../../scripts/build/wasm.mjs";
import { inRoot, npmBin } from "../../scripts/lib/house.mjs";
import { run } from "../../scripts/lib/run.mjs";

const browser = inRoot("pkg", "wasm", "postgate_bg.wasm");
const worker = ["index.js", "index_bg.wasm"].map((name) => inRoot("build", name));

const request = (content, more = {}) => ({ content, platform: "x", policy_tags: ["no_harm"], ...more });
const [lively] = posts(1, 7);
const [plain] = prose(1, 8);
const thread = posts(25, 9).join("\n");

/** Ten drafts, of which each asks something else of the checker. */
const DRAFTS = {
  "prose, 280 characters": request(plain),
  "a post with links, tags and emoji": request(lively),
  "a thread of 25 posts": request(thread, { format: "thread" }),
  "swearing in disguise": request("Holy sh!t, what the f*ck is this b.u.l.l.s.h.i.t, you absolute @ss. F U C K this and fuuuuck that."),
  "words that turn on their neighbours": request("I will kill you tomorrow. Buy followers now, like for like! Nobody should hurt themselves: please talk to us."),
  "a list with numbers and too long": request(Array.from({ length: 30 }, (_, at) => `${at + 1}/30 and so it goes on`).join("\n")),
  "keys, cards and addresses": request("sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123 4111 1111 1111 1111 jane@example.com AKIAABCDEFGHIJKLMNOP +49 170 1234567"),
  "other scripts": request("Съешь же ещё этих мягких французских булок. שלום עולם. مرحبا بالعالم. 日本語のテキスト。 नमस्ते दुनिया 👩‍👩‍👧‍👦🏳️‍🌈"),
  "10,000 zero-width characters": request("z\u200b".repeat(10_000)),
  "nested links, 10,000 characters": request("https://a.com/?u=".repeat(600), { platform: "bluesky" }),
};

/** `{ bytes: { … }, steps: { … } }` of what is built now. */
export async function measure() {
  const bytes = {
    "browser wasm, brotli": brotliCompressSync(readFileSync(browser)).length,
    "Worker bundle, gzip": worker.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0),
  };
  return { bytes, steps: await steps() };
}

async function steps() {
  const folder = mkdtempSync(join(tmpdir(), "postgate-budget-"));
  try {
    const counting = join(folder, "counting.wasm");
    const places = ["--instrument-memory", "--log-execution"];
    await run(npmBin("wasm-opt"), [...features.map((name) => `--enable-${name}`), ...places, browser, "-o", counting]);
    return await count(readFileSync(counting));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function count(bytes) {
  let taken = 0;
  const step = (_, ...rest) => ((taken += 1), rest.at(-1));
  const pass = (_, value) => value;
  const counters = { log_execution: step, load_ptr: step, store_ptr: step, memory_grow_pre: pass, memory_grow_post: pass };
  const outside = new Proxy({}, { get: (_, name) => counters[name] ?? pass });
  const { Instance } = WebAssembly;
  // The glue knows its own imports alone.
  WebAssembly.Instance = function (module, imports) {
    return new Instance(module, { ...imports, env: outside });
  };
  const { Checker, initSync } = await import(inRoot("pkg", "wasm", "postgate.js"));
  try {
    initSync({ module: new WebAssembly.Module(bytes) });
  } finally {
    WebAssembly.Instance = Instance;
  }
  const of = (work) => {
    const before = taken;
    work();
    return taken - before;
  };
  let checker;
  const found = { "reading the built-in policy": of(() => (checker = new Checker(undefined))) };
  for (const [name, draft] of Object.entries(DRAFTS)) {
    // The first look at a form compiles it.
    checker.check(draft);
    found[name] = of(() => checker.check(draft));
  }
  return found;
}

/** False where only a development build is there, which nobody is served. */
export const isBuilt = () => process.env.POSTGATE_BUILD !== "dev" && [browser, ...worker].every(existsSync);

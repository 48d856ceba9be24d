// Reads how many tests passed, failed and were skipped from what each test runner prints at its end.

const none = { passed: 0, failed: 0, skipped: 0 };

const sum = (counts) =>
  counts.reduce((a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }), none);

const number = (text, pattern) => Number(text.match(pattern)?.[1] ?? 0);

/** `cargo nextest run`: "Summary [0.1s] 7 tests run: 5 passed, 1 failed, 1 timed out, 2 skipped". Ignored tests don't count. */
export function nextest(output) {
  const summary = output.match(/^\s*Summary .*$/m)?.[0] ?? "";
  const run = number(summary, /(\d+)(?:\/\d+)? tests? run/);
  const passed = number(summary, /(\d+) passed/);
  return { passed, failed: run - passed, skipped: 0 };
}

/** `cargo test`: one "test result: ok. 3 passed; 0 failed; …" for each test binary. */
export function cargoTest(output) {
  const results = [...output.matchAll(/^test result: .* (\d+) passed; (\d+) failed/gm)];
  return sum(results.map(([, passed, failed]) => ({ passed: Number(passed), failed: Number(failed), skipped: 0 })));
}

/**
 * `node --test`: lines such as "ℹ pass 3" or "# pass 3" at the end. A cancelled test is a failed one. A suite that is skipped
 * is in no sum of node's, only in its own line, "﹣ name (1 ms) # why": each of those counts as one, and `why` has the reasons.
 */
export function nodeTest(output) {
  const count = (word) => number(output, new RegExp(`^[ℹ#] ${word} (\\d+)$`, "m"));
  const reasons = [...output.matchAll(/^ *(?:﹣ .* # |ok \d+ .*# SKIP )(.*)$/gm)].map(([, reason]) => reason);
  const skipped = Math.max(count("skipped") + count("todo"), reasons.length);
  return { passed: count("pass"), failed: count("fail") + count("cancelled"), skipped, why: [...new Set(reasons)].join("; ") };
}

export { none, sum };

import assert from "node:assert/strict";
import test from "node:test";
import { cargoTest, nextest, nodeTest } from "./count.mjs";

test("nextest: whatever ran and did not pass has failed", () => {
  const output = "    PASS [ 0.01s] a\n     Summary [   0.115s] 7 tests run: 5 passed, 1 failed, 1 timed out, 2 skipped\n";
  assert.deepEqual(nextest(output), { passed: 5, failed: 2, skipped: 0 });
});

test("nextest: a run that was cut short counts what it ran", () => {
  assert.deepEqual(nextest("Summary [ 1s] 3/9 tests run: 2 passed, 1 failed, 0 skipped"), { passed: 2, failed: 1, skipped: 0 });
});

test("cargo test: the binaries add up", () => {
  const line = (passed, failed) => `test result: ok. ${passed} passed; ${failed} failed; 1 ignored; 0 measured; 0 filtered out\n`;
  assert.deepEqual(cargoTest(line(3, 0) + "Doc-tests postgate\n" + line(4, 2)), { passed: 7, failed: 2, skipped: 0 });
});

test("node: both reporters, and a cancelled test has failed", () => {
  const output = "ℹ tests 9\nℹ pass 5\nℹ fail 1\nℹ cancelled 1\nℹ skipped 2\nℹ todo 0\n";
  assert.deepEqual(nodeTest(output), { passed: 5, failed: 2, skipped: 2, why: "" });
  assert.deepEqual(nodeTest(output.replaceAll("ℹ", "#")), { passed: 5, failed: 2, skipped: 2, why: "" });
});

test("node: a suite that was skipped counts, and says why", () => {
  const spec = "﹣ a browser (1.3ms) # no chromium found\n  ﹣ a page (1.3ms) # no chromium found\nℹ pass 0\nℹ skipped 1\n";
  const tap = "ok 1 - a browser # SKIP no chromium found\n    ok 1 - a page # SKIP no chromium found\n# pass 0\n# skipped 1\n";
  for (const output of [spec, tap]) assert.deepEqual(nodeTest(output), { passed: 0, failed: 0, skipped: 2, why: "no chromium found" });
});

test("output without a summary counts nothing", () => {
  for (const count of [nextest, cargoTest, nodeTest]) {
    const { passed, failed, skipped } = count("error: could not compile");
    assert.deepEqual({ passed, failed, skipped }, { passed: 0, failed: 0, skipped: 0 });
  }
});

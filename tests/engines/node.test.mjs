// What a report promises, held over every row of the table, through the npm package in Node: spans on their words in both
// units, and fixes that do what they say. What the rows are decided is held natively, and equal everywhere by parity.test.mjs.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { createChecker } from "postgate";

const table = await readFile(new URL("../data/policy-cases.jsonl", import.meta.url), "utf8");
const cases = table.trim().split("\n").map((line) => JSON.parse(line));
const checker = await createChecker();

/** Every fix of every case, with what it belongs to. */
const fixes = () =>
  cases.flatMap(({ id, request }) => {
    const report = checker.check(request);
    return report.diagnostics.flatMap((diagnostic) => diagnostic.fixes.map((fix) => ({ id, request, report, diagnostic, fix })));
  });

const codesOf = ({ diagnostics }) => new Set(diagnostics.map(({ code }) => code));
const count = ({ diagnostics }, wanted) => diagnostics.filter(({ code }) => code === wanted).length;

test("UTF-16 and UTF-8 spans mean the same words", () => {
  for (const { id, request } of cases) {
    const bytes = Buffer.from(request.content);
    const utf16 = checker.check({ ...request, span_unit: "utf16" });
    const utf8 = checker.check({ ...request, span_unit: "utf8" });
    const words = (report, slice) => [...report.diagnostics, ...report.posts].map(({ span }) => slice(...span));
    assert.deepEqual(
      words(utf8, (start, end) => bytes.subarray(start, end).toString()),
      words(utf16, (start, end) => request.content.slice(start, end)),
      id,
    );
    assert.equal(utf8.draft_hash, utf16.draft_hash, id);
  }
});

test("a fix takes its finding away, and a safe one brings no other", () => {
  let safe = 0;
  for (const { id, request, report, diagnostic, fix } of fixes()) {
    const content = checker.applyFix(request.content, fix);
    const after = checker.check({ ...request, content, format: fix.format ?? request.format });
    const what = `${id}: ${fix.title} gave ${JSON.stringify(content)}`;
    assert.ok(count(after, diagnostic.code) < count(report, diagnostic.code), what);
    if (fix.applicability !== "safe") continue;
    safe += 1;
    const before = codesOf(report);
    assert.deepEqual([...codesOf(after)].filter((code) => !before.has(code)), [], what);
  }
  assert.ok(safe > 0);
});

test("applying a fix is replacing its spans, from the last to the first", () => {
  const all = fixes();
  assert.ok(all.length > 20);
  for (const { id, request, fix } of all) {
    const replaced = fix.edits.toReversed().reduce((text, { span: [start, end], text: put }) => text.slice(0, start) + put + text.slice(end), request.content);
    assert.equal(checker.applyFix(request.content, fix), replaced, id);
  }
});

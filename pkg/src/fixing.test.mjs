// `fixAll`: everything that may be fixed is, and it always ends.
import assert from "node:assert/strict";
import test from "node:test";

import { createChecker, fixAll } from "postgate";

const checker = await createChecker();
const draft = { content: "", platform: "x", policy_tags: ["no_harm"] };

test("safe fixes alone, unless unsafe ones are asked for; the report is about the text that came out", () => {
  const content = "1/5 😀 This is f*** great\u200b";
  const careful = fixAll(checker, { ...draft, content });
  assert.deepEqual(careful.report.violation_codes, ["PROFANITY"]);
  assert.equal(careful.content.includes("1/5"), false);
  assert.ok(careful.applied.every(({ fix }) => fix.applicability === "safe"));
  const bold = fixAll(checker, { ...draft, content }, { unsafe: true });
  assert.equal(bold.report.status, "PASS");
  assert.deepEqual(checker.check({ ...draft, content: bold.content }), bold.report);
});

test("more findings than one report holds are all fixed", () => {
  const content = Array.from({ length: 20 }, (_, index) => `${index + 1}/20 line with f*** f*** f*** f*** f*** f***`).join("\n");
  const fixed = fixAll(checker, { ...draft, content, format: "thread" }, { unsafe: true });
  assert.equal(fixed.report.truncated, false);
  assert.equal(fixed.report.status, "PASS");
});

test("a post becomes a thread only where the caller can take one", () => {
  const content = "What you see while you write is what the edge enforces. ".repeat(6);
  const kept = fixAll(checker, { ...draft, content });
  assert.deepEqual([kept.content, kept.format, kept.report.status], [content, "single", "FAIL"]);
  const split = fixAll(checker, { ...draft, content }, { reformat: true, unsafe: true });
  assert.deepEqual([split.format, split.report.posts.length, split.report.status], ["thread", 2, "PASS"]);
});

test("byte spans are applied as byte spans", () => {
  const fixed = fixAll(checker, { ...draft, content: "😀 ü\n2/2 two", format: "thread", span_unit: "utf8" });
  assert.equal(fixed.content, "😀 ü\ntwo");
});

test("what a request leaves out is what the checker's defaults say", async () => {
  const usual = await createChecker({ defaults: { platform: "x", policy_tags: ["no_harm"], format: "thread" } });
  const fixed = fixAll(usual, { content: "one\n2/2 two" });
  assert.deepEqual([fixed.content, fixed.format, fixed.report.posts.length], ["one\ntwo", "thread", 2]);
});

test("fixes that would go in circles end", () => {
  const finding = (text) => ({ code: "PROFANITY", fixes: [{ title: "", applicability: "safe", edits: [{ span: [0, 1], text }] }] });
  const dizzy = {
    check: ({ content }) => ({ status: "FAIL", diagnostics: [finding(content === "a" ? "b" : "a")] }),
    applyFix: (_, fix) => fix.edits[0].text,
  };
  const { applied, content } = fixAll(dizzy, { ...draft, content: "a" });
  assert.deepEqual([applied.length, content], [1, "b"]);
});

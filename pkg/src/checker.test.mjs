// The checker, over the real module: strict about what comes in, plain data out, and an end of life.
import assert from "node:assert/strict";
import test from "node:test";

import { CODES, PLATFORMS, PostgateError, createChecker } from "postgate";

const draft = { content: "Hello, world", platform: "x", policy_tags: ["no_harm"] };
const refuses = (call, code, pointer) =>
  assert.throws(call, (error) => {
    assert.ok(error instanceof PostgateError && error instanceof Error, String(error));
    assert.deepEqual([error.code, error.pointer], [code, pointer]);
    return error.message !== "";
  });

const checker = await createChecker();

test("a clean draft passes, with its measure", () => {
  const report = checker.check(draft);
  assert.equal(report.status, "PASS");
  assert.deepEqual(report.posts, [{ index: 0, span: [0, 12], length: 12, limit: 280, remaining: 268, unit: "weighted" }]);
  assert.match(report.draft_hash, /^sha256:[0-9a-f]{64}$/);
});

test("a report is plain data that nobody else holds", () => {
  const report = checker.check({ ...draft, policy_tags: [] });
  assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
  assert.equal(Object.getPrototypeOf(report.diagnostics[0]), Object.prototype);
  report.diagnostics.length = 0;
  assert.equal(checker.check({ ...draft, policy_tags: [] }).diagnostics.length, 1);
});

test("spans slice JavaScript strings, also behind an emoji; utf8 spans slice bytes", () => {
  const content = "😀 one\n👩‍👩‍👧 zwei ü\n\nthree";
  const texts = ["😀 one", "👩‍👩‍👧 zwei ü", "three"];
  const utf16 = checker.check({ ...draft, content, format: "thread" }).posts;
  assert.deepEqual(utf16.map(({ span }) => content.slice(...span)), texts);
  const bytes = Buffer.from(content);
  const utf8 = checker.check({ ...draft, content, format: "thread", span_unit: "utf8" }).posts;
  assert.deepEqual(utf8.map(({ span }) => bytes.subarray(...span).toString()), texts);
});

test("a lone surrogate is refused with its place, wherever it stands", () => {
  const source = { url: "https://example.com", title: "ok" };
  const lone = "a\ud83d";
  refuses(() => checker.check({ ...draft, content: lone }), "CONTRACT_INVALID", "/content");
  refuses(() => checker.check({ ...draft, content: "\udc00😀" }), "CONTRACT_INVALID", "/content");
  refuses(() => checker.check({ ...draft, policy_tags: ["no_harm", lone] }), "CONTRACT_INVALID", "/policy_tags/1");
  refuses(() => checker.check({ ...draft, sources: [source, { ...source, title: lone }] }), "CONTRACT_INVALID", "/sources/1/title");
  refuses(() => checker.applyFix(lone, { title: "", applicability: "safe", edits: [] }), "CONTRACT_INVALID", "/content");
  refuses(() => checker.applyFix("a", { title: "", applicability: "safe", edits: [{ span: [0, 1], text: lone }] }), "CONTRACT_INVALID", "/fix/edits/0/text");
  assert.deepEqual(checker.check({ ...draft, content: "😀" }).posts[0].span, [0, 2]);
});

test("a request that breaks the contract is refused with its place", () => {
  refuses(() => checker.check({ ...draft, platform: "X" }), "CONTRACT_INVALID", "/platform");
  refuses(() => checker.check({ ...draft, text: "x" }), "CONTRACT_INVALID", "/text");
  refuses(() => checker.check({ platform: "x" }), "CONTRACT_INVALID", "");
  refuses(() => checker.check({ ...draft, content: 12 }), "CONTRACT_INVALID", "/content");
  refuses(() => checker.check(JSON.parse('{"content":"a","platform":"x","__proto__":{"platform":"x"}}')), "CONTRACT_INVALID", "/__proto__");
  for (const request of [undefined, null, "x", 3, []]) refuses(() => checker.check(request), "CONTRACT_INVALID", "");
});

test("a value that holds itself is refused, not followed", () => {
  const source = { url: "https://example.com" };
  source.title = source;
  assert.throws(() => checker.check({ ...draft, sources: [source] }), { code: "CONTRACT_INVALID", message: /nested deeper/ });
});

test("undefined means absent, and the caller's request is read once and left alone", () => {
  let reads = 0;
  const request = Object.freeze({
    ...draft,
    format: undefined,
    sources: undefined,
    get content() {
      reads += 1;
      return `read ${reads}`;
    },
  });
  const report = checker.check({ ...draft, content: "read 1" });
  assert.deepEqual(checker.check(request), report);
  assert.equal(reads, 1);
});

test("defaults fill in what a request leaves out, and nothing else", async () => {
  const editor = await createChecker({ defaults: { platform: "bluesky", policy_tags: ["no_harm"] } });
  assert.equal(editor.check({ content: "Hello" }).posts[0].limit, 300);
  assert.equal(editor.check({ content: "Hello", platform: undefined }).status, "PASS");
  assert.equal(editor.check({ content: "Hello", platform: "x" }).posts[0].limit, 280);
  assert.equal(editor.check({ content: "Hello", policy_tags: [] }).status, "FAIL");
});

test("a policy changes the answer, and a bad one is refused with every problem", async () => {
  const strict = await createChecker({ policy: { name: "acme", version: "1.0.0", accepted_tags: ["acme_ok"] } });
  assert.equal(strict.check(draft).status, "FAIL");
  assert.equal(strict.check({ ...draft, policy_tags: ["acme_ok"] }).status, "PASS");
  assert.equal(strict.policy().name, "acme");
  assert.notEqual(strict.check(draft).policy_digest, checker.check(draft).policy_digest);

  const error = await createChecker({ policy: { name: "acme", rules: { NO_SUCH: { level: "off" } }, extra: 1 } }).catch((caught) => caught);
  assert.ok(error instanceof PostgateError);
  assert.equal(error.code, "POLICY_INVALID");
  assert.deepEqual(error.problems.map(({ pointer }) => pointer), ["/rules/NO_SUCH", "", "/extra"]);
});

test("the policy in force can be handed to another checker", async () => {
  const first = await createChecker({ policy: { name: "acme", version: "1.0.0", accepted_tags: ["no_harm"] } });
  const second = await createChecker({ policy: first.policy() });
  assert.deepEqual(second.check(draft), first.check(draft));
});

test("a fix is applied to the text that it was made for", () => {
  const fix = { title: "", applicability: "safe", edits: [{ span: [2, 3], text: "" }, { span: [4, 4], text: "ü" }] };
  assert.equal(checker.applyFix("😀 a😀", { ...fix, edits: [{ span: [2, 3], text: "" }, { span: [4, 4], text: "ü" }] }), "😀aü😀");
  assert.equal(checker.applyFix("😀 a", { ...fix, edits: [{ span: [4, 5], text: "-" }] }, "utf8"), "😀-a");
  refuses(() => checker.applyFix("😀", { ...fix, edits: [{ span: [1, 2], text: "" }] }), "CONTRACT_INVALID", "/edits");
  refuses(() => checker.applyFix("ab", fix, "utf32"), "CONTRACT_INVALID", "/span_unit");
});

test("the tables of names are those of the module", () => {
  assert.deepEqual(Object.keys(checker.policy().rules), [...CODES]);
  assert.deepEqual(Object.keys(checker.policy().limits).sort(), [...PLATFORMS].sort());
  for (const platform of PLATFORMS) assert.ok(checker.check({ ...draft, platform }).posts[0].limit > 0, platform);
});

test("after dispose every call throws, and disposing again does nothing", async () => {
  const gone = await createChecker();
  gone.dispose();
  gone.dispose();
  for (const call of [() => gone.check(draft), () => gone.applyFix("", { title: "", applicability: "safe", edits: [] }), gone.policy, gone.version]) {
    refuses(call, "DISPOSED", "");
  }
  assert.equal(checker.check(draft).status, "PASS");
});

test("what could not be meant is refused when the checker is made, not at the first draft", async () => {
  for (const [options, code, pointer] of [
    [{ policy: null }, "POLICY_INVALID", ""],
    [{ polciy: { name: "acme", version: "1.0.0" } }, "CONTRACT_INVALID", "/polciy"],
    [{ defaults: { platform: "Nope" } }, "CONTRACT_INVALID", "/defaults/platform"],
    [{ defaults: { text: "x" } }, "CONTRACT_INVALID", "/defaults/text"],
    [{ defaults: { content: "x" } }, "CONTRACT_INVALID", "/defaults/content"],
  ]) {
    await assert.rejects(createChecker(options), { name: "PostgateError", code, pointer }, JSON.stringify(options));
  }
  const { defaults } = await createChecker({ defaults: { format: "thread" } });
  assert.deepEqual(defaults, { format: "thread" });
  assert.ok(Object.isFrozen(defaults));
});

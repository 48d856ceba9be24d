// A request that differs from the one before in its content alone takes a shorter way; what it is told is the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createChecker } from "postgate";

const request = { content: "Plain words.", platform: "x", policy_tags: ["no_harm"], format: "single" };

/** What a checker that has seen no request says. */
async function fresh(asked, options) {
  const checker = await createChecker(options);
  try {
    return { report: checker.check(asked) };
  } catch ({ code, pointer, message }) {
    return { refused: { code, pointer, message } };
  } finally {
    checker.dispose();
  }
}

const asked = [
  { ...request, content: "Other words 😀, and é." },
  { ...request, content: "" },
  { ...request, content: "a\u0000b" },
  { ...request, content: "half \ud83d" },
  { ...request, content: "a".repeat(262_145) },
  { ...request, content: 5 },
  { ...request, content: undefined },
  { ...request, user_id: "u" },
  { ...request, format: undefined },
  { ...request, format: "thread" },
  { ...request, platform: "bluesky" },
  { ...request, platform: "X" },
  { ...request, policy_tags: [] },
  { ...request, policy_tags: ["no_harm", 7] },
  { ...request, policy_tags: "no_harm" },
  { ...request, policy_tags: undefined },
  { ...request, required_citations: true },
  { ...request, sources: [] },
  { ...request, sources: [{ url: "https://example.com" }] },
  { ...request, span_unit: "utf8" },
  { ...request, span_unit: "utf32" },
  null,
  [],
  "text",
];

test("each request is answered as if none had come before", async () => {
  for (const options of [undefined, { defaults: { format: "single", policy_tags: ["no_harm"] } }]) {
    const checker = await createChecker(options);
    for (const one of asked) {
      checker.check(request);
      let answer;
      try {
        answer = { report: checker.check(one) };
      } catch ({ code, pointer, message }) {
        answer = { refused: { code, pointer, message } };
      }
      const expected = await fresh(one, options);
      assert.equal(answer.refused?.code, expected.refused?.code, JSON.stringify(one)?.slice(0, 80));
      assert.deepEqual(answer, expected, JSON.stringify(one)?.slice(0, 80));
      assert.deepEqual(checker.check(request), (await fresh(request, options)).report);
    }
    checker.dispose();
  }
});

test("a getter, a proxy or a prototype can't bring in what was not looked at", async () => {
  const checker = await createChecker();
  checker.check(request);
  let reads = 0;
  const getter = {
    ...request,
    get content() {
      reads += 1;
      return reads === 1 ? "Plain words." : "shit";
    },
  };
  assert.equal(checker.check(getter).status, "PASS");
  assert.equal(reads, 1);
  assert.throws(() => checker.check(Object.create(request)), { code: "CONTRACT_INVALID" });
  const tags = new Proxy(["no_harm"], { get: (target, key) => (key === "0" ? "other" : Reflect.get(target, key)) });
  assert.ok(checker.check({ ...request, policy_tags: tags }).violation_codes.includes("POLICY_TAGS_MISSING"));
  checker.dispose();
});

test("a report is changed by nobody's hand but its holder's", async () => {
  const checker = await createChecker();
  const tags = ["no_harm"];
  checker.check({ ...request, policy_tags: tags });
  tags[0] = "other";
  assert.ok(checker.check({ ...request, policy_tags: tags }).violation_codes.includes("POLICY_TAGS_MISSING"));
  checker.dispose();
});

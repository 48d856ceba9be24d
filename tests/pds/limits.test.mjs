// Bluesky's limits, ours and the server's: texts at and over 300 graphemes and 3,000 bytes, and tags at and over theirs, are refused by a real
// PDS exactly where the check says LENGTH_EXCEEDED or PLATFORM_RULE.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startPds } from "./server.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

let pds;
let ann;

/** What the check finds in each text, as codes. */
function checked(texts) {
  const input = texts.map((content) => JSON.stringify({ content, platform: "bluesky", policy_tags: ["no_harm"] })).join("\n");
  const run = spawnSync("cargo", ["run", "--quiet", "--example", "reports"], { cwd: ROOT, input, encoding: "utf8", maxBuffer: 2 ** 28 });
  assert.equal(run.status, 0, run.stderr);
  return run.stdout.trimEnd().split("\n").map((line) => JSON.parse(line).violation_codes);
}

/** Whether the server takes a post. */
async function takes(record) {
  const { status, body } = await pds.call("POST", "com.atproto.repo.createRecord", {
    token: ann.accessJwt,
    body: {
      repo: ann.did,
      collection: "app.bsky.feed.post",
      record: { $type: "app.bsky.feed.post", createdAt: "2026-01-02T03:04:05.000Z", ...record },
    },
  });
  assert.ok(status === 200 || (status === 400 && body.error === "InvalidRequest"), `${status} ${JSON.stringify(body)}`);
  return status === 200;
}

/** What one character is to a reader, in every way that Unicode makes it of several. */
const CHARACTERS = [
  "a", "é", "e\u0301", "漢", "😀", "👍🏽", "👩‍🔬", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🇩🇪", "1️⃣", "☀️", "\r\n", "한", "\u1112\u1161\u11ab", "กำ", "நி", "\u200d", "\u0301", "🫩", "❤️‍🔥",
];

/** Texts of exactly so many characters, and their first beyond. */
function* byCharacters() {
  for (const character of CHARACTERS) {
    for (const count of [299, 300, 301]) yield character.repeat(count);
    yield `${"a".repeat(299)}${character}`;
    yield `${"a".repeat(300)}${character}`;
    yield `${character}${"b".repeat(299)}`;
  }
}

/** Texts of exactly 3,000 bytes and one more or less, and fewer than 300 characters. */
function* byBytes() {
  for (const character of CHARACTERS) {
    const size = Buffer.byteLength(character);
    if (size < 11) continue;
    for (const bytes of [2999, 3000, 3001]) {
      const count = Math.floor(bytes / size);
      yield character.repeat(count) + "a".repeat(bytes - count * size);
    }
  }
  for (const bytes of [2999, 3000, 3001]) yield `a${"\u0301".repeat(Math.floor((bytes - 1) / 2))}${"b".repeat((bytes - 1) % 2)}`;
}

const LONG = [...byCharacters(), ...byBytes()];
const tags = (count) => Array.from({ length: count }, (_, index) => `tag${index}`);
const TAGS = [
  tags(7), tags(8), tags(9), ["a".repeat(64)], ["a".repeat(65)], ["é".repeat(64)], ["漢".repeat(64)], ["漢".repeat(65)], [`a${"\u0301".repeat(319)}`], [`a${"\u0301".repeat(320)}`],
].map((list) => ({ list, text: list.map((tag) => `#${tag}`).join(" ") }));
const CODES = new Map();

before(async () => {
  // Asked before the server starts: an answer that takes its time would let idle connections end.
  const texts = [...LONG, ...TAGS.map(({ text }) => text)];
  for (const [index, codes] of checked(texts).entries()) CODES.set(texts[index], codes);
  pds = await startPds({ rateLimitsEnabled: false });
  ann = await pds.account("ann");
});

after(() => pds?.stop());

test("a post is refused exactly where the check says that it is too long", async () => {
  const wrong = [];
  let refused = 0;
  for (const text of LONG) {
    const isTaken = await takes({ text });
    const isTooLong = CODES.get(text).includes("LENGTH_EXCEEDED");
    refused += isTaken ? 0 : 1;
    if (isTaken === isTooLong) wrong.push({ text: JSON.stringify([...new Set(text)].join("")), length: text.length, isTaken, isTooLong });
  }
  assert.deepEqual(wrong, [], `${wrong.length} of ${LONG.length} differ`);
  assert.ok(refused > 20 && refused < LONG.length - 20, `${refused} of ${LONG.length} refused`);
});

test("tags are refused exactly where the check says that they are too many or too long", async () => {
  for (const { list, text } of TAGS) {
    assert.equal(await takes({ text, tags: list }), !CODES.get(text).includes("PLATFORM_RULE"), text);
  }
});

test("a tag that is linked in the text has the same limit", async () => {
  for (const { list, text } of TAGS.filter(({ list }) => list.length === 1)) {
    const facets = [{ index: { byteStart: 0, byteEnd: Buffer.byteLength(text) }, features: [{ $type: "app.bsky.richtext.facet#tag", tag: list[0] }] }];
    assert.equal(await takes({ text, facets }), !CODES.get(text).includes("PLATFORM_RULE"), text);
  }
});

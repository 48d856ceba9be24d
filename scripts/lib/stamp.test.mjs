import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { digest, filesBelow, isStamped, writeStamp } from "./stamp.mjs";

const folder = mkdtempSync(join(tmpdir(), "postgate-stamp-"));
after(() => rmSync(folder, { recursive: true }));
const file = (name, text) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

test("a digest changes with a word, a file's content and a file's name, and with nothing else", () => {
  const [a, b] = [file("a", "one"), file("b", "one")];
  const first = digest({ words: ["w"], files: [a] });
  assert.equal(digest({ words: ["w"], files: [a] }), first);
  file("a", "one");
  assert.equal(digest({ words: ["w"], files: [a] }), first);
  const others = [digest({ words: ["v"], files: [a] }), digest({ words: ["w"], files: [b] }), digest({ words: ["w"], files: [a, b] })];
  file("a", "two");
  others.push(digest({ words: ["w"], files: [a] }));
  assert.equal(new Set([first, ...others]).size, 5);
});

test("words don't run together", () => {
  assert.notEqual(digest({ words: ["ab", "c"] }), digest({ words: ["a", "bc"] }));
});

test("a stamp is true of what it was made from alone", () => {
  const stamp = join(folder, "deep", "stamp");
  assert.equal(isStamped(stamp, "x"), false);
  writeStamp(stamp, "x");
  assert.equal(isStamped(stamp, "x"), true);
  assert.equal(isStamped(stamp, "y"), false);
});

test("files below a folder come sorted, folders and a missing path are none", () => {
  mkdirSync(join(folder, "tree", "z"), { recursive: true });
  const [second, first] = [file("tree/z/1", ""), file("tree/a", "")];
  assert.deepEqual(filesBelow(join(folder, "tree")), [first, second]);
  assert.deepEqual(filesBelow(join(folder, "none")), []);
});

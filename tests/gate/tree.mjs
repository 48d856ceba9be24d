// RFC 6962 and C2SP's signed notes in a few lines of their own: what a stranger would check the gate's answers with.

import assert from "node:assert/strict";
import { createHash, createPublicKey, verify } from "node:crypto";

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
export const node = (left, right) => sha256(Buffer.from([1]), left, right);
const bytes = (text) => Buffer.from(text, "base64");

/** Opens a signed checkpoint with the keys of a JWKS. */
export function openNote(note, { keys }) {
  const [text, signatures] = note.split(/(?<=\n)\n(?=— )/);
  const [origin, size, root, ...more] = text.trimEnd().split("\n");
  assert.deepEqual(more, []);
  const [, name, signed] = /^— (\S+) (\S+)\n$/.exec(signatures);
  assert.equal(name, origin);
  const raw = bytes(signed);
  const key = keys.find(({ x }) => sha256(name, "\n", Buffer.from([1]), Buffer.from(x, "base64url")).subarray(0, 4).equals(raw.subarray(0, 4)));
  assert.ok(key, "the checkpoint is signed with a key that is not published");
  assert.ok(verify(null, Buffer.from(text), createPublicKey({ key: { kty: key.kty, crv: key.crv, x: key.x }, format: "jwk" }), raw.subarray(4)));
  return { origin, size: Number(size), root: bytes(root) };
}

/** RFC 9162, 2.1.3.2: the root that a leaf and its path lead to. */
export function rootFrom(index, size, leaf, path) {
  let [fn, sn, hash] = [index, size - 1, bytes(leaf)];
  for (const text of path) {
    const other = bytes(text);
    if (fn % 2 === 1 || fn === sn) {
      hash = node(other, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
    } else hash = node(hash, other);
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  assert.equal(sn, 0);
  return hash;
}

/** RFC 9162, 2.1.4.2: whether a path leads from one root to the other. */
export function grew(first, firstRoot, second, secondRoot, path) {
  const hashes = path.map(bytes);
  if ((first & (first - 1)) === 0) hashes.unshift(firstRoot);
  let [fn, sn] = [first - 1, second - 1];
  while (fn % 2 === 1) [fn, sn] = [fn >> 1, sn >> 1];
  let [fr, sr] = [hashes[0], hashes[0]];
  for (const hash of hashes.slice(1)) {
    assert.notEqual(sn, 0);
    if (fn % 2 === 1 || fn === sn) {
      [fr, sr] = [node(hash, fr), node(hash, sr)];
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
    } else sr = node(sr, hash);
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  return sn === 0 && fr.equals(firstRoot) && sr.equals(secondRoot);
}

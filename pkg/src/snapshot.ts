/**
 * A caller's value, read once, as the plain data that JSON would carry: members that are `undefined` are left out,
 * and a string that no encoder can carry (it holds a lone surrogate) is refused with its place, before the wasm
 * encoder would put U+FFFD in its stead and check a text that nobody wrote.
 */
import { PostgateError } from "./errors.js";

/** Deeper than any document of ours; stops a value that holds itself. */
const MAX_DEPTH = 16;

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

export const isWellFormed: (text: string) => boolean =
  typeof String.prototype.isWellFormed === "function"
    ? (text) => text.isWellFormed()
    : (text) => !LONE_SURROGATE.test(text);

/** A copy of `value` that shares nothing with it; throws `CONTRACT_INVALID` with the pointer of what can't be carried. */
export function snapshot(value: unknown, pointer = "", depth = 0): unknown {
  if (typeof value === "string") {
    if (!isWellFormed(value)) throw refused(pointer, "text holds a lone surrogate, expected well-formed Unicode");
    return value;
  }
  if (typeof value !== "object" || value === null) return value;
  if (depth === MAX_DEPTH) throw refused(pointer, `nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) return value.map((item, index) => snapshot(item, `${pointer}/${index}`, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key];
    if (member === undefined) continue;
    const place = pointer + pointerOf(key);
    if (key === "__proto__" || !isWellFormed(key)) throw refused(place, "unknown field");
    copy[key] = snapshot(member, place, depth + 1);
  }
  return copy;
}

function refused(pointer: string, message: string): PostgateError {
  return new PostgateError("CONTRACT_INVALID", message, { pointer });
}

/** A member name as one step of a JSON pointer (RFC 6901). */
export function pointerOf(key: string): string {
  return `/${key.includes("~") || key.includes("/") ? key.replaceAll("~", "~0").replaceAll("/", "~1") : key}`;
}

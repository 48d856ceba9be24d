// Drafts for comparing engines: the same ones from the same seed wherever this file runs, and a digest of what a checker says about a batch.
// No imports: it runs in Node, in Chromium and in workerd as it is.

const platforms = ["x", "twitter", "instagram", "ig", "tiktok", "youtube", "threads", "bluesky", "mastodon", "linkedin", "facebook"];
const tags = [["no_harm"], ["no_harm", "no_misinfo", "no_numbering"], [], ["no_such_tag"], ["no_harm", "no_harm"]];
const timestamps = [null, "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678+02:00"];

/** What drafts are made of: plain words in several scripts, and whatever a rule or a measure looks for. */
const words = [
  "tomatoes", "like", "warm", "soil", "and", "a", "the", "Naïve", "Straße", "İstanbul", "漢字", "かな", "שלום", "مرحبا", "می‌خواهم", "हिन्दी", "ไทย", "한국어", "e\u0301", "\u1100\u1161\u11a8",
  "😀", "👨‍👩‍👧", "🧵", "1️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🇩🇪", "❤️", "☝🏽", "©", "™",
  "1.", "2)", "1/5", "(1/5)", "[3]", "- ", "• ", "→ ", "✅ ", "I.", "iv)", "a)", "①", "²", "Tweet 1:", "Part two:", "Step 1:", "No. 1:", "24/7", "1st", "3.5", "2026 was", "$5",
  "https://example.com/a", "http://example.com/shit", "example.com", "https://münchen.example/ñ?q=1#f", "www.example.co.uk.", "(https://a.example/b(c)d)", "t.co/x", ".com", "@name", "@", "@a@example.social", "@example.bsky.social", "#tag", "#", "#1", "#ñandú", "＃全角", "$ACME",
  "shit", "fuck", "sh1t", "f*ck", "s h i t", "fuuuck", "ѕhіt", "ｓｈｉｔ", "Scunthorpe", "Dick Van Dyke", "assess", "bitch please", "damn", "hell",
  "I want to die", "kill myself", "kill yourself", "better off dead", "want to diet", "no reason to live", "self-harm tips", "prevention",
  "guaranteed profit", "send me money", "click here to win", "DM me", "follow back", "Elon Musk here", "buy followers", "vaccines cause", "the election was",
  "4111 1111 1111 1111", "4111111111111112", "AKIAIOSFODNN7EXAMPLE", "sk-aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6", "ghp_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3h", "ann@example.com", "+49 30 1234567", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.AAAA", "password: hunter2hunter2",
  "\u0000", "\u0007", "\u001b", "\u0085", "\u00a0", "\u00ad", "\u034f", "\u061c", "\u180e", "\u200b", "\u200d", "\u200e", "\u2028", "\u202e", "\u202c", "\u2066", "\u2069", "\u3164", "\ufe0f", "\ufeff", "\ufffc", "\ufffd", "\uffff", "\u{e0061}", "\u{10ffff}",
  "\n", "\n", "\r\n", "\r", "\n\n", "\t", "  ", "<b>", "&amp;", "\"", "\\", "'", "’", "…", "—", ",", ".", "!", "?!",
];

/** A generator of 32-bit numbers (splitmix32): the seed says all that comes. */
function numbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

/** Draft `index` of a seed. */
export function draft(seed, index) {
  const next = numbers(Math.imul(seed, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35));
  const below = (count) => next() % count;
  const one = (list) => list[below(list.length)];
  // Most are short, as posts are; some are long, a few are nothing or far too much.
  const most = one([3, 8, 8, 16, 16, 30, 60]) * (below(200) === 0 ? 20 : 1);
  const gap = one(["", " ", " ", " "]);
  let content = "";
  for (let count = below(24) === 0 ? 0 : 1 + below(most); count > 0; count -= 1) content += one(words) + (below(12) === 0 ? one(["", "\n", "  "]) : gap);
  const request = { content, platform: one(platforms) };
  if (below(2)) request.format = one(["single", "thread", "thread"]);
  if (below(8)) request.policy_tags = one(tags);
  if (below(4) === 0) request.required_citations = below(2) === 0;
  if (below(4) === 0) {
    request.sources = Array.from({ length: below(3) }, () => ({ url: one(words), title: one(words).replaceAll("\u0000", ""), timestamp: one(timestamps), relevance_score: below(1001) / 1000 }));
    for (const source of request.sources) source.url = source.url.replaceAll("\u0000", "");
  }
  if (below(2)) request.span_unit = one(["utf8", "utf16"]);
  return request;
}

/** The drafts `from` to `from + count` of a seed. */
export const drafts = (seed, from, count) => Array.from({ length: count }, (_, offset) => draft(seed, from + offset));

/** SHA-256 over what `say` answers about each draft, a line each. */
export async function digest(say, batch) {
  const bytes = new TextEncoder().encode(batch.map((request) => `${say(request)}\n`).join(""));
  return Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The digests of the batches of a seed, as `checker` decides them. */
export async function digests(checker, { seed, total, size }) {
  const found = [];
  const say = (request) => JSON.stringify(checker.check(request));
  for (let from = 0; from < total; from += size) found.push(await digest(say, drafts(seed, from, Math.min(size, total - from))));
  return found;
}

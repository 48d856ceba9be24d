// A mock of X's API v2, for X itself can't run here: strict to its protocol. It verifies OAuth 1.0a signatures as X documents them,
// by its own code over node:crypto; refuses unknown fields, replies to nothing and duplicates; shows a timeline with X's short links.

import { createHmac, timingSafeEqual } from "node:crypto";
import { startServer } from "./server.mjs";

const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

export const secrets = {
  X_API_KEY: "mock-api-key",
  X_API_SECRET: "mock/api+secret=&",
  X_ACCESS_TOKEN: "4711-mock-access-token",
  X_ACCESS_TOKEN_SECRET: "mock token secret",
};
const userId = "4711";

/** Why the signature does not count, or nothing. */
function refusal(request, url, nonces) {
  const header = request.headers.authorization ?? "";
  if (!header.startsWith("OAuth ")) return "no OAuth header";
  const sent = {};
  for (const pair of header.slice(6).split(", ")) {
    const [, name, value] = pair.match(/^([a-z_]+)="([^"]*)"$/) ?? [];
    if (!name || name in sent) return `unreadable pair ${pair}`;
    sent[name] = decodeURIComponent(value);
  }
  const { oauth_signature: signature, ...own } = sent;
  const names = ["oauth_consumer_key", "oauth_nonce", "oauth_signature_method", "oauth_timestamp", "oauth_token", "oauth_version"];
  if (Object.keys(own).sort().join() !== names.join()) return "other parameters than OAuth's";
  if (own.oauth_consumer_key !== secrets.X_API_KEY || own.oauth_token !== secrets.X_ACCESS_TOKEN) return "unknown key or token";
  if (own.oauth_signature_method !== "HMAC-SHA1" || own.oauth_version !== "1.0") return "another method";
  if (Math.abs(Date.now() / 1000 - Number(own.oauth_timestamp)) > 300) return "timestamp out of bounds";
  if (!/^[0-9A-Za-z]{16,}$/.test(own.oauth_nonce) || nonces.has(own.oauth_nonce)) return "nonce used or too short";
  nonces.add(own.oauth_nonce);
  const pairs = [...Object.entries(own), ...url.searchParams].map(([name, value]) => [encode(name), encode(value)]);
  pairs.sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1));
  const joined = pairs.map((pair) => pair.join("=")).join("&");
  const base = [request.method, encode(url.origin + url.pathname), encode(joined)].join("&");
  const key = `${encode(secrets.X_API_SECRET)}&${encode(secrets.X_ACCESS_TOKEN_SECRET)}`;
  const expected = createHmac("sha1", key).update(base).digest();
  const given = Buffer.from(signature ?? "", "base64");
  return given.length === expected.length && timingSafeEqual(given, expected) ? undefined : "signature does not match";
}

const problem = (status, title, detail) => ({ status, body: { title, detail, type: "about:blank", status } });
const invalid = (message) => ({ status: 400, body: { errors: [{ message }], title: "Invalid Request", detail: message, type: "https://api.twitter.com/2/problems/invalid-request" } });

/**
 * Starts the mock.
 *
 * - `vars`: what a gate needs to post there · `posts`: what was posted, oldest first, as { id, text, replyTo }
 * - `refused`: why signatures were refused · `next(behaviour)`: what happens with the next POST, in order: `"silent"` takes it and
 *   never answers, `"drop"` does not take it and never answers, `"hold"` never answers and waits; or { status, headers, body } is its answer
 * - `shows(whether)`: whether the timeline shows what is posted from now on; it shows all of it once it shows again
 */
export async function startX() {
  const posts = [];
  const refused = [];
  const behaviours = [];
  const nonces = new Set();
  let shownUpTo = Infinity;

  function create(body) {
    const unknown = Object.keys(body).filter((name) => !["text", "reply"].includes(name));
    if (unknown.length > 0) return invalid(`unknown field ${unknown}`);
    if (typeof body.text !== "string" || body.text.trim() === "") return invalid("text is missing");
    const replyTo = body.reply?.in_reply_to_tweet_id;
    if (body.reply && (Object.keys(body.reply).join() !== "in_reply_to_tweet_id" || !/^\d{1,19}$/.test(replyTo))) return invalid("reply");
    if (replyTo && !posts.some(({ id }) => id === replyTo)) return problem(403, "Forbidden", "You attempted to reply to a Tweet that is deleted or not visible to you.");
    if (posts.some(({ text }) => text === body.text)) return problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.");
    const id = String(1_900_000_000_000_000_000n + BigInt(posts.length));
    posts.push({ id, text: body.text, replyTo, at: new Date() });
    return { status: 201, body: { data: { id, text: body.text, edit_history_tweet_ids: [id] } } };
  }

  /** As a timeline shows it: three characters escaped, links (those with a scheme, which is all that this mock knows) shortened. */
  function shown({ id, text, replyTo, at }) {
    const urls = [];
    const short = text.trim().normalize("NFC").replace(/https?:\/\/\S+/g, (link) => {
      const url = `https://t.co/${String(urls.length).padStart(10, "a")}`;
      urls.push({ start: 0, end: url.length, url, expanded_url: link, display_url: link });
      return url;
    });
    const escaped = short.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
    return {
      id,
      text: escaped,
      created_at: at.toISOString(),
      ...(urls.length > 0 && { entities: { urls } }),
      ...(replyTo && { referenced_tweets: [{ type: "replied_to", id: replyTo }] }),
    };
  }

  function timeline(query) {
    const known = ["exclude", "max_results", "start_time", "tweet.fields", "pagination_token"];
    const unknown = [...query.keys()].filter((name) => !known.includes(name));
    if (unknown.length > 0) return invalid(`unknown parameter ${unknown}`);
    const start = query.get("start_time");
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(start)) return invalid(`start_time ${start}`);
    const found = posts.slice(0, shownUpTo).filter(({ at }) => at >= new Date(start)).toReversed();
    const from = Number(query.get("pagination_token") ?? 0);
    const size = Number(query.get("max_results"));
    if (!(size >= 5 && size <= 100)) return invalid("max_results");
    const page = found.slice(from, from + size);
    const next = from + size < found.length ? { next_token: String(from + size) } : {};
    return { status: 200, body: { ...(page.length > 0 && { data: page.map(shown) }), meta: { result_count: page.length, ...next } } };
  }

  const server = await startServer(async (request, body, url) => {
    const why = refusal(request, url, nonces);
    if (why) {
      refused.push(why);
      return problem(401, "Unauthorized", "Unauthorized");
    }
    if (request.method === "GET" && url.pathname === `/2/users/${userId}/tweets`) return timeline(url.searchParams);
    if (request.method !== "POST" || url.pathname !== "/2/tweets") return problem(404, "Not Found", "no such path");
    if (request.headers["content-type"] !== "application/json" || url.search) return invalid("not JSON");
    const behaviour = behaviours.shift();
    if (behaviour === "drop") return undefined;
    if (typeof behaviour === "object") return behaviour;
    const answer = create(JSON.parse(body.toString("utf8")));
    return behaviour === "silent" ? undefined : answer;
  });
  const vars = { ...secrets, X_API_BASE_URL: server.url, POSTGATE_PUBLISHERS: "x=x" };
  const shows = (whether) => void (shownUpTo = whether ? Infinity : posts.length);
  return { ...server, vars, posts, refused, shows, next: (...more) => behaviours.push(...more) };
}

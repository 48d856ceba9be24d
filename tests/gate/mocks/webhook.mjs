// A backend as docs/publishers.md asks for one: it verifies each request by its own code, keeps each part under its key, and answers.

import { createHmac, timingSafeEqual } from "node:crypto";
import { startServer } from "./server.mjs";

const secret = "a secret of at least 32 characters";
const members = ["action", "key", "parts", "part_index", "platform", "post_id", "reply_to", "root", "text", "user_id"].sort().join();

function refusal(request, body) {
  const [seconds, signature] = [request.headers["postgate-timestamp"], request.headers["postgate-signature"]];
  if (!/^\d+$/.test(seconds) || Math.abs(Date.now() / 1000 - Number(seconds)) > 300) return "timestamp out of bounds";
  const expected = Buffer.from(`v1=${createHmac("sha256", secret).update(`${seconds}.`).update(body).digest("hex")}`);
  const given = Buffer.from(signature ?? "");
  return given.length === expected.length && timingSafeEqual(given, expected) ? undefined : "signature does not match";
}

/**
 * Starts a backend.
 *
 * - `vars`: what a gate needs to publish there · `parts`: what it took, in order · `refused`: why requests were refused
 * - `next(...behaviours)`: what happens with the next requests to publish: `"silent"` takes it and never answers, `"drop"` never
 *   answers, or { status, headers, body }; `undefined` takes it
 */
export async function startWebhook({ routes = "*=webhook" } = {}) {
  const parts = [];
  const refused = [];
  const behaviours = [];
  const server = await startServer((request, body) => {
    const why = refusal(request, body);
    if (why) {
      refused.push(why);
      return { status: 401, body: { error: why } };
    }
    const message = JSON.parse(body.toString("utf8"));
    if (Object.keys(message).sort().join() !== members || request.headers["idempotency-key"] !== `"${message.key}"`) {
      refused.push("unknown members");
      return { status: 400 };
    }
    const answer = (part) => ({ id: part.key, url: `https://backend.example/${part.key}` });
    const known = parts.find(({ key }) => key === message.key);
    if (message.action === "find") return known ? { status: 200, body: answer(known) } : { status: 404 };
    const behaviour = behaviours.shift();
    if (behaviour === "drop") return undefined;
    if (typeof behaviour === "object") return behaviour;
    if (known) return { status: 409, body: answer(known) };
    parts.push(message);
    return behaviour === "silent" ? undefined : { status: 201, body: answer(message) };
  });
  const vars = { WEBHOOK_URL: `${server.url}/in`, WEBHOOK_SECRET: secret, POSTGATE_PUBLISHERS: routes };
  return { ...server, vars, parts, refused, next: (...more) => behaviours.push(...more) };
}

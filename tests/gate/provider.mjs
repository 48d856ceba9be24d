// A mock of a model provider with an OpenAI-compatible chat completions endpoint: the real thing can't run here. It is strict about
// what it is sent, streams as such servers do, and does what the scenario in the prompt says.

import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export const key = "sk-mock-2f9c1d";
export const model = "mock-1";

const chunk = (delta, finish_reason = null) =>
  `data: ${JSON.stringify({ id: "c1", object: "chat.completion.chunk", model, choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const end = `${chunk({}, "stop")}data: [DONE]\n\n`;
const spoken = (pieces) => chunk({ role: "assistant", content: "" }) + pieces.map((content) => chunk({ content })).join("");

/** What is wrong with a request, as a status and a sentence; undefined when it is right. */
function wrong(request, body) {
  if (request.method !== "POST" || request.url !== "/v1/chat/completions") return [404, "no such endpoint"];
  if (request.headers.authorization !== `Bearer ${key}`) return [401, "wrong key"];
  if (request.headers["content-type"] !== "application/json") return [415, "not JSON"];
  if (Object.keys(body).sort().join() !== "messages,model,stream") return [400, `unknown members: ${Object.keys(body)}`];
  if (body.model !== model || body.stream !== true) return [400, "wrong model, or no stream"];
  const roles = body.messages.map(({ role }) => role).join();
  if (!["system,user", "system,user,user"].includes(roles)) return [400, `wrong roles: ${roles}`];
  if (body.messages.some(({ content }) => typeof content !== "string" || content === "")) return [400, "an empty message"];
  return undefined;
}

/** Each is given the response and what to say; what it does not do, never happens. */
const scenarios = {
  async plain(response, text) {
    response.end(spoken([...text]) + end);
  },
  async slow(response, text) {
    for (const word of text.split(/(?<= )/)) {
      response.write(spoken([word]));
      await sleep(20);
    }
    response.end(end);
  },
  /** Chunk borders inside characters and inside JSON. */
  async split(response, text) {
    const bytes = Buffer.from(spoken([text]) + end);
    for (let at = 0; at < bytes.length; at += 3) {
      response.write(bytes.subarray(at, at + 3));
      if (at % 30 === 0) await sleep(1);
    }
    response.end();
  },
  async carriage(response, text) {
    response.end((spoken([text]) + end).replaceAll("\n", "\r\n"));
  },
  async cut(response, text) {
    response.write(spoken([text]));
    await sleep(50);
    response.destroy();
  },
  /** Ends politely, and without having said that this is all. */
  async unfinished(response, text) {
    response.end(spoken([text]));
  },
  async length(response, text) {
    response.end(spoken([text]) + chunk({}, "length") + "data: [DONE]\n\n");
  },
  async filtered(response, text) {
    response.end(spoken([text]) + chunk({}, "content_filter") + "data: [DONE]\n\n");
  },
  async empty(response) {
    response.end(chunk({ role: "assistant", content: "" }) + end);
  },
  async page(response) {
    response.end("<!doctype html><title>gateway</title>");
  },
  async garbage(response, text) {
    response.end(`${spoken([text])}data: {"choices":[{"delta":\n\n`);
  },
  async surrogate(response) {
    response.end(`data: {"choices":[{"index":0,"delta":{"content":"\\ud800"}}]}\n\n${end}`);
  },
  async complaint(response) {
    response.end('data: {"error":{"message":"overloaded","type":"server_error"}}\n\n');
  },
  async endless(response) {
    const much = spoken(["word ".repeat(2000)]);
    for (let sent = 0; sent < 10_000_000 && !response.destroyed; sent += 10_000) if (!response.write(much)) await Promise.race([once(response, "drain"), once(response, "close")]);
    response.end();
  },
  /** Goes on, slowly, as long as somebody reads. */
  async drip(response) {
    while (!response.destroyed) {
      response.write(spoken(["word "]));
      await sleep(50);
    }
  },
  /** A status and nothing more. */
  async silent() {},
};

/**
 * Starts the mock. `url` is its base address, `requests` what it was asked, `ended` the requests whose reader went away early. A prompt
 * `scenario: text` runs that scenario; `text: n` says the n-th of `texts`, in its pieces; `429: …` or `500: …` answers with the status, `2x500: …` twice and then speaks plainly.
 * `wrote` is called with each piece as it goes out.
 */
export async function startProvider({ texts = [], wrote } = {}) {
  const requests = [];
  const ended = [];
  const failures = new Map();
  const say = async (request, response, body) => {
    const refusal = wrong(request, body);
    if (refusal) return response.writeHead(refusal[0]).end(JSON.stringify({ error: { message: refusal[1] } }));
    requests.push(body);
    const [, name, text] = /^([^:]+): ?(.*)$/su.exec(body.messages[1].content) ?? [undefined, "plain", body.messages[1].content];
    const failing = /^(?:(\d)x)?([45]\d\d|hang)$/.exec(name);
    if (failing) {
      const left = failures.get(body.messages[1].content) ?? Number(failing[1] ?? 1000);
      failures.set(body.messages[1].content, left - 1);
      if (left > 0) return failing[2] === "hang" ? undefined : response.writeHead(Number(failing[2])).end("{}");
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    response.on("close", () => response.writableFinished || ended.push(name));
    if (wrote) {
      const write = response.write.bind(response);
      response.write = (piece) => (wrote(piece), write(piece));
    }
    if (name === "text") return response.end(spoken(texts[Number(text)]) + end);
    return (scenarios[name] ?? scenarios.plain)(response, text);
  };
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const part of request.setEncoding("utf8")) text += part;
    await say(request, response, JSON.parse(text || "{}")).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}/v1`,
    requests,
    ended,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

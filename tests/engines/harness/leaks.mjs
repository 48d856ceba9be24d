// What a gate is told in confidence stays with it: every gate of every test remembers its secrets, the credentials and the drafts that the test
// sent it, and fails at its end when one of them stands in a line of its log or in a reply where it does not belong.
//
// Seen is what goes through the global fetch, which is how tests speak to gates; of a stream, what its reader has read.

import { Failure } from "../../../scripts/lib/say.mjs";

const gates = new Map();
const real = globalThis.fetch;

globalThis.fetch = async (input, init) => {
  const gate = gates.get(originOf(input));
  if (!gate) return real(input, init);
  gate.hear(new Headers(init?.headers ?? input.headers), init?.body);
  const response = await real(input, init);
  const where = String(input.url ?? input);
  if ((response.headers.get("content-type") ?? "").includes("event-stream")) return gate.tap(response, where);
  gate.read(response.clone(), where);
  return response;
};

function originOf(input) {
  try {
    return new URL(input.url ?? input).origin;
  } catch {
    return undefined;
  }
}

/** A text long enough to be told from any other, as it stands in a log: as it is, or escaped in JSON. */
const spellings = (text) => [...new Set([text, JSON.stringify(text).slice(1, -1)])];
const least = 16;
const most = 48;
const enough = 5000;

/** The values of variables that are nobody else's business. Of a JWK that is its private member. */
function secretsOf(vars) {
  const named = Object.entries(vars).filter(([name, value]) => /(KEY|KEYS|SECRET|TOKEN|PASSWORD)$/.test(name) && name !== "POSTGATE_EARLIER_KEYS" && value);
  return named.map(([, value]) => value.match(/"d":"([^"]+)"/)?.[1] ?? value).filter((value) => value.length >= 8);
}

/** What of an error reply may repeat the draft: where its findings are and what they are. */
function withoutFindings(text) {
  try {
    const body = JSON.parse(text);
    for (const part of ["diagnostics", "required_edits"]) delete body.error?.details?.[part];
    return JSON.stringify(body);
  } catch {
    return text;
  }
}

/** Begins to watch a gate; `end(logs)` says what it has told anybody. */
export function confide(url, vars) {
  const secrets = new Set(secretsOf(vars));
  const drafts = new Set();
  const found = [];
  const reading = new Set();
  const streams = [];

  const gate = {
    hear(headers, body) {
      const credential = headers.get("authorization")?.replace(/^Bearer /, "") ?? "";
      if (!credential.startsWith("dev") && credential.length >= least) secrets.add(credential);
      if (typeof body !== "string" || drafts.size > enough) return;
      let request;
      try {
        request = JSON.parse(body);
      } catch {
        return;
      }
      for (const text of [request?.content, request?.prompt]) {
        if (typeof text !== "string") continue;
        for (const row of text.split(/[\r\n]+/)) if (row.trim().length >= least) drafts.add(row.trim().slice(0, most));
      }
    },
    /** The same reply, of which everything that is read is looked at. A reader that goes away is seen to go by the gate. */
    tap(response, where) {
      const decoder = new TextDecoder();
      const stream = { text: "", where };
      streams.push(stream);
      const through = new TransformStream({
        transform(chunk, controller) {
          stream.text += decoder.decode(chunk, { stream: true });
          controller.enqueue(chunk);
        },
      });
      return new Response(response.body.pipeThrough(through), response);
    },
    read(response, where) {
      const work = response.text().then((text) => {
        const say = (what, told) => found.push(`${what} is in the reply of ${where} (${response.status}): ${told.slice(0, 300)}`);
        for (const secret of secrets) if (spellings(secret).some((spelling) => text.includes(spelling))) say("a secret", text);
        if (response.status < 400) return;
        const told = withoutFindings(text);
        for (const draft of drafts) if (spellings(draft).some((spelling) => told.includes(spelling))) say(`the draft ${JSON.stringify(draft)}`, told);
      });
      const whole = work.catch(() => {}).finally(() => reading.delete(whole));
      reading.add(whole);
    },
  };
  gates.set(url, gate);

  return {
    /** Takes in variables that a restart brought. */
    add: (more) => secretsOf(more).forEach((secret) => secrets.add(secret)),
    async end(logs) {
      gates.delete(url);
      await Promise.all(reading);
      for (const { text, where } of streams) {
        const errors = text.split("\n\n").filter((frame) => frame.startsWith("event: error")).join("\n");
        for (const secret of secrets) if (spellings(secret).some((spelling) => text.includes(spelling))) found.push(`a secret is in the stream of ${where}`);
        for (const draft of drafts) if (spellings(draft).some((spelling) => errors.includes(spelling))) found.push(`the draft ${JSON.stringify(draft)} is in an error of the stream of ${where}`);
      }
      for (const text of logs) {
        for (const hidden of [...secrets, ...drafts]) {
          if (spellings(hidden).some((spelling) => text.includes(spelling))) found.push(`${secrets.has(hidden) ? "a secret" : `the draft ${JSON.stringify(hidden)}`} is in the log: ${text.slice(0, 300)}`);
        }
      }
      if (found.length > 0) throw new Failure(`what was told in confidence was passed on:\n${[...new Set(found)].slice(0, 10).join("\n")}`);
    },
  };
}

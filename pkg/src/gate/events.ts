/**
 * The event stream of a generation: frames in, typed events out. It holds the stream to its own rules: tokens, at most
 * one enforcement event, then done; a stream that breaks them or ends before `done` is an error, never a success.
 */
import { EventSourceParserStream } from "eventsource-parser/stream";

import { GateError, fromWire, record } from "./errors.js";
import { enforcement } from "./normalise.js";
import type { GenerateEvent } from "./types.js";

export async function* generateEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<GenerateEvent, void, undefined> {
  const frames = body
    .pipeThrough(new TextDecoderStream("utf-8", { fatal: true }) as ReadableWritablePair<string, Uint8Array>)
    .pipeThrough(new EventSourceParserStream());
  const reader = frames.getReader();
  let decided = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw broken("the stream ended before its done event");
      const event = read(value.event, value.data);
      if (event === undefined) continue;
      if (decided && event.type !== "done") throw broken(`${event.type} after the enforcement event`);
      decided ||= event.type === "enforcement";
      yield event;
      if (event.type === "done") return;
    }
  } finally {
    // Also when the caller leaves the loop early: the gate learns that nobody listens.
    await reader.cancel().catch(() => undefined);
  }
}

/** One frame as an event; undefined for names that this client does not know. */
function read(name: string | undefined, data: string): GenerateEvent | undefined {
  switch (name) {
    case "token": {
      const text = record(json(data))?.["text"];
      if (typeof text !== "string") throw broken("a token event without text");
      return { type: "token", text };
    }
    case "enforcement": {
      const held = enforcement(json(data));
      if (held === undefined) throw broken("an enforcement event without request_id or mode");
      return { type: "enforcement", enforcement: held };
    }
    case "done":
      return { type: "done" };
    case "error": {
      const body = json(data);
      throw fromWire(record(body)?.["error"] === undefined ? { error: body } : body, {}) ?? broken("an error event without a code");
    }
    default:
      return undefined;
  }
}

function json(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw broken("an event whose data is not JSON", cause);
  }
}

function broken(what: string, cause?: unknown): GateError {
  return new GateError("STREAM_BROKEN", `the event stream broke: ${what}`, { cause });
}

/**
 * `postgate/gate`: a typed client of the edge gate. Needs `fetch` and web streams, so Node 20, a Worker or a browser.
 * It trusts nothing that is not exactly what the contract says, and never reads a failure as a success.
 */
import { GateError, fromWire, record } from "./errors.js";
import { generateEvents } from "./events.js";
import { strings } from "./normalise.js";
import { retrying } from "./retry.js";
import type { GenerateEvent, GenerateRequest, PostAnswer, PostDraft, PostOptions } from "./types.js";

export { GATE_CODES, type ClientCode, GateError, type GateErrorCode } from "./errors.js";
export { type Jwk, type Jwks, type ReceiptProblem, type ReceiptVerdict, verifyReceipt } from "./receipt.js";
export { mayPass, type RetryOptions } from "./retry.js";
export type * from "./types.js";

export interface GateOptions {
  /** Where the gate is, e.g. `https://gate.example.com`. Only a page of the gate's own, or a `fetch` that knows, can leave it out. */
  baseUrl?: string | undefined;
  /** The value of `Authorization`, or what gives it at each call, e.g. ``() => `Bearer ${token}` ``. */
  authorization?: string | (() => string | Promise<string>) | undefined;
  /** Used in place of the global `fetch`. */
  fetch?: typeof fetch | undefined;
}

export interface Gate {
  /**
   * Runs the agents, over a prompt or over a draft of yours, and yields what they send. Leaving the loop or aborting
   * ends the request. Throws a `GateError`, or the signal's reason when it was aborted.
   */
  generate(request: GenerateRequest, options?: { signal?: AbortSignal | undefined }): AsyncGenerator<GenerateEvent, void, undefined>;
  /**
   * Asks the gate to publish a draft. It returns only if the draft was admitted; every refusal throws a `GateError`. What may
   * go through on another try is asked for again, always under the same idempotency key.
   */
  post(draft: PostDraft, options?: PostOptions): Promise<PostAnswer>;
  /** Any other call of the gate's API, by its path from the slash on, with its errors as `GateError`s. */
  call(path: string, init?: RequestInit): Promise<unknown>;
}

/** A client of one gate. Throws a `TypeError` where it is not said, or not readable, where that is. */
export function createGate(options: GateOptions = {}): Gate {
  const base = baseOf(options);
  const send = options.fetch ?? ((url: string, init: RequestInit) => fetch(url, init));

  async function request(path: string, init: RequestInit, idempotencyKey?: string): Promise<Response> {
    const known = idempotencyKey === undefined ? {} : { idempotencyKey };
    const headers = new Headers(init.headers);
    const authorization = await (typeof options.authorization === "function" ? options.authorization() : options.authorization);
    if (authorization !== undefined && authorization !== "") headers.set("authorization", authorization);
    let response: Response;
    try {
      response = await send(`${base}${path}`, { ...init, headers });
    } catch (cause) {
      init.signal?.throwIfAborted();
      throw new GateError("NETWORK", `the gate could not be reached${base === "" ? "" : ` at ${base}`}: ${reasonOf(cause)}`, { ...known, cause });
    }
    if (response.ok) return response;
    const fields = { ...known, status: response.status, ...retryAfter(response) };
    const body = await read(response, init.signal);
    throw fromWire(body, fields) ?? new GateError("BAD_RESPONSE", `the gate answered ${response.status} without an error of its own`, fields);
  }

  return {
    async *generate(body, { signal } = {}) {
      const init = json({ ...body, stream: true }, { accept: "text/event-stream" }, signal);
      const response = await request("/v1/generate/content", init);
      if (response.body === null || !response.headers.get("content-type")?.startsWith("text/event-stream")) {
        throw new GateError("BAD_RESPONSE", "the gate answered without an event stream", { status: response.status });
      }
      try {
        yield* generateEvents(response.body);
      } catch (cause) {
        signal?.throwIfAborted();
        throw cause instanceof GateError ? cause : new GateError("STREAM_BROKEN", "the event stream broke off", { cause });
      }
    },

    async post(draft, { receipt, idempotencyKey: given = crypto.randomUUID(), signal, ...retry } = {}) {
      const idempotencyKey = keyOf(given);
      const token = typeof receipt === "string" ? receipt : receipt?.token;
      const body = token === undefined ? draft : { ...draft, enforcement_receipt: token };
      const ask = async (): Promise<PostAnswer> => {
        const response = await request("/v1/posts", json(body, { "idempotency-key": `"${idempotencyKey}"` }, signal), idempotencyKey);
        const answer = record(await read(response, signal));
        if (answer?.["success"] !== true || typeof answer["post_id"] !== "string") {
          throw new GateError("BAD_RESPONSE", "the gate's answer does not say that the draft was posted", {
            status: response.status,
            idempotencyKey,
          });
        }
        return { ...answer, urls: strings(answer["urls"]), warnings: strings(answer["warnings"]) } as PostAnswer;
      };
      return retrying(ask, retry, signal);
    },

    async call(path, init = {}) {
      // Without its slash a path could be the end of the host, and the credential would go there.
      if (!path.startsWith("/")) throw new TypeError(`the path is ${JSON.stringify(path)}, expected one that starts with /`);
      const response = await request(path, init);
      const answer = await read(response, init.signal);
      if (answer === undefined) throw new GateError("BAD_RESPONSE", "the gate's answer is not JSON", { status: response.status });
      return answer;
    },
  };
}

/** An idempotency key without its quotes. One that no header can carry is refused as the gate would. */
function keyOf(given: string): string {
  const key = /^"(.*)"$/s.exec(given)?.[1] ?? given;
  if (/^[!#-~]{1,200}$/.test(key)) return key;
  throw new GateError("CONTRACT_INVALID", "not an idempotency key, expected 1 to 200 visible ASCII characters", { status: 422 });
}

function baseOf({ baseUrl, fetch }: GateOptions): string {
  if (baseUrl === undefined) {
    if (fetch !== undefined || typeof location !== "undefined") return "";
    throw new TypeError("baseUrl is missing, expected the gate's origin, such as https://gate.example.com");
  }
  if (!/^https?:\/\//.test(baseUrl) || !URL.canParse(baseUrl)) {
    throw new TypeError(`baseUrl is ${JSON.stringify(baseUrl)}, expected the gate's origin, such as https://gate.example.com`);
  }
  return baseUrl.replace(/\/+$/, "");
}

/** The answer's JSON; undefined where it holds none. Throws the signal's reason where that broke it off. */
async function read(response: Response, signal: AbortSignal | null | undefined): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}

/** Node says the reason of a request that failed one level down. */
function reasonOf(failure: unknown): string {
  const { message = String(failure), cause } = failure as Partial<Error>;
  return cause instanceof Error && cause.message !== "" ? cause.message : message;
}

function json(body: unknown, headers: Record<string, string>, signal: AbortSignal | undefined): RequestInit {
  return {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  };
}

/** `Retry-After` as seconds; its other form, a date, is one that the gate does not send. */
function retryAfter(response: Response): { retryAfter?: number } {
  const value = response.headers.get("retry-after");
  return value !== null && /^\d+$/.test(value) ? { retryAfter: Number(value) } : {};
}

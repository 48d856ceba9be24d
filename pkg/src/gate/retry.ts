/**
 * When asking again makes sense, and after how long. A post goes out under one idempotency key, so that asking again can't
 * post twice: the gate answers what it answered, or goes on where it stopped.
 */
import { GateError } from "./errors.js";

export interface RetryOptions {
  /** How often a post that may go through on another try is asked for again; 2 if left out, 0 for never. */
  retries?: number | undefined;
  /** The longest wait before another try, in milliseconds; a gate that asks for more gets none. 10,000 if left out. */
  maxWaitMs?: number | undefined;
}

/** Nobody decided: the gate was not reached, is busy with this very request, or lost a store for a moment. */
const PASSING: readonly string[] = [
  "NETWORK",
  "REQUEST_IN_PROGRESS",
  "STATE_UNAVAILABLE",
  "AUDIT_WRITE_FAILED",
  "PUBLISH_UNKNOWN",
  "INTERNAL",
];

const FIRST_WAIT_MS = 300;

/** Whether the same post may go through on another try. A refusal never does: the draft or the caller has to change. */
export function mayPass(error: unknown): error is GateError {
  if (!(error instanceof GateError)) return false;
  const { code, status, retryAfter } = error;
  if (code === "RATE_LIMITED") return retryAfter !== undefined;
  // No answer of the gate's own: a proxy's page about a gate that is down, but not one that says no.
  if (code === "BAD_RESPONSE") return status >= 500 || status < 300;
  return PASSING.includes(code);
}

/** Runs `ask` until it answers, until another try makes no sense, or until the tries are used up. */
export async function retrying<T>(ask: () => Promise<T>, options: RetryOptions, signal: AbortSignal | undefined): Promise<T> {
  const { retries = 2, maxWaitMs = 10_000 } = options;
  for (let tried = 0; ; tried += 1) {
    try {
      return await ask();
    } catch (error) {
      if (tried >= retries || !mayPass(error)) throw error;
      // Half of the wait is chance: callers that failed together don't come back together.
      const wait = error.retryAfter === undefined ? FIRST_WAIT_MS * 2 ** tried * (0.5 + Math.random() / 2) : error.retryAfter * 1000;
      if (wait > maxWaitMs) throw error;
      await pause(wait, signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = (): void => (clearTimeout(timer), reject(signal?.reason));
    const timer = setTimeout(() => (signal?.removeEventListener("abort", stop), resolve()), ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

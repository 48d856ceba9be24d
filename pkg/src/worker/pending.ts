/**
 * Calls that wait for their answer. Every one of them settles exactly once: by its answer, its time-out, its signal, or
 * the end of the whole.
 */
import { PostgateError } from "../errors.js";

export interface CallOptions {
  /** Gives up with the signal's reason. What was asked may still be worked on; its answer is dropped. */
  signal?: AbortSignal | undefined;
  /** Milliseconds until the call gives up with `TIMEOUT`, `Infinity` for never; by default the checker's own. */
  timeoutMs?: number | undefined;
}

/** The longest that a timer can run: more would make it fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

interface Waiting {
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

export class Pending {
  readonly #waiting = new Map<number, Waiting>();
  readonly #timeoutMs: number;
  #next = 1;
  #ended: PostgateError | undefined;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Sends with a fresh id and gives what comes back for it. */
  ask(send: (id: number) => void, { signal, timeoutMs = this.#timeoutMs }: CallOptions = {}): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    if (signal?.aborted) return Promise.reject(signal.reason);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const late = (): void => this.settle(id, ({ reject }) => reject(new PostgateError("TIMEOUT", `no answer within ${timeoutMs} ms`)));
      const aborted = (): void => this.settle(id, ({ reject }) => reject(signal?.reason));
      const timer = timeoutMs > LONGEST_MS ? undefined : setTimeout(late, timeoutMs);
      signal?.addEventListener("abort", aborted, { once: true });
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", aborted);
      };
      this.#waiting.set(id, {
        resolve: (value) => (done(), resolve(value)),
        reject: (reason) => (done(), reject(reason)),
      });
      try {
        send(id);
      } catch (cause) {
        // The host's own refusal to copy what was given: a function, an element.
        this.settle(id, (call) =>
          call.reject(new PostgateError("CONTRACT_INVALID", `the request holds what is no plain data: ${String(cause)}`, { cause })),
        );
      }
    });
  }

  /** An answer to a call that has settled already is dropped. */
  settle(id: number, how: (call: Waiting) => void): void {
    const call = this.#waiting.get(id);
    if (call === undefined) return;
    this.#waiting.delete(id);
    how(call);
  }

  /** Rejects what waits, and everything that is asked from now on. */
  end(reason: PostgateError): void {
    this.#ended ??= reason;
    for (const id of [...this.#waiting.keys()]) this.settle(id, ({ reject }) => reject(reason));
  }
}

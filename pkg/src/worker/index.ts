/**
 * `postgate/worker`: the checker behind promises, in a Web Worker of its own or, with the same interface, in this thread.
 * For pages whose drafts are long, or whose main thread has something better to do.
 */
import { type Checker, type CheckerOptions, type Defaults, onlyKnown } from "../checker.js";
import { PostgateError } from "../errors.js";
import { snapshot } from "../snapshot.js";
import type { CheckReport, CheckRequest, EffectivePolicy, Fix, SpanUnit } from "../types.js";
import { type CallOptions, Pending } from "./pending.js";
import { type Answer, type Method, type WorkerLike, fromFailure } from "./protocol.js";

export type { CallOptions } from "./pending.js";
export type { WorkerLike } from "./protocol.js";
export * from "../entries/surface.js";

export interface HostedOptions<D extends Defaults = object> extends CheckerOptions<D> {
  /** `worker` (the default) checks in a Web Worker, `thread` in this thread: for servers, tests and pages that allow no Worker. */
  host?: "worker" | "thread" | undefined;
  /**
   * Makes the Worker, for bundlers that don't follow `new Worker(new URL(…))`:
   * `() => new Worker(urlOf("postgate/worker/thread"), { type: "module" })`.
   */
  worker?: (() => WorkerLike) | undefined;
  /** Milliseconds until a call gives up with `TIMEOUT`, `Infinity` for never; 10,000 if left out. */
  timeoutMs?: number | undefined;
}

/** A checker whose calls are promises. Each settles: by its answer, a `PostgateError`, or the reason of its signal. */
export interface HostedChecker<D extends Defaults = object> {
  check(request: Omit<CheckRequest, keyof D> & Partial<CheckRequest>, options?: CallOptions): Promise<CheckReport>;
  applyFix(content: string, fix: Fix, span_unit?: SpanUnit, options?: CallOptions): Promise<string>;
  policy(options?: CallOptions): Promise<EffectivePolicy>;
  version(options?: CallOptions): Promise<string>;
  /** Ends the Worker. What is pending, and any call after it, rejects with `DISPOSED`. */
  dispose(): void;
}

/** What a host does with a call. */
interface Host {
  send(id: number, method: Method, given: readonly unknown[]): void;
  close(): void;
}

const TIMEOUT_MS = 10_000;

/** A checker of one policy. Resolves when it is ready to check; the wasm module is loaded on its side. */
export async function createChecker<D extends Defaults = object>(options: HostedOptions<D> = {}): Promise<HostedChecker<D>> {
  onlyKnown(options, ["policy", "defaults", "host", "worker", "timeoutMs"]);
  const { host = "worker", worker = startWorker, timeoutMs = TIMEOUT_MS, policy, defaults } = options;
  if (host !== "worker" && host !== "thread") throw new PostgateError("CONTRACT_INVALID", `unknown host \`${String(host)}\`, expected worker or thread`, { pointer: "/host" });
  const pending = new Pending(timeoutMs);
  const hosted = host === "thread" ? inThread(pending) : inWorker(pending, worker);
  const call = (method: Method, given: readonly unknown[], how?: CallOptions): Promise<never> =>
    pending.ask((id) => hosted.send(id, method, given), how) as Promise<never>;
  try {
    await call("open", [{ policy: copied(policy), defaults: copied(defaults, "/defaults") }]);
  } catch (failure) {
    pending.end(disposed());
    hosted.close();
    throw failure;
  }
  return {
    check: async (request, how) => call("check", [copied(request)], how),
    applyFix: async (content, fix, span_unit, how) => call("applyFix", [copied(content, "/content"), copied(fix, "/fix"), span_unit], how),
    policy: (how) => call("policy", [], how),
    version: (how) => call("version", [], how),
    dispose() {
      pending.end(disposed());
      hosted.close();
    },
  };
}

/** Read before it is sent: no two hosts may differ in what they make of a getter, `undefined` or a lone surrogate. */
function copied(value: unknown, pointer = ""): unknown {
  return value === undefined ? undefined : snapshot(value, pointer);
}

function disposed(): PostgateError {
  return new PostgateError("DISPOSED", "the checker was used after dispose()");
}

function startWorker(): WorkerLike {
  if (typeof Worker === "undefined") throw new Error('no Worker here, expected host: "thread"');
  return new Worker(new URL("./worker-thread.js", import.meta.url), { type: "module", name: "postgate" }) as WorkerLike;
}

function inWorker(pending: Pending, start: () => WorkerLike): Host {
  let worker: WorkerLike;
  try {
    worker = start();
  } catch (cause) {
    throw new PostgateError("WASM_UNAVAILABLE", `the Worker could not be started: ${String(cause)}`, { cause });
  }
  worker.addEventListener("message", (event) => {
    const answer = (event as MessageEvent<Answer>).data;
    pending.settle(answer.id, ({ resolve, reject }) => ("failure" in answer ? reject(fromFailure(answer.failure)) : resolve(answer.value)));
  });
  // A script that does not load, or a Worker that breaks: nothing that was asked will be answered.
  for (const sign of ["error", "messageerror"] as const) {
    worker.addEventListener(sign, (event) => {
      const why = (event as Partial<ErrorEvent>).message;
      pending.end(new PostgateError("WASM_UNAVAILABLE", `the Worker failed${why === undefined ? "" : `: ${why}`}`, { cause: event }));
      worker.terminate();
    });
  }
  return {
    send: (id, method, given) => worker.postMessage({ id, method, arguments: given }),
    close: () => worker.terminate(),
  };
}

/** The same calls, answered here. Each waits its turn, so that a caller sees no difference in order. */
function inThread(pending: Pending): Host {
  let checker: Checker | undefined;
  const answer = async (method: Method, given: readonly unknown[]): Promise<unknown> => {
    if (method === "open") {
      const entry = await import("postgate");
      checker = await entry.createChecker(given[0] as CheckerOptions);
      return undefined;
    }
    if (checker === undefined) throw disposed();
    return (checker[method] as (...given: readonly unknown[]) => unknown)(...given);
  };
  return {
    send(id, method, given) {
      answer(method, given).then(
        (value) => pending.settle(id, ({ resolve }) => resolve(value)),
        (failure: unknown) => pending.settle(id, ({ reject }) => reject(failure)),
      );
    },
    close() {
      checker?.dispose();
      checker = undefined;
    },
  };
}

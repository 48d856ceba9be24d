/**
 * The checker: one policy, ready to check drafts. It stands on the wasm door and adds what JavaScript needs: one typed
 * error, defaults, and an end of life. It decides nothing.
 */
import { Checker as Door, initSync, version } from "../wasm/postgate.js";
import { PostgateError, fromDoor } from "./errors.js";
import { LastRequest } from "./last.js";
import { pointerOf, snapshot } from "./snapshot.js";
import type { CheckReport, CheckRequest, EffectivePolicy, Fix, Policy, SpanUnit } from "./types.js";

/** Fields of a request that a checker may fill in where a request says nothing. */
export type Defaults = Partial<Omit<CheckRequest, "content">>;

export interface CheckerOptions<D extends Defaults = object> {
  /** The policy to check against; without it, the built-in one. */
  policy?: Policy | undefined;
  /** What every request of this checker means where it says nothing, e.g. `{ platform: "x", policy_tags: ["no_harm"] }`. */
  defaults?: D | undefined;
}

export interface Checker<D extends Defaults = object> {
  /** What every request means where it says nothing. */
  readonly defaults: Readonly<D>;
  /** Checks a draft. Plain data in, plain data out: nothing to free, nothing shared. */
  check(request: Omit<CheckRequest, keyof D> & Partial<CheckRequest>): CheckReport;
  /** The content after a fix of one of its own diagnostics. `span_unit` is what the report was asked for. */
  applyFix(content: string, fix: Fix, span_unit?: SpanUnit): string;
  /** The policy in force, with everything that was left out filled in. */
  policy(): EffectivePolicy;
  /** Version of the package and of the rules in it. */
  version(): string;
  /** Frees the checker. Any call after it throws. */
  dispose(): void;
}

/**
 * Makes the door usable from a compiled module or its bytes. One instance serves every checker of an entry.
 * @internal
 */
export function open(module: WebAssembly.Module | BufferSource): void {
  try {
    initSync({ module });
  } catch (cause) {
    throw new PostgateError("WASM_UNAVAILABLE", "the wasm module could not be instantiated", { cause });
  }
}

/**
 * Refuses an option that there is none of: a policy under a misspelt name would else be no policy.
 * @internal
 */
export function onlyKnown(options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new PostgateError("CONTRACT_INVALID", `unknown option \`${unknown}\`, expected one of ${known.join(", ")}`, { pointer: pointerOf(unknown) });
}

/**
 * A checker over an open door.
 * @internal
 */
export function checkerOver<D extends Defaults>(options: CheckerOptions<D>): Checker<D> {
  const defaults = snapshot(options.defaults ?? {}, "/defaults") as Partial<CheckRequest>;
  const policy = options.policy === undefined ? undefined : (snapshot(options.policy) as object);
  let door: Door | undefined = guarded(() => new Door(policy));
  tried(door, defaults);

  const use = (): Door => {
    if (door === undefined) throw new PostgateError("DISPOSED", "the checker was used after dispose()");
    return door;
  };

  const last = new LastRequest(defaults);
  return {
    defaults: Object.freeze({ ...defaults }) as Readonly<D>,
    check(request) {
      const content = last.contentOf(request);
      if (content !== undefined) {
        const held = use();
        return JSON.parse(guarded(() => held.recheck(content))) as CheckReport;
      }
      const own = snapshot(request);
      // Anything but an object goes to the door as it is: the door says what a request looks like.
      const whole = isObject(own) ? { ...defaults, ...own } : own;
      const held = use();
      last.forget();
      const report = JSON.parse(guarded(() => held.check(whole))) as CheckReport;
      last.remember(whole as CheckRequest);
      return report;
    },
    applyFix(content, fix, span_unit = defaults.span_unit ?? "utf16") {
      const held = use();
      const [text, repair] = [snapshot(content, "/content") as string, snapshot(fix, "/fix") as object];
      return guarded(() => held.applyFix(text, repair, span_unit));
    },
    policy: () => JSON.parse(guarded(() => use().policy()) ?? "null") as EffectivePolicy,
    version: () => (use(), version()),
    dispose() {
      const held = door;
      door = undefined;
      if (held !== undefined) guarded(() => held.free());
    },
  };
}

/** Defaults that no request could be checked with are refused when they are given, not at the first draft. */
function tried(door: Door, defaults: Partial<CheckRequest>): void {
  if (Object.keys(defaults).length === 0) return;
  if (Object.hasOwn(defaults, "content")) throw new PostgateError("CONTRACT_INVALID", "a default for the content, expected it in each request", { pointer: "/defaults/content" });
  try {
    guarded(() => door.check({ platform: "x", ...defaults, content: "" }));
  } catch (thrown) {
    door.free();
    const { code, message, pointer } = thrown as PostgateError;
    throw new PostgateError(code, message, { pointer: `/defaults${pointer}`, cause: thrown });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function guarded<T>(call: () => T): T {
  try {
    return call();
  } catch (thrown) {
    throw thrown instanceof PostgateError ? thrown : fromDoor(thrown);
  }
}

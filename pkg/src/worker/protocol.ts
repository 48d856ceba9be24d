/**
 * What travels between a checker's two sides: a call with an id, and its one answer. Types, and how an error crosses,
 * for a thrown object loses its class on the way.
 */
import { PostgateError, type PostgateErrorCode, type Problem } from "../errors.js";

/** What can be asked for from afar. */
export type Method = "open" | "check" | "applyFix" | "policy" | "version";

export interface Call {
  id: number;
  method: Method;
  arguments: readonly unknown[];
}

/** A `PostgateError` as data. */
export interface Failure {
  code: PostgateErrorCode;
  message: string;
  pointer: string;
  problems: readonly Problem[];
}

export type Answer = { id: number; value: unknown } | { id: number; failure: Failure };

/** The part of a `Worker` that is used, so that a port or a stand-in of the caller's does as well. */
export interface WorkerLike {
  postMessage(message: unknown): void;
  addEventListener(type: "message" | "messageerror" | "error", listener: (event: Event) => void): void;
  terminate(): void;
}

export function asFailure(thrown: unknown): Failure {
  const { code, message, pointer, problems } =
    thrown instanceof PostgateError ? thrown : new PostgateError("INTERNAL", "the checker failed and made no decision");
  return { code, message, pointer, problems };
}

export function fromFailure({ code, message, pointer, problems }: Failure): PostgateError {
  return new PostgateError(code, message, { pointer, problems });
}

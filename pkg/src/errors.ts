/**
 * The one error that the checker throws. A finding about the text is never an error: it is a diagnostic in a report.
 */

/**
 * `CONTRACT_INVALID`: the request breaks the contract. `POLICY_INVALID`: the policy document does.
 * `DISPOSED`: the checker was used after `dispose()`. `WASM_UNAVAILABLE`: the module could not be loaded.
 * `TIMEOUT`: a checker in a Worker did not answer in time. `INTERNAL`: our fault; no decision was made.
 */
export type PostgateErrorCode = "CONTRACT_INVALID" | "POLICY_INVALID" | "DISPOSED" | "WASM_UNAVAILABLE" | "TIMEOUT" | "INTERNAL";

/** One thing that is wrong with a policy document. */
export interface Problem {
  pointer: string;
  message: string;
}

export class PostgateError extends Error {
  override readonly name = "PostgateError";
  readonly code: PostgateErrorCode;
  /** JSON pointer to the place in the caller's document; empty for the whole of it. */
  readonly pointer: string;
  /** Every problem of a refused policy; empty for any other error. */
  readonly problems: readonly Problem[];

  constructor(
    code: PostgateErrorCode,
    message: string,
    details: { pointer?: string; problems?: readonly Problem[]; cause?: unknown } = {},
  ) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.pointer = details.pointer ?? "";
    this.problems = details.problems ?? [];
  }
}

/**
 * What the wasm door threw, as a `PostgateError`. The door throws plain objects about the caller's mistakes;
 * anything else that comes out of it is a fault of ours.
 */
export function fromDoor(thrown: unknown): PostgateError {
  if (typeof thrown === "object" && thrown !== null && !(thrown instanceof Error)) {
    const { code, message, pointer, problems } = thrown as Record<string, unknown>;
    if ((code === "CONTRACT_INVALID" || code === "POLICY_INVALID") && typeof message === "string") {
      return new PostgateError(code, message, {
        pointer: typeof pointer === "string" ? pointer : "",
        problems: Array.isArray(problems) ? (problems as Problem[]) : [],
      });
    }
  }
  return new PostgateError("INTERNAL", "the checker failed and made no decision", { cause: thrown });
}

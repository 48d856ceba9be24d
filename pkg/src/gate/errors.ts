/** What can go wrong between a caller and the gate, as one error with a code to switch on. */
import { GATE_CODES, type GateCode } from "../types.generated.js";

export { GATE_CODES };

/**
 * Codes of this client: `NETWORK` the gate was not reached, `BAD_RESPONSE` its answer is not one of the gate's,
 * `STREAM_BROKEN` the event stream broke its own rules or ended early. None of them means that a post went out, and
 * after `NETWORK` or `BAD_RESPONSE` none means that it did not: ask again with the same idempotency key.
 */
export type ClientCode = "NETWORK" | "BAD_RESPONSE" | "STREAM_BROKEN";

/** The open end is for codes of a gate that is newer than this client. */
export type GateErrorCode = GateCode | ClientCode | (string & {});

export interface GateErrorFields {
  status?: number;
  suggestedFix?: string;
  details?: Record<string, unknown>;
  requestId?: string;
  retryAfter?: number;
  idempotencyKey?: string;
  cause?: unknown;
}

export class GateError extends Error {
  override readonly name = "GateError";
  readonly code: GateErrorCode;
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  readonly suggestedFix: string;
  /** What the code needs beside the message, e.g. `violation_codes` and `required_edits` of `QA_BLOCKED`. */
  readonly details: Record<string, unknown>;
  readonly requestId: string | undefined;
  /** Seconds until another try makes sense, where the gate said so. */
  readonly retryAfter: number | undefined;
  /** The key that the failed post went out with: a retry with it never posts twice. */
  readonly idempotencyKey: string | undefined;

  constructor(code: GateErrorCode, message: string, fields: GateErrorFields = {}) {
    super(message, "cause" in fields ? { cause: fields.cause } : undefined);
    this.code = code;
    this.status = fields.status ?? 0;
    this.suggestedFix = fields.suggestedFix ?? "";
    this.details = fields.details ?? {};
    this.requestId = fields.requestId;
    this.retryAfter = fields.retryAfter;
    this.idempotencyKey = fields.idempotencyKey;
  }
}

/** The error object of the wire, `{ code, message, suggestedFix, details, request_id }`, or undefined if it isn't one. */
export function fromWire(body: unknown, fields: GateErrorFields): GateError | undefined {
  const error = record(record(body)?.["error"]);
  const code = error?.["code"];
  if (error === undefined || typeof code !== "string") return undefined;
  const { message, suggestedFix, details, request_id } = error;
  const rest: GateErrorFields = { ...fields, details: record(details) ?? {} };
  if (typeof suggestedFix === "string") rest.suggestedFix = suggestedFix;
  if (typeof request_id === "string") rest.requestId = request_id;
  return new GateError(code, typeof message === "string" ? message : code, rest);
}

export function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** The gate's wire types: what a generation and a post are asked for and answered with. Types only; most are the crate's own. */
import type { Enforcement, PostRequest, Receipt } from "../types.generated.js";
import type { RetryOptions } from "./retry.js";

export type { AgentDecision, Enforcement, GenerateRequest, Mode, QaSummary, Receipt } from "../types.generated.js";

/** What a generation sends, in order: tokens, one enforcement (none in mode off), done. */
export type GenerateEvent =
  | { type: "token"; text: string }
  | { type: "enforcement"; enforcement: Enforcement }
  | { type: "done" };

/** A draft to be posted. */
export type PostDraft = Omit<PostRequest, "enforcement_receipt_id" | "enforcement_request_id" | "enforcement_receipt">;

export interface PostOptions extends RetryOptions {
  /** The receipt of this draft, whole or as its signed token; none, where the generation had none. */
  receipt?: Pick<Receipt, "token"> | string | null | undefined;
  /** One key for one intention to post, also across retries: up to 200 visible ASCII characters. A fresh one if left out. */
  idempotencyKey?: string | undefined;
  signal?: AbortSignal | undefined;
}

export interface PostAnswer {
  success: true;
  post_id: string;
  urls: string[];
  /** Posts left in the rate window. */
  remaining: number;
  warnings: string[];
  token_result: Record<string, unknown> | null;
  request_id: string;
}

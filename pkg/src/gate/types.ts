/** The gate's wire types: what a generation and a post are asked for and answered with. Types only. */
import type { CheckRequest, Diagnostic, Format, Platform, PlatformAlias, Source, Status } from "../types.js";
import type { RetryOptions } from "./retry.js";

export type Mode = "off" | "advisory" | "enforced";

export interface GenerateRequest {
  prompt: string;
  platform: Platform | PlatformAlias;
  /** `simple` writes one post, `viral_thread` a thread. */
  type?: "simple" | "viral_thread" | undefined;
  /** Take this draft instead of writing one. */
  content?: string | undefined;
  policy_tags?: readonly string[] | undefined;
  required_citations?: boolean | undefined;
  sources?: readonly Source[] | undefined;
  draft_id?: string | undefined;
  ring_id?: string | undefined;
  turn_id?: string | undefined;
  publish_intent?: boolean | undefined;
}

export interface AgentDecision {
  agent_name: string;
  status: Status;
  violation_codes: string[];
  required_edits: string[];
  decision_id: string;
}

export interface QaSummary {
  status: Status;
  violation_codes: string[];
  required_edits: string[];
  risk_score: number;
}

/** Proof that exactly this draft passed exactly this policy for this user. `token` is the signed form of the rest. */
export interface Receipt {
  receipt_id: string;
  request_id: string;
  draft_id: string | null;
  ring_id: string | null;
  turn_id: string | null;
  user_id: string;
  platform: Platform;
  draft_hash: string;
  qa_status: Status;
  qa_decision_hash: string;
  policy_version: string;
  policy_digest: string;
  mode: Mode;
  created_at: string;
  expires_at: string;
  token: string;
}

export interface Enforcement {
  request_id: string;
  mode: Mode;
  /** Null unless QA passed and the audit was committed. */
  receipt: Receipt | null;
  decisions: AgentDecision[];
  qa_summary: QaSummary;
  would_block: boolean;
  required_edits: string[];
  audit_ok: boolean;
  warnings: string[];
  diagnostics: Diagnostic[];
}

/** What a generation sends, in order: tokens, one enforcement (none in mode off), done. */
export type GenerateEvent =
  | { type: "token"; text: string }
  | { type: "enforcement"; enforcement: Enforcement }
  | { type: "done" };

/** A draft to be posted. `span_unit` has no meaning here. */
export type PostDraft = Omit<CheckRequest, "span_unit" | "format"> & { format?: Format | undefined };

export interface PostOptions extends RetryOptions {
  /** The receipt of this draft, whole or as its signed token. */
  receipt?: Pick<Receipt, "token"> | string | undefined;
  /** One key for one intention to post, also across retries; a fresh one if left out. */
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

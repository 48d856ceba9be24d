/**
 * What the gate sent, in the shape that the types promise. A list that is missing is empty, and a status is `PASS` only
 * if it says exactly that: whatever else it says, nothing passed.
 */
import type { Diagnostic, Status } from "../types.js";
import { record } from "./errors.js";
import type { AgentDecision, Enforcement, Mode, Receipt } from "./types.js";

const MODES: readonly unknown[] = ["off", "advisory", "enforced"] satisfies Mode[];

export function status(value: unknown): Status {
  return value === "PASS" ? "PASS" : "FAIL";
}

/** The enforcement object, or undefined where it lacks what makes it one. */
export function enforcement(value: unknown): Enforcement | undefined {
  const event = record(value);
  if (event === undefined || typeof event["request_id"] !== "string" || !MODES.includes(event["mode"])) return undefined;
  const qa = record(event["qa_summary"]) ?? {};
  return {
    request_id: event["request_id"],
    ...(typeof event["client_request_id"] === "string" ? { client_request_id: event["client_request_id"] } : {}),
    mode: event["mode"] as Mode,
    receipt: receipt(event["receipt"]),
    decisions: records(event["decisions"]).map(decision),
    qa_summary: {
      status: status(qa["status"]),
      violation_codes: strings(qa["violation_codes"]),
      required_edits: strings(qa["required_edits"]),
      risk_score: typeof qa["risk_score"] === "number" ? qa["risk_score"] : 1,
    },
    // Only an explicit false lets a draft through, and only an explicit true says that the audit stands.
    would_block: event["would_block"] !== false,
    required_edits: strings(event["required_edits"]),
    audit_ok: event["audit_ok"] === true,
    warnings: strings(event["warnings"]),
    diagnostics: records(event["diagnostics"]) as unknown as Diagnostic[],
  };
}

/** A receipt counts only if it says PASS and carries its signed form. */
function receipt(value: unknown): Receipt | null {
  const held = record(value);
  if (held === undefined || status(held["qa_status"]) !== "PASS" || typeof held["token"] !== "string") return null;
  return held as unknown as Receipt;
}

function decision(value: Record<string, unknown>): AgentDecision {
  return {
    agent_name: text(value["agent_name"]),
    status: status(value["status"]),
    violation_codes: strings(value["violation_codes"]),
    required_edits: strings(value["required_edits"]),
    decision_id: text(value["decision_id"]),
    latency_ms: typeof value["latency_ms"] === "number" ? value["latency_ms"] : 0,
  };
}

export function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(record).filter((item) => item !== undefined) : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** What the gate tells an operator, as it tells it: `/openapi.json` has every member. */
import type { Gate } from "postgate/gate";

export interface Tally {
  label: string;
  count: number;
}

export interface Percentiles {
  name: string;
  count: number;
  failed: number;
  p50_ms: number | null;
  p90_ms: number | null;
  p99_ms: number | null;
}

export interface Hour {
  hour: string;
  passed: number;
  failed: number;
  undecided: number;
  receipt_failures: number;
  audit_failures: number;
  p90_latency_ms: number | null;
}

export interface Metrics {
  window_hours: number;
  since: string;
  until: string;
  metrics: { qa_blocked: number; audit_write_failed: number; policy_error: number; p90_latency_ms: number | null };
  blocked_by_code: Tally[];
  receipt_failures: Tally[];
  refused: Tally[];
  calls: Percentiles[];
  agents: Percentiles[];
  audit: { committed: number; failed: number; disabled: number };
  circuit_trips: number;
  hours: Hour[];
}

export interface Threshold {
  name: string;
  about: string;
  measured: number | null;
  comparison: "at_least" | "at_most" | "below";
  threshold: number;
  unit: "percent" | "hours" | "ms";
  met: boolean;
}

export interface Step {
  ready: boolean;
  thresholds: Threshold[];
  to_confirm: string[];
}

export interface Readiness {
  advisory: Step;
  enforced: Step;
}

export interface Item {
  request_id: string;
  call: string;
  platform: string | null;
  mode: string;
  qa_status: "PASS" | "FAIL" | null;
  codes: string[];
  audit_ok: boolean;
  receipt_id: string | null;
  created_at: string;
  latency_ms: number;
  last_error_code: string | null;
}

export interface Page {
  items: Item[];
  next_cursor: string | null;
}

export interface Row {
  agent_name: string;
  status: "PASS" | "FAIL";
  user_id: string;
  policy_version: string;
  created_at: string;
  decision_json: { meta: Record<string, unknown>; output: Record<string, unknown> };
}

export interface Flags {
  configured_mode: string;
  mode: string;
  override: { value: string; actor: string; reason: string; set_at: string; expires_at: string | null } | null;
  audit_ok?: boolean;
}

const base = "/v1/monitoring/enforcement";

/** The calls that the page makes. */
export const ask = (gate: Gate) => ({
  metrics: (hours: string) => gate.call(`${base}/metrics?window_hours=${hours}`) as Promise<Metrics>,
  readiness: () => gate.call(`${base}/readiness`) as Promise<Readiness>,
  recent: (query: URLSearchParams) => gate.call(`${base}/recent?${query}`) as Promise<Page>,
  rows: (id: string) => gate.call(`/v1/audit/${encodeURIComponent(id)}`) as Promise<{ rows: Row[] }>,
  flags: () => gate.call("/v1/admin/flags") as Promise<Flags>,
  setFlags: (change: object) =>
    gate.call("/v1/admin/flags", { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify(change) }) as Promise<Flags>,
});

export type Ask = ReturnType<typeof ask>;

const number = new Intl.NumberFormat("en");

export const many = (count: number): string => number.format(count);

/** A measured value with its unit. */
export function measured(value: number | null, unit: Threshold["unit"]): string {
  if (value === null) return "not measured";
  return unit === "percent" ? `${number.format(value)} %` : `${number.format(value)} ${unit === "hours" ? "h" : "ms"}`;
}

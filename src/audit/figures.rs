//! The figures that an operator reads, as they are sent.

use crate::contract::Timestamp;
use serde::Serialize;

/// A kind of something and how often it was counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tally {
    /// Which.
    pub label: String,
    /// How often.
    pub count: u64,
}

/// Latencies in milliseconds: exact up to 31, above that at most a sixteenth too high.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Percentiles {
    /// The agent, or the call.
    pub name: String,
    /// How many were counted.
    pub count: u64,
    /// How many broke their contract or failed; of a call 0.
    pub failed: u64,
    /// Half took no longer.
    pub p50_ms: Option<u64>,
    /// Nine in ten took no longer.
    pub p90_ms: Option<u64>,
    /// Ninety-nine in a hundred took no longer.
    pub p99_ms: Option<u64>,
}

/// The six figures of the reference system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Headline {
    /// Requests whose draft QA failed.
    pub qa_blocked: u64,
    /// Posts without a receipt.
    pub enforcement_receipt_required: u64,
    /// Posts with an expired one.
    pub enforcement_receipt_expired: u64,
    /// Commits of audit rows that failed.
    pub audit_write_failed: u64,
    /// Replies that the gate is not configured as it must be.
    pub policy_error: u64,
    /// Nine in ten generations took no longer, from the request to its decision with the commit.
    pub p90_latency_ms: Option<u64>,
}

/// Commits of audit rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditFigures {
    /// That are in the database.
    pub committed: u64,
    /// That failed.
    pub failed: u64,
    /// Decisions without one, because the audit is switched off.
    pub disabled: u64,
    /// In a hundred of those that were tried.
    pub success_percent: Option<f64>,
    /// Decided requests whose rows are in the audit, in a hundred.
    pub coverage_percent: Option<f64>,
}

/// Streams of generation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StreamFigures {
    /// That began.
    pub begun: u64,
    /// That ended as the contract says: one enforcement event and `done`, or one error.
    pub complete: u64,
    /// Whose reader left before.
    pub gone: u64,
    /// Complete ones, in a hundred of those whose reader stayed.
    pub conformance_percent: Option<f64>,
}

/// Reports that a finding is wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FalsePositives {
    /// How many.
    pub reports: u64,
    /// By rule.
    pub by_code: Vec<Tally>,
    /// Reports for a hundred requests that QA failed.
    pub percent: Option<f64>,
}

/// What publishing earned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenFigures {
    /// RING issued.
    pub total_issued: u64,
    /// RING that shadow noted.
    pub total_pending: u64,
    /// Publish events that earned nothing.
    pub blocked_issuance: u64,
    /// Why publish events earned what they did, most frequent first.
    pub top_reason_codes: Vec<Tally>,
}

/// One hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HourFigures {
    /// When it began.
    pub hour: Timestamp,
    /// Requests that QA passed.
    pub passed: u64,
    /// Requests that QA failed.
    pub failed: u64,
    /// Requests that ended before QA.
    pub undecided: u64,
    /// Posts without a receipt that admits them.
    pub receipt_failures: u64,
    /// Commits of audit rows that failed.
    pub audit_failures: u64,
    /// Nine in ten generations of the hour took no longer.
    pub p90_latency_ms: Option<u64>,
}

/// What was counted in a window.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Metrics {
    /// Full hours before the current one that the window has.
    pub window_hours: i64,
    /// When it begins.
    pub since: Timestamp,
    /// When it was read.
    pub until: Timestamp,
    /// The figures that the reference system had.
    pub metrics: Headline,
    /// Requests by call, mode and QA's status, as `post:enforced:PASS`.
    pub requests: Vec<Tally>,
    /// Drafts that QA failed by rule, most frequent first.
    pub blocked_by_code: Vec<Tally>,
    /// Posts without a receipt that admits them, by what was wrong.
    pub receipt_failures: Vec<Tally>,
    /// Error replies of every call by code.
    pub refused: Vec<Tally>,
    /// Whole calls as their callers saw them.
    pub calls: Vec<Percentiles>,
    /// Each agent; one that does no I/O takes 0 ms by a Worker's clock.
    pub agents: Vec<Percentiles>,
    /// Commits of audit rows.
    pub audit: AuditFigures,
    /// Streams.
    pub streams: StreamFigures,
    /// Reports that a finding is wrong.
    pub false_positives: FalsePositives,
    /// How often the writer's circuit breaker opened.
    pub circuit_trips: u64,
    /// Posts that went out, by platform.
    pub published: Vec<Tally>,
    /// RING.
    pub tokens: TokenFigures,
    /// Hour by hour; an hour in which nothing was counted is not there.
    pub hours: Vec<HourFigures>,
}

//! The enforcement event: what the edge says about a draft, in JSON replies and as `event: enforcement`.

use super::agents::QaDecision;
use crate::contract::{DecisionStatus, DiagnosticReport, Mode, Score};
use crate::receipt::Receipt;
use serde::Serialize;

/// One agent's decision in the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AgentDecision {
    /// Who decided.
    pub agent_name: &'static str,
    /// `PASS` or `FAIL`.
    pub status: DecisionStatus,
    /// Sorted, unique.
    pub violation_codes: Vec<String>,
    /// Unique, first seen first.
    pub required_edits: Vec<String>,
    /// The hash of what the agent answered.
    pub decision_id: String,
    /// How long it took, in milliseconds across its I/O; 0 for an agent that does none.
    pub latency_ms: i64,
}

/// QA's decision in the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QaSummary {
    /// `PASS` or `FAIL`.
    pub status: DecisionStatus,
    /// Sorted, unique.
    pub violation_codes: Vec<String>,
    /// Unique, first seen first.
    pub required_edits: Vec<String>,
    /// Between 0 and 1.
    pub risk_score: Score,
}

impl From<QaDecision> for QaSummary {
    fn from(decision: QaDecision) -> Self {
        let QaDecision { status, violation_codes, required_edits, risk_score } = decision;
        Self { status, violation_codes, required_edits, risk_score }
    }
}

/// What the edge says about a draft.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EnforcementEvent {
    /// Ours.
    pub request_id: String,
    /// The caller's own, if it sent one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_request_id: Option<String>,
    /// The mode in force.
    pub mode: Mode,
    /// Only where QA passed and the audit committed.
    pub receipt: Option<Receipt>,
    /// One entry an agent, in order.
    pub decisions: Vec<AgentDecision>,
    /// QA's.
    pub qa_summary: QaSummary,
    /// QA failed, or the audit did not commit; it blocks in `enforced` alone.
    pub would_block: bool,
    /// The same as in `qa_summary`.
    pub required_edits: Vec<String>,
    /// Whether the audit committed.
    pub audit_ok: bool,
    /// What the caller should know beside it.
    pub warnings: Vec<String>,
    /// What was found, spans in UTF-16.
    pub diagnostics: Vec<DiagnosticReport>,
}

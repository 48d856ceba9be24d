//! Floor 5: audit records, one agent's decision each; the tree over them, its checkpoints, exports and their verification.
//!
//! In scope: what a record holds, how rows hash, what a proof proves, what is counted of them and what follows for the mode. Out of scope: where all that is stored (floors 7 and 8).
//! A record holds hashes, codes, spans and figures: no draft text, no prompt, no matched secret.

mod content;
mod counts;
mod export;
mod figures;
mod listing;
mod metrics;
mod note;
mod readiness;
mod row;
mod summary;
mod tree;
mod verify;

pub use content::without_secrets;
pub use counts::{Count, Counts, Latencies, Metric, hour, hour_begins};
pub use export::{CheckpointLine, Leaf, RowLine, leaves, lines, whole_requests};
pub use figures::{AuditFigures, FalsePositives, Headline, HourFigures, Metrics, Percentiles, StreamFigures, Tally, TokenFigures};
pub use listing::{Cursor, Item, Listing, Page};
pub use metrics::SERIES;
pub use note::{Checkpoint, NoteError, is_origin};
pub use readiness::{READINESS_HOURS, RolloutReadiness, Step, Threshold};
pub use row::AuditRow;
pub use summary::{Summary, count};
pub use tree::{
    Hash, Node, Stretch, consistency, decode, empty_root, encode, inclusion, is_consistent, is_included, leaf_hash, node_hash, nodes,
};
pub use verify::{Problem, Verdict, Verifier};

use crate::contract::{DecisionStatus, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The names that a request goes by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ids {
    /// Ours: unique, never the caller's.
    pub request_id: String,
    /// What the caller sent as `x-request-id`, kept beside ours.
    pub client_request_id: Option<String>,
    /// The caller's own name of the draft.
    pub draft_id: Option<String>,
    /// The caller's own name of the ring.
    pub ring_id: Option<String>,
    /// The caller's own name of the turn.
    pub turn_id: Option<String>,
    /// Whose request it is, from the credential.
    pub user_id: String,
}

/// One row of `audit_agent_decisions`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuditRecord {
    /// The names of the request.
    #[serde(flatten)]
    pub ids: Ids,
    /// Which agent decided.
    pub agent_name: &'static str,
    /// Its version.
    pub agent_version: &'static str,
    /// The version of the contracts.
    pub contract_version: &'static str,
    /// The version of the policy.
    pub policy_version: String,
    /// What it was given.
    pub input_hash: String,
    /// What it answered; also the decision's id.
    pub output_hash: String,
    /// The prompt.
    pub prompt_hash: String,
    /// `{"meta":…,"output":…}`.
    pub decision_json: Value,
    /// `PASS` or `FAIL`.
    pub status: DecisionStatus,
    /// The receipt that this decision made or spent.
    pub receipt_id: Option<String>,
    /// When.
    pub created_at: Timestamp,
}

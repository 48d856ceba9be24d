//! Floor 1: what a rule reports.
//!
//! In scope: codes, severities, diagnostics, fixes and how a fix is applied. Spans are bytes of the content.
//! Out of scope: when a rule reports (floor 4) and how a report looks on the wire (floor 2).

mod code;
mod fix;

pub use code::{Code, UnknownCode};
pub use fix::{Applicability, Edit, Fix, FixError, apply};

use crate::text::Span;
use serde::{Deserialize, Serialize};

/// What a diagnostic does to the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Advice; the draft can pass.
    Warn,
    /// The draft fails.
    Block,
}

impl Severity {
    /// The spelling on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::Block => "block",
        }
    }
}

/// One finding of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which rule spoke.
    pub code: Code,
    /// Whether it blocks.
    pub severity: Severity,
    /// The post it lies in, from 0; a finding about the whole draft lies in post 0.
    pub post: usize,
    /// Where, in bytes of the content; empty at the start for a finding about the whole draft.
    pub span: Span,
    /// Why: one sentence.
    pub message: String,
    /// What to do: one sentence.
    pub suggested_fix: String,
    /// The same as an editor's instruction, in the reference system's words; equal ones are listed once.
    pub required_edit: String,
    /// The text found or its start, masked where showing it would repeat a leak.
    pub matched: String,
    /// How much it adds to the risk, in thousandths of certainty.
    pub risk: u16,
    /// Edits that remove this finding.
    pub fixes: Vec<Fix>,
}

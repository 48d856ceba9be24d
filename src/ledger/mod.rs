//! Floor 5: RING arithmetic: what a publish earns, what an account holds, and whether the books agree.
//!
//! In scope: integers and times in, integers and reasons out. Out of scope: where entries are stored, and in which order events come
//! (floors 7 and 8). One RING is the smallest unit; there are no fractions.

mod award;
mod book;
mod engagement;
mod result;

pub use award::{Award, Guardrail, Guardrails, History, PublishFacts, award};
pub use book::{Balance, Drift, Entry, EntryKind, balance, drift};
pub use engagement::{Engagement, engagement_award};
pub use result::TokenResult;

use serde::{Deserialize, Serialize};

/// Whether a publish earns RING.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum TokenMode {
    /// Nothing is earned.
    Off,
    /// What would be earned is noted as pending.
    Shadow,
    /// What is earned is booked.
    Live,
}

impl TokenMode {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Shadow => "shadow",
            Self::Live => "live",
        }
    }
}

/// Why a publish earned what it earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReasonCode {
    /// The audit of the publish did not commit.
    AuditNotOk,
    /// A guardrail left nothing of it.
    GuardrailBlocked,
    /// The same publish event again: its first result counts.
    IdempotentReplay,
    /// Booked.
    Issued,
    /// Noted, to be booked once issuance is live.
    Pending,
    /// The platform has not confirmed the post with an id.
    PlatformConfirmationMissing,
    /// QA did not pass the draft, or did not run.
    QaNotPass,
    /// Issuance is off, or enforcement is.
    TokenIssuanceOff,
}

impl ReasonCode {
    /// The spelling on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuditNotOk => "AUDIT_NOT_OK",
            Self::GuardrailBlocked => "GUARDRAIL_BLOCKED",
            Self::IdempotentReplay => "IDEMPOTENT_REPLAY",
            Self::Issued => "ISSUED",
            Self::Pending => "PENDING",
            Self::PlatformConfirmationMissing => "PLATFORM_CONFIRMATION_MISSING",
            Self::QaNotPass => "QA_NOT_PASS",
            Self::TokenIssuanceOff => "TOKEN_ISSUANCE_OFF",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_spelt_the_same_everywhere() {
        for reason in [ReasonCode::AuditNotOk, ReasonCode::IdempotentReplay, ReasonCode::PlatformConfirmationMissing] {
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
        }
        assert_eq!(serde_json::to_value(TokenMode::Shadow).unwrap(), TokenMode::Shadow.as_str());
    }
}

//! What a publish event brought its author, as it is stored and answered.

use super::{Award, ReasonCode, TokenMode};
use serde::{Deserialize, Serialize};

/// The result of one publish event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenResult {
    /// Whether a publish earns.
    pub mode: TokenMode,
    /// What was booked.
    pub issued_amount: u32,
    /// What was noted in shadow.
    pub pending_amount: u32,
    /// Why: one of the ledger's reasons, or the code of what was wrong with the receipt.
    pub reason_code: String,
    /// What the guardrails took, such as `daily_cap_reached:1000`.
    pub guardrails_applied: Vec<String>,
    /// The ledger's entry.
    pub ledger_id: Option<String>,
    /// The pending entry.
    pub pending_id: Option<String>,
}

impl TokenResult {
    /// Nothing, for this reason.
    pub fn nothing(mode: TokenMode, reason_code: impl Into<String>) -> Self {
        Self {
            mode,
            issued_amount: 0,
            pending_amount: 0,
            reason_code: reason_code.into(),
            guardrails_applied: Vec::new(),
            ledger_id: None,
            pending_id: None,
        }
    }

    /// An award for the publish event of this id. The entry takes the event's id: one event has one entry.
    pub fn of(mode: TokenMode, award: &Award, event_id: &str) -> Self {
        let reason = award.reason(mode);
        let entry = |wanted: ReasonCode| (reason == wanted).then(|| event_id.to_owned());
        let amount = |wanted: ReasonCode| if reason == wanted { award.amount } else { 0 };
        Self {
            issued_amount: amount(ReasonCode::Issued),
            pending_amount: amount(ReasonCode::Pending),
            guardrails_applied: award.guardrails.iter().map(ToString::to_string).collect(),
            ledger_id: entry(ReasonCode::Issued),
            pending_id: entry(ReasonCode::Pending),
            ..Self::nothing(mode, reason.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Guardrail;

    #[test]
    fn shadow_notes_and_live_books() {
        let award = Award { amount: 10, guardrails: Vec::new() };
        let shadow = TokenResult::of(TokenMode::Shadow, &award, "e");
        assert_eq!((shadow.pending_amount, shadow.issued_amount, shadow.reason_code.as_str()), (10, 0, "PENDING"));
        assert_eq!((shadow.pending_id.as_deref(), shadow.ledger_id), (Some("e"), None));
        let live = TokenResult::of(TokenMode::Live, &award, "e");
        assert_eq!((live.pending_amount, live.issued_amount, live.reason_code.as_str()), (0, 10, "ISSUED"));
        assert_eq!((live.pending_id, live.ledger_id.as_deref()), (None, Some("e")));
    }

    #[test]
    fn an_award_of_nothing_has_no_entry() {
        let none = Award { amount: 0, guardrails: vec![Guardrail::DailyCap(1000)] };
        let result = TokenResult::of(TokenMode::Live, &none, "e");
        assert_eq!((result.reason_code.as_str(), result.ledger_id), ("GUARDRAIL_BLOCKED", None));
        assert_eq!(result.guardrails_applied, ["daily_cap_reached:1000"]);
    }

    #[test]
    fn the_result_is_unchanged() {
        let json = serde_json::to_string(&TokenResult::nothing(TokenMode::Off, "TOKEN_ISSUANCE_OFF")).unwrap();
        assert_eq!(
            json,
            r#"{"mode":"off","issued_amount":0,"pending_amount":0,"reason_code":"TOKEN_ISSUANCE_OFF","guardrails_applied":[],"ledger_id":null,"pending_id":null}"#
        );
    }
}

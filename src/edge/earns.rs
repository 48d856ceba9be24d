//! A user's awards, in its own object: each is decided once, in the order in which posts were finished, before anything is written in D1.

use super::settings::settings;
use super::user_gate::UserGate;
use crate::contract::DecisionStatus;
use crate::gate::PublishEvent;
use crate::ledger::{History, PublishFacts, ReasonCode, TokenMode, TokenResult, award};
use serde::Deserialize;
use worker::Result;

/// The object's table of awards.
pub(super) const SCHEMA: &str =
    "CREATE TABLE earns (event_id TEXT PRIMARY KEY, at INTEGER NOT NULL, amount INTEGER NOT NULL, result TEXT NOT NULL);
     CREATE INDEX earns_at ON earns (at);";

/// How long an award is remembered: the day and the hour that guardrails look at, and some.
const KEEP_SECONDS: i64 = 2 * 24 * 3600;

#[derive(Deserialize)]
struct HistoryRow {
    at: i64,
    amount: u32,
}

#[derive(Deserialize)]
struct ResultRow {
    result: String,
}

impl UserGate {
    /// What an event earns: the result that it already has, or a new one, which is stored before it is told.
    pub(super) fn earn(&self, event: &PublishEvent) -> Result<TokenResult> {
        let known: Vec<ResultRow> = self.query("SELECT result FROM earns WHERE event_id = ?", vec![event.id.as_str().into()])?;
        if let Some(known) = known.first() {
            return Ok(serde_json::from_str(&known.result)?);
        }
        let result = match Self::refusal(event) {
            Some(reason) => TokenResult::nothing(event.token_mode, reason),
            None => TokenResult::of(event.token_mode, &self.award(event)?, &event.id),
        };
        if event.token_mode != TokenMode::Off {
            let amount = i64::from(result.issued_amount.max(result.pending_amount));
            let values =
                vec![event.id.as_str().into(), event.published_at.millis().into(), amount.into(), serde_json::to_string(&result)?.into()];
            self.run("INSERT INTO earns (event_id, at, amount, result) VALUES (?, ?, ?, ?)", values)?;
        }
        Ok(result)
    }

    fn refusal(event: &PublishEvent) -> Option<String> {
        let facts = PublishFacts {
            token_mode: event.token_mode,
            mode: event.mode,
            qa_passed: event.qa_status == Some(DecisionStatus::Pass),
            audit_ok: event.audit_ok,
            confirmed: !event.platform_post_id.is_empty(),
        };
        match (facts.refusal(), &event.receipt_error) {
            (Some(ReasonCode::TokenIssuanceOff), _) | (None, None) => facts.refusal().map(|reason| reason.as_str().to_owned()),
            (_, Some(code)) => Some(code.clone()),
            (Some(reason), None) => Some(reason.as_str().to_owned()),
        }
    }

    fn award(&self, event: &PublishEvent) -> Result<crate::ledger::Award> {
        let since = event.published_at.plus_seconds(-KEEP_SECONDS).millis();
        let rows: Vec<HistoryRow> = self.query("SELECT at, amount FROM earns WHERE at > ?", vec![since.into()])?;
        let history: Vec<History> =
            rows.into_iter().map(|row| History { at: crate::contract::Timestamp::from_millis(row.at), amount: row.amount }).collect();
        // Without settings there are no posts either; the defaults are the documented guardrails.
        let rails = settings(self.env()).map_or_else(|_| crate::ledger::Guardrails::default(), |settings| settings.config.guardrails);
        Ok(award(event.published_at, &history, &rails))
    }

    /// Forgets awards that no guardrail looks at any more.
    pub(super) fn forget_earns(&self, now: crate::contract::Timestamp) -> Result<()> {
        self.run("DELETE FROM earns WHERE at <= ?", vec![now.plus_seconds(-KEEP_SECONDS).millis().into()])
    }
}

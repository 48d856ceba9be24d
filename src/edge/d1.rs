//! D1: audit rows, publish events, receipts. One statement writes any number of rows; one `batch` is one transaction.

use super::settings::settings;
use super::{ring, telemetry};
use crate::audit::AuditRecord;
use crate::gate::{AuditConfig, Fault, PublishEvent, ReceiptName, StoredReceipt};
use crate::ledger::TokenResult;
use futures_util::future::{Either, select};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::pin::pin;
use std::time::Duration;
use worker::wasm_bindgen::JsValue;
use worker::{D1Database, Delay, Env};

const INSERT_DECISIONS: &str = "INSERT INTO audit_agent_decisions (request_id, client_request_id, draft_id, ring_id, turn_id, user_id, \
     agent_name, agent_version, contract_version, policy_version, input_hash, output_hash, prompt_hash, decision_json, status, receipt_id, created_at) \
     SELECT value ->> 'request_id', value ->> 'client_request_id', value ->> 'draft_id', value ->> 'ring_id', value ->> 'turn_id', \
     value ->> 'user_id', value ->> 'agent_name', value ->> 'agent_version', value ->> 'contract_version', value ->> 'policy_version', \
     value ->> 'input_hash', value ->> 'output_hash', value ->> 'prompt_hash', value -> 'decision_json', value ->> 'status', \
     value ->> 'receipt_id', value ->> 'created_at' FROM json_each(?1)";

const INSERT_EVENT: &str = "INSERT INTO publish_events (id, user_id, platform, content_hash, published_at, platform_post_id, post_id, \
     enforcement_request_id, enforcement_receipt_id, qa_status, violation_codes, audit_ok, token_mode, token_issued_amount, \
     token_pending_amount, token_reason_code, token_guardrails) \
     SELECT value ->> 'id', value ->> 'user_id', value ->> 'platform', value ->> 'content_hash', value ->> 'published_at', \
     value ->> 'platform_post_id', value ->> 'post_id', value ->> 'enforcement_request_id', value ->> 'enforcement_receipt_id', \
     value ->> 'qa_status', value -> 'violation_codes', value ->> 'audit_ok', value ->> 'token_mode', value ->> 'token_issued_amount', \
     value ->> 'token_pending_amount', value ->> 'token_reason_code', value -> 'token_guardrails' FROM json_each(?1) WHERE true \
     ON CONFLICT (id) DO NOTHING";

const FIND_BY_RECEIPT: &str =
    "SELECT decision_json FROM audit_agent_decisions WHERE receipt_id = ?1 AND agent_name = 'qa_gatekeeper' LIMIT 1";
const FIND_BY_REQUEST: &str =
    "SELECT decision_json FROM audit_agent_decisions WHERE request_id = ?1 AND agent_name = 'qa_gatekeeper' LIMIT 1";

/// The database, or the fault that there is none.
pub(super) fn database(env: &Env) -> Result<D1Database, Fault> {
    env.d1("DB").map_err(|error| Fault::new("database", error.to_string()))
}

/// A statement with what is bound to it.
pub(super) type Statement = (&'static str, Vec<String>);

/// Commits all records of a request with what they count, or nothing.
pub(super) async fn commit_decisions(env: &Env, records: &[AuditRecord]) -> Result<(), Fault> {
    let rows = serde_json::to_string(records).map_err(|error| Fault::new("audit", error.to_string()))?;
    let mut statements = vec![(INSERT_DECISIONS, vec![rows])];
    statements.extend(telemetry::beside(records)?);
    transaction(env, "audit", statements).await
}

#[derive(Deserialize)]
struct Found {
    found: u32,
}

/// Whether the row of a record is there.
pub(super) async fn is_committed(env: &Env, record: &AuditRecord) -> Result<bool, Fault> {
    let fault = |error: worker::Error| Fault::new("audit", error.to_string());
    let sql = "SELECT count(*) AS found FROM audit_agent_decisions WHERE request_id = ?1 AND agent_name = ?2";
    let statement = database(env)?.prepare(sql).bind(&[record.ids.request_id.as_str().into(), record.agent_name.into()]).map_err(fault)?;
    let found = within(env, "audit", statement.first::<Found>(None)).await?;
    Ok(found.is_some_and(|row| row.found > 0))
}

/// A publish event as its rows have it.
#[derive(Serialize)]
struct EventRow<'e> {
    #[serde(flatten)]
    event: &'e PublishEvent,
    token_issued_amount: u32,
    token_pending_amount: u32,
    token_reason_code: &'e str,
    token_guardrails: &'e [String],
}

/// Waits for a commit as long as the settings say. One that has not answered by then may still happen: it counts as failed, which refuses
/// too much and never too little.
async fn within<T>(env: &Env, what: &'static str, commit: impl Future<Output = worker::Result<T>>) -> Result<T, Fault> {
    let millis = settings(env).map_or(AuditConfig::default().timeout_ms, |settings| settings.config.audit.timeout_ms);
    let limit = Delay::from(Duration::from_millis(millis.unsigned_abs()));
    match select(pin!(commit), limit).await {
        Either::Left((committed, _)) => committed.map_err(|error| Fault::new(what, error.to_string())),
        Either::Right(_) => Err(Fault::new(what, format!("no answer within {millis} ms"))),
    }
}

/// Step 13: writes a publish event and what it earned, in one transaction; writing it again changes nothing.
pub(super) async fn record_publish(env: &Env, event: &PublishEvent, earned: &TokenResult) -> Result<(), Fault> {
    let row = EventRow {
        event,
        token_issued_amount: earned.issued_amount,
        token_pending_amount: earned.pending_amount,
        token_reason_code: &earned.reason_code,
        token_guardrails: &earned.guardrails_applied,
    };
    let rows = serde_json::to_string(&[row]).map_err(|error| Fault::new("publish_events", error.to_string()))?;
    let statements = [ring::INSERT_CONFLICT, INSERT_EVENT, ring::INSERT_LEDGER, ring::INSERT_PENDING];
    transaction(env, "publish_events", statements.map(|sql| (sql, vec![rows.clone()])).into()).await
}

/// Runs all statements, or none of them has happened.
pub(super) async fn transaction(env: &Env, what: &'static str, statements: Vec<Statement>) -> Result<(), Fault> {
    let fault = |error: &dyn std::fmt::Display| Fault::new(what, error.to_string());
    let database = database(env)?;
    let bind = |(sql, values): Statement| database.prepare(sql).bind(&values.into_iter().map(JsValue::from).collect::<Vec<_>>());
    let bound = statements.into_iter().map(bind).collect::<worker::Result<Vec<_>>>().map_err(|error| fault(&error))?;
    let results = within(env, what, database.batch(bound)).await?;
    match results.iter().find(|result| !result.success()) {
        None => Ok(()),
        Some(failed) => Err(Fault::new(what, failed.error().unwrap_or_default())),
    }
}

#[derive(Deserialize)]
struct DecisionRow {
    decision_json: String,
}

/// The receipt of a decision that passed.
pub(super) async fn find_receipt(env: &Env, name: ReceiptName<'_>) -> Result<Option<StoredReceipt>, Fault> {
    let fault = |error: &dyn std::fmt::Display| Fault::new("receipts", error.to_string());
    let (sql, id) = match name {
        ReceiptName::Receipt(id) => (FIND_BY_RECEIPT, id),
        ReceiptName::Request(id) => (FIND_BY_REQUEST, id),
    };
    let statement = database(env)?.prepare(sql).bind(&[id.into()]).map_err(|error| fault(&error))?;
    let Some(row) = within(env, "receipts", statement.first::<DecisionRow>(None)).await? else { return Ok(None) };
    let mut decision: Value = serde_json::from_str(&row.decision_json).map_err(|error| fault(&error))?;
    let output = decision.get_mut("output").map(Value::take).unwrap_or_default();
    if output.get("receipt_token").is_none_or(Value::is_null) {
        return Ok(None);
    }
    serde_json::from_value(output).map(Some).map_err(|error| fault(&error))
}

/// The migrations that this build was made with.
const MIGRATIONS: &[&str] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

const APPLIED: &str = "SELECT name FROM d1_migrations WHERE name IN (SELECT value FROM json_each(?1))";

#[derive(Deserialize)]
struct Applied {
    name: String,
}

/// Whether every migration is applied that this build expects. A database that is ahead is fine: it is migrated before the Worker is.
pub(super) async fn is_migrated(env: &Env) -> Result<(), Fault> {
    let fault = |error: &dyn std::fmt::Display| Fault::new("database", error.to_string());
    let expected = serde_json::to_string(MIGRATIONS).map_err(|error| fault(&error))?;
    let statement = database(env)?.prepare(APPLIED).bind(&[expected.into()]).map_err(|error| fault(&error))?;
    let rows = statement.all().await.and_then(|result| result.results::<Applied>());
    let applied = rows.map_err(|_| Fault::new("database", "no migration is applied, expected `wrangler d1 migrations apply DB`"))?;
    let missing: Vec<&str> = MIGRATIONS.iter().copied().filter(|name| applied.iter().all(|applied| applied.name != *name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Fault::new("database", format!("not applied: {}, expected `wrangler d1 migrations apply DB`", missing.join(", "))))
}

//! D1: audit rows, publish events, receipts. One statement writes any number of rows; one `batch` is one transaction.

use crate::audit::AuditRecord;
use crate::gate::{Fault, PublishEvent, ReceiptName, StoredReceipt};
use serde::Deserialize;
use serde_json::Value;
use worker::{D1Database, Env};

const INSERT_DECISIONS: &str = "INSERT INTO audit_agent_decisions (request_id, client_request_id, draft_id, ring_id, turn_id, user_id, \
     agent_name, agent_version, contract_version, policy_version, input_hash, output_hash, prompt_hash, decision_json, status, receipt_id, created_at) \
     SELECT value ->> 'request_id', value ->> 'client_request_id', value ->> 'draft_id', value ->> 'ring_id', value ->> 'turn_id', \
     value ->> 'user_id', value ->> 'agent_name', value ->> 'agent_version', value ->> 'contract_version', value ->> 'policy_version', \
     value ->> 'input_hash', value ->> 'output_hash', value ->> 'prompt_hash', value -> 'decision_json', value ->> 'status', \
     value ->> 'receipt_id', value ->> 'created_at' FROM json_each(?1)";

const INSERT_EVENT: &str = "INSERT INTO publish_events (id, user_id, platform, content_hash, published_at, platform_post_id, post_id, \
     enforcement_request_id, enforcement_receipt_id, qa_status, violation_codes, audit_ok, token_mode) \
     SELECT value ->> 'id', value ->> 'user_id', value ->> 'platform', value ->> 'content_hash', value ->> 'published_at', \
     value ->> 'platform_post_id', value ->> 'post_id', value ->> 'enforcement_request_id', value ->> 'enforcement_receipt_id', \
     value ->> 'qa_status', value -> 'violation_codes', value ->> 'audit_ok', value ->> 'token_mode' FROM json_each(?1) WHERE true \
     ON CONFLICT (id) DO NOTHING";

const FIND_BY_RECEIPT: &str =
    "SELECT decision_json FROM audit_agent_decisions WHERE receipt_id = ?1 AND agent_name = 'qa_gatekeeper' LIMIT 1";
const FIND_BY_REQUEST: &str =
    "SELECT decision_json FROM audit_agent_decisions WHERE request_id = ?1 AND agent_name = 'qa_gatekeeper' LIMIT 1";

/// The database, or the fault that there is none.
pub(super) fn database(env: &Env) -> Result<D1Database, Fault> {
    env.d1("DB").map_err(|error| Fault::new("database", error.to_string()))
}

/// Commits all records of a request, or none.
pub(super) async fn commit_decisions(env: &Env, records: &[AuditRecord]) -> Result<(), Fault> {
    insert(env, "audit", INSERT_DECISIONS, records).await
}

/// Step 13: writes a publish event and gives what it earned; writing it again changes nothing.
pub(super) async fn record_publish(env: &Env, event: &PublishEvent) -> Result<Value, Fault> {
    insert(env, "publish_events", INSERT_EVENT, &[event]).await?;
    Ok(Value::Null)
}

async fn insert(env: &Env, what: &'static str, sql: &str, rows: &(impl serde::Serialize + ?Sized)) -> Result<(), Fault> {
    let fault = |error: &dyn std::fmt::Display| Fault::new(what, error.to_string());
    let rows = serde_json::to_string(rows).map_err(|error| fault(&error))?;
    let database = database(env)?;
    let statement = database.prepare(sql).bind(&[rows.into()]).map_err(|error| fault(&error))?;
    let results = database.batch(vec![statement]).await.map_err(|error| fault(&error))?;
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
    let Some(row) = statement.first::<DecisionRow>(None).await.map_err(|error| fault(&error))? else { return Ok(None) };
    let mut decision: Value = serde_json::from_str(&row.decision_json).map_err(|error| fault(&error))?;
    let output = decision.get_mut("output").map(Value::take).unwrap_or_default();
    if output.get("receipt_token").is_none_or(Value::is_null) {
        return Ok(None);
    }
    serde_json::from_value(output).map(Some).map_err(|error| fault(&error))
}

#[derive(Deserialize)]
struct Tables {
    tables: u32,
}

/// Whether the tables are there that this build writes to.
pub(super) async fn is_migrated(env: &Env) -> Result<(), Fault> {
    let sql = "SELECT count(*) AS tables FROM sqlite_master WHERE type = 'table' AND name IN ('audit_agent_decisions', 'publish_events', 'outbox')";
    let found = database(env)?.prepare(sql).first::<Tables>(None).await.map_err(|error| Fault::new("database", error.to_string()))?;
    match found {
        Some(Tables { tables: 3 }) => Ok(()),
        _ => Err(Fault::new("database", "a migration is missing, expected `wrangler d1 migrations apply postgate`")),
    }
}

//! Audit rows in D1, for the tree: reading them in the order in which they were committed, and deleting what retention may delete.

use super::d1::database;
use crate::audit::AuditRow;
use crate::gate::Fault;
use serde::Deserialize;
use worker::{Env, wasm_bindgen::JsValue};

const BEHIND: &str = "SELECT id, request_id, client_request_id, draft_id, ring_id, turn_id, user_id, agent_name, agent_version, \
     contract_version, policy_version, input_hash, output_hash, prompt_hash, decision_json, status, receipt_id, created_at \
     FROM audit_agent_decisions WHERE id > ?1 ORDER BY id LIMIT ?2";

const BETWEEN: &str = "SELECT id, request_id, client_request_id, draft_id, ring_id, turn_id, user_id, agent_name, agent_version, \
     contract_version, policy_version, input_hash, output_hash, prompt_hash, decision_json, status, receipt_id, created_at \
     FROM audit_agent_decisions WHERE id > ?1 AND id <= ?2 ORDER BY id";

const OF_REQUEST: &str = "SELECT id, request_id, client_request_id, draft_id, ring_id, turn_id, user_id, agent_name, agent_version, \
     contract_version, policy_version, input_hash, output_hash, prompt_hash, decision_json, status, receipt_id, created_at \
     FROM audit_agent_decisions WHERE request_id = ?1 ORDER BY id";

const OPEN_RUN: &str = "INSERT INTO audit_retention_runs (id, created_before, first_leaf, end_leaf, last_row, checkpoint, archive, started_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

const DELETE: &str = "DELETE FROM audit_agent_decisions WHERE id > ?1 AND id <= ?2";

const CLOSE_RUN: &str = "UPDATE audit_retention_runs SET deleted = ?2 WHERE id = ?1";

const FINISHED_RUN: &str = "SELECT end_leaf FROM audit_retention_runs WHERE id = ?1 AND deleted IS NOT NULL";

fn fault(error: &dyn std::fmt::Display) -> Fault {
    Fault::new("audit", error.to_string())
}

/// D1 takes no 64-bit integer; SQLite compares text with an integer column as a number.
fn number(value: i64) -> JsValue {
    value.to_string().into()
}

async fn rows(env: &Env, sql: &str, values: &[JsValue]) -> Result<Vec<AuditRow>, Fault> {
    let statement = database(env)?.prepare(sql).bind(values).map_err(|error| fault(&error))?;
    statement.all().await.and_then(|result| result.results()).map_err(|error| fault(&error))
}

/// The first rows behind an id.
pub(super) async fn rows_behind(env: &Env, id: i64, limit: i32) -> Result<Vec<AuditRow>, Fault> {
    rows(env, BEHIND, &[number(id), limit.into()]).await
}

/// The rows with an id above `above` and up to `last`.
pub(super) async fn rows_between(env: &Env, above: i64, last: i64) -> Result<Vec<AuditRow>, Fault> {
    rows(env, BETWEEN, &[number(above), number(last)]).await
}

/// The rows of a request.
pub(super) async fn rows_of(env: &Env, request_id: &str) -> Result<Vec<AuditRow>, Fault> {
    rows(env, OF_REQUEST, &[request_id.into()]).await
}

/// One step of retention: which leaves, which rows, under which checkpoint.
#[derive(Debug)]
pub(super) struct Deletion<'d> {
    pub(super) created_before: &'d str,
    pub(super) first_leaf: u64,
    pub(super) end_leaf: u64,
    pub(super) above_row: i64,
    pub(super) last_row: i64,
    pub(super) rows: usize,
    pub(super) checkpoint: &'d str,
    pub(super) archive: Option<&'d str>,
    pub(super) started_at: &'d str,
}

/// Deletes rows and notes it, in one transaction: the trigger lets a deletion through only between the opening and the closing of its run.
pub(super) async fn delete(env: &Env, deletion: &Deletion<'_>) -> Result<(), Fault> {
    let database = database(env)?;
    let id = deletion.first_leaf.to_string();
    let bind = |sql: &str, values: &[JsValue]| database.prepare(sql).bind(values).map_err(|error| fault(&error));
    let statements = vec![
        bind(
            OPEN_RUN,
            &[
                id.as_str().into(),
                deletion.created_before.into(),
                deletion.first_leaf.to_string().into(),
                deletion.end_leaf.to_string().into(),
                number(deletion.last_row),
                deletion.checkpoint.into(),
                deletion.archive.map_or(JsValue::NULL, Into::into),
                deletion.started_at.into(),
            ],
        )?,
        bind(DELETE, &[number(deletion.above_row), number(deletion.last_row)])?,
        bind(CLOSE_RUN, &[id.as_str().into(), deletion.rows.to_string().into()])?,
    ];
    let results = database.batch(statements).await.map_err(|error| fault(&error))?;
    match results.iter().find(|result| !result.success()) {
        None => Ok(()),
        Some(failed) => Err(fault(&failed.error().unwrap_or_default())),
    }
}

#[derive(Deserialize)]
struct Finished {
    end_leaf: u64,
}

/// Up to which leaf the rows from this leaf on are deleted already, if they are.
pub(super) async fn deleted_up_to(env: &Env, first_leaf: u64) -> Result<Option<u64>, Fault> {
    let statement = database(env)?.prepare(FINISHED_RUN).bind(&[first_leaf.to_string().into()]).map_err(|error| fault(&error))?;
    let found = statement.first::<Finished>(None).await.map_err(|error| fault(&error))?;
    Ok(found.map(|found| found.end_leaf))
}

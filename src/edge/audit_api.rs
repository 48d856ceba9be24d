//! The audit over HTTP, for administrators: the rows of a request, the signed checkpoint, proofs, the export, retention.

use super::audit_log::{self, Call as ObjectCall};
use super::audit_store;
use super::audit_tree::{Growth, Opened, Page, Proof};
use super::posts::unavailable;
use super::router::{Call, Signed};
use super::{http, retention};
use crate::audit::{AuditRow, CheckpointLine, Leaf, lines};
use crate::contract::ContractError;
use crate::gate::{ErrorCode, Fault};
use futures_util::stream;
use serde::Serialize;
use serde_json::{Value, json};
use worker::{Env, Headers, Request, Response, Result};

/// The most leaves that an export reads at once.
const PAGE_LEAVES: u64 = 50;

fn not_found(call: &Call, message: &str) -> Result<Response> {
    http::error(&call.names.error(ErrorCode::NotFound).message(message))
}

fn query(request: &Request, name: &str) -> Result<Option<String>> {
    Ok(request.url()?.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned()))
}

/// A whole number in the query, if it is there.
fn number(request: &Request, call: &Call, name: &'static str) -> Result<std::result::Result<Option<u64>, Box<crate::gate::ApiError>>> {
    let Some(text) = query(request, name)? else { return Ok(Ok(None)) };
    Ok(text.parse().map(Some).map_err(|_| {
        let pointer = format!("/query/{name}");
        Box::new(call.names.contract(&ContractError::new(&pointer, "not a whole number, expected one like 12")))
    }))
}

/// Every row of a request, as it was written.
pub(super) async fn rows(_: Request, call: Call, _: Signed) -> Result<Response> {
    match audit_store::rows_of(&call.env, &call.id).await {
        Ok(rows) if rows.is_empty() => not_found(&call, "no audit row of this request; retention may have deleted it"),
        Ok(rows) => http::json(&AuditRows { request_id: call.id, rows: rows.iter().map(shown).collect() }),
        Err(fault) => unavailable(&call, &fault),
    }
}

/// A row for people: the decision as JSON instead of as its text.
fn shown(row: &AuditRow) -> Value {
    let mut shown = json!(row);
    if let (Some(member), Ok(decision)) = (shown.get_mut("decision_json"), serde_json::from_str(&row.decision_json)) {
        *member = decision;
    }
    shown
}

/// The rows of a request.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct AuditRows {
    request_id: String,
    /// Every column of `audit_agent_decisions`, the decision as JSON.
    #[cfg_attr(feature = "schema", schemars(schema_with = "shown_rows"))]
    rows: Vec<Value>,
}

/// A row's own schema, but for the decision, which is told as JSON.
#[cfg(feature = "schema")]
fn shown_rows(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let mut row = <AuditRow as schemars::JsonSchema>::json_schema(generator).to_value();
    if let Some(decision) = row.pointer_mut("/properties/decision_json") {
        *decision = json!({ "type": "object", "required": ["meta", "output"], "description": "What the agent decided, and how." });
    }
    schemars::json_schema!({ "type": "array", "items": row })
}

/// What a proof is of.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum AuditProof {
    /// That the rows of a request are in the tree.
    Inclusion(Proof),
    /// That the tree has grown from an earlier size.
    Growth(Growth),
}

/// The signed note.
pub(super) async fn checkpoint(_: Request, call: Call, _: Signed) -> Result<Response> {
    match audit_log::ask::<Page>(&call.env, &ObjectCall::Checkpoint).await {
        Ok(page) => text("text/plain; charset=utf-8", page.note),
        Err(fault) => unavailable(&call, &fault),
    }
}

/// That the rows of a request are in the tree (`request_id`), or that the tree has grown from an earlier one (`from`).
pub(super) async fn proof(request: Request, call: Call, _: Signed) -> Result<Response> {
    let from = match number(&request, &call, "from")? {
        Ok(from) => from,
        Err(error) => return http::error(&error),
    };
    match (query(&request, "request_id")?, from) {
        (Some(request_id), None) => match audit_log::ask::<Proof>(&call.env, &ObjectCall::Proof { request_id }).await {
            Ok(proof) if proof.leaves.is_empty() => {
                not_found(&call, "no leaf of this request; its rows come under a checkpoint within two seconds of their commit")
            }
            Ok(proof) => http::json(&AuditProof::Inclusion(proof)),
            Err(fault) => unavailable(&call, &fault),
        },
        (None, Some(from)) => match audit_log::ask::<Option<Growth>>(&call.env, &ObjectCall::Growth { from }).await {
            Ok(Some(growth)) => http::json(&AuditProof::Growth(growth)),
            Ok(None) => not_found(&call, "the tree is smaller than that"),
            Err(fault) => unavailable(&call, &fault),
        },
        _ => http::error(&call.names.contract(&ContractError::new("/query", "expected one of request_id and from"))),
    }
}

/// Every row that is there, in the order of the tree, then the checkpoint.
pub(super) async fn export(request: Request, call: Call, _: Signed) -> Result<Response> {
    let (first, end) = match (number(&request, &call, "first")?, number(&request, &call, "end")?) {
        (Ok(first), Ok(end)) => (first, end),
        (Err(error), _) | (_, Err(error)) => return http::error(&error),
    };
    let opened = match audit_log::ask::<Option<Opened>>(&call.env, &ObjectCall::Open { first, end }).await {
        Ok(Some(opened)) => opened,
        Ok(None) => {
            let message =
                "not a stretch of leaves that have their rows, expected first and end within the tree and behind what retention deleted";
            return http::error(&call.names.contract(&ContractError::new("/query", message)));
        }
        Err(fault) => return unavailable(&call, &fault),
    };
    let headers = Headers::new();
    headers.set("content-type", "application/x-ndjson")?;
    headers.set("cache-control", "no-store")?;
    headers.set("content-disposition", "attachment; filename=\"audit.ndjson\"")?;
    let (env, names) = (call.env, call.names);
    let first = opened.first;
    let pages = stream::unfold(Some((opened, first)), move |stage| {
        let (env, names) = (env.clone(), names.clone());
        async move {
            let (opened, at) = stage?;
            if at >= opened.end {
                return Some((last_line(opened), None));
            }
            let end = opened.end.min(at + PAGE_LEAVES);
            match page(&env, at, end).await {
                Ok(bytes) => Some((Ok(bytes), Some((opened, end)))),
                Err(fault) => {
                    super::posts::log_fault(&names.request_id, &fault);
                    // Cut off: without its last line it is no export.
                    Some((Err(worker::Error::RustError(fault.what.to_owned())), None))
                }
            }
        }
    });
    Ok(Response::from_stream(pages)?.with_headers(headers))
}

async fn page(env: &Env, first: u64, end: u64) -> std::result::Result<Vec<u8>, Fault> {
    // One leaf more on the left says where this page's rows begin: a row between two leaves is then in the export, too.
    let mut leaves: Vec<Leaf> = audit_log::ask(env, &ObjectCall::Leaves { first: first.saturating_sub(1), end }).await?;
    let above = if first == 0 { 0 } else { leaves.first().map_or(0, |leaf| leaf.last_row) };
    leaves.retain(|leaf| leaf.index >= first);
    let last = leaves.last().map_or(above, |leaf| leaf.last_row);
    let rows = audit_store::rows_between(env, above, last).await?;
    let mut bytes = Vec::new();
    for line in lines(&leaves, rows) {
        serde_json::to_writer(&mut bytes, &line).map_err(|error| Fault::new("audit", error.to_string()))?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

fn last_line(opened: Opened) -> Result<Vec<u8>> {
    let Opened { first, end, note, before, after, .. } = opened;
    let line = CheckpointLine { checkpoint: note, first_leaf: first, end_leaf: end, before, after };
    let mut bytes = serde_json::to_vec(&line)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Runs retention now; the body may ask for a dry run where the configuration says otherwise, and never the other way round.
pub(super) async fn retain(request: Request, call: Call, signed: Signed) -> Result<Response> {
    let asked = match query(&request, "dry_run")?.as_deref() {
        None | Some("0") => false,
        Some("1") => true,
        Some(_) => return http::error(&call.names.contract(&ContractError::new("/query/dry_run", "expected 1 or 0"))),
    };
    let dry_run = asked || signed.settings.config.audit.cleanup_dry_run;
    match retention::run(&call.env, signed.settings, dry_run).await {
        Ok(report) => http::json(&report),
        Err(fault) => unavailable(&call, &fault),
    }
}

fn text(kind: &str, text: String) -> Result<Response> {
    let headers = Headers::new();
    headers.set("content-type", kind)?;
    headers.set("cache-control", "no-store")?;
    Ok(Response::ok(text)?.with_headers(headers))
}

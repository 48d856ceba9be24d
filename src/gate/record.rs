//! The gate's own audit record: what it decided on a posting, in hashes, codes and figures.

use super::admit::{Case, Gate};
use super::error::ErrorCode;
use super::judge::Judgement;
use super::ports::Ports;
use crate::audit::{AuditRecord, Ids, without_secrets};
use crate::contract::{CONTRACT_VERSION, DecisionStatus};
use crate::digest::{Domain, digest};
use serde_json::json;

/// Who decided. What stops an admitted posting is a record of its own: the gate's is written by then, and is never replaced.
pub(super) const fn agent(refusal: Option<ErrorCode>) -> &'static str {
    match refusal {
        Some(ErrorCode::AuditWriteFailed | ErrorCode::PublishFailed | ErrorCode::PublishUnknown) => "publisher",
        _ => "posting_gate",
    }
}

/// The record of a posting that was admitted (`refusal` is `None`) or refused.
pub(super) fn gate_record<P: Ports>(
    gate: &Gate<'_, P>,
    case: &Case<'_>,
    judgement: &Judgement,
    refusal: Option<ErrorCode>,
    warnings: &[String],
    (post_id, fence): (Option<&str>, i64),
) -> AuditRecord {
    let now = gate.ports.now();
    let report = judgement.report.as_ref();
    let claims = judgement.receipt.as_ref().map(|receipt| &receipt.claims);
    let draft_hash = report.map(|report| report.draft_hash.as_str());
    let content = case.setup.config.audit.content.then(|| without_secrets(&case.request.content));
    let mut output = json!({
        "verdict": if refusal.is_some() { "block" } else { "publish" },
        "error_code": refusal,
        "violation_codes": report.map(|report| &report.violation_codes),
        "qa_status": report.map(|report| report.status),
        "risk_thousandths": report.map(|report| report.risk_score.thousandths()),
        "draft_hash": draft_hash, "policy_digest": report.map(|report| &report.policy_digest),
        "platform": case.request.platform, "format": case.request.format, "mode": case.mode,
        "warnings": warnings, "post_id": post_id, "attempt": fence,
        "enforcement_request_id": claims.map(|claims| &claims.request_id),
    });
    if let (Some(content), Some(output)) = (content, output.as_object_mut()) {
        output.insert("content".to_owned(), json!(content));
    }
    let meta = json!({
        "model_name": "deterministic", "model_version": env!("CARGO_PKG_VERSION"), "started_at": case.began, "finished_at": now,
        "latency_ms": now.millis_since(case.began).max(0), "retry_count": 0,
    });
    // Strings and small integers are always canonical; an empty hash would show that they were not.
    let hash = |domain, value: &serde_json::Value| digest(domain, value).unwrap_or_default();
    AuditRecord {
        ids: Ids {
            request_id: gate.request_id.to_owned(),
            client_request_id: gate.client_request_id.map(str::to_owned),
            draft_id: claims.and_then(|claims| claims.draft_id.clone()),
            ring_id: claims.and_then(|claims| claims.ring_id.clone()),
            turn_id: claims.and_then(|claims| claims.turn_id.clone()),
            user_id: case.user.id.clone(),
        },
        agent_name: agent(refusal),
        agent_version: "v1",
        contract_version: CONTRACT_VERSION,
        policy_version: case.setup.policy.map_or_else(|_| String::new(), |policy| policy.version().to_owned()),
        input_hash: hash(Domain::AgentInput, &json!({ "draft_hash": draft_hash })),
        output_hash: hash(Domain::AgentOutput, &output),
        prompt_hash: hash(Domain::Prompt, &json!("")),
        decision_json: json!({ "meta": meta, "output": output }),
        status: if refusal.is_some() { DecisionStatus::Fail } else { DecisionStatus::Pass },
        receipt_id: claims.map(|claims| claims.receipt_id.clone()),
        created_at: now,
    }
}

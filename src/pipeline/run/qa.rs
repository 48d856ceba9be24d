//! `qa_gatekeeper`: what it decides, the receipt of a draft that passes, and its record.

use super::record::Step;
use super::{Assignment, PipelineError, Run, Signer};
use crate::audit::without_secrets;
use crate::contract::{CheckReport, CheckRequest, DecisionStatus, Score, Timestamp, unique};
use crate::diagnostic::Code;
use crate::digest::{Domain, digest};
use crate::pipeline::agents::{AgentName, QaDecision};
use crate::receipt::{Claims, Receipt, issue};
use serde_json::{Value, json};

impl Run<'_> {
    pub(super) fn qa(&self, report: &CheckReport) -> QaDecision {
        let mut codes: Vec<String> = report.violation_codes.iter().map(|code| code.as_str().to_owned()).collect();
        let mut edits = report.required_edits.clone();
        let mut risk = report.risk_score;
        if !self.broken.is_empty() {
            codes.extend(self.broken.iter().map(|code| (*code).to_owned()));
            edits.push("Resolve contract validation failures.".to_owned());
            risk = risk.max(Score::from_thousandths(900));
        }
        if let Some(prompt) = self.harmful.as_ref().filter(|_| self.redirected) {
            codes.push(Code::HarmfulContent.as_str().to_owned());
            edits.extend(prompt.required_edits.iter().cloned());
            risk = risk.max(prompt.risk_score);
        }
        codes.sort_unstable();
        codes.dedup();
        let status = if codes.is_empty() { DecisionStatus::Pass } else { DecisionStatus::Fail };
        QaDecision { status, violation_codes: codes, required_edits: unique(edits.iter().map(String::as_str)), risk_score: risk }
    }

    pub(super) fn receipt(
        &self,
        qa: &QaDecision,
        report: &CheckReport,
        signer: &Signer<'_>,
        now: Timestamp,
    ) -> Result<Receipt, PipelineError> {
        let Assignment { ids, platform, mode, .. } = &self.assignment;
        let decided = json!({
            "status": qa.status, "violation_codes": qa.violation_codes, "required_edits": qa.required_edits,
            "risk_thousandths": qa.risk_score.thousandths(), "draft_hash": report.draft_hash, "user_id": ids.user_id,
            "policy_digest": report.policy_digest,
        });
        let claims = Claims {
            receipt_id: signer.receipt_id.clone(),
            request_id: ids.request_id.clone(),
            draft_id: ids.draft_id.clone(),
            ring_id: ids.ring_id.clone(),
            turn_id: ids.turn_id.clone(),
            qa_status: qa.status,
            qa_decision_hash: digest(Domain::Decision, &decided)?,
            policy_version: report.policy_version.clone(),
            created_at: now,
            expires_at: now.plus_seconds(signer.ttl_seconds),
            user_id: ids.user_id.clone(),
            platform: *platform,
            draft_hash: report.draft_hash.clone(),
            policy_digest: report.policy_digest.clone(),
            mode: *mode,
        };
        Ok(issue(claims, signer.keys)?)
    }

    /// QA's record also keeps what a client of the reference system does not send again when it posts: tags and sources.
    pub(super) fn record_qa(
        &mut self,
        request: &CheckRequest,
        report: &CheckReport,
        qa: &QaDecision,
        receipt: Option<&Receipt>,
        now: Timestamp,
    ) -> Result<(), PipelineError> {
        let findings: Vec<Value> = report
            .diagnostics
            .iter()
            .map(|found| json!({ "code": found.code, "severity": found.severity, "post": found.post, "span": found.span }))
            .collect();
        let mut kept = json!({
            "status": qa.status, "violation_codes": qa.violation_codes, "risk_thousandths": qa.risk_score.thousandths(), "findings": findings,
            "draft_hash": report.draft_hash, "policy_digest": report.policy_digest, "platform": request.platform, "format": request.format,
            "mode": self.assignment.mode, "receipt_token": receipt.map(|receipt| receipt.token.as_str()),
            "expires_at": receipt.map(|receipt| receipt.claims.expires_at),
            "policy_tags": request.policy_tags, "required_citations": request.required_citations,
            "sources": request.sources,
        });
        if let (true, Some(kept)) = (self.keeps_content, kept.as_object_mut()) {
            kept.insert("content".to_owned(), Value::String(without_secrets(&request.content)));
        }
        let input = json!({ "draft_hash": report.draft_hash });
        let output = json!({ "qa": qa, "receipt": receipt.map(|receipt| &receipt.claims), "mode": self.assignment.mode });
        self.record(Step {
            status: qa.status,
            codes: qa.violation_codes.clone(),
            edits: qa.required_edits.clone(),
            receipt_id: receipt.map(|receipt| receipt.claims.receipt_id.clone()),
            ..Step::new(AgentName::QaGatekeeper, (now, now), &input, &output, kept)
        })
    }
}

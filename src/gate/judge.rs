//! Steps 6 to 8: the policy runs again on exactly these bytes, and the receipt is held against them. Nothing is changed here.

use super::admit::{Case, Gate, Refusal, Route};
use super::error::ErrorCode;
use super::ports::{Ports, ReceiptName, StoredReceipt};
use super::steps::{Step, Weight};
use crate::contract::{CheckReport, CheckRequest, DecisionStatus};
use crate::policy::Policy;
use crate::receipt::{Presented, Receipt, Unredeemable, verify};
use crate::rules;
use serde_json::{Value, json};

/// What steps 6 to 8 found.
pub(super) struct Judgement {
    /// The draft as it was checked.
    pub(super) draft: CheckRequest,
    /// The report of the check, unless the mode is off.
    pub(super) report: Option<CheckReport>,
    /// A receipt that admits the draft.
    pub(super) receipt: Option<Receipt>,
    /// What would have been a refusal in enforced mode.
    pub(super) warnings: Vec<String>,
    /// The first refusal.
    pub(super) refusal: Option<Refusal>,
}

/// Looks at the draft and its receipt.
pub(super) async fn judge<P: Ports>(gate: &Gate<'_, P>, case: &Case<'_>) -> Judgement {
    let draft = case.request.as_check();
    let mut judgement = Judgement { draft, report: None, receipt: None, warnings: Vec::new(), refusal: None };
    if Step::Check.weight(case.mode) == Weight::Skipped {
        return judgement;
    }
    let policy = match case.setup.policy {
        Ok(policy) => policy,
        Err(fault) => {
            judgement.refusal = Some(gate.fault(ErrorCode::PolicyError, fault));
            return judgement;
        }
    };
    let found = find_receipt(gate, case).await;
    if case.route == Route::PostToX {
        take_promises(&mut judgement.draft, found.as_ref().ok(), policy);
    }
    let report = step_6_check(&judgement.draft, policy);
    if let Err(refusal) = step_7_qa(gate, &report) {
        judgement.object(Step::Qa, case, refusal);
    }
    match found.and_then(|found| step_8_receipt(gate, case, &report, &found)) {
        Ok(receipt) => judgement.receipt = Some(receipt),
        Err(refusal) => judgement.object(Step::Receipt, case, refusal),
    }
    judgement.report = Some(report);
    judgement
}

impl Judgement {
    /// The first objection refuses where its step does; elsewhere each is a warning.
    fn object(&mut self, step: Step, case: &Case<'_>, refusal: Refusal) {
        match step.weight(case.mode) {
            Weight::Refuses => drop(self.refusal.get_or_insert(refusal)),
            Weight::Warns => self.warnings.push(refusal.error.code.as_str().to_owned()),
            Weight::Skipped => {}
        }
    }
}

/// Clients of the reference system send no tags and no sources: the receipt's record has them. Without a receipt the draft is judged by
/// its text alone; enforced mode then asks for the receipt.
fn take_promises(draft: &mut CheckRequest, found: Option<&Found>, policy: &Policy) {
    match found.and_then(|found| found.stored.as_ref()) {
        Some(stored) => {
            draft.policy_tags.clone_from(&stored.policy_tags);
            draft.required_citations = stored.required_citations;
            draft.sources.clone_from(&stored.sources);
        }
        None => draft.policy_tags.clone_from(&policy.document().accepted_tags),
    }
}

fn step_6_check(draft: &CheckRequest, policy: &Policy) -> CheckReport {
    rules::check(draft, policy)
}

fn step_7_qa<P: Ports>(gate: &Gate<'_, P>, report: &CheckReport) -> Result<(), Refusal> {
    if report.status == DecisionStatus::Pass {
        return Ok(());
    }
    let fixes: Vec<&str> = report.diagnostics.iter().map(|found| found.suggested_fix.as_str()).collect();
    let error = gate
        .error(ErrorCode::QaBlocked)
        .detail("violation_codes", json!(report.violation_codes))
        .detail("required_edits", report.required_edits.clone())
        .detail("suggested_fixes", json!(crate::contract::unique(fixes)))
        .detail("diagnostics", serde_json::to_value(&report.diagnostics).unwrap_or(Value::Null));
    Err(error.into())
}

/// A receipt that was named, before it is held against anything.
struct Found {
    token: String,
    stored: Option<StoredReceipt>,
}

async fn find_receipt<P: Ports>(gate: &Gate<'_, P>, case: &Case<'_>) -> Result<Found, Refusal> {
    let (receipt_id, request_id) = case.request.receipt_names();
    let token = case.request.enforcement_receipt.clone().filter(|token| !token.is_empty());
    // A token says everything itself, but for what the reference system's clients leave out.
    if let (Some(token), Route::Posts) = (&token, case.route) {
        return Ok(Found { token: token.clone(), stored: None });
    }
    let of_token = token.as_ref().and_then(|token| verify(token, case.setup.ring).ok()).map(|receipt| receipt.claims.receipt_id);
    let name = match (receipt_id.or(of_token.as_deref()), request_id) {
        (Some(receipt_id), _) => ReceiptName::Receipt(receipt_id),
        (None, Some(request_id)) => ReceiptName::Request(request_id),
        (None, None) if token.is_some() => return Err(gate.error(ErrorCode::EnforcementReceiptInvalid).into()),
        (None, None) => return Err(gate.error(ErrorCode::EnforcementReceiptRequired).into()),
    };
    let looked_up = gate.ports.find_receipt(name).await.map_err(|fault| gate.fault(ErrorCode::StateUnavailable, &fault))?;
    let stored = looked_up.ok_or_else(|| Refusal::from(gate.error(ErrorCode::EnforcementReceiptInvalid)))?;
    Ok(Found { token: token.unwrap_or_else(|| stored.receipt_token.clone()), stored: Some(stored) })
}

/// A receipt from the store is verified like one from the caller: a changed row is no receipt.
fn step_8_receipt<P: Ports>(gate: &Gate<'_, P>, case: &Case<'_>, report: &CheckReport, found: &Found) -> Result<Receipt, Refusal> {
    let invalid = || Refusal::from(gate.error(ErrorCode::EnforcementReceiptInvalid));
    let receipt = verify(&found.token, case.setup.ring).map_err(|_| invalid())?;
    let (receipt_id, request_id) = case.request.receipt_names();
    let same = |name: Option<&str>, own: &str| name.is_none_or(|name| name == own);
    if !same(receipt_id, &receipt.claims.receipt_id) || !same(request_id, &receipt.claims.request_id) {
        return Err(invalid());
    }
    let presented = Presented {
        user_id: &case.user.id,
        platform: case.request.platform,
        draft_hash: &report.draft_hash,
        policy_digest: &report.policy_digest,
        mode: case.mode,
        now: gate.ports.now(),
    };
    match receipt.claims.admits(&presented) {
        Ok(()) => Ok(receipt),
        Err(Unredeemable::Foreign) => Err(invalid()),
        Err(Unredeemable::Expired) => {
            Err(gate.error(ErrorCode::EnforcementReceiptExpired).detail("expires_at", json!(receipt.claims.expires_at)).into())
        }
        Err(Unredeemable::Mismatch(field)) => Err(gate
            .error(ErrorCode::EnforcementReceiptMismatch)
            .message(format!("the receipt was made for another {}", field.split('_').next().unwrap_or(field)))
            .detail("field", field)
            .into()),
    }
}

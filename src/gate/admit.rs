//! The posting decision, step by step, in the order in which a refusal is looked for. Steps 1 to 4 stand in `enter`, 6 to 8 in `judge`, 12 to
//! 14 in `publish`.
//!
//! 1 size · 2 auth · 3 strict parse · 4 mode · 5 idempotency · 6 check · 7 QA · 8 receipt · 9 rate · 10 reserve · 11 audit · 12 publish ·
//! 13 publish event · 14 answer. Steps 6 to 8 only look; 5, 9 and 10 are one question to the user's own state, which answers in that order,
//! so that a repeated request is recognised before any refusal of its repetition is told.

use super::config::{Config, ConfigProblem};
use super::error::{ApiError, ErrorCode};
use super::judge::{Judgement, judge};
use super::ports::{Fault, Ports, User};
use super::record::gate_record;
use super::reply::{Decided, RateSnapshot, Reply};
use super::request::PostRequest;
use super::steps::{Step, Weight};
use super::traffic::Throttle;
use super::user::{Admission, Answer, KeyUse, ReceiptUse};
use crate::contract::{ContractError, DecisionStatus, Mode, Timestamp};
use crate::policy::Policy;
use crate::publisher::Landed;
use crate::receipt::Keyring;
use crate::rules::Draft;
use crate::text::posts;

/// The most posts in a thread, whatever the mode.
const MAX_PARTS: usize = 25;

/// Which path a post came by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// `POST /v1/posts`.
    Posts,
    /// `POST /api/post-to-x`, for clients of the reference system.
    PostToX,
}

/// A request as it arrives.
#[derive(Debug, Clone, Copy)]
pub struct Posting<'a> {
    /// Which path it came by.
    pub route: Route,
    /// The body, `None` when it is larger than [`MAX_BODY_BYTES`](crate::contract::MAX_BODY_BYTES).
    pub body: Option<&'a [u8]>,
    /// Whether it is declared as JSON.
    pub is_json: bool,
    /// The `Idempotency-Key` header.
    pub idempotency_key: Option<&'a str>,
}

/// What the gate decides with.
#[derive(Debug, Clone, Copy)]
pub struct Setup<'g> {
    /// The active policy, or why it can't be read. Only `off` decides without one.
    pub policy: Result<&'g Policy, &'g Fault>,
    /// The keys that receipts are verified with.
    pub ring: &'g Keyring,
    /// The configuration.
    pub config: &'g Config,
}

/// The gate.
#[derive(Debug)]
pub struct Gate<'g, P> {
    /// Everything outside.
    pub ports: &'g P,
    /// What it decides with, or every reason why it can't decide.
    pub setup: Result<Setup<'g>, &'g [ConfigProblem]>,
    /// Ours.
    pub request_id: &'g str,
    /// The caller's own, kept beside ours.
    pub client_request_id: Option<&'g str>,
}

/// A refusal on its way to a reply.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal {
    pub(super) error: Box<ApiError>,
    pub(super) retry_after: Option<i64>,
    pub(super) rate: Option<RateSnapshot>,
    pub(super) throttle: Option<Throttle>,
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self { error: Box::new(error), retry_after: None, rate: None, throttle: None }
    }
}

/// A request that has come as far as step 5.
pub(super) struct Case<'g> {
    pub(super) setup: Setup<'g>,
    pub(super) user: User,
    pub(super) mode: Mode,
    pub(super) route: Route,
    pub(super) request: PostRequest,
    pub(super) key: Option<KeyUse>,
    pub(super) began: Timestamp,
}

/// A place in the user's state, reserved.
pub(super) struct Reservation {
    pub(super) post_id: String,
    pub(super) fence: i64,
    pub(super) since: Timestamp,
    pub(super) landed: Vec<Landed>,
    pub(super) resumed: bool,
    pub(super) sent_by: Timestamp,
    pub(super) rate: RateSnapshot,
}

impl<P: Ports> Gate<'_, P> {
    /// Decides on a posting and publishes what it admits.
    pub async fn admit(&self, posting: Posting<'_>) -> Reply {
        let case = match self.enter(&posting).await {
            Ok(case) => case,
            Err(refusal) => return Self::refuse(&refusal),
        };
        let judgement = judge(self, &case).await;
        let (mut reply, audit_ok) = match self.pass(&case, &judgement).await {
            Ok(passed) => passed,
            Err(refusal) => {
                let record = gate_record(self, &case, &judgement, Some(refusal.error.code), &judgement.warnings, (None, 0));
                let before_the_check = matches!(refusal.error.code, ErrorCode::IdempotencyConflict | ErrorCode::RequestInProgress);
                let mut reply = Self::refuse(&refusal);
                if case.setup.config.audit_log && case.mode != Mode::Off && !before_the_check {
                    reply.audit_later.push(record);
                }
                (reply, (refusal.error.code == ErrorCode::AuditWriteFailed).then_some(false))
            }
        };
        reply.decided = Some(Self::decided(&case, &judgement, audit_ok));
        reply
    }

    fn decided(case: &Case<'_>, judgement: &Judgement, audit_ok: Option<bool>) -> Decided {
        let report = judgement.report.as_ref();
        let failed = report.is_some_and(|report| report.status == DecisionStatus::Fail);
        Decided {
            mode: case.mode,
            qa_status: report.map(|report| report.status),
            violation_codes: report.map(|report| report.violation_codes.clone()).unwrap_or_default(),
            would_block: failed || audit_ok == Some(false),
            audit_ok,
        }
    }

    fn refuse(refusal: &Refusal) -> Reply {
        if let Some(throttle) = refusal.throttle {
            return Reply::throttled(refusal.error.as_ref().clone(), throttle);
        }
        let mut reply = Reply::refusal(&refusal.error);
        if let Some(seconds) = refusal.retry_after {
            reply = reply.retry_after(seconds);
        }
        if let Some(rate) = refusal.rate {
            reply = reply.rate(rate);
        }
        reply
    }

    /// Steps 5 to 14, now that steps 6 to 8 have looked; and whether step 11 committed, where it was taken.
    async fn pass(&self, case: &Case<'_>, judgement: &Judgement) -> Result<(Reply, Option<bool>), Refusal> {
        let mut warnings = judgement.warnings.clone();
        let reservation = match self.steps_5_9_10_reserve(case, judgement, &mut warnings).await? {
            Ok(reservation) => reservation,
            Err(replay) => return Ok((replay, None)),
        };
        let audit_ok = self.step_11_audit(case, judgement, &reservation, &mut warnings).await?;
        let reply = self.steps_12_to_14_publish(case, judgement, reservation, audit_ok, warnings).await?;
        Ok((reply, (case.mode != Mode::Off).then_some(audit_ok)))
    }

    /// One question to the user's state: is this a repetition, is the receipt unspent, is there room in the window? If so, all is reserved.
    async fn steps_5_9_10_reserve(
        &self,
        case: &Case<'_>,
        judgement: &Judgement,
        warnings: &mut Vec<String>,
    ) -> Result<Result<Reservation, Reply>, Refusal> {
        let refusal = judgement.refusal.clone().or_else(|| self.unpublishable(case));
        if let (Some(refusal), None) = (&refusal, &case.key) {
            return Err(refusal.clone());
        }
        let limit = case.user.tier.posts_per_window();
        let admission = self.admission(case, judgement, refusal.is_some());
        let answer = self.ports.reserve(&case.user, &admission).await.map_err(|fault| self.fault(ErrorCode::StateUnavailable, &fault))?;
        if let (Some(refusal), Answer::Clear | Answer::ReceiptUsed | Answer::RateLimited { .. } | Answer::Reserved { .. }) =
            (refusal, &answer)
        {
            return Err(refusal);
        }
        match answer {
            Answer::Replay { answer } => {
                let mut reply = Reply::ok(answer);
                reply.headers.push(("idempotent-replayed", "true".to_owned()));
                Ok(Err(reply))
            }
            Answer::Conflict => Err(self.error(ErrorCode::IdempotencyConflict).into()),
            Answer::InProgress { retry_after } => {
                Err(Refusal { retry_after: Some(retry_after), ..self.error(ErrorCode::RequestInProgress).into() })
            }
            Answer::ReceiptUsed => Err(self.error(ErrorCode::EnforcementReceiptUsed).into()),
            Answer::RateLimited { retry_after } => {
                let rate = RateSnapshot::posts(limit, 0, retry_after);
                let error = self.error(ErrorCode::RateLimited).detail("limit", limit).detail("window_seconds", super::WINDOW_SECONDS);
                Err(Refusal { retry_after: Some(retry_after), rate: Some(rate), ..error.into() })
            }
            Answer::Reserved { post_id, fence, since, landed, resumed, sent_by, receipt_used, remaining, reset } => {
                if receipt_used {
                    warnings.push(ErrorCode::EnforcementReceiptUsed.as_str().to_owned());
                }
                let rate = RateSnapshot::posts(limit, remaining, reset);
                Ok(Ok(Reservation { post_id, fence, since, landed, resumed, sent_by, rate }))
            }
            Answer::Clear => Err(self.error(ErrorCode::Internal).into()),
        }
    }

    fn admission(&self, case: &Case<'_>, judgement: &Judgement, lookup_only: bool) -> Admission {
        let strict = Step::Receipt.weight(case.mode) == Weight::Refuses;
        let receipt = judgement.receipt.as_ref().map(|receipt| ReceiptUse {
            receipt_id: receipt.claims.receipt_id.clone(),
            expires_at: receipt.claims.expires_at,
            strict,
        });
        Admission {
            post_id: self.ports.new_id(),
            key: case.key.clone(),
            receipt,
            draft_hash: judgement.report.as_ref().map_or_else(|| Draft::new(&judgement.draft).hash(), |report| report.draft_hash.clone()),
            parts: posts(&case.request.content, case.request.format).len(),
            limit: case.user.tier.posts_per_window(),
            lease_seconds: case.setup.config.lease_seconds,
            lookup_only,
        }
    }

    /// What no mode publishes: nothing at all, or more posts than a thread has.
    fn unpublishable(&self, case: &Case<'_>) -> Option<Refusal> {
        let parts = posts(&case.request.content, case.request.format);
        let message = if parts.iter().all(|part| part.text.trim().is_empty()) {
            "nothing to publish, expected at least one post that is not blank".to_owned()
        } else if parts.len() > MAX_PARTS {
            format!("{} posts, expected at most {MAX_PARTS} in a thread", parts.len())
        } else {
            return None;
        };
        Some(self.contract(&ContractError::new("/content", message)))
    }

    /// The row is committed before anything goes out; in enforced mode nothing goes out without it.
    async fn step_11_audit(
        &self,
        case: &Case<'_>,
        judgement: &Judgement,
        reservation: &Reservation,
        warnings: &mut Vec<String>,
    ) -> Result<bool, Refusal> {
        let weight = Step::Audit.weight(case.mode);
        if weight == Weight::Skipped {
            return Ok(false);
        }
        if !case.setup.config.audit_log {
            warnings.push("AUDIT_DISABLED".to_owned());
            return Ok(false);
        }
        let record = gate_record(self, case, judgement, None, warnings, (Some(&reservation.post_id), reservation.fence));
        let Err(fault) = self.ports.commit_audit(&[record]).await else { return Ok(true) };
        if weight == Weight::Warns {
            warnings.push(ErrorCode::AuditWriteFailed.as_str().to_owned());
            return Ok(false);
        }
        if !reservation.resumed {
            // Should this fail too, the lease runs out and the same receipt goes on with the reservation.
            self.ports.release(&case.user, &reservation.post_id, reservation.fence).await.ok();
        }
        Err(self.fault(ErrorCode::AuditWriteFailed, &fault))
    }

    pub(super) fn error(&self, code: ErrorCode) -> ApiError {
        ApiError::new(code, self.request_id)
    }

    /// What a port said is for the log; the caller learns which port it was.
    pub(super) fn fault(&self, code: ErrorCode, fault: &Fault) -> Refusal {
        self.error(code).detail("reason", fault.what).into()
    }

    pub(super) fn contract(&self, error: &ContractError) -> Refusal {
        self.error(ErrorCode::ContractInvalid).message(error.message.clone()).detail("pointer", error.pointer.clone()).into()
    }
}

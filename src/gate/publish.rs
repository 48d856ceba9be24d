//! Steps 12 to 14: part by part to the platform, each landing stored before the next part is sent; then the publish event and the answer.

use super::admit::{Case, Gate, Refusal, Reservation, Route};
use super::answers::PostAnswer;
use super::error::ErrorCode;
use super::judge::Judgement;
use super::ports::{Ports, PublishEvent};
use super::reply::Reply;
use super::user::{Done, Finish};
use crate::contract::Timestamp;
use crate::digest::{Domain, digest, sha256};
use crate::publisher::{Landed, Part, PublishError, Reason, Trouble};
use crate::text::posts;
use serde_json::json;

/// What is wrong with the receipt that the post went out with; one that could not be looked up is none.
fn receipt_error(judgement: &Judgement, warnings: &[String]) -> Option<String> {
    let told = warnings.iter().find(|code| code.starts_with("ENFORCEMENT_RECEIPT_")).cloned();
    told.or_else(|| judgement.receipt.is_none().then(|| ErrorCode::EnforcementReceiptRequired.as_str().to_owned()))
}

/// How the sending of one part ended.
enum Sent {
    Landed(Landed),
    /// Certainly not published.
    Refused(Trouble),
    /// Perhaps published.
    Unknown(Trouble),
    /// Perhaps published by an earlier request, and not sent again.
    Unsettled(Trouble),
}

impl<P: Ports> Gate<'_, P> {
    pub(super) async fn steps_12_to_14_publish(
        &self,
        case: &Case<'_>,
        judgement: &Judgement,
        reservation: Reservation,
        audit_ok: bool,
        warnings: Vec<String>,
    ) -> Result<Reply, Refusal> {
        let landed = self.step_12_publish(case, &reservation).await?;
        let event = self.step_13_event(case, judgement, &reservation, &landed, (audit_ok, &warnings));
        Ok(self.step_14_answer(case, &reservation, &landed, event, warnings).await)
    }

    async fn step_12_publish(&self, case: &Case<'_>, reservation: &Reservation) -> Result<Vec<Landed>, Refusal> {
        let parts = posts(&case.request.content, case.request.format);
        let mut landed = reservation.landed.clone();
        for post in parts.iter().skip(landed.len()) {
            // The first part of a post that is taken up again may have been sent by whoever held it before.
            let sent_by = (reservation.resumed && post.index == reservation.landed.len()).then_some(reservation.sent_by);
            let part = Part {
                user_id: &case.user.id,
                post_id: &reservation.post_id,
                index: post.index,
                parts: parts.len(),
                since: reservation.since,
                sent_by,
                platform: case.request.platform,
                text: post.text,
                root: landed.first(),
                reply_to: landed.last(),
            };
            let (code, why, sent_by) = match self.send(part).await {
                Sent::Landed(part) => {
                    let is_last = post.index + 1 == parts.len();
                    let is_noted = is_last || self.ports.landed(&case.user, &reservation.post_id, reservation.fence, &part).await.is_ok();
                    if is_noted {
                        landed.push(part);
                        continue;
                    }
                    // It is out, and only its place in our own state is missing: a repetition finds it.
                    (ErrorCode::PublishUnknown, Trouble::new(Reason::Unnoted), Some(self.ports.now()))
                }
                Sent::Unknown(why) => (ErrorCode::PublishUnknown, why, Some(self.ports.now())),
                // Nothing was sent now: what may be out is what may have been out before.
                Sent::Unsettled(why) => (ErrorCode::PublishUnknown, why, sent_by),
                Sent::Refused(why) => (ErrorCode::PublishFailed, why, sent_by),
            };
            return Err(self.stop(case, reservation, &landed, (code, why), sent_by).await);
        }
        Ok(landed)
    }

    /// Sends a part once. Where it may be out already, and where the platform left it open, `find` settles it.
    async fn send(&self, part: Part<'_>) -> Sent {
        let may_be_out = part.sent_by.is_some();
        if may_be_out {
            match self.ports.find_published(part).await {
                Ok(Some(landed)) => return Sent::Landed(landed),
                Ok(None) => {}
                Err(trouble) => return Sent::Unsettled(trouble),
            }
        }
        let (trouble, is_open) = match self.ports.publish(part).await {
            Ok(landed) => return Sent::Landed(landed),
            // A platform that has the text already may have it from the earlier attempt, and not have shown it yet.
            Err(PublishError::Refused(trouble)) => (trouble, may_be_out && trouble.reason == Reason::Duplicate),
            Err(PublishError::Unknown(trouble)) => (trouble, true),
        };
        if !is_open {
            return Sent::Refused(trouble);
        }
        match self.ports.find_published(part).await {
            Ok(Some(landed)) => Sent::Landed(landed),
            Ok(None) | Err(_) => Sent::Unknown(trouble),
        }
    }

    /// Ends an attempt that did not publish everything. Only where certainly nothing was sent is everything given back.
    async fn stop(
        &self,
        case: &Case<'_>,
        reservation: &Reservation,
        landed: &[Landed],
        (code, why): (ErrorCode, Trouble),
        sent_by: Option<Timestamp>,
    ) -> Refusal {
        let nothing_sent = code == ErrorCode::PublishFailed && landed.is_empty() && !reservation.resumed;
        let (post_id, fence) = (reservation.post_id.clone(), reservation.fence);
        let noted = if nothing_sent {
            self.ports.release(&case.user, &post_id, fence).await
        } else {
            self.ports.finish(&case.user, &Finish { post_id, fence, sent_by, done: None }).await.map(|_| ())
        };
        let published: Vec<&str> = landed.iter().map(|part| part.url.as_str()).collect();
        let left = posts(&case.request.content, case.request.format).len().saturating_sub(landed.len());
        let error = self.error(code).message(format!("{}: {why}", code.message())).fix(why.reason.suggested_fix());
        let error = error.detail("reason", why.reason.as_str()).detail("platform_status", why.status);
        let error = error.detail("published", json!(published)).detail("left", left);
        let error = if nothing_sent { error } else { error.detail("post_id", reservation.post_id.clone()) };
        // Not noted: the lease keeps the post for a minute, then a repetition goes on with it.
        let retry_after = noted.is_err().then_some(case.setup.config.lease_seconds).max(why.retry_after);
        let mut rate = reservation.rate;
        if nothing_sent && noted.is_ok() {
            // Its place in the window is free again.
            rate.remaining += 1;
        }
        Refusal { error: Box::new(error), retry_after, rate: Some(rate), throttle: None }
    }

    /// What went out. The user's state writes it down, in the same call that stores the end of the post.
    fn step_13_event(
        &self,
        case: &Case<'_>,
        judgement: &Judgement,
        reservation: &Reservation,
        landed: &[Landed],
        (audit_ok, warnings): (bool, &[String]),
    ) -> PublishEvent {
        let first = landed.first().map(|part| part.id.clone()).unwrap_or_default();
        let claims = judgement.receipt.as_ref().map(|receipt| &receipt.claims);
        let report = judgement.report.as_ref();
        let platform = case.request.platform.as_str();
        PublishEvent {
            id: sha256(&[b"postgate/publish/v1\n", case.user.id.as_bytes(), b"\n", platform.as_bytes(), b"\n", first.as_bytes()]),
            user_id: case.user.id.clone(),
            platform: case.request.platform,
            content_hash: digest(Domain::Content, &case.request.content).unwrap_or_default(),
            published_at: self.ports.now(),
            platform_post_id: first,
            post_id: reservation.post_id.clone(),
            enforcement_request_id: claims.map(|claims| claims.request_id.clone()),
            enforcement_receipt_id: claims.map(|claims| claims.receipt_id.clone()),
            qa_status: report.map(|report| report.status),
            violation_codes: report
                .map(|report| report.violation_codes.iter().map(|code| code.as_str().to_owned()).collect())
                .unwrap_or_default(),
            audit_ok,
            mode: case.mode,
            receipt_error: receipt_error(judgement, warnings),
            token_mode: case.setup.config.token_mode,
        }
    }

    async fn step_14_answer(
        &self,
        case: &Case<'_>,
        reservation: &Reservation,
        landed: &[Landed],
        event: PublishEvent,
        warnings: Vec<String>,
    ) -> Reply {
        let urls: Vec<String> = landed.iter().map(|part| part.url.clone()).collect();
        let mut answer = PostAnswer {
            success: true,
            post_id: reservation.post_id.clone(),
            // The reference system's clients read one address.
            url: urls.first().filter(|_| case.route == Route::PostToX).cloned(),
            urls,
            remaining: reservation.rate.remaining,
            warnings,
            token_result: None,
            request_id: self.request_id.to_owned(),
        };
        let done = Done { last: landed.last().cloned(), event, answer: answer.clone() };
        let finish = Finish { post_id: reservation.post_id.clone(), fence: reservation.fence, sent_by: None, done: Some(done) };
        if let Ok(recorded) = self.ports.finish(&case.user, &finish).await {
            answer = recorded.unwrap_or(answer);
        } else {
            // It is out, and says so; a repetition finds it instead of sending it again.
            answer.warnings.push(ErrorCode::StateUnavailable.as_str().to_owned());
        }
        Reply::ok(answer.to_json()).rate(reservation.rate)
    }
}

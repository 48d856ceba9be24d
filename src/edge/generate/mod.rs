//! `POST /v1/generate/content`: the pipeline, as one JSON reply or as a stream of server-sent events.

mod breaker;
mod compose;
mod provider;
mod reader;
mod sources;

pub use breaker::Breaker;

use self::compose::{Composed, Job, Source, Stop};
use self::reader::{Gone, Reader, patient, streaming};
use super::router::{Call, Signed};
use super::{http, telemetry};
use crate::audit::{AuditRecord, Metric};
use crate::contract::Mode;
use crate::gate::{ApiError, ErrorCode, GenerateAnswer, GenerateRequest};
use crate::pipeline::EnforcementEvent;
use serde_json::json;
use std::cell::Cell;
use worker::{Request, Response, Result};

pub(super) async fn generate(mut request: Request, call: Call, signed: Signed) -> Result<Response> {
    let Signed { settings, user } = signed;
    let asked = match http::read::<GenerateRequest>(&mut request, &call.names).await? {
        Ok(asked) => asked,
        Err(error) => return http::error(&error),
    };
    let stream = asked.stream;
    let standing = call.standing(settings).await;
    let mode = standing.mode(settings, &user);
    let policy = match (mode, call.policy(&standing)) {
        (_, Ok(policy)) => policy,
        // Nothing is decided in this mode.
        (Mode::Off, Err(_)) => &settings.policy,
        (_, Err(error)) => return http::error(&error),
    };
    let job =
        Job { settings, mode, policy, env: call.env, names: call.names, user, asked, receipt_id: http::new_id()?, owed: Cell::default() };
    let source = match job.source().await {
        Ok(source) => source,
        Err(open) => {
            let response = http::error(&job.names.error(ErrorCode::CircuitBreakerTripped))?;
            response.headers().set("retry-after", &open.retry_after.to_string())?;
            return Ok(response);
        }
    };
    if stream {
        let (reader, response) = streaming()?;
        call.context.wait_until(tell(job, source, reader));
        return Ok(response);
    }
    match job.compose(source, &mut patient()).await {
        Ok(composed) => whole(&composed),
        Err(stop) => http::error(&stop.error(&job.names)),
    }
}

/// One JSON reply, with how long each agent took.
fn whole(composed: &Composed) -> Result<Response> {
    let Composed { content, posts, enforcement } = composed;
    let response = http::json(&GenerateAnswer { content, posts, enforcement: enforcement.as_ref() })?;
    if let Some(event) = enforcement {
        response.headers().set("server-timing", &server_timing(event))?;
    }
    Ok(response)
}

fn server_timing(event: &EnforcementEvent) -> String {
    let entries: Vec<_> = event.decisions.iter().map(|decision| format!("{};dur={}", decision.agent_name, decision.latency_ms)).collect();
    entries.join(", ")
}

/// Streams a job to its end, whatever the end is: exactly one enforcement event and `done`, or one error.
async fn tell(job: Job, source: Source, mut reader: Reader) {
    telemetry::one(Metric::Stream, "begun");
    let told = stream(&job, source, &mut reader).await;
    telemetry::one(Metric::Stream, if told.is_ok() { "complete" } else { "gone" });
    telemetry::hand_on(job.env).await;
}

async fn stream(job: &Job, source: Source, reader: &mut Reader) -> std::result::Result<(), Gone> {
    match job.compose(source, reader).await {
        Ok(Composed { enforcement, .. }) => {
            let sent = match &enforcement {
                Some(event) => reader.event("enforcement", event).await,
                None => Ok(()),
            };
            // A reader that went away after the audit was written has lost its receipt, and nothing else.
            if sent.is_ok() { reader.event("done", &json!({})).await } else { sent }
        }
        Err(Stop::Gone) => Err(Gone),
        Err(stop) => {
            let error = stop.error(&job.names);
            telemetry::one(Metric::Refused, error.code.as_str());
            reader.event("error", &json!({ "error": error })).await
        }
    }
}

impl Stop {
    fn error(&self, names: &http::Names) -> ApiError {
        match self {
            Self::Writer(fault) => names.error(ErrorCode::WriterFailed).message(fault.to_string()),
            Self::Gone | Self::Fault => names.error(ErrorCode::Internal),
        }
    }
}

/// One line a decision: names, figures and codes, no text.
fn log_decision(event: &EnforcementEvent, latency_ms: i64) {
    let line = json!({
        "event": "generate", "request_id": event.request_id, "mode": event.mode, "qa_status": event.qa_summary.status,
        "violation_codes": event.qa_summary.violation_codes, "would_block": event.would_block, "audit_ok": event.audit_ok,
        "latency_ms": latency_ms,
    });
    worker::console_log!("{line}");
}

/// Commits what is left of a run that ended early.
async fn commit_abandoned(job: &Job, records: &[AuditRecord]) {
    if job.settings.config.audit_log
        && let Err(fault) = telemetry::commit(&job.env, records).await
    {
        super::posts::log_fault(&job.names.request_id, &fault);
    }
}

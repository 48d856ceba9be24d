//! `POST /v1/posts`, `POST /api/post-to-x`: the gate. `GET /v1/posts/{id}`, `GET /v1/outbox`: what became of it.

use super::ports::{EdgePorts, now};
use super::router::{Call, Signed};
use super::standing::standing;
use super::user_gate::{Call as ObjectCall, ask};
use super::{http, outbox, telemetry};
use crate::audit::Metric;
use crate::contract::Timestamp;
use crate::gate::{ErrorCode, Fault, Gate, PostView, Posting, Reply, Route};
use serde_json::{Value, json};
use std::cell::Cell;
use worker::{Request, Response, Result};

pub(super) async fn post(mut request: Request, call: Call, route: Route) -> Result<Response> {
    let body = http::body(&mut request).await?;
    let is_json = http::is_json(&request)?;
    let key = request.headers().get("idempotency-key")?;
    let posting = Posting { route, body: body.as_deref(), is_json, idempotency_key: key.as_deref() };
    let Call { env, context, names, settings, credentials, origin, .. } = call;
    let standing = match settings {
        Ok(settings) => Some(standing(&env, &context, settings).await),
        Err(_) => None,
    };
    let held_until = Cell::new(Timestamp::from_millis(0));
    let ports =
        EdgePorts { env, request_id: names.request_id.clone(), settings, credentials, origin, standing: standing.clone(), held_until };
    let gate = Gate {
        ports: &ports,
        setup: match (settings, &standing) {
            (Ok(settings), Some(standing)) => Ok(settings.setup(standing)),
            (Err(problems), _) => Err(problems),
            (Ok(_), None) => Err(&[]),
        },
        request_id: &names.request_id,
        client_request_id: names.client_request_id.as_deref(),
    };
    let began = now();
    let mut reply = gate.admit(posting).await;
    telemetry::took("post", now().millis_since(began));
    log_decision(&names.request_id, &reply, now().millis_since(began));
    let is_audited = settings.is_ok_and(|settings| settings.config.audit_log);
    if !is_audited && reply.decided.as_ref().is_some_and(|decided| decided.audit_ok == Some(false)) {
        telemetry::one(Metric::AuditWrite, "disabled");
    }
    let records = std::mem::take(&mut reply.audit_later);
    let response = http::reply(reply)?;
    if !records.is_empty() {
        let (env, request_id) = (ports.env, names.request_id);
        context.wait_until(async move {
            if let Err(fault) = telemetry::commit(&env, &records).await {
                log_fault(&request_id, &fault);
            }
        });
    }
    Ok(response)
}

/// One line a posting: names, figures and codes, no text.
fn log_decision(request_id: &str, reply: &Reply, latency_ms: i64) {
    let mut line = json!({
        "event": "post", "request_id": request_id, "status": reply.status, "code": reply.code, "latency_ms": latency_ms,
    });
    if let (Some(line), Some(Value::Object(decided))) = (line.as_object_mut(), reply.decided.as_ref().map(|decided| json!(decided))) {
        line.extend(decided);
    }
    worker::console_log!("{line}");
}

pub(super) async fn view(_: Request, call: Call, signed: Signed) -> Result<Response> {
    match ask::<Option<PostView>>(&call.env, &signed.user.id, &ObjectCall::View { post_id: call.id.clone() }).await {
        Ok(Some(view)) => http::json(&view),
        Ok(None) => http::error(&call.names.error(ErrorCode::NotFound)),
        Err(fault) => unavailable(&call, &fault),
    }
}

pub(super) async fn outbox(_: Request, call: Call, signed: Signed) -> Result<Response> {
    match outbox::latest(&call.env, &signed.user.id).await {
        Ok(items) => http::json(&outbox::Outbox { items }),
        Err(fault) => unavailable(&call, &fault),
    }
}

/// The caller learns which store it was; the log learns what it said.
pub(super) fn unavailable(call: &Call, fault: &Fault) -> Result<Response> {
    log_fault(&call.names.request_id, fault);
    http::error(&call.names.error(ErrorCode::StateUnavailable).detail("reason", fault.what))
}

pub(super) fn log_fault(request_id: &str, fault: &Fault) {
    worker::console_error!("{}", json!({ "request_id": request_id, "what": fault.what, "why": fault.why }));
}

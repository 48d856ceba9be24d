//! HTTP: reading a bounded body, the names of a request, replies.

use super::telemetry;
use crate::audit::Metric;
use crate::contract::{Contract, ContractError, MAX_BODY_BYTES, MAX_NAME_BYTES, read_json};
use crate::gate::{ApiError, ErrorCode, Reply};
use futures_util::StreamExt;
use serde::Serialize;
use worker::{Headers, Request, Response, Result};

/// What the handlers of one request share.
#[derive(Debug, Clone)]
pub(super) struct Names {
    /// Ours.
    pub(super) request_id: String,
    /// The caller's own, if it sent one that can be kept.
    pub(super) client_request_id: Option<String>,
}

impl Names {
    pub(super) fn new(request: &Request) -> Result<Self> {
        let sent = request.headers().get("x-request-id")?;
        let keepable = |id: &String| !id.is_empty() && id.len() <= MAX_NAME_BYTES && id.bytes().all(|byte| byte.is_ascii_graphic());
        Ok(Self { request_id: new_id()?, client_request_id: sent.filter(keepable) })
    }

    pub(super) fn error(&self, code: ErrorCode) -> ApiError {
        ApiError::new(code, &self.request_id)
    }

    pub(super) fn contract(&self, error: &ContractError) -> ApiError {
        self.error(ErrorCode::ContractInvalid).message(error.message.clone()).detail("pointer", error.pointer.clone())
    }
}

/// A random UUID, version 4.
pub(super) fn new_id() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| worker::Error::RustError(error.to_string()))?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid().to_string())
}

/// A sender that is cut off while it sends may never see the answer: so many bytes of what is too much are taken, and dropped.
const LINGER_BYTES: usize = 4 * 1024 * 1024;

/// The body, or `None` when it has more than [`MAX_BODY_BYTES`]: what is declared is believed when it is too much, what arrives is counted,
/// and no more than the most is ever kept. HTTP ends a body where its declared length does: such a one is taken whole.
pub(super) async fn body(request: &mut Request) -> Result<Option<Vec<u8>>> {
    let declared = request.headers().get("content-length")?.and_then(|length| length.parse::<usize>().ok());
    if declared.is_some_and(|length| length <= MAX_BODY_BYTES) {
        let whole = request.bytes().await?;
        return Ok((whole.len() <= MAX_BODY_BYTES).then_some(whole));
    }
    let mut kept = declared.is_none().then(Vec::new);
    let Ok(mut stream) = request.stream() else { return Ok(kept) };
    let mut arrived = 0;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk?;
        arrived += chunk.len();
        match &mut kept {
            Some(bytes) if arrived <= MAX_BODY_BYTES => bytes.extend_from_slice(&chunk),
            _ => kept = None,
        }
        if arrived > LINGER_BYTES {
            break;
        }
    }
    Ok(kept)
}

/// Whether the body is declared as JSON.
pub(super) fn is_json(request: &Request) -> Result<bool> {
    let kind = request.headers().get("content-type")?.unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    Ok(essence.eq_ignore_ascii_case("application/json"))
}

/// Reads a request strictly.
pub(super) async fn read<T: Contract>(request: &mut Request, names: &Names) -> Result<std::result::Result<T, ApiError>> {
    let Some(bytes) = body(request).await? else {
        return Ok(Err(names.error(ErrorCode::PayloadTooLarge)));
    };
    if !is_json(request)? {
        return Ok(Err(names.error(ErrorCode::UnsupportedMediaType)));
    }
    Ok(read_json(&bytes).map_err(|error| names.contract(&error)))
}

/// A reply of JSON text.
pub(super) fn json_text(status: u16, text: String) -> Result<Response> {
    let headers = Headers::new();
    headers.set("content-type", "application/json")?;
    headers.set("cache-control", "no-store")?;
    Ok(Response::ok(text)?.with_status(status).with_headers(headers))
}

/// A reply of JSON, the members in the order of the type.
pub(super) fn json(value: &impl Serialize) -> Result<Response> {
    json_text(200, serde_json::to_string(value)?)
}

/// An error reply.
pub(super) fn error(error: &ApiError) -> Result<Response> {
    reply(Reply::refusal(error))
}

/// A reply of the gate.
pub(super) fn reply(reply: Reply) -> Result<Response> {
    if let Some(code) = reply.code {
        telemetry::one(Metric::Refused, code.as_str());
    }
    let response = json_text(reply.status, reply.body)?;
    for (name, value) in reply.headers {
        response.headers().set(name, &value)?;
    }
    if reply.code == Some(ErrorCode::Unauthenticated) {
        response.headers().set("www-authenticate", "Bearer")?;
    }
    Ok(response)
}

//! HTTP: reading a bounded body, the names of a request, replies with their security headers.

use crate::contract::{Contract, ContractError, MAX_BODY_BYTES, MAX_NAME_BYTES, read_json};
use crate::gate::{ApiError, ErrorCode};
use futures_util::StreamExt;
use serde::Serialize;
use worker::{Headers, Request, Response, Result};

/// Nothing of ours is ever framed, sniffed or fetched from elsewhere. `wasm-unsafe-eval` lets the page compile its own wasm file.
const PAGE_CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

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

/// The body, or `None` as soon as it has more than [`MAX_BODY_BYTES`].
pub(super) async fn body(request: &mut Request) -> Result<Option<Vec<u8>>> {
    let declared = request.headers().get("content-length")?.and_then(|length| length.parse::<usize>().ok());
    if declared.is_some_and(|length| length > MAX_BODY_BYTES) {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    let Ok(mut stream) = request.stream() else { return Ok(Some(bytes)) };
    while let Some(chunk) = stream.next().await {
        bytes.extend_from_slice(&chunk?);
        if bytes.len() > MAX_BODY_BYTES {
            return Ok(None);
        }
    }
    Ok(Some(bytes))
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
    let response = json_text(error.code.status(), error.to_json())?;
    if error.code == ErrorCode::Unauthenticated {
        response.headers().set("www-authenticate", "Bearer")?;
    }
    Ok(response)
}

/// What every reply carries, files too.
pub(super) fn finish(response: Response, names: &Names) -> Result<Response> {
    let headers: Headers = response.headers().entries().collect();
    headers.set("content-security-policy", PAGE_CSP)?;
    headers.set("x-content-type-options", "nosniff")?;
    headers.set("x-frame-options", "DENY")?;
    headers.set("referrer-policy", "no-referrer")?;
    headers.set("cross-origin-opener-policy", "same-origin")?;
    headers.set("cross-origin-resource-policy", "same-origin")?;
    headers.set("permissions-policy", "camera=(), geolocation=(), microphone=()")?;
    headers.set("x-request-id", &names.request_id)?;
    Ok(response.with_headers(headers))
}

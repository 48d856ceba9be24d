//! The reply of the gate: status, headers and body as values.

use super::error::{ApiError, ErrorCode};
use super::user::WINDOW_SECONDS;
use crate::audit::AuditRecord;

/// What is left of the rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateSnapshot {
    /// The most posts in the window.
    pub limit: usize,
    /// How many more the window admits.
    pub remaining: usize,
    /// Seconds until it admits more.
    pub reset: i64,
}

/// What goes back to the caller, and what is written after it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: String,
    /// The code of a refusal.
    pub code: Option<ErrorCode>,
    /// Audit records of a refusal; they do not hold up the reply.
    pub audit_later: Vec<AuditRecord>,
}

impl Reply {
    pub(super) fn ok(body: String) -> Self {
        Self { status: 200, headers: Vec::new(), body, code: None, audit_later: Vec::new() }
    }

    pub(super) fn refusal(error: &ApiError) -> Self {
        Self { status: error.code.status(), headers: Vec::new(), body: error.to_json(), code: Some(error.code), audit_later: Vec::new() }
    }

    pub(super) fn retry_after(mut self, seconds: i64) -> Self {
        self.headers.push(("retry-after", seconds.to_string()));
        self
    }

    /// The `RateLimit` fields of the IETF draft for such headers.
    pub(super) fn rate(mut self, rate: RateSnapshot) -> Self {
        self.headers.push(("ratelimit-policy", format!("\"posts\";q={};w={WINDOW_SECONDS}", rate.limit)));
        self.headers.push(("ratelimit", format!("\"posts\";r={};t={}", rate.remaining, rate.reset)));
        self
    }
}

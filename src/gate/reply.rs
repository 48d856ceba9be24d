//! The reply of the gate: status, headers and body as values.

use super::error::{ApiError, ErrorCode};
use super::traffic::Throttle;
use super::user::WINDOW_SECONDS;
use crate::audit::AuditRecord;
use crate::contract::{DecisionStatus, Mode};
use crate::diagnostic::Code;
use serde::Serialize;

/// What is left of a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateSnapshot {
    /// What is counted: `posts` or `requests`.
    pub policy: &'static str,
    /// Seconds of the window.
    pub window: i64,
    /// The most in the window.
    pub limit: usize,
    /// How many more the window admits.
    pub remaining: usize,
    /// Seconds until it admits more.
    pub reset: i64,
}

impl RateSnapshot {
    /// What is left of the posts.
    pub const fn posts(limit: usize, remaining: usize, reset: i64) -> Self {
        Self { policy: "posts", window: WINDOW_SECONDS, limit, remaining, reset }
    }
}

/// What was decided, for the log: no text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decided {
    /// The mode that held.
    pub mode: Mode,
    /// What QA said, where it ran.
    pub qa_status: Option<DecisionStatus>,
    /// The rules that block, where QA ran.
    pub violation_codes: Vec<Code>,
    /// QA failed, or the audit did not commit.
    pub would_block: bool,
    /// Whether the row was committed before the post went out; null where it is written after the answer, or not at all.
    pub audit_ok: Option<bool>,
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
    /// What was decided, where it came to that.
    pub decided: Option<Decided>,
}

impl Reply {
    pub(super) fn ok(body: String) -> Self {
        Self { status: 200, headers: Vec::new(), body, code: None, audit_later: Vec::new(), decided: None }
    }

    /// The reply to a user that calls too often.
    pub fn throttled(error: ApiError, throttle: Throttle) -> Self {
        let Throttle { limit, retry_after } = throttle;
        let rate = RateSnapshot { policy: "requests", window: 60, limit: limit as usize, remaining: 0, reset: retry_after };
        let message = format!("too many requests, expected at most {limit} a minute");
        let error = error.message(message).detail("limit", limit).detail("window_seconds", rate.window);
        Self::refusal(&error).retry_after(retry_after).rate(rate)
    }

    /// A failure as a reply.
    pub fn refusal(error: &ApiError) -> Self {
        Self {
            status: error.code.status(),
            headers: Vec::new(),
            body: error.to_json(),
            code: Some(error.code),
            audit_later: Vec::new(),
            decided: None,
        }
    }

    pub(super) fn retry_after(mut self, seconds: i64) -> Self {
        self.headers.push(("retry-after", seconds.to_string()));
        self
    }

    /// The `RateLimit` fields of the IETF draft for such headers.
    pub(super) fn rate(mut self, rate: RateSnapshot) -> Self {
        self.headers.push(("ratelimit-policy", format!("\"{}\";q={};w={}", rate.policy, rate.limit, rate.window)));
        self.headers.push(("ratelimit", format!("\"{}\";r={};t={}", rate.policy, rate.remaining, rate.reset)));
        self
    }
}

//! What is looked at before a request is routed, and what every reply carries: limits, the request buckets of this isolate, origins, the
//! security headers.

use super::http::Names;
use super::ports::now;
use super::settings::{Settings, settings};
use crate::contract::Timestamp;
use crate::gate::{Buckets, ErrorCode, Throttle, User, too_large};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use worker::{Env, Headers, Request, Response, Result, Url};

/// Nothing of ours is ever framed, sniffed or fetched from elsewhere. `wasm-unsafe-eval` lets the page compile its own wasm file.
const PAGE_CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Two years, as the preload lists ask.
const HSTS: &str = "max-age=63072000; includeSubDomains";

static BUCKETS: Mutex<Buckets> = Mutex::new(Buckets::new());

/// Takes one request out of the user's bucket.
pub(super) fn take(user: &User, settings: &Settings) -> std::result::Result<(), Throttle> {
    let mut buckets = BUCKETS.lock().unwrap_or_else(PoisonError::into_inner);
    buckets.take(&user.id, settings.config.requests_per_minute, now())
}

/// What of a request the reply depends on, whoever answers it.
pub(super) struct Surroundings {
    began: Timestamp,
    origin: Option<String>,
    is_local: bool,
    /// The address that was asked, read once.
    pub(super) url: Url,
    /// Why it is not answered at all.
    pub(super) too_large: Option<ErrorCode>,
}

impl Surroundings {
    pub(super) fn of(request: &Request) -> Result<Self> {
        let url = request.url()?;
        let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let is_local = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        let too_large = too_large(url.as_str(), request.headers().entries());
        Ok(Self { began: now(), origin: request.headers().get("origin")?, is_local, url, too_large })
    }

    /// The answer to a browser that asks which methods a path takes.
    pub(super) fn options(&self, env: &Env, methods: &str) -> Result<Response> {
        let response = Response::empty()?.with_status(204);
        response.headers().set("allow", methods)?;
        if let Ok(settings) = settings(env) {
            for (name, value) in settings.config.cors_origins.preflight(self.origin.as_deref(), methods) {
                response.headers().set(name, &value)?;
            }
        }
        Ok(response)
    }

    /// What every reply carries, files too.
    pub(super) fn finish(&self, response: Response, env: &Env, names: &Names) -> Result<Response> {
        let headers: Headers = response.headers().entries().collect();
        headers.set("content-security-policy", PAGE_CSP)?;
        headers.set("x-content-type-options", "nosniff")?;
        headers.set("x-frame-options", "DENY")?;
        headers.set("referrer-policy", "no-referrer")?;
        headers.set("cross-origin-opener-policy", "same-origin")?;
        headers.set("cross-origin-resource-policy", "same-origin")?;
        headers.set("permissions-policy", "camera=(), geolocation=(), microphone=()")?;
        headers.set("x-request-id", &names.request_id)?;
        if !self.is_local {
            headers.set("strict-transport-security", HSTS)?;
        }
        if headers.get("content-type")?.is_some_and(|kind| kind.starts_with("application/json")) {
            headers.append("server-timing", &format!("total;dur={}", now().millis_since(self.began)))?;
        }
        if let Ok(settings) = settings(env) {
            for (name, value) in settings.config.cors_origins.headers(self.origin.as_deref()) {
                headers.append(name, &value)?;
            }
        }
        Ok(response.with_headers(headers))
    }
}

//! What stores nothing: the check, the policy, keys, liveness and readiness.

#![expect(clippy::unused_async, reason = "the handlers of the table have one shape")]

use super::router::{Call, Signed};
use super::{d1, http};
use crate::contract::CheckRequest;
use crate::policy::SCHEMA_JSON;
use crate::rules;
use serde_json::json;
use worker::{Request, Response, Result};

pub(super) async fn check(mut request: Request, call: Call, signed: Signed) -> Result<Response> {
    match http::read::<CheckRequest>(&mut request, &call.names).await? {
        Ok(check) => http::json(&rules::check(&check, &signed.settings.policy)),
        Err(error) => http::error(&error),
    }
}

/// The active policy; its digest is its `ETag`.
pub(super) async fn policy(request: Request, _: Call, signed: Signed) -> Result<Response> {
    let settings = signed.settings;
    let tag = format!("\"{}\"", settings.policy.digest());
    let known = request.headers().get("if-none-match")?.unwrap_or_default();
    let response = if known.split(',').any(|known| known.trim() == tag) {
        Response::empty()?.with_status(304)
    } else {
        http::json(settings.policy.document())?
    };
    response.headers().set("etag", &tag)?;
    response.headers().set("cache-control", "private, no-cache")?;
    Ok(response)
}

pub(super) async fn policy_schema(_: Request, _: Call) -> Result<Response> {
    let response = http::json_text(200, SCHEMA_JSON.to_owned())?;
    response.headers().set("content-type", "application/schema+json")?;
    Ok(response)
}

/// The public keys that receipts are verified with.
pub(super) async fn jwks(_: Request, call: Call) -> Result<Response> {
    match call.settings() {
        Ok(settings) => {
            let response = http::json(settings.keys.ring())?;
            response.headers().set("cache-control", "public, max-age=300")?;
            Ok(response)
        }
        Err(error) => http::error(&error),
    }
}

/// Alive, whatever the configuration.
pub(super) async fn health(_: Request, _: Call) -> Result<Response> {
    http::json(&json!({ "status": "ok" }))
}

/// Ready to decide: configured, and the database answers with the tables that this build expects.
pub(super) async fn ready(_: Request, call: Call) -> Result<Response> {
    let mut problems: Vec<String> = Vec::new();
    if let Err(found) = call.settings {
        problems.extend(found.iter().map(|problem| format!("{}: {}", problem.name, problem.message)));
    }
    if let Err(fault) = d1::is_migrated(&call.env).await {
        problems.push(fault.to_string());
    }
    let settings = call.settings.ok();
    let body = json!({
        "status": if problems.is_empty() { "ready" } else { "not_ready" },
        "mode": settings.map(|settings| settings.config.mode),
        "auth": settings.map(|settings| if settings.dev_auth { "dev" } else { "none" }),
        "policy_version": settings.map(|settings| settings.policy.version()),
        "policy_digest": settings.map(|settings| settings.policy.digest()),
        "problems": problems,
        "warnings": settings.map(|settings| settings.config.warnings.clone()).unwrap_or_default(),
    });
    http::json_text(if problems.is_empty() { 200 } else { 503 }, body.to_string())
}

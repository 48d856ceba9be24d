//! What stores nothing: the check, the policy, keys, liveness and readiness.

#![expect(clippy::unused_async, reason = "the handlers of the table have one shape")]

use super::ports::now;
use super::router::{Call, Signed};
use super::settings::auth;
use super::{d1, http};
use crate::contract::CheckRequest;
use crate::gate::{AuthConfig, Health, Readiness};
use crate::policy::SCHEMA_JSON;
use crate::rules;
use worker::{Request, Response, Result};

pub(super) async fn check(mut request: Request, call: Call, signed: Signed) -> Result<Response> {
    match http::read::<CheckRequest>(&mut request, &call.names).await? {
        Ok(check) => {
            let standing = call.standing(signed.settings).await;
            match call.policy(&standing) {
                Ok(policy) => http::json(&rules::check(&check, policy)),
                Err(error) => http::error(&error),
            }
        }
        Err(error) => http::error(&error),
    }
}

/// The active policy; its digest is its `ETag`.
pub(super) async fn policy(request: Request, call: Call, signed: Signed) -> Result<Response> {
    let standing = call.standing(signed.settings).await;
    let policy = match call.policy(&standing) {
        Ok(policy) => policy,
        Err(error) => return http::error(&error),
    };
    let tag = format!("\"{}\"", policy.digest());
    let known = request.headers().get("if-none-match")?.unwrap_or_default();
    let response = if known.split(',').any(|known| known.trim() == tag) {
        Response::empty()?.with_status(304)
    } else {
        http::json(policy.document())?
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
    http::json(&Health { status: "ok" })
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
    let standing = match settings {
        Some(settings) => Some(call.standing(settings).await),
        None => None,
    };
    let policy = standing.as_ref().and_then(|standing| standing.policy.as_ref().map_err(|fault| problems.push(fault.to_string())).ok());
    let configured_mode = settings.map(|settings| settings.config.mode);
    let control = standing.as_ref().and_then(|standing| standing.control.as_ref());
    let set = configured_mode.and_then(|configured| control?.override_mode(configured, now()));
    let rollout = configured_mode.and_then(|configured| control?.rollout(configured, now()));
    let (code, status) = if problems.is_empty() { (200, "ready") } else { (503, "not_ready") };
    let body = Readiness {
        status,
        mode: set.map(|set| set.value).or(configured_mode),
        configured_mode,
        rollout_percent: rollout.map(|rollout| rollout.value),
        auth: auth(&call.env).map_or_else(|_| "none".to_owned(), AuthConfig::kinds),
        policy_version: policy.map(|policy| policy.version()),
        policy_digest: policy.map(|policy| policy.digest()),
        problems,
        warnings: settings.map_or(&[], |settings| &settings.config.warnings),
    };
    http::json_text(code, serde_json::to_string(&body)?)
}

//! What administrators do: `GET` and `PUT /v1/admin/flags`, `PUT /v1/admin/policy`. Every change is kept with who made it and audited.

use super::control::{Call as Ask, Changed, ask};
use super::ports::now;
use super::posts::unavailable;
use super::router::{Call, Signed};
use super::standing::{self, Standing};
use super::{http, settings::Settings};
use crate::audit::Ids;
use crate::gate::{ApiError, ErrorCode, Fault, FlagChange, Flags, IfMatch, PolicyChanged, PolicyName, Publication, Taken};
use crate::policy::Policy;
use worker::{Request, Response, Result};

pub(super) async fn flags(_: Request, call: Call, signed: Signed) -> Result<Response> {
    let standing = standing::fresh(&call.env, signed.settings).await;
    match told(signed.settings, &standing) {
        Ok(flags) => http::json(&flags),
        Err(fault) => unavailable(&call, &fault),
    }
}

pub(super) async fn set_flags(mut request: Request, call: Call, signed: Signed) -> Result<Response> {
    let change = match http::read::<FlagChange>(&mut request, &call.names).await? {
        Ok(change) => change,
        Err(error) => return http::error(&error),
    };
    let config = &signed.settings.config;
    let patch = match change.patch(config.mode, config.audit_log, &signed.user, now()) {
        Ok(patch) => patch,
        Err(error) => return http::error(&call.names.contract(&error)),
    };
    let asked_at = now();
    let asked = Ask::Flags { patch, ids: ids(&call, &signed), reason: change.reason };
    let changed = match ask::<Changed>(&call.env, &asked).await {
        Ok(changed) => changed,
        Err(fault) => return unavailable(&call, &fault),
    };
    standing::changed(&changed, asked_at);
    let standing = standing::fresh(&call.env, signed.settings).await;
    match told(signed.settings, &standing) {
        Ok(flags) => http::json(&Flags { audit_ok: Some(changed.audit_ok), ..flags }),
        Err(fault) => unavailable(&call, &fault),
    }
}

/// What is set and what follows for everybody. A published policy that this build can't read hides nothing of it.
fn told(settings: &Settings, standing: &Standing) -> std::result::Result<Flags, Fault> {
    let config = &settings.config;
    let policy = match &standing.policy {
        Ok(policy) => Some(policy),
        Err(fault) if fault.what == "policy" => None,
        Err(fault) => return Err(fault.clone()),
    };
    let control = standing.control.clone().unwrap_or_default();
    let (set_mode, rollout) = (control.override_mode(config.mode, now()).cloned(), control.rollout(config.mode, now()).cloned());
    Ok(Flags {
        configured_mode: config.mode,
        mode: set_mode.as_ref().map_or(config.mode, |setting| setting.value),
        set_mode,
        rollout_percent: rollout.as_ref().map(|setting| setting.value),
        rollout,
        audit_log: config.audit_log,
        token_issuance: config.token_mode,
        policy_version: policy.map(|policy| policy.version().to_owned()),
        policy_digest: policy.map(|policy| policy.digest().to_owned()),
        revision: control.revision,
        audit_ok: None,
    })
}

/// Publishes a policy and makes it active, or makes an earlier one active again.
pub(super) async fn set_policy(mut request: Request, call: Call, signed: Signed) -> Result<Response> {
    let condition = IfMatch::read(request.headers().get("if-match")?.as_deref());
    let Some(body) = http::body(&mut request).await? else {
        return http::error(&call.names.error(ErrorCode::PayloadTooLarge));
    };
    if !http::is_json(&request)? {
        return http::error(&call.names.error(ErrorCode::UnsupportedMediaType));
    }
    let standing = standing::fresh(&call.env, signed.settings).await;
    let revision = standing.control.as_ref().map_or(0, |control| control.revision);
    let active = match &standing.policy {
        Ok(policy) => Some(policy),
        // A published policy that this build can't read has to be replaceable: nothing matches it but `*`.
        Err(fault) if fault.what == "policy" => None,
        Err(fault) => return unavailable(&call, fault),
    };
    if let Some(code) = condition.refuses(active.map(|policy| policy.digest())) {
        let error = call.names.error(code);
        return http::error(&match active {
            Some(policy) => error.detail("policy_digest", policy.digest()).detail("policy_version", policy.version()),
            None => error,
        });
    }
    let publication = match Publication::read(&body, &signed.settings.policy) {
        Ok(publication) => publication,
        Err(refused) => return http::error(&refused.into_error(&call.names.request_id)),
    };
    let taken = match &publication.version {
        None => None,
        Some(version) => match ask::<Option<String>>(&call.env, &Ask::Document { version: version.clone() }).await {
            Ok(taken) => taken,
            Err(fault) => return unavailable(&call, &fault),
        },
    };
    let is_new = match publication.against(taken.as_deref()) {
        Taken::New => true,
        Taken::Same => false,
        Taken::Other(refused) => return http::error(&refused.into_error(&call.names.request_id)),
    };
    let previous = active.map(|policy| named(policy));
    let document = is_new.then(|| publication.document.clone());
    let asked = Ask::Activate { revision, version: publication.version.clone(), document, ids: ids(&call, &signed) };
    let changed = match ask::<Option<Changed>>(&call.env, &asked).await {
        Ok(Some(changed)) => changed,
        Ok(None) => return http::error(&raced(&call)),
        Err(fault) => return unavailable(&call, &fault),
    };
    standing::fresh(&call.env, signed.settings).await;
    let policy = publication.policy.as_ref().unwrap_or(&signed.settings.policy);
    let PolicyName { policy_version, policy_digest } = named(policy);
    let (revision, audit_ok) = (changed.control.revision, changed.audit_ok);
    let response = http::json(&PolicyChanged { policy_version, policy_digest, previous, revision, audit_ok })?;
    response.headers().set("etag", &format!("\"{}\"", policy.digest()))?;
    Ok(response)
}

fn named(policy: &Policy) -> PolicyName {
    PolicyName { policy_version: policy.version().to_owned(), policy_digest: policy.digest().to_owned() }
}

fn raced(call: &Call) -> ApiError {
    call.names.error(ErrorCode::PreconditionFailed).message("another administrator changed something at the same time")
}

fn ids(call: &Call, signed: &Signed) -> Ids {
    Ids {
        request_id: call.names.request_id.clone(),
        client_request_id: call.names.client_request_id.clone(),
        user_id: signed.user.id.clone(),
        ..Ids::default()
    }
}

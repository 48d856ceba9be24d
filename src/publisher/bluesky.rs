//! Bluesky: the AT Protocol. A post is a record whose key is fixed when the post is admitted, so that sending it twice is writing one
//! record; a thread is a chain of replies, each with its root and its parent.

use super::config::BlueskyAccount;
use super::facets::{Feature, facets, features};
use super::oauth::query;
use super::part::{Landed, Part};
use super::record_key::record_key;
use super::secret::Secret;
use super::trouble::{PublishError, Reason, Trouble};
use super::wire::{Incoming, Outgoing, Session, Wire, repeatable};
use crate::contract::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const COLLECTION: &str = "app.bsky.feed.post";
/// The most different handles that are looked up for one part; further mentions stay text.
const MAX_HANDLES: usize = 20;
/// Seconds to wait where a server asks for patience and does not say for how long.
const PATIENCE_SECONDS: i64 = 300;

/// Writes the record of one part, if there is none under its key.
pub async fn publish(wire: &impl Wire, account: &BlueskyAccount, part: Part<'_>) -> Result<Landed, PublishError> {
    let record = record(wire, account, part).await.map_err(certainly_not)?;
    let did = session(wire, account).await.map_err(certainly_not)?.did;
    let key = record_key(part);
    // `swapRecord: null` makes it a creation: what is there stays as it is.
    let body = json!({ "repo": did, "collection": COLLECTION, "rkey": key, "record": record, "validate": true, "swapRecord": null });
    let reply = call(wire, account, "com.atproto.repo.putRecord", &Ask::Post(&body)).await?;
    match (reply.status, error_name(&reply).as_str()) {
        (200, _) => landed(part, &did, &key, &reply.json()).ok_or(PublishError::Unknown(Trouble::told(Reason::Unreadable, 200))),
        (400, "InvalidSwap") => match find(wire, account, part).await {
            Ok(Some(landed)) => Ok(landed),
            Ok(None) => Err(PublishError::Unknown(Trouble::told(Reason::Unreadable, 400))),
            Err(trouble) if trouble.reason == Reason::Occupied => Err(PublishError::Refused(trouble)),
            Err(trouble) => Err(PublishError::Unknown(trouble)),
        },
        _ => Err(refusal(wire, &reply)),
    }
}

/// Looks for the record of one part.
pub async fn find(wire: &impl Wire, account: &BlueskyAccount, part: Part<'_>) -> Result<Option<Landed>, Trouble> {
    let did = session(wire, account).await.map_err(PublishError::trouble)?.did;
    let key = record_key(part);
    let pairs = [("repo", did.clone()), ("collection", COLLECTION.to_owned()), ("rkey", key.clone())];
    let reply = call(wire, account, "com.atproto.repo.getRecord", &Ask::Get(&pairs)).await.map_err(PublishError::trouble)?;
    match (reply.status, error_name(&reply).as_str()) {
        (200, _) => {
            let found = reply.json();
            if found.pointer("/value/text").and_then(Value::as_str) != Some(part.text) {
                return Err(Trouble::new(Reason::Occupied));
            }
            landed(part, &did, &key, &found).map(Some).ok_or(Trouble::told(Reason::Unreadable, 200))
        }
        (400, "RecordNotFound") => Ok(None),
        _ => Err(refusal(wire, &reply).trouble()),
    }
}

/// Nothing of the part was sent yet, whatever happened.
const fn certainly_not(error: PublishError) -> PublishError {
    PublishError::Refused(error.trouble())
}

async fn record(wire: &impl Wire, account: &BlueskyAccount, part: Part<'_>) -> Result<Value, PublishError> {
    let found = features(part.text);
    let mut dids: BTreeMap<&str, Option<String>> = BTreeMap::new();
    for (_, feature) in &found {
        if let Feature::Mention(handle) = feature
            && dids.len() < MAX_HANDLES
            && !dids.contains_key(handle)
        {
            dids.insert(handle, resolve(wire, account, handle).await?);
        }
    }
    let mut record = json!({
        "$type": COLLECTION,
        "text": part.text,
        "createdAt": Timestamp::from_millis(part.since.millis() + i64::try_from(part.index).unwrap_or_default()).to_string(),
    });
    let Some(members) = record.as_object_mut() else { return Ok(record) };
    let facets = facets(&found, |handle| dids.get(handle).cloned().flatten());
    if !facets.is_empty() {
        members.insert("facets".to_owned(), facets.into());
    }
    if !account.langs.is_empty() {
        members.insert("langs".to_owned(), json!(account.langs));
    }
    if let (Some(root), Some(parent)) = (part.root, part.reply_to) {
        let (root, parent) = (reference(root), reference(parent));
        let both = root.zip(parent).ok_or(PublishError::refused(Reason::Internal))?;
        members.insert("reply".to_owned(), json!({ "root": both.0, "parent": both.1 }));
    }
    Ok(record)
}

/// The account of a handle; `None` when there is none.
async fn resolve(wire: &impl Wire, account: &BlueskyAccount, handle: &str) -> Result<Option<String>, PublishError> {
    let pairs = [("handle", handle.to_ascii_lowercase())];
    let reply = call(wire, account, "com.atproto.identity.resolveHandle", &Ask::Get(&pairs)).await?;
    match reply.status {
        200 => Ok(reply.json().get("did").and_then(Value::as_str).filter(|did| did.starts_with("did:")).map(str::to_owned)),
        400 | 404 => Ok(None),
        _ => Err(refusal(wire, &reply)),
    }
}

/// A part's id is its address and its version, as a reply must name both.
fn landed(part: Part<'_>, did: &str, key: &str, written: &Value) -> Option<Landed> {
    let uri = written.get("uri").and_then(Value::as_str).filter(|uri| *uri == format!("at://{did}/{COLLECTION}/{key}"))?;
    let cid =
        written.get("cid").and_then(Value::as_str).filter(|cid| !cid.is_empty() && cid.bytes().all(|byte| byte.is_ascii_alphanumeric()))?;
    Some(part.landed(format!("{uri}#{cid}"), format!("https://bsky.app/profile/{did}/post/{key}")))
}

fn reference(landed: &Landed) -> Option<Value> {
    landed.id.split_once('#').map(|(uri, cid)| json!({ "uri": uri, "cid": cid }))
}

/// What is asked of a server.
enum Ask<'a> {
    Get(&'a [(&'a str, String)]),
    Post(&'a Value),
}

fn request(account: &BlueskyAccount, name: &str, ask: &Ask<'_>, token: Option<&Secret>) -> Outgoing {
    let url = format!("{}/xrpc/{name}", account.base);
    let mut headers = vec![("accept", "application/json".to_owned())];
    headers.extend(token.map(|token| ("authorization", format!("Bearer {}", token.reveal()))));
    match ask {
        Ask::Get(pairs) => Outgoing { method: "GET", url: format!("{url}?{}", query(pairs)), headers, body: None },
        Ask::Post(Value::Null) => Outgoing { method: "POST", url, headers, body: None },
        Ask::Post(body) => {
            headers.push(("content-type", "application/json".to_owned()));
            Outgoing { method: "POST", url, headers, body: Some(body.to_string()) }
        }
    }
}

/// One call under the session, with a new one where it has run out: a call that was refused for its session did nothing.
async fn call(wire: &impl Wire, account: &BlueskyAccount, name: &str, ask: &Ask<'_>) -> Result<Incoming, PublishError> {
    if let Some(seconds) = wire.memory().closed_for(wire.now()) {
        return Err(PublishError::Refused(Trouble::new(Reason::RateLimited).wait(seconds)));
    }
    let session = session(wire, account).await.map_err(certainly_not)?;
    let reply = repeatable(wire, || Ok(request(account, name, ask, Some(&session.access)))).await?;
    if !is_expired(&reply) {
        return Ok(reply);
    }
    let is_repeated = reply.is_repeated;
    let still = if is_repeated { |error: PublishError| PublishError::Unknown(error.trouble()) } else { certainly_not };
    let session = renew(wire, account, &session).await.map_err(still)?;
    let reply = repeatable(wire, || Ok(request(account, name, ask, Some(&session.access)))).await?;
    Ok(Incoming { is_repeated: is_repeated || reply.is_repeated, ..reply })
}

async fn session(wire: &impl Wire, account: &BlueskyAccount) -> Result<Session, PublishError> {
    match wire.memory().session() {
        Some(session) => Ok(session),
        None => sign_in(wire, account).await,
    }
}

async fn sign_in(wire: &impl Wire, account: &BlueskyAccount) -> Result<Session, PublishError> {
    let body = json!({ "identifier": account.identifier, "password": account.password.reveal() });
    let reply = repeatable(wire, || Ok(request(account, "com.atproto.server.createSession", &Ask::Post(&body), None))).await?;
    keep(wire, &reply)
}

/// The session goes on by its refresh token, which is good for once; where it is not, the account signs in again.
async fn renew(wire: &impl Wire, account: &BlueskyAccount, session: &Session) -> Result<Session, PublishError> {
    // Another request may have done it in the meantime.
    if let Some(newer) = wire.memory().session().filter(|newer| newer != session) {
        return Ok(newer);
    }
    let refresh = request(account, "com.atproto.server.refreshSession", &Ask::Post(&Value::Null), Some(&session.refresh));
    match wire.fetch(&refresh).await {
        Ok(reply) if reply.status == 200 => keep(wire, &reply),
        _ => {
            wire.memory().keep(None);
            sign_in(wire, account).await
        }
    }
}

fn keep(wire: &impl Wire, reply: &Incoming) -> Result<Session, PublishError> {
    if reply.status != 200 {
        return Err(refusal(wire, reply));
    }
    let body = reply.json();
    let text = |name: &str| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    let session =
        || Some(Session { did: text("did")?, access: Secret::new(text("accessJwt")?), refresh: Secret::new(text("refreshJwt")?) });
    let session = session().ok_or(PublishError::Refused(Trouble::told(Reason::Unreadable, 200)))?;
    wire.memory().keep(Some(session.clone()));
    Ok(session)
}

fn is_expired(reply: &Incoming) -> bool {
    matches!(reply.status, 400 | 401) && matches!(error_name(reply).as_str(), "ExpiredToken" | "InvalidToken")
}

fn error_name(reply: &Incoming) -> String {
    reply.json().get("error").and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn refusal(wire: &impl Wire, reply: &Incoming) -> PublishError {
    let reason = match (reply.status, error_name(reply).as_str()) {
        (401, _) | (400, "ExpiredToken" | "InvalidToken") => Reason::Credentials,
        (403, _) | (400, "AccountTakedown" | "AccountDeactivated" | "AccountSuspended") => Reason::Forbidden,
        (429, _) => Reason::RateLimited,
        (400..=499, _) if !reply.is_open() => Reason::Rejected,
        _ => Reason::Unavailable,
    };
    let error = reply.refusal(reason);
    if reply.status != 429 {
        return error;
    }
    let reset = reply.number("ratelimit-reset").map(|reset| reset.saturating_sub(wire.now().seconds()));
    let seconds = reset.or_else(|| reply.number("retry-after")).unwrap_or(PATIENCE_SECONDS).clamp(1, 24 * 3600);
    wire.memory().close_until(wire.now().plus_seconds(seconds));
    error.wait(seconds)
}

#[cfg(test)]
mod tests;

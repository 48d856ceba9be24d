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
    let session = renew(wire, account, &session).await.map_err(certainly_not)?;
    repeatable(wire, || Ok(request(account, name, ask, Some(&session.access)))).await
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
    match reply.refusal(reason) {
        PublishError::Refused(trouble) if reply.status == 429 => {
            let reset = reply.number("ratelimit-reset").map(|reset| reset.saturating_sub(wire.now().seconds()));
            let seconds = reset.or_else(|| reply.number("retry-after")).unwrap_or(PATIENCE_SECONDS).clamp(1, 24 * 3600);
            wire.memory().close_until(wire.now().plus_seconds(seconds));
            PublishError::Refused(trouble.wait(seconds))
        }
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publisher::fake::{FakeWire, NOW, answer, answer_with, part};
    use crate::publisher::wire::Lost;
    use pollster::block_on;

    fn account() -> BlueskyAccount {
        let password = Secret::new("pass".to_owned());
        BlueskyAccount { base: "https://bsky.social".to_owned(), identifier: "ann.test".to_owned(), password, langs: vec!["en".to_owned()] }
    }

    fn signed_in() -> Result<Incoming, Lost> {
        answer(200, &json!({ "did": "did:plc:ann", "handle": "ann.test", "accessJwt": "a1", "refreshJwt": "r1" }))
    }

    fn written() -> Result<Incoming, Lost> {
        answer(200, &json!({ "uri": format!("at://did:plc:ann/{COLLECTION}/{}", record_key(part("a"))), "cid": "bafy1" }))
    }

    fn error(status: u16, name: &str) -> Result<Incoming, Lost> {
        answer(status, &json!({ "error": name, "message": "…" }))
    }

    fn names(wire: &FakeWire) -> Vec<String> {
        let sent = wire.sent.borrow();
        sent.iter().map(|request| request.url.split('?').next().unwrap().rsplit('.').next().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_part_is_created_under_its_own_key_and_the_session_is_kept() {
        let wire = FakeWire::new([signed_in(), written(), written()]);
        for _ in 0..2 {
            let landed = block_on(publish(&wire, &account(), part("a"))).unwrap();
            assert!(landed.id.ends_with("#bafy1") && landed.url.starts_with("https://bsky.app/profile/did:plc:ann/post/"), "{landed:?}");
        }
        assert_eq!(names(&wire), ["createSession", "putRecord", "putRecord"]);
        let bodies = wire.bodies();
        assert_eq!(bodies[1], bodies[2]);
        assert_eq!((&bodies[1]["swapRecord"], &bodies[1]["record"]["langs"]), (&Value::Null, &json!(["en"])));
        assert!(bodies[1].as_object().unwrap().contains_key("swapRecord"));
    }

    #[test]
    fn a_session_that_has_run_out_is_renewed_and_one_that_can_t_be_is_opened_again() {
        let renewed = answer(200, &json!({ "did": "did:plc:ann", "accessJwt": "a2", "refreshJwt": "r2" }));
        let wire = FakeWire::new([signed_in(), error(400, "ExpiredToken"), renewed, written()]);
        block_on(publish(&wire, &account(), part("a"))).unwrap();
        assert_eq!(names(&wire), ["createSession", "putRecord", "refreshSession", "putRecord"]);
        let header = wire.sent.borrow()[3].headers.iter().find(|(name, _)| *name == "authorization").unwrap().1.clone();
        assert_eq!(header, "Bearer a2");
        let wire = FakeWire::new([signed_in(), error(401, "InvalidToken"), error(400, "ExpiredToken"), signed_in(), written()]);
        block_on(publish(&wire, &account(), part("a"))).unwrap();
        assert_eq!(names(&wire)[2..], ["refreshSession", "createSession", "putRecord"]);
    }

    /// A refresh token is good for once: what another request has got for it meanwhile is used.
    #[test]
    fn a_session_that_another_request_has_renewed_is_not_renewed_again() {
        let wire = FakeWire::new([signed_in(), written()]);
        block_on(publish(&wire, &account(), part("a"))).unwrap();
        let old = wire.memory().session().unwrap();
        let newer = Session { access: Secret::new("a2".to_owned()), refresh: Secret::new("r2".to_owned()), ..old.clone() };
        wire.memory().keep(Some(newer.clone()));
        let sent = wire.sent.borrow().len();
        assert_eq!(block_on(renew(&wire, &account(), &old)), Ok(newer));
        assert_eq!(wire.sent.borrow().len(), sent);
    }

    #[test]
    fn a_lost_part_is_written_again_and_what_is_there_already_has_landed() {
        let found = answer(
            200,
            &json!({ "uri": format!("at://did:plc:ann/{COLLECTION}/{}", record_key(part("a"))), "cid": "bafy1", "value": { "text": "a" } }),
        );
        let wire = FakeWire::new([signed_in(), Err(Lost), error(400, "InvalidSwap"), found]);
        assert!(block_on(publish(&wire, &account(), part("a"))).is_ok());
        assert_eq!(names(&wire), ["createSession", "putRecord", "putRecord", "getRecord"]);
        let other = answer(200, &json!({ "uri": "at://x", "cid": "bafy1", "value": { "text": "b" } }));
        let wire = FakeWire::new([signed_in(), error(400, "InvalidSwap"), other]);
        assert_eq!(block_on(publish(&wire, &account(), part("a"))), Err(PublishError::refused(Reason::Occupied)));
        let wire = FakeWire::new([signed_in(), Err(Lost), error(500, "InternalServerError")]);
        assert!(matches!(block_on(publish(&wire, &account(), part("a"))), Err(PublishError::Unknown(_))));
    }

    #[test]
    fn nothing_is_out_where_nobody_could_sign_in() {
        for (script, reason) in [
            (vec![error(401, "AuthenticationRequired")], Reason::Credentials),
            (vec![Err(Lost), Err(Lost)], Reason::Unavailable),
            (vec![error(503, "x"), error(503, "x")], Reason::Unavailable),
        ] {
            let Err(PublishError::Refused(trouble)) = block_on(publish(&FakeWire::new(script), &account(), part("a"))) else {
                panic!("not refused")
            };
            assert_eq!(trouble.reason, reason);
        }
    }

    #[test]
    fn a_limit_is_obeyed_until_its_reset() {
        let reset = NOW.plus_seconds(40).seconds().to_string();
        let wire = FakeWire::new([signed_in(), answer_with(429, &[("ratelimit-reset", &reset)])]);
        for _ in 0..2 {
            assert_eq!(block_on(publish(&wire, &account(), part("a"))).unwrap_err().trouble().retry_after, Some(40));
        }
        assert_eq!(wire.sent.borrow().len(), 2);
    }

    #[test]
    fn a_mention_of_nobody_is_text() {
        let known = answer(200, &json!({ "did": "did:plc:bob" }));
        let wire = FakeWire::new([signed_in(), known, error(400, "InvalidRequest"), written()]);
        let text = "@bob.test @no.test @bob.test";
        block_on(publish(&wire, &account(), part(text))).unwrap();
        let facets = wire.bodies()[3]["record"]["facets"].as_array().unwrap().clone();
        assert_eq!(facets.len(), 2);
        assert!(facets.iter().all(|facet| facet["features"][0]["did"] == "did:plc:bob"));
    }

    #[test]
    fn of_one_part_twenty_handles_are_looked_up_and_the_others_stay_text() {
        let known = (0..MAX_HANDLES).map(|at| answer(200, &json!({ "did": format!("did:plc:a{at}") })));
        let wire = FakeWire::new([signed_in()].into_iter().chain(known).chain([written()]));
        let text: Vec<String> = (0..=MAX_HANDLES).map(|at| format!("@a{at}.test")).collect();
        block_on(publish(&wire, &account(), part(&text.join(" ")))).unwrap();
        assert_eq!(names(&wire).iter().filter(|name| *name == "resolveHandle").count(), 20);
        let facets = wire.bodies().last().unwrap()["record"]["facets"].as_array().unwrap().len();
        assert_eq!(facets, 20);
        assert!(include_str!("../../docs/publishers.md").contains("Of one part at most 20\ndifferent handles are looked up"));
    }

    #[test]
    fn a_reply_names_the_first_part_and_the_one_before_with_their_versions() {
        let wire = FakeWire::new([signed_in(), answer(200, &json!({}))]);
        let landed = |index: usize| Landed { index, id: format!("at://did:plc:ann/{COLLECTION}/{index}#bafy{index}"), url: String::new() };
        let (root, parent) = (landed(0), landed(1));
        let part = Part { index: 2, root: Some(&root), reply_to: Some(&parent), ..part("c") };
        block_on(publish(&wire, &account(), part)).unwrap_err();
        let uri = |index: usize| format!("at://did:plc:ann/{COLLECTION}/{index}");
        assert_eq!(
            wire.bodies()[1]["record"]["reply"],
            json!({ "root": { "uri": uri(0), "cid": "bafy0" }, "parent": { "uri": uri(1), "cid": "bafy1" } })
        );
    }
}

//! X: API v2 in the user context of OAuth 1.0a. A thread is a chain of replies.
//!
//! X has no key that makes sending twice impossible, so a post is sent once; what became of it is read from the author's timeline.

use super::config::{XAccount, is_digits};
use super::oauth::{Once, authorization, query};
use super::part::{Landed, Part};
use super::timeline::{Post, Seen};
use super::trouble::{PublishError, Reason, Trouble};
use super::wire::{Incoming, Lost, Outgoing, Wire, repeatable};
use crate::contract::Timestamp;
use crate::digest::push_hex;
use serde::Deserialize;
use serde_json::{Value, json};

/// X counts calls in windows of 15 minutes.
const WINDOW_SECONDS: i64 = 900;
/// How far a timeline may be behind what X took. X names no figure; nine seconds have been measured.
const LAG_SECONDS: i64 = 30;
/// How far X's clock may be behind ours.
const SKEW_SECONDS: i64 = 10;
/// The most pages of a timeline that are read, 100 posts each.
const MAX_PAGES: usize = 5;

/// Posts one part, once. What came of it where X did not say so is on the timeline after a while.
pub async fn publish(wire: &impl Wire, account: &XAccount, part: Part<'_>) -> Result<Landed, PublishError> {
    send(wire, account, part).await.map_err(|error| match error {
        PublishError::Unknown(trouble) => PublishError::Unknown(trouble.wait(LAG_SECONDS)),
        refused @ PublishError::Refused(_) => refused,
    })
}

async fn send(wire: &impl Wire, account: &XAccount, part: Part<'_>) -> Result<Landed, PublishError> {
    if let Some(seconds) = wire.memory().closed_for(wire.now()) {
        return Err(PublishError::Refused(Trouble::new(Reason::RateLimited).wait(seconds)));
    }
    let mut body = json!({ "text": part.text });
    if let (Some(before), Some(members)) = (part.reply_to, body.as_object_mut()) {
        members.insert("reply".to_owned(), json!({ "in_reply_to_tweet_id": before.id }));
    }
    let mut request = signed(wire, account, "POST", "/2/tweets", &[])?;
    request.headers.push(("content-type", "application/json".to_owned()));
    request.body = Some(body.to_string());
    let reply = wire.fetch(&request).await.map_err(|Lost| PublishError::Unknown(Trouble::new(Reason::Unavailable)))?;
    let wait = note_limits(wire, &reply);
    if !reply.is_success() {
        return Err(refusal(&reply, wait));
    }
    let id = reply.json().pointer("/data/id").and_then(Value::as_str).filter(|id| is_digits(id)).map(str::to_owned);
    let id = id.ok_or(PublishError::Unknown(Trouble::told(Reason::Unreadable, reply.status)))?;
    Ok(landed(part, &id))
}

/// Looks for the part among what the account has posted since the post was admitted: the same text, at the same place of the chain. That it is
/// not there says something once the timeline has had the time to show it.
pub async fn find(wire: &impl Wire, account: &XAccount, part: Part<'_>) -> Result<Option<Landed>, Trouble> {
    let began = wire.now();
    let mut token: Option<String> = None;
    let mut oldest = None;
    for _ in 0..MAX_PAGES {
        let mut pairs = vec![
            ("exclude", "retweets".to_owned()),
            ("max_results", "100".to_owned()),
            ("start_time", whole_seconds(part.since.plus_seconds(-SKEW_SECONDS))),
            ("tweet.fields", "created_at,entities,referenced_tweets".to_owned()),
        ];
        pairs.extend(token.take().map(|token| ("pagination_token", token)));
        let path = format!("/2/users/{}/tweets", account.user_id);
        let reply = repeatable(wire, || signed(wire, account, "GET", &path, &pairs)).await.map_err(PublishError::trouble)?;
        if !reply.is_success() {
            return Err(refusal(&reply, limit(&reply, wire.now())).trouble());
        }
        let page: Page = serde_json::from_slice(&reply.body).map_err(|_| Trouble::told(Reason::Unreadable, reply.status))?;
        // The newest comes first: what is found last was posted first.
        let wanted = Post::new(part);
        oldest = page.data.iter().rfind(|seen| wanted.is(seen)).map(|seen| landed(part, &seen.id)).or(oldest);
        match page.meta.next_token {
            Some(next) => token = Some(next),
            None => {
                return match (oldest, part.open_for(LAG_SECONDS, began)) {
                    (None, Some(left)) => Err(Trouble::new(Reason::Unsettled).wait(left)),
                    (found, _) => Ok(found),
                };
            }
        }
    }
    // The part may lie behind the last page.
    oldest.map(Some).ok_or(Trouble::new(Reason::Unreadable))
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    data: Vec<Seen>,
    meta: Meta,
}

#[derive(Deserialize)]
struct Meta {
    next_token: Option<String>,
}

fn landed(part: Part<'_>, id: &str) -> Landed {
    part.landed(id, format!("https://x.com/i/web/status/{id}"))
}

/// X takes times of whole seconds.
fn whole_seconds(time: Timestamp) -> String {
    Timestamp::from_millis(time.seconds() * 1000).to_string()
}

fn signed(
    wire: &impl Wire,
    account: &XAccount,
    method: &'static str,
    path: &str,
    pairs: &[(&str, String)],
) -> Result<Outgoing, PublishError> {
    let random = wire.random().ok_or(PublishError::refused(Reason::Internal))?;
    let mut nonce = String::new();
    push_hex(&mut nonce, &random);
    let url = format!("{}{path}", account.base);
    let once = Once { nonce: &nonce, seconds: wire.now().seconds() };
    let header = authorization(account, method, &url, pairs, &once);
    let url = if pairs.is_empty() { url } else { format!("{url}?{}", query(pairs)) };
    Ok(Outgoing { method, url, headers: vec![("authorization", header), ("accept", "application/json".to_owned())], body: None })
}

fn refusal(reply: &Incoming, wait: Option<i64>) -> PublishError {
    let says = |words: &str| String::from_utf8_lossy(&reply.body).to_lowercase().contains(words);
    let reason = match reply.status {
        401 => Reason::Credentials,
        403 if says("duplicate content") => Reason::Duplicate,
        403 => Reason::Forbidden,
        429 => Reason::RateLimited,
        400..=499 if !reply.is_open() => Reason::Rejected,
        _ => Reason::Unavailable,
    };
    match (reply.refusal(reason), wait) {
        (PublishError::Refused(trouble), Some(seconds)) => PublishError::Refused(trouble.wait(seconds)),
        (error, _) => error,
    }
}

/// Remembers that X takes nothing more for a while, where it says so: in a refusal, or with the last call that it still took.
fn note_limits(wire: &impl Wire, reply: &Incoming) -> Option<i64> {
    let wait = limit(reply, wire.now());
    if let Some(seconds) = wait {
        wire.memory().close_until(wire.now().plus_seconds(seconds));
    }
    wait
}

/// Seconds until X takes a call again: the latest reset of a limit that has nothing left; a whole window where a refusal names none.
fn limit(reply: &Incoming, now: Timestamp) -> Option<i64> {
    let reset = ["x-rate-limit", "x-app-limit-24hour", "x-user-limit-24hour"]
        .iter()
        .filter(|name| reply.number(&format!("{name}-remaining")) == Some(0))
        .filter_map(|name| reply.number(&format!("{name}-reset")))
        .max();
    let reset = reset.or_else(|| reply.number("x-rate-limit-reset").filter(|_| reply.status == 429));
    match reset {
        Some(reset) => Some((reset.saturating_sub(now.seconds())).clamp(1, 24 * 3600)),
        None => (reply.status == 429).then_some(WINDOW_SECONDS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publisher::Secret;
    use crate::publisher::fake::{FakeWire, NOW, answer, answer_with, part};
    use pollster::block_on;

    fn account() -> XAccount {
        let secret = |text: &str| Secret::new(text.to_owned());
        XAccount {
            base: "https://api.x.com".to_owned(),
            user_id: "12".to_owned(),
            api_key: secret("key"),
            api_secret: secret("s3"),
            access_token: secret("12-token"),
            access_token_secret: secret("s4"),
        }
    }

    fn posted(wire: &FakeWire) -> Result<Landed, PublishError> {
        block_on(publish(wire, &account(), part("a")))
    }

    #[test]
    fn a_part_is_posted_once_as_a_reply_to_the_one_before() {
        let wire = FakeWire::new([answer(201, &json!({ "data": { "id": "99", "text": "a" } }))]);
        let before = Landed { index: 0, id: "98".to_owned(), url: String::new() };
        let landed = block_on(publish(&wire, &account(), Part { index: 1, reply_to: Some(&before), ..part("a\r\n\u{202e}b ") })).unwrap();
        assert_eq!((landed.index, landed.id.as_str(), landed.url.as_str()), (1, "99", "https://x.com/i/web/status/99"));
        assert_eq!(wire.bodies(), [json!({ "text": "a\r\n\u{202e}b ", "reply": { "in_reply_to_tweet_id": "98" } })]);
        assert_eq!(wire.sent.borrow()[0].url, "https://api.x.com/2/tweets");
    }

    #[test]
    fn an_answer_that_settles_nothing_is_never_sent_again() {
        for script in [Err(Lost), answer(500, &json!({})), answer(503, &json!({})), answer(201, &json!({ "data": { "id": "x" } }))] {
            let wire = FakeWire::new([script]);
            assert!(matches!(posted(&wire), Err(PublishError::Unknown(trouble)) if trouble.retry_after == Some(LAG_SECONDS)));
        }
    }

    #[test]
    fn a_refusal_has_its_reason() {
        let duplicate = json!({ "detail": "You are not allowed to create a Tweet with duplicate content.", "status": 403 });
        let cases = [
            (401, json!({}), Reason::Credentials),
            (403, json!({}), Reason::Forbidden),
            (403, duplicate, Reason::Duplicate),
            (400, json!({}), Reason::Rejected),
        ];
        for (status, body, reason) in cases {
            assert_eq!(posted(&FakeWire::new([answer(status, &body)])), Err(PublishError::Refused(Trouble::told(reason, status))));
        }
    }

    #[test]
    fn a_limit_is_obeyed_until_its_reset() {
        let reset = NOW.plus_seconds(120).seconds().to_string();
        let headers = [("x-rate-limit-remaining", "0"), ("x-rate-limit-reset", reset.as_str())];
        let wire = FakeWire::new([answer_with(429, &headers)]);
        let wait = |wire: &FakeWire| posted(wire).unwrap_err().trouble().retry_after;
        assert_eq!(wait(&wire), Some(120));
        wire.later.set(50);
        assert_eq!((wait(&wire), wire.sent.borrow().len()), (Some(70), 1));
        wire.later.set(120);
        wire.script.borrow_mut().push_back(answer(201, &json!({ "data": { "id": "1" } })));
        assert!(posted(&wire).is_ok());
        assert_eq!(posted(&FakeWire::new([answer_with(429, &[])])).unwrap_err().trouble().retry_after, Some(WINDOW_SECONDS));
    }

    #[test]
    fn the_last_call_that_is_left_closes_the_door_behind_it() {
        let day = NOW.plus_seconds(5000).seconds().to_string();
        let mut reply = answer(201, &json!({ "data": { "id": "1" } }));
        let left = [("x-user-limit-24hour-remaining", "0"), ("x-user-limit-24hour-reset", day.as_str()), ("x-rate-limit-remaining", "5")];
        reply.as_mut().unwrap().headers.extend(left.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let wire = FakeWire::new([reply]);
        assert!(posted(&wire).is_ok());
        assert_eq!(posted(&wire).unwrap_err().trouble().retry_after, Some(5000));
    }

    #[test]
    fn find_reads_the_timeline_to_its_end_and_takes_the_oldest() {
        let page = |ids: &[&str], next: Option<&str>| {
            let posts: Vec<Value> = ids.iter().map(|id| json!({ "id": id, "text": "a" })).collect();
            answer(200, &json!({ "data": posts, "meta": { "next_token": next } }))
        };
        let wire = FakeWire::new([page(&["9", "8"], Some("more")), page(&["7"], None)]);
        assert_eq!(block_on(find(&wire, &account(), part("a"))).unwrap().unwrap().id, "7");
        let sent = wire.sent.borrow();
        assert!(
            sent[0].url.starts_with("https://api.x.com/2/users/12/tweets?exclude=retweets&max_results=100&start_time=2026-09-"),
            "{}",
            sent[0].url
        );
        assert!(sent[1].url.ends_with("&pagination_token=more"), "{}", sent[1].url);
        drop(sent);
        let wire = FakeWire::new([answer(200, &json!({ "meta": { "result_count": 0 } }))]);
        assert_eq!(block_on(find(&wire, &account(), part("a"))), Ok(None));
        let wire = FakeWire::new([Err(Lost), answer(200, &json!({ "meta": {} }))]);
        assert_eq!(block_on(find(&wire, &account(), part("a"))), Ok(None));
        let wire = FakeWire::new([Err(Lost), Err(Lost)]);
        assert!(block_on(find(&wire, &account(), part("a"))).is_err());
    }

    #[test]
    fn a_timeline_that_shows_nothing_settles_that_once_it_has_had_the_time_to_show_it() {
        let sent = Part { sent_by: Some(NOW), ..part("a") };
        for (later, settled) in [(0, Err(30)), (29, Err(1)), (30, Ok(None))] {
            let wire = FakeWire::new([answer(200, &json!({ "meta": {} }))]);
            wire.later.set(later);
            let wait = |left| Trouble::new(Reason::Unsettled).wait(left);
            assert_eq!(block_on(find(&wire, &account(), sent)), settled.map_err(wait), "{later} s later");
        }
        let wire = FakeWire::new([answer(200, &json!({ "data": [{ "id": "7", "text": "a" }], "meta": {} }))]);
        assert_eq!(block_on(find(&wire, &account(), sent)).unwrap().unwrap().id, "7", "what it shows is out, however early");
    }

    #[test]
    fn a_timeline_without_an_end_settles_only_what_it_has_shown() {
        let pages = |text: &'static str| {
            let page = move |id: usize| {
                answer(200, &json!({ "data": [{ "id": id.to_string(), "text": text }], "meta": { "next_token": "more" } }))
            };
            FakeWire::new((0..MAX_PAGES).map(page))
        };
        let (others, own) = (pages("b"), pages("a"));
        assert_eq!(block_on(find(&others, &account(), part("a"))), Err(Trouble::new(Reason::Unreadable)));
        assert_eq!(block_on(find(&own, &account(), part("a"))).unwrap().unwrap().id, (MAX_PAGES - 1).to_string());
        assert_eq!(others.sent.borrow().len(), MAX_PAGES);
    }
}

//! A webhook: signed requests to your own backend, which publishes wherever it likes.
//!
//! The backend keeps each part under its key, so that sending it again is harmless; the same request with the action `find` asks for it.

use super::config::Webhook;
use super::part::{Landed, Part};
use super::trouble::{PublishError, Reason, Trouble};
use super::wire::{Incoming, Outgoing, Wire, repeatable};
use crate::digest::push_hex;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// The most bytes of an id and of an address.
const MAX_NAME: usize = 2048;
/// Seconds to wait where a backend asks for patience and does not say for how long.
const PATIENCE_SECONDS: i64 = 60;

#[derive(Serialize)]
struct Message<'m> {
    action: &'static str,
    key: &'m str,
    post_id: &'m str,
    part_index: usize,
    parts: usize,
    user_id: &'m str,
    platform: &'static str,
    text: &'m str,
    root: Option<Reference<'m>>,
    reply_to: Option<Reference<'m>>,
}

#[derive(Serialize)]
struct Reference<'m> {
    id: &'m str,
    url: &'m str,
}

impl<'m> Reference<'m> {
    fn of(landed: &'m Landed) -> Self {
        Self { id: &landed.id, url: &landed.url }
    }
}

#[derive(Deserialize)]
struct Answer {
    id: String,
    url: String,
}

/// Hands one part over; a second time where the first had no answer.
pub async fn publish(wire: &impl Wire, hook: &Webhook, part: Part<'_>) -> Result<Landed, PublishError> {
    let reply = send(wire, hook, part, "publish").await?;
    match reply.status {
        200..=299 => read(&reply, part).ok_or(PublishError::Unknown(Trouble::told(Reason::Unreadable, reply.status))),
        // It had it already, and says where; without that it was for another reason.
        409 => read(&reply, part).ok_or_else(|| refusal(&reply)),
        _ => Err(refusal(&reply)),
    }
}

/// Asks for one part.
pub async fn find(wire: &impl Wire, hook: &Webhook, part: Part<'_>) -> Result<Option<Landed>, Trouble> {
    let reply = send(wire, hook, part, "find").await.map_err(PublishError::trouble)?;
    match reply.status {
        404 => Ok(None),
        200..=299 => read(&reply, part).map(Some).ok_or(Trouble::told(Reason::Unreadable, reply.status)),
        _ => Err(refusal(&reply).trouble()),
    }
}

async fn send(wire: &impl Wire, hook: &Webhook, part: Part<'_>, action: &'static str) -> Result<Incoming, PublishError> {
    let key = part.key();
    let message = Message {
        action,
        key: &key,
        post_id: part.post_id,
        part_index: part.index,
        parts: part.parts,
        user_id: part.user_id,
        platform: part.platform.as_str(),
        text: part.text,
        root: part.root.map(Reference::of),
        reply_to: part.reply_to.map(Reference::of),
    };
    let body = serde_json::to_string(&message).map_err(|_| PublishError::refused(Reason::Internal))?;
    repeatable(wire, || {
        let seconds = wire.now().seconds().to_string();
        let signature = sign(hook, &seconds, &body).ok_or(PublishError::refused(Reason::Internal))?;
        let headers = vec![
            ("content-type", "application/json".to_owned()),
            ("idempotency-key", format!("\"{key}\"")),
            ("postgate-timestamp", seconds),
            ("postgate-signature", signature),
        ];
        Ok(Outgoing { method: "POST", url: hook.url.clone(), headers, body: Some(body.clone()) })
    })
    .await
}

/// HMAC-SHA-256 over the timestamp, a full stop and the body, as `v1=` and lower-case hexadecimal digits.
fn sign(hook: &Webhook, seconds: &str, body: &str) -> Option<String> {
    let mac = Hmac::<Sha256>::new_from_slice(hook.secret.reveal().as_bytes()).ok()?;
    let mac = mac.chain_update(seconds.as_bytes()).chain_update(b".").chain_update(body.as_bytes()).finalize().into_bytes();
    let mut signature = "v1=".to_owned();
    push_hex(&mut signature, &mac);
    Some(signature)
}

fn read(reply: &Incoming, part: Part<'_>) -> Option<Landed> {
    let answer: Answer = serde_json::from_slice(&reply.body).ok()?;
    let is_short = |text: &String| !text.is_empty() && text.len() <= MAX_NAME && !text.chars().any(char::is_control);
    let is_web = url::Url::parse(&answer.url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    (is_short(&answer.id) && is_short(&answer.url) && is_web).then(|| part.landed(answer.id, answer.url))
}

fn refusal(reply: &Incoming) -> PublishError {
    let reason = match reply.status {
        401 => Reason::Credentials,
        403 => Reason::Forbidden,
        429 => Reason::RateLimited,
        400..=499 if !reply.is_open() => Reason::Rejected,
        _ => Reason::Unavailable,
    };
    let error = reply.refusal(reason);
    if reply.status == 429 { error.wait(reply.number("retry-after").unwrap_or(PATIENCE_SECONDS).clamp(1, 24 * 3600)) } else { error }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publisher::Secret;
    use crate::publisher::fake::{FakeWire, NOW, answer, answer_with, part};
    use crate::publisher::wire::Lost;
    use pollster::block_on;
    use serde_json::{Value, json};

    fn hook() -> Webhook {
        Webhook { url: "https://hook.example/in".to_owned(), secret: Secret::new("01234567890123456789012345678901".to_owned()) }
    }

    fn there() -> Value {
        json!({ "id": "7", "url": "https://example.com/7" })
    }

    #[test]
    fn the_body_is_signed_with_its_time_and_named_by_its_key() {
        let wire = FakeWire::new([answer(201, &there())]);
        let before = Landed { index: 0, id: "6".to_owned(), url: "https://example.com/6".to_owned() };
        let part = Part { index: 1, parts: 2, root: Some(&before), reply_to: Some(&before), ..part("a\r\n\u{202e}b") };
        let landed = block_on(publish(&wire, &hook(), part)).unwrap();
        assert_eq!((landed.index, landed.url.as_str()), (1, "https://example.com/7"));
        let sent = wire.sent.borrow();
        let header = |name: &str| sent[0].headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()).unwrap();
        let seconds = NOW.seconds().to_string();
        assert_eq!([header("idempotency-key"), header("postgate-timestamp")], ["\"p/1\"".to_owned(), seconds.clone()]);
        assert_eq!(header("postgate-signature"), sign(&hook(), &seconds, sent[0].body.as_deref().unwrap()).unwrap());
        assert_eq!(
            serde_json::from_str::<Value>(sent[0].body.as_deref().unwrap()).unwrap(),
            json!({ "action": "publish", "key": "p/1", "post_id": "p", "part_index": 1, "parts": 2, "user_id": "dev:ann", "platform": "x",
                    "text": "a\r\n\u{202e}b", "root": { "id": "6", "url": "https://example.com/6" },
                    "reply_to": { "id": "6", "url": "https://example.com/6" } })
        );
    }

    /// The signature of `printf '1790000000.{}' | openssl dgst -sha256 -hmac 01234567890123456789012345678901`.
    #[test]
    fn the_signature_is_the_one_of_every_other_tool() {
        assert_eq!(sign(&hook(), "1790000000", "{}").unwrap(), "v1=712a581879a5151a4c0a257c951b89c28fc374642b5cdfb566e1769e6194f9e8");
    }

    #[test]
    fn a_lost_part_is_sent_again_under_its_key() {
        let wire = FakeWire::new([Err(Lost), answer(200, &there())]);
        assert!(block_on(publish(&wire, &hook(), part("a"))).is_ok());
        assert!(wire.waited.get() >= 200);
        assert_eq!(wire.bodies()[0], wire.bodies()[1]);
        let wire = FakeWire::new([answer(503, &json!({})), Err(Lost)]);
        assert!(matches!(block_on(publish(&wire, &hook(), part("a"))), Err(PublishError::Unknown(_))));
    }

    #[test]
    fn a_refusal_of_what_was_sent_again_says_nothing_of_the_first_time() {
        let refusals = [400, 401, 403, 409, 302].map(|status| answer(status, &json!({})));
        for refusal in refusals.into_iter().chain([answer_with(429, &[("retry-after", "9")])]) {
            for first in [Err(Lost), answer(503, &json!({}))] {
                let wire = FakeWire::new([first, refusal.clone()]);
                let Err(PublishError::Unknown(trouble)) = block_on(publish(&wire, &hook(), part("a"))) else { panic!("{refusal:?}") };
                assert_eq!(trouble.retry_after, (trouble.status == Some(429)).then_some(9));
            }
        }
    }

    #[test]
    fn what_it_had_already_has_landed() {
        let wire = FakeWire::new([answer(409, &there()), answer(409, &json!({ "error": "closed" }))]);
        assert!(block_on(publish(&wire, &hook(), part("a"))).is_ok());
        assert_eq!(block_on(publish(&wire, &hook(), part("a"))), Err(PublishError::Refused(Trouble::told(Reason::Rejected, 409))));
    }

    #[test]
    fn a_refusal_is_final_and_a_success_that_says_nothing_is_not() {
        for (status, reason) in [(400, Reason::Rejected), (401, Reason::Credentials), (403, Reason::Forbidden), (302, Reason::Unavailable)]
        {
            let wire = FakeWire::new([answer(status, &json!({}))]);
            assert_eq!(block_on(publish(&wire, &hook(), part("a"))), Err(PublishError::Refused(Trouble::told(reason, status))));
        }
        let wire = FakeWire::new([answer_with(429, &[("retry-after", "9")])]);
        let Err(PublishError::Refused(trouble)) = block_on(publish(&wire, &hook(), part("a"))) else { panic!("not refused") };
        assert_eq!((trouble.reason, trouble.retry_after), (Reason::RateLimited, Some(9)));
        for url in ["", "javascript:alert(1)", "no address", "https://example.com/\n"] {
            let wire = FakeWire::new([answer(200, &json!({ "id": "7", "url": url }))]);
            assert!(matches!(block_on(publish(&wire, &hook(), part("a"))), Err(PublishError::Unknown(_))), "{url}");
        }
    }

    #[test]
    fn find_tells_there_from_not_there_from_not_known() {
        let wire = FakeWire::new([answer(200, &there()), answer(404, &json!({})), answer(500, &json!({})), answer(500, &json!({}))]);
        assert!(block_on(find(&wire, &hook(), part("a"))).unwrap().is_some());
        assert_eq!(block_on(find(&wire, &hook(), part("a"))), Ok(None));
        assert!(block_on(find(&wire, &hook(), part("a"))).is_err());
        assert!(wire.bodies().iter().all(|body| body["action"] == "find"));
    }
}

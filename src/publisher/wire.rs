//! The port of every publisher: one exchange of HTTP, the clock, randomness, and what is remembered between parts.

use super::secret::Secret;
use super::trouble::{PublishError, Reason, Trouble};
use crate::contract::Timestamp;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::fmt;

/// The least and most milliseconds before something is sent a second time.
const PAUSE: (u64, u64) = (200, 800);

/// A request on its way out.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Where to.
    pub url: String,
    /// Its headers; some are secrets.
    pub headers: Vec<(&'static str, String)>,
    /// Its body, JSON.
    pub body: Option<String>,
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.url.split('?').next().unwrap_or_default())
    }
}

/// An answer, read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Its status.
    pub status: u16,
    /// Its headers, the names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
    /// True when the same was sent before and nothing is known of that: a refusal of the repetition says nothing of the first.
    pub is_repeated: bool,
}

impl Incoming {
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A header that is a whole number.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.header(name)?.trim().parse().ok()
    }

    /// The body as JSON, `Null` if it is none.
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub(super) const fn is_success(&self) -> bool {
        self.status >= 200 && self.status < 300
    }

    /// Whether the other side may have done what it was asked, in spite of its answer.
    pub(super) const fn is_open(&self) -> bool {
        self.status >= 500 || self.status == 408
    }

    /// What this answer, no success, says of a part.
    pub(super) fn refusal(&self, reason: Reason) -> PublishError {
        let trouble = Trouble::told(reason, self.status);
        if self.is_open() || self.is_repeated { PublishError::Unknown(trouble) } else { PublishError::Refused(trouble) }
    }
}

/// No answer, in the time that it may take. Whether the request arrived is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost;

/// What an isolate remembers of a platform, so that it neither signs in for each post nor asks in vain.
#[derive(Debug, Default)]
pub struct Memory {
    session: RefCell<Option<Session>>,
    closed_until: Cell<Option<Timestamp>>,
}

/// A session of the account that posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) did: String,
    pub(super) access: Secret,
    pub(super) refresh: Secret,
}

impl Memory {
    pub(super) fn session(&self) -> Option<Session> {
        self.session.borrow().clone()
    }

    pub(super) fn keep(&self, session: Option<Session>) {
        self.session.replace(session);
    }

    /// The platform takes nothing until then.
    pub(super) fn close_until(&self, then: Timestamp) {
        self.closed_until.set(Some(then));
    }

    /// Seconds for which the platform takes nothing, if it said so.
    pub(super) fn closed_for(&self, now: Timestamp) -> Option<i64> {
        let left = self.closed_until.get()?.millis_since(now);
        (left > 0).then_some((left + 999) / 1000)
    }
}

/// Everything outside.
#[expect(async_fn_in_trait, reason = "one thread, in a Worker and in tests alike: no future is ever sent")]
pub trait Wire {
    /// The time, across I/O.
    fn now(&self) -> Timestamp;

    /// Random bytes; none is a fault, and nothing is sent.
    fn random(&self) -> Option<[u8; 16]>;

    /// Waits.
    async fn pause(&self, millis: u64);

    /// One exchange, within a time-out. Redirections are answers, not followed.
    async fn fetch(&self, request: &Outgoing) -> Result<Incoming, Lost>;

    /// What is remembered of this platform.
    fn memory(&self) -> &Memory;
}

/// Sends something that may be repeated: a second time where the first was lost or the other side was not well.
pub(super) async fn repeatable(wire: &impl Wire, make: impl Fn() -> Result<Outgoing, PublishError>) -> Result<Incoming, PublishError> {
    if let Some(reply) = wire.fetch(&make()?).await.ok().filter(|reply| !reply.is_open()) {
        return Ok(reply);
    }
    let random = wire.random().ok_or(PublishError::refused(Reason::Internal));
    let jitter = random.map_or(0, |bytes| bytes.iter().fold(0_u64, |sum, byte| (sum * 251 + u64::from(*byte)) % (PAUSE.1 - PAUSE.0)));
    wire.pause(PAUSE.0 + jitter).await;
    let again = make().map_err(|error| PublishError::Unknown(error.trouble()))?;
    let reply = wire.fetch(&again).await.map_err(|Lost| PublishError::Unknown(Trouble::new(Reason::Unavailable)))?;
    Ok(Incoming { is_repeated: true, ..reply })
}

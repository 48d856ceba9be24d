//! What the gate needs from outside, in its own words. The edge implements it over D1 and Durable Objects, tests with fakes.

use super::answers::PostAnswer;
use super::auth::AuthError;
use super::traffic::Throttle;
use super::user::{Admission, Answer, Finish};
use crate::audit::AuditRecord;
use crate::contract::{DecisionStatus, Mode, Source, Timestamp};
use crate::ledger::TokenMode;
use crate::publisher::{Landed, Part, PublishError, Trouble};
use crate::text::Platform;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Our fault: a store or a service did not do what it is there for. It holds no draft text and no secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what}: {why}")]
pub struct Fault {
    /// Which port.
    pub what: &'static str,
    /// What it said.
    pub why: String,
}

impl Fault {
    /// A fault of `what`.
    pub fn new(what: &'static str, why: impl Into<String>) -> Self {
        Self { what, why: why.into() }
    }
}

/// Who asks, from the credential alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// With its issuer in front, so that the same name of two issuers is two users.
    pub id: String,
    /// How much it may post.
    pub tier: Tier,
    /// Whether it may administer.
    pub admin: bool,
}

/// How much a user may post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tier {
    /// Whether the user is verified.
    pub verified: bool,
    /// For how many days in a row it has posted.
    pub streak_days: u32,
}

impl Tier {
    /// The most posts in any 15 minutes: 5, 10 when verified, 15 when verified with a streak of 90 days.
    pub const fn posts_per_window(self) -> usize {
        match (self.verified, self.streak_days) {
            (false, _) => 5,
            (true, 0..90) => 10,
            (true, _) => 15,
        }
    }
}

/// How a receipt is named in a look-up; one never falls back to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptName<'n> {
    /// By its own id.
    Receipt(&'n str),
    /// By the request that made it.
    Request(&'n str),
}

/// A receipt as it was stored, with what else its draft was checked with.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StoredReceipt {
    /// The signed token; it is verified again after every look-up.
    pub receipt_token: String,
    /// What the author promised.
    pub policy_tags: Vec<String>,
    /// Whether a source was required.
    pub required_citations: bool,
    /// What the draft rested on.
    pub sources: Vec<Source>,
}

/// A post that went out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishEvent {
    /// The id of the event: derived from user, platform and the platform's id of the first part, so that writing it twice is writing it once.
    pub id: String,
    /// Whose.
    pub user_id: String,
    /// Where.
    pub platform: Platform,
    /// The hash of what went out.
    pub content_hash: String,
    /// When.
    pub published_at: Timestamp,
    /// The platform's id of the first part.
    pub platform_post_id: String,
    /// The post.
    pub post_id: String,
    /// The request that made the receipt.
    pub enforcement_request_id: Option<String>,
    /// The receipt.
    pub enforcement_receipt_id: Option<String>,
    /// What QA said, where it ran.
    pub qa_status: Option<DecisionStatus>,
    /// The codes of what blocks, where QA ran.
    pub violation_codes: Vec<String>,
    /// Whether the audit committed.
    pub audit_ok: bool,
    /// The mode in which it went out.
    pub mode: Mode,
    /// What was wrong with its receipt, where the mode let it out all the same.
    pub receipt_error: Option<String>,
    /// `off`, `shadow` or `live`.
    pub token_mode: TokenMode,
}

/// How soon an event that could not be written is written again, at the earliest and at the latest.
const AGAIN_SECONDS: (i64, i64) = (5, 60);

impl PublishEvent {
    /// Seconds until it is written again, now that it could not be: as long as it has been missing, so that the pauses double.
    pub fn again_in(&self, now: Timestamp) -> i64 {
        (now.millis_since(self.published_at) / 1000).clamp(AGAIN_SECONDS.0, AGAIN_SECONDS.1)
    }
}

/// Everything outside.
#[expect(async_fn_in_trait, reason = "one thread, in a Worker and in tests alike: no future is ever sent")]
pub trait Ports {
    /// The time, across I/O.
    fn now(&self) -> Timestamp;

    /// A new random id.
    fn new_id(&self) -> String;

    /// Who asks, or why nobody does.
    async fn authenticate(&self) -> Result<User, AuthError>;

    /// Takes one request out of the user's bucket, if there is one in it.
    fn take_request(&self, user: &User) -> Result<(), Throttle>;

    /// The mode in force for this user.
    async fn mode(&self, user: &User) -> Result<Mode, Fault>;

    /// A stored receipt.
    async fn find_receipt(&self, name: ReceiptName<'_>) -> Result<Option<StoredReceipt>, Fault>;

    /// Asks the user's state, which decides and reserves in one step.
    async fn reserve(&self, user: &User, admission: &Admission) -> Result<Answer, Fault>;

    /// Gives everything back: nothing was sent.
    async fn release(&self, user: &User, post_id: &str, fence: i64) -> Result<(), Fault>;

    /// Notes that a part has landed.
    async fn landed(&self, user: &User, post_id: &str, fence: i64, part: &Landed) -> Result<(), Fault>;

    /// Notes how the post ended. Of one that is done it also writes the publish event and what it earned (step 13), and gives the answer
    /// that tells of it; writing the event again changes nothing.
    async fn finish(&self, user: &User, finish: &Finish) -> Result<Option<PostAnswer>, Fault>;

    /// Commits all records or none.
    async fn commit_audit(&self, records: &[AuditRecord]) -> Result<(), Fault>;

    /// Sends one part.
    async fn publish(&self, part: Part<'_>) -> Result<Landed, PublishError>;

    /// Looks whether a part was published.
    async fn find_published(&self, part: Part<'_>) -> Result<Option<Landed>, Trouble>;
}

//! One user's own state: what was admitted, with which receipt and idempotency key, and how far each post has come.
//!
//! In scope: the decision, on a snapshot, as a pure function. Out of scope: loading the snapshot and storing the change, which a Durable
//! Object does without an await in between, so that every user has one order of events.

#[cfg(test)]
mod tests;

use super::answers::PostAnswer;
use super::ports::PublishEvent;
use crate::contract::Timestamp;
use crate::publisher::Landed;
use serde::{Deserialize, Serialize};

/// The window in which posts are counted.
pub const WINDOW_SECONDS: i64 = 900;
/// How long an idempotency key stands for its request.
pub const KEY_SECONDS: i64 = 24 * 3600;

/// What the gate asks of the user's state: may this go out, and if so, reserve everything at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admission {
    /// The id that the post would have.
    pub post_id: String,
    /// The caller's idempotency key, if it sent one.
    pub key: Option<KeyUse>,
    /// The receipt that would be spent, if there is one.
    pub receipt: Option<ReceiptUse>,
    /// The draft.
    pub draft_hash: String,
    /// How many parts would be published.
    pub parts: usize,
    /// The most posts in any [`WINDOW_SECONDS`].
    pub limit: usize,
    /// How long the request may be silent before another may take its place.
    pub lease_seconds: i64,
    /// Only ask whether the idempotency key stands for something: the gate has already found a reason to refuse.
    pub lookup_only: bool,
}

/// An idempotency key with the request that it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyUse {
    /// The caller's key.
    pub key: String,
    /// The hash of the request.
    pub body_hash: String,
}

/// A receipt that would be spent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptUse {
    /// Which.
    pub receipt_id: String,
    /// Until when it could be presented again, so that its use is remembered as long.
    pub expires_at: Timestamp,
    /// Whether one that was spent is a refusal (enforced) or a remark (advisory).
    pub strict: bool,
}

/// A post as the user's state holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostRow {
    /// Its id.
    pub post_id: String,
    /// The key of the request that made it.
    pub key: Option<KeyUse>,
    /// The receipt that it spent.
    pub receipt_id: Option<String>,
    /// Until when the row is needed.
    pub keep_until: Timestamp,
    /// The draft.
    pub draft_hash: String,
    /// How many parts there are.
    pub parts: usize,
    /// How far it has come.
    pub state: PostState,
    /// Until when the running request holds it; once it has failed, until when its next part may have been sent.
    pub lease_until: Timestamp,
    /// Grows each time a request takes it over; a request with an older fence may change nothing.
    pub fence: i64,
    /// When it was admitted; it counts against the rate from then on.
    pub admitted_at: Timestamp,
    /// The stored answer, once it is done.
    pub answer: Option<String>,
    /// The parts that have landed, in order.
    pub landed: Vec<Landed>,
}

/// How far a post has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum PostState {
    /// A request holds it.
    Running,
    /// A part failed, or it is not known whether it landed; a repetition goes on from there.
    Failed,
    /// Every part has landed.
    Done,
}

/// What the decision needs to know, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// The post of the idempotency key.
    pub by_key: Option<PostRow>,
    /// The post that spent the receipt.
    pub by_receipt: Option<PostRow>,
    /// When each post in the window was admitted, oldest first.
    pub admitted: Vec<Timestamp>,
}

/// The answer of the user's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Answer {
    /// The key stands for a request that is done: its answer.
    Replay {
        /// The stored body.
        answer: String,
    },
    /// The key stands for another request.
    Conflict,
    /// The key stands for this request, which is still running.
    InProgress {
        /// Seconds until it is worth asking again.
        retry_after: i64,
    },
    /// Only a look-up was asked, and the key stands for nothing that is done or running.
    Clear,
    /// The receipt was spent.
    ReceiptUsed,
    /// Too many posts in the window.
    RateLimited {
        /// Seconds until the next one counts no more.
        retry_after: i64,
    },
    /// Everything is reserved; go on.
    Reserved {
        /// The post: a new one, or the one that this request goes on with.
        post_id: String,
        /// Must be named in every change.
        fence: i64,
        /// When it was admitted: no part of it was out before.
        since: Timestamp,
        /// The parts that have landed already.
        landed: Vec<Landed>,
        /// True when an earlier request began it: its next part may have been sent.
        resumed: bool,
        /// Until when.
        sent_by: Timestamp,
        /// True when the receipt was spent before (advisory).
        receipt_used: bool,
        /// How many more posts the window admits.
        remaining: usize,
        /// Seconds until the window admits one more than `remaining`.
        reset: i64,
    },
}

/// What is to be stored with the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A new post.
    Insert(PostRow),
    /// This post goes on under a new fence.
    TakeOver {
        /// Which.
        post_id: String,
        /// The key of the request that goes on with it.
        key: Option<KeyUse>,
        /// The new fence.
        fence: i64,
        /// Until when it is held.
        lease_until: Timestamp,
        /// The receipt that it spends, where it has spent none yet.
        receipt: Option<ReceiptUse>,
    },
}

/// How a post ended, or how far it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finish {
    /// Which.
    pub post_id: String,
    /// The fence under which it ran.
    pub fence: i64,
    /// Until when the part that stopped it may have been sent; `None` where it certainly was not.
    pub sent_by: Option<Timestamp>,
    /// What is stored when every part has landed; nothing when a part is missing or not known.
    pub done: Option<Done>,
}

/// A post of which every part has landed. The user's state stores all of it first, then writes the event (step 13), then stores the answer
/// that tells of it; should it stop in between, its alarm writes the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The part that landed last.
    pub last: Option<Landed>,
    /// What went out.
    pub event: PublishEvent,
    /// The answer before the event is written.
    pub answer: PostAnswer,
}

/// What became of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PostView {
    /// Its id.
    pub post_id: String,
    /// How far it has come.
    pub state: PostState,
    /// When it was admitted.
    pub admitted_at: Timestamp,
    /// How many parts there are.
    pub parts: usize,
    /// Those that have landed.
    pub published: Vec<Landed>,
    /// How many are left.
    pub left: usize,
}

impl From<PostRow> for PostView {
    fn from(row: PostRow) -> Self {
        let left = row.parts.saturating_sub(row.landed.len());
        Self { post_id: row.post_id, state: row.state, admitted_at: row.admitted_at, parts: row.parts, published: row.landed, left }
    }
}

/// Decides on an admission: idempotency first, then the receipt, then the rate, and reserves all of it or nothing.
pub fn decide(snapshot: &Snapshot, admission: &Admission, now: Timestamp) -> (Answer, Option<Change>) {
    let standing = snapshot.by_key.as_ref().filter(|row| now < row.admitted_at.plus_seconds(KEY_SECONDS));
    if let (Some(row), Some(key)) = (standing, &admission.key) {
        let known = row.key.as_ref().is_some_and(|known| known.body_hash == key.body_hash);
        match (known, &row.answer, row.state) {
            (false, _, _) => return (Answer::Conflict, None),
            (true, Some(answer), PostState::Done) => return (Answer::Replay { answer: answer.clone() }, None),
            (true, _, PostState::Running) if now < row.lease_until => {
                return (Answer::InProgress { retry_after: seconds_until(row.lease_until, now) }, None);
            }
            (true, _, _) if admission.lookup_only => return (Answer::Clear, None),
            // The post may have been begun in a mode that asks for no receipt; the one that is shown now is spent with it.
            (true, _, _) if admission.receipt.as_ref().is_some_and(|receipt| receipt.strict) && is_spent_by_another(row, snapshot) => {
                return (Answer::ReceiptUsed, None);
            }
            (true, _, _) => return take_over(row, snapshot, admission, now),
        }
    }
    if admission.lookup_only {
        return (Answer::Clear, None);
    }
    let mut receipt_used = false;
    if let (Some(row), Some(receipt)) = (&snapshot.by_receipt, &admission.receipt) {
        let unfinished = row.state == PostState::Failed || (row.state == PostState::Running && now >= row.lease_until);
        if unfinished && row.draft_hash == admission.draft_hash {
            return take_over(row, snapshot, admission, now);
        }
        if receipt.strict {
            return (Answer::ReceiptUsed, None);
        }
        receipt_used = true;
    }
    let counted = counted(&snapshot.admitted, now);
    let room = Room::of(&counted, admission.limit, now);
    if let Some(retry_after) = room.retry_after {
        return (Answer::RateLimited { retry_after }, None);
    }
    let row = new_row(admission, receipt_used, now);
    let answer = Answer::Reserved {
        post_id: row.post_id.clone(),
        fence: row.fence,
        since: row.admitted_at,
        landed: Vec::new(),
        resumed: false,
        sent_by: now,
        receipt_used,
        remaining: room.remaining.saturating_sub(1),
        reset: reset(&counted, now),
    };
    (answer, Some(Change::Insert(row)))
}

fn is_spent_by_another(row: &PostRow, snapshot: &Snapshot) -> bool {
    snapshot.by_receipt.as_ref().is_some_and(|other| other.post_id != row.post_id)
}

fn new_row(admission: &Admission, receipt_used: bool, now: Timestamp) -> PostRow {
    let day = now.plus_seconds(KEY_SECONDS);
    PostRow {
        post_id: admission.post_id.clone(),
        key: admission.key.clone(),
        receipt_id: admission.receipt.as_ref().filter(|_| !receipt_used).map(|receipt| receipt.receipt_id.clone()),
        keep_until: admission.receipt.as_ref().map_or(day, |receipt| day.max(receipt.expires_at)),
        draft_hash: admission.draft_hash.clone(),
        parts: admission.parts,
        state: PostState::Running,
        lease_until: now.plus_seconds(admission.lease_seconds),
        fence: 1,
        admitted_at: now,
        answer: None,
        landed: Vec::new(),
    }
}

/// A repetition goes on with the post: no second rate token, a new fence that shuts out whoever held it.
fn take_over(row: &PostRow, snapshot: &Snapshot, admission: &Admission, now: Timestamp) -> (Answer, Option<Change>) {
    let fence = row.fence + 1;
    let answer = Answer::Reserved {
        post_id: row.post_id.clone(),
        fence,
        since: row.admitted_at,
        landed: row.landed.clone(),
        resumed: true,
        sent_by: row.lease_until,
        receipt_used: is_spent_by_another(row, snapshot),
        remaining: admission.limit.saturating_sub(snapshot.admitted.len()),
        reset: reset(&snapshot.admitted, now),
    };
    let key = admission.key.clone().or_else(|| row.key.clone());
    let lease_until = now.plus_seconds(admission.lease_seconds);
    let receipt = admission.receipt.clone().filter(|_| row.receipt_id.is_none() && snapshot.by_receipt.is_none());
    (answer, Some(Change::TakeOver { post_id: row.post_id.clone(), key, fence, lease_until, receipt }))
}

/// How much room the window has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// How many more posts it admits now.
    pub remaining: usize,
    /// Seconds until it admits one, when it admits none.
    pub retry_after: Option<i64>,
}

impl Room {
    /// The room beside the posts that were admitted, oldest first.
    pub fn left(admitted: &[Timestamp], limit: usize, now: Timestamp) -> Self {
        Self::of(&counted(admitted, now), limit, now)
    }

    fn of(counted: &[Timestamp], limit: usize, now: Timestamp) -> Self {
        let remaining = limit.saturating_sub(counted.len());
        // The post that must leave the window before one more fits into it.
        let frees = || counted.get(counted.len().saturating_sub(limit)).copied().unwrap_or(now);
        Self { remaining, retry_after: (remaining == 0).then(|| seconds_until(frees().plus_seconds(WINDOW_SECONDS), now)) }
    }
}

/// Those within the window.
fn counted(admitted: &[Timestamp], now: Timestamp) -> Vec<Timestamp> {
    let start = now.plus_seconds(-WINDOW_SECONDS);
    admitted.iter().copied().filter(|at| *at > start).collect()
}

fn reset(admitted: &[Timestamp], now: Timestamp) -> i64 {
    admitted.first().map_or(WINDOW_SECONDS, |oldest| seconds_until(oldest.plus_seconds(WINDOW_SECONDS), now))
}

/// Whole seconds, rounded up, at least 1.
fn seconds_until(then: Timestamp, now: Timestamp) -> i64 {
    ((then.millis_since(now) + 999) / 1000).max(1)
}

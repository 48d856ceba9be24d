//! One part on its way to a platform, and what is known of it once it is there.

use crate::contract::Timestamp;
use crate::text::Platform;
use serde::{Deserialize, Serialize};

/// One part on its way to a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part<'p> {
    /// Whose.
    pub user_id: &'p str,
    /// Of which post.
    pub post_id: &'p str,
    /// Which part, from 0.
    pub index: usize,
    /// How many parts the post has.
    pub parts: usize,
    /// When the post was admitted: no part of it was out before.
    pub since: Timestamp,
    /// Until when an earlier request may have sent it; `None` where none can have.
    pub sent_by: Option<Timestamp>,
    /// Where.
    pub platform: Platform,
    /// Exactly what was checked.
    pub text: &'p str,
    /// The first part, for a chain of replies.
    pub root: Option<&'p Landed>,
    /// The part before it, for a chain of replies.
    pub reply_to: Option<&'p Landed>,
}

impl Part<'_> {
    /// The name of this part, the same however often it is sent.
    pub fn key(&self) -> String {
        format!("{}/{}", self.post_id, self.index)
    }

    /// Seconds for which a look-up that shows nothing settles nothing, on a platform that shows what it took after at most `lag_seconds`.
    pub fn open_for(&self, lag_seconds: i64, now: Timestamp) -> Option<i64> {
        let left = self.sent_by?.plus_seconds(lag_seconds).millis_since(now);
        (left > 0).then_some((left + 999) / 1000)
    }

    /// The part as landed.
    pub fn landed(&self, id: impl Into<String>, url: impl Into<String>) -> Landed {
        Landed { index: self.index, id: id.into(), url: url.into() }
    }
}

/// A part that the platform took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Landed {
    /// Which part, from 0.
    pub index: usize,
    /// The platform's id.
    pub id: String,
    /// Where it can be seen.
    pub url: String,
}

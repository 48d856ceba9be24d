//! Limits that hold before anything is read: the size of an address and of its headers, and how often one user may call.
//!
//! In scope: the figures and the arithmetic. Out of scope: where the buckets live. An isolate keeps its own, in memory, so that counting
//! costs no call; a user whose requests reach n isolates has n buckets. What must be exact, posts, is counted in the user's own object.

use super::error::ErrorCode;
use crate::contract::Timestamp;
use std::collections::BTreeMap;

/// The most bytes of a request's address: what servers and proxies commonly take.
const MAX_URL_BYTES: usize = 8 * 1024;
/// The most bytes of all headers together, names and values: a token of 8 KiB, cookies and what a browser sends.
const MAX_HEADER_BYTES: usize = 32 * 1024;
/// The most users whose buckets are kept; beyond it the fullest bucket is forgotten, which forgets least.
const MAX_USERS: usize = 10_000;

/// Why a request is refused before it is routed.
pub fn too_large(url: &str, headers: impl Iterator<Item = (String, String)>) -> Option<ErrorCode> {
    if url.len() > MAX_URL_BYTES {
        return Some(ErrorCode::UriTooLong);
    }
    let bytes: usize = headers.map(|(name, value)| name.len() + value.len()).sum();
    (bytes > MAX_HEADER_BYTES).then_some(ErrorCode::HeadersTooLarge)
}

/// A user calls too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttle {
    /// The most requests a minute.
    pub limit: u32,
    /// Seconds until one more is let through.
    pub retry_after: i64,
}

/// A bucket a user: it holds a minute's requests, and fills evenly.
#[derive(Debug, Default)]
pub struct Buckets {
    /// For each user the moment at which its bucket will be full again, in microseconds: all that such a bucket is.
    full_at: BTreeMap<String, i64>,
}

impl Buckets {
    /// No user has called yet.
    pub const fn new() -> Self {
        Self { full_at: BTreeMap::new() }
    }

    /// Takes one request out of the user's bucket, if there is one in it.
    pub fn take(&mut self, user_id: &str, per_minute: u32, now: Timestamp) -> Result<(), Throttle> {
        let minute = 60_000_000;
        let one = minute / i64::from(per_minute.max(1));
        let now = now.millis().saturating_mul(1000);
        let full_at = self.full_at.get(user_id).copied().unwrap_or(now).max(now) + one;
        let over = full_at - now - minute;
        if over > 0 {
            return Err(Throttle { limit: per_minute, retry_after: (over + 999_999) / 1_000_000 });
        }
        if self.full_at.len() >= MAX_USERS && !self.full_at.contains_key(user_id) {
            self.forget(now);
        }
        self.full_at.insert(user_id.to_owned(), full_at);
        Ok(())
    }

    fn forget(&mut self, now: i64) {
        self.full_at.retain(|_, full_at| *full_at > now);
        if self.full_at.len() >= MAX_USERS {
            let fullest = self.full_at.iter().min_by_key(|(_, full_at)| **full_at).map(|(user, _)| user.clone());
            fullest.and_then(|user| self.full_at.remove(&user));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn taken(buckets: &mut Buckets, now: Timestamp) -> usize {
        (0..2000).take_while(|_| buckets.take("ann", 600, now).is_ok()).count()
    }

    #[test]
    fn a_bucket_holds_a_minutes_requests_and_fills_evenly() {
        let mut buckets = Buckets::new();
        assert_eq!(taken(&mut buckets, NOW), 600);
        assert_eq!(buckets.take("ann", 600, NOW), Err(Throttle { limit: 600, retry_after: 1 }));
        assert_eq!(taken(&mut buckets, NOW.plus_seconds(1)), 10);
        assert_eq!(taken(&mut buckets, NOW.plus_seconds(3600)), 600);
    }

    #[test]
    fn a_clock_that_goes_back_fills_nothing() {
        let mut buckets = Buckets::new();
        assert_eq!(taken(&mut buckets, NOW), 600);
        assert_eq!(taken(&mut buckets, NOW.plus_seconds(-5)), 0);
    }

    #[test]
    fn users_do_not_share() {
        let mut buckets = Buckets::new();
        assert_eq!(taken(&mut buckets, NOW), 600);
        assert!(buckets.take("bob", 600, NOW).is_ok());
    }

    #[test]
    fn few_requests_a_minute_wait_long() {
        let mut buckets = Buckets::new();
        assert!(buckets.take("ann", 1, NOW).is_ok());
        assert_eq!(buckets.take("ann", 1, NOW.plus_seconds(1)), Err(Throttle { limit: 1, retry_after: 59 }));
        assert!(buckets.take("ann", 1, NOW.plus_seconds(60)).is_ok());
    }

    #[test]
    fn memory_is_bounded_and_whoever_called_most_is_remembered() {
        let mut buckets = Buckets::new();
        assert_eq!(taken(&mut buckets, NOW), 600);
        for user in 0..MAX_USERS + 50 {
            assert!(buckets.take(&format!("user-{user}"), 600, NOW).is_ok());
        }
        assert_eq!(buckets.full_at.len(), MAX_USERS);
        assert!(buckets.take("ann", 600, NOW).is_err());
    }

    #[test]
    fn addresses_and_headers_have_their_most() {
        let none = std::iter::empty;
        assert_eq!(too_large(&"a".repeat(MAX_URL_BYTES), none()), None);
        assert_eq!(too_large(&"a".repeat(MAX_URL_BYTES + 1), none()), Some(ErrorCode::UriTooLong));
        let headers = |bytes: usize| [("ab".to_owned(), "c".repeat(bytes - 2))].into_iter();
        assert_eq!(too_large("/", headers(MAX_HEADER_BYTES)), None);
        assert_eq!(too_large("/", headers(MAX_HEADER_BYTES + 1)), Some(ErrorCode::HeadersTooLarge));
    }
}

//! When the keys of an issuer are fetched: once they are old, and, at most once a minute, for a key that is not among them.

use crate::contract::Timestamp;

/// Between two fetches for keys that are not there: a stranger can make up names of keys, and must not make us fetch each time.
const UNKNOWN_KEY_SECONDS: i64 = 60;
/// Between two fetches that fail.
const RETRY_SECONDS: i64 = 5;
/// How long old keys go on counting while their issuer does not answer.
const GRACE_SECONDS: i64 = 3600;
/// Bounds of what the issuer may say about how long its keys can be kept, and what counts where it says nothing.
const MIN_AGE_SECONDS: i64 = 60;
const MAX_AGE_SECONDS: i64 = 3600;
const DEFAULT_AGE_SECONDS: i64 = 300;

/// What is known about the keys that are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeyAge {
    /// When the keys were fetched, and for how many seconds they count.
    fetched: Option<(Timestamp, i64)>,
    /// When somebody last tried to fetch them.
    tried_at: Option<Timestamp>,
    /// When somebody last tried for the sake of a key that was not among them.
    sought_at: Option<Timestamp>,
}

/// What to do for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Go on with the keys that are there.
    Keep,
    /// Fetch them.
    Fetch,
    /// There are none that count, and it is too early to ask again.
    Wait,
}

impl KeyAge {
    /// What to do before the key is looked for; afterwards, with `unknown`, when it was not among the keys.
    pub fn need(&self, unknown: bool, now: Timestamp) -> Need {
        let Some((at, seconds)) = self.fetched else { return self.retry(Need::Wait, now) };
        let age = now.millis_since(at);
        // A clock that went back says nothing about the age of the keys.
        if age < 0 || age > (seconds + GRACE_SECONDS) * 1000 {
            return self.retry(Need::Wait, now);
        }
        if unknown {
            // While the issuer does not answer, nobody knows whether it has such a key.
            if self.tried_at.is_some_and(|tried| tried > at) {
                return self.retry(Need::Wait, now);
            }
            return if within(self.sought_at, UNKNOWN_KEY_SECONDS, now) { Need::Keep } else { Need::Fetch };
        }
        if age > seconds * 1000 { self.retry(Need::Keep, now) } else { Need::Keep }
    }

    fn retry(&self, otherwise: Need, now: Timestamp) -> Need {
        if within(self.tried_at, RETRY_SECONDS, now) { otherwise } else { Need::Fetch }
    }

    /// A fetch begins; `unknown` as it was asked for with [`need`](Self::need).
    pub fn trying(&mut self, unknown: bool, now: Timestamp) {
        self.tried_at = Some(now);
        if unknown {
            self.sought_at = Some(now);
        }
    }

    /// A fetch brought keys; `cache_control` is the header that came with them.
    pub fn fetched(&mut self, cache_control: Option<&str>, now: Timestamp) {
        let said = cache_control.and_then(|header| {
            let directives = || header.split(',').map(|directive| directive.trim().to_ascii_lowercase());
            if directives().any(|directive| directive == "no-store" || directive == "no-cache") {
                return Some(0);
            }
            directives().find_map(|directive| directive.strip_prefix("max-age=")?.trim_matches('"').parse::<i64>().ok())
        });
        let seconds = said.unwrap_or(DEFAULT_AGE_SECONDS).clamp(MIN_AGE_SECONDS, MAX_AGE_SECONDS);
        self.fetched = Some((now, seconds));
    }
}

fn within(at: Option<Timestamp>, seconds: i64, now: Timestamp) -> bool {
    at.is_some_and(|at| (0..seconds * 1000).contains(&now.millis_since(at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_000_000_000_000);

    fn kept(cache_control: Option<&str>) -> KeyAge {
        let mut age = KeyAge::default();
        age.trying(false, START);
        age.fetched(cache_control, START);
        age
    }

    #[test]
    fn keys_are_kept_for_as_long_as_the_issuer_says_within_bounds() {
        let cases = [
            (None, 300),
            (Some("public, max-age=600"), 600),
            (Some("max-age=1"), 60),
            (Some("no-store"), 60),
            (Some("max-age=999999"), 3600),
            (Some("Max-Age=x"), 300),
        ];
        for (header, seconds) in cases {
            let age = kept(header);
            assert_eq!(age.need(false, START.plus_seconds(seconds)), Need::Keep, "{header:?}");
            assert_eq!(age.need(false, START.plus_seconds(seconds + 1)), Need::Fetch, "{header:?}");
        }
    }

    #[test]
    fn an_unknown_key_is_looked_for_at_once_and_then_at_most_once_a_minute() {
        let mut age = kept(None);
        assert_eq!(age.need(true, START), Need::Fetch);
        age.trying(true, START);
        age.fetched(None, START);
        assert_eq!(age.need(true, START.plus_seconds(59)), Need::Keep);
        assert_eq!(age.need(true, START.plus_seconds(60)), Need::Fetch);
        age.trying(true, START.plus_seconds(60));
        age.fetched(None, START.plus_seconds(60));
        assert_eq!(age.need(true, START.plus_seconds(61)), Need::Keep);
        assert_eq!(age.need(true, START.plus_seconds(120)), Need::Fetch);
    }

    #[test]
    fn of_a_key_that_is_not_there_nothing_is_said_while_the_issuer_is_away() {
        let mut age = kept(None);
        let away = START.plus_seconds(1000);
        age.trying(false, away);
        assert_eq!((age.need(false, away), age.need(true, away)), (Need::Keep, Need::Wait), "old keys count, a new one is not refused");
        assert_eq!(age.need(true, away.plus_seconds(5)), Need::Fetch);
        age.trying(true, away.plus_seconds(5));
        age.fetched(None, away.plus_seconds(6));
        assert_eq!(age.need(true, away.plus_seconds(7)), Need::Keep);
    }

    #[test]
    fn old_keys_count_for_an_hour_while_the_issuer_is_away() {
        let mut age = kept(None);
        let away = START.plus_seconds(1000);
        age.trying(false, away);
        assert_eq!(age.need(false, away.plus_seconds(1)), Need::Keep);
        assert_eq!(age.need(false, away.plus_seconds(5)), Need::Fetch);
        let long = START.plus_seconds(300 + 3601);
        age.trying(false, long);
        assert_eq!(age.need(false, long.plus_seconds(1)), Need::Wait);
    }

    #[test]
    fn without_keys_nothing_counts_and_the_issuer_is_not_hammered() {
        let mut age = KeyAge::default();
        assert_eq!(age.need(false, START), Need::Fetch);
        age.trying(false, START);
        assert_eq!((age.need(false, START.plus_seconds(1)), age.need(true, START.plus_seconds(1))), (Need::Wait, Need::Wait));
        assert_eq!(age.need(false, START.plus_seconds(-10)), Need::Fetch);
    }
}

//! The circuit breaker: after three failures in a row the provider is left alone for half a minute, then one request tries it.

use crate::contract::Timestamp;
use serde::{Deserialize, Serialize};

/// Failures in a row that open the breaker.
pub const FAILURES_TO_TRIP: u32 = 3;
/// How long it stays open before one request may try.
pub const BREAK_SECONDS: i64 = 30;

/// What it remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Breaker {
    /// Failures since the last success.
    pub failures: u32,
    /// Until when nobody may try; moved on when one request does.
    pub open_until: Option<Timestamp>,
    /// How often it has opened.
    pub trips: u64,
}

/// What the breaker is told of a request that may ask, beside a failure, which always counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owed {
    /// Nothing.
    #[default]
    Nothing,
    /// A success: it has failures to reset.
    Success,
    /// Any end, for this is the one request that tries: a success, or that the try came to nothing.
    Try {
        /// Until when the others wait for it.
        until: Timestamp,
    },
}

/// Whether the provider may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Admit {
    /// Yes.
    Go {
        /// What is to be reported of it.
        owes: Owed,
    },
    /// No, not for so many seconds.
    Open {
        /// Seconds until one request may try.
        retry_after: i64,
    },
}

impl Breaker {
    /// Asks for one request. When the break is over, this request is the one that tries, and the others wait for as long again.
    #[must_use]
    pub const fn ask(self, now: Timestamp) -> (Self, Admit) {
        match self.open_until {
            Some(until) if until.millis() > now.millis() => {
                let left = (until.millis_since(now) + 999) / 1000;
                // A clock that went back doesn't make the break longer than it ever is.
                let retry_after = if left > BREAK_SECONDS { BREAK_SECONDS } else { left };
                (self, Admit::Open { retry_after })
            }
            Some(_) => {
                let until = now.plus_seconds(BREAK_SECONDS);
                (Self { open_until: Some(until), ..self }, Admit::Go { owes: Owed::Try { until } })
            }
            None if self.failures > 0 => (self, Admit::Go { owes: Owed::Success }),
            None => (self, Admit::Go { owes: Owed::Nothing }),
        }
    }

    /// The same for a request that will not try: it uses up nothing.
    #[must_use]
    pub const fn look(self, now: Timestamp) -> Admit {
        self.ask(now).1
    }

    /// The request for which the others wait until then ended before the provider could answer or fail: the try is the next one's. Whoever tried
    /// earlier has no try any more that it could give back.
    #[must_use]
    pub const fn given_back(self, until: Timestamp, now: Timestamp) -> Self {
        match self.open_until {
            Some(open) if open.millis() == until.millis() => Self { open_until: Some(now), ..self },
            _ => self,
        }
    }

    /// The request that was admitted got its answer.
    #[must_use]
    pub const fn succeeded(self) -> Self {
        Self { failures: 0, open_until: None, trips: self.trips }
    }

    /// The request that was admitted failed; true when that opens the breaker.
    #[must_use]
    pub const fn failed(self, now: Timestamp) -> (Self, bool) {
        let failures = self.failures.saturating_add(1);
        let trips = failures >= FAILURES_TO_TRIP;
        let next = Self {
            failures,
            open_until: if trips { Some(now.plus_seconds(BREAK_SECONDS)) } else { self.open_until },
            trips: if trips { self.trips.saturating_add(1) } else { self.trips },
        };
        (next, trips)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Timestamp = Timestamp::from_millis(1_000_000);

    fn trying(now: Timestamp) -> Admit {
        Admit::Go { owes: Owed::Try { until: now.plus_seconds(BREAK_SECONDS) } }
    }

    fn after_failures(count: u32) -> Breaker {
        (0..count).fold(Breaker::default(), |breaker, _| breaker.failed(T).0)
    }

    #[test]
    fn it_opens_at_the_third_failure_in_a_row() {
        assert_eq!(after_failures(0).ask(T).1, Admit::Go { owes: Owed::Nothing });
        assert_eq!(after_failures(2).ask(T).1, Admit::Go { owes: Owed::Success });
        assert_eq!(after_failures(3).ask(T).1, Admit::Open { retry_after: 30 });
        assert_eq!(after_failures(2).succeeded().failed(T).0.failed(T).0.ask(T).1, Admit::Go { owes: Owed::Success });
        assert_eq!(after_failures(3).trips, 1);
    }

    #[test]
    fn after_the_break_one_request_tries_and_the_others_wait() {
        let later = T.plus_seconds(30);
        let (half_open, first) = after_failures(3).ask(later);
        assert_eq!(first, trying(later));
        assert_eq!(half_open.ask(later).1, Admit::Open { retry_after: 30 });
        assert_eq!(half_open.succeeded().ask(later).1, Admit::Go { owes: Owed::Nothing });
        let (open, tripped) = half_open.failed(later);
        assert!(tripped);
        assert_eq!((open.trips, open.ask(later.plus_seconds(1)).1), (2, Admit::Open { retry_after: 29 }));
    }

    #[test]
    fn who_only_looks_leaves_the_one_try_to_who_needs_it() {
        let (broken, later) = (after_failures(3), T.plus_seconds(30));
        assert_eq!(broken.look(T), Admit::Open { retry_after: 30 });
        assert_eq!((broken.look(later), broken.ask(later).1), (trying(later), trying(later)));
    }

    #[test]
    fn a_try_that_came_to_nothing_is_the_next_ones() {
        let later = T.plus_seconds(30);
        let (half_open, _) = after_failures(3).ask(later);
        let until = later.plus_seconds(30);
        let (tried, admit) = half_open.given_back(until, later).ask(later);
        assert_eq!((admit, tried.failures), (trying(later), 3));
        assert_eq!(tried.ask(later).1, Admit::Open { retry_after: 30 });
    }

    #[test]
    fn who_tried_before_gives_nothing_back_of_a_later_break() {
        let until = T.plus_seconds(60);
        let (half_open, _) = after_failures(3).ask(T.plus_seconds(30));
        let (next, _) = half_open.ask(until);
        for later in [next, next.failed(until).0, half_open.succeeded()] {
            assert_eq!(later.given_back(until, until), later);
        }
    }

    #[test]
    fn a_clock_that_went_back_does_not_lengthen_the_break() {
        assert_eq!(after_failures(3).ask(T.plus_seconds(-3600)).1, Admit::Open { retry_after: 30 });
    }
}

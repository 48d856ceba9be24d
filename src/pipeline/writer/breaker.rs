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

/// Whether the provider may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Admit {
    /// Yes. `report_success` is true when a success has something to reset.
    Go {
        /// Whether the outcome must be reported even if it is good.
        report_success: bool,
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
            Some(_) => (Self { open_until: Some(now.plus_seconds(BREAK_SECONDS)), ..self }, Admit::Go { report_success: true }),
            None => (self, Admit::Go { report_success: self.failures > 0 }),
        }
    }

    /// The same for a request that will not try: it uses up nothing.
    #[must_use]
    pub const fn look(self, now: Timestamp) -> Admit {
        self.ask(now).1
    }

    /// The request that was admitted ended before the provider could answer or fail: the try is the next one's.
    #[must_use]
    pub const fn given_back(self, now: Timestamp) -> Self {
        Self { open_until: if self.open_until.is_some() { Some(now) } else { None }, ..self }
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

    fn after_failures(count: u32) -> Breaker {
        (0..count).fold(Breaker::default(), |breaker, _| breaker.failed(T).0)
    }

    #[test]
    fn it_opens_at_the_third_failure_in_a_row() {
        assert_eq!(after_failures(2).ask(T).1, Admit::Go { report_success: true });
        assert_eq!(after_failures(3).ask(T).1, Admit::Open { retry_after: 30 });
        assert_eq!(after_failures(2).succeeded().failed(T).0.failed(T).0.ask(T).1, Admit::Go { report_success: true });
        assert_eq!(after_failures(3).trips, 1);
    }

    #[test]
    fn after_the_break_one_request_tries_and_the_others_wait() {
        let later = T.plus_seconds(30);
        let (half_open, first) = after_failures(3).ask(later);
        assert_eq!(first, Admit::Go { report_success: true });
        assert_eq!(half_open.ask(later).1, Admit::Open { retry_after: 30 });
        assert_eq!(half_open.succeeded().ask(later).1, Admit::Go { report_success: false });
        let (open, tripped) = half_open.failed(later);
        assert!(tripped);
        assert_eq!((open.trips, open.ask(later.plus_seconds(1)).1), (2, Admit::Open { retry_after: 29 }));
    }

    #[test]
    fn who_only_looks_leaves_the_one_try_to_who_needs_it() {
        let (broken, later) = (after_failures(3), T.plus_seconds(30));
        assert_eq!(broken.look(T), Admit::Open { retry_after: 30 });
        assert_eq!((broken.look(later), broken.ask(later).1), (Admit::Go { report_success: true }, Admit::Go { report_success: true }));
    }

    #[test]
    fn a_try_that_came_to_nothing_is_the_next_ones() {
        let later = T.plus_seconds(30);
        let (half_open, _) = after_failures(3).ask(later);
        let (tried, admit) = half_open.given_back(later).ask(later);
        assert_eq!((admit, tried.failures), (Admit::Go { report_success: true }, 3));
        assert_eq!(tried.ask(later).1, Admit::Open { retry_after: 30 });
        assert_eq!(after_failures(2).given_back(T), after_failures(2), "a breaker that is closed stays so");
    }

    #[test]
    fn a_clock_that_went_back_does_not_lengthen_the_break() {
        assert_eq!(after_failures(3).ask(T.plus_seconds(-3600)).1, Admit::Open { retry_after: 30 });
    }
}

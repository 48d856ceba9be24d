//! What one publish earns: a base amount, less what the guardrails take.
//!
//! The guardrails look at what the user was awarded before, in shadow as much as in live: an account that would be held back in live is
//! held back in shadow too. A day is a UTC day.

use super::{ReasonCode, TokenMode};
use crate::contract::{Mode, Timestamp};
use serde::{Deserialize, Serialize};

/// What a publish earns before the guardrails.
const BASE_AMOUNT: u32 = 10;
const HOUR_SECONDS: i64 = 3600;
const DAY_SECONDS: i64 = 24 * HOUR_SECONDS;
/// What is taken when there were too many earns within an hour, in percent.
const FREQUENCY_REDUCTION: u32 = 30;
/// What is taken by how much of the least interval has gone by, in fifths: under 1, under 3, under 5.
const INTERVAL_REDUCTIONS: [(i64, u32); 3] = [(1, 100), (3, 75), (5, 50)];

/// How far earning may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guardrails {
    /// The most RING that a user earns on one UTC day.
    pub daily_cap: u32,
    /// Seconds between two earns below which less is earned.
    pub min_interval_seconds: u32,
    /// How many earns in any hour before less is earned.
    pub earns_per_hour: u32,
}

impl Default for Guardrails {
    fn default() -> Self {
        Self { daily_cap: 1000, min_interval_seconds: 300, earns_per_hour: 10 }
    }
}

/// An award that was made before: when, and how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// When.
    pub at: Timestamp,
    /// How much; an award of nothing is no earn.
    pub amount: u32,
}

/// What must be true of a publish that earns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublishFacts {
    /// Whether issuance is on.
    pub token_mode: TokenMode,
    /// The mode in which the draft was published.
    pub mode: Mode,
    /// Whether QA ran and passed.
    pub qa_passed: bool,
    /// Whether the audit committed.
    pub audit_ok: bool,
    /// Whether the platform gave the post an id.
    pub confirmed: bool,
}

impl PublishFacts {
    /// The first reason not to earn anything.
    pub const fn refusal(self) -> Option<ReasonCode> {
        if matches!(self.token_mode, TokenMode::Off) || matches!(self.mode, Mode::Off) {
            Some(ReasonCode::TokenIssuanceOff)
        } else if !self.qa_passed {
            Some(ReasonCode::QaNotPass)
        } else if !self.audit_ok {
            Some(ReasonCode::AuditNotOk)
        } else if !self.confirmed {
            Some(ReasonCode::PlatformConfirmationMissing)
        } else {
            None
        }
    }
}

/// A guardrail that took something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guardrail {
    /// The day's cap left less than the award.
    DailyCap(u32),
    /// The last earn was too short a time ago; the least interval in seconds.
    MinInterval(u32),
    /// So many earns within an hour.
    HighFrequency(u32),
}

impl std::fmt::Display for Guardrail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::DailyCap(cap) => write!(f, "daily_cap_reached:{cap}"),
            Self::MinInterval(seconds) => write!(f, "min_interval_violation:{seconds}s"),
            Self::HighFrequency(earns) => write!(f, "anomaly_high_frequency:{earns}"),
        }
    }
}

/// What a publish earns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Award {
    /// How much.
    pub amount: u32,
    /// What was taken, in the order: cap, interval, frequency.
    pub guardrails: Vec<Guardrail>,
}

impl Award {
    /// Why it is what it is, for a publish that nothing refuses.
    pub const fn reason(&self, mode: TokenMode) -> ReasonCode {
        match mode {
            TokenMode::Off => ReasonCode::TokenIssuanceOff,
            _ if self.amount == 0 => ReasonCode::GuardrailBlocked,
            TokenMode::Shadow => ReasonCode::Pending,
            TokenMode::Live => ReasonCode::Issued,
        }
    }
}

/// What a publish at `now` earns, after `history` in any order; the harshest reduction counts, then the day's cap.
///
/// An award that lies after `now` (the clock went back) counts as made now.
pub fn award(now: Timestamp, history: &[History], rails: &Guardrails) -> Award {
    let day = |at: Timestamp| at.seconds().div_euclid(DAY_SECONDS);
    let ago = |at: Timestamp| now.millis_since(at).max(0);
    let earns = || history.iter().filter(|past| past.amount > 0);
    let today = earns().filter(|past| day(past.at) >= day(now)).fold(0_u32, |sum, past| sum.saturating_add(past.amount));
    let since_last = earns().map(|past| ago(past.at)).min();
    let this_hour = u32::try_from(earns().filter(|past| ago(past.at) < HOUR_SECONDS * 1000).count()).unwrap_or(u32::MAX);

    let interval = since_last.map_or(0, |millis| interval_reduction(millis, rails.min_interval_seconds));
    let frequency = if this_hour > rails.earns_per_hour { FREQUENCY_REDUCTION } else { 0 };
    let earned = BASE_AMOUNT * (100 - interval.max(frequency)) / 100;
    let room = rails.daily_cap.saturating_sub(today);

    let mut guardrails = Vec::new();
    if earned > room {
        guardrails.push(Guardrail::DailyCap(rails.daily_cap));
    }
    if interval > 0 {
        guardrails.push(Guardrail::MinInterval(rails.min_interval_seconds));
    }
    if frequency > 0 {
        guardrails.push(Guardrail::HighFrequency(this_hour));
    }
    Award { amount: earned.min(room), guardrails }
}

fn interval_reduction(millis: i64, min_interval_seconds: u32) -> u32 {
    let fifths = |count: i64| i64::from(min_interval_seconds) * 1000 * count;
    let reached = millis.saturating_mul(5);
    INTERVAL_REDUCTIONS.iter().find(|(count, _)| reached < fifths(*count)).map_or(0, |(_, reduction)| *reduction)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOON: Timestamp = Timestamp::from_millis(1_767_355_200_000); // 2026-01-02T12:00:00Z

    fn before(seconds: i64, amount: u32) -> History {
        History { at: NOON.plus_seconds(-seconds), amount }
    }

    fn earned(history: &[History]) -> (u32, Vec<String>) {
        let award = award(NOON, history, &Guardrails::default());
        (award.amount, award.guardrails.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_first_publish_earns_the_base() {
        assert_eq!(earned(&[]), (10, vec![]));
        assert_eq!(earned(&[before(1, 0)]), (10, vec![]), "an award of nothing is no earn");
    }

    #[test]
    fn the_interval_is_graded() {
        for (seconds, amount) in [(0, 0), (59, 0), (60, 2), (179, 2), (180, 5), (299, 5)] {
            assert_eq!(earned(&[before(seconds, 10)]), (amount, vec!["min_interval_violation:300s".to_owned()]), "{seconds} s");
        }
        assert_eq!(earned(&[before(300, 10)]), (10, vec![]));
    }

    #[test]
    fn more_than_ten_earns_in_an_hour_earn_less() {
        let ten: Vec<_> = (1..=10).map(|count| before(300 * count, 10)).collect();
        assert_eq!(earned(&ten), (10, vec![]));
        let eleven: Vec<_> = (1..=11).map(|count| before(300 * count, 10)).collect();
        assert_eq!(earned(&eleven), (7, vec!["anomaly_high_frequency:11".to_owned()]));
        let spread: Vec<_> = (1..=11).map(|count| before(3600 * count, 10)).collect();
        assert_eq!(earned(&spread), (10, vec![]), "an hour ago is not within the hour");
    }

    #[test]
    fn the_last_award_of_a_day_is_clipped_at_the_cap() {
        assert_eq!(earned(&[before(4000, 996)]), (4, vec!["daily_cap_reached:1000".to_owned()]));
        assert_eq!(earned(&[before(4000, 1000)]), (0, vec!["daily_cap_reached:1000".to_owned()]));
        assert_eq!(earned(&[before(12 * 3600 + 1, 1000)]), (10, vec![]), "a day ends at midnight UTC");
    }

    #[test]
    fn a_clock_that_goes_back_opens_nothing() {
        assert_eq!(earned(&[before(-600, 10)]).0, 0);
        assert_eq!(earned(&[before(-24 * 3600, 1000)]).0, 0);
    }

    #[test]
    fn the_first_reason_not_to_earn_is_told() {
        let good = PublishFacts { token_mode: TokenMode::Live, mode: Mode::Enforced, qa_passed: true, audit_ok: true, confirmed: true };
        assert_eq!(good.refusal(), None);
        let none = PublishFacts { qa_passed: false, audit_ok: false, confirmed: false, ..good };
        assert_eq!(none.refusal(), Some(ReasonCode::QaNotPass));
        assert_eq!(PublishFacts { token_mode: TokenMode::Off, ..none }.refusal(), Some(ReasonCode::TokenIssuanceOff));
        assert_eq!(PublishFacts { mode: Mode::Off, ..none }.refusal(), Some(ReasonCode::TokenIssuanceOff));
        assert_eq!(PublishFacts { audit_ok: false, confirmed: false, ..good }.refusal(), Some(ReasonCode::AuditNotOk));
        assert_eq!(PublishFacts { confirmed: false, ..good }.refusal(), Some(ReasonCode::PlatformConfirmationMissing));
    }

    proptest! {
        #[test]
        fn no_day_goes_over_its_cap(gaps in prop::collection::vec(0_i64..900, 1..200), cap in 0_u32..200) {
            let rails = Guardrails { daily_cap: cap, ..Guardrails::default() };
            let mut history: Vec<History> = Vec::new();
            let mut at = NOON;
            for gap in gaps {
                at = at.plus_seconds(gap);
                let award = award(at, &history, &rails);
                prop_assert!(award.amount <= BASE_AMOUNT);
                prop_assert!(award.amount == BASE_AMOUNT || !award.guardrails.is_empty());
                history.push(History { at, amount: award.amount });
                let day = |at: Timestamp| at.seconds().div_euclid(DAY_SECONDS);
                let today: u32 = history.iter().filter(|past| day(past.at) == day(at)).map(|past| past.amount).sum();
                prop_assert!(today <= cap);
            }
        }

        #[test]
        fn more_history_never_earns_more(ages in prop::collection::vec((0_i64..100_000, 0_u32..20), 0..30), age in 0_i64..100_000, amount in 0_u32..20) {
            let mut history: Vec<_> = ages.into_iter().map(|(age, amount)| before(age, amount)).collect();
            let without = award(NOON, &history, &Guardrails::default()).amount;
            history.push(before(age, amount));
            prop_assert!(award(NOON, &history, &Guardrails::default()).amount <= without);
        }
    }
}

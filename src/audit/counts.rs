//! What is counted: by the hour, under a name and a label, as whole numbers that add up in whatever order they come.
//!
//! A latency is counted under its bucket of a histogram with one significant figure: up to 31 ms exactly, above that as the upper end of a
//! bucket, at most a sixteenth too high and never too low.

use crate::contract::Timestamp;
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const HOUR_MILLIS: i64 = 3_600_000;

/// The longest latency that is told apart: ten minutes.
const LONGEST_MILLIS: u64 = 600_000;

macro_rules! metrics {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal,)+) => {
        /// What is counted.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Metric { $($(#[doc = $doc])+ $name,)+ }

        impl Metric {
            /// Everything that is counted.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The name in the table.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

metrics! {
    /// Agents that broke their contract or failed, by agent.
    AgentFailed = "agent_failed",
    /// Commits of a request's rows, by `committed`, `failed` (of those, a request's only ones: `lost`) and `disabled`.
    AuditWrite = "audit_write",
    /// Drafts that QA failed, by rule.
    Blocked = "blocked",
    /// Latencies of whole calls as their callers saw them, by call and bucket.
    Chain = "chain",
    /// How often the writer's circuit breaker opened.
    CircuitTrip = "circuit_trip",
    /// Reports that a finding is wrong, by rule.
    FalsePositive = "false_positive",
    /// Latencies of agents, by agent and bucket.
    Latency = "latency",
    /// Posts that went out, by platform.
    Published = "published",
    /// Posts without a receipt that admits them, by what was wrong.
    ReceiptFailed = "receipt_failed",
    /// Error replies of every call, by code.
    Refused = "refused",
    /// Requests with their rows in the audit, and those that are known to have lost them, by call, mode and QA's status.
    Requests = "requests",
    /// Streams, by `begun`, `complete` and `gone` (their reader left).
    Stream = "stream",
    /// RING by `issued` and `pending`, in units.
    Tokens = "tokens",
    /// Publish events by the reason of what they earned.
    TokenReason = "token_reason",
}

/// One row of `telemetry`, or a sum of some.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Hours since 1970; 0 in a sum over hours.
    #[serde(default)]
    pub hour: i64,
    /// What is counted.
    pub metric: Metric,
    /// Of which kind.
    pub label: String,
    /// How often.
    pub count: u64,
}

/// The hour of a time.
pub const fn hour(at: Timestamp) -> i64 {
    at.millis().div_euclid(HOUR_MILLIS)
}

/// When an hour begins.
pub const fn hour_begins(hour: i64) -> Timestamp {
    Timestamp::from_millis(hour.saturating_mul(HOUR_MILLIS))
}

/// Counts on their way to the table, or out of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts(BTreeMap<(i64, Metric, String), u64>);

impl Counts {
    /// Nothing counted yet.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Counts one.
    pub fn one(&mut self, at: Timestamp, metric: Metric, label: impl Into<String>) {
        self.add(Count { hour: hour(at), metric, label: label.into(), count: 1 });
    }

    /// Counts a latency under its bucket.
    pub fn latency(&mut self, at: Timestamp, metric: Metric, of: &str, millis: i64) {
        self.one(at, metric, format!("{of}:{}", bucket(millis)));
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, Count { hour, metric, label, count }: Count) {
        let total = self.0.entry((hour, metric, label)).or_default();
        *total = total.saturating_add(count);
    }

    /// Adds all that was counted elsewhere.
    pub fn merge(&mut self, other: Self) {
        for row in other.into_rows() {
            self.add(row);
        }
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The rows, in order.
    pub fn into_rows(self) -> Vec<Count> {
        self.0.into_iter().map(|((hour, metric, label), count)| Count { hour, metric, label, count }).collect()
    }

    /// Every count of a metric.
    pub fn of(&self, metric: Metric) -> impl Iterator<Item = (i64, &str, u64)> {
        self.0
            .iter()
            .filter(move |((_, counted, _), _)| *counted == metric)
            .map(|((hour, _, label), count)| (*hour, label.as_str(), *count))
    }

    /// The sum over the hours of the labels that are wanted.
    pub fn sum(&self, metric: Metric, wanted: impl Fn(&str) -> bool) -> u64 {
        self.of(metric).filter(|(_, label, _)| wanted(label)).fold(0, |sum, (_, _, count)| sum.saturating_add(count))
    }

    /// The latencies of one agent or call.
    pub fn latencies(&self, metric: Metric, of: &str) -> Latencies {
        let mut latencies = Latencies::default();
        for (_, label, count) in self.of(metric) {
            if let Some((owner, bucket)) = label.rsplit_once(':')
                && owner == of
                && let Ok(millis) = bucket.parse()
            {
                latencies.add(millis, count);
            }
        }
        latencies
    }
}

impl FromIterator<Count> for Counts {
    fn from_iter<I: IntoIterator<Item = Count>>(rows: I) -> Self {
        let mut counts = Self::new();
        rows.into_iter().for_each(|row| counts.add(row));
        counts
    }
}

fn empty() -> Option<Histogram<u64>> {
    Histogram::new_with_bounds(1, LONGEST_MILLIS, 1).ok()
}

/// The upper end of the bucket of a latency.
fn bucket(millis: i64) -> u64 {
    let millis = u64::try_from(millis).unwrap_or_default().min(LONGEST_MILLIS);
    empty().map_or(millis, |histogram| histogram.highest_equivalent(millis))
}

/// A histogram that was put together from its counts.
#[derive(Debug, Clone, Default)]
pub struct Latencies(Option<Histogram<u64>>);

impl Latencies {
    fn add(&mut self, millis: u64, count: u64) {
        if self.0.is_none() {
            self.0 = empty();
        }
        if let Some(histogram) = &mut self.0 {
            histogram.saturating_record_n(millis, count);
        }
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.0.as_ref().map_or(0, Histogram::len)
    }

    /// The latency that this share of a hundred does not exceed; none where nothing was counted.
    pub fn percentile(&self, percent: u32) -> Option<u64> {
        self.0.as_ref().filter(|histogram| !histogram.is_empty()).map(|histogram| histogram.value_at_percentile(percent.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const T: Timestamp = Timestamp::from_millis(7_200_001);

    #[test]
    fn buckets_are_exact_below_32_and_at_most_a_sixteenth_too_high_above() {
        for millis in 0..100_000_u64 {
            let upper = bucket(millis.try_into().unwrap());
            assert!(upper >= millis && (millis > 31 || upper == millis) && upper - millis <= millis / 16, "{millis} in {upper}");
        }
        assert_eq!(bucket(-5), 0);
        assert_eq!(bucket(i64::MAX), bucket(600_000));
    }

    #[test]
    fn the_name_in_the_table_is_the_name_in_json() {
        for metric in Metric::ALL {
            assert_eq!(serde_json::to_value(metric).unwrap(), metric.as_str());
        }
    }

    #[test]
    fn percentiles_come_from_what_was_counted_and_from_nothing_else() {
        assert_eq!(Counts::new().latencies(Metric::Chain, "post").percentile(90), None);
        let mut counts = Counts::new();
        (1..=100).for_each(|millis| counts.latency(T, Metric::Chain, "post", millis));
        counts.latency(T, Metric::Chain, "generate", 9_000);
        let post = counts.latencies(Metric::Chain, "post");
        assert_eq!((post.count(), post.percentile(25)), (100, Some(25)));
        assert!((90..=96).contains(&post.percentile(90).unwrap()));
        assert_eq!(counts.latencies(Metric::Chain, "generate").count(), 1);
        assert_eq!(counts.of(Metric::Chain).next().unwrap().0, 2);
    }

    proptest! {
        #[test]
        fn counting_in_pieces_is_counting_at_once(latencies in prop::collection::vec(0..700_000_i64, 0..60), cut in 0..60_usize) {
            let counted = |latencies: &[i64]| {
                let mut counts = Counts::new();
                for millis in latencies {
                    counts.latency(T, Metric::Latency, "writer", *millis);
                }
                counts
            };
            let (left, right) = latencies.split_at(cut.min(latencies.len()));
            let mut merged = counted(right);
            merged.merge(counted(left));
            prop_assert_eq!(&merged, &counted(&latencies));
            prop_assert_eq!(merged.clone().into_rows().into_iter().collect::<Counts>(), merged.clone());
            let mut sorted = latencies;
            sorted.sort_unstable();
            let all = merged.latencies(Metric::Latency, "writer");
            prop_assert_eq!(all.count(), sorted.len() as u64);
            if let Some(median) = all.percentile(50) {
                let exact = bucket(sorted[(sorted.len() - 1) / 2]);
                prop_assert_eq!(median, exact);
            }
        }
    }
}

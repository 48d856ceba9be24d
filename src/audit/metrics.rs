//! From counts to the figures that an operator reads. Every figure is a sum of counts; where nothing was counted it is null and not zero.

use super::counts::{Counts, Latencies, Metric, hour_begins};
use super::figures::{AuditFigures, FalsePositives, Headline, HourFigures, Metrics, Percentiles, StreamFigures, Tally, TokenFigures};
use crate::contract::Timestamp;
use std::collections::BTreeMap;

/// A share in a hundred with two decimals; none of nothing.
pub(super) fn percent(part: u64, whole: u64) -> Option<f64> {
    let hundredths = part.saturating_mul(10_000).saturating_add(whole / 2).checked_div(whole)?;
    #[expect(clippy::cast_precision_loss, reason = "a share of counts is small")]
    Some(hundredths as f64 / 100.0)
}

/// By label, most frequent first.
fn tallies(counts: &Counts, metric: Metric) -> Vec<Tally> {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, label, count) in counts.of(metric) {
        let sum = sums.entry(label).or_default();
        *sum = sum.saturating_add(count);
    }
    let mut tallies: Vec<Tally> = sums.into_iter().map(|(label, count)| Tally { label: label.to_owned(), count }).collect();
    tallies.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.label.cmp(&b.label)));
    tallies
}

fn percentiles(counts: &Counts, metric: Metric) -> Vec<Percentiles> {
    let mut names: Vec<&str> = counts.of(metric).filter_map(|(_, label, _)| Some(label.rsplit_once(':')?.0)).collect();
    names.sort_unstable();
    names.dedup();
    let told = |name: &str| {
        let latencies: Latencies = counts.latencies(metric, name);
        let failed = if metric == Metric::Latency { counts.sum(Metric::AgentFailed, |label| label == name) } else { 0 };
        let [p50_ms, p90_ms, p99_ms] = [50, 90, 99].map(|percent| latencies.percentile(percent));
        Percentiles { name: name.to_owned(), count: latencies.count(), failed, p50_ms, p90_ms, p99_ms }
    };
    names.into_iter().map(told).collect()
}

/// Decided requests that are in the audit, and all of them.
fn coverage(counts: &Counts, lost: u64, disabled: u64) -> Option<f64> {
    let known = counts.sum(Metric::Requests, |_| true);
    percent(known.saturating_sub(lost), known.saturating_add(disabled))
}

impl AuditFigures {
    pub(super) fn of(counts: &Counts) -> Self {
        let writes = |wanted: &str| counts.sum(Metric::AuditWrite, |label| label == wanted);
        let (committed, failed, disabled) = (writes("committed"), writes("failed"), writes("disabled"));
        Self {
            committed,
            failed,
            disabled,
            success_percent: percent(committed, committed.saturating_add(failed)),
            coverage_percent: coverage(counts, writes("lost"), disabled),
        }
    }
}

impl StreamFigures {
    pub(super) fn of(counts: &Counts) -> Self {
        let streams = |wanted: &str| counts.sum(Metric::Stream, |label| label == wanted);
        let (begun, complete, gone) = (streams("begun"), streams("complete"), streams("gone"));
        Self { begun, complete, gone, conformance_percent: percent(complete, begun.saturating_sub(gone)) }
    }
}

impl FalsePositives {
    pub(super) fn of(counts: &Counts) -> Self {
        let reports = counts.sum(Metric::FalsePositive, |_| true);
        Self { reports, by_code: tallies(counts, Metric::FalsePositive), percent: percent(reports, failed(counts)) }
    }
}

fn failed(counts: &Counts) -> u64 {
    counts.sum(Metric::Requests, |label| label.ends_with(":FAIL"))
}

/// Generations of the window, as their callers saw them.
pub(super) fn p90(counts: &Counts) -> Option<u64> {
    counts.latencies(Metric::Chain, "generate").percentile(90)
}

impl Metrics {
    /// Tells of a window: `totals` are its sums, `series` some metrics hour by hour.
    pub fn of(window_hours: i64, since: Timestamp, until: Timestamp, totals: &Counts, series: &Counts) -> Self {
        let receipts = |wanted: &str| totals.sum(Metric::ReceiptFailed, |label| label == wanted);
        let tokens = |wanted: &str| totals.sum(Metric::Tokens, |label| label == wanted);
        let audit = AuditFigures::of(totals);
        Self {
            window_hours,
            since,
            until,
            metrics: Headline {
                qa_blocked: failed(totals),
                enforcement_receipt_required: receipts("ENFORCEMENT_RECEIPT_REQUIRED"),
                enforcement_receipt_expired: receipts("ENFORCEMENT_RECEIPT_EXPIRED"),
                audit_write_failed: audit.failed,
                policy_error: totals.sum(Metric::Refused, |label| label == "POLICY_ERROR"),
                p90_latency_ms: p90(totals),
            },
            requests: tallies(totals, Metric::Requests),
            blocked_by_code: tallies(totals, Metric::Blocked),
            receipt_failures: tallies(totals, Metric::ReceiptFailed),
            refused: tallies(totals, Metric::Refused),
            calls: percentiles(totals, Metric::Chain),
            agents: percentiles(totals, Metric::Latency),
            audit,
            streams: StreamFigures::of(totals),
            false_positives: FalsePositives::of(totals),
            circuit_trips: totals.sum(Metric::CircuitTrip, |_| true),
            published: tallies(totals, Metric::Published),
            tokens: TokenFigures {
                total_issued: tokens("issued"),
                total_pending: tokens("pending"),
                blocked_issuance: totals.sum(Metric::TokenReason, |label| label != "ISSUED" && label != "PENDING"),
                top_reason_codes: tallies(totals, Metric::TokenReason),
            },
            hours: hours(series),
        }
    }
}

/// What is told hour by hour.
pub const SERIES: [Metric; 4] = [Metric::AuditWrite, Metric::Chain, Metric::ReceiptFailed, Metric::Requests];

fn hours(series: &Counts) -> Vec<HourFigures> {
    let mut by_hour: BTreeMap<i64, Counts> = BTreeMap::new();
    for row in series.clone().into_rows() {
        by_hour.entry(row.hour).or_default().add(row);
    }
    let told = |(hour, counts): (i64, Counts)| {
        let requests = |end: &str| counts.sum(Metric::Requests, |label| label.ends_with(end));
        HourFigures {
            hour: hour_begins(hour),
            passed: requests(":PASS"),
            failed: requests(":FAIL"),
            undecided: requests(":NONE"),
            receipt_failures: counts.sum(Metric::ReceiptFailed, |_| true),
            audit_failures: counts.sum(Metric::AuditWrite, |label| label == "failed"),
            p90_latency_ms: p90(&counts),
        }
    };
    by_hour.into_iter().map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::counts::Count;

    fn counts(rows: &[(i64, Metric, &str, u64)]) -> Counts {
        rows.iter()
            .map(|(hour, metric, label, count)| Count { hour: *hour, metric: *metric, label: (*label).to_owned(), count: *count })
            .collect()
    }

    fn metrics(totals: &Counts) -> Metrics {
        Metrics::of(24, hour_begins(100), hour_begins(124), totals, totals)
    }

    #[test]
    fn where_nothing_was_counted_there_is_no_figure() {
        let empty = metrics(&Counts::new());
        assert_eq!((empty.audit.success_percent, empty.audit.coverage_percent, empty.streams.conformance_percent), (None, None, None));
        assert_eq!((empty.false_positives.percent, empty.metrics.p90_latency_ms, empty.hours.len()), (None, None, 0));
        assert_eq!(empty.metrics.qa_blocked, 0);
    }

    #[test]
    fn every_figure_is_a_sum_of_its_counts() {
        let told = metrics(&counts(&[
            (1, Metric::Requests, "generate:enforced:FAIL", 3),
            (2, Metric::Requests, "post:enforced:FAIL", 1),
            (2, Metric::Requests, "post:advisory:PASS", 4),
            (2, Metric::Requests, "generate:enforced:NONE", 2),
            (1, Metric::AuditWrite, "committed", 9),
            (1, Metric::AuditWrite, "failed", 1),
            (1, Metric::AuditWrite, "lost", 1),
            (1, Metric::AuditWrite, "disabled", 10),
            (1, Metric::Stream, "begun", 10),
            (1, Metric::Stream, "gone", 2),
            (1, Metric::Stream, "complete", 8),
            (1, Metric::ReceiptFailed, "ENFORCEMENT_RECEIPT_REQUIRED", 2),
            (2, Metric::FalsePositive, "PROFANITY", 1),
            (2, Metric::Blocked, "PROFANITY", 1),
            (2, Metric::Blocked, "BRAND_VIOLATION", 1),
            (2, Metric::Refused, "POLICY_ERROR", 7),
            (2, Metric::Chain, "generate:17", 10),
            (2, Metric::Latency, "writer:0", 10),
            (2, Metric::AgentFailed, "writer", 1),
            (2, Metric::TokenReason, "ISSUED", 2),
            (2, Metric::TokenReason, "GUARDRAIL_BLOCKED", 3),
            (2, Metric::Tokens, "issued", 20),
        ]));
        assert_eq!((told.metrics.qa_blocked, told.metrics.policy_error, told.metrics.p90_latency_ms), (4, 7, Some(17)));
        assert_eq!((told.audit.success_percent, told.audit.coverage_percent), (Some(90.0), Some(45.0)));
        assert_eq!(told.streams.conformance_percent, Some(100.0));
        assert_eq!(told.false_positives.percent, Some(25.0));
        assert_eq!(told.blocked_by_code.iter().map(|tally| tally.label.as_str()).collect::<Vec<_>>(), ["BRAND_VIOLATION", "PROFANITY"]);
        assert_eq!(told.agents.first().map(|agent| (agent.count, agent.failed, agent.p99_ms)), Some((10, 1, Some(0))));
        assert_eq!((told.tokens.total_issued, told.tokens.blocked_issuance), (20, 3));
        let hours: Vec<_> = told.hours.iter().map(|hour| (hour.passed, hour.failed, hour.undecided, hour.audit_failures)).collect();
        assert_eq!(hours, [(0, 3, 0, 1), (4, 1, 2, 0)]);
    }
}

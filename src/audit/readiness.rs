//! Whether the mode may be raised: each threshold of the rollout with what was measured, and yes or no. Nothing measured is a no.

use super::counts::{Counts, Metric, hour_begins};
use super::figures::{AuditFigures, FalsePositives, StreamFigures};
use super::metrics::{p90, percent};
use crate::contract::Timestamp;
use serde::Serialize;

/// How many hours are looked back, beside the current one.
pub const READINESS_HOURS: i64 = 72;

/// One threshold.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Threshold {
    /// What is measured.
    pub name: &'static str,
    /// In words.
    pub about: &'static str,
    /// The measured value; null where nothing was counted.
    pub measured: Option<f64>,
    /// `at_least`, `at_most` or `below`.
    pub comparison: &'static str,
    /// What it is held against.
    pub threshold: f64,
    /// `percent`, `hours` or `ms`.
    pub unit: &'static str,
    /// Whether it is met; never where nothing was counted.
    pub met: bool,
}

/// Whether one step up may be taken.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Step {
    /// Every threshold is met, and those of the step before.
    pub ready: bool,
    /// The thresholds.
    pub thresholds: Vec<Threshold>,
    /// What no counter can say and people have to confirm.
    pub to_confirm: Vec<&'static str>,
}

/// Whether the mode may be raised.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RolloutReadiness {
    /// When the window begins.
    pub since: Timestamp,
    /// When it was read.
    pub until: Timestamp,
    /// Whether the gate may stay in advisory, coming from off.
    pub advisory: Step,
    /// Whether it may go from advisory to enforced.
    pub enforced: Step,
}

fn at_least(name: &'static str, about: &'static str, unit: &'static str, measured: Option<f64>, threshold: f64) -> Threshold {
    let met = measured.is_some_and(|value| value >= threshold);
    Threshold { name, about, measured, comparison: "at_least", threshold, unit, met }
}

fn at_most(name: &'static str, about: &'static str, unit: &'static str, measured: Option<f64>, threshold: f64) -> Threshold {
    let met = measured.is_some_and(|value| value <= threshold);
    Threshold { name, about, measured, comparison: "at_most", threshold, unit, met }
}

fn below(name: &'static str, about: &'static str, unit: &'static str, measured: Option<f64>, threshold: f64) -> Threshold {
    let met = measured.is_some_and(|value| value < threshold);
    Threshold { name, about, measured, comparison: "below", threshold, unit, met }
}

fn step(thresholds: Vec<Threshold>, to_confirm: Vec<&'static str>) -> Step {
    Step { ready: thresholds.iter().all(|threshold| threshold.met), thresholds, to_confirm }
}

/// Full hours since the first request of the window was counted.
fn observed(first: Option<i64>, until: Timestamp) -> Option<f64> {
    let hours = until.millis_since(hour_begins(first?)).max(0) / 3_600_000;
    #[expect(clippy::cast_precision_loss, reason = "a few dozen hours")]
    Some(hours as f64)
}

/// Posts whose receipt was missing or unknown, in a hundred posts.
fn receipts_missing(counts: &Counts) -> Option<f64> {
    let missing = ["ENFORCEMENT_RECEIPT_REQUIRED", "ENFORCEMENT_RECEIPT_INVALID"];
    let posts = counts.sum(Metric::Requests, |label| label.starts_with("post:"));
    percent(counts.sum(Metric::ReceiptFailed, |label| missing.contains(&label)), posts)
}

impl RolloutReadiness {
    /// Reads the counts of the last [`READINESS_HOURS`] hours; `first` is the hour of the first request among them.
    pub fn of(since: Timestamp, until: Timestamp, first: Option<i64>, counts: &Counts) -> Self {
        let audit = AuditFigures::of(counts);
        let writes = || at_least("audit_write_success", "Audit rows that were committed", "percent", audit.success_percent, 99.5);
        let conformance = StreamFigures::of(counts).conformance_percent;
        #[expect(clippy::cast_precision_loss, reason = "milliseconds below ten minutes")]
        let p90 = p90(counts).map(|millis| millis as f64);
        let mut ready = Self {
            since,
            until,
            advisory: step(
                vec![
                    at_least("observed", "Time since the first counted request", "hours", observed(first, until), 72.0),
                    at_least("coverage", "Decided requests whose rows are in the audit", "percent", audit.coverage_percent, 95.0),
                    writes(),
                ],
                Vec::new(),
            ),
            enforced: step(
                vec![
                    at_most(
                        "false_positives",
                        "Reports of a wrong finding for a blocked draft",
                        "percent",
                        FalsePositives::of(counts).percent,
                        2.0,
                    ),
                    at_least("stream_conformance", "Streams that ended as the contract says", "percent", conformance, 99.0),
                    below("receipts_missing", "Posts with a missing or unknown receipt", "percent", receipts_missing(counts), 2.0),
                    writes(),
                    below("p90_latency", "Nine in ten generations, from request to decision", "ms", p90, 2000.0),
                ],
                vec!["The rules were reviewed for security.", "Somebody watches for the first 24 hours."],
            ),
        };
        // What was not observed for long enough proves nothing for the next step either.
        ready.enforced.ready &= ready.advisory.ready;
        ready
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::counts::Count;

    const NOW: i64 = 1_000;

    type Row = (i64, Metric, &'static str, u64);

    fn read(rows: &[Row]) -> RolloutReadiness {
        let row = |(hour, metric, label, count): &Row| Count { hour: *hour, metric: *metric, label: (*label).to_owned(), count: *count };
        let first = rows.iter().filter(|(_, metric, ..)| *metric == Metric::Requests).map(|(hour, ..)| *hour).min();
        RolloutReadiness::of(hour_begins(NOW - READINESS_HOURS), hour_begins(NOW), first, &rows.iter().map(row).collect())
    }

    fn good() -> Vec<Row> {
        vec![
            (NOW - 72, Metric::Requests, "generate:advisory:PASS", 900),
            (NOW - 1, Metric::Requests, "generate:advisory:FAIL", 100),
            (NOW - 1, Metric::Requests, "post:advisory:PASS", 1_000),
            (NOW - 1, Metric::AuditWrite, "committed", 1_990),
            (NOW - 1, Metric::AuditWrite, "failed", 10),
            (NOW - 1, Metric::FalsePositive, "PROFANITY", 2),
            (NOW - 1, Metric::Stream, "begun", 100),
            (NOW - 1, Metric::Stream, "complete", 99),
            (NOW - 1, Metric::ReceiptFailed, "ENFORCEMENT_RECEIPT_REQUIRED", 19),
            (NOW - 1, Metric::Chain, "generate:1983", 10),
        ]
    }

    #[test]
    fn at_the_thresholds_both_steps_may_be_taken() {
        let ready = read(&good());
        assert!(ready.advisory.ready && ready.enforced.ready, "{ready:?}");
    }

    #[test]
    fn nothing_measured_is_a_no_for_every_threshold() {
        let ready = read(&[]);
        assert!(!ready.advisory.ready && !ready.enforced.ready);
        for threshold in ready.advisory.thresholds.iter().chain(&ready.enforced.thresholds) {
            assert!(!threshold.met && threshold.measured.is_none(), "{threshold:?}");
        }
    }

    #[test]
    fn each_threshold_alone_holds_its_step_back() {
        let cases: &[(&str, Row)] = &[
            ("coverage", (NOW, Metric::AuditWrite, "disabled", 200)),
            ("audit_write_success", (NOW, Metric::AuditWrite, "failed", 1)),
            ("false_positives", (NOW, Metric::FalsePositive, "PROFANITY", 1)),
            ("stream_conformance", (NOW, Metric::Stream, "begun", 1)),
            ("receipts_missing", (NOW, Metric::ReceiptFailed, "ENFORCEMENT_RECEIPT_INVALID", 1)),
            ("p90_latency", (NOW, Metric::Chain, "generate:2047", 10)),
        ];
        for (name, more) in cases {
            let mut rows = good();
            rows.push(*more);
            let ready = read(&rows);
            let all = ready.advisory.thresholds.iter().chain(&ready.enforced.thresholds);
            assert!(!ready.enforced.ready, "{name}");
            let unmet: Vec<_> = all.filter(|threshold| !threshold.met).map(|threshold| threshold.name).collect();
            assert!(!unmet.is_empty() && unmet.iter().all(|unmet| unmet == name), "{name}: {unmet:?}");
        }
        let mut rows = good();
        rows.remove(0);
        let early = read(&rows);
        assert_eq!(
            early.advisory.thresholds.iter().find(|threshold| threshold.name == "observed").map(|threshold| threshold.measured),
            Some(Some(1.0))
        );
        assert!(!early.advisory.ready);
    }
}

//! From the rows of a request to one line about it and to what they count: pure, so that what was rolled up can be counted again.

use super::AuditRecord;
use super::counts::{Counts, Metric};
use crate::contract::{DecisionStatus, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Whose decision makes a request one of generation.
const QA: &str = "qa_gatekeeper";
/// Whose decisions make it a posting.
const GATE: [&str; 2] = ["posting_gate", "publisher"];
/// Whose decision is all there is of a generation that ended early.
const WRITER: &str = "writer";

/// One request at a glance: a row of `enforcement_requests`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Ours.
    pub request_id: String,
    /// `generate` or `post`.
    pub call: String,
    /// Where the draft would go; unknown of a generation that ended before QA.
    pub platform: Option<String>,
    /// The mode that held; never `off`, which writes no rows.
    pub mode: String,
    /// `PASS`, `FAIL`, or `NONE` where QA did not come to decide.
    pub qa_status: String,
    /// Rules that blocked, what was wrong with the receipt, and the code of the error: what a search for a code finds.
    pub codes: Vec<String>,
    /// How many rules blocked.
    pub violations: usize,
    /// The receipt that was made or spent.
    pub receipt_id: Option<String>,
    /// Until when it counts, in milliseconds since 1970.
    pub expires_at: Option<i64>,
    /// Why nothing was published, or would be.
    pub error_code: Option<String>,
    /// Whether the rows are in the audit.
    pub audit_ok: bool,
    /// Milliseconds from the first agent's start to the last one's end.
    pub latency_ms: i64,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

/// What a record keeps of its agent's answer.
fn output<'r>(record: &'r AuditRecord, name: &str) -> &'r Value {
    record.decision_json.pointer("/output").and_then(|output| output.get(name)).unwrap_or(&Value::Null)
}

fn text(record: &AuditRecord, name: &str) -> Option<String> {
    output(record, name).as_str().map(str::to_owned)
}

fn texts(record: &AuditRecord, name: &str) -> Vec<String> {
    let listed = output(record, name).as_array().map(Vec::as_slice).unwrap_or_default();
    listed.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

/// When an agent began and how long it took.
fn times(record: &AuditRecord) -> (i64, i64) {
    let meta = |name: &str| record.decision_json.pointer("/meta").and_then(|meta| meta.get(name));
    let ended = record.created_at.millis();
    let began = meta("started_at").and_then(Value::as_str).and_then(|text| Timestamp::parse(text).ok()).map_or(ended, Timestamp::millis);
    (began, meta("latency_ms").and_then(Value::as_i64).unwrap_or_default())
}

fn is_receipt(code: &str) -> bool {
    code.starts_with("ENFORCEMENT_RECEIPT_")
}

impl Summary {
    /// What the rows of one request say; none of rows that are not of a generation or a posting.
    pub fn of(records: &[AuditRecord], audit_ok: bool) -> Option<Self> {
        let of = |wanted: &[&str]| records.iter().rev().find(|record| wanted.contains(&record.agent_name));
        let (record, call) = of(&GATE).map(|record| (record, "post")).or_else(|| of(&[QA, WRITER]).map(|record| (record, "generate")))?;
        let record = of(&[QA]).filter(|_| call == "generate").unwrap_or(record);
        let ended_early = record.agent_name == WRITER;
        let blocked = texts(record, "violation_codes");
        let qa_status = text(record, if call == "post" { "qa_status" } else { "status" });
        let error_code = text(record, "error_code").or_else(|| text(record, "abandoned")).or_else(|| {
            let failed = call == "generate" && record.status == DecisionStatus::Fail;
            failed.then(|| "QA_BLOCKED".to_owned())
        });
        let error_code = if audit_ok { error_code } else { error_code.or_else(|| Some("AUDIT_WRITE_FAILED".to_owned())) };
        let mut codes = blocked.clone();
        codes.extend(texts(record, "warnings").into_iter().filter(|code| is_receipt(code) || code == "QA_BLOCKED"));
        codes.extend(error_code.clone());
        if !audit_ok {
            codes.push("AUDIT_WRITE_FAILED".to_owned());
        }
        codes.sort_unstable();
        codes.dedup();
        let began = records.iter().map(|record| times(record).0).min().unwrap_or_default();
        let ended = records.iter().map(|record| record.created_at.millis()).max().unwrap_or_default();
        Some(Self {
            request_id: record.ids.request_id.clone(),
            call: call.to_owned(),
            platform: text(record, "platform"),
            mode: text(record, "mode")?,
            qa_status: if ended_early { None } else { qa_status }.unwrap_or_else(|| "NONE".to_owned()),
            violations: blocked.len(),
            codes,
            receipt_id: record.receipt_id.clone().or_else(|| records.iter().find_map(|record| record.receipt_id.clone())),
            expires_at: text(record, "expires_at").and_then(|text| Timestamp::parse(&text).ok()).map(Timestamp::millis),
            error_code,
            audit_ok,
            latency_ms: ended.saturating_sub(began).max(0),
            at: ended,
        })
    }
}

/// What the rows of one request count, with the summary that was made of them.
pub fn count(records: &[AuditRecord], summary: Option<&Summary>, audit_ok: bool) -> Counts {
    let mut counts = Counts::new();
    let Some(first) = records.first() else { return counts };
    let at = first.created_at;
    counts.one(at, Metric::AuditWrite, if audit_ok { "committed" } else { "failed" });
    let Some(summary) = summary else { return counts };
    // What stopped an admitted post comes in a second commit of the same request: it was counted with the first.
    if records.iter().all(|record| record.agent_name == "publisher") {
        return counts;
    }
    if !audit_ok {
        counts.one(at, Metric::AuditWrite, "lost");
    }
    counts.one(at, Metric::Requests, format!("{}:{}:{}", summary.call, summary.mode, summary.qa_status));
    for record in records {
        let (_, latency_ms) = times(record);
        counts.latency(at, Metric::Latency, record.agent_name, latency_ms);
        let decides = record.agent_name == QA || GATE.contains(&record.agent_name);
        if !decides && record.status == DecisionStatus::Fail {
            counts.one(at, Metric::AgentFailed, record.agent_name);
        }
        if decides && summary.qa_status == "FAIL" {
            for code in texts(record, "violation_codes") {
                counts.one(at, Metric::Blocked, code);
            }
        }
        let refused = text(record, "error_code").filter(|code| is_receipt(code));
        let warned = texts(record, "warnings").into_iter().find(|code| is_receipt(code));
        if let (true, Some(code)) = (GATE.contains(&record.agent_name), refused.or(warned)) {
            counts.one(at, Metric::ReceiptFailed, code);
        }
    }
    counts
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::audit::Ids;
    use serde_json::json;

    pub(crate) fn record(agent_name: &'static str, status: DecisionStatus, ended: i64, latency_ms: i64, output: &Value) -> AuditRecord {
        let started_at = Timestamp::from_millis(ended - latency_ms);
        AuditRecord {
            ids: Ids { request_id: "q".to_owned(), user_id: "dev:ann".to_owned(), ..Ids::default() },
            agent_name,
            agent_version: "v1",
            contract_version: "1",
            policy_version: "1".to_owned(),
            input_hash: String::new(),
            output_hash: String::new(),
            prompt_hash: String::new(),
            decision_json: json!({ "meta": { "started_at": started_at, "latency_ms": latency_ms }, "output": output }),
            status,
            receipt_id: None,
            created_at: Timestamp::from_millis(ended),
        }
    }

    fn counted(records: &[AuditRecord], audit_ok: bool) -> Vec<(Metric, String)> {
        let summary = Summary::of(records, audit_ok);
        let rows = count(records, summary.as_ref(), audit_ok).into_rows();
        rows.into_iter().inspect(|row| assert_eq!(row.count, 1)).map(|row| (row.metric, row.label)).collect()
    }

    fn label(metric: Metric, label: &str) -> (Metric, String) {
        (metric, label.to_owned())
    }

    #[test]
    fn a_generation_is_told_by_qa() {
        let qa = json!({ "status": "FAIL", "violation_codes": ["LENGTH_EXCEEDED", "PROFANITY"], "platform": "x", "mode": "enforced" });
        let records = [record("writer", DecisionStatus::Pass, 5_000, 900, &json!({})), record(QA, DecisionStatus::Fail, 5_001, 0, &qa)];
        let summary = Summary::of(&records, true).unwrap();
        assert_eq!((summary.call.as_str(), summary.mode.as_str(), summary.qa_status.as_str()), ("generate", "enforced", "FAIL"));
        assert_eq!((summary.latency_ms, summary.violations, summary.error_code.as_deref()), (901, 2, Some("QA_BLOCKED")));
        assert_eq!(summary.codes, ["LENGTH_EXCEEDED", "PROFANITY", "QA_BLOCKED"]);
        let counts = counted(&records, true);
        for wanted in [
            label(Metric::AuditWrite, "committed"),
            label(Metric::Requests, "generate:enforced:FAIL"),
            label(Metric::Blocked, "PROFANITY"),
            label(Metric::Latency, "qa_gatekeeper:0"),
        ] {
            assert!(counts.contains(&wanted), "{wanted:?} in {counts:?}");
        }
        let lost = Summary::of(&records, false).unwrap();
        assert!(!lost.audit_ok && lost.codes.contains(&"AUDIT_WRITE_FAILED".to_owned()));
        for wanted in ["failed", "lost"] {
            assert!(counted(&records, false).contains(&label(Metric::AuditWrite, wanted)));
        }
    }

    #[test]
    fn a_posting_is_told_by_the_gate_and_its_receipt_failure_is_counted_once() {
        let refused = json!({ "mode": "enforced", "qa_status": "PASS", "violation_codes": [], "warnings": [], "error_code": "ENFORCEMENT_RECEIPT_EXPIRED" });
        let records = [record("posting_gate", DecisionStatus::Fail, 9_000, 12, &refused)];
        assert_eq!(Summary::of(&records, true).unwrap().latency_ms, 12);
        let counts = counted(&records, true);
        assert_eq!(counts.iter().filter(|(metric, _)| *metric == Metric::ReceiptFailed).count(), 1, "{counts:?}");
        let warned = json!({ "mode": "advisory", "qa_status": "PASS", "warnings": ["ENFORCEMENT_RECEIPT_REQUIRED", "AUDIT_DISABLED"], "error_code": null });
        let counts = counted(&[record("posting_gate", DecisionStatus::Pass, 9_000, 0, &warned)], true);
        assert!(counts.contains(&label(Metric::ReceiptFailed, "ENFORCEMENT_RECEIPT_REQUIRED")), "{counts:?}");
    }

    #[test]
    fn what_stopped_a_post_adds_to_its_summary_and_to_no_count_of_requests() {
        let stopped = json!({ "mode": "enforced", "qa_status": "PASS", "warnings": [], "error_code": "PUBLISH_FAILED" });
        let records = [record("publisher", DecisionStatus::Fail, 9_000, 0, &stopped)];
        assert_eq!(Summary::of(&records, true).unwrap().error_code.as_deref(), Some("PUBLISH_FAILED"));
        assert_eq!(counted(&records, true), [label(Metric::AuditWrite, "committed")]);
    }

    #[test]
    fn a_generation_that_ended_early_has_no_status_and_its_reason() {
        let records = [record(WRITER, DecisionStatus::Fail, 4_000, 3_000, &json!({ "abandoned": "WRITER_FAILED", "mode": "advisory" }))];
        let summary = Summary::of(&records, true).unwrap();
        assert_eq!((summary.qa_status.as_str(), summary.error_code.as_deref()), ("NONE", Some("WRITER_FAILED")));
        assert!(counted(&records, true).contains(&label(Metric::AgentFailed, "writer")));
    }

    #[test]
    fn rows_of_an_administrator_are_no_request() {
        let records = [record("control", DecisionStatus::Pass, 4_000, 0, &json!({ "what": "flags" }))];
        assert_eq!(Summary::of(&records, true), None);
        assert_eq!(counted(&records, true), [label(Metric::AuditWrite, "committed")]);
        assert_eq!(counted(&[], true), []);
    }
}

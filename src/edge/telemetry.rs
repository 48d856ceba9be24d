//! Telemetry in D1: one line a request and the counts, written with the rows they are made of; and what is known of rows that were lost.
//!
//! What is counted beside the requests (replies, whole calls, streams) is kept in the isolate for half a second and handed to the object
//! `AuditLog`, which adds it: it costs no request a round trip.

use super::audit_log::{self, Call};
use super::d1::{Statement, commit_decisions, database, transaction};
use super::ports::now;
use crate::audit::{AuditRecord, Count, Counts, Metric, Summary, count};
use crate::gate::Fault;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use worker::{Delay, Env};

const INSERT_REQUESTS: &str = "INSERT INTO enforcement_requests (request_id, call, platform, mode, qa_status, codes, violations, receipt_id, \
     expires_at, error_code, audit_ok, latency_ms, at) SELECT value ->> 'request_id', value ->> 'call', value ->> 'platform', \
     value ->> 'mode', value ->> 'qa_status', value -> 'codes', value ->> 'violations', value ->> 'receipt_id', value ->> 'expires_at', \
     value ->> 'error_code', value ->> 'audit_ok', value ->> 'latency_ms', value ->> 'at' FROM json_each(?1) WHERE true \
     ON CONFLICT (request_id) DO UPDATE SET codes = excluded.codes, error_code = coalesce(excluded.error_code, error_code), \
     audit_ok = min(audit_ok, excluded.audit_ok), latency_ms = max(latency_ms, excluded.latency_ms)";

const ADD_COUNTS: &str = "INSERT INTO telemetry (metric, hour, label, count) SELECT value ->> 'metric', value ->> 'hour', \
     value ->> 'label', value ->> 'count' FROM json_each(?1) WHERE true \
     ON CONFLICT (metric, hour, label) DO UPDATE SET count = count + excluded.count";

/// The same for what a source sends, unless it was added before.
const ADD_COUNTS_ONCE: &str = "INSERT INTO telemetry (metric, hour, label, count) SELECT value ->> 'metric', value ->> 'hour', \
     value ->> 'label', value ->> 'count' FROM json_each(?1) \
     WHERE coalesce((SELECT last FROM telemetry_sources WHERE source = 'audit_log'), 0) < CAST(?2 AS INTEGER) \
     ON CONFLICT (metric, hour, label) DO UPDATE SET count = count + excluded.count";

const INSERT_LOSSES: &str = "INSERT INTO audit_losses (id, request_id, rows, reason, at) SELECT value ->> 'id', value ->> 'request_id', \
     value ->> 'rows', value ->> 'reason', value ->> 'at' FROM json_each(?1) WHERE true ON CONFLICT (id) DO NOTHING";

const MOVE_SOURCE: &str = "INSERT INTO telemetry_sources (source, last) VALUES ('audit_log', CAST(?1 AS INTEGER)) \
     ON CONFLICT (source) DO UPDATE SET last = max(last, excluded.last)";

const SOURCE: &str = "SELECT last FROM telemetry_sources WHERE source = 'audit_log'";

const EXPIRE_REQUESTS: &str = "DELETE FROM enforcement_requests WHERE request_id IN \
     (SELECT request_id FROM enforcement_requests WHERE at < CAST(?1 AS INTEGER) ORDER BY at LIMIT 20000)";

const EXPIRE_LOSSES: &str = "DELETE FROM audit_losses WHERE at < CAST(?1 AS INTEGER)";

const EXPIRE_COUNTS: &str = "DELETE FROM telemetry WHERE metric IN (SELECT value FROM json_each(?1)) AND hour < CAST(?2 AS INTEGER)";

const EXPIRE_REPORTS: &str = "DELETE FROM false_positive_reports WHERE at < CAST(?1 AS INTEGER)";

/// How long counts are kept: as long as the archive keeps rows.
const COUNTS_DAYS: i64 = 90;

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// The most bytes of a reason that are kept.
const MAX_REASON_CHARS: usize = 250;

/// How long counts wait in the isolate for others.
const GATHER: Duration = Duration::from_millis(500);

/// After this long, whoever wanted to hand counts on is taken to have been cut off.
const CUT_OFF_MS: i64 = 5_000;

/// Rows that could not be written.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Loss {
    id: String,
    request_id: String,
    rows: usize,
    reason: String,
    at: i64,
}

/// What the object `AuditLog` is told to add.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Told {
    counts: Vec<Count>,
    #[serde(default)]
    losses: Vec<Loss>,
    #[serde(default)]
    requests: Vec<Summary>,
}

impl Told {
    /// Adds another one to this.
    pub(super) fn add(&mut self, other: Self) {
        let mut counts: Counts = std::mem::take(&mut self.counts).into_iter().collect();
        other.counts.into_iter().for_each(|row| counts.add(row));
        self.counts = counts.into_rows();
        self.losses.extend(other.losses);
        self.requests.extend(other.requests);
    }
}

fn json(value: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::new("telemetry", error.to_string()))
}

/// What goes beside the rows of one request in their transaction.
pub(super) fn beside(records: &[AuditRecord]) -> Result<Vec<Statement>, Fault> {
    let summary = Summary::of(records, true);
    let counts = count(records, summary.as_ref(), true).into_rows();
    let mut statements = vec![(ADD_COUNTS, vec![json(&counts)?])];
    if let Some(summary) = summary {
        statements.push((INSERT_REQUESTS, vec![json(&[summary])?]));
    }
    Ok(statements)
}

/// Commits all records of a request, or none; that none was committed is told where it stays known.
pub(super) async fn commit(env: &Env, records: &[AuditRecord]) -> Result<(), Fault> {
    let committed = commit_decisions(env, records).await;
    if let (Err(fault), Some(first)) = (&committed, records.first()) {
        let summary = Summary::of(records, false);
        let counts = count(records, summary.as_ref(), false);
        let (at, request_id) = (now().millis(), first.ids.request_id.clone());
        let reason = format!("{}: {}", fault.what, fault.why).chars().take(MAX_REASON_CHARS).collect();
        let loss = Loss { id: format!("{request_id}:{}", first.agent_name), request_id, rows: records.len(), reason, at };
        let told = Told { counts: counts.clone().into_rows(), losses: vec![loss], requests: summary.into_iter().collect() };
        if let Err(untold) = audit_log::ask::<bool>(env, &Call::Tell { told: Box::new(told) }).await {
            // At least its counts wait here, and the log has the request.
            add(counts);
            super::posts::log_fault(&first.ids.request_id, &untold);
        }
    }
    committed
}

#[derive(Deserialize)]
struct Last {
    last: i64,
}

/// Up to where the object's counts were added.
pub(super) async fn added_up_to(env: &Env) -> Result<i64, Fault> {
    let fault = |error: worker::Error| Fault::new("telemetry", error.to_string());
    let found = database(env)?.prepare(SOURCE).first::<Last>(None).await.map_err(fault)?;
    Ok(found.map_or(0, |row| row.last))
}

/// Adds what the object was told up to `last`, once.
pub(super) async fn add_told(env: &Env, told: &Told, last: i64) -> Result<(), Fault> {
    let statements = vec![
        (INSERT_LOSSES, vec![json(&told.losses)?]),
        (INSERT_REQUESTS, vec![json(&told.requests)?]),
        (ADD_COUNTS_ONCE, vec![json(&told.counts)?, last.to_string()]),
        (MOVE_SOURCE, vec![last.to_string()]),
    ];
    transaction(env, "telemetry", statements).await
}

/// Deletes what is older than its days.
pub(super) async fn expire(env: &Env, retention_days: i64) -> Result<(), Fault> {
    let before = |days: i64| now().plus_seconds(-days * DAY_SECONDS);
    let kept = before(retention_days).millis().to_string();
    let statements = vec![
        (EXPIRE_REQUESTS, vec![kept.clone()]),
        (EXPIRE_LOSSES, vec![kept.clone()]),
        (EXPIRE_REPORTS, vec![kept]),
        (EXPIRE_COUNTS, vec![json(&Metric::ALL)?, crate::audit::hour(before(COUNTS_DAYS)).to_string()]),
    ];
    transaction(env, "telemetry", statements).await
}

static COUNTED: Mutex<Counts> = Mutex::new(Counts::new());

/// When somebody last set out to hand counts on; 0 when they arrived.
static SET_OUT: AtomicI64 = AtomicI64::new(0);

fn counted<T>(with: impl FnOnce(&mut Counts) -> T) -> T {
    with(&mut COUNTED.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Counts one.
pub(super) fn one(metric: Metric, label: &str) {
    counted(|counts| counts.one(now(), metric, label));
}

/// Counts how long a whole call took.
pub(super) fn took(call: &str, millis: i64) {
    counted(|counts| counts.latency(now(), Metric::Chain, call, millis));
}

fn add(more: Counts) {
    counted(|counts| counts.merge(more));
}

/// Whether there is something to hand on that nobody is about to.
pub(super) fn is_waiting() -> bool {
    now().millis().saturating_sub(SET_OUT.load(Ordering::Relaxed)) > CUT_OFF_MS && !counted(|counts| counts.is_empty())
}

/// Waits for others to count, then hands everything on.
pub(super) async fn hand_on(env: Env) {
    if !is_waiting() {
        return;
    }
    SET_OUT.store(now().millis(), Ordering::Relaxed);
    Delay::from(GATHER).await;
    SET_OUT.store(0, Ordering::Relaxed);
    let taken = counted(std::mem::take);
    let told = Told { counts: taken.clone().into_rows(), ..Told::default() };
    if audit_log::ask::<bool>(&env, &Call::Tell { told: Box::new(told) }).await.is_err() {
        add(taken);
    }
}

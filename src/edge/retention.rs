//! Retention: what is older than its days, under a signed checkpoint and unchanged is archived, then deleted. Its leaves stay in the tree.

use super::audit_log::{self, Call};
use super::audit_store::{self, Deletion};
use super::audit_tree::{Old, Opened};
use super::ports::now;
use super::settings::Settings;
use super::telemetry;
use crate::audit::{CheckpointLine, Leaf, Verifier, lines};
use crate::contract::Timestamp;
use crate::gate::Fault;
use serde::Serialize;
use worker::{Bucket, Env};

/// The bucket that deleted rows go to, where it is bound.
const BUCKET: &str = "AUDIT_ARCHIVE";

/// The folder of the archive in it.
const FOLDER: &str = "audit/";

/// How long the archive keeps a file.
const ARCHIVE_DAYS: i64 = 90;

/// The most leaves that one step deletes.
const STEP_LEAVES: u64 = 100;

/// The most steps of one run; what is left is the next run's.
const STEPS: usize = 150;

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// What a run did, in rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Report {
    retention_days: i64,
    dry_run: bool,
    candidates: u64,
    exported: u64,
    deleted: u64,
}

/// Runs retention; a dry run only counts.
pub(super) async fn run(env: &Env, settings: &Settings, dry_run: bool) -> Result<Report, Fault> {
    let retention_days = settings.config.audit.retention_days;
    // A whole second: the database compares times as text, where a fraction stands before the letter behind a second without one.
    let cutoff = Timestamp::from_millis((now().seconds() - retention_days * DAY_SECONDS) * 1000);
    let old: Old = audit_log::ask(env, &Call::Old { before: cutoff.millis() }).await?;
    let mut report = Report { retention_days, dry_run, candidates: old.rows, exported: 0, deleted: 0 };
    if dry_run {
        return Ok(report);
    }
    let bucket = env.bucket(BUCKET).ok();
    // Rows that have to stay, or an archive that takes nothing, keep nothing else.
    let emptied = rows(env, settings, old.first..old.end, cutoff, bucket.as_ref(), &mut report).await;
    audit_log::ask::<bool>(env, &Call::Thin { before: cutoff.millis() }).await?;
    telemetry::expire(env, retention_days).await?;
    if let Some(bucket) = &bucket {
        expire(bucket).await.map_err(|error| Fault::new("archive", error.to_string()))?;
    }
    emptied.map(|()| report)
}

/// Archives and deletes the rows of old leaves, step by step, and stops at the first that fails.
async fn rows(
    env: &Env,
    settings: &Settings,
    leaves: std::ops::Range<u64>,
    cutoff: Timestamp,
    bucket: Option<&Bucket>,
    report: &mut Report,
) -> Result<(), Fault> {
    let mut first = leaves.start;
    for _ in 0..STEPS {
        if first >= leaves.end {
            break;
        }
        first = match audit_store::deleted_up_to(env, first).await? {
            // An earlier run was cut off before the tree heard of it.
            Some(end) => end,
            None => step(env, settings, first..leaves.end.min(first + STEP_LEAVES), cutoff, bucket, report).await?,
        };
        audit_log::ask::<bool>(env, &Call::Pruned { end: first }).await?;
    }
    Ok(())
}

/// Archives and deletes the rows of some leaves. Rows that are not what was signed stay where they are, as evidence.
async fn step(
    env: &Env,
    settings: &Settings,
    leaves: std::ops::Range<u64>,
    cutoff: Timestamp,
    bucket: Option<&Bucket>,
    report: &mut Report,
) -> Result<u64, Fault> {
    let opened: Option<Opened> = audit_log::ask(env, &Call::Open { first: Some(leaves.start), end: Some(leaves.end) }).await?;
    let opened = opened.ok_or_else(|| Fault::new("audit_log", "the leaves are not in the tree any more"))?;
    let found: Vec<Leaf> = audit_log::ask(env, &Call::Leaves { first: leaves.start, end: leaves.end }).await?;
    let (Some(head), Some(tail)) = (found.first(), found.last()) else { return Ok(leaves.end) };
    let (above_row, last_row) = (head.first_row - 1, tail.last_row);
    let rows = audit_store::rows_between(env, above_row, last_row).await?;
    let (count, started_at) = (rows.len(), now().to_string());
    let last = CheckpointLine {
        checkpoint: opened.note,
        first_leaf: leaves.start,
        end_leaf: leaves.end,
        before: opened.before,
        after: opened.after,
    };
    let fault = |error: serde_json::Error| Fault::new("audit", error.to_string());
    let mut text = String::new();
    for line in lines(&found, rows) {
        text.push_str(&serde_json::to_string(&line).map_err(fault)?);
        text.push('\n');
    }
    text.push_str(&serde_json::to_string(&last).map_err(fault)?);
    text.push('\n');
    let mut verifier = Verifier::new(settings.keys.ring().clone());
    verifier.push(text.as_bytes());
    if let Some(problem) = verifier.finish().problems.into_iter().next() {
        return Err(Fault::new(
            "audit",
            format!("rows from leaf {} on are not what was signed and are kept: {}", leaves.start, problem.what),
        ));
    }
    let mut archive = None;
    if let Some(bucket) = bucket {
        let key = format!("{FOLDER}{}/{:012}-{:012}.ndjson", started_at.get(..10).unwrap_or_default(), leaves.start, leaves.end);
        bucket.put(&key, text).execute().await.map_err(|error| Fault::new("archive", error.to_string()))?;
        report.exported += count as u64;
        archive = Some(key);
    }
    let deletion = Deletion {
        created_before: &cutoff.to_string(),
        first_leaf: leaves.start,
        end_leaf: leaves.end,
        above_row,
        last_row,
        rows: count,
        checkpoint: &last.checkpoint,
        archive: archive.as_deref(),
        started_at: &started_at,
    };
    audit_store::delete(env, &deletion).await?;
    report.deleted += count as u64;
    Ok(leaves.end)
}

/// Deletes what the archive no longer keeps. Names begin with their day, so that the oldest come first.
async fn expire(bucket: &Bucket) -> worker::Result<()> {
    let last_day = now().plus_seconds(-ARCHIVE_DAYS * DAY_SECONDS).to_string();
    let last_name = format!("{FOLDER}{}", last_day.get(..10).unwrap_or_default());
    let names: Vec<String> = bucket.list().prefix(FOLDER).execute().await?.objects().into_iter().map(|object| object.key()).collect();
    let old: Vec<String> = names.into_iter().filter(|name| name.as_str() < last_name.as_str()).collect();
    if old.is_empty() { Ok(()) } else { bucket.delete_multiple(old).await }
}

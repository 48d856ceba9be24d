//! A user's posts as rows: what a decision needs of them, and how a change is stored.

use super::UserGate;
use crate::contract::Timestamp;
use crate::gate::{Admission, Change, KeyUse, PostRow, PostState, Snapshot, WINDOW_SECONDS};
use crate::publisher::Landed;
use serde::Deserialize;
use worker::{Result, SqlStorageValue};

const COLUMNS: &str =
    "post_id, idempotency_key, body_hash, receipt_id, keep_until, draft_hash, parts, state, lease_until, fence, admitted_at, answer";

/// A row as SQL has it.
#[derive(Debug, Deserialize)]
struct Row {
    post_id: String,
    idempotency_key: Option<String>,
    body_hash: Option<String>,
    receipt_id: Option<String>,
    keep_until: i64,
    draft_hash: String,
    parts: usize,
    state: PostState,
    lease_until: i64,
    fence: i64,
    admitted_at: i64,
    answer: Option<String>,
}

#[derive(Debug, Deserialize)]
struct LandedRow {
    part_index: usize,
    id: String,
    url: String,
}

#[derive(Debug, Deserialize)]
struct AdmittedRow {
    admitted_at: i64,
}

impl UserGate {
    pub(super) fn snapshot(&self, admission: &Admission, now: Timestamp) -> Result<Snapshot> {
        let by_key = match &admission.key {
            Some(key) => self.row("idempotency_key", &key.key)?,
            None => None,
        };
        let by_receipt = match &admission.receipt {
            Some(receipt) => self.row("receipt_id", &receipt.receipt_id)?,
            None => None,
        };
        Ok(Snapshot { by_key, by_receipt, admitted: self.admitted(now)? })
    }

    /// When each post in the window was admitted, oldest first.
    pub(super) fn admitted(&self, now: Timestamp) -> Result<Vec<Timestamp>> {
        let start = now.plus_seconds(-WINDOW_SECONDS).millis();
        let sql = "SELECT admitted_at FROM posts WHERE admitted_at > ? ORDER BY admitted_at";
        let admitted: Vec<AdmittedRow> = self.query(sql, vec![start.into()])?;
        Ok(admitted.into_iter().map(|row| Timestamp::from_millis(row.admitted_at)).collect())
    }

    /// The post whose `column` (a name from this file) has this value.
    pub(super) fn row(&self, column: &'static str, value: &str) -> Result<Option<PostRow>> {
        let rows: Vec<Row> = self.query(&format!("SELECT {COLUMNS} FROM posts WHERE {column} = ?"), vec![value.into()])?;
        let Some(row) = rows.into_iter().next() else { return Ok(None) };
        let sql = "SELECT part_index, id, url FROM landed WHERE post_id = ? ORDER BY part_index";
        let landed: Vec<LandedRow> = self.query(sql, vec![row.post_id.as_str().into()])?;
        let key = row.idempotency_key.zip(row.body_hash).map(|(key, body_hash)| KeyUse { key, body_hash });
        Ok(Some(PostRow {
            post_id: row.post_id,
            key,
            receipt_id: row.receipt_id,
            keep_until: Timestamp::from_millis(row.keep_until),
            draft_hash: row.draft_hash,
            parts: row.parts,
            state: row.state,
            lease_until: Timestamp::from_millis(row.lease_until),
            fence: row.fence,
            admitted_at: Timestamp::from_millis(row.admitted_at),
            answer: row.answer,
            landed: landed.into_iter().map(|row| Landed { index: row.part_index, id: row.id, url: row.url }).collect(),
        }))
    }

    /// Stores a change and says when to look after it: when its lease ends, its event should be written.
    pub(super) fn apply(&self, change: Change) -> Result<Timestamp> {
        match change {
            Change::Insert(row) => {
                let (key, body_hash) = row.key.map(|key| (key.key, key.body_hash)).unzip();
                let sql = format!("INSERT INTO posts ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
                let values = vec![
                    row.post_id.into(),
                    key.into(),
                    body_hash.into(),
                    row.receipt_id.into(),
                    row.keep_until.millis().into(),
                    row.draft_hash.into(),
                    count(row.parts),
                    state(row.state),
                    row.lease_until.millis().into(),
                    row.fence.into(),
                    row.admitted_at.millis().into(),
                    row.answer.into(),
                ];
                self.run(&sql, values)?;
                Ok(row.lease_until)
            }
            Change::TakeOver { post_id, key, fence, lease_until, receipt } => {
                let (key, body_hash) = key.map(|key| (key.key, key.body_hash)).unzip();
                let sql =
                    "UPDATE posts SET idempotency_key = ?, body_hash = ?, fence = ?, lease_until = ?, state = 'running' WHERE post_id = ?";
                let values = vec![key.into(), body_hash.into(), fence.into(), lease_until.millis().into(), post_id.as_str().into()];
                self.run(sql, values)?;
                if let Some(receipt) = receipt {
                    let sql = "UPDATE posts SET receipt_id = ?, keep_until = max(keep_until, ?) WHERE post_id = ?";
                    self.run(sql, vec![receipt.receipt_id.into(), receipt.expires_at.millis().into(), post_id.into()])?;
                }
                Ok(lease_until)
            }
        }
    }

    pub(super) fn store_part(&self, post_id: &str, part: &Landed) -> Result<()> {
        let sql = "INSERT INTO landed (post_id, part_index, id, url) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING";
        self.run(sql, vec![post_id.into(), count(part.index), part.id.as_str().into(), part.url.as_str().into()])
    }
}

fn count(count: usize) -> SqlStorageValue {
    SqlStorageValue::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}

fn state(state: PostState) -> SqlStorageValue {
    let name = match state {
        PostState::Running => "running",
        PostState::Failed => "failed",
        PostState::Done => "done",
    };
    name.into()
}

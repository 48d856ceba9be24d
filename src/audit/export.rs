//! The lines of an export, JSON each: one a row, in the order of the tree, and as the single last one the checkpoint that they are under.

use super::row::AuditRow;
use super::tree::{Hash, Stretch, encode, leaf_hash};
use crate::digest::NotCanonical;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A leaf of the tree, as the log keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaf {
    /// Its place in the tree.
    pub index: u64,
    /// Whose rows.
    pub request_id: String,
    /// The id of its first row.
    pub first_row: i64,
    /// The id of its last row.
    pub last_row: i64,
    /// The hash over its rows' hashes, base64.
    pub hash: String,
    /// Its rows, each `id:hash` with the hash in base64, with a blank between two.
    pub rows: String,
}

/// A row with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowLine {
    /// Which leaf of the tree.
    pub leaf: u64,
    /// The hash of that leaf, base64.
    pub leaf_hash: String,
    /// The hash of this row, base64.
    pub row_hash: String,
    /// Every column.
    pub row: AuditRow,
}

/// The last line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckpointLine {
    /// The signed note.
    pub checkpoint: String,
    /// The first leaf whose rows are here.
    pub first_leaf: u64,
    /// The first leaf behind it whose rows are not.
    pub end_leaf: u64,
    /// The hashes of the nodes over the leaves before, base64: their rows are deleted, or were not asked for.
    pub before: Vec<String>,
    /// The hashes of the nodes over the leaves behind.
    pub after: Vec<String>,
}

/// Puts the rows of one request after the other into leaves: rows come in the order of their ids, and those of a request stand together.
pub fn leaves(rows: &[AuditRow], first: u64) -> Result<Vec<Leaf>, NotCanonical> {
    let mut made = Vec::new();
    for (group, index) in rows.chunk_by(|one, next| one.request_id == next.request_id).zip(first..) {
        let hashes: Vec<Hash> = group.iter().map(AuditRow::hash).collect::<Result<_, _>>()?;
        let (Some(head), Some(tail)) = (group.first(), group.last()) else { continue };
        made.push(Leaf {
            index,
            request_id: head.request_id.clone(),
            first_row: head.id,
            last_row: tail.id,
            hash: encode(&leaf_hash(&hashes)),
            rows: group.iter().zip(&hashes).map(|(row, hash)| format!("{}:{}", row.id, encode(hash))).collect::<Vec<_>>().join(" "),
        });
    }
    Ok(made)
}

/// How many of `rows`, a page of `limit` rows, are certainly all rows of their requests: the last request of a full page may go on.
pub fn whole_requests(rows: &[AuditRow], limit: usize) -> usize {
    if rows.len() < limit {
        return rows.len();
    }
    let last = rows.last().map(|row| row.request_id.as_str());
    let open = rows.iter().rev().take_while(|row| Some(row.request_id.as_str()) == last).count();
    if open == rows.len() { open } else { rows.len() - open }
}

/// The lines of some leaves: what the database has in their stretch of ids, with what the log says of them. A row that no leaf holds
/// goes with the leaf after it, and the verifier finds it there.
pub fn lines(leaves: &[Leaf], rows: Vec<AuditRow>) -> Vec<RowLine> {
    let mut lines = Vec::with_capacity(rows.len());
    let mut leaves = leaves.iter().peekable();
    for row in rows {
        while leaves.next_if(|leaf| row.id > leaf.last_row).is_some() {}
        let Some(leaf) = leaves.peek() else { break };
        let row_hash = leaf.row_hash(row.id).unwrap_or_default().to_owned();
        lines.push(RowLine { leaf: leaf.index, leaf_hash: leaf.hash.clone(), row_hash, row });
    }
    lines
}

impl Leaf {
    /// The hash of the row of this id, if it was there when the leaf was made.
    fn row_hash(&self, id: i64) -> Option<&str> {
        self.rows.split(' ').filter_map(|row| row.split_once(':')).find(|(known, _)| known.parse() == Ok(id)).map(|(_, hash)| hash)
    }
}

impl CheckpointLine {
    /// The line behind the rows of `leaves` of a tree.
    pub fn new(checkpoint: String, leaves: Range<u64>, before: &Stretch, after: &Stretch) -> Self {
        let texts = |stretch: &Stretch| stretch.hashes().map(encode).collect();
        Self { checkpoint, first_leaf: leaves.start, end_leaf: leaves.end, before: texts(before), after: texts(after) }
    }
}

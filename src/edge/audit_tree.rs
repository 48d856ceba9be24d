//! The tree in the object's SQLite: leaves with the hashes of their rows, the nodes above them, the checkpoints. Every method is done before
//! anything else runs, so that what it stores is stored whole.

use crate::audit::{AuditRow, Checkpoint, Hash, Leaf, Node, Stretch, consistency, decode, encode, inclusion, leaves, nodes};
use crate::contract::Timestamp;
use crate::keys::SigningKeys;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use worker::{Result, SqlStorage, SqlStorageValue, State};

/// The object's own steps of its schema, applied in order in the constructor; a released one is never edited.
const SCHEMA: &[&str] = &[
    "CREATE TABLE leaves (idx INTEGER PRIMARY KEY, request_id TEXT NOT NULL, first_row INTEGER NOT NULL, last_row INTEGER NOT NULL, \
     row_count INTEGER NOT NULL, newest INTEGER NOT NULL, hash TEXT NOT NULL, rows TEXT NOT NULL);
     CREATE INDEX leaves_request ON leaves (request_id);
     CREATE TABLE nodes (level INTEGER NOT NULL, idx INTEGER NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (level, idx)) WITHOUT ROWID;
     CREATE TABLE checkpoints (size INTEGER PRIMARY KEY, note TEXT NOT NULL, signed_at INTEGER NOT NULL);
     CREATE INDEX checkpoints_signed ON checkpoints (signed_at);
     CREATE TABLE pruned (end_leaf INTEGER PRIMARY KEY);",
    "CREATE TABLE told (seq INTEGER PRIMARY KEY AUTOINCREMENT, json TEXT NOT NULL);",
];

const LEAF_COLUMNS: &str = "idx AS \"index\", request_id, first_row, last_row, hash, rows";

/// The most leaves that one request is given proofs for; it has one, unless its rows came in pieces.
const MAX_LEAVES_OF_A_REQUEST: usize = 16;

/// A checkpoint with its size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Page {
    pub(super) size: u64,
    pub(super) note: String,
}

/// A leaf with what proves it.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct ProvedLeaf {
    pub(super) leaf_index: u64,
    pub(super) leaf_hash: String,
    pub(super) hashes: Vec<String>,
}

/// The leaves of a request under a checkpoint.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Proof {
    pub(super) request_id: String,
    pub(super) tree_size: u64,
    pub(super) leaves: Vec<ProvedLeaf>,
    pub(super) checkpoint: String,
}

/// What proves growth.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Growth {
    pub(super) from: u64,
    pub(super) tree_size: u64,
    pub(super) hashes: Vec<String>,
    pub(super) checkpoint: String,
}

/// What an export needs beside the rows.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Opened {
    /// The first leaf that still has its rows.
    pub(super) retained: u64,
    pub(super) first: u64,
    pub(super) end: u64,
    pub(super) size: u64,
    pub(super) note: String,
    pub(super) before: Vec<String>,
    pub(super) after: Vec<String>,
}

/// Leaves that retention may delete.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Old {
    pub(super) first: u64,
    pub(super) end: u64,
    pub(super) rows: u64,
}

#[derive(Deserialize)]
struct One {
    value: Option<i64>,
}

#[derive(Deserialize)]
struct ToldRow {
    seq: i64,
    json: String,
}

#[derive(Deserialize)]
struct Text {
    value: String,
}

/// The tree of one object.
pub(super) struct Tree {
    sql: SqlStorage,
}

fn broken(what: &str) -> worker::Error {
    worker::Error::RustError(format!("the tree is broken: {what}"))
}

fn number(value: u64) -> SqlStorageValue {
    SqlStorageValue::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}

impl Tree {
    pub(super) fn of(state: &State) -> Self {
        Self { sql: state.storage().sql() }
    }

    fn run(&self, sql: &str, values: Vec<SqlStorageValue>) -> Result<()> {
        self.sql.exec(sql, values).map(|_| ())
    }

    fn query<T: DeserializeOwned>(&self, sql: &str, values: Vec<SqlStorageValue>) -> Result<Vec<T>> {
        self.sql.exec(sql, values)?.to_array()
    }

    fn one(&self, sql: &str, values: Vec<SqlStorageValue>) -> Result<Option<i64>> {
        Ok(self.query::<One>(sql, values)?.into_iter().next().and_then(|one| one.value))
    }

    fn count(&self, sql: &str, values: Vec<SqlStorageValue>) -> Result<u64> {
        Ok(self.one(sql, values)?.and_then(|value| u64::try_from(value).ok()).unwrap_or(0))
    }

    pub(super) fn migrate(&self) -> Result<()> {
        self.run("CREATE TABLE IF NOT EXISTS schema_steps (step INTEGER PRIMARY KEY)", vec![])?;
        let done = self.count("SELECT count(*) AS value FROM schema_steps", vec![])?;
        for (step, sql) in (0_u64..).zip(SCHEMA).skip(usize::try_from(done).unwrap_or(usize::MAX)) {
            self.run(sql, vec![])?;
            self.run("INSERT INTO schema_steps (step) VALUES (?)", vec![number(step)])?;
        }
        Ok(())
    }

    /// Keeps what was told until it is passed on.
    pub(super) fn keep(&self, json: &str) -> Result<()> {
        self.run("INSERT INTO told (json) VALUES (?)", vec![json.into()])
    }

    /// What was told, oldest first.
    pub(super) fn kept(&self, limit: u32) -> Result<Vec<(i64, String)>> {
        let rows: Vec<ToldRow> = self.query("SELECT seq, json FROM told ORDER BY seq LIMIT ?", vec![number(limit.into())])?;
        Ok(rows.into_iter().map(|row| (row.seq, row.json)).collect())
    }

    /// Forgets what was passed on.
    pub(super) fn forget_kept(&self, last: i64) -> Result<()> {
        self.run("DELETE FROM told WHERE seq <= ?", vec![last.into()])
    }

    /// The id of the last row that is in the tree.
    pub(super) fn last_row(&self) -> Result<i64> {
        Ok(self.one("SELECT last_row AS value FROM leaves ORDER BY idx DESC LIMIT 1", vec![])?.unwrap_or(0))
    }

    /// How many leaves there are.
    fn size(&self) -> Result<u64> {
        self.count("SELECT idx + 1 AS value FROM leaves ORDER BY idx DESC LIMIT 1", vec![])
    }

    /// The first leaf that still has its rows.
    fn retained(&self) -> Result<u64> {
        self.count("SELECT end_leaf AS value FROM pruned ORDER BY end_leaf DESC LIMIT 1", vec![])
    }

    /// Puts rows into the tree, those of one request into one leaf.
    pub(super) fn add(&self, rows: &[AuditRow]) -> Result<usize> {
        let size = self.size()?;
        let added = leaves(rows, size).map_err(|error| worker::Error::RustError(error.to_string()))?;
        let mut tree = self.stretch(0..size)?;
        let mut made: Vec<(Node, Hash)> = Vec::new();
        for leaf in &added {
            let hash = decode(&leaf.hash).ok_or_else(|| broken("a hash that is none"))?;
            tree.push(Node { level: 0, index: leaf.index }, hash, |node, hash| made.push((node, hash)));
            let own = |row: &&AuditRow| (leaf.first_row..=leaf.last_row).contains(&row.id);
            let newest = rows.iter().filter(own).filter_map(|row| Timestamp::parse(&row.created_at).ok()).max().unwrap_or_default();
            let values = vec![
                number(leaf.index),
                leaf.request_id.as_str().into(),
                leaf.first_row.into(),
                leaf.last_row.into(),
                number(rows.iter().filter(own).count() as u64),
                newest.millis().into(),
                leaf.hash.as_str().into(),
                leaf.rows.as_str().into(),
            ];
            let sql =
                "INSERT INTO leaves (idx, request_id, first_row, last_row, row_count, newest, hash, rows) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
            self.run(sql, values)?;
        }
        for (node, hash) in made.into_iter().filter(|(node, _)| node.level > 0) {
            let values = vec![number(node.level.into()), number(node.index), encode(&hash).into()];
            self.run("INSERT INTO nodes (level, idx, hash) VALUES (?, ?, ?)", values)?;
        }
        Ok(added.len())
    }

    fn node(&self, node: Node) -> Result<Hash> {
        let found: Vec<Text> = if node.level == 0 {
            self.query("SELECT hash AS value FROM leaves WHERE idx = ?", vec![number(node.index)])?
        } else {
            let values = vec![number(node.level.into()), number(node.index)];
            self.query("SELECT hash AS value FROM nodes WHERE level = ? AND idx = ?", values)?
        };
        found.first().and_then(|text| decode(&text.value)).ok_or_else(|| broken("a node is missing"))
    }

    fn stretch(&self, leaves: Range<u64>) -> Result<Stretch> {
        let mut stretch = Stretch::default();
        for node in nodes(leaves) {
            stretch.push(node, self.node(node)?, |_, _| {});
        }
        Ok(stretch)
    }

    fn hashes(&self, path: &[Range<u64>]) -> Result<Vec<String>> {
        path.iter().map(|stretch| Ok(encode(&self.stretch(stretch.clone())?.root()))).collect()
    }

    /// The checkpoint over everything, signed with this key: the stored one, or a new one.
    pub(super) fn signed(&self, origin: &str, keys: &SigningKeys, now: Timestamp) -> Result<Page> {
        let size = self.size()?;
        let stored: Vec<Text> = self.query("SELECT note AS value FROM checkpoints WHERE size = ?", vec![number(size)])?;
        let note = Checkpoint { origin: origin.to_owned(), size, root: self.stretch(0..size)?.root() }.sign(keys);
        if stored.first().is_none_or(|stored| stored.value != note) {
            let sql = "INSERT INTO checkpoints (size, note, signed_at) VALUES (?, ?, ?) \
                 ON CONFLICT (size) DO UPDATE SET note = excluded.note, signed_at = excluded.signed_at";
            self.run(sql, vec![number(size), note.as_str().into(), now.millis().into()])?;
        }
        Ok(Page { size, note })
    }

    /// The leaves of a request, each with its path to the root of a checkpoint.
    pub(super) fn proof(&self, request_id: &str, page: &Page) -> Result<Proof> {
        let sql = format!("SELECT {LEAF_COLUMNS} FROM leaves WHERE request_id = ? ORDER BY idx LIMIT {MAX_LEAVES_OF_A_REQUEST}");
        let found: Vec<Leaf> = self.query(&sql, vec![request_id.into()])?;
        let mut leaves = Vec::new();
        for leaf in found {
            let hashes = self.hashes(&inclusion(leaf.index, page.size))?;
            leaves.push(ProvedLeaf { leaf_index: leaf.index, leaf_hash: leaf.hash, hashes });
        }
        Ok(Proof { request_id: request_id.to_owned(), tree_size: page.size, leaves, checkpoint: page.note.clone() })
    }

    /// What proves that the tree of a checkpoint begins with the tree of an earlier size; nothing for a size that it never had.
    pub(super) fn growth(&self, from: u64, page: &Page) -> Result<Option<Growth>> {
        if from > page.size {
            return Ok(None);
        }
        let hashes = self.hashes(&consistency(from, page.size))?;
        Ok(Some(Growth { from, tree_size: page.size, hashes, checkpoint: page.note.clone() }))
    }

    /// What an export of these leaves needs, or nothing where they are not in the tree or have lost their rows.
    pub(super) fn open(&self, first: Option<u64>, end: Option<u64>, page: &Page) -> Result<Option<Opened>> {
        let retained = self.retained()?;
        let (first, end) = (first.unwrap_or(retained), end.unwrap_or(page.size));
        if first < retained || first > end || end > page.size {
            return Ok(None);
        }
        let (before, after) = (self.texts(0..first)?, self.texts(end..page.size)?);
        Ok(Some(Opened { retained, first, end, size: page.size, note: page.note.clone(), before, after }))
    }

    /// The hashes of the nodes over some leaves.
    fn texts(&self, leaves: Range<u64>) -> Result<Vec<String>> {
        nodes(leaves).into_iter().map(|node| Ok(encode(&self.node(node)?))).collect()
    }

    /// Some leaves, in order.
    pub(super) fn leaves(&self, first: u64, end: u64) -> Result<Vec<Leaf>> {
        let sql = format!("SELECT {LEAF_COLUMNS} FROM leaves WHERE idx >= ? AND idx < ? ORDER BY idx");
        self.query(&sql, vec![number(first), number(end)])
    }

    /// The leaves from the first that has its rows up to the first with a row that is not from before.
    pub(super) fn old(&self, before: i64, size: u64) -> Result<Old> {
        let first = self.retained()?;
        let sql = "SELECT idx AS value FROM leaves WHERE idx >= ? AND newest >= ? ORDER BY idx LIMIT 1";
        let end = self.one(sql, vec![number(first), before.into()])?.and_then(|end| u64::try_from(end).ok()).unwrap_or(size).max(first);
        let sql = "SELECT coalesce(sum(row_count), 0) AS value FROM leaves WHERE idx >= ? AND idx < ?";
        Ok(Old { first, end, rows: self.count(sql, vec![number(first), number(end)])? })
    }

    /// Of the checkpoints from before, the last of each hour stays.
    pub(super) fn thin(&self, before: i64) -> Result<()> {
        let sql = "DELETE FROM checkpoints WHERE signed_at < ?1 AND size NOT IN \
             (SELECT max(size) FROM checkpoints WHERE signed_at < ?1 GROUP BY signed_at / 3600000)";
        self.run(sql, vec![before.into()])
    }

    /// Forgets the hashes of rows that are deleted; the leaves stay.
    pub(super) fn pruned(&self, end: u64) -> Result<()> {
        self.run("UPDATE leaves SET rows = '' WHERE idx >= ? AND idx < ?", vec![number(self.retained()?), number(end)])?;
        self.run("INSERT INTO pruned (end_leaf) VALUES (?) ON CONFLICT DO NOTHING", vec![number(end)])
    }
}

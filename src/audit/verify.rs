//! Verifying an export with nothing but public keys: every row against its hash, every leaf against its rows, all of them against the
//! signed root. What is wrong is told with its place.

#[cfg(test)]
mod tests;

use super::export::{CheckpointLine, RowLine};
use super::note::Checkpoint;
use super::tree::{Hash, Node, Stretch, decode, encode, leaf_hash, nodes};
use crate::keys::Keyring;
use serde::Serialize;
use std::ops::Range;

/// The longest line that is read: a row has at most 1 MiB of JSON, which escapes at most double inside a string.
const MAX_LINE_BYTES: usize = 4 << 20;

/// The most problems that are told.
const MAX_PROBLEMS: usize = 100;

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Which line of the export, from 1.
    pub line: u64,
    /// Which leaf of the tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaf: Option<u64>,
    /// Whose row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What was found and what would be right.
    pub what: String,
}

/// What an export holds, and all that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Whether every row is as it was written and none is missing.
    pub ok: bool,
    /// How many rows were read.
    pub rows: u64,
    /// The name of the tree, once its checkpoint was read.
    pub origin: Option<String>,
    /// How many leaves the tree has.
    pub tree_size: u64,
    /// The first leaf whose rows are in the export; those before it are held by their hashes alone.
    pub first_leaf: u64,
    /// The first leaf behind it whose rows are not in the export.
    pub end_leaf: u64,
    /// In the order in which they were found, at most 100.
    pub problems: Vec<Problem>,
}

/// The leaf that is being read.
#[derive(Debug)]
struct Open {
    index: u64,
    stated: String,
    request_id: String,
    first_line: u64,
    hashes: Vec<Hash>,
    last_id: i64,
    /// Whether something in it has been told already.
    told: bool,
}

/// Reads an export piece by piece.
#[derive(Debug)]
pub struct Verifier {
    ring: Keyring,
    rest: Vec<u8>,
    line: u64,
    rows: u64,
    open: Option<Open>,
    first: Option<u64>,
    /// The leaf that comes next.
    next: Option<u64>,
    tree: Stretch,
    last: Option<(u64, CheckpointLine)>,
    problems: Vec<Problem>,
}

impl Verifier {
    /// A verifier that trusts these keys.
    pub fn new(ring: Keyring) -> Self {
        Self {
            ring,
            rest: Vec::new(),
            line: 0,
            rows: 0,
            open: None,
            first: None,
            next: None,
            tree: Stretch::default(),
            last: None,
            problems: Vec::new(),
        }
    }

    /// Reads the next piece of the file, cut anywhere.
    pub fn push(&mut self, mut bytes: &[u8]) {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            let (line, rest) = bytes.split_at(end);
            bytes = rest.get(1..).unwrap_or_default();
            let mut whole = std::mem::take(&mut self.rest);
            whole.extend_from_slice(line);
            self.read(&whole);
        }
        // What is too long to be a line is cut where that is certain, and told when it ends.
        let room = (MAX_LINE_BYTES + 1).saturating_sub(self.rest.len());
        self.rest.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }

    /// The verdict, once the file has ended.
    pub fn finish(mut self) -> Verdict {
        let rest = std::mem::take(&mut self.rest);
        if !rest.is_empty() {
            self.read(&rest);
        }
        self.close();
        let (mut tree_size, mut origin) = (0, None);
        let Some((line, last)) = self.last.take() else {
            self.tell(self.line, None, "the checkpoint is missing: the last line is a row, or there is none");
            return self.verdict(origin, 0, 0, 0);
        };
        match Checkpoint::open(&last.checkpoint, &self.ring) {
            Ok(checkpoint) => {
                tree_size = checkpoint.size;
                self.against(line, &last, &checkpoint);
                origin = Some(checkpoint.origin);
            }
            Err(error) => self.tell(line, None, format!("the checkpoint does not count: {error}")),
        }
        self.verdict(origin, tree_size, last.first_leaf, last.end_leaf)
    }

    fn verdict(self, origin: Option<String>, tree_size: u64, first_leaf: u64, end_leaf: u64) -> Verdict {
        Verdict { ok: self.problems.is_empty(), rows: self.rows, origin, tree_size, first_leaf, end_leaf, problems: self.problems }
    }

    fn tell(&mut self, line: u64, of: Option<(u64, &str)>, what: impl Into<String>) {
        if self.problems.len() < MAX_PROBLEMS {
            let (leaf, request_id) = of.map(|(leaf, request)| (leaf, request.to_owned())).unzip();
            self.problems.push(Problem { line, leaf, request_id, what: what.into() });
        }
    }

    fn read(&mut self, line: &[u8]) {
        self.line += 1;
        if line.len() > MAX_LINE_BYTES {
            self.tell(self.line, None, format!("a line of more than {MAX_LINE_BYTES} bytes, which no row has"));
            return;
        }
        if let Some((checkpoint, _)) = &self.last {
            let what = format!("a line behind the checkpoint of line {checkpoint}, expected none");
            self.tell(self.line, None, what);
            return;
        }
        match serde_json::from_slice::<RowLine>(line) {
            Ok(row) => self.row(&row),
            Err(row_error) => match serde_json::from_slice::<CheckpointLine>(line) {
                Ok(last) => {
                    self.close();
                    self.last = Some((self.line, last));
                }
                Err(_) => self.tell(self.line, None, format!("neither a row nor a checkpoint: {row_error}")),
            },
        }
    }

    fn row(&mut self, line: &RowLine) {
        self.rows += 1;
        let hash = match line.row.hash() {
            Ok(hash) => hash,
            Err(error) => {
                self.tell(self.line, Some((line.leaf, &line.row.request_id)), error.to_string());
                return;
            }
        };
        if self.open.as_ref().is_none_or(|open| open.index != line.leaf) {
            self.begin(line);
        }
        let of = Some((line.leaf, line.row.request_id.as_str()));
        let Some(open) = &mut self.open else { return };
        open.hashes.push(hash);
        let in_order = line.row.id > open.last_id;
        let is_own = line.row_hash == encode(&hash);
        if is_own {
            open.last_id = line.row.id;
        }
        let what = if line.row_hash.is_empty() {
            "the row was added: no leaf holds it"
        } else if !is_own {
            "the row was changed: it does not have its hash"
        } else if !in_order {
            "the row is out of order: its id is not above the one before it"
        } else if line.leaf_hash != open.stated {
            "the hash of the leaf was changed: the lines of one leaf state different ones"
        } else {
            return;
        };
        open.told = true;
        self.tell(self.line, of, what);
    }

    /// The first row of a leaf, which is the leaf behind the one before.
    fn begin(&mut self, line: &RowLine) {
        self.close();
        let expected = self.next.unwrap_or(line.leaf);
        self.first.get_or_insert(line.leaf);
        self.next = line.leaf.checked_add(1);
        let told = line.leaf != expected;
        if told {
            let what = format!("leaf {} stands where leaf {expected} belongs: rows were removed, added or put elsewhere", line.leaf);
            self.tell(self.line, Some((line.leaf, &line.row.request_id)), what);
        }
        self.open = Some(Open {
            index: line.leaf,
            stated: line.leaf_hash.clone(),
            request_id: line.row.request_id.clone(),
            first_line: self.line,
            hashes: Vec::new(),
            last_id: i64::MIN,
            told,
        });
    }

    /// The end of a leaf: its rows are all there and no more.
    fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        let hash = leaf_hash(&open.hashes);
        if encode(&hash) != open.stated && !open.told {
            let of = Some((open.index, open.request_id.as_str()));
            self.tell(
                open.first_line,
                of,
                "a row of this request was added, removed or changed: its rows do not give the hash of their leaf",
            );
        }
        self.tree.push(Node { level: 0, index: open.index }, hash, |_, _| {});
    }

    /// Everything together against what was signed.
    fn against(&mut self, line: u64, last: &CheckpointLine, checkpoint: &Checkpoint) {
        let (first, end) = (self.first.unwrap_or(last.first_leaf), self.next.unwrap_or(last.first_leaf));
        let what = if last.first_leaf > last.end_leaf || last.end_leaf > checkpoint.size {
            format!("the last line says leaves {} to {}, which are not in a tree of {}", last.first_leaf, last.end_leaf, checkpoint.size)
        } else if first != last.first_leaf {
            format!("the rows begin with leaf {first}, expected leaf {}: rows were removed or added at the start", last.first_leaf)
        } else if end != last.end_leaf {
            format!("the rows end before leaf {end}, expected before leaf {}: rows were removed or added at the end", last.end_leaf)
        } else if !self.problems.is_empty() {
            return;
        } else {
            match self.whole(last, checkpoint.size) {
                None => "the hashes before or behind the rows are not those of such a tree".to_owned(),
                Some(root) if root == checkpoint.root => return,
                Some(_) => "the rows agree with their own hashes and not with the signed root: both were rewritten together".to_owned(),
            }
        };
        self.tell(line, None, what);
    }

    /// The root over the leaves before, those that were read, and those behind.
    fn whole(&self, last: &CheckpointLine, size: u64) -> Option<Hash> {
        let mut parts = named(0..last.first_leaf, &last.before)?;
        parts.extend(self.tree.parts());
        parts.extend(named(last.end_leaf..size, &last.after)?);
        let mut whole = Stretch::default();
        for (node, hash) in parts {
            whole.push(node, hash, |_, _| {});
        }
        Some(whole.root())
    }
}

/// The nodes over a stretch with their hashes, if there are as many.
fn named(stretch: Range<u64>, hashes: &[String]) -> Option<Vec<(Node, Hash)>> {
    let nodes = nodes(stretch);
    if nodes.len() != hashes.len() {
        return None;
    }
    nodes.into_iter().zip(hashes).map(|(node, text)| Some((node, decode(text)?))).collect()
}

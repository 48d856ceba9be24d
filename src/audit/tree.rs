//! The Merkle tree of RFC 6962: hashes of leaves and nodes, which hashes a proof is made of, and what a proof proves.
//!
//! A node is named by its level and its index there: node (l, i) is over the leaves from i·2^l up to (i+1)·2^l, and stored once that many
//! are there. A stretch of leaves is a few such nodes, largest first; the root of a stretch folds them from the right.

use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};
use std::ops::Range;

/// A SHA-256.
pub type Hash = [u8; 32];

/// Stands in front of the hashes of a leaf's rows.
const LEAF: &[u8] = b"postgate/audit-leaf/v1\n";

/// The leaf over the rows of one request, in the order of their ids.
pub fn leaf_hash(rows: &[Hash]) -> Hash {
    let mut hash = Sha256::new().chain_update([0]).chain_update(LEAF);
    for row in rows {
        hash.update(row);
    }
    hash.finalize().into()
}

/// The node over two others.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root of the tree that has no leaf.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// A hash as text: base64.
pub fn encode(hash: &Hash) -> String {
    Base64::encode_string(hash)
}

/// A hash from text.
pub fn decode(text: &str) -> Option<Hash> {
    let mut hash = [0; 32];
    Base64::decode(text, &mut hash).ok().filter(|bytes| bytes.len() == 32)?;
    Some(hash)
}

/// A node that is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// How many levels above the leaves.
    pub level: u32,
    /// Which of its level.
    pub index: u64,
}

impl Node {
    const fn leaves(self) -> Range<u64> {
        self.index << self.level..(self.index + 1) << self.level
    }
}

/// The nodes over a stretch of leaves, from the left.
pub fn nodes(stretch: Range<u64>) -> Vec<Node> {
    let mut found = Vec::new();
    let mut at = stretch.start;
    while at < stretch.end {
        let room = (stretch.end - at).ilog2();
        let level = if at == 0 { room } else { at.trailing_zeros().min(room) };
        found.push(Node { level, index: at >> level });
        at += 1 << level;
    }
    found
}

/// Leaves and nodes put together to as few nodes as there can be.
#[derive(Debug, Clone, Default)]
pub struct Stretch {
    parts: Vec<(Node, Hash)>,
}

impl Stretch {
    /// Adds the next node on the right and tells `made` of each node that this completes, itself first.
    pub fn push(&mut self, node: Node, hash: Hash, mut made: impl FnMut(Node, Hash)) {
        let (mut node, mut hash) = (node, hash);
        made(node, hash);
        while let Some((left, left_hash)) = self.parts.last()
            && left.level == node.level
            && left.index % 2 == 0
            && left.index + 1 == node.index
        {
            hash = node_hash(left_hash, &hash);
            node = Node { level: node.level + 1, index: left.index / 2 };
            self.parts.pop();
            made(node, hash);
        }
        self.parts.push((node, hash));
    }

    /// The leaves that it is over, if its parts stand one behind the other.
    pub fn leaves(&self) -> Option<Range<u64>> {
        let mut whole: Option<Range<u64>> = None;
        for (node, _) in &self.parts {
            let next = node.leaves();
            match &mut whole {
                None => whole = Some(next),
                Some(whole) if whole.end == next.start => whole.end = next.end,
                Some(_) => return None,
            }
        }
        Some(whole.unwrap_or(0..0))
    }

    /// The hash over all of it; the root where it begins with the first leaf.
    pub fn root(&self) -> Hash {
        let mut parts = self.parts.iter().rev().map(|(_, hash)| *hash);
        let Some(last) = parts.next() else { return empty_root() };
        parts.fold(last, |right, left| node_hash(&left, &right))
    }

    /// Its parts, from the left.
    pub fn parts(&self) -> impl Iterator<Item = (Node, Hash)> {
        self.parts.iter().copied()
    }

    /// The hashes of its parts, from the left.
    pub fn hashes(&self) -> impl Iterator<Item = &Hash> {
        self.parts.iter().map(|(_, hash)| hash)
    }
}

/// The largest power of two below `size`, which is above one.
const fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// The stretches whose hashes prove that leaf `index` is in the tree of `size`, as RFC 6962 orders them.
pub fn inclusion(index: u64, size: u64) -> Vec<Range<u64>> {
    let mut path = Vec::new();
    let mut whole = 0..size;
    while whole.end - whole.start > 1 {
        let middle = whole.start + split(whole.end - whole.start);
        if index < middle {
            path.push(middle..whole.end);
            whole.end = middle;
        } else {
            path.push(whole.start..middle);
            whole.start = middle;
        }
    }
    path.reverse();
    path
}

/// The stretches whose hashes prove that the tree of `size` begins with the tree of `earlier`, as RFC 6962 orders them.
pub fn consistency(earlier: u64, size: u64) -> Vec<Range<u64>> {
    let mut path = Vec::new();
    let (mut whole, mut is_known) = (0..size, true);
    if earlier == 0 || earlier >= size {
        return path;
    }
    while whole.end != earlier {
        let middle = whole.start + split(whole.end - whole.start);
        if earlier <= middle {
            path.push(middle..whole.end);
            whole.end = middle;
        } else {
            path.push(whole.start..middle);
            whole.start = middle;
            is_known = false;
        }
    }
    if !is_known {
        path.push(whole);
    }
    path.reverse();
    path
}

/// Whether `proof` shows that `leaf` stands at `index` in the tree of `size` and `root`.
pub fn is_included(index: u64, size: u64, leaf: Hash, proof: &[Hash], root: &Hash) -> bool {
    let path = inclusion(index, size);
    if index >= size || path.len() != proof.len() {
        return false;
    }
    let whole = path.iter().zip(proof).fold(
        leaf,
        |hash, (stretch, other)| {
            if stretch.start > index { node_hash(&hash, other) } else { node_hash(other, &hash) }
        },
    );
    whole == *root
}

/// Whether `proof` shows that the tree of `size` and `root` begins with the tree of `earlier` and `earlier_root`.
pub fn is_consistent(earlier: u64, earlier_root: &Hash, size: u64, root: &Hash, proof: &[Hash]) -> bool {
    if earlier > size {
        return false;
    }
    if earlier == size {
        return proof.is_empty() && earlier_root == root;
    }
    if earlier == 0 {
        return proof.is_empty() && *earlier_root == empty_root();
    }
    let path = consistency(earlier, size);
    if path.len() != proof.len() {
        return false;
    }
    let mut given = path.iter().zip(proof).peekable();
    // Where the earlier tree is a node of the later one, it is not in the proof: it is known.
    let first = if earlier.is_power_of_two() {
        *earlier_root
    } else {
        match given.next() {
            Some((_, hash)) => *hash,
            None => return false,
        }
    };
    let (mut old, mut new) = (first, first);
    for (stretch, hash) in given {
        if stretch.start >= earlier {
            new = node_hash(&new, hash);
        } else {
            old = node_hash(hash, &old);
            new = node_hash(hash, &new);
        }
    }
    old == *earlier_root && new == *root
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(index: u64) -> Hash {
        leaf_hash(&[Sha256::digest(index.to_be_bytes()).into()])
    }

    /// RFC 6962, section 2.1, word for word.
    fn mth(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [one] => *one,
            many => {
                let (left, right) = many.split_at(usize::try_from(split(many.len() as u64)).unwrap());
                node_hash(&mth(left), &mth(right))
            }
        }
    }

    fn hashes(leaves: &[Hash], path: &[Range<u64>]) -> Vec<Hash> {
        path.iter().map(|stretch| mth(&leaves[usize::try_from(stretch.start).unwrap()..usize::try_from(stretch.end).unwrap()])).collect()
    }

    #[test]
    fn the_hashes_of_the_tree_are_unchanged() {
        assert_eq!(encode(&empty_root()), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        let leaves: Vec<Hash> = (0..5).map(leaf).collect();
        insta::assert_snapshot!([encode(&leaves[0]), encode(&node_hash(&leaves[0], &leaves[1])), encode(&mth(&leaves))].join("\n"));
        assert_eq!(decode(&encode(&leaves[0])), Some(leaves[0]));
        assert_eq!(decode("AAAA"), None);
    }

    #[test]
    fn the_root_of_every_size_is_the_standards() {
        let leaves: Vec<Hash> = (0..130).map(leaf).collect();
        let mut tree = Stretch::default();
        for size in 0..130 {
            assert_eq!(tree.root(), mth(&leaves[..size]), "{size}");
            assert_eq!(tree.leaves(), Some(0..size as u64));
            let mut made = Vec::new();
            tree.push(Node { level: 0, index: size as u64 }, leaves[size], |node, hash| made.push((node, hash)));
            for (node, hash) in made {
                assert_eq!(vec![hash], hashes(&leaves, &[node.leaves()]), "{node:?}");
            }
        }
    }

    #[test]
    fn any_stretch_between_two_others_gives_the_root() {
        let leaves: Vec<Hash> = (0..23).map(leaf).collect();
        for start in 0..23_u64 {
            for end in start..=23 {
                let mut tree = Stretch::default();
                for node in nodes(0..start).into_iter().chain((start..end).map(|index| Node { level: 0, index })).chain(nodes(end..23)) {
                    tree.push(node, hashes(&leaves, &[node.leaves()])[0], |_, _| {});
                }
                assert_eq!((tree.leaves(), tree.root()), (Some(0..23), mth(&leaves)), "{start}..{end}");
            }
        }
    }

    #[test]
    fn every_stretch_of_a_proof_is_the_fold_of_its_nodes() {
        let leaves: Vec<Hash> = (0..40).map(leaf).collect();
        for size in 1..=40 {
            for at in 0..size {
                for stretch in inclusion(at, size).into_iter().chain(consistency(at, size)) {
                    let mut fold = Stretch::default();
                    for node in nodes(stretch.clone()) {
                        fold.push(node, hashes(&leaves, &[node.leaves()])[0], |_, _| {});
                    }
                    assert_eq!(vec![fold.root()], hashes(&leaves, &[stretch]));
                }
            }
        }
    }

    #[test]
    fn inclusion_is_proved_for_what_is_in_and_for_nothing_else() {
        let leaves: Vec<Hash> = (0..40).map(leaf).collect();
        for size in 1..=40_u64 {
            let root = mth(&leaves[..usize::try_from(size).unwrap()]);
            for index in 0..size {
                let proof = hashes(&leaves, &inclusion(index, size));
                let own = leaves[usize::try_from(index).unwrap()];
                assert!(is_included(index, size, own, &proof, &root), "{index} of {size}");
                assert!(!is_included(index, size, leaf(99), &proof, &root));
                assert!(!is_included(index, size, own, &proof, &leaf(99)));
                assert!(!is_included(size, size, own, &proof, &root));
                for cut in 0..proof.len() {
                    assert!(!is_included(index, size, own, &proof[..cut], &root));
                }
            }
        }
    }

    #[test]
    fn growth_is_proved_and_nothing_else_passes_for_it() {
        let leaves: Vec<Hash> = (0..40).map(leaf).collect();
        for size in 1..=40_usize {
            for earlier in 0..=size {
                let (old, new) = (mth(&leaves[..earlier]), mth(&leaves[..size]));
                let (from, to) = (earlier as u64, size as u64);
                let proof = hashes(&leaves, &consistency(from, to));
                assert!(is_consistent(from, &old, to, &new, &proof), "{earlier} in {size}");
                assert!(!is_consistent(from, &leaf(99), to, &new, &proof), "{earlier} in {size}");
                assert!(earlier == 0 || !is_consistent(from, &old, to, &leaf(99), &proof), "{earlier} in {size}");
                if let Some((_, cut)) = proof.split_last() {
                    assert!(!is_consistent(from, &old, to, &new, cut));
                }
            }
        }
        assert!(!is_consistent(3, &leaf(0), 2, &leaf(0), &[]));
    }
}

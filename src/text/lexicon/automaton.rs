//! A minimal automaton in bytes that are read in place: which keys there are, and the value of each.

use super::compile::{FINAL, MANY, WAYS, WIDE, WIDTH};

/// The bytes of a value.
const VALUE: usize = size_of::<u64>();

/// Where a node lies.
pub(super) type At = usize;

/// Keys and their values: how many values, the values, then the nodes, of which the first is the root.
#[derive(Debug, Clone, Copy)]
pub(super) struct Automaton<D> {
    data: D,
    root: At,
}

#[cfg(test)]
impl Automaton<&[u8]> {
    /// Every key with its value, in order.
    pub(super) fn entries(&self) -> Vec<(Vec<u8>, u64)> {
        let mut found = Vec::new();
        let mut open = vec![(Vec::new(), self.root())];
        while let Some((key, at)) = open.pop() {
            let node = self.node(at);
            found.extend(self.value(&node).map(|value| (key.clone(), value)));
            open.extend(node.ways().map(|(byte, next)| ([key.as_slice(), &[byte]].concat(), next)));
        }
        found.sort();
        found
    }
}

/// A node: the bytes of its ways on, and where they lead.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'d> {
    inputs: &'d [u8],
    targets: Targets<'d>,
    value: Option<usize>,
}

#[derive(Debug, Clone, Copy)]
enum Targets<'d> {
    Next(At),
    Listed(&'d [[u8; WIDTH]]),
}

impl<D: AsRef<[u8]>> Automaton<D> {
    /// Reads bytes in place; `None` when they hold not even their values.
    pub(super) fn new(data: D) -> Option<Self> {
        let (count, rest) = data.as_ref().split_first_chunk::<WIDTH>()?;
        let values = number(*count) * VALUE;
        (rest.len() >= values).then_some(())?;
        let root = WIDTH + values;
        Some(Self { data, root })
    }

    /// The same automaton, borrowed.
    pub(super) fn borrowed(&self) -> Automaton<&[u8]> {
        Automaton { data: self.data.as_ref(), root: self.root }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.data.as_ref().len() <= self.root
    }

    pub(super) const fn root(&self) -> At {
        self.root
    }

    /// The node at a place that another node named; one without ways where there is none.
    #[inline]
    pub(super) fn node(&self, at: At) -> Node<'_> {
        self.read(at).unwrap_or(Node { inputs: &[], targets: Targets::Listed(&[]), value: None })
    }

    #[inline]
    fn read(&self, at: At) -> Option<Node<'_>> {
        let data = self.data.as_ref().get(at..)?;
        let (first, rest) = data.split_first()?;
        if *first & WIDE == 0 {
            return Some(Node { inputs: data.get(..1)?, targets: Targets::Next(at + 1), value: None });
        }
        let (value, rest) = if *first & FINAL == 0 {
            (None, rest)
        } else {
            let (value, rest) = rest.split_first_chunk::<WIDTH>()?;
            (Some(number(*value)), rest)
        };
        let (ways, rest) = match first & WAYS {
            MANY => rest.split_first().map(|(ways, rest)| (usize::from(*ways), rest))?,
            ways => (usize::from(ways), rest),
        };
        let (inputs, rest) = rest.split_at_checked(ways)?;
        let (targets, _) = rest.get(..ways * WIDTH)?.as_chunks();
        Some(Node { inputs, targets: Targets::Listed(targets), value })
    }

    /// The value of the key that ends at a node.
    #[inline]
    pub(super) fn value(&self, node: &Node<'_>) -> Option<u64> {
        let from = self.data.as_ref().get(WIDTH + node.value? * VALUE..)?;
        from.first_chunk().copied().map(u64::from_le_bytes)
    }
}

impl Node<'_> {
    /// True where a key ends.
    #[inline]
    pub(super) const fn is_final(&self) -> bool {
        self.value.is_some()
    }

    /// Where a byte leads.
    #[inline]
    pub(super) fn follow(&self, input: u8) -> Option<At> {
        self.target(self.inputs.iter().position(|known| *known == input)?)
    }

    /// Every byte that leads on.
    pub(super) fn ways(&self) -> impl Iterator<Item = (u8, At)> {
        self.inputs.iter().enumerate().filter_map(|(index, input)| Some((*input, self.target(index)?)))
    }

    #[inline]
    fn target(&self, index: usize) -> Option<At> {
        match self.targets {
            Targets::Next(at) => (index == 0).then_some(at),
            Targets::Listed(targets) => targets.get(index).map(|target| number(*target)),
        }
    }
}

#[inline]
const fn number(bytes: [u8; WIDTH]) -> usize {
    let [low, middle, high] = bytes;
    low as usize | (middle as usize) << 8 | (high as usize) << 16
}

#[cfg(test)]
mod tests {
    use super::super::compile::compile;
    use super::super::sharing::sharing;
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn compiled(keys: &BTreeMap<String, u64>) -> Vec<u8> {
        let keys: Vec<(&[u8], u64)> = keys.iter().map(|(key, value)| (key.as_bytes(), *value)).collect();
        let alone = compile(&keys, &mut |_, _, _| None);
        let shared = compile(&keys, &mut sharing());
        assert!(shared.len() <= alone.len());
        let [alone, shared] = [alone, shared].map(|bytes| Automaton::new(bytes).unwrap());
        for (key, _) in keys {
            let key = std::str::from_utf8(key).unwrap();
            assert_eq!(get(&alone, key), get(&shared, key));
        }
        alone.data
    }

    fn get(automaton: &Automaton<Vec<u8>>, key: &str) -> Option<u64> {
        let end = key.bytes().try_fold(automaton.root(), |at, byte| automaton.node(at).follow(byte))?;
        automaton.value(&automaton.node(end))
    }

    proptest! {
        #[test]
        fn exactly_the_keys_are_found(keys in prop::collection::btree_map("[a-d]{1,6}|\\PC{1,3}", any::<u64>(), 0..60), other in "[a-d]{1,6}") {
            let automaton = Automaton::new(compiled(&keys)).unwrap();
            for (key, value) in &keys {
                prop_assert_eq!(get(&automaton, key), Some(*value));
            }
            prop_assert_eq!(get(&automaton, &other), keys.get(&other).copied());
        }
    }

    #[test]
    fn a_node_has_every_byte() {
        let keys: BTreeMap<String, u64> = (' '..'\u{800}').zip(0..).map(|(character, value)| (character.to_string(), value)).collect();
        let automaton = Automaton::new(compiled(&keys)).unwrap();
        assert!(automaton.node(automaton.root()).ways().count() > 63);
        for (key, value) in &keys {
            assert_eq!(get(&automaton, key), Some(*value));
        }
    }

    #[test]
    fn bytes_that_are_no_automaton_hold_no_key() {
        assert!(Automaton::new(vec![9, 0, 0, 1]).is_none());
        for broken in [vec![0, 0, 0], vec![0, 0, 0, 0xff], vec![0, 0, 0, b'a'], vec![0, 0, 0, 0xc1, 9, 9, 9, b'a', 0xff, 0xff, 0xff]] {
            assert_eq!(get(&Automaton::new(broken).unwrap(), "a"), None);
        }
    }
}

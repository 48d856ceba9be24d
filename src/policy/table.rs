//! A few things by their keys, in the order of the keys: a list, since a tree for each kind of entry would be kilobytes in every browser.

use serde::{Serialize, Serializer};

/// Entries in the order of their keys, each key once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table<K, V>(Vec<(K, V)>);

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V> Table<K, V> {
    /// What is listed under a key.
    pub fn get<Q: PartialEq<K> + ?Sized>(&self, key: &Q) -> Option<&V> {
        self.0.iter().find(|(known, _)| key == known).map(|(_, value)| value)
    }

    /// Puts a value in the place of what is listed under its key.
    pub fn insert(&mut self, key: K, value: V) {
        // Most often they come in order.
        let is_next = self.0.last().is_none_or(|(last, _)| *last < key);
        let at = if is_next { self.0.len() } else { self.0.partition_point(|(known, _)| *known < key) };
        match self.0.get_mut(at).filter(|(known, _)| *known == key) {
            Some((_, known)) => *known = value,
            None => self.0.insert(at, (key, value)),
        }
    }

    /// Every entry, in the order of the keys.
    pub fn iter(&self) -> std::slice::Iter<'_, (K, V)> {
        self.0.iter()
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// True when there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'t, K: Ord, V> IntoIterator for &'t Table<K, V> {
    type Item = &'t (K, V);
    type IntoIter = std::slice::Iter<'t, (K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K, V> IntoIterator for Table<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<K: Serialize, V: Serialize> Serialize for Table<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn it_holds_what_a_tree_would(entries in prop::collection::vec((0..12_u8, any::<u8>()), 0..30)) {
            let mut table = Table::default();
            let mut tree = BTreeMap::new();
            for (key, value) in entries {
                table.insert(key, value);
                tree.insert(key, value);
            }
            prop_assert_eq!(serde_json::to_string(&table).unwrap(), serde_json::to_string(&tree).unwrap());
            prop_assert_eq!((table.len(), table.is_empty()), (tree.len(), tree.is_empty()));
            for key in 0..12 {
                prop_assert_eq!(table.get(&key), tree.get(&key));
            }
        }
    }
}

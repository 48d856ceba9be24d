//! Writes each set of ways on once, so that the automaton of the term lists is minimal. What is compiled at run time does without: terms
//! are few there, and the trees below are kilobytes in every browser.

use super::compile::Keys;
use std::collections::BTreeMap;

/// What the nodes that are written so far have behind them: the rest of each key and the number of its value.
type Written = BTreeMap<Vec<(Vec<u8>, usize)>, usize>;

/// Answers where a node with the same ways on stands already.
pub(crate) fn sharing() -> impl FnMut(&Keys<'_>, usize, usize) -> Option<usize> {
    let mut written = Written::new();
    move |keys, depth, at| {
        let rest = keys.iter().map(|(key, value)| (key.get(depth..).unwrap_or_default().to_vec(), *value)).collect();
        let place = *written.entry(rest).or_insert(at);
        (place != at).then_some(place)
    }
}

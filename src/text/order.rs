//! Putting things in order. One sort serves every kind of thing, for each sort or tree of its own would be kilobytes in the browser.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A thing by its number, and how things are told apart.
#[derive(Clone, Copy)]
struct Numbered<'c>(usize, &'c dyn Fn(usize, usize) -> Ordering);

impl Ord for Numbered<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.1)(self.0, other.0).then(self.0.cmp(&other.0))
    }
}

impl PartialOrd for Numbered<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Numbered<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Numbered<'_> {}

/// The order of `count` things that are told apart by `compare`; stable.
pub(crate) fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    // A heap puts them in order with a fifth of the code of a slice's sort.
    let heap: BinaryHeap<Numbered<'_>> = (0..count).map(|number| Numbered(number, compare)).collect();
    heap.into_sorted_vec().into_iter().map(|Numbered(number, _)| number).collect()
}

/// Sorts by two numbers, stably.
pub(crate) fn sort_by_key<T>(items: &mut Vec<T>, key: impl Fn(&T) -> (usize, usize)) {
    if items.is_sorted_by_key(&key) {
        return;
    }
    let keys: Vec<(usize, usize)> = items.iter().map(key).collect();
    let order = order(items.len(), &|one, other| keys.get(one).cmp(&keys.get(other)));
    let mut slots: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(order.into_iter().filter_map(|index| slots.get_mut(index).and_then(Option::take)));
}

/// For each text whether no earlier one is the same.
pub(crate) fn are_new(texts: &[&str]) -> Vec<bool> {
    let mut are_new = vec![true; texts.len()];
    let mut before = None;
    for index in order(texts.len(), &|one, other| texts.get(one).cmp(&texts.get(other))) {
        let text = texts.get(index);
        if before == text
            && let Some(is_new) = are_new.get_mut(index)
        {
            *is_new = false;
        }
        before = text;
    }
    are_new
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn it_sorts_as_the_standard_library_does(items in prop::collection::vec((0..6_usize, 0..6_usize, any::<u8>()), 0..40)) {
            let mut expected = items.clone();
            expected.sort_by_key(|(first, second, _)| (*first, *second));
            let mut sorted = items;
            sort_by_key(&mut sorted, |(first, second, _)| (*first, *second));
            prop_assert_eq!(sorted, expected);
        }

        #[test]
        fn a_text_is_new_once(texts in prop::collection::vec("[ab]{0,2}", 0..20)) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let mut seen = BTreeSet::new();
            let expected: Vec<bool> = texts.iter().map(|text| seen.insert(*text)).collect();
            prop_assert_eq!(are_new(&texts), expected);
        }
    }
}

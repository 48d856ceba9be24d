//! Putting things in order. One sort of keys serves every kind of thing, for each sort of its own would be kilobytes in the browser.

/// Sorts by two numbers, stably.
pub(crate) fn sort_by_key<T>(items: &mut Vec<T>, key: impl Fn(&T) -> (usize, usize)) {
    if items.is_sorted_by_key(&key) {
        return;
    }
    let mut order: Vec<(usize, usize, usize)> = items.iter().enumerate().map(|(index, item)| (key(item).0, key(item).1, index)).collect();
    order.sort_unstable();
    let mut slots: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(order.into_iter().filter_map(|(_, _, index)| slots.get_mut(index).and_then(Option::take)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_standard_library_does(items in prop::collection::vec((0..6_usize, 0..6_usize, any::<u8>()), 0..40)) {
            let mut expected = items.clone();
            expected.sort_by_key(|(first, second, _)| (*first, *second));
            let mut sorted = items;
            sort_by_key(&mut sorted, |(first, second, _)| (*first, *second));
            prop_assert_eq!(sorted, expected);
        }
    }
}

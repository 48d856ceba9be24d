//! Facts about characters, emoji and top-level domains, as sorted tables; tests/twitter/tables.mjs writes them and names its sources.

pub(super) mod emoji;
pub(super) mod letters;
pub(super) mod tld;

use std::cmp::Ordering;

/// True when one of the sorted, disjoint ranges holds the character.
pub(super) fn holds(ranges: &[(u32, u32)], character: char) -> bool {
    let code = u32::from(character);
    let found = ranges.binary_search_by(|&(first, last)| side(first, last, code));
    found.is_ok()
}

/// Where a range lies as seen from a code point.
pub(super) fn side(first: u32, last: u32, code: u32) -> Ordering {
    if last < code {
        Ordering::Less
    } else if first > code {
        Ordering::Greater
    } else {
        Ordering::Equal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_and_disjoint() {
        let all = [letters::ACCENTED, letters::ACCENTED_ANY_CASE, letters::PATH, letters::TAG_LETTERS, letters::TAG_OTHERS];
        for table in all {
            assert!(table.iter().all(|(first, last)| first <= last));
            assert!(table.windows(2).all(|pair| pair[0].1 < pair[1].0));
        }
        assert!(emoji::BASES.windows(2).all(|pair| pair[0].1 < pair[1].0));
        assert!(emoji::JOINED.is_sorted());
        assert!(tld::OTHER.is_sorted());
        assert!(emoji::FLAGS.as_bytes().chunks(2).is_sorted());
        for (length, names) in tld::ASCII.iter().enumerate() {
            assert!(names.is_empty() || names.as_bytes().chunks(length).is_sorted(), "{length}");
        }
    }

    #[test]
    fn a_range_holds_its_ends() {
        for (code, expected) in [('\u{bf}', false), ('\u{c0}', true), ('\u{d6}', true), ('\u{d7}', false), ('\u{1eff}', true)] {
            assert_eq!(holds(letters::ACCENTED, code), expected, "{code:?}");
        }
    }
}

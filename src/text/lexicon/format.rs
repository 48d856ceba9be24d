//! What the build script, which also compiles this file, and the library agree on: the bits of an entry and the filter's layout.

/// The bits of `Traits`: how a term may be written.
pub(crate) mod traits {
    /// Also inside a longer word.
    pub(crate) const INSIDE: u16 = 1;
    /// Also at the start of a longer word.
    pub(crate) const START: u16 = 1 << 1;
    /// Has an innocent twin.
    pub(crate) const AMBIGUOUS: u16 = 1 << 2;
    /// Known through several disguises at once.
    pub(crate) const UNMISTAKABLE: u16 = 1 << 3;
    /// Known from its first letter.
    pub(crate) const MASKED: u16 = 1 << 4;
    /// Only letter for letter.
    pub(crate) const LITERAL: u16 = 1 << 5;
}

/// The signs of a filter: a to z, and [`BORDER`].
const SIGNS: usize = 27;
/// Where a word ends; also every byte of a key that is no letter.
pub(crate) const BORDER: usize = 26;
/// The bytes of a table of three signs that terms start with.
pub(crate) const TRIPLES: usize = (SIGNS * SIGNS * SIGNS).div_ceil(8);
/// The bytes of a table of two.
pub(crate) const PAIRS: usize = (SIGNS * SIGNS).div_ceil(8);
/// The bytes of a filter: both tables, and both again for terms that may stand inside a word.
pub(crate) const FILTER: usize = 2 * (TRIPLES + PAIRS);

/// The place of two signs in a table of two.
pub(crate) const fn pair(first: usize, second: usize) -> usize {
    first * SIGNS + second
}

/// The place of three signs in a table of three.
pub(crate) const fn triple(first: usize, second: usize, third: usize) -> usize {
    pair(first, second) * SIGNS + third
}

/// Notes in a filter how a key starts.
pub(crate) fn mark(filter: &mut [u8], key: &[u8], is_inside: bool) {
    let mut set = |offset: usize, index: usize| {
        if let Some(byte) = filter.get_mut(offset + index / 8) {
            *byte |= 1 << (index % 8);
        }
    };
    let sign = |at: usize| key.get(at).filter(|byte| byte.is_ascii_lowercase()).map_or(BORDER, |byte| usize::from(byte - b'a'));
    let (first, second) = (sign(0), sign(1));
    let third = if second == BORDER { BORDER } else { sign(2) };
    for table in 0..=usize::from(is_inside) {
        let offset = table * (TRIPLES + PAIRS);
        set(offset, triple(first, second, third));
        set(offset + TRIPLES, pair(first, second));
    }
}

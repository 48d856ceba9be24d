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

/// The bytes of a table of three letters that terms start with.
pub(crate) const TRIPLES: usize = 26 * 26 * 26 / 8;
/// The bytes of a table of two letters.
pub(crate) const PAIRS: usize = (26 * 26_usize).div_ceil(8);
/// The bytes of a filter: both tables, and both again for terms that may stand inside a word.
pub(crate) const FILTER: usize = 2 * (TRIPLES + PAIRS);

/// Notes in a filter how a key starts.
pub(crate) fn mark(filter: &mut [u8], key: &[u8], is_inside: bool) {
    let mut set = |offset: usize, index: usize| {
        if let Some(byte) = filter.get_mut(offset + index / 8) {
            *byte |= 1 << (index % 8);
        }
    };
    let letter = |at: usize| key.get(at).filter(|byte| byte.is_ascii_lowercase()).map(|byte| usize::from(byte - b'a'));
    for table in 0..=usize::from(is_inside) {
        let offset = table * (TRIPLES + PAIRS);
        let (Some(first), Some(second)) = (letter(0), letter(1)) else { continue };
        set(offset + TRIPLES, first * 26 + second);
        if let Some(third) = letter(2) {
            set(offset, (first * 26 + second) * 26 + third);
        }
    }
}

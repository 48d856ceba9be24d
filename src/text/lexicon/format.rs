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
/// Bits of the table of the first four signs, which is hashed.
const QUADS: usize = 1 << 14;
/// Where the table of four signs, of three and of two starts, in bits; then the same of two for terms that may stand inside a word.
pub(crate) const TRIPLES_AT: usize = QUADS;
pub(crate) const PAIRS_AT: usize = TRIPLES_AT + SIGNS * SIGNS * SIGNS;
pub(crate) const INSIDE_AT: usize = PAIRS_AT + SIGNS * SIGNS;
/// The bytes of a filter.
pub(crate) const FILTER: usize = (INSIDE_AT + SIGNS * SIGNS).div_ceil(8);

/// The bit of the first two signs.
pub(crate) const fn pair(signs: [usize; 2]) -> usize {
    let [first, second] = signs;
    first * SIGNS + second
}

/// The bit of the first three signs.
pub(crate) const fn triple(signs: [usize; 3]) -> usize {
    let [first, second, third] = signs;
    pair([first, second]) * SIGNS + third
}

/// The bit of the first four signs; a term that may stand inside a word has two.
pub(crate) const fn quad(signs: [usize; 4], is_inside: bool) -> usize {
    let [first, second, third, fourth] = signs;
    let mixed = (triple([first, second, third]) * SIGNS + fourth + is_inside as usize * 999_983) as u64;
    // The upper bits of a product mix all bits of its factors.
    (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 50) as usize
}

/// Notes in a filter how a key starts.
pub(crate) fn mark(filter: &mut [u8], key: &[u8], is_inside: bool) {
    let mut set = |bit: usize| {
        if let Some(byte) = filter.get_mut(bit / 8) {
            *byte |= 1 << (bit % 8);
        }
    };
    let mut signs = [BORDER; 4];
    for (sign, byte) in signs.iter_mut().zip(key).take_while(|(_, byte)| byte.is_ascii_lowercase()) {
        *sign = usize::from(byte - b'a');
    }
    let [first, second, third, _] = signs;
    set(quad(signs, false));
    set(TRIPLES_AT + triple([first, second, third]));
    set(PAIRS_AT + pair([first, second]));
    if is_inside {
        set(quad(signs, true));
        set(INSIDE_AT + pair([first, second]));
    }
}

//! What the build script, which also compiles this file, and the library agree on: the shapes a word can have beside the word itself,
//! the layout of the words and that of the phrases.
//!
//! Phrases are a minimal automaton over classes, in numbers of two bytes: how many classes there are, for each the state that it leads to
//! from the start (0 for none), then the states. A state is a list of ways: a class with [`LAST`] in the last one and [`NEXT`] where it
//! leads to the state right behind, else followed by the place of the state. [`END`] is no class: behind it stands the kind of the
//! phrase that ends here.
//!
//! Words lie in drawers, each with few of them: for each drawer where it starts, at last where the last one ends, then the words, each as
//! its length, its bytes, the number of its classes and these.

/// The shapes, in the order of their numbers. `ANY` is every word; `START`, `END` and `QUESTION` stand for no word but for the border
/// of a sentence, `QUESTION` for one that ends in a question mark.
pub(crate) const SHAPES: &[&str] = &["ANY", "START", "END", "QUESTION", "NUMBER", "MONEY", "LINK", "HANDLE", "HASHTAG", "PERSON"];

/// The number of the first class that is no shape.
pub(crate) const FIRST: u16 = 16;

/// The last way of a state.
pub(crate) const LAST: u16 = 1 << 15;
/// A way to the state right behind.
pub(crate) const NEXT: u16 = 1 << 14;
/// What stands in the place of a class where a phrase ends.
pub(crate) const END: u16 = NEXT - 1;

/// How many drawers there are, as a power of two.
const DRAWER_BITS: u32 = 11;
/// How many drawers there are.
pub(crate) const DRAWERS: usize = 1 << DRAWER_BITS;

/// The drawer of a word.
pub(crate) fn drawer(word: &[u8]) -> usize {
    // The upper bits of a product mix all bits of its factors.
    let mixed = word.iter().fold(0_u32, |mixed, byte| (mixed.rotate_left(5) ^ u32::from(*byte)).wrapping_mul(0x9e37_79b1));
    (mixed >> (32 - DRAWER_BITS)) as usize
}

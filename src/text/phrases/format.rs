//! What the build script, which also compiles this file, and the library agree on: the shapes a word can have beside the word itself,
//! the layout of the words and that of the phrases.
//!
//! Phrases are a minimal automaton over classes, in numbers of two bytes: how many classes there are, for each the state that it leads to
//! from the start (0 for none), then the states. A state is a list of ways: a class with [`LAST`] in the last one and [`NEXT`] where it
//! leads to the state right behind, else followed by the place of the state. [`END`] is no class: behind it stands the kind of the
//! phrase that ends here.
//!
//! Words lie in drawers by their first two signs: for each drawer where it starts, at last where the last one ends, then the words, each as
//! its length, its bytes behind the letters that its drawer tells, the number of its classes and these.

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

/// The drawers of words: 27 signs, twice.
pub(crate) const DRAWERS: usize = SIGNS * SIGNS;
const SIGNS: usize = 27;

/// The drawer of a word, and how many of its letters that tells.
pub(crate) fn drawer(word: &[u8]) -> (usize, usize) {
    let sign = |at: usize| word.get(at).filter(|byte| byte.is_ascii_lowercase()).map(|byte| usize::from(byte - b'a'));
    match (sign(0), sign(1)) {
        (Some(first), Some(second)) => (first * SIGNS + second, 2),
        (Some(first), None) => (first * SIGNS + SIGNS - 1, 1),
        (None, _) => (DRAWERS - 1, 0),
    }
}

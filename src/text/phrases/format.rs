//! What the build script, which also compiles this file, and the library agree on: the shapes a word can have beside the word itself.

/// The shapes, in the order of their numbers. `ANY` is every word; `START`, `END` and `QUESTION` stand for no word but for the border
/// of a sentence, `QUESTION` for one that ends in a question mark.
pub(crate) const SHAPES: &[&str] = &["ANY", "START", "END", "QUESTION", "NUMBER", "MONEY", "LINK", "HANDLE", "HASHTAG", "PERSON"];

//! What the build script, which also compiles this file, and the library agree on: the shapes a word can have beside the word itself, and the
//! classes that change how phrases are found.

/// The shapes, in the order of their numbers. `ANY` is every word; `START`, `END` and `QUESTION` stand for no word but for the border
/// of a sentence, `QUESTION` for one that ends in a question mark.
pub(crate) const SHAPES: &[&str] = &["ANY", "START", "END", "QUESTION", "NUMBER", "MONEY", "LINK", "HANDLE", "HASHTAG", "PERSON"];

/// The class, in the lists, of words that turn the meaning round: no gap of a phrase holds one, and none stands before a phrase.
pub(crate) const NEGATION: &str = "neg";
/// The class of words that report what somebody said: what they have in quotation marks behind them is not the author's.
pub(crate) const REPORT: &str = "report";

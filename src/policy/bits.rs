//! The owner's bits of a built-in term, which the build script writes and `policy::words` reads; both compile this file.

/// The two bits of a severity: mild, moderate, strong, slur.
pub(crate) const SEVERITY: u64 = 3;
/// A swear word.
pub(crate) const PROFANITY: u64 = 1 << 2;
/// An innocent word or phrase that holds what looks like another term.
pub(crate) const ALLOW: u64 = 1 << 3;
/// With a capital letter it is a name.
pub(crate) const NAME: u64 = 1 << 4;
/// A word of another language too.
pub(crate) const FOREIGN: u64 = 1 << 5;
/// The name of somebody well known.
pub(crate) const PERSON: u64 = 1 << 6;
/// A word that a phrase about harm is built around.
pub(crate) const HARM: u64 = 1 << 7;
/// A word that a phrase against a platform's terms is built around.
pub(crate) const TERMS: u64 = 1 << 8;
/// A word that is a swear word in some phrases only.
pub(crate) const CONTEXT: u64 = 1 << 9;
/// From here on: where the classes of such a word are listed.
pub(crate) const CLASSES: u32 = 16;

//! Looking for terms in a folded text: a minimal automaton walked over every reading of every glyph.
//!
//! In scope: building a lexicon from terms, finding them however they are written, and where they begin and end.
//! Out of scope: which terms there are and what they mean: an [`Entry`] carries bits that only its owner reads.

mod accept;
mod automaton;
pub(crate) mod compile;
mod entry;
pub(crate) mod format;
mod scan;
#[cfg(test)]
#[path = "../../../buildscript/sharing.rs"]
mod sharing;
mod spelling;
mod walk;

pub use entry::{Entry, Traits};
pub use scan::{Hit, Writing};

use super::fold::Letters;
use super::order::order;
use automaton::Automaton;
use format::{FILTER, INSIDE_AT, mark, pair};
use std::fmt;
use thiserror::Error;

/// Why a lexicon can't be built or read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LexiconError {
    /// Bytes that are no lexicon.
    #[error("not a lexicon: {0}")]
    Unreadable(String),
}

/// Terms, ready to be looked for.
#[derive(Clone)]
pub struct Lexicon<D> {
    terms: Automaton<D>,
    filter: D,
    /// The letters with which terms start that may stand inside a word.
    inside: Letters,
    /// True for a document's own terms: they are also looked for in hosts, and may start with a sign.
    is_own: bool,
}

impl<D: AsRef<[u8]>> fmt::Debug for Lexicon<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lexicon").finish_non_exhaustive()
    }
}

impl<D: AsRef<[u8]>> Lexicon<D> {
    /// A lexicon in the bytes that the build script or [`Lexicon::build`] wrote; nothing is copied.
    pub fn new(terms: D, filter: D) -> Result<Self, LexiconError> {
        if filter.as_ref().len() != FILTER {
            return Err(LexiconError::Unreadable(format!("a filter of {} bytes, expected {FILTER}", filter.as_ref().len())));
        }
        let terms = Automaton::new(terms).ok_or_else(|| LexiconError::Unreadable("terms without their values".to_owned()))?;
        let mut read = Self { terms, filter, inside: Letters::NONE, is_own: false };
        let starts_inside = |letter: u8| (0..26).any(|next| read.bit(INSIDE_AT + pair([usize::from(letter - b'a'), next])));
        read.inside = (b'a'..=b'z').filter(|letter| starts_inside(*letter)).fold(Letters::NONE, |set, letter| set.or(Letters::of(letter)));
        Ok(read)
    }

    /// The same terms, borrowed: there is one scan and one walk, whoever owns the bytes.
    fn borrowed(&self) -> Lexicon<&[u8]> {
        Lexicon { terms: self.terms.borrowed(), filter: self.filter.as_ref(), inside: self.inside, is_own: self.is_own }
    }

    /// Every term with its entry, in order.
    #[cfg(test)]
    pub(crate) fn entries(&self) -> Vec<(Vec<u8>, Entry)> {
        self.terms.borrowed().entries().into_iter().map(|(key, value)| (key, Entry(value))).collect()
    }

    /// True when there is no term.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    #[inline]
    fn bit(&self, bit: usize) -> bool {
        self.filter.as_ref().get(bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
    }
}

/// The automaton and the filter of keys in order, as the build script makes them, but for nodes that it would share.
#[cfg(any(feature = "browser", test))]
pub(crate) fn compile_terms(keys: &[(&[u8], u64)]) -> (Vec<u8>, Vec<u8>) {
    let mut filter = vec![0; FILTER];
    // What is written with stars is looked for wherever its first letter stands.
    for (key, value) in keys.iter().filter(|(key, _)| !key.contains(&b'*')) {
        mark(&mut filter, key, Entry(*value).has(Traits::INSIDE));
    }
    (compile::compile(keys, &mut |_, _, _| None), filter)
}

impl Lexicon<Vec<u8>> {
    /// A lexicon of a document's own terms, as they are written there; of a term given twice, the traits and bits of both, of one of
    /// marks alone, nothing.
    pub fn build<'s>(terms: impl IntoIterator<Item = (&'s str, Entry)>) -> Result<Self, LexiconError> {
        let mut found = Vec::new();
        for (term, entry) in terms {
            found.extend(spelling::spellings(term).into_iter().map(|(key, traits)| (key, entry.0 | u64::from(traits.0))));
        }
        let mut keys: Vec<(&[u8], u64)> = Vec::with_capacity(found.len());
        let mut filter = vec![0; FILTER];
        for index in order(found.len(), &|one, other| found.get(one).cmp(&found.get(other))) {
            let Some((key, value)) = found.get(index) else { continue };
            let key = key.as_bytes();
            mark(&mut filter, key, Entry(*value).has(Traits::INSIDE));
            match keys.last_mut().filter(|(last, _)| *last == key) {
                Some((_, known)) => *known |= value,
                None => keys.push((key, *value)),
            }
        }
        Ok(Self { is_own: true, ..Self::new(compile::compile(&keys, &mut |_, _, _| None), filter)? })
    }
}

#[cfg(test)]
mod tests;

//! Looking for phrases: sequences of word classes, in an automaton, around words that the lexicon has found.
//!
//! In scope: cutting a folded text into words, giving each its classes and shape, finding which phrases they make.
//! Out of scope: what a phrase means: its kind is a number that its owner reads.

#[cfg(any(feature = "browser", test))]
mod compile;
pub(crate) mod format;
mod walk;
mod words;

#[cfg(any(feature = "browser", test))]
pub(crate) use compile::compile;
pub use words::Word;

use super::Span;
use super::fold::Folded;
use super::lexicon::Hit;
use format::{DRAWERS, drawer};
use std::fmt;
use walk::Walker;

/// How many words behind it an innocent phrase can start.
const BEHIND: usize = 4;
/// How many words before the one it is built around a phrase can start.
const REACH: usize = 12;
/// How far before a quotation the word that reports it can stand.
const REPORTING: usize = 6;

/// Words with their classes.
#[derive(Clone)]
pub struct Phrases<D>(D);

impl<D> fmt::Debug for Phrases<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Phrases").finish_non_exhaustive()
    }
}

/// Phrases as sequences of classes, with a kind each.
#[derive(Clone)]
pub struct Patterns<D>(D);

impl<D> fmt::Debug for Patterns<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patterns").finish_non_exhaustive()
    }
}

impl<D: AsRef<[u8]>> Patterns<D> {
    /// The phrases that the build script wrote; read in place.
    pub const fn new(phrases: D) -> Self {
        Self(phrases)
    }
}

/// A phrase that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phrase {
    /// Which kind it is, in the numbering of its owner.
    pub kind: u16,
    /// Where, in bytes of the text.
    pub span: Span,
    /// The first word in it that the phrase may be built around.
    pub core: Span,
}

impl<D: AsRef<[u8]>> Phrases<D> {
    /// The words and classes that the build script wrote; read in place.
    pub const fn new(words: D) -> Self {
        Self(words)
    }

    /// The words of a text. `hits` are terms of the lexicon and what they are to a phrase, in text order.
    pub fn words(&self, folded: &Folded, hits: &[(Hit, Role)]) -> Vec<Word> {
        words::cut(folded, hits, |word| self.place_of(word))
    }

    /// Where the classes of a word are listed; 0 for a word that is in no phrase.
    pub(crate) fn place_of(&self, word: &[u8]) -> u32 {
        self.find_word(word).and_then(|at| u32::try_from(at).ok()).unwrap_or_default()
    }

    fn find_word(&self, word: &[u8]) -> Option<usize> {
        let data = self.0.as_ref();
        let number = drawer(word);
        let (starts, _) = data.get(..(DRAWERS + 1) * 2)?.as_chunks();
        let [start, end] = starts.get(number..number + 2)? else { return None };
        let (mut at, end) = (usize::from(u16::from_le_bytes(*start)), usize::from(u16::from_le_bytes(*end)));
        while at < end {
            let behind = at + 1 + usize::from(*data.get(at)?);
            let found = data.get(at + 1..behind)?;
            if found == word {
                return Some(behind);
            }
            at = behind + 1 + 2 * usize::from(*data.get(behind)?);
        }
        None
    }

    /// The classes of a word, in the order of their numbers.
    fn classes(&self, word: &Word) -> &[[u8; 2]] {
        if word.classes == 0 {
            return &[];
        }
        let list = self.0.as_ref().get(word.classes as usize..).unwrap_or_default();
        let (count, list) = list.split_first().map_or((0, list), |(count, list)| (usize::from(*count), list));
        list.as_chunks().0.get(..count).unwrap_or_default()
    }

    /// The phrases of `patterns` in the words around the cores of a list: of each start and kind the longest.
    pub fn find<P: AsRef<[u8]>>(&self, patterns: &Patterns<P>, words: &[Word], core: u8) -> Vec<Phrase> {
        let mut walker = Walker::new(self, patterns.0.as_ref().as_chunks().0, words);
        let mut next = 0;
        for (at, _) in words.iter().enumerate().filter(|(_, word)| word.cores & core != 0) {
            let end = (at + BEHIND + 1).min(words.len());
            for start in at.saturating_sub(REACH).max(next)..end {
                if walker.enter(start) && !self.is_disowned(words, start) {
                    walker.walk(start);
                }
            }
            next = end;
        }
        let mut found = walker.found;
        for phrase in &mut found {
            let from = words.partition_point(|word| word.span.start < phrase.span.start);
            let core = words.iter().skip(from).find(|word| word.cores & core != 0);
            phrase.core = core.map_or(phrase.span, |word| word.span);
        }
        found
    }

    /// True when nobody means what starts at a word: behind a negation, or in somebody else's mouth.
    fn is_disowned(&self, words: &[Word], start: usize) -> bool {
        let Some(word) = words.get(start) else { return true };
        let before = |most: usize| words.get(start.saturating_sub(most)..start).unwrap_or_default();
        let is_negated = !word.is_cut_off
            && before(2).iter().any(|before| self.has(before, words::NEGATION))
            && !before(2).last().is_some_and(|last| last.is_cut_off && !self.has(last, words::NEGATION));
        is_negated
            || word.quote.is_some_and(|quote| {
                let opening = usize::try_from(quote).unwrap_or_default();
                words.get(opening.saturating_sub(REPORTING)..opening).unwrap_or_default().iter().any(|word| self.has(word, words::REPORT))
            })
    }

    /// True when a word belongs to one of the two classes with the lowest numbers.
    fn has(&self, word: &Word, class: [u8; 2]) -> bool {
        self.classes(word).iter().take(2).any(|of| *of == class)
    }
}

/// What a term that the lexicon found is to a phrase.
#[derive(Debug, Clone, Copy, Default)]
pub struct Role {
    /// Where its classes are listed; 0 for none.
    pub classes: u32,
    /// True for somebody's name.
    pub is_person: bool,
    /// The lists whose phrases are built around it, in the owner's bits.
    pub cores: u8,
}

#[cfg(test)]
mod tests;

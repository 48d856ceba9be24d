//! Looking for phrases: sequences of word classes, in an FST, around words that the lexicon has found.
//!
//! In scope: cutting a folded text into words, giving each its classes and shape, finding which phrases they make.
//! Out of scope: what a phrase means: its kind is a number that its owner reads.

pub(crate) mod format;
mod words;

pub use words::Word;

use super::Span;
use super::fold::Folded;
use super::lexicon::{Hit, LexiconError};
use fst::raw::{Fst, Output};
use std::fmt;
use words::Shape;

/// How many words before the one it is built around a phrase can start.
const REACH: usize = 12;
/// How far before a quotation the word that reports it can stand.
const REPORTING: usize = 6;
/// The most steps from one word, so that hostile text takes linear time.
const BUDGET: usize = 1500;

/// Words with their classes, and the phrases that are made of them.
#[derive(Clone)]
pub struct Phrases<D> {
    words: Fst<D>,
    classes: D,
}

impl<D: AsRef<[u8]>> fmt::Debug for Phrases<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Phrases").field("words", &self.words.len()).finish_non_exhaustive()
    }
}

/// Phrases as sequences of classes, with a kind each.
#[derive(Clone)]
pub struct Patterns<D>(Fst<D>);

impl<D: AsRef<[u8]>> fmt::Debug for Patterns<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patterns").field("phrases", &self.0.len()).finish_non_exhaustive()
    }
}

impl<D: AsRef<[u8]>> Patterns<D> {
    /// The phrases that the build script wrote.
    pub fn new(phrases: D) -> Result<Self, LexiconError> {
        Ok(Self(Fst::new(phrases).map_err(|error| LexiconError::Unreadable(error.to_string()))?))
    }
}

/// A phrase that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phrase {
    /// Which kind it is, in the numbering of its owner.
    pub kind: u64,
    /// Where, in bytes of the text.
    pub span: Span,
    /// The first word in it that the phrase may be built around.
    pub core: Span,
}

impl<D: AsRef<[u8]>> Phrases<D> {
    /// The words and classes that the build script wrote.
    pub fn new(words: D, classes: D) -> Result<Self, LexiconError> {
        Ok(Self { words: Fst::new(words).map_err(|error| LexiconError::Unreadable(error.to_string()))?, classes })
    }

    /// The words of a text. `hits` are terms of the lexicon and what they are to a phrase, in text order.
    pub fn words(&self, folded: &Folded, hits: &[(Hit, Role)]) -> Vec<Word> {
        words::cut(folded, hits, |text| self.lookup(text))
    }

    /// Where the classes of a word are listed; 0 for a word that is in no phrase.
    fn lookup(&self, text: &str) -> u32 {
        self.words.get(text).and_then(|at| u32::try_from(at.value()).ok()).unwrap_or_default()
    }

    fn classes(&self, word: &Word) -> impl Iterator<Item = [u8; 2]> {
        let list = self.classes.as_ref().get(word.classes as usize..).unwrap_or_default();
        let (count, list) = list.split_first().map_or((0, list), |(count, list)| (usize::from(*count), list));
        list.as_chunks::<2>().0.iter().take(count).copied()
    }

    /// The phrases of `patterns` in the words around the cores of a list: of each start and kind the longest.
    pub fn find<P: AsRef<[u8]>>(&self, patterns: &Patterns<P>, words: &[Word], core: u8) -> Vec<Phrase> {
        let (mut found, mut steps, mut next) = (Vec::new(), Vec::new(), 0);
        for (at, _) in words.iter().enumerate().filter(|(_, word)| word.cores & core != 0) {
            for start in at.saturating_sub(REACH).max(next)..=at {
                if self.is_disowned(words, start) {
                    continue;
                }
                self.walk(patterns, words, start, &mut steps, &mut found);
            }
            next = at + 1;
        }
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
            && before(2).iter().rev().any(|before| self.has(before, words::NEGATION))
            && !before(2).last().is_some_and(|last| last.is_cut_off && !self.has(last, words::NEGATION));
        is_negated
            || word.quote.is_some_and(|quote| {
                let opening = usize::try_from(quote).unwrap_or_default();
                words.get(opening.saturating_sub(REPORTING)..opening).unwrap_or_default().iter().any(|word| self.has(word, words::REPORT))
            })
    }

    fn has(&self, word: &Word, class: [u8; 2]) -> bool {
        self.classes(word).any(|of| of == class)
    }

    fn walk<P: AsRef<[u8]>>(&self, patterns: &Patterns<P>, words: &[Word], start: usize, steps: &mut Vec<Step>, found: &mut Vec<Phrase>) {
        let first = found.len();
        steps.clear();
        steps.push(Step { node: patterns.0.root().addr(), at: start, output: Output::zero() });
        for _ in 0..BUDGET {
            let Some(step) = steps.pop() else { return };
            let node = patterns.0.node(step.node);
            if node.is_final() && step.at > start {
                keep(found, first, words, start, step.at, step.output.cat(node.final_output()).value());
            }
            let mut follow = |class: [u8; 2], at: usize| {
                let mut to = Step { at, ..step };
                for byte in class {
                    let node = patterns.0.node(to.node);
                    let Some(index) = node.find_input(byte) else { return };
                    let transition = node.transition(index);
                    to = Step { node: transition.addr, output: to.output.cat(transition.out), ..to };
                }
                steps.push(to);
            };
            let behind = words.get(step.at);
            let before = step.at.checked_sub(1).and_then(|at| words.get(at));
            if before.is_none() || behind.is_some_and(|word| word.starts) {
                follow(Shape::START.class(), step.at);
            }
            if before.is_some() && behind.is_none_or(|word| word.starts) {
                follow(Shape::END.class(), step.at);
                if before.is_some_and(|word| word.asks) {
                    follow(Shape::QUESTION.class(), step.at);
                }
            }
            if let Some(word) = behind.filter(|word| step.at == start || !word.is_cut_off) {
                if !self.has(word, words::NEGATION) {
                    follow(Shape::ANY.class(), step.at + 1);
                }
                for shape in word.shapes() {
                    follow(shape.class(), step.at + 1);
                }
                for class in self.classes(word) {
                    follow(class, step.at + 1);
                }
            }
        }
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

#[derive(Debug, Clone, Copy)]
struct Step {
    node: usize,
    at: usize,
    output: Output,
}

/// Keeps the longest phrase of a kind; those from `first` on start at the same word.
fn keep(found: &mut Vec<Phrase>, first: usize, words: &[Word], start: usize, end: usize, kind: u64) {
    let (Some(from), Some(to)) = (words.get(start), words.get(end - 1)) else { return };
    let span = Span::new(from.span.start, to.span.end);
    match found.iter_mut().skip(first).find(|known| known.kind == kind) {
        Some(known) if known.span.end >= span.end => {}
        Some(known) => known.span = span,
        None => found.push(Phrase { kind, span, core: span }),
    }
}

#[cfg(test)]
mod tests;

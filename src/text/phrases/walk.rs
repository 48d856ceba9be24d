//! The walk: from one word on, follow every phrase for as long as the words go with it.

use super::format::{END, FIRST, LAST, NEXT};
use super::words::Shape;
use super::{Phrase, Phrases, Word};
use crate::text::Span;

/// The most steps from one word, so that hostile text takes linear time.
const BUDGET: usize = 400;

/// One way of reading the words up to `at`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    state: usize,
    at: usize,
}

/// A list of phrases, laid out as `format` tells.
#[derive(Clone, Copy)]
struct List<'p> {
    numbers: &'p [[u8; 2]],
    /// Where each class leads from the start.
    starts: &'p [[u8; 2]],
}

impl<'p> List<'p> {
    fn new(numbers: &'p [[u8; 2]]) -> Self {
        let (count, rest) = numbers.split_first().map_or((0, numbers), |(count, rest)| (usize::from(u16::from_le_bytes(*count)), rest));
        Self { numbers, starts: rest.get(..count).unwrap_or_default() }
    }

    #[inline]
    fn number(self, at: usize) -> Option<u16> {
        self.numbers.get(at).copied().map(u16::from_le_bytes)
    }

    /// Where a class leads from the start.
    #[inline]
    fn enter(self, class: u16) -> Option<usize> {
        let target = self.starts.get(usize::from(class)).copied().map(u16::from_le_bytes)?;
        (target != 0).then_some(usize::from(target))
    }
}

pub(super) struct Walker<'w, D> {
    phrases: &'w Phrases<D>,
    list: List<'w>,
    /// The shapes that phrases start with, and where each leads.
    shapes: Vec<(Shape, usize)>,
    words: &'w [Word],
    steps: Vec<Step>,
    pub(super) found: Vec<Phrase>,
}

impl<'w, D: AsRef<[u8]>> Walker<'w, D> {
    pub(super) fn new(phrases: &'w Phrases<D>, patterns: &'w [[u8; 2]], words: &'w [Word]) -> Self {
        let list = List::new(patterns);
        let shapes = Shape::ALL.into_iter().filter_map(|shape| Some((shape, list.enter(u16::from(shape.number()))?))).collect();
        Self { phrases, list, shapes, words, steps: Vec::new(), found: Vec::new() }
    }

    /// The first steps of the phrases that start at a word; false where none does.
    pub(super) fn enter(&mut self, start: usize) -> bool {
        self.steps.clear();
        let word = self.words.get(start);
        for (shape, state) in &self.shapes {
            if let Some(width) = self.width(start, word, *shape) {
                self.steps.push(Step { state: *state, at: start + width });
            }
        }
        let classes = word.map(|word| self.phrases.classes(word)).unwrap_or_default();
        let list = self.list;
        for class in classes {
            let class = u16::from_be_bytes(*class);
            // The classes that phrases start with come first.
            if usize::from(class) >= list.starts.len() {
                break;
            }
            if let Some(state) = list.enter(class) {
                self.steps.push(Step { state, at: start + 1 });
            }
        }
        !self.steps.is_empty()
    }

    /// Finds the phrases that start at the word that was entered.
    pub(super) fn walk(&mut self, start: usize) {
        let first = self.found.len();
        for _ in 0..BUDGET {
            let Some(step) = self.steps.pop() else { return };
            self.advance(step, first, start);
        }
    }

    /// Every step that goes on from `step`.
    fn advance(&mut self, step: Step, first: usize, start: usize) {
        let word = self.words.get(step.at).filter(|word| step.at == start || !word.is_cut_off);
        let mut classes = word.map(|word| self.phrases.classes(word)).unwrap_or_default();
        let mut at = step.state;
        while let Some(way) = self.list.number(at) {
            let class = way & !(LAST | NEXT);
            let target = if way & NEXT == 0 { self.list.number(at + 1).map_or(0, usize::from) } else { at + 1 };
            at += if way & NEXT == 0 { 2 } else { 1 };
            if class == END {
                // Behind this stands the kind of the phrase.
                if step.at > start {
                    self.keep(first, start, step.at, target);
                }
            } else if class < FIRST {
                let width = Shape::of(class).and_then(|shape| self.width(step.at, word, shape));
                self.steps.extend(width.map(|width| Step { state: target, at: step.at + width }));
            } else {
                while let Some((own, rest)) = classes.split_first()
                    && u16::from_be_bytes(*own) < class
                {
                    classes = rest;
                }
                match classes.first() {
                    None => return,
                    Some(own) if u16::from_be_bytes(*own) == class => self.steps.push(Step { state: target, at: step.at + 1 }),
                    Some(_) => {}
                }
            }
            if way & LAST != 0 {
                return;
            }
        }
    }

    /// How many words a shape takes at `at`: none for the borders of sentences; `None` where it does not fit.
    fn width(&self, at: usize, word: Option<&Word>, shape: Shape) -> Option<usize> {
        let before = at.checked_sub(1).and_then(|at| self.words.get(at));
        let behind = self.words.get(at);
        match shape {
            Shape::START => (before.is_none() || behind.is_some_and(|word| word.starts)).then_some(0),
            Shape::END => (before.is_some() && behind.is_none_or(|word| word.starts)).then_some(0),
            Shape::QUESTION => (before.is_some_and(|word| word.asks) && behind.is_none_or(|word| word.starts)).then_some(0),
            Shape::ANY => word.filter(|word| !self.phrases.has(word, super::words::NEGATION)).map(|_| 1),
            _ => word.filter(|word| word.has_shape(shape)).map(|_| 1),
        }
    }

    /// Keeps the longest phrase of a kind; those from `first` on start at the same word.
    fn keep(&mut self, first: usize, start: usize, end: usize, kind: usize) {
        let Ok(kind) = u16::try_from(kind) else { return };
        let (Some(from), Some(to)) = (self.words.get(start), self.words.get(end - 1)) else { return };
        let span = Span::new(from.span.start, to.span.end);
        match self.found.iter_mut().skip(first).find(|known| known.kind == kind) {
            Some(known) if known.span.end >= span.end => {}
            Some(known) => known.span = span,
            None => self.found.push(Phrase { kind, span, core: span }),
        }
    }
}

//! The walk: from one word on, follow every phrase for as long as the words go with it.

use super::words::Shape;
use super::{Phrase, Phrases, Word};
use crate::text::Span;
use fst::raw::{Fst, Node, Output};

/// The most steps from one word, so that hostile text takes linear time.
const BUDGET: usize = 400;
/// From how many ways on a word's classes are looked up one by one, rather than the ways.
const MANY: usize = 12;

/// One way of reading the words up to `at`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    node: usize,
    at: usize,
    output: Output,
}

pub(super) struct Walker<'w, D, P> {
    pub(super) phrases: &'w Phrases<D>,
    pub(super) patterns: &'w Fst<P>,
    pub(super) words: &'w [Word],
    pub(super) steps: Vec<Step>,
    pub(super) found: Vec<Phrase>,
}

impl<D: AsRef<[u8]>, P: AsRef<[u8]>> Walker<'_, D, P> {
    /// Finds the phrases that start at a word.
    pub(super) fn walk(&mut self, start: usize) {
        let first = self.found.len();
        self.steps.clear();
        self.steps.push(Step { node: self.patterns.root().addr(), at: start, output: Output::zero() });
        for _ in 0..BUDGET {
            let Some(step) = self.steps.pop() else { return };
            let node = self.patterns.node(step.node);
            if node.is_final() && step.at > start {
                self.keep(first, start, step.at, step.output.cat(node.final_output()).value());
            }
            self.advance(step, &node, start);
        }
    }

    /// Every step that goes on from `step`. A class is two bytes: its number, the upper half first.
    fn advance(&mut self, step: Step, node: &Node<'_>, start: usize) {
        let word = self.words.get(step.at).filter(|word| step.at == start || !word.is_cut_off);
        let classes = word.map(|word| self.phrases.classes(word)).unwrap_or_default();
        for upper in node.transitions() {
            let inner = self.patterns.node(upper.addr);
            let output = step.output.cat(upper.out);
            let mut follow = |index: usize, at: usize| {
                let lower = inner.transition(index);
                self.steps.push(Step { node: lower.addr, at, output: output.cat(lower.out) });
            };
            if inner.len() > MANY {
                let of_upper = classes.iter().filter(|class| class.first() == Some(&upper.inp));
                of_upper.filter_map(|[_, lower]| inner.find_input(*lower)).for_each(|index| follow(index, step.at + 1));
            } else {
                for index in 0..inner.len() {
                    if classes.binary_search(&[upper.inp, inner.transition(index).inp]).is_ok() {
                        follow(index, step.at + 1);
                    }
                }
            }
            if upper.inp == 0 {
                for shape in Shape::ALL {
                    if let Some(index) = inner.find_input(shape.number()) {
                        let width = Self::width(self.phrases, self.words, step.at, word, shape);
                        if let Some(width) = width {
                            follow(index, step.at + width);
                        }
                    }
                }
            }
        }
    }

    /// How many words a shape takes at `at`: none for the borders of sentences; `None` where it does not fit.
    fn width(phrases: &Phrases<D>, words: &[Word], at: usize, word: Option<&Word>, shape: Shape) -> Option<usize> {
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        let behind = words.get(at);
        match shape {
            Shape::START => (before.is_none() || behind.is_some_and(|word| word.starts)).then_some(0),
            Shape::END => (before.is_some() && behind.is_none_or(|word| word.starts)).then_some(0),
            Shape::QUESTION => (before.is_some_and(|word| word.asks) && behind.is_none_or(|word| word.starts)).then_some(0),
            Shape::ANY => word.filter(|word| !phrases.has(word, super::words::NEGATION)).map(|_| 1),
            _ => word.filter(|word| word.has_shape(shape)).map(|_| 1),
        }
    }

    /// Keeps the longest phrase of a kind; those from `first` on start at the same word.
    fn keep(&mut self, first: usize, start: usize, end: usize, kind: u64) {
        let (Some(from), Some(to)) = (self.words.get(start), self.words.get(end - 1)) else { return };
        let span = Span::new(from.span.start, to.span.end);
        match self.found.iter_mut().skip(first).find(|known| known.kind == kind) {
            Some(known) if known.span.end >= span.end => {}
            Some(known) => known.span = span,
            None => self.found.push(Phrase { kind, span, core: span }),
        }
    }
}

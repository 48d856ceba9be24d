//! Patterns of secrets in the bytes that `buildscript/forms.rs` makes of them: for the browser, where a compiler of patterns would be a
//! tenth of what is loaded. A test holds every pattern against `regex-lite`, which the other doors use.

use super::Span;
use super::secret_forms::CLASSES;

/// In the place of the most of a piece: any number.
const ANY: u8 = 255;
/// The bit of a class of which fewer than there are may do.
const GIVES_BACK: u8 = 0x40;
/// The bits that number a class.
const CLASS: u8 = 0x3f;

/// A text in which patterns are looked for.
pub(super) struct Matcher<'t> {
    text: &'t [u8],
    /// The last run of a class that was looked at to its end, which many starts may share: the class, from where, to where.
    run: (u8, usize, usize),
}

impl<'t> Matcher<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self { text: text.as_bytes(), run: (ANY, 0, 0) }
    }

    /// The first place from `from` on that fits one of the sequences.
    pub(super) fn find(&mut self, sequences: &[&[u8]], from: usize) -> Option<Span> {
        (from..self.text.len()).find_map(|start| self.fits(sequences, start).map(|end| Span::new(start, end)))
    }

    /// Where the first of the sequences that fits at a place ends.
    pub(super) fn fits(&mut self, sequences: &[&[u8]], start: usize) -> Option<usize> {
        sequences.iter().find_map(|sequence| self.follow(sequence, start))
    }

    fn follow(&mut self, mut sequence: &[u8], mut at: usize) -> Option<usize> {
        loop {
            let (first, rest) = match sequence {
                [] => return Some(at),
                [first, rest @ ..] => (*first, rest),
            };
            if first < 0x80 {
                (self.text.get(at) == Some(&first)).then_some(())?;
                at += 1;
                sequence = rest;
                continue;
            }
            let [least, most, rest @ ..] = rest else { return None };
            let length = self.length(first & CLASS, at, *most);
            if length < usize::from(*least) {
                return None;
            }
            if first & GIVES_BACK != 0 {
                return (usize::from(*least)..=length).rev().find_map(|length| self.follow(rest, at + length));
            }
            at += length;
            sequence = rest;
        }
    }

    /// How many characters of a class stand at a place, up to `most`.
    fn length(&mut self, class: u8, at: usize, most: u8) -> usize {
        let set = CLASSES.get(usize::from(class)).copied().unwrap_or_default();
        let holds = |byte: &&u8| set.get(usize::from(**byte >> 5)).is_some_and(|bits| bits >> (**byte & 31) & 1 == 1);
        let behind = self.text.get(at..).unwrap_or_default();
        if most < ANY {
            return behind.iter().take(usize::from(most)).take_while(holds).count();
        }
        let (known, start, end) = self.run;
        if known != class || at < start || at >= end {
            self.run = (class, at, at + behind.iter().take_while(holds).count());
        }
        self.run.2 - at
    }
}

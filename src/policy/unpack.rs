//! Terms and words as the browser gets them: packed by the build script (`buildscript/packed.rs` tells how), unpacked once, when the first
//! policy is read. What comes out is what the other doors have as constants.

use super::bits;
use crate::text::lexicon::compile_terms;
use crate::text::phrases::{Phrases, compile};

static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/words.packed"));

/// What is looked for, ready to be read in place.
pub(super) struct Tables {
    pub(super) terms: Vec<u8>,
    pub(super) filter: Vec<u8>,
    pub(super) words: Vec<u8>,
}

/// Unpacks the lists; `None` for bytes that the build script did not write.
pub(super) fn unpack() -> Option<Tables> {
    let mut packed = Packed(PACKED);
    let count = packed.number()?;
    let values: Vec<u64> = packed.take(count * 8)?.as_chunks().0.iter().copied().map(u64::from_le_bytes).collect();
    let count = packed.number()?;
    let shared = packed.take(count)?;
    let mut text: Vec<u8> = Vec::with_capacity(count * 8);
    let mut ends = Vec::with_capacity(count);
    let mut start = 0;
    for same in shared {
        let from = start;
        start = text.len();
        text.extend_from_within(from..from.checked_add(usize::from(*same)).filter(|end| *end <= start)?);
        loop {
            let byte = packed.byte()?;
            text.push(byte & 0x7f);
            if byte & 0x80 != 0 {
                break;
            }
        }
        ends.push((start, text.len()));
    }
    let numbers = packed.take(count)?;
    let mut classes: Vec<u16> = Vec::new();
    let mut listed = Vec::with_capacity(count);
    let mut newest = 0;
    for (start, end) in &ends {
        let from = classes.len();
        let mut last = 0;
        for _ in 0..packed.number()? {
            last = match packed.number()? {
                0 => newest + 1,
                more => last + u16::try_from(more).ok()?,
            };
            newest = newest.max(last);
            classes.push(last);
        }
        if classes.len() > from {
            listed.push((text.get(*start..*end)?, from, classes.len()));
        }
    }
    let listed: Vec<(&[u8], &[u16])> =
        listed.into_iter().map(|(word, from, end)| (word, classes.get(from..end).unwrap_or_default())).collect();
    let (words, _) = compile(&listed)?;
    let phrases = Phrases::new(words.as_slice());
    let key = |index: usize| ends.get(index).and_then(|(start, end)| text.get(*start..*end));
    let mut foreign = Vec::new();
    for _ in 0..packed.number()? {
        foreign.push((packed.number()?, packed.number()?));
    }
    let mut terms = Vec::with_capacity(count);
    for (index, number) in numbers.iter().enumerate() {
        let Some(place) = usize::from(*number).checked_sub(1) else { continue };
        let value = *values.get(place)?;
        let is_core = value >> 16 & (bits::HARM | bits::TERMS | bits::CONTEXT) != 0;
        let word = foreign.iter().find(|(term, _)| *term == index).map_or(index, |(_, word)| *word);
        let classes = if is_core { u64::from(phrases.place_of(key(word)?)) } else { 0 };
        terms.push((key(index)?, value | classes << (16 + bits::CLASSES)));
    }
    let (terms, filter) = compile_terms(&terms);
    Some(Tables { terms, filter, words })
}

/// What is not read yet.
struct Packed(&'static [u8]);

impl Packed {
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    fn take(&mut self, count: usize) -> Option<&'static [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in [0, 7, 14, 21] {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::fixed;
    use super::*;
    use crate::text::lexicon::Lexicon;

    #[test]
    fn what_is_unpacked_is_what_the_build_script_wrote() {
        let (unpacked, [terms, filter, words]) = (unpack().unwrap(), fixed());
        assert!(unpacked.words == words);
        assert!(unpacked.filter == filter);
        let unpacked = Lexicon::new(unpacked.terms, unpacked.filter).unwrap().entries();
        assert!(unpacked.len() > 3000);
        assert!(unpacked == Lexicon::new(terms, filter).unwrap().entries());
    }
}

//! What is known of a term: how it may be written, and bits for its owner.

use super::format::traits;
use crate::text::fold::{Kind, fold};
use std::ops::BitOr;

/// How a term may be written to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traits(pub u16);

impl Traits {
    /// Also inside a longer word.
    pub const INSIDE: Self = Self(traits::INSIDE);
    /// Also at the start of a longer word.
    pub const START: Self = Self(traits::START);
    /// Has an innocent twin: only as a whole word, plainly written.
    pub const AMBIGUOUS: Self = Self(traits::AMBIGUOUS);
    /// Known well enough to be read through separators, blanks and several disguises at once.
    pub const UNMISTAKABLE: Self = Self(traits::UNMISTAKABLE);
    /// Known from its first letter when the others are masked.
    pub const MASKED: Self = Self(traits::MASKED);
    /// Only letter for letter: for what makes other terms innocent.
    pub const LITERAL: Self = Self(traits::LITERAL);
    /// Also with an accent and a capital: for a document's own terms, which are often names. The build script's terms never have it.
    pub const ACCENTED: Self = Self(1 << 6);
}

impl BitOr for Traits {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A term's traits (the low 16 bits) and its owner's bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Entry(pub u64);

impl Entry {
    /// An entry with the owner's bits, of which 48 fit.
    pub const fn new(traits: Traits, owner: u64) -> Self {
        Self(traits.0 as u64 | owner << 16)
    }

    /// The owner's bits.
    pub const fn owner(self) -> u64 {
        self.0 >> 16
    }

    /// True when every one of these traits is set.
    pub const fn has(self, traits: Traits) -> bool {
        self.0 & traits.0 as u64 == traits.0 as u64
    }
}

/// A term as a lexicon holds it: lower-case letters and digits, one blank where the term has blanks or punctuation; `None` when nothing
/// is left. Letters of other scripts stay what they are.
pub fn key(term: &str) -> Option<String> {
    let mut key = String::with_capacity(term.len());
    for glyph in fold(term).glyphs {
        match glyph.kind {
            Kind::Plain | Kind::Digit | Kind::Letter | Kind::Exact | Kind::Loose => key.push(glyph.literal),
            Kind::Accented | Kind::Styled => key.push(glyph.letters.first().map_or(glyph.literal, char::from)),
            _ if glyph.is_apostrophe() && !key.is_empty() => key.push('\''),
            Kind::Inert if glyph.literal.is_alphanumeric() => key.push(glyph.literal),
            _ if key.ends_with(' ') || key.is_empty() => {}
            _ => key.push(' '),
        }
    }
    key.truncate(key.trim_end_matches([' ', '\'']).len());
    key.chars().any(char::is_alphanumeric).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_what_a_term_looks_like() {
        for (term, expected) in [
            ("Acme", "acme"),
            ("  Acme-Rival, Inc. ", "acme rival inc"),
            ("Café", "cafe"),
            ("Акме", "акме"),
            ("漢字", "漢字"),
            ("we'll", "we'll"),
            ("3M", "3m"),
            ("acme.com", "acme com"),
            ("C++", "c"),
        ] {
            assert_eq!(key(term).as_deref(), Some(expected), "{term}");
        }
        assert_eq!([key(""), key("…"), key("\u{200b}")], [None, None, None]);
    }

    #[test]
    fn traits_and_owner_bits_do_not_touch() {
        let entry = Entry::new(Traits::INSIDE | Traits::MASKED, u64::MAX >> 16);
        assert!(entry.has(Traits::INSIDE) && entry.has(Traits::MASKED) && !entry.has(Traits::START));
        assert_eq!(entry.owner(), u64::MAX >> 16);
    }
}

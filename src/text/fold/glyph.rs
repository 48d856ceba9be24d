//! One visible character of a text, with every letter that a reader could take it for.

use crate::text::Span;

/// A set of the letters a-z: bit 0 is `a`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Letters(pub(super) u32);

impl Letters {
    /// No letter.
    pub const NONE: Self = Self(0);
    /// What a mask inside a word most often hides.
    pub const VOWELS: Self = Self(1 | 1 << 4 | 1 << 8 | 1 << 14 | 1 << 20);
    /// Any letter.
    pub const ALL: Self = Self((1 << 26) - 1);

    /// The set of one lower-case ASCII letter; empty for any other byte.
    pub const fn of(letter: u8) -> Self {
        if letter.is_ascii_lowercase() { Self(1 << (letter - b'a')) } else { Self::NONE }
    }

    /// True when there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// True when `letter` is in the set.
    pub const fn contains(self, letter: u8) -> bool {
        self.0 & Self::of(letter).0 != 0
    }

    /// True for two letters or more.
    pub const fn are_several(self) -> bool {
        self.0 & self.0.wrapping_sub(1) != 0
    }

    /// True when some letter is in both sets.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The letters of either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The first letter of the alphabet that is in the set.
    pub const fn first(self) -> Option<u8> {
        if self.is_empty() { None } else { Some(b'a' + self.0.trailing_zeros().to_le_bytes()[0]) }
    }

    /// The letters, in the order of the alphabet.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        let mut left = self;
        std::iter::from_fn(move || {
            let letter = left.first()?;
            left.0 &= left.0 - 1;
            Some(letter)
        })
    }
}

/// What a glyph is, and so how sure its reading as a letter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An ASCII letter.
    Plain,
    /// A Latin letter with an accent or another mark, as many languages write.
    Accented,
    /// A Latin letter in another dress: full width, mathematical, circled.
    Styled,
    /// A letter of another script that no eye tells from a Latin one.
    Exact,
    /// A letter of another script that looks somewhat like a Latin one.
    Loose,
    /// A letter without a Latin reading.
    Letter,
    /// A digit.
    Digit,
    /// Punctuation, a symbol, an emoji.
    Symbol,
    /// White space inside a line.
    Space,
    /// The end of a line.
    Break,
    /// Part of a link that names a machine: never read as a word.
    Inert,
}

impl Kind {
    /// True for what makes up words: letters and digits.
    pub const fn is_word(self) -> bool {
        matches!(self, Self::Plain | Self::Accented | Self::Styled | Self::Exact | Self::Loose | Self::Letter | Self::Digit)
    }

    /// True for letters.
    pub const fn is_letter(self) -> bool {
        self.is_word() && !matches!(self, Self::Digit)
    }

    /// True for white space.
    pub const fn is_blank(self) -> bool {
        matches!(self, Self::Space | Self::Break)
    }
}

/// Where a glyph stands, as far as that changes how words are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In ordinary text.
    Text,
    /// In the path, query or fragment of a link.
    Link,
    /// In a handle such as `@name`.
    Handle,
    /// In a hashtag.
    Hashtag,
    /// In the part of a link that names a machine, where that is read.
    Host,
}

/// One visible character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyph {
    pub(super) start: u32,
    pub(super) end: u32,
    /// Every letter that it can be read as.
    pub letters: Letters,
    /// The character itself: lower case, decoded, without marks.
    pub literal: char,
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub place: Place,
    /// True for an upper-case letter.
    pub is_upper: bool,
}

impl Glyph {
    /// Where it lies in the text, its marks included.
    pub const fn span(&self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }

    /// True when its only reading is `letter`, undisguised.
    pub const fn is_plainly(&self, letter: u8) -> bool {
        matches!(self.kind, Kind::Plain) && self.letters.contains(letter)
    }

    /// True for the signs that are written for a letter even at the start of a word.
    pub const fn is_lettered_sign(&self) -> bool {
        matches!(self.literal, '@' | '$' | '¢' | '₵' | '©' | '§')
    }

    /// True for the apostrophes that stand inside words.
    pub const fn is_apostrophe(&self) -> bool {
        matches!(self.literal, '\'' | '’' | '‘' | '´' | '`' | 'ʼ' | '＇')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in() {
        let set = Letters::of(b'l').or(Letters::of(b'i'));
        assert_eq!(set.iter().collect::<Vec<_>>(), b"il");
        assert!(set.contains(b'i') && !set.contains(b'j') && !set.contains(b'1'));
        assert!(Letters::of(b'A').is_empty() && Letters::of(b'{').is_empty());
        assert_eq!(Letters::ALL.iter().count(), 26);
        assert_eq!(Letters::VOWELS.iter().collect::<Vec<_>>(), b"aeiou");
    }
}

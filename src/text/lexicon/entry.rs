//! What is known of a term: how it may be written, and bits for its owner.

use super::format::traits;
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
    /// A document's own term as it is given there. The build script's terms have neither this one nor the next two.
    pub(super) const GIVEN: Self = Self(1 << 6);
    /// An own term in the pieces that its capitals show: only where each starts with one.
    pub(super) const HUMPED: Self = Self(1 << 7);
    /// An own term of several words without what parts them: only in a tag, a handle or a link, or where capitals part them.
    pub(super) const JOINED: Self = Self(1 << 8);
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

    /// True for a document's own term, in whichever spelling.
    pub(super) const fn is_own(self) -> bool {
        self.0 & (Traits::GIVEN.0 | Traits::HUMPED.0 | Traits::JOINED.0) as u64 != 0
    }

    /// True when every one of these traits is set.
    pub const fn has(self, traits: Traits) -> bool {
        self.0 & traits.0 as u64 == traits.0 as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traits_and_owner_bits_do_not_touch() {
        let entry = Entry::new(Traits::INSIDE | Traits::MASKED, u64::MAX >> 16);
        assert!(entry.has(Traits::INSIDE) && entry.has(Traits::MASKED) && !entry.has(Traits::START));
        assert_eq!(entry.owner(), u64::MAX >> 16);
    }
}

//! Which ASCII characters stand in a text: cheap looks that spare the dear ones.

/// A set of ASCII characters, in two halves of 64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AsciiSet([u64; 2]);

impl AsciiSet {
    /// The ASCII characters of a text; what is not ASCII is passed over.
    pub(super) const fn of(text: &str) -> Self {
        let (mut low, mut high) = (0, 0);
        let mut rest = text.as_bytes();
        while let [byte, tail @ ..] = rest {
            let bit = 1 << (*byte & 63);
            match *byte >> 6 {
                0 => low |= bit,
                1 => high |= bit,
                _ => {}
            }
            rest = tail;
        }
        Self([low, high])
    }

    /// True when every ASCII character of the other set is in this one: without that, a text does not hold a literal.
    pub(super) const fn holds(self, other: Self) -> bool {
        let ([low, high], [other_low, other_high]) = (self.0, other.0);
        other_low & !low == 0 && other_high & !high == 0
    }
}

/// True when an ASCII character stands in a text. Looking at all of it, many bytes at once, is faster than a look that may stop; unfolded
/// wherever it is called, it would be kilobytes.
#[inline(never)]
pub(super) fn holds(text: &str, sign: u8) -> bool {
    text.bytes().fold(0, |found, byte| found | u8::from(byte == sign)) != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_that_lacks_a_character_does_not_hold_the_literal(text in "\\PC{0,20}", literal in "[ -~]{0,3}") {
            let (of_text, of_literal) = (AsciiSet::of(&text), AsciiSet::of(&literal));
            prop_assert_eq!(of_text.holds(of_literal), literal.chars().all(|character| text.contains(character)));
        }
    }
}

//! Spans are byte ranges inside the core; a door converts them to the unit that its caller asked for.

use serde::{Deserialize, Serialize};

/// A range of bytes of the draft's content, on character boundaries; `end` is not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte behind the last.
    pub end: usize,
}

impl Span {
    /// The range from `start` to before `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// How many bytes it covers.
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// True when it covers nothing.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// True when the two share at least one byte.
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// True when `other` lies within.
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The text it covers; empty when it does not lie on character boundaries of `text`.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// The unit of the spans in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum SpanUnit {
    /// UTF-16 code units, as JavaScript indexes strings.
    #[default]
    Utf16,
    /// Bytes of UTF-8.
    Utf8,
}

/// How many bytes lie between two entries of the table in [`Offsets`].
const STRIDE: usize = 256;

/// The UTF-16 units of the characters that start in a piece of UTF-8: one for each first byte, two for the first of four.
fn units_of(piece: &[u8]) -> usize {
    piece.iter().map(|byte| usize::from(*byte & 0xc0 != 0x80) + usize::from(*byte >= 0xf0)).sum()
}

/// Converts between byte offsets of one text and a [`SpanUnit`], in constant time after one pass.
#[derive(Debug)]
pub struct Offsets<'t> {
    text: &'t str,
    /// For text that is not ASCII and UTF-16: the UTF-16 offset of the first character boundary at or after each multiple of [`STRIDE`].
    table: Option<Vec<usize>>,
}

impl<'t> Offsets<'t> {
    /// Reads `text` once.
    pub fn new(text: &'t str, unit: SpanUnit) -> Self {
        let table = (unit == SpanUnit::Utf16 && !text.is_ascii()).then(|| {
            let mut table = Vec::with_capacity(text.len() / STRIDE + 1);
            let mut units = 0;
            for piece in text.as_bytes().chunks(STRIDE) {
                table.push(units);
                units += units_of(piece);
            }
            if text.len().is_multiple_of(STRIDE) {
                table.push(units);
            }
            table
        });
        Self { text, table }
    }

    /// The offset in the unit asked for; a byte inside a character counts as the character's start.
    pub fn from_byte(&self, byte: usize) -> usize {
        let byte = self.text.floor_char_boundary(byte);
        let Some(table) = &self.table else { return byte };
        let slot = byte / STRIDE;
        let units = table.get(slot).copied().unwrap_or_default();
        let start = self.text.ceil_char_boundary(slot * STRIDE);
        units + units_of(Span::new(start, byte).of(self.text).as_bytes())
    }

    /// The byte at an offset of the unit asked for, or `None` when no character starts or ends there.
    pub fn to_byte(&self, offset: usize) -> Option<usize> {
        let Some(table) = &self.table else {
            return self.text.is_char_boundary(offset).then_some(offset);
        };
        let slot = table.partition_point(|&units| units <= offset).saturating_sub(1);
        let mut byte = self.text.ceil_char_boundary(slot * STRIDE);
        let mut units = table.get(slot).copied()?;
        for character in self.text.get(byte..)?.chars() {
            if units >= offset {
                break;
            }
            units += character.len_utf16();
            byte += character.len_utf8();
        }
        (units == offset).then_some(byte)
    }

    /// A span in the unit asked for.
    pub fn from_span(&self, span: Span) -> [usize; 2] {
        [self.from_byte(span.start), self.from_byte(span.end)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_boundary_converts_there_and_back(text in "\\PC{0,300}|[a😀é漢]{0,900}") {
            for unit in [SpanUnit::Utf16, SpanUnit::Utf8] {
                let offsets = Offsets::new(&text, unit);
                for byte in (0..=text.len()).filter(|&byte| text.is_char_boundary(byte)) {
                    let expected = match unit {
                        SpanUnit::Utf8 => byte,
                        SpanUnit::Utf16 => Span::new(0, byte).of(&text).encode_utf16().count(),
                    };
                    prop_assert_eq!(offsets.from_byte(byte), expected);
                    prop_assert_eq!(offsets.to_byte(expected), Some(byte));
                }
            }
        }
    }

    #[test]
    fn an_offset_inside_a_character_has_no_byte() {
        let text = "a😀b";
        assert_eq!(Offsets::new(text, SpanUnit::Utf16).to_byte(2), None);
        assert_eq!(Offsets::new(text, SpanUnit::Utf8).to_byte(2), None);
        assert_eq!(Offsets::new(text, SpanUnit::Utf16).to_byte(5), None);
    }

    #[test]
    fn a_megabyte_converts_at_its_end() {
        let text = "😀".repeat(250_000);
        let offsets = Offsets::new(&text, SpanUnit::Utf16);
        assert_eq!(offsets.from_byte(text.len()), 500_000);
        assert_eq!(offsets.to_byte(500_000), Some(text.len()));
    }
}

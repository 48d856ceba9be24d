//! The draft as it grows: every byte that was shown is in it, and it stops growing where no check would take it.

use super::{Piece, WriterFault};
use crate::contract::MAX_CONTENT_BYTES;

/// The most bytes that are read of a provider's answer: JSON around tokens of a few letters is some forty times the text.
pub const MAX_WIRE_BYTES: usize = 64 * MAX_CONTENT_BYTES;

/// What has been written so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    content: String,
    complete: bool,
    truncated: bool,
}

impl Draft {
    /// Takes a piece and gives the text that may be shown now. What comes after the end is a fault, and so is any text after that.
    pub fn take(&mut self, piece: Piece) -> Result<Option<String>, WriterFault> {
        match piece {
            Piece::Text(_) if self.complete => Err(WriterFault::Garbage),
            Piece::Text(text) => {
                self.content.push_str(&text);
                Ok(Some(text))
            }
            Piece::End { truncated } => {
                self.complete = true;
                self.truncated |= truncated;
                Ok(None)
            }
            Piece::Done => {
                self.complete = true;
                Ok(None)
            }
        }
    }

    /// Whether it is too long for any check: reading on would only make it longer.
    pub fn is_too_long(&self) -> bool {
        self.content.len() > MAX_CONTENT_BYTES
    }

    /// Whether the provider said that this is all.
    pub const fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether the provider's own limit cut it.
    pub const fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// Whether anything was shown.
    pub fn is_empty(&self) -> bool {
        self.content.is_empty()
    }

    /// The draft, byte for byte as it was shown.
    pub fn into_content(self) -> String {
        self.content
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    #[test]
    fn what_was_shown_is_what_it_holds() {
        let mut draft = Draft::default();
        let shown: Vec<_> = ["1. a\n", "\n", "ERROR: b"].map(|piece| draft.take(text(piece)).unwrap().unwrap()).into();
        assert!(!draft.is_complete());
        draft.take(Piece::End { truncated: true }).unwrap();
        draft.take(Piece::Done).unwrap();
        assert!(draft.is_complete() && draft.is_truncated());
        assert_eq!(draft.into_content(), shown.concat());
    }

    #[test]
    fn nothing_comes_after_the_end() {
        let mut draft = Draft::default();
        draft.take(Piece::Done).unwrap();
        assert_eq!(draft.take(text("more")), Err(WriterFault::Garbage));
        assert!(draft.is_empty());
    }

    #[test]
    fn it_says_when_no_check_would_take_it() {
        let mut draft = Draft::default();
        draft.take(text(&"a".repeat(MAX_CONTENT_BYTES))).unwrap();
        assert!(!draft.is_too_long());
        draft.take(text("a")).unwrap();
        assert!(draft.is_too_long());
    }
}

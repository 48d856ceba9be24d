//! Reading a line character by character, over what nobody sees.

use super::super::digits::{digit, is_raised};
use super::super::is_default_ignorable;

/// Reads a line over invisible characters.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    pub(super) line: &'t str,
    pub(super) at: usize,
}

impl Cursor<'_> {
    /// The next visible character and where it starts.
    pub(super) fn peek(self) -> Option<(usize, char)> {
        let rest = self.line.get(self.at..)?;
        let visible = rest.char_indices().find(|(_, character)| !is_hidden(*character))?;
        Some((self.at + visible.0, visible.1))
    }

    pub(super) fn next_char(self) -> Option<char> {
        self.peek().map(|(_, character)| character)
    }

    pub(super) fn eat(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        let (at, character) = self.peek().filter(|(_, character)| wanted(*character))?;
        self.at = at + character.len_utf8();
        Some(character)
    }

    pub(super) fn eat_any(&mut self, wanted: impl Fn(char) -> bool) -> usize {
        let mut count = 0;
        while self.eat(&wanted).is_some() {
            count += 1;
        }
        count
    }

    pub(super) fn skip_space(&mut self) -> bool {
        self.eat_any(char::is_whitespace) > 0
    }

    /// White space or the end of the line comes next.
    pub(super) fn is_at_gap(self) -> bool {
        self.next_char().is_none_or(char::is_whitespace)
    }

    /// A number of at most `most` digits of one dress: its value, and whether the digits are raised.
    pub(super) fn number(&mut self, most: usize) -> Option<(u32, bool)> {
        let mut ahead = *self;
        let mut value = 0;
        let mut raised = None;
        let mut count = 0;
        while let Some(character) = ahead.next_char()
            && let Some(next) = digit(character)
        {
            let is_raised = is_raised(character);
            if *raised.get_or_insert(is_raised) != is_raised {
                break;
            }
            count += 1;
            if count > most {
                return None;
            }
            value = value * 10 + next;
            ahead.eat(|_| true);
        }
        let raised = raised?;
        *self = ahead;
        Some((value, raised))
    }

    /// The letters that come next, at most `most`.
    pub(super) fn letters(&mut self, most: usize) -> String {
        let mut found = String::new();
        while found.len() < most
            && let Some(letter) = self.eat(char::is_alphabetic)
        {
            found.push(letter);
        }
        found
    }

    /// The word behind the white space that comes next, in lower case.
    pub(super) fn word_ahead(mut self) -> String {
        self.skip_space();
        self.letters(20).to_ascii_lowercase()
    }
}

/// True for what the cursor passes over.
pub(super) fn is_hidden(character: char) -> bool {
    is_default_ignorable(character) || (character.is_control() && !character.is_whitespace())
}

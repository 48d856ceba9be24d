//! Folding: from a text as it is written to the letters that a reader sees, each with its place in the text.
//!
//! In scope: case, accents, letters in dress, lookalikes, "leet" digits, invisible characters, HTML entities, links and their
//! percent-encoding, text turned round or upside down. Nothing is decided here: a glyph keeps every reading it may have.
//! Out of scope: which words are looked for (`text::lexicon`, `text::phrases`).

mod decode;
mod glyph;
mod letters;
mod links;

pub use glyph::{Glyph, Kind, Letters, Place};

use super::normal::{is_mark, pair};
use std::borrow::Cow;

/// A folded text.
#[derive(Debug, Clone, Default)]
pub struct Folded {
    /// What is visible, in the order of the text.
    pub glyphs: Vec<Glyph>,
    /// Parts of it as they are seen: what a control character turns round, and what is written upside down.
    pub turned: Vec<Vec<Glyph>>,
    /// True when a link or an address stands in it.
    pub has_link: bool,
}

impl Folded {
    /// The glyphs with the names of machines as words, each as long and in the same place.
    pub fn with_hosts(&self) -> Cow<'_, [Glyph]> {
        let mut glyphs = Cow::Borrowed(self.glyphs.as_slice());
        if self.has_link {
            for glyph in glyphs.to_mut().iter_mut().filter(|glyph| glyph.kind == Kind::Inert) {
                links::read(glyph);
            }
        }
        glyphs
    }
}

const RIGHT_TO_LEFT_OVERRIDE: char = '\u{202e}';
const POP_DIRECTION: char = '\u{202c}';

/// Reads `content` once, from its start to its end.
pub fn fold(content: &str) -> Folded {
    let mut folder = Folder {
        content,
        glyphs: Vec::with_capacity(content.len()),
        place: Place::Text,
        overridden: None,
        upside_down: false,
        turned: Vec::new(),
        has_link: false,
    };
    folder.run();
    folder.finish()
}

struct Folder<'t> {
    content: &'t str,
    glyphs: Vec<Glyph>,
    place: Place,
    /// The glyph with which right-to-left order was forced.
    overridden: Option<usize>,
    /// True once a character was seen that exists only upside down.
    upside_down: bool,
    turned: Vec<Vec<Glyph>>,
    has_link: bool,
}

impl Folder<'_> {
    fn run(&mut self) {
        let bytes = self.content.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let start = at;
            if byte.is_ascii_alphabetic() {
                at = self.letters(start);
            } else if byte.is_ascii() {
                at += 1;
                match byte {
                    b'&' => {
                        if let Some((character, end)) = decode::entity(self.content, start) {
                            at = end;
                            self.character(character, start, end);
                            continue;
                        }
                    }
                    b'%' if self.place == Place::Link => {
                        if let Some((character, end)) = decode::percent(self.content, start) {
                            at = end;
                            self.character(character, start, end);
                            continue;
                        }
                    }
                    b':' | b'.' | b'@' | b'#' => {
                        if let Some(end) = self.special(byte, start) {
                            at = end;
                            continue;
                        }
                    }
                    _ => {}
                }
                self.ascii(byte, start, at);
            } else if let Some(character) = self.content.get(start..).and_then(|rest| rest.chars().next()) {
                at += character.len_utf8();
                self.character(character, start, at);
            } else {
                at += 1;
            }
        }
        self.end_override();
    }

    /// ASCII letters from `start` on, and in ordinary text the blanks between them, which need no second look; answers where they end.
    fn letters(&mut self, start: usize) -> usize {
        let behind = self.content.as_bytes().get(start..).unwrap_or_default();
        let (place, is_text) = (self.place, self.place == Place::Text);
        let length = behind.iter().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b' ' && is_text).count();
        self.glyphs.extend(behind.iter().take(length).zip(offset(start)..).map(|(byte, start)| {
            let lower = byte.to_ascii_lowercase();
            let kind = if *byte == b' ' { Kind::Space } else { Kind::Plain };
            Glyph { start, end: start + 1, letters: Letters::of(lower), literal: char::from(lower), kind, place, is_upper: lower != *byte }
        }));
        // A capital `I` behind a small letter is a small `l` to the eye.
        let read = behind.get(..length).unwrap_or_default();
        for (index, _) in read.windows(2).enumerate().filter(|(_, pair)| matches!(pair, [b'a'..=b'z' | b'I', b'I'])) {
            let from = self.glyphs.len() - length;
            if let Some(glyph) = self.glyphs.get_mut(from + index + 1) {
                glyph.letters = glyph.letters.or(Letters::of(b'l'));
                glyph.kind = Kind::Styled;
            }
        }
        start + length
    }

    /// Characters that may begin a link's host, a handle or a hashtag; answers where to go on when the text up to there is dealt with.
    fn special(&mut self, byte: u8, at: usize) -> Option<usize> {
        let follows_word = self.glyphs.last().is_some_and(|glyph| glyph.kind.is_word());
        match byte {
            b'@' | b'#' if self.place == Place::Text && !follows_word => {
                let next = self.content.as_bytes().get(at + 1)?;
                self.ascii(byte, at, at + 1);
                if next.is_ascii_alphanumeric() || *next == b'_' || !next.is_ascii() {
                    self.place = if byte == b'@' { Place::Handle } else { Place::Hashtag };
                }
                Some(at + 1)
            }
            b':' | b'.' | b'@' if follows_word && self.place != Place::Link => {
                let link = links::host(self.content, at)?;
                let from = self.glyphs.iter().rposition(|glyph| (glyph.start as usize) < link.start).map_or(0, |before| before + 1);
                for glyph in self.glyphs.iter_mut().skip(from) {
                    glyph.kind = Kind::Inert;
                }
                for (offset, byte) in self.content.as_bytes().get(at..link.end)?.iter().enumerate() {
                    self.push(char::from(*byte), Letters::NONE, Kind::Inert, at + offset, at + offset + 1);
                }
                self.place = Place::Link;
                self.has_link = true;
                Some(link.end)
            }
            _ => None,
        }
    }

    fn ascii(&mut self, byte: u8, start: usize, end: usize) {
        let (letters, kind) = letters::ASCII.get(usize::from(byte)).copied().unwrap_or((Letters::NONE, Kind::Symbol));
        if kind != Kind::Plain {
            if byte.is_ascii_control() && kind == Kind::Symbol {
                return;
            }
            if self.place != Place::Text && (kind.is_blank() || self.ends_place(byte)) {
                self.place = Place::Text;
            }
            if kind == Kind::Break {
                self.end_override();
            }
        }
        self.push(char::from(byte.to_ascii_lowercase()), letters, kind, start, end);
        if byte.is_ascii_uppercase()
            && let Some(glyph) = self.glyphs.last_mut()
        {
            glyph.is_upper = true;
        }
    }

    const fn ends_place(&self, byte: u8) -> bool {
        match self.place {
            Place::Text | Place::Host => false,
            Place::Link => matches!(byte, b'<' | b'>' | b'"' | b')' | b']'),
            Place::Handle | Place::Hashtag => !byte.is_ascii_alphanumeric() && byte != b'_',
        }
    }

    /// One character, read or decoded from `start..end`.
    fn character(&mut self, character: char, start: usize, end: usize) {
        if character.is_ascii() {
            if let Ok(byte) = u8::try_from(character) {
                self.ascii(byte, start, end);
            }
            return;
        }
        if character == RIGHT_TO_LEFT_OVERRIDE {
            self.overridden = Some(self.glyphs.len());
        } else if character == POP_DIRECTION {
            self.end_override();
        }
        if is_invisible(character) {
            return;
        }
        if is_mark(character) && !is_vowel_sign(character) {
            self.mark(character, end);
            return;
        }
        if character.is_whitespace() || character == '\u{2800}' {
            let kind = if matches!(character, '\u{85}' | '\u{2028}' | '\u{2029}') { Kind::Break } else { Kind::Space };
            self.place = Place::Text;
            self.push(' ', Letters::NONE, kind, start, end);
            return;
        }
        let character = unstyled(character);
        if character.is_ascii() {
            self.character(character, start, end);
            return;
        }
        let (letters, kind) = letters::beyond_ascii(character);
        self.upside_down |= letters::is_turned(character);
        if !kind.is_word() && matches!(self.place, Place::Handle | Place::Hashtag) {
            self.place = Place::Text;
        }
        let literal = character.to_lowercase().next().unwrap_or(character);
        self.push(literal, letters, kind, start, end);
        if character.is_uppercase()
            && let Some(glyph) = self.glyphs.last_mut()
        {
            glyph.is_upper = true;
        }
    }

    /// A combining mark belongs to the letter in front of it.
    fn mark(&mut self, mark: char, end: usize) {
        let Some(glyph) = self.glyphs.last_mut().filter(|glyph| !glyph.kind.is_blank()) else { return };
        glyph.end = offset(end);
        if is_overlay(mark) {
            return;
        }
        if glyph.kind == Kind::Plain {
            glyph.kind = Kind::Accented;
        } else if glyph.kind == Kind::Letter {
            glyph.literal = pair(glyph.literal, mark).unwrap_or(glyph.literal);
        }
    }

    fn push(&mut self, literal: char, letters: Letters, kind: Kind, start: usize, end: usize) {
        let (start, end) = (offset(start), offset(end));
        self.glyphs.push(Glyph { start, end, letters, literal, kind, place: self.place, is_upper: false });
    }

    fn end_override(&mut self) {
        let Some(from) = self.overridden.take() else { return };
        self.turned.push(self.glyphs.iter().skip(from).rev().copied().collect());
    }

    fn finish(mut self) -> Folded {
        if self.upside_down {
            for line in self.glyphs.split(|glyph| glyph.kind == Kind::Break) {
                let upright = line.iter().rev().map(|glyph| match letters::turned(glyph.literal) {
                    Some(letter) => Glyph { letters: Letters::of(letter), literal: char::from(letter), kind: Kind::Styled, ..*glyph },
                    None => *glyph,
                });
                self.turned.push(upright.collect());
            }
        }
        Folded { glyphs: self.glyphs, turned: self.turned, has_link: self.has_link }
    }
}

/// True for what writes a vowel in the scripts of India and its neighbours: another sign is another word.
fn is_vowel_sign(character: char) -> bool {
    matches!(character, '\u{900}'..='\u{109f}' | '\u{1780}'..='\u{17ff}') && character.is_alphabetic()
}

/// True for marks that strike a letter through, underline or frame it: no language writes so.
const fn is_overlay(mark: char) -> bool {
    matches!(mark, '\u{332}' | '\u{333}' | '\u{334}'..='\u{338}' | '\u{33f}' | '\u{347}' | '\u{20d0}'..='\u{20f0}')
}

/// A byte offset; texts past 4 GiB are refused long before they get here.
fn offset(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}

/// The ASCII character of a full-width one; the digit of a styled one.
fn unstyled(character: char) -> char {
    let code = u32::from(character);
    match code {
        0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(character),
        0x1d7ce..=0x1d7ff => char::from_digit((code - 0x1d7ce) % 10, 10).unwrap_or(character),
        _ => character,
    }
}

/// True for what leaves no trace on the screen.
const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' | '\u{80}'..='\u{84}'
            | '\u{86}'..='\u{9f}'
    )
}

#[cfg(test)]
mod tests;

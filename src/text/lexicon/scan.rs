//! The scan: where in a text a walk is worth starting, and what it brings back.

use super::accept::{Reading, is_border, is_vowel as is_vowel_letter, starts_no_word};
use super::format::{BORDER, INSIDE_AT, PAIRS_AT, TRIPLES_AT, pair, quad, triple};
use super::walk::Step;
use super::{Entry, Lexicon, Traits};
use crate::text::Span;
use crate::text::fold::{Folded, Glyph, Kind, Letters, Place};
use crate::text::order::sort_by_key;

/// How a term was written where it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Writing {
    /// In letters.
    Plain,
    /// With digits, symbols, masks or separators for or between letters, spelled out, or turned round.
    Disguised,
}

/// A term that was found.
#[derive(Debug, Clone, Copy)]
pub struct Hit {
    /// Which one.
    pub entry: Entry,
    /// Where, in bytes of the text.
    pub span: Span,
    /// Its glyphs in [`Folded::glyphs`], `None` where it was read in another order.
    pub glyphs: Option<(usize, usize)>,
    /// How it was written.
    pub writing: Writing,
    /// Where it stands.
    pub place: Place,
}

/// The fewest single letters in a row that are read as one word.
const SPELLED: usize = 3;
/// The most letters of the first or last piece of a word that is half spelled out.
const LONGEST_PIECE: usize = 4;
/// The most blanks or symbols between two letters of a word that is spelled out.
const WIDEST: usize = 3;

impl<D: AsRef<[u8]>> Lexicon<D> {
    /// Every term in `folded`, in text order; where several readings start at one glyph, each of them.
    pub fn scan(&self, folded: &Folded) -> Vec<Hit> {
        self.borrowed().scan_borrowed(folded)
    }
}

impl Lexicon<&[u8]> {
    fn scan_borrowed(&self, folded: &Folded) -> Vec<Hit> {
        let mut scanner = Scanner { lexicon: self, inside: self.inside, steps: Vec::new(), hits: Vec::new() };
        if self.is_empty() {
            return scanner.hits;
        }
        if self.is_own {
            scanner.text(&folded.with_hosts());
        } else {
            scanner.text(&folded.glyphs);
        }
        for view in &folded.turned {
            scanner.turned(view);
        }
        sort_by_key(&mut scanner.hits, |hit| (hit.span.start, usize::MAX - hit.span.end));
        scanner.hits
    }

    /// False when no term starts with what stands at `at`: most words of most texts.
    fn is_worth_it(&self, glyphs: &[Glyph], at: usize, starts_word: bool) -> bool {
        let sign = |offset: usize| Sign::of(glyphs, at + offset);
        let Sign::Letter(first) = sign(0) else { return starts_word };
        let second = match sign(1) {
            Sign::Letter(second) if second != first => second,
            Sign::Border => return starts_word && (self.bit(TRIPLES_AT + triple([first, BORDER, BORDER])) || !is_vowel(first)),
            _ => return starts_word,
        };
        if !starts_word {
            if !self.bit(INSIDE_AT + pair([first, second])) {
                return false;
            }
            let (Sign::Letter(third), Sign::Letter(fourth)) = (sign(2), sign(3)) else { return false };
            return third == fourth || self.bit(quad([first, second, third, fourth], true));
        }
        let third = match sign(2) {
            Sign::Letter(third) if third != second => third,
            Sign::Border => {
                return self.bit(TRIPLES_AT + triple([first, second, BORDER]))
                    || self.bit(PAIRS_AT + pair([first, second]))
                        && (is_broken_off(glyphs, at + 3) || !is_vowel(first) && !is_vowel(second));
            }
            _ => return self.bit(PAIRS_AT + pair([first, second])),
        };
        match sign(3) {
            Sign::Letter(fourth) if fourth != third => self.bit(quad([first, second, third, fourth], false)),
            Sign::Border => {
                self.bit(quad([first, second, third, BORDER], false))
                    || self.bit(TRIPLES_AT + triple([first, second, third])) && is_broken_off(glyphs, at + 4)
            }
            _ => self.bit(TRIPLES_AT + triple([first, second, third])),
        }
    }
}

/// What a glyph is to a filter.
#[derive(Clone, Copy)]
enum Sign {
    /// An undisguised letter, from 0.
    Letter(usize),
    /// Where a word ends for sure.
    Border,
    /// What may be read in several ways.
    Open,
}

impl Sign {
    #[inline]
    fn of(glyphs: &[Glyph], at: usize) -> Self {
        let Some(glyph) = glyphs.get(at) else { return Self::Border };
        match glyph.kind {
            Kind::Plain => glyph.letters.first().map_or(Self::Open, |letter| Self::Letter(usize::from(letter - b'a'))),
            Kind::Space | Kind::Break => Self::Border,
            Kind::Symbol if matches!(glyph.literal, '.' | ',' | ';' | ':' | '!' | '?' | '"' | ')') => match glyphs.get(at + 1) {
                Some(next) if !next.kind.is_blank() => Self::Open,
                _ => Self::Border,
            },
            _ => Self::Open,
        }
    }
}

/// The letter that is counted from 0.
fn letter_of(number: usize) -> u8 {
    b"abcdefghijklmnopqrstuvwxyz".get(number).copied().unwrap_or_default()
}

/// True for a vowel, counted from 0.
fn is_vowel(number: usize) -> bool {
    is_vowel_letter(letter_of(number))
}

/// True when a few letters stand at `at` that are no word: without a vowel, or with a start that no word has. A blank split them off.
fn is_broken_off(glyphs: &[Glyph], at: usize) -> bool {
    if let (Sign::Letter(first), Sign::Letter(second)) = (Sign::of(glyphs, at), Sign::of(glyphs, at + 1))
        && starts_no_word(letter_of(first), letter_of(second))
    {
        return true;
    }
    let mut length = 0;
    while let Sign::Letter(letter) = Sign::of(glyphs, at + length) {
        if is_vowel(letter) || length > 3 {
            return false;
        }
        length += 1;
    }
    length > 0
}

struct Scanner<'l> {
    lexicon: &'l Lexicon<&'l [u8]>,
    /// The letters with which terms start that may stand inside a word.
    inside: Letters,
    steps: Vec<Step>,
    hits: Vec<Hit>,
}

impl Scanner<'_> {
    fn text(&mut self, glyphs: &[Glyph]) {
        let mut before: Option<&Glyph> = None;
        let mut spelled_until = 0;
        for (at, glyph) in glyphs.iter().enumerate() {
            let last = before.replace(glyph);
            if last.is_some_and(|last| goes_on(last, glyph)) {
                if self.inside.intersects(glyph.letters) && self.lexicon.is_worth_it(glyphs, at, false) {
                    self.walk(glyphs, at);
                }
                continue;
            }
            let starts_word = starts_word(last, glyph);
            let is_first_sign = last.is_none_or(|last| last.kind != Kind::Symbol);
            let can_start =
                glyph.kind.is_word() || is_first_sign && glyph.is_lettered_sign() || self.lexicon.is_own && glyph.kind == Kind::Symbol;
            if !can_start || !starts_word && !self.inside.intersects(glyph.letters) {
                continue;
            }
            if self.lexicon.is_worth_it(glyphs, at, starts_word) {
                self.walk(glyphs, at);
            }
            if starts_word && at >= spelled_until {
                match piece(glyphs, at) {
                    1 => spelled_until = self.spelled(glyphs, at, 1),
                    lead @ 2..=LONGEST_PIECE if is_followed_by_letters(glyphs, at + lead) => drop(self.spelled(glyphs, at, lead)),
                    _ => {}
                }
            }
        }
    }

    fn walk(&mut self, glyphs: &[Glyph], start: usize) {
        let hits = &mut self.hits;
        let from = hits.len();
        self.lexicon.walk(glyphs, start, &mut self.steps, &mut |entry, end, tally| {
            let mut reading = Reading { glyphs, start, end, tally };
            if entry.is_own() {
                reading.take_plural();
            }
            if !reading.counts(entry) {
                return;
            }
            let end = reading.end;
            let writing = if tally.is_clean() { Writing::Plain } else { Writing::Disguised };
            // The same glyphs may be read in several ways; one of each term is enough.
            if hits.iter().skip(from).any(|hit| hit.entry == entry && hit.glyphs == Some((start, end))) {
                return;
            }
            if let Some(reading) = glyphs.get(start..end) {
                hits.extend(hit(entry, reading, Some((start, end)), writing));
            }
        });
    }

    /// Single letters from `start` on, with something between them: read as one word. The first and the last piece may be a few letters.
    /// Answers where the single ones end.
    fn spelled(&mut self, glyphs: &[Glyph], start: usize, lead: usize) -> usize {
        let mut letters: Vec<Glyph> = glyphs.iter().skip(start).take(lead - 1).copied().collect();
        let mut at = start + lead - 1;
        let mut last = None;
        while let Some(glyph) = glyphs.get(at).filter(|glyph| glyph.kind.is_word() || !glyph.letters.is_empty()) {
            letters.push(*glyph);
            let between = glyphs.iter().skip(at + 1).take(WIDEST + 1).take_while(|glyph| is_separator(glyph)).count();
            at += 1 + between;
            if between == 0 || between > WIDEST {
                break;
            }
            let length = piece(glyphs, at);
            if length != 1 {
                last = glyphs.get(at..at + length).filter(|_| length <= LONGEST_PIECE);
                break;
            }
        }
        // An article in front is none of the letters.
        let (article, is_article) = (letters.first(), |glyph: &Glyph| glyph.is_plainly(b'a') || glyph.is_plainly(b'i'));
        if lead == 1 && article.is_some_and(is_article) && is_same(article, letters.get(1)) {
            letters.remove(0);
        }
        let count = self.hits.len();
        if lead == 1 && letters.len() >= SPELLED {
            self.view(&letters, &|whole, entry| whole || entry.has(Traits::UNMISTAKABLE));
            if letters.first().is_some_and(is_article) {
                self.view(letters.get(1..).unwrap_or_default(), &|whole, _| whole);
            }
        }
        if self.hits.len() == count && letters.len() >= 2 && (lead > 1 || last.is_some()) {
            let whole_only = |whole: bool, entry: Entry| whole && entry.has(Traits::UNMISTAKABLE);
            letters.extend(last.unwrap_or_default());
            self.view(&letters, &whole_only);
            if lead == 1 && letters.first().is_some_and(is_article) {
                self.view(letters.get(1..).unwrap_or_default(), &whole_only);
            }
        }
        at
    }

    /// Glyphs in the order in which they are seen; every glyph may start a word there.
    fn turned(&mut self, view: &[Glyph]) {
        let is_word = |glyph: &Glyph| glyph.kind.is_word();
        for word in view.split(|glyph| !is_word(glyph)) {
            self.view(word, &|whole, entry| whole || entry.has(Traits::INSIDE));
        }
    }

    fn view(&mut self, letters: &[Glyph], counts: &dyn Fn(bool, Entry) -> bool) {
        for start in 0..letters.len() {
            if !self.lexicon.is_worth_it(letters, start, true) || start > 0 && is_same(letters.get(start), letters.get(start - 1)) {
                continue;
            }
            let hits = &mut self.hits;
            self.lexicon.walk(letters, start, &mut self.steps, &mut |entry, end, tally| {
                let whole = start == 0 && end == letters.len();
                if !entry.has(Traits::LITERAL)
                    && tally.gaps == 0
                    && tally.stars == 0
                    && tally.guesses == 0
                    && tally.real() >= 2
                    && counts(whole, entry)
                {
                    hits.extend(letters.get(start..end).and_then(|reading| hit(entry, reading, None, Writing::Disguised)));
                }
            });
        }
    }
}

/// How many glyphs of a word stand at `at`, counted no further than one past the longest piece.
#[inline]
fn piece(glyphs: &[Glyph], at: usize) -> usize {
    let letters = glyphs.iter().skip(at).take(LONGEST_PIECE + 1).take_while(|glyph| glyph.kind.is_word()).count();
    letters.max(1)
}

/// True when two single letters follow, each behind something that separates.
fn is_followed_by_letters(glyphs: &[Glyph], at: usize) -> bool {
    let is_single = |at: usize| {
        glyphs.get(at).is_some_and(is_separator)
            && glyphs.get(at + 1).is_some_and(|glyph| glyph.kind.is_word())
            && piece(glyphs, at + 1) == 1
    };
    is_single(at) && is_single(at + 2)
}

fn hit(entry: Entry, reading: &[Glyph], glyphs: Option<(usize, usize)>, writing: Writing) -> Option<Hit> {
    let start = reading.iter().map(|glyph| glyph.span().start).min()?;
    let end = reading.iter().map(|glyph| glyph.span().end).max()?;
    Some(Hit { entry, span: Span::new(start, end), glyphs, writing, place: reading.first()?.place })
}

/// True for a plain letter behind another, but for a hump: the word goes on, as most words do at most letters.
fn goes_on(before: &Glyph, glyph: &Glyph) -> bool {
    before.kind == Kind::Plain && glyph.kind == Kind::Plain && (before.is_upper || !glyph.is_upper)
}

/// True when a word may start at `glyph`.
fn starts_word(before: Option<&Glyph>, glyph: &Glyph) -> bool {
    before.is_none_or(|before| is_border(before, glyph))
}

fn is_same(one: Option<&Glyph>, other: Option<&Glyph>) -> bool {
    one.map(|glyph| glyph.letters) == other.map(|glyph| glyph.letters)
}

const fn is_separator(glyph: &Glyph) -> bool {
    glyph.kind.is_blank() || matches!(glyph.kind, Kind::Symbol) && !matches!(glyph.literal, '@' | '$')
}

//! Cutting a folded text into words, with what a phrase can ask of each.

use super::Role;
use super::format::SHAPES;
use crate::text::Span;
use crate::text::fold::{Folded, Glyph, Kind, Place};
use crate::text::lexicon::{Hit, Writing};
use std::ops::Range;

/// What a word looks like, whatever it says; also the borders of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape(u8);

impl Shape {
    pub(super) const ANY: Self = Self::named("ANY");
    pub(super) const START: Self = Self::named("START");
    pub(super) const END: Self = Self::named("END");
    pub(super) const QUESTION: Self = Self::named("QUESTION");
    const NUMBER: Self = Self::named("NUMBER");
    const MONEY: Self = Self::named("MONEY");
    const LINK: Self = Self::named("LINK");
    const HANDLE: Self = Self::named("HANDLE");
    const HASHTAG: Self = Self::named("HASHTAG");
    const PERSON: Self = Self::named("PERSON");

    /// Its place in the build script's list; a name that is not there would be found by no phrase.
    const fn named(name: &str) -> Self {
        let mut rest = SHAPES;
        let mut number = 0;
        while let [shape, tail @ ..] = rest {
            if same(shape.as_bytes(), name.as_bytes()) {
                break;
            }
            rest = tail;
            number += 1;
        }
        Self(number)
    }

    /// Every shape, in the order of their numbers.
    pub(super) const ALL: [Self; 10] = [
        Self::ANY,
        Self::START,
        Self::END,
        Self::QUESTION,
        Self::NUMBER,
        Self::MONEY,
        Self::LINK,
        Self::HANDLE,
        Self::HASHTAG,
        Self::PERSON,
    ];

    /// The shape of a number; `None` for one that no shape has.
    pub(super) fn of(number: u16) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// Its number in phrases.
    pub(super) const fn number(self) -> u8 {
        self.0
    }

    const fn bit(self) -> u16 {
        1 << self.0
    }
}

const fn same(mut one: &[u8], mut other: &[u8]) -> bool {
    while let ([first, rest @ ..], [second, others @ ..]) = (one, other) {
        if *first != *second {
            return false;
        }
        (one, other) = (rest, others);
    }
    one.is_empty() && other.is_empty()
}

/// The numbers that the build script gives the two classes which change how phrases are found.
pub(super) const NEGATION: [u8; 2] = [0, 16];
pub(super) const REPORT: [u8; 2] = [0, 17];

/// One word of a text.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// Where, in bytes of the text.
    pub span: Span,
    /// Where its classes are listed.
    pub(super) classes: u32,
    shapes: u16,
    /// True at the start of a sentence or line.
    pub(super) starts: bool,
    /// True when a full stop, question or exclamation mark stands in front of it.
    pub(super) is_cut_off: bool,
    /// True when a question mark stands behind it.
    pub(super) asks: bool,
    /// Inside quotation marks: the number of the first word there.
    pub(super) quote: Option<u32>,
    /// The lists whose phrases are built around it, in the owner's bits.
    pub(super) cores: u8,
}

impl Word {
    pub(super) const fn has_shape(&self, shape: Shape) -> bool {
        self.shapes & shape.bit() != 0
    }
}

/// The shape of a word that starts with `glyph`, by its place.
const fn in_place(glyph: &Glyph) -> u16 {
    match glyph.place {
        Place::Handle => Shape::HANDLE.bit(),
        Place::Hashtag => Shape::HASHTAG.bit(),
        Place::Text | Place::Link | Place::Host => 0,
    }
}

struct Cutter<'f, L> {
    glyphs: &'f [Glyph],
    lookup: L,
    words: Vec<Word>,
    /// What stands between the last word and the next.
    starts: bool,
    is_cut_off: bool,
    money: bool,
    quote: Option<u32>,
    /// The word that is looked up.
    text: Vec<u8>,
}

pub(super) fn cut(folded: &Folded, hits: &[(Hit, Role)], lookup: impl Fn(&[u8]) -> u32) -> Vec<Word> {
    let glyphs = folded.glyphs.as_slice();
    let mut cutter = Cutter {
        glyphs,
        lookup,
        words: Vec::with_capacity(glyphs.len() / 4),
        starts: true,
        is_cut_off: true,
        money: false,
        quote: None,
        text: Vec::new(),
    };
    // What was read in another order, or over what parts its letters, is one word too.
    let place = |at: usize| glyphs.partition_point(|glyph| glyph.span().start < at);
    let places = |hit: &Hit| hit.glyphs.unwrap_or_else(|| (place(hit.span.start), place(hit.span.end)));
    let mut hits = hits.iter().map(|(hit, role)| (places(hit), hit, role)).peekable();
    let mut at = 0;
    while at < glyphs.len() {
        let (mut whole, mut cores, count) = (None, 0, cutter.words.len());
        while let Some(((start, end), hit, role)) = hits.next_if(|((start, _), ..)| *start <= at) {
            if start == at {
                cores |= role.cores;
                whole = whole.or_else(|| cutter.term(hit, start..end, *role).then_some(end));
            }
        }
        at = whole.unwrap_or_else(|| cutter.next(at));
        if let Some(word) = cutter.words.get_mut(count) {
            word.cores |= cores;
        }
    }
    cutter.words
}

impl<L: Fn(&[u8]) -> u32> Cutter<'_, L> {
    /// A term of the lexicon as one word, where the glyphs alone would not show it; answers whether it is one.
    fn term(&mut self, hit: &Hit, place: Range<usize>, Role { classes, is_person, .. }: Role) -> bool {
        let shows = |glyphs: &[Glyph]| {
            hit.writing == Writing::Plain && !glyphs.iter().any(|glyph| glyph.kind.is_letter() && glyph.letters.are_several())
        };
        if !is_person && (classes == 0 || self.glyphs.get(place).is_none_or(shows)) {
            return false;
        }
        let handle = if hit.place == Place::Handle { Shape::HANDLE.bit() } else { 0 };
        self.push(hit.span, classes, handle | if is_person { Shape::PERSON.bit() } else { 0 });
        true
    }

    /// The word or the sign at `at`; answers where the next one may start.
    fn next(&mut self, at: usize) -> usize {
        let Some(glyph) = self.glyphs.get(at) else { return at + 1 };
        match glyph.kind {
            Kind::Inert => self.link(at),
            kind if kind.is_word() => self.word(at),
            Kind::Space => at + 1,
            Kind::Break => {
                self.starts = true;
                at + 1
            }
            _ => {
                self.sign(glyph.literal);
                at + 1
            }
        }
    }

    fn sign(&mut self, sign: char) {
        match sign {
            '.' | '!' | '?' | '…' | '。' | '！' | '？' => {
                self.starts = true;
                self.is_cut_off = true;
                if let Some(word) = self.words.last_mut().filter(|_| sign == '?' || sign == '？') {
                    word.asks = true;
                }
            }
            '"' | '“' | '”' | '«' | '»' | '„' => {
                self.starts = true;
                let next = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
                self.quote = if self.quote.is_none() && sign != '”' && sign != '»' { Some(next) } else { None };
            }
            ';' | ':' | '(' | ')' | '—' | '–' | '|' => self.starts = true,
            '$' | '€' | '£' | '₹' | '₦' | '¥' | '₿' => self.money = true,
            _ => {}
        }
    }

    fn link(&mut self, at: usize) -> usize {
        let end = self.end_of(at, |glyph| !glyph.kind.is_blank() && (glyph.kind == Kind::Inert || glyph.place == Place::Link));
        self.push(self.span(at, end), 0, Shape::LINK.bit());
        if let Some(word) = self.words.last_mut() {
            word.cores = u8::MAX;
        }
        end
    }

    fn word(&mut self, at: usize) -> usize {
        // Most words are plain letters up to a blank or a sign.
        let rest = self.glyphs.get(at..).unwrap_or_default();
        let plain = rest.iter().take_while(|glyph| glyph.kind == Kind::Plain).count();
        if plain > 0 && rest.get(plain).is_none_or(|behind| !behind.kind.is_word() && !behind.is_apostrophe()) {
            self.text.clear();
            self.text.extend(rest.iter().take(plain).map(|glyph| u8::try_from(glyph.literal).unwrap_or_default()));
            let classes = (self.lookup)(&self.text);
            self.push(self.span(at, at + plain), classes, rest.first().map_or(0, in_place));
            return at + plain;
        }
        let mut end = at;
        loop {
            end = self.end_of(end, |glyph| glyph.kind.is_word());
            // An apostrophe, and the point or comma inside a number, belong to the word when it goes on behind them.
            let joins = |sign: &Glyph| {
                sign.is_apostrophe() || matches!(sign.literal, '.' | ',') && self.is_digit(end - 1) && self.is_digit(end + 1)
            };
            let goes_on = self.glyphs.get(end).is_some_and(joins) && self.glyphs.get(end + 1).is_some_and(|glyph| glyph.kind.is_word());
            if !goes_on {
                break;
            }
            end += 1;
        }
        let Some(glyphs) = self.glyphs.get(at..end) else { return end };
        self.text.clear();
        let is_number = glyphs.first().is_some_and(|first| first.kind == Kind::Digit)
            && glyphs.iter().filter(|glyph| glyph.kind.is_letter()).count() < 2;
        for glyph in glyphs {
            match glyph.letters.first().filter(|_| !is_number || glyph.kind != Kind::Digit) {
                Some(letter) => self.text.push(letter),
                None if glyph.is_apostrophe() => self.text.push(b'\''),
                None => self.text.extend(glyph.literal.encode_utf8(&mut [0; 4]).bytes()),
            }
        }
        let mut shapes = glyphs.first().map_or(0, in_place);
        if is_number {
            let is_money = self.money || self.glyphs.get(end).is_some_and(|sign| matches!(sign.literal, '$' | '€' | '£' | '₹' | '₦' | '¥'));
            shapes |= Shape::NUMBER.bit() | if is_money { Shape::MONEY.bit() } else { 0 };
        }
        let classes = (self.lookup)(&self.text);
        self.push(self.span(at, end), classes, shapes);
        end
    }

    fn push(&mut self, span: Span, classes: u32, shapes: u16) {
        let (starts, is_cut_off) = (self.starts, self.is_cut_off);
        self.words.push(Word { span, classes, shapes, starts, is_cut_off, asks: false, quote: self.quote, cores: 0 });
        (self.starts, self.is_cut_off, self.money) = (false, false, false);
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let first = self.glyphs.get(start).map_or(0, |glyph| glyph.span().start);
        Span::new(first, self.glyphs.get(end.wrapping_sub(1)).map_or(first, |glyph| glyph.span().end))
    }

    fn end_of(&self, start: usize, is_part: impl Fn(&Glyph) -> bool) -> usize {
        self.glyphs.iter().skip(start).position(|glyph| !is_part(glyph)).map_or(self.glyphs.len(), |length| start + length)
    }

    fn is_digit(&self, at: usize) -> bool {
        self.glyphs.get(at).is_some_and(|glyph| glyph.kind == Kind::Digit)
    }
}

//! The walk: from one glyph on, follow every reading of what comes for as long as some term goes on that way.

use super::automaton::{At, Node};
use super::{Entry, Lexicon};
use crate::text::fold::{Glyph, Kind, Letters};

/// The most steps of one walk, so that a text of masks takes linear time.
const BUDGET: usize = 300;

/// How a reading was put together: how many letters of each kind.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    /// Letters and digits of the term.
    pub(super) length: u8,
    /// Of these, ASCII letters.
    pub(super) plain: u8,
    pub(super) accented: u8,
    pub(super) styled: u8,
    pub(super) exact: u8,
    pub(super) loose: u8,
    /// Of these, digits and symbols for a letter.
    pub(super) leet: u8,
    /// Of these, any letter behind a star.
    pub(super) stars: u8,
    /// Of these, a vowel behind another symbol.
    pub(super) guesses: u8,
    /// Symbols between letters that stand for none.
    pub(super) gaps: u8,
    /// Glyphs of the first piece, when there is one blank inside the word; otherwise 0.
    pub(super) blank_after: u8,
    /// Letters written more often than the term has them.
    pub(super) repeats: u8,
    /// The most of these in a row.
    pub(super) drawn: u8,
    /// How many of these stand right before.
    run: u8,
    /// The letter before.
    last: u8,
    /// True when a comma stands where the term has a blank.
    pub(super) has_comma: bool,
    /// True right behind a gap: a term does not end there.
    is_open: bool,
}

impl Tally {
    /// Letters that are really there.
    pub(super) const fn real(&self) -> u8 {
        self.plain + self.accented + self.styled + self.exact + self.loose
    }

    /// True when every glyph of the reading is a letter of the term, in whatever dress.
    pub(super) const fn is_clean(&self) -> bool {
        self.leet == 0 && self.stars == 0 && self.guesses == 0 && self.gaps == 0 && self.blank_after == 0
    }

    fn with(mut self, kind: Kind, letter: u8) -> Self {
        let counter = match kind {
            Kind::Plain => &mut self.plain,
            Kind::Accented => &mut self.accented,
            Kind::Styled | Kind::Letter => &mut self.styled,
            Kind::Exact => &mut self.exact,
            Kind::Loose => &mut self.loose,
            _ => &mut self.leet,
        };
        *counter = counter.saturating_add(1);
        self.length = self.length.saturating_add(1);
        self.last = letter;
        self.run = 0;
        self.is_open = false;
        self
    }
}

/// One way of reading the glyphs up to `at`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    node: At,
    at: usize,
    tally: Tally,
}

/// Follows one more step from a node.
struct From<'w> {
    lexicon: &'w Lexicon<&'w [u8]>,
    node: Node<'w>,
    step: Step,
    steps: &'w mut Vec<Step>,
}

impl From<'_> {
    fn follow(&mut self, byte: u8, at: usize, tally: Tally) {
        if let Some(node) = self.node.follow(byte) {
            self.steps.push(Step { node, at, tally });
        }
    }

    #[inline]
    fn letters(&mut self, glyph: &Glyph) {
        for letter in glyph.letters.iter() {
            if let Some(node) = self.node.follow(letter) {
                self.steps.push(Step { node, at: self.step.at + 1, tally: self.step.tally.with(glyph.kind, letter) });
            }
        }
    }

    /// The character itself, for terms that hold digits, signs or other scripts.
    fn literal(&mut self, glyph: &Glyph) {
        let mut buffer = [0; 4];
        let mut bytes = glyph.literal.encode_utf8(&mut buffer).bytes();
        let Some(mut node) = bytes.next().and_then(|byte| self.node.follow(byte)) else { return };
        for byte in bytes {
            let Some(next) = self.lexicon.terms.node(node).follow(byte) else { return };
            node = next;
        }
        // A digit that stands for itself is as certain as a letter.
        self.steps.push(Step { node, at: self.step.at + 1, tally: self.step.tally.with(Kind::Plain, 0) });
    }

    /// A masked letter: one of `hidden`, whichever goes on.
    fn hidden(&mut self, hidden: Letters, count: impl Fn(&mut Tally)) {
        for (letter, node) in self.node.ways().filter(|(letter, _)| hidden.contains(*letter)) {
            let mut tally = self.step.tally;
            count(&mut tally);
            tally.length = tally.length.saturating_add(1);
            tally.last = letter;
            tally.is_open = false;
            self.steps.push(Step { node, at: self.step.at + 1, tally });
        }
    }

    /// A star of a term that is known from its first letter, as the build script writes it: looked at before all that it may hide.
    fn starred(&mut self, symbol: char) {
        if !matches!(mask(symbol, true), Mask::Star) {
            return;
        }
        let mut tally = self.step.tally;
        tally.stars = tally.stars.saturating_add(1);
        tally.length = tally.length.saturating_add(1);
        tally.is_open = false;
        self.follow(b'*', self.step.at + 1, tally);
    }

    fn stay(&mut self, count: impl Fn(&mut Tally)) {
        let mut step = self.step;
        step.at += 1;
        count(&mut step.tally);
        self.steps.push(step);
    }
}

impl Lexicon<&[u8]> {
    /// Calls `found` with each term that can be read from `start` on, and with the glyph behind it.
    pub(super) fn walk(&self, glyphs: &[Glyph], start: usize, steps: &mut Vec<Step>, found: &mut dyn FnMut(Entry, usize, Tally)) {
        // A sign that joins the word to the one before can't hide a letter of this one: `f*f*f*` is one walk, not many.
        let sign = start.checked_sub(1).and_then(|at| glyphs.get(at)).filter(|sign| sign.kind == Kind::Symbol);
        let joins = start.checked_sub(2).and_then(|at| glyphs.get(at)).is_some_and(|before| before.kind.is_word());
        let barred = sign.filter(|_| joins).map(|sign| sign.literal);
        steps.clear();
        steps.push(Step { node: self.terms.root(), at: start, tally: Tally::default() });
        let mut budget = BUDGET;
        while let Some(mut step) = steps.pop() {
            // As far as there is only one reading, which is how most walks begin and end: letters, no two of them the same.
            loop {
                let node = self.terms.node(step.node);
                if step.at > start
                    && !step.tally.is_open
                    && let Some(value) = self.terms.value(&node)
                {
                    found(Entry(value), step.at, step.tally);
                }
                let Some(glyph) = glyphs.get(step.at) else { break };
                if let Some(letter) = glyph.letters.first().filter(|letter| glyph.kind == Kind::Plain && *letter != step.tally.last) {
                    let Some(next) = node.follow(letter) else { break };
                    step = Step { node: next, at: step.at + 1, tally: step.tally.with(Kind::Plain, letter) };
                    continue;
                }
                let is_barred = glyph.kind == Kind::Symbol && barred == Some(glyph.literal);
                From { lexicon: self, node, step, steps }.advance(glyphs, glyph, step.at == start, is_barred);
                break;
            }
            budget -= 1;
            if budget == 0 {
                return;
            }
        }
    }
}

impl From<'_> {
    /// False when a letter that is written once more than the term has it leads nowhere: no term ends here, or goes on with what is behind.
    fn may_repeat(&self, behind: Option<&Glyph>, last: u8) -> bool {
        let leads_on = |letter: u8| letter == last || self.node.follow(letter).is_some();
        self.node.is_final() || behind.is_some_and(|behind| behind.kind != Kind::Plain || behind.letters.first().is_some_and(leads_on))
    }

    fn advance(&mut self, glyphs: &[Glyph], glyph: &Glyph, is_first: bool, is_barred: bool) {
        let last = self.step.tally.last;
        let neighbour = |at: Option<usize>| at.and_then(|at| glyphs.get(at));
        match glyph.kind {
            Kind::Inert => {}
            Kind::Space | Kind::Break => {
                let behind = glyphs.iter().skip(self.step.at).take_while(|glyph| glyph.kind.is_blank()).count();
                self.follow(b' ', self.step.at + behind, self.step.tally);
                let goes_on = |next: &Glyph| next.kind.is_letter() && self.node.ways().any(|(letter, _)| next.letters.contains(letter));
                let is_word_behind = neighbour(Some(self.step.at + 1)).is_some_and(|next| goes_on(next) || next.letters.contains(last));
                if glyph.kind == Kind::Space && is_word_behind && !is_first && self.step.tally.is_clean() {
                    let length = self.step.tally.length;
                    self.stay(|tally| {
                        tally.blank_after = length;
                        tally.is_open = true;
                    });
                }
            }
            Kind::Symbol => {
                if self.lexicon.is_own {
                    self.literal(glyph);
                }
                if !is_barred && (!is_first || glyph.is_lettered_sign()) {
                    self.letters(glyph);
                }
                if is_first {
                    return;
                }
                if glyph.is_apostrophe() {
                    self.follow(b'\'', self.step.at + 1, self.step.tally);
                } else if matches!(glyph.literal, '-' | '_' | '.' | ',' | '/' | '‐' | '‑' | '–') {
                    let behind = glyphs.iter().skip(self.step.at + 1).take_while(|glyph| glyph.kind == Kind::Space).count();
                    let has_comma = self.step.tally.has_comma || glyph.literal == ',';
                    self.follow(b' ', self.step.at + 1 + behind, Tally { has_comma, ..self.step.tally });
                }
                if is_barred {
                    return;
                }
                let is_run = [self.step.at.checked_sub(1), Some(self.step.at + 1)]
                    .into_iter()
                    .any(|at| neighbour(at).is_some_and(|next| is_grawlix(next.literal)));
                let hides = neighbour(self.step.at.checked_sub(1)).is_some_and(|before| !before.kind.is_blank());
                match mask(glyph.literal, is_run) {
                    _ if !hides => {}
                    Mask::Star => self.hidden(Letters::ALL, |tally| tally.stars = tally.stars.saturating_add(1)),
                    Mask::Vowel => self.hidden(Letters::VOWELS, |tally| tally.guesses = tally.guesses.saturating_add(1)),
                    Mask::None => {}
                }
                self.stay(|tally| {
                    tally.gaps = tally.gaps.saturating_add(1);
                    tally.is_open = true;
                });
                self.starred(glyph.literal);
            }
            kind => {
                self.letters(glyph);
                if !matches!(kind, Kind::Plain | Kind::Accented | Kind::Styled) {
                    self.literal(glyph);
                }
                if last != 0 && glyph.letters.contains(last) && self.may_repeat(glyphs.get(self.step.at + 1), last) {
                    self.stay(|tally| {
                        tally.repeats = tally.repeats.saturating_add(1);
                        tally.run = tally.run.saturating_add(1);
                        tally.drawn = tally.drawn.max(tally.run);
                    });
                }
            }
        }
    }
}

/// What a symbol inside a word hides.
enum Mask {
    Star,
    Vowel,
    None,
}

/// True for what stands in a row for the letters of a word that is only hinted at.
const fn is_grawlix(symbol: char) -> bool {
    matches!(symbol, '*' | '#' | '_' | '-' | '%' | '&' | '@' | '$' | '^')
}

const fn mask(symbol: char, is_run: bool) -> Mask {
    match symbol {
        '*' | '✱' | '•' | '█' | '■' | '∗' | '⁎' => Mask::Star,
        _ if is_run && is_grawlix(symbol) => Mask::Star,
        ',' | ';' | '/' | '\\' | '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '"' | '“' | '”' | '„' | '«' | '»' | '…' => {
            Mask::None
        }
        _ => Mask::Vowel,
    }
}

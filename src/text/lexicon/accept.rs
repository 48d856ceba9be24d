//! Which readings count. The more a reading has to assume, the more of the word must be there and the clearer its borders must be.

use super::walk::Tally;
use super::{Entry, Traits};
use crate::text::fold::{Glyph, Kind, Place};

/// A reading of `glyphs[start..end]` as a term.
pub(super) struct Reading<'g> {
    pub(super) glyphs: &'g [Glyph],
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) tally: Tally,
}

impl Reading<'_> {
    /// True when a reader would read it so.
    pub(super) fn counts(&self, entry: Entry) -> bool {
        if self.tally.real() == 0 && !self.is_of_signs() || !self.is_in_one_script() {
            return false;
        }
        if entry.is_own() && !self.fits(entry) {
            return false;
        }
        // Only what makes another term innocent goes on behind a comma, as a place does before its country.
        if self.tally.has_comma && !entry.has(Traits::LITERAL) {
            return false;
        }
        if entry.has(Traits::LITERAL) && (!self.tally.is_clean() || self.tally.repeats > 0) {
            return false;
        }
        if self.tally.is_clean() { self.counts_as_written(entry) } else { self.counts_in_disguise(entry) }
    }

    /// The `s` of a plural belongs to an own term.
    pub(super) fn take_plural(&mut self) {
        let Some(behind) = self.glyphs.get(self.end).filter(|behind| behind.is_plainly(b's')) else { return };
        let ends_in_letter = self.glyphs.get(self.end.wrapping_sub(1)).is_some_and(|last| last.kind.is_letter() && !last.is_plainly(b's'));
        let is_word = self.tally.is_clean() && self.tally.length >= SHORTEST_WORD && ends_in_letter;
        if is_word && self.glyphs.get(self.end + 1).is_none_or(|next| is_border(behind, next)) {
            self.end += 1;
        }
    }

    /// False for a spelling of an own term that counts only where this one does not stand.
    fn fits(&self, entry: Entry) -> bool {
        let (Some(first), Some(reading)) = (self.first(), self.glyphs.get(self.start..self.end)) else { return false };
        // The last part of a host names a registry.
        if first.place == Place::Host
            && self.before().is_some_and(|before| before.literal == '.')
            && !reading.iter().any(|glyph| glyph.literal == '.')
            && self.glyphs.get(self.end).is_none_or(|behind| behind.place != Place::Host || behind.literal == ':')
        {
            return false;
        }
        // A tag is that tag and no longer one; another sign at the front is the term's, and not a joint with the word before.
        if first.kind == Kind::Symbol && self.tally.is_clean() {
            let behind = self.glyphs.get(self.end);
            let is_longer_tag =
                matches!(first.literal, '#' | '@') && behind.is_some_and(|behind| behind.place != Place::Text && !behind.kind.is_blank());
            if is_longer_tag || self.before().is_some_and(|before| before.kind.is_word()) {
                return false;
            }
        }
        let mut pairs = reading.iter().zip(reading.iter().skip(1));
        entry.has(Traits::GIVEN)
            || entry.has(Traits::JOINED) && (first.place != Place::Text || pairs.any(|(one, next)| next.is_upper && !one.is_upper))
            || entry.has(Traits::HUMPED)
                && first.is_upper
                && pairs.all(|(one, next)| one.kind.is_word() || !next.kind.is_word() || next.is_upper)
    }

    /// True for a word in front of others in a hashtag: `#acmefans`.
    fn starts_tag(&self) -> bool {
        self.tally.length > SHORTEST_WORD
            && self.first().is_some_and(|first| first.place == Place::Hashtag)
            && self.before().is_some_and(|before| before.literal == '#')
    }

    fn counts_as_written(&self, entry: Entry) -> bool {
        if self.is_by_chance(entry) {
            return false;
        }
        // What an ellipsis cuts off is the start of some longer word.
        let is_cut_off = self.glyphs.get(self.end).is_some_and(|behind| behind.literal == '…');
        if is_cut_off && self.tally.length < 4 && entry.has(Traits::AMBIGUOUS) {
            return false;
        }
        let is_inside = entry.has(Traits::INSIDE);
        let may_go_on = is_inside || entry.has(Traits::START) || entry.is_own() && self.starts_tag();
        if !is_inside && !self.starts_word() || !may_go_on && !self.ends_word() {
            return false;
        }
        // A letter too many may be a slip or another word; two too many are meant.
        let is_well_known = entry.has(Traits::MASKED) && !entry.has(Traits::AMBIGUOUS);
        if (1..MEANT).contains(&self.tally.repeats) && self.tally.drawn < 2 && !is_well_known {
            return false;
        }
        // An accent makes most words another language's, and a capital with it makes most of the rest a name.
        let is_doubtful = self.tally.accented > 0 && !is_well_known && !entry.is_own();
        if is_doubtful && self.first().is_some_and(|first| first.is_upper) {
            return false;
        }
        // One accent may be another language's; half a word of them is a dress.
        let Tally { length, accented, loose, .. } = self.tally;
        let is_dressed = accented > 1 && accented * 2 >= length;
        !entry.has(Traits::AMBIGUOUS) || loose == 0 && (accented == 0 || is_dressed)
    }

    fn counts_in_disguise(&self, entry: Entry) -> bool {
        let Tally { length, leet, stars, guesses, gaps, blank_after, repeats, .. } = self.tally;
        let real = self.tally.real();
        let is_unmistakable = entry.has(Traits::UNMISTAKABLE);
        if self.is_time() {
            return false;
        }
        if !self.stands_alone() || self.first().is_none_or(|first| !first.kind.is_word() && !first.is_lettered_sign()) {
            return false;
        }
        if entry.has(Traits::AMBIGUOUS) && (gaps > 0 || blank_after > 0 || repeats > 0 || real < 2 || length < 3) {
            return false;
        }
        if blank_after > 0 {
            return is_unmistakable && leet == 0 && stars == 0 && guesses == 0 && gaps == 0 && self.has_broken_piece();
        }
        if stars > 0 && !self.counts_behind_stars(entry) {
            return false;
        }
        if guesses > 0 && (real < 3 || guesses > 2 || gaps > 0 || self.ends_in_mask()) {
            return false;
        }
        if gaps > 0 && (stars == 0 && !is_unmistakable || self.goes_on()) {
            return false;
        }
        leet == 0 || real >= 2 && real + 1 >= leet || is_unmistakable && length >= 4 || real == 0
    }

    fn counts_behind_stars(&self, entry: Entry) -> bool {
        let Tally { length, stars, gaps, .. } = self.tally;
        let real = self.tally.real();
        if self.first().is_none_or(|first| !first.kind.is_letter()) {
            return false;
        }
        let ends_in_star = self.ends_in_mask();
        if real == 1 {
            return ends_in_star && gaps == 0 && stars + 1 == length && entry.has(Traits::MASKED);
        }
        if length < 4 {
            return entry.has(Traits::MASKED) && !ends_in_star;
        }
        !ends_in_star || stars > 1 && entry.has(Traits::MASKED) || real >= 3 && entry.has(Traits::UNMISTAKABLE)
    }

    fn first(&self) -> Option<&Glyph> {
        self.glyphs.get(self.start)
    }

    fn ends_in_mask(&self) -> bool {
        self.glyphs.get(self.end.wrapping_sub(1)).is_some_and(|last| !last.kind.is_word())
    }

    fn before(&self) -> Option<&Glyph> {
        self.start.checked_sub(1).and_then(|at| self.glyphs.get(at))
    }

    fn starts_word(&self) -> bool {
        let (Some(before), Some(first)) = (self.before(), self.first()) else { return true };
        is_border(before, first)
    }

    fn ends_word(&self) -> bool {
        let (Some(last), Some(behind)) = (self.glyphs.get(self.end.wrapping_sub(1)), self.glyphs.get(self.end)) else { return true };
        is_border(last, behind)
    }

    /// The stricter border that a disguise needs: no letter, digit or further mask on either side.
    fn stands_alone(&self) -> bool {
        let is_open = |glyph: Option<&Glyph>| {
            glyph.is_none_or(|glyph| !glyph.kind.is_word() && glyph.kind != Kind::Inert && !matches!(glyph.literal, '*' | '#' | '@' | '$'))
        };
        let is_tagged = self.before().is_some_and(|before| matches!(before.literal, '#' | '@'));
        let ends_in_mask = self.ends_in_mask();
        let behind = self.glyphs.get(self.end);
        (is_open(self.before()) || is_tagged)
            && (is_open(behind) || !ends_in_mask && behind.is_some_and(|behind| behind.literal == '*' && !self.is_word_at(self.end + 1)))
    }

    fn is_word_at(&self, at: usize) -> bool {
        self.glyphs.get(at).is_some_and(|glyph| glyph.kind.is_word())
    }

    /// True when what joins the letters also joins the reading to the next word, as in `snake_case`.
    fn goes_on(&self) -> bool {
        let is_joint = |sign: &Glyph| matches!(sign.literal, '_' | '-' | '.') && sign.place != Place::Host;
        self.glyphs.get(self.end).is_some_and(is_joint) && self.is_word_at(self.end + 1)
    }

    /// True when a blank splits off a piece that is no word of its own: one without a vowel.
    fn has_broken_piece(&self) -> bool {
        let Some(reading) = self.glyphs.get(self.start..self.end) else { return false };
        let mut pieces = reading.split(|glyph| glyph.kind.is_blank());
        let letter = |glyph: &Glyph| glyph.letters.first().unwrap_or_default();
        let is_broken = |piece: &[Glyph]| {
            let starts_no_word =
                piece.first().zip(piece.get(1)).is_some_and(|(first, second)| starts_no_word(letter(first), letter(second)));
            starts_no_word || !piece.iter().any(|glyph| is_vowel(letter(glyph)))
        };
        let is_after_apostrophe = self.before().is_some_and(Glyph::is_apostrophe);
        pieces.any(is_broken) && !is_after_apostrophe
    }

    /// True for the few letters in a link's random code, as `aSs4bXq7Lm`, that spell a word: capitals in the middle of them, and around
    /// them digits and letters of both kinds.
    fn is_by_chance(&self, entry: Entry) -> bool {
        let most = if entry.has(Traits::UNMISTAKABLE) { 3 } else { 4 };
        if self.tally.length > most || self.first().is_none_or(|first| first.place != Place::Link) {
            return false;
        }
        let Some(reading) = self.glyphs.get(self.start..self.end) else { return false };
        let has_hump = reading.windows(2).any(|pair| matches!(pair, [before, behind] if behind.is_upper && !before.is_upper));
        let before = self.glyphs.iter().take(self.start).rev().take(CODE).take_while(|glyph| glyph.kind.is_word());
        let behind = self.glyphs.iter().skip(self.end).take(CODE).take_while(|glyph| glyph.kind.is_word());
        let around = || before.clone().chain(behind.clone());
        has_hump
            && around().any(|glyph| glyph.kind == Kind::Digit)
            && around().any(|glyph| glyph.is_upper)
            && around().any(|glyph| glyph.kind.is_letter() && !glyph.is_upper)
    }

    /// True for an hour and its minutes as French writes them: `5h17`.
    fn is_time(&self) -> bool {
        let Some([hours @ .., sign, first, second]) = self.glyphs.get(self.start..self.end) else { return false };
        let are_digits = hours.iter().chain([first, second]).all(|glyph| glyph.kind == Kind::Digit);
        are_digits && (1..=2).contains(&hours.len()) && matches!(sign.literal, 'h' | 'H')
    }

    /// True for a word that is written in signs alone, each of which is known for its letter.
    fn is_of_signs(&self) -> bool {
        let Some(reading) = self.glyphs.get(self.start..self.end) else { return false };
        self.tally.stars == 0 && self.tally.gaps == 0 && reading.len() > 2 && reading.iter().all(|glyph| matches!(glyph.literal, '@' | '$'))
    }

    /// False for a word of another script that merely looks like the term: its letters must be mixed with Latin ones, or every one of
    /// them the same to the eye, or of scripts that nobody mixes in earnest.
    fn is_in_one_script(&self) -> bool {
        let Tally { plain, accented, styled, exact, loose, .. } = self.tally;
        if loose == 0 && exact == 0 || plain + accented + styled > 0 {
            return true;
        }
        if loose <= exact {
            return exact >= 3;
        }
        let Some(reading) = self.glyphs.get(self.start..self.end) else { return false };
        let mut blocks =
            reading.iter().filter(|glyph| matches!(glyph.kind, Kind::Loose | Kind::Exact)).map(|glyph| u32::from(glyph.literal) >> 8);
        let first = blocks.next();
        matches!(first, Some(0x13..=0x16 | 0xab)) || blocks.any(|block| Some(block) != first)
    }
}

/// How far around a reading a code reaches; a limit, so that hostile text takes linear time.
const CODE: usize = 24;

/// The fewest letters of an own term that has a plural; one that goes on in a hashtag has one more.
const SHORTEST_WORD: u8 = 4;

/// As many letters too many are no slip, however they are spread.
const MEANT: u8 = 3;

/// True for the letters without which no English word, nor a piece that is one, is written.
pub(super) const fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

/// True for two letters with which no English word starts.
pub(super) const fn starts_no_word(first: u8, second: u8) -> bool {
    matches!((first, second), (b'c', b'k') | (b't', b'c')) || first == second && !is_vowel(first) && first != b'l'
}

/// True when a word can end between two glyphs: at a blank or symbol, between letters and digits, at a hump, and in scripts without blanks.
#[inline]
pub(super) fn is_border(before: &Glyph, behind: &Glyph) -> bool {
    if !before.kind.is_word() || !behind.kind.is_word() {
        return before.kind != Kind::Inert || !behind.kind.is_word();
    }
    if (before.kind == Kind::Digit) != (behind.kind == Kind::Digit) {
        return true;
    }
    behind.is_upper && !before.is_upper || is_unspaced(before.literal) || is_unspaced(behind.literal)
}

/// True for scripts that put no blank between words.
const fn is_unspaced(character: char) -> bool {
    matches!(character, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

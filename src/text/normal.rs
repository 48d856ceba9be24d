//! Composing characters (NFC): canonical decomposition, the order of marks, composition; and which characters are marks.
//!
//! The tables are written by the build script from `unicode-normalization`, with which the tests compare every answer.

use super::order::sort_by_key;

include!(concat!(env!("OUT_DIR"), "/normal.rs"));

/// The first syllable, leading consonant, vowel and trailing consonant of Hangul, and how many there are.
const SYLLABLES: u32 = 0xac00;
const LEADS: u32 = 0x1100;
const VOWELS: u32 = 0x1161;
/// The one in front of the first, which stands for none.
const TRAILS: u32 = 0x11a7;
const LEAD_COUNT: u32 = 19;
const VOWEL_COUNT: u32 = 21;
const TRAIL_COUNT: u32 = 28;

/// The bits of a fact: the combining class, whether composing may change it, whether it is a mark.
const CLASS: u32 = 0xff;
const OPEN: u32 = 1 << 8;
const MARK: u32 = 1 << 9;

/// What is known of the stretch that holds a character.
fn facts(character: char) -> u32 {
    if character < '\u{300}' {
        return 0;
    }
    let behind = FACTS.partition_point(|start| start >> 10 <= u32::from(character));
    behind.checked_sub(1).and_then(|at| FACTS.get(at)).map_or(0, |start| start & 0x3ff)
}

/// True for characters that are drawn onto the one in front of them.
pub(super) fn is_mark(character: char) -> bool {
    facts(character) & MARK != 0
}

/// False when composing leaves the text as it is for sure.
pub(super) fn may_change(text: &str) -> bool {
    // Nothing before U+0300 changes, whose first byte this is.
    let far = text.bytes().enumerate().filter(|(_, byte)| *byte >= 0xcc);
    far.filter_map(|(at, _)| text.get(at..)?.chars().next()).any(|character| facts(character) & OPEN != 0)
}

fn class(character: char) -> u8 {
    (facts(character) & CLASS).to_le_bytes()[0]
}

/// The number of the pair that a character decomposes into.
fn place(whole: u32) -> Option<usize> {
    let run = RUNS.partition_point(|first| *first <= whole).checked_sub(1)?;
    let start = usize::from(*RUN_STARTS.get(run)?);
    let at = start + usize::try_from(whole - RUNS.get(run)?).ok()?;
    let end = RUN_STARTS.get(run + 1).map_or(FIRSTS.len(), |next| usize::from(*next));
    (at < end).then_some(at)
}

/// The character that a pair is of.
fn whole(at: usize) -> Option<char> {
    let run = RUN_STARTS.partition_point(|start| usize::from(*start) <= at).checked_sub(1)?;
    let behind = u32::try_from(at - usize::from(*RUN_STARTS.get(run)?)).ok()?;
    char::from_u32(RUNS.get(run)? + behind)
}

/// The composed form of a text.
pub fn compose(text: &str) -> String {
    let mut composed = Composer::default();
    for character in text.chars() {
        composed.decompose(character);
    }
    composed.flush();
    composed.out
}

/// The character that two make together.
pub(super) fn pair(first: char, second: char) -> Option<char> {
    let (one, other) = (u32::from(first), u32::from(second));
    if let Some(lead) = one.checked_sub(LEADS).filter(|lead| *lead < LEAD_COUNT) {
        let vowel = other.checked_sub(VOWELS).filter(|vowel| *vowel < VOWEL_COUNT)?;
        return char::from_u32(SYLLABLES + (lead * VOWEL_COUNT + vowel) * TRAIL_COUNT);
    }
    let is_open_syllable = |syllable: &u32| *syllable < LEAD_COUNT * VOWEL_COUNT * TRAIL_COUNT && syllable.is_multiple_of(TRAIL_COUNT);
    if one.checked_sub(SYLLABLES).is_some_and(|syllable| is_open_syllable(&syllable)) {
        let trail = other.checked_sub(TRAILS).filter(|trail| (1..TRAIL_COUNT).contains(trail))?;
        return char::from_u32(one + trail);
    }
    let parts = |at: u16| Some((second_of(usize::from(at))?, *FIRSTS.get(usize::from(at))?));
    let found = ORDER.binary_search_by(|at| parts(*at).cmp(&Some((other, one)))).ok()?;
    whole(usize::from(*ORDER.get(found)?))
}

/// The second half of a pair; the table leaves out which plane it lies in.
fn second_of(at: usize) -> Option<u32> {
    let low = u32::from(*SECONDS.get(at)?);
    Some(if low != 0 && at >= FAR { low | 0x1_0000 } else { low })
}

#[derive(Default)]
struct Composer {
    out: String,
    /// A starter and what follows it up to the next one, decomposed: how many starters stand up to it, its class, itself.
    waiting: Vec<(usize, u8, char)>,
}

impl Composer {
    fn decompose(&mut self, character: char) {
        let code = u32::from(character);
        if let Some(syllable) = code.checked_sub(SYLLABLES).filter(|syllable| *syllable < LEAD_COUNT * VOWEL_COUNT * TRAIL_COUNT) {
            let trail = syllable % TRAIL_COUNT;
            let vowel = syllable / TRAIL_COUNT % VOWEL_COUNT;
            let parts = [LEADS + syllable / TRAIL_COUNT / VOWEL_COUNT, VOWELS + vowel, TRAILS + trail];
            parts.into_iter().take(if trail == 0 { 2 } else { 3 }).filter_map(char::from_u32).for_each(|part| self.push(part));
            return;
        }
        let Some(at) = place(code) else { return self.push(character) };
        if let Some(first) = FIRSTS.get(at).copied().and_then(char::from_u32) {
            self.decompose(first);
        }
        if let Some(second) = second_of(at).filter(|second| *second != 0).and_then(char::from_u32) {
            self.decompose(second);
        }
    }

    fn push(&mut self, character: char) {
        let class = class(character);
        if class == 0 && !self.may_join(character) {
            self.flush();
        }
        let starters = self.waiting.last().map_or(0, |(starters, ..)| *starters) + usize::from(class == 0);
        self.waiting.push((starters, class, character));
    }

    /// True for a starter that may become one with what waits.
    fn may_join(&self, character: char) -> bool {
        !self.waiting.is_empty() && facts(character) & OPEN != 0
    }

    /// Puts the marks in order, composes what composes, and hands it out.
    fn flush(&mut self) {
        sort_by_key(&mut self.waiting, |(starters, class, _)| (*starters, usize::from(*class)));
        let mut base: Option<usize> = None;
        let mut last = 0;
        let mut kept: Vec<char> = Vec::with_capacity(self.waiting.len());
        for (_, class, character) in self.waiting.drain(..) {
            let is_next = base.is_some_and(|base| base + 1 == kept.len());
            let joined = base.filter(|_| is_next || last < class).and_then(|at| Some((at, pair(*kept.get(at)?, character)?)));
            if let Some((at, whole)) = joined {
                kept.iter_mut().skip(at).take(1).for_each(|character| *character = whole);
                continue;
            }
            if class == 0 {
                base = Some(kept.len());
            }
            last = class;
            kept.push(character);
        }
        self.out.extend(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;
    use unicode_normalization::char::{compose as reference_pair, is_combining_mark};

    #[test]
    fn every_character_is_read_as_unicode_says() {
        for character in '\0'..=char::MAX {
            let text = character.to_string();
            let expected: String = text.nfc().collect();
            assert_eq!(compose(&text), expected, "U+{:04X}", u32::from(character));
            assert!(may_change(&text) || expected == text, "U+{:04X}", u32::from(character));
            assert_eq!(is_mark(character), is_combining_mark(character), "U+{:04X}", u32::from(character));
        }
    }

    #[test]
    fn every_pair_composes_as_unicode_says() {
        for (at, first) in FIRSTS.iter().enumerate() {
            let (first, second) = (char::from_u32(*first).unwrap(), char::from_u32(second_of(at).unwrap()).unwrap());
            assert_eq!(pair(first, second), reference_pair(first, second), "{first:?} {second:?}");
        }
        for (first, second) in
            [('a', 'b'), ('\u{1100}', '\u{1161}'), ('\u{ac00}', '\u{11a8}'), ('\u{ac01}', '\u{11a8}'), ('\u{ac00}', '\u{11a7}')]
        {
            assert_eq!(pair(first, second), reference_pair(first, second), "{first:?} {second:?}");
        }
    }

    /// Characters that compose, decompose or are reordered.
    fn hostile() -> impl Strategy<Value = String> {
        let known = prop::sample::select((0..FIRSTS.len()).filter_map(whole).map(u32::from).collect::<Vec<_>>());
        let parts = prop::sample::select(FIRSTS.to_vec());
        let marks = prop::sample::select(FACTS.iter().map(|start| start >> 10).collect::<Vec<_>>());
        let one = prop_oneof![
            known,
            parts,
            marks,
            0x300_u32..0x370,
            0x1100_u32..0x1200,
            0xac00_u32..0xac20,
            0x61_u32..0x64,
            (0..2000_usize).prop_map(|at| second_of(at).unwrap_or(0x301))
        ];
        prop::collection::vec(one.prop_filter_map("a character", char::from_u32), 0..12).prop_map(String::from_iter)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn composing_is_what_unicode_says(text in hostile()) {
            let expected: String = text.nfc().collect();
            prop_assert_eq!(compose(&text), expected.clone());
            prop_assert!(may_change(&text) || expected == text);
        }
    }
}

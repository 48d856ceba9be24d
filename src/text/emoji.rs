//! Emoji: how many bytes of a text are one emoji, sequences included.
//!
//! Up to Unicode 11 a sequence is what X's own library takes for one; from there on it is what Unicode recommends for interchange.

use super::tables::emoji::{BASES, FLAGS, JOINED};
use super::tables::side;

const PRESENTATION: char = '\u{fe0f}';
const TEXT: char = '\u{fe0e}';
const KEYCAP: char = '\u{20e3}';
const BLACK_FLAG: char = '\u{1f3f4}';
/// The lightest skin tone; in a pattern: any.
const ANY_TONE: char = '\u{1f3fb}';
/// The darkest skin tone; in a pattern: any but the one before it.
const OTHER_TONE: char = '\u{1f3ff}';

const ALONE: u8 = 1;
const WITH_PRESENTATION: u8 = 2;
const WITH_TONE: u8 = 4;
const WITH_BOTH: u8 = 8;

/// The flags of England, Scotland and Wales: what the tag characters behind the black flag spell.
const TAG_FLAGS: [&str; 3] = ["gbeng", "gbsct", "gbwls"];

/// How many bytes at the start of `text` are one emoji; 0 when it does not start with one.
pub(super) fn emoji_len(text: &str) -> usize {
    let Some(first) = text.chars().next() else { return 0 };
    if first.is_ascii() {
        return keycap(text, first);
    }
    if matches!(first, '\u{1f1e6}'..='\u{1f1ff}') {
        return flag(text, first);
    }
    let bits = bits(first);
    if bits == 0 {
        return 0;
    }
    if first == BLACK_FLAG
        && let Some(length) = tag_flag(text)
    {
        return length;
    }
    joined(text).unwrap_or_else(|| base(text, first, bits))
}

/// True when the character is an emoji or becomes one with what follows it.
pub(super) fn starts_emoji(character: char) -> bool {
    // Nothing before the copyright sign is one without a keycap.
    character >= '\u{a9}' && bits(character) != 0 || matches!(character, '\u{1f1e6}'..='\u{1f1ff}')
}

/// True for the five skin tones.
pub(super) const fn is_tone(character: char) -> bool {
    matches!(character, ANY_TONE..=OTHER_TONE)
}

fn bits(character: char) -> u8 {
    let code = u32::from(character);
    let found = BASES.binary_search_by(|&(first, last, _)| side(first, last, code));
    found.ok().and_then(|at| BASES.get(at)).map_or(0, |&(_, _, bits)| bits)
}

fn keycap(text: &str, first: char) -> usize {
    if !matches!(first, '0'..='9' | '#' | '*') {
        return 0;
    }
    let rest = text.get(1..).unwrap_or_default();
    let rest = rest.strip_prefix(PRESENTATION).unwrap_or(rest);
    rest.strip_prefix(KEYCAP).map_or(0, |rest| text.len() - rest.len())
}

fn flag(text: &str, first: char) -> usize {
    let letter = |character: char| u8::try_from(u32::from(character).wrapping_sub(0x1_f1e6)).ok().filter(|&at| at < 26).map(|at| b'A' + at);
    let second = text.chars().nth(1).and_then(letter);
    let pair = letter(first).zip(second);
    let (pairs, _) = FLAGS.as_bytes().as_chunks::<2>();
    let known = pair.is_some_and(|(first, second)| pairs.binary_search(&[first, second]).is_ok());
    if known { 8 } else { 4 }
}

fn tag_flag(text: &str) -> Option<usize> {
    let mut tags = text.chars().skip(1).map(|tag| u32::from(tag).checked_sub(0xe_0000).and_then(char::from_u32));
    let spelled: String = tags.by_ref().take(6).collect::<Option<String>>()?;
    let name = spelled.strip_suffix('\u{7f}')?;
    TAG_FLAGS.contains(&name).then_some(7 * 4)
}

fn base(text: &str, first: char, bits: u8) -> usize {
    let mut characters = text.chars().skip(1);
    let (second, third) = (characters.next(), characters.next());
    let is_tone = |character: Option<char>| character.is_some_and(is_tone);
    let length = first.len_utf8();
    if second == Some(PRESENTATION) && bits & WITH_PRESENTATION != 0 {
        let toned = bits & WITH_BOTH != 0 && is_tone(third);
        return length + PRESENTATION.len_utf8() + if toned { ANY_TONE.len_utf8() } else { 0 };
    }
    if is_tone(second) && bits & WITH_TONE != 0 {
        return length + ANY_TONE.len_utf8();
    }
    if second == Some(TEXT) && bits & WITH_PRESENTATION != 0 {
        return 0;
    }
    if bits & ALONE != 0 { length } else { 0 }
}

/// The longest joined sequence: narrows the sorted patterns character by character, as a trie would.
fn joined(text: &str) -> Option<usize> {
    let mut patterns = JOINED;
    let mut longest = None;
    let mut first_tone = None;
    let mut length = 0;
    for (place, found) in text.chars().enumerate() {
        length += found.len_utf8();
        let wanted = if is_tone(found) { ANY_TONE } else { found };
        let mut narrowed = narrow(patterns, place, wanted);
        if is_tone(found) {
            if narrowed.is_empty() && first_tone.is_some_and(|tone| tone != found) {
                narrowed = narrow(patterns, place, OTHER_TONE);
            }
            first_tone = first_tone.or(Some(found));
        }
        patterns = narrowed;
        let Some(shortest) = patterns.first() else { break };
        // A pattern that ends here sorts before every longer one.
        if shortest.chars().count() == place + 1 {
            longest = Some(length);
        }
    }
    longest
}

/// The patterns of a sorted range whose character at `place` is `wanted`.
fn narrow(patterns: &'static [&'static str], place: usize, wanted: char) -> &'static [&'static str] {
    let start = patterns.partition_point(|pattern| pattern.chars().nth(place) < Some(wanted));
    let rest = patterns.get(start..).unwrap_or_default();
    let end = rest.partition_point(|pattern| pattern.chars().nth(place) == Some(wanted));
    rest.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_sequences_are_one_emoji() {
        let sequences = [
            "😀",
            "☀",
            "☀️",
            "©️",
            "1️⃣",
            "#⃣",
            "👍🏽",
            "☝🏽",
            "☝️🏽",
            "🇩🇪",
            "🇦",
            "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
            "🏴‍☠️",
            "🏳️‍🌈",
            "👨‍👩‍👧‍👦",
            "👩🏽‍🚀",
            "🧑🏿‍🤝‍🧑🏿",
            "👩🏻‍🤝‍👩🏿",
            "❤️‍🔥",
            "🫱🏻‍🫲🏿",
            "🕵️‍♀️",
            "🕵🏻‍♀️",
            "👩‍❤️‍💋‍👨",
            "🫩",
            "🇨🇶",
        ];
        for sequence in sequences {
            assert_eq!(emoji_len(sequence), sequence.len(), "{sequence}");
            assert_eq!(emoji_len(&format!("{sequence}a")), sequence.len(), "{sequence}");
        }
    }

    #[test]
    fn what_is_no_sequence_is_its_first_emoji() {
        for (text, first) in [
            ("😀\u{fe0f}", "😀"),
            ("🇦🇦", "🇦"),
            ("👩‍👍", "👩"),
            ("👩🏻‍🤝‍👩🏻", "👩🏻"),
            ("👁️‍🗨️", "👁️"),
            ("🕵‍♀️", "🕵"),
            ("🏴\u{e0067}\u{e0062}", "🏴"),
            ("👩‍🚀️", "👩‍🚀"),
        ] {
            assert_eq!(emoji_len(text), first.len(), "{text}");
        }
    }

    #[test]
    fn text_is_no_emoji() {
        for text in ["", "a", "1", "1\u{fe0f}", "©", "é", "漢", "☀\u{fe0e}", "\u{200d}", "\u{fe0f}"] {
            assert_eq!(emoji_len(text), 0, "{text:?}");
        }
    }

    #[test]
    fn a_megabyte_of_joined_people_is_read_in_linear_time() {
        let text = "👩\u{200d}".repeat(30_000);
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            at += emoji_len(rest).max(rest.chars().next().map_or(1, char::len_utf8));
        }
        assert_eq!(at, text.len());
    }
}

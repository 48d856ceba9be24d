//! List markers and thread counters, by their form, at the start and at the end of a line.
//!
//! Invisible characters are read over. What looks like a counter and is a fraction, a date or a rating is none.

mod cursor;
mod forms;
mod trail;

use self::cursor::Cursor;
use self::forms::{KEYWORDS, bullet, number_marker};
use super::Span;
use super::emoji::emoji_len;
use unicode_segmentation::GraphemeCursor;

pub use trail::trailing_counters;

const SLASHES: &str = "/⁄∕／";
/// Days that are known by their number: none of them starts a thread.
const DAYS: &[(u32, u32)] = &[(2, 14), (4, 20), (9, 11), (10, 31), (12, 24), (12, 25), (12, 31)];

/// A marker at the start of a line, or a counter at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marker {
    /// The marker itself, in bytes of the line.
    pub span: Span,
    /// Set for a form that is a marker only beside its neighbour, such as the `I.` of `I.` and `II.`.
    pub rank: Option<Rank>,
}

/// The place of a marker in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rank {
    /// As a letter of the alphabet, from 1.
    pub letter: Option<u32>,
    /// As a roman number.
    pub roman: Option<u32>,
    /// Whether it is a marker whatever stands beside it.
    pub is_certain: bool,
}

impl Rank {
    /// True when one follows the other in a list.
    pub fn is_beside(self, other: Self) -> bool {
        let beside = |one: Option<u32>, two: Option<u32>| one.zip(two).is_some_and(|(one, two)| one.abs_diff(two) == 1);
        beside(self.letter, other.letter) || beside(self.roman, other.roman)
    }
}

/// The markers that start a line, in order; each starts the line once those before it are gone. `post` is the number of the post in a thread.
pub fn leading_markers(line: &str, post: Option<usize>) -> Vec<Marker> {
    let mut found: Vec<Marker> = Vec::new();
    let mut at = 0;
    let mut depends_on = None;
    while let Some(rest) = line.get(at..)
        && let Some(Marker { span, rank }) = leading_marker(rest, post)
    {
        let span = Span::new(at + span.start, at + span.end);
        // What starts the line only when an uncertain marker goes is as uncertain.
        depends_on = depends_on.or(rank.filter(|rank| !rank.is_certain));
        let gap = at;
        at = line.len() - line.get(span.end..).unwrap_or_default().trim_start().len();
        match found.last_mut().filter(|_| depends_on.is_none() && gap == span.start) {
            Some(last) => last.span.end = span.end,
            None => found.push(Marker { span, rank: depends_on.or(rank) }),
        }
    }
    found
}

fn leading_marker(line: &str, post: Option<usize>) -> Option<Marker> {
    let mut cursor = Cursor { line, at: 0 };
    cursor.skip_space();
    let (start, _) = cursor.peek()?;
    if is_plain_word(line.get(start..)?.as_bytes()) {
        return None;
    }
    if let Some(end) = bullet(cursor) {
        return Some(Marker { span: Span::new(start, whole(line, end)), rank: None });
    }
    // A decoration may come first: "🧵 1/5", "**1.**", "“1.".
    for _ in 0..4 {
        let (start, character) = cursor.peek()?;
        if let Some((end, rank)) = number_marker(cursor, post) {
            return Some(Marker { span: Span::new(start, whole(line, end)), rank });
        }
        let emoji = line.get(start..).map_or(0, emoji_len);
        cursor.at = start + if emoji > 0 { emoji } else { character.len_utf8() };
        if emoji == 0 && !"\"'“‘«*_~>#".contains(character) {
            return None;
        }
        cursor.skip_space();
    }
    None
}

/// True for a word of ASCII letters before a blank that starts as no keyword does: what most lines start with, and never a marker.
fn is_plain_word(line: &[u8]) -> bool {
    let letters = line.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let may_be_keyword = |first: &u8| KEYWORDS.iter().any(|keyword| keyword.as_bytes().first() == Some(&first.to_ascii_lowercase()));
    letters > 0 && line.get(letters) == Some(&b' ') && !line.first().is_some_and(may_be_keyword)
}

/// The end of the grapheme that `end` lies in: marks on a marker belong to it.
fn whole(line: &str, end: usize) -> usize {
    let mut cursor = GraphemeCursor::new(end, line.len(), true);
    match cursor.is_boundary(line, 0) {
        Ok(false) => cursor.next_boundary(line, 0).ok().flatten().unwrap_or(line.len()),
        _ => end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lead(line: &str) -> Option<&str> {
        leading_markers(line, None)
            .first()
            .filter(|marker| marker.rank.is_none_or(|rank| rank.is_certain))
            .map(|marker| marker.span.of(line))
    }

    #[test]
    fn markers_are_known_by_their_form() {
        for (line, marker) in [
            ("1. First", "1."),
            ("1) First", "1)"),
            ("(1) First", "(1)"),
            ("[1] First", "[1]"),
            ("【1】 First", "【1】"),
            ("〔1/5〕 First", "〔1/5〕"),
            ("1/5 First", "1/5"),
            ("(1/5) First", "(1/5)"),
            ("a) First", "a)"),
            ("(b) Second", "(b)"),
            ("II. Second", "II."),
            ("iv) Fourth", "iv)"),
            ("① First", "①"),
            ("❷Second", "❷"),
            ("⑴ First", "⑴"),
            ("⒈ First", "⒈"),
            ("¹ First", "¹"),
            ("¹/₅ First", "¹/₅"),
            ("Tweet 1: intro", "Tweet 1:"),
            ("TWEET one: intro", "TWEET one:"),
            ("Part 1: intro", "Part 1:"),
            ("Step 1: open", "Step 1:"),
            ("Step two - close", "Step two -"),
            ("No. 1: love", "No. 1:"),
            ("№ 1: love", "№ 1:"),
            ("Thread 1/5", "Thread 1/5"),
            ("Thread (1/5) intro", "Thread (1/5)"),
            ("Part 1 of 5: intro", "Part 1 of 5:"),
            ("Part II. More", "Part II."),
            ("- First", "-"),
            ("– First", "–"),
            ("— First", "—"),
            ("* First", "*"),
            ("• First", "•"),
            ("•First", "•"),
            ("▸ First", "▸"),
            ("➡️ First", "➡️"),
            ("-> First", "->"),
            ("✓ First", "✓"),
            ("✅ First", "✅"),
            ("★ First", "★"),
            ("・ 一", "・"),
            ("  1. indented", "1."),
            ("1.First", "1."),
            ("1.第一", "1."),
            ("1、第一", "1、"),
            ("１．First", "１．"),
            ("٣) ثالث", "٣)"),
            ("1️⃣ First", "1️⃣"),
            ("🔟 Tenth", "🔟"),
            ("Ⅳ. Fourth", "Ⅳ."),
            ("1/ First", "1/"),
            ("1/n First", "1/n"),
            ("1/5: First", "1/5:"),
            ("1/5 - First", "1/5 -"),
            ("🧵 1/5 intro", "1/5"),
            ("**1.** First", "1."),
            ("1.) First", "1.)"),
            ("- 1. Both", "- 1."),
            ("\u{feff}1/5 intro", "1/5"),
            ("1\u{200b}/5 intro", "1\u{200b}/5"),
            ("1.", "1."),
            ("1/2 intro", "1/2"),
        ] {
            assert_eq!(lead(line), Some(marker), "{line:?}");
        }
    }

    #[test]
    fn numbers_that_are_meant_are_no_markers() {
        for line in [
            "",
            " ",
            "2026 was good",
            "2026. What a year",
            "3D printing",
            "24/7 support",
            "1st place",
            "5 reasons",
            "9am",
            "10:30 meeting",
            "10k users",
            "3.5 million",
            "80% of",
            "$5 off",
            "5$",
            "1,000 people",
            "1/2 cup of sugar",
            "9/11 changed us",
            "10/10 would go again",
            "4/5 dentists agree",
            "1/5th of it",
            "1/5/2026",
            "I am here",
            "I. Am. Tired.",
            "A. B. Smith",
            "a.m. is early",
            "-5 degrees",
            "*sigh*",
            "---",
            "* * *",
            "⭐⭐⭐⭐⭐ loved it",
            "(555) 123-4567",
            "(2026) report",
            "(s)he said",
            "(c) 2026 Acme",
            "(a lot) more",
            "Step 1 is easy",
            "Part of it",
            "No. 1 in the charts",
            "No: never",
            "Thread about 5 things",
            "no one: nothing",
            "1.5x speed",
            "2.0 is out",
            "x",
            "Tweet",
            "xx. bye",
            "1.js",
            "³He is rare",
            "=",
            "- ",
        ] {
            assert_eq!(lead(line), None, "{line:?}");
        }
    }

    #[test]
    fn a_counter_can_end_a_line() {
        let end = |line: &'static str| trailing_counters(line, None).first().map(|marker| marker.span.of(line));
        for (line, counter) in [
            ("intro (1/5)", " (1/5)"),
            ("intro [2/5]", " [2/5]"),
            ("intro 1/5", " 1/5"),
            ("intro 1/5 🧵", " 1/5"),
            ("intro(1/5)", "(1/5)"),
            ("intro 2/7\u{200b}", " 2/7\u{200b}"),
            ("intro １/５", " １/５"),
            ("intro 1/n", " 1/n"),
            ("intro (8/10)", " (8/10)"),
            ("intro 1/25", " 1/25"),
        ] {
            assert_eq!(end(line), Some(counter), "{line:?}");
        }
        for line in
            ["", "I give it 8/10", "open 24/7", "half is 1/2", "on 6/12", "a/5", "5", "see 1/5/2026", "x1/5", "and 5/0", "http://a.co/1/5"]
        {
            assert_eq!(end(line), None, "{line:?}");
        }
        assert!(!trailing_counters("the half 1/2", Some(1)).is_empty() && !trailing_counters("I give it 2/5", Some(2)).is_empty());
    }

    #[test]
    fn hostile_lines_are_read_in_linear_time() {
        for unit in ["-", "- ", "1", "1.", "1. ", "(", "\u{200b}", "1/", "a", "① ", "• ", "🧵", ")", "1\u{200b}", "* "] {
            let line = unit.repeat(200_000 / unit.len());
            for marker in [leading_markers(&line, None), trailing_counters(&line, Some(1))].into_iter().flatten() {
                assert!(line.get(marker.span.start..marker.span.end).is_some(), "{unit}");
            }
        }
    }
}

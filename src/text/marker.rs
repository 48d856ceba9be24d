//! List markers and thread counters, by their form, at the start and at the end of a line.
//!
//! Invisible characters are read over. What looks like a counter and is a fraction, a date or a rating is none.

use super::digits::{digit, is_enclosed, is_enclosed_letter, is_raised, is_roman_sign, roman, word};
use super::emoji::emoji_len;
use super::{Span, is_default_ignorable};

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

const BULLETS: &str = "•‣⁃∙◦●○▪▫■□◆◇◘◙⦾⦿⚫⚪·・★☆✦✧✱✲✳✴✶✷⭐▸▹►▻▶▷△▲▴▵▼▽▾▿→➔➜➝➞➙➤➡⇒⇨⟶⮕»›✓✔✅☑✗✘";
const DASHES: &str = "-‐‑‒–—―−﹘－";
const STARS: &str = "*∗＊";
/// Bullets that are nothing else, so that the text may follow at once.
const PLAIN_BULLETS: &str = "•‣⁃◦▪▫";
const SLASHES: &str = "/⁄∕／";
const KEYWORDS: [&str; 7] = ["tweet", "post", "thread", "part", "step", "no", "nr"];
/// Words behind a number with a slash that make it a fraction or a rating.
const MEASURES: &[&str] = &[
    "a",
    "an",
    "americans",
    "cup",
    "cups",
    "dentists",
    "doctors",
    "experience",
    "for",
    "gallon",
    "highly",
    "hour",
    "hours",
    "inch",
    "inches",
    "kg",
    "lb",
    "lbs",
    "liter",
    "litre",
    "marathon",
    "men",
    "mile",
    "miles",
    "must",
    "of",
    "off",
    "ounce",
    "oz",
    "people",
    "pint",
    "pound",
    "pounds",
    "price",
    "rating",
    "recommend",
    "star",
    "stars",
    "tablespoon",
    "tablespoons",
    "tbsp",
    "teaspoon",
    "teaspoons",
    "the",
    "times",
    "tsp",
    "turn",
    "users",
    "way",
    "women",
    "would",
    "years",
];
/// Words before a number with a slash that make it a date.
const DATE_WORDS: &[&str] = &["after", "before", "by", "from", "on", "since", "through", "till", "to", "until"];
/// Days that are known by their number: none of them starts a thread.
const DAYS: &[(u32, u32)] = &[(2, 14), (4, 20), (9, 11), (10, 31), (12, 24), (12, 25), (12, 31)];

/// Reads a line over invisible characters.
#[derive(Clone, Copy)]
struct Cursor<'t> {
    line: &'t str,
    at: usize,
}

impl Cursor<'_> {
    /// The next visible character and where it starts.
    fn peek(self) -> Option<(usize, char)> {
        let rest = self.line.get(self.at..)?;
        let visible = rest.char_indices().find(|(_, character)| !is_hidden(*character))?;
        Some((self.at + visible.0, visible.1))
    }

    fn next_char(self) -> Option<char> {
        self.peek().map(|(_, character)| character)
    }

    fn eat(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        let (at, character) = self.peek().filter(|(_, character)| wanted(*character))?;
        self.at = at + character.len_utf8();
        Some(character)
    }

    fn eat_any(&mut self, wanted: impl Fn(char) -> bool) -> usize {
        let mut count = 0;
        while self.eat(&wanted).is_some() {
            count += 1;
        }
        count
    }

    fn skip_space(&mut self) -> bool {
        self.eat_any(char::is_whitespace) > 0
    }

    /// White space or the end of the line comes next.
    fn is_at_gap(self) -> bool {
        self.next_char().is_none_or(char::is_whitespace)
    }

    /// A number of at most `most` digits of one dress: its value, and whether the digits are raised.
    fn number(&mut self, most: usize) -> Option<(u32, bool)> {
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
    fn letters(&mut self, most: usize) -> String {
        let mut found = String::new();
        while found.len() < most
            && let Some(letter) = self.eat(char::is_alphabetic)
        {
            found.push(letter);
        }
        found
    }

    /// The word behind the white space that comes next, in lower case.
    fn word_ahead(mut self) -> String {
        self.skip_space();
        self.letters(20).to_lowercase()
    }
}

fn is_hidden(character: char) -> bool {
    is_default_ignorable(character) || (character.is_control() && !character.is_whitespace())
}

/// The marker that starts a line, and every one that follows it at once. `post` is the number of the post in a thread.
pub fn leading_marker(line: &str, post: Option<usize>) -> Option<Marker> {
    let mut cursor = Cursor { line, at: 0 };
    cursor.skip_space();
    let (start, _) = cursor.peek()?;
    if let Some(end) = bullet(cursor) {
        return Some(Marker { span: Span::new(start, behind_all(line, end, post)), rank: None });
    }
    // A decoration may come first: "🧵 1/5", "**1.**", "“1.".
    for _ in 0..4 {
        let (start, character) = cursor.peek()?;
        if let Some((end, rank)) = number_marker(cursor, post) {
            let end = if rank.is_some_and(|rank| !rank.is_certain) { end } else { behind_all(line, end, post) };
            return Some(Marker { span: Span::new(start, end), rank });
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

/// Behind this marker, any further ones and their white space, short of the end of the line.
fn behind_all(line: &str, end: usize, post: Option<usize>) -> usize {
    let mut end = end;
    loop {
        let mut cursor = Cursor { line, at: end };
        cursor.skip_space();
        let further = bullet(cursor).or_else(|| number_marker(cursor, post).filter(|(_, rank)| rank.is_none()).map(|(end, _)| end));
        match further {
            Some(next) if next > end => end = next,
            _ => return end,
        }
    }
}

fn bullet(mut cursor: Cursor<'_>) -> Option<usize> {
    let first = cursor
        .eat(|character| BULLETS.contains(character) || DASHES.contains(character) || STARS.contains(character) || character == '=')?;
    // An arrow of ASCII: "->", "-->", "=>".
    if matches!(first, '-' | '=') {
        cursor.eat_any(|character| character == first);
        let is_arrow = cursor.eat(|character| character == '>').is_some();
        if first == '=' && !is_arrow {
            return None;
        }
    }
    let end = cursor.at;
    let has_gap = cursor.skip_space();
    let mut rest = cursor;
    let follows = rest.next_char()?;
    let may_follow_at_once = PLAIN_BULLETS.contains(first) && !PLAIN_BULLETS.contains(follows);
    if !has_gap && !may_follow_at_once {
        return None;
    }
    // A line of signs alone divides, and lists nothing.
    let has_text =
        std::iter::from_fn(|| rest.eat(|_| true)).take(200).any(|character| character.is_alphanumeric() || character > '\u{2fff}');
    has_text.then_some(end)
}

/// A number, letter or counter that marks what follows; with a rank where it depends on its neighbours.
fn number_marker(cursor: Cursor<'_>, post: Option<usize>) -> Option<(usize, Option<Rank>)> {
    let certain = enclosed(cursor).or_else(|| bracketed(cursor)).or_else(|| numbered(cursor, post)).or_else(|| keyword(cursor));
    certain.map(|end| (end, None)).or_else(|| lettered(cursor))
}

/// `①`, `⑴`, `⒈`, `1️⃣`, and `Ⅳ` or `ⓐ` with a gap behind.
fn enclosed(mut cursor: Cursor<'_>) -> Option<usize> {
    let start = cursor.at;
    while cursor.eat(is_enclosed).is_some() || eat_keycap(&mut cursor) {}
    if cursor.at == start {
        cursor.eat(|character| is_roman_sign(character) || is_enclosed_letter(character))?;
        cursor.eat_any(is_roman_sign);
        let is_closed = cursor.eat(|character| ".):：．）".contains(character)).is_some();
        return (is_closed || cursor.is_at_gap()).then_some(cursor.at);
    }
    cursor.eat(|character| ".):：．）".contains(character));
    Some(cursor.at)
}

fn eat_keycap(cursor: &mut Cursor<'_>) -> bool {
    let Some((start, _)) = cursor.peek() else { return false };
    let length = cursor.line.get(start..).filter(|rest| rest.starts_with(|next: char| next.is_ascii_digit())).map_or(0, emoji_len);
    if length > 0 {
        cursor.at = start + length;
    }
    length > 0
}

/// `(1)`, `[1]`, `(1/5)`, `(a)`, `(iv)`.
fn bracketed(mut cursor: Cursor<'_>) -> Option<usize> {
    let open = cursor.eat(|character| "([（［【〔".contains(character))?;
    let close = match open {
        '(' | '（' => ")）",
        '[' | '［' => "]］",
        '【' => "】",
        _ => "〕",
    };
    cursor.skip_space();
    let is_number = cursor.number(2).is_some();
    if is_number {
        cursor.skip_space();
        if cursor.eat(|character| SLASHES.contains(character)).is_some() {
            cursor.skip_space();
            let is_total = cursor.number(3).is_some() || cursor.eat(|character| matches!(character, 'n' | 'N' | 'x' | 'X' | '?')).is_some();
            if !is_total {
                return None;
            }
        }
    }
    let letters = if is_number { String::new() } else { cursor.letters(6) };
    let is_letter = close.starts_with(')') && is_letter_or_roman(&letters);
    if !is_number && !is_letter {
        return None;
    }
    cursor.skip_space();
    cursor.eat(|character| close.contains(character))?;
    let end = cursor.at;
    if !is_number {
        // "(s)he" is a word, "(c) 2026" a notice.
        let is_notice =
            letters.eq_ignore_ascii_case("c") && { cursor.skip_space() && cursor.next_char().is_some_and(|next| digit(next).is_some()) };
        if is_notice || !(Cursor { at: end, ..cursor }).is_at_gap() {
            return None;
        }
    }
    Some(end)
}

fn is_letter_or_roman(letters: &str) -> bool {
    (letters.len() == 1 && letters.is_ascii()) || roman(letters).is_some()
}

/// `1.`, `1)`, `1、`, `¹ `, and counters: `1/5`, `1/`.
fn numbered(mut cursor: Cursor<'_>, post: Option<usize>) -> Option<usize> {
    let (value, is_raised) = cursor.number(3)?;
    let behind_number = cursor;
    let sign = cursor.eat(|character| SLASHES.contains(character) || ".)．）、".contains(character));
    match sign {
        Some(slash) if SLASHES.contains(slash) => counter(cursor, value, post),
        Some('.' | '．') => {
            if cursor.eat(|character| ")）-".contains(character)).is_some() {
                return cursor.is_at_gap().then_some(cursor.at);
            }
            let next = cursor.next_char();
            let starts_text =
                next.is_none_or(|next| next.is_whitespace() || "*_\"'”’»".contains(next) || (next.is_alphabetic() && !next.is_lowercase()));
            (value < 100 && starts_text).then_some(cursor.at)
        }
        Some(_) => Some(cursor.at),
        None => (is_raised && behind_number.is_at_gap()).then_some(behind_number.at),
    }
}

/// What stands behind `1/`: a total, an open end, or nothing.
fn counter(mut cursor: Cursor<'_>, value: u32, post: Option<usize>) -> Option<usize> {
    if value == 0 {
        return None;
    }
    if cursor.is_at_gap() {
        return Some(cursor.at);
    }
    if cursor.eat(|character| matches!(character, 'n' | 'N' | 'x' | 'X' | '?' | '∞')).is_some() {
        eat_end(&mut cursor);
        return cursor.is_at_gap().then_some(cursor.at);
    }
    let (total, _) = cursor.number(3)?;
    if cursor
        .next_char()
        .is_some_and(|next| next.is_alphanumeric() || SLASHES.contains(next) || matches!(next, '%' | '-' | '"' | '″' | '\''))
    {
        return None;
    }
    let is_decimal = |mut cursor: Cursor<'_>| cursor.eat(|next| matches!(next, '.' | ',')).is_some() && !cursor.is_at_gap();
    if is_decimal(cursor) || total < 2 || value > total {
        return None;
    }
    let is_this_post = post.and_then(|post| u32::try_from(post).ok()) == Some(value);
    if !is_this_post && (DAYS.contains(&(value, total)) || MEASURES.contains(&cursor.word_ahead().as_str())) {
        return None;
    }
    eat_end(&mut cursor);
    Some(cursor.at)
}

/// The sign that closes a counter.
fn eat_end(cursor: &mut Cursor<'_>) {
    let mut ahead = *cursor;
    if ahead.eat(|character| ".):：|]".contains(character)).is_some() && ahead.is_at_gap() {
        *cursor = ahead;
    }
    let mut ahead = *cursor;
    if ahead.skip_space()
        && ahead.eat(|character| DASHES.contains(character) || matches!(character, '|' | ':')).is_some()
        && ahead.is_at_gap()
    {
        *cursor = ahead;
    }
}

/// `Tweet 1:`, `Step one:`, `No. 1:`, `Thread 1/5`, `Part II.`
fn keyword(mut cursor: Cursor<'_>) -> Option<usize> {
    let is_number_sign = cursor.eat(|character| character == '№').is_some();
    let name = if is_number_sign { String::new() } else { cursor.letters(7) };
    if !is_number_sign && !KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(&name)) {
        return None;
    }
    cursor.eat(|character| matches!(character, '.' | ':'));
    cursor.skip_space();
    if let Some(end) = bracketed(cursor) {
        return Some(end);
    }
    cursor.eat(|character| character == '#');
    if cursor.number(3).is_some() {
        cursor.skip_space();
        if cursor.eat(|character| SLASHES.contains(character)).is_some() {
            cursor.skip_space();
            cursor.number(3).map(|_| ()).or_else(|| cursor.eat(|next| matches!(next, 'n' | 'N' | 'x' | 'X' | '?')).map(|_| ()))?;
            eat_end(&mut cursor);
            return cursor.is_at_gap().then_some(cursor.at);
        }
        if cursor.word_ahead() == "of" {
            cursor.letters(2);
            cursor.skip_space();
            cursor.number(3)?;
        }
    } else {
        // "No one: …" is no number.
        let is_word = !matches!(name.as_str(), "no" | "No" | "NO" | "nr" | "Nr" | "NR");
        let letters = cursor.letters(9);
        word(&letters).filter(|_| is_word).map(|_| ()).or_else(|| roman(&letters).map(|_| ()))?;
    }
    cursor.skip_space();
    let end = cursor.eat(|character| ":：.)）".contains(character) || DASHES.contains(character))?;
    (matches!(end, ':' | '：') || cursor.is_at_gap()).then_some(cursor.at)
}

/// `a)`, `iv)`, `II.`, and `I.` or `a.` beside its neighbour.
fn lettered(mut cursor: Cursor<'_>) -> Option<(usize, Option<Rank>)> {
    let letters = cursor.letters(6);
    let roman = roman(&letters);
    let letter = letters.bytes().next().filter(|first| letters.len() == 1 && first.is_ascii_alphabetic());
    let sign = cursor.eat(|character| ".)．）".contains(character))?;
    if (letter.is_none() && roman.is_none()) || !cursor.is_at_gap() {
        return None;
    }
    if matches!(sign, ')' | '）') {
        return Some((cursor.at, None));
    }
    // "xx." is a kiss.
    let is_certain = letter.is_none() && !letters.bytes().all(|byte| byte.eq_ignore_ascii_case(&b'x'));
    let letter = letter.map(|first| u32::from(first.to_ascii_lowercase() - b'a') + 1);
    Some((cursor.at, Some(Rank { letter, roman, is_certain })))
}

/// The counter that ends a line, such as `(1/5)`, with the white space before it. `post` is the number of the post in a thread.
pub fn trailing_counter(line: &str, post: Option<usize>) -> Option<Marker> {
    let is_decoration = |character: char| character.is_whitespace() || is_hidden(character) || "🧵👇⬇↓⤵➡→…".contains(character);
    let text = line.trim_end_matches(is_decoration);
    let is_part =
        |character: char| digit(character).is_some() || SLASHES.contains(character) || is_hidden(character) || "nNxX?".contains(character);
    let (body, open) = match text.chars().next_back()? {
        close @ (')' | '）' | ']' | '］') => {
            (text.get(..text.len() - close.len_utf8())?, if matches!(close, ')' | '）') { "(（" } else { "[［" })
        }
        _ => (text, ""),
    };
    let counted = body.trim_end_matches(is_part);
    let mut start = counted.len();
    if !open.is_empty() {
        start -= counted.chars().next_back().filter(|&character| open.contains(character))?.len_utf8();
    }
    let before = text.get(..start)?;
    let gap = before.trim_end_matches(|character: char| character.is_whitespace() || is_hidden(character));
    if open.is_empty() && gap.len() == before.len() {
        return None;
    }
    let mut cursor = Cursor { line: body, at: counted.len() };
    let (value, _) = cursor.number(3)?;
    cursor.eat(|character| SLASHES.contains(character))?;
    if cursor.eat(|character| "nNxX?".contains(character)).is_some() {
        return (cursor.next_char().is_none() && value > 0).then_some(Marker { span: Span::new(gap.len(), text.len()), rank: None });
    }
    let (total, _) = cursor.number(3)?;
    let is_counter = cursor.next_char().is_none() && (1..=total).contains(&value) && total > 1;
    let is_this_post = post.and_then(|post| u32::try_from(post).ok()) == Some(value);
    let word = gap.rsplit(|character: char| !character.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
    // A half, a date, "8/10": no counter, unless the place in the thread says so.
    let is_other = matches!((value, total), (1 | 2, 3) | (1 | 3, 4) | (1, 2))
        || DAYS.contains(&(value, total))
        || DATE_WORDS.contains(&word.as_str())
        || (matches!(total, 5 | 10 | 100) && value != 1);
    let is_bare = open.is_empty();
    (is_counter && (is_this_post || !is_bare || !is_other)).then_some(Marker { span: Span::new(gap.len(), text.len()), rank: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lead(line: &str) -> Option<&str> {
        leading_marker(line, None).filter(|marker| marker.rank.is_none_or(|rank| rank.is_certain)).map(|marker| marker.span.of(line))
    }

    #[test]
    fn markers_are_known_by_their_form() {
        for (line, marker) in [
            ("1. First", "1."),
            ("1) First", "1)"),
            ("(1) First", "(1)"),
            ("[1] First", "[1]"),
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
            ("➡️ First", "➡"),
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
        let end = |line: &'static str| trailing_counter(line, None).map(|marker| marker.span.of(line));
        for (line, counter) in [
            ("intro (1/5)", " (1/5)"),
            ("intro [2/5]", " [2/5]"),
            ("intro 1/5", " 1/5"),
            ("intro 1/5 🧵", " 1/5"),
            ("intro(1/5)", "(1/5)"),
            ("intro 2/7\u{200b}", " 2/7"),
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
        assert!(trailing_counter("the half 1/2", Some(1)).is_some() && trailing_counter("I give it 2/5", Some(2)).is_some());
    }

    #[test]
    fn hostile_lines_are_read_in_linear_time() {
        for unit in ["-", "- ", "1", "1.", "1. ", "(", "\u{200b}", "1/", "a", "① ", "• ", "🧵", ")", "1\u{200b}", "* "] {
            let line = unit.repeat(200_000 / unit.len());
            for marker in [leading_marker(&line, None), trailing_counter(&line, Some(1))].into_iter().flatten() {
                assert!(line.get(marker.span.start..marker.span.end).is_some(), "{unit}");
            }
        }
    }
}

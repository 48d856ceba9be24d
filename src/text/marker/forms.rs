//! The forms of a marker at the start of a line. Each function reads one from a cursor and says where it ends.

use super::super::digits::{digit, is_enclosed, is_enclosed_letter, is_roman_sign, roman, word};
use super::super::emoji::emoji_len;
use super::cursor::Cursor;
use super::{DAYS, Rank, SLASHES};

const BULLETS: &str = "•‣⁃∙◦●○▪▫■□◆◇◘◙⦾⦿⚫⚪·・★☆✦✧✱✲✳✴✶✷⭐▸▹►▻▶▷△▲▴▵▼▽▾▿→➔➜➝➞➙➤➡⇒⇨⟶⮕»›✓✔✅☑✗✘";
const DASHES: &str = "-‐‑‒–—―−﹘－";
const STARS: &str = "*∗＊";
/// Bullets that are nothing else, so that the text may follow at once.
const PLAIN_BULLETS: &str = "•‣⁃◦▪▫";
pub(super) const KEYWORDS: [&str; 7] = ["tweet", "post", "thread", "part", "step", "no", "nr"];

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

/// Months behind a number with a full stop, in the languages that write dates so.
const MONTHS: &[&str] = &[
    "januar",
    "jänner",
    "februar",
    "märz",
    "marts",
    "mars",
    "april",
    "mai",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "dezember",
    "december",
    "desember",
];

/// A dash, a dot, a star, a triangle, an arrow or a check mark, before text.
pub(super) fn bullet(mut cursor: Cursor<'_>) -> Option<usize> {
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
pub(super) fn number_marker(cursor: Cursor<'_>, post: Option<usize>) -> Option<(usize, Option<Rank>)> {
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
            let starts_text = next.is_none_or(|next| !next.is_lowercase() && digit(next).is_none() && !".,:;/%-+=".contains(next));
            (value < 100 && starts_text && !MONTHS.contains(&cursor.word_ahead().as_str())).then_some(cursor.at)
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
    let is_open = cursor.is_at_gap() || cursor.next_char().is_some_and(|next| "([（［".contains(next));
    if (letter.is_none() && roman.is_none()) || !is_open {
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

//! Counters at the end of a line.

use super::super::Span;
use super::super::digits::digit;
use super::cursor::{Cursor, is_hidden};
use super::{DAYS, Marker, SLASHES, whole};

/// Words before a number with a slash that make it a date.
const DATE_WORDS: &[&str] = &["after", "before", "by", "from", "on", "since", "through", "till", "to", "until"];

/// The counters that end a line, the last first, each with the white space before it; each ends the line once those behind it are gone.
/// `post` is the number of the post in a thread.
pub fn trailing_counters(line: &str, post: Option<usize>) -> Vec<Marker> {
    let mut found: Vec<Marker> = Vec::new();
    let mut end = line.len();
    while let Some(head) = line.get(..end)
        && let Some(marker) = trailing_counter(head, post)
    {
        match found.last_mut().filter(|last| last.span.start == marker.span.end) {
            Some(last) => last.span.start = marker.span.start,
            None => found.push(marker),
        }
        end = marker.span.start;
    }
    found
}

fn trailing_counter(line: &str, post: Option<usize>) -> Option<Marker> {
    let last = line.chars().next_back()?;
    // Most lines end in a letter or a full stop.
    if last == '.' || last.is_ascii_alphabetic() && !"nNxX".contains(last) {
        return None;
    }
    let is_decoration = |character: char| character.is_whitespace() || is_hidden(character) || "🧵👇⬇↓⤵➡→…".contains(character);
    let text = line.trim_end_matches(is_decoration);
    // What nobody sees behind the counter goes with it.
    let behind = line.get(text.len()..).unwrap_or_default();
    let end = whole(line, line.len() - behind.trim_start_matches(is_hidden).len());
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
        return (cursor.next_char().is_none() && value > 0).then_some(Marker { span: Span::new(gap.len(), end), rank: None });
    }
    let (total, _) = cursor.number(3)?;
    let is_counter = cursor.next_char().is_none() && (1..=total).contains(&value) && total > 1;
    let is_this_post = post.and_then(|post| u32::try_from(post).ok()) == Some(value);
    let word = gap.rsplit(|character: char| !character.is_alphanumeric()).next().unwrap_or_default().to_ascii_lowercase();
    // A half, a date, "8/10": no counter, unless the place in the thread says so.
    let is_other = matches!((value, total), (1 | 2, 3) | (1 | 3, 4) | (1, 2))
        || DAYS.contains(&(value, total))
        || DATE_WORDS.contains(&word.as_str())
        || (matches!(total, 5 | 10 | 100) && value != 1);
    let is_bare = open.is_empty();
    (is_counter && (is_this_post || !is_bare || !is_other)).then_some(Marker { span: Span::new(gap.len(), end), rank: None })
}

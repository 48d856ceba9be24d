//! How long a post is, as its platform counts, and how much of it fits.

use super::emoji::{emoji_len, starts_emoji};
use super::nfc::Composed;
use super::url::urls;
use super::{Platform, Span, mastodon};
use std::ops::ControlFlow;
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// What a URL counts on X and on Mastodon, however long it is.
pub(super) const URL_LENGTH: usize = 23;

/// Is told where a piece lies and what it counts, and says whether to go on.
pub(super) type Visit<'v> = dyn FnMut(Span, usize) -> ControlFlow<()> + 'v;

/// What a platform counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Code points, URLs and emoji weighed as X does.
    Weighted,
    /// Grapheme clusters.
    Graphemes,
    /// Code points.
    Characters,
    /// UTF-16 code units.
    Utf16,
    /// Bytes of UTF-8.
    Bytes,
}

impl Unit {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Weighted => "weighted",
            Self::Graphemes => "graphemes",
            Self::Characters => "characters",
            Self::Utf16 => "utf16",
            Self::Bytes => "bytes",
        }
    }
}

impl Platform {
    /// What this platform counts.
    pub const fn unit(self) -> Unit {
        match self {
            Self::X => Unit::Weighted,
            Self::Bluesky | Self::Mastodon => Unit::Graphemes,
            Self::Instagram | Self::Threads | Self::Linkedin | Self::Facebook => Unit::Characters,
            Self::Tiktok => Unit::Utf16,
            Self::Youtube => Unit::Bytes,
        }
    }
}

/// The length of a post on its platform.
pub fn measure(text: &str, platform: Platform) -> usize {
    match platform {
        Platform::X => weighted_length(text),
        Platform::Mastodon => mastodon::length(text),
        Platform::Threads => total(text, platform),
        Platform::Bluesky => graphemes(text),
        Platform::Instagram | Platform::Linkedin | Platform::Facebook => text.chars().count(),
        Platform::Tiktok => text.chars().map(char::len_utf16).sum(),
        Platform::Youtube => text.len(),
    }
}

/// How many bytes of a post fit into `max`: up to the first grapheme that does not.
///
/// The part that fits, published alone, is never longer than `max`.
pub fn fitting(text: &str, platform: Platform, max: usize) -> usize {
    let mut end = text.len();
    let mut sum = 0;
    pieces(text, platform, &mut |piece, weight| {
        sum += weight;
        if sum <= max {
            return ControlFlow::Continue(());
        }
        end = piece.start;
        ControlFlow::Break(())
    });
    let mut end = grapheme_start(text, end);
    // Cut off, a name can become a URL: "example.com" of "example.community".
    while let Some(head) = text.get(..end).filter(|head| measure(head, platform) > max) {
        let last = urls(head).last().map_or(end.saturating_sub(1), |url| url.span.start);
        end = grapheme_start(text, last);
    }
    end
}

/// How many bytes of a text fit into `max` bytes without cutting a grapheme.
pub fn fitting_bytes(text: &str, max: usize) -> usize {
    grapheme_start(text, text.floor_char_boundary(max))
}

/// The start of the grapheme that holds the byte at `at`.
fn grapheme_start(text: &str, at: usize) -> usize {
    let mut at = text.floor_char_boundary(at);
    while GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0) == Ok(false) {
        at = text.floor_char_boundary(at - 1);
    }
    at
}

fn total(text: &str, platform: Platform) -> usize {
    let mut sum = 0;
    pieces(text, platform, &mut |_, weight| {
        sum += weight;
        ControlFlow::Continue(())
    });
    sum
}

/// Visits what the platform counts as one, in order, with what it counts, until told to stop.
fn pieces(text: &str, platform: Platform, visit: &mut Visit<'_>) {
    let visited = match platform {
        Platform::X => {
            let composed = Composed::new(text);
            weigh(composed.text(), false, &mut |span, weight| visit(composed.original(span), weight))
        }
        Platform::Threads => each(
            text,
            |rest, first| match emoji_at(rest, first) {
                0 => (first.len_utf8(), 1),
                length => (length, length),
            },
            visit,
        ),
        Platform::Mastodon => mastodon::pieces(text, visit),
        Platform::Bluesky => grapheme_pieces(text, Span::new(0, text.len()), visit),
        Platform::Instagram | Platform::Linkedin | Platform::Facebook => each(text, |_, first| (first.len_utf8(), 1), visit),
        Platform::Tiktok => each(text, |_, first| (first.len_utf8(), first.len_utf16()), visit),
        Platform::Youtube => each(text, |_, first| (first.len_utf8(), first.len_utf8()), visit),
    };
    // Stopping early is not an error.
    let (ControlFlow::Continue(()) | ControlFlow::Break(())) = visited;
}

/// Visits piece by piece; `piece` says how long the next one is, in bytes and as counted.
fn each(text: &str, piece: impl Fn(&str, char) -> (usize, usize), visit: &mut Visit<'_>) -> ControlFlow<()> {
    let mut at = 0;
    while let Some(rest) = text.get(at..)
        && let Some(first) = rest.chars().next()
    {
        let (length, weight) = piece(rest, first);
        visit(Span::new(at, at + length), weight)?;
        at += length;
    }
    ControlFlow::Continue(())
}

/// How many bytes at the start of `rest` are one emoji, asked only where that is possible.
fn emoji_at(rest: &str, first: char) -> usize {
    let is_possible = if first.is_ascii() { rest.as_bytes().get(1).is_some_and(|byte| !byte.is_ascii()) } else { starts_emoji(first) };
    if is_possible { emoji_len(rest) } else { 0 }
}

fn weighted_length(text: &str) -> usize {
    if text.is_ascii() && !text.contains('.') {
        return text.len();
    }
    let composed = Composed::new(text);
    let mut sum = 0;
    let mut add = |_, weight| {
        sum += weight;
        ControlFlow::Continue(())
    };
    let (ControlFlow::Continue(()) | ControlFlow::Break(())) = weigh(composed.text(), true, &mut add);
    sum
}

/// What X counts: URLs 23, emoji 2, the characters of most alphabets 1, all others 2. The text is composed (NFC). In large pieces, ASCII
/// characters are visited together.
fn weigh(text: &str, in_large: bool, visit: &mut Visit<'_>) -> ControlFlow<()> {
    let urls = urls(text);
    let mut urls = urls.iter().peekable();
    let mut at = 0;
    while let Some(rest) = text.get(at..)
        && let Some(first) = rest.chars().next()
    {
        while urls.next_if(|url| url.span.start < at).is_some() {}
        if in_large {
            let plain = rest.get(..urls.peek().map_or(rest.len(), |url| url.span.start - at)).unwrap_or_default();
            let ascii = plain.bytes().position(|byte| !byte.is_ascii()).unwrap_or(plain.len());
            // The last of them may be the first character of an emoji.
            if ascii > 1 {
                visit(Span::new(at, at + ascii - 1), ascii - 1)?;
                at += ascii - 1;
                continue;
            }
        }
        let (length, weight) = if let Some(url) = urls.next_if(|url| url.span.start == at) {
            (url.counted_to - at, URL_LENGTH)
        } else {
            match emoji_at(rest, first) {
                0 => (first.len_utf8(), weight(first)),
                length => (length, 2),
            }
        };
        visit(Span::new(at, at + length), weight)?;
        at += length;
    }
    ControlFlow::Continue(())
}

const fn weight(character: char) -> usize {
    match character {
        '\0'..='\u{10ff}' | '\u{2000}'..='\u{200d}' | '\u{2010}'..='\u{201f}' | '\u{2032}'..='\u{2037}' => 1,
        _ => 2,
    }
}

/// How many grapheme clusters a text has: what people call characters.
pub fn graphemes(text: &str) -> usize {
    if text.is_ascii() {
        // The one cluster of two ASCII characters is CR LF.
        return text.len() - if text.contains('\r') { text.matches("\r\n").count() } else { 0 };
    }
    // Between two plain characters there is always a boundary; only the stretches in between need the full rules.
    let mut count = 0;
    let mut start = 0;
    let mut before = None;
    for (at, character) in text.char_indices() {
        let is_plain = is_plain(character);
        if is_plain && before.is_some_and(|before| before != '\r' || character != '\n') {
            count += graphemes_between(text, start, at);
            start = at;
        }
        before = is_plain.then_some(character);
    }
    count + graphemes_between(text, start, text.len())
}

fn graphemes_between(text: &str, start: usize, end: usize) -> usize {
    match Span::new(start, end).of(text) {
        "" => 0,
        stretch if stretch.chars().nth(1).is_none() => 1,
        stretch => stretch.graphemes(true).count(),
    }
}

/// True for characters that neither extend another nor are joined to it: ASCII, the letters of Latin, Greek and Cyrillic, kana, Han.
const fn is_plain(character: char) -> bool {
    matches!(
        character,
        '\0'..='\u{a8}' | '\u{b0}'..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{48a}'..='\u{52f}' | '\u{2010}'..='\u{2027}' | '\u{3001}'..='\u{3029}'
            | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ff60}'
    )
}

pub(super) fn grapheme_pieces(text: &str, part: Span, visit: &mut Visit<'_>) -> ControlFlow<()> {
    let mut at = part.start;
    for grapheme in part.of(text).graphemes(true) {
        visit(Span::new(at, at + grapheme.len()), 1)?;
        at += grapheme.len();
    }
    ControlFlow::Continue(())
}

#[cfg(test)]
mod tests;

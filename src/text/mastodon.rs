//! How Mastodon counts: graphemes, after each URL with a scheme has become 23 characters and each `@name@host` its `@name`.

use super::Span;
use super::entities::account;
use super::measure::{URL_LENGTH, Visit, grapheme_pieces, graphemes};
use super::order::sort_by_key;
use super::path::PathStyle;
use super::url::{Url, find};
use std::cmp::Ordering;
use std::ops::ControlFlow;

/// The length of a text on Mastodon.
pub(super) fn length(text: &str) -> usize {
    let parts = parts(text);
    if parts.is_empty() {
        return graphemes(text);
    }
    let mut counted = String::with_capacity(text.len());
    let mut at = 0;
    for (part, weight) in parts {
        counted.push_str(Span::new(at, part.start).of(text));
        counted.extend(std::iter::repeat_n('x', weight));
        at = part.end;
    }
    counted.push_str(text.get(at..).unwrap_or_default());
    graphemes(&counted)
}

/// Visits the graphemes of a text, and what does not count as it is written.
pub(super) fn pieces(text: &str, visit: &mut Visit<'_>) -> ControlFlow<()> {
    let mut at = 0;
    for (part, weight) in parts(text) {
        grapheme_pieces(text, Span::new(at, part.start), visit)?;
        visit(part, weight)?;
        at = part.end;
    }
    grapheme_pieces(text, Span::new(at, text.len()), visit)
}

/// What does not count as it is written: URLs with a scheme, and the hosts of mentions.
fn parts(text: &str) -> Vec<(Span, usize)> {
    let mut parts: Vec<(Span, usize)> = Vec::new();
    if text.contains("://") {
        let found = find(text, PathStyle::Mastodon).into_iter().filter(|url| url.has_scheme);
        parts.extend(found.map(|Url { span, .. }| (span, URL_LENGTH)));
    }
    let of_urls = parts.len();
    let mut from = 0;
    for (at, sign) in text.match_indices('@') {
        if at >= from
            && let Some((name, host)) = account(text, at, sign)
        {
            from = host;
            let is_in_url = parts.get(..of_urls).unwrap_or_default().binary_search_by(|(url, _)| {
                if url.end <= at {
                    Ordering::Less
                } else if url.start > at {
                    Ordering::Greater
                } else {
                    Ordering::Equal
                }
            });
            if host > name && is_in_url.is_err() {
                parts.push((Span::new(name, host), 0));
            }
        }
    }
    sort_by_key(&mut parts, |(span, _)| (span.start, 0));
    parts
}

//! Removing hidden characters: whether that changes what a platform makes of the text around them.

use super::Draft;
use crate::diagnostic::{Edit, Fix, apply};
use crate::text::{Span, entities, measure};

/// How many bytes around the characters are looked at; a longer word is not judged.
const WINDOW: usize = 2048;

/// A fix that removes hidden characters.
///
/// It is safe unless what is left links, tags, mentions or weighs more than before: `@` and a name that a hidden character kept apart.
pub(super) fn removal(draft: &Draft<'_>, title: &str, edits: Vec<Edit>) -> Fix {
    let keeps = || {
        let start = edits.first()?.span.start;
        let end = edits.last()?.span.end;
        let head = draft.content.get(draft.content.ceil_char_boundary(start.saturating_sub(WINDOW))..start)?;
        let tail = draft.content.get(end..draft.content.floor_char_boundary(end + WINDOW))?;
        let word_before = head.len() - head.trim_end_matches(|character: char| !character.is_whitespace()).len();
        let word_behind = tail.len() - tail.trim_start_matches(|character: char| !character.is_whitespace()).len();
        if word_before + word_behind > WINDOW {
            return None;
        }
        let (start, end) = (start - word_before, end + word_behind);
        let around = Span::new(start, end).of(draft.content);
        let inside: Vec<Edit> =
            edits.iter().map(|edit| Edit::replace(Span::new(edit.span.start - start, edit.span.end - start), edit.text.clone())).collect();
        let after = apply(around, &inside).ok()?;
        let count = |text: &str| entities(text, draft.platform).len();
        Some(count(&after) <= count(around) && measure(&after, draft.platform) <= measure(around, draft.platform))
    };
    if keeps() == Some(true) { Fix::safe(title, edits) } else { Fix::risky(title, edits) }
}

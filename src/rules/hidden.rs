//! Removing hidden characters: whether that changes what a platform makes of the text around them.

use super::Draft;
use crate::diagnostic::{Edit, Fix, apply};
use crate::text::{Span, entities, measure};

/// A fix that removes hidden characters.
///
/// It is safe unless what is left links, tags, mentions or weighs more than before: `@` and a name that a hidden character kept apart.
pub(super) fn removal(draft: &Draft<'_>, title: &str, edits: Vec<Edit>) -> Fix {
    let keeps = || {
        let start = edits.first()?.span.start;
        let end = edits.last()?.span.end;
        let head = draft.content.get(..start)?;
        let tail = draft.content.get(end..)?;
        let start = head.trim_end_matches(|character: char| !character.is_whitespace()).len();
        let end = draft.content.len() - tail.trim_start_matches(|character: char| !character.is_whitespace()).len();
        let around = Span::new(start, end).of(draft.content);
        let inside: Vec<Edit> = edits
            .iter()
            .map(|edit| Edit::replace(Span::new(edit.span.start - start, edit.span.end - start), edit.text.clone()))
            .collect();
        let after = apply(around, &inside).ok()?;
        let count = |text: &str| entities(text, draft.platform).len();
        Some(count(&after) <= count(around) && measure(&after, draft.platform) <= measure(around, draft.platform))
    };
    if keeps() == Some(true) { Fix::safe(title, edits) } else { Fix::risky(title, edits) }
}

//! Removing hidden characters: whether that changes what is made of the text around them.

use super::Draft;
use crate::diagnostic::{Edit, Fix, apply};
use crate::text::{Span, entities, measure, secrets};

/// How many bytes on each side are looked at; a longer word is not judged.
const WINDOW: usize = 1024;

/// A fix that removes hidden characters.
///
/// It is safe unless what is left links, tags, mentions or gives away something else than before, such as `@` and a name, kept apart until now,
/// or weighs more.
pub(super) fn removal(draft: &Draft<'_>, title: &str, edits: Vec<Edit>) -> Fix {
    if reads_the_same(draft, &edits) == Some(true) { Fix::safe(title, edits) } else { Fix::risky(title, edits) }
}

fn reads_the_same(draft: &Draft<'_>, edits: &[Edit]) -> Option<bool> {
    let start = word_start(draft.content, edits.first()?.span.start)?;
    let end = word_end(draft.content, edits.last()?.span.end)?;
    let around = Span::new(start, end).of(draft.content);
    let moved = |span: Span| Span::new(span.start - start, span.end - start);
    let inside: Vec<Edit> = edits.iter().map(|edit| Edit::replace(moved(edit.span), edit.text.clone())).collect();
    let after = apply(around, &inside).ok()?;
    let findings = |text: &str| (entities(text, draft.platform).len(), secrets(text).len(), measure(text, draft.platform));
    let ((links, leaks, length), (links_before, leaks_before, length_before)) = (findings(&after), findings(around));
    Some(links == links_before && leaks == leaks_before && length <= length_before)
}

/// The first start of a word within the window before `at`; `None` when the window holds none.
fn word_start(text: &str, at: usize) -> Option<usize> {
    let window = text.ceil_char_boundary(at.saturating_sub(WINDOW));
    if window == 0 {
        return Some(0);
    }
    let before = text.get(window..at)?;
    before.find(char::is_whitespace).map(|offset| window + offset)
}

/// The last end of a word within the window behind `at`; `None` when the window holds none.
fn word_end(text: &str, at: usize) -> Option<usize> {
    let window = text.floor_char_boundary(at + WINDOW);
    if window == text.len() {
        return Some(window);
    }
    let behind = text.get(at..window)?;
    behind.rfind(char::is_whitespace).map(|offset| at + offset)
}

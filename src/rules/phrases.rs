//! Which of the phrases found in a text speak for themselves, and which stand inside an innocent one.

use crate::policy::FoundPhrase;
use crate::text::order::sort_by_key;

/// The kind of phrases that are innocent, and make what overlaps them innocent.
pub(super) const INNOCENT: &str = "ok";

/// The phrases that count: those that touch no innocent phrase; of those that overlap, the first, and the longest of the first.
pub(super) fn speaking(mut phrases: Vec<FoundPhrase>) -> Vec<FoundPhrase> {
    sort_by_key(&mut phrases, |phrase| (phrase.span.start, usize::MAX - phrase.span.end));
    let (innocent, mut speaking): (Vec<_>, Vec<_>) = phrases.into_iter().partition(|phrase| phrase.kind == INNOCENT);
    let mut innocent = innocent.into_iter().peekable();
    let (mut innocent_until, mut done) = (0, 0);
    speaking.retain(|phrase| {
        while let Some(next) = innocent.next_if(|next| next.span.start < phrase.span.end) {
            innocent_until = innocent_until.max(next.span.end);
        }
        let counts = phrase.span.start >= innocent_until && phrase.span.start >= done;
        if counts {
            done = phrase.span.end;
        }
        counts
    });
    speaking
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    fn kept(phrases: &[(&'static str, usize, usize)]) -> Vec<(usize, usize)> {
        let phrases = phrases.iter().map(|(kind, start, end)| FoundPhrase { kind, span: Span::new(*start, *end), core: Span::default() });
        speaking(phrases.collect()).iter().map(|phrase| (phrase.span.start, phrase.span.end)).collect()
    }

    #[test]
    fn an_innocent_phrase_makes_what_it_touches_innocent() {
        assert_eq!(kept(&[("a", 0, 5), ("ok", 4, 9), ("a", 8, 12), ("a", 12, 15)]), [(12, 15)]);
        assert_eq!(kept(&[("ok", 5, 9), ("a", 0, 5)]), [(0, 5)]);
    }

    #[test]
    fn of_overlapping_phrases_the_first_and_longest_counts() {
        assert_eq!(kept(&[("a", 0, 5), ("b", 0, 9), ("a", 3, 12), ("a", 9, 10)]), [(0, 9), (9, 10)]);
    }
}

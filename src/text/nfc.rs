//! The composed form (NFC) of a text, and the way back.

use super::{Span, normal};
use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation;

/// A text in composed form.
#[derive(Debug)]
pub(super) struct Composed<'t> {
    text: Cow<'t, str>,
    /// Where each grapheme starts: in the composed text and in the original. Empty when the two are the same.
    starts: Vec<(usize, usize)>,
    original_end: usize,
}

impl<'t> Composed<'t> {
    /// Composes grapheme by grapheme: no character composes with one of another grapheme.
    pub(super) fn new(text: &'t str) -> Self {
        if !normal::may_change(text) {
            return Self { text: Cow::Borrowed(text), starts: Vec::new(), original_end: text.len() };
        }
        let mut composed = String::with_capacity(text.len());
        let mut starts = Vec::new();
        for (start, grapheme) in text.grapheme_indices(true) {
            starts.push((composed.len(), start));
            composed.push_str(&normal::compose(grapheme));
        }
        Self { text: Cow::Owned(composed), starts, original_end: text.len() }
    }

    /// The composed text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What became a span of the composed text; the ends move out to those of graphemes.
    pub(super) fn original(&self, span: Span) -> Span {
        if self.starts.is_empty() {
            return span;
        }
        let start = self.starts.partition_point(|(composed, _)| *composed <= span.start).saturating_sub(1);
        let end = self.starts.partition_point(|(composed, _)| *composed < span.end);
        let original = |at: usize| self.starts.get(at).map_or(self.original_end, |(_, original)| *original);
        Span::new(original(start), original(end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn spans_lead_back() {
        let text = "ae\u{301}b\u{1100}\u{1161}\u{11a8}c";
        let composed = Composed::new(text);
        assert_eq!(composed.text(), "aéb각c");
        assert_eq!(composed.original(Span::new(1, 3)).of(text), "e\u{301}");
        assert_eq!(composed.original(Span::new(4, 7)).of(text), "\u{1100}\u{1161}\u{11a8}");
        assert_eq!(composed.original(Span::new(7, 8)).of(text), "c");
        assert!(matches!(Composed::new("é 漢").text, Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn composing_by_grapheme_is_composing(text in "[a-eé\u{300}-\u{36f}\u{1100}-\u{1112}\u{1161}-\u{1175}\u{11a8}-\u{11c2}\u{ac00}-\u{ac10}\u{9c7}\u{9be}\u{9d7}\u{bc6}\u{bbe}\u{1025}\u{102e}\u{200d}\u{2f800}\n]{0,40}|\\PC{0,40}") {
            let composed = Composed::new(&text);
            prop_assert_eq!(composed.text(), text.nfc().collect::<String>());
        }
    }
}

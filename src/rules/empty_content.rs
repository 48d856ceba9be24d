//! `EMPTY_CONTENT`: a post shows something.

use super::{Draft, Findings, Rule, RuleMeta};
use crate::policy::{Grade, Policy};
use crate::text::{Span, is_blank};

declare_rule! {
    /// Each post holds at least one character that a reader can see; a thread holds at least one post.
    ///
    /// **Why:** platforms refuse an empty post, or publish one that is nothing but a gap.
    ///
    /// **Do:** write something. White space, controls, Hangul fillers, the Braille blank and zero-width characters show nothing.
    ///
    /// ```draft,platform=x,accepts
    /// .
    /// ```
    ///
    /// ```draft,platform=x,escaped,rejects
    /// \u{3164}\u{2800}
    /// ```
    pub(super) EmptyContent { code: EmptyContent, since: "10.2.0", fix: Never }
}

impl Rule for EmptyContent {
    const META: RuleMeta = Self::DECLARED;

    fn check(&self, draft: &Draft<'_>, _: &Policy, findings: &mut Findings<'_>) {
        let whole = Span::new(0, draft.content.len());
        let blank = draft.posts.iter().filter(|post| post.text.chars().all(is_blank)).map(|post| post.span);
        let none = draft.posts.is_empty().then_some(whole);
        for span in none.into_iter().chain(blank) {
            findings
                .report_at(span)
                .because("There is nothing here that a reader could see.")
                .help("Write something to post.")
                .risk(Grade::Medium)
                .push();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tester::RuleTester;
    use crate::text::Format;

    #[test]
    fn a_post_shows_something() {
        RuleTester::new(EmptyContent)
            .accepts(["a", " . ", "\u{301}", "😀", "\u{200b}漢"])
            .rejects([
                ("", ""),
                (" \n\t", " \n\t"),
                ("\u{3164}\u{2800}\u{2800}", "\u{3164}\u{2800}\u{2800}"),
                ("\0\u{200b}\u{ad}", "\0\u{200b}\u{ad}"),
            ])
            .finish();
    }

    #[test]
    fn a_thread_has_a_post_and_each_shows_something() {
        RuleTester::new(EmptyContent)
            .format(Format::Thread)
            .accepts(["one\n\n \ntwo"])
            .rejects([("", ""), ("\n \n", "\n \n"), ("one\n\u{2800}\ntwo", "\u{2800}")])
            .finish();
    }
}

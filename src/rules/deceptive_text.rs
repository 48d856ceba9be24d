//! `DECEPTIVE_TEXT`: what is read is what is written.

use super::removal::removal;
use super::{Draft, Findings, Rule, RuleMeta};
use crate::diagnostic::{Edit, Fix};
use crate::policy::{Grade, Policy};
use crate::text::{Format, HiddenKind, Span, hidden_runs, is_line_break};

declare_rule! {
    /// No control, invisible or direction-changing character hides something.
    ///
    /// **Why:** such characters let a text say one thing to a reader and another to a filter, smuggle data, or show words backwards.
    ///
    /// **Do:** remove them; nothing that is seen goes with them. What a script or an emoji needs stays: the joiners of Persian, Arabic and Indic
    /// words, of families and flags, marks of direction in a text that has two directions, hyphenation points of long words.
    ///
    /// ```draft,platform=x,accepts
    /// A family 👨‍👩‍👧, a flag 🏴󠁧󠁢󠁳󠁣󠁴󠁿 and می‌خواهم
    /// ```
    ///
    /// ```draft,platform=x,escaped,rejects
    /// fu\u{200b}n
    /// ```
    ///
    /// ```draft,platform=x,escaped,rejects
    /// a \u{202e}terces\u{202c} word
    /// ```
    pub(super) DeceptiveText { code: DeceptiveText, since: "10.2.0", fix: Safe }
}

impl Rule for DeceptiveText {
    const META: RuleMeta = Self::DECLARED;

    fn check(&self, draft: &Draft<'_>, policy: &Policy, findings: &mut Findings<'_>) {
        if draft.content.bytes().all(|byte| (b' '..=b'~').contains(&byte) || matches!(byte, b'\t' | b'\n' | b'\r')) {
            return;
        }
        for run in hidden_runs(draft.content) {
            if findings.is_full() {
                return;
            }
            let shown = code_points(run.span.of(draft.content));
            let (because, title) = match run.kind {
                HiddenKind::Control => (format!("A control character stands in the text: {shown}."), "Delete the control characters"),
                HiddenKind::Invisible => (format!("An invisible character hides in the text: {shown}."), "Delete the invisible characters"),
                HiddenKind::Direction => {
                    (format!("A character turns the direction of the text: {shown}."), "Delete the marks of direction")
                }
            };
            let parts_lines = |span: Span| span.of(draft.content).contains(is_line_break);
            let gap = |span: Span| if parts_lines(span) && draft.format == Format::Single { "\n" } else { " " };
            let edit = |&(span, has_gap): &(Span, bool)| if has_gap { Edit::replace(span, gap(span)) } else { Edit::delete(span) };
            let edits = run.removed.iter().map(edit).collect();
            // In a thread a new line would be a new post, so the lines become one.
            let joins_lines = draft.format == Format::Thread && run.removed.iter().any(|(span, _)| parts_lines(*span));
            let fix = if joins_lines { Fix::risky(title, edits) } else { removal(draft, policy, title, edits) };
            findings.report_at(run.span).because(because).help("Remove hidden characters.").risk(Grade::High).fix(fix).push();
        }
    }
}

/// The first few code points, as people look them up.
fn code_points(text: &str) -> String {
    let mut shown: Vec<String> = text.chars().take(3).map(|character| format!("U+{:04X}", u32::from(character))).collect();
    if text.chars().nth(3).is_some() {
        shown.push("…".to_owned());
    }
    shown.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tester::RuleTester;

    #[test]
    fn what_hides_is_underlined_and_removed() {
        RuleTester::new(DeceptiveText)
            .accepts(["plain\ttext\r\nin lines", "é漢😀"])
            .rejects([
                ("hello\0\u{1b}[31mworld", "\0\u{1b}"),
                ("fu\u{200b}ck", "\u{200b}"),
                ("fu\u{feff}\u{2060}ck", "\u{feff}\u{2060}"),
                ("sh\u{ad}it", "\u{ad}"),
                ("\u{feff}1/5 intro", "\u{feff}"),
                ("abc \u{202e}txet\u{202c} def", "\u{202e}txet\u{202c}"),
                ("a\u{2066}b", "\u{2066}"),
                ("hi\u{e0068}\u{e0069}", "\u{e0068}\u{e0069}"),
                ("😀\u{e0101}\u{e0102}", "\u{e0101}\u{e0102}"),
                ("a\u{85}b", "\u{85}"),
            ])
            .fixes([
                ("fu\u{200b}ck", "fuck"),
                ("a\u{202e}b\u{202c}c", "abc"),
                ("one\u{b}two", "one\ntwo"),
                ("one\u{1c}two", "one two"),
                ("a\0\0b", "ab"),
            ])
            .finish();
    }

    #[test]
    fn a_removal_that_makes_a_mention_a_link_or_a_marker_is_not_safe() {
        use crate::diagnostic::Applicability::{Safe, Unsafe};
        let tester = RuleTester::new(DeceptiveText);
        let applicability = |text: &str| tester.findings(&tester.with(text))[0].fixes[0].applicability;
        assert_eq!(applicability("a\u{200b}b"), Safe);
        assert_eq!(applicability("hi @\u{200b}bob"), Unsafe);
        assert_eq!(applicability("see exam\u{200b}ple now."), Safe);
        assert_eq!(applicability("see example.\u{200b}com now"), Unsafe);
        // A blank in place of the character would make a bullet of the star.
        assert_eq!(applicability("first\n*\u{1c}Second"), Unsafe);
        assert_eq!(applicability("first\na*\u{1c}Second"), Safe);
        tester.accepts(["a"]).rejects([("a\u{200b}b", "\u{200b}")]).fixes([("a\u{200b}b", "ab")]).finish();
    }
}

//! `LENGTH_EXCEEDED`: a post may not outgrow its platform, nor a thread its readers.

use super::{Draft, Findings, Rule, RuleMeta};
use crate::diagnostic::{Edit, Fix};
use crate::policy::{Grade, Limit, Policy};
use crate::text::{Format, Platform, Post, Span, Unit, fitting, fitting_bytes, measure};

/// The most posts of a thread.
const MAX_POSTS: usize = 25;

declare_rule! {
    /// Each post is measured as its platform measures it; a thread has at most 25 posts.
    ///
    /// **Why:** the platform cuts or refuses the post after its author has let go of it.
    ///
    /// **Do:** shorten the underlined tail, or split the post into a thread.
    ///
    /// ```draft,platform=x,accepts
    /// A link counts 23 on X, however long it is: https://example.com/a/path/that/goes/on/and/on
    /// ```
    ///
    /// ```draft,platform=x,times=281,rejects
    /// a
    /// ```
    pub(super) LengthExceeded { code: LengthExceeded, since: "10.1.0", fix: Unsafe }
}

impl Rule for LengthExceeded {
    const META: RuleMeta = Self::DECLARED;

    fn check(&self, draft: &Draft<'_>, policy: &Policy, findings: &mut Findings<'_>) {
        let limit = policy.limit(draft.platform);
        for (post, &length) in draft.posts.iter().zip(&draft.lengths) {
            if findings.is_full() {
                return;
            }
            if post.index == MAX_POSTS {
                too_many_posts(draft, findings);
            }
            if let Some(excess) = Excess::of(post.text, length, draft.platform, &limit) {
                too_long(draft, post, &excess, &limit, findings);
            }
        }
    }
}

/// By how much a text is too long.
struct Excess {
    found: usize,
    limit: usize,
    unit: &'static str,
    /// The unit in the reference system's sentence, which says characters for what a platform counts.
    edit_unit: &'static str,
    /// How many bytes of the text fit.
    fits: usize,
}

impl Excess {
    fn of(text: &str, found: usize, platform: Platform, limit: &Limit) -> Option<Self> {
        let max_bytes = limit.max_bytes.unwrap_or(usize::MAX);
        if found <= limit.max && text.len() <= max_bytes {
            return None;
        }
        let fits = fitting(text, platform, limit.max).min(fitting_bytes(text, max_bytes));
        if found > limit.max {
            return Some(Self { found, limit: limit.max, unit: unit_name(platform), edit_unit: "characters", fits });
        }
        Some(Self { found: text.len(), limit: max_bytes, unit: "bytes", edit_unit: "bytes", fits })
    }
}

const fn unit_name(platform: Platform) -> &'static str {
    match platform.unit() {
        Unit::Bytes => "bytes",
        Unit::Weighted | Unit::Graphemes | Unit::Characters | Unit::Utf16 => "characters",
    }
}

fn too_long(draft: &Draft<'_>, post: &Post<'_>, excess: &Excess, limit: &Limit, findings: &mut Findings<'_>) {
    let Excess { found, limit: most, unit, edit_unit, fits } = excess;
    let tail = Span::new(post.span.start + fits, post.span.end);
    let finding = findings
        .report_at(tail)
        .because(format!("This post is {found} {unit} long, and {} takes {most}.", draft.platform.display_name()))
        .help(if draft.format == Format::Single { "Shorten the post, or split it into a thread." } else { "Shorten the post." })
        .required_edit(format!("Shorten to {most} {edit_unit} (current {found})."))
        .risk(Grade::Low);
    let split = (draft.format == Format::Single).then(|| split(draft, limit)).flatten();
    let finding = match split {
        Some(fix) => finding.fix(fix),
        None => finding,
    };
    finding.fix(Fix::risky("Delete what does not fit", vec![Edit::delete(tail)])).push();
}

fn too_many_posts(draft: &Draft<'_>, findings: &mut Findings<'_>) {
    let end = draft.posts.last().map_or(0, |post| post.span.end);
    let start_of = |index: usize| draft.posts.get(index).map_or(end, |post: &Post<'_>| post.span.start);
    let last_kept = draft.posts.get(MAX_POSTS - 1).map_or(end, |post| post.span.end);
    let found = draft.posts.len();
    findings
        .report_at(Span::new(start_of(MAX_POSTS), end))
        .because(format!("This thread has {found} posts, and {MAX_POSTS} is the most."))
        .help("Join or drop some posts.")
        .required_edit(format!("Shorten to {MAX_POSTS} posts (current {found})."))
        .risk(Grade::Low)
        .fix(Fix::risky("Delete the posts that are too many", vec![Edit::delete(Span::new(last_kept, end))]))
        .push();
}

/// Turns the post into a thread: each line becomes a post, and a line that is too long breaks between sentences, or else between words.
fn split(draft: &Draft<'_>, limit: &Limit) -> Option<Fix> {
    if measure(draft.content, draft.platform) > limit.max.saturating_mul(MAX_POSTS) {
        return None;
    }
    let mut edits = Vec::new();
    let mut posts = 0;
    for line in crate::text::posts(draft.content, Format::Thread) {
        let mut start = line.span.start;
        loop {
            posts += 1;
            if posts > MAX_POSTS {
                return None;
            }
            let rest = Span::new(start, line.span.end).of(draft.content);
            let Some(excess) = Excess::of(rest, measure(rest, draft.platform), draft.platform, limit) else { break };
            let gap = break_before(rest, excess.fits)?;
            edits.push(Edit::replace(Span::new(start + gap.start, start + gap.end), "\n"));
            start += gap.end;
        }
    }
    Some(Fix::risky(format!("Split into a thread of {posts} posts"), edits).with_format(Format::Thread))
}

/// The white space to break at, so that at most `most` bytes stand before it: behind the last sentence, if that fills half, or behind the last word.
fn break_before(text: &str, most: usize) -> Option<Span> {
    let head = text.get(..most)?;
    let mut word = None;
    let mut sentence = None;
    for (at, character) in text.char_indices() {
        if at > head.len() {
            break;
        }
        if !character.is_whitespace() {
            continue;
        }
        let before = text.get(..at)?;
        let closed = before.trim_end_matches(['"', '\'', '”', '’', '»', ')']);
        if before.ends_with(char::is_whitespace) || before.is_empty() {
            continue;
        }
        let behind = text.get(at..)?;
        let gap = Span::new(at, text.len() - behind.trim_start().len());
        if gap.end == text.len() {
            continue;
        }
        word = Some(gap);
        if closed.ends_with(['.', '!', '?', '…', '。', '！', '？']) && at * 2 >= head.len() {
            sentence = Some(gap);
        }
    }
    sentence.or(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::apply;
    use crate::rules::tester::RuleTester;

    #[test]
    fn the_tail_is_underlined_from_the_first_grapheme_that_does_not_fit() {
        let (at_limit, over) = ("a".repeat(280), "a".repeat(281));
        let emoji = format!("{}👨‍👩‍👧‍👦", "a".repeat(279));
        let wide = "漢".repeat(141);
        let two_lines = format!("{}\u{2028}{}", "a".repeat(140), "b".repeat(200));
        RuleTester::new(LengthExceeded)
            .accepts(["", "short", &at_limit, &"e\u{301}".repeat(280)])
            .rejects([(&*over, "a"), (&*emoji, "👨‍👩‍👧‍👦"), (&*wide, "漢"), (&*two_lines, &*"b".repeat(62))])
            .finish();
    }

    #[test]
    fn every_platform_has_its_own_limit() {
        RuleTester::new(LengthExceeded)
            .on(Platform::Bluesky)
            .accepts([&*"👨‍👩‍👧‍👦".repeat(100)])
            .rejects([(&*"👨‍👩‍👧‍👦".repeat(121), "👨‍👩‍👧‍👦"), (&*"a".repeat(301), "a")])
            .on(Platform::Youtube)
            .accepts([&*"a".repeat(5000)])
            .rejects([(&*"é".repeat(2501), "é")])
            .on(Platform::Tiktok)
            .accepts([&*"😀".repeat(1100)])
            .rejects([(&*format!("{}a", "😀".repeat(1100)), "a")])
            .finish();
    }

    #[test]
    fn a_thread_is_measured_post_by_post_and_has_a_most() {
        let lines = |count: usize| vec!["a line"; count].join("\n");
        let long = format!("one\n{}\ntwo", "a".repeat(282));
        RuleTester::new(LengthExceeded)
            .format(Format::Thread)
            .accepts([&*lines(25), &*format!("{0}\n{0}", "a".repeat(280))])
            .rejects([(&*lines(26), "a line"), (&*lines(27), "a line\na line"), (&*long, "aa")])
            .finish();
    }

    #[test]
    fn the_sentences_are_the_reference_systems() {
        let tester = RuleTester::new(LengthExceeded);
        let mut edits = Vec::new();
        let draft = tester.with(&"a".repeat(301));
        edits.extend(tester.findings(&draft).into_iter().map(|found| found.required_edit));
        assert_eq!(edits, ["Shorten to 280 characters (current 301)."]);
        tester.accepts(["a"]).rejects([(&*"a".repeat(281), "a")]).finish();
    }

    #[test]
    fn a_long_post_becomes_a_thread() {
        let sentence = "Here is a sentence that is exactly sixty-four characters long!! ";
        let text = sentence.repeat(9);
        let tester = RuleTester::new(LengthExceeded);
        let found = tester.findings(&tester.with(&text));
        let fix = &found[0].fixes[0];
        assert_eq!((fix.title.as_str(), fix.format), ("Split into a thread of 3 posts", Some(Format::Thread)));
        let thread = apply(&text, &fix.edits).unwrap();
        assert_eq!(thread.lines().count(), 3);
        assert!(thread.lines().all(|line| line.trim_end().ends_with("!!") && line.len() <= 280), "{thread}");
        // A word that does not fit, or more than 25 parts: nothing to offer but the cut.
        for text in ["a".repeat(400), sentence.repeat(120)] {
            assert_eq!(tester.findings(&tester.with(&text))[0].fixes.len(), 1);
        }
        tester.accepts([sentence]).rejects([(&*text, Span::new(280, text.len()).of(&text))]).finish();
    }

    #[test]
    fn lines_become_posts() {
        let text = format!("{}\n\n{}", "word ".repeat(50), "more ".repeat(60));
        let tester = RuleTester::new(LengthExceeded);
        let found = tester.findings(&tester.with(&text));
        let thread = apply(&text, &found[0].fixes[0].edits).unwrap();
        assert_eq!(crate::text::posts(&thread, Format::Thread).len(), 3);
        tester.accepts(["a"]).rejects([(&*text, Span::new(280, text.len()).of(&text))]).finish();
    }
}

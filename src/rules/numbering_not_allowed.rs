//! `NUMBERING_NOT_ALLOWED`: sentences, not lists.

use super::removal::removal;
use super::{Draft, Findings, Rule, RuleMeta};
use crate::diagnostic::{Edit, Fix};
use crate::policy::{Grade, Policy};
use crate::text::{Format, Marker, Span, is_blank, leading_markers, line_end, trailing_counters};

declare_rule! {
    /// No line starts with a list marker, and none starts or ends with a thread counter.
    ///
    /// **Why:** numbered posts read as generated, go wrong when a post is dropped or reordered, and tell readers to wait for the rest.
    ///
    /// **Do:** drop the marker; the sentence stands without it. Years, prices, times and quantities are no markers.
    ///
    /// ```draft,platform=x,rejects
    /// 1/5 First of all, thank you.
    /// ```
    ///
    /// ```draft,platform=x,accepts
    /// 24/7 support is a lie, and 3.5 million people know it.
    /// ```
    pub(super) NumberingNotAllowed { code: NumberingNotAllowed, since: "10.1.0", fix: Safe }
}

impl Rule for NumberingNotAllowed {
    const META: RuleMeta = Self::DECLARED;

    fn check(&self, draft: &Draft<'_>, policy: &Policy, findings: &mut Findings<'_>) {
        let found = markers(draft);
        let is_alone = found.iter().filter(|found| found.counts).count() == 1;
        for found in found.iter().filter(|found| found.counts) {
            if findings.is_full() {
                return;
            }
            report(draft, policy, found, is_alone, findings);
        }
    }
}

/// A marker in its line, in bytes of the content.
struct Found {
    line: Span,
    marker: Marker,
    counts: bool,
}

fn markers(draft: &Draft<'_>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut ranked = Vec::new();
    for post in &draft.posts {
        let number = (draft.format == Format::Thread).then_some(post.index + 1);
        let mut start = post.span.start;
        let mut open = Some(post.text);
        while let Some((text, behind)) = open.map(|rest| rest.split_at(line_end(rest))) {
            let line = Span::new(start, start + text.len());
            let mut behind = behind.chars();
            open = behind.next().map(|line_break| {
                start = line.end + line_break.len_utf8();
                behind.as_str()
            });
            let leads = leading_markers(text, number);
            let mut counters = trailing_counters(text, number);
            counters.reverse();
            let behind_leads = leads.last().map_or(0, |lead| lead.span.end);
            counters.retain(|counter| counter.span.start >= behind_leads);
            if let Some(rank) = leads.iter().find_map(|lead| lead.rank) {
                ranked.push((rank, found.len()..found.len() + leads.len()));
            }
            for marker in leads.into_iter().chain(counters) {
                let span = Span::new(line.start + marker.span.start, line.start + marker.span.end);
                found.push(Found { line, marker: Marker { span, ..marker }, counts: marker.rank.is_none_or(|rank| rank.is_certain) });
            }
        }
    }
    // What is a marker only beside its neighbour in the list.
    for pair in ranked.windows(2) {
        if let [(one, first), (two, second)] = pair
            && one.is_beside(*two)
        {
            for index in first.clone().chain(second.clone()) {
                found.get_mut(index).into_iter().for_each(|found| found.counts = true);
            }
        }
    }
    found
}

/// True for what may be something else where no other marker stands beside it: the day of a date, a footnote's star, the dash before a
/// name, a result.
fn may_mean_more(marker: &str, is_counter: bool) -> bool {
    if is_counter {
        return !marker.ends_with([')', ']', '）', '］']);
    }
    marker.starts_with(['*', '–', '—', '―']) || marker != "1." && marker.strip_suffix('.').is_some_and(|number| number.parse::<u32>().is_ok())
}

fn report(draft: &Draft<'_>, policy: &Policy, found: &Found, is_alone: bool, findings: &mut Findings<'_>) {
    let Found { line, marker, .. } = found;
    let written = marker.span.of(draft.content);
    let is_counter = marker.span.start > line.start && written.starts_with(char::is_whitespace);
    let shown = Span::new(marker.span.end - written.trim_start().len(), marker.span.end);
    // The white space goes with the marker.
    let behind = Span::new(marker.span.end, line.end).of(draft.content);
    let gap = behind.len() - behind.trim_start().len();
    let end = if is_counter { marker.span.end } else { marker.span.end + gap };
    let deleted = Span::new(marker.span.start, end);
    let edits = vec![Edit::delete(deleted)];
    let before = Span::new(line.start, marker.span.start).of(draft.content);
    let leaves_nothing = before.chars().chain(Span::new(end, line.end).of(draft.content).chars()).all(is_blank);
    // A mark of direction may have its other half elsewhere.
    let turns = deleted.of(draft.content).contains(|character| matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
    let is_doubtful = is_alone && draft.posts.len() < 2 && may_mean_more(written.trim(), is_counter);
    // Who only counts asks for no fix; judging one counts again.
    let is_risky = leaves_nothing || turns || is_doubtful || !findings.wants_fixes();
    let fix =
        if is_risky { Fix::risky("Delete the marker", edits) } else { removal(draft, policy, "Delete the marker", edits) };
    findings
        .report_at(shown)
        .because(format!("“{}” numbers or lists the line.", shown.of(draft.content)))
        .help("Remove numbering/bullets; use plain sentences.")
        .risk(Grade::Low)
        .fix(fix)
        .push();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Applicability;
    use crate::rules::tester::RuleTester;

    #[test]
    fn every_kind_of_line_break_starts_a_line() {
        RuleTester::new(NumberingNotAllowed)
            .accepts(["2026 was good", "intro\n24/7 support", "I am here\nI. Am. Tired.", "A. B. Smith", ""])
            .rejects([
                ("1/5 intro", "1/5"),
                ("intro\n1. first", "1."),
                ("intro\r1. first", "1."),
                ("intro\r\n1. first", "1."),
                ("intro\u{b}1. first", "1."),
                ("intro\u{c}1. first", "1."),
                ("intro\u{85}1. first", "1."),
                ("intro\u{2028}1. first", "1."),
                ("intro\u{2029}1. first", "1."),
                ("intro (1/5)", "(1/5)"),
            ])
            .fixes([("1/5 intro", "intro"), ("😀\n- one", "😀\none"), ("intro (1/5)\nnext", "intro\nnext"), ("🧵 1/5 intro", "🧵 intro")])
            .finish();
    }

    #[test]
    fn a_marker_that_may_mean_more_goes_only_when_somebody_says_so() {
        let tester = RuleTester::new(NumberingNotAllowed);
        let is_safe = |text: &str| tester.findings(&tester.with(text)).iter().map(|found| found.fixes[0].applicability == Applicability::Safe).collect::<Vec<_>>();
        for text in ["26. Marathon in Berlin", "* terms apply", "“Be yourself”\n— Oscar Wilde", "we did it 1/6"] {
            assert_eq!(is_safe(text), [false], "{text}");
        }
        for text in ["1. First", "1/6 we did it", "we did it (1/6)", "- one"] {
            assert_eq!(is_safe(text), [true], "{text}");
        }
        assert_eq!(is_safe("2. Second\n3. Third"), [true, true]);
        assert_eq!(is_safe("* one\n* two"), [true, true]);
        tester.accepts(["26. November, Köln", "1. Mai"]).rejects([("26. Marathon", "26.")]).fixes([("26. Marathon", "Marathon")]).finish();
    }

    #[test]
    fn some_forms_count_beside_their_neighbour() {
        RuleTester::new(NumberingNotAllowed)
            .accepts(["I. First", "A. First\nC. Third"])
            .rejects([("I. First point\nII. Second point", "I."), ("text\na. first\nb. second", "a.")])
            .fixes([("II. Second", "Second")])
            .finish();
    }

    #[test]
    fn in_a_thread_the_place_of_a_post_tells_a_counter() {
        RuleTester::new(NumberingNotAllowed)
            .format(Format::Thread)
            .accepts(["one\nI give it 4/5"])
            .rejects([("the first half 1/2\nand the rest 2/2", "1/2"), ("one\n- two\n- three", "-")])
            .fixes([("one 1/2\ntwo", "one\ntwo")])
            .finish();
    }

    #[test]
    fn hostile_drafts_are_read_in_linear_time() {
        let tester = RuleTester::new(NumberingNotAllowed);
        for unit in ["\n", "- a\n", "a. a\n", "1\n", "\r", "\u{2028}1."] {
            let found = tester.findings(&tester.with(&unit.repeat(200_000 / unit.len())));
            assert!(found.len() <= 100, "{unit:?}");
        }
        tester.accepts([""]).rejects([("- a", "-")]).fixes([("- a", "a")]).finish();
    }
}

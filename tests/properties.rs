//! Properties of a check, whatever the text: where findings lie, and what their fixes do.

use postgate::contract::{CheckReport, CheckRequest, DiagnosticReport, FixReport, FixRequest};
use postgate::diagnostic::{Applicability, Severity};
use postgate::policy::Policy;
use postgate::rules::check;
use postgate::text::{Format, Platform, SpanUnit};
use proptest::prelude::*;
use proptest::test_runner::{TestRng, TestRunner};
use std::collections::BTreeMap;

/// What drafts are made of: plain words, and whatever a rule looks for.
fn part() -> impl Strategy<Value = String> {
    let listed = prop::sample::select(
        &[
            " ",
            " ",
            " ",
            "\n",
            "\n",
            "\r",
            "\u{2028}",
            "\u{85}",
            "word",
            "Word.",
            "naïve",
            "漢字",
            "שלום",
            "می‌خواهم",
            "😀",
            "👨‍👩‍👧",
            "🧵",
            "1️⃣",
            "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
            "1.",
            "2)",
            "1/5",
            "(1/5)",
            "- ",
            "• ",
            "→ ",
            "I.",
            "II.",
            "a)",
            "Tweet 1:",
            "24/7",
            "3.5",
            "①",
            "http://example.com/a",
            "example.com",
            "example",
            ".com",
            "#tag",
            "#",
            "@name",
            "@",
            "@a@example.social",
            "<",
            ">",
            "\0",
            "\u{1b}",
            "\u{200b}",
            "\u{ad}",
            "\u{feff}",
            "\u{202e}",
            "\u{202c}",
            "\u{2066}",
            "\u{2069}",
            "\u{fe0f}",
            "\u{200d}",
            "\u{200e}",
            "\u{e0061}",
            "\u{301}",
            "4111 1111 1111 1111",
            "ann@example.com",
            "+49 30 1234567",
            "shit",
            "fuck",
            "I want to die",
            "kill",
            "myself",
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        ][..],
    );
    prop_oneof![6 => listed.prop_map(str::to_owned), 1 => "\\PC{1,4}", 1 => "[a-zA-Z ]{1,90}"]
}

fn draft() -> impl Strategy<Value = CheckRequest> {
    let content = prop::collection::vec(part(), 0..24).prop_map(|parts| parts.concat());
    let format = prop::sample::select(&[Format::Single, Format::Thread][..]);
    (content, prop::sample::select(Platform::ALL), format).prop_map(|(content, platform, format)| CheckRequest {
        content,
        platform,
        format,
        policy_tags: vec!["no_harm".to_owned()],
        required_citations: false,
        sources: Vec::new(),
        span_unit: SpanUnit::Utf8,
    })
}

/// How often each code is found at each severity.
fn counts(report: &CheckReport) -> BTreeMap<(&'static str, Severity), usize> {
    let mut counts = BTreeMap::new();
    for found in &report.diagnostics {
        *counts.entry((found.code.as_str(), found.severity)).or_default() += 1;
    }
    counts
}

/// The draft after a fix.
fn fixed(draft: &CheckRequest, fix: &FixReport) -> Result<CheckRequest, TestCaseError> {
    let request = FixRequest { title: String::new(), applicability: None, format: None, edits: fix.edits.clone() };
    let content = request.apply(&draft.content, SpanUnit::Utf8).map_err(|error| TestCaseError::fail(format!("{fix:?}: {error}")))?;
    Ok(CheckRequest { content, format: fix.format.unwrap_or(draft.format), ..draft.clone() })
}

/// The same drafts on every run; `PROPTEST_CASES` asks for more of them.
fn runner() -> TestRunner {
    let default = ProptestConfig::default();
    let config = ProptestConfig { cases: default.cases.max(1000), failure_persistence: None, ..default };
    let algorithm = config.rng_algorithm;
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(algorithm))
}

/// The rules over form; what a fix of a word leaves is a question of words.
const FORMAL: [&str; 5] = ["DECEPTIVE_TEXT", "LENGTH_EXCEEDED", "NUMBERING_NOT_ALLOWED", "PLATFORM_RULE", "SECRET_EXPOSED"];

fn key(found: &DiagnosticReport) -> (&'static str, Severity) {
    (found.code.as_str(), found.severity)
}

#[test]
fn spans_lie_on_characters_and_in_order() {
    let policy = Policy::builtin().expect("the built-in policy is valid");
    let holds = |draft: CheckRequest| {
        let report = check(&draft, &policy);
        for found in &report.diagnostics {
            let spans = found.fixes.iter().flat_map(|fix| fix.edits.iter().map(|edit| edit.span)).chain([found.span]);
            for [start, end] in spans {
                prop_assert!(draft.content.get(start..end).is_some(), "{start}..{end} of {:?}: {found:?}", draft.content);
            }
            prop_assert!(report.posts.is_empty() || found.post < report.posts.len());
        }
        prop_assert!(report.diagnostics.is_sorted_by_key(|found| found.span));
        Ok(())
    };
    runner().run(&draft(), holds).expect("the property holds");
}

#[test]
fn a_fix_removes_its_finding_and_a_safe_one_adds_none() {
    let policy = Policy::builtin().expect("the built-in policy is valid");
    let holds = |draft: CheckRequest| {
        let report = check(&draft, &policy);
        prop_assume!(!report.truncated);
        let before = counts(&report);
        for found in report.diagnostics.iter().filter(|found| FORMAL.contains(&found.code.as_str())) {
            for fix in &found.fixes {
                let fixed = fixed(&draft, fix)?;
                let after = counts(&check(&fixed, &policy));
                let count = |counts: &BTreeMap<_, usize>| counts.get(&key(found)).copied().unwrap_or_default();
                prop_assert!(
                    count(&after) < count(&before),
                    "{found:?}\n{fix:?}\nof {:?}\nleaves {after:?} in {:?}",
                    draft.content,
                    fixed.content
                );
                if fix.applicability == Applicability::Safe {
                    for (key, count) in &after {
                        let count_before = before.get(key).copied().unwrap_or_default();
                        prop_assert!(*count <= count_before, "{key:?} is added by {fix:?} of {found:?} in {:?}", draft.content);
                    }
                }
            }
        }
        Ok(())
    };
    runner().run(&draft(), holds).expect("the property holds");
}

#[test]
fn an_emoji_in_front_moves_every_span_by_its_length() {
    let policy = Policy::builtin().expect("the built-in policy is valid");
    let holds = |(mut draft, unit): (CheckRequest, SpanUnit)| {
        // In front of a line, so that nothing is read differently; far from any limit.
        draft.platform = Platform::Facebook;
        draft.format = Format::Single;
        draft.span_unit = unit;
        let moved = CheckRequest { content: format!("🌍🌍\n{}", draft.content), ..draft.clone() };
        let length = match unit {
            SpanUnit::Utf8 => 9,
            SpanUnit::Utf16 => 5,
        };
        let spans = |draft: &CheckRequest, by: usize| {
            let found = check(draft, &policy).diagnostics.into_iter().filter(|found| found.code.as_str() != "EMPTY_CONTENT");
            found.map(|found| (found.code, found.span.map(|at| at + by))).collect::<Vec<_>>()
        };
        prop_assert_eq!(spans(&draft, length), spans(&moved, 0));
        Ok(())
    };
    let unit = prop::sample::select(&[SpanUnit::Utf8, SpanUnit::Utf16][..]);
    runner().run(&(draft(), unit), holds).expect("the property holds");
}

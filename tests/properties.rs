//! Properties of a check, whatever the text: where findings lie, and what their fixes do.

#![expect(clippy::expect_used, reason = "helpers of tests fail by panicking")]

use postgate::contract::{CheckReport, CheckRequest, DiagnosticReport, FixReport, FixRequest, read_tree};
use postgate::diagnostic::{Applicability, Code, Severity};
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
            "sh1t",
            "s h i t",
            "f*ck",
            "AcmeRival",
            "4cme-Rival",
            "Acme",
            "Rival",
            "#ad",
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
    let config = ProptestConfig { cases: default.cases.max(400), failure_persistence: None, ..default };
    let algorithm = config.rng_algorithm;
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(algorithm))
}

/// A policy with every kind of term, so that every rule that has fixes offers some.
fn policy() -> Policy {
    let document = r##"{"name":"acme","version":"1.0.0","brand":{"blocked_terms":["AcmeRival"],"required_terms":["#ad"],
        "allowed_terms":["AcmeRival Acme"],"replacements":{"AcmeRival":"Rival"}}}"##;
    let tree = read_tree(&mut serde_json::Deserializer::from_str(document)).expect("the document is JSON");
    Policy::from_tree(tree).expect("the policy is valid")
}

fn key(found: &DiagnosticReport) -> (&'static str, Severity) {
    (found.code.as_str(), found.severity)
}

fn is_about_words(found: &DiagnosticReport) -> bool {
    matches!(found.code.as_str(), "BRAND_VIOLATION" | "PROFANITY")
}

/// Whether the same rule finds something that holds a part of what a fix of one edit wrote, or the place where it deleted.
fn is_found_again(found: &DiagnosticReport, fix: &FixReport, after: &CheckReport) -> bool {
    let [edit] = fix.edits.as_slice() else { return true };
    let (start, end) = (edit.span[0], edit.span[0] + edit.text.len());
    let holds = |[from, to]: [usize; 2]| {
        from < end.max(start + 1) && to > start && (from, to) != (start, start) && (!edit.text.is_empty() || from < start)
    };
    after.diagnostics.iter().any(|next| key(next) == key(found) && holds(next.span))
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
    let policy = policy();
    let holds = |draft: CheckRequest| {
        let report = check(&draft, &policy);
        prop_assume!(!report.truncated);
        let before = counts(&report);
        for found in &report.diagnostics {
            for fix in &found.fixes {
                let fixed = fixed(&draft, fix)?;
                let report_after = check(&fixed, &policy);
                let after = counts(&report_after);
                let count = |counts: &BTreeMap<_, usize>| counts.get(&key(found)).copied().unwrap_or_default();
                // A word may come to light beside the one that went; in its place there is none.
                let is_gone = is_about_words(found) && !is_found_again(found, fix, &report_after);
                prop_assert!(
                    is_gone || count(&after) < count(&before),
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

#[test]
fn what_deletes_words_asks_first_and_a_mask_leaves_no_letter() {
    let policy = policy();
    let holds = |draft: CheckRequest| {
        for found in &check(&draft, &policy).diagnostics {
            for fix in &found.fixes {
                let is_content = is_about_words(found) || found.code == Code::SecretExposed;
                prop_assert!(!is_content || fix.applicability == Applicability::Unsafe, "{found:?}");
                let takes = fix.edits.iter().filter_map(|edit| draft.content.get(edit.span[0]..edit.span[1])).collect::<String>();
                let is_marker = found.code.as_str() == "NUMBERING_NOT_ALLOWED";
                prop_assert!(
                    is_marker || fix.applicability == Applicability::Unsafe || !takes.contains(char::is_alphanumeric),
                    "{found:?}"
                );
                if fix.title.contains("Mask") {
                    prop_assert!(!fix.edits.iter().any(|edit| edit.text.contains(char::is_alphanumeric)), "{fix:?}");
                }
            }
        }
        Ok(())
    };
    runner().run(&draft(), holds).expect("the property holds");
}

#[test]
fn a_rule_more_never_lowers_the_risk() {
    let full = policy();
    let without: Vec<_> = Code::ALL.iter().filter(|code| **code != Code::HarmfulContent).map(|code| (*code, off(*code))).collect();
    let holds = |(draft, index): (CheckRequest, prop::sample::Index)| {
        let (code, less) = &without[index.index(without.len())];
        let (all, fewer) = (check(&draft, &full), check(&draft, less));
        prop_assert!(fewer.risk_score <= all.risk_score, "{code:?} lowers {:?} to {:?}", fewer.risk_score, all.risk_score);
        prop_assert_eq!(all.diagnostics.is_empty(), all.risk_score.thousandths() == 0);
        prop_assert!(fewer.diagnostics.iter().all(|found| found.code != *code));
        Ok(())
    };
    runner().run(&(draft(), any::<prop::sample::Index>()), holds).expect("the property holds");
}

fn off(code: Code) -> Policy {
    let document = serde_json::json!({ "name": "acme", "version": "1.0.0", "rules": { code.as_str(): { "level": "off" } } });
    let tree = read_tree(&mut serde_json::Deserializer::from_str(&document.to_string())).expect("the document is JSON");
    Policy::from_tree(tree).expect("the policy is valid")
}

#[test]
fn of_any_rule_no_more_than_a_hundred_findings_are_shown_and_none_is_looked_for_behind_them() {
    let policy = policy();
    let lines = [
        "1. one",
        "shit",
        "AcmeRival",
        "I want to kill myself",
        "follow back for follow back",
        "4111 1111 1111 1111",
        "a\u{1b}b",
        "#tag",
        "xyz ",
    ];
    for line in lines {
        for format in [Format::Single, Format::Thread] {
            let report = |lines: usize| {
                let content = format!("{line}\n").repeat(lines);
                let tags = vec!["no_harm".to_owned()];
                check(
                    &CheckRequest {
                        content,
                        platform: Platform::Instagram,
                        format,
                        policy_tags: tags,
                        required_citations: false,
                        sources: Vec::new(),
                        span_unit: SpanUnit::Utf8,
                    },
                    &policy,
                )
            };
            let (some, many) = (report(600), report(1500));
            assert!(some.diagnostics.len() <= 100 && many.diagnostics.len() <= 100, "{line:?}");
            assert_eq!(some.violation_codes, many.violation_codes, "{line:?}");
            assert_eq!((some.status, some.truncated), (many.status, many.truncated), "{line:?}");
        }
    }
}

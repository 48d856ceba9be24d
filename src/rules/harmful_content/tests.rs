use super::*;
use crate::diagnostic::Code;
use crate::rules::tester::{RuleTester, bad_and_good};

/// Texts of our own: below `## bad` talk of harm, below `## good` harmless talk in the same words.
const TEXTS: &str = include_str!("../../../tests/data/harm.txt");

#[test]
fn talk_of_harm_is_told_from_talk_in_the_same_words() {
    let (missed, wrong) = bad_and_good(TEXTS, Code::HarmfulContent, crate::text::Platform::Bluesky);
    assert!(missed.is_empty() && wrong.is_empty(), "missed {missed:#?}\nwrong {wrong:#?}");
}

#[test]
fn a_wish_a_way_a_call_and_a_threat_are_found_where_they_stand() {
    RuleTester::new(HarmfulContent)
        .accepts([
            "",
            "I would never hurt myself",
            "Suicide prevention week starts on Monday",
            "She lost her brother to suicide",
            "I'm dying of laughter",
            "How do I kill a process in Linux",
        ])
        .rejects([
            ("😀 Some days I want to kill myself.", "I want to kill myself"),
            ("selfharm tips", "selfharm tips"),
            ("so kill yourself", "kill yourself"),
            ("I will k\u{200b}ill you", "I will k\u{200b}ill you"),
            ("k1ll y0urself", "k1ll y0urself"),
            ("k i l l yourself", "k i l l yourself"),
            ("now k.i.l.l y-o-u-r-s-e-l-f", "k.i.l.l y-o-u-r-s-e-l-f"),
            ("kiII yourseIf", "kiII yourseIf"),
        ])
        .finish();
}

#[test]
fn what_is_said_to_somebody_in_need_carries_the_help_of_the_policy() {
    let policy = Policy::builtin().unwrap();
    let help = &policy.document().help;
    for (text, cares) in [("I hate myself and want to die", true), ("I will kill you", false)] {
        let found = crate::rules::tester::diagnostics(text, crate::text::Platform::X);
        let fix = &found.iter().find(|found| found.code == Code::HarmfulContent).unwrap().suggested_fix;
        assert_eq!(fix.contains(&help.text) && fix.contains(&help.url), cares, "{fix}");
    }
}

#[test]
fn a_long_text_of_wishes_is_read_once() {
    for unit in ["i want to ", "kill ", "not ", "“i said ", "myself. ", "all "] {
        let content = unit.repeat(100_000 / unit.len());
        assert!(crate::rules::tester::diagnostics(&content, crate::text::Platform::Facebook).len() <= 100);
    }
}

use super::*;
use crate::diagnostic::{Code, Severity};
use crate::rules::tester::{RuleTester, bad_and_good, diagnostics};

/// Texts of our own: below `## bad` spam as comments have it, below `## good` what fans and readers write.
const COMMENTS: &str = include_str!("../../../tests/data/comments.txt");

/// Posts as shops, teams and people write them, one a line: announcements, invitations, calls to look at something of their own.
const ORDINARY: &str = include_str!("../../../tests/data/ordinary.txt");

#[test]
fn an_ordinary_post_is_blocked_by_no_rule() {
    let blocked = |text: &&str| {
        let blocks = |platform| diagnostics(text, platform).iter().any(|found| found.severity == Severity::Block);
        [Platform::X, Platform::Linkedin, Platform::Instagram].into_iter().any(blocks)
    };
    let blocked: Vec<&str> = ORDINARY.lines().filter(blocked).collect();
    assert!(blocked.is_empty(), "{blocked:#?}");
}

#[test]
fn spam_is_told_from_what_fans_write() {
    let (missed, wrong) = bad_and_good(COMMENTS, Code::TosViolation, Platform::Youtube);
    assert!(missed.is_empty() && wrong.is_empty(), "missed {missed:#?}\nwrong {wrong:#?}");
}

#[test]
fn poses_tricks_and_trades_are_found_and_questions_and_warnings_are_not() {
    RuleTester::new(TosViolation)
        .accepts([
            "",
            "Elon Musk bought the company",
            "Is this the official Elon Musk account?",
            "Never send bitcoin to strangers, it is a scam",
            "Why do people buy followers?",
            "Beware of the blackout challenge, it is dangerous",
            "Source: https://www.bbc.co.uk/news/1",
            "I subscribed to the theory",
        ])
        .rejects([
            ("😀 I'm the real Elon Musk", "I'm the real Elon Musk"),
            ("buy followers now", "buy followers"),
            ("try the blackout challenge", "try the blackout challenge"),
        ])
        .finish();
}

#[test]
fn what_one_platform_minds_another_does_not() {
    for (text, platform, counts) in [
        ("check out our new blog post: https://example.com/a", Platform::Youtube, true),
        ("check out our new blog post: https://example.com/a", Platform::X, false),
        ("like and share", Platform::X, true),
        ("download it at https://example.com/a", Platform::Youtube, true),
        ("download it at https://example.com/a", Platform::X, false),
        ("clickbait thumbnail", Platform::Youtube, true),
        ("clickbait thumbnail", Platform::Linkedin, false),
    ] {
        let found = diagnostics(text, platform).iter().any(|found| found.code == Code::TosViolation);
        assert_eq!(found, counts, "{text} on {platform:?}");
    }
}

#[test]
fn a_long_text_of_links_and_begging_is_read_once() {
    for unit in ["check out my channel ", "http://a.example ", "subscribe ", "send 5 dollars ", "like and share "] {
        let content = unit.repeat(100_000 / unit.len());
        assert!(diagnostics(&content, Platform::Facebook).len() <= 100);
    }
}

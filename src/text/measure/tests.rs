use super::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn graphemes_are_those_of_the_full_rules(text in "[a-zé漢の—\u{600}\u{301}\u{fe0f}\u{200d}😀©🇩🇪\u{1100}\u{1161}\u{915}\u{94d}\u{937}\u{e33}\u{ff9e}\r\n ]{0,40}|\\PC{0,40}") {
        prop_assert_eq!(graphemes(&text), text.graphemes(true).count());
    }
}

#[test]
fn plain_characters_stand_alone() {
    for character in (0..0x1_0000).filter_map(char::from_u32).filter(|character| is_plain(*character)) {
        for pair in [[character, 'a'], ['a', character], [character, character], [character, '漢'], ['é', character]] {
            let text = String::from_iter(pair);
            assert_eq!(text.graphemes(true).count(), 2, "{text:?}");
        }
    }
}

#[test]
fn what_fits_is_no_longer_by_itself_than_its_most() {
    // 269 and 11 are 280, and the eleven are no address before they are cut off.
    let text = format!("{} example.comqzx and more", "a".repeat(268));
    assert!(measure(&text, Platform::X) > 280);
    let end = fitting(&text, Platform::X, 280);
    assert_eq!((end, measure(text.get(..end).unwrap(), Platform::X)), (269, 269));
    for most in 0..60 {
        for text in ["see example.comqzx, a.b.orgqq and https://example.com/a", "漢字example.coméé 😀👨‍👩‍👧 example.netq"]
        {
            let end = fitting(text, Platform::X, most);
            assert!(measure(text.get(..end).unwrap(), Platform::X) <= most, "{most} of {text:?}");
        }
    }
}

#[test]
fn x_weighs() {
    for (text, length) in [
        ("", 0),
        ("plain text", 10),
        ("e\u{301}", 1),
        ("漢字", 4),
        ("– “quoted” ‘it’ … €", 21),
        ("https://example.com/a/long/path?with=query example.com t.co", 23 + 1 + 23 + 1 + 23),
        ("😀👨‍👩‍👧‍👦🇩🇪1️⃣©️👩🏽‍🚀🧑‍🤝‍🧑🫩", 16),
        ("a\u{fe0f}\u{200d}", 4),
        ("☀\u{fe0e}", 4),
        ("me@example.com 3.5 e.g. x", 25),
    ] {
        assert_eq!(measure(text, Platform::X), length, "{text}");
    }
}

#[test]
fn each_platform_counts_its_own_unit() {
    let text = "e\u{301} 👩🏽‍🚀 漢\r\n";
    let lengths = |text: &str| Platform::ALL.iter().map(|platform| measure(text, *platform)).collect::<Vec<_>>();
    // x, instagram, tiktok, youtube, threads, bluesky, mastodon, linkedin, facebook
    assert_eq!(lengths(text), [9, 11, 14, 25, 22, 6, 6, 11, 11]);
    assert_eq!(lengths("example.com"), [23, 11, 11, 11, 11, 11, 11, 11, 11]);
    assert_eq!(lengths("https://example.com/abcdefgh"), [23, 28, 28, 28, 28, 28, 23, 28, 28]);
}

#[test]
fn mastodon_shortens_urls_and_mentions() {
    for (text, length) in [
        ("hi @bob@example.social!", 8),
        ("@bob @a@b", 7),
        ("http://a.co http://example.com/ünï (x) example.com", 23 + 1 + 23 + 5 + 11),
        ("https://example.com/@bob@example.social", 23),
        ("https://localhost/abcdefghijklmnopqrstuvwxyz", 44),
        ("me@example.com", 14),
    ] {
        assert_eq!(measure(text, Platform::Mastodon), length, "{text}");
    }
}

#[test]
fn what_fits_is_cut_between_graphemes_and_urls() {
    let fits = |text: &'static str, platform, max| Span::new(0, fitting(text, platform, max)).of(text);
    assert_eq!(fits("abcdef", Platform::X, 4), "abcd");
    assert_eq!(fits("abc", Platform::X, 4), "abc");
    assert_eq!(fits("ab👨‍👩‍👧‍👦c", Platform::X, 3), "ab");
    assert_eq!(fits("ab👨‍👩‍👧‍👦c", Platform::Threads, 26), "ab");
    assert_eq!(fits("abe\u{301}\u{316}\u{301}", Platform::X, 3), "ab");
    assert_eq!(fits("e\u{301}e\u{301}e\u{301}", Platform::X, 2), "e\u{301}e\u{301}");
    assert_eq!(fits("see example.com now", Platform::X, 20), "see ");
    assert_eq!(fits("see example.community", Platform::X, 15), "see ");
    assert_eq!(fits("@bob@example.social abc", Platform::Mastodon, 6), "@bob@example.social a");
    assert_eq!(fits("日本", Platform::Youtube, 5), "日");
    assert_eq!(fitting_bytes("aé👍🏽", 9), "aé".len());
}

#[test]
fn hostile_text_is_measured_in_linear_time() {
    for unit in ["a", ".", "\u{301}", "e\u{301}", "a.", "http://", "👩\u{200d}", "🇩", "@a@b.", "1\u{20e3}", "\u{200d}", "漢", "ᄀ", "\r\n"]
    {
        let text = unit.repeat(200_000 / unit.len());
        for platform in Platform::ALL {
            let length = measure(&text, *platform);
            let fits = fitting(&text, *platform, 280);
            assert!(
                measure(Span::new(0, fits).of(&text), *platform) <= 280 && fits <= text.len() && length <= text.len(),
                "{unit:?} {platform:?}"
            );
        }
    }
}

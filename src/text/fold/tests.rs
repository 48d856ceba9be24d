use super::*;
use proptest::prelude::*;

/// What a reader sees, with every glyph's first reading.
fn seen(content: &str) -> String {
    fold(content).glyphs.iter().map(shown).collect()
}

fn shown(glyph: &Glyph) -> char {
    match glyph.kind {
        Kind::Plain | Kind::Accented | Kind::Styled | Kind::Exact | Kind::Loose => glyph.letters.first().map_or('?', char::from),
        Kind::Inert => '=',
        _ => glyph.literal,
    }
}

#[test]
fn dress_and_hidden_characters_do_not_change_what_is_seen() {
    for content in ["HiLo", "h\u{200b}i\u{ad}lo", "hi\u{301}lo", "ｈｉｌｏ", "𝐡𝕚𝓵ⓞ", "🇭🇮🇱🇴", "h&#105;lo", "h&#x69;&shy;lo", "hіlо"]
    {
        assert_eq!(seen(content), "hilo", "{content:?}");
    }
}

#[test]
fn hosts_are_inert_and_paths_are_decoded() {
    assert_eq!(seen("see https://a.example/b%C3%A9%20c d"), "see =================/be c d".replacen('=', "", 0));
    assert_eq!(seen("go example.com now"), "go =========== now");
    assert_eq!(seen("me@example.org"), "==============");
    assert_eq!(seen("one.two three"), "one.two three");
    assert_eq!(seen("100%25"), "100%25");
}

#[test]
fn handles_and_hashtags_end_where_their_characters_end() {
    use Place::{Handle, Hashtag, Text};
    let places: Vec<Place> = fold("@a_1 #b: c").glyphs.iter().map(|glyph| glyph.place).collect();
    assert_eq!(places, [Text, Handle, Handle, Handle, Text, Text, Hashtag, Text, Text, Text]);
}

#[test]
fn overridden_text_is_also_read_the_other_way() {
    let folded = fold("a \u{202e}dcb\u{202c} e");
    assert_eq!(folded.glyphs.iter().map(shown).collect::<String>(), "a dcb e");
    assert_eq!(folded.turned.iter().map(|view| view.iter().map(shown).collect()).collect::<Vec<String>>(), ["bcd"]);
}

#[test]
fn text_upside_down_is_also_read_upright() {
    let folded = fold("pǝʌol");
    assert_eq!(folded.turned.iter().map(|view| view.iter().map(shown).collect()).collect::<Vec<String>>(), ["loved"]);
}

proptest! {
    #[test]
    fn glyphs_lie_on_characters_in_text_order(content in "(\\PC|[a-z@#./:%&;\u{301}\u{200b}\u{202e}\u{202c}ǝ]){0,80}") {
        let folded = fold(&content);
        let mut done = 0;
        for glyph in &folded.glyphs {
            let span = glyph.span();
            prop_assert!(span.start >= done && span.end > span.start, "{glyph:?}");
            prop_assert!(content.get(span.start..span.end).is_some());
            done = span.end;
        }
    }
}

#[test]
fn a_megabyte_of_anything_is_folded() {
    for unit in ["a", "\u{301}", "a ", "f*", "&#", "%25", "\u{202e}", "ǝ", "a.com ", "@", "http://"] {
        let content = unit.repeat(1_000_000 / unit.len());
        assert!(fold(&content).glyphs.len() <= content.len());
    }
}

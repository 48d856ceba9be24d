use super::*;
use crate::text::fold::fold;

fn lexicon(terms: &[(&str, Traits)]) -> Lexicon<Vec<u8>> {
    Lexicon::build(terms.iter().map(|(term, traits)| (*term, Entry::new(*traits, 1)))).unwrap()
}

fn found<'t>(lexicon: &Lexicon<Vec<u8>>, text: &'t str) -> Vec<&'t str> {
    let mut spans: Vec<_> = lexicon.scan(&fold(text)).iter().map(|hit| hit.span).collect();
    spans.dedup();
    spans.iter().map(|span| span.of(text)).collect()
}

#[test]
fn a_term_is_a_whole_word_unless_it_may_stand_inside() {
    let words = lexicon(&[("rat", Traits(0)), ("weasel", Traits::INSIDE), ("vole", Traits::START)]);
    for (text, expected) in [
        ("a rat!", vec!["rat"]),
        ("ratty irate Rat-like", vec!["Rat"]),
        ("badweasels", vec!["weasels"]),
        ("voleless avole", vec!["vole"]),
        ("BigRat", vec!["Rat"]),
        ("big_rat", vec!["rat"]),
        ("rat2", vec!["rat"]),
    ] {
        assert_eq!(found(&words, text), expected, "{text}");
    }
}

#[test]
fn only_what_is_well_known_is_read_through_gaps_and_pieces() {
    let words = lexicon(&[("badger", Traits::UNMISTAKABLE), ("weasel", Traits(0))]);
    for (text, expected) in [
        ("b.a.d.g.e.r", "b.a.d.g.e.r"),
        ("see a b a d g e r now", "b a d g e r"),
        ("b a dger", "b a dger"),
        ("ba d g er", "ba d g er"),
        ("bad.ger", "bad.ger"),
        ("w e a s e l", "w e a s e l"),
    ] {
        assert_eq!(found(&words, text), [expected], "{text}");
    }
    for text in ["w e asel", "wea.sel", "bad gerbil", "be a d ger", "b a d"] {
        assert_eq!(found(&words, text), [""; 0], "{text}");
    }
}

#[test]
fn a_blank_splits_a_word_only_where_a_piece_is_none() {
    let words = lexicon(&[("duck", Traits::UNMISTAKABLE), ("bigger", Traits::UNMISTAKABLE)]);
    assert_eq!(found(&words, "du ck"), ["du ck"]);
    assert_eq!(found(&words, "bi gger"), ["bi gger"]);
    assert_eq!(found(&words, "big ger"), [""; 0]);
}

#[test]
fn repeats_are_meant_when_they_are_many() {
    let words = lexicon(&[("otter", Traits(0))]);
    for (text, counts) in [("otter", true), ("ottter", false), ("ottttter", true), ("ootttterr", true), ("oter", false)] {
        assert_eq!(!found(&words, text).is_empty(), counts, "{text}");
    }
}

#[test]
fn an_ambiguous_term_wears_no_light_dress() {
    let words = lexicon(&[("mole", Traits::AMBIGUOUS), ("stoat", Traits(0))]);
    for (text, counts) in
        [("mole", true), ("molé", false), ("m̶o̶l̶e̶", true), ("ḿóĺé", true), ("mоle", true), ("mo.le", false), ("mo…", false)]
    {
        assert_eq!(found(&words, text).contains(&text), counts, "{text}");
    }
    assert_eq!(found(&words, "stöat"), ["stöat"]);
}

#[test]
fn a_hostile_text_takes_no_longer_a_byte_than_a_short_one() {
    let words = lexicon(&[("badger", Traits::UNMISTAKABLE | Traits::MASKED), ("weasel", Traits::INSIDE | Traits::MASKED)]);
    for unit in ["b*", "b ", "ba d ", "b.", "bb", "b\u{301}", "w\u{200b}", "**", "@$", "a b a d ", "b-", "we w"] {
        let text = unit.repeat(300_000 / unit.len());
        assert!(words.scan(&fold(&text)).len() <= text.len());
    }
}

#[test]
fn a_term_needs_more_than_marks() {
    assert!(!lexicon(&[("x", Traits(0))]).is_empty());
    assert!(lexicon(&[("…", Traits(0))]).is_empty());
    assert!(Lexicon::new(vec![], vec![0; 3]).is_err());
}

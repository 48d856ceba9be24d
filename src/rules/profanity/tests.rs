use super::*;
use crate::rules::tester::{RuleTester, diagnostics};
use crate::text::Platform;

/// Texts in which nothing at all is to be found, by kind.
const INNOCENT: &str = include_str!("../../../tests/data/innocent.txt");

fn findings(content: &str) -> Vec<(Code, String)> {
    diagnostics(content, Platform::Facebook).into_iter().map(|found| (found.code, found.matched)).collect()
}

#[test]
fn swear_words_are_found_and_their_fixes_remove_them() {
    RuleTester::new(Profanity)
        .accepts(["", "A cocktail class on Saturday", "Dick Van Dyke turned 100", "The pussy willow is in bloom", "Le train est en retard"])
        .rejects([
            ("what the fuck is this", "fuck"),
            ("😀 holy sh!t", "sh!t"),
            ("This is f*** great", "f***"),
            ("fuck_this_job", "fuck"),
            ("f u c k this", "f u c k"),
            ("you fuck1ng fool", "fuck1ng"),
            ("https://example.com/%66%75ck-this", "%66%75ck"),
            ("https://example.com/fUcK", "fUcK"),
            ("https://example.com/Fuck2026", "Fuck"),
            ("https://example.com/fUcK1", "fUcK"),
            ("https://example.com/x9fUcK2aBcd", "fUcK"),
        ])
        .finish();
}

#[test]
fn a_word_near_a_slur_does_not_excuse_it() {
    for content in [
        "I can't handle these hoes",
        "smoking weed with my hoes",
        "ditch that hoe",
        "these hoes are tools",
        "that hoe was in my bed",
        "she shed a tear for a hoe",
        "bad timing retard",
        "no progress you retard",
        "retard make some progress",
        "throw that dyke in the sea",
        "that dyke is no rock star",
    ] {
        assert!(!findings(content).is_empty(), "{content}");
    }
}

#[test]
fn the_innocent_are_left_alone() {
    let texts = INNOCENT.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let wrong: Vec<_> = texts.clone().map(|text| (text, findings(text))).filter(|(_, found)| !found.is_empty()).collect();
    assert!(texts.count() >= 150);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A way to write a word so that a list does not know it.
type Disguise = fn(&str) -> String;

fn joined(word: &str, by: &str) -> String {
    word.chars().map(String::from).collect::<Vec<_>>().join(by)
}

fn mapped(word: &str, from: &str, to: &str) -> String {
    let letter = |letter| from.chars().zip(to.chars()).find(|(plain, _)| *plain == letter).map_or(letter, |(_, other)| other);
    word.chars().map(letter).collect()
}

fn shifted(word: &str, a: u32) -> String {
    word.chars().map(|letter| char::from_u32(u32::from(letter) - u32::from('a') + a).unwrap()).collect()
}

fn marked(word: &str, mark: &str) -> String {
    word.chars().flat_map(|letter| std::iter::once(letter).chain(mark.chars())).collect()
}

/// The second letter behind a sign.
fn masked(word: &str, sign: char) -> String {
    word.chars().enumerate().map(|(at, letter)| if at == 1 { sign } else { letter }).collect()
}

fn stretched(word: &str, times: usize) -> String {
    word.chars().enumerate().map(|(at, letter)| String::from(letter).repeat(if at == 1 { times } else { 1 })).collect()
}

const DISGUISES: &[(&str, Disguise)] = &[
    ("capitals", |word| word.to_uppercase()),
    ("leet digits", |word| mapped(word, "aeios", "43105")),
    ("leet signs", |word| mapped(word, "ais", "@!$")),
    ("star", |word| masked(word, '*')),
    ("bullet", |word| masked(word, '•')),
    ("block", |word| masked(word, '█')),
    ("stars but the ends", |word| word.chars().enumerate().map(|(at, letter)| if at == 0 || at + 1 == word.len() { letter } else { '*' }).collect()),
    ("zero-width space", |word| joined(word, "\u{200b}")),
    ("zero-width joiner", |word| joined(word, "\u{200d}")),
    ("word joiner", |word| joined(word, "\u{2060}")),
    ("soft hyphen", |word| joined(word, "\u{ad}")),
    ("tag character", |word| joined(word, "\u{e0061}")),
    ("variation selector", |word| joined(word, "\u{fe0f}")),
    ("filler", |word| joined(word, "\u{3164}")),
    ("Cyrillic", |word| mapped(word, "aceopxyis", "асеорхуіѕ")),
    ("Cherokee", |word| mapped(word, "abcdefghijklmnoprstuvwyz", "ᎪᏴᏟᎠᎬҒᏀᎻᏆᎫᏦᏞᎷΝϴᏢᎡᏚᎢႮᏙᏔᎽᏃ")),
    ("Canadian syllabics", |word| mapped(word, "abcdefghijklmnoprstuvwz", "ᗩᗷᑕᗪᗴᖴᘜᕼᎥᒍᛕᒪᗰᑎᗝᑭᖇᔕ丅ᑌᐯᗯᘔ")),
    ("Greek", |word| mapped(word, "aeiouv", "αειουν")),
    ("full width", |word| shifted(word, 0xff41)),
    ("mathematical bold", |word| shifted(word, 0x1d41a)),
    ("mathematical script", |word| shifted(word, 0x1d4ea)),
    ("fraktur", |word| shifted(word, 0x1d586)),
    ("double-struck", |word| shifted(word, 0x1d552)),
    ("monospace", |word| shifted(word, 0x1d68a)),
    ("circled", |word| shifted(word, 0x24d0)),
    ("negative circled", |word| shifted(word, 0x1f150)),
    ("squared", |word| shifted(word, 0x1f130)),
    ("negative squared", |word| shifted(word, 0x1f170)),
    ("parenthesised", |word| shifted(word, 0x249c)),
    ("regional indicators", |word| shifted(word, 0x1f1e6)),
    ("blanks", |word| joined(word, " ")),
    ("wide blanks", |word| joined(word, "\u{3000}")),
    ("dots", |word| joined(word, ".")),
    ("hyphens", |word| joined(word, "-")),
    ("underscores", |word| joined(word, "_")),
    ("slashes", |word| joined(word, "/")),
    ("middle dots", |word| joined(word, "·")),
    ("emoji", |word| joined(word, "🔥")),
    ("hearts", |word| joined(word, "♥")),
    ("repeats", |word| stretched(word, 5)),
    ("all doubled thrice", |word| word.chars().map(|letter| String::from(letter).repeat(3)).collect()),
    ("acute accents", |word| marked(word, "\u{301}")),
    ("struck through", |word| marked(word, "\u{336}")),
    ("keycaps", |word| marked(word, "\u{20e3}")),
    ("many marks", |word| marked(word, "\u{300}\u{323}\u{336}")),
    ("HTML numbers", |word| joined(&word.chars().map(|letter| u32::from(letter).to_string()).fold(String::new(), |all, code| all + "&#" + &code + ";"), "")),
    ("leet and blanks", |word| joined(&mapped(word, "eio", "310"), " ")),
    ("Cyrillic and zero-width", |word| joined(&mapped(word, "aceio", "асеіо"), "\u{200b}")),
    ("full width and blanks", |word| joined(&shifted(word, 0xff41), " ")),
    ("marks and dots", |word| joined(&mapped(word, "aeiou", "àéîöü"), ".")),
    ("bold and hyphens", |word| joined(&shifted(word, 0x1d41a), "-")),
];

/// Every word is caught in every dress, and exactly the dressed word is underlined.
#[test]
fn no_disguise_hides_a_word_or_moves_its_underline() {
    let words = ["fuck", "shit", "bitch", "asshole", "cunt", "nigger", "faggot", "bastard", "motherfucker", "wanker"];
    let mut wrong = Vec::new();
    for (name, disguise) in DISGUISES {
        for word in words {
            let dressed = disguise(word);
            for text in [dressed.clone(), format!("😀 so you are a {dressed} now")] {
                let found: Vec<String> = findings(&text).into_iter().filter(|(code, _)| *code == Code::Profanity).map(|(_, matched)| matched).collect();
                if found != [dressed.clone()] {
                    wrong.push((name, text, found));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn words_turned_round_are_found() {
    for text in ["\u{202e}kcuf\u{202c} you", "ʞɔnɟ", "this is ʇıɥs", "kcuf that", "tihs happens", "what a elohssa", "𝓴𝓬𝓾𝓯"] {
        assert!(findings(text).iter().any(|(code, _)| *code == Code::Profanity), "{text}");
    }
}

#[test]
fn words_spelled_by_ear_or_half_taken_apart_are_found() {
    for text in [
        "phuck you", "phucking great", "fuq that", "fawk off", "biatch", "beeyotch", "azzhole", "a$$hole", "@$$", "muthafucka", "mofo", "kunt", "shyte",
        "nikkas", "phaggot", "fcuk", "fvck", "f u ck", "fu c k", "fu cking", "s h it", "b i tch", "mother f*cker", "ni gger", "f***ing", "s***", "b****",
        "n****r", "f#ck", "f%ck", "f@ck", "sh**", "$h!t", "¢unt", "ƒuck", "5hit", "b!tch", "pu55y", "eff you see kay",
    ] {
        assert!(findings(text).iter().any(|(code, _)| *code == Code::Profanity), "{text}");
    }
}

#[test]
fn a_word_with_two_lives_is_judged_by_its_company() {
    for (text, counts) in [
        ("Dick came over with Harry", false),
        ("suck my dick", true),
        ("The hens follow the cock", false),
        ("he showed his huge cock", true),
        ("Screw the lid on", false),
        ("screw you", true),
        ("Heaven and hell", false),
        ("what the hell", true),
        ("The dyke along the river broke", false),
        ("a garden hoe", false),
        ("that hoe lied", true),
    ] {
        assert_eq!(findings(text).iter().any(|(code, _)| *code == Code::Profanity), counts, "{text}");
    }
}

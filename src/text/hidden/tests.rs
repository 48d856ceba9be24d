use super::*;

fn hidden(text: &str) -> Vec<&str> {
    hidden_runs(text).into_iter().map(|run| run.span.of(text)).collect()
}

#[test]
fn what_scripts_and_emoji_need_is_not_hidden() {
    for text in [
        "👨‍👩‍👧‍👦 👩🏽‍🚀 🏳️‍🌈 🏴‍☠️ 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏴󠁵󠁳󠁴󠁸󠁿 1️⃣ #️⃣ ☀️ ☀︎ ❤️‍🔥 👁️‍🗨️ ™️ 🧑‍🦯‍➡️",
        "می‌خواهم کتاب‌ها",
        "क्‍ष क्‌ष ශ්‍රී",
        "שלום\u{200f}! (abc) \u{200e}שלום",
        "שלום \u{2067}abc\u{2069} ש",
        "Donau\u{ad}dampf\u{ad}schiff\u{ad}fahrt",
        "ภาษา\u{200b}ไทย",
        "葛\u{e0100}城市 辻\u{fe00}",
        "a\n\u{200b}\nb",
        "ᠠ\u{180b}ᠡ",
        "ᄀ\u{1160}",
        "↗️ ↗︎",
    ] {
        assert_eq!(hidden(text), [""; 0], "{text}");
    }
}

#[test]
fn what_hides_is_found() {
    for (text, expected) in [
        ("a\u{200b}b", "\u{200b}"),
        ("a\u{200d}b", "\u{200d}"),
        ("a\u{200c}b", "\u{200c}"),
        ("\u{200b}a", "\u{200b}"),
        ("a\u{fe0f}b", "\u{fe0f}"),
        ("a\u{3164}b", "\u{3164}"),
        ("a\u{34f}b", "\u{34f}"),
        ("a\u{2063}b", "\u{2063}"),
        ("fu\u{ad}ck", "\u{ad}"),
        ("a\u{200e}b", "\u{200e}"),
        ("a\u{200f} b", "\u{200f}"),
        ("😀\u{fe0f}\u{fe0f}", "\u{fe0f}"),
        ("😀\u{200d}a", "\u{200d}"),
        ("\u{e0061}", "\u{e0061}"),
        ("🏴\u{e0061}b", "\u{e0061}"),
        ("a\u{180e}b", "\u{180e}"),
        ("a \u{2066}b\u{2069}", "\u{2066}b\u{2069}"),
        ("ש \u{2067}a", "\u{2067}"),
        ("ש a\u{202c}", "\u{202c}"),
        ("ש \u{202e}a\u{202c}", "\u{202e}a\u{202c}"),
        ("\u{2067}ש\na\u{2069}", "\u{2067}"),
        ("a\u{7f}", "\u{7f}"),
    ] {
        assert_eq!(hidden(text).first(), Some(&expected), "{text:?}");
    }
}

/// A place may need one or two; a row of them is a message to somebody.
#[test]
fn a_row_of_what_is_needed_once_is_found() {
    for (before, unit, behind) in [
        ("Good morning ", "\u{200b}\u{2060}", " everyone"),
        ("a ", "\u{200e}", " b"),
        ("می", "\u{200c}\u{200d}", "خواهم"),
        ("क", "\u{200d}", "क"),
        ("👩", "\u{200d}", "👩"),
        ("e\u{301}", "\u{34f}", ""),
    ] {
        let (one, row) = (format!("{before}{unit}{behind}"), format!("{before}{}{behind}", unit.repeat(12)));
        assert!(hidden(&one).is_empty() && !hidden(&row).is_empty(), "{unit:?}");
    }
}

#[test]
fn hostile_text_is_read_in_linear_time() {
    for unit in
        ["\u{200b}", "\u{202e}", "\u{2066}\u{202c}", "\u{200d}", "a\u{ad}", "\0", "\u{fe0f}", "👩\u{200d}", "\u{e0061}", "\u{200e}a"]
    {
        let text = unit.repeat(200_000 / unit.len());
        assert!(hidden_runs(&text).iter().all(|run| !run.removed.is_empty()), "{unit:?}");
    }
}

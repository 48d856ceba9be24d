//! Characters that nobody sees.

/// True for what Unicode calls default-ignorable: characters that are shown as nothing at all.
pub const fn is_default_ignorable(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// True for what leaves no ink: white space, controls, what is ignored, and blank signs.
pub fn is_blank(character: char) -> bool {
    // The blank signs: Braille pattern blank, the anchors of annotations, the null notehead, the Khitan filler.
    character.is_whitespace()
        || character.is_control()
        || is_default_ignorable(character)
        || matches!(character, '\u{2800}' | '\u{fff9}'..='\u{fffb}' | '\u{16fe4}' | '\u{1d159}')
}

/// True for what ends a line somewhere: LF, VT, FF, CR, NEL and Unicode's two separators.
pub const fn is_line_break(character: char) -> bool {
    matches!(character, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Where the first line of a text ends: before what breaks it, or with the text.
pub fn line_end(text: &str) -> usize {
    let mut from = 0;
    // The bytes with which the characters start that may break a line.
    let may_break = |byte: &u8| matches!(byte, b'\n'..=b'\r' | 0xc2 | 0xe2);
    while let Some(at) = text.as_bytes().get(from..).and_then(|rest| rest.iter().position(may_break)).map(|offset| from + offset) {
        if text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(is_line_break) {
            return at;
        }
        from = at + 1;
    }
    text.len()
}

/// True for letters that are written from right to left.
pub const fn is_right_to_left(character: char) -> bool {
    matches!(
        character,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_line_ends_at_the_first_break(text in "[a\u{2027}-\u{202a}\u{83}-\u{86}\n-\r\u{a0}]{0,6}") {
            prop_assert_eq!(line_end(&text), text.find(is_line_break).unwrap_or(text.len()));
        }
    }

    #[test]
    fn ink_is_not_blank() {
        assert!("\u{3164}\u{2800} \u{a0}\u{200b}\0\u{85}\u{e0001}\u{feff}".chars().all(is_blank));
        assert!(!"a.😀漢\u{301}—".chars().any(is_blank));
        assert!("\n\r\u{b}\u{c}\u{85}\u{2028}\u{2029}".chars().all(is_line_break) && !is_line_break('\t'));
        assert!("אبـ".chars().all(is_right_to_left) && !is_right_to_left('a'));
    }
}

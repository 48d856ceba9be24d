//! Characters that are written as something else: HTML entities, and the percent-encoding of links.

/// The named entities that hide letters or separate them; the rest of HTML's list stands for no letter.
const NAMED: &[(&str, char)] = &[
    ("amp", '&'),
    ("ast", '*'),
    ("commat", '@'),
    ("dollar", '$'),
    ("excl", '!'),
    ("gt", '>'),
    ("hyphen", '-'),
    ("lowbar", '_'),
    ("lt", '<'),
    ("nbsp", '\u{a0}'),
    ("num", '#'),
    ("period", '.'),
    ("quot", '"'),
    ("shy", '\u{ad}'),
    ("zwj", '\u{200d}'),
    ("zwnj", '\u{200c}'),
];

/// The longest entity that is looked at, in bytes between `&` and `;`.
const LONGEST: usize = 10;

/// The character that an HTML entity at `start` stands for, and where it ends.
pub(super) fn entity(content: &str, start: usize) -> Option<(char, usize)> {
    let rest = content.as_bytes().get(start + 1..)?;
    let length = rest.iter().take(LONGEST + 1).position(|byte| *byte == b';')?;
    let name = content.get(start + 1..start + 1 + length)?;
    let character = match name.strip_prefix('#') {
        Some(number) => {
            let hexadecimal = number.strip_prefix(['x', 'X']);
            let code = hexadecimal.map_or_else(|| number.parse().ok(), |digits| u32::from_str_radix(digits, 16).ok())?;
            char::from_u32(code)?
        }
        None => NAMED.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((character, start + 1 + length + 1))
}

/// The character that percent-encoded bytes at `start` stand for, and where they end.
pub(super) fn percent(content: &str, start: usize) -> Option<(char, usize)> {
    let encoded = content.as_bytes();
    let byte = |index: usize| -> Option<u8> {
        let at = start + 3 * index;
        (encoded.get(at) == Some(&b'%')).then_some(())?;
        u8::from_str_radix(content.get(at + 1..at + 3)?, 16).ok()
    };
    let mut decoded = Vec::with_capacity(4);
    for index in 0..4 {
        decoded.push(byte(index)?);
        if let Ok(text) = str::from_utf8(&decoded) {
            return Some((text.chars().next()?, start + 3 * (index + 1)));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_name_a_character() {
        assert_eq!(entity("a&#117;b", 1), Some(('u', 7)));
        assert_eq!(entity("&#x75;", 0), Some(('u', 6)));
        assert_eq!(entity("&shy;", 0), Some(('\u{ad}', 5)));
        for plain in ["&", "&;", "&#;", "&#x110000;", "&unknown;", "& this; that", "R&D;"] {
            assert_eq!(entity(plain, plain.find('&').unwrap()), None, "{plain}");
        }
    }

    #[test]
    fn percent_encoding_is_utf_8() {
        assert_eq!(percent("%66%75", 0), Some(('f', 3)));
        assert_eq!(percent("%C3%A9!", 0), Some(('é', 6)));
        for broken in ["%", "%6", "%zz", "%C3", "%C3%", "%FF%FE%FD%FC"] {
            assert_eq!(percent(broken, 0), None, "{broken}");
        }
    }
}

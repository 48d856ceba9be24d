//! Which letters a character can be read as: a table written by `scripts/letters.py`, packed by the build script.

use super::glyph::{Kind, Letters};

include!(concat!(env!("OUT_DIR"), "/letters.rs"));

/// How an ASCII character is read: its letters (digits and symbols as in "leet" spelling) and its kind.
pub(super) const fn ascii(byte: u8) -> (Letters, Kind) {
    let lower = byte.to_ascii_lowercase();
    if lower.is_ascii_lowercase() {
        return (Letters::of(lower), Kind::Plain);
    }
    let (letters, kind): (&[u8], Kind) = match byte {
        b'0' => (b"o", Kind::Digit),
        b'1' => (b"il", Kind::Digit),
        b'2' => (b"z", Kind::Digit),
        b'3' => (b"e", Kind::Digit),
        b'4' => (b"a", Kind::Digit),
        b'5' => (b"s", Kind::Digit),
        b'6' => (b"gb", Kind::Digit),
        b'7' => (b"t", Kind::Digit),
        b'8' => (b"b", Kind::Digit),
        b'9' => (b"gq", Kind::Digit),
        b'@' => (b"a", Kind::Symbol),
        b'$' => (b"s", Kind::Symbol),
        b'!' | b'|' => (b"il", Kind::Symbol),
        b'+' => (b"t", Kind::Symbol),
        b'#' => (b"h", Kind::Symbol),
        b'(' | b'<' | b'[' | b'{' => (b"c", Kind::Symbol),
        b'\n' | b'\r' | 0x0b | 0x0c => (b"", Kind::Break),
        b' ' | b'\t' => (b"", Kind::Space),
        _ => (b"", Kind::Symbol),
    };
    let mut set = Letters::NONE;
    let mut rest = letters;
    while let [letter, tail @ ..] = rest {
        set = set.or(Letters::of(*letter));
        rest = tail;
    }
    (set, kind)
}

/// [`ascii`] for every ASCII byte.
pub(super) static ASCII: [(Letters, Kind); 128] = {
    let mut table = [(Letters::NONE, Kind::Symbol); 128];
    let mut byte = 0;
    let mut rest: &mut [(Letters, Kind)] = &mut table;
    while let [entry, tail @ ..] = rest {
        *entry = ascii(byte);
        byte += 1;
        rest = tail;
    }
    table
};

/// How a character beyond ASCII is read; no letters for most of the world's writing.
pub(super) fn beyond_ascii(character: char) -> (Letters, Kind) {
    let code = u32::from(character);
    let range = STARTS.partition_point(|start| *start <= code).checked_sub(1);
    let found = range.and_then(|range| Some((STARTS.get(range)?, FACTS.get(usize::from(*NUMBERS.get(range)?))?)));
    let Some((offset, facts)) =
        found.map(|(start, facts)| (code - start, *facts)).filter(|(offset, facts)| u64::from(*offset) <= facts & 0x3f)
    else {
        return (Letters::NONE, if character.is_alphabetic() { Kind::Letter } else { Kind::Symbol });
    };
    let is_step = facts >> 8 & 1 == 1;
    let mut letters = (facts >> 11) & u64::from(Letters::ALL.0);
    if is_step {
        letters <<= offset;
    }
    let kind = match (facts >> 6) & 3 {
        _ if !is_wordlike(character) => Kind::Symbol,
        0 if matches!(character, '\u{80}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}') => Kind::Accented,
        0 => Kind::Styled,
        1 => Kind::Exact,
        _ => Kind::Loose,
    };
    (Letters(u32::try_from(letters).unwrap_or_default()), kind)
}

/// True for letters, and for the circled and squared ones that Unicode counts as symbols.
fn is_wordlike(character: char) -> bool {
    character.is_alphabetic() || matches!(character, '\u{1f100}'..='\u{1f1ff}' | '\u{249c}'..='\u{24e9}')
}

/// What a character reads as when the text is turned upside down; it is then read from its end.
pub(super) fn turned(character: char) -> Option<u8> {
    if let Some((_, letter)) = TURNED.iter().find(|(turned, _)| *turned == character) {
        return Some(*letter);
    }
    match character.to_ascii_lowercase() {
        'n' => Some(b'u'),
        'u' => Some(b'n'),
        'd' => Some(b'p'),
        'p' => Some(b'd'),
        'b' => Some(b'q'),
        'q' => Some(b'b'),
        'm' => Some(b'w'),
        'w' => Some(b'm'),
        same @ ('s' | 'o' | 'x' | 'z' | 'l' | 'i') => u8::try_from(same).ok(),
        _ => None,
    }
}

/// True for a character that exists only upside down.
pub(super) fn is_turned(character: char) -> bool {
    TURNED.iter().any(|(turned, _)| *turned == character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(character: char) -> (String, Kind) {
        let (letters, kind) = if character.is_ascii() { ascii(u8::try_from(character).unwrap()) } else { beyond_ascii(character) };
        (letters.iter().map(char::from).collect(), kind)
    }

    #[test]
    fn every_dress_reads_as_its_letter() {
        let accented = Kind::Accented;
        for (characters, letter, kind) in [
            ("éÉęệ", "e", accented),
            ("ＦｆⓕⒻ🄵🅕🅵🇫𝐟𝓕𝔣𝕗𝖿𝗳𝘧𝙛𝚏ꜰ⒡", "f", Kind::Styled),
            ("ſśŞŝ", "s", accented),
            ("łŁ", "l", accented),
            ("øØ", "o", accented),
        ] {
            for character in characters.chars() {
                assert_eq!(read(character), (letter.to_owned(), kind), "{character:?} {:04X}", u32::from(character));
            }
        }
    }

    #[test]
    fn lookalikes_of_other_scripts_are_not_letters_in_dress() {
        assert_eq!(read('а'), ("a".to_owned(), Kind::Exact));
        assert_eq!(read('к'), ("k".to_owned(), Kind::Loose));
        assert_eq!(read('ι'), ("i".to_owned(), Kind::Loose));
        assert_eq!(read('Ꮷ').1, Kind::Loose);
        assert_eq!(read('†'), ("t".to_owned(), Kind::Symbol));
    }

    #[test]
    fn most_writing_has_no_latin_reading() {
        for character in "漢字かな한글אبहप😀—…".chars() {
            assert_eq!(read(character).0, "", "{character}");
        }
        assert_eq!(read('漢').1, Kind::Letter);
        assert_eq!(read('😀').1, Kind::Symbol);
    }

    #[test]
    fn leet_and_turned_letters() {
        assert_eq!(read('1'), ("il".to_owned(), Kind::Digit));
        assert_eq!(read('$'), ("s".to_owned(), Kind::Symbol));
        assert_eq!(read('K'), ("k".to_owned(), Kind::Plain));
        assert_eq!(['ɟ', 'n', 'ɔ', 'ʞ'].map(turned), [Some(b'f'), Some(b'u'), Some(b'c'), Some(b'k')]);
        assert!(is_turned('ʞ') && !is_turned('n'));
    }

    #[test]
    fn the_table_is_sorted_for_its_search() {
        assert!(STARTS.is_sorted_by(|first, second| first < second));
    }

    #[test]
    fn a_letter_turned_over_is_turned_back_by_its_partner() {
        for character in "nudpbqmwsoxzliNUDPBQMW".chars() {
            let partner = turned(character).unwrap();
            assert_eq!(turned(char::from(partner)).map(char::from), Some(character.to_ascii_lowercase()), "{character}");
        }
    }
}

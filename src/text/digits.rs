//! Numbers in every script and dress: full-width, superscript, circled, roman, spelled.

/// The zero of each run of ten decimal digits beyond ASCII that posts are written with (Unicode's Nd).
const ZEROS: &[u32] = &[
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0,
    0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0x2080, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0,
    0xff10, 0x1_04a0, 0x1_1066, 0x1_1136, 0x1_d7ce, 0x1_d7d8, 0x1_d7e2, 0x1_d7ec, 0x1_d7f6, 0x1_fbf0,
];

/// The value of a decimal digit of any script, superscripts and subscripts included.
pub(super) fn digit(character: char) -> Option<u32> {
    match character {
        '0'..='9' => Some(u32::from(character) - u32::from('0')),
        '\u{b9}' => Some(1),
        '\u{b2}' | '\u{b3}' => Some(u32::from(character) - 0xb0),
        '\u{2070}' | '\u{2074}'..='\u{2079}' => Some(u32::from(character) - 0x2070),
        _ if character.is_ascii() => None,
        _ => {
            let code = u32::from(character);
            let zero = ZEROS.get(ZEROS.partition_point(|&zero| zero <= code).checked_sub(1)?)?;
            Some(code - zero).filter(|&value| value < 10)
        }
    }
}

/// True for digits that are written above or below the line.
pub(super) const fn is_raised(character: char) -> bool {
    matches!(character, '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{2070}' | '\u{2074}'..='\u{2079}' | '\u{2080}'..='\u{2089}')
}

/// True for a number in a circle or in parentheses, or with its full stop, as one character.
pub(super) const fn is_enclosed(character: char) -> bool {
    matches!(
        character,
        '\u{2460}'..='\u{249b}' | '\u{24ea}'..='\u{24ff}' | '\u{2776}'..='\u{2793}' | '\u{3220}'..='\u{3229}' | '\u{3248}'..='\u{324f}'
            | '\u{3251}'..='\u{325f}' | '\u{3280}'..='\u{3289}' | '\u{32b1}'..='\u{32bf}' | '\u{1f100}'..='\u{1f10c}' | '\u{1f51f}'
    )
}

/// True for a letter in a circle or in parentheses, as one character.
pub(super) const fn is_enclosed_letter(character: char) -> bool {
    matches!(character, '\u{249c}'..='\u{24e9}' | '\u{1f110}'..='\u{1f129}')
}

/// True for a roman number as one character.
pub(super) const fn is_roman_sign(character: char) -> bool {
    matches!(character, '\u{2160}'..='\u{217f}')
}

/// The value of a roman number up to 39, in capitals or small letters.
pub(super) fn roman(text: &str) -> Option<u32> {
    let (tens, ones) = text.split_at(text.find(|character| !matches!(character, 'X' | 'x')).unwrap_or(text.len()));
    // The X of IX belongs to the ones, and stands behind an I.
    let is_one_case = text.chars().all(char::is_uppercase) || text.chars().all(char::is_lowercase);
    let ones = match ones.to_ascii_lowercase().as_str() {
        "" => 0,
        "i" => 1,
        "ii" => 2,
        "iii" => 3,
        "iv" => 4,
        "v" => 5,
        "vi" => 6,
        "vii" => 7,
        "viii" => 8,
        "ix" => 9,
        _ => return None,
    };
    let value = u32::try_from(tens.len()).ok().filter(|&tens| tens <= 3)? * 10 + ones;
    (is_one_case && value > 0).then_some(value)
}

/// The value of a number word up to twenty.
pub(super) fn word(text: &str) -> Option<usize> {
    const WORDS: [&str; 20] = [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
    ];
    WORDS.iter().position(|word| word.eq_ignore_ascii_case(text)).map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_every_dress() {
        for (text, value) in [("7", 7), ("７", 7), ("٧", 7), ("७", 7), ("⁷", 7), ("₇", 7), ("²", 2), ("𝟕", 7), ("๗", 7)] {
            assert_eq!(text.chars().next().and_then(digit), Some(value), "{text}");
        }
        assert!(ZEROS.is_sorted());
        // Rust knows which characters are numeric; each run of ten is.
        assert!(ZEROS.iter().all(|&zero| (zero..zero + 10).all(|code| char::from_u32(code).unwrap().is_numeric())));
        assert!("aé漢½Ⅷ①".chars().all(|character| digit(character).is_none()));
    }

    #[test]
    fn roman_numbers_are_read_strictly() {
        for (text, value) in [("I", 1), ("iv", 4), ("IX", 9), ("xiv", 14), ("XXXIX", 39), ("X", 10)] {
            assert_eq!(roman(text), Some(value), "{text}");
        }
        for text in ["", "IIII", "Iv", "VX", "XXXX", "ivx", "mix"] {
            assert_eq!(roman(text), None, "{text}");
        }
        assert_eq!((word("one"), word("Twenty"), word("zero")), (Some(1), Some(20), None));
    }
}

//! Numbers that name an account or a person: cards (Luhn), bank accounts (IBAN), phones. By form and check digits, on bytes.

/// The length of a country's IBAN, in order (ISO 13616).
const IBAN_LENGTHS: &str = "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22DK18DO28EE20EG29ES24FI18FO18FR27GB22GE22GI23GL18GR27GT28HR21\
HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MR27MT31MU30NL18NO15PK24PL28PS29PT25QA29RO24RS22SA24SC31SE24SI19\
SK24SM27ST25SV28TL23TN24TR26UA29VA22VG24XK20";

/// Digits or letters in groups parted by single blanks or hyphens, at the start of `bytes`: the characters and where each ends.
fn grouped(bytes: &[u8], most: usize, belongs: fn(&u8) -> bool) -> (Vec<u8>, Vec<usize>) {
    let (mut kept, mut ends) = (Vec::new(), Vec::new());
    let mut parted = false;
    for (at, byte) in bytes.iter().enumerate() {
        if belongs(byte) {
            if kept.len() == most {
                break;
            }
            kept.push(*byte);
            ends.push(at + 1);
            parted = false;
        } else if matches!(byte, b' ' | b'-') && !parted && !kept.is_empty() {
            parted = true;
        } else {
            break;
        }
    }
    (kept, ends)
}

fn ends_word(bytes: &[u8], at: usize) -> bool {
    !bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// How many bytes are the number of a payment card: an issuer's prefix, its length, and the Luhn digit.
pub(super) fn card_len(bytes: &[u8]) -> Option<usize> {
    if !bytes.first().is_some_and(|byte| matches!(byte, b'2'..=b'6')) {
        return None;
    }
    let (digits, ends) = grouped(bytes, 20, u8::is_ascii_digit);
    for length in lengths(&digits) {
        let number = digits.get(..*length)?;
        let end = *ends.get(length.checked_sub(1)?)?;
        let goes_on = ends.get(*length).is_some_and(|&next| next == end + 1);
        if !goes_on && ends_word(bytes, end) && luhn(number) {
            return Some(end);
        }
    }
    None
}

/// The lengths that an issuer's numbers have, of those that are there.
fn lengths(digits: &[u8]) -> &'static [usize] {
    let prefix = |count: usize| digits.iter().take(count).fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
    let lengths: &[usize] = match (prefix(1), prefix(2), prefix(3), prefix(4)) {
        // Thirteen digits that start with 4 are an article number (EAN) of Germany or Japan: Visa has issued none of that length for years.
        (4, ..) => &[19, 16],
        (_, 51..=55, ..) | (_, _, _, 2200..=2204 | 2221..=2720) => &[16],
        (_, 34 | 37, ..) => &[15],
        (_, 36 | 38 | 39, ..) | (_, _, 300..=305, _) => &[14],
        (_, _, _, 3528..=3589 | 6011) | (_, 62 | 65, ..) | (_, _, 644..=649, _) => &[19, 18, 17, 16],
        _ => &[],
    };
    let from = lengths.iter().position(|&length| length <= digits.len()).unwrap_or(lengths.len());
    lengths.get(from..).unwrap_or_default()
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit - b'0');
            if place % 2 == 0 { value } else { value * 2 - if value > 4 { 9 } else { 0 } }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// How many bytes are an IBAN: a country, its length, and the remainder 1 modulo 97.
pub(super) fn account_len(bytes: &[u8]) -> Option<usize> {
    let head = bytes.first_chunk::<4>()?;
    let [first, second, tens, ones] = *head;
    if !(first.is_ascii_uppercase() && second.is_ascii_uppercase() && tens.is_ascii_digit() && ones.is_ascii_digit()) {
        return None;
    }
    let country = [first, second];
    let (entries, _) = IBAN_LENGTHS.as_bytes().as_chunks::<4>();
    let entry = entries.iter().find(|entry| entry.starts_with(&country))?;
    let [_, _, tens, ones] = *entry;
    let length = usize::from(tens - b'0') * 10 + usize::from(ones - b'0');
    let (characters, ends) = grouped(bytes, 34, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let number = characters.get(..length)?;
    let end = *ends.get(length - 1)?;
    let (check, account) = number.split_at_checked(4)?;
    let remainder = account.iter().chain(check).fold(0, |remainder: u32, &byte| match byte {
        b'0'..=b'9' => (remainder * 10 + u32::from(byte - b'0')) % 97,
        _ => (remainder * 100 + u32::from(byte - b'A') + 10) % 97,
    });
    (remainder == 1 && ends_word(bytes, end)).then_some(end)
}

/// How many bytes are a phone number: `+` and a country's code, or the American form. Toll-free lines are meant for everybody.
pub(super) fn phone_len(bytes: &[u8]) -> Option<usize> {
    let is_international = bytes.first() == Some(&b'+');
    let mut digits: Vec<u8> = Vec::new();
    let mut groups: Vec<usize> = Vec::new();
    let mut end = 0;
    let mut in_group = false;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                digits.push(*byte);
                if !in_group {
                    groups.push(0);
                }
                if let Some(group) = groups.last_mut() {
                    *group += 1;
                }
                in_group = true;
                end = at + 1;
            }
            b'+' if at == 0 => {}
            b' ' | b'-' | b'.' | b'(' | b')' if at < end + 2 => in_group = false,
            _ => break,
        }
        if digits.len() > 15 {
            return None;
        }
    }
    let national = digits.strip_prefix(b"1").filter(|rest| rest.len() == 10).unwrap_or(&digits);
    let is_american =
        matches!(groups.as_slice(), [3, 3, 4] | [1, 3, 3, 4]) && national.len() == 10 && matches!(national.first(), Some(b'2'..=b'9'));
    let is_free =
        national.len() == 10 && [&b"800"[..], b"888", b"877", b"866", b"855", b"844", b"833"].iter().any(|code| national.starts_with(code));
    let is_number = if is_international { (8..=15).contains(&digits.len()) && digits.first() != Some(&b'0') } else { is_american };
    (is_number && !is_free && ends_word(bytes, end)).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_have_a_prefix_a_length_and_a_check_digit() {
        for number in [
            "4111111111111111",
            "4111 1111 1111 1111",
            "5555-5555-5555-4444",
            "378282246310005",
            "3782 822463 10005",
            "6011111111111117",
            "3530111333300000",
            "30569309025904",
            "2223003122003222",
        ] {
            assert_eq!(card_len(number.as_bytes()), Some(number.len()), "{number}");
        }
        for number in [
            "",
            "4111111111111112",
            "41111111111111111",
            "1111111111111117",
            "4111  1111 1111 1111",
            "4111111111111111a",
            "0000000000000000",
        ] {
            assert_eq!(card_len(number.as_bytes()), None, "{number}");
        }
    }

    #[test]
    fn accounts_have_a_country_a_length_and_a_remainder() {
        for number in ["DE89370400440532013000", "GB82 WEST 1234 5698 7654 32", "NO93 8601 1117 947", "FR14 2004 1010 0505 0001 3M02 606"] {
            assert_eq!(account_len(number.as_bytes()), Some(number.len()), "{number}");
        }
        for number in ["", "DE88370400440532013000", "DE8937040044053201300", "ZZ89370400440532013000", "de89370400440532013000"] {
            assert_eq!(account_len(number.as_bytes()), None, "{number}");
        }
    }

    #[test]
    fn phones_are_international_or_american() {
        for number in ["+49 30 1234567", "+1 (202) 555-0143", "(202) 555-0143", "202-555-0143", "+442071838750"] {
            assert_eq!(phone_len(number.as_bytes()), Some(number.len()), "{number}");
        }
        for number in
            ["", "+1", "2026-11-22", "1-800-273-8255", "+1 800 273 8255", "12345678", "202 555", "+12345678901234567", "123-456-7890"]
        {
            assert_eq!(phone_len(number.as_bytes()), None, "{number}");
        }
    }
}

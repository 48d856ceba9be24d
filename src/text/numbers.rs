//! Numbers that name an account or a person: cards (Luhn), bank accounts (IBAN), phones. By form and check digits, however their digits
//! are dressed and parted.

use super::Span;
use super::digits::digit;
use super::secrets::{Secret, SecretKind};
use super::url::{Url, urls};
use super::{is_blank, is_line_break};
use std::borrow::Cow;

/// The fewest digits of a number that is looked at.
const FEWEST: usize = 7;

/// A text as numbers are read in it: a byte for each character that is seen.
struct View<'t> {
    bytes: Cow<'t, [u8]>,
    /// Where each byte's character lies; empty where the text is read as it is.
    places: Vec<Span>,
}

impl<'t> View<'t> {
    /// `None` for a text with too few digits.
    fn new(text: &'t str) -> Option<Self> {
        if text.is_ascii() {
            let is_enough = text.bytes().filter(u8::is_ascii_digit).count() >= FEWEST;
            return is_enough.then_some(Self { bytes: Cow::Borrowed(text.as_bytes()), places: Vec::new() });
        }
        if text.chars().filter(|character| digit(*character).is_some()).take(FEWEST).count() < FEWEST {
            return None;
        }
        let (mut bytes, mut places) = (Vec::with_capacity(text.len()), Vec::with_capacity(text.len()));
        for (at, character) in text.char_indices() {
            let byte = match (digit(character), character) {
                (Some(digit), _) => u8::try_from(digit).unwrap_or_default() + b'0',
                (None, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}') => b'-',
                _ if character.is_ascii() || is_line_break(character) => u8::try_from(character).unwrap_or(b'\n'),
                _ if character.is_whitespace() => b' ',
                // What nobody sees parts nothing.
                _ if is_blank(character) => continue,
                _ => u8::try_from(character).unwrap_or(u8::MAX),
            };
            bytes.push(byte);
            places.push(Span::new(at, at + character.len_utf8()));
        }
        Some(Self { bytes: Cow::Owned(bytes), places })
    }

    fn span(&self, start: usize, length: usize) -> Span {
        let place = |at: usize| self.places.get(at).copied().unwrap_or(Span::new(at, at + 1));
        Span::new(place(start).start, place(start + length - 1).end)
    }
}

/// Card, account and phone numbers: they start where no word goes on, and not inside a URL.
pub(super) fn numbers(text: &str, found: &mut Vec<Secret>) {
    let Some(view) = View::new(text) else { return };
    let bytes = &*view.bytes;
    let may_start = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'(');
    // Looked for once there is a number.
    let mut links: Option<Vec<Url>> = None;
    let mut at = 0;
    while let Some(start) = bytes.get(at..).and_then(|rest| rest.iter().position(may_start)).map(|offset| at + offset) {
        at = start + 1;
        let rest = bytes.get(start..).unwrap_or_default();
        let before = start.checked_sub(1).and_then(|before| bytes.get(before));
        let is_open =
            rest.first() == Some(&b'+') || !before.is_some_and(|before| before.is_ascii_alphanumeric() || b"_/.#&]".contains(before));
        if !is_open {
            continue;
        }
        let card = card_len(rest).map(|length| (length, SecretKind::Secret("card number")));
        let account = || account_len(rest).map(|length| (length, SecretKind::Secret("bank account number")));
        let phone = || phone_len(rest).map(|length| (length, SecretKind::Phone));
        let Some((length, kind)) = card.or_else(account).or_else(phone) else { continue };
        let span = view.span(start, length);
        let links = links.get_or_insert_with(|| urls(text));
        let link = links.get(links.partition_point(|link| link.span.end <= span.start)).filter(|link| link.span.start <= span.start);
        match link {
            None => {
                found.push(Secret { span, kind });
                at = start + length;
            }
            Some(link) => {
                while at < bytes.len() && view.span(at, 1).start < link.span.end {
                    at += 1;
                }
            }
        }
    }
}

/// The length of a country's IBAN, in order (ISO 13616).
const IBAN_LENGTHS: &str = "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22DK18DO28EE20EG29ES24FI18FO18FR27GB22GE22GI23GL18GR27GT28HR21\
HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MR27MT31MU30NL18NO15PK24PL28PS29PT25QA29RO24RS22SA24SC31SE24SI19\
SK24SM27ST25SV28TL23TN24TR26UA29VA22VG24XK20";

/// The most signs between two groups of a number.
const WIDEST_GAP: usize = 3;
/// The fewest characters before a gap that is no single blank or hyphen: those of a card or an account come in fours.
const GROUP: usize = 4;

/// Digits or letters in groups, at the start of `bytes`: the characters, letters as capitals, and where each ends.
fn grouped(bytes: &[u8], most: usize, belongs: fn(&u8) -> bool) -> (Vec<u8>, Vec<usize>) {
    let (mut kept, mut ends) = (Vec::new(), Vec::new());
    let (mut group, mut gap) = (0, 0);
    for (at, byte) in bytes.iter().enumerate() {
        if belongs(byte) {
            if kept.len() == most {
                break;
            }
            kept.push(byte.to_ascii_uppercase());
            ends.push(at + 1);
            group = if gap > 0 { 1 } else { group + 1 };
            gap = 0;
        } else if matches!(byte, b' ' | b'-' | b'.') && group > 0 && gap < WIDEST_GAP && (group >= GROUP || gap == 0 && *byte != b'.') {
            gap += 1;
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
    if !(first.is_ascii_alphabetic() && second.is_ascii_alphabetic() && tens.is_ascii_digit() && ones.is_ascii_digit()) {
        return None;
    }
    let country = [first.to_ascii_uppercase(), second.to_ascii_uppercase()];
    let (entries, _) = IBAN_LENGTHS.as_bytes().as_chunks::<4>();
    let entry = entries.iter().find(|entry| entry.starts_with(&country))?;
    let [_, _, tens, ones] = *entry;
    let length = usize::from(tens - b'0') * 10 + usize::from(ones - b'0');
    let (characters, ends) = grouped(bytes, 34, u8::is_ascii_alphanumeric);
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

    fn found(text: &str) -> Vec<(&str, SecretKind)> {
        let mut found = Vec::new();
        numbers(text, &mut found);
        found.into_iter().map(|secret| (secret.span.of(text), secret.kind)).collect()
    }

    #[test]
    fn a_number_is_found_however_it_is_dressed_and_parted() {
        for number in [
            "4111\u{a0}1111\u{2009}1111\u{202f}1111",
            "4111‑1111–1111−1111",
            "4111  1111  1111  1111",
            "4111.1111.1111.1111",
            "4111 - 1111 - 1111 - 1111",
            "４１１１ １１１１ １１１１ １１１１",
            "𝟒𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏",
            "4111\u{200b}1111\u{200b}1111\u{200b}1111",
        ] {
            for text in [number.to_owned(), format!("😀 card={number}, é")] {
                assert_eq!(found(&text), [(number, SecretKind::Secret("card number"))], "{text}");
            }
        }
        for number in
            ["DE89 3704 0044 0532 0130 00", "de89370400440532013000", "DE89.3704.0044.0532.0130.00", "DE89\u{a0}3704 0044 0532 0130 00"]
        {
            assert_eq!(found(&format!("IBAN={number}.")), [(number, SecretKind::Secret("bank account number"))], "{number}");
        }
        assert_eq!(found("+49\u{a0}30\u{2011}1234567"), [("+49\u{a0}30\u{2011}1234567", SecretKind::Phone)]);
        assert_eq!(found("📈 3000\n3100\n3200\n33, 4111\t1111\t1111\t1111"), []);
        assert_eq!(found("4.5 6.7 8.9 4.1 5.6 7.8 9.1 2.3 and 45.12.33.10, 41 times 1111"), []);
    }

    #[test]
    fn a_number_that_goes_on_in_a_link_is_a_part_of_it() {
        assert_eq!(found("https://example.com/orders-4111111111111111"), []);
        assert_eq!(found("https://example.com/orders (202) 555-0143"), [("(202) 555-0143", SecretKind::Phone)]);
        assert_eq!(found("example.com+1 (202) 555-0143"), [("+1 (202) 555-0143", SecretKind::Phone)]);
    }

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
            "41  11 1111 1111 1111",
            "41.11.11.11.11.11.11.11",
            "4111    1111 1111 1111",
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
        for number in ["", "DE88370400440532013000", "DE8937040044053201300", "ZZ89370400440532013000", "DE89370400440532013000x"] {
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

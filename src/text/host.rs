//! Host names inside a text, as X's own library reads them: labels, top-level domains, and what makes a host valid.

use super::Span;
use super::tables::{holds, letters, tld};

/// The most ASCII characters of a label, encoded.
const MAX_LABEL: usize = 63;

/// A dot of a run, with what is known of the label before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dot {
    /// Where the dot is.
    pub(super) at: usize,
    /// Where the label before it starts.
    pub(super) label_start: usize,
    /// Behind the last underscore of that label, or its start: from here it can stand before a top-level domain.
    pub(super) own_start: usize,
    /// Where the top-level domain behind the dot ends.
    pub(super) tld_end: Option<usize>,
    /// The best dot to end at, of those behind this one in an unbroken chain of labels.
    pub(super) after: Option<usize>,
    /// Whether a host that starts in this label leads anywhere.
    pub(super) can_end_first_label: bool,
}

/// True for the characters of hosts: everything but punctuation, white space and marks of direction.
pub(super) fn is_host(character: char) -> bool {
    if character.is_ascii() {
        return !matches!(character, '\t'..='\r' | ' ' | '!' | '#'..='/' | ':'..='@' | '['..='_' | '{'..='~');
    }
    !matches!(
        character,
        '\u{85}' | '\u{a0}' | '\u{1680}' | '\u{180e}' | '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
            | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
    )
}

/// True for what a run holds: characters of hosts, and what may stand between them.
pub(super) fn is_in_run(character: char) -> bool {
    matches!(character, '-' | '_' | '.') || is_host(character)
}

fn is_ascii_host(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '-' || (!character.is_ascii() && holds(letters::ACCENTED_ANY_CASE, character))
}

/// Where the top-level domain ends that starts at `start`.
pub(super) fn tld_end(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let first = rest.chars().next()?;
    if first.is_ascii() && !first.is_ascii_alphabetic() {
        return None;
    }
    let length = rest.bytes().take_while(u8::is_ascii_alphabetic).take(tld::ASCII.len()).count();
    let ends = |length: usize| {
        let next = rest.as_bytes().get(length);
        !next.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'@' | b'+' | b'-'))
    };
    if ends(length) && is_ascii_tld(rest.get(..length)?) {
        return Some(start + length);
    }
    if let Some(encoded) = rest.get(..4).filter(|prefix| prefix.eq_ignore_ascii_case("xn--")).and_then(|_| rest.get(4..)) {
        let length = encoded.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
        return (length > 0).then_some(start + 4 + length);
    }
    let first = lower(first);
    let candidates = tld::OTHER.get(tld::OTHER.partition_point(|name| !name.starts_with(|character| character >= first))..)?;
    let candidates = candidates.iter().take_while(|name| name.starts_with(first));
    candidates.filter_map(|name| prefix_len(rest, name)).filter(|&length| ends(length)).max().map(|length| start + length)
}

fn is_ascii_tld(name: &str) -> bool {
    let Some(names) = tld::ASCII.get(name.len()).filter(|_| !name.is_empty()) else { return false };
    let (mut low, mut high) = (0, names.len() / name.len());
    while low < high {
        let middle = low.midpoint(high);
        let Some(found) = names.get(middle * name.len()..(middle + 1) * name.len()) else { return false };
        match found.bytes().cmp(name.bytes().map(|byte| byte.to_ascii_lowercase())) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => return true,
        }
    }
    false
}

fn lower(character: char) -> char {
    if character.is_ascii() { character.to_ascii_lowercase() } else { character.to_lowercase().next().unwrap_or(character) }
}

/// How many bytes of `text` spell `name`, whatever their case.
fn prefix_len(text: &str, name: &str) -> Option<usize> {
    let mut characters = text.chars();
    for wanted in name.chars() {
        let found = characters.next()?;
        if lower(found) != wanted {
            return None;
        }
    }
    Some(text.len() - characters.as_str().len())
}

/// Reads the dots of a run.
pub(super) fn read_dots(text: &str, run: Span, dots: &mut Vec<Dot>) {
    dots.clear();
    let mut label_start = run.start;
    for (offset, _) in run.of(text).match_indices('.') {
        let at = run.start + offset;
        let label = Span::new(label_start, at).of(text);
        let own_start = label.rfind('_').map_or(label_start, |underscore| label_start + underscore + 1);
        dots.push(Dot {
            at,
            label_start,
            own_start,
            tld_end: tld_end(text, at + 1),
            after: None,
            can_end_first_label: label.ends_with(is_host),
        });
        label_start = at + 1;
    }
    let mut after = None;
    for (index, dot) in dots.iter_mut().enumerate().rev() {
        dot.after = after;
        dot.can_end_first_label &= after.is_some() || dot.tld_end.is_some();
        let label = Span::new(dot.label_start, dot.at).of(text);
        let is_whole = label.starts_with(is_host) && label.ends_with(is_host);
        let own = (dot.tld_end.is_some() && dot.own_start == dot.label_start).then_some(index);
        after = if is_whole { after.or(own) } else { None };
    }
}

/// The dot whose top-level domain ends the host that starts at `start`.
pub(super) fn chain(text: &str, start: usize, dots: &[Dot]) -> Option<usize> {
    if !text.get(start..)?.starts_with(is_host) {
        return None;
    }
    let index = dots.partition_point(|dot| dot.at < start);
    let dot = dots.get(index).filter(|dot| dot.can_end_first_label && dot.label_start <= start)?;
    dot.after.or((dot.tld_end.is_some() && dot.own_start <= start).then_some(index))
}

/// The parts of a host that are hosts of ASCII and accented letters alone, in order.
pub(super) fn ascii_hosts(text: &str, host: Span, dots: &[Dot]) -> Vec<Span> {
    let first = dots.partition_point(|dot| dot.at < host.start);
    let last = dots.partition_point(|dot| dot.at < host.end);
    let inside = dots.get(first..last).unwrap_or_default();
    // From the end: how far a chain of plain labels leads.
    let mut ends = vec![None; inside.len()];
    let mut reach = None;
    for (dot, end) in inside.iter().zip(&mut ends).rev() {
        let here: Option<usize> = reach.or(dot.tld_end.filter(|&end| end <= host.end));
        *end = here;
        let label = Span::new(dot.label_start.max(host.start), dot.at).of(text);
        reach = here.filter(|_| !label.is_empty() && label.chars().all(is_ascii_host));
    }
    let mut found: Vec<Span> = Vec::new();
    let mut from = host.start;
    for (dot, end) in inside.iter().zip(ends) {
        let Some(end) = end else { continue };
        let start = dot.label_start.max(from);
        let label = text.get(start..dot.at).unwrap_or_default();
        let start = dot.at - (label.len() - label.trim_end_matches(is_ascii_host).len());
        if start < dot.at && dot.at >= from {
            found.push(Span::new(start, end));
            from = end;
        }
    }
    found
}

/// True when each label, encoded, has a length that a host may have, and an encoded host is ASCII. Of the first character only the second
/// half of its UTF-16 form counts when `is_half`.
pub(super) fn is_valid(text: &str, host: Span, dots: &[Dot], is_half: bool) -> bool {
    let written = host.of(text);
    if written.starts_with("xn--") && ascii_hosts(text, host, dots).is_empty() {
        return false;
    }
    let mut labels = written.split('.').enumerate();
    labels.all(|(index, label)| encoded_len(label, is_half && index == 0).is_some_and(|length| (1..=MAX_LABEL).contains(&length)))
}

/// The length of a label in ASCII; `None` when it is certainly too long.
fn encoded_len(label: &str, is_half: bool) -> Option<usize> {
    if label.is_ascii() {
        return Some(label.len());
    }
    if label.chars().nth(MAX_LABEL).is_some() {
        return None;
    }
    // Other full stops cut a label too.
    let mut length = 0;
    for (index, part) in label.split(['\u{3002}', '\u{ff0e}', '\u{ff61}']).enumerate() {
        length +=
            usize::from(index > 0) + if part.is_ascii() { part.len() } else { "xn--".len() + punycode_len(part, is_half && index == 0) };
    }
    Some(length)
}

/// How many characters Punycode (RFC 3492, section 6.3) makes of a label of at most [`MAX_LABEL`] characters.
fn punycode_len(label: &str, is_half: bool) -> usize {
    let mut codes: Vec<u32> = label.chars().map(u32::from).collect();
    if is_half && let Some(first) = codes.first_mut() {
        *first = 0xdc00 | (*first & 0x3ff);
    }
    let basic = codes.iter().filter(|&&code| code < 0x80).count();
    let mut length = basic + usize::from(basic > 0);
    let (mut least, mut delta, mut bias) = (0x80, 0_u32, 72);
    let mut handled = u32::try_from(basic).unwrap_or(0);
    let mut is_first = true;
    while let Some(next) = codes.iter().copied().filter(|&code| code >= least).min() {
        delta += (next - least) * (handled + 1);
        least = next;
        for &code in &codes {
            if code < least {
                delta += 1;
            } else if code == least {
                length += digits(delta, bias);
                bias = adapted(delta, handled + 1, is_first);
                (delta, is_first) = (0, false);
                handled += 1;
            }
        }
        delta += 1;
        least += 1;
    }
    length
}

/// How many digits a delta takes as a generalized variable-length integer.
fn digits(delta: u32, bias: u32) -> usize {
    let (mut left, mut place, mut count) = (delta, 36, 1);
    loop {
        let threshold = u32::clamp(u32::saturating_sub(place, bias), 1, 26);
        if left < threshold {
            return count;
        }
        left = (left - threshold) / (36 - threshold);
        place += 36;
        count += 1;
    }
}

fn adapted(delta: u32, points: u32, is_first: bool) -> u32 {
    let mut delta = delta / if is_first { 700 } else { 2 };
    delta += delta / points;
    let mut bias = 0;
    while delta > 455 {
        delta /= 35;
        bias += 36;
    }
    bias + 36 * delta / (delta + 38)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn top_level_domains_end_where_a_name_ends() {
        for (text, end) in
            [("com", 3), ("COM/", 3), ("co.uk", 2), ("com日", 3), ("みんなの", 9), ("xn--p1ai!", 8), ("РФ", 4), ("Vermögensberater", 17)]
        {
            assert_eq!(tld_end(text, 0), Some(end), "{text}");
        }
        for text in ["", "comx", "com2", "com-", "com@", "com+", "xn--", "invalid", "漢字", "vermö", "a".repeat(99).as_str()] {
            assert_eq!(tld_end(text, 0), None, "{text}");
        }
    }

    #[test]
    fn labels_have_the_length_of_their_punycode() {
        // RFC 3492, section 7.1, and the names of real domains.
        for (label, encoded) in [
            ("münchen", "xn--mnchen-3ya"),
            ("他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"),
            ("なぜみんな日本語を話してくれないのか", "xn--n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"),
            ("安室奈美恵-with-super-monkeys", "xn---with-super-monkeys-pc58ag80a8qai00g7n9n"),
            ("中。国", "xn--fiq.xn--9yr"),
            ("😀", "xn--e28h"),
        ] {
            assert_eq!(encoded_len(label, false), Some(encoded.len()), "{label}");
        }
    }
}

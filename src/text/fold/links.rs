//! Where a link names a machine: that part is an address and is never read as words.

use super::glyph::{Glyph, Place};
use super::letters;
use crate::text::Span;

/// Top-level domains that are no English words: a name that ends in one is an address.
const DOMAINS: &[&str] = &[
    "ai", "app", "au", "biz", "blog", "br", "ca", "ch", "club", "cn", "co", "com", "cz", "de", "dev", "dk", "edu", "es", "eu", "fi", "fm",
    "fr", "gg", "gl", "gov", "hu", "ie", "il", "info", "io", "jp", "kr", "ly", "mil", "mx", "net", "nl", "nz", "onion", "org", "pl", "pt",
    "ro", "ru", "se", "shop", "site", "sk", "store", "tech", "tr", "tv", "tw", "ua", "uk", "us", "vn", "wiki", "xyz", "za",
];

/// The furthest that a link's start is looked for, in bytes.
const FURTHEST: usize = 80;

/// The scheme, user and host of a link in which the `:`, `.` or `@` at `at` stands; `None` when it is no link.
pub(super) fn host(content: &str, at: usize) -> Option<Span> {
    let bytes = content.as_bytes();
    // Most of these signs end a sentence or a clause.
    if !bytes.get(at + 1).is_some_and(|next| is_host(*next) || *next == b'/') {
        return None;
    }
    let behind = bytes.get(at.saturating_sub(FURTHEST)..at)?.iter().rev();
    let start = at - behind.take_while(|byte| is_host(**byte)).count();
    match bytes.get(at)? {
        b':' => {
            let scheme = content.get(start..at)?;
            let name = content.get(at..)?.strip_prefix("://")?;
            let is_named = name.bytes().next().is_some_and(is_host);
            let is_scheme = is_named && scheme.bytes().all(|byte| byte.is_ascii_alphabetic()) && scheme.len() > 2;
            is_scheme
                .then(|| Span::new(start, at + 3 + name.bytes().take_while(|byte| is_host(*byte) || matches!(byte, b'@' | b':')).count()))
        }
        sign => {
            let rest = content.get(at + 1..)?;
            let name = rest.get(..rest.bytes().take(FURTHEST).take_while(|byte| is_host(*byte)).count())?;
            let name = name.trim_end_matches(['.', '-']);
            let (before, last) = name.rsplit_once('.').unwrap_or((if *sign == b'.' { "-" } else { "" }, name));
            let end = at + 1 + name.len();
            let is_path = bytes.get(end) == Some(&b'/') && bytes.get(end + 1).is_some_and(|byte| !byte.is_ascii_whitespace());
            let last = last.to_ascii_lowercase();
            let is_domain =
                DOMAINS.contains(&last.as_str()) || is_path && last.len() > 1 && last.bytes().all(|byte| byte.is_ascii_alphabetic());
            (is_domain && !before.is_empty()).then(|| Span::new(start, end))
        }
    }
}

/// Makes a glyph of a link's host what it is elsewhere.
pub(super) fn read(glyph: &mut Glyph) {
    glyph.is_upper |= glyph.literal.is_uppercase();
    glyph.literal = glyph.literal.to_ascii_lowercase();
    (glyph.letters, glyph.kind) = match u8::try_from(glyph.literal).ok().filter(u8::is_ascii) {
        Some(byte) => letters::ascii(byte),
        None => letters::beyond_ascii(glyph.literal),
    };
    glyph.place = Place::Host;
}

const fn is_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(content: &str) -> Option<&str> {
        let at = content.find([':', '.', '@'])?;
        host(content, at).map(|span| span.of(content))
    }

    #[test]
    fn addresses_are_found_whole() {
        assert_eq!(found("see https://user@a.example:80/path"), Some("https://user@a.example:80"));
        assert_eq!(found("on www.example.co.uk/x"), Some("www.example.co.uk"));
        assert_eq!(found("on example.com."), Some("example.com"));
        assert_eq!(found("at youtu.be/abc"), Some("youtu.be"));
        assert_eq!(found("to me@example.org, now"), Some("me@example.org"));
    }

    #[test]
    fn words_with_a_dot_are_no_address() {
        for text in ["do.it", "end.New", "b@stard", "a: b", "note://", "1.5", "e.g. this", "ab:/c", "word.", "x@y", "and/or.not"] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}

//! What may follow the host of a URL: a port, a path, a query.

use super::tables::{holds, letters};

/// Which characters a path and a query may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathStyle {
    /// Latin and Cyrillic letters.
    X,
    /// Every letter.
    Mastodon,
}

/// What follows a host: port, path, query.
pub(super) struct Rest {
    pub(super) end: usize,
    pub(super) has_path: bool,
}

/// Reads what follows the host that ends at `host_end`.
pub(super) fn rest_of_url(text: &str, host_end: usize, style: PathStyle) -> Rest {
    let bytes = text.as_bytes();
    let mut end = host_end;
    if bytes.get(end) == Some(&b':') {
        let digits = bytes.get(end + 1..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits > 0 {
            end += 1 + digits;
        }
    }
    let has_path = bytes.get(end) == Some(&b'/');
    if has_path {
        end = path_end(text, end + 1, style);
    }
    if bytes.get(end) == Some(&b'?') {
        end = query_end(text, end + 1, style).unwrap_or(end);
    }
    Rest { end, has_path }
}

/// Behind the last character that may end a path, or behind balanced parentheses: on X those that follow such a character at once.
fn path_end(text: &str, start: usize, style: PathStyle) -> usize {
    let (mut at, mut end) = (start, start);
    while let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) {
        if character == '(' {
            let Some(behind) = balanced_end(text, at, style) else { break };
            if at == end || style == PathStyle::Mastodon {
                end = behind;
            }
            at = behind;
            continue;
        }
        if !style.in_path(character) {
            break;
        }
        at += character.len_utf8();
        if style.ends_path(character) {
            end = at;
        }
    }
    end
}

/// Behind the parenthesis that closes the one at `open`, with at most one pair inside and no pair empty.
fn balanced_end(text: &str, open: usize, style: PathStyle) -> Option<usize> {
    let plain_end = |at: usize| {
        let rest = text.get(at..).unwrap_or_default();
        text.len() - rest.trim_start_matches(|character| style.in_path(character)).len()
    };
    let byte_at = |at: usize| text.as_bytes().get(at);
    let mut at = plain_end(open + 1);
    if byte_at(at) == Some(&b')') {
        return (at > open + 1).then_some(at + 1);
    }
    if byte_at(at) != Some(&b'(') {
        return None;
    }
    let inner = at + 1;
    at = plain_end(inner);
    if at == inner || byte_at(at) != Some(&b')') {
        return None;
    }
    at = plain_end(at + 1);
    (byte_at(at) == Some(&b')')).then_some(at + 1)
}

/// Behind the last character that may end a query; `None` when there is none.
pub(super) fn query_end(text: &str, start: usize, style: PathStyle) -> Option<usize> {
    let mut end = None;
    for (offset, character) in text.get(start..)?.char_indices() {
        if !style.in_query(character) {
            break;
        }
        if style.ends_query(character) {
            end = Some(start + offset + character.len_utf8());
        }
    }
    end
}

impl PathStyle {
    fn in_path(self, character: char) -> bool {
        match self {
            Self::X if character.is_ascii() => {
                character.is_ascii_alphanumeric() || b"!*';:=+,.$/%#[]-_~@|&".contains(&u8::try_from(character).unwrap_or(b' '))
            }
            Self::X => character == '\u{2013}' || holds(letters::PATH, character),
            Self::Mastodon => !character.is_whitespace() && !matches!(character, '<' | '>' | '(' | ')' | '?'),
        }
    }

    fn ends_path(self, character: char) -> bool {
        match self {
            Self::X if character.is_ascii() => character.is_ascii_alphanumeric() || matches!(character, '+' | '-' | '=' | '_' | '#' | '/'),
            Self::X => holds(letters::PATH, character),
            Self::Mastodon => !character.is_whitespace() && !"()?!*\"'「」<>;:=,.$%[]~&|@".contains(character),
        }
    }

    fn in_query(self, character: char) -> bool {
        if character.is_ascii() {
            character.is_ascii_alphanumeric()
                || b"!?*'@();:&=+$/%#[]-_.,~|".contains(&u8::try_from(character).unwrap_or(b' '))
                || (self == Self::Mastodon && character == '^')
        } else {
            self == Self::Mastodon && !character.is_whitespace() && character >= '\u{a0}'
        }
    }

    fn ends_query(self, character: char) -> bool {
        if character.is_ascii() {
            character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '&' | '=' | '#' | '/')
        } else {
            self.in_query(character)
        }
    }
}

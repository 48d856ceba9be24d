//! Secrets in a text: keys and tokens of well-known form, card and account numbers; and addresses and numbers of people.
//!
//! One look at the text finds the few stretches that could be one; only those meet a pattern.

use super::Span;
use super::host::tld_end;
use super::numbers::{account_len, card_len, phone_len};
use super::order::sort_by_key;
use super::url::urls;
use regex_lite::Regex;
use std::sync::OnceLock;

/// What was found, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretKind {
    /// A secret, with its name.
    Secret(&'static str),
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
}

impl SecretKind {
    const fn gravity(self) -> usize {
        match self {
            Self::Secret(_) => 0,
            Self::Email => 1,
            Self::Phone => 2,
        }
    }
}

/// A secret in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Secret {
    /// Where it lies.
    pub span: Span,
    /// What it is.
    pub kind: SecretKind,
}

/// The fewest characters of a token that is looked at.
const MIN_TOKEN: usize = 20;

/// A kind of token: its name, what it holds for certain, and its form.
struct Form {
    name: &'static str,
    literal: &'static str,
    pattern: &'static str,
}

macro_rules! forms {
    ($($literal:literal $pattern:literal $name:literal,)+) => {
        const FORMS: &[Form] = &[$(Form { name: $name, literal: $literal, pattern: $pattern },)+];
    };
}

/// The patterns, each compiled when a text first holds its literal.
static COMPILED: [OnceLock<Option<Regex>>; FORMS.len()] = [const { OnceLock::new() }; FORMS.len()];

// Prefixes and lengths are those that the issuers document.
forms! {
    "AKIA" "AKIA[0-9A-Z]{16}" "AWS access key",
    "ASIA" "ASIA[0-9A-Z]{16}" "AWS access key",
    "ghp_" "ghp_[0-9A-Za-z]{36}" "GitHub token",
    "gho_" "gho_[0-9A-Za-z]{36}" "GitHub token",
    "ghu_" "ghu_[0-9A-Za-z]{36}" "GitHub token",
    "ghs_" "ghs_[0-9A-Za-z]{36}" "GitHub token",
    "ghr_" "ghr_[0-9A-Za-z]{36}" "GitHub token",
    "github_pat_" "github_pat_[0-9A-Za-z_]{22,}" "GitHub token",
    "glpat-" "glpat-[0-9A-Za-z_-]{20,}" "GitLab token",
    "xox" "xox[abeoprs]-[0-9A-Za-z-]{10,}" "Slack token",
    "xapp-" "xapp-[0-9]-[0-9A-Za-z-]{10,}" "Slack token",
    "k_live_" "[rs]k_live_[0-9A-Za-z]{16,}" "Stripe key",
    "k_test_" "[rs]k_test_[0-9A-Za-z]{16,}" "Stripe key",
    "whsec_" "whsec_[0-9A-Za-z]{24,}" "Stripe webhook secret",
    "AIza" "AIza[0-9A-Za-z_-]{35}" "Google API key",
    "GOCSPX-" "GOCSPX-[0-9A-Za-z_-]{28}" "Google client secret",
    "ya29." "ya29\\.[0-9A-Za-z_-]{20,}" "Google access token",
    "sk-ant-" "sk-ant-[0-9A-Za-z_-]{20,}" "Anthropic API key",
    "sk-" "sk-[0-9A-Za-z_-]{20,}" "API key",
    "gsk_" "gsk_[0-9A-Za-z]{40,}" "Groq API key",
    "xai-" "xai-[0-9A-Za-z]{60,}" "xAI API key",
    "hf_" "hf_[0-9A-Za-z]{34}" "Hugging Face token",
    "npm_" "npm_[0-9A-Za-z]{36}" "npm token",
    "pypi-" "pypi-AgE[0-9A-Za-z_-]{50,}" "PyPI token",
    "SG." "SG\\.[0-9A-Za-z_-]{22}\\.[0-9A-Za-z_-]{43}" "SendGrid key",
    "shp" "shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}" "Shopify token",
    "dop_v1_" "dop_v1_[0-9a-f]{64}" "DigitalOcean token",
    "eyJ" "eyJ[0-9A-Za-z_-]{8,}\\.eyJ[0-9A-Za-z_-]{8,}\\.[0-9A-Za-z_-]{16,}" "JSON Web Token",
    "AGE-SECRET-KEY-1" "AGE-SECRET-KEY-1[0-9A-Z]{58}" "age key",
    ":AA" "[0-9]{8,10}:AA[0-9A-Za-z_-]{33}" "Telegram bot token",
}

impl Form {
    fn find(&self, compiled: &OnceLock<Option<Regex>>, token: &str) -> Vec<Span> {
        if !token.contains(self.literal) {
            return Vec::new();
        }
        let Some(pattern) = compiled.get_or_init(|| Regex::new(self.pattern).ok()) else { return Vec::new() };
        pattern.find_iter(token).map(|found| Span::new(found.start(), found.end())).filter(|found| self.holds(token, *found)).collect()
    }

    /// Whether what fits the pattern is a token of its own.
    fn holds(&self, token: &str, found: Span) -> bool {
        // The shortest literal is also the start of plain names: a key has a part that looks random.
        if self.literal == "sk-" && !found.of(token).split(['-', '_']).any(looks_random) {
            return false;
        }
        // A longer word around it is something else.
        let before = token.get(..found.start).and_then(|head| head.chars().next_back());
        let behind = token.get(found.end..).and_then(|rest| rest.chars().next());
        let is_whole = |character: Option<char>| !character.is_some_and(|character| character.is_ascii_alphanumeric());
        is_whole(before) && is_whole(behind)
    }
}

fn looks_random(part: &str) -> bool {
    part.len() >= 16
        && part.contains(|character: char| character.is_ascii_digit())
        && part.contains(|character: char| character.is_ascii_alphabetic())
}

/// The secrets of a text, in order. Those that overlap are one, of the graver kind.
pub fn secrets(text: &str) -> Vec<Secret> {
    let mut found = Vec::new();
    if text.contains("PRIVATE KEY") {
        private_keys(text, &mut found);
    }
    tokens(text, &mut found);
    numbers(text, &mut found);
    emails(text, &mut found);
    sort_by_key(&mut found, |secret| (secret.span.start, secret.kind.gravity()));
    found.dedup_by(|next, last| {
        let overlaps = last.span.overlaps(next.span);
        if overlaps {
            last.span.end = last.span.end.max(next.span.end);
            last.kind = last.kind.min(next.kind);
        }
        overlaps
    });
    found
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':')
}

/// Stretches of [`MIN_TOKEN`] characters or more: each holds one of the places that are looked at, which lie that far apart.
fn tokens(text: &str, found: &mut Vec<Secret>) {
    let bytes = text.as_bytes();
    let mut at = MIN_TOKEN - 1;
    while let Some(&byte) = bytes.get(at) {
        if !is_token(byte) {
            at += MIN_TOKEN;
            continue;
        }
        let before = bytes.get(..at).unwrap_or_default().iter().rev().take_while(|byte| is_token(**byte)).count();
        let behind = bytes.get(at..).unwrap_or_default().iter().take_while(|byte| is_token(**byte)).count();
        let token = Span::new(at - before, at + behind);
        at = token.end + MIN_TOKEN;
        if token.len() >= MIN_TOKEN {
            for (form, compiled) in FORMS.iter().zip(&COMPILED) {
                let spans = form.find(compiled, token.of(text));
                let moved = spans.into_iter().map(|span| Span::new(token.start + span.start, token.start + span.end));
                found.extend(moved.map(|span| Secret { span, kind: SecretKind::Secret(form.name) }));
            }
        }
    }
}

/// From `-----BEGIN … PRIVATE KEY-----` to its end line, or to the end of the text where that is cut off.
fn private_keys(text: &str, found: &mut Vec<Secret>) {
    const OPEN: &str = "-----BEGIN ";
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(OPEN)).map(|offset| at + offset) {
        at = start + OPEN.len();
        let rest = text.get(at..).unwrap_or_default();
        let head = rest.get(..rest.floor_char_boundary(60)).unwrap_or_default();
        let Some((label, _)) = head.split_once("-----").filter(|(label, _)| label.contains("PRIVATE KEY")) else { continue };
        let close = format!("-----END {label}-----");
        let end = rest.find(&close).map_or(text.trim_end().len(), |offset| at + offset + close.len());
        found.push(Secret { span: Span::new(start, end), kind: SecretKind::Secret("private key") });
        at = end;
    }
}

/// Card, account and phone numbers: they start where no word goes on, and not inside a URL.
fn numbers(text: &str, found: &mut Vec<Secret>) {
    if text.bytes().filter(u8::is_ascii_digit).count() < 7 {
        return;
    }
    let links = urls(text);
    let mut links = links.iter().peekable();
    let mut before = b' ';
    let mut at = 0;
    while let Some(&byte) = text.as_bytes().get(at) {
        while links.next_if(|url| url.span.end <= at).is_some() {}
        if let Some(url) = links.peek().filter(|url| url.span.start <= at) {
            at = url.span.end;
            before = b'/';
            continue;
        }
        let is_open = byte == b'+' || !(before.is_ascii_alphanumeric() || b"_/=.#&]".contains(&before));
        let length = if is_open && (byte.is_ascii_digit() || byte.is_ascii_uppercase() || matches!(byte, b'+' | b'(')) {
            let rest = text.as_bytes().get(at..).unwrap_or_default();
            let card = card_len(rest).map(|length| (length, SecretKind::Secret("card number")));
            let account = || account_len(rest).map(|length| (length, SecretKind::Secret("bank account number")));
            let phone = || phone_len(rest).map(|length| (length, SecretKind::Phone));
            card.or_else(account).or_else(phone)
        } else {
            None
        };
        let step = length.map_or(1, |(length, kind)| {
            found.push(Secret { span: Span::new(at, at + length), kind });
            length
        });
        at += step;
        before = text.as_bytes().get(at - 1).copied().unwrap_or(b' ');
    }
}

fn emails(text: &str, found: &mut Vec<Secret>) {
    let mut from = 0;
    for (at, _) in text.match_indices('@') {
        let head = text.get(from..at).unwrap_or_default();
        let name = head.trim_end_matches(|character: char| character.is_ascii_alphanumeric() || "._%+-".contains(character));
        let start = from + name.len();
        let is_mention = name.ends_with(['@', '/']);
        let name = Span::new(start, at).of(text).trim_start_matches(['.', '-', '+', '%']);
        if is_mention || name.is_empty() || name.ends_with('.') {
            continue;
        }
        let rest = text.get(at + 1..).unwrap_or_default();
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')).count();
        let host = rest.get(..length).unwrap_or_default().trim_end_matches(['.', '-']);
        let end = at + 1 + host.len();
        from = end;
        let Some((labels, last)) = host.rsplit_once('.') else { continue };
        if !labels.split('.').any(str::is_empty) && tld_end(last, 0) == Some(last.len()) {
            found.push(Secret { span: Span::new(at - name.len(), end), kind: SecretKind::Email });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, SecretKind)> {
        secrets(text).into_iter().map(|secret| (secret.span.of(text), secret.kind)).collect()
    }

    /// Puts a secret together, so that none stands in this file.
    fn made(prefix: &str, length: usize) -> String {
        prefix.chars().chain("A1b2C3d4E5f6G7h8J9k0".chars().cycle()).take(prefix.len() + length).collect()
    }

    #[test]
    fn every_form_compiles_and_holds_its_literal() {
        for form in FORMS {
            assert!(Regex::new(form.pattern).is_ok(), "{}", form.name);
        }
    }

    #[test]
    fn tokens_are_known_by_their_form() {
        for token in [
            "AKIAIOSFODNN7EXAMPLE".to_owned(),
            made("ghp_", 36),
            made("github_pat_", 60),
            made("glpat-", 20),
            made("xoxb-", 40),
            made("sk_live_", 24),
            made("AIza", 35),
            made("sk-ant-api03-", 40),
            made("sk-proj-", 40),
            made("sk-", 48),
            made("npm_", 36),
            made("hf_", 34),
            format!("{}.{}.{}", made("eyJ", 20), made("eyJ", 30), made("", 43)),
            format!("123456789:{}", made("AA", 33)),
        ] {
            for text in [token.clone(), format!("key=\"{token}\"!"), format!("日本{token}語")] {
                assert_eq!(found(&text).first().map(|(shown, _)| *shown), Some(&*token), "{text}");
            }
        }
    }

    #[test]
    fn near_misses_are_no_secrets() {
        for text in [
            "AKIA",
            "AKIAIOSFODNN7EXAMPL",
            "sk-learn-is-a-very-long-name-of-a-library",
            "ghp_short",
            "eyJhbGciOi.x.y",
            "sk-2026-roadmap-for-internationalization",
            "task-management-in-2026-for-everybody",
            "https://example.com/4111111111111111",
            "4111 1111 1111 1112",
            "order 1234567890123456",
            "-----BEGIN PUBLIC KEY-----",
            "@bob@example.social",
            "2026-11-22 10:30:00, 192.168.0.1, 3.14159265358979",
            "a@b",
            "call 988 or 911",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn numbers_keys_and_addresses() {
        let key = ["-----BEGIN RSA PRIVATE", " KEY-----\nMIIE\n-----END RSA PRIVATE", " KEY-----"].concat();
        assert_eq!(found(&format!("see\n{key}\nbye")), [(&*key, SecretKind::Secret("private key"))]);
        assert_eq!(found("card: 4111-1111-1111-1111."), [("4111-1111-1111-1111", SecretKind::Secret("card number"))]);
        assert_eq!(found("IBAN DE89 3704 0044 0532 0130 00"), [("DE89 3704 0044 0532 0130 00", SecretKind::Secret("bank account number"))]);
        assert_eq!(found("ann.lee+x@mail.example.co.uk,"), [("ann.lee+x@mail.example.co.uk", SecretKind::Email)]);
        assert_eq!(found("+1 (202) 555-0143"), [("+1 (202) 555-0143", SecretKind::Phone)]);
    }

    #[test]
    fn hostile_text_is_read_in_linear_time() {
        for unit in
            ["4", "4 ", "sk-", "eyJ.", "@", "a@", "+1 ", "DE89 ", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "AKIA", "A", "a.", ":AA"]
        {
            let text = unit.repeat(200_000 / unit.len());
            assert!(secrets(&text).windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{unit}");
        }
    }
}

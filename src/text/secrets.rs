//! Secrets in a text: keys and tokens of well-known form, card and account numbers; and addresses and numbers of people.
//!
//! One look at the text finds the few stretches that could be one; only those meet a pattern.

use super::Span;
use super::ascii_set::{AsciiSet, holds};
use super::host::tld_end;
use super::numbers::numbers;
use super::order::sort_by_key;
use super::secret_forms::{BEHIND, FORMS, url_passwords};

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

/// The secrets of a text, in order. Those that overlap are one, of the graver kind.
pub fn secrets(text: &str) -> Vec<Secret> {
    let mut found = Vec::new();
    if holds(text, b'K') && holds(text, b'-') && text.contains("PRIVATE KEY") {
        private_keys(text, &mut found);
    }
    tokens(text, &mut found);
    let secret = |name| move |span| Secret { span, kind: SecretKind::Secret(name) };
    if [b'=', b'/', b':'].into_iter().any(|sign| holds(text, sign)) {
        let present = AsciiSet::of(text);
        for form in BEHIND.iter().filter(|form| present.holds(form.signs)) {
            found.extend(form.find_behind(text).into_iter().map(secret(form.name)));
        }
    }
    numbers(text, &mut found);
    if holds(text, b'@') {
        emails(text, &mut found);
        found.extend(url_passwords(text).into_iter().map(secret("password in a URL")));
    }
    sort_by_key(&mut found, |secret| (secret.span.start, secret.kind.gravity()));
    found.dedup_by(|next, last| {
        let overlaps = last.span.overlaps(next.span);
        let is_secret = |secret: &Secret| matches!(secret.kind, SecretKind::Secret(_));
        match (overlaps, is_secret(last), is_secret(next)) {
            // What is left of an address beside a secret is none.
            (true, false, true) => *last = *next,
            (true, true, false) | (false, ..) => {}
            (true, ..) => {
                last.span.end = last.span.end.max(next.span.end);
                if next.kind.gravity() < last.kind.gravity() {
                    last.kind = next.kind;
                }
            }
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
            let present = AsciiSet::of(token.of(text));
            for form in FORMS.iter().filter(|form| present.holds(form.signs)) {
                let spans = form.find(token.of(text));
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
            made("glrt-", 20),
            format!("SK{}", "0123456789abcdef".repeat(2)),
            format!("SG.{}.{}", made("", 22), made("", 43)),
            made("pypi-AgEI", 60),
            made("xapp-1-", 20),
            made("hvs.", 30),
            made("dckr_pat_", 27),
            made("lin_api_", 40),
            format!("dapi{}", "0123456789abcdef".repeat(2)),
            format!("{}.{}.{}", made("M", 23), made("", 6), made("", 30)),
            made("AAAAAAAAAAAAAAAAAAAAA", 40),
            made("EAA", 100),
        ] {
            for text in [token.clone(), format!("key=\"{token}\"!"), format!("日本{token}語")] {
                assert_eq!(found(&text).first().map(|(shown, _)| *shown), Some(&*token), "{text}");
            }
        }
    }

    #[test]
    fn what_stands_behind_a_prefix_is_found_whole() {
        let azure = ["AccountKey=", &made("", 43), &made("", 43), "=="].concat();
        let aws = ["aws_secret_access_key = ", &made("", 40)].concat();
        let slack = ["hooks.slack.com/services/T01234567/B01234567/", &made("", 24)].concat();
        let discord = ["discord.com/api/webhooks/123456789012345678/", &made("", 68)].concat();
        for secret in [azure, aws, slack, discord] {
            assert_eq!(found(&format!("see https://{secret};")).first().map(|(shown, _)| *shown), Some(&*secret));
            let cut: String = secret.chars().take(secret.len() / 2).collect();
            assert_eq!(found(&cut), [], "{cut}");
        }
    }

    #[test]
    fn a_password_in_a_url_is_one() {
        for (text, password) in [
            ("postgres://admin:hunter2@db.example.com/app", "hunter2"),
            ("https://me:p@ss:w0rd@example.com", "p@ss:w0rd"),
            ("redis://:s3cret@[::1]:6379", "s3cret"),
        ] {
            assert_eq!(found(text), [(password, SecretKind::Secret("password in a URL"))], "{text}");
        }
        for text in [
            "https://user:password@example.com",
            "https://user:$PASS@example.com",
            "https://user:xxxx@example.com",
            "https://user:***@example.com",
            "https://example.com:443/@ann",
            "https://example.com/a:b@c",
            "https://user@example.com",
        ] {
            assert!(!found(text).iter().any(|(_, kind)| matches!(kind, SecretKind::Secret(_))), "{text}");
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
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAARGH",
            "glossary-of-terms-and-other-words-2026",
            "Monday-Tuesday-Wednesday.Friday.Saturday-Sunday-and-the-rest",
            "SKIING-IN-THE-ALPS-WITH-FRIENDS",
            "turnkey-solutions-for-everybody",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn numbers_keys_and_addresses() {
        let key = ["-----BEGIN RSA PRIVATE", " KEY-----\nMIIE\n-----END RSA PRIVATE", " KEY-----"].concat();
        assert_eq!(found(&format!("see\n{key}\nbye")), [(&*key, SecretKind::Secret("private key"))]);
        assert_eq!(found("card: 4111-1111-1111-1111."), [("4111-1111-1111-1111", SecretKind::Secret("card number"))]);
        assert_eq!(found("ann.lee+x@mail.example.co.uk,"), [("ann.lee+x@mail.example.co.uk", SecretKind::Email)]);
        assert_eq!(found("+1 (202) 555-0143"), [("+1 (202) 555-0143", SecretKind::Phone)]);
    }

    #[test]
    fn hostile_text_is_read_in_linear_time() {
        for unit in [
            "4",
            "4 ",
            "sk-",
            "eyJ.",
            "@",
            "a@",
            "+1 ",
            "DE89 ",
            "-----BEGIN ",
            "-----BEGIN PRIVATE KEY-----",
            "AKIA",
            "A",
            "a.",
            ":AA",
            "://",
            "://a:",
            "AccountKey=",
            "hooks.slack.com/services/",
            "M.",
        ] {
            let text = unit.repeat(200_000 / unit.len());
            assert!(secrets(&text).windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{unit}");
        }
    }

    #[test]
    fn of_two_that_overlap_the_graver_is_told_whole() {
        let key = made("AKIA", 16).to_ascii_uppercase();
        let secret = |name| SecretKind::Secret(name);
        assert_eq!(found(&format!("ann@{key}.com")), [(&*key, secret("AWS access key"))], "what is left of the address is none");
        assert_eq!(found("+1202-555-0143@example.com"), [("+1202-555-0143@example.com", SecretKind::Email)]);
    }
}

//! Keys and tokens whose form their issuers document: what each holds for certain, and its pattern.
//!
//! The lists are in `secret_forms.json`: what a token holds for certain, its pattern, its name. Prefixes and lengths are those that the
//! issuers document. What stands behind a prefix (`behind`) may hold characters that part other tokens; those patterns are bound by `^`.
//!
//! In scope: forms inside one stretch of token characters, forms behind a known prefix, passwords in URLs. Out of scope: numbers, private
//! keys, addresses (secrets.rs).

use super::Span;
use super::ascii_set::AsciiSet;
#[cfg(any(test, feature = "browser"))]
use super::secret_match::Matcher;
#[cfg(any(test, not(feature = "browser")))]
use regex_lite::Regex;
#[cfg(any(test, not(feature = "browser")))]
use std::sync::OnceLock;

/// A kind of token: its name, what it holds for certain, and its form.
pub(super) struct Form {
    pub(super) name: &'static str,
    literal: &'static str,
    /// The characters of the literal.
    pub(super) signs: AsciiSet,
    #[cfg(any(test, not(feature = "browser")))]
    pattern: &'static str,
    #[cfg(any(test, not(feature = "browser")))]
    compiled: OnceLock<Option<Regex>>,
    #[cfg(any(test, feature = "browser"))]
    sequences: &'static [&'static [u8]],
}

include!(concat!(env!("OUT_DIR"), "/secret_forms.rs"));

/// The most bytes that a form behind a prefix takes.
const LONGEST: usize = 200;

impl Form {
    #[cfg(any(test, not(feature = "browser")))]
    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(self.pattern).ok()).as_ref()
    }

    /// Where the pattern fits, one match behind the other.
    #[cfg(any(test, not(feature = "browser")))]
    fn matches_of_regex(&self, text: &str) -> Vec<Span> {
        self.regex().map(|pattern| pattern.find_iter(text).map(|found| Span::new(found.start(), found.end())).collect()).unwrap_or_default()
    }

    #[cfg(not(feature = "browser"))]
    fn matches(&self, text: &str) -> Vec<Span> {
        self.matches_of_regex(text)
    }

    #[cfg(feature = "browser")]
    fn matches(&self, text: &str) -> Vec<Span> {
        self.matches_of_sequences(text)
    }

    /// The same, told by the sequences.
    #[cfg(any(test, feature = "browser"))]
    fn matches_of_sequences(&self, text: &str) -> Vec<Span> {
        let mut matcher = Matcher::new(text);
        let mut from = 0;
        std::iter::from_fn(|| {
            let found = matcher.find(self.sequences, from)?;
            from = found.end;
            Some(found)
        })
        .collect()
    }

    /// Where what fits the pattern at the start of a text ends.
    #[cfg(not(feature = "browser"))]
    fn end_at_start(&self, text: &str) -> Option<usize> {
        self.regex()?.find(text).map(|found| found.end())
    }

    #[cfg(feature = "browser")]
    fn end_at_start(&self, text: &str) -> Option<usize> {
        Matcher::new(text).fits(self.sequences, 0)
    }

    /// Where tokens of this form lie in a stretch of token characters.
    pub(super) fn find(&self, token: &str) -> Vec<Span> {
        if !token.contains(self.literal) {
            return Vec::new();
        }
        let mut found = self.matches(token);
        found.retain(|found| self.holds(token, *found));
        found
    }

    /// Whether what fits the pattern is a token of its own.
    fn holds(&self, token: &str, found: Span) -> bool {
        // The shortest literals are also the start of plain names: a key has a part that looks random.
        if matches!(self.literal, "sk-" | "." | "gl" | "AAAAAAAAAAAAAAAAAAAA") && !found.of(token).split(['-', '_', '.']).any(looks_random)
        {
            return false;
        }
        // A longer word around it is something else.
        let before = token.get(..found.start).and_then(|head| head.chars().next_back());
        let behind = token.get(found.end..).and_then(|rest| rest.chars().next());
        let is_whole = |character: Option<char>| !character.is_some_and(|character| character.is_ascii_alphanumeric());
        is_whole(before) && is_whole(behind)
    }

    /// Where secrets of this form stand behind their prefix in a text.
    pub(super) fn find_behind(&self, text: &str) -> Vec<Span> {
        let mut found: Vec<Span> = Vec::new();
        // The last character is looked for, since that is much faster than looking for the literal.
        let Some(last) = self.literal.bytes().next_back() else { return found };
        for (at, _) in text.match_indices(char::from(last)) {
            let Some(head) = text.get(..=at).filter(|head| head.ends_with(self.literal)) else { continue };
            let start = head.len() - self.literal.len();
            let rest = text.get(start..text.floor_char_boundary(start + LONGEST)).unwrap_or_default();
            if let Some(length) = self.end_at_start(rest) {
                found.push(Span::new(start, start + length));
            }
        }
        found
    }
}

fn looks_random(part: &str) -> bool {
    part.len() >= 16
        && part.contains(|character: char| character.is_ascii_digit())
        && part.contains(|character: char| character.is_ascii_alphabetic())
}

/// What people write where a password would stand.
const PLACEHOLDERS: &[&str] = &["pass", "password", "passwd", "pwd", "secret", "token", "yourpassword", "changeme"];

/// The password of each `scheme://user:password@host`.
pub(super) fn url_passwords(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    for (at, separator) in text.match_indices("://") {
        let start = at + separator.len();
        let rest = text.get(start..text.floor_char_boundary(start + LONGEST)).unwrap_or_default();
        let authority = rest.split(|character: char| character.is_whitespace() || "/?#\"<>".contains(character)).next().unwrap_or_default();
        let Some((login, host)) = authority.rsplit_once('@') else { continue };
        let Some((user, password)) = login.split_once(':') else { continue };
        let is_placeholder = PLACEHOLDERS.iter().any(|word| word.eq_ignore_ascii_case(password.trim_matches(['_', '-', '.'])))
            || password.starts_with(['$', '{', '[', '%'])
            || !password.contains(|character: char| character.is_alphanumeric())
            || password.bytes().all(|byte| byte.eq_ignore_ascii_case(&b'x'));
        if !is_placeholder && host.starts_with(|first: char| first.is_alphanumeric() || first == '[') {
            let start = start + user.len() + 1;
            found.push(Span::new(start, start + password.len()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_form_compiles() {
        for form in FORMS.iter().chain(&BEHIND) {
            assert!(form.regex().is_some(), "{}", form.name);
        }
        assert!(BEHIND.iter().all(|form| form.pattern.starts_with('^')));
        assert!(FORMS.iter().all(|form| !form.pattern.starts_with('^')));
    }

    /// Texts that are close to a form: its literals and runs of what forms are made of, of the lengths that matter.
    fn nearly() -> impl Strategy<Value = (usize, String)> {
        let literal = |at: usize| FORMS.iter().chain(&BEHIND).nth(at).map(|form| form.literal).unwrap_or_default();
        (0..FORMS.len() + BEHIND.len()).prop_flat_map(move |form| {
            let own = literal(form);
            let part = prop_oneof![
                3 => Just(own.to_owned()),
                1 => (0..FORMS.len()).prop_map(move |at| literal(at).to_owned()),
                6 => (prop::sample::select(vec!["a", "f", "Z", "0", "A", "M", "_", "-", "0a", "aZ9", "a_-"]), 0..70_usize)
                    .prop_map(|(unit, count)| unit.repeat(count)),
                4 => prop::sample::select(vec![".", ":", "=", "/", " ", "\"", "pat_", "p_", "us12", "pat-", "o_v1_", "_secret_", "tkn_", "AgE",
                    "eyJ", ".eyJ", "B0123456789/", "T0123456789/", "==", "+", "é", "p-", "b-", "cnd_", "at_"]).prop_map(str::to_owned),
            ];
            prop::collection::vec(part, 1..9).prop_map(move |parts| (form, parts.concat()))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn sequences_say_what_the_pattern_says((form, text) in nearly()) {
            let form = FORMS.iter().chain(&BEHIND).nth(form).unwrap();
            if form.pattern.starts_with('^') {
                let end = form.regex().unwrap().find(&text).map(|found| found.end());
                prop_assert_eq!(Matcher::new(&text).fits(form.sequences, 0), end);
            } else {
                prop_assert_eq!(form.matches_of_sequences(&text), form.matches_of_regex(&text));
            }
        }
    }

    #[test]
    fn a_run_that_many_starts_share_is_read_once() {
        for unit in ["eyJ", "eyJaaaaaaaa.", "A", "sb", "a_-", "gl"] {
            let text = unit.repeat(60_000 / unit.len());
            assert!(FORMS.iter().all(|form| form.matches_of_sequences(&text).len() < text.len()));
        }
    }
}

//! What the types of a policy document can't say: names, versions, addresses, terms that could never match, and how much is too much.

use super::super::BUILTIN_VERSION;
use super::super::document::{Brand, Document};
use super::{Reader, escape};

/// The most entries of a list of terms.
const MAX_TERMS: usize = 100_000;
/// The most terms with a replacement.
const MAX_REPLACEMENTS: usize = 200;
/// The most characters (code points) of a term.
const MAX_TERM: usize = 200;
/// Arrows, symbols and emoji start here.
const FIRST_PICTURE: char = '\u{2190}';

impl Reader {
    /// A problem of a member that could be read.
    fn object_to(&mut self, pointer: String, message: impl Into<String>) {
        let member = pointer.split('/').nth(1);
        if !self.unread.iter().any(|unread| Some(unread.as_str()) == member) {
            self.problem(pointer, message);
        }
    }

    /// What the types can't say.
    pub(super) fn check(&mut self, document: &Document, is_custom: bool) {
        let is_version = |text: &str| {
            let parts: Vec<&str> = text.split('.').collect();
            parts.len() == 3
                && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) && part.len() < 10)
        };
        if !document.name.chars().any(char::is_alphanumeric) || document.name.chars().count() > MAX_TERM {
            self.object_to(
                "/name".to_owned(),
                format!("expected whose policy it is, with a letter or a digit, in at most {MAX_TERM} characters"),
            );
        }
        if is_custom && document.name == "builtin" {
            self.object_to("/name".to_owned(), format!("`builtin` is the name of the built-in policy {BUILTIN_VERSION}, expected another"));
        }
        if !is_version(&document.version) {
            self.object_to("/version".to_owned(), format!("`{}` is no version, expected three numbers such as 1.4.0", document.version));
        }
        if document.extends != "builtin" {
            self.object_to("/extends".to_owned(), format!("`{}` is unknown, expected `builtin`", document.extends));
        }
        if !document.help.url.starts_with("https://") && !document.help.url.starts_with("http://") {
            self.object_to("/help/url".to_owned(), "not an address, expected one that starts with https://");
        }
        if document.accepted_tags.is_empty() {
            self.object_to("/accepted_tags".to_owned(), "empty, so that no draft could pass; expected at least one tag");
        }
        let lists = [
            ("/accepted_tags", &document.accepted_tags),
            ("/citation_topics", &document.citation_topics),
            ("/brand/blocked_terms", &document.brand.blocked_terms),
            ("/brand/required_terms", &document.brand.required_terms),
            ("/brand/allowed_terms", &document.brand.allowed_terms),
            ("/lexicon/block", &document.lexicon.block),
            ("/lexicon/allow", &document.lexicon.allow),
            ("/impersonation", &document.impersonation),
        ];
        for (pointer, terms) in lists {
            if terms.len() > MAX_TERMS {
                self.object_to(pointer.to_owned(), format!("{} entries, expected at most {MAX_TERMS}", terms.len()));
            }
            for (index, term) in terms.iter().enumerate() {
                self.term(format!("{pointer}/{index}"), term);
            }
        }
        self.replacements(&document.brand);
    }

    fn term(&mut self, pointer: String, term: &str) {
        let count = term.chars().count();
        if count > MAX_TERM {
            self.object_to(pointer, format!("{count} characters, expected at most {MAX_TERM}"));
        } else if !term.chars().any(|character| character.is_alphanumeric() || character >= FIRST_PICTURE) {
            self.object_to(pointer, "a term without a letter, a digit or an emoji can never match");
        }
    }

    fn replacements(&mut self, brand: &Brand) {
        let count = brand.replacements.len();
        if count > MAX_REPLACEMENTS {
            self.object_to("/brand/replacements".to_owned(), format!("{count} entries, expected at most {MAX_REPLACEMENTS}"));
        }
        for (term, replacement) in &brand.replacements {
            let pointer = format!("/brand/replacements/{}", escape(term));
            if brand.blocked_terms.contains(term) {
                self.term(pointer, replacement);
            } else {
                self.object_to(pointer, format!("`{term}` is not in blocked_terms, expected one that is"));
            }
        }
    }
}

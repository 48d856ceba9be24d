//! Floor 3: the policy, a versioned document, and what is computed from it once.
//!
//! In scope: the document, its reading and validation, levels, limits, its digest, the words it looks for.
//! Out of scope: what a rule does with it (floor 4), where a document is stored (floor 8).

mod bits;
mod document;
mod fixed;
mod members;
mod own;
mod read;
mod table;
mod text;
#[cfg(any(feature = "browser", test))]
mod unpack;
mod words;

pub use document::{Brand, Document, Grade, Help, Level, Lexicon, Limit, RiskTable, RuleSetting, TermSeverity};
pub use own::OwnList;
pub use read::{PolicyError, read};
pub use table::Table;
use words::Words;
pub use words::{FoundPhrase, PhraseList, Reading, Term};

use crate::contract::{ContractError, Tree};
use crate::diagnostic::{Code, Severity};
use crate::digest::sha256;
use crate::text::Platform;

/// The version of the built-in policy; a change of its document, its lexicons or its rules needs a new one.
pub const BUILTIN_VERSION: &str = "10.2.0";

/// The built-in document.
pub const BUILTIN_JSON: &str = include_str!("builtin.json");

/// The JSON Schema of a policy document.
pub const SCHEMA_JSON: &str = include_str!("schema.json");

/// A policy, ready to check drafts.
#[derive(Debug, Clone)]
pub struct Policy {
    document: Document,
    digest: String,
    words: Words,
}

impl Policy {
    /// The built-in policy.
    pub fn builtin() -> Result<Self, PolicyError> {
        Self::new(read::builtin()?)
    }

    /// The policy of a document; it must be readable, complete and without a problem.
    pub fn from_tree(tree: Tree) -> Result<Self, PolicyError> {
        Self::new(read(tree)?)?.live()
    }

    /// Every problem that shows only once the terms are read as drafts are.
    fn live(self) -> Result<Self, PolicyError> {
        let dead = self.words.own.dead(&self.document);
        let problems: Vec<_> = dead.into_iter().map(|(pointer, why)| ContractError::new(&pointer, why)).collect();
        if problems.is_empty() { Ok(self) } else { Err(PolicyError { problems }) }
    }

    fn new(document: Document) -> Result<Self, PolicyError> {
        let json = document.to_json().ok_or_else(|| PolicyError::single("", "not canonical: a number above 2^53-1"))?;
        let words = Words::new(&document).map_err(|error| PolicyError::single("", error.to_string()))?;
        Ok(Self { digest: sha256(&[json.as_bytes()]), document, words })
    }

    /// The effective document: the built-in one with the caller's members in their place.
    pub const fn document(&self) -> &Document {
        &self.document
    }

    /// The document's version.
    pub fn version(&self) -> &str {
        &self.document.version
    }

    /// SHA-256 over the canonical JSON of the effective document.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// What a finding of `code` does, `None` when the rule is off. What the document does not name, blocks.
    pub fn severity(&self, code: Code) -> Option<Severity> {
        match self.document.rules.get(&code).map_or(Level::Block, |setting| setting.level) {
            Level::Off => None,
            Level::Warn => Some(Severity::Warn),
            Level::Block => Some(Severity::Block),
        }
    }

    /// The mildest term that `code` reports.
    pub fn min_severity(&self, code: Code) -> TermSeverity {
        self.document.rules.get(&code).and_then(|setting| setting.min_severity).unwrap_or(TermSeverity::Mild)
    }

    /// What a finding of each grade adds to the risk.
    pub const fn risks(&self) -> RiskTable {
        self.document.risk
    }

    /// The limits of a platform.
    pub fn limit(&self, platform: Platform) -> Limit {
        self.document.limits.get(&platform).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::canonical;

    #[test]
    fn the_built_in_policy_is_complete() {
        let policy = Policy::builtin().unwrap();
        assert_eq!(policy.version(), BUILTIN_VERSION);
        for code in Code::ALL {
            assert_eq!(policy.severity(*code), Some(Severity::Block), "{code:?}");
            assert!(policy.document().rules.get(code).is_some(), "{code:?}");
        }
        for platform in Platform::ALL {
            assert!(policy.limit(*platform).max > 0, "{platform:?}");
            assert!(!policy.limit(*platform).source.is_empty(), "{platform:?}");
        }
    }

    #[test]
    fn the_digest_is_over_the_canonical_document() {
        let policy = Policy::builtin().unwrap();
        let value: serde_json::Value = serde_json::from_str(BUILTIN_JSON).unwrap();
        assert_eq!(policy.digest(), sha256(&[canonical(&value).unwrap().as_bytes()]));
    }

    #[test]
    fn a_term_that_can_never_match_is_a_problem() {
        let problems = |json: &str| {
            let tree = crate::contract::read_tree(&mut serde_json::Deserializer::from_str(json)).unwrap();
            let problems = Policy::from_tree(tree).map_or_else(|error| error.problems, |_| Vec::new());
            problems.into_iter().map(|problem| problem.pointer).collect::<Vec<_>>()
        };
        let living = r##"["a","C++","#ad","@acme","Ⅷ","Ärzte","Acme & Söhne","漢字","don't","24/7","AT&T","I ❤ NY","+1","🍆","Acme, Inc.","Dick Van Dyke","O'Neill","1.5"]"##;
        for list in ["blocked_terms", "required_terms", "allowed_terms"] {
            assert_eq!(problems(&format!(r#"{{"name":"acme","version":"1.0.0","brand":{{"{list}":{living}}}}}"#)), [""; 0], "{list}");
        }
        for list in ["citation_topics", "impersonation"] {
            assert_eq!(problems(&format!(r#"{{"name":"acme","version":"1.0.0","{list}":{living}}}"#)), [""; 0], "{list}");
        }
        assert_eq!(
            problems(
                r#"{"name":"acme","version":"1.0.0","brand":{"blocked_terms":["Rival","Other"],"allowed_terms":["rival"]},
                    "lexicon":{"block":["foo"],"allow":["a foo","foo"]}}"#
            ),
            ["/brand/blocked_terms/0", "/lexicon/block/0"]
        );
        let marks = r#"{"name":"acme","version":"1.0.0","brand":{"blocked_terms":["acme.com"],"required_terms":["\u3000\u3000"]}}"#;
        assert_eq!(problems(marks), ["/brand/required_terms/0"]);
    }

    #[test]
    fn a_platform_without_limits_takes_nothing() {
        assert_eq!(Limit::default().max, 0);
    }
}

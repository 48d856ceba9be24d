//! The policy document: data, versioned, the same shape in a file, in the API and inside.

use crate::diagnostic::Code;
use crate::text::Platform;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A complete policy document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// Whose policy it is.
    pub name: String,
    /// Its version: three numbers with dots.
    pub version: String,
    /// The document that it builds on: always `builtin`.
    pub extends: String,
    /// What each rule does.
    pub rules: BTreeMap<Code, RuleSetting>,
    /// The tags of which a draft needs at least one.
    pub accepted_tags: Vec<String>,
    /// Topics that need a source.
    pub citation_topics: Vec<String>,
    /// What each platform takes.
    pub limits: BTreeMap<Platform, Limit>,
    /// Where somebody in need finds help; carried by what is said about harm.
    pub help: Help,
    /// What the brand says and does not say.
    pub brand: Brand,
    /// Words beside the built-in ones.
    pub lexicon: Lexicon,
    /// Names that nobody but their owner may post as.
    pub impersonation: Vec<String>,
}

/// What a rule does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSetting {
    /// Off, advice or refusal.
    pub level: Level,
    /// The mildest term that counts; for rules over words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_severity: Option<TermSeverity>,
}

/// How much a rule's findings weigh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not reported.
    Off,
    /// Reported, and the draft can pass.
    Warn,
    /// Reported, and the draft fails.
    Block,
}

/// How strong a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TermSeverity {
    /// Coarse: crap, damn.
    Mild,
    /// Rude: shit, ass.
    Moderate,
    /// Strong: fuck.
    Strong,
    /// Degrades people for what they are.
    Slur,
}

/// What a platform takes. A number that is absent is not limited.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// The greatest length of a post in `unit`.
    pub max: usize,
    /// What is counted; it belongs to the platform and can't be changed.
    #[serde(default)]
    pub unit: String,
    /// The most bytes of UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<usize>,
    /// The most hashtags that the platform takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_hashtags: Option<usize>,
    /// The most hashtags that the platform recommends: more is advice, not refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advised_hashtags: Option<usize>,
    /// The most mentions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_mentions: Option<usize>,
    /// The most distinct links.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_links: Option<usize>,
    /// Characters that the platform refuses.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub refused_characters: String,
    /// Where the numbers come from.
    #[serde(default)]
    pub source: String,
}

/// Where somebody in need finds help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Help {
    /// One or two sentences.
    pub text: String,
    /// An http(s) address.
    pub url: String,
}

/// What the brand says and does not say.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Brand {
    /// Terms that must not appear.
    pub blocked_terms: Vec<String>,
    /// Terms that every draft must hold.
    pub required_terms: Vec<String>,
    /// Terms that are never reported, whatever they hold.
    pub allowed_terms: Vec<String>,
}

/// Words beside the built-in ones.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lexicon {
    /// Reported as profanity.
    pub block: Vec<String>,
    /// Never reported.
    pub allow: Vec<String>,
}

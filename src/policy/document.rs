//! The policy document: data, versioned, the same shape in a file, in the API and inside.

use super::table::Table;
use crate::diagnostic::Code;
use crate::text::Platform;
use serde::Serialize;

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
    pub rules: Table<Code, RuleSetting>,
    /// The tags of which a draft needs at least one.
    pub accepted_tags: Vec<String>,
    /// Topics that need a source.
    pub citation_topics: Vec<String>,
    /// What each platform takes.
    pub limits: Table<Platform, Limit>,
    /// How much a finding of each grade adds to the risk.
    pub risk: RiskTable,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleSetting {
    /// Off, advice or refusal.
    pub level: Level,
    /// The mildest term that counts; for rules over words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_severity: Option<TermSeverity>,
}

/// How much a rule's findings weigh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Advice that a platform or a cautious friend would give.
    Advice,
    /// Form: a marker, a missing tag, a post that is too long, a coarse word.
    Low,
    /// What readers or a brand mind: a missing source, a term of the brand, a swear word.
    Medium,
    /// What misleads or offends: hidden characters, begging for attention, a strong swear word.
    High,
    /// What gets an account closed: a pose, a scam, a slur.
    Grave,
    /// What hurts somebody at once: harm, a leaked secret.
    Extreme,
}

/// What a finding of each grade adds to the risk, in thousandths of certainty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RiskTable {
    /// Advice that a platform or a cautious friend would give.
    pub advice: u16,
    /// Form: a marker, a missing tag, a post that is too long, a coarse word.
    pub low: u16,
    /// What readers or a brand mind: a missing source, a term of the brand, a swear word.
    pub medium: u16,
    /// What misleads or offends: hidden characters, begging for attention, a strong swear word.
    pub high: u16,
    /// What gets an account closed: a pose, a scam, a slur.
    pub grave: u16,
    /// What hurts somebody at once: harm, a leaked secret.
    pub extreme: u16,
}

/// The grades that a document names.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct GivenRisks {
    pub(super) advice: Option<u16>,
    pub(super) low: Option<u16>,
    pub(super) medium: Option<u16>,
    pub(super) high: Option<u16>,
    pub(super) grave: Option<u16>,
    pub(super) extreme: Option<u16>,
}

impl RiskTable {
    /// What a finding of this grade adds.
    pub const fn of(&self, grade: Grade) -> u16 {
        match grade {
            Grade::Advice => self.advice,
            Grade::Low => self.low,
            Grade::Medium => self.medium,
            Grade::High => self.high,
            Grade::Grave => self.grave,
            Grade::Extreme => self.extreme,
        }
    }

    /// Every grade with what it adds, the lightest first.
    pub const fn entries(&self) -> [(&'static str, u16); 6] {
        [
            ("advice", self.advice),
            ("low", self.low),
            ("medium", self.medium),
            ("high", self.high),
            ("grave", self.grave),
            ("extreme", self.extreme),
        ]
    }

    /// The table with what a document names in its place.
    pub(super) fn with(self, given: GivenRisks) -> Self {
        Self {
            advice: given.advice.unwrap_or(self.advice),
            low: given.low.unwrap_or(self.low),
            medium: given.medium.unwrap_or(self.medium),
            high: given.high.unwrap_or(self.high),
            grave: given.grave.unwrap_or(self.grave),
            extreme: given.extreme.unwrap_or(self.extreme),
        }
    }
}

impl Default for RiskTable {
    /// Certainty for everything: what is not said is not played down.
    fn default() -> Self {
        Self { advice: 1000, low: 1000, medium: 1000, high: 1000, grave: 1000, extreme: 1000 }
    }
}

/// What a platform takes. A number that is absent is not limited.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Limit {
    /// The greatest length of a post in `unit`.
    pub max: usize,
    /// What is counted; it belongs to the platform and can't be changed.
    pub unit: String,
    /// The most bytes of UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<usize>,
    /// The most hashtags that the platform takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_hashtags: Option<usize>,
    /// The most hashtags that the platform recommends: more is advice, not refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advised_hashtags: Option<usize>,
    /// The most mentions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_mentions: Option<usize>,
    /// The most distinct links.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_links: Option<usize>,
    /// Characters that the platform refuses.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub refused_characters: String,
    /// Where the numbers come from.
    pub source: String,
}

/// Where somebody in need finds help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Help {
    /// One or two sentences.
    pub text: String,
    /// An http(s) address.
    pub url: String,
}

/// What the brand says and does not say.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Brand {
    /// Terms that must not appear.
    pub blocked_terms: Vec<String>,
    /// Terms that every draft must hold.
    pub required_terms: Vec<String>,
    /// Terms that are never reported, whatever they hold.
    pub allowed_terms: Vec<String>,
    /// What to write instead of a blocked term.
    pub replacements: Table<String, String>,
}

/// Words beside the built-in ones.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Lexicon {
    /// Reported as profanity.
    pub block: Vec<String>,
    /// Never reported.
    pub allow: Vec<String>,
}

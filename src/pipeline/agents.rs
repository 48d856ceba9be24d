//! What each agent answers, and the contract that it must keep. A broken contract is a code in QA, never a pass.

use crate::contract::{DecisionStatus, MAX_CONTENT_BYTES, Mode, Score};
use crate::diagnostic::Code;
use crate::ledger::TokenMode;
use crate::text::{Format, Platform};
use serde::Serialize;

/// The most bytes of a strategy's angle.
const MAX_ANGLE_CHARS: usize = 120;

/// An agent, by its name in events and audit rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AgentName {
    /// Plans the draft.
    Strategy,
    /// Gathers what it rests on.
    Research,
    /// Writes it.
    Writer,
    /// Decides whether it may go out: the only agent that blocks.
    QaGatekeeper,
    /// Plans its publication.
    Posting,
    /// Says what it would earn.
    Analytics,
}

impl AgentName {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Strategy => "strategy",
            Self::Research => "research",
            Self::Writer => "writer",
            Self::QaGatekeeper => "qa_gatekeeper",
            Self::Posting => "posting",
            Self::Analytics => "analytics",
        }
    }

    /// The code that QA reports when the agent broke its contract; QA, Posting and Analytics answer from typed values and can't.
    pub const fn contract_code(self) -> Option<&'static str> {
        match self {
            Self::Strategy => Some("STRATEGY_CONTRACT_INVALID"),
            Self::Research => Some("RESEARCH_CONTRACT_INVALID"),
            Self::Writer => Some("WRITER_CONTRACT_INVALID"),
            Self::QaGatekeeper | Self::Posting | Self::Analytics => None,
        }
    }
}

/// What an agent answered that its contract does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenContract {
    /// What was found and what would be right.
    pub message: String,
}

fn keep(holds: bool, message: impl FnOnce() -> String) -> Result<(), BrokenContract> {
    if holds { Ok(()) } else { Err(BrokenContract { message: message() }) }
}

/// Strategy's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StrategyPlan {
    /// The first line of the prompt, at most 120 characters.
    pub angle: String,
    /// How it should sound, by what readers of the platform expect.
    pub tone: &'static str,
    /// What the writer must keep to.
    pub constraints: Vec<String>,
    /// Whether a source is required.
    pub required_citations: bool,
    /// How sure.
    #[serde(rename = "confidence_thousandths", serialize_with = "Score::serialize_thousandths")]
    pub confidence: Score,
}

impl StrategyPlan {
    /// Plans from a prompt.
    pub fn new(prompt: &str, platform: Platform, format: Format, limit: usize, required_citations: bool) -> Self {
        let first = prompt.trim().lines().next().unwrap_or_default();
        let mut constraints = vec![
            "no-numbering".to_owned(),
            format!("platform:{}", platform.as_str()),
            format!("format:{}", format.as_str()),
            format!("limit:{limit} {}", platform.unit().as_str()),
        ];
        if required_citations {
            constraints.push("citations".to_owned());
        }
        Self {
            angle: first.chars().take(MAX_ANGLE_CHARS).collect(),
            tone: tone(platform),
            constraints,
            required_citations,
            confidence: Score::from_thousandths(700),
        }
    }

    /// A plan has an angle.
    pub fn keeps_contract(&self) -> Result<(), BrokenContract> {
        keep(!self.angle.is_empty(), || "no angle, expected the first line of a prompt".to_owned())?;
        keep(self.angle.chars().count() <= MAX_ANGLE_CHARS, || format!("an angle of more than {MAX_ANGLE_CHARS} characters"))
    }
}

const fn tone(platform: Platform) -> &'static str {
    match platform {
        Platform::Linkedin | Platform::Youtube => "matter-of-fact, for people at work",
        Platform::Instagram | Platform::Tiktok => "lively and warm",
        Platform::X | Platform::Threads | Platform::Bluesky | Platform::Mastodon | Platform::Facebook => "brief and friendly",
    }
}

/// Research's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceBundle {
    /// The URLs of the sources that count.
    pub sources: Vec<String>,
    /// One sentence.
    pub summary: String,
    /// The mean relevance of the sources; 0 without any.
    #[serde(rename = "quality_thousandths", serialize_with = "Score::serialize_thousandths")]
    pub quality_score: Score,
}

impl EvidenceBundle {
    /// Every source is an http(s) address.
    pub fn keeps_contract(&self) -> Result<(), BrokenContract> {
        let is_web = |url: &String| url.starts_with("http://") || url.starts_with("https://");
        keep(self.sources.iter().all(is_web), || "a source that is no http(s) address".to_owned())
    }
}

/// What the writer wrote, and with what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Written {
    /// The draft, byte for byte.
    pub content: String,
    /// `none`, or the provider.
    pub model_name: String,
    /// The model.
    pub model_version: String,
    /// The hash of what the model was asked, with the version of its wording; none where no model was asked.
    pub question: Option<(String, &'static str)>,
    /// How often it was asked again.
    pub retries: u32,
}

impl Written {
    /// The draft as the caller gave it.
    pub fn given(content: String) -> Self {
        Self { content, model_name: "none".to_owned(), model_version: "1".to_owned(), question: None, retries: 0 }
    }

    /// A draft is no longer than any check takes; whether it is empty is QA's to say.
    pub fn keeps_contract(&self) -> Result<(), BrokenContract> {
        let found = self.content.len();
        keep(found <= MAX_CONTENT_BYTES, || format!("{found} bytes of UTF-8, expected at most {MAX_CONTENT_BYTES}"))
    }
}

/// QA's answer: the reference system's `QADecision`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QaDecision {
    /// Whether the draft may go out.
    pub status: DecisionStatus,
    /// Sorted, unique: rule codes and `…_CONTRACT_INVALID`.
    pub violation_codes: Vec<String>,
    /// Unique, first seen first.
    pub required_edits: Vec<String>,
    /// Between 0 and 1.
    #[serde(rename = "risk_thousandths", serialize_with = "Score::serialize_thousandths")]
    pub risk_score: Score,
}

impl QaDecision {
    /// The codes that rules of the policy gave.
    pub fn rule_codes(&self) -> impl Iterator<Item = Code> + '_ {
        self.violation_codes.iter().filter_map(|code| Code::parse(code).ok())
    }
}

/// Posting's answer: what would be published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PostingPlan {
    /// How many posts.
    pub parts: usize,
    /// The length of each, in the platform's unit.
    pub lengths: Vec<usize>,
    /// What would hinder the platform: `EMPTY_CONTENT`, `LENGTH_EXCEEDED`, `PLATFORM_RULE`. It informs; QA blocks.
    pub platform_checks: Vec<String>,
    /// What stands before it outside the draft.
    #[serde(flatten)]
    pub preflight: Preflight,
}

/// What a door knows of a publication before it happens; null where nobody asked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Preflight {
    /// Whether the platform's publisher is configured.
    pub publisher_ready: Option<bool>,
    /// How many more posts the user's rate admits now.
    pub rate_remaining: Option<usize>,
    /// Seconds until it admits one more, when it admits none.
    pub retry_after: Option<i64>,
}

/// Analytics' answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Analytics {
    /// Whether a publish earns.
    pub token_mode: TokenMode,
    /// The mode in force.
    pub mode: Mode,
    /// How many findings there were, advice too.
    pub findings: usize,
    /// The most RING that publishing it can earn: before the guardrails, which only a publish meets.
    pub would_earn: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_angle_is_the_first_line_of_the_prompt() {
        let plan = StrategyPlan::new(" \n one two\nthree", Platform::X, Format::Single, 280, false);
        assert_eq!(plan.angle, "one two");
        assert_eq!(plan.constraints, ["no-numbering", "platform:x", "format:single", "limit:280 weighted"]);
        assert!(plan.keeps_contract().is_ok());
        let long = StrategyPlan::new(&"😀".repeat(500), Platform::X, Format::Single, 280, false);
        assert_eq!(long.angle.chars().count(), 120);
    }

    #[test]
    fn broken_contracts_are_seen() {
        assert!(StrategyPlan::new(" \n", Platform::X, Format::Single, 280, false).keeps_contract().is_err());
        assert!(Written::given("a".repeat(MAX_CONTENT_BYTES + 1)).keeps_contract().is_err());
        let file = EvidenceBundle { sources: vec!["file:///etc/passwd".to_owned()], summary: String::new(), quality_score: Score::ONE };
        assert!(file.keeps_contract().is_err());
    }
}

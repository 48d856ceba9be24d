//! The check: the request and the report, the same JSON in the browser, in Node and at the edge.

use super::fix::FixReport;
use super::from_value::{FromValue, Path, members, required, word};
use super::strict::{Contract, ContractError, Tree, bounded};
use super::{MAX_CONTENT_BYTES, Score, Timestamp};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::text::order::are_new;
use crate::text::{Format, Offsets, Platform, SpanUnit};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The most policy tags in a request.
pub const MAX_TAGS: usize = 32;
/// The most sources in a request.
pub const MAX_SOURCES: usize = 50;
/// The most bytes of a tag, an id or another short string.
pub const MAX_NAME_BYTES: usize = 200;
/// The most bytes of a source's URL or title.
pub const MAX_SOURCE_BYTES: usize = 4096;

/// A draft to check.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CheckRequest {
    /// What would be published, byte for byte; at most 256 KiB.
    pub content: String,
    /// Where.
    pub platform: Platform,
    /// One post, or one a line.
    #[serde(default = "single")]
    pub format: Format,
    /// What the author promises, such as `no_harm`.
    #[serde(default)]
    pub policy_tags: Vec<String>,
    /// Whether a source is required whatever the topic.
    #[serde(default)]
    pub required_citations: bool,
    /// What the draft rests on.
    #[serde(default, deserialize_with = "super::objects")]
    pub sources: Vec<Source>,
    /// The unit of the spans in the report.
    #[serde(default)]
    pub span_unit: SpanUnit,
}

fn single() -> Format {
    Format::Single
}

fn certain() -> Score {
    Score::ONE
}

/// What a draft rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Where it can be read.
    pub url: String,
    /// What it is called.
    #[serde(default)]
    pub title: String,
    /// When it was published or read.
    #[serde(default)]
    pub timestamp: Option<Timestamp>,
    /// How much it has to do with the draft.
    #[serde(default = "certain")]
    pub relevance_score: Score,
}

impl FromValue for CheckRequest {
    fn from_value(value: Value, path: &mut Path) -> Result<Self, ContractError> {
        let (mut content, mut platform) = (None, None);
        let mut request = Self {
            content: String::new(),
            platform: Platform::X,
            format: Format::Single,
            policy_tags: Vec::new(),
            required_citations: false,
            sources: Vec::new(),
            span_unit: SpanUnit::Utf16,
        };
        let known = ["content", "platform", "format", "policy_tags", "required_citations", "sources", "span_unit"];
        members(value, path, &known, &mut |key, value, path| {
            match key {
                "content" => content = Some(String::from_value(value, path)?),
                "platform" => platform = Some(Platform::from_value(value, path)?),
                "format" => request.format = Format::from_value(value, path)?,
                "policy_tags" => request.policy_tags = Vec::from_value(value, path)?,
                "required_citations" => request.required_citations = bool::from_value(value, path)?,
                "sources" => request.sources = Vec::from_value(value, path)?,
                "span_unit" => request.span_unit = word(value, path, &[("utf16", SpanUnit::Utf16), ("utf8", SpanUnit::Utf8)])?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        request.content = required(content, "content", path)?;
        request.platform = required(platform, "platform", path)?;
        Ok(request)
    }
}

impl FromValue for Source {
    fn from_value(value: Value, path: &mut Path) -> Result<Self, ContractError> {
        let mut url = None;
        let mut source = Self { url: String::new(), title: String::new(), timestamp: None, relevance_score: Score::ONE };
        members(value, path, &["url", "title", "timestamp", "relevance_score"], &mut |key, value, path| {
            match key {
                "url" => url = Some(String::from_value(value, path)?),
                "title" => source.title = String::from_value(value, path)?,
                "timestamp" => source.timestamp = Option::from_value(value, path)?,
                "relevance_score" => source.relevance_score = Score::from_value(value, path)?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        source.url = required(url, "url", path)?;
        Ok(source)
    }
}

impl Contract for CheckRequest {
    fn from_tree(tree: Tree) -> Result<Self, ContractError> {
        Self::from_value(tree.0, &mut Vec::new())
    }

    fn validate(&self) -> Result<(), ContractError> {
        draft_within_limits(&self.content, &self.policy_tags, &self.sources)
    }
}

/// The limits of a draft's fields, wherever a draft comes in.
pub fn draft_within_limits(content: &str, policy_tags: &[String], sources: &[Source]) -> Result<(), ContractError> {
    bounded("/content", content, MAX_CONTENT_BYTES)?;
    counted("/policy_tags", policy_tags.len(), MAX_TAGS)?;
    counted("/sources", sources.len(), MAX_SOURCES)?;
    for (index, tag) in policy_tags.iter().enumerate() {
        bounded(&format!("/policy_tags/{index}"), tag, MAX_NAME_BYTES)?;
    }
    for (index, source) in sources.iter().enumerate() {
        bounded(&format!("/sources/{index}/url"), &source.url, MAX_SOURCE_BYTES)?;
        bounded(&format!("/sources/{index}/title"), &source.title, MAX_SOURCE_BYTES)?;
    }
    Ok(())
}

pub(super) fn counted(pointer: &str, found: usize, most: usize) -> Result<(), ContractError> {
    if found <= most {
        return Ok(());
    }
    Err(ContractError::new(pointer, format!("{found} items, expected at most {most}")))
}

/// Whether a draft may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum DecisionStatus {
    /// Nothing blocks.
    Pass,
    /// Something blocks.
    Fail,
}

impl DecisionStatus {
    /// The spelling on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Fail => "FAIL",
        }
    }
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CheckReport {
    /// `FAIL` when anything blocks.
    pub status: DecisionStatus,
    /// The codes of what blocks: sorted, unique.
    pub violation_codes: Vec<Code>,
    /// What to edit: of what blocks, unique, first seen first.
    pub required_edits: Vec<String>,
    /// How bad, between 0 and 1; grows with what was found.
    pub risk_score: Score,
    /// The policy's version.
    pub policy_version: String,
    /// The policy's SHA-256.
    pub policy_digest: String,
    /// SHA-256 over every field that the policy reads.
    pub draft_hash: String,
    /// What would be published, one entry a post.
    pub posts: Vec<PostReport>,
    /// What was found: at most 100, in text order.
    pub diagnostics: Vec<DiagnosticReport>,
    /// True when there was more.
    pub truncated: bool,
}

/// The measure of one post.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PostReport {
    /// From 0.
    pub index: usize,
    /// Where it lies in the content.
    pub span: [usize; 2],
    /// Its length as its platform counts.
    pub length: usize,
    /// The most that the platform takes.
    pub limit: usize,
    /// What is left; negative when it is too long.
    pub remaining: i64,
    /// What is counted.
    pub unit: &'static str,
}

/// A diagnostic on the wire, its spans in the unit of the request.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DiagnosticReport {
    /// Which rule spoke.
    pub code: Code,
    /// Whether it blocks.
    pub severity: Severity,
    /// The post it lies in.
    pub post: usize,
    /// Where.
    pub span: [usize; 2],
    /// Why.
    pub message: String,
    /// What to do.
    pub suggested_fix: String,
    /// The text found, masked for secrets.
    pub matched: String,
    /// Edits that remove it.
    pub fixes: Vec<FixReport>,
}

impl DiagnosticReport {
    /// The wire form of a diagnostic.
    pub fn new(diagnostic: Diagnostic, offsets: &Offsets<'_>) -> Self {
        let Diagnostic { code, severity, post, span, message, suggested_fix, matched, fixes, .. } = diagnostic;
        let fixes = fixes.into_iter().map(|fix| FixReport::new(fix, offsets)).collect();
        Self { code, severity, post, span: offsets.from_span(span), message, suggested_fix, matched, fixes }
    }
}

/// The strings of `all`, each once, in the order they were first seen.
pub fn unique<'s>(all: impl IntoIterator<Item = &'s str>) -> Vec<String> {
    let all: Vec<&str> = all.into_iter().collect();
    all.iter().zip(are_new(&all)).filter(|(_, is_new)| *is_new).map(|(text, _)| (*text).to_owned()).collect()
}

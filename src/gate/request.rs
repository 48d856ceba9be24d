//! The requests that reach the gate over HTTP.

use crate::contract::{CheckRequest, Contract, ContractError, MAX_NAME_BYTES, Source, bounded, draft_within_limits};
use crate::text::{Format, Platform, SpanUnit};
use serde::Deserialize;

/// The most bytes of a prompt.
const MAX_PROMPT_BYTES: usize = 16 * 1024;
/// The most bytes of a receipt token.
const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// `POST /v1/posts`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PostRequest {
    /// What is published, byte for byte.
    pub content: String,
    /// Where.
    pub platform: Platform,
    /// One post, or one a line.
    #[serde(default = "single")]
    pub format: Format,
    /// What the author promises.
    #[serde(default)]
    pub policy_tags: Vec<String>,
    /// Whether a source is required whatever the topic.
    #[serde(default)]
    pub required_citations: bool,
    /// What it rests on.
    #[serde(default, deserialize_with = "crate::contract::objects")]
    pub sources: Vec<Source>,
    /// Names the receipt by its own id.
    pub enforcement_receipt_id: Option<String>,
    /// Names the receipt by the request that made it.
    pub enforcement_request_id: Option<String>,
    /// The receipt's signed token.
    pub enforcement_receipt: Option<String>,
    /// What clients of the reference system send: used for its ids alone, and believed in nothing.
    #[serde(default)]
    pub enforcement: Option<LegacyEnforcement>,
}

fn single() -> Format {
    Format::Single
}

/// The reference system's object. Other members of it are not read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LegacyEnforcement {
    request_id: Option<String>,
    receipt: Option<LegacyReceipt>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct LegacyReceipt {
    receipt_id: Option<String>,
}

impl Contract for PostRequest {
    fn validate(&self) -> Result<(), ContractError> {
        draft_within_limits(&self.content, &self.policy_tags, &self.sources)?;
        names_within_limits(&[
            ("/enforcement_receipt_id", self.enforcement_receipt_id.as_deref()),
            ("/enforcement_request_id", self.enforcement_request_id.as_deref()),
        ])?;
        bounded("/enforcement_receipt", self.enforcement_receipt.as_deref().unwrap_or_default(), MAX_TOKEN_BYTES)
    }
}

impl PostRequest {
    /// The ids that name the receipt: top-level ones win over those of the old object.
    pub(super) fn receipt_names(&self) -> (Option<&str>, Option<&str>) {
        let legacy = self.enforcement.as_ref();
        let receipt = legacy.and_then(|legacy| legacy.receipt.as_ref()).and_then(|receipt| receipt.receipt_id.as_deref());
        let request = legacy.and_then(|legacy| legacy.request_id.as_deref());
        (
            non_empty(self.enforcement_receipt_id.as_deref()).or_else(|| non_empty(receipt)),
            non_empty(self.enforcement_request_id.as_deref()).or_else(|| non_empty(request)),
        )
    }

    /// The draft as the policy reads it.
    pub(super) fn as_check(&self) -> CheckRequest {
        CheckRequest {
            content: self.content.clone(),
            platform: self.platform,
            format: self.format,
            policy_tags: self.policy_tags.clone(),
            required_citations: self.required_citations,
            sources: self.sources.clone(),
            span_unit: SpanUnit::Utf16,
        }
    }
}

fn non_empty(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

/// `POST /api/post-to-x`: what clients of the reference system send.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LegacyPostRequest {
    content: String,
    enforcement_receipt_id: Option<String>,
    enforcement_request_id: Option<String>,
    enforcement_receipt: Option<String>,
    #[serde(default)]
    enforcement: Option<LegacyEnforcement>,
}

impl Contract for LegacyPostRequest {
    fn validate(&self) -> Result<(), ContractError> {
        Ok(())
    }
}

impl LegacyPostRequest {
    /// The same as a post on X, one a line; tags and sources come from the receipt's record.
    pub(super) fn into_post(self) -> Result<PostRequest, ContractError> {
        let request = PostRequest {
            content: self.content,
            platform: Platform::X,
            format: Format::Thread,
            policy_tags: Vec::new(),
            required_citations: false,
            sources: Vec::new(),
            enforcement_receipt_id: self.enforcement_receipt_id,
            enforcement_request_id: self.enforcement_request_id,
            enforcement_receipt: self.enforcement_receipt,
            enforcement: self.enforcement,
        };
        request.validate()?;
        Ok(request)
    }
}

/// `POST /v1/generate/content`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GenerateRequest {
    /// What to write about.
    pub prompt: String,
    /// `simple` for one post, `viral_thread` for one a line.
    #[serde(rename = "type", default)]
    pub kind: GenerateKind,
    /// Where it would be published.
    pub platform: Platform,
    /// Take this draft instead of writing one.
    pub content: Option<String>,
    /// SSE, or one JSON reply.
    #[serde(default = "yes")]
    pub stream: bool,
    /// What the author promises.
    #[serde(default)]
    pub policy_tags: Vec<String>,
    /// Whether a source is required whatever the topic.
    #[serde(default)]
    pub required_citations: bool,
    /// What it rests on.
    #[serde(default, deserialize_with = "crate::contract::objects")]
    pub sources: Vec<Source>,
    /// The caller's own name of the draft.
    pub draft_id: Option<String>,
    /// The caller's own name of the ring.
    pub ring_id: Option<String>,
    /// The caller's own name of the turn.
    pub turn_id: Option<String>,
    /// Whether the caller means to post what comes back.
    #[serde(default)]
    pub publish_intent: bool,
}

/// What to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum GenerateKind {
    /// One post.
    #[default]
    Simple,
    /// One post a line.
    ViralThread,
}

fn yes() -> bool {
    true
}

impl GenerateRequest {
    /// The format of the draft.
    pub const fn format(&self) -> Format {
        match self.kind {
            GenerateKind::Simple => Format::Single,
            GenerateKind::ViralThread => Format::Thread,
        }
    }
}

impl Contract for GenerateRequest {
    fn validate(&self) -> Result<(), ContractError> {
        if self.prompt.trim().is_empty() {
            return Err(ContractError::new("/prompt", "empty, expected what to write about"));
        }
        bounded("/prompt", &self.prompt, MAX_PROMPT_BYTES)?;
        names_within_limits(&[
            ("/draft_id", self.draft_id.as_deref()),
            ("/ring_id", self.ring_id.as_deref()),
            ("/turn_id", self.turn_id.as_deref()),
        ])?;
        draft_within_limits(self.content.as_deref().unwrap_or_default(), &self.policy_tags, &self.sources)
    }
}

/// `POST /v1/enforcement/receipts/validate`: exactly one of the three.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ValidateRequest {
    /// By its own id.
    pub receipt_id: Option<String>,
    /// By the request that made it.
    pub request_id: Option<String>,
    /// The signed token.
    pub token: Option<String>,
}

impl Contract for ValidateRequest {
    fn validate(&self) -> Result<(), ContractError> {
        let given = [&self.receipt_id, &self.request_id, &self.token].iter().filter(|name| name.is_some()).count();
        if given > 1 {
            return Err(ContractError::new("", format!("{given} names of a receipt, expected one of receipt_id, request_id, token")));
        }
        names_within_limits(&[("/receipt_id", self.receipt_id.as_deref()), ("/request_id", self.request_id.as_deref())])?;
        bounded("/token", self.token.as_deref().unwrap_or_default(), MAX_TOKEN_BYTES)
    }
}

fn names_within_limits(names: &[(&str, Option<&str>)]) -> Result<(), ContractError> {
    names.iter().try_for_each(|(pointer, name)| bounded(pointer, name.unwrap_or_default(), MAX_NAME_BYTES))
}

//! What the gate and its neighbours answer when all is well, as types.

use super::ports::Fault;
use crate::contract::Mode;
use crate::ledger::{TokenMode, TokenResult};
use crate::pipeline::EnforcementEvent;
use crate::receipt::Receipt;
use serde::{Deserialize, Serialize};

/// A post that is out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PostAnswer {
    /// Always true.
    pub success: bool,
    /// Ours; `GET /v1/posts/{id}` says what became of it.
    pub post_id: String,
    /// Where each part can be seen.
    pub urls: Vec<String>,
    /// How many more posts the window admits.
    pub remaining: usize,
    /// Codes of what would have been a refusal in enforced mode, and of what failed after the post was out.
    pub warnings: Vec<String>,
    /// What the publish earned; nothing where issuance is off.
    pub token_result: Option<TokenResult>,
    /// Ours.
    pub request_id: String,
    /// The first of `urls`, for clients of the reference system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl PostAnswer {
    /// The answer once step 13 is done, or has failed: the post is out either way, and what failed is done again later.
    #[must_use]
    pub fn recorded(mut self, recorded: Result<TokenResult, Fault>) -> Self {
        match recorded {
            Ok(result) => self.token_result = Some(result).filter(|result| result.mode != TokenMode::Off),
            Err(_) => self.warnings.push("PUBLISH_EVENT_FAILED".to_owned()),
        }
        self
    }

    /// The body of the reply.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A draft with what the edge says about it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GenerateAnswer<'a> {
    /// The draft.
    pub content: &'a str,
    /// What would be published, one text a post.
    pub posts: &'a [String],
    /// Nothing where the mode is off.
    pub enforcement: Option<&'a EnforcementEvent>,
}

/// A receipt that still counts.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ValidateAnswer {
    /// Always true.
    pub ok: bool,
    /// The receipt.
    pub receipt: Receipt,
}

/// Alive.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Health {
    /// Always `ok`.
    pub status: &'static str,
}

/// Whether the gate can decide.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Readiness<'a> {
    /// `ready` or `not_ready`.
    pub status: &'static str,
    /// The mode in force, where the configuration can be read.
    pub mode: Option<Mode>,
    /// The mode of the configuration; an administrator may have set another.
    pub configured_mode: Option<Mode>,
    /// The share of users under enforcement, where an administrator has set one.
    pub rollout_percent: Option<u8>,
    /// How people sign in.
    pub auth: String,
    /// The active policy's version.
    pub policy_version: Option<&'a str>,
    /// The active policy's SHA-256.
    pub policy_digest: Option<&'a str>,
    /// Everything that keeps it from deciding.
    pub problems: Vec<String>,
    /// What should be looked at.
    pub warnings: &'a [String],
}

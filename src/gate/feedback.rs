//! A user's "this is wrong" about a finding. It names the draft by its hash: no text of it comes along.

use crate::contract::{Contract, ContractError, MAX_NAME_BYTES, bounded};
use crate::diagnostic::Code;
use crate::text::Platform;
use serde::{Deserialize, Serialize};

/// `POST /v1/feedback`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FeedbackRequest {
    /// The rule whose finding is wrong.
    pub code: Code,
    /// `draft_hash` of the report.
    pub draft_hash: String,
    /// `policy_digest` of the report.
    pub policy_digest: String,
    /// Where the draft would go.
    pub platform: Platform,
    /// The request that decided so, where one did.
    pub request_id: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FeedbackAnswer {
    /// False where the same user had said the same of the same draft before.
    pub recorded: bool,
}

fn hash(pointer: &str, text: &str) -> Result<(), ContractError> {
    let digits = text.strip_prefix("sha256:").unwrap_or_default();
    if digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)) {
        Ok(())
    } else {
        Err(ContractError::new(pointer, "not a hash, expected sha256: and 64 hexadecimal digits in lower case"))
    }
}

impl Contract for FeedbackRequest {
    fn validate(&self) -> Result<(), ContractError> {
        hash("/draft_hash", &self.draft_hash)?;
        hash("/policy_digest", &self.policy_digest)?;
        bounded("/request_id", self.request_id.as_deref().unwrap_or_default(), MAX_NAME_BYTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::read_json;
    use serde_json::json;

    #[test]
    fn it_names_a_known_rule_and_hashes_and_nothing_else() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        let good = json!({ "code": "PROFANITY", "draft_hash": digest, "policy_digest": digest, "platform": "x" });
        let read = |value: &serde_json::Value| read_json::<FeedbackRequest>(value.to_string().as_bytes());
        assert!(read(&good).is_ok());
        for (name, value) in [
            ("code", json!("NO_SUCH_RULE")),
            ("draft_hash", json!("sha256:00")),
            ("draft_hash", json!("the draft itself")),
            ("policy_digest", json!(digest.to_uppercase())),
            ("platform", json!("fax")),
            ("request_id", json!("r".repeat(201))),
            ("content", json!("the draft itself")),
        ] {
            let mut other = good.clone();
            other[name] = value;
            assert_eq!(read(&other).unwrap_err().pointer, format!("/{name}"));
        }
    }
}

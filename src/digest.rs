//! Floor 2: canonical JSON (RFC 8785) and SHA-256 over it.
//!
//! In scope: the one way in which anything is hashed. Out of scope: what is hashed and why.
//! Every hash but a policy's own names what it is over, so that a hash of one thing is never a hash of another.

use serde::Serialize;
use sha2::{Digest, Sha256};
use thiserror::Error;

/// Something that canonical JSON can't hold, such as an integer above 2^53-1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not canonical: {0}")]
pub struct NotCanonical(String);

/// What a hash is over; its name stands in front of the hashed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// Every field of a draft that the policy reads.
    Draft,
    /// A decision with its draft, user and policy.
    Decision,
    /// What an agent was given.
    AgentInput,
    /// What an agent answered.
    AgentOutput,
    /// A prompt.
    Prompt,
    /// The body of a request, to tell a repetition from another request.
    Request,
    /// Content that the audit names without holding it.
    Content,
}

impl Domain {
    /// The name that stands in front of what is hashed.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Draft => "postgate/draft/v1\n",
            Self::Decision => "postgate/decision/v1\n",
            Self::AgentInput => "postgate/agent-input/v1\n",
            Self::AgentOutput => "postgate/agent-output/v1\n",
            Self::Prompt => "postgate/prompt/v1\n",
            Self::Request => "postgate/request/v1\n",
            Self::Content => "postgate/content/v1\n",
        }
    }
}

/// Canonical JSON, as RFC 8785 writes it.
pub fn canonical(value: &impl Serialize) -> Result<String, NotCanonical> {
    json_canon::to_string(value).map_err(|error| NotCanonical(error.to_string()))
}

/// `sha256:` and 64 hexadecimal digits over the domain's name and the canonical JSON of `value`.
pub fn digest(domain: Domain, value: &impl Serialize) -> Result<String, NotCanonical> {
    let json = canonical(value)?;
    Ok(sha256(&[domain.tag().as_bytes(), json.as_bytes()]))
}

/// `sha256:` and 64 hexadecimal digits over `parts`, one behind the other.
pub fn sha256(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    let mut text = String::with_capacity(71);
    text.push_str("sha256:");
    push_hex(&mut text, &hash.finalize());
    text
}

/// Two lower-case hexadecimal digits a byte.
pub fn push_hex(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn canonical_json_is_unchanged() {
        let value = json!({"b": [1, 0.5, true, null], "a": "é\u{2028}\"\n", "\u{10000}": 1, "\u{e000}": 2});
        assert_eq!(canonical(&value).unwrap(), "{\"a\":\"é\u{2028}\\\"\\n\",\"b\":[1,0.5,true,null],\"\u{10000}\":1,\"\u{e000}\":2}");
    }

    #[test]
    fn hashes_are_unchanged_and_differ_by_domain() {
        assert_eq!(sha256(&[b"abc"]), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let draft = digest(Domain::Draft, &json!({})).unwrap();
        assert_eq!(draft, sha256(&[b"postgate/draft/v1\n{}"]));
        assert_ne!(draft, digest(Domain::Decision, &json!({})).unwrap());
    }

    #[test]
    fn integers_that_javascript_can_not_hold_are_refused() {
        assert!(canonical(&json!({"n": 9_007_199_254_740_991_u64})).is_ok());
        assert!(canonical(&json!({"n": 9_007_199_254_740_992_u64})).is_err());
    }
}

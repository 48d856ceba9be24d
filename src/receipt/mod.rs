//! Floor 5: receipts, signed proof that exactly this draft passed exactly this policy for this user.
//!
//! In scope: the claims, signing, verification, what a receipt must match to be redeemed.
//! Out of scope: single use (the user's own state, floor 7), where receipts are stored (floor 8).

mod token;

pub use crate::keys::{KeyError, Keyring, PublicKey, SigningKeys};
pub use token::{TokenError, issue, verify};

#[cfg(test)]
pub(crate) use crate::keys::tests as tests_support;

use crate::contract::{DecisionStatus, Mode, Timestamp};
use crate::text::Platform;
use serde::{Deserialize, Serialize};

/// What a receipt proves. `token` is a signature over exactly the other members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Receipt {
    /// What is signed.
    #[serde(flatten)]
    pub claims: Claims,
    /// The compact JWS.
    pub token: String,
}

/// The members of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Claims {
    /// Its identity, and the `jti` of the token.
    pub receipt_id: String,
    /// The request that made it.
    pub request_id: String,
    /// The caller's own name of the draft.
    pub draft_id: Option<String>,
    /// The caller's own name of the ring.
    pub ring_id: Option<String>,
    /// The caller's own name of the turn.
    pub turn_id: Option<String>,
    /// Always `PASS`.
    pub qa_status: DecisionStatus,
    /// Binds the decision, the draft, the user and the policy.
    pub qa_decision_hash: String,
    /// The version of the policy that was passed.
    pub policy_version: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The first moment at which it no longer counts.
    pub expires_at: Timestamp,
    /// Whose it is.
    pub user_id: String,
    /// The platform that the draft was checked for.
    pub platform: Platform,
    /// The draft that was checked.
    pub draft_hash: String,
    /// The policy that was passed.
    pub policy_digest: String,
    /// The mode in force when it was made.
    pub mode: Mode,
}

/// What a receipt is held against when somebody wants to post.
#[derive(Debug, Clone)]
pub struct Presented<'p> {
    /// Who posts.
    pub user_id: &'p str,
    /// Where.
    pub platform: Platform,
    /// What.
    pub draft_hash: &'p str,
    /// The active policy.
    pub policy_digest: &'p str,
    /// The active mode.
    pub mode: Mode,
    /// When.
    pub now: Timestamp,
}

/// Why a receipt can't be redeemed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unredeemable {
    /// Another user's: no more is said about it.
    Foreign,
    /// Too old.
    Expired,
    /// Made for something else; the member says what.
    Mismatch(&'static str),
}

impl Claims {
    /// Whether this receipt admits what is presented: the same user, platform, draft and policy, in the mode it was made for or a weaker one.
    pub fn admits(&self, presented: &Presented<'_>) -> Result<(), Unredeemable> {
        if self.user_id != presented.user_id || self.qa_status != DecisionStatus::Pass {
            return Err(Unredeemable::Foreign);
        }
        if presented.now >= self.expires_at {
            return Err(Unredeemable::Expired);
        }
        if self.platform != presented.platform {
            return Err(Unredeemable::Mismatch("platform"));
        }
        if self.draft_hash != presented.draft_hash {
            return Err(Unredeemable::Mismatch("draft_hash"));
        }
        if self.policy_digest != presented.policy_digest {
            return Err(Unredeemable::Mismatch("policy_digest"));
        }
        if self.mode < presented.mode {
            return Err(Unredeemable::Mismatch("mode"));
        }
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn claims() -> Claims {
        Claims {
            receipt_id: "r-1".to_owned(),
            request_id: "q-1".to_owned(),
            draft_id: None,
            ring_id: None,
            turn_id: Some("t".to_owned()),
            qa_status: DecisionStatus::Pass,
            qa_decision_hash: "sha256:d".to_owned(),
            policy_version: "10.2.0".to_owned(),
            created_at: Timestamp::from_millis(1_000),
            expires_at: Timestamp::from_millis(3_601_000),
            user_id: "dev:alice".to_owned(),
            platform: Platform::X,
            draft_hash: "sha256:a".to_owned(),
            policy_digest: "sha256:p".to_owned(),
            mode: Mode::Enforced,
        }
    }

    fn presented() -> Presented<'static> {
        let now = Timestamp::from_millis(2_000);
        Presented {
            user_id: "dev:alice",
            platform: Platform::X,
            draft_hash: "sha256:a",
            policy_digest: "sha256:p",
            mode: Mode::Enforced,
            now,
        }
    }

    #[test]
    fn a_receipt_admits_what_it_was_made_for() {
        assert_eq!(claims().admits(&presented()), Ok(()));
        assert_eq!(claims().admits(&Presented { mode: Mode::Advisory, ..presented() }), Ok(()));
        assert_eq!(claims().admits(&Presented { now: Timestamp::from_millis(3_600_999), ..presented() }), Ok(()));
    }

    #[test]
    fn a_receipt_admits_nothing_else() {
        let cases = [
            (Presented { user_id: "dev:bob", ..presented() }, Unredeemable::Foreign),
            (Presented { now: Timestamp::from_millis(3_601_000), ..presented() }, Unredeemable::Expired),
            (Presented { platform: Platform::Threads, ..presented() }, Unredeemable::Mismatch("platform")),
            (Presented { draft_hash: "sha256:b", ..presented() }, Unredeemable::Mismatch("draft_hash")),
            (Presented { policy_digest: "sha256:q", ..presented() }, Unredeemable::Mismatch("policy_digest")),
        ];
        for (presented, expected) in cases {
            assert_eq!(claims().admits(&presented), Err(expected));
        }
        let advisory = Claims { mode: Mode::Advisory, ..claims() };
        assert_eq!(advisory.admits(&presented()), Err(Unredeemable::Mismatch("mode")));
        let failed = Claims { qa_status: DecisionStatus::Fail, ..claims() };
        assert_eq!(failed.admits(&presented()), Err(Unredeemable::Foreign));
    }
}

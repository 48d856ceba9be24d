//! The flags as administrators change them (`PUT /v1/admin/flags`) and see them.
//!
//! In scope: what a change has to say, what it sets, what is told of it. Out of scope: what follows for a user (`control`).

use super::control::{Control, Setting, WEAKENED_SECONDS};
use super::ports::User;
use crate::contract::{Contract, ContractError, Mode, Timestamp, bounded};
use crate::ledger::TokenMode;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The most bytes of a reason.
const MAX_REASON_BYTES: usize = 500;

/// `PUT /v1/admin/flags`: a member that is absent stays as it is, `null` takes the setting back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FlagChange {
    /// The mode of everybody.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Option<Mode>"))]
    pub mode: Given<Mode>,
    /// How many in a hundred users are under enforcement.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Option<u8>", range(max = 100)))]
    pub rollout_percent: Given<u8>,
    /// Why: it is kept with the change. At most 500 bytes.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 500)))]
    pub reason: String,
    /// Until when what is set counts.
    pub expires_at: Option<Timestamp>,
}

/// A member that can be absent, `null` or there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Given<T> {
    /// Stays as it is.
    #[default]
    Absent,
    /// Is taken back.
    Null,
    /// Is set.
    Value(T),
}

impl<T> Given<T> {
    const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    const fn value(&self) -> Option<&T> {
        if let Self::Value(value) = self { Some(value) } else { None }
    }

    fn map<U>(&self, set: impl FnOnce(&T) -> U) -> Given<U> {
        match self {
            Self::Absent => Given::Absent,
            Self::Null => Given::Null,
            Self::Value(value) => Given::Value(set(value)),
        }
    }

    /// What is set afterwards.
    fn over(self, before: Option<&T>) -> Option<T>
    where
        T: Clone,
    {
        match self {
            Self::Absent => before.cloned(),
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }
}

impl<T: Serialize> Serialize for Given<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|value| value.map_or(Self::Null, Self::Value))
    }
}

impl Contract for FlagChange {
    fn validate(&self) -> Result<(), ContractError> {
        if self.mode.is_absent() && self.rollout_percent.is_absent() {
            return Err(ContractError::new("", "nothing to change, expected mode or rollout_percent"));
        }
        if self.rollout_percent.value().is_some_and(|percent| *percent > 100) {
            return Err(ContractError::new("/rollout_percent", "more than everybody, expected 0 to 100"));
        }
        if self.reason.trim().is_empty() {
            return Err(ContractError::new("/reason", "empty, expected why"));
        }
        bounded("/reason", &self.reason, MAX_REASON_BYTES)
    }
}

/// What a change puts in place of what was set; absent stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FlagPatch {
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    mode: Given<Setting<Mode>>,
    #[serde(default, skip_serializing_if = "Given::is_absent")]
    rollout_percent: Given<Setting<u8>>,
}

impl FlagChange {
    /// What the change sets, under this configuration. One that weakens and names no end gets the longest one.
    pub fn patch(&self, configured: Mode, audit_log: bool, actor: &User, now: Timestamp) -> Result<FlagPatch, ContractError> {
        let enforces = self.mode.value() == Some(&Mode::Enforced) || self.rollout_percent.value().is_some_and(|percent| *percent > 0);
        if enforces && !audit_log {
            return Err(ContractError::new("", "enforcement while ONERING_AUDIT_LOG is \"0\": an enforced post needs its audit row"));
        }
        if self.expires_at.is_some_and(|until| until <= now) {
            return Err(ContractError::new("/expires_at", "in the past, expected a time to come"));
        }
        let latest = now.plus_seconds(WEAKENED_SECONDS);
        let weakens_mode = self.mode.value().is_some_and(|mode| *mode < configured);
        let weakens_rollout = configured == Mode::Enforced && self.rollout_percent.value().is_some_and(|percent| *percent < 100);
        if (weakens_mode || weakens_rollout) && self.expires_at.is_some_and(|until| until > latest) {
            let message = format!("weaker than the configured {configured} for longer than a day, expected at most {latest}");
            return Err(ContractError::new("/expires_at", message));
        }
        let until = |weakens: bool| self.expires_at.or(weakens.then_some(latest));
        Ok(FlagPatch {
            mode: self.mode.map(|mode| self.setting(*mode, actor, until(weakens_mode), now)),
            rollout_percent: self.rollout_percent.map(|percent| self.setting(*percent, actor, until(weakens_rollout), now)),
        })
    }

    fn setting<T>(&self, value: T, actor: &User, expires_at: Option<Timestamp>, now: Timestamp) -> Setting<T> {
        Setting { value, actor: actor.id.clone(), reason: self.reason.clone(), set_at: now, expires_at }
    }
}

impl FlagPatch {
    /// What is set afterwards.
    #[must_use]
    pub fn apply(self, to: &Control) -> Control {
        Control {
            revision: to.revision + 1,
            mode: self.mode.over(to.mode.as_ref()),
            rollout_percent: self.rollout_percent.over(to.rollout_percent.as_ref()),
            policy_version: to.policy_version.clone(),
        }
    }
}

/// What is set, and what follows for everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Flags {
    /// The mode of the configuration.
    pub configured_mode: Mode,
    /// The mode that holds for whoever is under no rollout.
    pub mode: Mode,
    /// The mode that was set, while it counts.
    #[serde(rename = "override")]
    pub set_mode: Option<Setting<Mode>>,
    /// How many in a hundred users are under enforcement, while that counts.
    pub rollout_percent: Option<u8>,
    /// The same with who set it and why.
    pub rollout: Option<Setting<u8>>,
    /// Whether decisions are written down.
    pub audit_log: bool,
    /// Whether a publish earns RING.
    pub token_issuance: TokenMode,
    /// The version of the active policy; nothing when this build can't read it.
    pub policy_version: Option<String>,
    /// Its digest.
    pub policy_digest: Option<String>,
    /// Goes up by one with each change.
    pub revision: i64,
    /// Whether the change is in the audit yet; only after a change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit_ok: Option<bool>,
}

/// `PUT /v1/admin/policy`: what is active now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PolicyChanged {
    /// The version of the active policy.
    pub policy_version: String,
    /// Its digest.
    pub policy_digest: String,
    /// What was active before; nothing when this build could not read it.
    pub previous: Option<PolicyName>,
    /// Goes up by one with each change.
    pub revision: i64,
    /// Whether the change is in the audit yet.
    pub audit_ok: bool,
}

/// A policy by its version and digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PolicyName {
    /// Its version.
    pub policy_version: String,
    /// Its digest.
    pub policy_digest: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::read_json;
    use crate::gate::Tier;

    const NOW: Timestamp = Timestamp::from_millis(1_900_000_000_000);

    fn user() -> User {
        User { id: "dev:root".to_owned(), tier: Tier::default(), admin: true }
    }

    fn change(json: &str) -> Result<FlagChange, ContractError> {
        read_json(json.as_bytes())
    }

    #[test]
    fn absent_stays_and_null_takes_back() {
        let both = change(r#"{"mode":"off","rollout_percent":5,"reason":"r"}"#).unwrap();
        let both = both.patch(Mode::Off, true, &user(), NOW).unwrap().apply(&Control::default());
        let next = change(r#"{"mode":null,"reason":"over"}"#).unwrap().patch(Mode::Off, true, &user(), NOW).unwrap();
        let sent: FlagPatch = serde_json::from_str(&serde_json::to_string(&next).unwrap()).unwrap();
        assert_eq!(sent, next, "a patch arrives as it was sent");
        let after = sent.apply(&both);
        assert_eq!((after.revision, &after.mode, &after.rollout_percent), (2, &None, &both.rollout_percent));
    }

    #[test]
    fn a_change_says_what_and_why_and_a_typo_is_never_off() {
        for json in [
            r#"{"reason":"r"}"#,
            r#"{"mode":"Off","reason":"r"}"#,
            r#"{"mode":"off ","reason":"r"}"#,
            r#"{"mode":"off"}"#,
            r#"{"mode":"off","reason":" "}"#,
            r#"{"mode":"off","reason":"r","actor":"somebody else"}"#,
            r#"{"rollout_percent":101,"reason":"r"}"#,
            r#"{"rollout_percent":-1,"reason":"r"}"#,
            r#"{"rollout_percent":"10","reason":"r"}"#,
            r#"{"mode":"off","reason":"r","expires_at":"soon"}"#,
        ] {
            assert!(change(json).is_err(), "{json}");
        }
        let past = change(r#"{"mode":"off","reason":"r","expires_at":"2020-01-01T00:00:00Z"}"#).unwrap();
        assert!(past.patch(Mode::Off, true, &user(), NOW).is_err());
        let enforce = change(r#"{"mode":"enforced","reason":"r"}"#).unwrap();
        assert!(enforce.patch(Mode::Advisory, false, &user(), NOW).is_err(), "enforced without the audit");
    }
}

//! What administrators have set: the mode in an emergency, the share of users under enforcement, the active policy. And what follows.
//!
//! In scope: which mode holds for a user, how long a setting counts. Out of scope: what a change says (`flags`), where it is stored (floor 8).
//! A setting that weakens the configured mode counts for a day at most, whatever it says itself: also one that did not weaken when it
//! was made, because the configuration has become stricter since.

use super::ports::User;
use crate::audit::{AuditRecord, Ids};
use crate::contract::{CONTRACT_VERSION, DecisionStatus, Mode, Timestamp};
use crate::digest::{Domain, digest};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// How long a setting that weakens can count.
pub(super) const WEAKENED_SECONDS: i64 = 24 * 3600;

/// A value that an administrator has set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Setting<T> {
    /// What is set.
    pub value: T,
    /// By whom.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub set_at: Timestamp,
    /// Until when.
    pub expires_at: Option<Timestamp>,
}

impl<T> Setting<T> {
    /// Whether it counts now.
    fn counts(&self, weakens: bool, now: Timestamp) -> bool {
        let longest = weakens.then(|| self.set_at.plus_seconds(WEAKENED_SECONDS));
        [self.expires_at, longest].into_iter().flatten().all(|until| now < until)
    }
}

/// Everything that administrators have set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Control {
    /// Goes up by one with each change.
    pub revision: i64,
    /// The mode of everybody.
    pub mode: Option<Setting<Mode>>,
    /// How many in a hundred users are under enforcement, the others under advice.
    pub rollout_percent: Option<Setting<u8>>,
    /// The version of the active policy; without one the built-in is active.
    pub policy_version: Option<String>,
}

impl Control {
    /// The mode set for everybody, where one is set and counts.
    pub fn override_mode(&self, configured: Mode, now: Timestamp) -> Option<&Setting<Mode>> {
        self.mode.as_ref().filter(|setting| setting.counts(setting.value < configured, now))
    }

    /// The rollout, where one is set and counts. Where the configuration is off, it has nothing to share out.
    pub fn rollout(&self, configured: Mode, now: Timestamp) -> Option<&Setting<u8>> {
        let weakens = |percent: u8| configured == Mode::Enforced && percent < 100;
        self.rollout_percent.as_ref().filter(|setting| configured != Mode::Off && setting.counts(weakens(setting.value), now))
    }

    /// The mode that holds for a user: an override before the rollout before the configuration.
    pub fn mode_for(&self, configured: Mode, user: &User, now: Timestamp) -> Mode {
        if let Some(setting) = self.override_mode(configured, now) {
            return setting.value;
        }
        match self.rollout(configured, now) {
            Some(setting) if share(&user.id) < setting.value => Mode::Enforced,
            Some(_) => Mode::Advisory,
            None => configured,
        }
    }

    /// The mode while this can't be read: the stricter of what was last known and the configuration.
    pub fn mode_unread(last: Option<&Self>, configured: Mode, user: &User, now: Timestamp) -> Mode {
        last.map_or(configured, |last| last.mode_for(configured, user, now).max(configured))
    }
}

/// Where a user stands among a hundred, for ever: raising the percentage takes users in and lets none out.
fn share(user_id: &str) -> u8 {
    let hash = Sha256::new_with_prefix(b"postgate/rollout/v1\n").chain_update(user_id.as_bytes()).finalize();
    let number = hash.iter().take(4).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    u8::try_from((number * 100) >> 32).unwrap_or(99)
}

/// A change that was made: kept beside what it changed, and then in the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlChange {
    /// The request that made it, and its user.
    pub ids: Ids,
    /// `flags` or `policy`.
    pub what: String,
    /// Why.
    pub reason: Option<String>,
    /// The version of the policy that is active afterwards.
    pub policy_version: String,
    /// What was set before.
    pub before: Control,
    /// What is set now.
    pub after: Control,
    /// When.
    pub at: Timestamp,
}

impl ControlChange {
    /// Its row of the audit.
    pub fn record(&self) -> AuditRecord {
        let input = json!({ "what": self.what, "reason": self.reason, "before": self.before });
        let output = json!({ "what": self.what, "reason": self.reason, "before": self.before, "after": self.after });
        let meta = json!({
            "model_name": "deterministic", "model_version": env!("CARGO_PKG_VERSION"), "started_at": self.at, "finished_at": self.at,
            "latency_ms": 0, "retry_count": 0,
        });
        // Strings and small integers are always canonical; an empty hash would show that they were not.
        let hash = |domain, value: &Value| digest(domain, value).unwrap_or_default();
        AuditRecord {
            ids: self.ids.clone(),
            agent_name: "control",
            agent_version: "v1",
            contract_version: CONTRACT_VERSION,
            policy_version: self.policy_version.clone(),
            input_hash: hash(Domain::AgentInput, &input),
            output_hash: hash(Domain::AgentOutput, &output),
            prompt_hash: hash(Domain::Prompt, &json!("")),
            decision_json: json!({ "meta": meta, "output": output }),
            status: DecisionStatus::Pass,
            receipt_id: None,
            created_at: self.at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{ContractError, read_json};
    use crate::gate::{FlagChange, Tier};

    const NOW: Timestamp = Timestamp::from_millis(1_900_000_000_000);
    const HOUR: i64 = 3600;

    fn user(id: &str) -> User {
        User { id: id.to_owned(), tier: Tier::default(), admin: true }
    }

    fn set(json: &str, configured: Mode) -> Result<Control, ContractError> {
        let change: FlagChange = read_json(json.as_bytes())?;
        Ok(change.patch(configured, true, &user("dev:root"), NOW)?.apply(&Control::default()))
    }

    #[test]
    fn the_kill_switch_wins_over_rollout_and_configuration_until_it_expires() {
        let control = set(r#"{"mode":"advisory","rollout_percent":100,"reason":"spike"}"#, Mode::Enforced).unwrap();
        let mode = |configured, hours| control.mode_for(configured, &user("u"), NOW.plus_seconds(hours * HOUR));
        assert_eq!((mode(Mode::Enforced, 23), mode(Mode::Enforced, 24)), (Mode::Advisory, Mode::Enforced));
        assert_eq!(control.mode.as_ref().unwrap().expires_at, Some(NOW.plus_seconds(24 * HOUR)));
        assert_eq!(control.mode.unwrap().actor, "dev:root");
    }

    #[test]
    fn what_weakens_lasts_a_day_at_most_also_when_the_configuration_becomes_stricter() {
        let error = set(r#"{"mode":"off","reason":"r","expires_at":"2030-03-20T00:00:00Z"}"#, Mode::Enforced).unwrap_err();
        assert_eq!(error.pointer, "/expires_at");
        let stricter = set(r#"{"mode":"enforced","reason":"r"}"#, Mode::Advisory).unwrap();
        assert_eq!(stricter.mode_for(Mode::Advisory, &user("u"), NOW.plus_seconds(1000 * HOUR)), Mode::Enforced);
        let same = set(r#"{"mode":"advisory","reason":"r"}"#, Mode::Advisory).unwrap();
        assert_eq!(same.mode_for(Mode::Enforced, &user("u"), NOW.plus_seconds(25 * HOUR)), Mode::Enforced);
        let rollout = set(r#"{"rollout_percent":0,"reason":"r"}"#, Mode::Enforced).unwrap();
        assert_eq!(rollout.mode_for(Mode::Enforced, &user("u"), NOW), Mode::Advisory);
        assert_eq!(rollout.mode_for(Mode::Enforced, &user("u"), NOW.plus_seconds(24 * HOUR)), Mode::Enforced);
    }

    #[test]
    fn a_rollout_takes_a_stable_share_and_raising_it_lets_nobody_out() {
        let enforced = |percent: u8| {
            let control = set(&format!(r#"{{"rollout_percent":{percent},"reason":"r"}}"#), Mode::Advisory).unwrap();
            let later = NOW.plus_seconds(100 * HOUR);
            (0..2000).filter(|n| control.mode_for(Mode::Advisory, &user(&format!("u{n}")), later) == Mode::Enforced).collect::<Vec<_>>()
        };
        let (none, some, more, all) = (enforced(0), enforced(10), enforced(40), enforced(100));
        assert_eq!((none.len(), all.len()), (0, 2000));
        assert!((140..260).contains(&some.len()) && (700..900).contains(&more.len()), "{} {}", some.len(), more.len());
        assert!(some.iter().all(|n| more.contains(n)));
        assert_eq!(share("jwt:https://id.example|7"), 97, "the share of a user never changes");
        let off = set(r#"{"rollout_percent":100,"reason":"r"}"#, Mode::Off).unwrap();
        assert_eq!(off.mode_for(Mode::Off, &user("u"), NOW), Mode::Off);
    }

    #[test]
    fn unread_means_the_stricter_of_last_known_and_configured() {
        let weak = set(r#"{"mode":"off","reason":"r"}"#, Mode::Enforced).unwrap();
        let strict = set(r#"{"mode":"enforced","reason":"r"}"#, Mode::Off).unwrap();
        let unread = |last, configured| Control::mode_unread(last, configured, &user("u"), NOW);
        assert_eq!(unread(Some(&weak), Mode::Enforced), Mode::Enforced);
        assert_eq!(unread(Some(&strict), Mode::Off), Mode::Enforced);
        assert_eq!((unread(None, Mode::Off), unread(None, Mode::Enforced)), (Mode::Off, Mode::Enforced));
    }

    #[test]
    fn a_change_is_audited_with_what_was_before() {
        let after = set(r#"{"mode":"off","reason":"outage"}"#, Mode::Enforced).unwrap();
        let ids = Ids { request_id: "q".to_owned(), user_id: "dev:root".to_owned(), ..Ids::default() };
        let change = ControlChange {
            ids,
            what: "flags".to_owned(),
            reason: Some("outage".to_owned()),
            policy_version: "10.2.0".to_owned(),
            before: Control::default(),
            after,
            at: NOW,
        };
        let record = change.record();
        assert_eq!((record.agent_name, record.ids.user_id.as_str()), ("control", "dev:root"));
        assert_eq!(record.decision_json["output"]["after"]["mode"]["value"], "off");
        assert!(record.output_hash.starts_with("sha256:") && record.input_hash.starts_with("sha256:"));
    }
}

//! What a verified token says about its user, and what makes it count.

use super::AuthError;
use crate::contract::{MAX_NAME_BYTES, Timestamp};
use crate::gate::{Tier, User};
use serde_json::{Map, Value};

/// How far the clock of an issuer may be off.
const SKEW_SECONDS: i64 = 60;

/// Which claims count and how they are called. A name that starts with `/` is a JSON pointer, so that a claim may stand inside another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimRules {
    /// What `iss` has to be, byte for byte.
    pub issuer: String,
    /// What `aud` has to be or to hold.
    pub audience: String,
    /// The claim of the roles, a string or an array of strings.
    pub roles: String,
    /// The role of an administrator.
    pub admin_role: String,
    /// The claim that is `true` for a verified user.
    pub verified: String,
    /// The claim of the days in a row on which the user has posted.
    pub streak_days: String,
}

impl ClaimRules {
    /// The user of a token whose signature is right.
    pub fn user(&self, claims: &Map<String, Value>, now: Timestamp) -> Result<User, AuthError> {
        if claims.get("iss").and_then(Value::as_str) != Some(&self.issuer) {
            return Err(AuthError::refused("a token of another issuer"));
        }
        if !holds(claims.get("aud"), &self.audience) {
            return Err(AuthError::refused("a token for another audience"));
        }
        let now = now.seconds();
        let Some(expires) = moment(claims, "exp")? else {
            return Err(AuthError::refused("a token without exp, expected one that expires"));
        };
        if now >= expires.saturating_add(SKEW_SECONDS) {
            return Err(AuthError::refused("the token has expired"));
        }
        for (name, message) in [("nbf", "the token does not count yet"), ("iat", "the token was issued in the future")] {
            if moment(claims, name)?.is_some_and(|from| now < from.saturating_sub(SKEW_SECONDS)) {
                return Err(AuthError::refused(message));
            }
        }
        let subject = claims.get("sub").and_then(Value::as_str).unwrap_or_default();
        if subject.is_empty() || subject.len() > MAX_NAME_BYTES || subject.chars().any(char::is_control) {
            return Err(AuthError::refused(format!("no sub that names a user, expected 1 to {MAX_NAME_BYTES} bytes")));
        }
        let streak = claim(claims, &self.streak_days).and_then(Value::as_u64).unwrap_or_default();
        Ok(User {
            id: format!("jwt:{}|{subject}", self.issuer),
            tier: Tier {
                verified: claim(claims, &self.verified) == Some(&Value::Bool(true)),
                streak_days: u32::try_from(streak).unwrap_or(u32::MAX),
            },
            admin: holds(claim(claims, &self.roles), &self.admin_role),
        })
    }
}

/// A string that is `wanted`, or an array that holds it.
fn holds(value: Option<&Value>, wanted: &str) -> bool {
    match value {
        Some(Value::String(text)) => text == wanted,
        Some(Value::Array(items)) => items.iter().any(|item| item == wanted),
        _ => false,
    }
}

fn claim<'c>(claims: &'c Map<String, Value>, name: &str) -> Option<&'c Value> {
    let Some(path) = name.strip_prefix('/') else { return claims.get(name) };
    let (first, rest) = path.split_once('/').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let value = claims.get(&first.replace("~1", "/").replace("~0", "~"))?;
    rest.map_or(Some(value), |rest| value.pointer(&format!("/{rest}")))
}

/// Seconds since 1970; a claim of another type is a token that nobody should believe.
fn moment(claims: &Map<String, Value>, name: &str) -> Result<Option<i64>, AuthError> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    let seconds = value.as_i64().or_else(|| {
        let seconds = value.as_f64()?.floor();
        #[expect(clippy::cast_possible_truncation, reason = "the cast saturates, and a time so far away stays far away")]
        seconds.is_finite().then_some(seconds as i64)
    });
    seconds.map(Some).ok_or_else(|| AuthError::refused(format!("{name} is not a number of seconds since 1970")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: i64 = 1_900_000_000;

    fn rules() -> ClaimRules {
        ClaimRules {
            issuer: "https://id.example".to_owned(),
            audience: "postgate".to_owned(),
            roles: "/metadata/roles".to_owned(),
            admin_role: "postgate-admin".to_owned(),
            verified: "verified".to_owned(),
            streak_days: "https://acme.example/streak".to_owned(),
        }
    }

    fn user(change: impl FnOnce(&mut Map<String, Value>)) -> Result<User, AuthError> {
        let mut claims = json!({ "iss": "https://id.example", "aud": "postgate", "sub": "auth0|7", "exp": NOW + 10 });
        change(claims.as_object_mut().unwrap());
        rules().user(claims.as_object().unwrap(), Timestamp::from_millis(NOW * 1000))
    }

    fn with(name: &str, value: Value) -> Result<User, AuthError> {
        user(|claims| {
            claims.insert(name.to_owned(), value);
        })
    }

    #[test]
    fn the_id_carries_its_issuer_and_nothing_is_assumed() {
        let user = user(|_| ()).unwrap();
        assert_eq!(user, User { id: "jwt:https://id.example|auth0|7".to_owned(), tier: Tier::default(), admin: false });
    }

    #[test]
    fn issuer_and_audience_are_compared_byte_for_byte() {
        for issuer in [json!("https://id.example/"), json!("https://ID.example"), json!(["https://id.example"]), json!(null)] {
            assert!(with("iss", issuer).is_err());
        }
        assert!(with("aud", json!(["other", "postgate"])).is_ok());
        for audience in [json!("postgate2"), json!(["other"]), json!([]), json!({ "postgate": true }), json!(null)] {
            assert!(with("aud", audience).is_err());
        }
        assert!(user(|claims| drop(claims.remove("iss"))).is_err());
        assert!(user(|claims| drop(claims.remove("aud"))).is_err());
    }

    #[test]
    fn a_minute_of_clock_skew_is_forgiven_and_no_more() {
        assert!(with("exp", json!(NOW - 59)).is_ok());
        assert!(with("exp", json!(NOW - 60)).is_err());
        for name in ["nbf", "iat"] {
            assert!(with(name, json!(NOW + 60)).is_ok());
            assert!(with(name, json!(NOW + 61)).is_err());
        }
        assert!(with("exp", json!(1_900_000_000.5)).is_ok());
    }

    #[test]
    fn a_token_that_never_expires_or_names_nobody_is_refused() {
        assert!(user(|claims| drop(claims.remove("exp"))).is_err());
        for exp in [json!("2030"), json!(null), json!(-1), json!(true)] {
            assert!(with("exp", exp).is_err());
        }
        assert!(with("exp", json!(1e300)).is_ok());
        for subject in [json!(""), json!(7), json!("a\u{7}"), json!("a".repeat(300)), json!(null)] {
            assert!(with("sub", subject).is_err());
        }
    }

    #[test]
    fn role_and_tier_come_from_the_named_claims_and_a_wrong_type_gives_nothing() {
        let admin = |roles: Value| with("metadata", json!({ "roles": roles })).unwrap().admin;
        assert!(admin(json!("postgate-admin")) && admin(json!(["writer", "postgate-admin"])));
        for roles in [json!("postgate-admin2"), json!([["postgate-admin"]]), json!({ "postgate-admin": true }), json!(true), json!(null)] {
            assert!(!admin(roles));
        }
        assert!(!with("roles", json!("postgate-admin")).unwrap().admin);
        let tier = |verified: Value, days: Value| {
            user(|claims| {
                claims.insert("verified".to_owned(), verified);
                claims.insert("https://acme.example/streak".to_owned(), days);
            })
            .unwrap()
            .tier
            .posts_per_window()
        };
        assert_eq!([tier(json!(true), json!(90)), tier(json!(true), json!(89)), tier(json!("true"), json!(90))], [15, 10, 5]);
        assert_eq!([tier(json!(true), json!("90")), tier(json!(true), json!(-1)), tier(json!(1), json!(90))], [10, 10, 5]);
        assert_eq!(tier(json!(true), json!(u64::MAX)), 15);
    }
}

//! A JSON Web Token: what is read is what was sent, byte for byte, with one of three algorithms; and its claims name a user only where they
//! say issuer, audience and an expiry that is not past.

use super::{Choices, one_zero, second_reading};
use base64ct::{Base64UrlUnpadded, Encoding};
use postgate::contract::Timestamp;
use postgate::gate::{Algorithm, ClaimRules, UnverifiedJwt};
use serde_json::Value;

const NOW: i64 = 1_900_000_000;

pub(super) fn holds(data: &[u8]) {
    let mut choices = Choices(data);
    // As it is, or as the header and claims of a token, one a line.
    if choices.next() % 2 == 0 {
        read(&choices.text());
    } else {
        let text = choices.text();
        let (header, claims) = text.split_once('\n').unwrap_or((&text, ""));
        let encode = |json: &str| Base64UrlUnpadded::encode_string(json.as_bytes());
        read(&format!("{}.{}.AAAA", encode(header), encode(claims)));
    }
}

fn read(token: &str) {
    let Ok(jwt) = UnverifiedJwt::read(token) else { return };
    let signed = String::from_utf8(jwt.signed).expect("what is signed is text");
    assert_eq!(format!("{signed}.{}", Base64UrlUnpadded::encode_string(&jwt.signature)), token, "the parts are not the whole");
    let (header, claims) = signed.split_once('.').expect("what is signed has two parts");
    let header = decoded(header);
    let expected = match jwt.header.algorithm {
        Algorithm::Ed25519 => ["EdDSA", "Ed25519"],
        Algorithm::Es256 => ["ES256"; 2],
        Algorithm::Rs256 => ["RS256"; 2],
    };
    assert!(expected.contains(&header["alg"].as_str().unwrap_or_default()), "{header}");
    assert_eq!(header["kid"].as_str(), jwt.header.kid.as_deref(), "{header}");
    assert!(header.get("crit").is_none() && header.get("b64").is_none(), "{header}");
    assert_eq!(one_zero(decoded(claims)), one_zero(Value::Object(jwt.claims.clone())), "two readers of the claims differ");
    let rules = ClaimRules {
        issuer: "https://id.example".to_owned(),
        audience: "postgate".to_owned(),
        roles: "/metadata/roles".to_owned(),
        admin_role: "admin".to_owned(),
        verified: "verified".to_owned(),
        streak_days: "streak".to_owned(),
    };
    let Ok(found) = rules.user(&jwt.claims, Timestamp::from_millis(NOW * 1000)) else { return };
    let said = |name: &str| jwt.claims.get(name).cloned().unwrap_or_default();
    assert_eq!(said("iss"), "https://id.example");
    assert!(said("aud") == "postgate" || said("aud").as_array().is_some_and(|all| all.contains(&Value::from("postgate"))));
    assert!(said("exp").as_f64().is_some_and(|expires| expires > 1_899_999_939.0), "{:?}", said("exp"));
    assert_eq!(Some(found.id.as_str()), said("sub").as_str().map(|sub| format!("jwt:https://id.example|{sub}")).as_deref());
    assert!(!found.id.contains(char::is_control), "{}", found.id);
    let held = said("metadata").get("roles").cloned().unwrap_or_default();
    assert_eq!(found.admin, held == "admin" || held.as_array().is_some_and(|all| all.contains(&Value::from("admin"))));
    assert_eq!(found.tier.verified, said("verified") == Value::Bool(true));
}

fn decoded(part: &str) -> Value {
    let bytes = Base64UrlUnpadded::decode_vec(part).expect("a part that was read is base64url");
    second_reading(&String::from_utf8(bytes).expect("a part that was read is UTF-8")).expect("a part that was read is JSON")
}

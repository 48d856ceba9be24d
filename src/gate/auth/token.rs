//! A JSON Web Token before its signature is checked: three parts, each read strictly.
//!
//! Nothing of the header chooses a key from outside: `jwk`, `jku`, `x5u` and `x5c` are not read, and `crit` is refused.

use super::AuthError;
use super::keys::Algorithm;
use crate::contract::{MAX_NAME_BYTES, Tree, read_tree};
use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Map, Value};

/// The most bytes of a token; longer ones are refused before they are decoded.
const MAX_JWT_BYTES: usize = 8 * 1024;

/// What the header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwtHeader {
    /// How it says it is signed; the key has to agree.
    pub algorithm: Algorithm,
    /// The name of the key.
    pub kid: Option<String>,
}

/// A token whose signature nobody has checked yet.
#[derive(Debug, Clone, PartialEq)]
pub struct UnverifiedJwt {
    /// What the header says.
    pub header: JwtHeader,
    /// The bytes that are signed.
    pub signed: Vec<u8>,
    /// The signature.
    pub signature: Vec<u8>,
    /// What it claims; to be believed once the signature is right.
    pub claims: Map<String, Value>,
}

impl UnverifiedJwt {
    /// Reads a token in its compact form.
    pub fn read(token: &str) -> Result<Self, AuthError> {
        if token.len() > MAX_JWT_BYTES {
            return Err(AuthError::refused(format!("a token of {} bytes, expected at most {MAX_JWT_BYTES}", token.len())));
        }
        let parts: Vec<&str> = token.split('.').collect();
        let [header, claims, signature] = parts.as_slice() else {
            return Err(AuthError::refused("not a signed token, expected three parts with dots between them"));
        };
        let signed = format!("{header}.{claims}").into_bytes();
        Ok(Self {
            header: JwtHeader::read(&object(header, "header")?)?,
            claims: object(claims, "payload")?,
            signature: decode(signature, "signature")?,
            signed,
        })
    }
}

impl JwtHeader {
    fn read(members: &Map<String, Value>) -> Result<Self, AuthError> {
        if members.contains_key("crit") || members.contains_key("b64") {
            return Err(AuthError::refused("a header with crit or b64, expected a token without extensions"));
        }
        let algorithm = members.get("alg").and_then(Value::as_str).and_then(Algorithm::of_header).ok_or_else(|| {
            // `none` and every HMAC are among the others: there is no list of what is refused that could be incomplete.
            AuthError::refused("another alg, expected EdDSA, ES256 or RS256")
        })?;
        match members.get("typ") {
            None => {}
            Some(Value::String(typ)) if is_token_type(typ) => {}
            Some(_) => return Err(AuthError::refused("a token for another purpose, expected typ JWT or at+jwt")),
        }
        let kid = match members.get("kid") {
            None => None,
            Some(Value::String(kid)) if !kid.is_empty() && kid.len() <= MAX_NAME_BYTES => Some(kid.clone()),
            Some(_) => return Err(AuthError::refused("not a kid, expected the name of a key")),
        };
        Ok(Self { algorithm, kid })
    }
}

/// RFC 7515 lets the part before the slash out where it is `application`.
fn is_token_type(typ: &str) -> bool {
    let typ = typ.to_ascii_lowercase();
    matches!(typ.strip_prefix("application/").unwrap_or(&typ), "jwt" | "at+jwt")
}

fn decode(part: &str, what: &str) -> Result<Vec<u8>, AuthError> {
    Base64UrlUnpadded::decode_vec(part).map_err(|_| AuthError::refused(format!("the {what} of the token is not base64url without padding")))
}

/// An object, each member once.
fn object(part: &str, what: &str) -> Result<Map<String, Value>, AuthError> {
    let bytes = decode(part, what)?;
    let refused = || AuthError::refused(format!("the {what} of the token is not a JSON object with each member once"));
    let mut json = serde_json::Deserializer::from_slice(&bytes);
    let Ok(Tree(Value::Object(members))) = read_tree(&mut json) else { return Err(refused()) };
    json.end().map_err(|_| refused())?;
    Ok(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, claims: &str) -> String {
        format!("{}.{}.AA", Base64UrlUnpadded::encode_string(header.as_bytes()), Base64UrlUnpadded::encode_string(claims.as_bytes()))
    }

    fn refusal(token: &str) -> String {
        UnverifiedJwt::read(token).unwrap_err().to_string()
    }

    #[test]
    fn a_token_is_read_and_not_believed() {
        let token = UnverifiedJwt::read(&token(r#"{"alg":"EdDSA","kid":"k","typ":"JWT","jwk":{"kty":"OKP"}}"#, r#"{"sub":"a"}"#)).unwrap();
        assert_eq!(token.header, JwtHeader { algorithm: Algorithm::Ed25519, kid: Some("k".to_owned()) });
        assert_eq!((token.claims["sub"].as_str(), token.signature.as_slice()), (Some("a"), [0].as_slice()));
        assert!(token.signed.starts_with(b"eyJ"));
    }

    #[test]
    fn none_and_hmac_and_their_spellings_are_refused() {
        for alg in ["none", "None", "NONE", "", "HS256", "HS512", "RS256 ", "rs256", "RS512", "PS256", "ES384", "ES256K", "dir"] {
            assert!(refusal(&token(&format!(r#"{{"alg":"{alg}"}}"#), "{}")).starts_with("another alg"), "{alg}");
        }
        for header in ["{}", r#"{"alg":null}"#, r#"{"alg":["ES256"]}"#] {
            assert!(refusal(&token(header, "{}")).starts_with("another alg"), "{header}");
        }
    }

    #[test]
    fn a_member_that_stands_twice_is_refused_wherever_it_is() {
        assert!(refusal(&token(r#"{"alg":"none","alg":"ES256"}"#, "{}")).contains("each member once"));
        assert!(refusal(&token(r#"{"alg":"ES256"}"#, r#"{"sub":"a","sub":"b"}"#)).contains("payload"));
        assert!(refusal(&token(r#"{"alg":"ES256"}"#, r#"{"m":{"roles":[],"roles":["admin"]}}"#)).contains("payload"));
    }

    #[test]
    fn extensions_and_other_kinds_of_token_are_refused() {
        assert!(refusal(&token(r#"{"alg":"ES256","crit":["exp"]}"#, "{}")).contains("crit"));
        assert!(refusal(&token(r#"{"alg":"ES256","b64":false}"#, "{}")).contains("b64"));
        assert!(refusal(&token(r#"{"alg":"ES256","typ":"dpop+jwt"}"#, "{}")).contains("typ"));
        assert!(UnverifiedJwt::read(&token(r#"{"alg":"ES256","typ":"application/at+JWT"}"#, "{}")).is_ok());
        assert!(refusal(&token(r#"{"alg":"ES256","kid":7}"#, "{}")).contains("kid"));
    }

    #[test]
    fn what_is_no_token_is_refused_before_it_is_decoded() {
        for text in ["", "a", "a.b", "a.b.c.d", "a.b.c.d.e", "..", "e30.e30.e30=", "é.e30.e30"] {
            assert!(UnverifiedJwt::read(text).is_err(), "{text}");
        }
        assert!(refusal(&"a".repeat(9000)).starts_with("a token of 9000 bytes"));
        let padded = format!("{}=", token(r#"{"alg":"ES256"}"#, "{}"));
        assert!(refusal(&padded).contains("signature"));
        assert!(refusal(&token(r#"{"alg":"ES256"} {}"#, "{}")).contains("header"));
        assert!(refusal(&token(r#"["ES256"]"#, "{}")).contains("header"));
    }
}

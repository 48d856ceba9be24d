//! The token of a receipt: a compact JWS (RFC 7515) with Ed25519 (RFC 9864), the algorithm pinned at verification.

use super::{Claims, Keyring, Receipt, SigningKeys};
use crate::digest::{NotCanonical, canonical};
use base64ct::{Base64UrlUnpadded, Encoding};
use ed25519_dalek::{Signature, Signer};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest token that is looked at; one of ours is about 1,100 bytes.
const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// The type in the header, so that no other token of the same key is a receipt.
const TYPE: &str = "postgate-receipt+jwt";

/// Why a token is no receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TokenError {
    /// Not three parts of base64url with the JSON that belongs there.
    #[error("not a receipt token")]
    Malformed,
    /// Signed with another algorithm, or of another type.
    #[error("not signed with Ed25519 as a receipt")]
    Algorithm,
    /// The key's name is unknown.
    #[error("signed with an unknown key")]
    UnknownKey,
    /// The signature does not fit.
    #[error("the signature does not fit")]
    Signature,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    jti: String,
    #[serde(flatten)]
    claims: Claims,
}

/// Signs the claims.
pub fn issue(claims: Claims, keys: &SigningKeys) -> Result<Receipt, NotCanonical> {
    let header = Header { alg: "Ed25519".to_owned(), kid: keys.kid().to_owned(), typ: TYPE.to_owned() };
    let payload = Payload { jti: claims.receipt_id.clone(), claims };
    let encode = |json: String| Base64UrlUnpadded::encode_string(json.as_bytes());
    let signed = format!("{}.{}", encode(canonical(&header)?), encode(canonical(&payload)?));
    let signature = keys.key().sign(signed.as_bytes());
    let token = format!("{signed}.{}", Base64UrlUnpadded::encode_string(&signature.to_bytes()));
    Ok(Receipt { claims: payload.claims, token })
}

/// Verifies a token and reads its claims. What was sent is verified, byte for byte; nothing is serialised again.
pub fn verify(token: &str, ring: &Keyring) -> Result<Receipt, TokenError> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(TokenError::Malformed);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
    let (header, payload) = signed.split_once('.').ok_or(TokenError::Malformed)?;
    let header: Header = decode(header)?;
    if header.alg != "Ed25519" || header.typ != TYPE {
        return Err(TokenError::Algorithm);
    }
    let key = ring.find(&header.kid).ok_or(TokenError::UnknownKey)?;
    let signature = Base64UrlUnpadded::decode_vec(signature).map_err(|_| TokenError::Malformed)?;
    let signature = Signature::from_slice(&signature).map_err(|_| TokenError::Malformed)?;
    key.verify_strict(signed.as_bytes(), &signature).map_err(|_| TokenError::Signature)?;
    let Payload { jti, claims } = decode(payload)?;
    if jti != claims.receipt_id {
        return Err(TokenError::Malformed);
    }
    Ok(Receipt { claims, token: token.to_owned() })
}

fn decode<T: for<'de> Deserialize<'de>>(part: &str) -> Result<T, TokenError> {
    let json = Base64UrlUnpadded::decode_vec(part).map_err(|_| TokenError::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| TokenError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::super::tests::claims;
    use super::*;
    use crate::keys::tests::PRIVATE;

    fn keys() -> SigningKeys {
        SigningKeys::read(PRIVATE, None).unwrap()
    }

    fn with_header(header: &str) -> String {
        let receipt = issue(claims(), &keys()).unwrap();
        let (_, payload) = receipt.token.rsplit_once('.').unwrap().0.split_once('.').unwrap();
        let signed = format!("{}.{payload}", Base64UrlUnpadded::encode_string(header.as_bytes()));
        let signature = Base64UrlUnpadded::encode_string(&keys().key().sign(signed.as_bytes()).to_bytes());
        format!("{signed}.{signature}")
    }

    #[test]
    fn the_token_is_unchanged() {
        insta::assert_snapshot!(issue(claims(), &keys()).unwrap().token);
    }

    #[test]
    fn a_token_verifies_to_its_receipt() {
        let receipt = issue(claims(), &keys()).unwrap();
        assert_eq!(verify(&receipt.token, keys().ring()), Ok(receipt));
    }

    #[test]
    fn a_changed_byte_anywhere_is_refused() {
        let token = issue(claims(), &keys()).unwrap().token;
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert!(verify(&changed, keys().ring()).is_err(), "byte {at}");
        }
        assert_eq!(verify(&format!("{token}A"), keys().ring()), Err(TokenError::Malformed));
        assert_eq!(verify(&"a.".repeat(8000), keys().ring()), Err(TokenError::Malformed));
    }

    #[test]
    fn other_algorithms_types_and_keys_are_refused_even_when_signed() {
        let kid = keys().kid().to_owned();
        for (header, expected) in [
            (format!(r#"{{"alg":"none","kid":"{kid}","typ":"{TYPE}"}}"#), TokenError::Algorithm),
            (format!(r#"{{"alg":"HS256","kid":"{kid}","typ":"{TYPE}"}}"#), TokenError::Algorithm),
            (format!(r#"{{"alg":"EdDSA","kid":"{kid}","typ":"{TYPE}"}}"#), TokenError::Algorithm),
            (format!(r#"{{"alg":"Ed25519","kid":"{kid}","typ":"JWT"}}"#), TokenError::Algorithm),
            (format!(r#"{{"alg":"Ed25519","kid":"other","typ":"{TYPE}"}}"#), TokenError::UnknownKey),
            (format!(r#"{{"alg":"Ed25519","kid":"{kid}","typ":"{TYPE}","crit":["b64"]}}"#), TokenError::Malformed),
        ] {
            assert_eq!(verify(&with_header(&header), keys().ring()), Err(expected), "{header}");
        }
    }

    #[test]
    fn a_receipt_outlives_the_rotation_of_its_key() {
        let old = keys();
        let token = issue(claims(), &old).unwrap().token;
        let earlier = serde_json::to_string(old.ring()).unwrap();
        let new_private = r#"{"kty":"OKP","crv":"Ed25519","d":"TM0Imyj_ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U-4pvs","x":"PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw"}"#;
        let new = SigningKeys::read(new_private, Some(&earlier)).unwrap();
        assert!(verify(&token, new.ring()).is_ok());
        assert_eq!(verify(&token, SigningKeys::read(new_private, None).unwrap().ring()), Err(TokenError::UnknownKey));
    }
}

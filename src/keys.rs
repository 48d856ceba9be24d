//! Floor 2: the keys that receipts and checkpoints are signed with: Ed25519, as JWKs.
//!
//! In scope: reading and naming keys. Out of scope: what is signed with them, and where they are kept.

use base64ct::{Base64UrlUnpadded, Encoding};
use ed25519_dalek::{SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// Why a key can't be used. The key itself is never part of the sentence.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Not the JSON of a JWK or a JWKS.
    #[error("not a JSON Web Key, expected {{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":…,\"d\":…}}")]
    NotAJwk,
    /// Another kind of key.
    #[error("a key of another kind, expected kty OKP and crv Ed25519")]
    NotEd25519,
    /// `d` is absent.
    #[error("a public key, expected a private one with the member d")]
    NotPrivate,
    /// `x` or `d` is not 32 bytes of base64url.
    #[error("the member {0} is not 32 bytes of base64url without padding")]
    BadBytes(&'static str),
    /// `x` does not belong to `d`, or is no point of the curve.
    #[error("the member x is not the public key of d")]
    Apart,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: String,
    x: String,
    d: Option<String>,
    kid: Option<String>,
}

/// A set as others publish theirs: keys of any kind.
#[derive(Deserialize)]
struct PublicJwks {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Jwks {
    keys: Vec<Jwk>,
}

/// A public key as it is published: no `alg` member, which some WebCrypto implementations refuse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PublicKey {
    kty: &'static str,
    crv: &'static str,
    x: String,
    kid: String,
    #[serde(rename = "use")]
    usage: &'static str,
    #[serde(skip)]
    key: VerifyingKey,
}

impl PublicKey {
    fn new(key: VerifyingKey, kid: Option<String>) -> Self {
        let x = Base64UrlUnpadded::encode_string(key.as_bytes());
        let kid = kid.unwrap_or_else(|| thumbprint(&x));
        Self { kty: "OKP", crv: "Ed25519", x, kid, usage: "sig", key }
    }

    fn read(jwk: &Jwk) -> Result<Self, KeyError> {
        if jwk.kty != "OKP" || jwk.crv != "Ed25519" {
            return Err(KeyError::NotEd25519);
        }
        let key = VerifyingKey::from_bytes(&bytes(&jwk.x, "x")?).map_err(|_| KeyError::Apart)?;
        Ok(Self::new(key, jwk.kid.clone()))
    }

    /// The key itself.
    pub(crate) const fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The name of the key.
    pub fn kid(&self) -> &str {
        &self.kid
    }
}

/// The public keys that a receipt may be verified with.
#[derive(Debug, Clone, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Keyring {
    keys: Vec<PublicKey>,
}

impl Keyring {
    /// Reads a public JWK, or a JWKS of which the Ed25519 keys count.
    pub fn read(text: &str) -> Result<Self, KeyError> {
        if let Ok(set) = serde_json::from_str::<PublicJwks>(text) {
            let known = set.keys.into_iter().filter(|key| key.get("crv").is_some_and(|curve| curve == "Ed25519"));
            let jwks: Result<Vec<Jwk>, _> = known.map(serde_json::from_value).collect();
            let keys: Result<Vec<PublicKey>, _> = jwks.map_err(|_| KeyError::NotAJwk)?.iter().map(PublicKey::read).collect();
            let keys = keys?;
            return if keys.is_empty() { Err(KeyError::NotEd25519) } else { Ok(Self { keys }) };
        }
        let jwk: Jwk = serde_json::from_str(text).map_err(|_| KeyError::NotAJwk)?;
        Ok(Self { keys: vec![PublicKey::read(&jwk)?] })
    }

    /// The key of this name.
    pub(crate) fn find(&self, kid: &str) -> Option<&VerifyingKey> {
        self.keys.iter().find(|key| key.kid == kid).map(|key| &key.key)
    }

    /// Every key, the signing key's own first.
    pub fn keys(&self) -> &[PublicKey] {
        &self.keys
    }
}

/// One key to sign with, and every key to verify with: the one before a rotation stays until its last receipt has expired.
pub struct SigningKeys {
    key: SigningKey,
    ring: Keyring,
}

impl SigningKeys {
    /// Reads the private JWK to sign with and, optionally, a JWKS of public keys that still count.
    pub fn read(private_jwk: &str, earlier_jwks: Option<&str>) -> Result<Self, KeyError> {
        let jwk: Jwk = serde_json::from_str(private_jwk).map_err(|_| KeyError::NotAJwk)?;
        let public = PublicKey::read(&jwk)?;
        let key = SigningKey::from_bytes(&bytes(jwk.d.as_deref().ok_or(KeyError::NotPrivate)?, "d")?);
        if key.verifying_key() != public.key {
            return Err(KeyError::Apart);
        }
        let mut keys = vec![public];
        if let Some(earlier) = earlier_jwks {
            let earlier: Jwks = serde_json::from_str(earlier).map_err(|_| KeyError::NotAJwk)?;
            for jwk in &earlier.keys {
                keys.push(PublicKey::read(jwk)?);
            }
        }
        Ok(Self { key, ring: Keyring { keys } })
    }

    /// The public keys.
    pub const fn ring(&self) -> &Keyring {
        &self.ring
    }

    pub(crate) const fn key(&self) -> &SigningKey {
        &self.key
    }

    pub(crate) fn kid(&self) -> &str {
        self.ring.keys.first().map_or("", |key| &key.kid)
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKeys").field("kid", &self.kid()).finish_non_exhaustive()
    }
}

fn bytes(text: &str, member: &'static str) -> Result<[u8; 32], KeyError> {
    let mut buffer = [0; 32];
    match Base64UrlUnpadded::decode(text, &mut buffer) {
        Ok(decoded) if decoded.len() == 32 => Ok(buffer),
        _ => Err(KeyError::BadBytes(member)),
    }
}

/// RFC 7638: the SHA-256 of the key's required members, base64url.
fn thumbprint(x: &str) -> String {
    use sha2::{Digest, Sha256};
    Base64UrlUnpadded::encode_string(&Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#)))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The key of RFC 8037, appendix A.
    pub(crate) const PRIVATE: &str = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

    #[test]
    fn the_name_of_a_key_is_its_thumbprint() {
        let keys = SigningKeys::read(PRIVATE, None).unwrap();
        assert_eq!(keys.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        let published = serde_json::to_value(keys.ring()).unwrap();
        assert!(published["keys"][0].get("d").is_none() && published["keys"][0].get("alg").is_none(), "{published}");
    }

    #[test]
    fn a_key_that_can_not_sign_is_refused_without_being_shown() {
        let cases = [
            ("", KeyError::NotAJwk),
            (r#"{"kty":"EC","crv":"P-256","x":"","d":""}"#, KeyError::NotEd25519),
            (r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#, KeyError::NotPrivate),
            (r#"{"kty":"OKP","crv":"Ed25519","x":"AAAA","d":"c2VjcmV0"}"#, KeyError::BadBytes("x")),
            (
                r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
                KeyError::Apart,
            ),
        ];
        for (text, expected) in cases {
            let error = SigningKeys::read(text, None).unwrap_err();
            assert_eq!(error, expected, "{text}");
            assert!(!error.to_string().contains("c2VjcmV0"));
        }
    }

    #[test]
    fn a_public_key_reads_alone_and_in_a_set() {
        let ring = SigningKeys::read(PRIVATE, None).unwrap().ring().clone();
        let set = serde_json::to_string(&ring).unwrap();
        assert_eq!(Keyring::read(&set).unwrap().keys(), ring.keys());
        let alone = serde_json::to_string(&ring.keys()[0]).unwrap();
        assert_eq!(Keyring::read(&alone).unwrap().keys(), ring.keys());
        let mixed = set.replace(r#"{"keys":["#, r#"{"keys":[{"kty":"EC","crv":"P-256","x":"","y":""},"#);
        assert_eq!(Keyring::read(&mixed).unwrap().keys(), ring.keys());
        assert_eq!(Keyring::read(r#"{"keys":[]}"#).unwrap_err(), KeyError::NotEd25519);
        assert_eq!(Keyring::read("[]").unwrap_err(), KeyError::NotAJwk);
    }

    #[test]
    fn debug_output_names_the_key_and_does_not_hold_it() {
        let shown = format!("{:?}", SigningKeys::read(PRIVATE, None).unwrap());
        assert!(shown.contains("kPrK_") && !shown.contains("nWGx"), "{shown}");
    }
}

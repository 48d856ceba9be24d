//! The public keys of an issuer, read from its JWKS. A key belongs to one algorithm, and the token's header has to name that one:
//! what a key is for is said by the key, so that no header can make another use of it.

use super::token::JwtHeader;
use crate::contract::{MAX_NAME_BYTES, Tree, read_tree};
use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Map, Value, json};

/// The most bytes of a JWKS.
pub const MAX_KEYS_BYTES: usize = 128 * 1024;
/// The most keys that are looked at.
const MAX_KEYS: usize = 100;

/// How a token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// `EdDSA` over Curve25519, the only curve of it that is taken.
    Ed25519,
    /// ECDSA over P-256 with SHA-256.
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
}

impl Algorithm {
    /// The algorithm of a header's `alg`; `Ed25519` is its name since RFC 9864.
    pub fn of_header(alg: &str) -> Option<Self> {
        match alg {
            "EdDSA" | "Ed25519" => Some(Self::Ed25519),
            "ES256" => Some(Self::Es256),
            "RS256" => Some(Self::Rs256),
            _ => None,
        }
    }

    /// The name in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "EdDSA",
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }
}

/// One public key that can verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerKey {
    /// Its name.
    pub kid: Option<String>,
    /// The only algorithm that it verifies.
    pub algorithm: Algorithm,
    /// The key as a JWK of its required members alone.
    pub jwk: Value,
    /// How long a signature of it is.
    pub signature_bytes: usize,
}

impl IssuerKey {
    /// `None` for a key that can't verify a token: another kind, another use, or broken. A set may hold such keys.
    fn read(members: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        let number = |name: &str| text(name).and_then(|text| Base64UrlUnpadded::decode_vec(text).ok());
        let coordinate = |name: &str| number(name).filter(|bytes| bytes.len() == 32).and_then(|_| text(name));
        if members.get("use").is_some_and(|usage| usage != "sig") || members.contains_key("d") {
            return None;
        }
        let verifies = |operations: &Value| operations.as_array().is_some_and(|operations| operations.iter().any(|name| name == "verify"));
        if !members.get("key_ops").is_none_or(verifies) {
            return None;
        }
        let (algorithm, signature_bytes, jwk) = match (text("kty")?, text("crv")) {
            ("OKP", Some("Ed25519")) => (Algorithm::Ed25519, 64, json!({ "kty": "OKP", "crv": "Ed25519", "x": coordinate("x")? })),
            ("EC", Some("P-256")) => {
                (Algorithm::Es256, 64, json!({ "kty": "EC", "crv": "P-256", "x": coordinate("x")?, "y": coordinate("y")? }))
            }
            ("RSA", None) => {
                let modulus = number("n")?.into_iter().skip_while(|byte| *byte == 0).count();
                // Under 2048 bits a key can be broken, over 8192 verifying it is a way to keep us busy.
                if !(256..=1024).contains(&modulus) || number("e")?.len() > 8 {
                    return None;
                }
                (Algorithm::Rs256, modulus, json!({ "kty": "RSA", "n": text("n")?, "e": text("e")? }))
            }
            _ => return None,
        };
        let agrees = |alg: &Value| alg.as_str().and_then(Algorithm::of_header) == Some(algorithm);
        if !members.get("alg").is_none_or(agrees) {
            return None;
        }
        let kid = text("kid").filter(|kid| kid.len() <= MAX_NAME_BYTES).map(str::to_owned);
        Some(Self { kid, algorithm, jwk, signature_bytes })
    }
}

/// Which key a token is to be verified with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen<'k> {
    /// This one.
    Key(&'k IssuerKey),
    /// None of that name: the issuer may have a new one.
    Unknown,
    /// The key of that name is for another algorithm than the header says.
    Swapped,
}

/// The keys of an issuer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IssuerKeys {
    keys: Vec<IssuerKey>,
}

impl IssuerKeys {
    /// Reads a JWKS; the message says why it is none.
    pub fn read(body: &[u8]) -> Result<Self, String> {
        if body.len() > MAX_KEYS_BYTES {
            return Err(format!("a key set of more than {MAX_KEYS_BYTES} bytes"));
        }
        let mut json = serde_json::Deserializer::from_slice(body);
        let Tree(tree) = read_tree(&mut json).map_err(|error| format!("the key set is not JSON: {error}"))?;
        json.end().map_err(|_| "the key set is not one JSON value".to_owned())?;
        let keys = tree.get("keys").and_then(Value::as_array).ok_or("no key set, expected an object with the array `keys`")?;
        let keys: Vec<IssuerKey> = keys.iter().take(MAX_KEYS).filter_map(Value::as_object).filter_map(IssuerKey::read).collect();
        if keys.is_empty() {
            return Err("the key set has no key for EdDSA, ES256 or RS256".to_owned());
        }
        Ok(Self { keys })
    }

    /// The key that a header names. A header without a name is clear only where a single key is of its algorithm.
    pub fn choose(&self, header: &JwtHeader) -> Chosen<'_> {
        let of_algorithm = |key: &&IssuerKey| key.algorithm == header.algorithm;
        let Some(kid) = &header.kid else {
            let mut fitting = self.keys.iter().filter(of_algorithm);
            return match (fitting.next(), fitting.next()) {
                (Some(key), None) => Chosen::Key(key),
                _ => Chosen::Unknown,
            };
        };
        let mut named = self.keys.iter().filter(|key| key.kid.as_deref() == Some(kid));
        match named.clone().find(of_algorithm) {
            Some(key) => Chosen::Key(key),
            None if named.next().is_some() => Chosen::Swapped,
            None => Chosen::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED: &str = r#"{"kty":"OKP","crv":"Ed25519","kid":"ed","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    const EC: &str = r#"{"kty":"EC","crv":"P-256","kid":"ec","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}"#;

    fn set(keys: &[&str]) -> Result<IssuerKeys, String> {
        IssuerKeys::read(format!(r#"{{"keys":[{}]}}"#, keys.join(",")).as_bytes())
    }

    fn header(algorithm: Algorithm, kid: Option<&str>) -> JwtHeader {
        JwtHeader { algorithm, kid: kid.map(str::to_owned) }
    }

    #[test]
    fn a_key_is_for_one_algorithm_whatever_the_header_says() {
        let keys = set(&[ED, EC]).unwrap();
        assert!(matches!(keys.choose(&header(Algorithm::Ed25519, Some("ed"))), Chosen::Key(key) if key.kid.as_deref() == Some("ed")));
        assert_eq!(keys.choose(&header(Algorithm::Es256, Some("ed"))), Chosen::Swapped);
        assert_eq!(keys.choose(&header(Algorithm::Rs256, Some("ec"))), Chosen::Swapped);
        assert_eq!(keys.choose(&header(Algorithm::Es256, Some("new"))), Chosen::Unknown);
    }

    #[test]
    fn without_a_name_only_a_single_key_of_the_algorithm_is_clear() {
        assert!(matches!(set(&[ED, EC]).unwrap().choose(&header(Algorithm::Es256, None)), Chosen::Key(_)));
        assert_eq!(set(&[EC, EC]).unwrap().choose(&header(Algorithm::Es256, None)), Chosen::Unknown);
        assert_eq!(set(&[ED]).unwrap().choose(&header(Algorithm::Rs256, None)), Chosen::Unknown);
    }

    #[test]
    fn keys_that_can_not_verify_are_left_out() {
        let small = format!(r#"{{"kty":"RSA","n":"{}","e":"AQAB"}}"#, Base64UrlUnpadded::encode_string(&[0xff; 128]));
        let left_out = [
            r#"{"kty":"oct","k":"c2VjcmV0","kid":"ed"}"#,
            r#"{"kty":"OKP","crv":"X25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
            r#"{"kty":"OKP","crv":"Ed25519","x":"AAAA"}"#,
            r#"{"kty":"EC","crv":"P-384","x":"AA","y":"AA"}"#,
            &ED.replace("\"kid\"", "\"use\":\"enc\",\"kid\""),
            &ED.replace("\"kid\"", "\"alg\":\"ES256\",\"kid\""),
            &ED.replace("\"kid\"", "\"key_ops\":[\"sign\"],\"kid\""),
            &ED.replace("\"kid\"", "\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\",\"kid\""),
            &small,
        ];
        for key in left_out {
            assert!(set(&[key]).is_err(), "{key}");
        }
        let good = format!(r#"{{"kty":"RSA","n":"{}","e":"AQAB","alg":"RS256"}}"#, Base64UrlUnpadded::encode_string(&[0xff; 256]));
        assert_eq!(set(&[&good]).unwrap().keys[0].signature_bytes, 256);
    }

    #[test]
    fn what_is_no_key_set_is_a_fault_with_its_reason() {
        for body in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[]}"#, r#"{"keys":[],"keys":[]}"#, "<html>"] {
            assert!(IssuerKeys::read(body.as_bytes()).is_err(), "{body}");
        }
        assert!(IssuerKeys::read(&vec![b' '; MAX_KEYS_BYTES + 1]).unwrap_err().contains("more than"));
    }
}

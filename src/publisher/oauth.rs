//! OAuth 1.0a for one user, HMAC-SHA1, as RFC 5849 and X describe it.

use super::config::XAccount;
use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;

/// Everything but letters, digits, `-`, `.`, `_` and `~`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes as RFC 3986 says.
pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// `name=value` pairs, encoded and joined.
pub(super) fn query(pairs: &[(&str, String)]) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

/// What is signed once: it must not come again.
pub(super) struct Once<'o> {
    pub(super) nonce: &'o str,
    pub(super) seconds: i64,
}

/// The value of the header `Authorization`. A JSON body is not part of what is signed; the query is.
pub(super) fn authorization(account: &XAccount, method: &str, url: &str, pairs: &[(&str, String)], once: &Once<'_>) -> String {
    let own = [
        ("oauth_consumer_key", account.api_key.reveal().to_owned()),
        ("oauth_nonce", once.nonce.to_owned()),
        ("oauth_signature_method", "HMAC-SHA1".to_owned()),
        ("oauth_timestamp", once.seconds.to_string()),
        ("oauth_token", account.access_token.reveal().to_owned()),
        ("oauth_version", "1.0".to_owned()),
    ];
    let signature = sign(account, method, url, own.iter().chain(pairs));
    let own = own.iter().map(|(name, value)| format!("{name}=\"{}\"", encode(value)));
    let all: Vec<String> = own.chain([format!("oauth_signature=\"{}\"", encode(&signature))]).collect();
    format!("OAuth {}", all.join(", "))
}

fn sign<'p>(account: &XAccount, method: &str, url: &str, pairs: impl Iterator<Item = &'p (&'p str, String)>) -> String {
    let mut encoded: Vec<(String, String)> = pairs.map(|(name, value)| (encode(name), encode(value))).collect();
    encoded.sort();
    let encoded: Vec<String> = encoded.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let base = format!("{method}&{}&{}", encode(url), encode(&encoded.join("&")));
    let key = format!("{}&{}", encode(account.api_secret.reveal()), encode(account.access_token_secret.reveal()));
    // A key of any length will do for HMAC.
    Hmac::<Sha1>::new_from_slice(key.as_bytes())
        .map(|mac| Base64::encode_string(&mac.chain_update(base.as_bytes()).finalize().into_bytes()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publisher::Secret;

    fn account(secrets: [&str; 4]) -> XAccount {
        let [api_key, api_secret, access_token, access_token_secret] = secrets.map(|text| Secret::new(text.to_owned()));
        XAccount { base: String::new(), user_id: String::new(), api_key, api_secret, access_token, access_token_secret }
    }

    /// The example of X's own page "Creating a signature".
    #[test]
    fn the_documented_example_has_the_documented_signature() {
        let account = account([
            "xvz1evFS4wEEPTGEFPHBog",
            "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
            "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
            "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
        ]);
        let pairs = [("status", "Hello Ladies + Gentlemen, a signed OAuth request!".to_owned()), ("include_entities", "true".to_owned())];
        let once = Once { nonce: "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg", seconds: 1_318_622_958 };
        let header = authorization(&account, "POST", "https://api.twitter.com/1.1/statuses/update.json", &pairs, &once);
        assert!(header.ends_with("oauth_signature=\"hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D\""), "{header}");
        assert!(header.starts_with("OAuth oauth_consumer_key=\"xvz1evFS4wEEPTGEFPHBog\", oauth_nonce="), "{header}");
        assert!(!header.contains("Ladies"), "{header}");
    }

    #[test]
    fn what_is_reserved_is_encoded() {
        assert_eq!(encode("Dogs, Cats & Mice!"), "Dogs%2C%20Cats%20%26%20Mice%21");
        assert_eq!(encode("☃-._~"), "%E2%98%83-._~");
        assert_eq!(query(&[("a b", "c+d".to_owned()), ("e", String::new())]), "a%20b=c%2Bd&e=");
    }
}

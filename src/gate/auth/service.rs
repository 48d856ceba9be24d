//! Service keys: a backend of yours signs in with a key and names the user it acts for. The gate holds the SHA-256 of each key, never the key.

use super::AuthError;
use crate::contract::MAX_NAME_BYTES;
use crate::gate::{Tier, User};
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

/// The name of a key that is given without one.
const UNNAMED: &str = "service";

/// What a key may do.
#[derive(Clone, PartialEq, Eq)]
struct ServiceKey {
    /// Two keys of one name name the same users, so that a key can be changed for a new one.
    name: String,
    admin: bool,
    digest: [u8; 32],
}

/// Every service key.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ServiceKeys {
    keys: Vec<ServiceKey>,
}

/// Which keys there are, without what they are compared with.
impl fmt::Debug for ServiceKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|key| &key.name)).finish()
    }
}

impl ServiceKeys {
    /// Reads entries with commas between them: `HASH`, `name=HASH` or `name:admin=HASH`, the hash as 64 hexadecimal digits. What is wrong
    /// is told by position: somebody may have put a key where its hash belongs.
    pub fn read(text: &str) -> Result<Self, String> {
        let keys = text.split(',').map(str::trim).enumerate().map(|(index, entry)| {
            ServiceKey::read(entry).ok_or_else(|| {
                format!("entry {} is not a hash, expected name=HASH or name:admin=HASH with 64 hexadecimal digits of SHA-256", index + 1)
            })
        });
        Ok(Self { keys: keys.collect::<Result<_, _>>()? })
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The user that a service acts for, `None` where the key is no service key. Every hash is compared to its end: how long it takes
    /// says nothing about which key was nearly right.
    pub(super) fn user(&self, presented: &str, acting_for: Option<&str>) -> Option<Result<User, AuthError>> {
        if self.keys.is_empty() {
            return None;
        }
        let digest: [u8; 32] = Sha256::digest(presented.as_bytes()).into();
        let found = (1_u32..).zip(&self.keys).fold(0_u32, |found, (position, key)| {
            let same: Choice = key.digest.ct_eq(&digest);
            u32::conditional_select(&found, &position, same)
        });
        let key = self.keys.get(usize::try_from(found).ok()?.checked_sub(1)?)?;
        Some(key.act_for(acting_for))
    }
}

impl ServiceKey {
    fn read(entry: &str) -> Option<Self> {
        let (label, hash) = entry.split_once('=').unwrap_or((UNNAMED, entry));
        let (name, admin) = label.strip_suffix(":admin").map_or((label, false), |name| (name, true));
        let is_name = |name: &str| {
            (1..=32).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        let digits = hash.strip_prefix("sha256:").unwrap_or(hash);
        if !is_name(name) || digits.len() != 64 {
            return None;
        }
        let mut digest = [0; 32];
        for (byte, pair) in digest.iter_mut().zip(digits.as_bytes().chunks(2)) {
            let digit = |at: usize| pair.get(at).and_then(|digit| char::from(*digit).to_digit(16));
            *byte = u8::try_from(digit(0)? * 16 + digit(1)?).ok()?;
        }
        Some(Self { name: name.to_owned(), admin, digest })
    }

    fn act_for(&self, user: Option<&str>) -> Result<User, AuthError> {
        let user = user.ok_or_else(|| AuthError::refused("a service key without Postgate-User, expected the user it acts for"))?;
        if user.is_empty() || user.len() > MAX_NAME_BYTES || !user.bytes().all(|byte| byte.is_ascii_graphic()) {
            let message = format!("Postgate-User is not a user name, expected 1 to {MAX_NAME_BYTES} visible ASCII characters");
            return Err(AuthError::refused(message));
        }
        Ok(User { id: format!("key:{}:{user}", self.name), tier: Tier::default(), admin: self.admin })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::sha256;

    fn hash(key: &str) -> String {
        sha256(&[key.as_bytes()])
    }

    fn keys() -> ServiceKeys {
        let bare = hash("three").replace("sha256:", "");
        ServiceKeys::read(&format!("web={}, ops:admin={},{bare},web={}", hash("one"), hash("two"), hash("four"))).unwrap()
    }

    #[test]
    fn a_key_names_its_users_and_a_new_key_of_the_same_name_names_the_same() {
        let user = |key: &str| keys().user(key, Some("ann")).unwrap().unwrap();
        assert_eq!(user("one"), User { id: "key:web:ann".to_owned(), tier: Tier::default(), admin: false });
        assert_eq!(user("four"), user("one"));
        assert_eq!((user("two").admin, user("two").id), (true, "key:ops:ann".to_owned()));
        assert_eq!(user("three").id, "key:service:ann");
    }

    #[test]
    fn the_hash_of_a_key_is_no_key() {
        for wrong in ["", "five", "one ", &hash("one"), &hash("one").replace("sha256:", "")] {
            assert!(keys().user(wrong, Some("ann")).is_none(), "{wrong}");
        }
        assert!(ServiceKeys::default().user("", Some("ann")).is_none());
    }

    #[test]
    fn a_service_has_to_name_a_user_that_is_one() {
        for user in [None, Some(""), Some("a b"), Some("é"), Some("a\n")] {
            assert!(keys().user("one", user).unwrap().is_err(), "{user:?}");
        }
        assert!(keys().user("one", Some(&"a".repeat(201))).unwrap().is_err());
    }

    #[test]
    fn what_is_no_hash_is_refused_without_being_shown() {
        let full = hash("one").replace("sha256:", "");
        let most = full.strip_suffix(char::is_alphanumeric).unwrap();
        for text in [
            "",
            "the-key-itself",
            "web=the-key-itself",
            &format!("web={most}"),
            &format!("web={most}g"),
            &format!("={most}0"),
            &format!("Web={most}0"),
        ] {
            let problem = ServiceKeys::read(text).unwrap_err();
            assert!(problem.starts_with("entry 1 ") && !problem.contains("itself"), "{problem}");
        }
        assert!(ServiceKeys::read(&format!("{},", hash("one"))).unwrap_err().starts_with("entry 2 "));
        assert!(!format!("{:?}", keys()).contains("digest"));
    }
}

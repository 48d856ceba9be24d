//! Checkpoints: how large the tree is and what its root is, signed, as C2SP's `tlog-checkpoint` in a `signed-note` writes it.
//!
//! The signature is Ed25519 over the note's text. A receipt's signature is over text without a line break, so one is never the other.

use super::tree::{Hash, decode, encode};
use crate::keys::{Keyring, PublicKey, SigningKeys};
use base64ct::{Base64, Encoding};
use ed25519_dalek::{Signature, Signer};
use sha2::{Digest, Sha256};
use std::fmt;
use thiserror::Error;

/// The longest note that is read.
const MAX_NOTE_BYTES: usize = 4096;

/// The kind of signature: Ed25519.
const ED25519: u8 = 1;

/// What stands in front of a signature.
const SIGNATURE: &str = "— ";

/// Which tree, how large, and its root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the tree, which is also the name of the key in the note.
    pub origin: String,
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// Why a checkpoint does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoteError {
    /// Not the form of a checkpoint.
    #[error("not a signed checkpoint")]
    Malformed,
    /// None of its signatures is by a key that was given.
    #[error("not signed by any of the given keys")]
    UnknownKey,
    /// The text is not what was signed.
    #[error("the signature is over something else")]
    Signature,
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, encode(&self.root))
    }
}

/// Whether a tree can have this name: one line, no blank, no plus.
pub fn is_origin(name: &str) -> bool {
    (1..=200).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'+')
}

/// The first four bytes of the key's identity under this name.
fn key_id(name: &str, key: &PublicKey) -> [u8; 4] {
    let hash: Hash = Sha256::new().chain_update(name).chain_update([b'\n', ED25519]).chain_update(key.key().as_bytes()).finalize().into();
    let [a, b, c, d, ..] = hash;
    [a, b, c, d]
}

impl Checkpoint {
    /// The signed note.
    pub fn sign(&self, keys: &SigningKeys) -> String {
        let text = self.to_string();
        let id = keys.ring().keys().first().map(|key| key_id(&self.origin, key)).unwrap_or_default();
        let signed = [id.as_slice(), &keys.key().sign(text.as_bytes()).to_bytes()].concat();
        format!("{text}\n{SIGNATURE}{} {}\n", self.origin, Base64::encode_string(&signed))
    }

    /// Reads a note that one of these keys has signed.
    pub fn open(note: &str, ring: &Keyring) -> Result<Self, NoteError> {
        if note.len() > MAX_NOTE_BYTES {
            return Err(NoteError::Malformed);
        }
        let (text, signatures) = note.rsplit_once("\n\n").ok_or(NoteError::Malformed)?;
        let text = format!("{text}\n");
        let checkpoint = Self::parse(&text).ok_or(NoteError::Malformed)?;
        let mut error = NoteError::UnknownKey;
        for line in signatures.strip_suffix('\n').ok_or(NoteError::Malformed)?.split('\n') {
            let (name, signed) = line.strip_prefix(SIGNATURE).and_then(|line| line.split_once(' ')).ok_or(NoteError::Malformed)?;
            let signed = Base64::decode_vec(signed).map_err(|_| NoteError::Malformed)?;
            let (id, signature) = signed.split_first_chunk::<4>().ok_or(NoteError::Malformed)?;
            for key in ring.keys().iter().filter(|key| name == checkpoint.origin && key_id(name, key) == *id) {
                let is_right =
                    Signature::from_slice(signature).is_ok_and(|signature| key.key().verify_strict(text.as_bytes(), &signature).is_ok());
                if is_right {
                    return Ok(checkpoint);
                }
                error = NoteError::Signature;
            }
        }
        Err(error)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let origin = lines.next().filter(|origin| is_origin(origin))?.to_owned();
        let size = lines.next()?;
        let is_plain = size == "0" || (!size.starts_with('0') && size.bytes().all(|byte| byte.is_ascii_digit()));
        let size = size.parse().ok().filter(|_| is_plain)?;
        let root = decode(lines.next()?)?;
        lines.next().is_none().then_some(Self { origin, size, root })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::audit::tree::{empty_root, leaf_hash};
    use crate::keys::tests::PRIVATE;

    pub(crate) fn keys() -> SigningKeys {
        SigningKeys::read(PRIVATE, None).unwrap()
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint { origin: "postgate/audit".to_owned(), size: 3, root: leaf_hash(&[]) }
    }

    #[test]
    fn the_form_of_a_checkpoint_is_unchanged() {
        insta::assert_snapshot!(checkpoint().sign(&keys()));
    }

    #[test]
    fn the_name_of_a_key_is_the_one_that_other_tools_print() {
        // `PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW` is the example of the signed-note specification.
        let jwk = r#"{"kty":"OKP","crv":"Ed25519","x":"GlzZBxQ8OExB6DDFvOEqqIF-xWSaqr8sMTiLNbLXRNY"}"#;
        let ring = Keyring::read(jwk).unwrap();
        assert_eq!(key_id("PeterNeumann", &ring.keys()[0]), [0xc7, 0x4f, 0x20, 0xa3]);
    }

    #[test]
    fn a_signed_checkpoint_opens_with_its_key_alone() {
        let note = checkpoint().sign(&keys());
        assert_eq!(Checkpoint::open(&note, keys().ring()), Ok(checkpoint()));
        let empty = Checkpoint { size: 0, root: empty_root(), ..checkpoint() };
        assert_eq!(Checkpoint::open(&empty.sign(&keys()), keys().ring()), Ok(empty));
        let other = Keyring::read(r#"{"kty":"OKP","crv":"Ed25519","x":"PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw"}"#).unwrap();
        assert_eq!(Checkpoint::open(&note, &other), Err(NoteError::UnknownKey));
        let cosigned = format!("{note}— witness.example YWJjZGVm\n");
        assert_eq!(Checkpoint::open(&cosigned, keys().ring()), Ok(checkpoint()));
    }

    #[test]
    fn a_changed_byte_anywhere_is_refused() {
        let note = checkpoint().sign(&keys());
        for at in 0..note.len() {
            let mut bytes = note.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            if let Ok(changed) = String::from_utf8(bytes) {
                assert!(Checkpoint::open(&changed, keys().ring()).is_err(), "byte {at}");
            }
        }
        for text in ["", "\n\n", "a\n1\n", "a\n01\nAAAA\n\n— a AAAA\n", "a b\n1\nx\n\n"] {
            assert_eq!(Checkpoint::open(text, keys().ring()), Err(NoteError::Malformed), "{text:?}");
        }
    }
}

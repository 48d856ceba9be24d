//! Who asks: from the credential alone, never from the body.
//!
//! In scope: what a credential has to look like and what it says: JSON Web Tokens, service keys, development sign-in, and when the keys of
//! an issuer are fetched. Out of scope: the signature check and the fetch, which need the outside (floor 8).

mod cache;
mod claims;
mod config;
mod credentials;
mod keys;
mod service;
mod token;

pub use cache::{KeyAge, Need};
pub use claims::ClaimRules;
pub use config::{AuthConfig, JwtConfig};
pub use credentials::{Credentials, Seen};
pub use keys::{Algorithm, Chosen, IssuerKey, IssuerKeys, MAX_KEYS_BYTES};
pub use service::ServiceKeys;
pub use token::{JwtHeader, UnverifiedJwt};

use super::ports::Fault;
use thiserror::Error;

/// Why nobody is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AuthError {
    /// The credential does not count: the caller's mistake.
    #[error("{0}")]
    Refused(String),
    /// Whether it counts can't be said: ours.
    #[error("{0}")]
    Fault(Fault),
}

impl AuthError {
    /// The caller's mistake.
    pub fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }
}

//! What of a request says who asks and from where, and what can be said of it without its signature.

use super::AuthError;
use super::config::AuthConfig;
use super::token::UnverifiedJwt;
use crate::contract::MAX_NAME_BYTES;
use crate::gate::{Tier, User};
use std::net::IpAddr;

/// The headers that a sign-in looks at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    /// `Authorization`.
    pub authorization: Option<String>,
    /// `Postgate-User`: the user a service acts for. Beside any other credential it says nothing.
    pub acting_for: Option<String>,
    /// `Host`.
    pub host: Option<String>,
    /// `Origin`.
    pub origin: Option<String>,
    /// The address of the client, as the platform saw it.
    pub client: Option<String>,
}

/// What a credential turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    /// A user.
    User(User),
    /// A token, which counts once its signature is right.
    Token(UnverifiedJwt),
}

impl Credentials {
    /// Looks at the credential; a kind that is not configured does not exist.
    pub fn look(&self, config: &AuthConfig) -> Result<Seen, AuthError> {
        let header = self.authorization.as_deref().ok_or_else(|| refused("no Authorization header, expected Bearer and a token"))?;
        let token = header
            .split_once(' ')
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token)
            .ok_or_else(|| refused("another scheme in Authorization, expected Bearer and a token"))?;
        if config.dev {
            return self.developer(token).map(Seen::User);
        }
        if let Some(user) = config.service_keys.user(token, self.acting_for.as_deref()) {
            return user.map(Seen::User);
        }
        if config.jwt.is_some() {
            return UnverifiedJwt::read(token).map(Seen::Token);
        }
        Err(refused("the token is not valid here"))
    }

    /// Development sign-in: anybody is who they say, on loopback alone.
    fn developer(&self, token: &str) -> Result<User, AuthError> {
        if !self.is_local() {
            return Err(refused("development sign-in counts on loopback only"));
        }
        let (name, admin) = match (token.strip_prefix("dev:"), token.strip_prefix("dev-admin:")) {
            (Some(name), _) => (name, false),
            (None, Some(name)) => (name, true),
            (None, None) => return Err(refused("not a development token, expected dev:<user> or dev-admin:<user>")),
        };
        if name.is_empty() || name.len() > MAX_NAME_BYTES || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(refused(format!("not a user name, expected 1 to {MAX_NAME_BYTES} visible ASCII characters")));
        }
        Ok(User { id: format!("dev:{name}"), tier: Tier::default(), admin })
    }

    /// Host and client are there and loopback, and so is the origin if there is one.
    fn is_local(&self) -> bool {
        let origin = |origin: &str| origin.split_once("://").is_some_and(|(_, authority)| is_loopback(host_of(authority)));
        self.host.as_deref().is_some_and(|host| is_loopback(host_of(host)))
            && self.origin.as_deref().is_none_or(origin)
            && self.client.as_deref().is_some_and(is_loopback)
    }
}

fn refused(why: impl Into<String>) -> AuthError {
    AuthError::refused(why)
}

/// The host of an authority: without its port, and without the brackets of IPv6.
fn host_of(authority: &str) -> &str {
    let without_port = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    without_port.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(without_port)
}

/// Whether a host is this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dev(change: impl FnOnce(&mut Credentials)) -> Result<Seen, AuthError> {
        let mut credentials = Credentials {
            authorization: Some("Bearer dev:ann".to_owned()),
            acting_for: None,
            host: Some("127.0.0.1:8787".to_owned()),
            origin: None,
            client: Some("127.0.0.1".to_owned()),
        };
        change(&mut credentials);
        credentials.look(&AuthConfig { dev: true, ..AuthConfig::default() })
    }

    fn local(name: &str) -> Seen {
        Seen::User(User { id: format!("dev:{name}"), tier: Tier::default(), admin: false })
    }

    #[test]
    fn development_sign_in_is_for_loopback_whichever_way_it_is_written() {
        assert_eq!(dev(|_| ()).unwrap(), local("ann"));
        for host in ["localhost", "localhost:8787", "[::1]:8787", "[::1]", "127.3.2.1:1"] {
            assert!(dev(|seen| seen.host = Some(host.to_owned())).is_ok(), "{host}");
        }
        for host in ["postgate.example", "127.0.0.1.example", "localhost.example:80", "0.0.0.0", "[::1", "10.0.0.1", ""] {
            assert!(dev(|seen| seen.host = Some(host.to_owned())).is_err(), "{host}");
        }
        for origin in ["https://evil.example", "null", "", "http://127.0.0.1.evil.example", "http://127.0.0.1@evil.example", "127.0.0.1"] {
            assert!(dev(|seen| seen.origin = Some(origin.to_owned())).is_err(), "{origin}");
        }
        assert!(dev(|seen| seen.origin = Some("http://localhost:3000".to_owned())).is_ok());
        assert!(dev(|seen| seen.client = Some("203.0.113.7".to_owned())).is_err());
        assert!(dev(|seen| seen.client = None).is_err());
        assert!(dev(|seen| seen.host = None).is_err());
    }

    #[test]
    fn a_name_is_visible_ascii_and_a_role_is_asked_for_by_name() {
        for token in ["dev:", "dev:a b", "dev:é", "Dev:a", "ann", "", "admin:ann"] {
            assert!(dev(|seen| seen.authorization = Some(format!("Bearer {token}"))).is_err(), "{token}");
        }
        let admin = dev(|seen| seen.authorization = Some("bearer dev-admin:ann".to_owned())).unwrap();
        assert!(matches!(admin, Seen::User(User { admin: true, .. })));
        for header in ["dev:ann", "Basic dev:ann", "Bearer", ""] {
            assert!(dev(|seen| seen.authorization = Some(header.to_owned())).is_err(), "{header}");
        }
    }

    #[test]
    fn without_development_sign_in_a_development_token_is_nothing() {
        let credentials = Credentials { authorization: Some("Bearer dev-admin:ann".to_owned()), ..Credentials::default() };
        assert!(matches!(credentials.look(&AuthConfig::default()), Err(AuthError::Refused(_))));
    }
}

//! Who asks: from the credential alone. Development sign-in counts on loopback only.

use super::settings::Settings;
use crate::contract::MAX_NAME_BYTES;
use crate::gate::{Tier, User};
use worker::{Headers, Request};

/// What of a request says who asks and from where.
#[derive(Debug, Clone)]
pub(super) struct Credentials {
    authorization: Option<String>,
    host: Option<String>,
    origin: Option<String>,
    client: Option<String>,
}

impl Credentials {
    pub(super) fn of(request: &Request) -> Self {
        let header = |headers: &Headers, name| headers.get(name).ok().flatten();
        let headers = request.headers();
        Self {
            authorization: header(headers, "authorization"),
            host: header(headers, "host"),
            origin: header(headers, "origin"),
            client: header(headers, "cf-connecting-ip"),
        }
    }

    /// The user, or why there is none.
    pub(super) fn user(&self, settings: &Settings) -> Result<User, String> {
        let header = self.authorization.as_deref().ok_or("no Authorization header, expected Bearer and a token")?;
        let token = header.strip_prefix("Bearer ").ok_or("another scheme in Authorization, expected Bearer and a token")?;
        if !settings.dev_auth {
            return Err("the token is not valid here".to_owned());
        }
        if !self.is_local() {
            return Err("development sign-in counts on loopback only".to_owned());
        }
        let (name, admin) = match (token.strip_prefix("dev:"), token.strip_prefix("dev-admin:")) {
            (Some(name), _) => (name, false),
            (None, Some(name)) => (name, true),
            (None, None) => return Err("not a development token, expected dev:<user> or dev-admin:<user>".to_owned()),
        };
        if name.is_empty() || name.len() > MAX_NAME_BYTES || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!("not a user name, expected 1 to {MAX_NAME_BYTES} visible ASCII characters"));
        }
        Ok(User { id: format!("dev:{name}"), tier: Tier::default(), admin })
    }

    fn is_local(&self) -> bool {
        let host_of = |authority: &str| {
            let without_port = authority
                .rsplit_once(':')
                .map_or(authority, |(host, port)| if port.bytes().all(|byte| byte.is_ascii_digit()) { host } else { authority });
            without_port.trim_start_matches('[').trim_end_matches(']').to_owned()
        };
        let is_loopback = |name: &str| name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
        let local_host = self.host.as_deref().is_some_and(|host| is_loopback(&host_of(host)));
        let local_origin = self
            .origin
            .as_deref()
            .is_none_or(|origin| origin.split_once("://").is_some_and(|(_, authority)| is_loopback(&host_of(authority))));
        let local_client = self.client.as_deref().is_some_and(is_loopback);
        local_host && local_origin && local_client
    }
}

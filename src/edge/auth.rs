//! Who asks: the headers of a request to a user.

use super::issuer;
use super::ports::now;
use super::settings::auth;
use crate::gate::{AuthError, Credentials, Fault, Seen, User};
use worker::{Env, Request};

/// What of a request says who asks and from where.
pub(super) fn credentials(request: &Request) -> Credentials {
    let header = |name| request.headers().get(name).ok().flatten();
    Credentials {
        authorization: header("authorization"),
        acting_for: header("postgate-user"),
        host: header("host"),
        origin: header("origin"),
        client: header("cf-connecting-ip"),
    }
}

/// The user, or why there is none. A token's claims are held against the rules before anything is fetched for its sake.
pub(super) async fn sign_in(env: &Env, credentials: &Credentials) -> Result<User, AuthError> {
    let config = auth(env).map_err(|_| AuthError::Fault(Fault::new("settings", "nobody can sign in, see /readyz")))?;
    let token = match credentials.look(config)? {
        Seen::User(user) => return Ok(user),
        Seen::Token(token) => token,
    };
    let Some(jwt) = &config.jwt else { return Err(AuthError::refused("tokens do not count here")) };
    let user = jwt.rules.user(&token.claims, now())?;
    issuer::verify(jwt, &token).await?;
    Ok(user)
}

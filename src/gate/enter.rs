//! Steps 1 to 4: what a request has to be before anything is decided on it.

use super::admit::{Case, Gate, Posting, Refusal, Route, Setup};
use super::auth::AuthError;
use super::config::ConfigProblem;
use super::error::ErrorCode;
use super::ports::{Ports, User};
use super::request::{LegacyPostRequest, PostRequest};
use super::user::KeyUse;
use crate::contract::{ContractError, MAX_BODY_BYTES, MAX_NAME_BYTES, Mode, read_json};
use crate::digest::{Domain, sha256};

impl<P: Ports> Gate<'_, P> {
    /// Steps 1 to 4, and the reading of the idempotency key.
    pub(super) async fn enter(&self, posting: &Posting<'_>) -> Result<Case<'_>, Refusal> {
        let began = self.ports.now();
        let body = self.step_1_size(posting.body)?;
        let user = self.step_2_auth().await?;
        let request = self.step_3_parse(posting, body)?;
        let key = self.step_3_key(posting, body)?;
        let (setup, mode) = self.step_4_mode(&user).await?;
        Ok(Case { setup, user, mode, route: posting.route, request, key, began })
    }

    fn step_1_size<'a>(&self, body: Option<&'a [u8]>) -> Result<&'a [u8], Refusal> {
        body.filter(|body| body.len() <= MAX_BODY_BYTES).ok_or_else(|| self.error(ErrorCode::PayloadTooLarge).into())
    }

    async fn step_2_auth(&self) -> Result<User, Refusal> {
        let user = self.ports.authenticate().await.map_err(|error| match error {
            AuthError::Refused(why) => Refusal::from(self.error(ErrorCode::Unauthenticated).message(why)),
            AuthError::Fault(fault) => match self.setup {
                Err(problems) => self.misconfigured(problems),
                Ok(_) => self.fault(ErrorCode::StateUnavailable, &fault),
            },
        })?;
        match self.ports.take_request(&user) {
            Ok(()) => Ok(user),
            Err(throttle) => Err(Refusal { throttle: Some(throttle), ..self.error(ErrorCode::RateLimited).into() }),
        }
    }

    fn step_3_parse(&self, posting: &Posting<'_>, body: &[u8]) -> Result<PostRequest, Refusal> {
        if !posting.is_json {
            return Err(self.error(ErrorCode::UnsupportedMediaType).into());
        }
        let read = match posting.route {
            Route::Posts => read_json::<PostRequest>(body),
            Route::PostToX => read_json::<LegacyPostRequest>(body).and_then(LegacyPostRequest::into_post),
        };
        read.map_err(|error| self.contract(&error))
    }

    /// The key may be quoted, as structured fields are, or bare.
    fn step_3_key(&self, posting: &Posting<'_>, body: &[u8]) -> Result<Option<KeyUse>, Refusal> {
        let Some(header) = posting.idempotency_key else { return Ok(None) };
        let key = header.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(header);
        if key.is_empty() || key.len() > MAX_NAME_BYTES || !key.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"') {
            let message = format!("not an idempotency key, expected 1 to {MAX_NAME_BYTES} visible ASCII characters");
            return Err(self.contract(&ContractError::new("/headers/idempotency-key", message)));
        }
        let route: &[u8] = match posting.route {
            Route::Posts => b"posts",
            Route::PostToX => b"post-to-x",
        };
        let body_hash = sha256(&[Domain::Request.tag().as_bytes(), route, b"\n", body]);
        Ok(Some(KeyUse { key: key.to_owned(), body_hash }))
    }

    async fn step_4_mode(&self, user: &User) -> Result<(Setup<'_>, Mode), Refusal> {
        let setup = match &self.setup {
            Ok(setup) => *setup,
            Err(problems) => return Err(self.misconfigured(problems)),
        };
        let mode = self.ports.mode(user).await.map_err(|fault| self.fault(ErrorCode::PolicyError, &fault))?;
        if mode == Mode::Enforced && !setup.config.audit_log {
            let message = "the mode is enforced while ONERING_AUDIT_LOG is \"0\", expected \"1\"";
            return Err(self.error(ErrorCode::PolicyError).message(message).into());
        }
        match setup.policy {
            Err(fault) if mode != Mode::Off => Err(self.fault(ErrorCode::PolicyError, fault)),
            _ => Ok((setup, mode)),
        }
    }

    fn misconfigured(&self, problems: &[ConfigProblem]) -> Refusal {
        let listed: Vec<String> = problems.iter().map(|problem| format!("{}: {}", problem.name, problem.message)).collect();
        self.error(ErrorCode::PolicyError).detail("problems", listed).into()
    }
}

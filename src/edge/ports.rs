//! The gate's ports over D1, Durable Objects and the publisher.

use super::auth::sign_in;
use super::posts::log_fault;
use super::settings::Settings;
use super::standing::Standing;
use super::user_gate::{Call, ask};
use super::{d1, http, publishing, telemetry, traffic};
use crate::audit::AuditRecord;
use crate::contract::{Mode, Timestamp};
use crate::gate::{
    Admission, Answer, AuthError, ConfigProblem, Credentials, Fault, Finish, Ports, PostAnswer, ReceiptName, StoredReceipt, Throttle, User,
};
use crate::publisher::{Landed, Part, PublishError, Trouble};
use std::cell::Cell;
use worker::{Date, Env};

/// Everything outside, for one request.
#[derive(Debug)]
pub(super) struct EdgePorts {
    pub(super) env: Env,
    pub(super) request_id: String,
    pub(super) settings: Result<&'static Settings, &'static [ConfigProblem]>,
    pub(super) credentials: Credentials,
    /// The mode and the policy that hold; `None` without settings.
    pub(super) standing: Option<Standing>,
    /// Scheme and host of the request, for addresses of our own.
    pub(super) origin: String,
    /// Until when the post is ours: nothing is sent after.
    pub(super) held_until: Cell<Timestamp>,
}

/// The time, which stands still while the Worker computes.
pub(super) fn now() -> Timestamp {
    #[expect(clippy::cast_possible_wrap, reason = "milliseconds since 1970")]
    Timestamp::from_millis(Date::now().as_millis() as i64)
}

impl EdgePorts {
    /// Counted from before the state is asked, so that it ends here no later than there.
    fn hold(&self, seconds: i64) {
        self.held_until.set(now().plus_seconds(seconds));
    }

    async fn ask<T: serde::de::DeserializeOwned>(&self, user: &User, call: Call) -> Result<T, Fault> {
        self.logged(ask(&self.env, &user.id, &call).await)
    }

    /// The gate answers that a store failed; why is for the log.
    fn logged<T>(&self, result: Result<T, Fault>) -> Result<T, Fault> {
        result.inspect_err(|fault| log_fault(&self.request_id, fault))
    }
}

impl Ports for EdgePorts {
    fn now(&self) -> Timestamp {
        now()
    }

    fn new_id(&self) -> String {
        // No randomness is no id, and a post without an id of its own is refused by the user's state.
        http::new_id().unwrap_or_default()
    }

    async fn authenticate(&self) -> Result<User, AuthError> {
        sign_in(&self.env, &self.credentials).await
    }

    fn take_request(&self, user: &User) -> Result<(), Throttle> {
        self.settings.map_or(Ok(()), |settings| traffic::take(user, settings))
    }

    async fn mode(&self, user: &User) -> Result<Mode, Fault> {
        match (self.settings, &self.standing) {
            (Ok(settings), Some(standing)) => Ok(standing.mode(settings, user)),
            _ => self.logged(Err(Fault::new("settings", "not readable"))),
        }
    }

    async fn find_receipt(&self, name: ReceiptName<'_>) -> Result<Option<StoredReceipt>, Fault> {
        self.logged(d1::find_receipt(&self.env, name).await)
    }

    async fn reserve(&self, user: &User, admission: &Admission) -> Result<Answer, Fault> {
        if admission.post_id.is_empty() {
            return Err(Fault::new("randomness", "no id"));
        }
        self.hold(admission.lease_seconds);
        self.ask(user, Call::Reserve { admission: admission.clone() }).await
    }

    async fn release(&self, user: &User, post_id: &str, fence: i64) -> Result<(), Fault> {
        self.ask::<bool>(user, Call::Release { post_id: post_id.to_owned(), fence }).await.map(|_| ())
    }

    async fn landed(&self, user: &User, post_id: &str, fence: i64, part: &Landed) -> Result<(), Fault> {
        let lease_seconds = self.settings.map_or(0, |settings| settings.config.lease_seconds);
        self.hold(lease_seconds);
        self.ask::<bool>(user, Call::Landed { post_id: post_id.to_owned(), fence, lease_seconds, part: part.clone() }).await.map(|_| ())
    }

    async fn finish(&self, user: &User, finish: &Finish) -> Result<Option<PostAnswer>, Fault> {
        self.ask(user, Call::Finish { finish: Box::new(finish.clone()) }).await
    }

    async fn commit_audit(&self, records: &[AuditRecord]) -> Result<(), Fault> {
        telemetry::commit(&self.env, records).await
    }

    async fn publish(&self, part: Part<'_>) -> Result<Landed, PublishError> {
        publishing::send(self, part).await
    }

    async fn find_published(&self, part: Part<'_>) -> Result<Option<Landed>, Trouble> {
        publishing::find(self, part).await
    }
}

//! The Durable Object `UserGate`: one user's own state, in SQLite. It loads a snapshot, asks [`decide`], and stores the change, without an
//! await in between: calls of one user have one order, and what is stored for one of them is stored whole.

mod rows;

use super::posts::log_fault;
use super::{d1, earns};
use crate::contract::Timestamp;
use crate::gate::{Admission, Done, Fault, Finish, KEY_SECONDS, PostAnswer, PostView, Room, decide};
use crate::publisher::Landed;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use worker::{
    Date, DurableObject, Env, Method, Request, RequestInit, Response, Result, ScheduledTime, SqlStorage, SqlStorageValue, State,
    durable_object,
};

/// The object's own steps of its schema, applied in order in the constructor; a released one is never edited.
const SCHEMA: &[&str] = &[
    "CREATE TABLE posts (post_id TEXT PRIMARY KEY, idempotency_key TEXT UNIQUE, body_hash TEXT, receipt_id TEXT UNIQUE, \
     keep_until INTEGER NOT NULL, draft_hash TEXT NOT NULL, parts INTEGER NOT NULL, state TEXT NOT NULL, lease_until INTEGER NOT NULL, \
     fence INTEGER NOT NULL, admitted_at INTEGER NOT NULL, answer TEXT);
     CREATE INDEX posts_admitted ON posts (admitted_at);
     CREATE TABLE landed (post_id TEXT NOT NULL, part_index INTEGER NOT NULL, id TEXT NOT NULL, url TEXT NOT NULL, \
     PRIMARY KEY (post_id, part_index));",
    "ALTER TABLE posts ADD COLUMN unwritten TEXT;
     CREATE INDEX posts_unwritten ON posts (post_id) WHERE unwritten IS NOT NULL;",
    earns::SCHEMA,
];

/// How soon the object looks again for events that are not written, and for posts that were left.
const AGAIN_SECONDS: i64 = 60;

/// What the Worker asks of the object.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "snake_case")]
pub(super) enum Call {
    Reserve { admission: Admission },
    Release { post_id: String, fence: i64 },
    Landed { post_id: String, fence: i64, lease_seconds: i64, part: Landed },
    Finish { finish: Box<Finish> },
    View { post_id: String },
    Room { limit: usize },
}

/// One user's place of truth.
#[durable_object]
#[derive(Debug)]
pub struct UserGate {
    state: State,
    env: Env,
}

impl DurableObject for UserGate {
    fn new(state: State, env: Env) -> Self {
        let object = Self { state, env };
        // An object whose schema can't be applied answers every call with the error of its missing tables: a fault, never a pass.
        object.migrate().ok();
        object
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let call: Call = request.json().await?;
        let now = now();
        match call {
            Call::Reserve { admission } => {
                self.forget_key(&admission, now)?;
                let (answer, change) = decide(&self.snapshot(&admission, now)?, &admission, now);
                if let Some(change) = change {
                    let due = self.apply(change)?;
                    self.wake_at(due).await?;
                }
                Response::from_json(&answer)
            }
            Call::Release { post_id, fence } => {
                self.run("DELETE FROM posts WHERE post_id = ? AND fence = ?", vec![post_id.into(), fence.into()])?;
                Response::from_json(&true)
            }
            Call::Landed { post_id, fence, lease_seconds, part } => {
                self.holds(&post_id, fence)?;
                self.store_part(&post_id, &part)?;
                // A thread may take longer than a lease; a request that gets on keeps its own.
                let lease_until = now.plus_seconds(lease_seconds).millis();
                self.run("UPDATE posts SET lease_until = ? WHERE post_id = ?", vec![lease_until.into(), post_id.into()])?;
                Response::from_json(&true)
            }
            Call::Finish { finish } => Response::from_json(&self.finish(*finish).await?),
            Call::Room { limit } => Response::from_json(&Room::left(&self.admitted(now)?, limit, now)),
            Call::View { post_id } => Response::from_json(&self.row("post_id", &post_id)?.map(PostView::from)),
        }
    }

    /// Writes the events that a crash left unwritten, and forgets what nothing can ask for any more.
    async fn alarm(&self) -> Result<Response> {
        let unwritten: Vec<UnwrittenRow> =
            self.query("SELECT post_id, unwritten, answer FROM posts WHERE unwritten IS NOT NULL LIMIT 50", vec![])?;
        for row in unwritten {
            let done = Done { last: None, event: serde_json::from_str(&row.unwritten)?, answer: serde_json::from_str(&row.answer)? };
            self.record(&row.post_id, done).await?;
        }
        let now = now();
        let gone = "keep_until <= ? AND unwritten IS NULL";
        self.run(&format!("DELETE FROM landed WHERE post_id IN (SELECT post_id FROM posts WHERE {gone})"), vec![now.millis().into()])?;
        self.run(&format!("DELETE FROM posts WHERE {gone}"), vec![now.millis().into()])?;
        self.forget_earns(now)?;
        // A post that is running may end, and stop short of its event, after this look.
        let sql = "SELECT min(CASE WHEN unwritten IS NOT NULL THEN ?1 WHEN state = 'running' THEN max(lease_until, ?1) ELSE keep_until END) \
             AS next FROM posts";
        let next: Vec<NextRow> = self.query(sql, vec![now.plus_seconds(AGAIN_SECONDS).millis().into()])?;
        if let Some(next) = next.into_iter().find_map(|row| row.next) {
            self.wake_at(Timestamp::from_millis(next)).await?;
        }
        Response::empty()
    }
}

#[derive(Debug, Deserialize)]
struct NextRow {
    next: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct UnwrittenRow {
    post_id: String,
    unwritten: String,
    answer: String,
}

#[derive(Debug, Deserialize)]
struct AppliedRow {
    steps: usize,
}

impl UserGate {
    pub(super) const fn env(&self) -> &Env {
        &self.env
    }

    fn sql(&self) -> SqlStorage {
        self.state.storage().sql()
    }

    pub(super) fn run(&self, sql: &str, values: Vec<SqlStorageValue>) -> Result<()> {
        self.sql().exec(sql, values).map(|_| ())
    }

    pub(super) fn query<T: DeserializeOwned>(&self, sql: &str, values: Vec<SqlStorageValue>) -> Result<Vec<T>> {
        self.sql().exec(sql, values)?.to_array()
    }

    fn migrate(&self) -> Result<()> {
        self.run("CREATE TABLE IF NOT EXISTS schema_steps (step INTEGER PRIMARY KEY)", vec![])?;
        let applied: Vec<AppliedRow> = self.query("SELECT count(*) AS steps FROM schema_steps", vec![])?;
        let done = applied.first().map_or(0, |applied| applied.steps);
        for (step, sql) in (0_i64..).zip(SCHEMA).skip(done) {
            self.run(sql, vec![])?;
            self.run("INSERT INTO schema_steps (step) VALUES (?)", vec![step.into()])?;
        }
        Ok(())
    }

    /// An error unless this fence still holds the post.
    fn holds(&self, post_id: &str, fence: i64) -> Result<()> {
        match self.row("post_id", post_id)? {
            Some(row) if row.fence == fence => Ok(()),
            _ => Err(worker::Error::RustError("another request has taken over this post".to_owned())),
        }
    }

    /// Stores how the post ended. One that is done is stored whole before its event is written: from then on the alarm would write it.
    async fn finish(&self, finish: Finish) -> Result<Option<PostAnswer>> {
        let Finish { post_id, fence, sent_by, done } = finish;
        self.holds(&post_id, fence)?;
        let Some(done) = done else {
            let sent_by = sent_by.unwrap_or_default().millis();
            self.run("UPDATE posts SET state = 'failed', lease_until = ? WHERE post_id = ?", vec![sent_by.into(), post_id.into()])?;
            return Ok(None);
        };
        if let Some(part) = &done.last {
            self.store_part(&post_id, part)?;
        }
        let sql = "UPDATE posts SET state = 'done', answer = ?, unwritten = ? WHERE post_id = ?";
        let event = serde_json::to_string(&done.event)?;
        self.run(sql, vec![done.answer.to_json().into(), event.into(), post_id.as_str().into()])?;
        self.record(&post_id, done).await.map(Some)
    }

    /// Step 13: writes the event, and stores the answer that tells of it.
    async fn record(&self, post_id: &str, done: Done) -> Result<PostAnswer> {
        let earned = self.earn(&done.event)?;
        let recorded = d1::record_publish(&self.env, &done.event, &earned).await.map(|()| earned);
        if let Err(fault) = &recorded {
            log_fault(post_id, fault);
            self.wake_at(now().plus_seconds(done.event.again_in(now()))).await?;
        }
        let written = recorded.is_ok();
        let answer = done.answer.clone().recorded(recorded);
        if written {
            let sql = "UPDATE posts SET answer = ?, unwritten = NULL WHERE post_id = ?";
            self.run(sql, vec![answer.to_json().into(), post_id.into()])?;
        }
        Ok(answer)
    }

    /// A key that has stood for a day stands for nothing.
    fn forget_key(&self, admission: &Admission, now: Timestamp) -> Result<()> {
        let Some(key) = &admission.key else { return Ok(()) };
        let since = now.plus_seconds(-KEY_SECONDS).millis();
        let sql = "UPDATE posts SET idempotency_key = NULL, body_hash = NULL WHERE idempotency_key = ? AND admitted_at <= ?";
        self.run(sql, vec![key.key.as_str().into(), since.into()])
    }

    /// Wakes the object then, or earlier if it already wanted to be woken earlier.
    async fn wake_at(&self, due: Timestamp) -> Result<()> {
        let storage = self.state.storage();
        let set = storage.get_alarm().await?;
        if set.is_none_or(|set| set > due.millis()) {
            #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are whole in a float")]
            let date = js_sys::Date::new(&(due.millis() as f64).into());
            // A bare number would be taken as an offset from now.
            storage.set_alarm(ScheduledTime::new(date)).await?;
        }
        Ok(())
    }
}

fn now() -> Timestamp {
    #[expect(clippy::cast_possible_wrap, reason = "milliseconds since 1970")]
    Timestamp::from_millis(Date::now().as_millis() as i64)
}

/// Asks one user's object.
pub(super) async fn ask<T: DeserializeOwned>(env: &Env, user_id: &str, call: &Call) -> std::result::Result<T, Fault> {
    let fault = |error: worker::Error| Fault::new("user_gate", error.to_string());
    let stub = env.durable_object("USER_GATE").and_then(|namespace| namespace.id_from_name(user_id)?.get_stub()).map_err(fault)?;
    let body = serde_json::to_string(call).map_err(|error| Fault::new("user_gate", error.to_string()))?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(body.into()));
    let request = Request::new_with_init("https://user-gate/", &init).map_err(fault)?;
    let mut response = stub.fetch_with_request(request).await.map_err(fault)?;
    if response.status_code() != 200 {
        return Err(Fault::new("user_gate", format!("status {}", response.status_code())));
    }
    response.json().await.map_err(fault)
}

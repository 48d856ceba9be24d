//! The Durable Object `Control`, one a deployment: what administrators have set, the policies that were published, and every change.
//!
//! A change and its record are stored together, here; the record then goes to the audit, at once or, while the audit can't be written, by
//! the alarm: a kill switch has to work on the day on which the database does not.

use super::settings::settings;
use super::{d1, posts};
use crate::audit::Ids;
use crate::gate::{Control as Set, ControlChange, Fault, FlagPatch};
use crate::policy::BUILTIN_VERSION;
use futures_util::future::{Either, select};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::pin::pin;
use std::time::Duration;
use worker::{Delay, DurableObject, Env, Method, Request, RequestInit, Response, Result, SqlStorageValue, State, durable_object};

/// The name of the only object.
const NAME: &str = "control";
/// How long it has to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// Milliseconds until a record that the audit did not take is sent again.
const AGAIN_MS: i64 = 10_000;
/// How long a change waits for its row.
const AUDIT_PATIENCE: Duration = Duration::from_secs(1);

/// The object's own steps of its schema, applied in order in the constructor; a released one is never edited.
const SCHEMA: &[&str] = &["CREATE TABLE control (id INTEGER PRIMARY KEY CHECK (id = 1), json TEXT NOT NULL);
     CREATE TABLE policies (version TEXT PRIMARY KEY, document TEXT NOT NULL);
     CREATE TABLE changes (revision INTEGER PRIMARY KEY, json TEXT NOT NULL, audited INTEGER NOT NULL);"];

/// What the Worker asks of the object.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "snake_case")]
pub(super) enum Call {
    /// What is set.
    Read,
    /// A policy that was published.
    Document { version: String },
    /// A change of flags.
    Flags { patch: FlagPatch, ids: Ids, reason: String },
    /// Another active policy (without a version the built-in), if nothing was changed since `revision`; stored first if it is new.
    Activate { revision: i64, version: Option<String>, document: Option<String>, ids: Ids },
}

/// What became of a change.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Changed {
    /// What is set now.
    pub(super) control: Set,
    /// Whether the audit has its row already.
    pub(super) audit_ok: bool,
}

/// What administrators have set.
#[durable_object]
#[derive(Debug)]
pub struct Control {
    state: State,
    env: Env,
}

impl DurableObject for Control {
    fn new(state: State, env: Env) -> Self {
        let object = Self { state, env };
        // An object whose schema can't be applied answers every call with the error of its missing tables: a fault, never a setting.
        object.migrate().ok();
        object
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        match request.json().await? {
            Call::Read => Response::from_json(&self.read()?),
            Call::Document { version } => Response::from_json(&self.document(&version)?),
            Call::Flags { patch, ids, reason } => {
                let before = self.read()?;
                let after = patch.apply(&before);
                Response::from_json(&self.change("flags", ids, Some(reason), before, after).await?)
            }
            Call::Activate { revision, version, document, ids } => {
                let before = self.read()?;
                if before.revision != revision {
                    return Response::from_json(&None::<Changed>);
                }
                if let (Some(version), Some(document)) = (&version, document) {
                    let sql = "INSERT INTO policies (version, document) VALUES (?, ?)";
                    self.run(sql, vec![version.as_str().into(), document.into()])?;
                }
                let after = Set { revision: revision + 1, policy_version: version, ..before.clone() };
                Response::from_json(&Some(self.change("policy", ids, None, before, after).await?))
            }
        }
    }

    async fn alarm(&self) -> Result<Response> {
        self.audit().await?;
        Response::empty()
    }
}

#[derive(Debug, Deserialize)]
struct JsonRow {
    json: String,
}

#[derive(Debug, Deserialize)]
struct PolicyRow {
    document: String,
}

#[derive(Debug, Deserialize)]
struct ChangeRow {
    revision: i64,
    json: String,
}

#[derive(Debug, Deserialize)]
struct StepsRow {
    steps: usize,
}

impl Control {
    fn run(&self, sql: &str, values: Vec<SqlStorageValue>) -> Result<()> {
        self.state.storage().sql().exec(sql, values).map(|_| ())
    }

    fn query<T: DeserializeOwned>(&self, sql: &str, values: Vec<SqlStorageValue>) -> Result<Vec<T>> {
        self.state.storage().sql().exec(sql, values)?.to_array()
    }

    fn migrate(&self) -> Result<()> {
        self.run("CREATE TABLE IF NOT EXISTS schema_steps (step INTEGER PRIMARY KEY)", vec![])?;
        let applied: Vec<StepsRow> = self.query("SELECT count(*) AS steps FROM schema_steps", vec![])?;
        let done = applied.first().map_or(0, |applied| applied.steps);
        for (step, sql) in (0_i64..).zip(SCHEMA).skip(done) {
            self.run(sql, vec![])?;
            self.run("INSERT INTO schema_steps (step) VALUES (?)", vec![step.into()])?;
        }
        Ok(())
    }

    fn read(&self) -> Result<Set> {
        let rows: Vec<JsonRow> = self.query("SELECT json FROM control", vec![])?;
        rows.first().map_or_else(|| Ok(Set::default()), |row| Ok(serde_json::from_str(&row.json)?))
    }

    fn document(&self, version: &str) -> Result<Option<String>> {
        let rows: Vec<PolicyRow> = self.query("SELECT document FROM policies WHERE version = ?", vec![version.into()])?;
        Ok(rows.into_iter().next().map(|row| row.document))
    }

    /// Stores a change with its record, without an await between them, and then tries to have it audited.
    async fn change(&self, what: &str, ids: Ids, reason: Option<String>, before: Set, after: Set) -> Result<Changed> {
        let policy_version = after.policy_version.clone().unwrap_or_else(|| BUILTIN_VERSION.to_owned());
        let at = super::ports::now();
        let change = ControlChange { ids, what: what.to_owned(), reason, policy_version, before, after: after.clone(), at };
        let set = serde_json::to_string(&after)?;
        self.run("INSERT INTO control (id, json) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET json = excluded.json", vec![set.into()])?;
        let sql = "INSERT INTO changes (revision, json, audited) VALUES (?, ?, 0)";
        self.run(sql, vec![after.revision.into(), serde_json::to_string(&change)?.into()])?;
        // Whatever becomes of this request, the alarm sees to the row; and nobody waits long for it, for the change holds already.
        self.state.storage().set_alarm(AGAIN_MS).await?;
        let audit_ok = match select(pin!(self.audit()), pin!(Delay::from(AUDIT_PATIENCE))).await {
            Either::Left((audited, _)) => audited?,
            Either::Right(_) => false,
        };
        Ok(Changed { control: after, audit_ok })
    }

    /// Sends what the audit lacks, oldest first, until it lacks nothing; what it does not take is sent again later.
    async fn audit(&self) -> Result<bool> {
        if !settings(&self.env).is_ok_and(|settings| settings.config.audit_log) {
            return Ok(false);
        }
        let next = || -> Result<Option<ChangeRow>> {
            let sql = "SELECT revision, json FROM changes WHERE audited = 0 ORDER BY revision LIMIT 1";
            Ok(self.query(sql, vec![])?.into_iter().next())
        };
        while let Some(row) = next()? {
            let change: ControlChange = serde_json::from_str(&row.json)?;
            let record = change.record();
            if let Err(fault) = d1::commit_decisions(&self.env, std::slice::from_ref(&record)).await {
                // A row that is there already was committed by an attempt whose answer was lost.
                if !d1::is_committed(&self.env, &record).await.unwrap_or_default() {
                    posts::log_fault(&change.ids.request_id, &fault);
                    self.state.storage().set_alarm(AGAIN_MS).await?;
                    return Ok(false);
                }
            }
            self.run("UPDATE changes SET audited = 1 WHERE revision = ?", vec![row.revision.into()])?;
        }
        Ok(true)
    }
}

/// Asks the object.
pub(super) async fn ask<T: DeserializeOwned>(env: &Env, call: &Call) -> std::result::Result<T, Fault> {
    let fault = |error: &dyn std::fmt::Display| Fault::new("control", error.to_string());
    let stub =
        env.durable_object("CONTROL").and_then(|namespace| namespace.id_from_name(NAME)?.get_stub()).map_err(|error| fault(&error))?;
    let body = serde_json::to_string(call).map_err(|error| fault(&error))?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(body.into()));
    let request = Request::new_with_init("https://control/", &init).map_err(|error| fault(&error))?;
    let answer = pin!(async {
        let mut response = stub.fetch_with_request(request).await.map_err(|error| fault(&error))?;
        if response.status_code() != 200 {
            return Err(fault(&format_args!("status {}", response.status_code())));
        }
        response.json().await.map_err(|error| fault(&error))
    });
    match select(answer, pin!(Delay::from(PATIENCE))).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => Err(fault(&format_args!("no answer within {} s", PATIENCE.as_secs()))),
    }
}

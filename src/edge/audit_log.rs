//! The Durable Object `AuditLog`, one a deployment: it puts audit rows into the tree, in the order in which D1 committed them, and signs
//! how large the tree has become.
//!
//! It finds the rows itself, by their ids: a nudge that was lost or a crash between a commit and its nudge delays them and loses none. Rows
//! are read in its alarms, never in a request's way.

use super::audit_tree::{Page, Tree};
use super::telemetry::{self, Told};
use super::{audit_store, ports, settings::settings};
use crate::audit::whole_requests;
use crate::gate::Fault;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::cell::Cell;
use std::sync::atomic::{AtomicI64, Ordering};
use worker::{Context, DurableObject, Env, Method, Request, RequestInit, Response, Result, State, durable_object};

/// The name of the only object.
const NAME: &str = "log";

/// The most rows that are read at once; no request has nearly as many.
const PAGE_ROWS: u16 = 600;

/// The most of what was told that is passed on at once.
const PAGE_TOLD: u32 = 200;

/// Milliseconds between two looks while rows come in.
const BUSY_MS: i64 = 800;

/// Milliseconds between two looks otherwise.
const IDLE_MS: i64 = 60_000;

/// After how many failures in a row the pause between two looks grows no more: it doubles up to 51 seconds.
const MAX_DOUBLINGS: u32 = 6;

/// How long rows may follow a nudge: as long as a request with a slow writer takes.
const BUSY_FOR_MS: i64 = 90_000;

/// The least milliseconds between two nudges of one isolate.
const NUDGE_MS: i64 = 800;

/// What the Worker asks of the object.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "snake_case")]
pub(super) enum Call {
    /// Rows are coming in.
    Wake,
    /// The newest checkpoint.
    Checkpoint,
    /// The leaves of a request, with what proves them.
    Proof { request_id: String },
    /// What proves that the tree has grown from this size and changed nothing.
    Growth { from: u64 },
    /// What an export of some leaves needs beside the rows; all that have rows, where it says none.
    Open { first: Option<u64>, end: Option<u64> },
    /// Some leaves.
    Leaves { first: u64, end: u64 },
    /// What retention may delete: leaves whose rows are all from before.
    Old { before: i64 },
    /// The rows of the leaves up to this one are deleted.
    Pruned { end: u64 },
    /// Of the checkpoints from before, one an hour is enough.
    Thin { before: i64 },
    /// What was counted beside the requests, and what is known of rows that were lost: it is kept until D1 has it.
    Tell { told: Box<Told> },
}

/// The tree's one place of truth.
#[durable_object]
#[derive(Debug)]
pub struct AuditLog {
    state: State,
    env: Env,
    /// Until when rows may be coming in.
    busy_until: Cell<i64>,
    /// How many looks in a row D1 has not answered, or not wholly.
    failures: Cell<u32>,
}

impl DurableObject for AuditLog {
    fn new(state: State, env: Env) -> Self {
        // A tree whose schema can't be applied answers every call with the error of its missing tables.
        Tree::of(&state).migrate().ok();
        Self { state, env, busy_until: Cell::new(0), failures: Cell::new(0) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let call: Call = request.json().await?;
        let tree = Tree::of(&self.state);
        match call {
            Call::Wake => {
                self.stay_busy();
                self.look_in(self.soon()).await?;
                Response::from_json(&true)
            }
            Call::Checkpoint => Response::from_json(&self.signed()?),
            Call::Proof { request_id } => Response::from_json(&tree.proof(&request_id, &self.signed()?)?),
            Call::Growth { from } => Response::from_json(&tree.growth(from, &self.signed()?)?),
            Call::Open { first, end } => Response::from_json(&tree.open(first, end, &self.signed()?)?),
            Call::Leaves { first, end } => Response::from_json(&tree.leaves(first, end)?),
            Call::Old { before } => Response::from_json(&tree.old(before, self.signed()?.size)?),
            Call::Thin { before } => {
                tree.thin(before)?;
                Response::from_json(&true)
            }
            Call::Pruned { end } => {
                tree.pruned(end)?;
                Response::from_json(&true)
            }
            Call::Tell { told } => {
                tree.keep(&serde_json::to_string(&told)?)?;
                self.look_in(self.soon()).await?;
                Response::from_json(&true)
            }
        }
    }

    /// Looks for rows, and when to look again.
    async fn alarm(&self) -> Result<Response> {
        let added = self.sequence().await;
        // Every row is still where it was; the next look finds it.
        if let Err(error) = &added {
            worker::console_error!("{}", json!({ "what": "audit_log", "why": error.to_string() }));
        }
        if !matches!(added, Ok(0)) {
            self.stay_busy();
        }
        let told = self.pass_on().await;
        if let Err(fault) = &told {
            worker::console_error!("{}", json!({ "what": fault.what, "why": fault.why }));
        }
        let has_failed = added.is_err() || told.is_err();
        self.failures.set(if has_failed { self.failures.get().saturating_add(1) } else { 0 });
        let is_busy = has_failed || ports::now().millis() < self.busy_until.get();
        self.look_in(if is_busy { self.soon() } else { IDLE_MS }).await?;
        Response::empty()
    }
}

impl AuditLog {
    /// Puts everything that D1 has committed into the tree and signs it; gives how many leaves came to it.
    async fn sequence(&self) -> Result<usize> {
        let tree = Tree::of(&self.state);
        let mut added = 0;
        loop {
            let last = tree.last_row()?;
            let fault = |fault: Fault| worker::Error::RustError(fault.to_string());
            let mut rows = audit_store::rows_behind(&self.env, last, PAGE_ROWS.into()).await.map_err(fault)?;
            let is_all = rows.len() < PAGE_ROWS.into();
            rows.truncate(whole_requests(&rows, PAGE_ROWS.into()));
            // Between the question and the answer another look may have gone first.
            if tree.last_row()? == last {
                added += tree.add(&rows)?;
            }
            if is_all {
                break;
            }
        }
        if added > 0 {
            self.signed()?;
        }
        Ok(added)
    }

    /// Adds what was told to D1, each once: what D1 says it has is forgotten before.
    async fn pass_on(&self) -> std::result::Result<(), Fault> {
        let tree = Tree::of(&self.state);
        let fault = |error: worker::Error| Fault::new("telemetry", error.to_string());
        if tree.kept(1).map_err(fault)?.is_empty() {
            return Ok(());
        }
        tree.forget_kept(telemetry::added_up_to(&self.env).await?).map_err(fault)?;
        let (mut told, mut last) = (Told::default(), 0);
        for (seq, json) in tree.kept(PAGE_TOLD).map_err(fault)? {
            told.add(serde_json::from_str(&json).map_err(|error| Fault::new("telemetry", error.to_string()))?);
            last = seq;
        }
        if last == 0 {
            return Ok(());
        }
        telemetry::add_told(&self.env, &told, last).await?;
        tree.forget_kept(last).map_err(fault)
    }

    /// Milliseconds until the next look while rows come in: a database that does not answer is asked ever less often.
    fn soon(&self) -> i64 {
        BUSY_MS << self.failures.get().min(MAX_DOUBLINGS)
    }

    fn stay_busy(&self) {
        self.busy_until.set(ports::now().millis().saturating_add(BUSY_FOR_MS));
    }

    /// The newest checkpoint, signed with the key of now.
    fn signed(&self) -> Result<Page> {
        let settings = settings(&self.env).map_err(|_| worker::Error::RustError("the settings can't be read".to_owned()))?;
        Tree::of(&self.state).signed(&settings.config.audit.origin, &settings.keys, ports::now())
    }

    /// Sets the alarm, unless it is set for earlier.
    async fn look_in(&self, millis: i64) -> Result<()> {
        let storage = self.state.storage();
        let due = ports::now().millis().saturating_add(millis);
        if storage.get_alarm().await?.is_none_or(|set| set > due) {
            // A number is an offset.
            storage.set_alarm(millis).await?;
        }
        Ok(())
    }
}

/// When this isolate last told the object that rows are coming in.
static LAST_NUDGE: AtomicI64 = AtomicI64::new(0);

/// Tells the object that rows are coming in: beside the request, and once in a while.
pub(super) fn nudge(env: &Env, context: &Context) {
    let now = ports::now().millis();
    if now.saturating_sub(LAST_NUDGE.load(Ordering::Relaxed)) < NUDGE_MS {
        return;
    }
    LAST_NUDGE.store(now, Ordering::Relaxed);
    let env = env.clone();
    context.wait_until(async move {
        // The object looks by itself too, only later.
        ask::<bool>(&env, &Call::Wake).await.ok();
    });
}

/// Asks the object.
pub(super) async fn ask<T: DeserializeOwned>(env: &Env, call: &Call) -> std::result::Result<T, Fault> {
    let fault = |error: worker::Error| Fault::new("audit_log", error.to_string());
    let stub = env.durable_object("AUDIT_LOG").and_then(|namespace| namespace.id_from_name(NAME)?.get_stub()).map_err(fault)?;
    let body = serde_json::to_string(call).map_err(|error| Fault::new("audit_log", error.to_string()))?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(body.into()));
    let request = Request::new_with_init("https://audit-log/", &init).map_err(fault)?;
    let mut response = stub.fetch_with_request(request).await.map_err(fault)?;
    if response.status_code() != 200 {
        return Err(Fault::new("audit_log", format!("status {}", response.status_code())));
    }
    response.json().await.map_err(fault)
}

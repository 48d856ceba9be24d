//! Floor 8, the Cloudflare Worker: parse, call, map, store.
//!
//! In scope: HTTP, D1, Durable Objects, secrets, the clock and randomness. Out of scope: every decision, which the floors below make.

#![expect(missing_docs, reason = "the durable_object macro writes methods without any")]

mod admin;
mod audit_api;
mod audit_log;
mod audit_store;
mod audit_tree;
mod auth;
mod control;
mod d1;
mod earns;
mod generate;
mod http;
mod issuer;
mod jobs;
mod monitoring;
#[cfg(feature = "schema")]
mod openapi;
mod outbox;
mod ports;
mod posts;
mod public;
mod publishing;
mod receipts;
mod retention;
mod ring;
mod router;
mod routes;
mod settings;
mod standing;
mod telemetry;
mod traffic;
mod user_gate;

pub use audit_log::AuditLog;
pub use control::Control;
pub use generate::Breaker;
#[cfg(feature = "schema")]
pub use openapi::{errors, openapi};
pub use routes::{Body, DOCS, Doc, Level};
pub use user_gate::UserGate;

use worker::{Context, Env, Request, Response, Result, ScheduleContext, ScheduledEvent, event};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    router::handle(request, env, context).await
}

#[event(scheduled)]
async fn scheduled(event: ScheduledEvent, env: Env, _: ScheduleContext) {
    jobs::run(&event.cron(), &env).await;
}

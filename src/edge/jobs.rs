//! What runs by the clock: a look of the audit's tree, in case a nudge was lost, retention, and the reconciliation of RING. wrangler.toml
//! says when.

use super::audit_log::{self, Call};
use super::settings::settings;
use super::{retention, ring};
use crate::gate::Fault;
use serde_json::json;
use worker::Env;

/// When retention runs; every other time is the tree's.
const RETENTION: &str = "23 * * * *";

/// When RING is reconciled.
const RECONCILIATION: &str = "0 3 * * *";

/// Runs what is due.
pub(super) async fn run(cron: &str, env: &Env) {
    if let Err(fault) = due(cron, env).await {
        worker::console_error!("{}", json!({ "job": cron, "what": fault.what, "why": fault.why }));
    }
}

async fn due(cron: &str, env: &Env) -> Result<(), Fault> {
    audit_log::ask::<bool>(env, &Call::Wake).await?;
    if cron != RETENTION && cron != RECONCILIATION {
        return Ok(());
    }
    let settings = settings(env).map_err(|_| Fault::new("settings", "not readable"))?;
    if cron == RECONCILIATION {
        let report = ring::run_reconciliation(env, settings.config.token_mode).await?;
        worker::console_log!("{}", json!({ "job": "ring_reconciliation", "report": report }));
        return Ok(());
    }
    let report = retention::run(env, settings, settings.config.audit.cleanup_dry_run).await?;
    worker::console_log!("{}", json!({ "job": "audit_retention", "report": report }));
    Ok(())
}

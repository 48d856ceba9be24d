//! RING at the edge: what a publish event writes beside itself, and what an account or an administrator asks. The arithmetic is the
//! ledger's; the order of a user's awards is its `UserGate`'s.

use super::d1::database;
use super::http;
use super::ports::now;
use super::posts::unavailable;
use super::router::{Call, Signed};
use crate::contract::ContractError;
use crate::gate::Fault;
use crate::ledger::{Balance, TokenMode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use worker::{D1PreparedStatement, Env, Request, Response, Result};

/// Notes that an event's id came again for another post; the first result counts.
pub(super) const INSERT_CONFLICT: &str = "INSERT INTO publish_event_conflicts (event_id, post_id, user_id, reason, created_at) \
     SELECT value ->> 'id', value ->> 'post_id', value ->> 'user_id', 'idempotent_replay', value ->> 'published_at' FROM json_each(?1) \
     WHERE EXISTS (SELECT 1 FROM publish_events WHERE id = value ->> 'id' AND post_id <> value ->> 'post_id') \
     ON CONFLICT (event_id, post_id) DO NOTHING";

/// Books an award; a trigger keeps the balance.
pub(super) const INSERT_LEDGER: &str = "INSERT INTO ring_ledger (id, user_id, event_type, reason_code, amount, balance_after, request_id, \
     receipt_id, created_at) SELECT value ->> 'id', value ->> 'user_id', 'EARN', 'ISSUED', value ->> 'token_issued_amount', \
     value ->> 'token_issued_amount' + coalesce((SELECT balance FROM ring_balances WHERE user_id = value ->> 'user_id'), 0), \
     value ->> 'enforcement_request_id', value ->> 'enforcement_receipt_id', value ->> 'published_at' FROM json_each(?1) \
     WHERE value ->> 'token_issued_amount' > 0 ON CONFLICT (id) DO NOTHING";

/// Notes what would be booked in live.
pub(super) const INSERT_PENDING: &str = "INSERT INTO ring_pending (id, user_id, amount, reason_code, request_id, receipt_id, created_at) \
     SELECT value ->> 'id', value ->> 'user_id', value ->> 'token_pending_amount', 'PENDING', value ->> 'enforcement_request_id', \
     value ->> 'enforcement_receipt_id', value ->> 'published_at' FROM json_each(?1) WHERE value ->> 'token_pending_amount' > 0 \
     ON CONFLICT (id) DO NOTHING";

const BALANCE: &str = "SELECT coalesce((SELECT balance FROM ring_balances WHERE user_id = ?1), 0) AS balance, \
     coalesce((SELECT sum(amount) FROM ring_pending WHERE user_id = ?1 AND status = 'pending'), 0) AS pending";
const LEDGER: &str = "SELECT id, event_type, reason_code, amount, balance_after, request_id, receipt_id, created_at FROM ring_ledger \
     WHERE user_id = ?1 ORDER BY seq DESC LIMIT ?2";
const PENDING: &str = "SELECT id, amount, reason_code, status, request_id, receipt_id, created_at FROM ring_pending \
     WHERE user_id = ?1 ORDER BY created_at DESC LIMIT ?2";
/// A page of accounts with what is booked and what is stored, in the order of their users.
const ACCOUNTS: &str = "SELECT user_id, sum(amount) AS booked, \
     (SELECT balance FROM ring_balances WHERE ring_balances.user_id = ring_ledger.user_id) AS stored \
     FROM ring_ledger WHERE user_id > ?1 GROUP BY user_id ORDER BY user_id LIMIT 500";
const NOTE_DRIFTS: &str = "INSERT INTO ring_drifts (user_id, stored, booked, found_at) \
     SELECT value ->> 'user_id', value ->> 'stored', value ->> 'booked', ?2 FROM json_each(?1)";
/// What is booked is summed anew, so that an award that came in between is not lost.
const MEND: &str = "INSERT INTO ring_balances (user_id, balance) SELECT value ->> 'user_id', \
     (SELECT sum(amount) FROM ring_ledger WHERE user_id = value ->> 'user_id') FROM json_each(?1) WHERE true \
     ON CONFLICT (user_id) DO UPDATE SET balance = excluded.balance";
const MISSING: &str = "SELECT id FROM publish_events WHERE published_at >= ?1 AND token_issued_amount > 0 \
     AND NOT EXISTS (SELECT 1 FROM ring_ledger WHERE ring_ledger.id = publish_events.id) ORDER BY published_at LIMIT 100";
const DUPLICATES: &str = "SELECT event_id AS id FROM publish_event_conflicts WHERE created_at >= ?1 ORDER BY created_at DESC LIMIT 100";

/// How far back publish events are held against the ledger.
const LOOK_BACK_SECONDS: i64 = 35 * 24 * 3600;
/// The most entries of one reply.
const MAX_LIMIT: u32 = 100;

/// An entry of the ledger, newest first.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct LedgerRow {
    id: String,
    event_type: String,
    reason_code: String,
    amount: i64,
    balance_after: i64,
    request_id: Option<String>,
    receipt_id: Option<String>,
    created_at: String,
}

/// What shadow noted.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct PendingRow {
    id: String,
    amount: i64,
    reason_code: String,
    status: String,
    request_id: Option<String>,
    receipt_id: Option<String>,
    created_at: String,
}

/// An account's balance.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct TokenBalance {
    user_id: String,
    mode: TokenMode,
    #[serde(flatten)]
    balance: Balance,
}

/// The newest entries of an account.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct TokenLedger {
    items: Vec<LedgerRow>,
}

/// An account at a glance.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct TokenSummary {
    #[serde(flatten)]
    balance: TokenBalance,
    ledger: Vec<LedgerRow>,
    pending_entries: Vec<PendingRow>,
}

/// A stored balance that did not agree with the ledger, and was set to what is booked.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct DriftRow {
    user_id: String,
    stored: i64,
    booked: i64,
}

/// What a reconciliation found and mended.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Reconciliation {
    mode: TokenMode,
    /// True where issuance is off: nothing was looked at.
    skipped: bool,
    checked: u32,
    mismatches: Vec<DriftRow>,
    publish_missing: Vec<String>,
    publish_duplicates: Vec<String>,
}

#[derive(Deserialize)]
struct BalanceRow {
    balance: i64,
    pending: i64,
}

#[derive(Deserialize)]
struct IdRow {
    id: String,
}

#[derive(Deserialize)]
struct AccountRow {
    user_id: String,
    booked: i64,
    stored: Option<i64>,
}

pub(super) async fn balance(_: Request, call: Call, signed: Signed) -> Result<Response> {
    match read_balance(&call.env, &signed).await {
        Ok(balance) => http::json(&balance),
        Err(fault) => unavailable(&call, &fault),
    }
}

pub(super) async fn ledger(request: Request, call: Call, signed: Signed) -> Result<Response> {
    let limit = match limit(&request)? {
        Ok(limit) => limit,
        Err(error) => return http::error(&call.names.contract(&error)),
    };
    match newest(&call.env, LEDGER, &signed.user.id, limit).await {
        Ok(items) => http::json(&TokenLedger { items }),
        Err(fault) => unavailable(&call, &fault),
    }
}

pub(super) async fn summary(request: Request, call: Call, signed: Signed) -> Result<Response> {
    let limit = match limit(&request)? {
        Ok(limit) => limit,
        Err(error) => return http::error(&call.names.contract(&error)),
    };
    match read_summary(&call.env, &signed, limit).await {
        Ok(summary) => http::json(&summary),
        Err(fault) => unavailable(&call, &fault),
    }
}

pub(super) async fn reconcile(_: Request, call: Call, signed: Signed) -> Result<Response> {
    match run_reconciliation(&call.env, signed.settings.config.token_mode).await {
        Ok(report) => http::json(&report),
        Err(fault) => unavailable(&call, &fault),
    }
}

/// Sets every stored balance to what is booked, and lists what has no entry. The ledger is not touched: a second run finds nothing.
pub(super) async fn run_reconciliation(env: &Env, mode: TokenMode) -> std::result::Result<Reconciliation, Fault> {
    let mut report = Reconciliation {
        mode,
        skipped: mode == TokenMode::Off,
        checked: 0,
        mismatches: Vec::new(),
        publish_missing: Vec::new(),
        publish_duplicates: Vec::new(),
    };
    if report.skipped {
        return Ok(report);
    }
    let database = database(env)?;
    let mut last = String::new();
    loop {
        let page: Vec<AccountRow> = rows(database.prepare(ACCOUNTS).bind(&[last.as_str().into()]).map_err(fault)?).await?;
        let Some(end) = page.last() else { break };
        last.clone_from(&end.user_id);
        for AccountRow { user_id, booked, stored } in page {
            report.checked = report.checked.saturating_add(1);
            if stored != Some(booked) {
                report.mismatches.push(DriftRow { user_id, stored: stored.unwrap_or_default(), booked });
            }
        }
    }
    let ids = |rows: Vec<IdRow>| rows.into_iter().map(|row| row.id).collect();
    let since = now().plus_seconds(-LOOK_BACK_SECONDS).to_string();
    report.publish_missing = ids(rows(database.prepare(MISSING).bind(&[since.as_str().into()]).map_err(fault)?).await?);
    report.publish_duplicates = ids(rows(database.prepare(DUPLICATES).bind(&[since.into()]).map_err(fault)?).await?);
    if !report.mismatches.is_empty() {
        let found = serde_json::to_string(&report.mismatches).map_err(|error| Fault::new("ring", error.to_string()))?;
        let note = database.prepare(NOTE_DRIFTS).bind(&[found.as_str().into(), now().to_string().into()]).map_err(fault)?;
        let mend = database.prepare(MEND).bind(&[found.into()]).map_err(fault)?;
        database.batch(vec![note, mend]).await.map_err(fault)?;
    }
    Ok(report)
}

async fn read_balance(env: &Env, signed: &Signed) -> std::result::Result<TokenBalance, Fault> {
    let user_id = signed.user.id.clone();
    let statement = database(env)?.prepare(BALANCE).bind(&[user_id.as_str().into()]).map_err(fault)?;
    let BalanceRow { balance, pending } = rows(statement).await?.into_iter().next().unwrap_or(BalanceRow { balance: 0, pending: 0 });
    let balance = Balance { balance, pending, effective_balance: balance.saturating_add(pending) };
    Ok(TokenBalance { user_id, mode: signed.settings.config.token_mode, balance })
}

async fn read_summary(env: &Env, signed: &Signed, limit: u32) -> std::result::Result<TokenSummary, Fault> {
    Ok(TokenSummary {
        balance: read_balance(env, signed).await?,
        ledger: newest(env, LEDGER, &signed.user.id, limit).await?,
        pending_entries: newest(env, PENDING, &signed.user.id, limit).await?,
    })
}

async fn newest<T: DeserializeOwned>(env: &Env, sql: &str, user_id: &str, limit: u32) -> std::result::Result<Vec<T>, Fault> {
    rows(database(env)?.prepare(sql).bind(&[user_id.into(), limit.into()]).map_err(fault)?).await
}

async fn rows<T: DeserializeOwned>(statement: D1PreparedStatement) -> std::result::Result<Vec<T>, Fault> {
    statement.all().await.and_then(|found| found.results()).map_err(fault)
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` takes")]
fn fault(error: worker::Error) -> Fault {
    Fault::new("ring", error.to_string())
}

/// `?limit=`, 20 by default.
fn limit(request: &Request) -> Result<std::result::Result<u32, ContractError>> {
    let url = request.url()?;
    let Some((_, text)) = url.query_pairs().find(|(name, _)| name == "limit") else { return Ok(Ok(20)) };
    Ok(match text.parse::<u32>() {
        Ok(limit) if (1..=MAX_LIMIT).contains(&limit) => Ok(limit),
        _ => Err(ContractError::new("/query/limit", format!("not a limit, expected a whole number from 1 to {MAX_LIMIT}"))),
    })
}

//! What an operator asks: recent requests, the counts of a window, whether the mode may be raised; and users' "this is wrong".

use super::d1::database;
use super::http;
use super::ports::now;
use super::posts::unavailable;
use super::router::{Call, Signed};
use crate::audit::{Count, Counts, Listing, Metric, Metrics, READINESS_HOURS, RolloutReadiness, SERIES, Summary, hour, hour_begins};
use crate::contract::ContractError;
use crate::gate::{Fault, FeedbackAnswer, FeedbackRequest};
use serde::Deserialize;
use worker::wasm_bindgen::JsValue;
use worker::{D1PreparedStatement, Env, Request, Response, Result};

const OF_REQUEST: &str = "SELECT request_id, call, platform, mode, qa_status, codes, violations, receipt_id, expires_at, error_code, audit_ok, \
     latency_ms, at FROM enforcement_requests WHERE request_id = ?1";

const NEWEST: &str = "SELECT request_id, call, platform, mode, qa_status, codes, violations, receipt_id, expires_at, error_code, audit_ok, \
     latency_ms, at FROM enforcement_requests WHERE (at, request_id) < (CAST(?1 AS INTEGER), ?2) AND at >= CAST(?3 AS INTEGER) \
     ORDER BY at DESC, request_id DESC LIMIT ?4";

const NEWEST_OF_FACET: &str = "SELECT request_id, call, platform, mode, qa_status, codes, violations, receipt_id, expires_at, error_code, \
     audit_ok, latency_ms, at FROM enforcement_requests WHERE facet = ?5 AND (at, request_id) < (CAST(?1 AS INTEGER), ?2) \
     AND at >= CAST(?3 AS INTEGER) ORDER BY at DESC, request_id DESC LIMIT ?4";

const NEWEST_OF_CODE: &str = "SELECT found.request_id, call, platform, mode, qa_status, codes, violations, receipt_id, expires_at, error_code, \
     audit_ok, latency_ms, found.at FROM enforcement_request_codes AS found CROSS JOIN enforcement_requests \
     ON enforcement_requests.request_id = found.request_id WHERE found.code = ?6 AND found.facet = ?5 \
     AND (found.at, found.request_id) < (CAST(?1 AS INTEGER), ?2) AND found.at >= CAST(?3 AS INTEGER) \
     ORDER BY found.at DESC, found.request_id DESC LIMIT ?4";

const TOTALS: &str = "SELECT 0 AS hour, metric, label, sum(count) AS count FROM telemetry \
     WHERE metric IN (SELECT value FROM json_each(?1)) AND hour >= CAST(?2 AS INTEGER) GROUP BY metric, label";

const BY_HOUR: &str = "SELECT hour, metric, label, count FROM telemetry \
     WHERE metric IN (SELECT value FROM json_each(?1)) AND hour >= CAST(?2 AS INTEGER)";

const FIRST_REQUEST: &str = "SELECT hour, metric, label, count FROM telemetry \
     WHERE metric = 'requests' AND hour >= CAST(?1 AS INTEGER) ORDER BY hour LIMIT 1";

const INSERT_REPORT: &str = "INSERT INTO false_positive_reports (user_id, draft_hash, code, platform, policy_digest, request_id, at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, CAST(?7 AS INTEGER)) ON CONFLICT (user_id, draft_hash, code) DO NOTHING RETURNING code";

/// The window of the metrics where the caller does not say, and the longest.
const WINDOW_HOURS: i64 = 24;
const MAX_WINDOW_HOURS: i64 = 168;

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` takes")]
fn fault(error: worker::Error) -> Fault {
    Fault::new("monitoring", error.to_string())
}

/// A row as SQL has it.
#[derive(Deserialize)]
struct RequestRow {
    request_id: String,
    call: String,
    platform: Option<String>,
    mode: String,
    qa_status: String,
    codes: String,
    violations: usize,
    receipt_id: Option<String>,
    expires_at: Option<i64>,
    error_code: Option<String>,
    audit_ok: u8,
    latency_ms: i64,
    at: i64,
}

impl From<RequestRow> for Summary {
    fn from(row: RequestRow) -> Self {
        Self {
            request_id: row.request_id,
            call: row.call,
            platform: row.platform,
            mode: row.mode,
            qa_status: row.qa_status,
            codes: serde_json::from_str(&row.codes).unwrap_or_default(),
            violations: row.violations,
            receipt_id: row.receipt_id,
            expires_at: row.expires_at,
            error_code: row.error_code,
            audit_ok: row.audit_ok == 1,
            latency_ms: row.latency_ms,
            at: row.at,
        }
    }
}

/// Recent requests, newest first.
pub(super) async fn recent(request: Request, call: Call, _: Signed) -> Result<Response> {
    let url = request.url()?;
    let pairs: Vec<_> = url.query_pairs().collect();
    let listing = match Listing::read(pairs.iter().map(|(key, value)| (key.as_ref(), value.as_ref()))) {
        Ok(listing) => listing,
        Err(error) => return http::error(&call.names.contract(&error)),
    };
    match find(&call.env, &listing).await {
        Ok(found) => http::json(&listing.page(found)),
        Err(fault) => unavailable(&call, &fault),
    }
}

/// One request more than a page has from every stretch of the index that can have some, all in one round trip.
async fn find(env: &Env, listing: &Listing) -> std::result::Result<Vec<Summary>, Fault> {
    let database = database(env)?;
    let bind = |sql: &str, values: &[JsValue]| database.prepare(sql).bind(values).map_err(fault);
    let limit = i32::try_from(listing.limit.saturating_add(1)).unwrap_or(i32::MAX);
    let place: [JsValue; 4] =
        [listing.before.at.to_string().into(), listing.before.request_id.as_str().into(), listing.since.to_string().into(), limit.into()];
    let facets = listing.facets();
    let statements: Vec<D1PreparedStatement> = if let Some(request_id) = &listing.request_id {
        vec![bind(OF_REQUEST, &[request_id.as_str().into()])?]
    } else if facets.is_empty() {
        vec![bind(NEWEST, &place)?]
    } else {
        let of = |facet: &String| {
            let mut values = place.to_vec();
            values.push(facet.as_str().into());
            match &listing.code {
                None => bind(NEWEST_OF_FACET, &values),
                Some(code) => {
                    values.push(code.as_str().into());
                    bind(NEWEST_OF_CODE, &values)
                }
            }
        };
        facets.iter().map(of).collect::<std::result::Result<_, _>>()?
    };
    let mut found = Vec::new();
    for result in database.batch(statements).await.map_err(fault)? {
        found.extend(result.results::<RequestRow>().map_err(fault)?.into_iter().map(Summary::from));
    }
    Ok(found)
}

/// The counts of a window.
pub(super) async fn metrics(request: Request, call: Call, _: Signed) -> Result<Response> {
    let url = request.url()?;
    let window = match url.query_pairs().find(|(name, _)| name == "window_hours").map(|(_, text)| text.parse::<i64>()) {
        None => WINDOW_HOURS,
        Some(Ok(hours)) if (1..=MAX_WINDOW_HOURS).contains(&hours) => hours,
        Some(_) => {
            let message = format!("not a window, expected a whole number of hours from 1 to {MAX_WINDOW_HOURS}");
            return http::error(&call.names.contract(&ContractError::new("/query/window_hours", message)));
        }
    };
    let until = now();
    let first = hour(until) - window;
    match counted(&call.env, first).await {
        Ok((totals, series)) => http::json(&Metrics::of(window, hour_begins(first), until, &totals, &series)),
        Err(fault) => unavailable(&call, &fault),
    }
}

fn named(metrics: &[Metric]) -> std::result::Result<JsValue, Fault> {
    serde_json::to_string(metrics).map(JsValue::from).map_err(|error| Fault::new("monitoring", error.to_string()))
}

/// The sums from an hour on, and what is told hour by hour.
async fn counted(env: &Env, first: i64) -> std::result::Result<(Counts, Counts), Fault> {
    let database = database(env)?;
    let bind = |sql: &str, metrics: &[Metric]| database.prepare(sql).bind(&[named(metrics)?, first.to_string().into()]).map_err(fault);
    let mut results = database.batch(vec![bind(TOTALS, Metric::ALL)?, bind(BY_HOUR, &SERIES)?]).await.map_err(fault)?.into_iter();
    let mut next = || results.next().map_or_else(|| Ok(Vec::new()), |result| result.results::<Count>().map_err(fault));
    Ok((next()?.into_iter().collect(), next()?.into_iter().collect()))
}

/// What the readiness is measured by.
const MEASURED: &[Metric] =
    &[Metric::AuditWrite, Metric::Chain, Metric::FalsePositive, Metric::ReceiptFailed, Metric::Requests, Metric::Stream];

/// Whether the mode may be raised.
pub(super) async fn readiness(_: Request, call: Call, _: Signed) -> Result<Response> {
    let until = now();
    let first = hour(until) - READINESS_HOURS;
    match measured(&call.env, first).await {
        Ok((counts, seen)) => http::json(&RolloutReadiness::of(hour_begins(first), until, seen, &counts)),
        Err(fault) => unavailable(&call, &fault),
    }
}

/// The sums from an hour on, and the hour of the first request among them.
async fn measured(env: &Env, first: i64) -> std::result::Result<(Counts, Option<i64>), Fault> {
    let database = database(env)?;
    let totals = database.prepare(TOTALS).bind(&[named(MEASURED)?, first.to_string().into()]).map_err(fault)?;
    let seen = database.prepare(FIRST_REQUEST).bind(&[first.to_string().into()]).map_err(fault)?;
    let mut results = database.batch(vec![totals, seen]).await.map_err(fault)?.into_iter();
    let mut next = || results.next().map_or_else(|| Ok(Vec::new()), |result| result.results::<Count>().map_err(fault));
    Ok((next()?.into_iter().collect(), next()?.first().map(|count| count.hour)))
}

#[derive(Deserialize)]
struct Recorded {}

/// Stores that a finding is wrong; who says it twice of the same draft has said it once.
pub(super) async fn feedback(mut request: Request, call: Call, signed: Signed) -> Result<Response> {
    let said = match http::read::<FeedbackRequest>(&mut request, &call.names).await? {
        Ok(said) => said,
        Err(error) => return http::error(&error),
    };
    match record(&call.env, &signed.user.id, &said).await {
        Ok(recorded) => http::json(&FeedbackAnswer { recorded }),
        Err(fault) => unavailable(&call, &fault),
    }
}

async fn record(env: &Env, user_id: &str, said: &FeedbackRequest) -> std::result::Result<bool, Fault> {
    let values = [
        user_id.into(),
        said.draft_hash.as_str().into(),
        said.code.as_str().into(),
        said.platform.as_str().into(),
        said.policy_digest.as_str().into(),
        said.request_id.as_deref().unwrap_or_default().into(),
        now().millis().to_string().into(),
    ];
    let statement = database(env)?.prepare(INSERT_REPORT).bind(&values).map_err(fault)?;
    let rows = statement.all().await.and_then(|written| written.results::<Recorded>()).map_err(fault)?;
    Ok(!rows.is_empty())
}

//! Everything that is served: one row a method and path, with whom it lets in, who answers, and what the API's document says about it.
//!
//! A row is added here and nowhere else. What every row of its level can answer (no credential, no administrator, too many requests, a
//! body that is too large or no JSON) is said once, in `Doc::codes`; a row names what is its own. The two rows with `Gate` publish, through
//! `gate::Gate::admit`; a test below says that nothing else can.

use super::router::{Entry, Row};
use super::{admin, audit_api, generate, monitoring, posts, public, receipts, ring};
use crate::gate::{ErrorCode, Route};
use worker::Method;

/// What a row's body holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    Nothing,
    /// JSON of this schema, by its name in the document's components.
    Json(&'static str),
    /// JSON of this schema with status 200, and with another one.
    JsonAlso(&'static str, u16),
    /// JSON of this schema with an `ETag`, which a caller may name to hear that nothing has changed.
    Tagged(&'static str),
    /// JSON, one value a line.
    Lines,
    /// Server-sent events, or this JSON when the caller asks for no stream.
    EventsOr(&'static str),
    /// A JSON Schema.
    Schema,
    /// Plain text.
    Text,
}

/// Whom a row lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Everybody.
    Open,
    /// Whoever has a credential.
    User,
    /// Administrators.
    Admin,
    /// Whoever the gate lets publish.
    Gate,
}

/// What the API's document says about a row.
#[derive(Debug, Clone, Copy)]
pub struct Doc {
    /// In capitals.
    pub method: &'static str,
    /// With its parameters in braces.
    pub path: &'static str,
    /// One sentence.
    pub about: &'static str,
    /// Whom it lets in.
    pub level: Level,
    /// What it reads.
    pub takes: Body,
    /// What it answers with status 200.
    pub gives: Body,
    /// The failures that are its own.
    pub refuses: &'static [ErrorCode],
}

macro_rules! routes {
    ($($(#[doc = $about:literal])+ $method:ident $path:literal $level:ident($handler:expr) { takes $takes:expr, gives $gives:expr, refuses [$($code:ident),*] })+) => {
        /// The table.
        pub(super) const ROUTES: &[Row] = &[$(Row { method: Method::$method, path: $path, entry: routes!(@entry $level $handler) },)+];

        /// The table as the API's document tells it, in the same order. The Worker doesn't read it.
        pub const DOCS: &[Doc] = &[$(Doc {
            method: routes!(@name $method),
            path: $path,
            about: concat!($($about),+),
            level: Level::$level,
            takes: $takes,
            gives: $gives,
            refuses: &[$(ErrorCode::$code),*],
        },)+];
    };
    (@entry Open $handler:expr) => { Entry::Open(|request, call| Box::pin($handler(request, call))) };
    (@entry User $handler:expr) => { Entry::User(|request, call, signed| Box::pin($handler(request, call, signed))) };
    (@entry Admin $handler:expr) => { Entry::Admin(|request, call, signed| Box::pin($handler(request, call, signed))) };
    (@entry Gate $route:expr) => { Entry::Gate($route) };
    (@name Get) => { "GET" };
    (@name Post) => { "POST" };
    (@name Put) => { "PUT" };
}

use Body::{EventsOr, Json, JsonAlso, Lines, Nothing, Schema, Tagged, Text};

routes! {
    /// The public keys that receipts are verified with.
    Get "/.well-known/jwks.json" Open(public::jwks) { takes Nothing, gives Json("Jwks"), refuses [PolicyError] }
    /// Publishes for clients of the reference system: platform x, format thread; tags and sources come from the receipt's record.
    Post "/api/post-to-x" Gate(Route::PostToX) { takes Json("LegacyPostRequest"), gives Json("PostAnswer"), refuses [] }
    /// Alive, whatever the configuration.
    Get "/healthz" Open(public::health) { takes Nothing, gives Json("Health"), refuses [] }
    /// Ready to decide, or 503 with everything that is wrong.
    Get "/readyz" Open(public::ready) { takes Nothing, gives JsonAlso("Readiness", 503), refuses [] }
    /// What administrators have set: the kill switch, the rollout.
    Get "/v1/admin/flags" Admin(admin::flags) { takes Nothing, gives Json("Flags"), refuses [StateUnavailable] }
    /// Sets the mode of everybody, or the share of users under enforcement.
    Put "/v1/admin/flags" Admin(admin::set_flags) { takes Json("FlagChange"), gives Json("Flags"), refuses [StateUnavailable] }
    /// Publishes a policy, or makes an earlier one active again; If-Match names the one that it replaces.
    Put "/v1/admin/policy" Admin(admin::set_policy) {
        takes Json("Policy"), gives Json("PolicyChanged"), refuses [PolicyInvalid, PreconditionFailed, PreconditionRequired, StateUnavailable]
    }
    /// Runs retention now; `?dry_run=1` only counts.
    Post "/v1/admin/retention" Admin(audit_api::retain) { takes Nothing, gives Json("RetentionReport"), refuses [ContractInvalid, StateUnavailable] }
    /// The signed checkpoint of the audit's tree, as C2SP writes it.
    Get "/v1/audit/checkpoint" Admin(audit_api::checkpoint) { takes Nothing, gives Text, refuses [StateUnavailable] }
    /// The audit rows under the checkpoint, `?first=` and `?end=` of which leaves, then the checkpoint.
    Get "/v1/audit/export" Admin(audit_api::export) { takes Nothing, gives Lines, refuses [ContractInvalid, StateUnavailable] }
    /// That the rows of `?request_id=` are in the tree, or that the tree has grown `?from=` an earlier size.
    Get "/v1/audit/proof" Admin(audit_api::proof) { takes Nothing, gives Json("AuditProof"), refuses [ContractInvalid, NotFound, StateUnavailable] }
    /// Every audit row of a request.
    Get "/v1/audit/{request_id}" Admin(audit_api::rows) { takes Nothing, gives Json("AuditRows"), refuses [NotFound, StateUnavailable] }
    /// Checks a draft; nothing is stored.
    Post "/v1/check" User(public::check) { takes Json("CheckRequest"), gives Json("CheckReport"), refuses [] }
    /// Whether a receipt of yours still counts; an administrator may ask about anybody's.
    Post "/v1/enforcement/receipts/validate" User(receipts::validate) {
        takes Json("ValidateRequest"), gives Json("ValidateAnswer"),
        refuses [EnforcementReceiptExpired, EnforcementReceiptInvalid, EnforcementReceiptRequired, StateUnavailable]
    }
    /// Says that a finding is wrong; of the same draft and rule it counts once. The draft is named by its hash.
    Post "/v1/feedback" User(monitoring::feedback) { takes Json("FeedbackRequest"), gives Json("FeedbackAnswer"), refuses [StateUnavailable] }
    /// Writes or takes a draft, checks it, and gives a receipt for one that passes.
    Post "/v1/generate/content" User(generate::generate) { takes Json("GenerateRequest"), gives EventsOr("GenerateAnswer"), refuses [CircuitBreakerTripped, WriterFailed] }
    /// What was counted in the last `?window_hours=` full hours and the current one, from 1 to 168, 24 by default.
    Get "/v1/monitoring/enforcement/metrics" Admin(monitoring::metrics) { takes Nothing, gives Json("Metrics"), refuses [ContractInvalid, StateUnavailable] }
    /// Each threshold of the rollout with what was measured in the last 72 hours: whether the mode may be raised.
    Get "/v1/monitoring/enforcement/readiness" Admin(monitoring::readiness) { takes Nothing, gives Json("RolloutReadiness"), refuses [StateUnavailable] }
    /// Requests, newest first: `limit` from 1 to 200, 50 by default; `since`, `mode`, `status`, `code`, `audit_ok`, `request_id`; `cursor` for the next page.
    Get "/v1/monitoring/enforcement/recent" Admin(monitoring::recent) { takes Nothing, gives Json("RecentRequests"), refuses [ContractInvalid, StateUnavailable] }
    /// Your latest posts in the outbox, newest first.
    Get "/v1/outbox" User(posts::outbox) { takes Nothing, gives Json("Outbox"), refuses [StateUnavailable] }
    /// The active policy; its digest is its ETag.
    Get "/v1/policy" User(public::policy) { takes Nothing, gives Tagged("Policy"), refuses [] }
    /// The JSON Schema of a policy document.
    Get "/v1/policy/schema" Open(public::policy_schema) { takes Nothing, gives Schema, refuses [] }
    /// Publishes a draft, once, if the policy and its receipt admit it.
    Post "/v1/posts" Gate(Route::Posts) { takes Json("PostRequest"), gives Json("PostAnswer"), refuses [] }
    /// What became of a post of yours.
    Get "/v1/posts/{id}" User(posts::view) { takes Nothing, gives Json("PostView"), refuses [NotFound, StateUnavailable] }
    /// What your account holds in RING.
    Get "/v1/tokens/balance" User(ring::balance) { takes Nothing, gives Json("TokenBalance"), refuses [StateUnavailable] }
    /// The newest entries of your account; `limit` from 1 to 100, 20 by default.
    Get "/v1/tokens/ledger" User(ring::ledger) { takes Nothing, gives Json("TokenLedger"), refuses [ContractInvalid, StateUnavailable] }
    /// Sets every stored balance to what is booked, and lists publish events without an entry.
    Post "/v1/tokens/reconcile" Admin(ring::reconcile) { takes Nothing, gives Json("Reconciliation"), refuses [StateUnavailable] }
    /// Your account at a glance; `limit` as for the ledger.
    Get "/v1/tokens/summary" User(ring::summary) { takes Nothing, gives Json("TokenSummary"), refuses [ContractInvalid, StateUnavailable] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn exactly_two_routes_publish_and_both_through_the_gate() {
        let publishing: Vec<_> =
            ROUTES.iter().filter(|row| matches!(row.entry, Entry::Gate(_))).map(|row| (row.method.to_string(), row.path)).collect();
        assert_eq!(publishing, [("POST".to_owned(), "/api/post-to-x"), ("POST".to_owned(), "/v1/posts")]);
    }

    /// A route can only publish through the ports, ports are only made for the gate, and the gate is only entered by `posts::post`.
    #[test]
    fn nothing_else_can_reach_a_publisher() {
        let sources = sources("src/edge");
        let naming = |word: &str, but: &[&str]| -> Vec<String> {
            let names = |text: &str| text.lines().any(|line| line.split("//").next().unwrap_or_default().contains(word));
            sources.iter().filter(|(file, text)| !but.contains(&file.as_str()) && names(text)).map(|(file, _)| file.clone()).collect()
        };
        assert_eq!(naming("EdgePorts {", &["src/edge/routes.rs"]), ["src/edge/ports.rs", "src/edge/posts.rs"]);
        assert_eq!(naming(".admit(", &["src/edge/routes.rs"]), ["src/edge/posts.rs"]);
        assert_eq!(naming("posts::post(", &["src/edge/routes.rs"]), ["src/edge/router.rs"]);
        assert_eq!(naming("publishing::send(", &["src/edge/routes.rs"]), ["src/edge/ports.rs"]);
        assert_eq!(naming("::publish(", &["src/edge/routes.rs"]), ["src/edge/publishing.rs"]);
    }

    fn sources(folder: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.to_str().unwrap().to_owned();
            if path.is_dir() {
                found.extend(sources(&name));
            } else {
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
        found.sort();
        found
    }

    #[test]
    fn the_table_is_sorted_and_has_no_row_twice() {
        let keys: Vec<_> = ROUTES.iter().map(|row| (row.path, row.method.to_string())).collect();
        assert!(keys.is_sorted() && keys.windows(2).all(|pair| pair.first() != pair.last()), "{keys:?}");
    }

    #[test]
    fn rows_and_their_documentation_are_the_same_rows() {
        let rows: Vec<_> = ROUTES.iter().map(|row| (row.method.to_string(), row.path)).collect();
        let docs: Vec<_> = DOCS.iter().map(|doc| (doc.method.to_owned(), doc.path)).collect();
        assert_eq!(rows, docs);
    }
}

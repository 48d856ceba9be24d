//! The gate's truth: every step's refusal, and mode × QA × audit × receipt as a whole.

mod clock;
mod faults;
mod limits;
mod publishing;
mod receipts;

use super::auth::AuthError;
use super::config::{AuditConfig, Config};
use super::fakes::{Fail, FakePorts, Platform};
use super::ports::StoredReceipt;
use super::{Gate, Posting, Reply, Route, Setup};
use crate::audit::Ids;
use crate::contract::{Mode, Timestamp};
use crate::ledger::{Guardrails, TokenMode};
use crate::pipeline::{Assignment, Run, Signer, Written};
use crate::policy::Policy;
use crate::receipt::SigningKeys;
use crate::text::{self, Format};
use serde_json::{Value, json};

const GOOD: &str = "Tomatoes like warm soil";

struct World {
    ports: FakePorts,
    policy: Policy,
    keys: SigningKeys,
    config: Config,
}

impl World {
    fn new(mode: Mode) -> Self {
        let config = Config {
            mode,
            audit_log: true,
            token_mode: TokenMode::Off,
            guardrails: Guardrails::default(),
            receipt_ttl_seconds: 3600,
            requests_per_minute: 600,
            cors_origins: super::Origins::default(),
            lease_seconds: 60,
            audit: AuditConfig::default(),
            warnings: Vec::new(),
        };
        let keys = SigningKeys::read(crate::receipt::tests_support::PRIVATE, None).unwrap();
        Self { ports: FakePorts::new(mode), policy: Policy::builtin().unwrap(), keys, config }
    }

    fn send(&self, posting: Posting<'_>) -> Reply {
        let setup = Setup { policy: Ok(&self.policy), ring: self.keys.ring(), config: &self.config };
        pollster::block_on(Gate { ports: &self.ports, setup: Ok(setup), request_id: "q-post", client_request_id: None }.admit(posting))
    }

    fn post(&self, body: &Value) -> Reply {
        self.post_with_key(body, None)
    }

    fn post_with_key(&self, body: &Value, key: Option<&str>) -> Reply {
        let body = body.to_string();
        self.send(Posting { route: Route::Posts, body: Some(body.as_bytes()), is_json: true, idempotency_key: key })
    }

    /// Generates: what the pipeline stores, and the id of the receipt.
    fn receipt(&self, content: &str, change: impl FnOnce(&mut Assignment)) -> String {
        let mode = self.ports.mode.borrow().clone().unwrap();
        let id = format!("r-{}", self.ports.receipts.borrow().len());
        let ids = Ids { request_id: format!("q-{id}"), user_id: "dev:alice".to_owned(), ..Ids::default() };
        let mut assignment = Assignment {
            ids,
            prompt: "p".to_owned(),
            platform: text::Platform::X,
            format: Format::Single,
            policy_tags: vec!["no_harm".to_owned()],
            required_citations: false,
            sources: Vec::new(),
            mode,
            token_mode: TokenMode::Off,
        };
        change(&mut assignment);
        let request_id = assignment.ids.request_id.clone();
        let policy_tags = assignment.policy_tags.clone();
        let now = Timestamp::from_millis(self.ports.now.get());
        let mut run = Run::new(&self.policy, assignment).unwrap();
        run.strategy(now).unwrap();
        let signer = Signer { keys: &self.keys, receipt_id: id.clone(), ttl_seconds: self.config.receipt_ttl_seconds };
        let outcome = run.decide(Written::given(content.to_owned()), &signer, now).unwrap();
        let receipt = outcome.conclude(true, None).receipt.unwrap();
        let stored = StoredReceipt { receipt_token: receipt.token, policy_tags, required_citations: false, sources: Vec::new() };
        self.ports.receipts.borrow_mut().push((id.clone(), request_id, stored));
        id
    }

    fn published(&self) -> Vec<String> {
        self.ports.texts()
    }

    /// Lets the clock jump.
    fn jump(&self, millis: i64) {
        self.ports.now.set(self.ports.now.get() + millis);
    }
}

fn body(content: &str, receipt: Option<&str>) -> Value {
    let mut body = json!({ "content": content, "platform": "x", "policy_tags": ["no_harm"] });
    if let Some(receipt) = receipt {
        body["enforcement_receipt_id"] = json!(receipt);
    }
    body
}

fn thread(world: &World) -> Value {
    let content = "one\ntwo\nthree";
    let id = world.receipt(content, |assignment| assignment.format = Format::Thread);
    let mut request = body(content, Some(&id));
    request["format"] = json!("thread");
    request
}

fn code(reply: &Reply) -> String {
    let value: Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!(value["error"]["request_id"], "q-post", "{value}");
    format!("{} {}", reply.status, value["error"]["code"].as_str().unwrap_or("-"))
}

fn json_of(reply: &Reply) -> Value {
    serde_json::from_str(&reply.body).unwrap()
}

/// mode × QA × audit × receipt, whole: what comes back, what went out, what was warned of.
#[test]
fn the_truth_table() {
    for mode in [Mode::Off, Mode::Advisory, Mode::Enforced] {
        for qa_passes in [true, false] {
            for audit in [Fail::Never, Fail::Before, Fail::After] {
                for receipt in ["none", "right", "unknown", "other draft", "expired", "spent"] {
                    one_row(mode, qa_passes, audit, receipt);
                }
            }
        }
    }
}

fn one_row(mode: Mode, qa_passes: bool, audit: Fail, receipt: &str) {
    let world = World::new(mode);
    let name = match receipt {
        "none" => None,
        "unknown" => Some("r-9".to_owned()),
        "other draft" => Some(world.receipt("Another draft", |_| {})),
        _ => Some(world.receipt(GOOD, |_| {})),
    };
    if receipt == "spent" && mode != Mode::Off {
        assert_eq!(world.post(&body(GOOD, name.as_deref())).status, 200);
    }
    if receipt == "expired" {
        world.ports.now.set(world.ports.now.get() + 3_600_000);
    }
    let before = world.published().len();
    world.ports.audit_fails.set(audit);
    let mut request = body(GOOD, name.as_deref());
    if !qa_passes {
        request["policy_tags"] = json!([]);
    }
    let reply = world.post(&request);
    let row = format!("{mode} qa={qa_passes} audit={audit:?} receipt={receipt}: {} {}", reply.status, reply.body);
    let sent = world.published().len() - before;
    // A draft that fails QA never had a receipt of its own; one named for it was made for the draft with its tags.
    let receipt_problem = match (receipt, qa_passes) {
        ("right", true) => None,
        ("none", _) => Some("400 ENFORCEMENT_RECEIPT_REQUIRED"),
        ("unknown", _) => Some("403 ENFORCEMENT_RECEIPT_INVALID"),
        ("expired", _) => Some("403 ENFORCEMENT_RECEIPT_EXPIRED"),
        ("spent", true) => Some("403 ENFORCEMENT_RECEIPT_USED"),
        _ => Some("403 ENFORCEMENT_RECEIPT_MISMATCH"),
    };
    if mode == Mode::Enforced {
        let expected = match (qa_passes, receipt_problem, audit) {
            (false, _, _) => Some("403 QA_BLOCKED"),
            (true, Some(problem), _) => Some(problem),
            (true, None, Fail::Before | Fail::After) => Some("503 AUDIT_WRITE_FAILED"),
            (true, None, Fail::Never) => None,
        };
        match expected {
            Some(expected) => assert_eq!((code(&reply).as_str(), sent), (expected, 0), "{row}"),
            None => assert_eq!((reply.status, sent), (200, 1), "{row}"),
        }
        return;
    }
    assert_eq!((reply.status, sent), (200, 1), "{row}");
    let warnings: Vec<String> = serde_json::from_value(json_of(&reply)["warnings"].clone()).unwrap();
    let mut expected = Vec::new();
    if mode == Mode::Advisory {
        expected.extend((!qa_passes).then_some("QA_BLOCKED"));
        expected.extend(receipt_problem.and_then(|problem| problem.split_once(' ')).map(|(_, code)| code));
        expected.extend((audit != Fail::Never).then_some("AUDIT_WRITE_FAILED"));
    }
    assert_eq!(warnings, expected, "{row}");
}

#[test]
fn each_step_refuses_before_the_next_is_asked() {
    let world = World::new(Mode::Enforced);
    let good = body(GOOD, None).to_string();
    let posting = |body: Option<&'static [u8]>, is_json| Posting { route: Route::Posts, body, is_json, idempotency_key: None };
    assert_eq!(code(&world.send(posting(None, true))), "413 PAYLOAD_TOO_LARGE");
    *world.ports.user.borrow_mut() = Err(AuthError::refused("no credential"));
    assert_eq!(code(&world.send(posting(Some(b"{"), true))), "401 UNAUTHENTICATED");
    let world = World::new(Mode::Enforced);
    assert_eq!(code(&world.send(posting(Some(b"{}"), false))), "415 UNSUPPORTED_MEDIA_TYPE");
    assert_eq!(code(&world.send(posting(Some(b"{"), true))), "422 CONTRACT_INVALID");
    *world.ports.mode.borrow_mut() = Err(super::Fault::new("control", "no answer"));
    assert_eq!(code(&world.send(posting(Some(b"{}"), true))), "422 CONTRACT_INVALID");
    let send =
        |world: &World| world.send(Posting { route: Route::Posts, body: Some(good.as_bytes()), is_json: true, idempotency_key: None });
    assert_eq!(code(&send(&world)), "503 POLICY_ERROR");
    let mut world = World::new(Mode::Enforced);
    world.config.audit_log = false;
    assert_eq!(code(&send(&world)), "503 POLICY_ERROR");
    let world = World::new(Mode::Enforced);
    assert_eq!(code(&send(&world)), "400 ENFORCEMENT_RECEIPT_REQUIRED");
    assert!(world.published().is_empty());
}

#[test]
fn a_gate_that_is_not_configured_is_closed() {
    let world = World::new(Mode::Off);
    let problems = Config::read(|name| (name == "ONERING_ENFORCEMENT_MODE").then(|| "Off".to_owned())).unwrap_err();
    let gate = Gate { ports: &world.ports, setup: Err(&problems), request_id: "q-post", client_request_id: None };
    let body = body(GOOD, None).to_string();
    let posting = Posting { route: Route::Posts, body: Some(body.as_bytes()), is_json: true, idempotency_key: None };
    let reply = pollster::block_on(gate.admit(posting));
    assert_eq!(code(&reply), "503 POLICY_ERROR");
    assert!(reply.body.contains("ONERING_ENFORCEMENT_MODE: `Off` is no mode"), "{}", reply.body);
    assert!(world.published().is_empty());
}

#[test]
fn a_refusal_says_what_to_do_and_is_audited() {
    let world = World::new(Mode::Enforced);
    let mut request = body(GOOD, None);
    request["policy_tags"] = json!([]);
    let reply = world.post(&request);
    let details = &json_of(&reply)["error"]["details"];
    assert_eq!(details["violation_codes"], json!(["POLICY_TAGS_MISSING"]));
    assert_eq!(details["required_edits"], json!(["Add policy tags (e.g., no_harm, no_misinfo)."]));
    assert_eq!(details["diagnostics"][0]["code"], "POLICY_TAGS_MISSING");
    assert_eq!(reply.audit_later.len(), 1);
    assert_eq!(reply.audit_later[0].decision_json["output"]["error_code"], "QA_BLOCKED");
}

#[test]
fn the_rate_counts_admitted_posts_alone_and_the_sixth_waits() {
    let world = World::new(Mode::Enforced);
    for _ in 0..10 {
        assert_eq!(world.post(&body(GOOD, None)).status, 400);
    }
    for left in (0..5).rev() {
        let id = world.receipt(GOOD, |_| {});
        let reply = world.post(&body(GOOD, Some(&id)));
        assert_eq!(json_of(&reply)["remaining"], left);
        assert!(reply.headers.contains(&("ratelimit-policy", "\"posts\";q=5;w=900".to_owned())));
    }
    let id = world.receipt(GOOD, |_| {});
    let reply = world.post(&body(GOOD, Some(&id)));
    assert_eq!(code(&reply), "429 RATE_LIMITED");
    assert!(reply.headers.contains(&("retry-after", "900".to_owned())), "{:?}", reply.headers);
    world.ports.now.set(world.ports.now.get() + 900_000);
    assert_eq!(world.post(&body(GOOD, Some(&id))).status, 200);
}

#[test]
fn an_idempotency_key_answers_again_and_shuts_out_other_bodies() {
    let world = World::new(Mode::Enforced);
    let id = world.receipt(GOOD, |_| {});
    let first = world.post_with_key(&body(GOOD, Some(&id)), Some("\"k-1\""));
    let again = world.post_with_key(&body(GOOD, Some(&id)), Some("k-1"));
    assert_eq!((first.status, &first.body), (200, &again.body));
    assert!(again.headers.contains(&("idempotent-replayed", "true".to_owned())));
    assert_eq!(code(&world.post_with_key(&body("Other", Some(&id)), Some("k-1"))), "422 IDEMPOTENCY_CONFLICT");
    assert_eq!(world.published().len(), 1);
    for key in ["", "\"\"", "a b", "ü", &"k".repeat(201)] {
        assert_eq!(code(&world.post_with_key(&body(GOOD, Some(&id)), Some(key))), "422 CONTRACT_INVALID", "{key:?}");
    }
}

#[test]
fn a_refusal_frees_its_key() {
    let world = World::new(Mode::Enforced);
    assert_eq!(world.post_with_key(&body(GOOD, None), Some("k")).status, 400);
    let id = world.receipt(GOOD, |_| {});
    assert_eq!(world.post_with_key(&body(GOOD, Some(&id)), Some("k")).status, 200);
}

#[test]
fn an_audit_that_fails_gives_everything_back() {
    let world = World::new(Mode::Enforced);
    let id = world.receipt(GOOD, |_| {});
    world.ports.audit_fails.set(Fail::Before);
    assert_eq!(code(&world.post_with_key(&body(GOOD, Some(&id)), Some("k"))), "503 AUDIT_WRITE_FAILED");
    assert!(world.ports.rows.borrow().is_empty());
    world.ports.audit_fails.set(Fail::Never);
    assert_eq!(json_of(&world.post_with_key(&body(GOOD, Some(&id)), Some("k")))["remaining"], 4);
}

#[test]
fn blank_and_endless_drafts_are_published_in_no_mode() {
    for mode in [Mode::Off, Mode::Advisory] {
        let world = World::new(mode);
        for (content, format) in [("", "single"), (" \n\t", "single"), ("\n\n", "thread"), (&"a\n".repeat(26) as &str, "thread")] {
            let request = json!({ "content": content, "platform": "x", "format": format });
            assert_eq!(code(&world.post(&request)), "422 CONTRACT_INVALID", "{mode} {content:?}");
        }
    }
}

#[test]
fn a_post_of_one_part_asks_the_users_state_twice_and_each_further_part_once() {
    let world = World::new(Mode::Enforced);
    let id = world.receipt(GOOD, |_| {});
    world.post(&body(GOOD, Some(&id)));
    assert_eq!(world.ports.object_calls.get(), 2);
    let request = thread(&world);
    world.post(&request);
    assert_eq!(world.ports.object_calls.get(), 2 + 4);
}

#[test]
fn a_user_that_calls_too_often_is_told_before_its_body_is_read() {
    let world = World::new(Mode::Enforced);
    world.ports.throttle.set(Some(super::Throttle { limit: 600, retry_after: 7 }));
    let reply = world.send(Posting { route: Route::Posts, body: Some(b"{"), is_json: true, idempotency_key: None });
    assert_eq!(code(&reply), "429 RATE_LIMITED");
    let expected = [
        ("retry-after", "7".to_owned()),
        ("ratelimit-policy", "\"requests\";q=600;w=60".to_owned()),
        ("ratelimit", "\"requests\";r=0;t=7".to_owned()),
    ];
    assert_eq!(reply.headers, expected);
    assert_eq!(world.ports.object_calls.get(), 0);
}

//! The gate's truth: every step's refusal, and mode × QA × audit × receipt as a whole.

mod clock;
mod limits;

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
fn a_receipt_of_another_user_platform_or_mode_admits_nothing() {
    let world = World::new(Mode::Enforced);
    let bobs = world.receipt(GOOD, |assignment| assignment.ids.user_id = "dev:bob".to_owned());
    assert_eq!(code(&world.post(&body(GOOD, Some(&bobs)))), "403 ENFORCEMENT_RECEIPT_INVALID");
    let elsewhere = world.receipt(GOOD, |assignment| assignment.platform = text::Platform::Threads);
    assert_eq!(json_of(&world.post(&body(GOOD, Some(&elsewhere))))["error"]["details"]["field"], "platform");
    let advisory = world.receipt(GOOD, |assignment| assignment.mode = Mode::Advisory);
    assert_eq!(json_of(&world.post(&body(GOOD, Some(&advisory))))["error"]["details"]["field"], "mode");
    assert!(world.published().is_empty());
}

#[test]
fn a_receipt_can_be_named_in_three_ways_and_never_by_two_that_differ() {
    for name in ["enforcement_receipt_id", "enforcement_request_id", "enforcement_receipt"] {
        let world = World::new(Mode::Enforced);
        let id = world.receipt(GOOD, |_| {});
        let value = match name {
            "enforcement_receipt_id" => id.clone(),
            "enforcement_request_id" => format!("q-{id}"),
            _ => world.ports.receipts.borrow()[0].2.receipt_token.clone(),
        };
        let mut request = body(GOOD, None);
        request[name] = json!(value);
        assert_eq!(world.post(&request).status, 200, "{name}");
    }
    let world = World::new(Mode::Enforced);
    let id = world.receipt(GOOD, |_| {});
    let mut request = body(GOOD, Some("r-unknown"));
    request["enforcement_request_id"] = json!(format!("q-{id}"));
    assert_eq!(code(&world.post(&request)), "403 ENFORCEMENT_RECEIPT_INVALID");
    let mut request = body(GOOD, Some(&id));
    request["enforcement_request_id"] = json!("q-other");
    assert_eq!(code(&world.post(&request)), "403 ENFORCEMENT_RECEIPT_INVALID");
}

#[test]
fn clients_of_the_reference_system_are_believed_in_nothing_but_ids() {
    let world = World::new(Mode::Enforced);
    let id = world.receipt(GOOD, |assignment| assignment.format = Format::Thread);
    let forged =
        json!({ "mode": "off", "audit_ok": true, "qa_summary": { "status": "PASS" }, "receipt": { "receipt_id": id }, "request_id": null });
    let send = |body: Value| {
        let body = body.to_string();
        world.send(Posting { route: Route::PostToX, body: Some(body.as_bytes()), is_json: true, idempotency_key: None })
    };
    let without = json!({ "content": GOOD, "enforcement": { "mode": "off", "qa_summary": { "status": "PASS" } } });
    assert_eq!(code(&send(without)), "400 ENFORCEMENT_RECEIPT_REQUIRED");
    assert_eq!(code(&send(json!({ "content": "Another text", "enforcement": forged }))), "403 ENFORCEMENT_RECEIPT_MISMATCH");
    let reply = send(json!({ "content": GOOD, "enforcement": forged }));
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(json_of(&reply)["url"], json_of(&reply)["urls"][0]);
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

fn thread(world: &World) -> Value {
    let content = "one\ntwo\nthree";
    let id = world.receipt(content, |assignment| assignment.format = Format::Thread);
    let mut request = body(content, Some(&id));
    request["format"] = json!("thread");
    request
}

#[test]
fn a_thread_that_fails_half_way_goes_on_where_it_stopped() {
    let world = World::new(Mode::Enforced);
    let request = thread(&world);
    *world.ports.platform.borrow_mut() = vec![Platform::Takes, Platform::Refuses];
    let reply = world.post(&request);
    assert_eq!(code(&reply), "502 PUBLISH_FAILED");
    assert_eq!(json_of(&reply)["error"]["details"]["left"], 2);
    world.ports.platform.borrow_mut().clear();
    let reply = world.post(&request);
    assert_eq!((reply.status, json_of(&reply)["remaining"].clone()), (200, json!(4)), "{}", reply.body);
    assert_eq!(world.published(), ["one", "two", "three"]);
    assert_eq!(world.ports.events.borrow().len(), 1);
    assert_eq!(code(&world.post(&request)), "403 ENFORCEMENT_RECEIPT_USED");
}

#[test]
fn a_first_part_that_was_refused_gives_everything_back() {
    let world = World::new(Mode::Enforced);
    let request = thread(&world);
    *world.ports.platform.borrow_mut() = vec![Platform::Refuses];
    assert_eq!(code(&world.post(&request)), "502 PUBLISH_FAILED");
    assert!(world.ports.rows.borrow().is_empty());
}

#[test]
fn a_refusal_of_the_platform_says_why_and_what_to_do() {
    let world = World::new(Mode::Enforced);
    let request = thread(&world);
    *world.ports.platform.borrow_mut() = vec![Platform::Takes, Platform::Refuses];
    let reply = world.post(&request);
    let error = &json_of(&reply)["error"];
    assert_eq!((&error["details"]["reason"], &error["details"]["platform_status"]), (&json!("forbidden"), &json!(403)));
    assert_eq!((&error["details"]["left"], error["details"]["published"].as_array().map(Vec::len)), (&json!(2), Some(1)));
    assert_eq!(error["suggestedFix"], crate::publisher::Reason::Forbidden.suggested_fix());
}

/// Its own earlier attempt, or somebody else's post: only the first is a reason to look again.
#[test]
fn a_duplicate_is_looked_up_only_where_an_earlier_attempt_may_have_sent_it() {
    let world = World::new(Mode::Enforced);
    let request = body(GOOD, Some(&world.receipt(GOOD, |_| {})));
    *world.ports.platform.borrow_mut() = vec![Platform::Duplicates];
    assert_eq!(code(&world.post(&request)), "502 PUBLISH_FAILED");
    *world.ports.platform.borrow_mut() = vec![Platform::TakesSilently];
    world.ports.find_lags.set(1);
    assert_eq!(code(&world.post(&request)), "502 PUBLISH_UNKNOWN");
    *world.ports.platform.borrow_mut() = vec![Platform::Duplicates];
    world.ports.find_lags.set(1);
    assert_eq!(world.post(&request).status, 200);
    assert_eq!(world.published(), [GOOD]);
}

#[test]
fn an_answer_that_got_lost_is_found_and_never_sent_again() {
    let world = World::new(Mode::Enforced);
    *world.ports.platform.borrow_mut() = vec![Platform::TakesSilently];
    let reply = world.post(&thread(&world));
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(world.published(), ["one", "two", "three"]);
}

#[test]
fn what_stays_unknown_is_said_and_settled_by_the_repetition() {
    let world = World::new(Mode::Enforced);
    let request = thread(&world);
    *world.ports.platform.borrow_mut() = vec![Platform::Takes, Platform::TakesSilently];
    world.ports.find_fails.set(true);
    assert_eq!(code(&world.post(&request)), "502 PUBLISH_UNKNOWN");
    assert_eq!(code(&world.post(&request)), "502 PUBLISH_UNKNOWN");
    world.ports.find_fails.set(false);
    assert_eq!(world.post(&request).status, 200);
    assert_eq!(world.published(), ["one", "two", "three"]);
    let world = World::new(Mode::Enforced);
    let request = thread(&world);
    *world.ports.platform.borrow_mut() = vec![Platform::Drops];
    assert_eq!(code(&world.post(&request)), "502 PUBLISH_UNKNOWN");
    assert_eq!(world.ports.rows.borrow().len(), 1, "an unknown part keeps its rate token");
}

#[test]
fn progress_that_could_not_be_stored_stops_the_thread() {
    for fail in [Fail::Before, Fail::After] {
        let world = World::new(Mode::Enforced);
        let request = thread(&world);
        world.ports.landed_fails.set(fail);
        world.ports.finish_fails.set(fail);
        let reply = world.post(&request);
        assert_eq!((code(&reply).as_str(), world.published().len()), ("502 PUBLISH_UNKNOWN", 1));
        world.ports.landed_fails.set(Fail::Never);
        world.ports.finish_fails.set(Fail::Never);
        world.ports.now.set(world.ports.now.get() + 60_000);
        assert_eq!(world.post(&request).status, 200);
        assert_eq!(world.published(), ["one", "two", "three"], "{fail:?}");
    }
}

#[test]
fn a_store_that_is_away_is_a_fault_and_never_a_pass() {
    let world = World::new(Mode::Enforced);
    let id = world.receipt(GOOD, |_| {});
    world.ports.receipts_fail.set(Fail::Before);
    assert_eq!(code(&world.post(&body(GOOD, Some(&id)))), "503 STATE_UNAVAILABLE");
    world.ports.receipts_fail.set(Fail::Never);
    for fail in [Fail::Before, Fail::After] {
        world.ports.reserve_fails.set(fail);
        assert_eq!(code(&world.post(&body(GOOD, Some(&id)))), "503 STATE_UNAVAILABLE");
    }
    assert!(world.published().is_empty());
}

#[test]
fn a_publish_event_that_could_not_be_written_is_said() {
    let world = World::new(Mode::Enforced);
    let id = world.receipt(GOOD, |_| {});
    world.ports.events_fail.set(Fail::Before);
    assert_eq!(json_of(&world.post(&body(GOOD, Some(&id))))["warnings"], json!(["PUBLISH_EVENT_FAILED"]));
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

#[test]
fn a_policy_that_can_not_be_read_closes_every_mode_that_decides() {
    let fault = super::Fault::new("control", "no answer");
    for (mode, status, sent) in [(Mode::Enforced, 503, 0), (Mode::Advisory, 503, 0), (Mode::Off, 200, 1)] {
        let world = World::new(mode);
        let setup = Setup { policy: Err(&fault), ring: world.keys.ring(), config: &world.config };
        let gate = Gate { ports: &world.ports, setup: Ok(setup), request_id: "q", client_request_id: None };
        let text = body(GOOD, None).to_string();
        let posting = Posting { route: Route::Posts, body: Some(text.as_bytes()), is_json: true, idempotency_key: None };
        let reply = pollster::block_on(gate.admit(posting));
        assert_eq!((reply.status, world.ports.texts().len()), (status, sent), "{mode}");
    }
}

#[test]
fn a_sign_in_that_can_not_be_decided_is_our_fault_and_nobody_s_credential() {
    let world = World::new(Mode::Enforced);
    *world.ports.user.borrow_mut() = Err(AuthError::Fault(super::Fault::new("issuer_keys", "status 500")));
    assert_eq!(code(&world.post(&body(GOOD, None))), "503 STATE_UNAVAILABLE");
}

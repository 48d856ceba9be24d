//! What the truth table has no column for: requests at their limits, a gate without an audit, an answer that can't be stored.

use super::*;
use crate::contract::{Contract, read_json};
use crate::gate::{GenerateRequest, ValidateRequest};

fn pointer<T: Contract + std::fmt::Debug>(body: &Value) -> String {
    read_json::<T>(body.to_string().as_bytes()).unwrap_err().pointer
}

#[test]
fn a_generation_has_a_prompt_and_short_names() {
    let request = |change: Value| {
        let mut body = json!({ "prompt": "Tomatoes", "platform": "x" });
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        body
    };
    let right: GenerateRequest = read_json(request(json!({ "type": "viral_thread" })).to_string().as_bytes()).unwrap();
    assert_eq!((right.format(), right.stream), (Format::Thread, true));
    let right: GenerateRequest = read_json(request(json!({ "type": "simple" })).to_string().as_bytes()).unwrap();
    assert_eq!(right.format(), Format::Single);
    let long = "n".repeat(201);
    for (change, place) in [
        (json!({ "prompt": " \n" }), "/prompt"),
        (json!({ "prompt": "p".repeat(40_000) }), "/prompt"),
        (json!({ "draft_id": long }), "/draft_id"),
        (json!({ "turn_id": long }), "/turn_id"),
        (json!({ "policy_tags": [long] }), "/policy_tags/0"),
        (json!({ "content": "c".repeat(300_000) }), "/content"),
    ] {
        assert_eq!(pointer::<GenerateRequest>(&request(change)), place);
    }
}

#[test]
fn a_receipt_is_named_once() {
    assert!(read_json::<ValidateRequest>(br#"{"receipt_id":"r"}"#).is_ok());
    assert_eq!(pointer::<ValidateRequest>(&json!({ "receipt_id": "r", "request_id": "q" })), "");
    assert_eq!(pointer::<ValidateRequest>(&json!({ "request_id": "q".repeat(201) })), "/request_id");
    assert_eq!(pointer::<ValidateRequest>(&json!({ "token": "t".repeat(20_000) })), "/token");
}

#[test]
fn a_gate_without_an_audit_says_so_with_every_post() {
    let mut world = World::new(Mode::Advisory);
    world.config.audit_log = false;
    let id = world.receipt(GOOD, |_| {});
    let reply = world.post(&body(GOOD, Some(&id)));
    assert_eq!((reply.status, &json_of(&reply)["warnings"]), (200, &json!(["AUDIT_DISABLED"])));
    assert!(world.ports.audit.borrow().is_empty());
}

#[test]
fn an_answer_that_could_not_be_stored_is_given_with_a_warning_and_found_by_the_repetition() {
    let world = World::new(Mode::Enforced);
    let id = world.receipt(GOOD, |_| {});
    world.ports.finish_fails.set(Fail::Before);
    let reply = world.post_with_key(&body(GOOD, Some(&id)), Some("k"));
    assert_eq!((reply.status, &json_of(&reply)["warnings"]), (200, &json!(["STATE_UNAVAILABLE"])));
    world.ports.finish_fails.set(Fail::Never);
    world.jump(60_000);
    let again = world.post_with_key(&body(GOOD, Some(&id)), Some("k"));
    assert_eq!((again.status, &json_of(&again)["post_id"]), (200, &json_of(&reply)["post_id"]));
    assert_eq!(world.published(), [GOOD]);
}

#[test]
fn one_key_on_two_routes_is_a_conflict() {
    let world = World::new(Mode::Enforced);
    let id = world.receipt(GOOD, |assignment| assignment.format = Format::Thread);
    let body = json!({ "content": GOOD, "enforcement_receipt_id": id }).to_string();
    let send = |route| world.send(Posting { route, body: Some(body.as_bytes()), is_json: true, idempotency_key: Some("k") });
    assert_eq!(send(Route::PostToX).status, 200);
    assert_eq!(send(Route::PostToX).status, 200);
    let whole = json!({ "content": GOOD, "platform": "x", "format": "thread", "policy_tags": ["no_harm"], "enforcement_receipt_id": id });
    assert_eq!(code(&world.post_with_key(&whole, Some("k"))), "422 IDEMPOTENCY_CONFLICT");
    assert_eq!(world.published(), [GOOD]);
}

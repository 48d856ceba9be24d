//! Step 8: which receipt admits what.

use super::*;

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

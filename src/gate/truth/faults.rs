//! What is our fault: it is never a pass, and never somebody else's mistake.

use super::*;
use crate::gate::Fault;

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
fn an_event_that_is_missing_is_written_again_after_ever_longer_pauses() {
    let world = World::new(Mode::Enforced);
    let id = world.receipt(GOOD, |_| {});
    world.post(&body(GOOD, Some(&id)));
    let event = world.ports.events.borrow()[0].clone();
    let mut now = event.published_at;
    let pauses = [(); 7].map(|()| {
        let pause = event.again_in(now);
        now = now.plus_seconds(pause);
        pause
    });
    assert_eq!(pauses, [5, 5, 10, 20, 40, 60, 60]);
    assert_eq!(event.again_in(event.published_at.plus_seconds(-3600)), 5, "a clock that went back costs nothing");
}

#[test]
fn a_policy_that_can_not_be_read_closes_every_mode_that_decides() {
    let fault = Fault::new("control", "no answer");
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
    *world.ports.user.borrow_mut() = Err(AuthError::Fault(Fault::new("issuer_keys", "status 500")));
    assert_eq!(code(&world.post(&body(GOOD, None))), "503 STATE_UNAVAILABLE");
}

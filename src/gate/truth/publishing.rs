//! Step 12: parts that land, are refused, or are lost on the way.

use super::*;

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
    let reply = world.post(&request);
    assert_eq!(code(&reply), "502 PUBLISH_FAILED");
    let left = reply.headers.iter().find(|(name, _)| *name == "ratelimit").map(|(_, value)| value.as_str());
    assert!(left.is_some_and(|left| left.contains("r=5")), "{left:?}");
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

fn retry_after(reply: &Reply) -> Option<&str> {
    reply.headers.iter().find(|(name, _)| *name == "retry-after").map(|(_, value)| value.as_str())
}

/// A platform whose list of posts is behind: what it does not show yet may be out.
#[test]
fn what_a_platform_may_not_show_yet_is_not_sent_again() {
    let world = World::new(Mode::Enforced);
    world.ports.lag_seconds.set(30);
    let request = body(GOOD, Some(&world.receipt(GOOD, |_| {})));
    *world.ports.platform.borrow_mut() = vec![Platform::TakesSilently];
    world.ports.find_lags.set(2);
    assert_eq!(code(&world.post(&request)), "502 PUBLISH_UNKNOWN");
    let reply = world.post(&request);
    assert_eq!((code(&reply).as_str(), retry_after(&reply)), ("502 PUBLISH_UNKNOWN", Some("30")));
    assert_eq!(world.post(&request).status, 200, "found as soon as it is shown");
    assert_eq!(world.published(), [GOOD]);
}

#[test]
fn what_is_not_shown_in_time_was_not_sent_however_often_it_is_asked_for_meanwhile() {
    let world = World::new(Mode::Enforced);
    world.ports.lag_seconds.set(30);
    let request = thread(&world);
    *world.ports.platform.borrow_mut() = vec![Platform::Takes, Platform::Drops];
    assert_eq!(code(&world.post(&request)), "502 PUBLISH_UNKNOWN");
    world.ports.platform.borrow_mut().clear();
    for left in [30, 20, 10] {
        let reply = world.post(&request);
        assert_eq!((code(&reply), retry_after(&reply)), ("502 PUBLISH_UNKNOWN".to_owned(), Some(left.to_string().as_str())));
        assert_eq!(json_of(&reply)["error"]["details"]["reason"], "unsettled");
        world.jump(10_000);
    }
    assert_eq!(world.post(&request).status, 200);
    assert_eq!(world.published(), ["one", "two", "three"]);
}

/// Whoever vanished may have sent a part until its lease ended.
#[test]
fn what_a_request_that_vanished_may_have_sent_counts_from_the_end_of_its_lease() {
    let world = World::new(Mode::Enforced);
    world.ports.lag_seconds.set(30);
    let request = thread(&world);
    *world.ports.platform.borrow_mut() = vec![Platform::Drops];
    world.ports.finish_fails.set(Fail::Before);
    assert_eq!(code(&world.post(&request)), "502 PUBLISH_UNKNOWN");
    world.ports.finish_fails.set(Fail::Never);
    world.ports.platform.borrow_mut().clear();
    world.jump(60_000);
    let reply = world.post(&request);
    assert_eq!((code(&reply).as_str(), retry_after(&reply)), ("502 PUBLISH_UNKNOWN", Some("30")));
    world.jump(30_000);
    assert_eq!(world.post(&request).status, 200);
    assert_eq!(world.published(), ["one", "two", "three"]);
}

#[test]
fn a_part_that_was_certainly_refused_is_sent_again_at_once() {
    let world = World::new(Mode::Enforced);
    world.ports.lag_seconds.set(30);
    let request = thread(&world);
    *world.ports.platform.borrow_mut() = vec![Platform::Takes, Platform::Refuses];
    assert_eq!(code(&world.post(&request)), "502 PUBLISH_FAILED");
    world.ports.platform.borrow_mut().clear();
    assert_eq!(world.post(&request).status, 200);
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

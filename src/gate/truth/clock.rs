//! A clock that jumps, back and forward: what it may cost is time, never a second post, a lost receipt or an open window.

use super::*;

const HOUR: i64 = 3_600_000;

#[test]
fn a_clock_that_goes_back_opens_no_window_and_gives_no_receipt_back() {
    let world = World::new(Mode::Enforced);
    let first = world.receipt(GOOD, |_| {});
    assert_eq!(world.post(&body(GOOD, Some(&first))).status, 200);
    for _ in 1..5 {
        let id = world.receipt(GOOD, |_| {});
        assert_eq!(world.post(&body(GOOD, Some(&id))).status, 200);
    }
    let sixth = world.receipt(GOOD, |_| {});
    world.jump(-HOUR / 2);
    let reply = world.post(&body(GOOD, Some(&sixth)));
    assert_eq!(code(&reply), "429 RATE_LIMITED");
    let waits = reply.headers.iter().find(|(name, _)| *name == "retry-after").map(|(_, value)| value.parse::<i64>());
    assert_eq!(waits, Some(Ok(1800 + 900)), "it waits for the posts as the clock has them now");
    assert_eq!(code(&world.post(&body(GOOD, Some(&first)))), "403 ENFORCEMENT_RECEIPT_USED");
    assert_eq!(world.published().len(), 5);
    world.jump(HOUR / 2 + 900_000);
    assert_eq!(world.post(&body(GOOD, Some(&sixth))).status, 200);
}

#[test]
fn a_clock_that_goes_back_holds_a_lease_for_longer_and_sends_nothing_twice() {
    let world = World::new(Mode::Enforced);
    let request = thread(&world);
    let send = |world: &World| world.post_with_key(&request, Some("k"));
    world.ports.landed_fails.set(Fail::After);
    world.ports.finish_fails.set(Fail::Before);
    assert_eq!(code(&send(&world)), "502 PUBLISH_UNKNOWN");
    world.ports.landed_fails.set(Fail::Never);
    world.ports.finish_fails.set(Fail::Never);
    world.jump(-60_000);
    let reply = send(&world);
    assert_eq!(code(&reply), "409 REQUEST_IN_PROGRESS");
    assert!(reply.headers.contains(&("retry-after", "120".to_owned())), "{:?}", reply.headers);
    world.jump(120_000);
    assert_eq!(send(&world).status, 200);
    assert_eq!(world.published(), ["one", "two", "three"]);
}

#[test]
fn a_clock_that_leaps_forward_ends_leases_and_keys_and_still_sends_nothing_twice() {
    for leap in [60_000, HOUR / 2, 24 * HOUR, 400 * 24 * HOUR] {
        let world = World::new(Mode::Enforced);
        let request = thread(&world);
        let send = |world: &World| world.post_with_key(&request, Some("k"));
        *world.ports.platform.borrow_mut() = vec![Platform::Takes, Platform::TakesSilently];
        world.ports.find_fails.set(true);
        assert_eq!(code(&send(&world)), "502 PUBLISH_UNKNOWN");
        world.ports.find_fails.set(false);
        world.jump(leap);
        let reply = send(&world);
        if leap < HOUR {
            assert_eq!(reply.status, 200, "{}", reply.body);
            assert_eq!(world.published(), ["one", "two", "three"]);
        } else {
            // The receipt has expired meanwhile: the post stays where it is.
            assert_eq!(code(&reply), "403 ENFORCEMENT_RECEIPT_EXPIRED");
            assert_eq!(world.published(), ["one", "two"]);
        }
        world.jump(-leap);
        assert!([200, 403].contains(&send(&world).status));
        let published = world.published();
        assert!(published.starts_with(&["one".to_owned(), "two".to_owned()]) && published.len() <= 3, "{published:?}");
    }
}

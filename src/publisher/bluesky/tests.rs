use super::*;
use crate::publisher::fake::{FakeWire, NOW, answer, answer_with, part};
use crate::publisher::wire::Lost;
use pollster::block_on;

fn account() -> BlueskyAccount {
    let password = Secret::new("pass".to_owned());
    BlueskyAccount { base: "https://bsky.social".to_owned(), identifier: "ann.test".to_owned(), password, langs: vec!["en".to_owned()] }
}

fn signed_in() -> Result<Incoming, Lost> {
    answer(200, &json!({ "did": "did:plc:ann", "handle": "ann.test", "accessJwt": "a1", "refreshJwt": "r1" }))
}

fn written() -> Result<Incoming, Lost> {
    answer(200, &json!({ "uri": format!("at://did:plc:ann/{COLLECTION}/{}", record_key(part("a"))), "cid": "bafy1" }))
}

fn error(status: u16, name: &str) -> Result<Incoming, Lost> {
    answer(status, &json!({ "error": name, "message": "…" }))
}

fn names(wire: &FakeWire) -> Vec<String> {
    let sent = wire.sent.borrow();
    sent.iter().map(|request| request.url.split('?').next().unwrap().rsplit('.').next().unwrap().to_owned()).collect()
}

#[test]
fn a_part_is_created_under_its_own_key_and_the_session_is_kept() {
    let wire = FakeWire::new([signed_in(), written(), written()]);
    for _ in 0..2 {
        let landed = block_on(publish(&wire, &account(), part("a"))).unwrap();
        assert!(landed.id.ends_with("#bafy1") && landed.url.starts_with("https://bsky.app/profile/did:plc:ann/post/"), "{landed:?}");
    }
    assert_eq!(names(&wire), ["createSession", "putRecord", "putRecord"]);
    let bodies = wire.bodies();
    assert_eq!(bodies[1], bodies[2]);
    assert_eq!((&bodies[1]["swapRecord"], &bodies[1]["record"]["langs"]), (&Value::Null, &json!(["en"])));
    assert!(bodies[1].as_object().unwrap().contains_key("swapRecord"));
}

#[test]
fn a_session_that_has_run_out_is_renewed_and_one_that_can_t_be_is_opened_again() {
    let renewed = answer(200, &json!({ "did": "did:plc:ann", "accessJwt": "a2", "refreshJwt": "r2" }));
    let wire = FakeWire::new([signed_in(), error(400, "ExpiredToken"), renewed, written()]);
    block_on(publish(&wire, &account(), part("a"))).unwrap();
    assert_eq!(names(&wire), ["createSession", "putRecord", "refreshSession", "putRecord"]);
    let header = wire.sent.borrow()[3].headers.iter().find(|(name, _)| *name == "authorization").unwrap().1.clone();
    assert_eq!(header, "Bearer a2");
    let wire = FakeWire::new([signed_in(), error(401, "InvalidToken"), error(400, "ExpiredToken"), signed_in(), written()]);
    block_on(publish(&wire, &account(), part("a"))).unwrap();
    assert_eq!(names(&wire)[2..], ["refreshSession", "createSession", "putRecord"]);
}

/// A refresh token is good for once: what another request has got for it meanwhile is used.
#[test]
fn a_session_that_another_request_has_renewed_is_not_renewed_again() {
    let wire = FakeWire::new([signed_in(), written()]);
    block_on(publish(&wire, &account(), part("a"))).unwrap();
    let old = wire.memory().session().unwrap();
    let newer = Session { access: Secret::new("a2".to_owned()), refresh: Secret::new("r2".to_owned()), ..old.clone() };
    wire.memory().keep(Some(newer.clone()));
    let sent = wire.sent.borrow().len();
    assert_eq!(block_on(renew(&wire, &account(), &old)), Ok(newer));
    assert_eq!(wire.sent.borrow().len(), sent);
}

#[test]
fn a_lost_part_is_written_again_and_what_is_there_already_has_landed() {
    let found = answer(
        200,
        &json!({ "uri": format!("at://did:plc:ann/{COLLECTION}/{}", record_key(part("a"))), "cid": "bafy1", "value": { "text": "a" } }),
    );
    let wire = FakeWire::new([signed_in(), Err(Lost), error(400, "InvalidSwap"), found]);
    assert!(block_on(publish(&wire, &account(), part("a"))).is_ok());
    assert_eq!(names(&wire), ["createSession", "putRecord", "putRecord", "getRecord"]);
    let other = answer(200, &json!({ "uri": "at://x", "cid": "bafy1", "value": { "text": "b" } }));
    let wire = FakeWire::new([signed_in(), error(400, "InvalidSwap"), other]);
    assert_eq!(block_on(publish(&wire, &account(), part("a"))), Err(PublishError::refused(Reason::Occupied)));
    let wire = FakeWire::new([signed_in(), Err(Lost), error(500, "InternalServerError")]);
    assert!(matches!(block_on(publish(&wire, &account(), part("a"))), Err(PublishError::Unknown(_))));
}

#[test]
fn nothing_is_out_where_nobody_could_sign_in() {
    for (script, reason) in [
        (vec![error(401, "AuthenticationRequired")], Reason::Credentials),
        (vec![Err(Lost), Err(Lost)], Reason::Unavailable),
        (vec![error(503, "x"), error(503, "x")], Reason::Unavailable),
    ] {
        let Err(PublishError::Refused(trouble)) = block_on(publish(&FakeWire::new(script), &account(), part("a"))) else {
            panic!("not refused")
        };
        assert_eq!(trouble.reason, reason);
    }
}

#[test]
fn a_refusal_of_what_was_sent_again_says_nothing_of_the_first_time() {
    let closed = || answer_with(429, &[("retry-after", "9")]);
    for script in [
        vec![signed_in(), Err(Lost), closed()],
        vec![signed_in(), error(503, "x"), error(400, "InvalidRequest")],
        vec![signed_in(), Err(Lost), error(401, "ExpiredToken"), error(401, "ExpiredToken"), error(401, "AuthenticationRequired")],
        vec![signed_in(), Err(Lost), error(401, "ExpiredToken"), signed_in(), closed()],
    ] {
        assert!(
            matches!(block_on(publish(&FakeWire::new(script.clone()), &account(), part("a"))), Err(PublishError::Unknown(_))),
            "{script:?}"
        );
    }
}

#[test]
fn a_limit_is_obeyed_until_its_reset() {
    let reset = NOW.plus_seconds(40).seconds().to_string();
    let wire = FakeWire::new([signed_in(), answer_with(429, &[("ratelimit-reset", &reset)])]);
    for _ in 0..2 {
        assert_eq!(block_on(publish(&wire, &account(), part("a"))).unwrap_err().trouble().retry_after, Some(40));
    }
    assert_eq!(wire.sent.borrow().len(), 2);
}

#[test]
fn a_mention_of_nobody_is_text() {
    let known = answer(200, &json!({ "did": "did:plc:bob" }));
    let wire = FakeWire::new([signed_in(), known, error(400, "InvalidRequest"), written()]);
    let text = "@bob.test @no.test @bob.test";
    block_on(publish(&wire, &account(), part(text))).unwrap();
    let facets = wire.bodies()[3]["record"]["facets"].as_array().unwrap().clone();
    assert_eq!(facets.len(), 2);
    assert!(facets.iter().all(|facet| facet["features"][0]["did"] == "did:plc:bob"));
}

#[test]
fn of_one_part_twenty_handles_are_looked_up_and_the_others_stay_text() {
    let known = (0..MAX_HANDLES).map(|at| answer(200, &json!({ "did": format!("did:plc:a{at}") })));
    let wire = FakeWire::new([signed_in()].into_iter().chain(known).chain([written()]));
    let text: Vec<String> = (0..=MAX_HANDLES).map(|at| format!("@a{at}.test")).collect();
    block_on(publish(&wire, &account(), part(&text.join(" ")))).unwrap();
    assert_eq!(names(&wire).iter().filter(|name| *name == "resolveHandle").count(), 20);
    let facets = wire.bodies().last().unwrap()["record"]["facets"].as_array().unwrap().len();
    assert_eq!(facets, 20);
    assert!(include_str!("../../../docs/publishers.md").contains("Of one part at most 20\ndifferent handles are looked up"));
}

#[test]
fn a_reply_names_the_first_part_and_the_one_before_with_their_versions() {
    let wire = FakeWire::new([signed_in(), answer(200, &json!({}))]);
    let landed = |index: usize| Landed { index, id: format!("at://did:plc:ann/{COLLECTION}/{index}#bafy{index}"), url: String::new() };
    let (root, parent) = (landed(0), landed(1));
    let part = Part { index: 2, root: Some(&root), reply_to: Some(&parent), ..part("c") };
    block_on(publish(&wire, &account(), part)).unwrap_err();
    let uri = |index: usize| format!("at://did:plc:ann/{COLLECTION}/{index}");
    assert_eq!(
        wire.bodies()[1]["record"]["reply"],
        json!({ "root": { "uri": uri(0), "cid": "bafy0" }, "parent": { "uri": uri(1), "cid": "bafy1" } })
    );
}

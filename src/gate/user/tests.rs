//! What a user's state answers, and what it stores.

use super::*;

const NOW: Timestamp = Timestamp::from_millis(10_000_000);

fn admission() -> Admission {
    let receipt = ReceiptUse { receipt_id: "r".to_owned(), expires_at: NOW.plus_seconds(3600), strict: true };
    Admission {
        post_id: "p2".to_owned(),
        key: Some(KeyUse { key: "k".to_owned(), body_hash: "b".to_owned() }),
        receipt: Some(receipt),
        draft_hash: "d".to_owned(),
        parts: 2,
        limit: 5,
        lease_seconds: 60,
        lookup_only: false,
    }
}

fn row(state: PostState) -> PostRow {
    let landed = vec![Landed { index: 0, id: "1".to_owned(), url: String::new() }];
    let mut row = new_row(&Admission { post_id: "p1".to_owned(), ..admission() }, false, NOW);
    row.state = state;
    row.answer = (state == PostState::Done).then(|| "stored".to_owned());
    row.landed = landed;
    row
}

fn by_key(state: PostState) -> Snapshot {
    Snapshot { by_key: Some(row(state)), by_receipt: Some(row(state)), admitted: vec![NOW] }
}

fn by_receipt(state: PostState) -> Snapshot {
    Snapshot { by_key: None, ..by_key(state) }
}

#[test]
fn a_first_request_reserves_everything_at_once() {
    let (answer, change) = decide(&Snapshot::default(), &admission(), NOW);
    assert!(matches!(&answer, Answer::Reserved { resumed: false, remaining: 4, fence: 1, .. }), "{answer:?}");
    let Some(Change::Insert(row)) = change else { panic!("nothing stored") };
    assert_eq!((row.receipt_id.as_deref(), row.key.is_some(), row.admitted_at), (Some("r"), true, NOW));
}

#[test]
fn the_same_request_again_gets_the_stored_answer() {
    assert_eq!(decide(&by_key(PostState::Done), &admission(), NOW), (Answer::Replay { answer: "stored".to_owned() }, None));
}

#[test]
fn a_key_stands_for_a_day() {
    let (row, day) = (by_key(PostState::Done), NOW.plus_seconds(KEY_SECONDS));
    let fresh = Admission { receipt: None, ..admission() };
    assert!(matches!(decide(&row, &fresh, day.plus_seconds(-1)).0, Answer::Replay { .. }));
    assert!(matches!(decide(&row, &fresh, day), (Answer::Reserved { resumed: false, .. }, Some(Change::Insert(_)))));
}

#[test]
fn another_body_under_the_key_is_a_conflict_whatever_became_of_the_first() {
    let other = Admission { key: Some(KeyUse { key: "k".to_owned(), body_hash: "x".to_owned() }), ..admission() };
    for state in [PostState::Running, PostState::Failed, PostState::Done] {
        assert_eq!(decide(&by_key(state), &other, NOW), (Answer::Conflict, None));
    }
}

#[test]
fn a_running_request_holds_its_lease_and_then_loses_it() {
    let (answer, change) = decide(&by_key(PostState::Running), &admission(), NOW.plus_seconds(59));
    assert_eq!((answer, change), (Answer::InProgress { retry_after: 1 }, None));
    let (answer, change) = decide(&by_key(PostState::Running), &admission(), NOW.plus_seconds(60));
    assert!(matches!(&answer, Answer::Reserved { resumed: true, fence: 2, landed, .. } if landed.len() == 1), "{answer:?}");
    assert!(matches!(change, Some(Change::TakeOver { fence: 2, .. })));
}

#[test]
fn a_receipt_is_spent_once() {
    for state in [PostState::Running, PostState::Done] {
        assert_eq!(decide(&by_receipt(state), &admission(), NOW), (Answer::ReceiptUsed, None));
    }
}

#[test]
fn a_failed_post_goes_on_with_its_receipt_even_without_the_key() {
    let without_key = Admission { key: None, ..admission() };
    let (answer, _) = decide(&by_receipt(PostState::Failed), &without_key, NOW);
    assert!(matches!(&answer, Answer::Reserved { post_id, resumed: true, .. } if post_id == "p1"), "{answer:?}");
    let other_draft = Admission { draft_hash: "e".to_owned(), ..without_key };
    assert_eq!(decide(&by_receipt(PostState::Failed), &other_draft, NOW), (Answer::ReceiptUsed, None));
}

#[test]
fn a_receipt_that_comes_with_a_repetition_is_spent_by_it() {
    let begun_without = PostRow { receipt_id: None, ..row(PostState::Failed) };
    let snapshot = Snapshot { by_key: Some(begun_without.clone()), by_receipt: None, admitted: vec![NOW] };
    let (_, change) = decide(&snapshot, &admission(), NOW);
    assert!(matches!(change, Some(Change::TakeOver { receipt: Some(receipt), .. }) if receipt.receipt_id == "r"));
    let (_, change) = decide(&by_key(PostState::Failed), &admission(), NOW);
    assert!(matches!(change, Some(Change::TakeOver { receipt: None, .. })), "it has spent it already");
    // Another post has spent it: strictly a refusal, else nothing to write down.
    let other = PostRow { post_id: "p0".to_owned(), ..row(PostState::Done) };
    let spent = Snapshot { by_receipt: Some(other), ..snapshot };
    assert_eq!(decide(&spent, &admission(), NOW), (Answer::ReceiptUsed, None));
    let mut lenient = admission();
    lenient.receipt.as_mut().unwrap().strict = false;
    assert!(matches!(decide(&spent, &lenient, NOW), (Answer::Reserved { .. }, Some(Change::TakeOver { receipt: None, .. }))));
}

#[test]
fn in_advisory_a_spent_receipt_is_a_remark() {
    let mut lenient = admission();
    lenient.receipt.as_mut().unwrap().strict = false;
    let (answer, change) = decide(&by_receipt(PostState::Done), &lenient, NOW);
    assert!(matches!(answer, Answer::Reserved { receipt_used: true, resumed: false, .. }), "{answer:?}");
    assert!(matches!(change, Some(Change::Insert(row)) if row.receipt_id.is_none()));
}

#[test]
fn the_window_slides_exactly() {
    let admitted: Vec<Timestamp> = (0..5).map(|minute| NOW.plus_seconds(minute * 60)).collect();
    let snapshot = Snapshot { admitted, ..Snapshot::default() };
    let (answer, _) = decide(&snapshot, &admission(), NOW.plus_seconds(899));
    assert_eq!(answer, Answer::RateLimited { retry_after: 1 });
    let (answer, _) = decide(&snapshot, &admission(), NOW.plus_seconds(900));
    assert!(matches!(answer, Answer::Reserved { remaining: 0, .. }), "{answer:?}");
    let fifteen = Admission { limit: 15, ..admission() };
    assert!(matches!(decide(&snapshot, &fifteen, NOW.plus_seconds(300)).0, Answer::Reserved { remaining: 9, .. }));
}

#[test]
fn a_look_up_reserves_nothing() {
    let lookup = Admission { lookup_only: true, ..admission() };
    assert_eq!(decide(&Snapshot::default(), &lookup, NOW), (Answer::Clear, None));
    assert_eq!(decide(&by_key(PostState::Failed), &lookup, NOW), (Answer::Clear, None));
    assert!(matches!(decide(&by_key(PostState::Done), &lookup, NOW).0, Answer::Replay { .. }));
}

#[test]
fn the_room_that_is_left_is_what_an_admission_would_find() {
    let admitted: Vec<Timestamp> = (0..5).map(|minute| NOW.plus_seconds(60 * minute)).collect();
    let now = NOW.plus_seconds(300);
    assert_eq!(Room::left(&[], 5, now), Room { remaining: 5, retry_after: None });
    assert_eq!(Room::left(admitted.get(..3).unwrap(), 5, now), Room { remaining: 2, retry_after: None });
    assert_eq!(Room::left(&admitted, 5, now), Room { remaining: 0, retry_after: Some(600) });
    assert_eq!(Room::left(&admitted, 5, NOW.plus_seconds(WINDOW_SECONDS)), Room { remaining: 1, retry_after: None });
}

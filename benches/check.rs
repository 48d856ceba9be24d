//! `cargo bench`: the core natively, for whoever works on it. `npm run bench` sets it beside others and writes docs/performance.md.
//!
//! A number in the column of items a second is checks a second on one core.

#![expect(clippy::expect_used, reason = "a text that is no draft is a mistake in this file")]

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use postgate::contract::{CheckRequest, read_json, read_tree};
use postgate::policy::Policy;
use postgate::rules::check;
use serde_json::json;

fn main() {
    divan::main();
}

/// 280 characters as people write them.
const POST: &str = "We learned more from ten customers this week than from a year of reports: start small, ship on Monday, ask again on Friday. \
     Notes and numbers are at https://example.com/notes/week-12 and thanks to @ada_99 for the photos. #building #learning and now it is time \
     for a long walk by the river 😀";

/// 280 characters of prose.
const PROSE: &str = "The morning train was late again, so I read the last chapter of the book twice and found that it answers the question of the first. \
     There is a recipe for bread in it too, with winter light in the kitchen and a letter on the table, and nobody in the story has the time to \
     bake before the rain stops.";

/// What a policy objects to, several times over.
const WRONG: &str = "1/5 what the hell, sh!t and f*ck this, b.i.t.c.h please, click here to win, guaranteed profit, DM me";

fn request(content: &str, format: &str) -> CheckRequest {
    let body = json!({ "content": content, "platform": "x", "format": format, "policy_tags": ["no_harm"] });
    read_json(body.to_string().as_bytes()).expect("a draft")
}

fn measure(bencher: Bencher<'_, '_>, request: &CheckRequest) {
    let policy = Policy::builtin().expect("the built-in policy is valid");
    bencher
        .counter(ItemsCount::new(1_usize))
        .counter(BytesCount::of_str(&request.content))
        .bench_local(|| check(divan::black_box(request), divan::black_box(&policy)));
}

#[divan::bench]
fn post(bencher: Bencher<'_, '_>) {
    measure(bencher, &request(POST, "single"));
}

#[divan::bench]
fn prose(bencher: Bencher<'_, '_>) {
    measure(bencher, &request(PROSE, "single"));
}

#[divan::bench]
fn thread_of_25_posts(bencher: Bencher<'_, '_>) {
    measure(bencher, &request(&[POST; 25].join("\n"), "thread"));
}

#[divan::bench]
fn post_full_of_findings(bencher: Bencher<'_, '_>) {
    measure(bencher, &request(WRONG, "single"));
}

/// Texts that were made to take long: 100 KB of each.
#[divan::bench(args = ["a", "a\u{301}\u{323}\u{302}", "a\u{200b}", "https://a.example/?u=https://b.example/", "sh!t f*ck b.i.t.c.h @ss "])]
fn hostile(bencher: Bencher<'_, '_>, piece: &str) {
    measure(bencher, &request(&piece.repeat(100_000 / piece.len()), "single"));
}

/// From bytes to a request, as every door does first.
#[divan::bench]
fn reading_a_request(bencher: Bencher<'_, '_>) {
    let body = json!({ "content": POST, "platform": "x", "policy_tags": ["no_harm"] }).to_string();
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| read_json::<CheckRequest>(divan::black_box(body.as_bytes())).is_ok());
}

/// Reading a policy with a list of its own.
#[divan::bench(args = [0, 1_000, 10_000])]
fn reading_a_policy(bencher: Bencher<'_, '_>, terms: usize) {
    let words: Vec<String> = (0..terms).map(|number| format!("zq{number:x}x")).collect();
    let document = json!({ "name": "bench", "version": "1.0.0", "extends": "builtin", "lexicon": { "block": words } }).to_string();
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| {
        let tree = read_tree(&mut serde_json::Deserializer::from_str(divan::black_box(&document))).expect("it is JSON");
        Policy::from_tree(tree).is_ok()
    });
}

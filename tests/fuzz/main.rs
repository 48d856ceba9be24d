//! The fuzzer's properties on stable, on every run of the tests: over the corpus in the tree, and over as many seeded changes of it.
//!
//! `npm run fuzz` searches for hours what this searches for seconds; what it finds joins the corpus. `POSTGATE_FUZZ_CASES` asks for more
//! changes.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may stop where something is wrong")]

mod properties;

use properties::{TARGETS, holds};
use proptest::prelude::*;
use proptest::test_runner::{TestRng, TestRunner};
use std::fs;
use std::path::PathBuf;

/// What a change may put in: what the readers and the rules look for.
const TOKENS: &[&str] = &[
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "\0",
    "\u{feff}",
    "\u{2028}",
    "\u{85}",
    "\u{200b}",
    "\u{202e}",
    "\u{2066}",
    "\u{301}",
    "\u{fe0f}",
    "\u{200d}",
    "é",
    "漢",
    "😀",
    "👨‍👩‍👧",
    "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "shit",
    "f*ck",
    "s h i t",
    "AcmeRival",
    "#ad",
    "#tag",
    "@name",
    "I want to die",
    "kill myself",
    "1. ",
    "2)",
    "1/5",
    "- ",
    "https://example.com/a",
    "example.com",
    "4111 1111 1111 1111",
    "sk-",
    "event: enforcement",
    "data:",
    "id:",
    "retry: 1",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "\\udc00",
    ",",
    ":",
    "null",
    "true",
    "-0",
    "1e999",
    "1e-7",
    "0.1",
    "18446744073709551616",
    "9007199254740993",
    "\"alg\"",
    "\"none\"",
    "\"EdDSA\"",
    "\"level\":\"off\"",
    "\"HARMFUL_CONTENT\"",
    "\"block\"",
    "\"warn\"",
    ".",
    "..",
    "=",
    "eyJ",
    " ",
];

/// One change of some bytes.
#[derive(Debug, Clone)]
enum Change {
    Put(prop::sample::Index, &'static str),
    Set(prop::sample::Index, u8),
    Remove(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize),
    Join(prop::sample::Index),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        4 => (at(), prop::sample::select(TOKENS)).prop_map(|(at, token)| Change::Put(at, token)),
        2 => (at(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        2 => (at(), 1..24_usize).prop_map(|(at, count)| Change::Remove(at, count)),
        1 => (at(), 1..24_usize).prop_map(|(at, count)| Change::Repeat(at, count)),
        1 => at().prop_map(Change::Join),
    ]
}

fn changed(corpus: &[Vec<u8>], seed: prop::sample::Index, changes: &[Change]) -> Vec<u8> {
    let mut bytes = corpus[seed.index(corpus.len())].clone();
    for change in changes {
        let place = |at: &prop::sample::Index| at.index(bytes.len() + 1);
        match change {
            Change::Put(at, token) => drop(bytes.splice(place(at)..place(at), token.bytes())),
            Change::Set(at, byte) => {
                let at = place(at);
                bytes.splice(at..(at + 1).min(bytes.len()), [*byte]);
            }
            Change::Remove(at, count) => {
                let at = place(at);
                bytes.drain(at..(at + count).min(bytes.len()));
            }
            Change::Repeat(at, count) => {
                let at = place(at);
                let part = bytes[at..(at + count).min(bytes.len())].to_vec();
                bytes.splice(at..at, part);
            }
            Change::Join(other) => bytes.extend(&corpus[other.index(corpus.len())]),
        }
    }
    bytes
}

/// The seeds of a target, by name.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| fs::read(file).unwrap()).collect()
}

fn search(name: &str) {
    let corpus = corpus(name);
    assert!(corpus.len() >= 5, "the corpus of {name} has {} seeds", corpus.len());
    for seed in &corpus {
        holds(name, seed);
    }
    let cases = std::env::var("POSTGATE_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(400);
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(ProptestConfig::default().rng_algorithm));
    let strategy = (any::<prop::sample::Index>(), prop::collection::vec(change(), 1..8));
    let run = runner.run(&strategy, |(seed, changes)| {
        holds(name, &changed(&corpus, seed, &changes));
        Ok(())
    });
    assert!(run.is_ok(), "{name}: {}", run.unwrap_err());
}

macro_rules! targets {
    ($($name:ident),+) => {
        $(#[test] fn $name() { search(stringify!($name)); })+

        #[test]
        fn every_target_is_searched_here_and_by_the_fuzzer() {
            let mut named = vec![$(stringify!($name)),+];
            assert!(TARGETS.iter().map(|(name, _)| *name).eq(named.iter().copied()));
            let manifest = fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/Cargo.toml")).unwrap();
            named.retain(|name| !manifest.contains(&format!("name = \"{name}\"")));
            assert!(named.is_empty(), "fuzz/Cargo.toml has no {named:?}");
        }
    };
}

targets!(check, fixes, json, jwt, policy, receipt, sse);

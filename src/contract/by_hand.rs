//! Tests: what is read by hand is what serde derives.

use super::strict::{Contract, ContractError, Tree};
use super::typed::typed;
use super::{CheckRequest, FixRequest};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Values of every type, of which many are right somewhere.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3..5_i64).prop_map(Value::from),
        prop::sample::select(vec!["x", "twitter", "thread", "single", "utf8", "utf16", "safe", "unsafe", "2026-01-02T03:04:05Z", "a", ""])
            .prop_map(Value::from),
    ];
    let keys = [
        "content",
        "platform",
        "format",
        "policy_tags",
        "required_citations",
        "sources",
        "span_unit",
        "url",
        "title",
        "timestamp",
        "relevance_score",
        "applicability",
        "edits",
        "span",
        "text",
        "other",
    ];
    leaf.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(prop::sample::select(keys.to_vec()), inner, 0..6)
                .prop_map(|members| members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

/// A request that is right, with one member put in the place of another.
fn nearly(right: Value) -> impl Strategy<Value = Value> {
    (
        prop::sample::select(vec![
            "content",
            "platform",
            "format",
            "policy_tags",
            "required_citations",
            "sources",
            "span_unit",
            "title",
            "applicability",
            "edits",
            "other",
        ]),
        prop::option::of(value()),
    )
        .prop_map(move |(key, value)| {
            let mut right = right.clone();
            let members = right.as_object_mut().unwrap();
            members.remove(key);
            members.extend(value.map(|value| (key.to_owned(), value)));
            right
        })
}

fn agree<T: Contract + PartialEq + std::fmt::Debug>(value: Value) -> Result<(), TestCaseError> {
    let by_hand = T::from_tree(Tree(value.clone()));
    let expected: Result<T, ContractError> = typed(Tree(value));
    match (by_hand, expected) {
        // An object with one member stands for a word to serde, and for nothing here.
        (Err(by_hand), _)
            if by_hand.message == "invalid type: map, expected a string"
                && ["/applicability", "/span_unit"].contains(&by_hand.pointer.as_str()) => {}
        (Err(by_hand), Err(expected)) => {
            // The sentences differ in what they call a type.
            prop_assert_eq!(by_hand.pointer, expected.pointer);
            let start = |message: &str| message.split(", expected").next().unwrap_or_default().to_owned();
            if !expected.message.starts_with("invalid ") {
                prop_assert_eq!(start(&by_hand.message), start(&expected.message));
            }
        }
        (by_hand, expected) => prop_assert_eq!(by_hand, expected),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn a_request_is_read_as_serde_reads_it(value in prop_oneof![value(), nearly(json!({"content": "a", "platform": "x"})),
        nearly(json!({"content": "a", "platform": "ig", "policy_tags": ["a"], "sources": [{"url": "u", "relevance_score": 1}]}))]) {
        agree::<CheckRequest>(value)?;
    }

    #[test]
    fn a_fix_is_read_as_serde_reads_it(value in prop_oneof![value(), nearly(json!({"title": "t", "applicability": "safe",
        "edits": [{"span": [0, 1], "text": ""}]}))]) {
        agree::<FixRequest>(value)?;
    }
}

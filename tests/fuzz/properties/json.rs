//! Strict JSON: what is taken is written again as the same value; a second parser takes it too, and what only the second one takes is what
//! strict reading refuses by name.

use super::{one_zero, second_reading};
use postgate::contract::read_tree;
use serde_json::Value;

/// What the strict reader refuses although it is JSON.
const STRICTER: &[&str] = &["duplicate field", "a NUL character", "nested too deeply", "number out of range", "recursion limit exceeded"];

pub(super) fn holds(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut json = serde_json::Deserializer::from_str(text);
    let ours = read_tree(&mut json).map_err(|error| error.message).and_then(|tree| {
        json.end().map_err(|error| error.to_string())?;
        Ok(tree.0)
    });
    match (ours, second_reading(text)) {
        (Ok(value), second) => {
            let written = value.to_string();
            let again = read_tree(&mut serde_json::Deserializer::from_str(&written)).expect("what was taken is taken again");
            assert_eq!(again.0, value, "{text:?} was written as {written:?}");
            assert_eq!(second.map(one_zero), Ok(one_zero(value)), "the second parser reads {text:?} otherwise");
        }
        (Err(why), Ok(second)) => {
            assert!(
                STRICTER.iter().any(|stricter| why.starts_with(stricter)) || is_out_of_range(&second),
                "only the second parser takes {text:?}: {why}"
            );
        }
        (Err(_), Err(_)) => {}
    }
}

/// A number that JSON can write and no double holds.
fn is_out_of_range(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_f64().is_none_or(|number| !number.is_finite()),
        Value::Array(items) => items.iter().any(is_out_of_range),
        Value::Object(members) => members.values().any(is_out_of_range),
        _ => false,
    }
}

//! What has to hold whatever comes in: one function a target, from bytes, that panics where it does not hold.
//!
//! The same functions stand behind the fuzzer (`fuzz/`, libFuzzer on nightly) and behind the tests beside them (stable, on every run).

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a property that does not hold stops the run")]

mod check;
mod fixes;
mod json;
mod jwt;
mod policy;
mod receipt;
mod sse;

use serde_json::{Number, Value};

/// A target: its name, which is that of its corpus, and its property.
pub(crate) type Target = (&'static str, fn(&[u8]));

/// Every target.
pub(crate) const TARGETS: &[Target] = &[
    ("check", check::holds),
    ("fixes", fixes::holds),
    ("json", json::holds),
    ("jwt", jwt::holds),
    ("policy", policy::holds),
    ("receipt", receipt::holds),
    ("sse", sse::holds),
];

/// Runs one target by its name.
pub(crate) fn holds(name: &str, data: &[u8]) {
    let (_, property) = TARGETS.iter().find(|(known, _)| *known == name).expect("the target is listed");
    property(data);
}

/// Takes choices from the front of the data: one byte each, a letter or digit in a seed that somebody wrote; 0 when there are none left.
struct Choices<'d>(&'d [u8]);

impl Choices<'_> {
    fn next(&mut self) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first)
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        *all.get(self.next() % all.len()).expect("there is something to choose from")
    }

    /// The rest as text.
    fn text(self) -> String {
        String::from_utf8_lossy(self.0).into_owned()
    }
}

/// What a second reader of JSON makes of it.
fn second_reading(text: &str) -> Result<Value, String> {
    let value = jiter::JsonValue::parse(text.as_bytes(), false).map_err(|error| error.to_string())?;
    plain(&value)
}

fn plain(value: &jiter::JsonValue<'_>) -> Result<Value, String> {
    Ok(match value {
        jiter::JsonValue::Null => Value::Null,
        jiter::JsonValue::Bool(value) => Value::Bool(*value),
        jiter::JsonValue::Int(value) => Value::from(*value),
        jiter::JsonValue::BigInt(value) => {
            let digits = value.to_string();
            let float = || digits.parse().ok().and_then(Number::from_f64);
            digits.parse::<u64>().map(Number::from).ok().or_else(float).map(Value::Number).ok_or("an integer beyond every number")?
        }
        jiter::JsonValue::Float(value) => Number::from_f64(*value).map(Value::Number).ok_or("a number that is not finite")?,
        jiter::JsonValue::Str(text) => Value::String(text.to_string()),
        jiter::JsonValue::Array(items) => Value::Array(items.iter().map(plain).collect::<Result<_, _>>()?),
        jiter::JsonValue::Object(members) => {
            Value::Object(members.iter().map(|(key, value)| Ok((key.to_string(), plain(value)?))).collect::<Result<_, String>>()?)
        }
    })
}

/// The second parser takes `-0` for an integer, which has no sign.
fn one_zero(value: Value) -> Value {
    match value {
        Value::Number(number) if number.as_f64() == Some(0.0) => Value::from(0),
        Value::Array(items) => items.into_iter().map(one_zero).collect(),
        Value::Object(members) => members.into_iter().map(|(key, value)| (key, one_zero(value))).collect(),
        other => other,
    }
}

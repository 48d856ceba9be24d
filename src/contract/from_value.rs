//! Reading a checked tree into a type, by hand: the same requests as serde's derived readers take, at a fraction of their code, which every
//! browser that loads the checker would pay for. A property test holds the two against each other.

use super::strict::{ContractError, pointer};
use super::{Score, Timestamp};
use crate::text::{Format, Platform};
use serde_json::Value;
use std::fmt;

/// Where a value lies: the keys and indices that lead to it.
pub(crate) type Path = Vec<String>;

/// A type that can be read from a tree.
pub(crate) trait FromValue: Sized {
    /// Reads it; `path` leads to the value, and is left as it was found.
    fn from_value(value: Value, path: &mut Path) -> Result<Self, ContractError>;
}

/// A mistake in the value that `path` leads to.
pub(crate) fn mistake(path: &[String], message: impl fmt::Display) -> ContractError {
    ContractError::new(pointer(path), message.to_string())
}

/// A value of another type than the one that is read.
#[cold]
pub(crate) fn wrong(value: &Value, expected: &str, path: &[String]) -> ContractError {
    let found = match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => format!("boolean `{value}`"),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(integer), _) => format!("integer `{integer}`"),
            (None, Some(integer)) => format!("integer `{integer}`"),
            (None, None) => "number".to_owned(),
        },
        Value::String(text) => format!("string {text:?}"),
        Value::Array(_) => "sequence".to_owned(),
        Value::Object(_) => "map".to_owned(),
    };
    mistake(path, format_args!("invalid type: {found}, expected {expected}"))
}

/// Reads the members of an object, each with `read`, which answers false for a key that it does not know.
pub(crate) fn members(
    value: Value,
    path: &mut Path,
    known: &[&str],
    read: &mut dyn FnMut(&str, Value, &mut Path) -> Result<bool, ContractError>,
) -> Result<(), ContractError> {
    let Value::Object(members) = value else { return Err(wrong(&value, "an object", path)) };
    for (key, value) in members {
        path.push(key.clone());
        if !read(&key, value, path)? {
            return Err(mistake(path, format_args!("unknown field `{key}`, expected {}", one_of(known))));
        }
        path.pop();
    }
    Ok(())
}

/// A member that must be there.
pub(crate) fn required<T>(member: Option<T>, key: &str, path: &[String]) -> Result<T, ContractError> {
    member.ok_or_else(|| mistake(path, format_args!("missing field `{key}`")))
}

fn one_of(known: &[&str]) -> String {
    let quoted: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [one, other] => format!("{one} or {other}"),
        [one] => one.clone(),
        _ => format!("one of {}", quoted.join(", ")),
    }
}

/// Reads one of a few words.
pub(crate) fn word<T: Copy>(value: Value, path: &[String], words: &[(&str, T)]) -> Result<T, ContractError> {
    let Value::String(text) = value else { return Err(wrong(&value, "a string", path)) };
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
    let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    found.ok_or_else(|| mistake(path, format_args!("unknown variant `{text}`, expected {}", one_of(&known))))
}

impl FromValue for String {
    fn from_value(value: Value, path: &mut Path) -> Result<Self, ContractError> {
        match value {
            Value::String(text) => Ok(text),
            other => Err(wrong(&other, "a string", path)),
        }
    }
}

impl FromValue for bool {
    fn from_value(value: Value, path: &mut Path) -> Result<Self, ContractError> {
        value.as_bool().ok_or_else(|| wrong(&value, "a boolean", path))
    }
}

impl FromValue for usize {
    fn from_value(value: Value, path: &mut Path) -> Result<Self, ContractError> {
        value.as_u64().and_then(|number| Self::try_from(number).ok()).ok_or_else(|| wrong(&value, "a whole number from 0 on", path))
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value, path: &mut Path) -> Result<Self, ContractError> {
        if value.is_null() { Ok(None) } else { T::from_value(value, path).map(Some) }
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(value: Value, path: &mut Path) -> Result<Self, ContractError> {
        let Value::Array(items) = value else { return Err(wrong(&value, "a sequence", path)) };
        let mut read = Self::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            path.push(index.to_string());
            read.push(T::from_value(item, path)?);
            path.pop();
        }
        Ok(read)
    }
}

impl FromValue for Score {
    fn from_value(value: Value, path: &mut Path) -> Result<Self, ContractError> {
        let number = value.as_f64().ok_or_else(|| wrong(&value, "a number", path))?;
        Self::from_number(number).map_err(|error| mistake(path, error))
    }
}

impl FromValue for Timestamp {
    fn from_value(value: Value, path: &mut Path) -> Result<Self, ContractError> {
        Self::parse(&String::from_value(value, path)?).map_err(|error| mistake(path, error))
    }
}

impl FromValue for Platform {
    fn from_value(value: Value, path: &mut Path) -> Result<Self, ContractError> {
        Self::parse(&String::from_value(value, path)?).map_err(|error| mistake(path, error))
    }
}

impl FromValue for Format {
    fn from_value(value: Value, path: &mut Path) -> Result<Self, ContractError> {
        Self::parse(&String::from_value(value, path)?).map_err(|error| mistake(path, error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_beyond_the_signed_ones_is_said_as_it_is_written() {
        let error = String::from_value(u64::MAX.into(), &mut Path::new()).unwrap_err();
        assert_eq!(error.message, "invalid type: integer `18446744073709551615`, expected a string");
    }

    #[test]
    fn a_single_word_is_said_without_a_list() {
        let error = word(Value::from("b"), &[], &[("a", ())]).unwrap_err();
        assert_eq!(error.message, "unknown variant `b`, expected `a`");
    }
}

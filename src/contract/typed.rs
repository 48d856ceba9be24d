//! From a checked tree to a type that derives `Deserialize`, with the place of what does not fit.
//!
//! One reader of trees does both at once; a general one with a second one around it that follows the path would be written out anew for
//! every type, in every browser that loads the checker.

use super::object::Object;
use super::strict::{ContractError, Tree, pointer};
use serde::de::value::StringDeserializer;
use serde::de::{
    self, Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use serde_json::Value;
use std::fmt;

/// Reads a tree as serde derives it.
pub(super) fn typed<T: DeserializeOwned>(tree: Tree) -> Result<T, ContractError> {
    let mut path = Vec::new();
    let read = Object::<T>::deserialize(Node { value: tree.0, path: &mut path });
    read.map(|Object(value)| value).map_err(|Refusal(message)| ContractError::new(pointer(&path), message))
}

/// Why a value does not fit.
#[derive(Debug)]
struct Refusal(String);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}

impl de::Error for Refusal {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("invalid type: {}, expected {expected}", shown(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("invalid value: {}, expected {expected}", shown(found)))
    }
}

/// What was found. A number that is not whole is not printed: that alone would be ten kilobytes.
fn shown(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(value) => format!("boolean `{value}`"),
        Unexpected::Unsigned(number) => format!("integer `{number}`"),
        Unexpected::Signed(number) => format!("integer `{number}`"),
        Unexpected::Float(_) => "number".to_owned(),
        Unexpected::Str(text) => format!("string {text:?}"),
        Unexpected::Unit | Unexpected::Option => "null".to_owned(),
        Unexpected::Seq => "sequence".to_owned(),
        Unexpected::Map => "map".to_owned(),
        _ => "another value".to_owned(),
    }
}

/// A value and the way to it; on an error the path stays where it happened.
struct Node<'p> {
    value: Value,
    path: &'p mut Vec<String>,
}

impl<'de> Deserializer<'de> for Node<'_> {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(integer), _) => visitor.visit_u64(integer),
                (None, Some(integer)) => visitor.visit_i64(integer),
                (None, None) => visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(text) => visitor.visit_string(text),
            Value::Array(items) => visitor.visit_seq(Items { left: items.into_iter(), count: 0, path: self.path }),
            Value::Object(members) => visitor.visit_map(Members { left: members.into_iter(), value: None, path: self.path }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Refusal> {
        let Value::String(variant) = self.value else { return self.deserialize_any(visitor) };
        let variant: StringDeserializer<Refusal> = variant.into_deserializer();
        visitor.visit_enum(variant)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}

struct Items<'p> {
    left: std::vec::IntoIter<Value>,
    count: usize,
    path: &'p mut Vec<String>,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Refusal;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Refusal> {
        let Some(value) = self.left.next() else { return Ok(None) };
        self.path.push(self.count.to_string());
        self.count += 1;
        let item = seed.deserialize(Node { value, path: self.path })?;
        self.path.pop();
        Ok(Some(item))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.len())
    }
}

struct Members<'p> {
    left: serde_json::map::IntoIter,
    value: Option<Value>,
    path: &'p mut Vec<String>,
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Refusal;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Refusal> {
        let Some((key, value)) = self.left.next() else { return Ok(None) };
        self.path.push(key.clone());
        self.value = Some(value);
        let key: StringDeserializer<Refusal> = key.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Refusal> {
        let value = self.value.take().unwrap_or_default();
        let value = seed.deserialize(Node { value, path: self.path })?;
        self.path.pop();
        Ok(value)
    }
}

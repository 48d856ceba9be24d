//! Strict reading: one tree for every door, so that a refusal is the same sentence in the browser, in Node and at the edge.
//!
//! A door brings any serde deserializer (JSON text at the edge, a JS object in the browser). It becomes a tree first: duplicate keys,
//! NUL outside the content and deep nesting are refused there. Then the tree becomes the typed request.

use super::typed::typed;
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;
use thiserror::Error;

/// How deep arrays and objects may be nested; the deepest contract (a policy document) needs 5.
pub(crate) const MAX_DEPTH: usize = 32;

/// The caller's mistake: where, as a JSON pointer, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{pointer}: {message}")]
pub struct ContractError {
    /// The place, as RFC 6901 writes it; empty for the whole document.
    pub pointer: String,
    /// What was found and what would be right.
    pub message: String,
}

impl ContractError {
    /// A mistake at `pointer`.
    pub fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into() }
    }
}

/// A request that can be read strictly.
pub trait Contract: DeserializeOwned {
    /// Reads a checked tree.
    fn from_tree(tree: Tree) -> Result<Self, ContractError> {
        typed(tree)
    }

    /// Checks what the types can't say: lengths and combinations.
    fn validate(&self) -> Result<(), ContractError>;
}

/// A checked JSON value: no duplicate key, not too deep, NUL nowhere but in a top-level `content`.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree(pub Value);

/// Reads JSON text.
pub fn read_json<T: Contract>(body: &[u8]) -> Result<T, ContractError> {
    let text = std::str::from_utf8(body)
        .map_err(|error| ContractError::new("", format!("the body is not UTF-8 at byte {}", error.valid_up_to())))?;
    let mut json = serde_json::Deserializer::from_str(text);
    let tree = read_tree(&mut json)?;
    json.end().map_err(|error| ContractError::new("", error.to_string()))?;
    decode(tree)
}

/// Reads any deserializer into a checked tree.
pub fn read_tree<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tree, ContractError> {
    let mut path = Vec::new();
    match (Node { path: &mut path }).deserialize(deserializer) {
        Ok(value) => Ok(Tree(value)),
        Err(error) => Err(ContractError::new(pointer(&path), plain(&error.to_string()))),
    }
}

/// JSON text can spell half a surrogate pair, and its reader says so in terms of its own escapes.
fn plain(message: &str) -> String {
    let broken = ["lone leading surrogate in hex escape", "unexpected end of hex escape"];
    broken.iter().fold(message.to_owned(), |text, found| text.replace(found, "a lone surrogate, expected a whole character"))
}

/// Turns a checked tree into a typed request.
pub fn decode<T: Contract>(tree: Tree) -> Result<T, ContractError> {
    let request = T::from_tree(tree)?;
    request.validate()?;
    Ok(request)
}

/// Refuses a string that has more than `most` bytes.
pub fn bounded(pointer: &str, text: &str, most: usize) -> Result<(), ContractError> {
    if text.len() <= most {
        return Ok(());
    }
    Err(ContractError::new(pointer, format!("{} bytes of UTF-8, expected at most {most}", text.len())))
}

pub(super) fn pointer(path: &[String]) -> String {
    let mut pointer = String::new();
    for key in path {
        pointer.push('/');
        pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
    }
    pointer
}

/// Reads one value and remembers where it is; on an error the path stays where it happened.
struct Node<'p> {
    path: &'p mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Node<'_> {
    fn string<E: de::Error>(&self, text: String) -> Result<Value, E> {
        let is_content = matches!(self.path.as_slice(), [key] if key == "content");
        if !is_content && text.contains('\0') {
            return Err(E::custom("a NUL character, expected text without it"));
        }
        Ok(Value::String(text))
    }

    fn descend<E: de::Error>(&self) -> Result<(), E> {
        if self.path.len() >= MAX_DEPTH {
            return Err(E::custom(format_args!("nested too deeply, expected at most {MAX_DEPTH} levels")));
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number that is not finite, expected a JSON number"))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        self.string(text.to_owned())
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Value, E> {
        self.string(text)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        self.descend()?;
        let mut items = Vec::new();
        loop {
            self.path.push(items.len().to_string());
            let item = seq.next_element_seed(Node { path: self.path })?;
            self.path.pop();
            match item {
                Some(item) => items.push(item),
                None => return Ok(Value::Array(items)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        self.descend()?;
        let mut members = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            self.path.push(key.clone());
            if members.contains_key(&key) {
                return Err(de::Error::custom(format_args!("duplicate field `{key}`, expected it once")));
            }
            if key.contains('\0') {
                return Err(de::Error::custom("a NUL character in a key, expected text without it"));
            }
            let value = map.next_value_seed(Node { path: self.path })?;
            self.path.pop();
            members.insert(key, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::CheckRequest;

    fn refused(body: &str) -> String {
        read_json::<CheckRequest>(body.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn each_refusal_has_its_sentence() {
        let cases = [
            ("", ": EOF while parsing a value at line 1 column 0"),
            ("{", ": EOF while parsing an object at line 1 column 1"),
            ("[]", ": invalid type: sequence, expected an object"),
            ("5", ": invalid type: integer `5`, expected an object"),
            ("{}", ": missing field `content`"),
            (r#"{"content":"a"}"#, ": missing field `platform`"),
            (r#"{"content":5,"platform":"x"}"#, "/content: invalid type: integer `5`, expected a string"),
            (
                r#"{"content":"a","content":"b","platform":"x"}"#,
                "/content: duplicate field `content`, expected it once at line 1 column 24",
            ),
            (r#"{"content":"a","platform":"x","policy_tags":[7]}"#, "/policy_tags/0: invalid type: integer `7`, expected a string"),
            (r#"{"content":"\ud800","platform":"x"}"#, "/content: a lone surrogate, expected a whole character at line 1 column 19"),
            (
                r#"{"content":"a","platform":"x","policy_tags":["\u0000"]}"#,
                "/policy_tags/0: a NUL character, expected text without it at line 1 column 53",
            ),
            (r#"{"content":"a","platform":"x"} x"#, ": trailing characters at line 1 column 32"),
            (r#"{"content":"a","platform":"x","sources":[["u"]]}"#, "/sources/0: invalid type: sequence, expected an object"),
            (
                r#"{"content":"a","platform":"x","sources":[{"url":"u","relevance_score":2}]}"#,
                "/sources/0/relevance_score: 2 is outside 0 to 1",
            ),
        ];
        for (body, sentence) in cases {
            assert_eq!(refused(body), sentence, "{body}");
        }
    }

    #[test]
    fn an_unknown_key_is_named_with_the_known_ones() {
        let sentence = refused(r#"{"content":"a","platform":"x","user_id":"u"}"#);
        assert!(sentence.starts_with("/user_id: unknown field `user_id`, expected one of `content`, `platform`, `format`"), "{sentence}");
    }

    #[test]
    fn three_hundred_levels_are_refused_before_they_are_built() {
        let body = format!(r#"{{"content":"a","platform":"x","sources":{}{}}}"#, "[".repeat(300), "]".repeat(300));
        assert!(refused(&body).ends_with("nested too deeply, expected at most 32 levels at line 1 column 72"), "{}", refused(&body));
    }

    #[test]
    fn nul_is_readable_in_the_content_alone() {
        assert!(read_json::<CheckRequest>(br#"{"content":"a\u0000b","platform":"x"}"#).is_ok());
        assert!(
            read_json::<CheckRequest>(b"{\"content\":\"a\xff\",\"platform\":\"x\"}").unwrap_err().message.contains("not UTF-8 at byte 13")
        );
    }
}

//! A JS value as a checked tree: what JSON would carry of it, and a refusal with its place for everything else.
//!
//! The same rules as [`crate::contract::read_tree`] has for JSON text; the cases of `tests/engines` hold the two against each other.

use crate::contract::{ContractError, MAX_DEPTH, Tree, mistake};
use js_sys::{Array, JsString, Number, Object};
use serde_json::{Map, Value};
use wasm_bindgen::{JsCast, JsValue};

/// Reads a value, each member once.
pub(super) fn tree(value: &JsValue) -> Result<Tree, ContractError> {
    let mut path = Vec::new();
    read(value, &mut path).map(Tree)
}

/// A string without a lone surrogate.
pub(super) fn text(value: &JsString, path: &[String]) -> Result<String, ContractError> {
    if value.is_valid_utf16() { Ok(String::from(value)) } else { Err(mistake(path, "a lone surrogate, expected a whole character")) }
}

fn read(value: &JsValue, path: &mut Vec<String>) -> Result<Value, ContractError> {
    if let Some(string) = value.dyn_ref::<JsString>() {
        let text = text(string, path)?;
        let is_content = matches!(path.as_slice(), [key] if key == "content");
        if !is_content && text.contains('\0') {
            return Err(mistake(path, "a NUL character, expected text without it"));
        }
        return Ok(Value::String(text));
    }
    if let Some(number) = value.as_f64() {
        #[expect(clippy::cast_possible_truncation, reason = "a safe integer is whole and below 2^53")]
        let whole = || Value::from(number as i64);
        let is_whole = Number::is_safe_integer(value);
        let read = if is_whole { Some(whole()) } else { serde_json::Number::from_f64(number).map(Value::Number) };
        return read.ok_or_else(|| mistake(path, "a number that is not finite, expected a JSON number"));
    }
    if let Some(value) = value.as_bool() {
        return Ok(Value::Bool(value));
    }
    if value.is_null() || value.is_undefined() {
        return Ok(Value::Null);
    }
    if path.len() >= MAX_DEPTH && value.is_object() {
        return Err(mistake(path, format_args!("nested too deeply, expected at most {MAX_DEPTH} levels")));
    }
    if let Some(array) = value.dyn_ref::<Array>() {
        let mut items = Vec::new();
        for index in 0..array.length() {
            path.push(index.to_string());
            items.push(read(&array.get(index), path)?);
            path.pop();
        }
        return Ok(Value::Array(items));
    }
    if !value.is_object() || value.is_function() {
        return Err(mistake(path, "neither text, number, boolean, null, array nor object, expected what JSON can carry"));
    }
    let mut members = Map::new();
    for entry in Object::entries(value.unchecked_ref()) {
        let entry = Array::from(&entry);
        let key = text(entry.get(0).unchecked_ref(), path)?;
        path.push(key.clone());
        if key.contains('\0') {
            return Err(mistake(path, "a NUL character in a key, expected text without it"));
        }
        let member = read(&entry.get(1), path)?;
        path.pop();
        members.insert(key, member);
    }
    Ok(Value::Object(members))
}

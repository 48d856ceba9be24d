//! Writes the built-in policy document as a constant, so that nobody parses JSON to start.

use serde_json::Value;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;

pub(crate) fn build(document: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let document: Value = serde_json::from_str(&fs::read_to_string(document)?)?;
    let mut text = String::from("static BUILTIN: Fixed = ");
    write(&mut text, &document)?;
    text.push_str(";\n");
    Ok(fs::write(out.join("builtin.rs"), text)?)
}

fn write(text: &mut String, value: &Value) -> Result<(), Box<dyn Error>> {
    match value {
        Value::String(value) => write!(text, "Fixed::Text({value:?})")?,
        Value::Number(value) => write!(text, "Fixed::Integer({})", value.as_u64().ok_or("builtin.json holds a number that is not whole")?)?,
        Value::Array(items) => {
            text.push_str("Fixed::List(&[");
            for item in items {
                write(text, item)?;
                text.push(',');
            }
            text.push_str("])");
        }
        Value::Object(members) => {
            text.push_str("Fixed::Members(&[");
            for (key, value) in members {
                write!(text, "({key:?}, ")?;
                write(text, value)?;
                text.push_str("),");
            }
            text.push_str("])");
        }
        Value::Null | Value::Bool(_) => return Err("builtin.json holds null, true or false, which no member takes".into()),
    }
    Ok(())
}

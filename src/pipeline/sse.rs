//! Server-sent events: every frame is an event's name and one line of JSON, so that no text can open an event of its own.

use serde::Serialize;

/// One frame. JSON has no raw line break: LF and CR inside strings are escapes.
pub fn frame(name: &str, data: &impl Serialize) -> Vec<u8> {
    let json = serde_json::to_string(data).unwrap_or_else(|_| "null".to_owned());
    format!("event: {name}\ndata: {json}\n\n").into_bytes()
}

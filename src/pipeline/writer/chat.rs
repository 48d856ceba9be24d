//! The wire format of a chat completion, as the API of `OpenAI` and those compatible with it speak it: one request, events of JSON in answer.

use super::WriterFault;
use super::prompt::Message;
use serde::{Deserialize, Serialize};

/// What the event stream ends with.
const DONE: &str = "[DONE]";

/// The request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChatRequest<'r> {
    /// The model's name at the provider.
    pub model: &'r str,
    /// What it is asked.
    pub messages: &'r [Message],
    /// Always true.
    pub stream: bool,
}

/// What one event says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// More of the draft.
    Text(String),
    /// The draft is complete; `truncated` when the provider's own limit cut it.
    End {
        /// Whether the provider cut it.
        truncated: bool,
    },
    /// The stream is over.
    Done,
}

/// Another party's format: members that are not read here may come and go.
#[derive(Debug, Deserialize)]
struct Chunk {
    choices: Option<Vec<Choice>>,
}

#[derive(Debug, Deserialize)]
struct Choice {
    #[serde(default)]
    index: u32,
    delta: Option<Delta>,
    finish_reason: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Delta {
    content: Option<String>,
}

/// Reads the data of one event. Only the first choice is the draft.
pub fn read_event(data: &str) -> Result<Vec<Piece>, WriterFault> {
    if data.trim() == DONE {
        return Ok(vec![Piece::Done]);
    }
    let chunk: Chunk = serde_json::from_str(data).map_err(|_| WriterFault::Garbage)?;
    let choices = chunk.choices.ok_or(WriterFault::Garbage)?;
    let mut pieces = Vec::new();
    for choice in choices.into_iter().filter(|choice| choice.index == 0) {
        if let Some(text) = choice.delta.and_then(|delta| delta.content).filter(|text| !text.is_empty()) {
            pieces.push(Piece::Text(text));
        }
        match choice.finish_reason.as_deref() {
            None => {}
            Some("stop") => pieces.push(Piece::End { truncated: false }),
            Some("length") => pieces.push(Piece::End { truncated: true }),
            Some(_) => return Err(WriterFault::EndedEarly),
        }
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::writer::prompt::Role;

    #[test]
    fn the_request_is_unchanged() {
        let messages = [Message { role: Role::User, content: "a \"topic\"".to_owned() }];
        let request = ChatRequest { model: "m", messages: &messages, stream: true };
        let json = serde_json::to_string(&request).unwrap();
        assert_eq!(json, r#"{"model":"m","messages":[{"role":"user","content":"a \"topic\""}],"stream":true}"#);
    }

    #[test]
    fn the_events_of_an_answer_are_read() {
        let text = |text: &str| Ok(vec![Piece::Text(text.to_owned())]);
        assert_eq!(
            read_event(r#"{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"#),
            Ok(vec![])
        );
        assert_eq!(read_event(r#"{"choices":[{"delta":{"content":"a\r\n\r\nevent: enforcement"}}]}"#), text("a\r\n\r\nevent: enforcement"));
        assert_eq!(read_event(r#"{"choices":[{"index":1,"delta":{"content":"other"}}]}"#), Ok(vec![]));
        assert_eq!(read_event(r#"{"choices":[],"usage":{"total_tokens":3}}"#), Ok(vec![]));
        assert_eq!(read_event(r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#), Ok(vec![Piece::End { truncated: false }]));
        assert_eq!(
            read_event(r#"{"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}"#),
            Ok(vec![Piece::End { truncated: true }])
        );
        assert_eq!(read_event("[DONE]"), Ok(vec![Piece::Done]));
    }

    #[test]
    fn what_is_no_answer_is_a_fault() {
        for data in ["", "<html>", "{", r#"{"error":{"message":"overloaded"}}"#, "null", r#"{"choices":[{"delta":{"content":"\ud800"}}]}"#]
        {
            assert_eq!(read_event(data), Err(WriterFault::Garbage), "{data}");
        }
        assert_eq!(read_event(r#"{"choices":[{"delta":{},"finish_reason":"content_filter"}]}"#), Err(WriterFault::EndedEarly));
    }
}

//! Server-sent events: a standard parser returns exactly the events that went in, whatever is in them and wherever the bytes are cut.

use super::Choices;
use eventsource_stream::Eventsource;
use futures_util::{StreamExt, stream};
use postgate::pipeline::frame;
use serde_json::{Value, json};
use std::convert::Infallible;

pub(super) fn holds(data: &[u8]) {
    let mut choices = Choices(data);
    let cut = choices.next() % 64 + 1;
    let names = [choices.next(), choices.next()].map(|choice| ["token", "enforcement", "done", "error"][choice % 4]);
    let text = choices.text();
    let (one, other) = text.split_at(text.floor_char_boundary(text.len() / 2));
    let events = [(names[0], json!({ "text": one })), (names[1], json!({ "text": other, one: [other, 1, null] })), ("done", json!({}))];
    let bytes: Vec<u8> = events.iter().flat_map(|(name, data)| frame(name, data)).collect();
    let chunks = bytes.chunks(cut).map(|chunk| Ok::<_, Infallible>(chunk.to_vec()));
    let read: Vec<_> = pollster::block_on(stream::iter(chunks).eventsource().collect());
    assert_eq!(read.len(), events.len(), "{text:?} gave other events: {read:?}");
    for (read, (name, data)) in read.into_iter().zip(events) {
        let read = read.expect("a frame is an event");
        assert_eq!(read.event, name);
        assert_eq!(serde_json::from_str::<Value>(&read.data).ok(), Some(data), "{text:?}");
        assert_eq!((read.id.as_str(), read.retry), ("", None), "{text:?}");
    }
}

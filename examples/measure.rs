//! Measures texts for other programs: JSON strings in, one a line; their length on X and their entities out, one object a line.
//!
//! tests/twitter compares what comes out with X's own library. Offsets are UTF-16.

use postgate::text::{EntityKind, Offsets, Platform, SpanUnit, entities, measure};
use std::io::{BufRead, Write};

fn main() -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let text: String = serde_json::from_str(&line?)?;
        let offsets = Offsets::new(&text, SpanUnit::Utf16);
        let found: Vec<_> = entities(&text, Platform::X)
            .into_iter()
            .map(|entity| {
                let kind = match entity.kind {
                    EntityKind::Url => "url",
                    EntityKind::Mention => "mention",
                    EntityKind::Hashtag => "hashtag",
                    EntityKind::Cashtag => "cashtag",
                };
                let [start, end] = offsets.from_span(entity.span);
                serde_json::json!([kind, start, end])
            })
            .collect();
        writeln!(out, "{}", serde_json::json!({ "length": measure(&text, Platform::X), "entities": found }))?;
    }
    out.flush()
}

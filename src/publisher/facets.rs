//! Facets: what of a text is a link, a mention or a tag on Bluesky, by UTF-8 bytes, the start in and the end out.

use crate::text::{EntityKind, Platform, Span, entities, graphemes};
use serde_json::{Value, json};

/// The most graphemes and bytes of a tag.
const TAG: (usize, usize) = (64, 640);

/// Something that becomes a facet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Feature<'t> {
    Link(String),
    /// A handle, which stands for an account only once it is resolved.
    Mention(&'t str),
    Tag(&'t str),
}

/// What may become facets, in order.
pub(super) fn features(text: &str) -> Vec<(Span, Feature<'_>)> {
    let found = entities(text, Platform::Bluesky).into_iter().filter_map(|entity| {
        let written = entity.span.of(text);
        let mut behind = written.chars();
        behind.next();
        let feature = match entity.kind {
            EntityKind::Url => Feature::Link(link(written)),
            EntityKind::Mention => Feature::Mention(behind.as_str()),
            EntityKind::Hashtag => {
                let tag = behind.as_str();
                Some(tag).filter(|tag| graphemes(tag) <= TAG.0 && tag.len() <= TAG.1).map(Feature::Tag)?
            }
            EntityKind::Cashtag => return None,
        };
        Some((entity.span, feature))
    });
    found.collect()
}

/// The facets, each mention with the account that `did` knows for its handle; a mention of nobody has none.
pub(super) fn facets(found: &[(Span, Feature<'_>)], did: impl Fn(&str) -> Option<String>) -> Vec<Value> {
    let facet = |(span, feature): &(Span, Feature<'_>)| {
        let feature = match feature {
            Feature::Link(uri) => json!({ "$type": "app.bsky.richtext.facet#link", "uri": uri }),
            Feature::Mention(handle) => json!({ "$type": "app.bsky.richtext.facet#mention", "did": did(handle)? }),
            Feature::Tag(tag) => json!({ "$type": "app.bsky.richtext.facet#tag", "tag": tag }),
        };
        Some(json!({ "index": { "byteStart": span.start, "byteEnd": span.end }, "features": [feature] }))
    };
    found.iter().filter_map(facet).collect()
}

fn link(written: &str) -> String {
    let has_scheme = |scheme: &str| written.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    if has_scheme("https://") || has_scheme("http://") { written.to_owned() } else { format!("https://{written}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slices(text: &str) -> Vec<(String, Value)> {
        let known = |handle: &str| (handle != "nobody.test").then(|| format!("did:plc:{handle}"));
        let cut = |facet: Value| {
            let at = |name: &str| usize::try_from(facet["index"][name].as_u64().unwrap()).unwrap();
            let bytes = &text.as_bytes()[at("byteStart")..at("byteEnd")];
            (String::from_utf8(bytes.to_vec()).unwrap(), facet["features"][0].clone())
        };
        facets(&features(text), known).into_iter().map(cut).collect()
    }

    #[test]
    fn the_bytes_of_a_facet_are_what_it_is_about() {
        let text = "é \u{1F469}\u{200d}\u{1F52C} @ann.test → example.com/ü #日本語 אב (https://a.org/x) ＃tag\r\n@nobody.test";
        let found = slices(text);
        let cut: Vec<&str> = found.iter().map(|(cut, _)| cut.as_str()).collect();
        assert_eq!(cut, ["@ann.test", "example.com/ü", "#日本語", "https://a.org/x", "＃tag"]);
        assert_eq!(found[0].1["did"], "did:plc:ann.test");
        assert_eq!(found[1].1["uri"], "https://example.com/ü");
        assert_eq!([&found[2].1["tag"], &found[4].1["tag"]], ["日本語", "tag"]);
    }

    #[test]
    fn a_tag_that_is_too_long_is_text() {
        assert_eq!(slices(&format!("#{}", "a".repeat(64))).len(), 1);
        assert_eq!(slices(&format!("#{}", "a".repeat(65))), []);
    }
}

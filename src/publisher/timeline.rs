//! Whether a post on X's timeline is the part that was sent. X puts its own short links into a text, escapes three characters, composes
//! to NFC and trims the ends; where it put a link, it says what the link stood for.

use super::part::Part;
use crate::text::{Span, compose, urls};
use serde::Deserialize;

/// A post as the timeline has it.
#[derive(Debug, Deserialize)]
pub(super) struct Seen {
    pub(super) id: String,
    text: String,
    #[serde(default)]
    referenced_tweets: Vec<Reference>,
    entities: Option<Entities>,
}

#[derive(Debug, Deserialize)]
struct Reference {
    #[serde(rename = "type")]
    kind: String,
    id: String,
}

#[derive(Debug, Deserialize)]
struct Entities {
    #[serde(default)]
    urls: Vec<Link>,
}

#[derive(Debug, Deserialize)]
struct Link {
    url: String,
    expanded_url: String,
}

/// What is looked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Post {
    text: String,
    links: Vec<String>,
    reply_to: Option<String>,
}

impl Post {
    pub(super) fn new(part: Part<'_>) -> Self {
        let (text, links) = without_links(part.text);
        Self { text, links, reply_to: part.reply_to.map(|before| before.id.clone()) }
    }

    /// Whether this is it.
    pub(super) fn is(&self, seen: &Seen) -> bool {
        let links = seen.entities.as_ref().map(|entities| entities.urls.as_slice()).unwrap_or_default();
        let stood_for = |short: &str| links.iter().find(|link| plain(&link.url) == short).map(|link| plain(&link.expanded_url));
        let (text, shorts) = without_links(&unescape(&seen.text));
        let replied_to = seen.referenced_tweets.iter().find(|reference| reference.kind == "replied_to").map(|reference| &reference.id);
        // A link to a post makes X quote that post.
        let may_quote = self.links.iter().any(|link| link.contains("/status/"));
        let is_ours = |reference: &Reference| reference.kind == "replied_to" || reference.kind == "quoted" && may_quote;
        seen.referenced_tweets.iter().all(is_ours)
            && replied_to == self.reply_to.as_ref()
            && text == self.text
            && shorts.len() == self.links.len()
            && shorts.iter().zip(&self.links).all(|(short, link)| stood_for(short).as_ref() == Some(link))
    }
}

/// The text with nothing where its links are, and the links.
fn without_links(text: &str) -> (String, Vec<String>) {
    let mut rest = String::with_capacity(text.len());
    let mut links = Vec::new();
    let mut from = 0;
    for url in urls(text) {
        rest.push_str(Span::new(from, url.span.start).of(text));
        rest.push('\0');
        links.push(plain(url.span.of(text)));
        from = url.span.end;
    }
    rest.push_str(Span::new(from, text.len()).of(text));
    (compose(rest.trim()), links)
}

/// A link in one spelling: X adds a scheme where there is none, and a slash behind a host.
fn plain(link: &str) -> String {
    let lower = link.to_ascii_lowercase();
    let lower = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")).unwrap_or(&lower);
    lower.trim_end_matches('/').to_owned()
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publisher::Landed;
    use crate::publisher::fake::part;
    use serde_json::{Value, json};

    fn is(text: &str, reply_to: Option<&Landed>, seen: &Value) -> bool {
        Post::new(Part { reply_to, ..part(text) }).is(&serde_json::from_value(seen.clone()).unwrap())
    }

    #[test]
    fn a_text_is_found_as_x_shows_it() {
        assert!(is(" a < b && c > d \u{1F600}", None, &json!({ "id": "1", "text": "a &lt; b &amp;&amp; c &gt; d \u{1F600}" })));
        assert!(is("&lt;", None, &json!({ "id": "1", "text": "&amp;lt;" })));
        assert!(is("cafe\u{301}", None, &json!({ "id": "1", "text": "caf\u{e9}" })));
        assert!(!is("a", None, &json!({ "id": "1", "text": "a!" })));
    }

    #[test]
    fn a_link_is_what_it_stood_for() {
        let seen = |expanded: &str| {
            json!({ "id": "1", "text": "see https://t.co/abcdefghij now",
                    "entities": { "urls": [{ "start": 4, "end": 27, "url": "https://t.co/abcdefghij", "expanded_url": expanded }] } })
        };
        assert!(is("see Example.com now", None, &seen("http://example.com/")));
        assert!(!is("see example.com now", None, &seen("http://example.org")));
        assert!(!is("see https://t.co/abcdefghij now", None, &json!({ "id": "1", "text": "see https://t.co/abcdefghij now" })));
        assert!(!is("see now", None, &seen("http://example.com")));
    }

    #[test]
    fn the_place_in_the_chain_counts() {
        let before = Landed { index: 0, id: "7".to_owned(), url: String::new() };
        let reply = json!({ "id": "8", "text": "a", "referenced_tweets": [{ "type": "replied_to", "id": "7" }] });
        assert!(is("a", Some(&before), &reply) && !is("a", None, &reply));
        assert!(!is("a", Some(&before), &json!({ "id": "8", "text": "a" })));
        assert!(!is("a", None, &json!({ "id": "8", "text": "a", "referenced_tweets": [{ "type": "quoted", "id": "7" }] })));
    }

    #[test]
    fn a_link_to_a_post_quotes_it() {
        let link = json!([{ "url": "https://t.co/abcdefghij", "expanded_url": "https://x.com/ann/status/7" }]);
        let seen = json!({ "id": "8", "text": "see https://t.co/abcdefghij", "entities": { "urls": link },
                           "referenced_tweets": [{ "type": "quoted", "id": "7" }] });
        assert!(is("see https://x.com/ann/status/7", None, &seen));
    }
}

//! What a rule sees: one draft, read once.

use crate::contract::{CheckRequest, JsonText, Source};
use crate::digest::{Domain, sha256};
use crate::policy::{Policy, Reading};
use crate::text::{Format, Platform, Post, Secret, Span, SpanUnit, measure, posts, secrets};
use std::borrow::Cow;
use std::cell::OnceCell;

/// A draft with everything that more than one rule reads.
#[derive(Debug)]
pub struct Draft<'r> {
    /// The whole text.
    pub content: &'r str,
    /// Where it would be published.
    pub platform: Platform,
    /// One post, or one a line.
    pub format: Format,
    /// What the author promises.
    pub policy_tags: &'r [String],
    /// Whether a source is required whatever the topic.
    pub required_citations: bool,
    /// What it rests on.
    pub sources: &'r [Source],
    /// The unit that the caller counts spans in.
    pub span_unit: SpanUnit,
    /// What would be published.
    pub posts: Vec<Post<'r>>,
    /// The length of each post, as the platform counts.
    pub lengths: Vec<usize>,
    reading: OnceCell<Reading>,
    secrets: OnceCell<Vec<Secret>>,
}

/// What stands for a secret in a report: no letter of it.
pub(super) const MASK: &str = "••••••••";

impl<'r> Draft<'r> {
    /// Reads a request.
    pub fn new(request: &'r CheckRequest) -> Self {
        let posts = posts(&request.content, request.format);
        Self {
            content: &request.content,
            platform: request.platform,
            format: request.format,
            policy_tags: &request.policy_tags,
            required_citations: request.required_citations,
            sources: &request.sources,
            span_unit: request.span_unit,
            lengths: posts.iter().map(|post| measure(post.text, request.platform)).collect(),
            posts,
            reading: OnceCell::new(),
            secrets: OnceCell::new(),
        }
    }

    /// The words of the content, read once for the one policy that this draft is checked against.
    pub fn reading(&self, policy: &Policy) -> &Reading {
        self.reading.get_or_init(|| policy.read(self.content))
    }

    /// The secrets and addresses in the content, in text order.
    pub fn secrets(&self) -> &[Secret] {
        self.secrets.get_or_init(|| secrets(self.content))
    }

    /// A part of the content as a report may show it: a mask in place of each secret, also where only a piece of it lies in the part.
    pub fn shown(&self, span: Span) -> Cow<'r, str> {
        let all = self.secrets();
        let from = all.partition_point(|secret| secret.span.end <= span.start);
        let mut hidden = all.get(from..).unwrap_or_default().iter().take_while(|secret| secret.span.start < span.end).peekable();
        if hidden.peek().is_none() {
            return Cow::Borrowed(span.of(self.content));
        }
        let mut shown = String::new();
        let mut at = span.start;
        for secret in hidden {
            shown.push_str(Span::new(at, secret.span.start.max(at)).of(self.content));
            shown.push_str(MASK);
            at = secret.span.end.min(span.end);
        }
        shown.push_str(Span::new(at, span.end).of(self.content));
        Cow::Owned(shown)
    }

    /// The post that a byte of the content lies in; between two posts it is the one before, 0 when there is none.
    pub fn post_at(&self, byte: usize) -> usize {
        self.posts.partition_point(|post| post.span.start <= byte).saturating_sub(1)
    }

    /// SHA-256 over every field that the policy reads, aliases resolved.
    pub fn hash(&self) -> String {
        sha256(&[Domain::Draft.tag().as_bytes(), self.canonical().as_bytes()])
    }

    /// Every field that the policy reads, as the canonical JSON that is hashed. It is written member by member, since every check needs it.
    fn canonical(&self) -> String {
        let mut json = JsonText::with_capacity(self.content.len() + self.content.len() / 8 + 256);
        json.raw("{\"content\":").string(self.content);
        json.raw(",\"format\":").string(self.format.as_str());
        json.raw(",\"platform\":").string(self.platform.as_str());
        json.raw(",\"policy_tags\":").list(self.policy_tags, |json, tag| {
            json.string(tag);
        });
        json.raw(",\"required_citations\":").boolean(self.required_citations);
        json.raw(",\"sources\":").list(self.sources, |json, source| {
            json.raw("{\"relevance_thousandths\":").integer(i64::from(source.relevance_score.thousandths())).raw(",\"timestamp\":");
            match source.timestamp {
                Some(timestamp) => json.integer(timestamp.millis()),
                None => json.raw("null"),
            };
            json.raw(",\"title\":").string(&source.title).raw(",\"url\":").string(&source.url).raw("}");
        });
        json.raw("}");
        json.into_text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Timestamp, read_json};
    use crate::digest::canonical;
    use proptest::prelude::*;
    use serde::Serialize;

    /// Every field that the policy reads, in the form that is hashed.
    #[derive(Serialize)]
    struct HashedDraft<'r> {
        content: &'r str,
        platform: Platform,
        format: Format,
        policy_tags: &'r [String],
        required_citations: bool,
        sources: Vec<HashedSource<'r>>,
    }

    #[derive(Serialize)]
    struct HashedSource<'r> {
        url: &'r str,
        title: &'r str,
        timestamp: Option<i64>,
        relevance_thousandths: u16,
    }

    fn request(json: &str) -> CheckRequest {
        read_json(json.as_bytes()).unwrap()
    }

    #[test]
    fn the_hash_is_unchanged_and_covers_what_the_policy_reads() {
        let hash = |json: &str| Draft::new(&request(json)).hash();
        let base = hash(r#"{"content":"a","platform":"x"}"#);
        assert_eq!(base, "sha256:76f90cba4d1701b1e7a26df37392f1f3d89a509350d6575fb66734925daf9d86");
        assert_eq!(base, hash(r#"{"content":"a","platform":"twitter","format":"single","span_unit":"utf8"}"#));
        for other in [
            r#"{"content":"b","platform":"x"}"#,
            r#"{"content":"a","platform":"threads"}"#,
            r#"{"content":"a","platform":"x","format":"thread"}"#,
            r#"{"content":"a","platform":"x","policy_tags":["no_harm"]}"#,
            r#"{"content":"a","platform":"x","required_citations":true}"#,
            r#"{"content":"a","platform":"x","sources":[{"url":"https://example.com"}]}"#,
        ] {
            assert_ne!(base, hash(other), "{other}");
        }
    }

    #[test]
    fn a_byte_belongs_to_the_post_before_it() {
        let request = request(r#"{"content":"\none\ntwo","platform":"x","format":"thread"}"#);
        let draft = Draft::new(&request);
        assert_eq!([0, 1, 3, 4, 5, 8].map(|byte| draft.post_at(byte)), [0, 0, 0, 0, 1, 1]);
    }

    proptest! {
        #[test]
        fn what_is_hashed_is_canonical_json(content in "\\PC{0,20}|[\0-\u{7f}\"]{0,20}", tags in prop::collection::vec("\\PC{0,5}", 0..3),
            required_citations: bool, millis in prop::option::of(-9_007_199_254_740_991_i64..9_007_199_254_740_991), thousandths in 0..=1000_u16) {
            let source = Source {
                url: content.clone(),
                title: "\u{2028}\"\\".to_owned(),
                timestamp: millis.map(Timestamp::from_millis),
                relevance_score: crate::contract::Score::from_thousandths(thousandths),
            };
            let request = CheckRequest { content, platform: Platform::X, format: Format::Thread, policy_tags: tags, required_citations,
                sources: vec![source.clone(), source], span_unit: SpanUnit::Utf16 };
            let hashed = HashedDraft {
                content: &request.content,
                platform: request.platform,
                format: request.format,
                policy_tags: &request.policy_tags,
                required_citations,
                sources: request.sources.iter().map(|source| HashedSource { url: &source.url, title: &source.title, timestamp: millis,
                    relevance_thousandths: thousandths }).collect(),
            };
            prop_assert_eq!(Draft::new(&request).canonical(), canonical(&hashed).unwrap());
        }
    }
}

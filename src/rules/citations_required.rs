//! `CITATIONS_REQUIRED`: a claim that needs a source has one.

use super::{Draft, Findings, Rule, RuleMeta};
use crate::policy::{Grade, OwnList, Policy};
use crate::text::Span;

declare_rule! {
    /// A draft has a source when its author asks for one, or when it speaks of a topic for which the policy does.
    ///
    /// **Why:** on some topics a claim without a source does harm, and readers can't check it.
    ///
    /// **Do:** add at least one source: an http(s) address with a host, and a relevance above 0. Any other source is ignored, not refused.
    ///
    /// ```draft,platform=x,citations,rejects
    /// Coffee halves the risk.
    /// ```
    ///
    /// ```draft,platform=x,citations,source=https://example.com/study,accepts
    /// Coffee halves the risk.
    /// ```
    pub(super) CitationsRequired { code: CitationsRequired, since: "10.1.0", fix: Never }
}

impl Rule for CitationsRequired {
    const META: RuleMeta = Self::DECLARED;

    fn check(&self, draft: &Draft<'_>, policy: &Policy, findings: &mut Findings<'_>) {
        let has_topics = !policy.document().citation_topics.is_empty();
        let topic = has_topics.then(|| draft.reading(policy).own(OwnList::CitationTopic).next().map(|hit| hit.span)).flatten();
        let (span, because) = match (draft.required_citations, topic) {
            (false, None) => return,
            (_, Some(span)) => (span, format!("“{}” is a topic that needs a source.", span.of(draft.content))),
            (true, None) => (Span::new(0, 0), "This draft needs a source.".to_owned()),
        };
        if draft.sources.iter().any(|source| has_host(&source.url) && source.relevance_score.thousandths() > 0) {
            return;
        }
        findings.report_at(span).because(because).help("Add at least one citation/source.").risk(Grade::Medium).push();
    }
}

/// True for `http://` or `https://`, a host, and then a port, a path, a query, a fragment or nothing.
fn has_host(url: &str) -> bool {
    let after =
        |scheme: &str| url.get(..scheme.len()).filter(|head| head.eq_ignore_ascii_case(scheme)).and_then(|_| url.get(scheme.len()..));
    let Some(rest) = after("https://").or_else(|| after("http://")) else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if let Some(address) = authority.strip_prefix('[') {
        return address.split_once(']').is_some_and(|(address, port)| address.parse::<std::net::Ipv6Addr>().is_ok() && is_port(port));
    }
    let (host, port) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|character| character.is_alphanumeric() || matches!(character, '-' | '_'))
    };
    host.strip_suffix('.').unwrap_or(host).split('.').all(is_label) && is_port(port)
}

fn is_port(port: &str) -> bool {
    port.is_empty() || port.strip_prefix(':').is_some_and(|digits| digits.is_empty() || digits.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Score, Source};
    use crate::rules::tester::RuleTester;

    fn source(url: &str, thousandths: u16) -> Source {
        Source { url: url.to_owned(), title: String::new(), timestamp: None, relevance_score: Score::from_thousandths(thousandths) }
    }

    #[test]
    fn a_required_source_is_an_address_with_some_relevance() {
        let mut tester = RuleTester::new(CitationsRequired).accepts(["A claim"]);
        for url in ["https://example.com", "HTTP://example.com:8080/a?b#c", "http://[::1]/", "http://münchen.de", "https://localhost"] {
            tester = tester.accepts_draft(|draft| {
                draft.required_citations = true;
                draft.sources = vec![source("", 0), source(url, 1)];
            });
        }
        for (url, relevance) in [
            ("", 0),
            ("https://example.com", 0),
            ("https://", 1000),
            ("https:///path", 1000),
            ("https://?", 1000),
            ("ftp://example.com", 1000),
            ("javascript:alert(1)", 1000),
            ("example.com", 1000),
            ("https://exam ple.com", 1000),
            ("https://.com", 1000),
            ("https://example.com:99999", 1000),
            ("https://[::1", 1000),
            ("https://user@", 1000),
        ] {
            tester = tester.rejects_draft("", |draft| {
                draft.required_citations = true;
                draft.sources = vec![source(url, relevance)];
            });
        }
        tester.finish();
    }

    #[test]
    fn a_topic_of_the_policy_needs_a_source_wherever_it_stands() {
        RuleTester::new(CitationsRequired)
            .policy(r#"{"name":"acme","version":"1.0.0","citation_topics":["health","Climate change","Ärzte"]}"#)
            .accepts(["healthy food", "climate, change", "unhealth", ""])
            .accepts_draft(|draft| {
                draft.content = "Health first".to_owned();
                draft.sources = vec![source("https://example.com", 1000)];
            })
            .rejects([
                ("On HEALTH.", "HEALTH"),
                ("😀 climate change is real", "climate change"),
                ("die ärzte", "ärzte"),
                ("die Ärzte", "Ärzte"),
                ("he\u{430}lth", "he\u{430}lth"),
            ])
            .finish();
    }
}

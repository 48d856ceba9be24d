//! A check: its spans lie on characters in both units, it says the same twice and at the JSON door, and a rule more never turns FAIL into PASS.

use super::Choices;
use postgate::contract::{CheckReport, CheckRequest, DecisionStatus, Score, Source, read_json};
use postgate::diagnostic::{Code, Severity};
use postgate::policy::Policy;
use postgate::rules::check;
use postgate::text::{Format, Platform, SpanUnit};
use std::sync::LazyLock;

static BUILTIN: LazyLock<Policy> = LazyLock::new(|| Policy::builtin().expect("the built-in policy is valid"));

/// The built-in policy with one rule off, for every rule that may be off.
static WITHOUT: LazyLock<Vec<Policy>> = LazyLock::new(|| {
    let codes = Code::ALL.iter().filter(|code| **code != Code::HarmfulContent);
    codes
        .map(|code| {
            let rules = serde_json::json!({ code.as_str(): { "level": "off" } });
            super::policy::read(&serde_json::json!({ "name": "acme", "version": "1.0.0", "rules": rules }).to_string())
                .expect("the policy is valid")
        })
        .collect()
});

/// A draft from bytes: seven choices, then its text.
pub(super) fn draft(data: &[u8]) -> (CheckRequest, usize) {
    let mut choices = Choices(data);
    let platform = choices.of(Platform::ALL);
    let format = choices.of(&[Format::Single, Format::Thread]);
    let policy_tags = choices.of(&[&["no_harm"][..], &[], &["no_such_tag"], &["no_numbering", "no_misinfo", "no_harm"]]);
    let required_citations = choices.of(&[false, true]);
    let url = choices.of(&["", "https://example.com/a", "https://", "ftp://example.com"]);
    let relevance_score = Score::from_thousandths(choices.of(&[0, 125, 1000]));
    let rule = choices.next();
    let source = Source { url: url.to_owned(), title: String::new(), timestamp: None, relevance_score };
    let request = CheckRequest {
        content: choices.text(),
        platform,
        format,
        policy_tags: policy_tags.iter().map(|tag| (*tag).to_owned()).collect(),
        required_citations,
        sources: if url.is_empty() { Vec::new() } else { vec![source] },
        span_unit: SpanUnit::Utf8,
    };
    (request, rule)
}

pub(super) fn holds(data: &[u8]) {
    let (request, rule) = draft(data);
    let report = check(&request, &BUILTIN);
    spans_lie_on_characters(&request, &report);
    it_says_what_blocks(&report);
    it_says_the_same_twice_and_through_json(&request, &report);
    let fewer = check(&request, WITHOUT.get(rule % WITHOUT.len()).expect("there is a policy"));
    assert!(
        fewer.status == DecisionStatus::Pass || report.status == DecisionStatus::Fail,
        "a rule more turns {fewer:?} into {report:?} for {request:?}"
    );
    assert!(fewer.risk_score <= report.risk_score, "a rule more lowers the risk of {request:?}");
}

fn spans_lie_on_characters(request: &CheckRequest, report: &CheckReport) {
    let utf16 = check(&CheckRequest { span_unit: SpanUnit::Utf16, ..request.clone() }, &BUILTIN);
    assert_eq!(utf16.draft_hash, report.draft_hash);
    let units: Vec<u16> = request.content.encode_utf16().collect();
    let all = |report: &CheckReport| {
        let fixes = |found: &postgate::contract::DiagnosticReport| -> Vec<[usize; 2]> {
            found.fixes.iter().flat_map(|fix| fix.edits.iter().map(|edit| edit.span)).chain([found.span]).collect()
        };
        report.posts.iter().map(|post| post.span).chain(report.diagnostics.iter().flat_map(fixes)).collect::<Vec<_>>()
    };
    let (bytes, wide) = (all(report), all(&utf16));
    assert_eq!(bytes.len(), wide.len());
    for (byte, wide) in bytes.into_iter().zip(wide) {
        let words = request.content.get(byte[0]..byte[1]).unwrap_or_else(|| missing(request, byte));
        let same = units.get(wide[0]..wide[1]).and_then(|units| String::from_utf16(units).ok());
        assert_eq!(same.as_deref(), Some(words), "{byte:?} is not {wide:?} of {:?}", request.content);
    }
    assert!(report.diagnostics.is_sorted_by_key(|found| found.span), "{report:?}");
    assert!(report.posts.is_sorted_by(|post, next| post.span[1] <= next.span[0]), "{report:?}");
    assert!(report.diagnostics.iter().all(|found| report.posts.is_empty() || found.post < report.posts.len()), "{report:?}");
}

fn missing(request: &CheckRequest, span: [usize; 2]) -> &'static str {
    assert!(request.content.is_empty() && span == [0, 0], "{span:?} is no text of {:?}", request.content);
    ""
}

fn it_says_what_blocks(report: &CheckReport) {
    assert!(report.violation_codes.is_sorted_by(|code, next| code.as_str() < next.as_str()), "{report:?}");
    assert_eq!(report.status == DecisionStatus::Fail, !report.violation_codes.is_empty(), "{report:?}");
    for found in report.diagnostics.iter().filter(|found| found.severity == Severity::Block) {
        assert!(report.violation_codes.contains(&found.code), "{report:?}");
    }
    assert_eq!(report.risk_score.thousandths() == 0, report.diagnostics.is_empty(), "{report:?}");
}

fn it_says_the_same_twice_and_through_json(request: &CheckRequest, report: &CheckReport) {
    let json = report.to_json();
    assert_eq!(json, check(request, &BUILTIN).to_json(), "two checks of {request:?}");
    assert_eq!(json, serde_json::to_string(report).expect("a report is JSON"), "by hand and by serde");
    let sources: Vec<_> = request.sources.iter().map(|source| serde_json::to_value(source).expect("a source is JSON")).collect();
    let body = serde_json::json!({
        "content": request.content, "platform": request.platform.as_str(), "format": request.format.as_str(),
        "policy_tags": request.policy_tags, "required_citations": request.required_citations, "sources": sources, "span_unit": "utf8",
    });
    let read: CheckRequest = read_json(body.to_string().as_bytes()).expect("a request is read");
    assert_eq!(&read, request);
    assert_eq!(check(&read, &BUILTIN).to_json(), json, "at the JSON door");
}

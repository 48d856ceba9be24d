//! Removing characters that say nothing: whether the text around them still reads as before.

use super::brand_violation::BrandViolation;
use super::harmful_content::HarmfulContent;
use super::numbering_not_allowed::NumberingNotAllowed;
use super::profanity::Profanity;
use super::tos_violation::TosViolation;
use super::{Draft, Findings, Rule};
use crate::contract::CheckRequest;
use crate::diagnostic::{Edit, Fix, apply};
use crate::policy::Policy;
use crate::text::{Platform, Span, entities, hidden_runs, measure, secrets};

/// How many bytes on each side are looked at; what stands in a longer word is not judged.
const WINDOW: usize = 512;

/// A fix that removes characters.
///
/// It is safe when what is left links, tags, mentions and gives away the same as before, weighs no more, and holds no words or markers that were
/// kept apart until now.
pub(super) fn removal(draft: &Draft<'_>, policy: &Policy, title: &str, edits: Vec<Edit>) -> Fix {
    if reads_the_same(draft, policy, &edits) == Some(true) { Fix::safe(title, edits) } else { Fix::risky(title, edits) }
}

fn reads_the_same(draft: &Draft<'_>, policy: &Policy, edits: &[Edit]) -> Option<bool> {
    let start = word_start(draft.content, edits.first()?.span.start)?;
    let end = word_end(draft.content, edits.last()?.span.end)?;
    let before = Span::new(start, end).of(draft.content);
    let moved = |span: Span| Span::new(span.start - start, span.end - start);
    let inside: Vec<Edit> = edits.iter().map(|edit| Edit::replace(moved(edit.span), edit.text.clone())).collect();
    let after = apply(before, &inside).ok()?;
    let is_same = marked(&after, draft.platform) == marked(before, draft.platform)
        && measure(&after, draft.platform) <= measure(before, draft.platform);
    let is_same = is_same && hidden_runs(&after).len() <= hidden_runs(before).len();
    let words = |text: &str| words(draft, policy, text);
    Some(is_same && words(&after).iter().zip(words(before)).all(|(after, before)| *after <= before))
}

/// How many bytes on each side can be read as one word with what a fix leaves.
const NEAR: usize = 48;

/// What stands next to a span.
pub(super) fn window(text: &str, span: Span) -> Span {
    Span::new(text.ceil_char_boundary(span.start.saturating_sub(NEAR)), text.floor_char_boundary(span.end + NEAR))
}

/// What stands out in a text: what is linked, and what it gives away.
fn marked(text: &str, platform: Platform) -> Vec<&str> {
    let linked = entities(text, platform).into_iter().map(|entity| entity.span);
    linked.chain(secrets(text).into_iter().map(|secret| secret.span)).map(|span| span.of(text)).collect()
}

/// How much each rule over words and markers finds in a part of a draft.
fn words(draft: &Draft<'_>, policy: &Policy, text: &str) -> [usize; 5] {
    let request = CheckRequest {
        content: text.to_owned(),
        platform: draft.platform,
        format: draft.format,
        policy_tags: Vec::new(),
        required_citations: false,
        sources: Vec::new(),
        span_unit: draft.span_unit,
    };
    let part = Draft::new(&request);
    [
        count(&BrandViolation, &part, policy),
        count(&HarmfulContent, &part, policy),
        count(&NumberingNotAllowed, &part, policy),
        count(&Profanity, &part, policy),
        count(&TosViolation, &part, policy),
    ]
}

fn count<R: Rule>(rule: &R, part: &Draft<'_>, policy: &Policy) -> usize {
    let mut findings = Findings::counting(part, policy);
    if let Some(severity) = policy.severity(R::META.code) {
        findings.start(R::META.code, severity);
        rule.check(part, policy, &mut findings);
    }
    findings.of_this_rule()
}

/// The first start of a word within the window before `at`; `None` when the window holds none.
fn word_start(text: &str, at: usize) -> Option<usize> {
    let window = text.ceil_char_boundary(at.saturating_sub(WINDOW));
    if window == 0 {
        return Some(0);
    }
    let before = text.get(window..at)?;
    before.find(char::is_whitespace).map(|offset| window + offset)
}

/// The last end of a word within the window behind `at`; `None` when the window holds none.
fn word_end(text: &str, at: usize) -> Option<usize> {
    let window = text.floor_char_boundary(at + WINDOW);
    if window == text.len() {
        return Some(window);
    }
    let behind = text.get(at..window)?;
    behind.rfind(char::is_whitespace).map(|offset| at + offset)
}

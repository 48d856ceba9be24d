//! Safe fixes converge: applied one after the other, each makes the findings fewer, and in the end there is none left to apply.

use postgate::contract::{CheckReport, CheckRequest, FixRequest};
use postgate::diagnostic::{Applicability, Code, Severity};
use postgate::policy::Policy;
use postgate::rules::check;
use postgate::text::SpanUnit;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A policy with every kind of term, so that every rule that has fixes offers some.
static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let document = r##"{"name":"acme","version":"1.0.0","brand":{"blocked_terms":["AcmeRival"],"required_terms":["#ad"],
        "allowed_terms":["AcmeRival Acme"],"replacements":{"AcmeRival":"Rival"}}}"##;
    super::policy::read(document).expect("the policy is valid")
});

pub(super) fn holds(data: &[u8]) {
    let (mut request, _) = super::check::draft(data);
    let mut report = check(&request, &POLICY);
    while !report.truncated {
        let Some(after) = after_a_safe_fix(&request, &report) else { return };
        let next = check(&after, &POLICY);
        for (key, count) in counts(&next) {
            assert!(
                count <= counts(&report).get(&key).copied().unwrap_or_default(),
                "a safe fix adds {key:?}: {:?} became {:?}",
                request.content,
                after.content
            );
        }
        assert!(
            next.diagnostics.len() < report.diagnostics.len(),
            "a safe fix leaves as many findings: {:?} became {:?}",
            request.content,
            after.content
        );
        (request, report) = (after, next);
    }
}

/// The draft after the first safe fix, if there is one.
fn after_a_safe_fix(request: &CheckRequest, report: &CheckReport) -> Option<CheckRequest> {
    let fix = report.diagnostics.iter().flat_map(|found| &found.fixes).find(|fix| fix.applicability == Applicability::Safe)?;
    let edits = FixRequest { title: String::new(), applicability: None, format: None, edits: fix.edits.clone() };
    let content = edits.apply(&request.content, SpanUnit::Utf8).expect("a fix applies to the text that it was made for");
    Some(CheckRequest { content, format: fix.format.unwrap_or(request.format), ..request.clone() })
}

fn counts(report: &CheckReport) -> BTreeMap<(Code, Severity), usize> {
    let mut counts = BTreeMap::new();
    for found in &report.diagnostics {
        *counts.entry((found.code, found.severity)).or_default() += 1;
    }
    counts
}

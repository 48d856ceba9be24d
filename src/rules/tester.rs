//! The rule tester: texts that a rule accepts, texts that it rejects with what it underlines, and fixes that are really applied.

use super::{Draft, Findings, FixKind, Rule};
use crate::contract::{CheckRequest, DiagnosticReport};
use crate::diagnostic::{Applicability, Code, Diagnostic, Severity, apply};
use crate::policy::{Grade, Policy};
use crate::text::{Format, Platform, SpanUnit};

/// Collects cases for one rule; `finish` says whether there were enough of them.
pub(crate) struct RuleTester<R> {
    rule: R,
    policy: Policy,
    draft: CheckRequest,
    accepted: usize,
    rejected: usize,
    fixed: usize,
    finished: bool,
}

impl<R: Rule> RuleTester<R> {
    /// Cases for `rule` under the built-in policy, on X, one post, with an accepted tag.
    pub(crate) fn new(rule: R) -> Self {
        let draft = CheckRequest {
            content: String::new(),
            platform: Platform::X,
            format: Format::Single,
            policy_tags: vec!["no_harm".to_owned()],
            required_citations: false,
            sources: Vec::new(),
            span_unit: SpanUnit::Utf8,
        };
        let policy = Policy::builtin().expect("the built-in policy is valid");
        Self { rule, policy, draft, accepted: 0, rejected: 0, fixed: 0, finished: false }
    }

    /// The cases that follow are for this platform.
    pub(crate) fn on(mut self, platform: Platform) -> Self {
        self.draft.platform = platform;
        self
    }

    /// The cases that follow have this format.
    pub(crate) fn format(mut self, format: Format) -> Self {
        self.draft.format = format;
        self
    }

    /// The cases that follow are under this policy document (a JSON object over the built-in one).
    pub(crate) fn policy(mut self, json: &str) -> Self {
        let tree = crate::contract::read_tree(&mut serde_json::Deserializer::from_str(json)).expect("a JSON object");
        self.policy = Policy::from_tree(tree).expect("a valid policy");
        self
    }

    /// What the rule reports on a draft.
    pub(crate) fn findings(&self, draft: &CheckRequest) -> Vec<Diagnostic> {
        let read = Draft::new(draft);
        let mut findings = Findings::new(&read, &self.policy);
        findings.start(R::META.code, self.policy.severity(R::META.code).unwrap_or(Severity::Block));
        self.rule.check(&read, &self.policy, &mut findings);
        findings.into_kept()
    }

    /// The draft that the next case would check, with this content.
    pub(crate) fn with(&self, content: &str) -> CheckRequest {
        CheckRequest { content: content.to_owned(), ..self.draft.clone() }
    }

    /// The rule finds nothing in any of these.
    pub(crate) fn accepts<'t>(mut self, texts: impl IntoIterator<Item = &'t str>) -> Self {
        for text in texts {
            let found = self.findings(&self.with(text));
            assert!(found.is_empty(), "expected nothing in {text:?}, found {found:#?}");
            self.accepted += 1;
        }
        self
    }

    /// The rule finds nothing in the draft as changed.
    pub(crate) fn accepts_draft(mut self, change: impl FnOnce(&mut CheckRequest)) -> Self {
        let mut draft = self.draft.clone();
        change(&mut draft);
        let found = self.findings(&draft);
        assert!(found.is_empty(), "expected nothing in {draft:#?}, found {found:#?}");
        self.accepted += 1;
        self
    }

    /// The rule underlines exactly this in each of these; with several findings, the first.
    pub(crate) fn rejects<'t>(mut self, cases: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        for (text, underlined) in cases {
            self = self.rejects_draft(underlined, |draft| text.clone_into(&mut draft.content));
        }
        self
    }

    /// The rule underlines exactly this in the draft as changed.
    pub(crate) fn rejects_draft(mut self, underlined: &str, change: impl FnOnce(&mut CheckRequest)) -> Self {
        let mut draft = self.draft.clone();
        change(&mut draft);
        let found = self.findings(&draft);
        let first = found.first().unwrap_or_else(|| panic!("expected a finding in {:?}, found none", draft.content));
        assert_eq!(first.span.of(&draft.content), underlined, "the first underline in {:?}", draft.content);
        for diagnostic in &found {
            assert!(diagnostic.message.ends_with('.') && !diagnostic.message.is_empty(), "{diagnostic:#?}");
            assert!(diagnostic.suggested_fix.ends_with(['.', '?', '!']), "{diagnostic:#?}");
            assert!(diagnostic.risk > 0, "{diagnostic:#?}");
            assert!(draft.content.get(diagnostic.span.start..diagnostic.span.end).is_some(), "{diagnostic:#?}");
            self.check_fixes(&draft, diagnostic, found.len());
        }
        self.rejected += 1;
        self
    }

    /// Every fix removes its own finding.
    fn check_fixes(&self, draft: &CheckRequest, diagnostic: &Diagnostic, before: usize) {
        for fix in &diagnostic.fixes {
            assert_ne!(R::META.fix, FixKind::Never, "the rule declares no fix and offers {fix:#?}");
            if fix.applicability == Applicability::Safe {
                assert_eq!(R::META.fix, FixKind::Safe, "the rule declares no safe fix and offers {fix:#?}");
            }
            let content = apply(&draft.content, &fix.edits).expect("a fix fits its text");
            let fixed = CheckRequest { content, format: fix.format.unwrap_or(draft.format), ..draft.clone() };
            let after = self.findings(&fixed);
            assert!(after.len() < before, "{fix:#?} left {after:#?} in {:?}", fixed.content);
        }
    }

    /// Applying the first fix of the first finding gives exactly this text.
    pub(crate) fn fixes<'t>(mut self, cases: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        for (text, expected) in cases {
            let draft = self.with(text);
            let found = self.findings(&draft);
            let fix =
                found.first().and_then(|diagnostic| diagnostic.fixes.first()).unwrap_or_else(|| panic!("expected a fix for {text:?}"));
            assert_eq!(apply(text, &fix.edits).expect("a fix fits its text"), expected, "{text:?}");
            self.fixed += 1;
        }
        self
    }

    /// Fails when the cases prove too little.
    pub(crate) fn finish(mut self) {
        self.finished = true;
        assert!(self.accepted > 0, "no text that the rule accepts");
        assert!(self.rejected > 0, "no text that the rule rejects");
        assert!(R::META.fix != FixKind::Safe || self.fixed > 0, "the rule declares a safe fix, and no case shows one");
    }
}

impl<R> Drop for RuleTester<R> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.finished, "a rule tester that was never finished proves nothing");
        }
    }
}

/// What every rule of the built-in policy reports on a text, with an accepted tag.
pub(crate) fn diagnostics(content: &str, platform: Platform) -> Vec<DiagnosticReport> {
    let policy = Policy::builtin().expect("the built-in policy is valid");
    let request = CheckRequest {
        content: content.to_owned(),
        platform,
        format: Format::Single,
        policy_tags: vec!["no_harm".to_owned()],
        required_citations: false,
        sources: Vec::new(),
        span_unit: SpanUnit::Utf8,
    };
    super::check(&request, &policy).diagnostics
}

/// Of the texts below `## bad` in a table those without a finding of `code`, and of those below `## good` those with one.
pub(crate) fn bad_and_good(table: &'static str, code: Code, platform: Platform) -> (Vec<&'static str>, Vec<&'static str>) {
    let (bad, good) = table.split_once("\n## good\n").expect("both parts");
    let texts = |part: &'static str| part.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let is_found = |text: &&str| diagnostics(text, platform).iter().any(|found| found.code == code);
    assert!(texts(bad).count() >= 40 && texts(good).count() >= 40, "too few texts to prove anything");
    (texts(bad).filter(|text| !is_found(text)).collect(), texts(good).filter(is_found).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Edit, Fix};
    use crate::rules::RuleMeta;
    use crate::text::Span;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    /// Reports the first `b`, and offers to delete it.
    struct NoB;

    impl Rule for NoB {
        const META: RuleMeta = RuleMeta { code: Code::Profanity, since: "test", fix: FixKind::Safe, docs: "" };

        fn check(&self, draft: &Draft<'_>, _: &Policy, findings: &mut Findings<'_>) {
            if let Some(at) = draft.content.find('b') {
                let span = Span::new(at, at + 1);
                let fix = Fix::safe("Delete b", vec![Edit::delete(span)]);
                findings.report_at(span).because("A b.").help("Drop it.").risk(Grade::Low).fix(fix).push();
            }
        }
    }

    fn fails(case: impl FnOnce()) -> bool {
        catch_unwind(AssertUnwindSafe(case)).is_err()
    }

    #[test]
    fn it_passes_what_is_right() {
        RuleTester::new(NoB).accepts(["", "acd"]).rejects([("abc", "b")]).fixes([("abc", "ac")]).finish();
    }

    #[test]
    fn it_fails_what_is_wrong() {
        assert!(fails(|| RuleTester::new(NoB).accepts(["abc"]).finish()), "a finding in an accepted text");
        assert!(fails(|| RuleTester::new(NoB).rejects([("acd", "b")]).finish()), "no finding in a rejected text");
        assert!(fails(|| RuleTester::new(NoB).rejects([("abc", "c")]).finish()), "another underline");
        assert!(fails(|| RuleTester::new(NoB).fixes([("abc", "abc")]).finish()), "another fixed text");
        assert!(fails(|| RuleTester::new(NoB).accepts(["a"]).rejects([("abc", "b")]).finish()), "no fix shown");
        assert!(fails(|| RuleTester::new(NoB).rejects([("abc", "b")]).fixes([("abc", "ac")]).finish()), "nothing accepted");
        assert!(fails(|| drop(RuleTester::new(NoB).accepts(["a"]))), "never finished");
    }
}

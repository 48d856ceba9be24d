//! Collecting what the rules report, and turning it into a report.

use super::Draft;
use crate::contract::{CheckReport, DecisionStatus, DiagnosticReport, PostReport, Score, unique};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::policy::Policy;
use crate::text::order::sort_by_key;
use crate::text::{Offsets, Span};
use std::collections::BTreeSet;

/// The most diagnostics in a report.
pub const MAX_DIAGNOSTICS: usize = 100;

/// What has been found so far. Each rule reports in text order, so keeping the first hundred of each keeps the first hundred of all.
#[derive(Debug)]
pub struct Findings<'d> {
    draft: &'d Draft<'d>,
    code: Code,
    severity: Severity,
    of_this_rule: usize,
    kept: Vec<Diagnostic>,
    blocking: BTreeSet<Code>,
    risks: Vec<u16>,
    truncated: bool,
}

impl<'d> Findings<'d> {
    pub(super) fn new(draft: &'d Draft<'d>) -> Self {
        Self {
            draft,
            code: Code::ALL.first().copied().unwrap_or(Code::BrandViolation),
            severity: Severity::Block,
            of_this_rule: 0,
            kept: Vec::new(),
            blocking: BTreeSet::new(),
            risks: Vec::new(),
            truncated: false,
        }
    }

    /// What follows is reported by the rule of `code`.
    pub(super) fn start(&mut self, code: Code, severity: Severity) {
        self.code = code;
        self.severity = severity;
        self.of_this_rule = 0;
    }

    /// How much the rule has reported so far.
    pub(super) const fn of_this_rule(&self) -> usize {
        self.of_this_rule
    }

    /// True when this rule need not look further: what it finds from here on would not be shown.
    pub const fn is_full(&self) -> bool {
        self.of_this_rule > MAX_DIAGNOSTICS
    }

    /// Reports at the level that the policy gives the rule.
    pub fn report_at(&mut self, span: Span) -> Finding<'_, 'd> {
        self.at(span, self.severity)
    }

    /// Reports advice, whatever the rule's level: for what a platform discourages but takes.
    pub fn advise_at(&mut self, span: Span) -> Finding<'_, 'd> {
        self.at(span, Severity::Warn)
    }

    fn at(&mut self, span: Span, severity: Severity) -> Finding<'_, 'd> {
        let diagnostic = Diagnostic {
            code: self.code,
            severity,
            post: self.draft.post_at(span.start),
            span,
            message: String::new(),
            suggested_fix: String::new(),
            required_edit: String::new(),
            matched: span.of(self.draft.content).to_owned(),
            risk: 0,
            fixes: Vec::new(),
        };
        Finding { findings: self, diagnostic }
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        if diagnostic.severity == Severity::Block {
            self.blocking.insert(diagnostic.code);
        }
        self.of_this_rule += 1;
        if self.of_this_rule > MAX_DIAGNOSTICS {
            self.truncated = true;
            return;
        }
        self.risks.push(diagnostic.risk);
        self.kept.push(diagnostic);
    }

    #[cfg(test)]
    pub(super) fn into_kept(self) -> Vec<Diagnostic> {
        self.kept
    }

    /// The report on `draft`.
    pub(super) fn report(mut self, draft: &Draft<'_>, policy: &Policy) -> CheckReport {
        let blocking = |diagnostic: &&Diagnostic| diagnostic.severity == Severity::Block;
        let place = |diagnostic: &Diagnostic| diagnostic.span.end * Code::ALL.len() + diagnostic.code as usize;
        sort_by_key(&mut self.kept, |diagnostic| (diagnostic.span.start, place(diagnostic)));
        let required_edits = unique(self.kept.iter().filter(blocking).map(|diagnostic| diagnostic.required_edit.as_str()));
        let offsets = Offsets::new(draft.content, draft.span_unit);
        let limit = policy.limit(draft.platform);
        let posts = draft.posts.iter().zip(&draft.lengths).map(|(post, &length)| {
            let remaining = i64::try_from(limit.max).unwrap_or(i64::MAX) - i64::try_from(length).unwrap_or(i64::MAX);
            let unit = draft.platform.unit().as_str();
            PostReport { index: post.index, span: offsets.from_span(post.span), length, limit: limit.max, remaining, unit }
        });
        let truncated = self.truncated || self.kept.len() > MAX_DIAGNOSTICS;
        self.kept.truncate(MAX_DIAGNOSTICS);
        CheckReport {
            status: if self.blocking.is_empty() { DecisionStatus::Pass } else { DecisionStatus::Fail },
            violation_codes: self.blocking.into_iter().collect(),
            required_edits,
            risk_score: combined(self.risks),
            policy_version: policy.version().to_owned(),
            policy_digest: policy.digest().to_owned(),
            draft_hash: draft.hash(),
            posts: posts.collect(),
            diagnostics: self.kept.into_iter().map(|diagnostic| DiagnosticReport::new(diagnostic, &offsets)).collect(),
            truncated,
        }
    }
}

/// One finding that is being described; it counts when it is pushed.
#[must_use = "a finding counts only when it is pushed"]
#[derive(Debug)]
pub struct Finding<'f, 'd> {
    findings: &'f mut Findings<'d>,
    diagnostic: Diagnostic,
}

impl Finding<'_, '_> {
    /// Why, in one sentence.
    pub fn because(mut self, message: impl Into<String>) -> Self {
        self.diagnostic.message = message.into();
        self
    }

    /// What to do, in one sentence; also the required edit unless that is given.
    pub fn help(mut self, suggested_fix: impl Into<String>) -> Self {
        self.diagnostic.suggested_fix = suggested_fix.into();
        self
    }

    /// The instruction in the words of `required_edits`.
    pub fn required_edit(mut self, edit: impl Into<String>) -> Self {
        self.diagnostic.required_edit = edit.into();
        self
    }

    /// The matched text as it may be shown, where it may not be shown as it is.
    pub fn matched(mut self, shown: impl Into<String>) -> Self {
        self.diagnostic.matched = shown.into();
        self
    }

    /// How sure and how bad, in thousandths.
    pub const fn risk(mut self, thousandths: u16) -> Self {
        self.diagnostic.risk = thousandths;
        self
    }

    /// An edit that removes the finding.
    pub fn fix(mut self, fix: crate::diagnostic::Fix) -> Self {
        self.diagnostic.fixes.push(fix);
        self
    }

    /// Counts it.
    pub fn push(mut self) {
        if self.diagnostic.required_edit.is_empty() {
            self.diagnostic.required_edit.clone_from(&self.diagnostic.suggested_fix);
        }
        self.findings.push(self.diagnostic);
    }
}

/// The risk of all findings together: each takes its share of what the others left of certainty, so that one more never lowers it.
/// Millionths inside; sorted first, so that the order of finding does not matter.
fn combined(mut risks: Vec<u16>) -> Score {
    sort_by_key(&mut risks, |risk| (usize::from(*risk), 0));
    let mut left: u64 = 1_000_000;
    for risk in risks {
        left = left * u64::from(1000_u16.saturating_sub(risk)) / 1000;
    }
    Score::from_thousandths(u16::try_from((1_000_000 - left) / 1000).unwrap_or(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_more_finding_never_lowers_the_risk() {
        assert_eq!(combined(vec![]).thousandths(), 0);
        assert_eq!(combined(vec![800]).thousandths(), 800);
        assert_eq!(combined(vec![500, 500]).thousandths(), 750);
        assert_eq!(combined(vec![200, 700]), combined(vec![700, 200]));
        for first in (0..=1000).step_by(50) {
            for second in (0..=1000).step_by(50) {
                assert!(combined(vec![first, second]) >= combined(vec![first]));
            }
        }
        assert_eq!(combined(vec![900; 1000]), Score::ONE);
    }
}

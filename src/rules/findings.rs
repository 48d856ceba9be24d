//! Collecting what the rules report, and turning it into a report.

use super::Draft;
use crate::contract::{CheckReport, DecisionStatus, DiagnosticReport, PostReport, Score, unique};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::policy::{Grade, Policy, RiskTable};
use crate::text::order::sort_by_key;
use crate::text::{Offsets, Span};
use std::borrow::Cow;

/// The most diagnostics in a report.
pub const MAX_DIAGNOSTICS: usize = 100;

/// The most bytes of `matched`: the span says how far a finding goes, so that a report need not repeat the draft.
const MAX_MATCHED_BYTES: usize = 160;

/// What has been found so far. Each rule reports in text order, so keeping the first hundred of each keeps the first hundred of all.
#[derive(Debug)]
pub struct Findings<'d> {
    draft: &'d Draft<'d>,
    risk_table: RiskTable,
    only_counts: bool,
    code: Code,
    severity: Severity,
    of_this_rule: usize,
    kept: Vec<Diagnostic>,
    /// In order, each once.
    blocking: Vec<Code>,
    truncated: bool,
}

impl<'d> Findings<'d> {
    pub(super) fn new(draft: &'d Draft<'d>, policy: &Policy) -> Self {
        Self {
            draft,
            risk_table: policy.risks(),
            only_counts: false,
            code: Code::ALL.first().copied().unwrap_or(Code::BrandViolation),
            severity: Severity::Block,
            of_this_rule: 0,
            kept: Vec::new(),
            blocking: Vec::new(),
            truncated: false,
        }
    }

    /// For who asks only how much is found: nobody applies a fix.
    pub(super) fn counting(draft: &'d Draft<'d>, policy: &Policy) -> Self {
        Self { only_counts: true, ..Self::new(draft, policy) }
    }

    /// Whether fixes that take time to judge are worth it.
    pub(super) const fn wants_fixes(&self) -> bool {
        !self.only_counts
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

    /// True when this rule need not look further: what it finds from here on would not be shown, and the decision stands.
    ///
    /// Advice alone never fills a rule that may still block.
    pub fn is_full(&self) -> bool {
        let is_decided = self.severity == Severity::Warn || self.blocking.contains(&self.code);
        self.of_this_rule > MAX_DIAGNOSTICS && is_decided
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
            matched: shown(&self.draft.shown(span)),
            risk: 0,
            fixes: Vec::new(),
        };
        Finding { findings: self, diagnostic }
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        if diagnostic.severity == Severity::Block
            && let Err(place) = self.blocking.binary_search(&diagnostic.code)
        {
            self.blocking.insert(place, diagnostic.code);
        }
        self.of_this_rule += 1;
        // Advice beyond the hundredth makes room for what blocks.
        if self.of_this_rule > MAX_DIAGNOSTICS {
            self.truncated = true;
            let is_ours = |kept: &Diagnostic| kept.code == diagnostic.code && kept.severity == Severity::Warn;
            match self.kept.iter().rposition(is_ours).filter(|_| diagnostic.severity == Severity::Block) {
                Some(last) => drop(self.kept.remove(last)),
                None => return,
            }
        }
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
        // More than a rule could list is certainty, so that what is not listed is not played down.
        let risks = self.kept.iter().map(|diagnostic| diagnostic.risk).collect();
        let risk_score = if self.truncated { Score::ONE } else { combined(risks) };
        let truncated = self.truncated || self.kept.len() > MAX_DIAGNOSTICS;
        self.kept.truncate(MAX_DIAGNOSTICS);
        CheckReport {
            status: if self.blocking.is_empty() { DecisionStatus::Pass } else { DecisionStatus::Fail },
            violation_codes: self.blocking,
            required_edits,
            risk_score,
            policy_version: policy.version().to_owned(),
            policy_digest: policy.digest().to_owned(),
            draft_hash: draft.hash(),
            posts: posts.collect(),
            diagnostics: self.kept.into_iter().map(|diagnostic| DiagnosticReport::new(diagnostic, &offsets)).collect(),
            truncated,
        }
    }
}

/// A text as a report shows it: all of it, or its start.
fn shown(text: &str) -> String {
    if text.len() <= MAX_MATCHED_BYTES {
        return text.to_owned();
    }
    let start = text.get(..text.floor_char_boundary(MAX_MATCHED_BYTES)).unwrap_or_default();
    format!("{start}…")
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

    /// How grave it is; the policy says what that adds to the risk.
    pub const fn risk(mut self, grade: Grade) -> Self {
        self.diagnostic.risk = self.findings.risk_table.of(grade);
        self
    }

    /// An edit that removes the finding.
    pub fn fix(mut self, fix: crate::diagnostic::Fix) -> Self {
        self.diagnostic.fixes.push(fix);
        self
    }

    /// Counts it.
    pub fn push(mut self) {
        // A sentence that quotes the text quotes no secret.
        let draft = self.findings.draft;
        if let Cow::Owned(masked) = draft.shown(self.diagnostic.span) {
            let written = self.diagnostic.span.of(draft.content);
            for sentence in [&mut self.diagnostic.message, &mut self.diagnostic.suggested_fix, &mut self.diagnostic.required_edit] {
                if sentence.contains(written) {
                    *sentence = sentence.replace(written, &masked);
                }
            }
        }
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

    fn report(content: &str) -> CheckReport {
        let request = serde_json::json!({ "content": content, "platform": "facebook", "policy_tags": ["no_harm"] });
        let request = crate::contract::read_json(request.to_string().as_bytes()).unwrap();
        crate::rules::check(&request, &Policy::builtin().unwrap())
    }

    #[test]
    fn advice_alone_hides_nothing_that_blocks() {
        let addresses = "ann@example.com ".repeat(150);
        let advised = report(&addresses);
        assert_eq!((advised.status, advised.diagnostics.len(), advised.truncated), (DecisionStatus::Pass, MAX_DIAGNOSTICS, true));
        let key = ["AKIA", "IOSFODNN7EXAMPLE"].concat();
        let blocked = report(&format!("{addresses}{key}"));
        assert_eq!((blocked.status, blocked.violation_codes.as_slice()), (DecisionStatus::Fail, [Code::SecretExposed].as_slice()));
        assert!(blocked.diagnostics.iter().any(|found| found.severity == Severity::Block), "what blocks is listed");
        assert_eq!(blocked.required_edits.len(), 1);
        assert!(blocked.truncated);
    }

    #[test]
    fn a_term_of_the_brand_that_reaches_into_a_secret_is_quoted_up_to_it() {
        let policy = r#"{"name":"acme","version":"1.0.0","brand":{"blocked_terms":["my key ghp"]}}"#;
        let policy = Policy::from_tree(crate::contract::read_tree(&mut serde_json::Deserializer::from_str(policy)).unwrap()).unwrap();
        let key = ["ghp_", "A1b2C3d4E5f6G7h8J9k0A1b2C3d4E5f6G7h8"].concat();
        let request = serde_json::json!({ "content": format!("See my key {key}"), "platform": "x", "policy_tags": ["no_harm"] });
        let report = crate::rules::check(&crate::contract::read_json(request.to_string().as_bytes()).unwrap(), &policy);
        let brand = report.diagnostics.iter().find(|found| found.code == Code::BrandViolation).unwrap();
        assert_eq!(brand.message, "`my key ••••••••` is a term that this brand does not use.");
        assert!(!serde_json::to_string(&report).unwrap().contains("ghp"), "{report:?}");
    }

    #[test]
    fn no_sentence_and_no_match_repeats_a_secret() {
        let key = ["ghp_", "A1b2C3d4E5f6G7h8J9k0A1b2C3d4E5f6G7h8"].concat();
        let content = format!("{}my key {key} and {}", "a ".repeat(31_600), "b ".repeat(40));
        let found = report(&content);
        assert_eq!(found.violation_codes, [Code::LengthExceeded, Code::SecretExposed]);
        let policy =
            r#"{"name":"acme","version":"1.0.0","brand":{"blocked_terms":["my key A1b2"]},"rules":{"SECRET_EXPOSED":{"level":"off"}}}"#;
        let policy = Policy::from_tree(crate::contract::read_tree(&mut serde_json::Deserializer::from_str(policy)).unwrap()).unwrap();
        let request = serde_json::json!({ "content": content, "platform": "bluesky", "policy_tags": ["no_harm"] });
        let off = crate::rules::check(&crate::contract::read_json(request.to_string().as_bytes()).unwrap(), &policy);
        for report in [found, off] {
            let json = serde_json::to_string(&report).unwrap();
            assert!(!json.contains("A1b2") && !json.contains("E5f6"), "{json}");
        }
        // A piece of a secret is masked too.
        let request = serde_json::json!({ "content": format!("key {key}"), "platform": "x" });
        let request = crate::contract::read_json(request.to_string().as_bytes()).unwrap();
        let draft = Draft::new(&request);
        assert_eq!(draft.shown(Span::new(0, 10)), "key ••••••••");
        assert_eq!(draft.shown(Span::new(20, 30)), "••••••••");
        assert_eq!(draft.shown(Span::new(0, 4)), "key ");
    }

    #[test]
    fn what_is_matched_is_shown_and_not_repeated_at_length() {
        let long = report(&"é".repeat(70_000));
        let [found] = long.diagnostics.as_slice() else { panic!("{:?}", long.diagnostics) };
        assert_eq!(found.span, [63_206, 70_000]);
        assert!(found.matched.len() <= MAX_MATCHED_BYTES + "…".len() && found.matched.ends_with("é…"), "{}", found.matched);
        assert_eq!(shown(&"a".repeat(MAX_MATCHED_BYTES)).len(), MAX_MATCHED_BYTES);
    }

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

//! `POLICY_TAGS_MISSING`: a draft says what its author promises.

use super::{Draft, Findings, Rule, RuleMeta};
use crate::policy::{Grade, Policy};
use crate::text::Span;

declare_rule! {
    /// At least one of the draft's policy tags is one that the policy accepts.
    ///
    /// **Why:** a tag is the author's word that the post keeps a promise, such as doing no harm; a draft without one has made none.
    ///
    /// **Do:** add one of the accepted tags.
    ///
    /// ```draft,platform=x,tags=,rejects
    /// A post without a promise
    /// ```
    ///
    /// ```draft,platform=x,tags=no_harm,accepts
    /// A post with one
    /// ```
    pub(super) PolicyTagsMissing { code: PolicyTagsMissing, since: "10.1.0", fix: Never }
}

impl Rule for PolicyTagsMissing {
    const META: RuleMeta = Self::DECLARED;

    fn check(&self, draft: &Draft<'_>, policy: &Policy, findings: &mut Findings<'_>) {
        let accepted = &policy.document().accepted_tags;
        if draft.policy_tags.iter().any(|tag| accepted.contains(tag)) {
            return;
        }
        let examples = accepted.iter().take(2).map(String::as_str).collect::<Vec<_>>().join(", ");
        findings
            .report_at(Span::new(0, 0))
            .because("The draft carries no policy tag that this policy accepts.")
            .help(format!("Add policy tags (e.g., {examples})."))
            .risk(Grade::Low)
            .push();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tester::RuleTester;

    #[test]
    fn one_accepted_tag_is_enough() {
        RuleTester::new(PolicyTagsMissing)
            .accepts_draft(|draft| draft.policy_tags = vec!["no_harm".to_owned()])
            .accepts_draft(|draft| draft.policy_tags = vec!["mine".to_owned(), "no_misinfo".to_owned()])
            .rejects_draft("", |draft| draft.policy_tags = vec![])
            .rejects_draft("", |draft| draft.policy_tags = vec![String::new(), "contract_invalid".to_owned(), "no_harm ".to_owned()])
            .finish();
    }
}

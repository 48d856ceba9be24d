//! `BRAND_VIOLATION`: what the brand does not say, and what it always says.

use super::{Draft, Findings, Rule, RuleMeta};
use crate::policy::{OwnList, Policy};
use crate::text::Span;

declare_rule! {
    /// No term of the policy's `brand.blocked_terms` stands in the draft, however it is written, and every one of `brand.required_terms`
    /// does. A blocked term inside a longer one of `brand.allowed_terms` is left alone.
    ///
    /// **Why:** a brand has names that it doesn't put under its posts, and phrases that law or habit asks for.
    ///
    /// **Do:** take the term out, or add the one that is missing.
    pub(super) BrandViolation { code: BrandViolation, since: "10.2.0", fix: Never }
}

impl Rule for BrandViolation {
    const META: RuleMeta = Self::DECLARED;

    fn check(&self, draft: &Draft<'_>, policy: &Policy, findings: &mut Findings<'_>) {
        let reading = draft.reading(policy);
        for term in policy.missing_terms(reading) {
            findings
                .report_at(Span::new(0, 0))
                .because(format!("The brand always says `{term}`, and this draft does not."))
                .help(format!("Add the required brand term ({term})."))
                .matched("")
                .risk(400)
                .push();
        }
        let allowed: Vec<Span> = reading.own(OwnList::Allowed).map(|hit| hit.span).collect();
        for hit in reading.own(OwnList::BrandBlocked) {
            let holder = allowed.partition_point(|span| span.start <= hit.span.start).checked_sub(1).and_then(|at| allowed.get(at));
            if holder.is_some_and(|holder| holder.contains(hit.span)) {
                continue;
            }
            let written = hit.span.of(draft.content);
            findings
                .report_at(hit.span)
                .because(format!("`{written}` is a term that this brand does not use."))
                .help("Take the term out, or say it in the brand's own words.")
                .required_edit(format!("Remove blocked brand term ({written})."))
                .risk(400)
                .push();
            if findings.is_full() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tester::RuleTester;

    const POLICY: &str = r#"{"name":"acme","version":"1.0.0","brand":{"blocked_terms":["AcmeRival","Акме","漢字"],"allowed_terms":["AcmeRival Stadium"]}}"#;

    #[test]
    fn blocked_terms_are_found_however_they_are_written() {
        RuleTester::new(BrandViolation)
            .policy(POLICY)
            .accepts(["Acme has no rival", "See you at AcmeRival Stadium", "acmerivalry"])
            .rejects([
                ("😀 buy AcmeRival now", "AcmeRival"),
                ("ACME-RIVAL is cheaper", "ACME-RIVAL"),
                ("acm3r1val", "acm3r1val"),
                ("Аcmerival", "Аcmerival"),
                ("привет Акме!", "Акме"),
                ("これは漢字です", "漢字"),
            ])
            .finish();
    }

    #[test]
    fn a_missing_term_is_one_finding_at_the_start() {
        RuleTester::new(BrandViolation)
            .policy(r##"{"name":"acme","version":"1.0.0","brand":{"required_terms":["#ad","Terms apply"]}}"##)
            .accepts(["A soap #ad — terms apply."])
            .rejects([("A soap. Terms apply.", ""), ("#ad soap", "")])
            .finish();
    }
}

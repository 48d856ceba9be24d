//! `SECRET_EXPOSED`: what is secret stays so.

use super::draft::MASK;
use super::{Draft, Findings, Rule, RuleMeta};
use crate::diagnostic::{Edit, Fix};
use crate::policy::{Grade, Policy};
use crate::text::SecretKind;

declare_rule! {
    /// A draft holds no key, token, card number or account number; an e-mail address or a phone number is advice.
    ///
    /// **Why:** what is published is copied within seconds, and a leaked key is used within minutes.
    ///
    /// **Do:** remove it, and revoke it if it was ever shown anywhere.
    ///
    /// ```draft,platform=x,rejects
    /// My card is 4111 1111 1111 1111
    /// ```
    ///
    /// ```draft,platform=x,warns
    /// Write to ann@example.com
    /// ```
    ///
    /// ```draft,platform=x,accepts
    /// Order 4111 is on its way
    /// ```
    pub(super) SecretExposed { code: SecretExposed, since: "10.2.0", fix: Unsafe }
}

impl Rule for SecretExposed {
    const META: RuleMeta = Self::DECLARED;

    fn check(&self, draft: &Draft<'_>, _: &Policy, findings: &mut Findings<'_>) {
        for secret in draft.secrets() {
            if findings.is_full() {
                return;
            }
            let (name, finding) = match secret.kind {
                SecretKind::Secret(name) => (name, findings.report_at(secret.span).risk(Grade::Extreme)),
                SecretKind::Email => ("e-mail address", findings.advise_at(secret.span).risk(Grade::Advice)),
                SecretKind::Phone => ("phone number", findings.advise_at(secret.span).risk(Grade::Advice)),
            };
            let (because, help, mask) = match secret.kind {
                SecretKind::Secret(_) => {
                    (format!("This looks like a secret: {name}."), format!("Remove the {name}, and revoke it."), "[secret removed]")
                }
                SecretKind::Email => {
                    (format!("Everybody will see this {name}."), format!("Check that the {name} may be public."), "[e-mail removed]")
                }
                SecretKind::Phone => {
                    (format!("Everybody will see this {name}."), format!("Check that the {name} may be public."), "[number removed]")
                }
            };
            let fix = Fix::risky("Remove it", vec![Edit::replace(secret.span, mask)]);
            finding.because(because).help(help).matched(MASK).fix(fix).push();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Severity, apply};
    use crate::rules::tester::RuleTester;

    #[test]
    fn secrets_are_refused_and_never_repeated() {
        let key = ["AKIA", "IOSFODNN7EXAMPLE"].concat();
        let text = format!("my key is {key}, ok?");
        let tester = RuleTester::new(SecretExposed);
        let found = tester.findings(&tester.with(&text)).remove(0);
        for shown in [&found.matched, &found.message, &found.suggested_fix, &found.required_edit] {
            assert!(!shown.contains("AKIA") && !shown.contains("IOSFODNN"), "{shown}");
        }
        assert_eq!(apply(&text, &found.fixes[0].edits).unwrap(), "my key is [secret removed], ok?");
        tester
            .accepts(["a plain post", "AKIA is a prefix", "sk-learn is a library", "call 988"])
            .rejects([(&*text, &*key), ("4111 1111 1111 1111", "4111 1111 1111 1111")])
            .finish();
    }

    #[test]
    fn addresses_and_numbers_are_advice() {
        let tester = RuleTester::new(SecretExposed);
        for text in ["write to ann@example.com", "call +49 30 1234567"] {
            let found = tester.findings(&tester.with(text));
            assert_eq!((found.len(), found[0].severity), (1, Severity::Warn), "{text}");
            assert!(found[0].risk <= 50 && found[0].matched == MASK);
        }
        tester.accepts(["@ann and @bob"]).rejects([("ann@example.com.", "ann@example.com")]).finish();
    }
}

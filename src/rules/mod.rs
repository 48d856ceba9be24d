//! Floor 4: the rules, one file each, and the single list of them.
//!
//! In scope: what a rule sees (a [`Draft`]), what it reports (into [`Findings`]), and [`check`], which runs them all.
//! Out of scope: levels and limits (floor 3), what a decision leads to (floors 6 and 7).

mod draft;
mod findings;
mod phrases;
mod removal;
#[cfg(test)]
pub(crate) mod tester;

pub use draft::Draft;
pub use findings::{Findings, MAX_DIAGNOSTICS};

use crate::contract::{CheckReport, CheckRequest};
use crate::diagnostic::Code;
use crate::policy::Policy;

/// Whether a rule can offer a fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FixKind {
    /// What to do is a person's decision.
    Never,
    /// Some findings carry a fix that changes what is said.
    Unsafe,
    /// Some findings carry a fix that keeps the meaning.
    Safe,
}

/// What a rule declares about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleMeta {
    /// Its identity.
    pub code: Code,
    /// The policy version that brought it.
    pub since: &'static str,
    /// Whether it can offer a fix.
    pub fix: FixKind,
    /// What it checks, why, and what to do: Markdown, with runnable examples.
    pub docs: &'static str,
}

/// One check. It sees a whole draft and reports in text order.
pub trait Rule {
    /// What it declares.
    const META: RuleMeta;

    /// Reports what it finds.
    fn check(&self, draft: &Draft<'_>, policy: &Policy, findings: &mut Findings<'_>);
}

/// Declares a rule: its docs are mandatory, and become part of the rule catalogue.
macro_rules! declare_rule {
    ($(#[doc = $doc:literal])+ pub(super) $name:ident { code: $code:ident, since: $since:literal, fix: $fix:ident }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy)]
        pub(super) struct $name;

        impl $name {
            /// What the rule declares about itself.
            const DECLARED: $crate::rules::RuleMeta = $crate::rules::RuleMeta {
                code: $crate::diagnostic::Code::$code,
                since: $since,
                fix: $crate::rules::FixKind::$fix,
                docs: concat!($($doc, "\n",)+),
            };
        }
    };
}

/// The single list of rules: modules, order of running, declarations.
macro_rules! rules {
    ($($module:ident::$name:ident,)+) => {
        $(mod $module;)+

        /// What every rule declares, in the order in which they run.
        pub const ALL: &[RuleMeta] = &[$($module::$name::META,)+];

        /// Runs every rule that the policy has not turned off.
        fn run(draft: &Draft<'_>, policy: &Policy, findings: &mut Findings<'_>) {
            $(
                if let Some(severity) = policy.severity($module::$name::META.code) {
                    findings.start($module::$name::META.code, severity);
                    $module::$name.check(draft, policy, findings);
                }
            )+
        }
    };
}

rules! {
    brand_violation::BrandViolation,
    citations_required::CitationsRequired,
    deceptive_text::DeceptiveText,
    empty_content::EmptyContent,
    harmful_content::HarmfulContent,
    length_exceeded::LengthExceeded,
    numbering_not_allowed::NumberingNotAllowed,
    platform_rule::PlatformRule,
    policy_tags_missing::PolicyTagsMissing,
    profanity::Profanity,
    secret_exposed::SecretExposed,
    tos_violation::TosViolation,
}

/// Checks a draft: the one function that the browser, Node and the edge all call.
pub fn check(request: &CheckRequest, policy: &Policy) -> CheckReport {
    let draft = Draft::new(request);
    let mut findings = Findings::new(&draft, policy);
    run(&draft, policy, &mut findings);
    findings.report(&draft, policy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_exactly_one_rule() {
        for code in Code::ALL {
            assert_eq!(ALL.iter().filter(|meta| meta.code == *code).count(), 1, "{code:?}");
        }
    }
}

//! `HARMFUL_CONTENT`: nothing that hurts its author or somebody else.

use super::{Draft, Findings, Rule, RuleMeta};
use crate::policy::{FoundPhrase, Grade, PhraseList, Policy};

declare_rule! {
    /// The draft holds no wish, plan or thought of hurting oneself, no hatred of oneself, no instruction or call for it, no threat and no
    /// hatred of a group of people.
    ///
    /// Meaning counts, not single words: prevention, help, fiction, news, idioms and what is said not to be so are left alone.
    ///
    /// **Why:** what is posted in the worst hour stays, and what is said to hurt is read by those whom it hurts.
    ///
    /// **Do:** say how it feels and ask for company rather than harm; the finding carries the policy's help text and address.
    ///
    /// ```draft,platform=x,rejects
    /// I want to die
    /// ```
    ///
    /// ```draft,platform=x,accepts
    /// Suicide prevention week starts today: ask, listen, stay.
    /// ```
    pub(super) HarmfulContent { code: HarmfulContent, since: "10.1.0", fix: Never }
}

/// What is said of a phrase of one kind.
struct Kind {
    because: &'static str,
    required_edit: &'static str,
    risk: Grade,
}

const SELF_HARM_EDIT: &str = "Reframe away from self-harm; focus on resilience/growth.";

fn kind(name: &str) -> Option<Kind> {
    let (because, required_edit, risk) = match name {
        "self_harm" => ("This speaks of hurting oneself.", SELF_HARM_EDIT, Grade::Extreme),
        "self_hate" => ("This turns hatred against its author.", SELF_HARM_EDIT, Grade::Grave),
        "urging" => ("This calls on somebody to hurt themselves.", SELF_HARM_EDIT, Grade::Extreme),
        "method" => ("This asks for or gives a way of hurting oneself.", SELF_HARM_EDIT, Grade::Extreme),
        "threat" => ("This threatens people.", "Remove threats of violence; disagree without menace.", Grade::Extreme),
        "hate" => ("This turns against people for what they are.", "Remove hateful content; speak about acts, not about groups of people.", Grade::Extreme),
        _ => return None,
    };
    Some(Kind { because, required_edit, risk })
}

impl Rule for HarmfulContent {
    const META: RuleMeta = Self::DECLARED;

    fn check(&self, draft: &Draft<'_>, policy: &Policy, findings: &mut Findings<'_>) {
        let phrases = policy.phrases(draft.reading(policy), PhraseList::Harm);
        for FoundPhrase { kind: name, span, .. } in super::phrases::speaking(phrases) {
            let Some(kind) = kind(name) else { continue };
            let help = &policy.document().help;
            let care = match name {
                "threat" | "hate" => "Say what was done and what should change, without harm to anybody.".to_owned(),
                _ => format!("You matter: say how it feels and let somebody in. {} {}.", help.text, help.url),
            };
            findings.report_at(span).because(kind.because).help(care).required_edit(kind.required_edit).risk(kind.risk).push();
            if findings.is_full() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests;

//! `TOS_VIOLATION`: nothing that a platform's terms forbid.

use super::{Draft, Findings, Rule, RuleMeta};
use crate::policy::{FoundPhrase, Grade, PhraseList, Policy};
use crate::text::Platform;

declare_rule! {
    /// The draft does not pose as somebody else, ask for money with a trick, bait or trade for reach, sell nudity or call to dangerous
    /// challenges. Questions, warnings and what is said not to be so are left alone. To point to something of one's own is what many posts
    /// are for; on YouTube, where a comment that does is spam, it counts too.
    ///
    /// The names that nobody may pose as are the built-in ones and the policy's `impersonation`.
    ///
    /// **Why:** a platform takes such posts down, and often the account with them.
    ///
    /// **Do:** take the underlined part out.
    ///
    /// ```draft,platform=x,rejects
    /// Buy 10,000 followers for $5
    /// ```
    ///
    /// ```draft,platform=x,accepts
    /// Never buy followers
    /// ```
    pub(super) TosViolation { code: TosViolation, since: "10.1.0", fix: Never }
}

/// What is said of a phrase of one kind, and how much it weighs; `None` where the platform does not mind.
fn kind(name: &str, platform: Platform) -> Option<(&'static str, Grade)> {
    Some(match name {
        "impersonation" => ("This poses as somebody else.", Grade::Grave),
        "claim" => ("This claims a verified or official standing that a post can't give.", Grade::Grave),
        "scam" => ("This asks for money or data with a promise that scams make.", Grade::Grave),
        "nudity" => ("This offers sexual content.", Grade::Grave),
        "challenge" => ("This calls to a challenge that injures people.", Grade::Grave),
        "trade" => ("This trades followers, likes or accounts.", Grade::Grave),
        "spam" => ("This baits for likes and shares rather than saying something.", Grade::High),
        "youtube" if platform == Platform::Youtube => ("YouTube counts this as spam or takes it down.", Grade::High),
        _ => return None,
    })
}

impl Rule for TosViolation {
    const META: RuleMeta = Self::DECLARED;

    fn check(&self, draft: &Draft<'_>, policy: &Policy, findings: &mut Findings<'_>) {
        let phrases = policy.phrases(draft.reading(policy), PhraseList::TermsOfService);
        // What this platform does not mind must not stand in front of what it does.
        let phrases = phrases.into_iter().filter(|phrase| phrase.kind == super::phrases::INNOCENT || kind(phrase.kind, draft.platform).is_some());
        for FoundPhrase { kind: name, span, .. } in super::phrases::speaking(phrases.collect()) {
            let Some((because, risk)) = kind(name, draft.platform) else { continue };
            let phrase = span.of(draft.content);
            findings
                .report_at(span)
                .because(because)
                .help("Take this part out, or say it without the promise or the pose.")
                .required_edit(format!("Remove platform-disallowed content ({phrase}) to comply with TOS."))
                .risk(risk)
                .push();
            if findings.is_full() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests;

//! `PLATFORM_RULE`: hashtags, mentions, links and characters as the platform takes them.

use super::{Draft, Findings, Rule, RuleMeta};
use crate::diagnostic::{Edit, Fix, apply};
use crate::policy::{Grade, Limit, Policy};
use crate::text::order::{are_new, sort_by_key};
use crate::text::{Entity, EntityKind, Platform, Post, Span, entities, graphemes};

/// The most graphemes and the most bytes of a hashtag on Bluesky, its sign not counted.
const BLUESKY_TAG: (usize, usize) = (64, 640);

declare_rule! {
    /// A post keeps within the number of hashtags, mentions and links that its platform takes, and holds no character that it refuses.
    ///
    /// **Why:** the platform refuses the post, or drops what is too much.
    ///
    /// **Do:** drop what is underlined. More hashtags than a platform recommends is advice, not refusal.
    ///
    /// ```draft,platform=youtube,rejects
    /// Watch <this>
    /// ```
    ///
    /// ```draft,platform=threads,accepts
    /// One topic is enough: #baking
    /// ```
    ///
    /// ```draft,platform=instagram,warns
    /// #one #two #three #four #five #six
    /// ```
    pub(super) PlatformRule { code: PlatformRule, since: "10.2.0", fix: Safe }
}

impl Rule for PlatformRule {
    const META: RuleMeta = Self::DECLARED;

    fn check(&self, draft: &Draft<'_>, policy: &Policy, findings: &mut Findings<'_>) {
        let limit = policy.limit(draft.platform);
        let counted = [limit.max_hashtags, limit.advised_hashtags, limit.max_mentions, limit.max_links];
        let is_counted = draft.platform == Platform::Bluesky || counted.iter().any(Option::is_some);
        for post in &draft.posts {
            if findings.is_full() {
                return;
            }
            characters(draft, policy, post, &limit, findings);
            if is_counted && post.text.contains(['#', '＃', '@', '＠', '.']) {
                let found = entities(post.text, draft.platform);
                counts(draft, post, &limit, &found, findings);
                if draft.platform == Platform::Bluesky {
                    long_tags(post, &found, findings);
                }
            }
        }
    }
}

fn characters(draft: &Draft<'_>, policy: &Policy, post: &Post<'_>, limit: &Limit, findings: &mut Findings<'_>) {
    // The byte with which the characters start that X refuses.
    if limit.refused_characters.is_empty() && (draft.platform != Platform::X || !post.text.as_bytes().contains(&0xef)) {
        return;
    }
    let name = draft.platform.display_name();
    let is_invalid = |character: char| draft.platform == Platform::X && matches!(character, '\u{fffe}' | '\u{feff}' | '\u{ffff}');
    for (at, character) in post.text.char_indices() {
        let is_refused = limit.refused_characters.contains(character);
        if !is_refused && !is_invalid(character) {
            continue;
        }
        if findings.is_full() {
            return;
        }
        let start = post.span.start + at;
        let span = Span::new(start, start + character.len_utf8());
        let fix = match character {
            '<' => Fix::risky("Write ‹ instead", vec![Edit::replace(span, "‹")]),
            '>' => Fix::risky("Write › instead", vec![Edit::replace(span, "›")]),
            _ if is_refused => Fix::risky("Delete it", vec![Edit::delete(span)]),
            _ => super::removal::removal(draft, policy, "Delete it", vec![Edit::delete(span)]),
        };
        let shown = if is_refused { format!("“{character}”") } else { format!("the character U+{:04X}", u32::from(character)) };
        findings
            .report_at(span)
            .because(format!("{name} refuses {shown}."))
            .help(format!("Drop {shown}, or write it another way."))
            .risk(Grade::Low)
            .fix(fix)
            .push();
    }
}

fn counts(draft: &Draft<'_>, post: &Post<'_>, limit: &Limit, found: &[Entity], findings: &mut Findings<'_>) {
    let of = |kind: EntityKind| found.iter().filter(|entity| entity.kind == kind).map(|entity| entity.span).collect::<Vec<_>>();
    let distinct = distinct(&of(EntityKind::Url), post.text);
    let tags = of(EntityKind::Hashtag);
    let mut over = vec![
        Over {
            spans: tags.clone(),
            most: limit.max_hashtags,
            kept: limit.advised_hashtags,
            things: "hashtags",
            sign: true,
            kind: EntityKind::Hashtag,
        },
        Over {
            spans: of(EntityKind::Mention),
            most: limit.max_mentions,
            kept: None,
            things: "mentions",
            sign: true,
            kind: EntityKind::Mention,
        },
        Over { spans: distinct, most: limit.max_links, kept: None, things: "different links", sign: false, kind: EntityKind::Url },
    ];
    // In text order.
    over.retain(|over| over.first().is_some());
    sort_by_key(&mut over, |over| (over.first().map_or(0, |span| span.start), 0));
    let is_refused = over.iter().any(|over| over.kind == EntityKind::Hashtag);
    for over in over {
        over.report(draft, post, findings);
    }
    if let Some(advised) = limit.advised_hashtags.filter(|&advised| tags.len() > advised && !is_refused)
        && let Some(span) = tags.get(advised)
    {
        let (name, count) = (draft.platform.display_name(), tags.len());
        findings
            .advise_at(within(post, *span))
            .because(format!("These are {count} hashtags, and {name} recommends at most {advised}."))
            .help(format!("Keep the {advised} that say most."))
            .risk(Grade::Advice)
            .push();
    }
}

/// The parts of a text that say something else than those before them.
fn distinct(spans: &[Span], text: &str) -> Vec<Span> {
    let texts: Vec<&str> = spans.iter().map(|span| span.of(text)).collect();
    spans.iter().zip(are_new(&texts)).filter(|(_, is_new)| *is_new).map(|(span, _)| *span).collect()
}

fn within(post: &Post<'_>, span: Span) -> Span {
    Span::new(post.span.start + span.start, post.span.start + span.end)
}

/// More of something than a platform takes.
struct Over {
    spans: Vec<Span>,
    most: Option<usize>,
    /// How many a fix leaves: no more than the platform recommends.
    kept: Option<usize>,
    things: &'static str,
    /// Whether a sign makes it what it is, so that the word can stay.
    sign: bool,
    kind: EntityKind,
}

impl Over {
    /// The first that is too much.
    fn first(&self) -> Option<Span> {
        self.spans.get(self.most?).copied()
    }

    fn report(&self, draft: &Draft<'_>, post: &Post<'_>, findings: &mut Findings<'_>) {
        let (Some(first), Some(most)) = (self.first(), self.most) else { return };
        let (name, count, things) = (draft.platform.display_name(), self.spans.len(), self.things);
        let finding = findings
            .report_at(within(post, first))
            .because(format!("These are {count} {things}, and {name} takes {most}."))
            .help(format!("Keep at most {most} {things}."))
            .required_edit(format!("Keep at most {most} {things} (current {count})."))
            .risk(Grade::Low);
        match self.fix(draft, post, self.kept.map_or(most, |kept| kept.min(most))) {
            Some(fix) => finding.fix(fix).push(),
            None => finding.push(),
        }
    }

    /// Takes away the signs, or the links, that are too many; offered only where that leaves few enough.
    fn fix(&self, draft: &Draft<'_>, post: &Post<'_>, kept: usize) -> Option<Fix> {
        let extra = self.spans.get(kept..)?;
        let edit = |span: &Span| {
            let sign = span.of(post.text).chars().next().map_or(0, char::len_utf8);
            if self.sign { Span::new(span.start, span.start + sign) } else { *span }
        };
        let inside: Vec<Edit> = extra.iter().map(|span| Edit::delete(edit(span))).collect();
        let after = apply(post.text, &inside).ok()?;
        let left = entities(&after, draft.platform);
        let left: Vec<Span> = left.iter().filter(|entity| entity.kind == self.kind).map(|entity| entity.span).collect();
        let left = if self.sign { left } else { distinct(&left, &after) };
        if left.len() > kept {
            return None;
        }
        let edits = extra.iter().map(|span| Edit::delete(within(post, edit(span)))).collect();
        let title =
            if self.sign { format!("Drop the sign of the last {}", extra.len()) } else { format!("Delete the last {}", extra.len()) };
        Some(Fix::risky(title, edits))
    }
}

fn long_tags(post: &Post<'_>, found: &[Entity], findings: &mut Findings<'_>) {
    let (max_graphemes, max_bytes) = BLUESKY_TAG;
    for entity in found.iter().filter(|entity| entity.kind == EntityKind::Hashtag) {
        let written = entity.span.of(post.text);
        let tag = written.trim_start_matches(['#', '＃']);
        if tag.len() <= max_graphemes || (tag.len() <= max_bytes && graphemes(tag) <= max_graphemes) {
            continue;
        }
        let sign = Span::new(entity.span.start, entity.span.start + written.len() - tag.len());
        findings
            .report_at(within(post, entity.span))
            .because(format!("Bluesky takes hashtags of at most {max_graphemes} characters and {max_bytes} bytes."))
            .help("Shorten the hashtag.")
            .risk(Grade::Low)
            .fix(Fix::risky("Drop its sign", vec![Edit::delete(within(post, sign))]))
            .push();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity::{Block, Warn};
    use crate::rules::tester::RuleTester;

    fn list(count: usize, prefix: &str) -> String {
        (0..count).map(|number| [prefix, &number.to_string(), " "].concat()).collect()
    }

    fn tags(count: usize) -> String {
        list(count, "#t")
    }

    #[test]
    fn hashtags_mentions_and_links_have_a_most() {
        let mentions = list(21, "@name");
        let links = list(6, "https://example.com/");
        RuleTester::new(PlatformRule)
            .accepts([&*tags(50), &*mentions, &*links, "", "a < b"])
            .on(Platform::Instagram)
            .accepts([&*tags(5), &*links])
            .rejects([(&*tags(31), "#t30"), (&*mentions, "@name20"), (&*tags(6), "#t5")])
            .on(Platform::Threads)
            .accepts(["#one", &*links.replace("/5", "/0")])
            .rejects([("#one #two", "#two"), (&*links, "https://example.com/5")])
            .on(Platform::Bluesky)
            .accepts([&*tags(8), &*format!("#{}", "é".repeat(64))])
            .rejects([(&*tags(9), "#t8"), (&*format!("a #{} b", "a".repeat(65)), &*format!("#{}", "a".repeat(65)))])
            .on(Platform::X)
            .fixes([("a\u{feff} b", "a b")])
            .finish();
    }

    #[test]
    fn more_hashtags_than_recommended_is_advice() {
        let tester = RuleTester::new(PlatformRule).on(Platform::Instagram);
        let severity = |text: &str| tester.findings(&tester.with(text)).iter().map(|found| found.severity).collect::<Vec<_>>();
        assert_eq!((severity(&tags(5)), severity(&tags(6)), severity(&tags(31))), (vec![], vec![Warn], vec![Block]));
        tester.accepts([""]).rejects([(&*tags(6), "#t5")]).on(Platform::X).fixes([("\u{ffff}", "")]).finish();
    }

    #[test]
    fn refused_characters_are_found_one_by_one() {
        RuleTester::new(PlatformRule)
            .accepts(["a <b>"])
            .rejects([("hi\u{feff}", "\u{feff}"), ("\u{fffe}", "\u{fffe}")])
            .on(Platform::Youtube)
            .accepts(["a ‹b›", "\u{feff}"])
            .rejects([("a <b>", "<"), ("->", ">")])
            .fixes([("I <3 you", "I ‹3 you"), ("->", "-›")])
            .finish();
    }

    #[test]
    fn a_character_that_a_policy_refuses_is_deleted_where_nothing_looks_like_it() {
        RuleTester::new(PlatformRule)
            .on(Platform::Youtube)
            .policy(r#"{"name":"acme","version":"1.0.0","limits":{"youtube":{"max":5000,"unit":"bytes","refused_characters":"<~"}}}"#)
            .accepts(["a > b", "a b", "a"])
            .rejects([("a ~ b", "~"), ("a < b", "<")])
            .fixes([("a~b", "ab"), ("a<b", "a‹b")])
            .finish();
    }
}

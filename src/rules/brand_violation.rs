//! `BRAND_VIOLATION`: what the brand does not say, and what it always says.

use super::{Draft, Findings, Rule, RuleMeta};
use crate::diagnostic::{Edit, Fix, apply};
use crate::policy::{Grade, OwnList, Policy, Reading};
use crate::text::Span;
use crate::text::fold::Place;
use crate::text::lexicon::Hit;

declare_rule! {
    /// No term of the policy's `brand.blocked_terms` stands in the draft, however it is written, and every one of `brand.required_terms`
    /// does. A blocked term inside a longer one of `brand.allowed_terms` is left alone.
    /// `brand.replacements` says what to write instead.
    ///
    /// **Why:** a brand has names that it doesn't put under its posts, and phrases that law or habit asks for.
    ///
    /// **Do:** take the term out, or add the one that is missing.
    ///
    /// ```json,policy
    /// { "name": "acme", "version": "1.0.0", "brand": { "blocked_terms": ["AcmeRival"], "replacements": { "AcmeRival": "another shop" }, "allowed_terms": ["AcmeRival Stadium"] } }
    /// ```
    ///
    /// ```draft,platform=x,rejects
    /// Cheaper than ACME-RIVAL!
    /// ```
    ///
    /// ```draft,platform=x,accepts
    /// See you at AcmeRival Stadium
    /// ```
    pub(super) BrandViolation { code: BrandViolation, since: "10.2.0", fix: Unsafe }
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
                .risk(Grade::Medium)
                .fix(addition(draft, term))
                .push();
        }
        for hit in blocked(reading) {
            let span = hit.span;
            let written = span.of(draft.content);
            let instead = policy.replacement(written);
            let wants_fixes = findings.wants_fixes();
            let finding = findings
                .report_at(span)
                .because(format!("`{written}` is a term that this brand does not use."))
                .help(instead.map_or_else(
                    || "Take the term out, or say it in the brand's own words.".to_owned(),
                    |instead| format!("Write “{instead}” instead."),
                ))
                .required_edit(format!("Remove blocked brand term ({written})."))
                .risk(Grade::Medium);
            match instead.filter(|_| wants_fixes && is_words(draft, &hit)).and_then(|instead| replacement(draft, policy, span, instead)) {
                Some(fix) => finding.fix(fix).push(),
                None => finding.push(),
            }
            if findings.is_full() {
                return;
            }
        }
    }
}

/// Where blocked terms stand, those that an allowed one holds apart.
fn blocked(reading: &Reading) -> Vec<Hit> {
    let allowed: Vec<Span> = reading.own(OwnList::Allowed).map(|hit| hit.span).collect();
    let holder = |span: Span| allowed.partition_point(|allowed| allowed.start <= span.start).checked_sub(1).and_then(|at| allowed.get(at));
    let hits = reading.own(OwnList::BrandBlocked);
    hits.filter(|hit| !holder(hit.span).is_some_and(|holder| holder.contains(hit.span))).copied().collect()
}

/// True for words of their own, in whose place others can stand: no part of a longer word, a tag, a handle or an address.
fn is_words(draft: &Draft<'_>, hit: &Hit) -> bool {
    let (before, behind) = (draft.content.get(..hit.span.start), draft.content.get(hit.span.end..));
    let ends_in = |text: &str| text.ends_with(char::is_alphanumeric);
    let starts_with = |text: &str| text.starts_with(char::is_alphanumeric);
    hit.place == Place::Text && !before.is_some_and(ends_in) && !behind.is_some_and(starts_with)
}

/// The brand's own words in a term's place; none where they and what stands beside them would be a blocked term again.
fn replacement(draft: &Draft<'_>, policy: &Policy, span: Span, instead: &str) -> Option<Fix> {
    let edit = Edit::replace(span, instead);
    let window = super::removal::window(draft.content, span);
    let before = window.of(draft.content);
    let moved = Edit::replace(Span::new(span.start - window.start, span.end - window.start), instead);
    let after = apply(before, &[moved]).ok()?;
    let count = |text: &str| blocked(&policy.read(text)).len();
    (count(&after) < count(before)).then(|| Fix::risky(format!("Write “{instead}” instead"), vec![edit]))
}

/// The required term as words of their own behind the last that is seen.
fn addition(draft: &Draft<'_>, term: &str) -> Fix {
    let end = draft.content.trim_end().len();
    let gap = if end == 0 { "" } else { " " };
    Fix::risky(format!("Add “{term}” at the end"), vec![Edit::replace(Span::new(end, end), format!("{gap}{term}"))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tester::RuleTester;

    const POLICY: &str = r#"{"name":"acme","version":"1.0.0","brand":{"blocked_terms":["AcmeRival","Акме","漢字","Müller Café"],"allowed_terms":["AcmeRival Stadium"]}}"#;

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
                ("im MÜLLER CAFÉ", "MÜLLER CAFÉ"),
                ("muller cafe", "muller cafe"),
                ("https://shop.example/AcmeRival2026", "AcmeRival"),
                ("https://shop.example/x9AcmeRival2aBc", "AcmeRival"),
            ])
            .finish();
    }

    #[test]
    fn a_sign_of_a_name_is_part_of_it() {
        RuleTester::new(BrandViolation)
            .policy(
                r##"{"name":"acme","version":"1.0.0","brand":{"blocked_terms":["AT&T","H&M","Ke$ha","E*TRADE","I ❤ NY","booking.com","C++","C#",
                    "Disney+","100%","+1","#ad","@acme","$GME","Acme, Inc.","J.P. Morgan","McDonald's","🍆",".NET","P!nk"]}}"##,
            )
            .accepts([
                "Look at t shirts", "Vitamin C", "Walt Disney", "100 of them", "1", "+15", "1+1", "an ad", "#adventure", "#ad_campaign", "acme",
                "@acme_uk", "foo@acme", "gme", "Acme", "I love NY", "a hm", "a net", "pink", "example.com/ad", "Disneyland", "2100%",
                "(at 5pm) [c", "booking a room.com", "planet.net", "Sharp C",
            ])
            .rejects([
                ("by AT&T!", "AT&T"),
                ("by at&amp;t", "at&amp;t"),
                ("from H&M’s", "H&M"),
                ("hear ke$ha", "ke$ha"),
                ("(E*TRADE)", "E*TRADE"),
                ("I ❤️ NY", "I ❤️ NY"),
                ("on booking.com/x", "booking.com"),
                ("on www.Booking.com", "Booking.com"),
                ("C++17", "C++"),
                ("write c#.", "c#"),
                ("on Disney+", "Disney+"),
                ("100% safe", "100%"),
                ("a ＋1", "＋1"),
                ("this is #AD", "#AD"),
                ("#ad.", "#ad"),
                ("(#ad)", "#ad"),
                ("😀#ad", "#ad"),
                ("cc @acme, now", "@acme"),
                ("buy $GME", "$GME"),
                ("by Acme, Inc.", "Acme, Inc"),
                ("by Acme Inc", "Acme Inc"),
                ("jp morgan", "jp morgan"),
                ("J.P. Morgan", "J.P. Morgan"),
                ("mcdonalds", "mcdonalds"),
                ("McDonald’s", "McDonald’s"),
                ("so 🍆🍆", "🍆"),
                ("in .NET 9", ".NET"),
                ("P!nk", "P!nk"),
            ])
            .finish();
    }

    #[test]
    fn a_name_is_found_in_addresses_in_tags_in_pieces_and_in_the_plural() {
        RuleTester::new(BrandViolation)
            .policy(r#"{"name":"acme","version":"1.0.0","brand":{"blocked_terms":["Pepsi","Kodak Express","X-Ray Corp","AcmeRival","shop","LinkedIn"]}}"#)
            .accepts([
                "pepsico.com", "pepsin", "kodakexpress", "xray", "acme rival", "linked in the bio", "example.shop", "https://example.shop:80", "shopping",
                "mypepsi.example", "@pepsilover",
            ])
            .rejects([
                ("on pepsi.com", "pepsi"),
                ("https://www.Pepsi.co.uk:80/a", "Pepsi"),
                ("ask ann@pepsi.com", "pepsi"),
                ("https://my-pepsi.example", "pepsi"),
                ("two Pepsis", "Pepsis"),
                ("PEPSIS", "PEPSIS"),
                ("#pepsilover", "pepsi"),
                ("#KodakExpress", "KodakExpress"),
                ("#kodakexpress", "kodakexpress"),
                ("at KodakExpress", "KodakExpress"),
                ("kodak-express.com", "kodak-express"),
                ("kodakexpress.com", "kodakexpress"),
                ("xray corp", "xray corp"),
                ("X-RAY CORP", "X-RAY CORP"),
                ("ACME RIVAL", "ACME RIVAL"),
                ("Linked In", "Linked In"),
                ("https://shop.example", "shop"),
                ("https://acme-rival.com/x", "acme-rival"),
            ])
            .finish();
    }

    #[test]
    fn a_missing_term_is_one_finding_at_the_start() {
        RuleTester::new(BrandViolation)
            .policy(r##"{"name":"acme","version":"1.0.0","brand":{"required_terms":["#ad","Terms apply"]}}"##)
            .accepts(["A soap #ad — terms apply.", "#AD Terms Apply", "Terms apply.#ad"])
            .rejects([
                ("A soap. Terms apply.", ""),
                ("#ad soap", ""),
                ("An ad. Terms apply", ""),
                ("#adventure. Terms apply", ""),
                ("@ad Terms apply", ""),
                ("https://example.com/#ad Terms apply", ""),
                ("#ad t3rms apply", ""),
                ("#ad on terms-apply.com", ""),
            ])
            .finish();
    }

    #[test]
    fn a_replacement_is_offered_where_it_helps() {
        RuleTester::new(BrandViolation)
            .policy(
                r#"{"name":"acme","version":"1.0.0","brand":{"blocked_terms":["AcmeRival","bad word"],
                    "replacements":{"AcmeRival":"another shop","bad word":"word"}}}"#,
            )
            .accepts(["another shop"])
            .rejects([("buy 4cme-Rival now", "4cme-Rival"), ("a bad word, a bad word", "bad word")])
            .fixes([("buy 4cme-Rival now", "buy another shop now"), ("😀 a bad word!", "😀 a word!")])
            .finish();
        let wider = RuleTester::new(BrandViolation).policy(
            r#"{"name":"acme","version":"1.0.0","brand":{"blocked_terms":["Pepsi","Pepsi Max"],"replacements":{"Pepsi":"cola","Pepsi Max":"cola zero"}}}"#,
        );
        for (text, fix) in [("two Pepsis", Some("cola")), ("a Pepsi Max", Some("cola zero")), ("#pepsi", None), ("on pepsi.com", None), ("@pepsi", None)] {
            let found = wider.findings(&wider.with(text));
            assert_eq!(found[0].fixes.first().map(|fix| fix.edits[0].text.as_str()), fix, "{text}");
        }
        wider.accepts(["cola"]).rejects([("a Pepsi", "Pepsi")]).finish();
        // "bad" stands beside it: the replacement would make the term again.
        let tester = RuleTester::new(BrandViolation)
            .policy(r#"{"name":"acme","version":"1.0.0","brand":{"blocked_terms":["bad word"],"replacements":{"bad word":"word"}}}"#);
        assert_eq!(tester.findings(&tester.with("a bad bad word"))[0].fixes, []);
        tester.accepts(["a"]).rejects([("a bad word", "bad word")]).finish();
    }

    #[test]
    fn a_vowel_sign_makes_another_word() {
        RuleTester::new(BrandViolation)
            .policy(r#"{"name":"acme","version":"1.0.0","brand":{"blocked_terms":["दिन","काम","ดี","தமிழ்","বাংলা"]}}"#)
            .accepts(["दान दीन दून", "कम कमी", "ดู ดิ", "தமழ", "বল"])
            .rejects([("दिन", "दिन"), ("यह काम है", "काम"), ("ดีมาก", "ดี"), ("தமிழ் மொழி", "தமிழ்"), ("বাংলা", "বাংলা")])
            .finish();
    }

    #[test]
    fn a_required_term_is_added_at_the_end() {
        RuleTester::new(BrandViolation)
            .policy(r##"{"name":"acme","version":"1.0.0","brand":{"required_terms":["#ad"]}}"##)
            .accepts(["A soap #ad"])
            .rejects([("A soap\n", ""), ("", "")])
            .fixes([("A soap\n", "A soap #ad\n"), ("", "#ad")])
            .finish();
    }
}

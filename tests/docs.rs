//! The examples in the documentation are tests: those of every rule, and those of docs/policy.md.
//!
//! A fence `draft` is a text with how it is checked (`platform=`, `format=`, `tags=a+b`, `citations`, `source=`, `times=`, `escaped`) and
//! what comes out: `accepts`, `rejects` or `warns`. `json,policy` puts the drafts behind it under a policy; `json,refused` is a document
//! that is refused, with the problems in the `text` fence that follows.

#![expect(clippy::expect_used, clippy::panic, clippy::string_slice, reason = "helpers of tests fail by panicking")]

#[path = "../examples/rules_page/page.rs"]
mod page;

use page::{Piece, docs, pieces, rules_page};
use postgate::contract::{CheckReport, CheckRequest, read_json, read_tree};
use postgate::diagnostic::{Code, Severity};
use postgate::policy::{Policy, PolicyError};
use postgate::rules::{ALL, check};
use serde_json::json;

fn builtin() -> Policy {
    Policy::builtin().expect("the built-in policy is valid")
}

fn policy(body: &str) -> Result<Policy, PolicyError> {
    Policy::from_tree(read_tree(&mut serde_json::Deserializer::from_str(body)).expect("a policy in the documentation is JSON"))
}

/// The words behind a fence's backquotes.
struct Info<'i>(&'i [String]);

impl Info<'_> {
    fn has(&self, word: &str) -> bool {
        self.0.iter().any(|given| given == word)
    }

    fn given(&self, key: &str) -> Option<&str> {
        self.0.iter().find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
    }

    fn known(&self) -> bool {
        const KEYS: [&str; 12] =
            ["draft", "platform", "format", "tags", "citations", "source", "times", "escaped", "accepts", "rejects", "warns", "json"];
        self.0.iter().all(|word| KEYS.contains(&word.split('=').next().unwrap_or_default()))
    }
}

/// `\u{200b}`, `\n` and `\0` as the characters that they stand for.
fn unescaped(body: &str) -> String {
    let mut out = String::new();
    let mut rest = body;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(code) = rest.strip_prefix("u{") {
            let (code, behind) = code.split_once('}').expect("an escape ends");
            let code = u32::from_str_radix(code, 16).expect("an escape is hexadecimal");
            out.push(char::from_u32(code).expect("an escape is a character"));
            rest = behind;
        } else {
            let mut characters = rest.chars();
            out.push(match characters.next() {
                Some('n') => '\n',
                Some('0') => '\0',
                other => panic!("unknown escape {other:?}"),
            });
            rest = characters.as_str();
        }
    }
    out + rest
}

fn report(info: &Info<'_>, body: &str, policy: &Policy) -> CheckReport {
    assert!(info.known(), "unknown words in {:?}", info.0);
    let content = if info.has("escaped") { unescaped(body) } else { body.to_owned() };
    let times = info.given("times").map_or(1, |times| times.parse().expect("a number of times"));
    let tags: Vec<&str> = info.given("tags").unwrap_or("no_harm").split('+').filter(|tag| !tag.is_empty()).collect();
    let sources: Vec<_> = info.given("source").into_iter().map(|url| json!({ "url": url })).collect();
    let request = json!({
        "content": content.repeat(times), "platform": info.given("platform").expect("an example names its platform"),
        "format": info.given("format").unwrap_or("single"), "policy_tags": tags, "required_citations": info.has("citations"), "sources": sources,
    });
    let request: CheckRequest = read_json(request.to_string().as_bytes()).expect("an example is a draft");
    check(&request, policy)
}

/// How grave what a rule finds is; `None` when it finds nothing.
fn gravest(report: &CheckReport, code: Code) -> Option<Severity> {
    report.diagnostics.iter().filter(|found| found.code == code).map(|found| found.severity).max()
}

#[test]
fn every_rule_has_examples_of_both_kinds_and_they_hold() {
    let (mut wrong, mut bare) = (Vec::new(), Vec::new());
    for rule in ALL {
        let mut active = builtin();
        let (mut accepted, mut rejected) = (0, 0);
        for piece in pieces(&docs(rule)) {
            let Piece::Fence { info, body } = piece else { continue };
            let info = Info(&info);
            if info.has("policy") {
                active = policy(&body).expect("the policy of an example is valid");
                continue;
            }
            let expected = match (info.has("accepts"), info.has("rejects"), info.has("warns")) {
                (true, false, false) => None,
                (false, true, false) => Some(Severity::Block),
                (false, false, true) => Some(Severity::Warn),
                _ => panic!("an example of {:?} says one of accepts, rejects and warns: {:?}", rule.code, info.0),
            };
            let found = gravest(&report(&info, &body, &active), rule.code);
            if found != expected {
                wrong.push(format!("{}: {body:?} gives {found:?}, not {expected:?}", rule.code.as_str()));
            }
            accepted += usize::from(expected.is_none());
            rejected += usize::from(expected == Some(Severity::Block));
        }
        if accepted == 0 || rejected == 0 {
            bare.push(rule.code.as_str());
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(bare.is_empty(), "without an example that is accepted and one that is rejected: {bare:?}");
}

#[test]
fn the_policy_guide_holds() {
    let guide = include_str!("../docs/policy.md");
    let mut active = builtin();
    let mut refused: Option<Vec<String>> = None;
    let (mut drafts, mut policies) = (0, 0);
    let mut wrong = Vec::new();
    for piece in pieces(guide) {
        let Piece::Fence { info, body } = piece else { continue };
        let info = Info(&info);
        if let Some(problems) = refused.take() {
            assert_eq!(info.0, ["text"], "the problems of a refused document follow it");
            wrong.extend((problems.join("\n") != body).then(|| format!("{body}\nis not\n{}", problems.join("\n"))));
        } else if info.has("refused") {
            let problems = policy(&body).expect_err("this document is refused").problems;
            refused = Some(problems.iter().map(|problem| problem.to_string().trim_start_matches(": ").to_owned()).collect());
        } else if info.has("policy") {
            active = policy(&body).unwrap_or_else(|error| panic!("{error} in {body}"));
            policies += 1;
        } else if info.has("draft") {
            let report = report(&info, &body, &active);
            let found = report.diagnostics.iter().map(|found| (found.code.as_str(), found.severity)).collect::<Vec<_>>();
            let expected: Vec<_> = [("rejects", Severity::Block), ("warns", Severity::Warn)]
                .into_iter()
                .filter_map(|(key, severity)| Some((info.given(key)?, severity)))
                .collect();
            assert!(expected.is_empty() == info.has("accepts"), "an example says what comes out: {:?}", info.0);
            wrong.extend((found != expected).then(|| format!("{body:?} gives {found:?}, not {expected:?}")));
            drafts += 1;
        } else {
            panic!("a fence that nothing runs: {:?}", info.0);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(refused.is_none() && drafts > 10 && policies > 5);
}

#[test]
fn every_member_of_a_document_has_its_place_in_the_guide() {
    let guide = include_str!("../docs/policy.md");
    let schema: serde_json::Value = serde_json::from_str(postgate::policy::SCHEMA_JSON).expect("the schema is JSON");
    let members = schema["properties"].as_object().expect("the schema has properties");
    for member in members.keys() {
        assert!(guide.contains(&format!("\n## {member}\n")), "docs/policy.md has no section {member}");
        assert!(guide.contains(&format!("\"{member}\"")), "docs/policy.md shows no {member}");
    }
    let effective = serde_json::to_value(builtin().document()).expect("a document is JSON");
    assert!(effective.as_object().expect("an object").keys().eq(members.keys()), "the schema names the members of a document");
}

#[test]
fn the_page_about_the_rules_is_what_they_declare() {
    assert!(include_str!("../docs/rules.md") == rules_page(&builtin()), "docs/rules.md is old: npm run generate");
}

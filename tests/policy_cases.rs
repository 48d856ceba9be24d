//! The policy's law: every row of `tests/data/policy-cases.jsonl` through the one function that all doors call.

use postgate::contract::{CheckRequest, read_json};
use postgate::policy::Policy;
use postgate::rules::check;
use serde_json::Value;

#[test]
fn every_case_is_decided_as_the_table_says() {
    let policy = Policy::builtin().expect("the built-in policy is valid");
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in include_str!("data/policy-cases.jsonl").lines() {
        let case: Value = serde_json::from_str(line).expect("a case is JSON");
        let request: CheckRequest = read_json(case["request"].to_string().as_bytes()).expect("a case is a check request");
        let report = check(&request, &policy);
        assert_eq!(
            report.to_json(),
            serde_json::to_string(&report).expect("a report is JSON"),
            "what is written by hand is what serde writes"
        );
        let report = serde_json::to_value(report).expect("a report is JSON");
        let codes = report["violation_codes"].as_array().expect("codes are a list");
        let listed = |key: &str| case[key].as_array().cloned().unwrap_or_default();
        let is_right = (case["status"].is_null() || case["status"] == report["status"])
            && listed("codes_include").iter().all(|code| codes.contains(code))
            && !listed("codes_absent").iter().any(|code| codes.contains(code));
        if !is_right {
            let content: String = request.content.chars().take(80).collect();
            wrong.push(format!("{}: {content:?} gave {} {codes:?}", case["id"], report["status"]));
        }
        count += 1;
    }
    assert_eq!(count, 156, "the table has 156 cases");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

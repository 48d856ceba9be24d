//! Policy documents: refused with problems that name their places, or taken whole, as a document that is a policy itself with the same digest;
//! and none of them lets harm through.

use postgate::contract::{CheckRequest, DecisionStatus, read_json, read_tree};
use postgate::diagnostic::{Code, Severity};
use postgate::policy::{Policy, PolicyError};
use postgate::rules::check;

pub(super) fn read(text: &str) -> Result<Policy, PolicyError> {
    let tree = read_tree(&mut serde_json::Deserializer::from_str(text)).map_err(|problem| PolicyError { problems: vec![problem] })?;
    Policy::from_tree(tree)
}

pub(super) fn holds(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match read(text) {
        Err(error) => {
            assert!(!error.problems.is_empty(), "{text:?} is refused without a problem");
            for problem in &error.problems {
                assert!(problem.pointer.is_empty() || problem.pointer.starts_with('/'), "{problem:?}");
                assert!(!problem.message.is_empty(), "{problem:?}");
            }
        }
        Ok(policy) => {
            let effective = serde_json::to_string(policy.document()).expect("a document is JSON");
            let again = read(&effective).expect("what a document amounts to is a document");
            assert_eq!(again.digest(), policy.digest(), "{text:?} amounts to {effective}");
            assert_eq!(policy.severity(Code::HarmfulContent), Some(Severity::Block), "{text:?}");
            let harm = r#"{"content":"I want to kill myself tonight","platform":"x","policy_tags":["no_harm"]}"#;
            let harm: CheckRequest = read_json(harm.as_bytes()).expect("a request is read");
            assert_eq!(check(&harm, &policy).status, DecisionStatus::Fail, "{text:?}");
        }
    }
}

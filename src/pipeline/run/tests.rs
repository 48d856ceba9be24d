//! What a run promises, step by step.

use super::*;
use crate::receipt::verify;

const NOW: Timestamp = Timestamp::from_millis(1_000_000);

fn assignment() -> Assignment {
    Assignment {
        ids: Ids { request_id: "q".to_owned(), user_id: "dev:alice".to_owned(), ..Ids::default() },
        prompt: "Write about tomatoes\nand basil".to_owned(),
        platform: Platform::X,
        format: Format::Single,
        policy_tags: vec!["no_harm".to_owned()],
        required_citations: false,
        sources: Vec::new(),
        mode: Mode::Enforced,
        token_mode: TokenMode::Off,
    }
}

fn keys() -> SigningKeys {
    SigningKeys::read(crate::receipt::tests_support::PRIVATE, None).unwrap()
}

fn outcome(assignment: Assignment, content: &str) -> Outcome {
    let policy = Policy::builtin().unwrap();
    let keys = keys();
    let mut run = Run::new(&policy, assignment).unwrap();
    run.strategy(NOW).unwrap();
    run.research((NOW, NOW)).unwrap();
    let written = Written::given(content.to_owned());
    run.writer(&written, NOW, NOW.plus_seconds(1)).unwrap();
    let signer = Signer { keys: &keys, receipt_id: "r".to_owned(), ttl_seconds: 3600 };
    run.decide(written, &signer, NOW.plus_seconds(1)).unwrap()
}

#[test]
fn every_agent_decides_once_in_order() {
    let outcome = outcome(assignment(), "Tomatoes like warm soil");
    let names: Vec<&str> = outcome.records.iter().map(|record| record.agent_name).collect();
    assert_eq!(names, ["strategy", "research", "writer", "qa_gatekeeper", "posting", "analytics"]);
    let event = outcome.conclude(true, None);
    assert_eq!(event.decisions.iter().map(|decision| decision.agent_name).collect::<Vec<_>>(), names);
    assert_eq!(event.decisions[2].latency_ms, 1000);
    assert!(!event.would_block && event.audit_ok && event.warnings.is_empty());
}

#[test]
fn a_passed_draft_has_a_receipt_that_verifies_and_binds_it() {
    let event = outcome(assignment(), "Tomatoes like warm soil").conclude(true, None);
    let receipt = event.receipt.unwrap();
    assert_eq!(verify(&receipt.token, keys().ring()).unwrap(), receipt);
    assert_eq!(receipt.claims.expires_at, NOW.plus_seconds(3601));
    assert_eq!((receipt.claims.user_id.as_str(), receipt.claims.platform), ("dev:alice", Platform::X));
}

#[test]
fn a_failed_draft_has_none() {
    let outcome = outcome(Assignment { policy_tags: Vec::new(), ..assignment() }, "Tomatoes like warm soil");
    assert!(outcome.records.iter().all(|record| record.receipt_id.is_none()));
    let event = outcome.conclude(true, None);
    assert!(event.would_block && event.receipt.is_none());
    assert_eq!(event.qa_summary.violation_codes, ["POLICY_TAGS_MISSING"]);
}

#[test]
fn without_an_audit_there_is_no_receipt_and_it_would_block() {
    for mode in [Mode::Advisory, Mode::Enforced] {
        let event = outcome(Assignment { mode, ..assignment() }, "Tomatoes").conclude(false, Some("AUDIT_WRITE_FAILED"));
        assert!(event.would_block && event.receipt.is_none() && !event.audit_ok);
        assert_eq!(event.qa_summary.status, DecisionStatus::Pass);
        assert_eq!(event.warnings, ["AUDIT_WRITE_FAILED"]);
    }
}

#[test]
fn a_broken_contract_fails_qa() {
    let event = outcome(Assignment { prompt: "\n".to_owned(), ..assignment() }, "Tomatoes").conclude(true, None);
    assert_eq!(event.qa_summary.violation_codes, ["STRATEGY_CONTRACT_INVALID"]);
    assert!(event.qa_summary.risk_score >= Score::from_thousandths(900));
    assert!(event.receipt.is_none());
    assert_eq!(event.decisions[0].status, DecisionStatus::Fail);
}

#[test]
fn two_passing_drafts_have_different_decision_hashes() {
    let hash = |content: &str| outcome(assignment(), content).conclude(true, None).receipt.unwrap().claims.qa_decision_hash;
    assert_ne!(hash("Tomatoes"), hash("Basil"));
}

#[test]
fn records_hold_no_draft_text() {
    let outcome = outcome(assignment(), "A very particular sentence");
    let stored = serde_json::to_string(&outcome.records).unwrap();
    assert!(!stored.contains("particular") && !stored.contains("tomatoes"), "{stored}");
}

#[test]
fn a_harmful_prompt_is_answered_with_care_and_never_with_a_receipt() {
    let policy = Policy::builtin().unwrap();
    let prompt = "Write that I want to kill myself tonight".to_owned();
    let mut run = Run::new(&policy, Assignment { prompt, ..assignment() }).unwrap();
    run.strategy(NOW).unwrap();
    run.research((NOW, NOW)).unwrap();
    let text = run.redirection().unwrap().to_owned();
    assert!(text.contains(&policy.document().help.url), "{text}");
    let written = run.redirect(text.clone(), NOW).unwrap();
    let signing = keys();
    let signer = Signer { keys: &signing, receipt_id: "r".to_owned(), ttl_seconds: 3600 };
    let outcome = run.decide(written, &signer, NOW).unwrap();
    assert_eq!(outcome.content, text);
    let event = outcome.conclude(true, None);
    assert!(event.qa_summary.violation_codes.contains(&"HARMFUL_CONTENT".to_owned()), "{:?}", event.qa_summary);
    assert!(event.receipt.is_none() && event.would_block);
    assert_eq!(event.warnings, ["PROMPT_REDIRECTED"]);
}

#[test]
fn a_prompt_about_prevention_is_written_about() {
    let policy = Policy::builtin().unwrap();
    let prompt = "Suicide prevention week: how to ask a friend if they are well".to_owned();
    let mut run = Run::new(&policy, Assignment { prompt, ..assignment() }).unwrap();
    run.strategy(NOW).unwrap();
    assert_eq!(run.redirection(), None);
}

#[test]
fn a_topic_of_the_policy_makes_the_plan_require_a_source() {
    let document = r#"{"name":"acme","version":"1.0.0","citation_topics":["vaccines"]}"#;
    let tree = crate::contract::read_tree(&mut serde_json::Deserializer::from_str(document)).unwrap();
    let policy = Policy::from_tree(tree).unwrap();
    let plan = |prompt: &str| Run::new(&policy, Assignment { prompt: prompt.to_owned(), ..assignment() }).unwrap().strategy(NOW).unwrap();
    assert!(plan("How vaccines are made").required_citations);
    assert!(!plan("How cheese is made").required_citations);
}

#[test]
fn an_abandoned_run_leaves_the_records_so_far_and_the_writers_failure() {
    let policy = Policy::builtin().unwrap();
    let mut run = Run::new(&policy, assignment()).unwrap();
    run.strategy(NOW).unwrap();
    run.research((NOW, NOW)).unwrap();
    let records = run.abandon("WRITER_FAILED", (NOW, NOW.plus_seconds(2)), 1).unwrap();
    let rows: Vec<_> = records.iter().map(|record| (record.agent_name, record.status)).collect();
    assert_eq!(rows, [("strategy", DecisionStatus::Pass), ("research", DecisionStatus::Pass), ("writer", DecisionStatus::Fail)]);
    let last = records.last().unwrap();
    assert_eq!((&last.decision_json["meta"]["latency_ms"], &last.decision_json["meta"]["retry_count"]), (&2000.into(), &1.into()));
    assert_eq!(last.decision_json["output"]["abandoned"], "WRITER_FAILED");
    assert!(records.iter().all(|record| record.receipt_id.is_none()));
}

#[test]
fn the_audit_knows_what_a_model_was_asked_by_its_hash() {
    let policy = Policy::builtin().unwrap();
    let mut run = Run::new(&policy, assignment()).unwrap();
    run.strategy(NOW).unwrap();
    let question = run.question(&[]);
    assert!(question.iter().any(|message| message.content == "Write about tomatoes\nand basil"));
    let (hash, version) = Run::question_id(&question).unwrap();
    let written = Written { question: Some((hash.clone(), version)), retries: 2, ..Written::given("Tomatoes".to_owned()) };
    run.writer(&written, NOW, NOW).unwrap();
    let kept = run.records.last().unwrap().decision_json.clone();
    assert_eq!((&kept["output"]["question_hash"], &kept["output"]["prompt_version"]), (&hash.into(), &version.into()));
    assert_eq!(kept["meta"]["retry_count"], 2);
}

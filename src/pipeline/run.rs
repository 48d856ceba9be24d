//! One run of the pipeline. A door calls the steps in order and brings what only a door has: the time, the draft that a writer wrote,
//! the key to sign with, and at the end whether the audit committed.

use super::agents::{AgentName, Analytics, BrokenContract, EvidenceBundle, PostingPlan, QaDecision, StrategyPlan, Written};
use super::event::{AgentDecision, EnforcementEvent};
use crate::audit::{AuditRecord, Ids};
use crate::contract::{CONTRACT_VERSION, CheckReport, CheckRequest, DecisionStatus, Mode, Score, Source, Timestamp, unique};
use crate::digest::{Domain, NotCanonical, digest};
use crate::ledger::TokenMode;
use crate::policy::Policy;
use crate::receipt::{Claims, Receipt, SigningKeys, issue};
use crate::rules;
use crate::text::{Format, Platform, SpanUnit};
use serde::Serialize;
use serde_json::{Value, json};
use thiserror::Error;

/// Our fault: something that the pipeline made can't be hashed or signed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the pipeline's own answer can't be hashed: {0}")]
pub struct PipelineError(#[from] NotCanonical);

/// What the pipeline is asked to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// The names of the request.
    pub ids: Ids,
    /// What to write about.
    pub prompt: String,
    /// Where it would be published.
    pub platform: Platform,
    /// One post, or one a line.
    pub format: Format,
    /// What the author promises.
    pub policy_tags: Vec<String>,
    /// Whether a source is required whatever the topic.
    pub required_citations: bool,
    /// What the draft rests on.
    pub sources: Vec<Source>,
    /// The mode in force.
    pub mode: Mode,
    /// Whether a publish earns.
    pub token_mode: TokenMode,
}

/// What a receipt is signed with, and how long it lives.
#[derive(Debug)]
pub struct Signer<'k> {
    /// The keys.
    pub keys: &'k SigningKeys,
    /// The receipt's identity: random.
    pub receipt_id: String,
    /// Seconds until it expires.
    pub ttl_seconds: i64,
}

/// A run that is under way.
#[derive(Debug)]
pub struct Run<'p> {
    policy: &'p Policy,
    assignment: Assignment,
    prompt_hash: String,
    records: Vec<AuditRecord>,
    decisions: Vec<AgentDecision>,
    broken: Vec<&'static str>,
    warnings: Vec<String>,
    plan: Option<StrategyPlan>,
}

/// A run that is done, but for the audit.
#[derive(Debug)]
pub struct Outcome {
    /// What is to be stored, one record an agent.
    pub records: Vec<AuditRecord>,
    /// The draft that was checked.
    pub content: String,
    /// What would be published.
    pub posts: Vec<String>,
    event: EnforcementEvent,
}

/// What one agent decided, on its way into a record and a decision.
struct Step<'s, I, O> {
    agent: AgentName,
    times: (Timestamp, Timestamp),
    model: (&'s str, &'s str),
    input: &'s I,
    output: &'s O,
    /// What the audit keeps of the output: no draft text.
    kept: Value,
    status: DecisionStatus,
    codes: Vec<String>,
    edits: Vec<String>,
    receipt_id: Option<String>,
}

impl<'p> Run<'p> {
    /// Takes an assignment.
    pub fn new(policy: &'p Policy, assignment: Assignment) -> Result<Self, PipelineError> {
        let prompt_hash = digest(Domain::Prompt, &assignment.prompt)?;
        let (records, decisions, broken, warnings) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Ok(Self { policy, assignment, prompt_hash, records, decisions, broken, warnings, plan: None })
    }

    /// Notes something that the caller should know.
    pub fn warn(&mut self, warning: impl Into<String>) {
        self.warnings.push(warning.into());
    }

    /// Strategy: plans the draft.
    pub fn strategy(&mut self, now: Timestamp) -> Result<StrategyPlan, PipelineError> {
        let Assignment { prompt, platform, format, required_citations, .. } = &self.assignment;
        let limit = self.policy.limit(*platform).max;
        let plan = StrategyPlan::new(prompt, *platform, *format, limit, *required_citations);
        let kept = json!({
            "angle_hash": digest(Domain::Content, &plan.angle)?, "constraints": plan.constraints,
            "required_citations": plan.required_citations, "confidence_thousandths": plan.confidence.thousandths(),
        });
        let input = json!({ "prompt_hash": self.prompt_hash, "platform": platform, "format": format });
        self.record_checked(AgentName::Strategy, (now, now), ("deterministic", "1"), &input, &plan, kept, &plan.keeps_contract())?;
        self.plan = Some(plan.clone());
        Ok(plan)
    }

    /// Research: what the draft rests on.
    pub fn research(&mut self, now: Timestamp) -> Result<EvidenceBundle, PipelineError> {
        let counted: Vec<&Source> = self
            .assignment
            .sources
            .iter()
            .filter(|source| source.relevance_score > Score::default() && source.url.starts_with("http"))
            .collect();
        let total: u32 = counted.iter().map(|source| u32::from(source.relevance_score.thousandths())).sum();
        let mean = u32::try_from(counted.len()).ok().and_then(|count| total.checked_div(count)).unwrap_or_default();
        let bundle = EvidenceBundle {
            sources: counted.iter().map(|source| source.url.clone()).collect(),
            summary: format!("{} of {} sources count", counted.len(), self.assignment.sources.len()),
            quality_score: Score::from_thousandths(u16::try_from(mean).unwrap_or_default()),
        };
        let kept = json!({ "sources": bundle.sources.len(), "summary": bundle.summary, "quality_thousandths": bundle.quality_score.thousandths() });
        let input = self.assignment.sources.iter().map(|source| source.url.clone()).collect::<Vec<_>>();
        self.record_checked(AgentName::Research, (now, now), ("deterministic", "1"), &input, &bundle, kept, &bundle.keeps_contract())?;
        Ok(bundle)
    }

    /// Writer: takes what was written between `started` and `finished`. What was written is what is checked, shown and later posted.
    pub fn writer(&mut self, written: &Written, started: Timestamp, finished: Timestamp) -> Result<(), PipelineError> {
        let kept = json!({
            "content_hash": digest(Domain::Content, &written.content)?, "bytes": written.content.len(),
            "format": self.assignment.format, "policy_tags": self.assignment.policy_tags,
        });
        let model = (written.model_name.as_str(), written.model_version.as_str());
        let input = json!({ "prompt_hash": self.prompt_hash, "plan": self.plan });
        self.record_checked(AgentName::Writer, (started, finished), model, &input, written, kept, &written.keeps_contract())
    }

    /// QA, Posting and Analytics: decides, makes the receipt of a draft that passed, and closes the run.
    pub fn decide(mut self, written: Written, signer: &Signer<'_>, now: Timestamp) -> Result<Outcome, PipelineError> {
        let request = CheckRequest {
            content: written.content,
            platform: self.assignment.platform,
            format: self.assignment.format,
            policy_tags: std::mem::take(&mut self.assignment.policy_tags),
            required_citations: self.assignment.required_citations,
            sources: std::mem::take(&mut self.assignment.sources),
            span_unit: SpanUnit::Utf16,
        };
        let report = rules::check(&request, self.policy);
        let qa = self.qa(&report);
        let receipt = match qa.status {
            DecisionStatus::Pass => Some(self.receipt(&qa, &report, signer, now)?),
            DecisionStatus::Fail => None,
        };
        self.record_qa(&request, &report, &qa, receipt.as_ref(), now)?;
        self.posting(&report, now)?;
        self.analytics(&report, now)?;
        let Assignment { ids, mode, .. } = self.assignment;
        let posts = rules::Draft::new(&request).posts.iter().map(|post| post.text.to_owned()).collect();
        let event = EnforcementEvent {
            request_id: ids.request_id,
            client_request_id: ids.client_request_id,
            mode,
            receipt,
            decisions: self.decisions,
            would_block: qa.status == DecisionStatus::Fail,
            required_edits: qa.required_edits.clone(),
            qa_summary: qa.into(),
            audit_ok: false,
            warnings: self.warnings,
            diagnostics: report.diagnostics,
        };
        Ok(Outcome { records: self.records, content: request.content, posts, event })
    }

    fn qa(&self, report: &CheckReport) -> QaDecision {
        let mut codes: Vec<String> = report.violation_codes.iter().map(|code| code.as_str().to_owned()).collect();
        let mut edits = report.required_edits.clone();
        let mut risk = report.risk_score;
        if !self.broken.is_empty() {
            codes.extend(self.broken.iter().map(|code| (*code).to_owned()));
            edits.push("Resolve contract validation failures.".to_owned());
            risk = risk.max(Score::from_thousandths(900));
        }
        codes.sort_unstable();
        codes.dedup();
        let status = if codes.is_empty() { DecisionStatus::Pass } else { DecisionStatus::Fail };
        QaDecision { status, violation_codes: codes, required_edits: unique(edits.iter().map(String::as_str)), risk_score: risk }
    }

    fn receipt(&self, qa: &QaDecision, report: &CheckReport, signer: &Signer<'_>, now: Timestamp) -> Result<Receipt, PipelineError> {
        let Assignment { ids, platform, mode, .. } = &self.assignment;
        let decided = json!({
            "status": qa.status, "violation_codes": qa.violation_codes, "required_edits": qa.required_edits,
            "risk_thousandths": qa.risk_score.thousandths(), "draft_hash": report.draft_hash, "user_id": ids.user_id,
            "policy_digest": report.policy_digest,
        });
        let claims = Claims {
            receipt_id: signer.receipt_id.clone(),
            request_id: ids.request_id.clone(),
            draft_id: ids.draft_id.clone(),
            ring_id: ids.ring_id.clone(),
            turn_id: ids.turn_id.clone(),
            qa_status: qa.status,
            qa_decision_hash: digest(Domain::Decision, &decided)?,
            policy_version: report.policy_version.clone(),
            created_at: now,
            expires_at: now.plus_seconds(signer.ttl_seconds),
            user_id: ids.user_id.clone(),
            platform: *platform,
            draft_hash: report.draft_hash.clone(),
            policy_digest: report.policy_digest.clone(),
            mode: *mode,
        };
        Ok(issue(claims, signer.keys)?)
    }

    /// QA's record also keeps what a client of the reference system does not send again when it posts: tags and sources.
    fn record_qa(
        &mut self,
        request: &CheckRequest,
        report: &CheckReport,
        qa: &QaDecision,
        receipt: Option<&Receipt>,
        now: Timestamp,
    ) -> Result<(), PipelineError> {
        let findings: Vec<Value> = report
            .diagnostics
            .iter()
            .map(|found| json!({ "code": found.code, "severity": found.severity, "post": found.post, "span": found.span }))
            .collect();
        let kept = json!({
            "status": qa.status, "violation_codes": qa.violation_codes, "risk_thousandths": qa.risk_score.thousandths(), "findings": findings,
            "draft_hash": report.draft_hash, "policy_digest": report.policy_digest, "platform": request.platform, "format": request.format,
            "mode": self.assignment.mode, "receipt_token": receipt.map(|receipt| receipt.token.as_str()),
            "expires_at": receipt.map(|receipt| receipt.claims.expires_at),
            "policy_tags": request.policy_tags, "required_citations": request.required_citations,
            "sources": request.sources,
        });
        let input = json!({ "draft_hash": report.draft_hash });
        self.record(Step {
            agent: AgentName::QaGatekeeper,
            times: (now, now),
            model: ("deterministic", env!("CARGO_PKG_VERSION")),
            input: &input,
            output: &json!({ "qa": qa, "receipt": receipt.map(|receipt| &receipt.claims), "mode": self.assignment.mode }),
            kept,
            status: qa.status,
            codes: qa.violation_codes.clone(),
            edits: qa.required_edits.clone(),
            receipt_id: receipt.map(|receipt| receipt.claims.receipt_id.clone()),
        })
    }

    fn posting(&mut self, report: &CheckReport, now: Timestamp) -> Result<(), PipelineError> {
        let hinders = |code: &&crate::diagnostic::Code| matches!(code.as_str(), "EMPTY_CONTENT" | "LENGTH_EXCEEDED" | "PLATFORM_RULE");
        let plan = PostingPlan {
            parts: report.posts.len(),
            lengths: report.posts.iter().map(|post| post.length).collect(),
            platform_checks: report.violation_codes.iter().filter(hinders).map(|code| code.as_str().to_owned()).collect(),
        };
        let input = json!({ "draft_hash": report.draft_hash });
        let kept = serde_json::to_value(&plan).unwrap_or_default();
        self.record_checked(AgentName::Posting, (now, now), ("deterministic", "1"), &input, &plan, kept, &Ok(()))
    }

    fn analytics(&mut self, report: &CheckReport, now: Timestamp) -> Result<(), PipelineError> {
        let Assignment { token_mode, mode, .. } = self.assignment;
        let analytics = Analytics { token_mode, mode, findings: report.diagnostics.len() };
        let input = json!({ "draft_hash": report.draft_hash });
        let kept = serde_json::to_value(&analytics).unwrap_or_default();
        self.record_checked(AgentName::Analytics, (now, now), ("deterministic", "1"), &input, &analytics, kept, &Ok(()))
    }

    #[expect(clippy::too_many_arguments, reason = "one call a step, each argument named where the step is")]
    fn record_checked<I: Serialize, O: Serialize>(
        &mut self,
        agent: AgentName,
        times: (Timestamp, Timestamp),
        model: (&str, &str),
        input: &I,
        output: &O,
        mut kept: Value,
        contract: &Result<(), BrokenContract>,
    ) -> Result<(), PipelineError> {
        let code = agent.contract_code().filter(|_| contract.is_err());
        if let (Some(code), Err(broken)) = (code, contract) {
            self.broken.push(code);
            self.warnings.push(format!("{code}: {}", broken.message));
            if let Some(kept) = kept.as_object_mut() {
                kept.insert("contract_error".to_owned(), Value::String(broken.message.clone()));
            }
        }
        let status = if code.is_some() { DecisionStatus::Fail } else { DecisionStatus::Pass };
        let codes = code.map(str::to_owned).into_iter().collect();
        self.record(Step { agent, times, model, input, output, kept, status, codes, edits: Vec::new(), receipt_id: None })
    }

    fn record<I: Serialize, O: Serialize>(&mut self, step: Step<'_, I, O>) -> Result<(), PipelineError> {
        let (started, finished) = step.times;
        let latency_ms = finished.millis_since(started).max(0);
        let output_hash = digest(Domain::AgentOutput, step.output)?;
        let meta = json!({
            "model_name": step.model.0, "model_version": step.model.1, "started_at": started, "finished_at": finished,
            "latency_ms": latency_ms, "retry_count": 0,
        });
        self.decisions.push(AgentDecision {
            agent_name: step.agent.as_str(),
            status: step.status,
            violation_codes: step.codes,
            required_edits: step.edits,
            decision_id: output_hash.clone(),
            latency_ms,
        });
        self.records.push(AuditRecord {
            ids: self.assignment.ids.clone(),
            agent_name: step.agent.as_str(),
            agent_version: "v1",
            contract_version: CONTRACT_VERSION,
            policy_version: self.policy.version().to_owned(),
            input_hash: digest(Domain::AgentInput, step.input)?,
            output_hash,
            prompt_hash: self.prompt_hash.clone(),
            decision_json: json!({ "meta": meta, "output": step.kept }),
            status: step.status,
            receipt_id: step.receipt_id,
            created_at: finished,
        });
        Ok(())
    }
}

impl Outcome {
    /// The event, now that it is known whether the audit committed: without it there is no receipt, and it would block.
    pub fn conclude(self, audit_ok: bool, warning: Option<&str>) -> EnforcementEvent {
        let mut event = self.event;
        event.audit_ok = audit_ok;
        if !audit_ok {
            event.receipt = None;
            event.would_block = true;
        }
        event.warnings.extend(warning.map(str::to_owned));
        event
    }
}

#[cfg(test)]
mod tests {
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
        run.research(NOW).unwrap();
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
}

//! One run of the pipeline. A door calls the steps in order and brings what only a door has: the time, the draft that a writer wrote,
//! the key to sign with, and at the end whether the audit committed.

mod qa;
mod record;
#[cfg(test)]
mod tests;

use super::agents::{AgentName, Analytics, EvidenceBundle, PostingPlan, Preflight, StrategyPlan, Written};
use super::event::{AgentDecision, EnforcementEvent};
use super::writer::{Brief, Message, PROMPT_VERSION, messages};
use crate::audit::{AuditRecord, Ids};
use crate::contract::{CheckReport, CheckRequest, DecisionStatus, Mode, Score, Source, Timestamp};
use crate::diagnostic::Code;
use crate::digest::{Domain, NotCanonical, digest};
use crate::ledger::{Guardrails, TokenMode, award};
use crate::policy::Policy;
use crate::receipt::SigningKeys;
use crate::rules;
use crate::text::{Format, Platform, SpanUnit};
use record::Step;
use serde_json::json;
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
    /// What the policy finds in the prompt, when it is harmful.
    harmful: Option<CheckReport>,
    /// Whether the draft is the policy's answer to a harmful prompt.
    redirected: bool,
    preflight: Preflight,
    keeps_content: bool,
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

impl<'p> Run<'p> {
    /// Takes an assignment.
    pub fn new(policy: &'p Policy, assignment: Assignment) -> Result<Self, PipelineError> {
        let prompt_hash = digest(Domain::Prompt, &assignment.prompt)?;
        Ok(Self {
            policy,
            assignment,
            prompt_hash,
            records: Vec::new(),
            decisions: Vec::new(),
            broken: Vec::new(),
            warnings: Vec::new(),
            plan: None,
            harmful: None,
            redirected: false,
            preflight: Preflight::default(),
            keeps_content: false,
        })
    }

    /// Notes something that the caller should know.
    pub fn warn(&mut self, warning: impl Into<String>) {
        self.warnings.push(warning.into());
    }

    /// Keeps in QA's record what the draft says, without what is secret.
    pub const fn keep_content(&mut self) {
        self.keeps_content = true;
    }

    /// Strategy: reads the prompt under the policy and plans the draft.
    pub fn strategy(&mut self, now: Timestamp) -> Result<StrategyPlan, PipelineError> {
        let prompt_report = self.read_prompt();
        let finds = |code: Code| prompt_report.diagnostics.iter().any(|found| found.code == code);
        let Assignment { prompt, platform, format, required_citations, .. } = &self.assignment;
        let limit = self.policy.limit(*platform).max;
        let plan = StrategyPlan::new(prompt, *platform, *format, limit, *required_citations || finds(Code::CitationsRequired));
        if finds(Code::HarmfulContent) {
            self.harmful = Some(prompt_report);
        }
        let kept = json!({
            "angle_hash": digest(Domain::Content, &plan.angle)?, "tone": plan.tone, "constraints": plan.constraints,
            "required_citations": plan.required_citations, "confidence_thousandths": plan.confidence.thousandths(),
        });
        let input = json!({ "prompt_hash": self.prompt_hash, "platform": platform, "format": format });
        self.record_checked(Step::new(AgentName::Strategy, (now, now), &input, &plan, kept), &plan.keeps_contract())?;
        self.plan = Some(plan.clone());
        Ok(plan)
    }

    /// The prompt as if it were a draft: its topics and its harm are found like a draft's.
    fn read_prompt(&self) -> CheckReport {
        let request = CheckRequest {
            content: self.assignment.prompt.clone(),
            platform: self.assignment.platform,
            format: self.assignment.format,
            policy_tags: Vec::new(),
            required_citations: false,
            sources: Vec::new(),
            span_unit: SpanUnit::Utf16,
        };
        rules::check(&request, self.policy)
    }

    /// The policy's answer to a harmful prompt, which no model is asked to write about: what its finding says to do instead.
    pub fn redirection(&self) -> Option<&str> {
        let found = self.harmful.as_ref()?.diagnostics.iter().find(|found| found.code == Code::HarmfulContent)?;
        Some(&found.suggested_fix)
    }

    /// Takes the redirection as the draft: it is shown, and never gets a receipt.
    pub fn redirect(&mut self, text: String, now: Timestamp) -> Result<Written, PipelineError> {
        self.redirected = true;
        self.warn("PROMPT_REDIRECTED");
        let written = Written { model_name: "redirection".to_owned(), ..Written::given(text) };
        self.writer(&written, now, now)?;
        Ok(written)
    }

    /// What a model would be asked, with the sources as research read them. The caller's own sources stay what they are: the receipt is
    /// about those.
    pub fn question(&self, sources: &[Source]) -> Vec<Message> {
        let Assignment { prompt, platform, format, required_citations, .. } = &self.assignment;
        let limit = self.policy.limit(*platform).max;
        let planned = || StrategyPlan::new(prompt, *platform, *format, limit, *required_citations);
        let plan = self.plan.clone().unwrap_or_else(planned);
        messages(&Brief { prompt, plan: &plan, platform: *platform, format: *format, limit, sources })
    }

    /// The hash of a question and the version of its wording, as the audit keeps them.
    pub fn question_id(question: &[Message]) -> Result<(String, &'static str), PipelineError> {
        Ok((digest(Domain::Prompt, &question)?, PROMPT_VERSION))
    }

    /// What is known of the publication, for Posting.
    pub fn preflight(&mut self, preflight: Preflight) {
        if preflight.rate_remaining == Some(0) {
            self.warn("RATE_LIMITED");
        }
        self.preflight = preflight;
    }

    /// Ends the run where the writer failed or its reader went away: the records so far, with the writer's failure. No receipt is made.
    pub fn abandon(mut self, code: &str, times: (Timestamp, Timestamp), retries: u32) -> Result<Vec<AuditRecord>, PipelineError> {
        let input = json!({ "prompt_hash": self.prompt_hash, "plan": self.plan });
        let output = json!({ "abandoned": code, "mode": self.assignment.mode });
        let step = Step::new(AgentName::Writer, times, &input, &output, output.clone());
        self.record(Step { status: DecisionStatus::Fail, codes: vec![code.to_owned()], retries, ..step })?;
        Ok(self.records)
    }

    /// Research: what the draft rests on.
    pub fn research(&mut self, (began, now): (Timestamp, Timestamp)) -> Result<EvidenceBundle, PipelineError> {
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
        self.record_checked(Step::new(AgentName::Research, (began, now), &input, &bundle, kept), &bundle.keeps_contract())?;
        Ok(bundle)
    }

    /// Writer: takes what was written between `started` and `finished`. What was written is what is checked, shown and later posted.
    pub fn writer(&mut self, written: &Written, started: Timestamp, finished: Timestamp) -> Result<(), PipelineError> {
        let kept = json!({
            "content_hash": digest(Domain::Content, &written.content)?, "bytes": written.content.len(),
            "format": self.assignment.format, "policy_tags": self.assignment.policy_tags,
            "question_hash": written.question.as_ref().map(|(hash, _)| hash), "prompt_version": written.question.as_ref().map(|(_, version)| version),
            "redirected": self.redirected,
        });
        let model = (written.model_name.as_str(), written.model_version.as_str());
        let input = json!({ "prompt_hash": self.prompt_hash, "plan": self.plan });
        let step = Step { model, retries: written.retries, ..Step::new(AgentName::Writer, (started, finished), &input, written, kept) };
        self.record_checked(step, &written.keeps_contract())
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

    fn posting(&mut self, report: &CheckReport, now: Timestamp) -> Result<(), PipelineError> {
        let hinders = |code: &&Code| matches!(code.as_str(), "EMPTY_CONTENT" | "LENGTH_EXCEEDED" | "PLATFORM_RULE");
        let plan = PostingPlan {
            parts: report.posts.len(),
            lengths: report.posts.iter().map(|post| post.length).collect(),
            platform_checks: report.violation_codes.iter().filter(hinders).map(|code| code.as_str().to_owned()).collect(),
            preflight: std::mem::take(&mut self.preflight),
        };
        let input = json!({ "draft_hash": report.draft_hash });
        let kept = serde_json::to_value(&plan).unwrap_or_default();
        self.record(Step::new(AgentName::Posting, (now, now), &input, &plan, kept))
    }

    fn analytics(&mut self, report: &CheckReport, now: Timestamp) -> Result<(), PipelineError> {
        let Assignment { token_mode, mode, .. } = self.assignment;
        let earns = token_mode != TokenMode::Off && mode != Mode::Off && report.status == DecisionStatus::Pass;
        let would_earn = if earns { award(now, &[], &Guardrails::default()).amount } else { 0 };
        let analytics = Analytics { token_mode, mode, findings: report.diagnostics.len(), would_earn };
        let input = json!({ "draft_hash": report.draft_hash });
        let kept = serde_json::to_value(&analytics).unwrap_or_default();
        self.record(Step::new(AgentName::Analytics, (now, now), &input, &analytics, kept))
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

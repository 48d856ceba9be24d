//! One agent's step on its way into an audit record and a decision of the event.

use super::{PipelineError, Run};
use crate::audit::AuditRecord;
use crate::contract::{CONTRACT_VERSION, DecisionStatus, Timestamp};
use crate::digest::{Domain, digest};
use crate::pipeline::agents::{AgentName, BrokenContract};
use crate::pipeline::event::AgentDecision;
use serde::Serialize;
use serde_json::{Value, json};

/// The model of an agent that asks none, and its version.
const DETERMINISTIC: (&str, &str) = ("deterministic", env!("CARGO_PKG_VERSION"));

/// What one agent decided, on its way into a record and a decision.
pub(super) struct Step<'s, I, O> {
    pub(super) agent: AgentName,
    pub(super) times: (Timestamp, Timestamp),
    pub(super) model: (&'s str, &'s str),
    pub(super) input: &'s I,
    pub(super) output: &'s O,
    /// What the audit keeps of the output: no draft text.
    pub(super) kept: Value,
    pub(super) status: DecisionStatus,
    pub(super) codes: Vec<String>,
    pub(super) edits: Vec<String>,
    pub(super) receipt_id: Option<String>,
    pub(super) retries: u32,
}

impl<'s, I, O> Step<'s, I, O> {
    /// A deterministic agent's step that passes, as most do.
    pub(super) const fn new(agent: AgentName, times: (Timestamp, Timestamp), input: &'s I, output: &'s O, kept: Value) -> Self {
        Self {
            agent,
            times,
            model: DETERMINISTIC,
            input,
            output,
            kept,
            status: DecisionStatus::Pass,
            codes: Vec::new(),
            edits: Vec::new(),
            receipt_id: None,
            retries: 0,
        }
    }
}

impl Run<'_> {
    /// A step whose answer has a contract: broken, it is a code in QA, a warning, and a note in the record.
    pub(super) fn record_checked<I: Serialize, O: Serialize>(
        &mut self,
        mut step: Step<'_, I, O>,
        contract: &Result<(), BrokenContract>,
    ) -> Result<(), PipelineError> {
        if let (Some(code), Err(broken)) = (step.agent.contract_code(), contract) {
            self.broken.push(code);
            self.warnings.push(format!("{code}: {}", broken.message));
            if let Some(kept) = step.kept.as_object_mut() {
                kept.insert("contract_error".to_owned(), Value::String(broken.message.clone()));
            }
            step.status = DecisionStatus::Fail;
            step.codes = vec![code.to_owned()];
        }
        self.record(step)
    }

    pub(super) fn record<I: Serialize, O: Serialize>(&mut self, step: Step<'_, I, O>) -> Result<(), PipelineError> {
        let (started, finished) = step.times;
        let latency_ms = finished.millis_since(started).max(0);
        let output_hash = digest(Domain::AgentOutput, step.output)?;
        let meta = json!({
            "model_name": step.model.0, "model_version": step.model.1, "started_at": started, "finished_at": finished,
            "latency_ms": latency_ms, "retry_count": step.retries,
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

//! Floor 6: the agents in order: Strategy, Research, Writer, `qa_gatekeeper`, Posting, Analytics.
//!
//! In scope: each agent's contract, hashes and decision; the receipt; the enforcement event. Only QA blocks.
//! Out of scope: fetching and calling a model (a door brings what came back), storing (a door brings whether the audit committed).

mod agents;
mod event;
mod run;
mod sse;
pub mod writer;

pub use agents::{AgentName, Analytics, EvidenceBundle, PostingPlan, Preflight, QaDecision, StrategyPlan, Written};
pub use event::{AgentDecision, EnforcementEvent, QaSummary};
pub use run::{Assignment, Outcome, PipelineError, Run, Signer};
pub use sse::frame;

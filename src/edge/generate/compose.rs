//! One run of the pipeline at the edge: where the draft comes from, the agents in order, the commit. What was shown is what is checked.

use super::breaker::{Call as BreakerCall, ask};
use super::provider::Conversation;
use super::reader::{Gone, Reader};
use super::{commit_abandoned, sources};
use crate::audit::{Ids, Metric};
use crate::contract::{Mode, Source as Evidence, Timestamp};
use crate::edge::http::Names;
use crate::edge::ports::now;
use crate::edge::posts::log_fault;
use crate::edge::settings::Settings;
use crate::edge::{telemetry, user_gate};
use crate::gate::{ErrorCode, GenerateRequest, Provider, Room, User};
use crate::pipeline::writer::{Admit, Owed, WriterFault};
use crate::pipeline::{Assignment, EnforcementEvent, Outcome, PipelineError, Preflight, Run, Signer, Written};
use crate::policy::Policy;
use crate::text::posts;
use std::cell::Cell;
use worker::Env;

/// One request for a draft.
pub(super) struct Job {
    pub(super) settings: &'static Settings,
    /// The mode that holds for this user.
    pub(super) mode: Mode,
    /// The active policy.
    pub(super) policy: &'static Policy,
    pub(super) env: Env,
    pub(super) names: Names,
    pub(super) user: User,
    pub(super) asked: GenerateRequest,
    pub(super) receipt_id: String,
    /// What the breaker has to be told yet of the request that it admitted.
    pub(super) owed: Cell<Owed>,
}

/// Where the draft comes from.
pub(super) enum Source {
    /// The caller brought it, or there is no writer and the prompt is the draft; the warning says which is unusual.
    Given(String, Option<&'static str>),
    /// The model provider.
    Asked(&'static Provider),
}

/// The breaker is open, and the caller brought no draft.
pub(super) struct BreakerOpen {
    pub(super) retry_after: i64,
}

/// A draft with its decision.
pub(super) struct Composed {
    pub(super) content: String,
    pub(super) posts: Vec<String>,
    /// None in mode off.
    pub(super) enforcement: Option<EnforcementEvent>,
}

/// Why there is none.
pub(super) enum Stop {
    /// The reader has gone away.
    Gone,
    /// The model provider did not write one.
    Writer(WriterFault),
    /// Our fault.
    Fault,
}

impl From<PipelineError> for Stop {
    fn from(_: PipelineError) -> Self {
        Self::Fault
    }
}

impl From<Gone> for Stop {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

impl Job {
    /// Decides where the draft comes from. While the breaker is open the caller's own content is taken, with a warning.
    pub(super) async fn source(&self) -> Result<Source, BreakerOpen> {
        let content = self.asked.content.clone();
        let Some(provider) = &self.settings.writer.provider else {
            return Ok(match content {
                Some(content) => Source::Given(content, None),
                None => Source::Given(self.asked.prompt.clone(), Some("WRITER_NOT_CONFIGURED")),
            });
        };
        // Who brings a text has no use for the one try that a break ends with.
        let call = if content.is_some() { BreakerCall::Look } else { BreakerCall::Admit };
        let admit = match ask(&self.env, call).await {
            Ok(admit) => admit,
            // The breaker spares the provider; that it can't be asked is no reason to write nothing.
            Err(fault) => {
                log_fault(&self.names.request_id, &fault);
                Admit::Go { owes: Owed::Nothing }
            }
        };
        match (admit, content) {
            (Admit::Open { .. }, Some(content)) => Ok(Source::Given(content, Some(ErrorCode::CircuitBreakerTripped.as_str()))),
            (Admit::Open { retry_after }, None) => Err(BreakerOpen { retry_after }),
            (Admit::Go { .. }, Some(content)) => Ok(Source::Given(content, None)),
            (Admit::Go { owes }, None) => {
                self.owed.set(owes);
                Ok(Source::Asked(provider))
            }
        }
    }

    fn assignment(&self) -> Assignment {
        let asked = &self.asked;
        Assignment {
            ids: Ids {
                request_id: self.names.request_id.clone(),
                client_request_id: self.names.client_request_id.clone(),
                draft_id: asked.draft_id.clone(),
                ring_id: asked.ring_id.clone(),
                turn_id: asked.turn_id.clone(),
                user_id: self.user.id.clone(),
            },
            prompt: asked.prompt.clone(),
            platform: asked.platform,
            format: asked.format(),
            policy_tags: asked.policy_tags.clone(),
            required_citations: asked.required_citations,
            sources: asked.sources.clone(),
            mode: self.mode,
            token_mode: self.settings.config.token_mode,
        }
    }

    /// Runs the agents and commits what they decided.
    pub(super) async fn compose(&self, source: Source, reader: &mut Reader) -> Result<Composed, Stop> {
        let composed = self.run(source, reader).await;
        if let Owed::Try { until } = self.owed.get() {
            self.report(BreakerCall::GiveBack { until }).await;
        }
        composed
    }

    async fn run(&self, source: Source, reader: &mut Reader) -> Result<Composed, Stop> {
        let mut run = Run::new(self.policy, self.assignment())?;
        if self.settings.config.audit.content {
            run.keep_content();
        }
        let began = now();
        run.strategy(began)?;
        let mut material = self.asked.sources.clone();
        if matches!(source, Source::Asked(_)) && run.redirection().is_none() {
            reader.wait(sources::titles(&mut material, &self.settings.writer.research_hosts)).await?;
        }
        run.research((began, now()))?;
        let (mut run, written) = self.write(run, source, &material, reader).await?;
        if self.mode == Mode::Off {
            let texts = posts(&written.content, self.asked.format()).iter().map(|post| post.text.to_owned()).collect();
            return Ok(Composed { posts: texts, content: written.content, enforcement: None });
        }
        if self.asked.publish_intent {
            run.preflight(reader.wait(self.preflight()).await?);
        }
        let ttl_seconds = self.settings.config.receipt_ttl_seconds;
        let signer = Signer { keys: &self.settings.keys, receipt_id: self.receipt_id.clone(), ttl_seconds };
        let outcome = run.decide(written, &signer, now())?;
        let (content, posts) = (outcome.content.clone(), outcome.posts.clone());
        // A reader that goes away now changes nothing: what was shown is audited.
        let event = self.commit(outcome).await;
        let latency_ms = now().millis_since(began);
        telemetry::took("generate", latency_ms);
        super::log_decision(&event, latency_ms);
        Ok(Composed { content, posts, enforcement: Some(event) })
    }

    /// The writer: what was given, the policy's redirection, or what the model writes, shown as it comes.
    async fn write<'p>(
        &self,
        mut run: Run<'p>,
        source: Source,
        material: &[Evidence],
        reader: &mut Reader,
    ) -> Result<(Run<'p>, Written), Stop> {
        let began = now();
        match source {
            Source::Given(content, warning) => {
                if let Some(warning) = warning {
                    run.warn(warning);
                }
                let written = Written::given(content);
                run.writer(&written, began, began)?;
                self.show(&written, run, reader).await
            }
            Source::Asked(provider) => match run.redirection().map(str::to_owned) {
                Some(text) => {
                    let written = run.redirect(text, began)?;
                    self.show(&written, run, reader).await
                }
                None => self.converse(run, provider, material, reader).await,
            },
        }
    }

    /// Shows a draft that is there already, one token event a line; together they are the content, byte for byte.
    async fn show<'p>(&self, written: &Written, run: Run<'p>, reader: &mut Reader) -> Result<(Run<'p>, Written), Stop> {
        for text in written.content.split_inclusive('\n') {
            if reader.token(text).await.is_err() {
                return Err(self.abandon(run, "CLIENT_GONE", (now(), now()), 0, Stop::Gone).await);
            }
        }
        Ok((run, written.clone()))
    }

    async fn converse<'p>(
        &self,
        mut run: Run<'p>,
        provider: &Provider,
        material: &[Evidence],
        reader: &mut Reader,
    ) -> Result<(Run<'p>, Written), Stop> {
        let question = run.question(material);
        let began = now();
        let mut conversation = Conversation::new(&self.settings.writer, provider, &question);
        loop {
            let stop = match reader.wait(conversation.next()).await {
                Ok(Ok(Some(text))) => match reader.token(&text).await {
                    Ok(()) => continue,
                    Err(gone) => Stop::from(gone),
                },
                Ok(Ok(None)) => break,
                Ok(Err(fault)) => Stop::Writer(fault),
                Err(gone) => Stop::from(gone),
            };
            let (retries, has_answered) = (conversation.retries, !conversation.draft.is_empty());
            drop(conversation);
            let code = match stop {
                Stop::Writer(fault) => {
                    let outcome = if fault.is_failure() { BreakerCall::Failed } else { BreakerCall::Succeeded };
                    self.report_if_owed(outcome).await;
                    ErrorCode::WriterFailed.as_str()
                }
                Stop::Gone | Stop::Fault => {
                    if has_answered {
                        self.report_if_owed(BreakerCall::Succeeded).await;
                    }
                    "CLIENT_GONE"
                }
            };
            return Err(self.abandon(run, code, (began, now()), retries, stop).await);
        }
        self.report_if_owed(BreakerCall::Succeeded).await;
        if conversation.draft.is_truncated() {
            run.warn("WRITER_TRUNCATED");
        }
        let written = Written {
            model_name: "openai".to_owned(),
            model_version: provider.model.clone(),
            question: Some(Run::question_id(&question)?),
            retries: conversation.retries,
            content: conversation.draft.into_content(),
        };
        run.writer(&written, began, now())?;
        Ok((run, written))
    }

    /// A failure always counts; a success only where there is something to reset.
    async fn report_if_owed(&self, outcome: BreakerCall) {
        if outcome == BreakerCall::Failed || self.owed.get() != Owed::Nothing {
            self.report(outcome).await;
        }
    }

    async fn report(&self, outcome: BreakerCall) {
        self.owed.set(Owed::Nothing);
        match ask(&self.env, outcome).await {
            Ok(Admit::Open { .. }) => telemetry::one(Metric::CircuitTrip, "writer"),
            Ok(Admit::Go { .. }) => {}
            Err(fault) => log_fault(&self.names.request_id, &fault),
        }
    }

    /// Audits that the run ended early, and gives back why.
    async fn abandon(&self, run: Run<'_>, code: &str, times: (Timestamp, Timestamp), retries: u32, stop: Stop) -> Stop {
        if self.mode != Mode::Off
            && let Ok(records) = run.abandon(code, times, retries)
        {
            commit_abandoned(self, &records).await;
        }
        stop
    }

    /// What stands before a publication: its publisher is ready, or the gate would not be; the rate is the user's own object's.
    async fn preflight(&self) -> Preflight {
        let limit = self.user.tier.posts_per_window();
        match user_gate::ask::<Room>(&self.env, &self.user.id, &user_gate::Call::Room { limit }).await {
            Ok(Room { remaining, retry_after }) => Preflight { publisher_ready: Some(true), rate_remaining: Some(remaining), retry_after },
            Err(fault) => {
                log_fault(&self.names.request_id, &fault);
                Preflight { publisher_ready: Some(true), ..Preflight::default() }
            }
        }
    }

    /// Stores the run's records and says in the event whether that worked.
    async fn commit(&self, outcome: Outcome) -> EnforcementEvent {
        if !self.settings.config.audit_log {
            telemetry::one(Metric::AuditWrite, "disabled");
            return outcome.conclude(false, Some("AUDIT_DISABLED"));
        }
        match telemetry::commit(&self.env, &outcome.records).await {
            Ok(()) => outcome.conclude(true, None),
            Err(fault) => {
                log_fault(&self.names.request_id, &fault);
                outcome.conclude(false, Some(ErrorCode::AuditWriteFailed.as_str()))
            }
        }
    }
}

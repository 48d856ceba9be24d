//! `POST /v1/generate/content`: the pipeline, as one JSON reply or as a stream of server-sent events.

use super::ports::now;
use super::posts::log_fault;
use super::router::{Call, Signed};
use super::settings::Settings;
use super::{d1, http, sse};
use crate::audit::Ids;
use crate::contract::Mode;
use crate::gate::{ErrorCode, GenerateRequest, User};
use crate::pipeline::{Assignment, EnforcementEvent, Outcome, PipelineError, Run, Signer, Written};
use crate::text::posts;
use futures_util::stream;
use serde_json::json;
use worker::{Env, Headers, Request, Response, Result};

pub(super) async fn generate(mut request: Request, call: Call, signed: Signed) -> Result<Response> {
    let Signed { settings, user } = signed;
    let asked = match http::read::<GenerateRequest>(&mut request, &call.names).await? {
        Ok(asked) => asked,
        Err(error) => return http::error(&error),
    };
    let stream = asked.stream;
    if settings.config.mode == Mode::Off {
        return without_enforcement(asked, stream);
    }
    let Ok(outcome) = decide(settings, &call, &user, asked, http::new_id()?) else {
        return http::error(&call.names.error(ErrorCode::Internal));
    };
    if stream {
        return streamed(outcome, settings, call.env, call.names.request_id);
    }
    let (content, posts) = (outcome.content.clone(), outcome.posts.clone());
    let event = commit(outcome, settings, &call.env, &call.names.request_id).await;
    http::json(&json!({ "content": content, "posts": posts, "enforcement": event }))
}

/// The draft as the caller gave it; without one and without a writer, the prompt is the draft, and a warning says so.
fn draft_of(asked: &mut GenerateRequest) -> (String, Option<&'static str>) {
    match asked.content.take() {
        Some(content) => (content, None),
        None => (asked.prompt.clone(), Some("WRITER_NOT_CONFIGURED")),
    }
}

fn decide(
    settings: &'static Settings,
    call: &Call,
    user: &User,
    mut asked: GenerateRequest,
    receipt_id: String,
) -> std::result::Result<Outcome, PipelineError> {
    let (content, warning) = draft_of(&mut asked);
    let format = asked.format();
    let assignment = Assignment {
        ids: Ids {
            request_id: call.names.request_id.clone(),
            client_request_id: call.names.client_request_id.clone(),
            draft_id: asked.draft_id,
            ring_id: asked.ring_id,
            turn_id: asked.turn_id,
            user_id: user.id.clone(),
        },
        prompt: asked.prompt,
        platform: asked.platform,
        format,
        policy_tags: asked.policy_tags,
        required_citations: asked.required_citations,
        sources: asked.sources,
        mode: settings.config.mode,
        token_mode: settings.config.token_mode,
    };
    let mut run = Run::new(&settings.policy, assignment)?;
    if let Some(warning) = warning {
        run.warn(warning);
    }
    run.strategy(now())?;
    run.research(now())?;
    let written = Written::given(content);
    run.writer(&written, now(), now())?;
    let signer = Signer { keys: &settings.keys, receipt_id, ttl_seconds: settings.config.receipt_ttl_seconds };
    run.decide(written, &signer, now())
}

/// Stores the run's records and says in the event whether that worked.
async fn commit(outcome: Outcome, settings: &Settings, env: &Env, request_id: &str) -> EnforcementEvent {
    if !settings.config.audit_log {
        return outcome.conclude(false, Some("AUDIT_DISABLED"));
    }
    match d1::commit_decisions(env, &outcome.records).await {
        Ok(()) => outcome.conclude(true, None),
        Err(fault) => {
            log_fault(request_id, &fault);
            outcome.conclude(false, Some(ErrorCode::AuditWriteFailed.as_str()))
        }
    }
}

fn without_enforcement(mut asked: GenerateRequest, stream: bool) -> Result<Response> {
    let (content, _) = draft_of(&mut asked);
    let texts: Vec<&str> = posts(&content, asked.format()).iter().map(|post| post.text).collect();
    if !stream {
        return http::json(&json!({ "content": content, "posts": texts, "enforcement": null }));
    }
    let mut frames = tokens(&content);
    frames.push(sse::frame("done", &json!({})));
    respond(stream::iter(frames.into_iter().map(Ok)))
}

/// One token event a line; together they are the content, byte for byte.
fn tokens(content: &str) -> Vec<Vec<u8>> {
    content.split_inclusive('\n').map(|text| sse::frame("token", &json!({ "text": text }))).collect()
}

/// What is still to be sent.
enum Stage {
    Tokens(Outcome),
    Enforcement(Outcome),
    Done,
    End,
}

fn streamed(outcome: Outcome, settings: &'static Settings, env: Env, request_id: String) -> Result<Response> {
    let first = Stage::Tokens(outcome);
    respond(stream::unfold((first, env, request_id), move |(stage, env, request_id)| async move {
        let (bytes, next) = match stage {
            Stage::Tokens(outcome) => (tokens(&outcome.content).concat(), Stage::Enforcement(outcome)),
            Stage::Enforcement(outcome) => {
                let event = commit(outcome, settings, &env, &request_id).await;
                (sse::frame("enforcement", &event), Stage::Done)
            }
            Stage::Done => (sse::frame("done", &json!({})), Stage::End),
            Stage::End => return None,
        };
        Some((Ok(bytes), (next, env, request_id)))
    }))
}

fn respond(stream: impl stream::Stream<Item = Result<Vec<u8>>> + 'static) -> Result<Response> {
    let headers = Headers::new();
    headers.set("content-type", "text/event-stream; charset=utf-8")?;
    headers.set("cache-control", "no-cache, no-transform")?;
    headers.set("x-accel-buffering", "no")?;
    Ok(Response::from_stream(stream)?.with_headers(headers))
}

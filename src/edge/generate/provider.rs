//! Calling the model provider: time-outs, retries before the first token, the answer as it arrives. Dropping a conversation ends the call.

use crate::edge::ports::now;
use crate::gate::{Provider, WriterConfig};
use crate::pipeline::writer::{ChatRequest, Draft, MAX_WIRE_BYTES, Message, WriterFault, read_event};
use eventsource_stream::Eventsource;
use futures_util::future::{Either, select};
use futures_util::stream::{LocalBoxStream, StreamExt};
use std::collections::VecDeque;
use std::pin::pin;
use std::time::Duration;
use worker::{AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect};

/// How often a call that failed before its first token is made again.
const RETRIES: u32 = 2;
/// The wait before the first retry; it doubles, and chance adds up to as much again.
const BACKOFF_MILLIS: u32 = 200;

/// One question on its way to an answer.
pub(super) struct Conversation<'c> {
    config: &'c WriterConfig,
    provider: &'c Provider,
    question: &'c [Message],
    deadline: i64,
    /// How often it was asked again.
    pub(super) retries: u32,
    answer: Option<Answer>,
    waiting: VecDeque<String>,
    /// What was written so far.
    pub(super) draft: Draft,
}

/// The events of an answer that has begun.
struct Answer {
    events: LocalBoxStream<'static, Result<String, WriterFault>>,
    call: Call,
}

/// A call that ends when it is dropped.
struct Call(Option<AbortController>);

impl Drop for Call {
    fn drop(&mut self) {
        if let Some(controller) = self.0.take() {
            controller.abort();
        }
    }
}

impl<'c> Conversation<'c> {
    pub(super) fn new(config: &'c WriterConfig, provider: &'c Provider, question: &'c [Message]) -> Self {
        let deadline = now().millis() + i64::from(config.patience.total);
        Self { config, provider, question, deadline, retries: 0, answer: None, waiting: VecDeque::new(), draft: Draft::default() }
    }

    /// The next piece of text, `None` when the draft is complete or has grown past what any check takes.
    pub(super) async fn next(&mut self) -> Result<Option<String>, WriterFault> {
        loop {
            match self.piece().await {
                Err(fault) if fault.may_pass() && self.draft.is_empty() && self.retries < RETRIES => {
                    self.answer = None;
                    let pause = (BACKOFF_MILLIS << self.retries) + jitter(BACKOFF_MILLIS << self.retries);
                    self.retries += 1;
                    if now().millis() + i64::from(pause) >= self.deadline {
                        return Err(fault);
                    }
                    Delay::from(Duration::from_millis(pause.into())).await;
                }
                done => return done,
            }
        }
    }

    async fn piece(&mut self) -> Result<Option<String>, WriterFault> {
        loop {
            if let Some(text) = self.waiting.pop_front() {
                return Ok(Some(text));
            }
            if self.draft.is_too_long() || self.draft.is_complete() {
                self.answer = None;
                return Ok(None);
            }
            let answer = match self.answer.take() {
                Some(answer) => answer,
                None => self.call().await?,
            };
            let answer = self.answer.insert(answer);
            let limit = if self.draft.is_empty() { self.config.patience.first_token } else { u32::MAX };
            let data = within(limit, self.deadline, answer.events.next()).await?.ok_or(WriterFault::Broken)??;
            for piece in read_event(&data)? {
                if let Some(text) = self.draft.take(piece)? {
                    self.waiting.push_back(text);
                }
            }
        }
    }

    async fn call(&self) -> Result<Answer, WriterFault> {
        let controller = AbortController::default();
        let signal = controller.signal();
        let call = Call(Some(controller));
        let fetch = Fetch::Request(self.request().map_err(|_| WriterFault::Silent)?);
        let sent = within(self.config.patience.connect, self.deadline, fetch.send_with_signal(&signal)).await?;
        let mut response = sent.map_err(|_| WriterFault::Silent)?;
        if response.status_code() != 200 {
            return Err(WriterFault::Status(response.status_code()));
        }
        let bytes = response.stream().map_err(|_| WriterFault::Broken)?;
        let counted = bytes.scan(0_usize, |read, chunk| {
            let chunk = chunk.map_err(|_| WriterFault::Broken);
            *read = read.saturating_add(chunk.as_ref().map_or(0, Vec::len));
            std::future::ready(Some(if *read > MAX_WIRE_BYTES { Err(WriterFault::Garbage) } else { chunk }))
        });
        let events = counted.eventsource().map(|event| match event {
            Ok(event) => Ok(event.data),
            Err(eventsource_stream::EventStreamError::Transport(fault)) => Err(fault),
            Err(_) => Err(WriterFault::Garbage),
        });
        Ok(Answer { events: events.boxed_local(), call })
    }

    fn request(&self) -> worker::Result<Request> {
        let headers = Headers::new();
        headers.set("authorization", &format!("Bearer {}", self.provider.key))?;
        headers.set("content-type", "application/json")?;
        headers.set("accept", "text/event-stream")?;
        let body = serde_json::to_string(&ChatRequest { model: &self.provider.model, messages: self.question, stream: true })?;
        let mut init = RequestInit::new();
        // A redirect would carry the key elsewhere.
        init.with_method(Method::Post).with_headers(headers).with_body(Some(body.into())).with_redirect(RequestRedirect::Manual);
        Request::new_with_init(&self.provider.endpoint, &init)
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("ended", &self.call.0.is_none()).finish_non_exhaustive()
    }
}

/// Waits for `work` at most `millis`, and not past `deadline`.
async fn within<T>(millis: u32, deadline: i64, work: impl Future<Output = T>) -> Result<T, WriterFault> {
    let left = deadline.saturating_sub(now().millis()).clamp(0, i64::from(millis));
    let delay = Delay::from(Duration::from_millis(u64::try_from(left).unwrap_or_default()));
    match select(pin!(work), delay).await {
        Either::Left((done, _)) => Ok(done),
        Either::Right(_) => Err(WriterFault::Silent),
    }
}

/// Chance, so that many who failed together don't come back together.
fn jitter(up_to: u32) -> u32 {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_or(0, |()| u32::from_le_bytes(bytes) % up_to.max(1))
}

//! Publishing over `fetch`: the wire of every publisher, and which publisher takes a part.

use super::outbox;
use super::ports::{EdgePorts, now};
use crate::contract::Timestamp;
use crate::publisher::{
    Incoming, Landed, Lost, Memory, Outgoing, Part, PublishError, Publisher, Reason, Trouble, Wire, bluesky, webhook, x,
};
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use std::pin::pin;
use std::rc::Rc;
use std::thread::LocalKey;
use std::time::Duration;
use worker::wasm_bindgen::JsValue;
use worker::{AbortController, AbortSignal, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect, Response, Result};

/// The most bytes of an answer that are read.
const MAX_ANSWER: usize = 1024 * 1024;
/// Seconds before the end of a lease in which nothing more is sent.
const MARGIN_SECONDS: i64 = 2;

thread_local! {
    /// What this isolate remembers of X and of Bluesky; a webhook has nothing to remember.
    static X: Rc<Memory> = Rc::default();
    static BLUESKY: Rc<Memory> = Rc::default();
    static WEBHOOK: Rc<Memory> = Rc::default();
}

/// The way to one platform, for as long as the post is held.
struct EdgeWire {
    memory: Rc<Memory>,
    timeout_millis: i64,
    until: Timestamp,
}

impl EdgeWire {
    fn new(ports: &EdgePorts, memory: &'static LocalKey<Rc<Memory>>) -> Self {
        let timeout = ports.settings.map_or(0, |settings| settings.publishers.timeout_seconds);
        let timeout_millis = i64::try_from(timeout).unwrap_or_default() * 1000;
        Self { memory: memory.with(Rc::clone), timeout_millis, until: last_moment(ports) }
    }
}

fn last_moment(ports: &EdgePorts) -> Timestamp {
    ports.held_until.get().plus_seconds(-MARGIN_SECONDS)
}

fn publisher(ports: &EdgePorts, part: Part<'_>) -> std::result::Result<&'static Publisher, Trouble> {
    ports.settings.map(|settings| settings.publishers.of(part.platform)).map_err(|_| Trouble::new(Reason::Internal))
}

/// Sends a part, unless the post may be somebody else's by the time it arrives.
pub(super) async fn send(ports: &EdgePorts, part: Part<'_>) -> std::result::Result<Landed, PublishError> {
    let publisher = publisher(ports, part).map_err(PublishError::Refused)?;
    if now() >= last_moment(ports) {
        return Err(PublishError::refused(Reason::Unavailable));
    }
    let wire = |memory| EdgeWire::new(ports, memory);
    let sent = match publisher {
        Publisher::Outbox => outbox::publish(&ports.env, part, &ports.origin, now()).await,
        Publisher::X(account) => x::publish(&wire(&X), account, part).await,
        Publisher::Bluesky(account) => bluesky::publish(&wire(&BLUESKY), account, part).await,
        Publisher::Webhook(hook) => webhook::publish(&wire(&WEBHOOK), hook, part).await,
    };
    sent.inspect_err(|error| log(publisher, part, error.trouble()))
}

/// Looks whether a part is out.
pub(super) async fn find(ports: &EdgePorts, part: Part<'_>) -> std::result::Result<Option<Landed>, Trouble> {
    let publisher = publisher(ports, part)?;
    let wire = |memory| EdgeWire::new(ports, memory);
    let found = match publisher {
        Publisher::Outbox => outbox::find(&ports.env, part).await,
        Publisher::X(account) => x::find(&wire(&X), account, part).await,
        Publisher::Bluesky(account) => bluesky::find(&wire(&BLUESKY), account, part).await,
        Publisher::Webhook(hook) => webhook::find(&wire(&WEBHOOK), hook, part).await,
    };
    found.inspect_err(|trouble| log(publisher, part, *trouble))
}

/// Neither a text nor a secret is in it.
fn log(publisher: &Publisher, part: Part<'_>, trouble: Trouble) {
    let reason = trouble.reason.as_str();
    let line = serde_json::json!({ "what": "publisher", "publisher": publisher.name(), "part": part.key(), "reason": reason, "status": trouble.status });
    worker::console_error!("{line}");
}

impl Wire for EdgeWire {
    fn now(&self) -> Timestamp {
        now()
    }

    fn random(&self) -> Option<[u8; 16]> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).ok().map(|()| bytes)
    }

    async fn pause(&self, millis: u64) {
        Delay::from(Duration::from_millis(millis)).await;
    }

    async fn fetch(&self, request: &Outgoing) -> std::result::Result<Incoming, Lost> {
        let left = self.timeout_millis.min(self.until.millis_since(now()));
        let limit = Delay::from(Duration::from_millis(u64::try_from(left).map_err(|_| Lost)?));
        let controller = AbortController::default();
        let signal = controller.signal();
        let exchange = pin!(exchange(request, &signal));
        match select(exchange, limit).await {
            Either::Left((answer, _)) => answer.map_err(|_| Lost),
            Either::Right(_) => {
                controller.abort();
                Err(Lost)
            }
        }
    }

    fn memory(&self) -> &Memory {
        &self.memory
    }
}

async fn exchange(request: &Outgoing, signal: &AbortSignal) -> Result<Incoming> {
    let headers = Headers::new();
    for (name, value) in &request.headers {
        headers.set(name, value)?;
    }
    headers.set("user-agent", concat!("postgate/", env!("CARGO_PKG_VERSION")))?;
    let mut init = RequestInit::new();
    init.with_method(Method::from(request.method.to_owned())).with_headers(headers).with_redirect(RequestRedirect::Manual);
    init.with_body(request.body.as_deref().map(JsValue::from_str));
    let request = Request::new_with_init(&request.url, &init)?;
    let mut response = Fetch::Request(request).send_with_signal(signal).await?;
    let headers = response.headers().entries().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
    Ok(Incoming { status: response.status_code(), headers, body: body(&mut response).await?, is_repeated: false })
}

/// The body; one that is too long is as good as none.
async fn body(response: &mut Response) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let Ok(mut stream) = response.stream() else { return Ok(bytes) };
    while let Some(chunk) = stream.next().await {
        bytes.extend_from_slice(&chunk?);
        if bytes.len() > MAX_ANSWER {
            return Ok(Vec::new());
        }
    }
    Ok(bytes)
}

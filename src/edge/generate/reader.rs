//! Who reads what is generated: a stream of server-sent events with a comment every ten seconds of silence, or one JSON reply.

use crate::pipeline::frame;
use futures_channel::{mpsc, oneshot};
use futures_util::future::{Either, select};
use futures_util::{SinkExt, StreamExt, stream};
use serde_json::json;
use std::pin::pin;
use std::time::Duration;
use worker::{Delay, Headers, Response, Result};

const HEARTBEAT: Duration = Duration::from_secs(10);
/// A comment: clients ignore it, proxies keep the connection.
const WAITING: &[u8] = b": waiting\n\n";

/// The reader has gone away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gone;

/// The end of the stream that is written to.
pub(super) struct Reader {
    stream: Option<Frames>,
}

struct Frames {
    frames: mpsc::Sender<Vec<u8>>,
    /// Cancelled when the reply's stream is dropped.
    alive: oneshot::Sender<()>,
}

/// A reader of one JSON reply: it sees nothing before the end.
pub(super) const fn patient() -> Reader {
    Reader { stream: None }
}

/// A reader of a stream, and the reply that it reads. The channel holds one frame: whoever reads slowly is written to slowly.
pub(super) fn streaming() -> Result<(Reader, Response)> {
    let (frames, received) = mpsc::channel(0);
    let (alive, gone) = oneshot::channel::<()>();
    // The stream owns `gone`: dropping the reply cancels `alive`.
    let body = stream::unfold((received, gone), |(mut received, gone)| async move {
        let frame = received.next().await?;
        Some((Ok::<_, worker::Error>(frame), (received, gone)))
    });
    let headers = Headers::new();
    headers.set("content-type", "text/event-stream; charset=utf-8")?;
    headers.set("cache-control", "no-cache, no-transform")?;
    headers.set("x-accel-buffering", "no")?;
    Ok((Reader { stream: Some(Frames { frames, alive }) }, Response::from_stream(body)?.with_headers(headers)))
}

impl Reader {
    /// Shows text as it is written: one token event.
    pub(super) async fn token(&mut self, text: &str) -> std::result::Result<(), Gone> {
        self.event("token", &json!({ "text": text })).await
    }

    /// Sends one event.
    pub(super) async fn event(&mut self, name: &str, data: &impl serde::Serialize) -> std::result::Result<(), Gone> {
        self.send(frame(name, data)).await
    }

    async fn send(&mut self, frame: Vec<u8>) -> std::result::Result<(), Gone> {
        match &mut self.stream {
            Some(stream) => stream.frames.send(frame).await.map_err(|_| Gone),
            None => Ok(()),
        }
    }

    /// Waits for `work` while the reader is there; the reader hears a comment every ten seconds.
    pub(super) async fn wait<T>(&mut self, work: impl Future<Output = T>) -> std::result::Result<T, Gone> {
        let mut work = pin!(work);
        loop {
            let Some(stream) = &mut self.stream else { return Ok(work.await) };
            let gone = stream.alive.cancellation();
            match select(work.as_mut(), select(pin!(gone), Delay::from(HEARTBEAT))).await {
                Either::Left((done, _)) => return Ok(done),
                Either::Right((Either::Left(_), _)) => return Err(Gone),
                Either::Right((Either::Right(_), _)) => stream.frames.send(WAITING.to_vec()).await.map_err(|_| Gone)?,
            }
        }
    }
}

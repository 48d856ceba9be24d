//! A wire in memory for tests: answers in the order of a script, what was sent kept.

use super::part::Part;
use super::wire::{Incoming, Lost, Memory, Outgoing, Wire};
use crate::contract::Timestamp;
use crate::text::Platform;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

pub(super) const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

pub(super) fn part(text: &str) -> Part<'_> {
    Part {
        user_id: "dev:ann",
        post_id: "p",
        index: 0,
        parts: 1,
        since: NOW,
        sent_by: None,
        platform: Platform::X,
        text,
        root: None,
        reply_to: None,
    }
}

/// A wire with a script.
#[derive(Debug, Default)]
pub(super) struct FakeWire {
    pub(super) script: RefCell<VecDeque<Result<Incoming, Lost>>>,
    pub(super) sent: RefCell<Vec<Outgoing>>,
    pub(super) waited: Cell<u64>,
    pub(super) later: Cell<i64>,
    memory: Memory,
}

impl FakeWire {
    pub(super) fn new(script: impl IntoIterator<Item = Result<Incoming, Lost>>) -> Self {
        Self { script: RefCell::new(script.into_iter().collect()), ..Self::default() }
    }

    /// The bodies that were sent, as JSON.
    pub(super) fn bodies(&self) -> Vec<Value> {
        self.sent.borrow().iter().map(|request| serde_json::from_str(request.body.as_deref().unwrap_or("null")).unwrap()).collect()
    }
}

/// An answer.
#[expect(clippy::unnecessary_wraps, reason = "one entry of a script")]
pub(super) fn answer(status: u16, body: &Value) -> Result<Incoming, Lost> {
    Ok(Incoming { status, headers: Vec::new(), body: body.to_string().into_bytes(), is_repeated: false })
}

/// An answer with headers.
#[expect(clippy::unnecessary_wraps, reason = "one entry of a script")]
pub(super) fn answer_with(status: u16, headers: &[(&str, &str)]) -> Result<Incoming, Lost> {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Ok(Incoming { status, headers, body: Vec::new(), is_repeated: false })
}

impl Wire for FakeWire {
    fn now(&self) -> Timestamp {
        NOW.plus_seconds(self.later.get())
    }

    fn random(&self) -> Option<[u8; 16]> {
        Some([7; 16])
    }

    async fn pause(&self, millis: u64) {
        self.waited.set(self.waited.get() + millis);
    }

    async fn fetch(&self, request: &Outgoing) -> Result<Incoming, Lost> {
        self.sent.borrow_mut().push(request.clone());
        self.script.borrow_mut().pop_front().expect("nothing more was expected to be sent")
    }

    fn memory(&self) -> &Memory {
        &self.memory
    }
}

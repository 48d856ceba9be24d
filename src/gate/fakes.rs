//! Fakes of everything outside, in memory, that fail on request before or after they have stored.

use super::answers::PostAnswer;
use super::auth::AuthError;
use super::ports::{Fault, Ports, PublishEvent, ReceiptName, StoredReceipt, Tier, User};
use super::traffic::Throttle;
use super::user::{Admission, Answer, Change, Finish, PostRow, PostState, Snapshot, WINDOW_SECONDS, decide};
use crate::audit::AuditRecord;
use crate::contract::{Mode, Timestamp};
use crate::ledger::{ReasonCode, TokenResult};
use crate::publisher::{Landed, Part, PublishError, Reason, Trouble};
use std::cell::{Cell, RefCell};

/// When a store fails: not at all, before it has stored, or after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Fail {
    #[default]
    Never,
    Before,
    After,
}

impl Fail {
    /// Runs `store` as far as this failure lets it.
    fn around<T>(self, what: &'static str, store: impl FnOnce() -> T) -> Result<T, Fault> {
        if self == Self::Before {
            return Err(Fault::new(what, "failed before storing"));
        }
        let stored = store();
        if self == Self::After { Err(Fault::new(what, "failed after storing")) } else { Ok(stored) }
    }
}

/// What the platform does with a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Platform {
    Takes,
    Refuses,
    /// Has the text already, from whomever.
    Duplicates,
    /// Takes it, and the answer is lost.
    TakesSilently,
    /// Does not take it, and the answer is lost.
    Drops,
}

/// Everything outside, in memory.
#[derive(Debug)]
pub(super) struct FakePorts {
    pub(super) now: Cell<i64>,
    ids: Cell<u32>,
    pub(super) user: RefCell<Result<User, AuthError>>,
    pub(super) mode: RefCell<Result<Mode, Fault>>,
    pub(super) receipts: RefCell<Vec<(String, String, StoredReceipt)>>,
    pub(super) receipts_fail: Cell<Fail>,
    pub(super) rows: RefCell<Vec<PostRow>>,
    pub(super) reserve_fails: Cell<Fail>,
    pub(super) landed_fails: Cell<Fail>,
    pub(super) finish_fails: Cell<Fail>,
    pub(super) audit: RefCell<Vec<AuditRecord>>,
    pub(super) audit_fails: Cell<Fail>,
    /// What the platform does with each part index; [`Platform::Takes`] beyond the list.
    pub(super) platform: RefCell<Vec<Platform>>,
    pub(super) find_fails: Cell<bool>,
    /// How many look-ups do not show yet what is out.
    pub(super) find_lags: Cell<usize>,
    /// For how many seconds what it does not show may be out in spite of that.
    pub(super) lag_seconds: Cell<i64>,
    pub(super) published: RefCell<Vec<(String, usize, String)>>,
    pub(super) events: RefCell<Vec<PublishEvent>>,
    pub(super) events_fail: Cell<Fail>,
    pub(super) object_calls: Cell<usize>,
    pub(super) throttle: Cell<Option<Throttle>>,
}

impl FakePorts {
    pub(super) fn new(mode: Mode) -> Self {
        let user = User { id: "dev:alice".to_owned(), tier: Tier::default(), admin: false };
        Self {
            now: Cell::new(1_000_000_000),
            ids: Cell::new(0),
            user: RefCell::new(Ok(user)),
            mode: RefCell::new(Ok(mode)),
            receipts: RefCell::default(),
            receipts_fail: Cell::default(),
            rows: RefCell::default(),
            reserve_fails: Cell::default(),
            landed_fails: Cell::default(),
            finish_fails: Cell::default(),
            audit: RefCell::default(),
            audit_fails: Cell::default(),
            platform: RefCell::default(),
            find_fails: Cell::default(),
            find_lags: Cell::default(),
            lag_seconds: Cell::default(),
            published: RefCell::default(),
            events: RefCell::default(),
            events_fail: Cell::default(),
            object_calls: Cell::default(),
            throttle: Cell::default(),
        }
    }

    /// The texts that went out, in order.
    pub(super) fn texts(&self) -> Vec<String> {
        self.published.borrow().iter().map(|(_, _, text)| text.clone()).collect()
    }

    fn landed_part(part: &Part<'_>) -> Landed {
        Landed { index: part.index, id: format!("{}-{}", part.post_id, part.index), url: format!("https://example.com/{}", part.index) }
    }

    fn record(&self, event: &PublishEvent) -> Result<TokenResult, Fault> {
        self.events_fail.get().around("events", || {
            let mut events = self.events.borrow_mut();
            if !events.iter().any(|known| known.id == event.id) {
                events.push(event.clone());
            }
        })?;
        Ok(TokenResult::nothing(event.token_mode, ReasonCode::TokenIssuanceOff.as_str()))
    }

    fn with_row(&self, post_id: &str, fence: i64, change: impl FnOnce(&mut PostRow)) -> Result<(), Fault> {
        let mut rows = self.rows.borrow_mut();
        let row = rows.iter_mut().find(|row| row.post_id == post_id && row.fence == fence);
        row.map(change).ok_or_else(|| Fault::new("user", "another request has taken over"))
    }
}

impl Ports for FakePorts {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now.get())
    }

    fn new_id(&self) -> String {
        self.ids.set(self.ids.get() + 1);
        format!("id-{}", self.ids.get())
    }

    async fn authenticate(&self) -> Result<User, AuthError> {
        self.user.borrow().clone()
    }

    fn take_request(&self, _: &User) -> Result<(), Throttle> {
        self.throttle.get().map_or(Ok(()), Err)
    }

    async fn mode(&self, _: &User) -> Result<Mode, Fault> {
        self.mode.borrow().clone()
    }

    async fn find_receipt(&self, name: ReceiptName<'_>) -> Result<Option<StoredReceipt>, Fault> {
        let receipts = self.receipts.borrow();
        let found = receipts.iter().find(|(receipt, request, _)| match name {
            ReceiptName::Receipt(id) => receipt == id,
            ReceiptName::Request(id) => request == id,
        });
        self.receipts_fail.get().around("receipts", || found.map(|(_, _, stored)| stored.clone()))
    }

    async fn reserve(&self, _: &User, admission: &Admission) -> Result<Answer, Fault> {
        self.object_calls.set(self.object_calls.get() + 1);
        let mut rows = self.rows.borrow_mut();
        let start = self.now().plus_seconds(-WINDOW_SECONDS);
        let key = admission.key.as_ref().map(|key| key.key.as_str());
        let snapshot = Snapshot {
            by_key: rows.iter().find(|row| key.is_some() && row.key.as_ref().map(|key| key.key.as_str()) == key).cloned(),
            by_receipt: rows
                .iter()
                .find(|row| {
                    row.receipt_id.is_some() && row.receipt_id == admission.receipt.as_ref().map(|receipt| receipt.receipt_id.clone())
                })
                .cloned(),
            admitted: rows.iter().map(|row| row.admitted_at).filter(|at| *at > start).collect(),
        };
        let (answer, change) = decide(&snapshot, admission, self.now());
        self.reserve_fails.get().around("user", || match change {
            Some(Change::Insert(row)) => rows.push(row),
            Some(Change::TakeOver { post_id, key, fence, lease_until, receipt }) => {
                let row = rows.iter_mut().find(|row| row.post_id == post_id).unwrap();
                row.receipt_id = row.receipt_id.take().or(receipt.map(|receipt| receipt.receipt_id));
                (row.key, row.fence, row.lease_until, row.state) = (key, fence, lease_until, PostState::Running);
            }
            None => {}
        })?;
        Ok(answer)
    }

    async fn release(&self, _: &User, post_id: &str, fence: i64) -> Result<(), Fault> {
        self.object_calls.set(self.object_calls.get() + 1);
        self.rows.borrow_mut().retain(|row| row.post_id != post_id || row.fence != fence);
        Ok(())
    }

    async fn landed(&self, _: &User, post_id: &str, fence: i64, part: &Landed) -> Result<(), Fault> {
        self.object_calls.set(self.object_calls.get() + 1);
        self.landed_fails.get().around("user", || self.with_row(post_id, fence, |row| row.landed.push(part.clone())))?
    }

    async fn finish(&self, _: &User, finish: &Finish) -> Result<Option<PostAnswer>, Fault> {
        self.object_calls.set(self.object_calls.get() + 1);
        self.finish_fails.get().around("user", || {
            let Some(done) = &finish.done else {
                return self
                    .with_row(&finish.post_id, finish.fence, |row| {
                        row.state = PostState::Failed;
                        row.lease_until = finish.sent_by.unwrap_or_default();
                    })
                    .map(|()| None);
            };
            let answer = done.answer.clone().recorded(self.record(&done.event));
            self.with_row(&finish.post_id, finish.fence, |row| {
                row.state = PostState::Done;
                row.answer = Some(answer.to_json());
                row.landed.extend(done.last.clone());
            })?;
            Ok(Some(answer))
        })?
    }

    async fn commit_audit(&self, records: &[AuditRecord]) -> Result<(), Fault> {
        self.audit_fails.get().around("audit", || self.audit.borrow_mut().extend_from_slice(records))
    }

    async fn publish(&self, part: Part<'_>) -> Result<Landed, PublishError> {
        let does = self.platform.borrow().get(part.index).copied().unwrap_or(Platform::Takes);
        if does == Platform::Duplicates {
            return Err(PublishError::Refused(Trouble::told(Reason::Duplicate, 403)));
        }
        let is_out = self.published.borrow().iter().any(|(post, index, _)| post == part.post_id && *index == part.index);
        assert!(!is_out, "part {} is sent twice", part.index);
        if matches!(does, Platform::Takes | Platform::TakesSilently) {
            self.published.borrow_mut().push((part.post_id.to_owned(), part.index, part.text.to_owned()));
        }
        match does {
            Platform::Takes => Ok(Self::landed_part(&part)),
            Platform::Refuses | Platform::Duplicates => Err(PublishError::Refused(Trouble::told(Reason::Forbidden, 403))),
            Platform::TakesSilently | Platform::Drops => Err(PublishError::Unknown(Trouble::new(Reason::Unavailable))),
        }
    }

    async fn find_published(&self, part: Part<'_>) -> Result<Option<Landed>, Trouble> {
        if self.find_fails.get() {
            return Err(Trouble::new(Reason::Unavailable));
        }
        let shows = self.find_lags.get().checked_sub(1).map(|lag| self.find_lags.set(lag)).is_none();
        let is_out = shows && self.published.borrow().iter().any(|(post, index, _)| post == part.post_id && *index == part.index);
        match part.open_for(self.lag_seconds.get(), self.now()) {
            Some(left) if !is_out => Err(Trouble::new(Reason::Unsettled).wait(left)),
            _ => Ok(is_out.then(|| Self::landed_part(&part))),
        }
    }
}

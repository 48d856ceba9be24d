//! What an isolate knows of the settings and the active policy: read from `Control` at most every half second, believed for at most one and
//! a half, so that a change counts everywhere within two. The policy is compiled once for each version.
//!
//! What can't be read closes the gate: the mode is the stricter of what was last known and the configuration, and no policy is no answer.

use super::control::{Call, Changed, ask};
use super::ports::now;
use super::settings::Settings;
use crate::contract::{Mode, Timestamp, read_tree};
use crate::gate::{Control, Fault, User};
use crate::policy::Policy;
use std::cell::RefCell;
use std::collections::BTreeMap;
use worker::{Context, Env};

/// Milliseconds after which what is known is read again, beside the request that notices.
const YOUNG_MS: i64 = 500;
/// Milliseconds after which it is not believed: a request waits until it is read again.
const OLD_MS: i64 = 1_500;

/// What holds for one request.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    /// What is set, or was when it could last be read.
    pub(super) control: Option<Control>,
    /// Why it can't be read.
    unread: Option<Fault>,
    /// The active policy, or why there is none.
    pub(super) policy: Result<&'static Policy, Fault>,
}

impl Standing {
    /// The mode for a user.
    pub(super) fn mode(&self, settings: &Settings, user: &User) -> Mode {
        let configured = settings.config.mode;
        match (&self.control, &self.unread) {
            (Some(control), None) => control.mode_for(configured, user, now()),
            (last, _) => Control::mode_unread(last.as_ref(), configured, user, now()),
        }
    }
}

#[derive(Default)]
struct Known {
    control: Option<(Control, Timestamp)>,
    /// The published policies that were active since the isolate began, by version. They stay for as long as it lives: a request that
    /// began under one goes on under it.
    policies: BTreeMap<String, Result<&'static Policy, Fault>>,
    /// When a reading began beside a request.
    reading: Option<Timestamp>,
}

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::default();
}

/// What holds now.
pub(super) async fn standing(env: &Env, context: &Context, settings: &'static Settings) -> Standing {
    let age = KNOWN.with_borrow(|known| known.control.as_ref().map(|(_, at)| now().millis_since(*at)));
    // A clock that went back says nothing about the age.
    let unread = match age {
        Some(0..=OLD_MS) => None,
        _ => read(env).await.err(),
    };
    if age.is_some_and(|age| (YOUNG_MS..=OLD_MS).contains(&age)) && claim() {
        let env = env.clone();
        context.wait_until(async move {
            // What could not be read is told by the request that has to wait for it.
            read(&env).await.ok();
            KNOWN.with_borrow_mut(|known| known.reading = None);
        });
    }
    standing_of(settings, unread)
}

/// What holds, read just now: for whoever is about to change it.
pub(super) async fn fresh(env: &Env, settings: &'static Settings) -> Standing {
    let unread = read(env).await.err();
    standing_of(settings, unread)
}

/// Notes a change that this isolate has made itself.
pub(super) fn changed(changed: &Changed, asked_at: Timestamp) {
    KNOWN.with_borrow_mut(|known| known.control = Some((changed.control.clone(), asked_at)));
}

fn claim() -> bool {
    KNOWN.with_borrow_mut(|known| {
        let free = known.reading.is_none_or(|since| !(0..5_000).contains(&now().millis_since(since)));
        if free {
            known.reading = Some(now());
        }
        free
    })
}

fn standing_of(settings: &'static Settings, unread: Option<Fault>) -> Standing {
    KNOWN.with_borrow(|known| {
        let control = known.control.as_ref().map(|(control, _)| control.clone());
        let version = control.as_ref().and_then(|control| control.policy_version.as_ref());
        let policy = match (&unread, version) {
            (Some(fault), _) => Err(fault.clone()),
            (None, None) => Ok(&settings.policy),
            (None, Some(version)) => known
                .policies
                .get(version)
                .cloned()
                .unwrap_or_else(|| Err(Fault::new("policy", format!("the policy {version} is not there")))),
        };
        Standing { control, unread, policy }
    })
}

/// Reads what is set, and the active policy if it is another than the one that is known.
async fn read(env: &Env) -> Result<(), Fault> {
    // The age counts from before the question: an answer can be as old as that.
    let asked_at = now();
    let control: Control = ask(env, &Call::Read).await?;
    // Kept first: should the document not come, the mode that was just read holds all the same.
    KNOWN.with_borrow_mut(|known| {
        if known.control.as_ref().is_none_or(|(_, at)| *at <= asked_at) {
            known.control = Some((control.clone(), asked_at));
        }
    });
    let known = |version: &String| KNOWN.with_borrow(|known| known.policies.get(version).is_some_and(Result::is_ok));
    if let Some(version) = control.policy_version.filter(|version| !known(version)) {
        let document: Option<String> = ask(env, &Call::Document { version: version.clone() }).await?;
        let policy = document.ok_or_else(|| Fault::new("policy", "its document is not there")).and_then(|text| compile(&text));
        KNOWN.with_borrow_mut(|known| known.policies.insert(version, policy));
    }
    Ok(())
}

/// A stored document as a policy. One that this build can't read any more is a fault: nobody guesses what it meant.
fn compile(document: &str) -> Result<&'static Policy, Fault> {
    let fault = |error: &dyn std::fmt::Display| Fault::new("policy", format!("the published policy can't be read: {error}"));
    let tree = read_tree(&mut serde_json::Deserializer::from_str(document)).map_err(|error| fault(&error))?;
    Policy::from_tree(tree).map(|policy| &*Box::leak(Box::new(policy))).map_err(|error| fault(&error))
}

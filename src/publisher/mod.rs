//! Floor 5: publishers, each a platform's own protocol over one port, [`Wire`].
//!
//! In scope: what is sent, how it is signed, how an answer is read, and what settles an outcome that is not known. Nothing here decides
//! whether a post may go out. Out of scope: fetching, the clock and randomness (floor 8); the outbox, which is a table.

pub mod bluesky;
mod config;
mod facets;
mod oauth;
mod part;
mod record_key;
mod secret;
mod timeline;
mod trouble;
pub mod webhook;
mod wire;
pub mod x;

#[cfg(test)]
mod fake;

pub use config::{BlueskyAccount, Publisher, Publishers, Webhook, XAccount};
pub use part::{Landed, Part};
pub use secret::Secret;
pub use trouble::{PublishError, Reason, Trouble};
pub use wire::{Incoming, Lost, Memory, Outgoing, Wire};

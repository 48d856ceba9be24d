//! Floor 2: what comes in and what goes out, as JSON.
//!
//! In scope: the wire types, strict reading (unknown, duplicate, missing, too deep, too long: refused with a JSON pointer), scores, times.
//! Out of scope: what a text may say (that is a diagnostic, never a contract error), HTTP (floor 8).

#[cfg(test)]
mod by_hand;
mod check;
mod fix;
mod from_value;
mod json_text;
mod mode;
mod object;
mod report_text;
mod score;
mod strict;
mod time;
mod typed;

pub use check::{
    CheckReport, CheckRequest, DecisionStatus, DiagnosticReport, MAX_NAME_BYTES, MAX_SOURCE_BYTES, MAX_SOURCES, MAX_TAGS, PostReport,
    Source, draft_within_limits, unique,
};
pub use fix::{EditReport, FixReport, FixRequest};
pub(crate) use from_value::{FromValue, Path, members, mistake, required, word, wrong};
pub use json_text::JsonText;
pub use mode::{Mode, UnknownMode};
pub(crate) use object::objects;
pub use score::Score;
#[cfg(feature = "browser")]
pub(crate) use strict::MAX_DEPTH;
pub use strict::{Contract, ContractError, Tree, bounded, decode, read_json, read_tree};
pub use time::{Timestamp, UnreadableTime};

/// The version of these contracts, in every audit record.
pub const CONTRACT_VERSION: &str = "11.0";

/// The most bytes of UTF-8 that a draft's content may have.
pub const MAX_CONTENT_BYTES: usize = 256 * 1024;

/// The most bytes that the body of a request may have: a full content with every character escaped as far as is usual, and its fields.
pub const MAX_BODY_BYTES: usize = 512 * 1024;

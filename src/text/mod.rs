//! Floor 0: reading text.
//!
//! In scope: spans and their units, the posts of a draft, how each platform measures a post, entities, folding.
//! Out of scope: what is allowed. Nothing here knows a rule, a policy or a limit.

mod ascii_set;
mod digits;
mod emoji;
mod entities;
pub mod fold;
mod hidden;
mod host;
mod invisible;
pub mod lexicon;
mod marker;
mod mastodon;
mod measure;
mod nfc;
mod normal;
mod numbers;
pub(crate) mod order;
mod path;
pub mod phrases;
mod platform;
mod posts;
mod secret_forms;
#[cfg(any(test, feature = "browser"))]
mod secret_match;
mod secrets;
mod span;
mod tables;
mod url;

pub use entities::{Entity, EntityKind, entities};
pub use hidden::{HiddenKind, HiddenRun, hidden_runs};
pub use invisible::{is_blank, is_default_ignorable, is_line_break, is_right_to_left, line_end};
pub use marker::{Marker, Rank, leading_markers, trailing_counters};
pub use measure::{Unit, fitting, fitting_bytes, graphemes, measure};
pub use normal::compose;
pub use platform::{Format, Platform, UnknownName};
pub use posts::{Post, posts};
pub use secrets::{Secret, SecretKind, secrets};
pub use span::{Offsets, Span, SpanUnit};
pub use url::{Url, urls};

//! Floor 0: reading text.
//!
//! In scope: spans and their units, the posts of a draft, how each platform measures a post, entities, folding.
//! Out of scope: what is allowed. Nothing here knows a rule, a policy or a limit.

mod emoji;
mod host;
mod measure;
mod platform;
mod posts;
mod span;
mod tables;
mod url;

pub use measure::{Unit, measure};
pub use platform::{Format, Platform, UnknownName};
pub use posts::{Post, posts};
pub use span::{Offsets, Span, SpanUnit};
pub use url::{Url, urls};

//! Floor 0: reading text.
//!
//! In scope: spans and their units, the posts of a draft, how each platform measures a post, entities, folding.
//! Out of scope: what is allowed. Nothing here knows a rule, a policy or a limit.

pub mod fold;
pub mod lexicon;
mod measure;
pub mod phrases;
mod platform;
mod posts;
mod span;

pub use measure::{Unit, measure};
pub use platform::{Format, Platform, UnknownName};
pub use posts::{Post, posts};
pub use span::{Offsets, Span, SpanUnit};

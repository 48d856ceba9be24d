//! Floor 7: the gate, which decides whether a post may be published.
//!
//! In scope: the fourteen steps in their order, what a user's own state allows, errors, configuration. Everything outside is a port.
//! Out of scope: HTTP, D1, Durable Objects, keys from an environment (floor 8).

mod admit;
mod answers;
mod auth;
mod config;
mod control;
mod enter;
mod error;
mod feedback;
mod flags;
mod judge;
mod origins;
mod ports;
mod publication;
mod publish;
mod record;
mod reply;
mod request;
mod steps;
mod traffic;
mod user;
mod writer;

#[cfg(test)]
mod fakes;
#[cfg(test)]
mod truth;

pub use admit::{Gate, Posting, Route, Setup};
pub use answers::{GenerateAnswer, Health, PostAnswer, Readiness, ValidateAnswer};
pub use auth::{
    Algorithm, AuthConfig, AuthError, Chosen, ClaimRules, Credentials, IssuerKey, IssuerKeys, JwtConfig, JwtHeader, KeyAge, MAX_KEYS_BYTES,
    Need, Seen, ServiceKeys, UnverifiedJwt,
};
pub use config::{AuditConfig, Config, ConfigProblem};
pub use control::{Control, ControlChange, Setting};
pub use error::{ApiError, Envelope, ErrorCode};
pub use feedback::{FeedbackAnswer, FeedbackRequest};
pub use flags::{FlagChange, FlagPatch, Flags, Given, PolicyChanged, PolicyName};
pub use origins::Origins;
pub use ports::{Fault, Ports, PublishEvent, ReceiptName, StoredReceipt, Tier, User};
pub use publication::{IfMatch, Publication, Refused, Taken};
pub use reply::{Decided, RateSnapshot, Reply};
pub use request::{GenerateKind, GenerateRequest, LegacyEnforcement, LegacyPostRequest, PostRequest, ValidateRequest};
pub use steps::{STEPS, Step, StepRow, Weight};
pub use traffic::{Buckets, Throttle, too_large};
pub use user::{
    Admission, Answer, Change, Done, Finish, KEY_SECONDS, KeyUse, PostRow, PostState, PostView, ReceiptUse, Room, Snapshot, WINDOW_SECONDS,
    decide,
};
pub use writer::{Patience, Provider, WriterConfig};

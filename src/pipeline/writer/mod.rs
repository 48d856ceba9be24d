//! The writer: what a model is asked, how its answer is read, and when it is not asked at all.
//!
//! In scope: the text of the question, the provider's wire format, the limits of an answer, the circuit breaker; all of it on values.
//! Out of scope: calling the provider, waiting, and the clock (floor 8).

mod breaker;
mod chat;
mod draft;
mod prompt;

pub use breaker::{Admit, BREAK_SECONDS, Breaker, FAILURES_TO_TRIP, Owed};
pub use chat::{ChatRequest, Piece, read_event};
pub use draft::{Draft, MAX_WIRE_BYTES};
pub use prompt::{Brief, Message, PROMPT_VERSION, messages};

use thiserror::Error;

/// Why a model wrote nothing that counts. It holds nothing that the provider said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WriterFault {
    /// It could not be reached, or did not answer in time.
    #[error("the model provider did not answer in time")]
    Silent,
    /// It answered with another status than 200.
    #[error("the model provider answered with status {0}")]
    Status(u16),
    /// What it sent is no chat completion, or is one that reports an error.
    #[error("the model provider sent something that is no chat completion")]
    Garbage,
    /// Its answer stopped in the middle.
    #[error("the model provider stopped in the middle of its answer")]
    Broken,
    /// It ended the answer for a reason of its own, such as its content filter.
    #[error("the model provider ended its answer early")]
    EndedEarly,
}

impl WriterFault {
    /// Whether asking again may help; only before the first token, for what was shown once can't be taken back.
    pub const fn may_pass(self) -> bool {
        match self {
            Self::Silent | Self::Broken => true,
            Self::Status(status) => matches!(status, 408 | 429 | 500..=599),
            Self::Garbage | Self::EndedEarly => false,
        }
    }

    /// Whether the provider is not well. What it refuses in one prompt, another prompt may be given.
    pub const fn is_failure(self) -> bool {
        !matches!(self, Self::EndedEarly | Self::Status(400 | 413 | 422))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_pass_is_tried_again() {
        for status in [408, 429, 500, 502, 503, 529] {
            assert!(WriterFault::Status(status).may_pass(), "{status}");
        }
        for status in [301, 400, 401, 403, 404, 422] {
            assert!(!WriterFault::Status(status).may_pass(), "{status}");
        }
        assert!(WriterFault::Silent.may_pass() && !WriterFault::Garbage.may_pass());
    }
}

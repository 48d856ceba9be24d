//! Why a part did not land: one table of reason, sentence and suggested fix. No platform's own words are repeated, since they may hold
//! the draft or a credential.

use std::fmt;
use thiserror::Error;

macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $variant:ident = $text:literal, $message:literal, $fix:literal;)+) => {
        /// Why a part did not land.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Reason {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Reason {
            /// Every reason, in alphabetical order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The spelling on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// What happened.
            pub const fn message(self) -> &'static str {
                match self { $(Self::$variant => $message,)+ }
            }

            /// What to do about it.
            pub const fn suggested_fix(self) -> &'static str {
                match self { $(Self::$variant => $fix,)+ }
            }
        }
    };
}

reasons! {
    /// The platform does not accept the secrets of this deployment.
    Credentials = "credentials", "the platform does not accept the secrets of this deployment",
        "Ask an administrator to renew the publisher's secrets, then send the same request again.";
    /// The platform has this very text already.
    Duplicate = "duplicate", "the platform has this text already",
        "Change the text, and generate it again for a receipt of its own.";
    /// The account, or the app that posts for it, may not do this.
    Forbidden = "forbidden", "the platform does not let this account post",
        "Ask an administrator whether the account is in good standing and the app may write for it.";
    /// A store of our own could not be used.
    Internal = "internal", "the publisher itself failed before anything was sent",
        "Send the same request again in a moment; if it stays, report the request id.";
    /// What was to be made exists already, with another text.
    Occupied = "occupied", "the place of this part holds another text",
        "Report the request id to an administrator.";
    /// The account has no calls left for a while.
    RateLimited = "rate_limited", "the platform takes nothing from this account for a while",
        "Wait for the seconds in Retry-After, then send the same request again with the same Idempotency-Key.";
    /// The platform does not take the post as it is.
    Rejected = "rejected", "the platform does not take this post",
        "Change the text, and generate it again for a receipt of its own.";
    /// No answer, or one that says that the platform itself is not well.
    Unavailable = "unavailable", "the platform did not answer as it does when it is well",
        "Send the same request again in a moment with the same Idempotency-Key: what happened is looked up first.";
    /// It is out, and that could not be noted here.
    Unnoted = "unnoted", "the part is out, and that could not be noted",
        "Send the same request again in a moment with the same Idempotency-Key: it goes on behind what is out.";
    /// An answer that can't be read.
    Unreadable = "unreadable", "the platform's answer can't be read",
        "Send the same request again with the same Idempotency-Key: what happened is looked up first.";
    /// It may be out, and the platform would not show it yet.
    Unsettled = "unsettled", "the platform does not show yet whether the part is out",
        "Wait for the seconds in Retry-After, then send the same request again with the same Idempotency-Key.";
}

/// What went wrong with a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trouble {
    /// Why.
    pub reason: Reason,
    /// The platform's status, where it answered.
    pub status: Option<u16>,
    /// Seconds until it is worth trying again, where that is known.
    pub retry_after: Option<i64>,
}

impl Trouble {
    /// Trouble without an answer of the platform's.
    pub const fn new(reason: Reason) -> Self {
        Self { reason, status: None, retry_after: None }
    }

    /// Trouble that the platform told.
    pub const fn told(reason: Reason, status: u16) -> Self {
        Self { reason, status: Some(status), retry_after: None }
    }

    /// Nothing more until then.
    #[must_use]
    pub const fn wait(mut self, seconds: i64) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason.message())?;
        self.status.map_or(Ok(()), |status| write!(f, " (status {status})"))
    }
}

impl std::error::Error for Trouble {}

/// How the sending of a part failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PublishError {
    /// It was certainly not published.
    #[error("{0}")]
    Refused(Trouble),
    /// It may have been published.
    #[error("{0}")]
    Unknown(Trouble),
}

impl PublishError {
    /// Certainly not published, for this reason.
    pub const fn refused(reason: Reason) -> Self {
        Self::Refused(Trouble::new(reason))
    }

    /// Nothing more until then.
    #[must_use]
    pub const fn wait(self, seconds: i64) -> Self {
        match self {
            Self::Refused(trouble) => Self::Refused(trouble.wait(seconds)),
            Self::Unknown(trouble) => Self::Unknown(trouble.wait(seconds)),
        }
    }

    /// What went wrong.
    pub const fn trouble(self) -> Trouble {
        match self {
            Self::Refused(trouble) | Self::Unknown(trouble) => trouble,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_lists_them() {
        let documented: Vec<&str> = include_str!("../../docs/publishers.md")
            .lines()
            .skip_while(|line| !line.starts_with("| `details.reason`"))
            .skip(2)
            .map_while(|line| line.strip_prefix("| `")?.split('`').next())
            .collect();
        assert_eq!(documented, Reason::ALL.iter().map(|reason| reason.as_str()).collect::<Vec<_>>());
    }

    #[test]
    fn the_table_is_sorted_and_speaks_in_one_voice() {
        assert!(Reason::ALL.is_sorted_by_key(|reason| reason.as_str()));
        for reason in Reason::ALL {
            assert!(!reason.message().ends_with('.') && reason.message().starts_with(char::is_lowercase), "{}", reason.message());
            assert!(reason.suggested_fix().ends_with('.'), "{}", reason.suggested_fix());
        }
    }
}

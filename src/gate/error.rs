//! Every failure that a caller can see: one table of code, HTTP status, message and suggested fix.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

macro_rules! errors {
    ($($(#[doc = $doc:literal])+ $variant:ident = $text:literal, $status:literal, $message:literal, $fix:literal;)+) => {
        /// The code of a failure.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum ErrorCode {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl ErrorCode {
            /// Every code, in alphabetical order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The spelling on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The HTTP status.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }

            /// What is wrong, when nothing more exact is known.
            pub const fn message(self) -> &'static str {
                match self { $(Self::$variant => $message,)+ }
            }

            /// What the caller can do.
            pub const fn suggested_fix(self) -> &'static str {
                match self { $(Self::$variant => $fix,)+ }
            }

            /// When it happens, in one sentence.
            pub const fn doc(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc,)+),)+ }
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for ErrorCode {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!(ErrorCode).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "enum": [$($text),+] })
            }
        }
    };
}

errors! {
    /// The audit rows of the request could not be committed, and the mode is enforced.
    AuditWriteFailed = "AUDIT_WRITE_FAILED", 503, "the audit could not be written, so nothing was published", "Send the same request again in a moment.";
    /// Three failures of the model provider in a row; generation answers with the caller's own content for a while.
    CircuitBreakerTripped = "CIRCUIT_BREAKER_TRIPPED", 503, "the model provider keeps failing", "Send your own content, or try again in half a minute.";
    /// A request that does not keep its contract; `details.pointer` says where.
    ContractInvalid = "CONTRACT_INVALID", 422, "the request does not keep its contract", "Correct the member that details.pointer names.";
    /// The receipt is older than its time to live.
    EnforcementReceiptExpired = "ENFORCEMENT_RECEIPT_EXPIRED", 403, "the receipt has expired", "Generate or check the draft again to get a new receipt.";
    /// The receipt is unknown, or another user's.
    EnforcementReceiptInvalid = "ENFORCEMENT_RECEIPT_INVALID", 403, "no such receipt of yours", "Generate the draft again and post with the receipt of the enforcement event.";
    /// The receipt was made for another draft, platform, policy or mode; `details.field` says which.
    EnforcementReceiptMismatch = "ENFORCEMENT_RECEIPT_MISMATCH", 403, "the receipt was made for something else", "Generate exactly this draft again, for this platform, and post with its own receipt.";
    /// Posting in enforced mode without a receipt.
    EnforcementReceiptRequired = "ENFORCEMENT_RECEIPT_REQUIRED", 400, "posting needs a receipt", "Generate the draft first, and send enforcement_receipt_id from the enforcement event.";
    /// The receipt has published its draft already.
    EnforcementReceiptUsed = "ENFORCEMENT_RECEIPT_USED", 403, "the receipt has been used", "A receipt is good for one post. Generate again for another.";
    /// Signed in, but not allowed.
    Forbidden = "FORBIDDEN", 403, "not allowed", "Ask an administrator for access.";
    /// The headers are larger than 32 KiB together.
    HeadersTooLarge = "HEADERS_TOO_LARGE", 431, "the headers are larger than 32768 bytes", "Send fewer or shorter headers.";
    /// The idempotency key was used with another body.
    IdempotencyConflict = "IDEMPOTENCY_CONFLICT", 422, "this idempotency key belongs to another request", "Use a new key for a new request.";
    /// Our fault.
    Internal = "INTERNAL", 500, "something failed on our side", "Try again; if it stays, report the request id.";
    /// The path exists, and the method does not; `Allow` lists those that do.
    MethodNotAllowed = "METHOD_NOT_ALLOWED", 405, "this path does not take that method", "Use one of the methods in the Allow header.";
    /// No such path, or nothing of that name that is yours.
    NotFound = "NOT_FOUND", 404, "nothing here", "Check the path and the id.";
    /// The body is larger than 512 KiB.
    PayloadTooLarge = "PAYLOAD_TOO_LARGE", 413, "the body is larger than 524288 bytes", "Send less: content is at most 262144 bytes.";
    /// The gate is not configured as it must be; `details.problems` says what.
    PolicyError = "POLICY_ERROR", 503, "the gate is not configured as it must be", "Ask an administrator to look at /readyz.";
    /// A policy document that can't become active; `details.problems` lists everything that is wrong.
    PolicyInvalid = "POLICY_INVALID", 422, "the policy document has problems", "Correct each place that details.problems names.";
    /// The condition of `If-Match` does not hold: somebody else changed what it is about; `details` says what is there now.
    PreconditionFailed = "PRECONDITION_FAILED", 412, "it has been changed in the meantime", "Read it again, and send the change with its new ETag in If-Match.";
    /// A change without `If-Match`.
    PreconditionRequired = "PRECONDITION_REQUIRED", 428, "this change needs If-Match", "Send If-Match with the ETag of what you mean to replace.";
    /// The platform refused, or could not be reached; `details.published` says what went out.
    PublishFailed = "PUBLISH_FAILED", 502, "the platform did not take the post", "Send the same request again with the same Idempotency-Key: it goes on with the first part that is missing.";
    /// It is not known whether the platform took a part; it is never sent again blindly.
    PublishUnknown = "PUBLISH_UNKNOWN", 502, "it is not known whether the platform took the post", "Send the same request again with the same Idempotency-Key: what happened is looked up first.";
    /// The policy blocks this draft; `details` lists codes, edits and diagnostics.
    QaBlocked = "QA_BLOCKED", 403, "the policy blocks this draft", "Apply the edits in details.required_edits and generate again.";
    /// Too many posts in any 15 minutes, or too many requests.
    RateLimited = "RATE_LIMITED", 429, "too many posts in 15 minutes", "Wait for the seconds in Retry-After.";
    /// The same request is still running.
    RequestInProgress = "REQUEST_IN_PROGRESS", 409, "the same request is still running", "Wait for the seconds in Retry-After and send it again.";
    /// A store that the answer depends on did not answer.
    StateUnavailable = "STATE_UNAVAILABLE", 503, "a store did not answer, so nothing was done", "Send the same request again in a moment.";
    /// No credential, or one that does not count.
    Unauthenticated = "UNAUTHENTICATED", 401, "no valid credential", "Send an Authorization header with a valid bearer token.";
    /// The body is not JSON.
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE", 415, "the body is not declared as JSON", "Send Content-Type: application/json.";
    /// The address is longer than 8 KiB.
    UriTooLong = "URI_TOO_LONG", 414, "the address is longer than 8192 bytes", "Send what is long in the body.";
    /// The model provider did not write a draft, or stopped in the middle of one; there is no receipt.
    WriterFailed = "WRITER_FAILED", 502, "the model provider did not write a draft", "Try again in a moment, or send your own content.";
}

impl ErrorCode {
    /// Where docs/errors.md tells more.
    pub fn anchor(self) -> String {
        format!("#{}", self.as_str().to_lowercase())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A failure as it is sent: always inside `{"error": …}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApiError {
    /// Which.
    pub code: ErrorCode,
    /// What was found and what would be right.
    pub message: String,
    /// What the caller can do.
    #[serde(rename = "suggestedFix")]
    pub suggested_fix: String,
    /// More, by code.
    pub details: Map<String, Value>,
    /// Ours.
    pub request_id: String,
}

/// A failure.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Envelope<'e> {
    /// What went wrong.
    pub error: &'e ApiError,
}

impl ApiError {
    /// The table's words for `code`.
    pub fn new(code: ErrorCode, request_id: &str) -> Self {
        let (message, suggested_fix) = (code.message().to_owned(), code.suggested_fix().to_owned());
        Self { code, message, suggested_fix, details: Map::new(), request_id: request_id.to_owned() }
    }

    /// Words that are more exact than the table's.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// What to do, more exact than the table's.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.suggested_fix = fix.into();
        self
    }

    /// One more detail.
    #[must_use]
    pub fn detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// The body of the reply.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&Envelope { error: self }).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_speaks_in_one_voice() {
        assert!(ErrorCode::ALL.is_sorted_by_key(|code| code.as_str()));
        for code in ErrorCode::ALL {
            let message = code.message();
            assert!(!message.ends_with('.') && message.starts_with(char::is_lowercase), "{message}");
            assert!(code.suggested_fix().ends_with('.'), "{}", code.suggested_fix());
            assert!((400..600).contains(&code.status()));
        }
    }

    #[test]
    fn the_body_is_unchanged() {
        let error = ApiError::new(ErrorCode::NotFound, "q-1").detail("path", "/x");
        assert_eq!(
            error.to_json(),
            r#"{"error":{"code":"NOT_FOUND","message":"nothing here","suggestedFix":"Check the path and the id.","details":{"path":"/x"},"request_id":"q-1"}}"#
        );
    }
}

//! The codes: one table for every spelling. A code is a rule's identity on the wire, in receipts, in audit rows and in the docs.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// A string that is no code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown code `{0}`")]
pub struct UnknownCode(pub String);

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $text:literal,)+) => {
        /// The identity of a rule; never reused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Code {
            /// Every code, in alphabetical order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The spelling on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// What the code stands for, in one sentence.
            pub const fn doc(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!($($doc,)+),)+
                }
            }

            /// Reads a code, byte for byte.
            pub fn parse(text: &str) -> Result<Self, UnknownCode> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(UnknownCode(text.chars().take(60).collect())),
                }
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for Code {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!(Code).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "enum": [$($text),+] })
            }
        }
    };
}

codes! {
    /// Something that the brand does not say, or must say and does not.
    BrandViolation = "BRAND_VIOLATION",
    /// A claim that needs a source has none.
    CitationsRequired = "CITATIONS_REQUIRED",
    /// Invisible, control or direction-changing characters that hide text.
    DeceptiveText = "DECEPTIVE_TEXT",
    /// Nothing that a reader could see.
    EmptyContent = "EMPTY_CONTENT",
    /// Self-harm, hatred or a threat.
    HarmfulContent = "HARMFUL_CONTENT",
    /// A post is longer than its platform takes, or a thread has too many posts.
    LengthExceeded = "LENGTH_EXCEEDED",
    /// A list marker or a thread counter.
    NumberingNotAllowed = "NUMBERING_NOT_ALLOWED",
    /// Something that the platform refuses or cuts, such as too many hashtags.
    PlatformRule = "PLATFORM_RULE",
    /// No policy tag that the policy accepts.
    PolicyTagsMissing = "POLICY_TAGS_MISSING",
    /// A swear word or a slur.
    Profanity = "PROFANITY",
    /// A key, a token or a card number.
    SecretExposed = "SECRET_EXPOSED",
    /// Something that the platform's terms forbid, such as impersonation or a scam.
    TosViolation = "TOS_VIOLATION",
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_alphabetical_order_and_round_trip() {
        assert!(Code::ALL.is_sorted_by_key(|code| code.as_str()));
        for code in Code::ALL {
            assert_eq!(Code::parse(code.as_str()), Ok(*code));
            assert!(code.doc().trim().ends_with('.'));
        }
        assert_eq!(Code::parse("profanity"), Err(UnknownCode("profanity".to_owned())));
    }
}

//! The platforms and formats that a draft can be written for, and their one spelling on the wire.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// A name that is not in the closed list it was looked up in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown {kind} `{found}`, expected one of {expected}")]
pub struct UnknownName {
    kind: &'static str,
    found: String,
    expected: &'static str,
}

/// Defines a closed list of names: the enum, `ALL`, `as_str`, `parse` (with aliases) and serde in one place.
macro_rules! names {
    (
        $(#[$meta:meta])*
        pub enum $name:ident as $kind:literal, expected $expected:literal {
            $($(#[$variant_meta:meta])* $variant:ident = $text:literal $(| $alias:literal)*,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
        }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// Reads a name or one of its aliases, byte for byte: no trimming, no change of case.
            pub fn parse(name: &str) -> Result<Self, UnknownName> {
                match name {
                    $($text $(| $alias)* => Ok(Self::$variant),)+
                    _ => Err(UnknownName {
                        kind: $kind,
                        found: name.chars().take(40).collect(),
                        expected: $expected,
                    }),
                }
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "enum": [$($text $(, $alias)*),+] })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
                Self::parse(&name).map_err(de::Error::custom)
            }
        }
    };
}

names! {
    /// A platform that a post can be published on.
    pub enum Platform as "platform",
    expected "x (twitter), instagram (ig), tiktok, youtube, threads, bluesky, mastodon, linkedin, facebook" {
        /// X, formerly Twitter.
        X = "x" | "twitter",
        /// Instagram captions.
        Instagram = "instagram" | "ig",
        /// TikTok video captions.
        Tiktok = "tiktok",
        /// YouTube video descriptions.
        Youtube = "youtube",
        /// Threads.
        Threads = "threads",
        /// Bluesky.
        Bluesky = "bluesky",
        /// Mastodon.
        Mastodon = "mastodon",
        /// LinkedIn.
        Linkedin = "linkedin",
        /// Facebook.
        Facebook = "facebook",
    }
}

names! {
    /// How a draft becomes posts.
    pub enum Format as "format", expected "single, thread" {
        /// The whole draft is one post.
        Single = "single",
        /// Each line that is not blank is one post.
        Thread = "thread",
    }
}

impl Platform {
    /// The name that people write.
    pub const fn display_name(self) -> &'static str {
        match self {
            Self::X => "X",
            Self::Instagram => "Instagram",
            Self::Tiktok => "TikTok",
            Self::Youtube => "YouTube",
            Self::Threads => "Threads",
            Self::Bluesky => "Bluesky",
            Self::Mastodon => "Mastodon",
            Self::Linkedin => "LinkedIn",
            Self::Facebook => "Facebook",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_resolve_and_names_round_trip() {
        for platform in Platform::ALL {
            assert_eq!(Platform::parse(platform.as_str()), Ok(*platform));
        }
        assert_eq!(Platform::parse("twitter"), Ok(Platform::X));
        assert_eq!(Platform::parse("ig"), Ok(Platform::Instagram));
    }

    #[test]
    fn near_misses_are_refused_with_the_list() {
        for name in ["X", "x ", " x", "x.com", "", "Instagram", "mastodon\0"] {
            let error = Platform::parse(name).unwrap_err();
            assert!(error.to_string().contains("expected one of x (twitter), instagram (ig)"), "{error}");
        }
    }

    #[test]
    fn the_list_in_the_sentence_names_every_platform() {
        let error = Platform::parse("?").unwrap_err().to_string();
        for platform in Platform::ALL {
            assert!(error.contains(platform.as_str()), "{error}");
        }
    }
}

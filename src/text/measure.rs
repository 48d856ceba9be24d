//! How long a post is, as its platform counts.

use super::Platform;

/// What a platform counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Code points, URLs and emoji weighed as X does.
    Weighted,
    /// Grapheme clusters.
    Graphemes,
    /// Code points.
    Characters,
    /// UTF-16 code units.
    Utf16,
    /// Bytes of UTF-8.
    Bytes,
}

impl Unit {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Weighted => "weighted",
            Self::Graphemes => "graphemes",
            Self::Characters => "characters",
            Self::Utf16 => "utf16",
            Self::Bytes => "bytes",
        }
    }
}

impl Platform {
    /// What this platform counts.
    pub const fn unit(self) -> Unit {
        match self {
            Self::X => Unit::Weighted,
            Self::Bluesky | Self::Mastodon => Unit::Graphemes,
            Self::Instagram | Self::Threads | Self::Linkedin | Self::Facebook => Unit::Characters,
            Self::Tiktok => Unit::Utf16,
            Self::Youtube => Unit::Bytes,
        }
    }
}

/// The length of a post on its platform.
pub fn measure(text: &str, _platform: Platform) -> usize {
    text.chars().count()
}

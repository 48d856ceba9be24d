//! The mode: how much a decision weighs.

use serde::{Deserialize, Serialize};
use std::fmt;
use thiserror::Error;

/// How much a decision weighs; ordered from weak to strict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Nothing is checked.
    Off,
    /// What is found is said, and nothing is held back.
    Advisory,
    /// What blocks is refused.
    Enforced,
}

/// A mode that is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no mode, expected off, advisory or enforced")]
pub struct UnknownMode(String);

impl Mode {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Advisory => "advisory",
            Self::Enforced => "enforced",
        }
    }

    /// Reads a mode, byte for byte: a capital or a blank makes it another word, and a word that is no mode is never `off`.
    pub fn parse(text: &str) -> Result<Self, UnknownMode> {
        match text {
            "off" => Ok(Self::Off),
            "advisory" => Ok(Self::Advisory),
            "enforced" => Ok(Self::Enforced),
            _ => Err(UnknownMode(text.chars().take(40).collect())),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_mode_is_no_mode() {
        for text in ["Enforced", "strict", "enforced ", " off", "OFF", "", "0", "enforced\n"] {
            assert!(Mode::parse(text).is_err(), "{text:?}");
        }
        assert!(Mode::Off < Mode::Advisory && Mode::Advisory < Mode::Enforced);
    }
}

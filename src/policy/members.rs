//! Reading the parts of a policy document, by hand like a request, and for the same reason.

use super::document::{Brand, GivenRisks, Help, Level, Lexicon, Limit, RuleSetting, TermSeverity};
use super::table::Table;
use crate::contract::{ContractError, FromValue, Path, members, mistake, required, word, wrong};
use serde_json::Value;

impl FromValue for RuleSetting {
    fn from_value(value: Value, path: &mut Path) -> Result<Self, ContractError> {
        let (mut level, mut min_severity) = (None, None);
        members(value, path, &["level", "min_severity"], &mut |key, value, path| {
            match key {
                "level" => level = Some(word(value, path, &LEVELS)?),
                "min_severity" => min_severity = Some(word(value, path, &SEVERITIES)?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self { level: required(level, "level", path)?, min_severity })
    }
}

/// What a level is called.
pub(super) const LEVELS: [(&str, Level); 3] = [("off", Level::Off), ("warn", Level::Warn), ("block", Level::Block)];

/// What a severity is called.
pub(super) const SEVERITIES: [(&str, TermSeverity); 4] =
    [("mild", TermSeverity::Mild), ("moderate", TermSeverity::Moderate), ("strong", TermSeverity::Strong), ("slur", TermSeverity::Slur)];

impl FromValue for Limit {
    fn from_value(value: Value, path: &mut Path) -> Result<Self, ContractError> {
        let mut limit = Self::default();
        let mut max = None;
        let known =
            ["max", "unit", "max_bytes", "max_hashtags", "advised_hashtags", "max_mentions", "max_links", "refused_characters", "source"];
        members(value, path, &known, &mut |key, value, path| {
            match key {
                "unit" => limit.unit = String::from_value(value, path)?,
                "refused_characters" => limit.refused_characters = String::from_value(value, path)?,
                "source" => limit.source = String::from_value(value, path)?,
                _ => {
                    let field = match key {
                        "max" => &mut max,
                        "max_bytes" => &mut limit.max_bytes,
                        "max_hashtags" => &mut limit.max_hashtags,
                        "advised_hashtags" => &mut limit.advised_hashtags,
                        "max_mentions" => &mut limit.max_mentions,
                        "max_links" => &mut limit.max_links,
                        _ => return Ok(false),
                    };
                    *field = Some(usize::from_value(value, path)?);
                }
            }
            Ok(true)
        })?;
        limit.max = required(max, "max", path)?;
        Ok(limit)
    }
}

impl FromValue for GivenRisks {
    fn from_value(value: Value, path: &mut Path) -> Result<Self, ContractError> {
        let mut risks = Self::default();
        members(value, path, &["advice", "low", "medium", "high", "grave", "extreme"], &mut |key, value, path| {
            let field = match key {
                "advice" => &mut risks.advice,
                "low" => &mut risks.low,
                "medium" => &mut risks.medium,
                "high" => &mut risks.high,
                "grave" => &mut risks.grave,
                "extreme" => &mut risks.extreme,
                _ => return Ok(false),
            };
            let number = usize::from_value(value, path)?;
            *field = Some(u16::try_from(number).map_err(|_| mistake(path, format_args!("{number}, expected at most {}", u16::MAX)))?);
            Ok(true)
        })?;
        Ok(risks)
    }
}

impl FromValue for Help {
    fn from_value(value: Value, path: &mut Path) -> Result<Self, ContractError> {
        let (mut text, mut url) = (None, None);
        members(value, path, &["text", "url"], &mut |key, value, path| {
            match key {
                "text" => text = Some(String::from_value(value, path)?),
                "url" => url = Some(String::from_value(value, path)?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self { text: required(text, "text", path)?, url: required(url, "url", path)? })
    }
}

impl FromValue for Brand {
    fn from_value(value: Value, path: &mut Path) -> Result<Self, ContractError> {
        let mut brand = Self::default();
        let known = ["blocked_terms", "required_terms", "allowed_terms", "replacements"];
        members(value, path, &known, &mut |key, value, path| {
            match key {
                "blocked_terms" => brand.blocked_terms = Vec::from_value(value, path)?,
                "required_terms" => brand.required_terms = Vec::from_value(value, path)?,
                "allowed_terms" => brand.allowed_terms = Vec::from_value(value, path)?,
                "replacements" => brand.replacements = Table::from_value(value, path)?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(brand)
    }
}

impl FromValue for Lexicon {
    fn from_value(value: Value, path: &mut Path) -> Result<Self, ContractError> {
        let mut lexicon = Self::default();
        members(value, path, &["block", "allow"], &mut |key, value, path| {
            match key {
                "block" => lexicon.block = Vec::from_value(value, path)?,
                "allow" => lexicon.allow = Vec::from_value(value, path)?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(lexicon)
    }
}

impl FromValue for Table<String, String> {
    fn from_value(value: Value, path: &mut Path) -> Result<Self, ContractError> {
        let Value::Object(entries) = value else { return Err(wrong(&value, "an object", path)) };
        let mut table = Self::default();
        for (key, value) in entries {
            path.push(key);
            let value = String::from_value(value, path)?;
            table.insert(path.pop().unwrap_or_default(), value);
        }
        Ok(table)
    }
}

//! Fixes on the wire: as a report offers them, and as they come back to be applied.

use super::MAX_CONTENT_BYTES;
use super::check::counted;
use super::from_value::{FromValue, Path, members, mistake, required, word};
use super::strict::{Contract, ContractError, Tree};
use crate::diagnostic::{Applicability, Edit, Fix, FixError, apply};
use crate::text::{Format, Offsets, Span, SpanUnit};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A fix on the wire.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FixReport {
    /// What a button would say.
    pub title: String,
    /// Whether it keeps what the author meant.
    pub applicability: Applicability,
    /// The draft's format afterwards, only where the fix changes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// In text order, not overlapping.
    pub edits: Vec<EditReport>,
}

/// An edit on the wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EditReport {
    /// What is replaced.
    pub span: [usize; 2],
    /// By what.
    pub text: String,
}

/// A fix that comes back to be applied.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixRequest {
    /// Not read.
    #[serde(default)]
    pub title: String,
    /// Not read.
    pub applicability: Option<Applicability>,
    /// Not read: the caller changes its own format.
    pub format: Option<Format>,
    /// What to do.
    #[serde(deserialize_with = "super::objects")]
    pub edits: Vec<EditReport>,
}

impl Contract for FixRequest {
    fn from_tree(tree: Tree) -> Result<Self, ContractError> {
        Self::from_value(tree.0, &mut Vec::new())
    }

    fn validate(&self) -> Result<(), ContractError> {
        counted("/edits", self.edits.len(), MAX_CONTENT_BYTES)
    }
}

impl FixRequest {
    /// Applies it to the content that its report was about.
    pub fn apply(&self, content: &str, unit: SpanUnit) -> Result<String, FixError> {
        let offsets = Offsets::new(content, unit);
        let mut edits = Vec::with_capacity(self.edits.len());
        for (index, edit) in self.edits.iter().enumerate() {
            let [start, end] = edit.span.map(|offset| offsets.to_byte(offset).ok_or(FixError::OutOfText(index)));
            edits.push(Edit::replace(Span::new(start?, end?), edit.text.clone()));
        }
        apply(content, &edits)
    }
}

impl FromValue for FixRequest {
    fn from_value(value: Value, path: &mut Path) -> Result<Self, ContractError> {
        let mut edits = None;
        let mut fix = Self { title: String::new(), applicability: None, format: None, edits: Vec::new() };
        let words = [("safe", Applicability::Safe), ("unsafe", Applicability::Unsafe)];
        members(value, path, &["title", "applicability", "format", "edits"], &mut |key, value, path| {
            match key {
                "title" => fix.title = String::from_value(value, path)?,
                "applicability" if value.is_null() => {}
                "applicability" => fix.applicability = Some(word(value, path, &words)?),
                "format" => fix.format = Option::from_value(value, path)?,
                "edits" => edits = Some(Vec::from_value(value, path)?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        fix.edits = required(edits, "edits", path)?;
        Ok(fix)
    }
}

impl FromValue for EditReport {
    fn from_value(value: Value, path: &mut Path) -> Result<Self, ContractError> {
        let (mut span, mut text) = (None, None);
        members(value, path, &["span", "text"], &mut |key, value, path| {
            match key {
                "span" => {
                    let ends: Vec<usize> = Vec::from_value(value, path)?;
                    let count = ends.len();
                    let pair = ends.try_into().map_err(|_| mistake(path, format_args!("{count} numbers, expected a start and an end")))?;
                    span = Some(pair);
                }
                "text" => text = Some(String::from_value(value, path)?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self { span: required(span, "span", path)?, text: required(text, "text", path)? })
    }
}

impl FixReport {
    /// The wire form of a fix.
    pub(super) fn new(fix: Fix, offsets: &Offsets<'_>) -> Self {
        let edits = fix.edits.into_iter().map(|edit| EditReport { span: offsets.from_span(edit.span), text: edit.text }).collect();
        Self { title: fix.title, applicability: fix.applicability, format: fix.format, edits }
    }
}

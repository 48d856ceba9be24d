//! Fixes: edits that remove a finding, and how they are applied.

use crate::text::{Format, Span};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Whether a fix keeps what the author meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// Keeps the meaning, and adds no other finding; can be applied without asking.
    Safe,
    /// Changes what is said; the author decides.
    Unsafe,
}

impl Applicability {
    /// The spelling on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// Replaces one span of the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced, in bytes of the content.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

impl Edit {
    /// Replaces `span` by `text`.
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    /// Removes `span`.
    pub fn delete(span: Span) -> Self {
        Self { span, text: String::new() }
    }
}

/// Edits that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What a button would say.
    pub title: String,
    /// Whether it keeps what the author meant.
    pub applicability: Applicability,
    /// The draft's format afterwards, where the fix changes it.
    pub format: Option<Format>,
    /// In text order, not overlapping.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A fix that keeps the meaning.
    pub fn safe(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: title.into(), applicability: Applicability::Safe, format: None, edits }
    }

    /// A fix that changes what is said.
    pub fn risky(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: title.into(), applicability: Applicability::Unsafe, format: None, edits }
    }

    /// The draft's format after the fix.
    #[must_use]
    pub fn with_format(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }
}

/// Why edits can't be applied to a text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FixError {
    /// An edit lies outside the text or inside a character.
    #[error("edit {0} lies outside the text or inside a character; make the fix from a report on exactly this text")]
    OutOfText(usize),
    /// Two edits overlap or are not in text order.
    #[error("edit {0} starts before the one in front of it ends; edits must be in text order")]
    Overlap(usize),
}

/// Applies edits, given in text order, to the text that they were made for.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, FixError> {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (index, edit) in edits.iter().enumerate() {
        if edit.span.start < done {
            return Err(FixError::Overlap(index));
        }
        let kept = text.get(done..edit.span.start).ok_or(FixError::OutOfText(index))?;
        if text.get(edit.span.start..edit.span.end).is_none() {
            return Err(FixError::OutOfText(index));
        }
        out.push_str(kept);
        out.push_str(&edit.text);
        done = edit.span.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_apply_in_order_and_keep_the_rest() {
        let edits = [Edit::delete(Span::new(0, 2)), Edit::replace(Span::new(4, 8), "é")];
        assert_eq!(apply("1 ab😀c", &edits), Ok("abéc".to_owned()));
        assert_eq!(apply("same", &[]), Ok("same".to_owned()));
        assert_eq!(apply("ab", &[Edit::replace(Span::new(1, 1), "-")]), Ok("a-b".to_owned()));
    }

    #[test]
    fn edits_that_do_not_fit_are_refused() {
        assert_eq!(apply("😀", &[Edit::delete(Span::new(1, 4))]), Err(FixError::OutOfText(0)));
        assert_eq!(apply("ab", &[Edit::delete(Span::new(0, 9))]), Err(FixError::OutOfText(0)));
        let overlapping = [Edit::delete(Span::new(0, 2)), Edit::delete(Span::new(1, 2))];
        assert_eq!(apply("ab", &overlapping), Err(FixError::Overlap(1)));
        assert!(apply("ab", &[Edit::delete(Span::new(2, 1))]).is_err());
    }
}

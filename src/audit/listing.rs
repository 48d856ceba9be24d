//! The list of recent requests: what a caller may ask of it, which stretches of which index that is, and how they become one page.
//!
//! An index has its requests by mode, QA's status and whether they are audited, newest first. A filter is a few such stretches, each read
//! up to the length of a page; so a page costs the same however many requests there are and however few of them are wanted.

use super::summary::Summary;
use crate::contract::{ContractError, DecisionStatus, Timestamp};
use serde::Serialize;

/// How many requests a page has where the caller does not say.
const DEFAULT_LIMIT: usize = 50;
/// The most requests of a page.
const MAX_LIMIT: usize = 200;
/// The longest code and request id.
const MAX_NAME_BYTES: usize = 200;

/// Where a page ended: the next one has what is older.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Milliseconds since 1970.
    pub at: i64,
    /// Of the last request on the page.
    pub request_id: String,
}

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The most requests of the page.
    pub limit: usize,
    /// Not older than this, in milliseconds since 1970.
    pub since: i64,
    /// Older than this; the newest page without.
    pub before: Cursor,
    /// Only this request.
    pub request_id: Option<String>,
    /// Only requests with this code.
    pub code: Option<String>,
    mode: Option<&'static str>,
    status: Option<&'static str>,
    audit_ok: Option<bool>,
}

/// One of these words, or the mistake.
fn word(pointer: &str, text: &str, words: &[&'static str]) -> Result<&'static str, ContractError> {
    let expected = || words.join(", ");
    words.iter().copied().find(|word| *word == text).ok_or_else(|| {
        ContractError::new(pointer, format!("`{}`, expected one of {}", text.chars().take(40).collect::<String>(), expected()))
    })
}

fn name(pointer: &str, text: &str) -> Result<String, ContractError> {
    let is_name = !text.is_empty() && text.len() <= MAX_NAME_BYTES && text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_name { Ok(text.to_owned()) } else { Err(ContractError::new(pointer, "not a name, expected 1 to 200 visible ASCII characters")) }
}

impl Listing {
    /// Reads a query; what it does not know is a mistake, like everywhere.
    pub fn read<'q>(pairs: impl Iterator<Item = (&'q str, &'q str)>) -> Result<Self, ContractError> {
        let before = Cursor { at: i64::MAX, request_id: String::new() };
        let mut listing =
            Self { limit: DEFAULT_LIMIT, since: 0, before, request_id: None, code: None, mode: None, status: None, audit_ok: None };
        for (key, value) in pairs {
            match key {
                "limit" => match value.parse::<usize>() {
                    Ok(limit) if (1..=MAX_LIMIT).contains(&limit) => listing.limit = limit,
                    _ => return Err(ContractError::new("/query/limit", "not a limit, expected a whole number from 1 to 200")),
                },
                "since" => {
                    let at = Timestamp::parse(value).map_err(|error| ContractError::new("/query/since", error.to_string()))?;
                    listing.since = at.millis();
                }
                "cursor" => listing.before = Cursor::read(value)?,
                "request_id" => listing.request_id = Some(name("/query/request_id", value)?),
                "code" => listing.code = Some(name("/query/code", value)?),
                "mode" => listing.mode = Some(word("/query/mode", value, &["advisory", "enforced"])?),
                "status" => listing.status = Some(word("/query/status", value, &["PASS", "FAIL", "NONE"])?),
                "audit_ok" => listing.audit_ok = Some(word("/query/audit_ok", value, &["true", "false"])? == "true"),
                other => {
                    let message = "not known, expected limit, since, cursor, mode, status, code, audit_ok, request_id";
                    return Err(ContractError::new(format!("/query/{}", other.chars().take(40).collect::<String>()), message));
                }
            }
        }
        Ok(listing)
    }

    /// The stretches of the index that have what is wanted; none where the index by time alone has it.
    pub fn facets(&self) -> Vec<String> {
        if self.code.is_none() && self.mode.is_none() && self.status.is_none() && self.audit_ok.is_none() {
            return Vec::new();
        }
        let modes = self.mode.map_or(vec!["advisory", "enforced"], |mode| vec![mode]);
        let statuses = self.status.map_or(vec!["PASS", "FAIL", "NONE"], |status| vec![status]);
        let audited = self.audit_ok.map_or(vec![0, 1], |ok| vec![i32::from(ok)]);
        let mut facets = Vec::new();
        for mode in &modes {
            for status in &statuses {
                facets.extend(audited.iter().map(|ok| format!("{mode}:{status}:{ok}")));
            }
        }
        facets
    }

    /// Whether a request that was found by its id is what is wanted.
    fn admits(&self, summary: &Summary) -> bool {
        self.mode.is_none_or(|mode| summary.mode == mode)
            && self.status.is_none_or(|status| summary.qa_status == status)
            && self.audit_ok.is_none_or(|ok| summary.audit_ok == ok)
            && self.code.as_ref().is_none_or(|code| summary.codes.contains(code))
            && summary.at >= self.since
    }

    /// One page out of what the stretches had, each with one request more than a page has, if there were as many.
    pub fn page(&self, mut found: Vec<Summary>) -> Page {
        found.retain(|summary| self.admits(summary));
        found.sort_by(|a, b| (b.at, &b.request_id).cmp(&(a.at, &a.request_id)));
        let more = found.len() > self.limit;
        found.truncate(self.limit);
        let last = found.last().filter(|_| more);
        let next_cursor = last.map(|last| Cursor { at: last.at, request_id: last.request_id.clone() }.to_string());
        Page { items: found.into_iter().map(Item::from).collect(), next_cursor }
    }
}

impl Cursor {
    fn read(text: &str) -> Result<Self, ContractError> {
        let mistake = || ContractError::new("/query/cursor", "not a cursor, expected next_cursor of an earlier page");
        let (at, request_id) = text.split_once('.').ok_or_else(mistake)?;
        Ok(Self { at: at.parse().map_err(|_| mistake())?, request_id: name("/query/cursor", request_id).map_err(|_| mistake())? })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.at, self.request_id)
    }
}

/// A page of recent requests, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Page {
    /// The requests.
    pub items: Vec<Item>,
    /// What `cursor` takes for the page after this one; null on the last.
    pub next_cursor: Option<String>,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Item {
    /// Ours; `GET /v1/audit/{request_id}` has its rows.
    pub request_id: String,
    /// `generate` or `post`.
    pub call: String,
    /// Where the draft would go.
    pub platform: Option<String>,
    /// The mode that held.
    pub mode: String,
    /// `PASS` or `FAIL`; null where QA did not come to decide.
    pub qa_status: Option<DecisionStatus>,
    /// How many rules blocked.
    pub violation_codes_count: usize,
    /// Rules that blocked, what was wrong with the receipt, and the code of the error.
    pub codes: Vec<String>,
    /// Whether the rows are in the audit, as it was told.
    pub audit_ok: bool,
    /// The receipt that was made or spent.
    pub receipt_id: Option<String>,
    /// When it was decided.
    pub created_at: Timestamp,
    /// Until when the receipt counts, where one was made.
    pub expires_at: Option<Timestamp>,
    /// Milliseconds from the first agent's start to the last one's end.
    pub latency_ms: i64,
    /// Why nothing was published, or would be.
    pub last_error_code: Option<String>,
    /// When that was.
    pub last_error_at: Option<Timestamp>,
}

impl From<Summary> for Item {
    fn from(summary: Summary) -> Self {
        let created_at = Timestamp::from_millis(summary.at);
        Self {
            qa_status: match summary.qa_status.as_str() {
                "PASS" => Some(DecisionStatus::Pass),
                "FAIL" => Some(DecisionStatus::Fail),
                _ => None,
            },
            request_id: summary.request_id,
            call: summary.call,
            platform: summary.platform,
            mode: summary.mode,
            violation_codes_count: summary.violations,
            codes: summary.codes,
            audit_ok: summary.audit_ok,
            receipt_id: summary.receipt_id,
            created_at,
            expires_at: summary.expires_at.map(Timestamp::from_millis),
            latency_ms: summary.latency_ms,
            last_error_at: summary.error_code.as_ref().map(|_| created_at),
            last_error_code: summary.error_code,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &[(&str, &str)]) -> Result<Listing, ContractError> {
        Listing::read(query.iter().copied())
    }

    fn request(at: i64, id: &str) -> Summary {
        Summary {
            request_id: id.to_owned(),
            call: "post".to_owned(),
            platform: None,
            mode: "enforced".to_owned(),
            qa_status: "FAIL".to_owned(),
            codes: vec!["PROFANITY".to_owned()],
            violations: 1,
            receipt_id: None,
            expires_at: None,
            error_code: Some("QA_BLOCKED".to_owned()),
            audit_ok: true,
            latency_ms: 3,
            at,
        }
    }

    #[test]
    fn what_is_no_filter_is_refused_with_its_place() {
        for (key, value) in [
            ("since", "garbage"),
            ("since", ""),
            ("limit", "0"),
            ("limit", "201"),
            ("limit", "ten"),
            ("mode", "off"),
            ("mode", "Enforced"),
            ("status", "pass"),
            ("audit_ok", "0"),
            ("code", ""),
            ("code", "a b"),
            ("request_id", ""),
            ("cursor", "x"),
            ("cursor", "1."),
            ("until", "2026-01-01T00:00:00Z"),
        ] {
            assert_eq!(read(&[(key, value)]).unwrap_err().pointer, format!("/query/{key}"), "{value}");
        }
        assert_eq!(read(&[]).unwrap().limit, 50);
    }

    #[test]
    fn a_filter_is_the_stretches_that_have_it() {
        assert_eq!(read(&[]).unwrap().facets(), Vec::<String>::new());
        assert_eq!(read(&[("code", "PROFANITY")]).unwrap().facets().len(), 12);
        let one = read(&[("mode", "enforced"), ("status", "FAIL"), ("audit_ok", "false")]).unwrap();
        assert_eq!(one.facets(), ["enforced:FAIL:0"]);
    }

    #[test]
    fn pages_follow_each_other_and_miss_nothing_that_came_at_the_same_time() {
        let all = || vec![request(5, "a"), request(7, "c"), request(7, "b"), request(1, "d")];
        let listing = read(&[("limit", "2")]).unwrap();
        let page = listing.page(all());
        assert_eq!(page.items.iter().map(|item| item.request_id.as_str()).collect::<Vec<_>>(), ["c", "b"]);
        let next = read(&[("cursor", page.next_cursor.as_deref().unwrap()), ("limit", "2")]).unwrap();
        assert_eq!(next.before, Cursor { at: 7, request_id: "b".to_owned() });
        let rest: Vec<_> = all().into_iter().filter(|found| (found.at, found.request_id.as_str()) < (7, "b")).collect();
        let last = next.page(rest);
        assert_eq!((last.items.len(), last.next_cursor), (2, None));
    }

    #[test]
    fn a_request_that_was_found_by_its_id_is_held_against_the_other_filters() {
        let wanted = |query: &[(&str, &str)]| read(query).unwrap().page(vec![request(5, "a")]).items.len();
        assert_eq!(wanted(&[("request_id", "a")]), 1);
        assert_eq!(wanted(&[("request_id", "a"), ("code", "PROFANITY"), ("mode", "enforced"), ("status", "FAIL")]), 1);
        for other in
            [("code", "TOS_VIOLATION"), ("mode", "advisory"), ("status", "PASS"), ("audit_ok", "false"), ("since", "2026-01-01T00:00:00Z")]
        {
            assert_eq!(wanted(&[("request_id", "a"), other]), 0, "{other:?}");
        }
    }
}

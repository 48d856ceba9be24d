//! A policy on its way to becoming active: what a document has to be, and what it may replace.
//!
//! In scope: the built-in policy under its own name, versions that belong to one document for ever, `If-Match`.
//! Out of scope: what a document may say (floor 3), where it is stored (floor 8).

use super::error::{ApiError, ErrorCode};
use crate::contract::{ContractError, Tree, read_tree};
use crate::policy::{BUILTIN_VERSION, Policy};
use serde_json::{Value, json};

/// Why a policy does not become active.
#[derive(Debug, Clone, PartialEq)]
pub enum Refused {
    /// The body is no JSON that can be read strictly.
    Contract(ContractError),
    /// The document has problems: all of them.
    Invalid(Vec<ContractError>),
}

impl Refused {
    /// As it is sent.
    pub fn into_error(self, request_id: &str) -> ApiError {
        match self {
            Self::Contract(error) => {
                ApiError::new(ErrorCode::ContractInvalid, request_id).message(error.message).detail("pointer", error.pointer)
            }
            Self::Invalid(problems) => {
                let problems: Vec<Value> =
                    problems.into_iter().map(|problem| json!({ "pointer": problem.pointer, "message": problem.message })).collect();
                ApiError::new(ErrorCode::PolicyInvalid, request_id).detail("problems", problems)
            }
        }
    }
}

/// What of a document's version is known already.
#[derive(Debug, Clone, PartialEq)]
pub enum Taken {
    /// Nothing: it is stored.
    New,
    /// The same policy: it becomes active again.
    Same,
    /// Another policy has that version.
    Other(Refused),
}

/// A document that was read.
#[derive(Debug)]
pub struct Publication {
    /// Its version; `None` for the built-in policy.
    pub version: Option<String>,
    /// Its policy; `None` for the built-in one.
    pub policy: Option<Policy>,
    /// The document as it was sent.
    pub document: String,
}

impl Publication {
    /// Reads a document. One that says the built-in policy's name and nothing that it does not say itself is the built-in policy.
    pub fn read(body: &[u8], builtin: &Policy) -> Result<Self, Refused> {
        let text = std::str::from_utf8(body).map_err(|_| Refused::Contract(ContractError::new("", "the body is not UTF-8")))?;
        let Tree(tree) = tree(text).map_err(Refused::Contract)?;
        if is_part_of_builtin(&tree, builtin) {
            return Ok(Self { version: None, policy: None, document: text.to_owned() });
        }
        let policy = Policy::from_tree(Tree(tree)).map_err(|error| Refused::Invalid(error.problems))?;
        if policy.version() == BUILTIN_VERSION {
            return Err(taken(BUILTIN_VERSION, "the built-in policy"));
        }
        Ok(Self { version: Some(policy.version().to_owned()), policy: Some(policy), document: text.to_owned() })
    }

    /// What the document that is stored under its version means for it: a version belongs to one document, since receipts and audit rows
    /// name a policy by it.
    pub fn against(&self, stored: Option<&str>) -> Taken {
        let (Some(policy), Some(stored)) = (&self.policy, stored) else {
            return if self.policy.is_some() { Taken::New } else { Taken::Same };
        };
        let Ok(stored_tree) = tree(stored) else { return Taken::Other(taken(policy.version(), "another document")) };
        let same_text = tree(&self.document).is_ok_and(|own| own == stored_tree);
        let same_policy = Policy::from_tree(stored_tree).is_ok_and(|stored| stored.digest() == policy.digest());
        if same_text || same_policy { Taken::Same } else { Taken::Other(taken(policy.version(), "another document")) }
    }
}

fn tree(text: &str) -> Result<Tree, ContractError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let tree = read_tree(&mut json)?;
    json.end().map_err(|error| ContractError::new("", error.to_string()))?;
    Ok(tree)
}

fn taken(version: &str, by: &str) -> Refused {
    Refused::Invalid(vec![ContractError::new("/version", format!("{version} is the version of {by}, expected a new one"))])
}

fn is_part_of_builtin(tree: &Value, builtin: &Policy) -> bool {
    let Ok(Value::Object(own)) = serde_json::to_value(builtin.document()) else { return false };
    let Value::Object(members) = tree else { return false };
    members.get("name") == own.get("name")
        && members.get("version") == own.get("version")
        && members.iter().all(|(name, value)| own.get(name) == Some(value))
}

/// The `If-Match` of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// The header is not there.
    Absent,
    /// `*`: whatever is active.
    Any,
    /// One of these.
    Tags(Vec<String>),
}

impl IfMatch {
    /// Reads the header; a weak tag never matches.
    pub fn read(header: Option<&str>) -> Self {
        match header.map(str::trim) {
            None => Self::Absent,
            Some("*") => Self::Any,
            Some(tags) => Self::Tags(tags.split(',').map(|tag| tag.trim().to_owned()).collect()),
        }
    }

    /// Why a change of what has this digest is refused.
    pub fn refuses(&self, digest: Option<&str>) -> Option<ErrorCode> {
        match self {
            Self::Absent => Some(ErrorCode::PreconditionRequired),
            Self::Any => None,
            Self::Tags(tags) => {
                let tag = digest.map(|digest| format!("\"{digest}\""));
                let matches = tag.is_some_and(|tag| tags.contains(&tag));
                (!matches).then_some(ErrorCode::PreconditionFailed)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACME: &str = r#"{"name":"acme","version":"1.4.0","extends":"builtin","rules":{"PROFANITY":{"level":"warn"}}}"#;

    fn read(document: &str) -> Result<Publication, Refused> {
        Publication::read(document.as_bytes(), &Policy::builtin().unwrap())
    }

    #[test]
    fn a_version_belongs_to_one_document_for_ever() {
        let acme = read(ACME).unwrap();
        assert_eq!((acme.version.as_deref(), acme.against(None)), (Some("1.4.0"), Taken::New));
        assert_eq!(acme.against(Some(&ACME.replace(',', ", "))), Taken::Same);
        assert!(matches!(acme.against(Some(&ACME.replace("warn", "off"))), Taken::Other(_)));
        assert!(matches!(acme.against(Some("{}")), Taken::Other(_)), "a document that this build can't read is another one");
        assert!(matches!(read(&ACME.replace("1.4.0", BUILTIN_VERSION)), Err(Refused::Invalid(_))));
    }

    #[test]
    fn the_effective_document_is_the_same_policy_as_the_one_it_came_from() {
        let effective = serde_json::to_string(read(ACME).unwrap().policy.unwrap().document()).unwrap();
        assert_eq!(read(&effective).unwrap().against(Some(ACME)), Taken::Same);
    }

    #[test]
    fn the_built_in_policy_comes_back_under_its_own_name() {
        let whole = serde_json::to_string(Policy::builtin().unwrap().document()).unwrap();
        let short = format!(r#"{{"name":"builtin","version":"{BUILTIN_VERSION}"}}"#);
        for document in [whole.as_str(), short.as_str()] {
            let publication = read(document).unwrap();
            assert_eq!((publication.version.as_deref(), publication.against(None)), (None, Taken::Same));
        }
        assert!(read(&short.replace('}', r#","rules":{}}"#)).is_err(), "another document under its name");
        assert!(read(&format!(r#"{{"version":"{BUILTIN_VERSION}"}}"#)).is_err());
    }

    #[test]
    fn a_bad_document_is_refused_whole_with_every_problem() {
        let Err(Refused::Invalid(problems)) = read(r#"{"name":"a","version":"1","rules":{"PROFANITY":{"level":"loud"}},"x":1}"#) else {
            panic!("it was taken");
        };
        assert_eq!(problems.len(), 3, "level, version, x: {problems:?}");
        for document in ["{}", "[]", "7"] {
            assert!(matches!(read(document), Err(Refused::Invalid(_))), "{document}");
        }
        for document in ["", "{", r#"{"name":"a","name":"b"}"#, "{} {}", "\u{0}"] {
            assert!(matches!(read(document), Err(Refused::Contract(_))), "{document}");
        }
        let error = read("{}").unwrap_err().into_error("q");
        assert_eq!(error.details["problems"][0]["message"], "missing member `name`");
    }

    #[test]
    fn a_change_without_the_tag_of_what_it_replaces_is_refused() {
        let refuses = |header: Option<&str>| IfMatch::read(header).refuses(Some("sha256:aa"));
        assert_eq!(refuses(None), Some(ErrorCode::PreconditionRequired));
        for header in ["\"sha256:aa\"", "*", "\"x\", \"sha256:aa\""] {
            assert_eq!(refuses(Some(header)), None, "{header}");
        }
        for header in ["", "sha256:aa", "W/\"sha256:aa\"", "\"sha256:bb\"", "\"SHA256:AA\""] {
            assert_eq!(refuses(Some(header)), Some(ErrorCode::PreconditionFailed), "{header}");
        }
        assert_eq!(IfMatch::read(Some("\"sha256:aa\"")).refuses(None), Some(ErrorCode::PreconditionFailed));
        assert_eq!(IfMatch::Any.refuses(None), None);
    }
}

//! Reading a policy document: member by member, so that every problem is listed and not only the first.
//!
//! A member that is given replaces the built-in one; `rules`, `limits` and `risk` are merged key by key.

mod sound;

use super::document::{Brand, Document, GivenRisks, Help, Level, Lexicon, Limit, RiskTable, RuleSetting};
use super::fixed;
use super::table::Table;
use crate::contract::{ContractError, FromValue, Tree, wrong};
use crate::diagnostic::Code;
use crate::text::Platform;
use serde_json::{Map, Value};
use std::fmt;
use thiserror::Error;

/// Why a document is no policy: every problem, in document order.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct PolicyError {
    /// Never empty.
    pub problems: Vec<ContractError>,
}

impl PolicyError {
    /// One problem.
    pub fn single(pointer: &str, message: impl Into<String>) -> Self {
        Self { problems: vec![ContractError::new(pointer, message)] }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problems: Vec<String> = self.problems.iter().map(ToString::to_string).collect();
        f.write_str(&problems.join("; "))
    }
}

/// The built-in document.
pub(super) fn builtin() -> Result<Document, PolicyError> {
    Reader::new(fixed::builtin()).document(None)
}

/// Reads a caller's document and puts it over the built-in one.
pub fn read(tree: Tree) -> Result<Document, PolicyError> {
    let members = match tree.0 {
        Value::Object(members) => members,
        other => return Err(PolicyError { problems: vec![wrong(&other, "an object", &[])] }),
    };
    Reader::new(members).document(Some(&builtin()?))
}

struct Reader {
    /// What is not read yet.
    members: Vec<(String, Value)>,
    problems: Vec<ContractError>,
    /// The members that could not be read: what stands in their place is not the caller's, and is not checked.
    unread: Vec<String>,
}

impl Reader {
    fn new(members: Map<String, Value>) -> Self {
        let mut reader = Self { members: Vec::new(), problems: Vec::new(), unread: Vec::new() };
        reader.members = reader.without_nulls(members, "").into_iter().collect();
        reader
    }

    /// Takes out every member that is null, which is none, and says where it stood.
    fn without_nulls(&mut self, members: Map<String, Value>, pointer: &str) -> Map<String, Value> {
        let mut kept = Map::new();
        for (key, value) in members {
            let pointer = format!("{pointer}/{}", escape(&key));
            let value = match value {
                Value::Null => {
                    self.problem(pointer, "null, expected a value or no such member");
                    continue;
                }
                Value::Object(members) => Value::Object(self.without_nulls(members, &pointer)),
                other => other,
            };
            kept.insert(key, value);
        }
        kept
    }

    fn take(&mut self, key: &str) -> Option<Value> {
        let place = self.members.iter().position(|(known, _)| known == key)?;
        Some(self.members.remove(place).1)
    }

    fn document(mut self, base: Option<&Document>) -> Result<Document, PolicyError> {
        let rules = self.entries::<Code, RuleSetting>("rules", |name| Code::parse(name).map_err(|error| error.to_string()));
        let limits = self.entries::<Platform, Limit>("limits", |name| Platform::parse(name).map_err(|error| error.to_string()));
        let document = Document {
            name: self.member("name", None),
            version: self.member("version", None),
            extends: self.member("extends", base.map(|base| base.extends.clone())),
            rules: self.rules(rules, base),
            accepted_tags: self.member("accepted_tags", base.map(|base| base.accepted_tags.clone())),
            citation_topics: self.member("citation_topics", base.map(|base| base.citation_topics.clone())),
            limits: self.limits(limits, base),
            risk: self.risks(base),
            help: self.object::<Option<Help>>("help", base.map(|base| Some(base.help.clone()))).unwrap_or_else(no_help),
            brand: self.object::<Brand>("brand", base.map(|base| base.brand.clone())),
            lexicon: self.object::<Lexicon>("lexicon", base.map(|base| base.lexicon.clone())),
            impersonation: self.member("impersonation", base.map(|base| base.impersonation.clone())),
        };
        for (key, _) in std::mem::take(&mut self.members) {
            self.problem(format!("/{}", escape(&key)), format!("unknown member `{key}`, expected one of {MEMBERS}"));
        }
        self.check(&document, base.is_some());
        if self.problems.is_empty() { Ok(document) } else { Err(PolicyError { problems: self.problems }) }
    }

    fn problem(&mut self, pointer: String, message: impl Into<String>) {
        self.problems.push(ContractError::new(pointer, message));
    }

    /// One member, or the built-in one; absent in both is a problem.
    fn member<T: FromValue + Default>(&mut self, key: &str, base: Option<T>) -> T {
        match (self.take(key), base) {
            (Some(value), _) => self.value(&format!("/{key}"), value).unwrap_or_else(|| self.without(key)),
            (None, Some(base)) => base,
            (None, None) => {
                self.problem(String::new(), format!("missing member `{key}`"));
                self.without(key)
            }
        }
    }

    /// What stands in place of a member that could not be read.
    fn without<T: Default>(&mut self, key: &str) -> T {
        self.unread.push(key.to_owned());
        T::default()
    }

    /// The same for a member that is an object: a list of its values in order is none.
    fn object<T: FromValue + Default>(&mut self, key: &str, base: Option<T>) -> T {
        match self.members.iter().find(|(known, _)| known == key) {
            Some((_, value)) if !value.is_object() => {
                self.take(key);
                self.problem(format!("/{key}"), "expected an object");
                self.without(key)
            }
            _ => self.member(key, base),
        }
    }

    fn value<T: FromValue>(&mut self, pointer: &str, value: Value) -> Option<T> {
        match T::from_value(value, &mut Vec::new()) {
            Ok(value) => Some(value),
            Err(error) => {
                self.problem(format!("{pointer}{}", error.pointer), error.message);
                None
            }
        }
    }

    /// The entries of an object whose keys come from a closed list.
    fn entries<K: Ord, T: FromValue>(&mut self, key: &str, parse: fn(&str) -> Result<K, String>) -> Table<K, T> {
        let mut read = Table::default();
        let members = match self.take(key) {
            None => return read,
            Some(Value::Object(members)) => members,
            Some(_) => {
                self.problem(format!("/{key}"), "expected an object");
                return read;
            }
        };
        for (name, value) in members {
            let pointer = format!("/{key}/{}", escape(&name));
            match parse(&name) {
                Err(message) => self.problem(pointer, message),
                Ok(_) if !value.is_object() => self.problem(pointer, "expected an object"),
                Ok(name) => {
                    if let Some(value) = self.value(&pointer, value) {
                        read.insert(name, value);
                    }
                }
            }
        }
        read
    }

    fn rules(&mut self, given: Table<Code, RuleSetting>, base: Option<&Document>) -> Table<Code, RuleSetting> {
        for (code, setting) in &given {
            if *code == Code::HarmfulContent && setting.level != Level::Block {
                self.problem("/rules/HARMFUL_CONTENT/level".to_owned(), "this rule always blocks, expected `block`");
            }
            if setting.min_severity.is_some() && *code != Code::Profanity {
                let pointer = format!("/rules/{}/min_severity", code.as_str());
                self.problem(pointer, "only PROFANITY grades its words, expected no `min_severity`");
            }
        }
        let mut rules = base.map(|base| base.rules.clone()).unwrap_or_default();
        for (code, setting) in given {
            rules.insert(code, setting);
        }
        rules
    }

    /// Grade by grade over the built-in ones; a graver one weighs no less.
    fn risks(&mut self, base: Option<&Document>) -> RiskTable {
        let has_entries = self.members.iter().any(|(known, _)| known == "risk");
        let given: GivenRisks = self.object("risk", base.map(|_| GivenRisks::default()));
        let table = base.map_or_else(RiskTable::default, |base| base.risk).with(given);
        let entries = table.entries();
        for (index, (name, thousandths)) in entries.into_iter().enumerate().filter(|_| has_entries) {
            let lighter = index.checked_sub(1).and_then(|before| entries.get(before));
            if !(1..=1000).contains(&thousandths) {
                self.problem(format!("/risk/{name}"), format!("{thousandths} is outside 1 to 1000, expected thousandths of certainty"));
            } else if let Some((lighter, most)) = lighter.filter(|(_, most)| *most > thousandths) {
                self.problem(
                    format!("/risk/{name}"),
                    format!("{thousandths} is less than the {most} of `{lighter}`, expected at least that"),
                );
            }
        }
        table
    }

    /// The unit and the source of a limit stay the platform's own.
    fn limits(&mut self, given: Table<Platform, Limit>, base: Option<&Document>) -> Table<Platform, Limit> {
        let mut limits = base.map(|base| base.limits.clone()).unwrap_or_default();
        for (platform, mut limit) in given {
            let pointer = format!("/limits/{}", platform.as_str());
            if limit.max == 0 {
                self.problem(format!("{pointer}/max"), "a limit of 0 admits no post, expected at least 1");
            }
            if limit.max_bytes == Some(0) {
                self.problem(format!("{pointer}/max_bytes"), "a limit of 0 admits no post, expected at least 1");
            }
            if let Some(base) = limits.get(&platform) {
                if !limit.unit.is_empty() && limit.unit != base.unit {
                    self.problem(
                        format!("{pointer}/unit"),
                        format!("{} counts {}, expected that or nothing", platform.as_str(), base.unit),
                    );
                }
                limit.unit.clone_from(&base.unit);
                limit.max_bytes = limit.max_bytes.or(base.max_bytes);
                limit.max_hashtags = limit.max_hashtags.or(base.max_hashtags);
                limit.advised_hashtags = limit.advised_hashtags.or(base.advised_hashtags);
                limit.max_mentions = limit.max_mentions.or(base.max_mentions);
                limit.max_links = limit.max_links.or(base.max_links);
                if limit.refused_characters.is_empty() {
                    limit.refused_characters.clone_from(&base.refused_characters);
                }
                if limit.source.is_empty() {
                    "set by this policy".clone_into(&mut limit.source);
                }
            }
            limits.insert(platform, limit);
        }
        limits
    }
}

const MEMBERS: &str = "name, version, extends, rules, accepted_tags, citation_topics, limits, risk, help, brand, lexicon, impersonation";

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn no_help() -> Help {
    Help { text: String::new(), url: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::read_tree;

    fn problems(json: &str) -> Vec<String> {
        let tree = read_tree(&mut serde_json::Deserializer::from_str(json)).unwrap();
        read(tree).map_or_else(|error| error.problems.iter().map(ToString::to_string).collect(), |_| Vec::new())
    }

    #[test]
    fn a_document_names_only_what_differs() {
        let tree = read_tree(&mut serde_json::Deserializer::from_str(
            r#"{"name":"acme","version":"1.4.0","extends":"builtin","rules":{"NUMBERING_NOT_ALLOWED":{"level":"warn"}},
                "limits":{"mastodon":{"max":1000}}}"#,
        ))
        .unwrap();
        let document = read(tree).unwrap();
        assert_eq!(document.rules.get(&Code::NumberingNotAllowed).unwrap().level, Level::Warn);
        assert_eq!(document.rules.get(&Code::Profanity).unwrap().level, Level::Block);
        assert_eq!((document.limits.get(&Platform::Mastodon).unwrap().max, document.limits.get(&Platform::X).unwrap().max), (1000, 280));
        assert_eq!(document.limits.get(&Platform::Mastodon).unwrap().unit, "graphemes");
    }

    #[test]
    fn every_problem_is_listed() {
        let found = problems(
            r#"{"name":"","version":"1","nonsense":1,"rules":{"PROFANITY":{"level":"loud"},"SWEARING":{"level":"off"},
                "HARMFUL_CONTENT":{"level":"off"}},"limits":{"x":{"max":0},"myspace":{"max":9}},"brand":{"banned":[]}}"#,
        );
        let starts = [
            "/rules/PROFANITY/level:",
            "/rules/SWEARING:",
            "/limits/myspace:",
            "/rules/HARMFUL_CONTENT/level:",
            "/limits/x/max:",
            "/brand/banned:",
            "/nonsense:",
            "/name:",
            "/version:",
        ];
        for start in starts {
            assert!(found.iter().any(|problem| problem.starts_with(start)), "{start} in {found:#?}");
        }
        assert_eq!(found.len(), starts.len(), "{found:#?}");
    }

    #[test]
    fn values_that_fit_the_type_are_checked_too() {
        let found = problems(
            r#"{"name":"builtin","version":"1","extends":"other","accepted_tags":[],"help":{"text":"","url":"javascript:"},"lexicon":{"block":["ok","..."]}}"#,
        );
        let pointers: Vec<&str> = found.iter().map(|problem| problem.split(':').next().unwrap()).collect();
        assert_eq!(pointers, ["/name", "/version", "/extends", "/help/url", "/accepted_tags", "/lexicon/block/1"]);
    }

    #[test]
    fn an_empty_document_is_refused() {
        assert_eq!(problems("{}"), [": missing member `name`", ": missing member `version`"]);
        assert!(problems("[]")[0].contains("expected an object"));
    }
}

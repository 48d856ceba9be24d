//! A policy document as canonical JSON, written by hand like a report: the one text that is hashed and that JavaScript gets. The derived
//! serialisation, with which a test compares every byte, would come twice to every browser, for two serialisers.

use super::document::{Document, Limit, RuleSetting};
use super::members::{LEVELS, SEVERITIES};
use super::table::Table;
use crate::contract::JsonText;
use crate::text::order::order;

/// The greatest integer that every reader of JSON reads as it is written.
const MAX_INTEGER: u64 = (1 << 53) - 1;

impl Document {
    /// The document as canonical JSON (RFC 8785); `None` for a number that it can't hold.
    pub fn to_json(&self) -> Option<String> {
        let mut json = JsonText::with_capacity(4096);
        texts(json.raw("{\"accepted_tags\":"), &self.accepted_tags);
        texts(json.raw(",\"brand\":{\"allowed_terms\":"), &self.brand.allowed_terms);
        texts(json.raw(",\"blocked_terms\":"), &self.brand.blocked_terms);
        entries(json.raw(",\"replacements\":"), &self.brand.replacements, String::as_str, &mut |json, instead| {
            json.string(instead);
        });
        texts(json.raw(",\"required_terms\":"), &self.brand.required_terms);
        texts(json.raw("},\"citation_topics\":"), &self.citation_topics);
        json.raw(",\"extends\":").string(&self.extends);
        json.raw(",\"help\":{\"text\":").string(&self.help.text).raw(",\"url\":").string(&self.help.url);
        texts(json.raw("},\"impersonation\":"), &self.impersonation);
        texts(json.raw(",\"lexicon\":{\"allow\":"), &self.lexicon.allow);
        texts(json.raw(",\"block\":"), &self.lexicon.block);
        entries(json.raw("},\"limits\":"), &self.limits, |platform| platform.as_str(), &mut limit);
        json.raw(",\"name\":").string(&self.name).raw(",\"risk\":{");
        let [advice, low, medium, high, grave, extreme] = self.risk.entries();
        for (index, (name, thousandths)) in [advice, extreme, grave, high, low, medium].into_iter().enumerate() {
            json.raw(if index > 0 { "," } else { "" }).string(name).raw(":").size(usize::from(thousandths));
        }
        entries(json.raw("},\"rules\":"), &self.rules, |code| code.as_str(), &mut rule);
        json.raw(",\"version\":").string(&self.version).raw("}");
        let fits = |limit: &Limit| {
            numbers(limit)
                .into_iter()
                .all(|(_, number)| u64::try_from(number.unwrap_or_default()).is_ok_and(|number| number <= MAX_INTEGER))
        };
        self.limits.iter().all(|(_, limit)| fits(limit)).then(|| json.into_text())
    }
}

fn texts(json: &mut JsonText, texts: &[String]) {
    json.list(texts, |json, text| {
        json.string(text);
    });
}

/// Members in the order of canonical JSON: by the UTF-16 of their keys.
fn entries<K: Ord, V>(json: &mut JsonText, table: &Table<K, V>, key: fn(&K) -> &str, write: &mut dyn FnMut(&mut JsonText, &V)) {
    let entries: Vec<(&str, &V)> = table.iter().map(|(name, value)| (key(name), value)).collect();
    let name = |index: usize| entries.get(index).map_or("", |(name, _)| *name);
    json.raw("{");
    for (place, index) in
        order(entries.len(), &|one, other| name(one).encode_utf16().cmp(name(other).encode_utf16())).into_iter().enumerate()
    {
        let Some((name, value)) = entries.get(index) else { continue };
        json.raw(if place > 0 { "," } else { "" }).string(name).raw(":");
        write(json, value);
    }
    json.raw("}");
}

/// The numbers of a limit, in the order of their names.
const fn numbers(limit: &Limit) -> [(&'static str, Option<usize>); 6] {
    [
        ("advised_hashtags", limit.advised_hashtags),
        ("max", Some(limit.max)),
        ("max_bytes", limit.max_bytes),
        ("max_hashtags", limit.max_hashtags),
        ("max_links", limit.max_links),
        ("max_mentions", limit.max_mentions),
    ]
}

fn limit(json: &mut JsonText, limit: &Limit) {
    json.raw("{");
    for (name, number) in numbers(limit) {
        if let Some(number) = number {
            json.string(name).raw(":").size(number).raw(",");
        }
    }
    if !limit.refused_characters.is_empty() {
        json.raw("\"refused_characters\":").string(&limit.refused_characters).raw(",");
    }
    json.raw("\"source\":").string(&limit.source).raw(",\"unit\":").string(&limit.unit).raw("}");
}

fn rule(json: &mut JsonText, setting: &RuleSetting) {
    json.raw("{\"level\":").string(LEVELS.iter().find(|(_, level)| *level == setting.level).map_or("", |(name, _)| name));
    if let Some(least) = setting.min_severity {
        json.raw(",\"min_severity\":").string(SEVERITIES.iter().find(|(_, severity)| *severity == least).map_or("", |(name, _)| name));
    }
    json.raw("}");
}

#[cfg(test)]
mod tests {
    use super::super::Policy;
    use crate::contract::read_tree;
    use crate::digest::canonical;

    #[test]
    fn it_is_the_canonical_json_of_what_serde_derives() {
        let documents = [
            r#"{"name":"acme \"one\"","version":"1.0.0"}"#,
            r#"{"name":"acme","version":"1.4.0","rules":{"NUMBERING_NOT_ALLOWED":{"level":"warn"},"CITATIONS_REQUIRED":{"level":"off"},
                "PROFANITY":{"level":"block","min_severity":"slur"}},"risk":{"low":27},"limits":{"mastodon":{"max":1000,"max_links":3},
                "x":{"max":25000,"refused_characters":"<\u0001"}},"help":{"text":"é\n\u2028","url":"https://a.example"},
                "brand":{"blocked_terms":["𐀀a","￿a","b","zz"],"replacements":{"𐀀a":"one","￿a":"two","b":"three","zz":"four"},
                "required_terms":["a"]},"lexicon":{"block":["foo"],"allow":["bar"]},"impersonation":[],"citation_topics":["health"]}"#,
        ];
        for text in documents {
            let tree = read_tree(&mut serde_json::Deserializer::from_str(text)).unwrap();
            let document = super::super::read(tree).unwrap();
            assert_eq!(document.to_json().unwrap(), canonical(&document).unwrap());
        }
        let builtin = Policy::builtin().unwrap();
        assert_eq!(builtin.document().to_json().unwrap(), canonical(builtin.document()).unwrap());
    }

    #[test]
    fn a_number_that_json_can_t_hold_is_refused() {
        let mut document = Policy::builtin().unwrap().document().clone();
        let most = |document: &super::Document| document.limits.iter().next().cloned().unwrap();
        let (platform, mut limit) = most(&document);
        limit.max_links = Some((1 << 53) - 1);
        document.limits.insert(platform, limit.clone());
        assert_eq!(document.to_json().unwrap(), canonical(&document).unwrap());
        limit.max_links = Some(1 << 53);
        document.limits.insert(platform, limit);
        assert!(document.to_json().is_none() && canonical(&document).is_err());
    }
}

//! Compiles the term lists: every term with its traits and bits into one automaton, and the filter that says where a walk is worth starting.
//!
//! A list has sections: `[attribute attribute …]`, then terms with commas between them; `{a,b}` stands for each of its parts.

use crate::packed::pack;
use crate::phrases::Phrases;
#[path = "../src/policy/bits.rs"]
mod bits;
#[path = "../src/text/lexicon/compile.rs"]
mod compile;
#[path = "../src/text/lexicon/format.rs"]
mod format;
#[path = "sharing.rs"]
mod sharing;

use format::traits;
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// What a section says of its terms.
#[derive(Clone, Copy, Default)]
struct Attributes {
    traits: u16,
    owner: u64,
    reversed: bool,
}

impl Attributes {
    fn read(words: &str) -> Result<Self, String> {
        let mut read = Self::default();
        for word in words.split_whitespace() {
            match word {
                "mild" => read.owner |= bits::PROFANITY,
                "moderate" => read.owner |= bits::PROFANITY | 1,
                "strong" => read.owner |= bits::PROFANITY | 2,
                "slur" => read.owner |= bits::PROFANITY | bits::SEVERITY,
                "allow" => {
                    read.owner |= bits::ALLOW;
                    read.traits |= traits::LITERAL;
                }
                "name" => read.owner |= bits::NAME,
                "foreign" => read.owner |= bits::FOREIGN,
                "person" => read.owner |= bits::PERSON,
                "inside" => read.traits |= traits::INSIDE,
                "start" => read.traits |= traits::START,
                "ambiguous" => read.traits |= traits::AMBIGUOUS,
                "unmistakable" => read.traits |= traits::UNMISTAKABLE,
                "masked" => read.traits |= traits::MASKED,
                "reversed" => read.reversed = true,
                other => return Err(format!("unknown attribute `{other}`")),
            }
        }
        Ok(read)
    }

    const fn value(self) -> u64 {
        self.traits as u64 | self.owner << 16
    }
}

pub(crate) fn build(folders: &[PathBuf], phrases: &Phrases, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut keys: BTreeMap<String, u64> = BTreeMap::new();
    let mut files = Vec::new();
    for folder in folders {
        for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
            files.push(entry?.path());
        }
    }
    files.sort();
    for file in files {
        let mut attributes = Attributes::default();
        for (index, line) in fs::read_to_string(&file)?.lines().enumerate() {
            let at = |message: String| format!("{}:{}: {message}", file.display(), index + 1);
            let line = line.split('#').next().unwrap_or_default().trim();
            if let Some(words) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                attributes = Attributes::read(words).map_err(at)?;
                continue;
            }
            for term in expand(line).map_err(at)? {
                if !term.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b' ' | b'\'')) {
                    return Err(at(format!("`{term}`: expected lower-case letters, digits, blanks, apostrophes")).into());
                }
                if attributes.reversed {
                    let plain = Attributes { traits: traits::AMBIGUOUS, ..attributes };
                    keys.entry(term.chars().rev().collect()).or_insert(plain.value());
                }
                // A name is also written as a handle.
                if attributes.owner & bits::PERSON != 0 {
                    keys.entry(term.replace(' ', "")).or_insert(attributes.value());
                }
                let known = keys.entry(term).or_insert(0);
                // The stronger severity and every trait; a second listing may only add.
                *known = (*known | attributes.value()) & !(bits::SEVERITY << 16)
                    | (*known & bits::SEVERITY << 16).max(attributes.value() & bits::SEVERITY << 16);
            }
        }
    }
    for (words, bit) in [(&phrases.harm, bits::HARM), (&phrases.terms_of_service, bits::TERMS), (&phrases.profanity, bits::CONTEXT)] {
        for (word, classes) in words {
            *keys.entry(word.clone()).or_insert(0) |= (bit | u64::from(*classes) << bits::CLASSES) << 16;
        }
    }
    let mut filter = vec![0; format::FILTER];
    for (key, value) in &keys {
        format::mark(&mut filter, key.as_bytes(), value & u64::from(traits::INSIDE) != 0);
    }
    keys.extend(starred(&keys));
    fs::write(out.join("words.packed"), pack(&keys, &phrases.words, &phrases.offsets)?)?;
    let keys: Vec<(&[u8], u64)> = keys.iter().map(|(key, value)| (key.as_bytes(), *value)).collect();
    fs::write(out.join("terms.bin"), compile::compile(&keys, &mut sharing::sharing()))?;
    Ok(fs::write(out.join("terms.filter"), filter)?)
}

/// What is left of a term that is known from its first letter when stars hide the others, or all but the last; of terms that look the
/// same, the strongest.
fn starred(keys: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    let mut starred: BTreeMap<String, u64> = BTreeMap::new();
    let known = |value: &u64| value & u64::from(traits::MASKED) != 0 && value & u64::from(traits::AMBIGUOUS) == 0;
    for (key, value) in keys.iter().filter(|(key, value)| known(value) && key.len() > 2) {
        for shown in 0..2 {
            let star = |(at, letter)| if at == 0 || at >= key.len() - shown { letter } else { '*' };
            let entry = starred.entry(key.chars().enumerate().map(star).collect()).or_insert(*value);
            if *value >> 16 & bits::SEVERITY > *entry >> 16 & bits::SEVERITY {
                *entry = *value;
            }
        }
    }
    starred
}

/// The terms of a line, `{a,b}` written out.
pub(crate) fn expand(line: &str) -> Result<Vec<String>, String> {
    let mut terms = Vec::new();
    let mut depth = 0_usize;
    let mut term = String::new();
    for character in line.chars().chain([',']) {
        match character {
            ',' if depth == 0 => {
                if !term.trim().is_empty() {
                    terms.extend(braces(term.trim())?);
                }
                term.clear();
                continue;
            }
            '{' => depth += 1,
            '}' => depth = depth.checked_sub(1).ok_or_else(|| format!("`{line}`: a `}}` without its `{{`"))?,
            _ => {}
        }
        term.push(character);
    }
    if depth == 0 { Ok(terms) } else { Err(format!("`{line}`: a `{{` without its `}}`")) }
}

fn braces(term: &str) -> Result<Vec<String>, String> {
    let Some((before, rest)) = term.split_once('{') else { return Ok(vec![term.to_owned()]) };
    let mut depth = 1_usize;
    let close = rest.char_indices().find(|(_, character)| {
        depth = match character {
            '{' => depth + 1,
            '}' => depth - 1,
            _ => depth,
        };
        depth == 0
    });
    let (close, _) = close.ok_or_else(|| format!("`{term}`: a `{{` without its `}}`"))?;
    let (inner, after) = (rest.get(..close).unwrap_or_default(), rest.get(close + 1..).unwrap_or_default());
    let mut parts = Vec::new();
    for part in parts_of(inner) {
        for end in braces(after)? {
            parts.extend(braces(&format!("{before}{part}{end}"))?);
        }
    }
    Ok(parts)
}

/// Splits at the commas that stand in no inner brace; an empty part is one too.
fn parts_of(inner: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let mut parts = vec![String::new()];
    for character in inner.chars() {
        match character {
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(character);
        }
    }
    parts
}

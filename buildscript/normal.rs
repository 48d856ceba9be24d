//! Writes what composing (NFC) needs of Unicode's data, taken from the crate `unicode-normalization`, whose own tables also serve
//! forms that nothing here needs.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, compose, decompose_canonical, is_combining_mark};

/// A character that decomposes: into two, or into one and nothing.
struct Pair {
    whole: char,
    first: char,
    second: char,
    composes: bool,
}

/// Every decomposition in full, with the character that it is of.
type Full = BTreeMap<Vec<char>, char>;

fn parts(whole: char) -> Vec<char> {
    let mut parts = Vec::new();
    decompose_canonical(whole, |part| parts.push(part));
    parts
}

fn pair(whole: char, all: &Full) -> Result<Option<Pair>, String> {
    let mut parts = parts(whole);
    if parts == [whole] || matches!(whole, '\u{ac00}'..='\u{d7a3}') {
        return Ok(None);
    }
    let Some(second) = (if parts.len() > 1 { parts.pop() } else { Some('\0') }) else { return Ok(None) };
    let composed: Vec<char> = parts.iter().copied().nfc().collect();
    let first = match composed.as_slice() {
        [first] => *first,
        _ => *all.get(&parts).ok_or_else(|| format!("{whole:?} decomposes into what is no pair"))?,
    };
    Ok(Some(Pair { whole, first, second, composes: compose(first, second) == Some(whole) }))
}

pub(crate) fn build(out: &Path) -> Result<(), Box<dyn Error>> {
    let all: Full = ('\0'..=char::MAX).map(|whole| (parts(whole), whole)).collect();
    let pairs: Vec<Pair> = ('\0'..=char::MAX).map(|whole| pair(whole, &all)).filter_map(Result::transpose).collect::<Result<_, _>>()?;
    let mut order: Vec<usize> = (0..pairs.len()).filter(|at| pairs.get(*at).is_some_and(|pair| pair.composes)).collect();
    order.sort_by_key(|at| pairs.get(*at).map(|pair| (pair.second, pair.first)));
    let is_open = |character: char| {
        canonical_combining_class(character) != 0
            || matches!(character, '\u{1161}'..='\u{1175}' | '\u{11a8}'..='\u{11c2}')
            || pairs.iter().any(|pair| pair.composes && pair.second == character || !pair.composes && pair.whole == character)
    };
    let mut text = String::new();
    // Wholes that follow each other are one run: its first one, and the number of its first pair.
    let mut runs: Vec<(u32, usize)> = Vec::new();
    for (at, pair) in pairs.iter().enumerate() {
        let whole = u32::from(pair.whole);
        if runs.last().is_none_or(|(first, start)| usize::try_from(whole - first) != Ok(at - start)) {
            runs.push((whole, at));
        }
    }
    column(&mut text, "RUNS", "u32", runs.iter().map(|(whole, _)| *whole))?;
    column(&mut text, "RUN_STARTS", "u16", runs.iter().filter_map(|(_, at)| u32::try_from(*at).ok()))?;
    column(&mut text, "FIRSTS", "u32", pairs.iter().map(|pair| u32::from(pair.first)))?;
    column(&mut text, "SECONDS", "u16", pairs.iter().map(|pair| u32::from(pair.second) & 0xffff))?;
    // The halves of pairs lie in the first plane, but for those of the last pairs.
    let far = pairs.iter().position(|pair| u32::from(pair.whole) >= 0x1_1000).unwrap_or(pairs.len());
    if pairs.iter().enumerate().any(|(at, pair)| pair.second != '\0' && (u32::from(pair.second) > 0xffff) != (at >= far)) {
        return Err("a second half lies in a plane that the table does not tell".into());
    }
    writeln!(text, "const FAR: usize = {far};")?;
    column(&mut text, "ORDER", "u16", order.iter().filter_map(|at| u32::try_from(*at).ok()))?;
    let facts = |character: char| {
        u32::from(canonical_combining_class(character)) | u32::from(is_open(character)) << 8 | u32::from(is_combining_mark(character)) << 9
    };
    ranges(&mut text, "FACTS", facts)?;
    Ok(fs::write(out.join("normal.rs"), text)?)
}

fn column(text: &mut String, name: &str, of: &str, values: impl Iterator<Item = u32>) -> Result<(), std::fmt::Error> {
    write!(text, "static {name}: &[{of}] = &[")?;
    for value in values {
        write!(text, "0x{:04x}_{:04x},", value >> 16, value & 0xffff)?;
    }
    writeln!(text, "];")
}

/// The stretches of characters that share their facts, each as it starts; those without any too, so that a search finds the stretch.
fn ranges(text: &mut String, name: &str, of: impl Fn(char) -> u32) -> Result<(), std::fmt::Error> {
    let mut last = 0;
    let mut starts = Vec::new();
    for character in '\0'..=char::MAX {
        let facts = of(character);
        if facts != last {
            starts.push(u32::from(character) << 10 | facts);
            last = facts;
        }
    }
    column(text, name, "u32", starts.into_iter())
}

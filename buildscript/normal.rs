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
    column(&mut text, "WHOLES", "u32", pairs.iter().map(|pair| u32::from(pair.whole)))?;
    column(&mut text, "FIRSTS", "u32", pairs.iter().map(|pair| u32::from(pair.first)))?;
    column(&mut text, "SECONDS", "u16", pairs.iter().map(|pair| u32::from(pair.second) & 0xffff))?;
    column(&mut text, "ORDER", "u16", order.iter().filter_map(|at| u32::try_from(*at).ok()))?;
    ranges(&mut text, "OPEN", |character| u8::from(is_open(character)))?;
    ranges(&mut text, "MARKS", |character| u8::from(is_combining_mark(character)))?;
    ranges(&mut text, "CLASSES", canonical_combining_class)?;
    Ok(fs::write(out.join("normal.rs"), text)?)
}

fn column(text: &mut String, name: &str, of: &str, values: impl Iterator<Item = u32>) -> Result<(), std::fmt::Error> {
    write!(text, "static {name}: &[{of}] = &[")?;
    for value in values {
        write!(text, "0x{:04x}_{:04x},", value >> 16, value & 0xffff)?;
    }
    writeln!(text, "];")
}

/// The stretches of characters that share a value, each as it starts; those of value 0 too, so that a search finds the stretch.
fn ranges(text: &mut String, name: &str, of: impl Fn(char) -> u8) -> Result<(), std::fmt::Error> {
    let mut last = 0;
    let mut starts = Vec::new();
    for character in '\0'..=char::MAX {
        let value = of(character);
        if value != last {
            starts.push(u32::from(character) << 8 | u32::from(value));
            last = value;
        }
    }
    column(text, name, "u32", starts.into_iter())
}

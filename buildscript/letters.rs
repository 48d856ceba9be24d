//! Packs the letter table: ranges sorted by their first code points, and what is said of each.
//!
//! Bits of that: 0-5 length less one, 6-7 kind (styled, exact, loose), 8 each next is the next letter, 11-36 letters.

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;

pub(crate) fn build(table: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut ranges: Vec<u64> = Vec::new();
    let mut turned = String::new();
    for (index, line) in fs::read_to_string(table)?.lines().enumerate() {
        if line.starts_with('#') {
            continue;
        }
        let wrong = || format!("{}:{}: expected `FIRST-LAST letters kind`", table.display(), index + 1);
        let mut parts = line.split(' ');
        let (range, letters, kind) = (parts.next(), parts.next(), parts.next());
        let ((first, last), letters, kind) =
            (range.and_then(|range| range.split_once('-')).ok_or_else(wrong)?, letters.ok_or_else(wrong)?, kind.ok_or_else(wrong)?);
        let (first, last) = (u64::from_str_radix(first, 16)?, u64::from_str_radix(last, 16)?);
        let is_step = letters.ends_with('+');
        let mask = letters.bytes().filter(u8::is_ascii_lowercase).fold(0, |mask, letter| mask | 1_u64 << (letter - b'a'));
        if kind == "turned" {
            for code in first..=last {
                let letter = letters.as_bytes().first().ok_or_else(wrong)?;
                write!(turned, "('\\u{{{code:x}}}', b'{}'), ", char::from(*letter))?;
            }
            continue;
        }
        let kind = ["styled", "exact", "loose"].iter().position(|known| *known == kind).ok_or_else(wrong)? as u64;
        let mut start = first;
        while start <= last {
            let length = (last - start).min(63);
            let shift = if is_step { start - first } else { 0 };
            ranges.push(start | length << 21 | kind << 27 | u64::from(is_step) << 29 | (mask << shift) << 32);
            start += length + 1;
        }
    }
    ranges.sort_unstable_by_key(|range| range & ((1 << 21) - 1));
    // Most ranges are like another: each has its first code point and the number of what is said of it.
    let said = |range: &u64| range >> 21;
    let mut facts: Vec<u64> = ranges.iter().map(said).collect();
    facts.sort_unstable();
    facts.dedup();
    let numbers: Vec<usize> = ranges.iter().filter_map(|range| facts.binary_search(&said(range)).ok()).collect();
    let starts: Vec<u64> = ranges.iter().map(|range| range & ((1 << 21) - 1)).collect();
    let mut code = String::new();
    write!(code, "static STARTS: &[u32] = &[")?;
    starts.iter().try_for_each(|start| write!(code, "0x{:04x}_{:04x},", start >> 16, start & 0xffff))?;
    write!(code, "];\nstatic NUMBERS: &[u16] = &{numbers:?};\nstatic FACTS: &[u64] = &[")?;
    let part = |fact: &u64, shift: u32| fact >> shift & 0xffff;
    facts.iter().try_for_each(|fact| write!(code, "0x{:04x}_{:04x}_{:04x},", part(fact, 32), part(fact, 16), part(fact, 0)))?;
    writeln!(code, "];\nstatic TURNED: &[(char, u8)] = &[{turned}];")?;
    Ok(fs::write(out, code)?)
}

//! Packs the letter table: one number a range, sorted by its first code point.
//!
//! Bits: 0-20 first code point, 21-26 length less one, 27-28 kind (styled, exact, loose), 29 each next is the next letter, 32-57 letters.

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
    let ranges: Vec<String> = ranges
        .iter()
        .map(|range| format!("0x{:04x}_{:04x}_{:04x}_{:04x}", range >> 48, range >> 32 & 0xffff, range >> 16 & 0xffff, range & 0xffff))
        .collect();
    let code = format!("static RANGES: &[u64] = &[{}];\nstatic TURNED: &[(char, u8)] = &[{turned}];\n", ranges.join(", "));
    Ok(fs::write(out, code)?)
}

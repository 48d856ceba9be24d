//! Writes the forms of secrets: each with its pattern for `regex-lite`, and with the same pattern in the few bytes that the browser gets
//! instead of a compiler of patterns. A pattern that uses more than these bytes can say stops the build.
//!
//! A pattern may hold characters, classes `[a-z_]`, counts `{2}`, `{2,}`, `{2,3}`, choices `(?:a|b)`, and `^` at its start. It becomes
//! sequences, one a choice, the first that fits wins. In a sequence a byte below `0x80` stands for itself; one from there on for a class,
//! followed by the fewest and the most of its characters, [`ANY`] for any number; [`GIVES_BACK`] is set where fewer than there are may do.

use serde_json::Value;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;

const ANY: u8 = 255;
const GIVES_BACK: u8 = 0x40;

/// The ASCII characters of a class.
type Class = u128;

#[derive(Clone)]
struct Piece {
    class: Class,
    least: u8,
    most: u8,
}

pub(crate) fn build(forms: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let forms: Value = serde_json::from_str(&fs::read_to_string(forms)?)?;
    let mut classes: Vec<Class> = Vec::new();
    let mut text = String::new();
    for (name, list) in [("FORMS", "tokens"), ("BEHIND", "behind")] {
        let rows = forms.get(list).and_then(Value::as_array).ok_or("secret_forms.json: expected two lists")?;
        writeln!(text, "pub(super) static {name}: [Form; {}] = [", rows.len())?;
        for row in rows {
            let part =
                |at: usize| row.get(at).and_then(Value::as_str).ok_or_else(|| format!("{row}: expected a literal, a pattern, a name"));
            let (literal, pattern, name) = (part(0)?, part(1)?, part(2)?);
            let sequences = read(pattern).map_err(|error| format!("`{pattern}`: {error}"))?;
            let mut written = String::new();
            for sequence in sequences {
                write!(written, "&{:?},", compile(&sequence, &mut classes)?)?;
            }
            writeln!(
                text,
                "Form {{ name: {name:?}, literal: {literal:?}, signs: AsciiSet::of({literal:?}), \
                #[cfg(any(test, not(feature = \"browser\")))] pattern: {pattern:?}, \
                #[cfg(any(test, not(feature = \"browser\")))] compiled: OnceLock::new(), \
                #[cfg(any(test, feature = \"browser\"))] sequences: &[{written}] }},"
            )?;
        }
        writeln!(text, "];")?;
    }
    writeln!(text, "#[cfg(any(test, feature = \"browser\"))]\npub(super) static CLASSES: [[u32; 4]; {}] = [", classes.len())?;
    for class in classes {
        let half = |shift: u32| class >> shift & 0xffff;
        let word = |shift: u32| format!("0x{:04x}_{:04x}", half(shift + 16), half(shift));
        writeln!(text, "[{}, {}, {}, {}],", word(0), word(32), word(64), word(96))?;
    }
    writeln!(text, "];")?;
    Ok(fs::write(out.join("secret_forms.rs"), text)?)
}

fn compile(sequence: &[Piece], classes: &mut Vec<Class>) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    for (at, piece) in sequence.iter().enumerate() {
        if piece.class.is_power_of_two() && (piece.least, piece.most) == (1, 1) {
            out.push(u8::try_from(piece.class.trailing_zeros()).map_err(|error| error.to_string())?);
            continue;
        }
        let place = classes.iter().position(|known| *known == piece.class).unwrap_or_else(|| {
            classes.push(piece.class);
            classes.len() - 1
        });
        let place = u8::try_from(place).ok().filter(|place| *place < GIVES_BACK).ok_or("too many classes")?;
        let gives_back = piece.least < piece.most && sequence.get(at + 1..).is_some_and(|rest| piece.class & first(rest) != 0);
        out.extend([0x80 | place | if gives_back { GIVES_BACK } else { 0 }, piece.least, piece.most]);
    }
    Ok(out)
}

/// What a sequence can start with.
fn first(sequence: &[Piece]) -> Class {
    let needed = sequence.iter().position(|piece| piece.least > 0).map_or(sequence.len(), |at| at + 1);
    sequence.iter().take(needed).fold(0, |all, piece| all | piece.class)
}

fn read(pattern: &str) -> Result<Vec<Vec<Piece>>, String> {
    let characters: Vec<char> = pattern.strip_prefix('^').unwrap_or(pattern).chars().collect();
    let mut rest = characters.as_slice();
    let read = choices(&mut rest)?;
    if rest.is_empty() { Ok(read) } else { Err("a `)` too many".to_owned()) }
}

/// Sequences with `|` between them, up to the end or a `)`.
fn choices(rest: &mut &[char]) -> Result<Vec<Vec<Piece>>, String> {
    let mut all = Vec::new();
    loop {
        let mut open: Vec<Vec<Piece>> = vec![Vec::new()];
        while let Some(&character) = rest.first().filter(|character| !matches!(character, '|' | ')')) {
            let next = if rest.starts_with(&['(', '?', ':']) {
                *rest = rest.get(3..).unwrap_or_default();
                let inner = choices(rest)?;
                *rest = rest.strip_prefix(&[')']).ok_or("a `(` without its `)`")?;
                inner
            } else {
                vec![vec![piece(character, rest)?]]
            };
            // Earlier choices win: the first of this with each of the next, and so on.
            open = open.iter().flat_map(|start| next.iter().map(|end| [start.as_slice(), end].concat())).collect();
        }
        all.append(&mut open);
        match rest.strip_prefix(&['|']) {
            Some(behind) => *rest = behind,
            None => return Ok(all),
        }
    }
}

fn piece(character: char, rest: &mut &[char]) -> Result<Piece, String> {
    *rest = rest.get(1..).unwrap_or_default();
    let class = match character {
        '[' => class(rest)?,
        '\\' => {
            let (escaped, behind) = rest.split_first().ok_or("a `\\` at the end")?;
            *rest = behind;
            one(*escaped)?
        }
        '(' | '.' | '*' | '+' | '?' | '$' | '^' | '{' | '}' | ']' => return Err(format!("`{character}` can't be told in these bytes")),
        _ => one(character)?,
    };
    let Some(behind) = rest.strip_prefix(&['{']) else { return Ok(Piece { class, least: 1, most: 1 }) };
    let end = behind.iter().position(|character| *character == '}').ok_or("a `{` without its `}`")?;
    let count: String = behind.iter().take(end).collect();
    *rest = behind.get(end + 1..).unwrap_or_default();
    let number = |digits: &str| digits.parse::<u8>().ok().filter(|number| *number < ANY).ok_or_else(|| format!("`{digits}` is no count"));
    let (least, most) = match count.split_once(',') {
        None => (number(&count)?, number(&count)?),
        Some((least, "")) => (number(least)?, ANY),
        Some((least, most)) => (number(least)?, number(most)?),
    };
    Ok(Piece { class, least, most })
}

fn class(rest: &mut &[char]) -> Result<Class, String> {
    let end = rest.iter().position(|character| *character == ']').ok_or("a `[` without its `]`")?;
    let mut members = rest.get(..end).unwrap_or_default();
    *rest = rest.get(end + 1..).unwrap_or_default();
    let mut class = 0;
    while let Some((&first, behind)) = members.split_first() {
        members = behind;
        if matches!(first, '^' | '\\' | '[') {
            return Err(format!("`{first}` in a class can't be told in these bytes"));
        }
        class |= one(first)?;
        if let ['-', last, behind @ ..] = members {
            members = behind;
            for character in first..=*last {
                class |= one(character)?;
            }
        }
    }
    Ok(class)
}

fn one(character: char) -> Result<Class, String> {
    if character.is_ascii() { Ok(1 << u32::from(character)) } else { Err(format!("`{character}` is no ASCII character")) }
}

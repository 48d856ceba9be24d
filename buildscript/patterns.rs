//! Writes the phrases of a list as a minimal automaton over classes; its layout is told in `src/text/phrases/format.rs`.

use super::format::{END, LAST, NEXT};
use std::collections::BTreeMap;

type Phrase = Vec<u16>;
/// A state as it is compared with others: the kind that ends there, and where each class leads.
type Shape = (Option<u16>, Vec<(u16, usize)>);

#[derive(Default)]
struct Compiler {
    shapes: Vec<Shape>,
    known: BTreeMap<Shape, usize>,
    placed: BTreeMap<usize, u16>,
    out: Vec<u16>,
}

/// The phrases in bytes; an error where there are too many to be numbered.
pub(crate) fn compile(phrases: &BTreeMap<Phrase, u16>) -> Result<Vec<u8>, String> {
    let keys: Vec<(&[u16], u16)> = phrases.iter().map(|(key, kind)| (key.as_slice(), *kind)).collect();
    let mut compiler = Compiler::default();
    let root = compiler.state(&keys, 0);
    let (_, ways) = compiler.shapes.get(root).cloned().unwrap_or_default();
    let classes = ways.last().map_or(0, |(class, _)| usize::from(*class) + 1);
    compiler.out.push(u16::try_from(classes).map_err(|error| error.to_string())?);
    compiler.out.extend(std::iter::repeat_n(0, classes));
    for (class, next) in ways {
        let target = compiler.place(next)?;
        compiler.out.iter_mut().skip(usize::from(class) + 1).take(1).for_each(|field| *field = target);
    }
    Ok(compiler.out.into_iter().flat_map(u16::to_le_bytes).collect())
}

impl Compiler {
    /// The state of phrases that share their first `depth` classes.
    fn state(&mut self, keys: &[(&[u16], u16)], depth: usize) -> usize {
        let (kind, longer) = match keys.split_first() {
            Some(((key, kind), longer)) if key.len() == depth => (Some(*kind), longer),
            _ => (None, keys),
        };
        let class = |key: &[u16]| key.get(depth).copied().unwrap_or_default();
        let groups = longer.chunk_by(|one, other| class(one.0) == class(other.0));
        let ways = groups.filter_map(|group| Some((class(group.first()?.0), self.state(group, depth + 1)))).collect();
        let shape = (kind, ways);
        let next = self.shapes.len();
        if let Some(known) = self.known.get(&shape) {
            return *known;
        }
        self.shapes.push(shape.clone());
        self.known.insert(shape, next);
        next
    }

    fn place(&mut self, state: usize) -> Result<u16, String> {
        if let Some(at) = self.placed.get(&state) {
            return Ok(*at);
        }
        let at = u16::try_from(self.out.len()).map_err(|error| error.to_string())?;
        self.placed.insert(state, at);
        let (kind, ways) = self.shapes.get(state).cloned().unwrap_or_default();
        if let Some(kind) = kind {
            self.out.push(END | if ways.is_empty() { LAST } else { 0 });
            self.out.push(kind);
        }
        let mut fields = Vec::new();
        for (index, (class, next)) in ways.iter().enumerate() {
            let is_last = index + 1 == ways.len();
            let is_next = is_last && !self.placed.contains_key(next);
            self.out.push(class | if is_last { LAST } else { 0 } | if is_next { NEXT } else { 0 });
            if !is_next {
                fields.push((self.out.len(), *next));
                self.out.push(0);
            }
        }
        if let Some((_, next)) = ways.last() {
            self.place(*next)?;
        }
        for (field, next) in fields {
            let target = self.place(next)?;
            self.out.iter_mut().skip(field).take(1).for_each(|field| *field = target);
        }
        Ok(at)
    }
}

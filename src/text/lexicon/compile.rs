//! Writes keys and values as a minimal automaton; the build script compiles this file too.
//!
//! In front stand the values: how many, then each. Of a node only what is needed is stored:
//!
//! | first byte | node |
//! | --- | --- |
//! | below `0x80` | one way on, by this byte, to the node right behind; no key ends here |
//! | `0x80 \| ways` | as many bytes, in order, then as many targets |
//! | `0xc0 \| ways` | the same, behind the number of the value of the key that ends here |
//!
//! [`MANY`] ways are counted in a byte of their own.

use std::collections::BTreeMap;

/// The bytes of a target, of a count, of the number of a value.
pub(crate) const WIDTH: usize = 3;
/// The bit of a node with any number of ways.
pub(crate) const WIDE: u8 = 0x80;
/// The bit of a node where a key ends.
pub(crate) const FINAL: u8 = 0x40;
/// The bits of the number of ways.
pub(crate) const WAYS: u8 = 0x3f;
/// The number of ways of a node that has as many or more.
pub(crate) const MANY: u8 = WAYS;

/// A node as it is compared with others: the number of its value, and where each byte leads.
type Shape = (Option<usize>, Vec<(u8, usize)>);

#[derive(Default)]
struct Compiler {
    shapes: Vec<Shape>,
    known: BTreeMap<Shape, usize>,
    /// Where each node lies, once it does.
    placed: Vec<Option<usize>>,
    out: Vec<u8>,
}

/// The automaton of keys in order.
pub(crate) fn compile(keys: &BTreeMap<String, u64>) -> Vec<u8> {
    let mut compiler = Compiler::default();
    let mut numbers: BTreeMap<u64, usize> = BTreeMap::new();
    for value in keys.values() {
        numbers.entry(*value).or_default();
    }
    push(&mut compiler.out, numbers.len());
    for (number, (value, place)) in numbers.iter_mut().enumerate() {
        *place = number;
        compiler.out.extend(value.to_le_bytes());
    }
    if keys.is_empty() {
        return compiler.out;
    }
    let keys: Vec<(&[u8], usize)> =
        keys.iter().map(|(key, value)| (key.as_bytes(), numbers.get(value).copied().unwrap_or_default())).collect();
    let root = compiler.node(&keys, 0);
    compiler.placed = vec![None; compiler.shapes.len()];
    compiler.place(root);
    compiler.out
}

impl Compiler {
    /// The node of keys that share their first `depth` bytes.
    fn node(&mut self, keys: &[(&[u8], usize)], depth: usize) -> usize {
        let (value, longer) = match keys.split_first() {
            Some(((key, value), longer)) if key.len() == depth => (Some(*value), longer),
            _ => (None, keys),
        };
        let byte = |key: &[u8]| key.get(depth).copied().unwrap_or_default();
        let groups = longer.chunk_by(|one, other| byte(one.0) == byte(other.0));
        let ways = groups.filter_map(|group| Some((byte(group.first()?.0), self.node(group, depth + 1)))).collect();
        let shape = (value, ways);
        let next = self.shapes.len();
        if let Some(known) = self.known.get(&shape) {
            return *known;
        }
        self.shapes.push(shape.clone());
        self.known.insert(shape, next);
        next
    }

    /// Writes a node and all behind it that are not written yet; answers where it lies.
    fn place(&mut self, node: usize) -> usize {
        if let Some(at) = self.placed.get(node).copied().flatten() {
            return at;
        }
        let at = self.out.len();
        if let Some(place) = self.placed.get_mut(node) {
            *place = Some(at);
        }
        let (value, ways) = self.shapes.get(node).cloned().unwrap_or_default();
        if let (None, [(byte, next)]) = (value, ways.as_slice())
            && *byte < WIDE
            && self.placed.get(*next).is_some_and(Option::is_none)
        {
            self.out.push(*byte);
            self.place(*next);
            return at;
        }
        let count = u8::try_from(ways.len()).unwrap_or(u8::MAX);
        self.out.push(WIDE | if value.is_some() { FINAL } else { 0 } | count.min(MANY));
        if let Some(value) = value {
            push(&mut self.out, value);
        }
        if count >= MANY {
            self.out.push(count);
        }
        self.out.extend(ways.iter().map(|(byte, _)| *byte));
        let targets = self.out.len();
        self.out.extend(std::iter::repeat_n(0, ways.len() * WIDTH));
        for (index, (_, next)) in ways.into_iter().enumerate() {
            let target = self.place(next);
            let field = self.out.iter_mut().skip(targets + index * WIDTH);
            field.zip(target.to_le_bytes()).take(WIDTH).for_each(|(byte, value)| *byte = value);
        }
        at
    }
}

fn push(out: &mut Vec<u8>, number: usize) {
    out.extend(number.to_le_bytes().into_iter().take(WIDTH));
}

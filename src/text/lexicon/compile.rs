//! Writes keys and values as an automaton, which the build script, which compiles this file too, makes a minimal one.
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

/// Keys in order, each with the number of its value.
pub(crate) type Keys<'k> = [(&'k [u8], usize)];

/// Asked for a node by its keys and by how many bytes of them lead to it, and told where it would be written: answers where one with
/// the same ways on stands already.
pub(crate) type Known<'s> = dyn FnMut(&Keys<'_>, usize, usize) -> Option<usize> + 's;

struct Compiler<'s> {
    known: &'s mut Known<'s>,
    out: Vec<u8>,
}

/// The automaton of keys in order, each key once.
pub(crate) fn compile<'s>(keys: &[(&[u8], u64)], known: &'s mut Known<'s>) -> Vec<u8> {
    let mut values: Vec<u64> = Vec::new();
    for (_, value) in keys {
        if let Err(place) = values.binary_search(value) {
            values.insert(place, *value);
        }
    }
    let mut compiler = Compiler { known, out: Vec::new() };
    push(&mut compiler.out, values.len());
    compiler.out.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    if !keys.is_empty() {
        let number = |value: &u64| values.binary_search(value).unwrap_or_default();
        let keys: Vec<(&[u8], usize)> = keys.iter().map(|(key, value)| (*key, number(value))).collect();
        compiler.node(&keys, 0);
    }
    compiler.out
}

impl Compiler<'_> {
    /// Writes the node of keys that share their first `depth` bytes, and all behind it; answers where it lies.
    fn node(&mut self, keys: &Keys<'_>, depth: usize) -> usize {
        let at = self.out.len();
        if let Some(known) = (self.known)(keys, depth, at) {
            return known;
        }
        let (value, longer) = match keys.split_first() {
            Some(((key, value), longer)) if key.len() == depth => (Some(*value), longer),
            _ => (None, keys),
        };
        let byte = |key: &[u8]| key.get(depth).copied().unwrap_or_default();
        let ways: Vec<(u8, &Keys<'_>)> =
            longer.chunk_by(|one, other| byte(one.0) == byte(other.0)).filter_map(|group| Some((byte(group.first()?.0), group))).collect();
        if let (None, [(byte, group)]) = (value, ways.as_slice())
            && *byte < WIDE
        {
            self.out.push(*byte);
            let next = self.node(group, depth + 1);
            if next == at + 1 {
                return at;
            }
            // It stands elsewhere, so that this one has to say where.
            self.out.truncate(at);
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
        for (index, (_, group)) in ways.into_iter().enumerate() {
            let target = self.node(group, depth + 1);
            let field = self.out.iter_mut().skip(targets + index * WIDTH);
            field.zip(target.to_le_bytes()).take(WIDTH).for_each(|(byte, value)| *byte = value);
        }
        at
    }
}

fn push(out: &mut Vec<u8>, number: usize) {
    out.extend(number.to_le_bytes().into_iter().take(WIDTH));
}

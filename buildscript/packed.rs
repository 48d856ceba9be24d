//! Packs terms and words for the browser, which unpacks them when it starts: what every page has to load is half as much.
//!
//! In order: how many values, then each in eight bytes; how many keys; for each key how many bytes it shares with the one before; the
//! rest of each, the last byte with its upper bit set; for each the number of its value from 1 on, 0 for a word that is no term; for each
//! how many classes it has and these, as what is added to the class before, 0 for the first mention of the next class that is new; at last
//! how many terms have the classes of another word, and for each which key it is and which one the word.
//! Numbers are in groups of seven bits, the lowest first, all but the last with the upper bit set.

use std::collections::BTreeMap;

/// The classes of each word.
pub(crate) type Classes = BTreeMap<String, Vec<u16>>;

pub(crate) fn pack(terms: &BTreeMap<String, u64>, words: &Classes, offsets: &BTreeMap<String, u32>) -> Result<Vec<u8>, String> {
    // Where classes are listed is known again once the words are unpacked.
    let own = |value: &u64| value & u64::from(u32::MAX);
    let mut values: Vec<u64> = terms.values().map(own).collect();
    values.sort_unstable();
    values.dedup();
    let mut keys: Vec<&String> = terms.keys().chain(words.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut out = Vec::new();
    number(&mut out, values.len());
    out.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    number(&mut out, keys.len());
    let (mut shared, mut rests) = (Vec::new(), Vec::new());
    let mut before: &[u8] = &[];
    for key in keys.iter().map(|key| key.as_bytes()) {
        let same = key.iter().zip(before).take_while(|(one, other)| one == other).count();
        shared.push(u8::try_from(same).map_err(|error| error.to_string())?);
        let (last, rest) = key.get(same..).and_then(<[u8]>::split_last).ok_or("a key stands twice")?;
        rests.extend(rest);
        rests.push(last | 0x80);
        before = key;
    }
    out.extend(shared);
    out.extend(rests);
    for key in &keys {
        let place = terms.get(*key).and_then(|value| values.binary_search(&own(value)).ok()).map_or(0, |place| place + 1);
        out.push(u8::try_from(place).map_err(|error| error.to_string())?);
    }
    let mut newest = 0;
    for key in &keys {
        let classes = words.get(*key).map(Vec::as_slice).unwrap_or_default();
        number(&mut out, classes.len());
        let mut last = 0;
        for class in classes {
            number(&mut out, if *class == newest + 1 { 0 } else { usize::from(class - last) });
            newest = newest.max(*class);
            last = *class;
        }
    }
    let place = |key: &String| keys.binary_search(&key).map_err(|_| format!("`{key}` is no key"));
    let is_foreign = |(key, value): &(&String, &u64)| {
        let listed = u32::try_from(**value >> 32).unwrap_or_default();
        listed != 0 && offsets.get(*key) != Some(&listed)
    };
    let foreign: Vec<(&String, &u64)> = terms.iter().filter(is_foreign).collect();
    number(&mut out, foreign.len());
    for (key, value) in foreign {
        let (word, _) = offsets.iter().find(|(_, at)| u64::from(**at) == *value >> 32).ok_or_else(|| format!("`{key}` has no classes"))?;
        number(&mut out, place(key)?);
        number(&mut out, place(word)?);
    }
    Ok(out)
}

fn number(out: &mut Vec<u8>, mut number: usize) {
    while number > 0x7f {
        out.push(u8::try_from(number & 0x7f).unwrap_or_default() | 0x80);
        number >>= 7;
    }
    out.push(u8::try_from(number).unwrap_or_default());
}

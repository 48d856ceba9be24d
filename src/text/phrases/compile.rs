//! Writes words with their classes into drawers; the build script compiles this file too. The layout is told in `format.rs`.

use super::format::{DRAWERS, drawer};

/// The words in bytes, and for each where its classes are listed in them; `None` where there are too many.
///
/// They must be in order, each once, and so must the classes of each.
pub(crate) fn compile(words: &[(&[u8], &[u16])]) -> Option<(Vec<u8>, Vec<u32>)> {
    let mut drawers: Vec<Vec<usize>> = vec![Vec::new(); DRAWERS];
    for (index, (word, _)) in words.iter().enumerate() {
        drawers.get_mut(drawer(word))?.push(index);
    }
    let mut starts = Vec::with_capacity((DRAWERS + 1) * 2);
    let mut out = vec![0; (DRAWERS + 1) * 2];
    let mut offsets = vec![0; words.len()];
    for drawn in &drawers {
        starts.extend(u16::try_from(out.len()).ok()?.to_le_bytes());
        for index in drawn {
            let (word, classes) = words.get(*index)?;
            out.push(u8::try_from(word.len()).ok()?);
            out.extend_from_slice(word);
            *offsets.get_mut(*index)? = u32::try_from(out.len()).ok()?;
            out.push(u8::try_from(classes.len()).ok()?);
            for class in *classes {
                out.extend_from_slice(&class.to_be_bytes());
            }
        }
    }
    starts.extend(u16::try_from(out.len()).ok()?.to_le_bytes());
    out.get_mut(..starts.len())?.copy_from_slice(&starts);
    Some((out, offsets))
}

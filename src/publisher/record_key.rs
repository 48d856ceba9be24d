//! The record key of a part on the AT Protocol: a TID that is the same however often the part is sent, so that sending it twice is
//! writing one record twice.

use super::part::Part;
use crate::digest::sha256;

const ALPHABET: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";
/// The parts that find their places within one millisecond.
const PARTS: u64 = 25;

/// 53 bits of microseconds, 10 bits of whose clock it is; both but for the millisecond from the post's own id.
pub(super) fn record_key(part: Part<'_>) -> String {
    let hash = sha256(&[b"postgate/record-key/v1\n", part.post_id.as_bytes()]);
    let hash = hash.bytes().filter(u8::is_ascii_hexdigit).fold(0_u64, |sum, digit| sum.rotate_left(5) ^ u64::from(digit));
    let index = u64::try_from(part.index).unwrap_or_default() % PARTS;
    let millis = u64::try_from(part.since.millis()).unwrap_or_default();
    let micros = millis * 1000 + hash % (1000 / PARTS) * PARTS + index;
    let value = ((micros & ((1 << 53) - 1)) << 10) | ((hash / 1000) & 0x3ff);
    (0..13)
        .rev()
        .filter_map(|place| ALPHABET.get(usize::try_from((value >> (place * 5)) & 31).ok()?))
        .map(|byte| char::from(*byte))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Timestamp;
    use crate::publisher::fake::part;
    use std::collections::BTreeSet;

    fn key(post_id: &str, index: usize, millis: i64) -> String {
        record_key(Part { post_id, index, since: Timestamp::from_millis(millis), ..part("") })
    }

    #[test]
    fn a_key_is_a_tid_that_stays_the_same() {
        let now = 1_790_000_000_123;
        let found = key("p", 0, now);
        assert_eq!(found, key("p", 0, now));
        assert_eq!(found.len(), 13);
        assert!(found.starts_with(|first: char| "234567abcdefghij".contains(first)), "{found}");
        assert!(found.bytes().all(|byte| ALPHABET.contains(&byte)));
    }

    #[test]
    fn parts_and_times_are_in_order_and_posts_of_one_moment_apart() {
        let now = 1_790_000_000_123;
        let parts: Vec<String> = (0..25).map(|index| key("p", index, now)).collect();
        assert!(parts.is_sorted() && parts.iter().collect::<BTreeSet<_>>().len() == 25);
        assert!(key("p", 24, now) < key("q", 0, now + 1));
        let posts: BTreeSet<String> = (0..100).map(|post| key(&format!("018f-{post}"), 0, now)).collect();
        assert!(posts.len() >= 97, "{}", posts.len());
    }
}

//! What a post's reception is worth, by the reference system's formula; nothing is booked by it.

/// How a post was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Engagement {
    /// How often it was seen.
    pub views: u64,
    /// How often it was liked.
    pub likes: u64,
    /// How often it was passed on.
    pub reposts: u64,
    /// Whether its author is verified.
    pub verified: bool,
}

/// One RING for each hundred views, 5 a like, 10 a repost, and 50 for a verified author.
pub const fn engagement_award(engagement: Engagement) -> u64 {
    let Engagement { views, likes, reposts, verified } = engagement;
    let sum = (views / 100).saturating_add(likes.saturating_mul(5)).saturating_add(reposts.saturating_mul(10));
    sum.saturating_add(if verified { 50 } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_counts_as_documented() {
        assert_eq!(engagement_award(Engagement::default()), 0);
        assert_eq!(engagement_award(Engagement { views: 99, ..Engagement::default() }), 0);
        assert_eq!(engagement_award(Engagement { views: 1250, likes: 3, reposts: 2, verified: true }), 12 + 15 + 20 + 50);
        assert_eq!(engagement_award(Engagement { views: 0, likes: u64::MAX, reposts: 1, verified: true }), u64::MAX);
    }
}

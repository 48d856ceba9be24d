//! The book of an account: entries that are only ever added, the balance that they come to, and where a stored balance drifted from them.

use serde::{Deserialize, Serialize};

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EntryKind {
    /// Either way: a correction.
    Adjustment,
    /// More than nothing.
    Earn,
    /// Less than nothing: taken.
    Penalty,
    /// Less than nothing: spent.
    Spend,
}

impl EntryKind {
    /// Whether an entry of this kind may have this amount.
    pub const fn allows(self, amount: i64) -> bool {
        match self {
            Self::Adjustment => amount != 0,
            Self::Earn => amount > 0,
            Self::Penalty | Self::Spend => amount < 0,
        }
    }
}

/// One entry of the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// How much, with its sign.
    pub amount: i64,
    /// What the account held after it.
    pub balance_after: i64,
}

/// What an account holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Balance {
    /// What is booked: the sum of the book.
    pub balance: i64,
    /// What is noted in shadow and not booked.
    pub pending: i64,
    /// What the account would hold if the pending were booked.
    pub effective_balance: i64,
}

/// The balance of a book, and of what is pending beside it.
pub fn balance(entries: &[Entry], pending: &[i64]) -> Balance {
    let balance = entries.iter().fold(0_i64, |sum, entry| sum.saturating_add(entry.amount));
    let pending = pending.iter().fold(0_i64, |sum, amount| sum.saturating_add(*amount));
    Balance { balance, pending, effective_balance: balance.saturating_add(pending) }
}

/// Where a stored figure and the book disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Drift {
    /// What is stored.
    pub stored: i64,
    /// What the book comes to; the book is right, and the stored figure is set to it.
    pub booked: i64,
}

/// The drift of a stored balance, if it has any. The book itself is never touched, so that looking again finds nothing.
pub fn drift(entries: &[Entry], stored: i64) -> Option<Drift> {
    let booked = balance(entries, &[]).balance;
    (booked != stored).then_some(Drift { stored, booked })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_sign_belongs_to_the_kind() {
        assert!(EntryKind::Earn.allows(1) && !EntryKind::Earn.allows(0) && !EntryKind::Earn.allows(-1));
        assert!(EntryKind::Spend.allows(-1) && !EntryKind::Spend.allows(1) && !EntryKind::Penalty.allows(0));
        assert!(EntryKind::Adjustment.allows(-1) && EntryKind::Adjustment.allows(1) && !EntryKind::Adjustment.allows(0));
    }

    #[test]
    fn pending_is_beside_the_book() {
        let book = [
            Entry { kind: EntryKind::Earn, amount: 10, balance_after: 10 },
            Entry { kind: EntryKind::Spend, amount: -4, balance_after: 6 },
        ];
        assert_eq!(balance(&book, &[7, 3]), Balance { balance: 6, pending: 10, effective_balance: 16 });
    }

    proptest! {
        #[test]
        fn reconciling_twice_changes_nothing_more(amounts in prop::collection::vec(-1000_i64..1000, 0..50), stored in -5000_i64..5000) {
            let mut after = 0;
            let book: Vec<_> = amounts.into_iter().map(|amount| {
                after += amount;
                Entry { kind: EntryKind::Adjustment, amount, balance_after: after }
            }).collect();
            let mended = drift(&book, stored).map_or(stored, |drift| drift.booked);
            prop_assert_eq!(mended, after);
            prop_assert_eq!(drift(&book, mended), None);
        }
    }
}

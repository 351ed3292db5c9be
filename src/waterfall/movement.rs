//! Lines of a ledger.

use crate::deal::TrancheId;

/// Cash that moved in the first lane, in minor units. Bonuses and guarantees are indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// A payor's money came in; below zero, the payor received.
    Receipt(i64),
    /// A tranche was drawn ahead of need.
    DrawAhead(TrancheId, i64),
    /// A cost was paid from cash drawn ahead of need.
    FromDrawn(i64),
    /// A cost was paid from receipts in the project.
    FromCash(i64),
    /// A cost was paid from what came back of a recyclable grant.
    FromPot(TrancheId, i64),
    /// A tranche was drawn for costs.
    Draw(TrancheId, i64),
    /// A tranche was drawn to pay a payor.
    DrawForPayor(TrancheId, i64),
    /// The provider paid a payor.
    RefundByProvider(i64),
    /// What a payor should have received and nobody could pay.
    UnpaidToPayor(i64),
    /// A cost that nobody funded.
    Shortfall(i64),
    /// Interest on what a tranche is owed.
    Interest(TrancheId, i64),
    /// Interest that was paid before any principal.
    CashInterest(TrancheId, i64),
    /// A tranche was repaid (principal and interest).
    Repay(TrancheId, i64),
    /// What a recyclable grant gets went into its pot.
    Recycle(TrancheId, i64),
    /// A tranche got its share of what was left.
    Residual(TrancheId, i64),
    /// The provider got a bonus; below zero, it paid a malus.
    Bonus(usize, i64),
    /// Cash was set aside for a bullet, or, below zero, is so no longer.
    SetAside(TrancheId, i64),
    /// The provider got the rest.
    Provider(i64),
    /// A guarantee (first) bore a loss of a tranche (second).
    Guarantee(usize, TrancheId, i64),
}

impl Movement {
    /// The amount that moved, in minor units.
    #[must_use]
    pub fn amount(self) -> i64 {
        match self {
            Self::Receipt(amount)
            | Self::FromDrawn(amount)
            | Self::FromCash(amount)
            | Self::RefundByProvider(amount)
            | Self::UnpaidToPayor(amount)
            | Self::Shortfall(amount)
            | Self::Provider(amount)
            | Self::DrawAhead(_, amount)
            | Self::FromPot(_, amount)
            | Self::Draw(_, amount)
            | Self::DrawForPayor(_, amount)
            | Self::Interest(_, amount)
            | Self::CashInterest(_, amount)
            | Self::Repay(_, amount)
            | Self::Recycle(_, amount)
            | Self::Residual(_, amount)
            | Self::SetAside(_, amount)
            | Self::Bonus(_, amount)
            | Self::Guarantee(_, _, amount) => amount,
        }
    }
}

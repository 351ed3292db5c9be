//! Who funds the work and in which order they are repaid.

use super::{Expression, Gate, PaymentId, TrancheId};
use crate::numeric::each::Each;
use crate::quantity::Money;

/// The money behind a deal and the rule for what comes back.
#[derive(Clone, Debug)]
pub struct Capital {
    /// Tranches in the order of the file.
    pub tranches: Each<TrancheId, Tranche>,
    /// Guarantees in the order of the file: of several on one tranche, the earlier ones pay first.
    pub guarantees: Vec<Guarantee>,
    /// What the provider earns, or loses, beside its budget.
    pub bonuses: Vec<Bonus>,
    /// Last period in which receipts stay in the project to pay its costs; from the next one on all cash goes out each period.
    /// `None`: cash goes out from the first period on.
    pub recycle_until: Option<u32>,
    /// What may move the end of recycling and every maturity.
    pub extension: Option<Extension>,
    /// Conditions that draws, bonuses and the extension refer to, by index.
    pub conditions: Vec<Gate>,
    /// Numbers that coupons (effective annual rates) and bonuses (major units) refer to, by index.
    pub rates: Vec<Expression>,
}

impl Capital {
    /// First period in which cash is distributed unless the deal stops early or is extended.
    #[must_use]
    pub fn first_distribution(&self) -> u32 {
        self.recycle_until.map_or(0, |period| period + 1)
    }
}

/// Moves the end of recycling and every maturity, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Condition (index): looked at in every period up to the first that it would move.
    pub when: usize,
    /// By how many periods, at least 1.
    pub periods: u32,
}

/// One investor's money and its rank.
#[derive(Clone, Debug)]
pub struct Tranche {
    /// Name of the tranche.
    pub name: String,
    /// What kind of money it is.
    pub kind: TrancheKind,
    /// Committed amount.
    pub amount: Money,
    /// Order of drawing: lower first; equal ones in proportion to what each has left.
    pub draw_order: u32,
    /// When it is drawn, in order of periods; empty: as costs need it.
    pub draws: Vec<Draw>,
    /// Order of repayment: 1 is repaid first, equal ones in proportion to what each is owed. `None` for money that is owed nothing.
    pub rank: Option<u32>,
    /// Interest on what it is owed.
    pub coupon: Coupon,
    /// Whether each period's interest is paid before any principal.
    pub cash_interest: bool,
    /// Period in which a bullet falls due; `None`: repaid as cash comes in.
    pub matures: Option<u32>,
    /// Effective annual return beyond which it receives nothing; 0.125 is 12.5%.
    pub return_cap: Option<f64>,
    /// Share of what is left once everybody has what is owed, 0 to 1.
    pub residual_share: f64,
    /// Payments whose receipts alone repay it; empty: all.
    pub tied_to: Vec<PaymentId>,
}

/// What kind of money a tranche is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrancheKind {
    /// Repaid with interest.
    Loan,
    /// Owed nothing; has a share of what is left.
    Equity,
    /// A gift, never repaid.
    Grant,
    /// Repaid at its rank, but into a pot for more of the same work, never to the donor.
    RecyclableGrant {
        /// Who keeps the pot; `None`: it stays in the project and pays its costs.
        pot: Option<String>,
    },
    /// Principal repaid at its rank, without interest.
    RecoverableGrant,
    /// Work that the provider does before it is paid for: funds costs, and is repaid at its rank.
    DeferredFee,
}

/// A planned drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// When.
    pub period: u32,
    /// How much, as far as the tranche goes.
    pub amount: Money,
    /// Condition (index) without which nothing is drawn.
    pub when: Option<usize>,
}

/// Interest on what a tranche is owed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Coupon {
    /// An effective annual rate, compounded each period on principal and unpaid interest; 0.05 is 5%.
    Fixed(f64),
    /// The effective annual rate that an expression (index of `rates`) has in each period, held within 0 and 1; undefined counts as 0.
    Set(usize),
}

impl Coupon {
    /// The highest effective annual rate it can have, 0 to 1; 0.05 is 5%.
    #[must_use]
    pub fn highest(self) -> f64 {
        match self {
            Self::Fixed(rate) => rate,
            Self::Set(_) => 1.0,
        }
    }
}

/// A promise to bear a lender's loss of principal, called in the last period, or in the first after the deal has stopped.
#[derive(Clone, Debug)]
pub struct Guarantee {
    /// Name of the guarantee.
    pub name: String,
    /// Who pays.
    pub guarantor: String,
    /// Tranches whose losses it bears, in proportion to them.
    pub of: Vec<TrancheId>,
    /// Up to how much.
    pub cover: Cover,
}

/// How much of a loss a guarantee bears.
#[derive(Clone, Debug, PartialEq)]
pub enum Cover {
    /// Up to this share of the amount drawn, 0 to 1.
    Percent(f64),
    /// Up to an amount.
    Amount(Money),
    /// Up to the second amount of the last row whose first has been drawn, in rising order of the first.
    Schedule(Vec<(Money, Money)>),
    /// What is missing to this share of the principal drawn, 0 to 1: a floor under the loss.
    Floor(f64),
}

/// What the provider earns from the project's cash beside its budget; below zero, what it pays in.
#[derive(Clone, Debug)]
pub struct Bonus {
    /// What it is for.
    pub name: String,
    /// How much.
    pub size: BonusSize,
    /// When it falls due; `None`: in every period in which its condition holds.
    pub period: Option<u32>,
    /// Condition (index) without which nothing falls due.
    pub when: Option<usize>,
    /// Paid after the tranches of this rank; `None`: as a cost, before any investor. What there is no cash for waits.
    pub after_rank: Option<u32>,
}

/// How much a bonus is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BonusSize {
    /// An amount; below zero: the provider pays.
    Amount(Money),
    /// A share of what the payors pay in that period, −1 to 1.
    ShareOfReceipts(f64),
    /// Major units that an expression (index of `rates`) gives; undefined counts as 0.
    Set(usize),
}

impl Tranche {
    /// Whether somebody hopes to earn something with it: loans and equity, which the figures of all investors together are made of.
    #[must_use]
    pub fn is_investment(&self) -> bool {
        match self.kind {
            TrancheKind::Loan | TrancheKind::Equity => true,
            TrancheKind::Grant | TrancheKind::RecyclableGrant { .. } | TrancheKind::RecoverableGrant | TrancheKind::DeferredFee => false,
        }
    }

    /// Whether whoever gives it may get money back.
    #[must_use]
    pub fn is_repaid(&self) -> bool {
        match self.kind {
            TrancheKind::Grant | TrancheKind::RecyclableGrant { .. } => false,
            TrancheKind::Loan | TrancheKind::Equity | TrancheKind::RecoverableGrant | TrancheKind::DeferredFee => true,
        }
    }
}

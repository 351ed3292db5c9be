//! Who funds the work and in which order they are repaid.

use crate::quantity::Money;

/// The money behind a deal and the rule for what comes back.
#[derive(Clone, Debug)]
pub struct Capital {
    /// Tranches in the order of the file.
    pub tranches: Vec<Tranche>,
    /// Last period in which receipts stay in the project to pay its costs; from the next one on all cash goes out each period.
    /// `None`: cash goes out from the first period on.
    pub recycle_until: Option<u32>,
}

impl Capital {
    /// First period in which cash is distributed.
    #[must_use]
    pub fn first_distribution(&self) -> u32 {
        self.recycle_until.map_or(0, |period| period + 1)
    }
}

/// One investor's money and its rank.
#[derive(Clone, Debug)]
pub struct Tranche {
    /// Name of the tranche.
    pub name: String,
    /// What kind of money it is.
    pub kind: TrancheKind,
    /// Committed amount, drawn as costs need it.
    pub amount: Money,
    /// Order of drawing: lower first.
    pub draw_order: u32,
}

/// Whether money comes back, and in which order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TrancheKind {
    /// A gift: never repaid.
    Grant,
    /// Repaid with interest.
    Loan {
        /// Order of repayment: 1 is repaid first. No two loans share a rank.
        rank: u32,
        /// Effective annual interest, accrued and compounded each period on principal and unpaid interest; 0.05 is 5%.
        coupon: f64,
        /// Share of what is left once every loan is repaid, 0 to 1.
        residual_share: f64,
    },
}

impl Tranche {
    /// Whether the money is an investment, to be repaid.
    #[must_use]
    pub fn is_loan(&self) -> bool {
        matches!(self.kind, TrancheKind::Loan { .. })
    }
}

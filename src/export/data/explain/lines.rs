//! The lines of a ledger.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::number::defined;
use crate::deal::{Deal, PaymentId, PayorId, TrancheId};
use crate::engine::Entry;
use crate::quantity::Money;
use crate::settlement;
use crate::study::LedgerLine;
use crate::waterfall::Movement;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A claim fell due, or failed to.
    Due,
    /// A formula was worked out.
    Formula,
    /// A limit changed what is payable.
    Limit,
    /// A payor paid, or, below zero, received.
    Paid,
    /// A payor should have received this, and nobody could pay it.
    Unpaid,
    /// The program ended.
    Stop,
    /// What payors paid came in; below zero, it went out.
    Receipt,
    /// A tranche was drawn ahead of need.
    DrawAhead,
    /// Costs were paid from what was drawn ahead.
    CostFromDrawn,
    /// Costs were paid from receipts.
    CostFromReceipts,
    /// Costs were paid from what came back of a recyclable grant.
    CostFromPot,
    /// Costs were paid by drawing a tranche.
    CostFromTranche,
    /// Costs found no money.
    Shortfall,
    /// Payors were paid by drawing a tranche.
    RefundFromTranche,
    /// Payors were paid by the provider.
    RefundByProvider,
    /// Payors were owed this, and nobody could pay it.
    RefundUnpaid,
    /// Interest accrued.
    Interest,
    /// Interest was paid.
    InterestPaid,
    /// A tranche was repaid.
    Repaid,
    /// What a recyclable grant gets is to be used again.
    Recycled,
    /// A tranche got its share of what was left.
    Residual,
    /// The provider got a bonus; above zero, it paid.
    Bonus,
    /// Cash was set aside for a bullet; above zero, it is so no longer.
    SetAside,
    /// The provider got the rest.
    Provider,
    /// A guarantee bore a loss.
    Guarantee,
}

/// A line of a ledger. Names that do not apply are null.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Line<'a> {
    /// The first day of the period.
    pub date: String,
    /// The period in words.
    pub period: String,
    /// What happened.
    pub what: What,
    /// The payment.
    pub payment: Option<&'a str>,
    /// The payor.
    pub payor: Option<&'a str>,
    /// The tranche.
    pub tranche: Option<&'a str>,
    /// The guarantee.
    pub guarantee: Option<&'a str>,
    /// The bonus.
    pub bonus: Option<&'a str>,
    /// The formula.
    pub formula: Option<&'a str>,
    /// The stop clause.
    pub stop: Option<&'a str>,
    /// The amount: due, paid, the change that a limit made; of cash, below zero where it left the project.
    pub amount: f64,
    /// What a formula came to; null where it is undefined, and for everything else.
    pub value: Option<f64>,
    /// The line in words.
    pub text: String,
    /// Why; empty where that is plain.
    pub because: String,
}

impl<'a> Line<'a> {
    /// `line` of a trial of `deal`, with its words, its amount in minor units, and why.
    pub(super) fn new(deal: &'a Deal, line: &LedgerLine, (text, amount, because): (String, i64, String)) -> Self {
        let empty = Self {
            date: deal.timeline.date(line.period.number()).to_string(),
            period: deal.timeline.label(line.period.number()),
            what: What::Due,
            payment: None,
            payor: None,
            tranche: None,
            guarantee: None,
            bonus: None,
            formula: None,
            stop: None,
            amount: deal.currency.major(Money(amount)),
            value: None,
            text: text.trim().to_string(),
            because,
        };
        match line.entry {
            Entry::Line(line) => empty.settled(deal, line),
            Entry::Movement(_, movement) => empty.moved(deal, movement),
        }
    }

    fn settled(self, deal: &'a Deal, line: settlement::Line) -> Self {
        let payment = |at: PaymentId| Some(deal.payments[at].name.as_str());
        let payor = |at: PayorId| Some(deal.payors[at].name.as_str());
        use settlement::Line;
        match line {
            Line::Claim(claim) => Self { what: What::Due, payment: payment(claim.payment), ..self },
            Line::Formula { formula, value, .. } => {
                Self { what: What::Formula, formula: Some(&deal.formulas[formula].name), value: defined(value), ..self }
            }
            Line::Cut { limit, .. } => {
                Self { what: What::Limit, payment: limit.payment().and_then(payment), payor: limit.payor().and_then(payor), ..self }
            }
            Line::Paid { payment: of, payor: by, .. } => Self { what: What::Paid, payment: payment(of), payor: payor(by), ..self },
            Line::Unrefunded { payment: of, payor: by, .. } => Self { what: What::Unpaid, payment: payment(of), payor: payor(by), ..self },
            Line::Stop { stop, .. } => Self { what: What::Stop, stop: Some(&deal.stops[stop].name), ..self },
        }
    }

    fn moved(self, deal: &'a Deal, movement: Movement) -> Self {
        let of = |what: What, at: TrancheId| (what, Some(deal.capital.tranches[at].name.as_str()));
        let (what, tranche) = match movement {
            Movement::Receipt(_) => (What::Receipt, None),
            Movement::DrawAhead(at, _) => of(What::DrawAhead, at),
            Movement::FromDrawn(_) => (What::CostFromDrawn, None),
            Movement::FromCash(_) => (What::CostFromReceipts, None),
            Movement::FromPot(at, _) => of(What::CostFromPot, at),
            Movement::Draw(at, _) => of(What::CostFromTranche, at),
            Movement::DrawForPayor(at, _) => of(What::RefundFromTranche, at),
            Movement::RefundByProvider(_) => (What::RefundByProvider, None),
            Movement::UnpaidToPayor(_) => (What::RefundUnpaid, None),
            Movement::Shortfall(_) => (What::Shortfall, None),
            Movement::Interest(at, _) => of(What::Interest, at),
            Movement::CashInterest(at, _) => of(What::InterestPaid, at),
            Movement::Repay(at, _) => of(What::Repaid, at),
            Movement::Recycle(at, _) => of(What::Recycled, at),
            Movement::Residual(at, _) => of(What::Residual, at),
            Movement::SetAside(at, _) => of(What::SetAside, at),
            Movement::Provider(_) => (What::Provider, None),
            Movement::Bonus(at, _) => {
                return Self { what: What::Bonus, bonus: Some(&deal.capital.bonuses[at].name), ..self };
            }
            Movement::Guarantee(at, at_tranche, _) => {
                let (what, tranche) = of(What::Guarantee, at_tranche);
                return Self { what, tranche, guarantee: Some(&deal.capital.guarantees[at].name), ..self };
            }
        };
        Self { what, tranche, ..self }
    }
}

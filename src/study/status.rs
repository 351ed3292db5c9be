//! Where does a running deal stand? What was paid, what waits on which report, what each limit leaves and each lender is owed.
//!
//! Comes in: a deal and what is known so far. Goes out: [`Status`], in minor units. Must never know: files, words.

mod claims;
mod limits;

use crate::deal::{CohortId, Deal, PaymentId, PayorId, Reported, SoFar, TrancheId};
use crate::engine::{Entry, Settled, settle_so_far};
use crate::numeric::each::Each;
use crate::settlement::Line;

pub use claims::Waiting;
pub use limits::{Span, Standing};

/// Where a running deal stands. Money is in minor units.
#[derive(Clone, Debug)]
pub struct Status {
    /// What is known.
    pub so_far: SoFar,
    /// The deal as it happened, its books up to the period at hand.
    pub settled: Settled,
    /// What each payor paid for each payment, less what it should have received and nobody could refund; those with neither are left out.
    pub paid: Vec<(PaymentId, PayorId, i64)>,
    /// Claims that were due by now and wait on late reports, then the next claims of each payment.
    pub waiting: Vec<Waiting>,
    /// What payments needed by now and nobody reported, and the period in which it was due.
    pub late: Vec<(Reported, u32)>,
    /// What each limit allows and has let through.
    pub limits: Vec<Standing>,
    /// Each tranche.
    pub tranches: Each<TrancheId, Position>,
    /// Cohorts that have begun, with as many people as planned because nobody reported how many enrolled.
    pub assumed: Vec<CohortId>,
    /// Budget lines (indices) whose cost depends on true outcomes: as planned, because nobody reported it.
    pub assumed_costs: Vec<usize>,
}

/// Where one tranche stands, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Put in.
    pub drawn: i64,
    /// What may still be drawn.
    pub undrawn: i64,
    /// Principal not yet repaid.
    pub principal: i64,
    /// Principal and unpaid interest.
    pub owed: i64,
    /// Set aside for it.
    pub set_aside: i64,
    /// Received, guarantees included.
    pub received: i64,
}

/// Where `deal` stands by what is known.
#[must_use]
pub fn status(deal: &Deal, so_far: &SoFar) -> Status {
    let settled = settle_so_far(deal, so_far);
    let cash = &settled.block.cash;
    let held = |tranche: TrancheId| Position {
        drawn: cash.standing.drawn.row(tranche)[0],
        undrawn: cash.undrawn(tranche, 0),
        principal: cash.standing.principal.row(tranche)[0],
        owed: cash.standing.owed.row(tranche)[0],
        set_aside: cash.set_aside(tranche, 0),
        received: cash.received.row(tranche)[0],
    };
    let given = |cost: &usize| so_far.results.costs.iter().chain(&so_far.results.spent).any(|(known, _)| known == cost);
    let late = so_far.results.began_late(deal);
    let begun = |cost: &usize| deal.spending(*cost, late).iter().any(|&(period, weight)| period <= so_far.through && weight > 0);
    let of_outcomes = |cost: &usize| matches!(deal.program.costs[*cost].basis, crate::deal::CostBasis::PerOutcome { .. });
    Status {
        paid: paid(&settled),
        waiting: claims::waiting(deal, so_far, &settled),
        late: so_far.overdue(deal),
        limits: limits::standing(deal, so_far, &settled),
        tranches: deal.capital.tranches.ids().map(held).collect(),
        assumed: so_far.results.assumed(deal, so_far.through),
        assumed_costs: (0..deal.program.costs.len()).filter(of_outcomes).filter(|cost| !given(cost)).filter(begun).collect(),
        so_far: so_far.clone(),
        settled,
    }
}

/// What was paid by payment and payor.
fn paid(settled: &Settled) -> Vec<(PaymentId, PayorId, i64)> {
    let mut sums: Vec<(PaymentId, PayorId, i64)> = Vec::new();
    for entry in &settled.ledger {
        let (payment, payor, amount) = match *entry {
            Entry::Line(Line::Paid { payment, payor, amount, .. } | Line::Unrefunded { payment, payor, amount, .. }) => {
                (payment, payor, amount)
            }
            _ => continue,
        };
        match sums.iter_mut().find(|known| (known.0, known.1) == (payment, payor)) {
            Some(known) => known.2 += amount,
            None => sums.push((payment, payor, amount)),
        }
    }
    sums.sort_unstable_by_key(|&(payment, payor, _)| (payment, payor));
    sums
}

//! One block of waterfalls, in columns: a lane is a trial.
//!
//! In each period: interest accrues on what is owed; receipts come in; what payors are owed goes out, as far as anybody can refund it
//! (what nobody can is told to settlement, because it was not paid); tranches are drawn as planned;
//! costs are paid from cash drawn ahead, then from receipts, then from what came back of recyclable grants, then from commitments in
//! their draw order; what no money is left for is a shortfall. Bonuses and cash interest are paid. Receipts stay in the project until
//! the recycling date; from then on all cash goes out in each period: by rank until nobody is owed anything, then the residual shares,
//! the rest to the provider. Guarantees are called in the end, or when the deal has stopped.

use super::columns::is_nothing;
use super::plan::InterestPlan;
use super::workspace::Workspace;
use super::{Facts, Movement, WaterfallPlan};
use crate::deal::{PeriodId, TrancheId};
use crate::delivery::Costs;
use crate::numeric::each::Each;
use crate::numeric::grid::Grid;
use crate::numeric::whole::{self, add};
use crate::settlement::{Owed, Standing};

/// Cash of a block of trials, in minor units. Made once and filled again for every block.
#[derive(Clone, Debug)]
pub struct Cash {
    /// For each tranche, by period: what whoever gives it receives less what it puts in.
    pub flows: Each<TrancheId, Grid<i64, PeriodId>>,
    /// What is drawn and owed, by tranche.
    pub standing: Standing,
    /// What a tranche's giver received, guarantees included, by tranche.
    pub received: Grid<i64, TrancheId>,
    /// What came back of recyclable grants, by tranche, each time it did.
    pub recycled: Grid<i64, TrancheId>,
    /// What the pots of recyclable grants hold, by tranche.
    pub pots: Grid<i64, TrancheId>,
    /// What guarantors paid, by guarantee.
    pub guaranteed: Grid<i64>,
    /// What the provider got as bonuses less what it paid as maluses, by bonus.
    pub bonuses: Grid<i64>,
    /// Costs that were paid.
    pub spent: Vec<i64>,
    /// Costs that no money was left for: the provider bears them.
    pub shortfall: Vec<i64>,
    /// Costs that an early stop avoided.
    pub avoided: Vec<i64>,
    /// Costs that others paid.
    pub outside: Vec<i64>,
    /// What payors should have received and nobody could pay.
    pub unpaid_to_payors: Vec<i64>,
    /// The same of the period at hand.
    pub unpaid_now: Vec<i64>,
    /// What is left for the provider once the investors have had theirs, before what it refunds.
    pub provider: Vec<i64>,
    /// What the provider paid to payors.
    pub refunded: Vec<i64>,
    /// The largest sum that the provider was out of pocket at the end of any period.
    pub working_capital: Vec<i64>,
    /// Cash in the project, in the end 0.
    pub held: Vec<i64>,
    pub(super) work: Workspace,
}

impl Cash {
    /// Space for blocks of `lanes` trials.
    #[must_use]
    pub fn new(plan: &WaterfallPlan, lanes: usize) -> Self {
        let tranches = plan.tranches.len();
        let zeros = || vec![0; lanes];
        Self {
            flows: Each::filled(tranches, Grid::new(plan.periods, lanes)),
            standing: Standing::new(tranches, lanes),
            received: Grid::new(tranches, lanes),
            recycled: Grid::new(tranches, lanes),
            pots: Grid::new(tranches, lanes),
            guaranteed: Grid::new(plan.guarantees.len(), lanes),
            bonuses: Grid::new(plan.bonuses.len(), lanes),
            spent: zeros(),
            shortfall: zeros(),
            avoided: zeros(),
            outside: zeros(),
            unpaid_to_payors: zeros(),
            unpaid_now: zeros(),
            provider: zeros(),
            refunded: zeros(),
            working_capital: zeros(),
            held: zeros(),
            work: Workspace::new(plan, lanes),
        }
    }

    /// Before the first period.
    pub fn start(&mut self, plan: &WaterfallPlan) {
        self.standing.clear();
        let of_tranches = [&mut self.received, &mut self.recycled, &mut self.pots, &mut self.work.room, &mut self.work.coupons];
        of_tranches.into_iter().for_each(Grid::clear);
        let grids = [&mut self.guaranteed, &mut self.bonuses, &mut self.work.purses, &mut self.work.bonus_due, &mut self.work.aside];
        self.work.said_aside.iter_mut().for_each(|said| *said = 0);
        grids.into_iter().for_each(Grid::clear);
        for column in [
            &mut self.spent,
            &mut self.shortfall,
            &mut self.avoided,
            &mut self.outside,
            &mut self.unpaid_to_payors,
            &mut self.unpaid_now,
            &mut self.provider,
            &mut self.refunded,
            &mut self.working_capital,
            &mut self.held,
            &mut self.work.reserve,
        ] {
            column.fill(0);
        }
        self.work.extended.fill(false);
        for (tranche, terms) in plan.tranches.pairs() {
            self.work.left.row_mut(tranche).fill(terms.amount);
        }
    }

    /// Opens `period`: interest of fixed coupons accrues, and so do the accounts of capped returns. `seen` sees what moves in the first
    /// lane.
    pub fn open(&mut self, plan: &WaterfallPlan, period: PeriodId, mut seen: impl FnMut(Movement)) {
        // Each period clears its own rows while they are about to be written: the whole at once would leave the cache.
        self.flows.iter_mut().for_each(|flows| flows.row_mut(period).fill(0));
        self.work.coupons.clear();
        if period.index() == 0 {
            return;
        }
        for (tranche, terms) in plan.tranches.pairs() {
            if let InterestPlan::Fixed(rate) = terms.interest
                && !is_nothing(self.standing.owed.row(tranche))
            {
                whole::scale(self.standing.owed.row(tranche), rate, &mut self.work.amount);
                self.accrue(tranche, &mut seen);
            }
            if let Some(rate) = terms.return_cap {
                for room in self.work.room.row_mut(tranche) {
                    // rounded down: the return never exceeds its cap
                    *room += (*room as f64 * rate) as i64;
                }
            }
        }
    }

    /// Interest that a formula sets is known only once the period is settled.
    fn accrue_set(&mut self, plan: &WaterfallPlan, facts: &Facts, seen: &mut impl FnMut(Movement)) {
        for (tranche, terms) in plan.tranches.pairs() {
            let InterestPlan::Set(rate) = terms.interest else { continue };
            // Most formulas give few rates, often one after another: each is turned into that of a period once.
            let mut known = [(0.0f64, plan.set_rate(0.0)); 2];
            for (periodic, annual) in self.work.periodic.row_mut(tranche).iter_mut().zip(facts.rates.row(rate)) {
                if known[0].0.to_bits() != annual.to_bits() {
                    known.swap(0, 1);
                    if known[0].0.to_bits() != annual.to_bits() {
                        known[0] = (*annual, plan.set_rate(*annual));
                    }
                }
                *periodic = known[0].1;
            }
            let owed = self.standing.owed.row(tranche).iter().zip(self.work.periodic.row(tranche));
            self.work.amount.iter_mut().zip(owed).for_each(|(interest, (owed, periodic))| *interest = whole::part(*owed, *periodic));
            self.accrue(tranche, seen);
        }
    }

    /// Adds `amount` to what a tranche is owed as interest.
    fn accrue(&mut self, tranche: TrancheId, seen: &mut impl FnMut(Movement)) {
        add(self.standing.owed.row_mut(tranche), &self.work.amount);
        if self.work.coupons.rows() > 0 {
            add(self.work.coupons.row_mut(tranche), &self.work.amount);
        }
        seen(Movement::Interest(tranche, self.work.amount[0]));
    }

    /// Runs `period`, once it is opened and settled: [`Cash::take_in`], then [`Cash::pass_on`].
    pub fn run_period(
        &mut self,
        plan: &WaterfallPlan,
        costs: &Costs,
        owed: &Owed,
        facts: &Facts,
        period: PeriodId,
        mut seen: impl FnMut(Movement),
    ) {
        self.take_in(plan, owed, facts, period, &mut seen);
        self.pass_on(plan, costs, owed, facts, period, seen);
    }

    /// The first half of a period: receipts come in, and what payors are owed goes out. What nobody can refund is in `unpaid_now`.
    pub fn take_in(&mut self, plan: &WaterfallPlan, owed: &Owed, facts: &Facts, period: PeriodId, mut seen: impl FnMut(Movement)) {
        if period.index() > 0 {
            self.accrue_set(plan, facts, &mut seen);
        }
        if let Some(extension) = plan.extension.filter(|extension| period <= extension.until) {
            for (extended, holds) in self.work.extended.iter_mut().zip(facts.holds.row(extension.when)) {
                *extended |= *holds != 0.0;
            }
        }
        self.receive(plan, owed, facts, period, &mut seen);
        self.pay_payors(plan, period, &mut seen);
    }

    /// The second half: costs are paid, and cash is distributed. `seen` sees what moves in the first lane.
    pub fn pass_on(
        &mut self,
        plan: &WaterfallPlan,
        costs: &Costs,
        owed: &Owed,
        facts: &Facts,
        period: PeriodId,
        mut seen: impl FnMut(Movement),
    ) {
        self.fall_due(plan, owed, facts, period, &mut seen);
        self.draw_ahead(plan, facts, period, &mut seen);
        self.bear(plan, costs, facts, period, &mut seen);
        self.release(plan, facts, period);
        self.distribute(plan, facts, period, &mut seen);
        self.call_guarantees(plan, facts, period, &mut seen);
        self.be_out_of_pocket(plan);
        if period.is_last(plan.periods) {
            self.held.copy_from_slice(&self.work.reserve);
            (0..self.work.purses.rows()).for_each(|purse| add(&mut self.held, self.work.purses.row(purse)));
            (0..self.work.aside.rows()).for_each(|purse| add(&mut self.held, self.work.aside.row(purse)));
        }
    }
}

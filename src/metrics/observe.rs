//! From a block to its numbers.

use super::catalogue::Catalogue;
use super::chances::Tally;
use super::columns::{add_amounts, add_money, divide, money, raise, sum_counts};
use super::observer::{HALF_A_UNIT, Observer, cohorts_behind};
use super::value::{Investment, Value};
use crate::deal::{Deal, MeasureId, Method, OutcomeId, PaymentId, PayorId, PeriodId, Statistic, TrancheId, TrancheKind};
use crate::engine::Block;
use crate::evaluation::Estimate;
use crate::finance::{IrrKind, discount_factors, irr_block};
use crate::numeric::grid::Grid;
use crate::settlement::Limit;

/// What is kept of a block.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// Number of trials.
    pub lanes: usize,
    /// Values, by metric in the order of the catalogue; NaN where undefined.
    pub values: Grid<f64>,
    /// For each chance in the order of the catalogue: trials in which it holds, trials that it is asked of.
    pub chances: Vec<[u64; 2]>,
}

/// Everything that `block` has by trial: the values in the order of the catalogue, then its chances as 1 and 0. NaN where a value is
/// undefined, or a chance not asked.
#[must_use]
pub fn each_trial(deal: &Deal, catalogue: &Catalogue, block: &Block) -> Grid<f64> {
    let values = catalogue.values.len();
    let mut all = Grid::new(values + catalogue.chances.len(), block.lanes);
    let mut observer = Observer::new(deal, catalogue, block);
    for (index, (_, value)) in catalogue.values.iter().enumerate() {
        observer.value(*value, index, &mut all);
    }
    let mut tally = Tally::new(block.lanes);
    for (index, (_, chance)) in catalogue.chances.iter().enumerate() {
        observer.chance(*chance, &all, &mut tally);
        let seen = all.row_mut(values + index).iter_mut().zip(&tally.asked).zip(&tally.holds);
        seen.for_each(|((seen, asked), holds)| *seen = if *asked { f64::from(u8::from(*holds)) } else { f64::NAN });
    }
    all
}

/// Observes `block`. `spare` is an old [`Observed`] whose space may be used again.
#[must_use]
pub fn observe(deal: &Deal, catalogue: &Catalogue, block: &Block, spare: Observed) -> Observed {
    let mut observer = Observer::new(deal, catalogue, block);
    let mut observed = spare;
    if observed.values.rows() != catalogue.values.len() || observed.values.lanes() != block.lanes {
        observed.values = Grid::new(catalogue.values.len(), block.lanes);
    }
    observed.lanes = block.lanes;
    for (index, (_, value)) in catalogue.values.iter().enumerate() {
        observer.value(*value, index, &mut observed.values);
    }
    observed.chances.clear();
    let mut tally = Tally::new(block.lanes);
    for (_, chance) in &catalogue.chances {
        observer.chance(*chance, &observed.values, &mut tally);
        observed.chances.push(tally.count());
    }
    observed
}

impl Observer<'_> {
    fn value(&mut self, value: Value, index: usize, values: &mut Grid<f64>) {
        let block = self.block;
        let out = values.row_mut(index);
        // Money is summed in whole minor units, exact in f64, and divided once.
        match value {
            Value::Enrolled => sum_counts(self.enrolled().cells(), out),
            Value::Cost => {
                money(&block.cash.spent, out);
                add_money(&block.cash.shortfall, 1.0, out);
            }
            Value::Spent => money(&block.cash.spent, out),
            Value::Shortfall => money(&block.cash.shortfall, out),
            Value::Residual => {
                money(&block.cash.provider, out);
                add_money(&block.cash.refunded, -1.0, out);
            }
            Value::ProviderResult => money(&self.provider_result(), out),
            Value::WorkingCapital => money(&block.cash.working_capital, out),
            Value::RefundedByProvider => money(&block.cash.refunded, out),
            Value::OutcomeCount(outcome) => self.outcomes(outcome, out),
            Value::OutcomeMedian(outcome) => self.median(outcome, out),
            Value::TrueEffect(outcome) => {
                self.true_effect(outcome, &[], out);
                self.improvements(outcome, out);
            }
            Value::Additional(outcome) => {
                out.copy_from_slice(&self.additional(outcome));
                self.improvements(outcome, out);
            }
            Value::Units(measure) => {
                let found = &block.found().measures[measure];
                if self.deal.measures[measure].minimum_sample > 0 {
                    self.reported_units(found, out);
                } else {
                    sum_counts(found.units.cells(), out);
                    add_amounts(found.totals.cells(), out);
                }
            }
            Value::FoundEffect(measure) => self.found_effect(measure, out),
            Value::PaymentDue(payment) => money(block.owed.payment_due.row(payment), out),
            Value::PaymentPaid(payment) => money(block.owed.payment_paid.row(payment), out),
            Value::TrueEffectGivenPaid(payment) => {
                if let Some(&outcome) = self.catalogue.behind[payment].first() {
                    self.true_effect(outcome, cohorts_behind(self.deal, payment), out);
                    self.improvements(outcome, out);
                }
                self.where_paid(payment, out);
            }
            Value::FoundEffectGivenPaid(payment) => {
                if let Some(measure) = self.deal.payments[payment].first_measure() {
                    self.found_for_each_enrolled(measure, out);
                }
                self.where_paid(payment, out);
            }
            Value::PayorPaid(payor) => money(block.owed.payor_paid.row(payor), out),
            Value::PayorDue(payor) => money(block.owed.payor_due.row(payor), out),
            Value::PayorYear(payor, year) => self.year(payor, year, out),
            Value::PayorPeakYear(payor) => {
                out.fill(0.0);
                for year in 0..self.catalogue.years.iter().last().map_or(0, |last| last + 1) {
                    let mut spent = core::mem::take(&mut self.scratch);
                    self.year(payor, year, &mut spent);
                    raise(out, &spent);
                    self.scratch = spent;
                }
            }
            Value::Benefit(payor) => out.copy_from_slice(&self.worth(payor)[0]),
            Value::NetBenefit(payor) => {
                let [benefit, paid] = self.worth(payor);
                out.iter_mut().zip(benefit.iter().zip(paid)).for_each(|(net, (benefit, paid))| *net = benefit - paid);
            }
            Value::BenefitCostRatio(payor) => {
                let [benefit, paid] = self.worth(payor);
                out.iter_mut().zip(benefit.iter().zip(paid)).for_each(|(out, (benefit, paid))| *out = quotient(*benefit, *paid));
            }
            Value::BreakEvenShare(payor) => {
                let [benefit, paid] = self.worth(payor);
                out.iter_mut().zip(benefit.iter().zip(paid)).for_each(|(out, (benefit, paid))| *out = quotient(*paid, *benefit));
            }
            Value::Defaulted(payor) => money(block.owed.defaulted.row(payor), out),
            Value::Paid => {
                out.fill(0.0);
                self.deal.payors.ids().for_each(|payor| add_money(block.owed.payor_paid.row(payor), 1.0, out));
            }
            Value::Drawn(of) => self.add_tranches(of, &block.cash.standing.drawn, out),
            Value::Received(of) => self.add_tranches(of, &block.cash.received, out),
            Value::Gain(of) => {
                out.fill(0.0);
                for tranche in self.tranches(of) {
                    add_money(block.cash.received.row(tranche), 1.0, out);
                    add_money(block.cash.standing.drawn.row(tranche), -1.0, out);
                }
            }
            Value::Irr(of) => {
                let mut kinds = vec![IrrKind::NotDrawn; block.lanes];
                irr_block(self.flows(of).cells(), block.lanes, f64::from(self.deal.timeline.length.per_year()), out, &mut kinds);
                self.kinds.push((of, kinds));
            }
            Value::Multiple(of) => {
                let mut drawn = core::mem::take(&mut self.scratch);
                self.add_tranches(of, &block.cash.standing.drawn, &mut drawn);
                self.add_tranches(of, &block.cash.received, out);
                out.iter_mut()
                    .zip(&drawn)
                    .for_each(|(multiple, drawn)| *multiple = if *drawn > 0.0 { *multiple / drawn } else { f64::NAN });
                self.scratch = drawn;
            }
            Value::NetPresentValue(of) => self.present_value(of, out),
            Value::Recycled(tranche) => money(block.cash.pots.row(tranche), out),
            Value::Guaranteed(guarantee) => money(block.cash.guaranteed.row(guarantee), out),
            Value::Bonus(bonus) => money(block.cash.bonuses.row(bonus), out),
            Value::Outside => money(&block.cash.outside, out),
            Value::Avoided => money(&block.cash.avoided, out),
            Value::UnpaidToPayors => money(&block.cash.unpaid_to_payors, out),
            Value::UnpaidTo(payor) => money(block.owed.unrefunded.row(payor), out),
            Value::Cuts(limit) => {
                out.fill(0.0);
                let sign = if matches!(limit, Limit::Floor(_)) { -1.0 } else { 1.0 };
                block.owed.cut_by(limit).into_iter().for_each(|cut| add_money(cut, sign, out));
            }
        }
        if value.is_money() {
            divide(out, self.units);
        }
    }

    /// What the provider makes of the deal, to the minor unit.
    pub(super) fn provider_result(&self) -> Vec<i64> {
        let cash = &self.block.cash;
        let mut result = cash.provider.clone();
        let mut add = |sign: i64, terms: &[i64]| result.iter_mut().zip(terms).for_each(|(sum, term)| *sum += sign * term);
        add(-1, &cash.refunded);
        add(-1, &cash.shortfall);
        (0..cash.bonuses.rows()).for_each(|bonus| add(1, cash.bonuses.row(bonus)));
        for fee in self.deal.capital.tranches.ids().filter(|&at| self.deal.capital.tranches[at].kind == TrancheKind::DeferredFee) {
            add(1, cash.received.row(fee));
            add(-1, cash.standing.drawn.row(fee));
        }
        result
    }

    fn add_tranches(&self, of: Investment, amounts: &Grid<i64, TrancheId>, out: &mut [f64]) {
        out.fill(0.0);
        self.tranches(of).into_iter().for_each(|tranche| add_money(amounts.row(tranche), 1.0, out));
    }

    /// Units of the groups that are large enough to be reported.
    fn reported_units(&mut self, found: &Estimate, out: &mut [f64]) {
        out.fill(0.0);
        for group in found.groups() {
            found.statistic(Statistic::Units, group, &mut self.scratch);
            out.iter_mut().zip(&self.scratch).filter(|(_, units)| !units.is_nan()).for_each(|(sum, units)| *sum += units);
        }
    }

    fn found_effect(&mut self, measure: MeasureId, out: &mut [f64]) {
        let found = &self.block.found().measures[measure];
        out.fill(0.0);
        for group in found.groups() {
            found.statistic(Statistic::Additional, group, &mut self.scratch);
            out.iter_mut().zip(&self.scratch).for_each(|(sum, additional)| *sum += additional);
        }
        sum_counts(found.enrolled.cells(), &mut self.scratch);
        // As the true effect: the sum over rounds for a person.
        let rounds = self.deal.rounds(measure) as f64;
        out.iter_mut().zip(&self.scratch).for_each(|(sum, people)| *sum /= people / rounds);
    }

    /// What a measure finds for each person enrolled: without treatment on the treated, on the scale of the true effect.
    fn found_for_each_enrolled(&mut self, measure: MeasureId, out: &mut [f64]) {
        let own = &self.deal.measures[measure];
        if let Method::Blend(parts) = &own.method {
            let mut part = vec![0.0; out.len()];
            out.fill(0.0);
            for &(measure, weight) in parts {
                self.found_for_each_enrolled(measure, &mut part);
                out.iter_mut().zip(&part).for_each(|(sum, part)| *sum += weight * part);
            }
            return;
        }
        self.found_effect(measure, out);
        out.iter_mut().for_each(|effect| *effect *= own.treated_share);
    }

    /// Leaves `out` undefined where `payment` pays nothing.
    fn where_paid(&self, payment: PaymentId, out: &mut [f64]) {
        let paid = self.block.owed.payment_paid.row(payment);
        out.iter_mut().zip(paid).filter(|(_, paid)| **paid <= 0).for_each(|(value, _)| *value = f64::NAN);
    }

    fn year(&self, payor: PayorId, year: usize, out: &mut [f64]) {
        out.fill(0.0);
        for (period, _) in self.catalogue.years.pairs().filter(|(_, at)| **at == year) {
            add_money(self.block.owed.paid_in(payor, period), 1.0, out);
        }
    }

    /// Turns changes of an outcome to improvements: above zero is for the better.
    fn improvements(&self, outcome: OutcomeId, changes: &mut [f64]) {
        let outcome = &self.deal.outcomes[outcome];
        if outcome.fewer_is_better {
            changes.iter_mut().for_each(|change| *change = outcome.improvement(*change));
        }
    }

    fn present_value(&self, of: Investment, out: &mut [f64]) {
        let timeline = &self.deal.timeline;
        let factors = discount_factors(self.deal.hurdle, f64::from(timeline.length.per_year()), timeline.periods as usize);
        out.fill(0.0);
        for (period, factor) in (0..).map(PeriodId).zip(factors) {
            add_money(self.flows(of).row(period), factor, out);
        }
    }

    pub(super) fn column<'g>(&self, value: Value, values: &'g Grid<f64>) -> &'g [f64] {
        values.row(*self.places.get(&value).expect("every chance's values are in the catalogue"))
    }
}

/// An amount over another, in minor units; undefined where that is not at least half a minor unit, which is nothing.
fn quotient(amount: f64, over: f64) -> f64 {
    if over >= HALF_A_UNIT { amount / over } else { f64::NAN }
}

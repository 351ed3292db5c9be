//! From a block to its numbers.

use std::borrow::Cow;

use super::catalogue::{Catalogue, Investment, Value, effect_behind};
use super::chances::Tally;
use super::columns::{add_amounts, add_money, divide, money, raise, sum_counts};
use crate::deal::{Deal, Statistic, TrancheKind};
use crate::engine::Block;
use crate::finance::{IrrKind, discount_factors, irr_block};
use crate::numeric::grid::Grid;
use crate::numeric::whole::add;
use crate::settlement::Limit;

/// Returns this close to the hurdle have reached it: a loan that earns exactly its 5% reaches 5%.
pub(super) const TIE: f64 = 1e-9;

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

/// Prepared constants and working space for one observer.
pub(super) struct Observer<'a> {
    pub(super) deal: &'a Deal,
    pub(super) block: &'a Block,
    catalogue: &'a Catalogue,
    /// Minor units in a major one.
    units: f64,
    /// Flows of all loans and equity together, by period.
    together: Option<Grid<i64>>,
    pub(super) kinds: Vec<(Investment, Vec<IrrKind>)>,
    scratch: Vec<f64>,
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

impl<'a> Observer<'a> {
    fn new(deal: &'a Deal, catalogue: &'a Catalogue, block: &'a Block) -> Self {
        let units = deal.currency.minor_units() as f64;
        let mut observer = Self { deal, block, catalogue, units, together: None, kinds: Vec::new(), scratch: vec![0.0; block.lanes] };
        if catalogue.loans.len() > 1 {
            observer.together = Some(observer.add_flows());
        }
        observer
    }

    fn add_flows(&self) -> Grid<i64> {
        let mut sum = Grid::new(self.deal.timeline.periods as usize, self.block.lanes);
        for &loan in &self.catalogue.loans {
            for period in 0..sum.rows() {
                add(sum.row_mut(period), self.block.cash.flows[loan].row(period));
            }
        }
        sum
    }

    fn flows(&self, of: Investment) -> &Grid<i64> {
        match of {
            Investment::Tranche(tranche) => &self.block.cash.flows[tranche],
            Investment::Together => self.together.as_ref().unwrap_or(&self.block.cash.flows[self.catalogue.loans[0]]),
        }
    }

    /// The tranches that `of` is made of.
    pub(super) fn tranches(&self, of: Investment) -> Vec<usize> {
        match of {
            Investment::Tranche(tranche) => vec![tranche],
            Investment::Together => self.catalogue.loans.clone(),
        }
    }

    fn value(&mut self, value: Value, index: usize, values: &mut Grid<f64>) {
        let block = self.block;
        let out = values.row_mut(index);
        // Money is summed in whole minor units, exact in f64, and divided once.
        match value {
            Value::Enrolled => sum_counts(&block.world.enrolled, out),
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
            Value::OutcomeCount(outcome) => {
                let truth = &block.world.outcomes[outcome];
                sum_counts(&truth.count, out);
                add_amounts(&truth.total, out);
            }
            Value::OutcomeMedian(outcome) => self.median(outcome, out),
            Value::TrueEffect(outcome) => out.copy_from_slice(&block.world.outcomes[outcome].true_effect),
            Value::Additional(outcome) => out.copy_from_slice(&block.world.outcomes[outcome].additional),
            Value::Units(measure) => {
                sum_counts(&block.findings.measures[measure].units, out);
                add_amounts(&block.findings.measures[measure].totals, out);
            }
            Value::FoundEffect(measure) => self.found_effect(measure, out),
            Value::PaymentDue(payment) => money(block.owed.payment_due.row(payment), out),
            Value::PaymentPaid(payment) => money(block.owed.payment_paid.row(payment), out),
            Value::TrueEffectGivenPaid(payment) => {
                if let Some(outcome) = effect_behind(self.deal, payment) {
                    self.true_effect(outcome, cohorts_behind(self.deal, payment), out);
                }
                self.where_paid(payment, out);
            }
            Value::FoundEffectGivenPaid(payment) => {
                if let Some(measure) = self.deal.payments[payment].first_measure() {
                    self.found_effect(measure, out);
                }
                self.where_paid(payment, out);
            }
            Value::PayorPaid(payor) => money(block.owed.payor_paid.row(payor), out),
            Value::PayorDue(payor) => money(block.owed.payor_due.row(payor), out),
            Value::PayorYear(payor, year) => self.year(payor, year, out),
            Value::PayorPeakYear(payor) => {
                out.fill(0.0);
                for year in 0..self.deal.timeline.fiscal_years().len() {
                    let mut spent = core::mem::take(&mut self.scratch);
                    self.year(payor, year, &mut spent);
                    raise(out, &spent);
                    self.scratch = spent;
                }
            }
            Value::Benefit(payor) | Value::NetBenefit(payor) => self.benefit(payor, matches!(value, Value::NetBenefit(_)), out),
            Value::BenefitCostRatio(payor) => {
                self.benefit(payor, false, out);
                let paid = block.owed.payor_paid.row(payor);
                out.iter_mut().zip(paid).for_each(|(benefit, paid)| *benefit = if *paid > 0 { *benefit / *paid as f64 } else { f64::NAN });
            }
            Value::BreakEvenShare(payor) => {
                self.benefit(payor, false, out);
                let paid = block.owed.payor_paid.row(payor);
                out.iter_mut().zip(paid).for_each(|(share, paid)| *share = if *share > 0.0 { *paid as f64 / *share } else { f64::NAN });
            }
            Value::Unhonoured(payor) => money(block.owed.unhonoured.row(payor), out),
            Value::Paid => {
                out.fill(0.0);
                (0..self.deal.payors.len()).for_each(|payor| add_money(block.owed.payor_paid.row(payor), 1.0, out));
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
        for fee in (0..self.deal.capital.tranches.len()).filter(|&at| self.deal.capital.tranches[at].kind == TrancheKind::DeferredFee) {
            add(1, cash.received.row(fee));
            add(-1, cash.standing.drawn.row(fee));
        }
        result
    }

    fn add_tranches(&self, of: Investment, amounts: &Grid<i64>, out: &mut [f64]) {
        out.fill(0.0);
        self.tranches(of).into_iter().for_each(|tranche| add_money(amounts.row(tranche), 1.0, out));
    }

    /// Medians of cohorts and rounds are kept as amounts of each person that could have the outcome.
    fn median(&mut self, outcome: usize, out: &mut [f64]) {
        let world = &self.block.world;
        let total = &world.outcomes[outcome].total;
        out.fill(0.0);
        add_amounts(total, out);
        let given = self.deal.outcomes[outcome].given;
        let people = given.map_or(&world.enrolled, |given| &world.outcomes[given].count);
        sum_counts(people, &mut self.scratch);
        let times = (total.rows() / people.rows()) as f64;
        out.iter_mut()
            .zip(&self.scratch)
            .for_each(|(median, people)| *median = if *people > 0.0 { *median / (people * times) } else { f64::NAN });
    }

    fn found_effect(&mut self, measure: usize, out: &mut [f64]) {
        let found = &self.block.findings.measures[measure];
        out.fill(0.0);
        for group in 0..found.enrolled.rows() {
            found.statistic(Statistic::Additional, group, &mut self.scratch);
            out.iter_mut().zip(&self.scratch).for_each(|(sum, additional)| *sum += additional);
        }
        sum_counts(&found.enrolled, &mut self.scratch);
        // As the true effect: the sum over rounds for a person.
        let rounds = self.deal.rounds(measure) as f64;
        out.iter_mut().zip(&self.scratch).for_each(|(sum, people)| *sum = if *people > 0.0 { *sum / (people / rounds) } else { 0.0 });
    }

    /// Leaves `out` undefined where `payment` pays nothing.
    fn where_paid(&self, payment: usize, out: &mut [f64]) {
        let paid = self.block.owed.payment_paid.row(payment);
        out.iter_mut().zip(paid).filter(|(_, paid)| **paid <= 0).for_each(|(value, _)| *value = f64::NAN);
    }

    fn year(&self, payor: usize, year: usize, out: &mut [f64]) {
        out.fill(0.0);
        for period in (0..self.deal.timeline.periods).filter(|&period| self.deal.timeline.fiscal_year_index(period) == year) {
            add_money(self.block.owed.paid_in(payor, period as usize), 1.0, out);
        }
    }

    /// Expected outcomes that would not have happened otherwise, in these cohorts (indices); in all of them where none are named.
    pub(super) fn additional(&self, outcome: usize, cohorts: &[usize]) -> Cow<'_, [f64]> {
        let world = &self.block.world;
        let truth = &world.outcomes[outcome];
        if cohorts.is_empty() {
            return Cow::Borrowed(&truth.additional);
        }
        let mut sum = vec![0.0; self.block.lanes];
        for row in (0..truth.with.rows()).filter(|row| cohorts.contains(&(row % world.enrolled.rows()))) {
            let rates = truth.with.row(row).iter().zip(truth.without.row(row));
            let people = world.enrolled.row(row % world.enrolled.rows());
            sum.iter_mut()
                .zip(rates)
                .zip(people)
                .for_each(|((sum, (with, without)), people)| *sum += f64::from(*people) * (with - without));
        }
        Cow::Owned(sum)
    }

    /// True effect on a person enrolled in these cohorts (indices), or in any where none are named.
    fn true_effect(&self, outcome: usize, cohorts: &[usize], out: &mut [f64]) {
        let world = &self.block.world;
        if cohorts.is_empty() {
            return out.copy_from_slice(&world.outcomes[outcome].true_effect);
        }
        out.fill(0.0);
        for &cohort in cohorts {
            out.iter_mut().zip(world.enrolled.row(cohort)).for_each(|(sum, people)| *sum += f64::from(*people));
        }
        for (out, added) in out.iter_mut().zip(self.additional(outcome, cohorts).iter()) {
            *out = if *out > 0.0 { added / *out } else { 0.0 };
        }
    }

    fn benefit(&self, payor: usize, net: bool, out: &mut [f64]) {
        out.fill(0.0);
        for &(outcome, value) in &self.deal.payors[payor].value_per_outcome {
            let value = value.0 as f64;
            let value = self.deal.outcomes[outcome].improvement(value);
            let additional = self.additional(outcome, &self.deal.payors[payor].cohorts);
            out.iter_mut().zip(additional.iter()).for_each(|(sum, additional)| *sum += value * additional);
        }
        if net {
            add_money(self.block.owed.payor_paid.row(payor), -1.0, out);
        }
    }

    fn present_value(&self, of: Investment, out: &mut [f64]) {
        let timeline = &self.deal.timeline;
        let factors = discount_factors(self.deal.hurdle, f64::from(timeline.length.per_year()), timeline.periods as usize);
        out.fill(0.0);
        for (period, factor) in factors.into_iter().enumerate() {
            add_money(self.flows(of).row(period), factor, out);
        }
    }

    pub(super) fn column<'g>(&self, value: Value, values: &'g Grid<f64>) -> &'g [f64] {
        let index = self.catalogue.values.iter().position(|(_, known)| *known == value);
        values.row(index.expect("every chance's values are in the catalogue"))
    }
}

/// The cohorts (indices) that a payment is for; none where it is for all of them.
pub(super) fn cohorts_behind(deal: &Deal, payment: usize) -> &[usize] {
    let payment = &deal.payments[payment];
    match (payment.claims.cohorts.as_slice(), payment.first_measure()) {
        ([], Some(measure)) => &deal.measures[measure].cohorts,
        (cohorts, _) => cohorts,
    }
}

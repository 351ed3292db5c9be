//! How much money can pass through a deal in its worst future? From what is written, in minor units; a bound, not an estimate.
//!
//! Settlement and waterfall add whole minor units in 64 bits. Whatever they add is a sum of some of what is listed here, each taken at most
//! four times: what is due and what of it is cut, paid, held, refunded and paid back; costs; what is drawn, owed and guaranteed; bonuses. So
//! sums stay below 2⁶² where the list adds up to at most [`MOST_MONEY`].

use crate::numeric::each::Each;
use std::collections::HashMap;

use crate::deal::{
    BonusSize, CohortId, Cost, CostBasis, Deal, Due, GroupId, LARGEST_RATIO, MeasureId, Payment, PaymentId, Price, TrancheId, TrancheKind,
};
use crate::numeric::math;
use crate::quantity::LARGEST_AMOUNT;

/// Most minor units, 2⁵⁹, that [`Deal::most_moved`] may add up to.
pub const MOST_MONEY: f64 = (1i64 << 59) as f64;

/// What all claims without a bound, or all bonuses that a formula gives, come to at most: 2⁵⁷ minor units.
pub const MOST_UNBOUND: i64 = 1 << 57;

/// What all costs for each unit of a quantity come to at most: 2⁵³ minor units.
const MOST_OF_QUANTITIES: f64 = (1i64 << 53) as f64;

/// Where money is stated. All indices are those of the deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stated {
    /// The price of a payment, by its terms.
    Price(PaymentId, usize),
    /// The least or most of a payment that grows with people.
    Limits(PaymentId),
    /// A line of the budget.
    Cost(usize),
    /// A tranche.
    Tranche(TrancheId),
    /// A bonus or malus.
    Bonus(usize),
}

/// How much money may move.
#[derive(Clone, Debug, Default)]
pub struct Moved {
    /// The most that each part may move, in minor units.
    pub parts: Vec<(Stated, f64)>,
    /// Prices that state an amount beyond which a claim has no value.
    pub without_value: Vec<Stated>,
}

/// Largest amount of one of so many claims, in minor units: beyond it a claim has no value.
#[must_use]
pub fn largest_claim(claims: u64) -> f64 {
    (LARGEST_AMOUNT as f64).min(MOST_UNBOUND as f64 / claims.max(1) as f64)
}

/// The most that one period's bonus of a formula comes to, in minor units, of so many in so many periods.
#[must_use]
pub fn largest_bonus(bonuses: usize, periods: usize) -> f64 {
    (MOST_UNBOUND / (bonuses.max(1) * periods.max(1)) as i64) as f64
}

impl Deal {
    /// The most that each part may move in one future. Amounts that settlement and waterfall hold down themselves (claims on a formula, costs
    /// of quantities) count as what they are held to.
    #[must_use]
    pub fn most_moved(&self) -> Moved {
        let mut moved = Moved::default();
        let people: Each<CohortId, f64> = self.program.cohorts.ids().map(|cohort| self.most_people_of(cohort)).collect();
        let claimed = self.most_claimed(&people, &mut moved);
        let costs = self.most_spent(&people, &mut moved.parts);
        let years = f64::from(self.timeline.periods) / f64::from(self.timeline.length.per_year());
        for (index, tranche) in self.capital.tranches.pairs() {
            let rate = tranche.coupon.highest().max(tranche.return_cap.unwrap_or(0.0));
            let rise = if rate == 0.0 { 1.0 } else { math::pow(1.0 + rate, years) };
            // What a recyclable grant paid for is owed again, each time.
            let again = if matches!(tranche.kind, TrancheKind::RecyclableGrant { pot: None }) { costs } else { 0.0 };
            moved.parts.push((Stated::Tranche(index), grown(tranche.amount.0 as f64, rise) + again));
        }
        for (index, bonus) in self.capital.bonuses.iter().enumerate() {
            let times = if bonus.period.is_some() { 1.0 } else { f64::from(self.timeline.periods) };
            let most = match bonus.size {
                BonusSize::Amount(amount) => amount.0.abs() as f64 * times,
                BonusSize::ShareOfReceipts(share) => share.abs() * claimed,
                BonusSize::Set(_) => MOST_UNBOUND as f64 / self.capital.bonuses.len() as f64,
            };
            moved.parts.push((Stated::Bonus(index), most));
        }
        moved
    }

    /// Most people that can come to a cohort, whatever the laws say: studies change these.
    fn most_people_of(&self, cohort: CohortId) -> f64 {
        let planned = f64::from(self.program.cohorts[cohort].size) * LARGEST_RATIO;
        planned.min(f64::from(self.program.capacity_of(cohort)))
    }

    /// Adds what payments may come to, and says what that is in all.
    fn most_claimed(&self, people: &Each<CohortId, f64>, moved: &mut Moved) -> f64 {
        let dues: Each<PaymentId, Vec<Due>> = self
            .payments
            .ids()
            .map(|payment| self.dues(payment).into_iter().filter(|due| due.period < self.timeline.periods).collect())
            .collect();
        let largest = largest_claim(dues.iter().map(Vec::len).sum::<usize>() as u64);
        let mut groups: HashMap<MeasureId, Each<GroupId, f64>> = HashMap::new();
        let in_group = |group: &Vec<CohortId>| group.iter().map(|&cohort| people[cohort]).sum::<f64>();
        let mut sum = 0.0;
        for ((index, payment), dues) in self.payments.pairs().zip(&dues) {
            let (mut of_terms, mut widest) = (vec![0.0; payment.terms.len()], 0.0f64);
            for due in dues {
                let people = due.measure.map(|measure| {
                    let groups = groups.entry(measure).or_insert_with(|| self.measure_groups(measure).map(in_group));
                    groups[due.group]
                });
                widest = widest.max(people.unwrap_or(0.0));
                let factor = payment.factor(self, due.known);
                let claim = self.stated_of_claim(payment, due, people).map_or(largest, |stated| grown(stated, factor));
                of_terms[due.terms] += claim * payment.instalments[due.instalment].share;
                if !(grown(payment.terms[due.terms].price.largest_stated(), factor) <= largest) {
                    moved.without_value.push(Stated::Price(index, due.terms));
                }
            }
            let per_head = [payment.limits.per_person, payment.limits.per_enrolled].into_iter().flatten().map(|cap| cap.0 as f64);
            let limits = payment.limits.floor.map_or(0.0, |floor| floor.0 as f64) + per_head.fold(0.0, f64::max) * widest;
            sum += of_terms.iter().sum::<f64>() + limits;
            moved.parts.extend(of_terms.into_iter().enumerate().map(|(terms, most)| (Stated::Price(index, terms), most)));
            moved.parts.push((Stated::Limits(index), limits));
        }
        moved.without_value.dedup();
        sum
    }

    /// What one claim can come to at the prices of the start by what is stated; `None` where nothing stated bounds it.
    fn stated_of_claim(&self, payment: &Payment, due: &Due, people: Option<f64>) -> Option<f64> {
        let counted = |measure: &MeasureId| self.measures[*measure].counts_people(self);
        let people = due.measure.filter(counted).and(people);
        match &payment.terms[due.terms].price {
            Price::PerUnit { each, .. } => Some(each.0 as f64 * people?),
            Price::PerAdditional(each) => {
                Some(each.0 as f64 * people? / due.measure.map_or(1.0, |measure| self.measures[measure].treated_share))
            }
            Price::RateCard(lines) => Some(lines[due.line].each.0 as f64 * people?),
            Price::Tiers(tiers) => Some(tiers.iter().map(|tier| tier.each.0).max().unwrap_or(0) as f64 * people?),
            Price::LumpSum(amount) => Some(amount.0 as f64),
            price @ Price::Table(table) => table.rows.iter().all(|row| row.slope == 0.0).then(|| price.largest_stated()),
            Price::Savings { .. } | Price::Formula(..) => None,
        }
    }

    /// Adds what the budget may come to, and says what that is in all.
    fn most_spent(&self, people: &Each<CohortId, f64>, all: &mut Vec<(Stated, f64)>) -> f64 {
        let costs = &self.program.costs;
        let line = |cost: &Cost| {
            let here = |cohort: &CohortId| cost.cohorts.is_empty() || cost.cohorts.contains(cohort);
            let cohorts = || people.ids().filter(here).map(|cohort| people[cohort]);
            let planned = match cost.basis {
                CostBasis::PerParticipant(each) => each.0 as f64 * cohorts().sum::<f64>(),
                CostBasis::PerGroup { amount, people } => {
                    amount.0 as f64 * cohorts().map(|most| (most / f64::from(people)).ceil()).sum::<f64>()
                }
                CostBasis::PerOutcome { outcome, .. } if !self.outcomes[outcome].is_yes_no() => return MOST_OF_QUANTITIES,
                CostBasis::PerOutcome { amount, outcome } => {
                    amount.0 as f64 * cohorts().sum::<f64>() * f64::from(self.outcomes[outcome].rounds.count)
                }
                CostBasis::PerPeriod { amount, first, last } => amount.0 as f64 * f64::from(last - first + 1),
                CostBasis::Once { amount, .. } => amount.0 as f64,
                CostBasis::Share(_) => 0.0,
            };
            grown(planned, self.dearest(cost)) * LARGEST_RATIO
        };
        let most: Vec<f64> = costs.iter().map(line).collect();
        // All quantities share one bound.
        let quantities = costs.iter().filter(|cost| self.is_of_quantity(cost)).count().max(1) as f64;
        let others: f64 =
            costs.iter().zip(&most).map(|(cost, most)| if self.is_of_quantity(cost) { most / quantities } else { *most }).sum();
        let mut sum = 0.0;
        for (index, (cost, most)) in costs.iter().zip(most).enumerate() {
            let most = match cost.basis {
                CostBasis::Share(share) if cost.overrun.is_constant() == Some(1.0) => others * share,
                CostBasis::Share(share) => others * share * LARGEST_RATIO,
                _ if self.is_of_quantity(cost) => most / quantities,
                _ => most,
            };
            sum += most;
            all.push((Stated::Cost(index), most));
        }
        sum
    }

    fn is_of_quantity(&self, cost: &Cost) -> bool {
        matches!(cost.basis, CostBasis::PerOutcome { outcome, .. } if !self.outcomes[outcome].is_yes_no())
    }

    /// By what the prices of a budget line have risen at most.
    fn dearest(&self, cost: &Cost) -> f64 {
        let years = f64::from(self.timeline.periods - 1) / f64::from(self.timeline.length.per_year());
        if cost.inflation > 0.0 { math::pow(1.0 + cost.inflation, years) } else { 1.0 }
    }

    /// The most that a quantity's costs of one cohort in one round come to before inflation and overrun, in minor units: so all of them
    /// together can be counted.
    #[must_use]
    pub fn largest_quantity_cost(&self) -> f64 {
        let rows = |cost: &Cost| match cost.basis {
            CostBasis::PerOutcome { outcome, .. } if self.is_of_quantity(cost) => {
                self.program.cohorts.len() as f64 * f64::from(self.outcomes[outcome].rounds.count) * self.dearest(cost)
            }
            _ => 0.0,
        };
        let all: f64 = self.program.costs.iter().map(rows).sum();
        (MOST_OF_QUANTITIES / LARGEST_RATIO / all.max(1.0)).floor()
    }
}

/// An amount times a factor, which may be infinite; nothing stays nothing.
fn grown(amount: f64, factor: f64) -> f64 {
    if amount == 0.0 { 0.0 } else { amount * factor }
}

//! What is the program planned to cost, and how much can payors ever pay? From what is written, in minor units.

use crate::deal::{CohortId, Cost, CostBasis, Deal, GroupId, MeasureId, OutcomeId, OutcomeKind, Payment, PaymentId, Price, Table};
use crate::numeric::each::Each;
use crate::sampling::Distribution;

impl Deal {
    /// What the program costs if everything goes as planned, in minor units, 0 or more: every place filled, outcomes at their means, prices of
    /// the first day. Without what others pay.
    #[must_use]
    pub fn planned_cost(&self) -> f64 {
        let all = || self.program.costs.iter();
        let share: f64 = all().map(|cost| if let CostBasis::Share(share) = cost.basis { share } else { 0.0 }).sum();
        let sizes = self.program.cohorts.map(|cohort| cohort.size);
        let lines = self.program.costs.iter().enumerate().filter(|(_, cost)| !cost.outside_raise);
        let raised: f64 = lines.map(|(index, _)| self.planned_line(index, &sizes)).sum();
        raised * (1.0 + share)
    }

    /// What a budget line (index) costs where so many enrol in each cohort and outcomes are at their means, at the prices of the first day, in
    /// minor units; 0 for a share of the others.
    #[must_use]
    pub fn planned_line(&self, cost: usize, enrolled: &Each<CohortId, u32>) -> f64 {
        let Cost { basis, cohorts: only, .. } = &self.program.costs[cost];
        let sizes = || {
            let cohorts = enrolled.pairs();
            cohorts.filter(|(cohort, _)| only.is_empty() || only.contains(cohort)).map(|(_, size)| *size)
        };
        let people: f64 = sizes().map(f64::from).sum();
        match *basis {
            CostBasis::PerParticipant(amount) => amount.0 as f64 * people,
            CostBasis::PerGroup { amount, people } => amount.0 as f64 * sizes().map(|size| f64::from(size.div_ceil(people))).sum::<f64>(),
            CostBasis::PerOutcome { amount, outcome } => {
                let rounds = f64::from(self.outcomes[outcome].rounds.count);
                amount.0 as f64 * people * rounds * self.expected(outcome)[1]
            }
            CostBasis::PerPeriod { amount, first, last } => amount.0 as f64 * f64::from(last.saturating_sub(first) + 1),
            CostBasis::Once { amount, .. } => amount.0 as f64,
            CostBasis::Share(_) => 0.0,
        }
    }

    /// What is expected of an outcome per person enrolled, without the program and with it, from the means of its laws: of a step of
    /// the program nothing without it. Zeros of an outcome that looks at the persons' amounts of another.
    #[must_use]
    pub fn expected(&self, outcome: OutcomeId) -> [f64; 2] {
        let of = &self.outcomes[outcome];
        if matches!(of.kind, OutcomeKind::Above { .. } | OutcomeKind::Median { .. }) {
            return [0.0; 2];
        }
        let parent = of.given.map_or([1.0; 2], |given| self.expected(given));
        let base = of.base.mean();
        let effect = of.effect.as_ref().map_or(0.0, Distribution::mean) * if of.relative { base } else { 1.0 };
        let reached = of.effect_through.map_or(1.0, |step| self.expected(step)[1]);
        let with = base + effect * reached;
        let with = if of.is_yes_no() { with.clamp(0.0, 1.0) } else { with };
        match of.has_counterfactual() {
            true => [parent[0] * base, parent[1] * with],
            false if of.given.is_some() => [parent[0] * base, parent[1] * base],
            false => [0.0, base],
        }
    }

    /// The most that all payors together can ever pay, in minor units: their caps, or what their payments can come to; infinite where
    /// nothing limits it.
    #[must_use]
    pub fn most_payable(&self) -> f64 {
        let years = self.timeline.fiscal_years().len() as f64;
        let promised: Vec<f64> = self.payments.pairs().map(|(index, payment)| self.most_of(index, payment)).collect();
        let mut owed = self.payors.map(|_| 0.0);
        for (payment, most) in self.payments.iter().zip(&promised) {
            payment.payors.iter().filter(|(_, share)| *share > 0.0).for_each(|&(payor, share)| owed[payor] += share * most);
        }
        let of_payor = |(payor, due): (&crate::deal::Payor, f64)| {
            let cap = payor.cap.map_or(f64::INFINITY, |cap| cap.0 as f64);
            let yearly = payor.cap_per_fiscal_year.map_or(f64::INFINITY, |cap| cap.0 as f64 * years);
            let voted: f64 = payor.appropriations.iter().map(|amount| amount.0 as f64).sum();
            due.min(cap).min(yearly).min(if payor.appropriations.is_empty() { f64::INFINITY } else { voted })
        };
        let all: f64 = self.payors.iter().zip(owed).map(of_payor).sum();
        all.min(self.cap.map_or(f64::INFINITY, |cap| cap.0 as f64))
    }

    fn most_of(&self, index: PaymentId, payment: &Payment) -> f64 {
        let limits = &payment.limits;
        let caps = payment.terms.iter().map(|terms| terms.cap.map_or(f64::INFINITY, |cap| cap.0 as f64)).fold(0.0, f64::max);
        let years = self.timeline.fiscal_years().len() as f64;
        let yearly = limits.per_fiscal_year.map_or(f64::INFINITY, |cap| cap.0 as f64 * years);
        let rising = payment.escalator.is_some_and(|escalator| escalator.per_year > 0.0);
        let claims: f64 = match rising {
            true => f64::INFINITY,
            false => {
                // Most people of each group, looked up once.
                let most: Vec<Each<GroupId, f64>> = payment.measures().into_iter().map(|measure| self.most_by_group(measure)).collect();
                let share = |due: &crate::deal::Due| payment.instalments[due.instalment].share;
                self.planned_dues(index).iter().map(|due| self.most_due(payment, due, &most) * share(due)).sum()
            }
        };
        let most = (claims * (1.0 - payment.discount)).min(caps).min(yearly);
        limits.floor.map_or(most, |floor| most.max(floor.0 as f64))
    }

    /// The most people that can enrol in each group of a measure.
    fn most_by_group(&self, measure: MeasureId) -> Each<GroupId, f64> {
        self.measure_groups(measure).map(|cohorts| cohorts.iter().map(|&cohort| self.most_enrolled(cohort)).sum())
    }

    /// The most that one claim can come to; `most` people enrol in each group, by line.
    fn most_due(&self, payment: &Payment, due: &crate::deal::Due, most: &[Each<GroupId, f64>]) -> f64 {
        let people = |measure: Option<MeasureId>| match measure.filter(|&measure| self.measures[measure].counts_people(self)) {
            Some(_) => most[due.line][due.group],
            None => f64::INFINITY,
        };
        match &payment.terms[due.terms].price {
            Price::LumpSum(amount) => amount.0 as f64,
            Price::PerUnit { each, .. } => each.0 as f64 * people(due.measure),
            Price::PerAdditional(each) => {
                let treated = due.measure.map_or(1.0, |measure| self.measures[measure].treated_share);
                each.0 as f64 * people(due.measure) / treated
            }
            Price::RateCard(lines) => lines[due.line].each.0 as f64 * people(due.measure),
            Price::Table(table) => most_of_table(table),
            Price::Tiers(_) | Price::Savings { .. } | Price::Formula(..) => f64::INFINITY,
        }
    }
}

fn most_of_table(table: &Table) -> f64 {
    let ends = table.rows.iter().enumerate().map(|(index, row)| match table.rows.get(index + 1) {
        _ if row.slope <= 0.0 => row.value,
        Some(next) => row.value + row.slope * (next.from - row.from),
        None => f64::INFINITY,
    });
    ends.fold(table.otherwise.max(0.0), f64::max)
}

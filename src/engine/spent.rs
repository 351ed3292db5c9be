//! What did the work cost that is done already?
//!
//! A line whose cost is known in all cost that, over the periods in which it was planned. Of a line that goes on, what was spent so far
//! tells its overrun, which is one number for its whole life.

use std::borrow::Cow;

use crate::deal::{Cost, CostBasis, Deal};
use crate::numeric::math;
use crate::quantity::Money;
use crate::sampling::Distribution;

/// `deal` with the costs that are known of it.
pub(super) fn spent(deal: &Deal) -> Cow<'_, Deal> {
    let known = |so_far: &&std::sync::Arc<crate::deal::SoFar>| !(so_far.results.costs.is_empty() && so_far.results.spent.is_empty());
    let Some(so_far) = deal.so_far.as_ref().filter(known) else { return Cow::Borrowed(deal) };
    let mut own = deal.clone();
    // Where people have enrolled, the plan is for them.
    let cohorts = deal.program.cohorts.ids();
    cohorts
        .for_each(|cohort| own.program.cohorts[cohort].size = so_far.enrolled(deal, cohort).unwrap_or(deal.program.cohorts[cohort].size));
    let mut lines = Vec::new();
    for (index, line) in deal.program.costs.iter().enumerate() {
        let of = |list: &[(usize, Money)]| list.iter().find(|(cost, _)| *cost == index).map(|(_, amount)| *amount);
        if let Some(total) = of(&so_far.results.costs) {
            lines.extend(spread(&own, &Cost { overrun: Distribution::constant(1.0), ..line.clone() }, total));
        } else if let Some(spent) = of(&so_far.results.spent) {
            let until = planned_until(&own, line, so_far.through, so_far.late());
            let ratio = if until > 0.0 { spent.0 as f64 / until } else { 1.0 };
            lines.push(Cost { overrun: Distribution::constant(ratio), ..line.clone() });
        } else {
            lines.push(line.clone());
        }
    }
    let sizes = deal.program.cohorts.map(|cohort| cohort.size);
    own.program.cohorts.iter_mut().zip(sizes.iter()).for_each(|(cohort, size)| cohort.size = *size);
    own.program.costs = lines;
    Cow::Owned(own)
}

/// What `line` was to cost up to the end of period `through`, in minor units, where everybody is `late` by whole periods.
fn planned_until(deal: &Deal, line: &Cost, through: u32, late: u32) -> f64 {
    let dated = matches!(line.basis, CostBasis::PerPeriod { .. } | CostBasis::Once { .. });
    let years = |period: u32| f64::from(period) / f64::from(deal.timeline.length.per_year());
    let until = planned(deal, line).into_iter().map(|(period, amount)| (period + if dated { 0 } else { late }, amount));
    until
        .filter(|(period, _)| *period <= through)
        .map(|(period, amount)| amount as f64 * math::pow(1.0 + line.inflation, years(period)))
        .sum()
}

/// `total` over the periods in which `line` was planned, in proportion to the plan, to the minor unit.
pub(super) fn spread(deal: &Deal, line: &Cost, total: Money) -> Vec<Cost> {
    let planned = planned(deal, line);
    let all: i128 = planned.iter().map(|&(_, amount)| i128::from(amount)).sum();
    let (mut planned_so_far, mut spent_so_far) = (0i128, 0i64);
    let part = |(period, amount): (u32, i64)| {
        planned_so_far += i128::from(amount);
        let spent = (planned_so_far * i128::from(total.0) / all.max(1)) as i64;
        let basis = CostBasis::Once { amount: Money(spent - spent_so_far), period };
        spent_so_far = spent;
        Cost { basis, inflation: 0.0, cohorts: Vec::new(), ..line.clone() }
    };
    planned.into_iter().map(part).collect()
}

/// Period and minor units of what `line` was to cost, before prices rise; in proportion to people where nobody knows the amounts.
fn planned(deal: &Deal, line: &Cost) -> Vec<(u32, i64)> {
    match line.basis {
        CostBasis::Share(_) => deal.program.cohorts.iter().map(|cohort| (cohort.period, i64::from(cohort.size))).collect(),
        // Shared out over its periods by the people enrolled.
        CostBasis::PerOutcome { outcome, .. } => {
            let outcome = &deal.outcomes[outcome];
            let last = deal.timeline.periods - 1;
            deal.program.cohorts.iter().map(|cohort| ((cohort.period + outcome.after).min(last), i64::from(cohort.size))).collect()
        }
        CostBasis::PerGroup { amount, people } => {
            let groups = |size: u32| i64::from(size.div_ceil(people));
            deal.program.cohorts.iter().map(|cohort| (cohort.period, amount.0 * groups(cohort.size))).collect()
        }
        CostBasis::PerParticipant(each) => {
            deal.program.cohorts.iter().map(|cohort| (cohort.period, each.0 * i64::from(cohort.size))).collect()
        }
        CostBasis::PerPeriod { amount, first, last } => (first..=last).map(|period| (period, amount.0)).collect(),
        CostBasis::Once { amount, period } => vec![(period, amount.0)],
    }
}

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
    let late = so_far.results.began_late(deal);
    let mut lines = Vec::new();
    for (index, line) in deal.program.costs.iter().enumerate() {
        let of = |list: &[(usize, Money)]| list.iter().find(|(cost, _)| *cost == index).map(|(_, amount)| *amount);
        if let Some(total) = of(&so_far.results.costs) {
            lines.extend(spread(&Cost { overrun: Distribution::constant(1.0), ..line.clone() }, &own.spending(index, late), total));
        } else if let Some(spent) = of(&so_far.results.spent).filter(|_| !matches!(line.basis, CostBasis::Share(_))) {
            let until = planned_until(&own, index, so_far.through, late);
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

/// What a line was to cost up to the end of period `through`, in minor units, where everybody is `late` by whole periods. What is counted by
/// people of an outcome is planned by what is expected of them.
fn planned_until(deal: &Deal, line: usize, through: u32, late: u32) -> f64 {
    let cost = &deal.program.costs[line];
    let weights = deal.spending(line, late);
    let rises = |period: u32| math::pow(1.0 + cost.inflation, f64::from(period) / f64::from(deal.timeline.length.per_year()));
    let until = weights.iter().filter(|(period, _)| *period <= through).map(|&(period, weight)| weight as f64 * rises(period)).sum::<f64>();
    let all: f64 = weights.iter().map(|(_, weight)| *weight as f64).sum();
    let sizes = deal.program.cohorts.map(|cohort| cohort.size);
    match cost.basis {
        CostBasis::PerOutcome { .. } if all > 0.0 => until / all * deal.planned_line(line, &sizes),
        _ => until,
    }
}

/// `total` over the periods in which `line` is planned, in proportion to the `weights` of the plan, to the minor unit.
pub(super) fn spread(line: &Cost, weights: &[(u32, i64)], total: Money) -> impl Iterator<Item = Cost> {
    let all: i128 = weights.iter().map(|&(_, weight)| i128::from(weight)).sum();
    let (mut planned_so_far, mut spent_so_far) = (0i128, 0i64);
    weights.iter().map(move |&(period, weight)| {
        planned_so_far += i128::from(weight);
        let spent = (planned_so_far * i128::from(total.0) / all.max(1)) as i64;
        let basis = CostBasis::Once { amount: Money(spent - spent_so_far), period };
        spent_so_far = spent;
        Cost { basis, inflation: 0.0, cohorts: Vec::new(), ..line.clone() }
    })
}

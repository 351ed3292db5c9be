//! What did the work cost that is done already?
//!
//! A line whose cost is known in all cost that, over the periods in which it was planned. Of a line that goes on, what was spent so far
//! tells its overrun, which is one number for its whole life; lines of which nothing is known share the overrun of all lines together.

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
    let spent_of = |index: usize| -> Option<Spent> {
        let of = |list: &[(usize, Money)]| list.iter().find(|(cost, _)| *cost == index).map(|(_, amount)| *amount);
        let sizes = own.program.cohorts.map(|cohort| cohort.size);
        let share = matches!(deal.program.costs[index].basis, CostBasis::Share(_));
        if let Some(total) = of(&so_far.results.costs) {
            return Some(Spent { amount: total, planned: own.planned_line(index, &sizes), ended: true });
        }
        let until = planned_until(&own, index, so_far.through, late);
        of(&so_far.results.spent).filter(|_| !share).map(|amount| Spent { amount, planned: until, ended: false })
    };
    let known: Vec<Option<Spent>> = (0..deal.program.costs.len()).map(spent_of).collect();
    let all = overrun_of_all(deal, &known);
    let mut lines = Vec::new();
    for (index, (line, known)) in deal.program.costs.iter().zip(&known).enumerate() {
        // What is known is no more moved by what moves all lines.
        let fixed = |ratio: f64| Cost { overrun: Distribution::constant(ratio / all.unwrap_or(1.0)), ..line.clone() };
        match known {
            Some(Spent { amount, ended: true, .. }) => lines.extend(spread(&fixed(1.0), &own.spending(index, late), *amount)),
            Some(Spent { amount, planned, .. }) if *planned > 0.0 => lines.push(fixed(amount.0 as f64 / planned)),
            _ => lines.push(line.clone()),
        }
    }
    if let Some(all) = all {
        own.program.overrun = Distribution::constant(all);
    }
    let sizes = deal.program.cohorts.map(|cohort| cohort.size);
    own.program.cohorts.iter_mut().zip(sizes.iter()).for_each(|(cohort, size)| cohort.size = *size);
    own.program.costs = lines;
    Cow::Owned(own)
}

/// What is known of a line, in minor units: what it cost, what it was to cost by then, and whether it has ended.
struct Spent {
    amount: Money,
    planned: f64,
    ended: bool,
}

/// The overrun of all lines together, as far as lines without one of their own tell; where all have one, what all known lines tell. Nothing
/// where nothing is known, or where it is certain.
fn overrun_of_all(deal: &Deal, known: &[Option<Spent>]) -> Option<f64> {
    let certain = deal.program.overrun.is_constant();
    let plain = |line: &Cost| line.overrun.is_constant() == Some(1.0);
    let ratio = |of: &dyn Fn(&Cost) -> bool| {
        let lines = deal.program.costs.iter().zip(known).filter(|(line, _)| of(line)).filter_map(|(_, known)| known.as_ref());
        let (spent, planned) = lines.fold((0.0, 0.0), |(spent, planned), line| (spent + line.amount.0 as f64, planned + line.planned));
        (spent > 0.0 && planned > 0.0).then(|| spent / planned)
    };
    certain.or_else(|| ratio(&plain)).or_else(|| ratio(&|_| true))
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

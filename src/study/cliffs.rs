//! What does one more success pay? Every payment settled at every result from the worst to the best, nothing else changing.
//!
//! The other things that are reported are as expected: means over simulated futures. Everything that is measured of the same outcome moves
//! along, in every group of cohorts alike. A payment has a cliff where one more success pays many times what a success pays on average, a
//! flat where more success pays the same, a fall where it pays less: there it pays to look at single persons instead of at the work.

use rayon::prelude::*;

use crate::deal::{CohortId, Deal, GroupId, Leaf, MeasureId, PaymentId, Reported, Results, Statistic, Term, TrancheId};
use crate::engine::{self, Block, Plan, Ready};
use crate::metrics::Catalogue;
use crate::numeric::each::Each;
use crate::numeric::math;

use super::options::Course;
use super::{Options, Phase, RunError};

/// Results between the worst and the best one.
const STEPS: u32 = 400;

/// Of the payment's range: what is too small to be a cliff or a flat.
const LEAST: f64 = 0.05;

/// One result and what it pays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Units for each person: a rate, or a mean.
    pub rate: f64,
    /// Units in the largest group of cohorts.
    pub units: f64,
    /// By how much the rate (or mean) is better than that of the comparison, −1 to 1 of a rate, where anything is compared.
    pub difference: Option<f64>,
    /// Units better than at the worst result, over all groups.
    pub gained: f64,
    /// What the payment pays, in minor units.
    pub paid: i64,
    /// What all payors pay, in minor units.
    pub payors: i64,
    /// What investors receive less what they put in, in minor units.
    pub investors: i64,
    /// What the provider keeps less the costs that it bears, in minor units.
    pub provider: i64,
}

/// Where a price invites to look at single successes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cliff {
    /// One more success pays many times the average.
    Jump {
        /// The step before it and that after it.
        at: [usize; 2],
        /// How many times what a success pays on average.
        times: f64,
    },
    /// More success pays the same.
    Flat {
        /// The first step of the flat and the last one.
        at: [usize; 2],
    },
    /// More success pays less.
    Fall {
        /// The step that pays most and the one that pays least.
        at: [usize; 2],
    },
}

/// A payment over the range of its results.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// The payment.
    pub payment: PaymentId,
    /// The measure whose result moves.
    pub measure: MeasureId,
    /// Whether its units are people.
    pub people: bool,
    /// People in the largest group of cohorts, and in all groups, as expected.
    pub enrolled: [f64; 2],
    /// Groups of cohorts.
    pub groups: usize,
    /// Rate that is expected, and its standard deviation.
    pub expected: [f64; 2],
    /// Results from the worst to the best.
    pub steps: Vec<Step>,
    /// What a success pays on average up to the result that first pays most, in minor units.
    pub average: f64,
    /// Where it jumps, stays or falls, in the order of the results.
    pub cliffs: Vec<Cliff>,
}

/// What is expected of every measure and group: units, comparison rate, standard error, and the standard deviation of the rate.
struct Expected {
    enrolled: Each<CohortId, u32>,
    /// People in each group.
    people: Each<MeasureId, Each<GroupId, f64>>,
    of: Each<MeasureId, Each<GroupId, [f64; 4]>>,
}

/// Looks at every payment that is paid on a result; a jump is `times` the average price of a success.
///
/// # Errors
/// [`RunError`]: it was stopped.
pub fn cliffs(deal: &Deal, times: f64, options: &Options) -> Result<Vec<Range>, RunError> {
    cliffs_in(deal, times, &options.begin(Phase::Cliffs, deal, |trials| trials))
}

/// The same, as a part of a study.
pub(super) fn cliffs_in(deal: &Deal, times: f64, course: &Course) -> Result<Vec<Range>, RunError> {
    let expected = expected(deal, course)?;
    let ready = Ready::new(deal, &Results { enrolled: expected.enrolled.clone(), ..Results::default() });
    let loans = Catalogue::new(deal).loans;
    let judged = deal.payments.ids().filter_map(|payment| looked_at(deal, payment).map(|measure| (payment, measure)));
    let of = |(payment, measure)| {
        course.goes_on(course.trials)?;
        Ok(range(deal, payment, measure, times, (&expected, &ready, &loans)))
    };
    judged.map(of).collect()
}

/// The measure whose result decides: the one it is paid on, or the first that its gate or price names.
fn looked_at(deal: &Deal, payment: PaymentId) -> Option<MeasureId> {
    let mut named = None;
    deal.payments[payment].terms.iter().for_each(|terms| {
        deal.visit_terms(terms, |leaf| {
            if let Leaf::Term(Term::Reported { measure, .. }) = leaf {
                named = named.or(Some(*measure));
            }
        });
    });
    deal.payments[payment].first_measure().or(named)
}

fn expected(deal: &Deal, course: &Course) -> Result<Expected, RunError> {
    let plan = [Plan::new(deal, course.seed)];
    let asked = [Statistic::Units, Statistic::ComparisonRate, Statistic::StandardError, Statistic::Rate];
    let groups: Each<MeasureId, usize> = deal.measures.ids().map(|measure| deal.measure_groups(measure).len()).collect();
    // Sums and counts of what is defined, the rate's square last.
    type Sums = Each<MeasureId, Each<GroupId, [[f64; 2]; 5]>>;
    let zero = || -> Sums { groups.map(|&groups| Each::filled(groups, [[0.0; 2]; 5])) };
    let look = |_, block: &Block| {
        let mut sums = zero();
        let mut column = vec![0.0; block.lanes];
        for (measure, groups) in sums.pairs_mut() {
            for (group, sums) in groups.pairs_mut() {
                for (at, statistic) in asked.into_iter().enumerate() {
                    block.findings.measures[measure].statistic(statistic, group, &mut column);
                    for value in column.iter().filter(|value| value.is_finite()) {
                        sums[at] = [sums[at][0] + value, sums[at][1] + 1.0];
                        if at == 3 {
                            sums[4] = [sums[4][0] + value * value, sums[4][1] + 1.0];
                        }
                    }
                }
            }
        }
        let enrolled: Each<CohortId, u64> = deal
            .program
            .cohorts
            .ids()
            .map(|cohort| block.world.enrolled.row(cohort).iter().map(|people| u64::from(*people)).sum())
            .collect();
        (sums, enrolled)
    };
    let (mut all, mut people) = (zero(), Each::<CohortId, u64>::filled(deal.program.cohorts.len(), 0));
    engine::simulate(&plan, 0..course.trials, course.stop(), look, |blocks: Vec<Vec<(Sums, Each<CohortId, u64>)>>, done| {
        for (sums, enrolled) in blocks.into_iter().flatten() {
            let pairs = all.iter_mut().flatten().flatten().zip(sums.iter().flatten().flatten());
            pairs.for_each(|(all, sum)| *all = [all[0] + sum[0], all[1] + sum[1]]);
            people.iter_mut().zip(enrolled).for_each(|(all, people)| *all += people);
        }
        course.done(done);
    })?;
    let mean = |[sum, count]: [f64; 2]| if count > 0.0 { sum / count } else { f64::NAN };
    let group = |sums: &[[f64; 2]; 5]| {
        let rate = mean(sums[3]);
        [mean(sums[0]), mean(sums[1]), mean(sums[2]), (mean(sums[4]) - rate * rate).max(0.0).sqrt()]
    };
    let enrolled: Each<CohortId, u32> =
        people.iter().map(|people| ((2 * people + course.trials) / (2 * course.trials).max(1)) as u32).collect();
    let people = |cohorts: &Vec<CohortId>| cohorts.iter().map(|&cohort| f64::from(enrolled[cohort])).sum();
    Ok(Expected {
        people: deal.measures.ids().map(|measure| deal.measure_groups(measure).map(people)).collect(),
        enrolled,
        of: all.map(|groups| groups.map(group)),
    })
}

impl Expected {
    /// Everything as expected, except that the outcome of `moved` happens at `rate`.
    fn results(&self, deal: &Deal, moved: MeasureId, rate: f64) -> Results {
        let mut reported = Vec::new();
        for measure in deal.measures.ids() {
            let moves = measure == moved || deal.measures[measure].of == deal.measures[moved].of;
            for ((group, &people), [units, comparison, error, _]) in self.people[measure].pairs().zip(&self.of[measure]) {
                let units = if moves { rate * people } else { *units };
                let difference = units / people - comparison;
                let p_value = math::erfc((difference / error).abs() / core::f64::consts::SQRT_2);
                let known = [
                    (Statistic::Units, units),
                    (Statistic::ComparisonRate, *comparison),
                    (Statistic::StandardError, *error),
                    (Statistic::PValue, p_value),
                ];
                let known = known.into_iter().filter(|(_, value)| value.is_finite());
                reported.extend(known.map(|(statistic, value)| Reported { measure, group, statistic, value }));
            }
        }
        Results { enrolled: self.enrolled.clone(), reported, ..Results::default() }
    }
}

fn range(
    deal: &Deal,
    payment: PaymentId,
    measure: MeasureId,
    times: f64,
    (expected, ready, loans): (&Expected, &Ready, &[TrancheId]),
) -> Range {
    let people = &expected.people[measure];
    let largest = people.iter().copied().fold(0.0, f64::max);
    let all: f64 = people.iter().sum();
    let means = |at: usize| expected.of[measure].iter().zip(people).map(|(of, people)| of[at] * people / all).sum::<f64>();
    let units: f64 = expected.of[measure].iter().map(|of| of[0]).sum();
    let (rate, spread) = (units / all, means(3));
    let compared = deal.measures[measure].compares().then(|| means(1));
    let counts_people = deal.measures[measure].counts_people(deal);
    let (low, high) = if counts_people { (0.0, 1.0) } else { ((rate - 4.0 * spread).max(0.0), rate + 4.0 * spread) };
    let fewer = deal.measures[measure].fewer_is_better(deal);
    let (worst, best) = if fewer { (high, low) } else { (low, high) };
    let step = |block: &mut Block, rate: f64| {
        ready.settle(block, &expected.results(deal, measure, rate), |_| {});
        let (owed, cash) = (&block.owed, &block.cash);
        let gain: i64 = loans.iter().map(|&loan| cash.received.row(loan)[0] - cash.standing.drawn.row(loan)[0]).sum();
        let bonuses: i64 = (0..cash.bonuses.rows()).map(|bonus| cash.bonuses.row(bonus)[0]).sum();
        Step {
            rate,
            units: rate * largest,
            difference: compared.map(|compared| if fewer { compared - rate } else { rate - compared }),
            gained: (rate - worst).abs() * all,
            paid: owed.payment_paid.row(payment)[0],
            payors: owed.payor_paid.lane(0).sum(),
            investors: gain,
            provider: cash.provider[0] + bonuses - cash.refunded[0] - cash.shortfall[0],
        }
    };
    // Whole people, where people are counted.
    let count = if counts_people { (largest as u32).clamp(1, STEPS) } else { STEPS };
    let at = |step: u32| {
        let exact = worst + (best - worst) * f64::from(step) / f64::from(count);
        if counts_people { (exact * largest).round() / largest } else { exact }
    };
    let mut steps: Vec<Step> = (0..=count).into_par_iter().map_init(|| ready.block(), |block, number| step(block, at(number))).collect();
    let average = average(&steps);
    // A jump within a step is narrowed down to one person, or to a thousandth of the step.
    let mut block = ready.block();
    let mut found = 0;
    while found + 1 < steps.len() {
        let [mut before, mut after] = [steps[found], steps[found + 1]];
        let mut added = Vec::new();
        if is_jump(before, after, average, times) {
            for _ in 0..10 {
                let width = (after.units - before.units).abs();
                if counts_people && width < 1.5 {
                    break;
                }
                let middle = 0.5 * (before.rate + after.rate);
                let middle = step(&mut block, if counts_people { (middle * largest).round() / largest } else { middle });
                if (middle.paid - before.paid).abs() >= (after.paid - middle.paid).abs() {
                    after = middle
                } else {
                    before = middle
                }
                added = vec![before, after];
            }
        }
        added.retain(|new| *new != steps[found] && *new != steps[found + 1]);
        let more = added.len();
        steps.splice(found + 1..=found, added);
        found += 1 + more;
    }
    let cliffs = find(&steps, average, times);
    Range {
        payment,
        measure,
        people: counts_people,
        enrolled: [largest, all],
        groups: people.len(),
        expected: [rate, spread],
        steps,
        average,
        cliffs,
    }
}

/// What a success pays on average up to the result that first pays most.
fn average(steps: &[Step]) -> f64 {
    let most = steps.iter().map(|step| step.paid).max().unwrap_or(0);
    let first = steps.iter().find(|step| step.paid == most);
    first.map_or(0.0, |first| if first.gained > 0.0 { (most - steps[0].paid) as f64 / first.gained } else { 0.0 })
}

fn is_jump(before: Step, after: Step, average: f64, times: f64) -> bool {
    let (more, gained) = ((after.paid - before.paid) as f64, after.gained - before.gained);
    average > 0.0 && gained > 0.0 && more >= times * average * gained
}

fn find(steps: &[Step], average: f64, times: f64) -> Vec<Cliff> {
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else { return Vec::new() };
    let paid = || steps.iter().map(|step| step.paid);
    let whole = (paid().max().unwrap_or(0) - paid().min().unwrap_or(0)) as f64;
    let wide = LEAST * (last.gained - first.gained);
    let mut cliffs = Vec::new();
    let mut start = 0;
    for at in 1..=steps.len() {
        if steps.get(at).is_some_and(|after| after.paid == steps[at - 1].paid) {
            continue;
        }
        if start < at - 1 && steps[at - 1].gained - steps[start].gained >= wide {
            cliffs.push(Cliff::Flat { at: [start, at - 1] });
        }
        start = at;
        let Some(&after) = steps.get(at) else { break };
        let before = steps[at - 1];
        if is_jump(before, after, average, times) && (after.paid - before.paid) as f64 >= LEAST * LEAST * whole {
            let times = (after.paid - before.paid) as f64 / (average * (after.gained - before.gained));
            cliffs.push(Cliff::Jump { at: [at - 1, at], times });
        }
    }
    cliffs.extend(falls(steps, LEAST * LEAST * whole));
    cliffs.sort_by_key(|cliff| match cliff {
        Cliff::Jump { at, .. } | Cliff::Flat { at } | Cliff::Fall { at } => *at,
    });
    cliffs
}

/// Where more success pays less, from where it pays most to where it pays least before it rises again; what is below `least` does not count.
fn falls(steps: &[Step], least: f64) -> Vec<Cliff> {
    let mut falls = Vec::new();
    let (mut top, mut bottom) = (0, 0);
    for at in 1..=steps.len() {
        match steps.get(at) {
            Some(step) if step.paid < steps[bottom].paid => bottom = at,
            Some(step) if step.paid == steps[bottom].paid => {
                if top == bottom {
                    (top, bottom) = (at, at);
                }
            }
            _ => {
                if ((steps[top].paid - steps[bottom].paid) as f64) > least {
                    falls.push(Cliff::Fall { at: [top, bottom] });
                }
                (top, bottom) = (at, at);
            }
        }
    }
    falls
}

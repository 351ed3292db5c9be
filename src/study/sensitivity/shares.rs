//! Shares of a number's variance: what each input explains alone, and what is lost without it.
//!
//! Every draw has an address, so an input is drawn anew, or kept while all else is drawn anew, by another seed for its source. Pairs of
//! simulations of the same trial then give Sobol's indices: first order (what is due to the input alone) and total (what is due to it alone
//! and together with others).

use std::sync::atomic::Ordering;

use rayon::prelude::*;

use super::HALF;
use crate::deal::{Deal, Grade, Input};
use crate::engine::{BLOCK, Block, Interrupted, Plan};
use crate::metrics::{Catalogue, each_trial};
use crate::question::Question;
use crate::sampling::Seeds;
use crate::stats::{Index, Pairs};
use crate::study::{Options, RunError};

/// What makes another seed of a seed.
const ANOTHER: u64 = 0x9E37_79B9_7F4A_7C15;

/// Widest half of a 95% interval with which inputs are ranked.
pub const WIDEST: f64 = 0.05;

/// What is due to one input, or to inputs that are only drawn together.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// Names of the inputs.
    pub inputs: Vec<String>,
    /// Due to it alone.
    pub first: Index,
    /// Due to it alone and together with others.
    pub total: Index,
    /// Its place by the total share, from 1, and the last place that it cannot be told apart from; absent where the shares have not
    /// converged.
    pub rank: Option<(usize, usize)>,
}

/// Where the variance of one number comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Shares {
    /// Metric.
    pub metric: String,
    /// Mean of the metric.
    pub mean: f64,
    /// Standard deviation; 0 where it is certain.
    pub sd: f64,
    /// Inputs, the largest total share first; in the order of the file where they are not ranked.
    pub inputs: Vec<Share>,
    /// What remains when every input is known: everything else that chance decides. (What it explains alone depends on how a sampler turns
    /// random numbers into people, and says nothing.)
    pub luck: Index,
    /// Number of trials.
    pub trials: u64,
    /// Trials after which every 95% interval should be narrow enough to rank, if these were not.
    pub needed: Option<u64>,
}

/// Shares of the variance of the metric of each question (its figure does not matter).
///
/// # Errors
/// [`RunError`]: it was stopped.
pub fn shares(deal: &Deal, questions: &[Question], options: &Options<'_>) -> Result<Vec<Shares>, RunError> {
    let catalogue = Catalogue::new(deal).only(questions);
    let rows: Vec<usize> = questions.iter().filter_map(|question| catalogue.row(&question.metric)).collect();
    let (inputs, groups) = (deal.inputs(), deal.input_groups());
    let other = options.seed ^ ANOTHER;
    let drawn = |mut seeds: Seeds, group: &[usize], seed: u64| {
        for address in group.iter().flat_map(|&input| deal.addresses(&inputs[input])) {
            seeds = seeds.with_source(&address, seed);
        }
        seeds
    };
    // Pairs with the base: for each group all else anew, then only the group anew; at last everything anew but the inputs.
    let mut all: Vec<Seeds> = Vec::new();
    for group in &groups {
        all.push(drawn(other.into(), group, options.seed));
        all.push(drawn(options.seed.into(), group, other));
    }
    let everything: Vec<usize> = (0..inputs.len()).collect();
    all.push(drawn(other.into(), &everything, options.seed));
    let plans: Vec<Plan> = all.into_iter().map(|seeds| Plan::new(deal, seeds)).collect();
    let base = Plan::new(deal, options.seed);
    let pairs = simulate(deal, &catalogue, &rows, &base, &plans, options)?;
    let of = |(at, question): (usize, &Question)| {
        let index = |plan: usize| pairs[at].1[plan].index();
        let share = |group: usize, names: Vec<String>| Share {
            inputs: names,
            first: index(2 * group),
            total: index(2 * group + 1).rest(),
            rank: None,
        };
        let names = |group: &[usize]| group.iter().map(|&input| inputs[input].name.clone()).collect();
        let shares = groups.iter().enumerate().map(|(at, group)| share(at, names(group))).collect();
        let own = &pairs[at].1[2 * groups.len()];
        let found = Shares {
            metric: question.metric.clone(),
            mean: pairs[at].0 + own.mean(),
            sd: if own.index().value.is_nan() { 0.0 } else { own.variance().max(0.0).sqrt() },
            inputs: shares,
            luck: own.index().rest(),
            trials: options.trials,
            needed: None,
        };
        found.ranked()
    };
    Ok(questions.iter().enumerate().map(of).collect())
}

/// How much of the variance of the metric of each question rests, alone or together with others, on inputs whose grade is `chosen`; what
/// is only drawn together with such an input counts with it. NaN where the metric is certain.
///
/// # Errors
/// [`RunError`]: it was stopped.
pub fn resting(
    deal: &Deal,
    questions: &[Question],
    chosen: impl Fn(Option<Grade>) -> bool,
    options: &Options<'_>,
) -> Result<Vec<(Question, Index)>, RunError> {
    let catalogue = Catalogue::new(deal).only(questions);
    let rows: Vec<usize> = questions.iter().filter_map(|question| catalogue.row(&question.metric)).collect();
    let inputs = deal.inputs();
    let grade = |input: &Input| deal.assumptions.iter().find(|known| known.path == input.path).and_then(|known| known.grade);
    let groups = deal.input_groups().into_iter().filter(|group| group.iter().any(|&input| chosen(grade(&inputs[input]))));
    let mut seeds = Seeds::from(options.seed);
    for address in groups.flatten().flat_map(|input| deal.addresses(&inputs[input])) {
        seeds = seeds.with_source(&address, options.seed ^ ANOTHER);
    }
    let pairs = simulate(deal, &catalogue, &rows, &Plan::new(deal, options.seed), &[Plan::new(deal, seeds)], options)?;
    Ok(questions.iter().cloned().zip(pairs).map(|(question, (_, pairs))| (question, pairs[0].index().rest())).collect())
}

impl Shares {
    /// With ranks, if every interval is narrow enough.
    fn ranked(mut self) -> Self {
        let widest = self.inputs.iter().map(|share| HALF * share.total.error.max(share.first.error)).fold(0.0, f64::max);
        if self.sd == 0.0 {
            return self;
        }
        if !(widest <= WIDEST) {
            let times = (widest / WIDEST) * (widest / WIDEST);
            self.needed = times.is_finite().then(|| (self.trials as f64 * times * 1.1).ceil() as u64);
            return self;
        }
        self.inputs.sort_by(|one, other| other.total.value.total_cmp(&one.total.value));
        let totals: Vec<Index> = self.inputs.iter().map(|share| share.total).collect();
        let apart = |one: &Index, other: &Index| {
            (one.value - other.value).abs() > HALF * (one.error * one.error + other.error * other.error).sqrt() && one != other
        };
        for (at, share) in self.inputs.iter_mut().enumerate() {
            let first = totals.iter().position(|other| !apart(&totals[at], other)).unwrap_or(at);
            let last = totals.iter().rposition(|other| !apart(&totals[at], other)).unwrap_or(at);
            share.rank = Some((first.min(at) + 1, last.max(at) + 1));
        }
        self
    }
}

/// For each row of the metrics: a constant close to its mean, and the sums over pairs of every plan with the base.
fn simulate(
    deal: &Deal,
    catalogue: &Catalogue,
    rows: &[usize],
    base: &Plan,
    plans: &[Plan],
    options: &Options<'_>,
) -> Result<Vec<(f64, Vec<Pairs>)>, RunError> {
    let trials = options.trials;
    let blocks = trials.div_ceil(BLOCK as u64);
    let lanes_of = |index: u64| (trials - index * BLOCK as u64).min(BLOCK as u64) as usize;
    let values = |block: &mut Block, plan: &Plan, first: u64| {
        block.run(plan, first);
        each_trial(deal, catalogue, block)
    };
    let first = values(&mut Block::new(base, lanes_of(0)), base, 0);
    let centre = |&row: &usize| {
        let known: Vec<f64> = first.row(row).iter().copied().filter(|value| !value.is_nan()).collect();
        if known.is_empty() { 0.0 } else { known.iter().sum::<f64>() / known.len() as f64 }
    };
    let centres: Vec<f64> = rows.iter().map(centre).collect();
    let sums_of = |index: u64| {
        let first = index * BLOCK as u64;
        let mut block = Block::new(base, lanes_of(index));
        let own = values(&mut block, base, first);
        let mut sums = vec![vec![Pairs::default(); plans.len()]; rows.len()];
        for (at, plan) in plans.iter().enumerate() {
            let other = values(&mut block, plan, first);
            for ((sums, &row), centre) in sums.iter_mut().zip(rows).zip(&centres) {
                own.row(row).iter().zip(other.row(row)).for_each(|(y, other)| sums[at].push(y - centre, other - centre));
            }
        }
        sums
    };
    let mut totals = vec![vec![Pairs::default(); plans.len()]; rows.len()];
    let mut done = 0;
    while done < blocks {
        if options.stop.load(Ordering::Relaxed) {
            return Err(Interrupted { trials: done * BLOCK as u64 }.into());
        }
        let next = blocks.min(done + 16);
        let batch: Vec<Vec<Vec<Pairs>>> = (done..next).into_par_iter().map(sums_of).collect();
        for sums in batch {
            totals.iter_mut().flatten().zip(sums.iter().flatten()).for_each(|(total, sums)| total.merge(sums));
        }
        done = next;
        (options.progress)((done * BLOCK as u64).min(trials));
    }
    Ok(centres.into_iter().zip(totals).collect())
}

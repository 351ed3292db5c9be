//! Shares of a number's variance: what each input explains alone, and what is lost without it.
//!
//! Every draw has an address, so an input is drawn anew, or kept while all else is drawn anew, by another seed for its source. Simulations of
//! the same trial that have inputs in common then give Sobol's indices: first order (what knowing the input alone explains) and total (what
//! is no longer explained when all inputs but this one are known). What is not explained when all are known is luck; how luck and inputs act
//! together depends on how a sampler turns random numbers into people, says nothing of the world, and is part of luck.

use super::HALF;
use crate::analysis::Input;
use crate::deal::{Deal, Grade};
use crate::engine::{self, Block, Plan};
use crate::metrics::{Catalogue, each_trial};
use crate::question::Question;
use crate::sampling::Seeds;
use crate::stats::{Index, Margin, Pairs};
use crate::study::options::Course;
use crate::study::{Options, Phase, RunError};

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
    /// Due to it alone and together with other inputs.
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
    /// Mean of the metric, in its unit.
    pub mean: f64,
    /// Standard deviation in the same unit; 0 where it is certain.
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
pub fn shares(deal: &Deal, questions: &[Question], options: &Options) -> Result<Vec<Shares>, RunError> {
    shares_in(deal, questions, &options.begin(Phase::Sensitivity, deal, |trials| trials))
}

pub(super) fn shares_in(deal: &Deal, questions: &[Question], course: &Course) -> Result<Vec<Shares>, RunError> {
    let catalogue = Catalogue::new(deal).only(questions);
    let rows: Vec<usize> = questions.iter().filter_map(|question| catalogue.row(&question.metric)).collect();
    let (inputs, groups) = (deal.inputs(), deal.input_groups());
    let other = course.seed ^ ANOTHER;
    let drawn = |mut seeds: Seeds, group: &[usize], seed: u64| {
        for address in group.iter().flat_map(|&input| deal.addresses(&inputs[input])) {
            seeds = seeds.with_source(&address, seed);
        }
        seeds
    };
    // All inputs kept; then for each group, only the group kept, and all inputs but the group.
    let everything: Vec<usize> = (0..inputs.len()).collect();
    let all_kept = || drawn(other.into(), &everything, course.seed);
    let mut all: Vec<Seeds> = vec![all_kept()];
    for group in &groups {
        all.push(drawn(other.into(), group, course.seed));
        all.push(drawn(all_kept(), group, other));
    }
    let plans: Vec<Plan> = all.into_iter().map(|seeds| Plan::new(deal, seeds)).collect();
    let found = simulate(deal, &catalogue, &rows, course, &plans)?;
    let of = |(at, question): (usize, &Question)| {
        let Sums { centre, pairs, margins } = &found[at];
        let share = |group: usize, names: Vec<String>| Share {
            inputs: names,
            first: pairs[2 * group + 1].index(),
            total: margins[2 * group + 2].index(),
            rank: None,
        };
        let names = |group: &[usize]| group.iter().map(|&input| inputs[input].name.clone()).collect();
        let shares = groups.iter().enumerate().map(|(at, group)| share(at, names(group))).collect();
        let own = &pairs[0];
        let found = Shares {
            metric: question.metric.clone(),
            mean: centre + own.mean(),
            sd: if own.index().value.is_nan() { 0.0 } else { own.variance().max(0.0).sqrt() },
            inputs: shares,
            luck: own.index().rest(),
            trials: course.trials,
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
    options: &Options,
) -> Result<Vec<(Question, Index)>, RunError> {
    let course = &options.begin(Phase::Assumptions, deal, |trials| trials);
    let catalogue = Catalogue::new(deal).only(questions);
    let rows: Vec<usize> = questions.iter().filter_map(|question| catalogue.row(&question.metric)).collect();
    let inputs = deal.inputs();
    let grade = |input: &Input| deal.assumptions.iter().find(|known| known.path == input.path).and_then(|known| known.grade);
    let groups = deal.input_groups().into_iter().filter(|group| group.iter().any(|&input| chosen(grade(&inputs[input]))));
    let (known, chosen): (Vec<usize>, Vec<usize>) = {
        let chosen: Vec<usize> = groups.flatten().collect();
        ((0..inputs.len()).filter(|input| !chosen.contains(input)).collect(), chosen)
    };
    let kept = |which: &[usize]| {
        let addresses = which.iter().flat_map(|&input| deal.addresses(&inputs[input]));
        addresses.fold(Seeds::from(course.seed ^ ANOTHER), |seeds, address| seeds.with_source(&address, course.seed))
    };
    let plans = [Plan::new(deal, kept(&[known.as_slice(), &chosen].concat())), Plan::new(deal, kept(&known))];
    let found = simulate(deal, &catalogue, &rows, course, &plans)?;
    Ok(questions.iter().cloned().zip(found).map(|(question, sums)| (question, sums.margins[1].index())).collect())
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

/// Sums of one metric.
#[derive(Clone)]
struct Sums {
    /// A constant close to its mean, which all values are less by.
    centre: f64,
    /// The trials as they are, with those of each plan.
    pairs: Vec<Pairs>,
    /// The trials as they are, those of the first plan, and those of each plan.
    margins: Vec<Margin>,
}

impl Sums {
    fn merge(&mut self, later: &Self) {
        self.pairs.iter_mut().zip(&later.pairs).for_each(|(total, sums)| total.merge(sums));
        self.margins.iter_mut().zip(&later.margins).for_each(|(total, sums)| total.merge(sums));
    }
}

/// Simulates the trials as they are and under each of `plans`, for each row of the metrics.
fn simulate(deal: &Deal, catalogue: &Catalogue, rows: &[usize], course: &Course, plans: &[Plan]) -> Result<Vec<Sums>, RunError> {
    let trials = course.trials;
    let base = &Plan::new(deal, course.seed);
    let values = |block: &mut Block, plan: &Plan, first: u64| {
        block.run(plan, first);
        each_trial(deal, catalogue, block)
    };
    let first = values(&mut Block::new(base, trials.min(base.lanes() as u64) as usize), base, 0);
    let nothing = |&row: &usize| {
        let known: Vec<f64> = first.row(row).iter().copied().filter(|value| !value.is_nan()).collect();
        let centre = if known.is_empty() { 0.0 } else { known.iter().sum::<f64>() / known.len() as f64 };
        Sums { centre, pairs: vec![Pairs::default(); plans.len()], margins: vec![Margin::default(); plans.len()] }
    };
    let mut totals: Vec<Sums> = rows.iter().map(nothing).collect();
    let empty = totals.clone();
    let sums_of = |first: u64, lanes: usize| {
        let mut block = Block::new(base, lanes);
        let own = values(&mut block, base, first);
        let mut sums = empty.clone();
        let mut whole = None;
        for (at, plan) in plans.iter().enumerate() {
            let other = values(&mut block, plan, first);
            let more = whole.get_or_insert_with(|| other.clone());
            for (sums, &row) in sums.iter_mut().zip(rows) {
                let centre = sums.centre;
                for ((y, more), other) in own.row(row).iter().zip(more.row(row)).zip(other.row(row)) {
                    sums.pairs[at].push(y - centre, other - centre);
                    sums.margins[at].push(y - centre, more - centre, other - centre);
                }
            }
        }
        sums
    };
    engine::blocks(0..trials, base.lanes(), course.stop(), sums_of, |blocks: Vec<Vec<Sums>>, done| {
        for sums in blocks {
            totals.iter_mut().zip(&sums).for_each(|(total, sums)| total.merge(sums));
        }
        course.done(done);
    })?;
    Ok(totals)
}

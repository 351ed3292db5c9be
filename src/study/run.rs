//! One deal, many trials, one row of summaries.

use std::collections::HashMap;
use std::sync::Mutex;

use rayon::prelude::*;

use crate::deal::Deal;
use crate::engine::{self, Block, Breach, Interrupted, Plan};
use crate::metrics::{Catalogue, Observed, Value, observe};
use crate::numeric::incomplete::beta_shares;
use crate::numeric::normal;
use crate::question::{Figure, Question, Requirement};
use crate::stats::{Column, Proportion, Summary, Tail};

use super::options::Course;
use super::{Flows, Options, Phase};

/// Trials of which every number is kept, for pictures and tables: the first ones.
pub const SAMPLE: usize = 20_000;

/// Fewest trials that are kept in full, and the bytes that more of them may take.
const FEWEST: usize = 1_000;
const SAMPLE_ROOM: usize = 400 << 20;

/// Most cumulative payments of a trial that are kept, by payor and period.
const MOST_PAID: usize = 20_000;

/// Share of the trials that the lower tail of a gain holds: value at risk and expected shortfall at 95%.
const TAIL: f64 = 0.05;

/// Why a run gave no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// It was stopped.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// The books of a trial do not balance: a fault of this program.
    #[error("the audit failed: {0}; this is a fault of pfsim, please report it with the scenario")]
    Breach(Breach),
}

/// A number and what it came to over all trials.
#[derive(Clone, Debug)]
pub struct Metric {
    /// Dotted name.
    pub name: String,
    /// What it is.
    pub value: Value,
    /// What it came to.
    pub summary: Summary,
    /// For gains: the mean of the worst trials.
    pub tail: Option<Tail>,
}

/// A chance and how often it held.
#[derive(Clone, Debug)]
pub struct Chance {
    /// Dotted name.
    pub name: String,
    /// What it is.
    pub chance: crate::metrics::Chance,
    /// How often it held, of the trials it is asked of.
    pub share: Proportion,
}

/// Every number of the first trials.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// Number of trials that find room.
    room: usize,
    /// Number of trials.
    pub trials: usize,
    /// Values by metric, NaN where undefined.
    pub values: Vec<Vec<f64>>,
    /// Cumulative payments in major units, by payor and period.
    pub paid: Vec<Vec<Vec<f64>>>,
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Run {
    /// Number of trials.
    pub trials: u64,
    /// Seed.
    pub seed: u64,
    /// Numbers, in the order of the catalogue.
    pub metrics: Vec<Metric>,
    /// Chances, in the order of the catalogue.
    pub chances: Vec<Chance>,
    /// The first trials in full.
    pub sample: Sample,
    places: Places,
}

/// Where each number and each chance stands: a large deal has hundreds of thousands of them.
#[derive(Clone, Debug, Default)]
struct Places {
    metrics: HashMap<Value, usize>,
    chances: HashMap<crate::metrics::Chance, usize>,
}

impl Run {
    /// The number that is `value`, if the deal has it.
    #[must_use]
    pub fn metric(&self, value: Value) -> Option<&Metric> {
        self.place(value).map(|at| &self.metrics[at])
    }

    /// Where among the numbers `value` stands.
    #[must_use]
    pub fn place(&self, value: Value) -> Option<usize> {
        self.places.metrics.get(&value).copied()
    }

    /// The summary of `value`, if the deal has it.
    #[must_use]
    pub fn summary(&self, value: Value) -> Option<&Summary> {
        self.metric(value).map(|metric| &metric.summary)
    }

    /// How often `chance` held, if the deal has it.
    #[must_use]
    pub fn share(&self, chance: crate::metrics::Chance) -> Option<&Proportion> {
        self.places.chances.get(&chance).map(|&at| &self.chances[at].share)
    }

    /// The answer to a question and its standard error (NaN where the figure has none); `None` where the deal has no such metric, or no
    /// trial has a value.
    #[must_use]
    pub fn answer(&self, question: &Question) -> Option<[f64; 2]> {
        if let Some(chance) = self.chances.iter().find(|known| known.name == question.metric) {
            return (chance.share.count > 0).then(|| [chance.share.share(), chance.share.standard_error()]);
        }
        let metric = self.metrics.iter().find(|known| known.name == question.metric)?;
        let of = &metric.summary;
        let figure = match question.figure {
            Figure::Undefined => return Some([of.undefined as f64 / self.trials as f64, f64::NAN]),
            Figure::Mean => [of.mean, of.se],
            Figure::Sd => [of.sd, f64::NAN],
            Figure::P5 => [of.p5, of.quantile_se[0]],
            Figure::P25 => [of.p25, of.quantile_se[1]],
            Figure::P50 => [of.p50, of.quantile_se[2]],
            Figure::P75 => [of.p75, of.quantile_se[3]],
            Figure::P95 => [of.p95, of.quantile_se[4]],
            Figure::Min => [of.min, f64::NAN],
            Figure::Max => [of.max, f64::NAN],
            Figure::Shortfall => metric.tail.map_or([f64::NAN; 2], |tail| [tail.shortfall, tail.standard_error]),
        };
        (of.count > 0).then_some(figure)
    }

    /// How sure it is that a requirement holds, 0 to 1, by what Monte Carlo error leaves open: for a chance by the posterior of Jeffreys'
    /// prior (a beta law), otherwise by the normal law. `None` where the figure has no value or no standard error.
    #[must_use]
    pub fn confidence(&self, requirement: &Requirement) -> Option<f64> {
        if let Some(chance) = self.chances.iter().find(|known| known.name == requirement.question.metric) {
            let Proportion { hits, count } = chance.share;
            let inside = requirement.bound.clamp(0.0, 1.0);
            let (below, above) = beta_shares(hits as f64 + 0.5, (count - hits) as f64 + 0.5, inside);
            let sure = (requirement.bound >= 1.0 && requirement.at_most) || (requirement.bound <= 0.0 && !requirement.at_most);
            return (count > 0).then_some(if sure {
                1.0
            } else if requirement.at_most {
                below
            } else {
                above
            });
        }
        let [value, error] = self.answer(&requirement.question)?;
        let margin = requirement.margin(value);
        match error {
            error if error > 0.0 => Some(normal::cdf(margin / error)),
            0.0 => Some(if margin >= 0.0 { 1.0 } else { 0.0 }),
            _ => None,
        }
    }

    /// The sampled trials' values of `value`.
    #[must_use]
    pub fn sampled(&self, value: Value) -> Option<&[f64]> {
        self.sample.values.get(self.place(value)?).map(Vec::as_slice)
    }
}

/// Simulates `deal`.
///
/// # Errors
/// [`RunError`]: it was stopped, or an audit found a fault of this program.
pub fn run(deal: &Deal, options: &Options) -> Result<Run, RunError> {
    run_beside(deal, options, Beside::default())
}

/// Simulates `deal` and does something beside: the same numbers as [`run`].
///
/// # Errors
/// [`RunError`]: it was stopped, or an audit found a fault of this program.
pub fn run_beside(deal: &Deal, options: &Options, beside: Beside<'_>) -> Result<Run, RunError> {
    run_in(deal, &options.begin(Phase::Simulating, deal, |trials| trials), beside)
}

/// The same, as a part of a study.
pub(super) fn run_in(deal: &Deal, course: &Course, beside: Beside<'_>) -> Result<Run, RunError> {
    let mut runs = gather(&[deal], &[Catalogue::new(deal)], !beside.unsampled, course, beside)?;
    Ok(runs.swap_remove(0))
}

/// What a run is asked for beside its summaries, of its first deal.
#[derive(Default)]
pub struct Beside<'a> {
    /// The first trials are not kept in full ([`Run::sample`] is empty): for runs of which nothing is drawn.
    pub unsampled: bool,
    /// Sees the metrics of every block of trials, in the order of the trials.
    pub rows: Option<&'a mut (dyn FnMut(&Observed) + Send)>,
    /// Is filled with cash by period.
    pub flows: Option<&'a mut Flows>,
}

/// What is kept of a block until it is consumed.
struct Kept {
    observed: Observed,
    paid: Option<Vec<Vec<Vec<f64>>>>,
    flows: Option<Flows>,
    breach: Option<Breach>,
}

/// What one deal comes to, block by block.
struct Gathered {
    catalogue: Catalogue,
    columns: Vec<Column>,
    counts: Vec<[u64; 2]>,
    sample: Sample,
}

/// Simulates deals that share a world (see [`super::many`]): each with its own metrics, and with the first trials in full if `sampled`.
pub(super) fn gather(
    deals: &[&Deal],
    catalogues: &[Catalogue],
    sampled: bool,
    course: &Course,
    mut beside: Beside<'_>,
) -> Result<Vec<Run>, RunError> {
    let Some((first, others)) = deals.split_first() else { return Ok(Vec::new()) };
    let first = Plan::new(first, course.seed);
    let plans: Vec<Plan> = others.iter().map(|deal| first.for_terms(deal)).collect();
    let plans: Vec<Plan> = core::iter::once(first).chain(plans).collect();
    let spare: Vec<Mutex<Vec<Observed>>> = deals.iter().map(|_| Mutex::new(Vec::new())).collect();
    let (audit, with_flows) = (course.audit, beside.flows.is_some());
    let keep = |at: usize, block: &Block| {
        let old = spare[at].lock().ok().and_then(|mut old| old.pop()).unwrap_or_default();
        Kept {
            observed: observe(deals[at], &catalogues[at], block, old),
            paid: (sampled && block.first_trial < room(deals[at], &catalogues[at]) as u64).then(|| cumulative_payments(deals[at], block)),
            flows: (with_flows && at == 0).then(|| Flows::of(deals[at], block)),
            breach: if audit { engine::audit(deals[at], block).err() } else { None },
        }
    };
    let sample = |deal: &Deal, catalogue: &Catalogue| match sampled {
        true => Sample::with_room(catalogue, course.trials.min(room(deal, catalogue) as u64) as usize),
        false => Sample::default(),
    };
    let of = deals.iter().zip(catalogues);
    let mut all: Vec<Gathered> = of.map(|(deal, catalogue)| Gathered::new(catalogue, sample(deal, catalogue))).collect();
    let mut breach = None;
    engine::simulate(&plans, 0..course.trials, course.stop(), keep, |blocks: Vec<Vec<Kept>>, done| {
        all.par_iter_mut().enumerate().for_each(|(at, one)| one.push(blocks.iter().map(|kept| &kept[at])));
        for (at, kept) in blocks.into_iter().flat_map(|kept| kept.into_iter().enumerate()) {
            breach = breach.take().or(kept.breach);
            if let (0, Some(rows)) = (at, &mut beside.rows) {
                rows(&kept.observed);
            }
            if let (Some(sums), Some(flows)) = (&mut beside.flows, kept.flows) {
                sums.add(flows);
            }
            if let Some(paid) = kept.paid {
                all[at].sample.add(&kept.observed, paid);
            }
            if let Ok(mut old) = spare[at].lock() {
                old.push(kept.observed);
            }
        }
        course.done(done);
    })?;
    if let Some(breach) = breach {
        return Err(RunError::Breach(breach));
    }
    let (trials, seed) = (course.trials, course.seed);
    Ok(all.into_par_iter().map(|one| one.finish(trials, seed)).collect())
}

impl Gathered {
    fn new(catalogue: &Catalogue, sample: Sample) -> Self {
        let column = |(_, value): &(String, Value)| Column::new(&[], matches!(value, Value::Gain(_)).then_some(TAIL));
        Self {
            catalogue: catalogue.clone(),
            columns: catalogue.values.iter().map(column).collect(),
            counts: vec![[0u64; 2]; catalogue.chances.len()],
            sample,
        }
    }

    fn push<'k>(&mut self, blocks: impl Iterator<Item = &'k Kept> + Clone + Sync + Send) {
        self.columns.par_iter_mut().enumerate().for_each(|(index, column)| {
            blocks.clone().for_each(|kept| column.push_block(kept.observed.values.row(index)));
        });
        for kept in blocks {
            for (sum, count) in self.counts.iter_mut().zip(&kept.observed.chances) {
                sum[0] += count[0];
                sum[1] += count[1];
            }
        }
    }

    fn finish(self, trials: u64, seed: u64) -> Run {
        let summaries: Vec<(Summary, Option<Tail>)> = self.columns.into_par_iter().map(Column::finish).collect();
        let (values, asked) = (self.catalogue.values.iter(), self.catalogue.chances.iter());
        let places = Places {
            metrics: values.enumerate().map(|(at, (_, value))| (*value, at)).collect(),
            chances: asked.enumerate().map(|(at, (_, chance))| (*chance, at)).collect(),
        };
        let metrics = self.catalogue.values.into_iter().zip(summaries);
        let chances = self.catalogue.chances.into_iter().zip(self.counts);
        Run {
            trials,
            seed,
            metrics: metrics.map(|((name, value), (summary, tail))| Metric { name, value, summary, tail }).collect(),
            chances: chances
                .map(|((name, chance), [hits, asked])| Chance { name, chance, share: Proportion { hits, count: asked } })
                .collect(),
            sample: self.sample,
            places,
        }
    }
}

impl Sample {
    fn with_room(catalogue: &Catalogue, room: usize) -> Self {
        Self { room, trials: 0, values: catalogue.values.iter().map(|_| Vec::with_capacity(room)).collect(), paid: Vec::new() }
    }

    fn add(&mut self, observed: &Observed, paid: Vec<Vec<Vec<f64>>>) {
        let room = self.room - self.trials;
        let taken = observed.lanes.min(room);
        for (index, values) in self.values.iter_mut().enumerate() {
            values.extend_from_slice(&observed.values.row(index)[..taken]);
        }
        if self.paid.is_empty() {
            let room = self.values.first().map_or(0, Vec::capacity);
            self.paid = paid.iter().map(|periods| periods.iter().map(|_| Vec::with_capacity(room)).collect()).collect();
        }
        for (all, payor) in self.paid.iter_mut().zip(paid) {
            all.iter_mut().zip(payor).for_each(|(all, period)| all.extend_from_slice(&period[..taken]));
        }
        self.trials += taken;
    }
}

/// How many trials of `deal` are kept in full: [`SAMPLE`], fewer where each has very many numbers.
fn room(deal: &Deal, catalogue: &Catalogue) -> usize {
    let each = size_of::<f64>() * (catalogue.values.len() + paid_numbers(deal));
    (SAMPLE_ROOM / each).clamp(FEWEST, SAMPLE)
}

/// Cumulative payments of a trial that are kept: none where nobody could read them.
fn paid_numbers(deal: &Deal) -> usize {
    Some(deal.payors.len() * deal.timeline.periods as usize).filter(|numbers| *numbers <= MOST_PAID).unwrap_or(0)
}

/// Cumulative payments in major units, by payor and period, one value per trial; nothing where there are too many to be kept.
fn cumulative_payments(deal: &Deal, block: &Block) -> Vec<Vec<Vec<f64>>> {
    if paid_numbers(deal) == 0 {
        return Vec::new();
    }
    let units = deal.currency.minor_units() as f64;
    let payor = |payor: usize| {
        let mut total = vec![0i64; block.lanes];
        (0..deal.timeline.periods as usize)
            .map(|period| {
                total.iter_mut().zip(block.owed.paid_in(payor, period)).for_each(|(total, paid)| *total += paid);
                total.iter().map(|&total| total as f64 / units).collect()
            })
            .collect()
    };
    (0..deal.payors.len()).map(payor).collect()
}

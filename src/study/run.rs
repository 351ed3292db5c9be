//! One deal, many trials, one row of summaries.

use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use rayon::prelude::*;

use crate::deal::Deal;
use crate::engine::{self, Block, Breach, Interrupted, Plan};
use crate::metrics::{Catalogue, Observed, Value, observe};
use crate::stats::{Column, Proportion, Summary, Tail};

/// Trials of which every number is kept, for pictures and tables: the first ones.
pub const SAMPLE: usize = 20_000;

/// Share of the trials that the lower tail of a gain holds: value at risk and expected shortfall at 95%.
const TAIL: f64 = 0.05;

/// How a run is made.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Number of trials, at least 1.
    pub trials: u64,
    /// Seed of every random draw.
    pub seed: u64,
    /// Whether every trial's books are checked.
    pub audit: bool,
    /// Stops the run between blocks.
    pub stop: &'a AtomicBool,
    /// Told from time to time how many trials are done.
    pub progress: &'a dyn Fn(u64),
}

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
}

impl Run {
    /// The summary of `value`, if the deal has it.
    #[must_use]
    pub fn summary(&self, value: Value) -> Option<&Summary> {
        self.metrics.iter().find(|metric| metric.value == value).map(|metric| &metric.summary)
    }

    /// How often `chance` held, if the deal has it.
    #[must_use]
    pub fn share(&self, chance: crate::metrics::Chance) -> Option<&Proportion> {
        self.chances.iter().find(|known| known.chance == chance).map(|known| &known.share)
    }

    /// The sampled trials' values of `value`.
    #[must_use]
    pub fn sampled(&self, value: Value) -> Option<&[f64]> {
        let index = self.metrics.iter().position(|metric| metric.value == value)?;
        self.sample.values.get(index).map(Vec::as_slice)
    }
}

/// What is kept of a block until it is consumed.
struct Kept {
    observed: Observed,
    paid: Option<Vec<Vec<Vec<f64>>>>,
    breach: Option<Breach>,
}

/// Simulates `deal`.
///
/// # Errors
/// [`RunError`]: it was stopped, or an audit found a fault of this program.
pub fn run(deal: &Deal, options: &Options<'_>) -> Result<Run, RunError> {
    let plan = Plan::new(deal, options.seed);
    let catalogue = Catalogue::new(deal);
    let spare: Mutex<Vec<Observed>> = Mutex::new(Vec::new());
    let audit = options.audit;
    let keep = |block: &Block| {
        let old = spare.lock().ok().and_then(|mut old| old.pop()).unwrap_or_default();
        Kept {
            observed: observe(deal, &catalogue, block, old),
            paid: (block.first_trial < SAMPLE as u64).then(|| cumulative_payments(deal, block)),
            breach: if audit { engine::audit(deal, block).err() } else { None },
        }
    };
    let mut columns: Vec<Column> =
        catalogue.values.iter().map(|(_, value)| Column::new(&[], matches!(value, Value::Gain(_)).then_some(TAIL))).collect();
    let mut counts = vec![[0u64; 2]; catalogue.chances.len()];
    let mut sample = Sample { trials: 0, values: vec![Vec::new(); catalogue.values.len()], paid: Vec::new() };
    let mut breach = None;
    engine::simulate(&plan, options.trials, options.stop, keep, |batch: Vec<Kept>, done| {
        columns.par_iter_mut().enumerate().for_each(|(index, column)| {
            batch.iter().for_each(|kept| column.push_block(kept.observed.values.row(index)));
        });
        for kept in batch {
            for (sum, count) in counts.iter_mut().zip(&kept.observed.chances) {
                sum[0] += count[0];
                sum[1] += count[1];
            }
            breach = breach.take().or(kept.breach);
            if let Some(paid) = kept.paid {
                sample.add(&kept.observed, paid);
            }
            if let Ok(mut old) = spare.lock() {
                old.push(kept.observed);
            }
        }
        (options.progress)(done);
    })?;
    if let Some(breach) = breach {
        return Err(RunError::Breach(breach));
    }
    let summaries: Vec<(Summary, Option<Tail>)> = columns.into_par_iter().map(Column::finish).collect();
    Ok(Run {
        trials: options.trials,
        seed: options.seed,
        metrics: catalogue
            .values
            .into_iter()
            .zip(summaries)
            .map(|((name, value), (summary, tail))| Metric { name, value, summary, tail })
            .collect(),
        chances: catalogue
            .chances
            .into_iter()
            .zip(counts)
            .map(|((name, chance), [hits, asked])| Chance { name, chance, share: Proportion { hits, count: asked } })
            .collect(),
        sample,
    })
}

impl Sample {
    fn add(&mut self, observed: &Observed, paid: Vec<Vec<Vec<f64>>>) {
        let room = SAMPLE - self.trials;
        let taken = observed.lanes.min(room);
        for (index, values) in self.values.iter_mut().enumerate() {
            values.extend_from_slice(&observed.values.row(index)[..taken]);
        }
        if self.paid.is_empty() {
            self.paid = vec![vec![Vec::new(); paid.first().map_or(0, Vec::len)]; paid.len()];
        }
        for (all, payor) in self.paid.iter_mut().zip(paid) {
            all.iter_mut().zip(payor).for_each(|(all, period)| all.extend_from_slice(&period[..taken]));
        }
        self.trials += taken;
    }
}

/// Cumulative payments in major units, by payor and period, one value per trial.
fn cumulative_payments(deal: &Deal, block: &Block) -> Vec<Vec<Vec<f64>>> {
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

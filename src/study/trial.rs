//! One trial, line by line.

use super::{Options, Run, RunError, SAMPLE, run};
use crate::deal::{Deal, PeriodId};
use crate::engine::{Block, Entry, Plan};
use crate::metrics::{Catalogue, Observed, Value, observe};
use crate::settlement::{Claim, Line};

/// One trial in full.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Its number.
    pub number: u64,
    /// The block of this one trial: people, findings, money.
    pub block: Block,
    /// Its ledger, period by period.
    pub ledger: Vec<LedgerLine>,
    /// Its metrics: dotted name and value.
    pub metrics: Vec<(String, f64)>,
}

/// A line of the ledger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LedgerLine {
    /// Period.
    pub period: PeriodId,
    /// What happened.
    pub entry: Entry,
}

/// Simulates trial `number` of `deal` under `seed` by itself: the same trial as in any run.
#[must_use]
pub fn trace(deal: &Deal, seed: u64, number: u64) -> Trial {
    let plan = Plan::new(deal, seed);
    let mut block = Block::new(&plan, 1);
    let mut ledger = Vec::new();
    block.trace(&plan, number, |entry| {
        let period = match entry {
            Entry::Line(
                Line::Claim(Claim { period, .. })
                | Line::Formula { period, .. }
                | Line::Cut { period, .. }
                | Line::Paid { period, .. }
                | Line::Unrefunded { period, .. }
                | Line::Stop { period, .. },
            )
            | Entry::Movement(period, _) => period,
        };
        if !is_nothing(&entry) {
            ledger.push(LedgerLine { period, entry });
        }
    });
    // Claims first, then cash: a stable sort keeps the order within a period.
    ledger.sort_by_key(|line| line.period);
    let catalogue = Catalogue::new(deal);
    let observed = observe(deal, &catalogue, &block, Observed::default());
    let metrics = catalogue.values.into_iter().enumerate().map(|(index, (name, _))| (name, observed.values.row(index)[0])).collect();
    Trial { number, block, ledger, metrics }
}

/// The first trial, of the first [`SAMPLE`], at which `metric` has its quantile at `share` (0 to 1).
///
/// # Errors
/// [`FindError`]: it was stopped, there is no such number, or no trial has a value of it.
pub fn find_trial(deal: &Deal, metric: &str, share: f64, options: &Options) -> Result<u64, FindError> {
    let simulated = run(deal, &options.clone().trials(options.trials_of(deal).min(SAMPLE as u64)))?;
    let Some(index) = simulated.metrics.iter().position(|known| known.name == metric) else {
        let names = simulated.metrics.iter().map(|metric| metric.name.as_str());
        return Err(FindError::Unknown { name: metric.into(), known: names.collect::<Vec<_>>().join(", ") });
    };
    trial_at(&simulated.sample.values[index], share).ok_or_else(|| FindError::Undefined(metric.into()))
}

/// The trial of `run` in which all payors pay what they pay in the middle of the first trials, in full.
#[must_use]
pub fn median_trial(deal: &Deal, run: &Run) -> Trial {
    let number = run.sampled(Value::Paid).and_then(|paid| trial_at(paid, 0.5)).unwrap_or(0);
    trace(deal, run.seed, number)
}

/// Why there is no trial.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FindError {
    /// The search was stopped.
    #[error(transparent)]
    Run(#[from] RunError),
    /// There is no such number.
    #[error("there is no metric `{name}`; there are: {known}")]
    Unknown {
        /// The metric that was asked for.
        name: String,
        /// Names of all that there are.
        known: String,
    },
    /// No trial has a value of it.
    #[error("`{0}` is undefined in every trial")]
    Undefined(String),
}

/// Whether nothing moved.
fn is_nothing(entry: &Entry) -> bool {
    matches!(entry, Entry::Movement(_, movement) if movement.amount() == 0)
}

/// The first of `values` whose value is the quantile at `share` (0 to 1): inf{x : F(x) ≥ share}. `None` when none is defined.
#[must_use]
pub fn trial_at(values: &[f64], share: f64) -> Option<u64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let rank = ((sorted.len() as f64 * share).ceil() as usize).clamp(1, sorted.len().max(1));
    let wanted = *sorted.get(rank - 1)?;
    values.iter().position(|value| *value == wanted).map(|at| at as u64)
}

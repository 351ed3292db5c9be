//! What the trials of a range come to, gathered block by block in the order of the trials.

use core::ops::Range;
use std::sync::Mutex;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::options::Course;
use super::run::{Chance, Metric, Places};
use super::sample::{Sample, cumulative_payments, room};
use super::{Flows, Run, RunError};
use crate::deal::{Deal, PayorId};
use crate::engine::{self, Block, Breach, Plan};
use crate::metrics::{Catalogue, Observed, Value, observe};
use crate::numeric::each::Each;
use crate::stats::{Column, Proportion, Summary, Tail};

/// Share of the trials that the lower tail of a gain holds: value at risk and expected shortfall at 95%.
const TAIL: f64 = 0.05;

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
    paid: Option<Each<PayorId, Vec<Vec<f64>>>>,
    flows: Option<Flows>,
    breach: Option<Breach>,
}

/// What one deal comes to over the trials of a range.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Gathered {
    columns: Vec<Column>,
    counts: Vec<[u64; 2]>,
    sample: Sample,
    /// Effective trials behind futures that fit what is known; nothing where nothing is.
    effective: Option<f64>,
}

/// Simulates the trials `range` of deals that share a world (see [`super::many`]): each with its own metrics, and with the first trials in
/// full if `sampled`.
pub(super) fn gather(
    deals: &[&Deal],
    catalogues: &[Catalogue],
    sampled: bool,
    range: Range<u64>,
    course: &Course,
    beside: Beside<'_>,
) -> Result<Vec<Gathered>, RunError> {
    let Some((first, others)) = deals.split_first() else { return Ok(Vec::new()) };
    let first = Plan::new(first, course.seed);
    let plans: Vec<Plan> = others.iter().map(|deal| first.for_terms(deal)).collect();
    let plans: Vec<Plan> = core::iter::once(first).chain(plans).collect();
    gather_on(&plans, deals, catalogues, sampled, range, course, beside)
}

/// The same with the plans of these deals, which are made ready already.
pub(super) fn gather_on(
    plans: &[Plan],
    deals: &[&Deal],
    catalogues: &[Catalogue],
    sampled: bool,
    range: Range<u64>,
    course: &Course,
    mut beside: Beside<'_>,
) -> Result<Vec<Gathered>, RunError> {
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
        true => Sample::with_room(catalogue, range.end.min(room(deal, catalogue) as u64).saturating_sub(range.start) as usize),
        false => Sample::default(),
    };
    let gathered =
        |(deal, catalogue): (&&Deal, &Catalogue)| Gathered::new(catalogue, range.start, plans[0].lanes(), sample(deal, catalogue));
    let mut all: Vec<Gathered> = deals.iter().zip(catalogues).map(gathered).collect();
    let effective = plans[0].learnt().and_then(|learnt| learnt.evidence()).map(|evidence| evidence.effective);
    all.iter_mut().for_each(|one| one.effective = effective);
    let mut breach = None;
    engine::simulate(plans, range, course.stop(), keep, |blocks: Vec<Vec<Kept>>, done| {
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
    breach.map_or(Ok(all), |breach| Err(RunError::Breach(breach)))
}

impl Gathered {
    /// Nothing yet, of the trials from `first` on, in blocks of `lanes`.
    fn new(catalogue: &Catalogue, first: u64, lanes: usize, sample: Sample) -> Self {
        Self {
            columns: catalogue.values.iter().map(|(_, value)| Column::from(first, lanes, tail_of(*value))).collect(),
            counts: vec![[0u64; 2]; catalogue.chances.len()],
            sample,
            effective: None,
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

    /// Whether it can be what the trials `range` of a deal with these metrics came to: what was read from a file is not believed.
    pub(super) fn is_of(&self, catalogue: &Catalogue, range: &Range<u64>) -> bool {
        let trials = range.end.saturating_sub(range.start);
        let sound = |(column, (_, value)): (&Column, &(String, Value))| column.is_sound(range, tail_of(*value));
        let sample = &self.sample;
        let kept = |values: &Vec<f64>| values.len() == sample.trials;
        range.start <= range.end
            && self.columns.len() == catalogue.values.len()
            && self.columns.iter().zip(&catalogue.values).all(sound)
            && self.counts.len() == catalogue.chances.len()
            && self.counts.iter().all(|&[hits, asked]| hits <= asked && asked <= trials)
            && sample.values.len() == catalogue.values.len()
            && sample.values.iter().all(kept)
            && sample.paid.iter().flatten().all(kept)
            && sample.trials as u64 <= trials
    }

    /// Adds what the trials after these came to. `false` where their quantiles are too far apart to be told.
    pub(super) fn append(&mut self, later: Self) -> bool {
        self.counts.iter_mut().flatten().zip(later.counts.iter().flatten()).for_each(|(sum, count)| *sum += count);
        self.sample.append(later.sample);
        let mut met = true;
        for (column, later) in self.columns.iter_mut().zip(later.columns) {
            met &= column.append(later);
        }
        met
    }

    /// The run of these, which are the first `trials` trials under `seed`.
    pub(super) fn finish(self, catalogue: Catalogue, trials: u64, seed: u64) -> Run {
        let summaries = self.columns.into_par_iter().map(Column::finish).collect();
        let effective = self.effective;
        run_of(catalogue, summaries, self.counts, self.sample, [trials, seed]).resting_on(effective)
    }
}

/// The run with these summaries of its numbers and counts of its chances.
pub(super) fn run_of(
    catalogue: Catalogue,
    summaries: Vec<(Summary, Option<Tail>)>,
    counts: Vec<[u64; 2]>,
    sample: Sample,
    [trials, seed]: [u64; 2],
) -> Run {
    let (values, asked) = (catalogue.values.iter(), catalogue.chances.iter());
    let places = Places {
        metrics: values.enumerate().map(|(at, (_, value))| (*value, at)).collect(),
        chances: asked.enumerate().map(|(at, (_, chance))| (*chance, at)).collect(),
    };
    let metrics = catalogue.values.into_iter().zip(summaries);
    let chances = catalogue.chances.into_iter().zip(counts);
    Run {
        trials,
        seed,
        metrics: metrics.map(|((name, value), (summary, tail))| Metric { name, value, summary, tail }).collect(),
        chances: chances.map(|((name, chance), [hits, asked])| Chance { name, chance, share: Proportion::new(hits, asked) }).collect(),
        sample,
        places,
    }
}

/// Which lower tail is told of a number: that of gains.
pub(super) fn tail_of(value: Value) -> Option<f64> {
    matches!(value, Value::Gain(_)).then_some(TAIL)
}

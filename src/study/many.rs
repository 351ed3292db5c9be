//! Many deals on as few worlds as they have.

use rayon::prelude::*;

use super::gathered::{Beside, gather};
use super::options::Course;
use super::{Options, Phase, Run, RunError};
use crate::deal::Deal;
use crate::engine::{self, BLOCK};
use crate::metrics::Catalogue;
use crate::question::Question;

/// Deals that are settled on one world at the same time, at least: enough to make a usual world nearly free.
const TOGETHER: usize = 64;

/// The same at most, where settling takes little memory: enough for people who are simulated one by one.
const MOST_TOGETHER: usize = 512;

/// Bytes that their settlements may take on each thread, about.
const SPACE: usize = 128 << 20;

/// Trials that are lost when many deals are stopped, about, beyond those of [`TOGETHER`] deals.
const LOST: u64 = 5_000_000;

/// How many deals like `deal` are best settled together, with so many trials each.
#[must_use]
pub fn together(deal: &Deal, trials: u64) -> usize {
    let columns = 2 * deal.payments.len() + 2 * deal.payors.len() + 3 * deal.capital.tranches.len() + 4;
    let each = BLOCK * size_of::<i64>() * deal.timeline.periods as usize * columns;
    let few = (LOST / trials.max(1)) as usize;
    (SPACE / each.max(1)).min(few).clamp(TOGETHER, MOST_TOGETHER)
}

/// Everything that the world of a deal depends on, as text: deals with the same one are settled on the same world.
pub(super) fn world_of(deal: &Deal) -> String {
    let payors: Vec<_> = deal.payors.iter().map(|payor| (&payor.name, &payor.hazard)).collect();
    let around = (&deal.timeline, deal.currency, &deal.program, &deal.economy, &deal.correlated, deal.one_by_one);
    // They share its blocks too.
    format!("{:?}", (around, &deal.outcomes, &deal.records, &deal.measures, payors, engine::lanes(deal)))
}

/// Simulates every deal with the same trials and seed. Deals that share a world (people, measures, budget, payors' credit)
/// are settled on the same one. With `asked`, only what these questions need is kept; without, everything and the first trials in full.
/// Where `options` do not say, trials and seed are those of the first. Progress counts the trials of all deals.
///
/// # Errors
/// [`RunError`]: it was stopped, or an audit found a fault of this program.
pub fn many(deals: &[&Deal], asked: Option<&[Question]>, options: &Options) -> Result<Vec<Run>, RunError> {
    let Some(first) = deals.first() else { return Ok(Vec::new()) };
    many_in(deals, asked, &options.begin(Phase::Simulating, first, |trials| trials.saturating_mul(deals.len() as u64)))
}

/// The same, as a part of a study.
pub(super) fn many_in(deals: &[&Deal], asked: Option<&[Question]>, course: &Course) -> Result<Vec<Run>, RunError> {
    let worlds: Vec<String> = deals.iter().map(|deal| world_of(deal)).collect();
    let mut runs: Vec<Option<Run>> = deals.iter().map(|_| None).collect();
    let mut before = 0;
    for first in 0..deals.len() {
        while runs[first].is_none() {
            let same = (first..deals.len()).filter(|&at| runs[at].is_none() && worlds[at] == worlds[first]);
            let group: Vec<usize> = same.take(together(deals[first], course.trials)).collect();
            let of_group: Vec<&Deal> = group.iter().map(|&at| deals[at]).collect();
            let catalogue = |deal: &&Deal| asked.map_or_else(|| Catalogue::new(deal), |asked| Catalogue::new(deal).only(asked));
            let part = course.after(before).each(of_group.len() as u64);
            let catalogues: Vec<Catalogue> = of_group.iter().map(catalogue).collect();
            let trials = course.trials;
            let found = gather(&of_group, &catalogues, asked.is_none(), 0..trials, &part, Beside::default())?;
            let found: Vec<Run> = found
                .into_par_iter()
                .zip(catalogues)
                .map(|(gathered, catalogue)| gathered.finish(catalogue, trials, course.seed))
                .collect();
            group.iter().zip(found).for_each(|(&at, run)| runs[at] = Some(run));
            before += course.trials * of_group.len() as u64;
        }
    }
    Ok(runs.into_iter().flatten().collect())
}

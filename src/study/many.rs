//! Many deals on as few worlds as they have.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

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

/// Deals below which a world is not simulated again for another thread.
const FEW: usize = 16;

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
    format!("{:?}", (around, &deal.outcomes, &deal.records, &deal.measures, payors, engine::lanes(deal), &deal.so_far))
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
    let Some(first) = deals.first() else { return Ok(Vec::new()) };
    // Few trials do not feed all threads: then several groups are under way together.
    let alone = course.trials.div_ceil(engine::lanes(first) as u64) >= rayon::current_num_threads() as u64;
    let groups = groups(deals, course.trials, alone);
    let done = Mutex::new(0);
    let group = |group: &Vec<usize>| -> Result<Vec<Run>, RunError> {
        let of_group: Vec<&Deal> = group.iter().map(|&at| deals[at]).collect();
        let count = of_group.len() as u64;
        let before = if alone { *done.lock().unwrap_or_else(PoisonError::into_inner) } else { 0 };
        let part = if alone { course.after(before).each(count) } else { course.quiet() };
        let runs = on_one_world(&of_group, asked, &part)?;
        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
        *done += course.trials * count;
        course.done(*done);
        Ok(runs)
    };
    let found: Vec<Vec<Run>> =
        if alone { groups.iter().map(group).collect::<Result<_, _>>()? } else { groups.par_iter().map(group).collect::<Result<_, _>>()? };
    let mut runs: Vec<Option<Run>> = deals.iter().map(|_| None).collect();
    groups.iter().flatten().zip(found.into_iter().flatten()).for_each(|(&at, run)| runs[at] = Some(run));
    Ok(runs.into_iter().flatten().collect())
}

/// The deals (indices) that are settled on one world together, one group after another if `alone`.
fn groups(deals: &[&Deal], trials: u64, alone: bool) -> Vec<Vec<usize>> {
    let mut by_world: Vec<(String, Vec<usize>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (at, world) in deals.par_iter().map(|deal| world_of(deal)).collect::<Vec<_>>().into_iter().enumerate() {
        let place = *places.entry(world.clone()).or_insert(by_world.len());
        if place == by_world.len() {
            by_world.push((world, Vec::new()));
        }
        by_world[place].1.push(at);
    }
    let parts = |all: Vec<usize>| {
        let most = together(deals[all[0]], trials);
        // Otherwise each thread has some of a large group, but none so few that their world costs more than they do.
        let each = if alone { most } else { all.len().div_ceil(rayon::current_num_threads()).clamp(FEW, most.max(FEW)) };
        all.chunks(each).map(<[usize]>::to_vec).collect::<Vec<_>>()
    };
    by_world.into_iter().flat_map(|(_, all)| parts(all)).collect()
}

/// The runs of deals that share a world.
fn on_one_world(deals: &[&Deal], asked: Option<&[Question]>, course: &Course) -> Result<Vec<Run>, RunError> {
    let [first, others @ ..] = deals else { return Ok(Vec::new()) };
    let whole = Catalogue::new(first);
    let only = |catalogue: &Catalogue| match asked {
        Some(asked) => catalogue.clone().only(asked),
        None => catalogue.clone(),
    };
    let own = only(&whole);
    let other = |deal: &&Deal| if whole.is_also_of(first, deal) { own.clone() } else { only(&Catalogue::new(deal)) };
    let catalogues: Vec<Catalogue> = core::iter::once(own.clone()).chain(others.iter().map(other)).collect();
    let found = gather(deals, &catalogues, asked.is_none(), 0..course.trials, course, Beside::default())?;
    let finished =
        found.into_par_iter().zip(catalogues).map(|(gathered, catalogue)| gathered.finish(catalogue, course.trials, course.seed));
    Ok(finished.collect())
}

//! A world that is kept: its trials are drawn once and settled under as many term sheets as are asked, in the time of a settlement.
//!
//! The numbers are those of a run, to the bit: the same blocks, settled by the same plan, summed up in the same order. It works in
//! steps of one block of trials, so that whoever waits can turn to something newer between two of them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::gathered::{run_of, tail_of};
use super::many::world_of;
use super::sample::{SAMPLE, Sample, cumulative_payments};
use super::{Metric, Run};
use crate::deal::{Deal, PayorId};
use crate::engine::{Block, Plan, SettlementSpace};
use crate::metrics::{Catalogue, Value, each_trial};
use crate::numeric::each::Each;
use crate::question::Question;
use crate::stats::medians::Ranked;
use crate::stats::{Column, Summary, Tail};

/// The trials of one world, each drawn once.
#[derive(Clone, Debug)]
pub struct Held {
    plan: Plan,
    /// What the world depends on.
    world: String,
    trials: u64,
    seed: u64,
    blocks: Vec<Block>,
}

impl Held {
    /// The world of `deal` in `trials` trials (1 to [`SAMPLE`]: less is 1, more is that) under `seed`. Nothing is drawn yet.
    #[must_use]
    pub fn new(deal: &Deal, trials: u64, seed: u64) -> Self {
        let trials = trials.clamp(1, SAMPLE as u64);
        Self { plan: Plan::new(deal, seed), world: world_of(deal), trials, seed, blocks: Vec::new() }
    }

    /// Everything that the world of `deal` depends on, as text: people, measures, budget, payors' credit. Deals with the same one share a
    /// world.
    #[must_use]
    pub fn world_of(deal: &Deal) -> String {
        world_of(deal)
    }

    /// Whether it is the world of the deals with this text ([`Held::world_of`]).
    #[must_use]
    pub fn is(&self, world: &str) -> bool {
        self.world == world
    }

    /// Trials that are drawn.
    #[must_use]
    pub fn drawn(&self) -> u64 {
        self.blocks.iter().map(|block| block.lanes as u64).sum()
    }

    /// Draws the next block of trials; `false` where all are drawn.
    pub fn draw(&mut self) -> bool {
        let first = self.drawn();
        let lanes = (self.trials - first).min(self.plan.lanes() as u64) as usize;
        if lanes > 0 {
            let mut block = Block::unsettled(&self.plan, lanes);
            block.draw(&self.plan, first);
            self.blocks.push(block);
        }
        lanes > 0
    }

    /// Begins to settle it under the terms of `deal`, which must be a deal of this world ([`Held::is`]), for what is `asked`. With `pictured`,
    /// payments by period are kept too, which pictures show. `spare` is what an older one leaves behind ([`Stood::into_spare`]).
    #[must_use]
    pub fn settling(&self, deal: Deal, asked: &[Question], pictured: bool, mut spare: Vec<Vec<f64>>) -> Settling {
        let catalogue = Catalogue::new(&deal).only(asked);
        let mut room = || {
            let mut row = spare.pop().unwrap_or_default();
            row.clear();
            row.reserve(self.trials as usize);
            row
        };
        Settling {
            plan: self.plan.for_terms(&deal),
            values: catalogue.values.iter().map(|_| room()).collect(),
            chances: catalogue.chances.iter().map(|_| room()).collect(),
            paid: pictured.then(Each::default),
            space: None,
            next: 0,
            deal,
            catalogue,
        }
    }
}

/// A term sheet that is being settled on a world.
#[derive(Clone, Debug)]
pub struct Settling {
    deal: Deal,
    catalogue: Catalogue,
    plan: Plan,
    /// What each trial has: numbers, NaN where undefined, and chances as 1 and 0, NaN where not asked.
    values: Vec<Vec<f64>>,
    chances: Vec<Vec<f64>>,
    /// Cumulative payments by payor and period, where they are kept.
    paid: Option<Each<PayorId, Vec<Vec<f64>>>>,
    /// Space for so many trials.
    space: Option<(usize, SettlementSpace)>,
    next: usize,
}

/// A term sheet that was settled on a world.
#[derive(Clone, Debug)]
pub struct Stood {
    /// The deal.
    pub deal: Deal,
    /// What was asked of it: the same as a run finds; every trial is kept in full.
    pub run: Run,
    chances: Vec<Vec<f64>>,
    /// Columns that were looked at for a quantile, by row and share.
    ranked: RefCell<HashMap<(usize, u64), Rc<Ranked>>>,
}

impl Settling {
    /// Settles the next block of trials of `held`; `false` where none is drawn that it has not seen.
    pub fn step(&mut self, held: &mut Held) -> bool {
        let Some(block) = held.blocks.get_mut(self.next) else { return false };
        let lanes = block.lanes;
        let (_, mut space) =
            self.space.take().filter(|(room, _)| *room == lanes).unwrap_or_else(|| (lanes, SettlementSpace::new(&self.plan, lanes)));
        block.exchange(&mut space);
        block.settle(&self.plan, |_| {});
        self.look(block);
        block.exchange(&mut space);
        self.space = Some((lanes, space));
        self.next += 1;
        true
    }

    fn look(&mut self, block: &Block) {
        let seen = each_trial(&self.deal, &self.catalogue, block);
        self.values.iter_mut().chain(&mut self.chances).enumerate().for_each(|(at, row)| row.extend_from_slice(seen.row(at)));
        let Some(paid) = &mut self.paid else { return };
        let now = cumulative_payments(&self.deal, block);
        if paid.is_empty() {
            *paid = now;
        } else {
            let periods = paid.iter_mut().flatten().zip(now.into_iter().flatten());
            periods.for_each(|(all, now)| all.extend_from_slice(&now));
        }
    }

    /// The deal that is settled.
    #[must_use]
    pub fn deal(&self) -> &Deal {
        &self.deal
    }

    /// Trials that are settled.
    #[must_use]
    pub fn settled(&self, held: &Held) -> u64 {
        held.blocks[..self.next].iter().map(|block| block.lanes as u64).sum()
    }

    /// What it came to over the trials that were settled. Numbers that are in every trial what they were in `before`, on the same trials, are
    /// not summed up again.
    #[must_use]
    pub fn finish(self, held: &Held, before: Option<&Stood>) -> Stood {
        let trials = self.settled(held);
        let summary = |(row, (name, value)): (&Vec<f64>, &(String, Value))| {
            let known = before.and_then(|before| before.same(name, row));
            known.unwrap_or_else(|| summed(row, self.plan.lanes(), *value))
        };
        let summaries = self.values.iter().zip(&self.catalogue.values).map(summary).collect();
        let count = |row: &Vec<f64>| {
            let [holds, fails] = [1.0, 0.0].map(|truth| row.iter().filter(|holds| **holds == truth).count() as u64);
            [holds, holds + fails]
        };
        let counts = self.chances.iter().map(count).collect();
        let sample = Sample::of_all(self.values, self.paid.unwrap_or_default(), trials as usize);
        Stood {
            deal: self.deal,
            run: run_of(self.catalogue, summaries, counts, sample, [trials, held.seed]),
            chances: self.chances,
            ranked: RefCell::default(),
        }
    }

    /// The space of its columns, for another one.
    #[must_use]
    pub fn into_spare(self) -> Vec<Vec<f64>> {
        self.values.into_iter().chain(self.chances).collect()
    }
}

fn summed(row: &[f64], lanes: usize, value: Value) -> (Summary, Option<Tail>) {
    let mut column = Column::from(0, lanes, tail_of(value));
    row.chunks(lanes).for_each(|block| column.push_block(block));
    column.finish()
}

/// Whether two columns are the same to the bit.
pub(super) fn is_same(one: &[f64], other: &[f64]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.to_bits() == other.to_bits())
}

impl Stood {
    /// The number or chance (1 or 0) called `name` in each trial, NaN where it has none; nothing where it was not asked.
    #[must_use]
    pub fn each(&self, name: &str) -> Option<&[f64]> {
        let value = self.run.metrics.iter().position(|metric| metric.name == name).map(|at| &self.run.sample.values[at]);
        let chance = || self.run.chances.iter().position(|chance| chance.name == name).map(|at| &self.chances[at]);
        value.or_else(chance).map(Vec::as_slice)
    }

    /// The number called `name`, ranked for its quantile at `share`; kept for the next time.
    pub(super) fn ranked(&self, name: &str, share: f64) -> Option<Rc<Ranked>> {
        let at = self.run.metrics.iter().position(|metric| metric.name == name)?;
        let mut known = self.ranked.borrow_mut();
        let ranked = known.entry((at, share.to_bits())).or_insert_with(|| Rc::new(Ranked::new(&self.run.sample.values[at], share)));
        Some(Rc::clone(ranked))
    }

    /// The space of its columns, for another one.
    #[must_use]
    pub fn into_spare(self) -> Vec<Vec<f64>> {
        self.run.sample.values.into_iter().chain(self.chances).collect()
    }

    /// What the number called `name` was summed up to, if it is `row` in every trial.
    fn same(&self, name: &str, row: &[f64]) -> Option<(Summary, Option<Tail>)> {
        let at = self.run.metrics.iter().position(|metric| metric.name == name)?;
        let Metric { summary, tail, .. } = &self.run.metrics[at];
        is_same(&self.run.sample.values[at], row).then_some((*summary, *tail))
    }
}

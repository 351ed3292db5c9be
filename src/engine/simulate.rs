//! The loop over blocks.

use core::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use super::in_order::in_order;
use super::size::ahead;
use super::{Block, Plan, SettlementSpace};

/// Blocks for each thread that are worked on or wait for their turn.
const AHEAD: u64 = 2;

/// The run was stopped before its last block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted after {trials} trials")]
pub struct Interrupted {
    /// Trials that were complete.
    pub trials: u64,
}

/// Works through `trials` in blocks of `lanes` (at least 1), in parallel: the one loop over trials. `work` is given the first trial of a
/// block and how many it has; `take` is given what it made, in the order of the trials, several blocks where they are there, and how many
/// trials of the range are done. Blocks end at multiples of `lanes`, wherever the range begins, so no division of the work into ranges
/// moves a block. `stop` is looked at before each block.
///
/// # Errors
/// [`Interrupted`] when `stop` was set.
pub fn blocks<T: Send>(
    trials: Range<u64>,
    lanes: usize,
    stop: &AtomicBool,
    work: impl Fn(u64, usize) -> T + Sync,
    mut take: impl FnMut(Vec<T>, u64) + Send,
) -> Result<(), Interrupted> {
    let wide = lanes as u64;
    let first = trials.start / wide;
    let count = if trials.is_empty() { 0 } else { trials.end.div_ceil(wide) - first };
    let edge = |block: u64| ((first + block) * wide).clamp(trials.start, trials.end.max(trials.start));
    let piece = |block: u64| work(edge(block), (edge(block + 1) - edge(block)) as usize);
    let done = |blocks: u64| edge(blocks) - trials.start;
    let ahead = ahead(AHEAD * rayon::current_num_threads() as u64, lanes);
    let taken = in_order(count, ahead, stop, piece, |made, taken| take(made, done(taken)));
    if taken < count { Err(Interrupted { trials: done(taken) }) } else { Ok(()) }
}

/// Simulates the trials `trials` of `plans` on the threads of the current rayon pool: the world of the first, settled under each of them.
/// All must be plans for the same people, measures, budget and payors. `observe` turns each block under each plan (index) into what is
/// kept of it, in parallel; `consume` takes these in the order of the trials, a list by plan for each block, and is told how many
/// trials of the range are done; `stop` is looked at before each block.
///
/// # Errors
/// [`Interrupted`] when `stop` was set.
pub fn simulate<T: Send>(
    plans: &[Plan],
    trials: Range<u64>,
    stop: &AtomicBool,
    observe: impl Fn(usize, &Block) -> T + Sync,
    consume: impl FnMut(Vec<Vec<T>>, u64) + Send,
) -> Result<(), Interrupted> {
    let width = plans[0].lanes();
    let spare: Mutex<Vec<Settled>> = Mutex::new(Vec::new());
    let run = |first_trial: u64, lanes: usize| {
        if lanes < width {
            return Settled::new(plans, lanes).run(plans, first_trial, &observe);
        }
        let mut space = spare.lock().ok().and_then(|mut spare| spare.pop()).unwrap_or_else(|| Settled::new(plans, width));
        let kept = space.run(plans, first_trial, &observe);
        if let Ok(mut spare) = spare.lock() {
            spare.push(space);
        }
        kept
    };
    blocks(trials, width, stop, run, consume)
}

/// A block, and space for its settlement under every plan but the first.
struct Settled {
    block: Block,
    terms: Vec<SettlementSpace>,
}

impl Settled {
    fn new(plans: &[Plan], lanes: usize) -> Self {
        Self { block: Block::new(&plans[0], lanes), terms: plans[1..].iter().map(|plan| SettlementSpace::new(plan, lanes)).collect() }
    }

    fn run<T>(&mut self, plans: &[Plan], first_trial: u64, observe: &impl Fn(usize, &Block) -> T) -> Vec<T> {
        self.block.run(&plans[0], first_trial);
        let mut kept = vec![observe(0, &self.block)];
        for (at, (plan, terms)) in plans[1..].iter().zip(&mut self.terms).enumerate() {
            self.block.exchange(terms);
            self.block.settle(plan, |_| {});
            kept.push(observe(at + 1, &self.block));
            self.block.exchange(terms);
        }
        kept
    }
}

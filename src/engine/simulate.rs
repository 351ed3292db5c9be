//! The loop over blocks.

use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use super::in_order::in_order;
use super::size::ahead;
use super::{Block, Plan, SettlementSpace};

/// Trials in one block: enough to keep loops long, few enough for a block's columns to stay in a core's cache.
pub const BLOCK: usize = 512;

/// Blocks for each thread that are worked on or wait for their turn.
const AHEAD: u64 = 2;

/// The run was stopped before its last block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted after {trials} trials")]
pub struct Interrupted {
    /// Trials that were complete.
    pub trials: u64,
}

/// Simulates `trials` trials of `plans` on the threads of the current rayon pool: the world of the first, settled under each of them.
/// All must be plans for the same people, measures, budget and payors. `observe` turns each block under each plan (index) into what is
/// kept of it, in parallel; `consume` takes these in the order of the trials, a list by plan for each block, and is told how many
/// trials are done; `stop` is looked at before each block.
///
/// # Errors
/// [`Interrupted`] when `stop` was set.
pub fn simulate<T: Send>(
    plans: &[Plan],
    trials: u64,
    stop: &AtomicBool,
    observe: impl Fn(usize, &Block) -> T + Sync,
    mut consume: impl FnMut(Vec<Vec<T>>, u64) + Send,
) -> Result<(), Interrupted> {
    let lanes = plans[0].lanes();
    let (width, lanes) = (lanes, lanes as u64);
    let whole = trials / lanes;
    let spare: Mutex<Vec<Settled>> = Mutex::new(Vec::new());
    let run = |index: u64| {
        let mut space = spare.lock().ok().and_then(|mut spare| spare.pop()).unwrap_or_else(|| Settled::new(plans, width));
        let kept = space.run(plans, index * lanes, &observe);
        if let Ok(mut spare) = spare.lock() {
            spare.push(space);
        }
        kept
    };
    let ahead = ahead(AHEAD * rayon::current_num_threads() as u64, width);
    let taken = in_order(whole, ahead, stop, run, |kept, taken| consume(kept, taken * lanes));
    if taken < whole {
        return Err(Interrupted { trials: taken * lanes });
    }
    if trials > whole * lanes {
        let mut space = Settled::new(plans, (trials - whole * lanes) as usize);
        consume(vec![space.run(plans, whole * lanes, &observe)], trials);
    }
    Ok(())
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

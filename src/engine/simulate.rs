//! The loop over blocks.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::{Block, Plan};

/// Trials in one block: enough to keep loops long, few enough for a block's columns to stay in a core's cache.
pub const BLOCK: usize = 512;

/// Blocks that are in memory at the same time.
const BATCH: u64 = 64;

/// The run was stopped before its last block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted after {trials} trials")]
pub struct Interrupted {
    /// Trials that were complete.
    pub trials: u64,
}

/// Simulates `trials` trials of `plan` on the threads of the current rayon pool. `observe` turns each block into what is kept of it,
/// in parallel; `consume` takes these in the order of the trials and is told how many trials are done; `stop` is looked at between
/// batches of blocks.
///
/// # Errors
/// [`Interrupted`] when `stop` was set.
pub fn simulate<T: Send>(
    plan: &Plan,
    trials: u64,
    stop: &AtomicBool,
    observe: impl Fn(&Block) -> T + Sync,
    mut consume: impl FnMut(Vec<T>, u64),
) -> Result<(), Interrupted> {
    let lanes = BLOCK as u64;
    let whole = trials / lanes;
    let spare: Mutex<Vec<Block>> = Mutex::new(Vec::new());
    let run = |index: u64| {
        let mut block = spare.lock().ok().and_then(|mut blocks| blocks.pop()).unwrap_or_else(|| Block::new(plan, BLOCK));
        block.run(plan, index * lanes);
        let kept = observe(&block);
        if let Ok(mut blocks) = spare.lock() {
            blocks.push(block);
        }
        kept
    };
    let mut first = 0;
    while first < whole {
        if stop.load(Ordering::Relaxed) {
            return Err(Interrupted { trials: first * lanes });
        }
        let end = whole.min(first + BATCH);
        let kept: Vec<T> = (0..(end - first) as usize).into_par_iter().with_max_len(1).map(|at| run(first + at as u64)).collect();
        consume(kept, end * lanes);
        first = end;
    }
    if trials > whole * lanes {
        let mut block = Block::new(plan, (trials - whole * lanes) as usize);
        block.run(plan, whole * lanes);
        consume(vec![observe(&block)], trials);
    }
    Ok(())
}

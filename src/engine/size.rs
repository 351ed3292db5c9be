//! How many trials of a deal fit into a block? As many for every usual deal; fewer where a deal is so large that a block would not find
//! room in memory. The same on every machine and for any number of threads, because sums are added block by block.

use crate::deal::Deal;

/// Trials in one block: enough to keep loops long, few enough for a block's columns to stay in a core's cache.
pub const BLOCK: usize = 512;

/// Bytes that the columns of a block may take, about.
const ROOM: usize = 128 << 20;

/// Bytes that all blocks under way may take, about, where one takes much.
const ALL_ROOM: usize = 1 << 29;

/// Bytes that one trial of `deal` takes in a block, about.
#[must_use]
pub fn trial_bytes(deal: &Deal) -> usize {
    let (payments, payors, tranches) = (deal.payments.len(), deal.payors.len(), deal.capital.tranches.len());
    let (periods, cohorts) = (deal.timeline.periods as usize, deal.program.cohorts.len());
    let people = cohorts * (3 + 3 * deal.outcomes.len() + 4 * deal.measures.len());
    let flows = periods * (payors + tranches + deal.program.costs.len());
    size_of::<i64>() * (12 * payments + 12 * payors + 16 * tranches + flows + people)
}

/// Trials in a block of `deal`: [`BLOCK`], or a smaller power of two.
#[must_use]
pub fn lanes(deal: &Deal) -> usize {
    let most = (ROOM / trial_bytes(deal).max(1)).clamp(1, BLOCK);
    if most == BLOCK { BLOCK } else { 1 << most.ilog2() }
}

/// Blocks of `lanes` trials that may be under way together where `usual` are: fewer of large ones.
pub(super) fn ahead(usual: u64, lanes: usize) -> u64 {
    if lanes == BLOCK { usual } else { usual.min((ALL_ROOM / ROOM) as u64) }
}

//! What the same people came to before, in a study that draws them again and again.
//!
//! Comes in: whose people, which trial, how many in each round. Goes out: the sum of their amounts relative to the mean, if it is known. Must
//! never know: the means, which is what studies change.
//!
//! A sum follows from its key, its trial and the numbers of people alone, so that a kept one is the one that would be drawn again, bit for
//! bit, and nothing depends on what came before.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use crate::sampling::stream::Key;

/// Numbers that are kept at most: 128 MB, the people of some 77,000 trials of twelve cohorts in six rounds.
const MOST: usize = 16 << 20;

/// Whose sums: the people of a cohort in a block of trials, and the law between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Address {
    pub(super) key: Key,
    pub(super) law: Key,
    pub(super) first_trial: u64,
    /// Stands for the numbers of people: studies go back and forth between a few.
    people: u64,
}

impl Address {
    /// Of `people` in all, and those whom the effect reaches, by round and lane.
    pub(super) fn new(key: Key, law: Key, first_trial: u64, people: &[[u32; 2]]) -> Self {
        let mut hasher = DefaultHasher::new();
        people.hash(&mut hasher);
        Self { key, law, first_trial, people: hasher.finish() }
    }
}

/// The sums of one cohort in a block of trials.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sums {
    /// People in all, and those whom the effect reaches: by round and lane.
    pub(super) people: Vec<[u32; 2]>,
    /// Sums of the amounts of those whom it reaches, and of the others: by round and lane.
    pub(super) sums: Vec<[f64; 2]>,
}

/// Sums by address; of many the latest.
#[derive(Default)]
struct Kept {
    sums: HashMap<Address, Arc<Sums>>,
    /// In the order in which they were first drawn.
    order: VecDeque<Address>,
    numbers: usize,
}

static KEPT: LazyLock<Mutex<Kept>> = LazyLock::new(Mutex::default);

/// The sums of `people` at `address`, if they are known.
pub(super) fn known(address: Address, people: &[[u32; 2]]) -> Option<Arc<Sums>> {
    let known = KEPT.lock().unwrap_or_else(PoisonError::into_inner).sums.get(&address).cloned();
    known.filter(|known| known.people == people)
}

/// Keeps the sums at `address`, in the place of older ones, and gives them back.
pub(super) fn keep(address: Address, sums: Sums) -> Arc<Sums> {
    let sums = Arc::new(sums);
    // Half a number for each count.
    let numbers = |sums: &Sums| 3 * sums.sums.len();
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    kept.numbers += numbers(&sums);
    match kept.sums.insert(address, Arc::clone(&sums)) {
        Some(older) => kept.numbers -= numbers(&older),
        None => kept.order.push_back(address),
    }
    while kept.numbers > MOST {
        let Some(oldest) = kept.order.pop_front() else { break };
        if let Some(gone) = kept.sums.remove(&oldest) {
            kept.numbers -= numbers(&gone);
        }
    }
    sums
}

//! Which clauses can be changed one by one, and in which orders they are.
//!
//! Every mixture of two scenarios is read and checked as if a person had written it. Where one is no valid scenario, clauses depend on
//! each other (a payment and the measure it is paid on): they are made one block. Up to [`EXACT`] blocks, every set of blocks is a mixture
//! and each block's share is its Shapley value, the mean over all orders; with more, it is the mean over a few orders that a seed decides.

use std::collections::BTreeMap;

use super::{Clause, Difference};
use crate::deal::Deal;
use crate::sampling::stream::Key;
use crate::scenario::Scenario;

/// Most blocks of which every set is looked at.
pub const EXACT: usize = 6;

/// Orders that are looked at where there are more blocks, each with its reverse.
const ORDERS: usize = 8;

/// Mixtures that are looked at, at most about.
const MIXTURES: usize = 200;

/// The way from one scenario to another, clause by clause.
#[derive(Clone, Debug)]
pub struct Parts {
    /// Every clause in which they differ.
    pub clauses: Vec<Clause>,
    /// Clauses (indices) that are changed together; most blocks are one clause.
    pub blocks: Vec<Vec<usize>>,
    /// Each mixture that is looked at: the first scenario first, the second last.
    pub deals: Vec<Deal>,
    /// For each block: the mixtures (indices) with and without it, and how often each counts (below zero: without it).
    pub weights: Vec<Vec<(usize, i64)>>,
    /// By what the weighted sums are divided.
    pub denominator: i64,
    /// Whether every order of the blocks counts, or only some.
    pub every_order: bool,
}

impl Parts {
    /// Two deals and nothing between them.
    #[must_use]
    pub fn between(first: Deal, second: Deal) -> Self {
        Self { clauses: Vec::new(), blocks: Vec::new(), deals: vec![first, second], weights: Vec::new(), denominator: 1, every_order: true }
    }
}

/// Goes from `first` to `second`; what a mixture of them names is read as the first one's. Orders, if not all are looked at, come from
/// `seed`.
#[must_use]
pub fn parts(first: &Scenario, second: &Scenario, seed: u64) -> Parts {
    let difference = Difference::between(&first.text, &second.text);
    let mut blocks: Vec<Vec<usize>> = (0..difference.clauses.len()).map(|clause| vec![clause]).collect();
    let mut known: BTreeMap<Vec<bool>, Option<Deal>> = BTreeMap::new();
    // The two ends are what people wrote, in their own order.
    known.insert(vec![false; difference.clauses.len()], Some(first.deal.clone()));
    known.insert(vec![true; difference.clauses.len()], Some(second.deal.clone()));
    let mut mixtures = Mixtures { difference: &difference, of: first, known };
    loop {
        let sets = Sets::new(blocks.len(), seed);
        let Some(invalid) = sets.all.iter().find(|set| !mixtures.is_valid(&blocks, set)) else {
            let deal = |set: &Vec<bool>| mixtures.known.get(&flags(&blocks, set, difference.clauses.len())).cloned().flatten();
            let deals = sets.all.iter().filter_map(deal).collect();
            let Sets { weights, denominator, every_order, .. } = sets;
            return Parts { clauses: difference.clauses.clone(), blocks, deals, weights, denominator, every_order };
        };
        blocks = mixtures.merge(blocks, invalid.clone());
    }
}

/// Which clauses the blocks of `set` are.
fn flags(blocks: &[Vec<usize>], set: &[bool], clauses: usize) -> Vec<bool> {
    let mut flags = vec![false; clauses];
    blocks.iter().zip(set).filter(|(_, chosen)| **chosen).flat_map(|(block, _)| block).for_each(|&clause| flags[clause] = true);
    flags
}

struct Mixtures<'a> {
    difference: &'a Difference,
    of: &'a Scenario,
    known: BTreeMap<Vec<bool>, Option<Deal>>,
}

impl Mixtures<'_> {
    fn is_valid(&mut self, blocks: &[Vec<usize>], set: &[bool]) -> bool {
        let flags = flags(blocks, set, self.difference.clauses.len());
        let (difference, of) = (self.difference, self.of);
        self.known.entry(flags).or_insert_with_key(|flags| of.reread(&difference.with(flags)).ok()).is_some()
    }

    /// Makes one block of a set of blocks that is no valid scenario and of what it needs to be one.
    fn merge(&mut self, blocks: Vec<Vec<usize>>, mut set: Vec<bool>) -> Vec<Vec<usize>> {
        // Down to what alone is invalid …
        for block in 0..set.len() {
            if set[block] {
                set[block] = false;
                if self.is_valid(&blocks, &set) {
                    set[block] = true;
                }
            }
        }
        // … and up to the fewest others that heal it: one, two, or everything.
        let absent: Vec<usize> = (0..set.len()).filter(|&block| !set[block]).collect();
        let pairs = absent.iter().flat_map(|&one| absent.iter().filter(move |&&other| other >= one).map(move |&other| [one, other]));
        let (ones, twos): (Vec<_>, Vec<_>) = pairs.partition(|[one, other]| one == other);
        let mut healed = vec![true; set.len()];
        for more in ones.into_iter().chain(twos) {
            let mut wider = set.clone();
            more.into_iter().for_each(|block| wider[block] = true);
            if self.is_valid(&blocks, &wider) {
                healed = wider;
                break;
            }
        }
        let mut together: Vec<usize> = Vec::new();
        let mut merged: Vec<Vec<usize>> = Vec::new();
        let mut place = None;
        for (block, joins) in blocks.into_iter().zip(healed) {
            if joins {
                place = place.or(Some(merged.len()));
                together.extend(block);
            } else {
                merged.push(block);
            }
        }
        together.sort_unstable();
        merged.insert(place.unwrap_or(0), together);
        merged
    }
}

/// Sets of blocks, and how they count for each block.
struct Sets {
    /// Nothing first, everything last.
    all: Vec<Vec<bool>>,
    weights: Vec<Vec<(usize, i64)>>,
    denominator: i64,
    every_order: bool,
}

impl Sets {
    fn new(blocks: usize, seed: u64) -> Self {
        if blocks <= EXACT { Self::every(blocks) } else { Self::some(blocks, seed) }
    }

    /// All sets; a set of s blocks without block i comes before it in s! (n − s − 1)! of the n! orders.
    fn every(blocks: usize) -> Self {
        let all: Vec<Vec<bool>> = (0..1usize << blocks).map(|set| (0..blocks).map(|block| set >> block & 1 == 1).collect()).collect();
        let factorial = |n: usize| (1..=n as i64).product::<i64>();
        let weights = |block: usize| {
            let weight = |(at, set): (usize, &Vec<bool>)| {
                let size = set.iter().filter(|chosen| **chosen).count();
                let weight = if set[block] {
                    factorial(size - 1) * factorial(blocks - size)
                } else {
                    -factorial(size) * factorial(blocks - size - 1)
                };
                (at, weight)
            };
            all.iter().enumerate().map(weight).collect()
        };
        let weights = (0..blocks).map(weights).collect();
        Self { weights, all, denominator: factorial(blocks), every_order: true }
    }

    /// The sets that a few orders pass, each order with its reverse, so that no block is always early.
    fn some(blocks: usize, seed: u64) -> Self {
        let orders = (MIXTURES / blocks / 2 * 2).clamp(2, ORDERS);
        let mut all = vec![vec![false; blocks]];
        let mut weights = vec![BTreeMap::<usize, i64>::new(); blocks];
        for pair in 0..orders / 2 {
            let mut bits = Key::new(seed, "order of clauses", pair as u32).stream(0);
            let mut order: Vec<usize> = (0..blocks).collect();
            // Fisher and Yates.
            (1..blocks).rev().for_each(|last| order.swap(last, (bits.bits() % (last as u64 + 1)) as usize));
            for backwards in [false, true] {
                if backwards {
                    order.reverse();
                }
                let mut set = vec![false; blocks];
                let mut before = 0;
                for &block in &order {
                    set[block] = true;
                    let after = all.iter().position(|known| *known == set).unwrap_or_else(|| {
                        all.push(set.clone());
                        all.len() - 1
                    });
                    *weights[block].entry(after).or_default() += 1;
                    *weights[block].entry(before).or_default() -= 1;
                    before = after;
                }
            }
        }
        // Everything last.
        let (whole, last) = (blocks.min(all.len() - 1), all.len() - 1);
        all.swap(whole, last);
        let renamed = |at: usize| {
            if at == whole {
                last
            } else if at == last {
                whole
            } else {
                at
            }
        };
        let weights = weights.into_iter().map(|of| of.into_iter().map(|(at, weight)| (renamed(at), weight)).collect()).collect();
        Self { all, weights, denominator: orders as i64, every_order: false }
    }
}

//! One trial, line by line.

use crate::deal::Deal;
use crate::engine::{Block, Entry, Plan};
use crate::metrics::{Catalogue, Observed, observe};
use crate::settlement::{Claim, Line};

/// One trial in full.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Its number.
    pub number: u64,
    /// The block of this one trial: people, findings, money.
    pub block: Block,
    /// Its ledger, period by period.
    pub ledger: Vec<LedgerLine>,
    /// Its metrics: dotted name and value.
    pub metrics: Vec<(String, f64)>,
}

/// A line of the ledger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LedgerLine {
    /// Period.
    pub period: usize,
    /// What happened.
    pub entry: Entry,
}

/// Simulates trial `number` of `deal` under `seed` by itself: the same trial as in any run.
#[must_use]
pub fn trace(deal: &Deal, seed: u64, number: u64) -> Trial {
    let plan = Plan::new(deal, seed);
    let mut block = Block::new(&plan, 1);
    let mut ledger = Vec::new();
    block.trace(&plan, number, |entry| {
        let period = match entry {
            Entry::Line(
                Line::Claim(Claim { period, .. })
                | Line::Formula { period, .. }
                | Line::Cut { period, .. }
                | Line::Paid { period, .. }
                | Line::Unrefunded { period, .. }
                | Line::Stop { period, .. },
            )
            | Entry::Movement(period, _) => period,
        };
        if !is_nothing(&entry) {
            ledger.push(LedgerLine { period, entry });
        }
    });
    // Claims first, then cash: a stable sort keeps the order within a period.
    ledger.sort_by_key(|line| line.period);
    let catalogue = Catalogue::new(deal);
    let observed = observe(deal, &catalogue, &block, Observed::default());
    let metrics = catalogue.values.into_iter().enumerate().map(|(index, (name, _))| (name, observed.values.row(index)[0])).collect();
    Trial { number, block, ledger, metrics }
}

/// Whether nothing moved.
fn is_nothing(entry: &Entry) -> bool {
    matches!(entry, Entry::Movement(_, movement) if movement.amount() == 0)
}

/// The first of `values` whose value is the quantile at `share` (0 to 1): inf{x : F(x) ≥ share}. `None` when none is defined.
#[must_use]
pub fn trial_at(values: &[f64], share: f64) -> Option<u64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let rank = ((sorted.len() as f64 * share).ceil() as usize).clamp(1, sorted.len().max(1));
    let wanted = *sorted.get(rank - 1)?;
    values.iter().position(|value| *value == wanted).map(|at| at as u64)
}

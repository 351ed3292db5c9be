//! The first trials of a run in full, for pictures and tables.

use serde::{Deserialize, Serialize};

use crate::deal::{Deal, PayorId};
use crate::engine::Block;
use crate::metrics::{Catalogue, Observed};
use crate::numeric::each::{Each, first};

/// Trials of which every number is kept, for pictures and tables: the first ones.
pub const SAMPLE: usize = 20_000;

/// Fewest trials that are kept in full, and the bytes that more of them may take.
const FEWEST: usize = 1_000;
const SAMPLE_ROOM: usize = 400 << 20;

/// Most cumulative payments of a trial that are kept, by payor and period.
const MOST_PAID: usize = 20_000;

/// Every number of the first trials.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Number of trials that find room.
    room: usize,
    /// Number of trials.
    pub trials: usize,
    /// Values by metric, NaN where undefined.
    pub values: Vec<Vec<f64>>,
    /// Cumulative payments in major units, by payor and period.
    pub paid: Each<PayorId, Vec<Vec<f64>>>,
}

impl Sample {
    pub(super) fn with_room(catalogue: &Catalogue, room: usize) -> Self {
        Self { room, trials: 0, values: catalogue.values.iter().map(|_| Vec::with_capacity(room)).collect(), paid: Each::default() }
    }

    /// All trials of a run, which are at most [`SAMPLE`].
    pub(super) fn of_all(values: Vec<Vec<f64>>, paid: Each<PayorId, Vec<Vec<f64>>>, trials: usize) -> Self {
        Self { room: trials, trials, values, paid }
    }

    pub(super) fn add(&mut self, observed: &Observed, paid: Each<PayorId, Vec<Vec<f64>>>) {
        let room = self.room - self.trials;
        let taken = observed.lanes.min(room);
        for (index, values) in self.values.iter_mut().enumerate() {
            values.extend_from_slice(&observed.values.row(index)[..taken]);
        }
        if self.paid.is_empty() {
            let room = self.values.first().map_or(0, Vec::capacity);
            self.paid = paid.map(|periods| periods.iter().map(|_| Vec::with_capacity(room)).collect());
        }
        for (all, payor) in self.paid.iter_mut().zip(paid) {
            all.iter_mut().zip(payor).for_each(|(all, period)| all.extend_from_slice(&period[..taken]));
        }
        self.trials += taken;
    }

    /// Adds the trials after these.
    pub(super) fn append(&mut self, later: Self) {
        if self.paid.is_empty() {
            self.paid.clone_from(&later.paid);
        } else {
            let all = self.paid.iter_mut().flatten().zip(later.paid.into_iter().flatten());
            all.for_each(|(all, more)| all.extend_from_slice(&more));
        }
        self.values.iter_mut().zip(later.values).for_each(|(all, more)| all.extend_from_slice(&more));
        self.room += later.room;
        self.trials += later.trials;
    }
}

/// How many trials of `deal` are kept in full: [`SAMPLE`], fewer where each has very many numbers.
pub(super) fn room(deal: &Deal, catalogue: &Catalogue) -> usize {
    let each = size_of::<f64>() * (catalogue.values.len() + paid_numbers(deal));
    (SAMPLE_ROOM / each).clamp(FEWEST, SAMPLE)
}

/// Cumulative payments of a trial that are kept: none where nobody could read them.
fn paid_numbers(deal: &Deal) -> usize {
    Some(deal.payors.len() * deal.timeline.periods as usize).filter(|numbers| *numbers <= MOST_PAID).unwrap_or(0)
}

/// Cumulative payments in major units, by payor and period, one value per trial; nothing where there are too many to be kept.
pub(super) fn cumulative_payments(deal: &Deal, block: &Block) -> Each<PayorId, Vec<Vec<f64>>> {
    if paid_numbers(deal) == 0 {
        return Each::default();
    }
    let units = deal.currency.minor_units() as f64;
    let payor = |payor: PayorId| {
        let mut total = vec![0i64; block.lanes];
        first(deal.timeline.periods as usize)
            .map(|period| {
                total.iter_mut().zip(block.owed.paid_in(payor, period)).for_each(|(total, paid)| *total += paid);
                total.iter().map(|&total| total as f64 / units).collect()
            })
            .collect()
    };
    deal.payors.ids().map(payor).collect()
}

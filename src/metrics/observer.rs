//! What is prepared once to observe a block.

use std::collections::HashMap;

use super::catalogue::Catalogue;
use super::value::{Investment, Value};
use crate::deal::{CohortId, Deal, PaymentId, PayorId, PeriodId, TrancheId};
use crate::engine::Block;
use crate::finance::IrrKind;
use crate::numeric::each::Each;
use crate::numeric::grid::Grid;
use crate::numeric::whole::add;

/// Returns this close to the hurdle have reached it: a loan that earns exactly its 5% reaches 5%.
pub(super) const TIE: f64 = 1e-9;

/// Minor units below which a present value is nothing: two that are nearer to each other are equal.
pub(super) const HALF_A_UNIT: f64 = 0.5;

/// Prepared constants and working space for one observer.
pub(super) struct Observer<'a> {
    pub(super) deal: &'a Deal,
    pub(super) block: &'a Block,
    pub(super) catalogue: &'a Catalogue,
    /// Where each number stands among them.
    pub(super) places: HashMap<Value, usize>,
    /// Minor units in a major one.
    pub(super) units: f64,
    /// Flows of all loans and equity together, by period.
    together: Option<Grid<i64, PeriodId>>,
    pub(super) kinds: Vec<(Investment, Vec<IrrKind>)>,
    /// People enrolled, by cohort; `None` where all came whom the world has.
    pub(super) came: Option<Grid<u32, CohortId>>,
    /// Present value of what a payor gets and of what it pays, in minor units, by payor; worked out once.
    pub(super) worth: Each<PayorId, Option<[Vec<f64>; 2]>>,
    /// Whether the program improves what a payment depends on, by payment; worked out once.
    pub(super) works: Each<PaymentId, Option<Vec<bool>>>,
    pub(super) scratch: Vec<f64>,
}

impl<'a> Observer<'a> {
    pub(super) fn new(deal: &'a Deal, catalogue: &'a Catalogue, block: &'a Block) -> Self {
        let units = deal.currency.minor_units() as f64;
        let mut observer = Self {
            deal,
            block,
            catalogue,
            places: catalogue.values.iter().enumerate().map(|(at, (_, value))| (*value, at)).collect(),
            units,
            together: None,
            kinds: Vec::new(),
            came: who_came(deal, block),
            worth: Each::filled(deal.payors.len(), None),
            works: Each::filled(deal.payments.len(), None),
            scratch: vec![0.0; block.lanes],
        };
        if catalogue.loans.len() > 1 {
            observer.together = Some(observer.add_flows());
        }
        observer
    }

    fn add_flows(&self) -> Grid<i64, PeriodId> {
        let mut sum = Grid::new(self.deal.timeline.periods as usize, self.block.lanes);
        for &loan in &self.catalogue.loans {
            for period in sum.ids() {
                add(sum.row_mut(period), self.block.cash.flows[loan].row(period));
            }
        }
        sum
    }

    pub(super) fn flows(&self, of: Investment) -> &Grid<i64, PeriodId> {
        match of {
            Investment::Tranche(tranche) => &self.block.cash.flows[tranche],
            Investment::Together => self.together.as_ref().unwrap_or(&self.block.cash.flows[self.catalogue.loans[0]]),
        }
    }

    /// The tranches that `of` is made of.
    pub(super) fn tranches(&self, of: Investment) -> Vec<TrancheId> {
        match of {
            Investment::Tranche(tranche) => vec![tranche],
            Investment::Together => self.catalogue.loans.clone(),
        }
    }
}

/// People enrolled, by cohort, without those who never came; `None` where all came.
pub(super) fn who_came(deal: &Deal, block: &Block) -> Option<Grid<u32, CohortId>> {
    let stopped = block.owed.stopped()?;
    if stopped.iter().all(|last| *last == u32::MAX) {
        return None;
    }
    let mut enrolled = block.world.enrolled.clone();
    for cohort in enrolled.ids() {
        let lanes = enrolled.row_mut(cohort).iter_mut().enumerate();
        lanes.filter(|(lane, _)| !block.came(deal, cohort, *lane)).for_each(|(_, people)| *people = 0);
    }
    Some(enrolled)
}

/// The cohorts that a payment is for; none where it is for all of them.
pub(super) fn cohorts_behind(deal: &Deal, payment: PaymentId) -> &[CohortId] {
    let payment = &deal.payments[payment];
    match (payment.claims.cohorts.as_slice(), payment.first_measure()) {
        ([], Some(measure)) => &deal.measures[measure].cohorts,
        (cohorts, _) => cohorts,
    }
}

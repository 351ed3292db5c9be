//! What does every claim of some trials look like: which conditions held, which rows of a price were reached?
//!
//! Settlement keeps every claim of a block in every trial (`settlement::Surveyed`), because only it knows each claim.

use crate::numeric::each::Each;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::RunError;
use super::options::Course;
use crate::cohort::Drawing;
use crate::deal::{Deal, GroupId, MeasureId, Method, OutcomeId, PaymentId, Price, Seen, Statistic, Term};
use crate::engine::{Block, Plan};
use crate::evaluation::Estimates;
use crate::settlement::Surveyed;

/// Trials that are looked at where they are quick.
const TRIALS: u64 = 2_000;

/// Amounts of single persons that may be drawn, where a deal needs that: about a second's work.
const PERSONS: u64 = 1_500_000;

/// How many trials of `deal` are looked at for what is unwise in it: 2,000, but fewer (at least 200) where persons are drawn one by one or
/// the deal is very large.
#[must_use]
pub fn looked_at(deal: &Deal) -> u64 {
    let one_by_one = |outcome: &OutcomeId| matches!(Drawing::of(deal, *outcome), Drawing::OneByOne);
    let rounds = deal.outcomes.ids().filter(one_by_one).map(|outcome| u64::from(deal.outcomes[outcome].rounds.count));
    let persons = rounds.sum::<u64>() * deal.program.planned();
    (PERSONS / persons.max(1)).min(TRIALS * USUAL / size(deal).max(1)).clamp(TRIALS / 10, TRIALS)
}

/// Payments, payors, tranches and cohorts of a deal that is quick to settle.
const USUAL: u64 = 500;

/// Payments, payors, tranches and cohorts together.
fn size(deal: &Deal) -> u64 {
    (deal.payments.len() + deal.payors.len() + deal.capital.tranches.len() + deal.program.cohorts.len()) as u64
}

/// How many trials of `deal` each of the studies beside a run simulates, where `most` are wanted: fewer (at least 200) of a very large
/// deal.
#[must_use]
pub fn studied(deal: &Deal, most: u64) -> u64 {
    (most * USUAL / size(deal).max(1)).clamp(most.min(TRIALS / 10), most)
}

/// Trials in one piece of work: what is summed does not depend on how many threads there are.
const PIECE: u64 = 64;

/// What was seen of the terms (index) of a payment.
#[derive(Clone, Debug, Default)]
pub(super) struct SeenTerms {
    /// Claims made under them.
    pub claims: u64,
    /// Claims whose condition held.
    pub open: u64,
    /// Claims that something was due for.
    pub due: u64,
    /// Trials in which something was due under them.
    pub trials: u64,
    /// Most rows that a table's claim reached, and the greatest number looked up; of claims whose condition held.
    pub rows: Option<(usize, f64)>,
    /// Whether each line of a rate card was ever due.
    pub lines: Vec<bool>,
}

/// What was seen of all claims.
#[derive(Clone, Debug)]
pub(super) struct Looked {
    /// By payment and terms.
    pub terms: Each<PaymentId, Vec<SeenTerms>>,
    /// Most units that tiers counted over the whole deal, by payment.
    pub units: Each<PaymentId, f64>,
    /// Mean standard error of the difference that a measure reports; nothing where it has none.
    pub errors: Each<MeasureId, Option<f64>>,
    sums: Each<MeasureId, (f64, u64)>,
}

/// Looks at the first trials of `deal`.
pub(super) fn look(deal: &Deal, course: &Course) -> Result<Looked, RunError> {
    let trials = course.trials;
    let plan = Plan::new(deal, course.seed).surveying();
    let width = (plan.lanes() as u64).min(PIECE);
    let done = AtomicU64::new(0);
    let pieces: Vec<u64> = (0..trials.div_ceil(PIECE)).collect();
    let parts: Result<Vec<Looked>, RunError> = pieces
        .into_par_iter()
        .map_init(
            || Block::new(&plan, width as usize),
            |block, piece| {
                course.goes_on(done.load(Ordering::Relaxed))?;
                let mut looked = Looked::new(deal);
                let (mut first, end) = (piece * PIECE, trials.min((piece + 1) * PIECE));
                while first < end {
                    let lanes = width.min(end - first);
                    if lanes == width {
                        block.run(&plan, first);
                        looked.block(deal, block);
                    } else {
                        let mut rest = Block::new(&plan, lanes as usize);
                        rest.run(&plan, first);
                        looked.block(deal, &rest);
                    }
                    first += lanes;
                }
                let own = end - piece * PIECE;
                course.done(done.fetch_add(own, Ordering::Relaxed) + own);
                Ok(looked)
            },
        )
        .collect();
    let mut all = Looked::new(deal);
    parts?.iter().for_each(|part| all.merge(part));
    all.errors = all.sums.map(|&(sum, count)| (count > 0).then(|| sum / count as f64));
    Ok(all)
}

impl Looked {
    fn new(deal: &Deal) -> Self {
        let seen = |price: &Price| SeenTerms { lines: vec![false; price.lines().map_or(0, <[_]>::len)], ..SeenTerms::default() };
        Self {
            terms: deal.payments.map(|payment| payment.terms.iter().map(|terms| seen(&terms.price)).collect()),
            units: deal.payments.map(|_| 0.0),
            errors: Each::default(),
            sums: deal.measures.map(|_| (0.0, 0)),
        }
    }

    fn block(&mut self, deal: &Deal, block: &Block) {
        let (claims, found) = (block.owed.claims(), block.found());
        let mut column = vec![0.0; block.lanes];
        // Units that tiers counted, by payment and lane, and whether anything was due under each terms.
        let mut units = deal.payments.map(|_| Vec::new());
        let mut due = deal.payments.map(|payment| vec![Vec::new(); payment.terms.len()]);
        for claim in claims {
            let seen: &mut Vec<bool> = &mut due[claim.payment][claim.terms];
            seen.resize(block.lanes, false);
            seen.iter_mut().zip(&claim.lanes).for_each(|(seen, lane)| *seen |= lane.made && lane.due);
            self.claim(deal, found, claim, &mut units[claim.payment], &mut column);
        }
        for (terms, due) in self.terms.iter_mut().flatten().zip(due.iter().flatten()) {
            terms.trials += due.iter().filter(|due| **due).count() as u64;
        }
        for (most, units) in self.units.iter_mut().zip(&units) {
            *most = units.iter().copied().fold(*most, f64::max);
        }
        let estimated = |measure: &MeasureId| !matches!(deal.measures[*measure].method, Method::Count | Method::Exact);
        for measure in deal.measures.ids().filter(estimated) {
            let mut errors: Each<GroupId, Vec<f64>> = found.measures[measure].groups().map(|_| vec![0.0; block.lanes]).collect();
            errors.pairs_mut().for_each(|(group, out)| found.measures[measure].statistic(Statistic::StandardError, group, out));
            // Trial by trial, as sums depend on their order.
            for error in (0..block.lanes).flat_map(|lane| errors.iter().map(move |group| group[lane])).filter(|error| error.is_finite()) {
                self.sums[measure].0 += error;
                self.sums[measure].1 += 1;
            }
        }
    }

    fn claim(&mut self, deal: &Deal, findings: &Estimates, claim: &Surveyed, units: &mut Vec<f64>, column: &mut [f64]) {
        let seen = &mut self.terms[claim.payment][claim.terms];
        let made = || claim.lanes.iter().enumerate().filter(|(_, lane)| lane.made);
        seen.claims += made().count() as u64;
        seen.open += made().filter(|(_, lane)| lane.open).count() as u64;
        let due = made().filter(|(_, lane)| lane.due).count() as u64;
        seen.due += due;
        match &deal.payments[claim.payment].terms[claim.terms].price {
            Price::Table(table) => {
                match &table.by {
                    Term::Reported { measure, statistic } => match deal.seen(claim.measure, *measure) {
                        Seen::Same => findings.measures[*measure].statistic(*statistic, claim.group, column),
                        Seen::Only => findings.measures[*measure].statistic(*statistic, GroupId::ONLY, column),
                        Seen::Nothing => column.fill(f64::NAN),
                    },
                    Term::Formula(_) => column.copy_from_slice(&claim.formula),
                    _ => column.fill(f64::NAN),
                }
                let looked_up = made().filter(|(_, lane)| lane.open && lane.valued).map(|(lane, _)| column[lane]);
                for x in looked_up.filter(|x| !x.is_nan()) {
                    let (rows, most) = seen.rows.unwrap_or((0, f64::NEG_INFINITY));
                    seen.rows = Some((rows.max(table.reached(x)), most.max(x)));
                }
            }
            Price::RateCard(_) => seen.lines[claim.line] |= due > 0,
            // Each instalment is a claim of the same units.
            Price::Tiers(_) if claim.instalment == 0 => {
                if let Some(measure) = claim.measure {
                    findings.measures[measure].statistic(Statistic::Units, claim.group, column);
                    units.resize(column.len(), 0.0);
                    made().for_each(|(lane, _)| units[lane] += if column[lane] > 0.0 { column[lane] } else { 0.0 });
                }
            }
            Price::Tiers(_)
            | Price::PerUnit { .. }
            | Price::PerAdditional(_)
            | Price::LumpSum(_)
            | Price::Savings { .. }
            | Price::Formula(..) => {}
        }
    }

    fn merge(&mut self, other: &Self) {
        for (own, others) in self.terms.iter_mut().flatten().zip(other.terms.iter().flatten()) {
            own.claims += others.claims;
            own.open += others.open;
            own.due += others.due;
            own.trials += others.trials;
            own.rows = match (own.rows, others.rows) {
                (Some((rows, most)), Some((other_rows, other_most))) => Some((rows.max(other_rows), most.max(other_most))),
                (one, other) => one.or(other),
            };
            own.lines.iter_mut().zip(&others.lines).for_each(|(own, other)| *own |= other);
        }
        self.units.iter_mut().zip(&other.units).for_each(|(most, units)| *most = most.max(*units));
        for (own, others) in self.sums.iter_mut().zip(&other.sums) {
            own.0 += others.0;
            own.1 += others.1;
        }
    }
}

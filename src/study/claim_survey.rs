//! What does every claim of some trials look like: which conditions held, which rows of a price were reached?
//!
//! Trials are followed one by one, as `explain` does, because only the ledger knows each claim.

use crate::numeric::each::Each;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::RunError;
use super::options::Course;
use crate::cohort::Drawing;
use crate::deal::{Deal, GroupId, MeasureId, Method, OutcomeId, PaymentId, Price, Seen, Statistic, Term};
use crate::engine::{Block, Entry, Plan};
use crate::evaluation::Estimates;
use crate::settlement::{Claim, Line};

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
    let plan = Plan::new(deal, course.seed);
    let done = AtomicU64::new(0);
    let pieces: Vec<u64> = (0..trials.div_ceil(PIECE)).collect();
    let parts: Result<Vec<Looked>, RunError> = pieces
        .into_par_iter()
        .map_init(
            || Block::new(&plan, 1),
            |block, piece| {
                course.goes_on(done.load(Ordering::Relaxed))?;
                let mut looked = Looked::new(deal);
                for trial in piece * PIECE..trials.min((piece + 1) * PIECE) {
                    looked.trial(deal, &plan, block, trial);
                }
                let own = trials.min((piece + 1) * PIECE) - piece * PIECE;
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

    fn trial(&mut self, deal: &Deal, plan: &Plan, block: &mut Block, trial: u64) {
        let mut claims: Vec<(Claim, f64)> = Vec::new();
        let mut formulas = deal.formulas.map(|_| f64::NAN);
        block.trace(plan, trial, |entry| match entry {
            Entry::Line(Line::Formula { formula, value, .. }) => formulas[formula] = value,
            Entry::Line(Line::Claim(claim)) => {
                let value = match deal.payments[claim.payment].terms[claim.terms].price.table().map(|table| &table.by) {
                    Some(Term::Formula(formula)) => formulas[*formula],
                    _ => f64::NAN,
                };
                claims.push((claim, value));
            }
            _ => {}
        });
        let mut units = deal.payments.map(|_| 0.0);
        let mut due: Vec<(PaymentId, usize)> =
            claims.iter().filter(|(claim, _)| claim.due > 0).map(|(claim, _)| (claim.payment, claim.terms)).collect();
        due.sort_unstable();
        due.dedup();
        due.into_iter().for_each(|(payment, terms)| self.terms[payment][terms].trials += 1);
        for (claim, value) in claims {
            self.claim(deal, block.found(), &claim, value, &mut units);
        }
        self.units.iter_mut().zip(units).for_each(|(most, units)| *most = most.max(units));
        let estimated = |measure: &MeasureId| !matches!(deal.measures[*measure].method, Method::Count | Method::Exact);
        for measure in deal.measures.ids().filter(estimated) {
            for group in block.found().measures[measure].groups() {
                let error = reported(block.found(), measure, Statistic::StandardError, group);
                if error.is_finite() {
                    self.sums[measure].0 += error;
                    self.sums[measure].1 += 1;
                }
            }
        }
    }

    fn claim(&mut self, deal: &Deal, findings: &Estimates, claim: &Claim, value: f64, units: &mut Each<PaymentId, f64>) {
        let seen = &mut self.terms[claim.payment][claim.terms];
        seen.claims += 1;
        seen.open += u64::from(claim.open);
        seen.due += u64::from(claim.due > 0);
        match &deal.payments[claim.payment].terms[claim.terms].price {
            Price::Table(table) if claim.open && claim.valued => {
                let x = match &table.by {
                    Term::Reported { measure, statistic } => match deal.seen(claim.measure, *measure) {
                        Seen::Same => reported(findings, *measure, *statistic, claim.group),
                        Seen::Only => reported(findings, *measure, *statistic, GroupId::ONLY),
                        Seen::Nothing => f64::NAN,
                    },
                    _ => value,
                };
                if !x.is_nan() {
                    let (rows, most) = seen.rows.unwrap_or((0, f64::NEG_INFINITY));
                    seen.rows = Some((rows.max(table.reached(x)), most.max(x)));
                }
            }
            Price::RateCard(_) => seen.lines[claim.line] |= claim.due > 0,
            // Each instalment is a claim of the same units.
            Price::Tiers(_) if claim.instalment == 0 => {
                if let Some(measure) = claim.measure {
                    let found = reported(findings, measure, Statistic::Units, claim.group);
                    units[claim.payment] += if found > 0.0 { found } else { 0.0 };
                }
            }
            Price::Table(_)
            | Price::Tiers(_)
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

fn reported(findings: &Estimates, measure: MeasureId, statistic: Statistic, group: GroupId) -> f64 {
    let mut value = [0.0];
    findings.measures[measure].statistic(statistic, group, &mut value);
    value[0]
}

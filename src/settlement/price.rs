//! What a price makes of one group of cohorts, gate and limits aside.

use super::Standing;
use super::expression::{At, Machine};
use super::line::scaled;
use super::plan::{Event, TermsPlan};
use crate::deal::{GroupId, PaymentId, Price, Statistic, TrancheId};
use crate::evaluation::Estimates;
use crate::numeric::grid::Grid;
use crate::numeric::whole::nearest;
use crate::numeric::wide::widest;
use crate::quantity::Money;

/// Columns that prices are worked out in.
#[derive(Clone, Debug)]
pub(super) struct ClaimPricer {
    /// Minor units, not yet rounded; NaN where the claim has no value.
    pub(super) value: Vec<f64>,
    other: Vec<f64>,
    /// Lanes in which the claim at hand does not arise: nobody is there, or everybody enrols earlier or later.
    pub(super) absent: Vec<usize>,
    /// Units paid for by tiers so far, by payment.
    pub(super) units_before: Grid<f64, PaymentId>,
    /// What shares of savings have made due in this period, by the tranche whose debt it repays; without rows where there are none.
    pub(super) pledged: Grid<i64, TrancheId>,
}

impl ClaimPricer {
    pub(super) fn new(payments: usize, pledged: usize, lanes: usize) -> Self {
        Self {
            value: vec![0.0; lanes],
            other: vec![0.0; lanes],
            absent: Vec::new(),
            units_before: Grid::new(payments, lanes),
            pledged: Grid::new(pledged, lanes),
        }
    }

    /// Finds the lanes in which the claim of `event` does not arise.
    pub(super) fn look_for_people(&mut self, event: &Event, findings: &Estimates) {
        self.absent.clear();
        let Some(measure) = event.due.measure else { return };
        let (late, people) = (findings.late(), findings.measures[measure].enrolled.row(event.due.group));
        self.absent.extend((0..late.len()).filter(|&lane| late[lane] != event.due.late));
        if findings.is_uneven() {
            self.absent.extend((0..people.len()).filter(|&lane| people[lane] == 0));
        }
    }

    /// Takes note that `amount` of savings is due and repays these tranches, the first of them first: another report of the same period
    /// finds so much less of their debt.
    pub(super) fn pledge(&mut self, once_repaid: &[TrancheId], amount: &[i64], standing: &Standing) {
        for (lane, amount) in amount.iter().enumerate() {
            let mut left = *amount;
            for &tranche in once_repaid {
                let pledged = &mut self.pledged.row_mut(tranche)[lane];
                let part = left.min(standing.owed.row(tranche)[lane] - *pledged).max(0);
                *pledged += part;
                left -= part;
            }
        }
    }

    /// Writes the amounts of `event` where they are whole by nature: a price times a number of people. Says whether they are.
    pub(super) fn people(&self, terms: &TermsPlan, event: &Event, at: At<'_>, amount: &mut [i64]) -> bool {
        let each = match &terms.price {
            Price::PerUnit { each, less: None } => *each,
            Price::RateCard(lines) => lines[event.due.line].each,
            Price::PerUnit { less: Some(_), .. }
            | Price::PerAdditional(_)
            | Price::LumpSum(_)
            | Price::Table(_)
            | Price::Tiers(_)
            | Price::Savings { .. }
            | Price::Formula(..) => return false,
        };
        let each = scaled(each, event.factor);
        let people = event.due.measure.and_then(|measure| at.findings.measures[measure].people(event.due.group));
        let (Some(people), true) = (people, (0.0..=f64::from(u32::MAX)).contains(&each)) else { return false };
        times(people, each as u32, amount);
        self.absent.iter().for_each(|&lane| amount[lane] = 0);
        true
    }

    /// Rounds the priced claims to whole minor units, and counts those without a value; says whether that of the first lane has one.
    pub(super) fn round(&self, two_way: bool, largest: f64, amount: &mut [i64], undefined: &mut [u32]) -> bool {
        let least = if two_way { f64::NEG_INFINITY } else { 0.0 };
        if !round(&self.value, least, largest, amount) {
            let lanes = undefined.iter_mut().zip(&self.value);
            lanes.for_each(|(undefined, value)| *undefined += u32::from(value.is_nan() || value.abs() > largest));
        }
        self.value[0].abs() <= largest
    }

    /// Writes what `event` makes due to `self.value`, in minor units and whole where every price and number of units is; `open` is 1 where
    /// its gate holds.
    pub(super) fn price(&mut self, terms: &TermsPlan, event: &Event, at: At<'_>, open: Option<&[f64]>, machine: &mut Machine) {
        let scaled = |each: Money| scaled(each, event.factor);
        let report = |statistic, out: &mut [f64]| {
            if let Some(measure) = event.due.measure {
                at.findings.measures[measure].statistic(statistic, event.due.group, out);
            }
        };
        let value = &mut self.value;
        match &terms.price {
            Price::PerUnit { each, less } => {
                report(Statistic::Units, value);
                if let Some(less) = less {
                    let group = if at.findings.measures[*less].enrolled.rows() == 1 { GroupId::ONLY } else { event.due.group };
                    at.findings.measures[*less].statistic(Statistic::Units, group, &mut self.other);
                    value.iter_mut().zip(&self.other).for_each(|(units, less)| *units -= less);
                }
                let each = scaled(*each);
                value.iter_mut().for_each(|units| *units = each * positive(*units));
            }
            Price::PerAdditional(each) => {
                report(Statistic::Additional, value);
                let each = scaled(*each);
                value.iter_mut().for_each(|units| *units = each * positive(*units));
            }
            Price::RateCard(lines) => {
                report(Statistic::Units, value);
                let each = scaled(lines[event.due.line].each);
                value.iter_mut().for_each(|units| *units = each * positive(*units));
            }
            Price::LumpSum(sum) => value.fill(scaled(*sum)),
            Price::Tiers(tiers) => {
                report(Statistic::Units, &mut self.other);
                self.absent.iter().for_each(|&lane| self.other[lane] = 0.0);
                // Units that are not paid for move no tier.
                if let Some(open) = open {
                    self.other.iter_mut().zip(open).filter(|(_, holds)| **holds != 1.0).for_each(|(units, _)| *units = 0.0);
                }
                value.fill(0.0);
                let before = self.units_before.row(event.payment);
                for (at, tier) in tiers.iter().enumerate() {
                    let (each, ends) = (scaled(tier.each), tiers.get(at + 1).map_or(f64::INFINITY, |next| next.from));
                    for ((value, units), before) in value.iter_mut().zip(&self.other).zip(before) {
                        let within = |units: f64| units.clamp(tier.from, ends) - tier.from;
                        *value += each * (within(before + positive(*units)) - within(*before));
                    }
                }
                // A claim is one event: the reader refuses instalments with tiers. What is not reported adds nothing to it.
                let before = self.units_before.row_mut(event.payment);
                before.iter_mut().zip(&self.other).for_each(|(before, units)| *before += if *units > 0.0 { *units } else { 0.0 });
            }
            Price::Table(table) => {
                if let Some(number) = &terms.number {
                    let looked_up = machine.value(number, at);
                    table.values(looked_up, value);
                    value.iter_mut().for_each(|value| *value *= event.factor);
                }
            }
            Price::Formula(..) => {
                if let Some(number) = &terms.number {
                    let major = machine.value(number, at);
                    value.iter_mut().zip(major).for_each(|(value, x)| *value = x * at.minor_units * event.factor);
                }
            }
            Price::Savings { share, then, once_repaid } => {
                report(Statistic::Units, value);
                let lane_owed = |lane: usize| {
                    let owed = |&tranche: &TrancheId| at.standing.owed.row(tranche)[lane] - self.pledged.row(tranche)[lane];
                    once_repaid.iter().map(owed).sum()
                };
                savings(value, [*share, *then], lane_owed, at.minor_units);
                value.iter_mut().for_each(|value| *value *= event.factor);
            }
        }
        self.absent.iter().for_each(|&lane| self.value[lane] = 0.0);
    }
}

widest! {
    /// A whole price times numbers of people.
    fn times(people: &[u32], each: u32, out: &mut [i64]) {
        out.iter_mut().zip(people).for_each(|(out, people)| *out = (u64::from(each) * u64::from(*people)) as i64);
    }

    /// Rounds what is at most `largest` in size, raised to `least`, and makes the rest 0; says whether there is no such rest.
    fn round(values: &[f64], least: f64, largest: f64, out: &mut [i64]) -> bool {
        let mut all_valued = true;
        for (out, value) in out.iter_mut().zip(values) {
            let valued = value.abs() <= largest;
            all_valued &= valued;
            let raised = if *value > least { *value } else { least };
            *out = if valued { nearest(raised) } else { 0 };
        }
        all_valued
    }
}

/// Zero where negative; NaN stays.
fn positive(units: f64) -> f64 {
    if units < 0.0 { 0.0 } else { units }
}

/// Of savings (major units) the one share until nothing is `owed` (minor units, by lane), the other one of what is left then.
fn savings(value: &mut [f64], [share, then]: [f64; 2], owed: impl Fn(usize) -> i64, minor_units: f64) {
    for (lane, value) in value.iter_mut().enumerate() {
        let saved = positive(*value) * minor_units;
        let owed = owed(lane) as f64;
        *value = if share * saved <= owed || share == 0.0 { share * saved } else { owed + (saved - owed / share) * then };
    }
}

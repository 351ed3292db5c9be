//! How likely is a total, a mean or a difference that was reported?
//!
//! Their means and variances are exact given what many share; their laws are normal, but for counts (Poisson and negative binomial) and
//! amounts with a law between persons (gamma, with the same mean and variance). Published numbers are rounded, which adds a little.

use super::lane::{Frame, Lane, Shared};
use super::network::{Mark, Network, life, parent_row, root};
use super::reports::{Average, Averaged, Cell, comparators, is_fixed, rows};
use crate::deal::{CohortId, Deal, MeasureId, Method, OutcomeId, OutcomeKind, OutcomeRef};
use crate::numeric::incomplete::{gamma_density, ln_poisson};
use crate::numeric::math::{ln, ln_1p, ln_gamma};

/// What rounding leaves open of a share (half a point), and of any other number relative to its size (half a percent): standard
/// deviations.
const ROUNDING: f64 = 0.003;

/// The measures whose numbers make one, with their weights.
fn measures(deal: &Deal, measure: MeasureId) -> Vec<(MeasureId, f64)> {
    match &deal.measures[measure].method {
        Method::Blend(parts) => parts.clone(),
        _ => vec![(measure, 1.0)],
    }
}

fn participants(frame: &Frame<'_>, cohort: CohortId) -> Option<usize> {
    frame.reports.participants_by(cohort, |_| true)
}

/// A mean and a variance.
#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    mean: f64,
    variance: f64,
}

impl Moments {
    fn scaled(self, factor: f64) -> Self {
        Self { mean: self.mean * factor, variance: self.variance * factor * factor }
    }

    fn plus(self, other: Self) -> Self {
        Self { mean: self.mean + other.mean, variance: self.variance + other.variance }
    }
}

/// Logarithm of the density of what was reported.
pub(super) fn ln_density(lane: &Lane, frame: &Frame<'_>, shared: &Shared<'_>, at: usize, average: &Average) -> f64 {
    let deal = frame.deal;
    let seen = Seen { lane, frame, shared, at, average };
    let share = deal.measures[average.measure].counts_people(deal);
    let rounding = if share && average.of != Averaged::Total { ROUNDING } else { ROUNDING * average.value.abs() };
    let law = match average.of {
        Averaged::Total => {
            let total = seen.total(average.measure);
            if let Some(ln_chance) = seen.ln_of_kind(total) {
                return ln_chance;
            }
            total
        }
        Averaged::Rate => seen.rate(average.measure),
        Averaged::Comparison => seen.comparison(average.measure),
        Averaged::Difference => measures(deal, average.measure)
            .into_iter()
            .map(|(measure, weight)| seen.difference(measure).scaled(weight))
            .fold(Moments::default(), Moments::plus),
        Averaged::Relative => seen.relative(average.measure),
    };
    let variance = match average.of {
        Averaged::Difference if average.error > 0.0 => average.error * average.error,
        _ => law.variance + rounding * rounding,
    };
    let variance = variance.max(f64::MIN_POSITIVE);
    let off = average.value - law.mean;
    -0.5 * (off * off / variance + ln(core::f64::consts::TAU * variance))
}

/// The mean and the variance of what participants are compared with.
pub(super) fn comparison_of(frame: &Frame<'_>, shared: &Shared<'_>, lane: &Lane, at: usize, average: &Average) -> [f64; 2] {
    let Moments { mean, variance } = Seen { lane, frame, shared, at, average }.comparison(average.measure);
    [mean, variance]
}

/// Logarithm of the chance that so many enrol in a cohort, at a ratio of people enrolled over planned, by the law of referrals.
pub(super) fn ln_enrolled(deal: &Deal, cohort: CohortId, people: u32, ratio: f64) -> f64 {
    let law = &deal.program.referral_ratio;
    let planned = f64::from(deal.program.cohorts[cohort].size) * ratio;
    let below = if people == 0 { 0.0 } else { law.cdf((f64::from(people) - 0.5) / planned) };
    let full = people >= deal.program.capacity_of(cohort);
    let chance = if full { 1.0 - below } else { law.cdf((f64::from(people) + 0.5) / planned) - below };
    ln(chance.max(0.0))
}

/// An average as it is seen in one trial.
struct Seen<'a> {
    lane: &'a Lane,
    frame: &'a Frame<'a>,
    shared: &'a Shared<'a>,
    at: usize,
    average: &'a Average,
}

impl Seen<'_> {
    fn rows(&self, measure: MeasureId) -> Vec<(CohortId, usize)> {
        let groups = self.frame.deal.measure_groups(measure);
        rows(self.frame.deal, measure, self.average.group, &groups[self.average.group])
    }

    fn people(&self, measure: MeasureId) -> f64 {
        let people = |cohort: CohortId| participants(self.frame, cohort).map_or(0, |at| self.frame.reports.networks[at].people);
        self.rows(measure).iter().map(|&(cohort, _)| f64::from(people(cohort))).sum()
    }

    /// The total that is reported of participants.
    fn total(&self, measure: MeasureId) -> Moments {
        let own = &self.frame.deal.measures[measure];
        let mut all = Moments::default();
        for (cohort, row) in self.rows(measure) {
            let Some(network) = self.told_by(measure, cohort, row) else { continue };
            for crowd in self.lane.crowds[network].iter().flatten() {
                let people = f64::from(crowd.people);
                let one = match own.of {
                    OutcomeRef::Outcome(outcome) if !own.counts_people(self.frame.deal) => {
                        self.quantity(network, &crowd.table, outcome, row)
                    }
                    of => {
                        let chance = self.share(measure, network, &crowd.table, of, row);
                        Moments { mean: chance, variance: if matches!(own.method, Method::Exact) { 0.0 } else { chance * (1.0 - chance) } }
                    }
                };
                all = all.plus(Moments { mean: people * one.mean, variance: people * one.variance });
            }
        }
        all
    }

    /// The participants of a cohort by what a measure looks at in a row: the outcome itself, or what a quantity rests on.
    fn told_by(&self, measure: MeasureId, cohort: CohortId, row: usize) -> Option<usize> {
        let deal = self.frame.deal;
        let own = &deal.measures[measure];
        let parts = &self.frame.reports;
        match own.of {
            OutcomeRef::Enrolled => parts.participants_by(cohort, |part| part.marks.iter().any(|mark| Some(mark.records) == own.records)),
            OutcomeRef::Outcome(outcome) if own.counts_people(deal) => {
                parts.participants_by(cohort, |part| part.node(outcome, row).is_some())
            }
            OutcomeRef::Outcome(outcome) => {
                let life = life(deal, outcome);
                let rests = life.given.or(life.effect_through);
                let has = |part: &Network| rests.is_none_or(|parent| part.node(parent, parent_row(deal, parent, row)).is_some());
                parts.participants_by(cohort, has)
            }
        }
    }

    /// The chance that a person is reported; that it is true where the evaluator makes no error.
    fn share(&self, measure: MeasureId, network: usize, table: &super::table::Table, of: OutcomeRef, row: usize) -> f64 {
        let own = &self.frame.deal.measures[measure];
        let network_of = &self.frame.reports.networks[network];
        let truth = match of {
            OutcomeRef::Outcome(outcome) => network_of.node(outcome, row),
            OutcomeRef::Enrolled => None,
        };
        let exact = matches!(own.method, Method::Exact);
        let mark = own.records.filter(|_| !exact).and_then(|records| network_of.mark(Mark { records, root: root(self.frame.deal, of) }));
        let errors = if exact { [0.0; 2] } else { [own.false_negative, own.false_positive] };
        let cell = Cell::at(network, truth, mark);
        table.chance(|state| super::reports::reported(&cell, errors, state))
    }

    /// What one person of a crowd has, as far as it is known which outcomes came before.
    fn quantity(&self, network: usize, table: &super::table::Table, outcome: OutcomeId, row: usize) -> Moments {
        let deal = self.frame.deal;
        let own = life(deal, outcome);
        let bit = |parent: Option<OutcomeId>| {
            parent.and_then(|parent| self.frame.reports.networks[network].node(parent, parent_row(deal, parent, row)))
        };
        let (given, through) = (bit(own.given), bit(own.effect_through));
        let has = |bit: Option<usize>, state: usize| bit.is_none_or(|bit| state >> bit & 1 == 1);
        let able = table.chance(|state| f64::from(u8::from(has(given, state))));
        let reached = table.chance(|state| f64::from(u8::from(has(given, state) && has(through, state))));
        let means = self.lane.rates(self.frame, self.shared, self.at, outcome, row);
        let [with, without] = means.map(|mean| (mean, self.frame.people.spread_of(outcome, mean)));
        let shares = [reached, (able - reached).max(0.0)];
        let mean: f64 = shares.iter().zip([with, without]).map(|(share, (mean, _))| share * mean).sum();
        let square: f64 = shares.iter().zip([with, without]).map(|(share, (mean, sd))| share * (mean * mean + sd * sd)).sum();
        Moments { mean, variance: (square - mean * mean).max(0.0) }
    }

    fn rate(&self, measure: MeasureId) -> Moments {
        self.total(measure).scaled(1.0 / self.people(measure))
    }

    /// The rate or mean that participants are compared with.
    fn comparison(&self, measure: MeasureId) -> Moments {
        let deal = self.frame.deal;
        let own = &deal.measures[measure];
        let OutcomeRef::Outcome(outcome) = own.of else { return Moments::default() };
        let cells = self.rows(measure);
        let counts = own.counts_people(deal);
        let without = |row: usize| self.lane.without(self.frame, self.shared, self.at, outcome, row);
        let varies = |mean: f64| {
            let sd = self.frame.people.spread_of(outcome, mean);
            if counts { mean * (1.0 - mean) } else { sd * sd }
        };
        let average = 1.0 / cells.len() as f64;
        match &own.method {
            Method::Count => Moments::default(),
            Method::Exact => {
                let people = |cohort: CohortId| participants(self.frame, cohort).map_or(0, |at| self.frame.reports.networks[at].people);
                let all = self.people(measure);
                let mean = cells.iter().map(|&(cohort, row)| f64::from(people(cohort)) / all * without(row)).sum();
                Moments { mean, variance: 0.0 }
            }
            Method::Historical(history) => {
                let expected: f64 = cells.iter().map(|&(_, row)| average * without(row)).sum();
                let mean =
                    history.baseline.unwrap_or(expected) - self.shared.findings.measures[measure].drift().get(self.at).unwrap_or(&0.0);
                let mean = if counts { mean.clamp(0.0, 1.0) } else { mean };
                Moments { mean, variance: history.estimated_from.map_or(0.0, |people| varies(mean) / f64::from(people)) }
            }
            Method::Randomized(_) | Method::Matched { .. } | Method::FixedThenLive { .. } => {
                let each = f64::from(comparators(deal, measure).unwrap_or(1));
                let bias = self.shared.findings.measures[measure].bias().get(self.at).copied().unwrap_or(0.0);
                let match_rate = own.records.filter(|_| counts).map_or(1.0, |records| self.shared.findings.match_rate(records)[self.at]);
                let one = |&(cohort, row): &(CohortId, usize)| {
                    if let (true, Method::FixedThenLive { baseline, .. }) = (is_fixed(deal, measure, cohort), &own.method) {
                        return Moments { mean: *baseline, variance: 0.0 };
                    }
                    let mut mean = without(row) + bias;
                    if counts {
                        let rate = mean.clamp(0.0, 1.0);
                        mean = (rate * (1.0 - own.false_negative) + (1.0 - rate) * own.false_positive) * match_rate;
                    }
                    Moments { mean, variance: varies(mean) / each }
                };
                cells.iter().map(one).map(|moments| moments.scaled(average)).fold(Moments::default(), Moments::plus)
            }
            Method::Blend(_) => Moments::default(),
        }
    }

    fn difference(&self, measure: MeasureId) -> Moments {
        let own = &self.frame.deal.measures[measure];
        let sign = if own.fewer_is_better(self.frame.deal) { -1.0 } else { 1.0 };
        self.rate(measure).plus(self.comparison(measure).scaled(-1.0)).scaled(sign / own.treated_share)
    }

    /// The difference over the comparison rate; its variance to first order.
    fn relative(&self, measure: MeasureId) -> Moments {
        let (rate, comparison) = (self.rate(measure), self.comparison(measure));
        let own = &self.frame.deal.measures[measure];
        let sign = if own.fewer_is_better(self.frame.deal) { -1.0 } else { 1.0 };
        let ratio = rate.mean / comparison.mean;
        let variance = (rate.variance + ratio * ratio * comparison.variance) / (comparison.mean * comparison.mean);
        Moments { mean: ratio - 1.0, variance }.scaled(sign / own.treated_share)
    }

    /// Logarithm of the chance of a total whose law is known to be no normal one.
    fn ln_of_kind(&self, total: Moments) -> Option<f64> {
        let OutcomeRef::Outcome(outcome) = self.frame.deal.measures[self.average.measure].of else { return None };
        let (value, mean, variance) = (self.average.value, total.mean, total.variance);
        let of_kind = match self.frame.deal.outcomes[outcome].kind {
            OutcomeKind::Count(_) if mean > 0.0 && value.fract() == 0.0 => match variance - mean {
                excess if excess.abs() <= 1e-9 * mean => ln_poisson(value, mean),
                excess if excess > 0.0 => {
                    let shape = mean * mean / excess;
                    let part = mean / (shape + mean);
                    ln_gamma(value + shape) - ln_gamma(shape) - ln_gamma(value + 1.0) + shape * ln_1p(-part) + value * ln(part)
                }
                _ => return None,
            },
            OutcomeKind::Spread(_) if mean > 0.0 && variance > 0.0 && value > 0.0 => {
                let shape = mean * mean / variance;
                let scale = variance / mean;
                ln(gamma_density(shape, value / scale).max(f64::MIN_POSITIVE)) - ln(scale)
            }
            OutcomeKind::YesNo { .. }
            | OutcomeKind::Count(_)
            | OutcomeKind::Amount(_)
            | OutcomeKind::Spread(_)
            | OutcomeKind::Above { .. }
            | OutcomeKind::Median { .. } => return None,
        };
        Some(of_kind)
    }
}

//! What did the people of a reported cohort have in all, given what was reported of them?
//!
//! Totals are drawn as ever and then moved: each by its share in what the report leaves to luck, times how far what was drawn is from what
//! was reported (Matheron's rule: exact where all is normal). A total that was reported is then what it was.

use super::amounts::comparison_of;
use super::lane::{Frame, Lane, Shared};
use super::reports::{Average, Averaged, Step, rows};
use crate::cohort::World;
use crate::deal::{CohortId, Deal, Method, OutcomeId, OutcomeKind, OutcomeRef};
use crate::numeric::normal;
use crate::sampling::stream::Stream;

/// A report that says something of totals.
#[derive(Clone, Debug)]
pub(super) struct Told {
    average: Average,
    pub(super) outcome: OutcomeId,
    cells: Vec<(CohortId, usize)>,
}

/// The reports among `steps` that say something of totals of amounts or counts.
pub(super) fn told(deal: &Deal, steps: &[Step]) -> Vec<Told> {
    let one = |step: &Step| {
        let Step::Averaged(average) = step else { return None };
        let own = &deal.measures[average.measure];
        let OutcomeRef::Outcome(outcome) = own.of else { return None };
        let kind = match deal.outcomes[outcome].kind {
            OutcomeKind::Amount(_) | OutcomeKind::Spread(_) => true,
            // Counts are whole, so only their totals are put in place.
            OutcomeKind::Count(_) => average.of == Averaged::Total,
            OutcomeKind::YesNo { .. } | OutcomeKind::Above { .. } | OutcomeKind::Median { .. } => false,
        };
        let of = matches!(average.of, Averaged::Total | Averaged::Difference) && !matches!(own.method, Method::Blend(_) | Method::Exact);
        let groups = deal.measure_groups(average.measure);
        let cells = rows(deal, average.measure, average.group, &groups[average.group]);
        (kind && of).then_some(Told { average: *average, outcome, cells })
    };
    steps.iter().filter_map(one).collect()
}

impl Told {
    /// What participants were compared with in this trial, drawn: mean and variance of what is drawn. Nothing where they were not.
    pub(super) fn compare(&self, frame: &Frame<'_>, shared: &Shared<'_>, lane: &Lane, at: usize, stream: &mut Stream) -> [f64; 2] {
        if self.average.of == Averaged::Total {
            return [0.0; 2];
        }
        let [mean, variance] = comparison_of(frame, shared, lane, at, &self.average);
        [mean + variance.sqrt() * normal::quantile(stream.uniform()), variance]
    }

    /// Moves the totals of one trial; `compared` is what was drawn of those who were compared.
    pub(super) fn place(&self, deal: &Deal, spread: impl Fn(f64) -> f64, world: &mut World, lane: usize, [comparison, noise]: [f64; 2]) {
        let own = &deal.outcomes[self.outcome];
        let mut cells: Vec<(usize, f64, f64)> = Vec::with_capacity(self.cells.len());
        let mut people = 0.0;
        for &(cohort, row) in &self.cells {
            let eligible = match own.given {
                Some(parent) => world.outcomes[parent].count.row(super::network::parent_row(deal, parent, row))[lane],
                None => world.enrolled.row(cohort)[lane],
            };
            people += f64::from(world.enrolled.row(cohort)[lane]);
            let total = world.outcomes[self.outcome].total.row(row)[lane];
            let each = if eligible > 0 { total / f64::from(eligible) } else { 0.0 };
            let sd = spread(each);
            cells.push((row, total, f64::from(eligible) * sd * sd));
        }
        let (sum, varies) = cells.iter().fold((0.0, 0.0), |(sum, varies), (_, total, variance)| (sum + total, varies + variance));
        if !(varies > 0.0) {
            return;
        }
        // By how much all totals together move.
        let off = match self.average.of {
            Averaged::Total => self.average.value - sum,
            _ => {
                let measure = &deal.measures[self.average.measure];
                let sign = if measure.fewer_is_better(deal) { -1.0 } else { 1.0 };
                let drawn = sign * (sum / people - comparison) / measure.treated_share;
                let scale = sign / (people * measure.treated_share);
                let error = self.average.error * self.average.error;
                let all = scale * scale * varies + noise / (measure.treated_share * measure.treated_share);
                varies * scale / if error > all { error } else { all } * (self.average.value - drawn)
            }
        };
        let counts = matches!(own.kind, OutcomeKind::Count(_));
        let (mut moved, mut placed) = (0.0, 0.0);
        for (row, total, variance) in cells {
            moved += off * variance / varies;
            let part = if counts { (moved - placed).round() } else { moved - placed };
            placed += part;
            world.outcomes[self.outcome].total.row_mut(row)[lane] = total + part;
        }
    }
}

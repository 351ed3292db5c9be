//! What was found of one measure, and the numbers that follow from it.

use super::continuing::Chain;
use super::plan::MeasurePlan;
use crate::deal::{CohortId, GroupId, MeasureId, Statistic};
use crate::numeric::each::Each;
use crate::numeric::grid::Grid;
use crate::numeric::math;
use crate::numeric::wide::widest;

/// What was found of one measure.
#[derive(Clone, Debug)]
pub struct Estimate {
    /// Participants reported with the outcome, by group of cohorts; no rows for a count or an amount.
    pub units: Grid<u32, GroupId>,
    /// Total reported of a count or an amount, by group; no rows for a yes-or-no outcome.
    pub totals: Grid<f64, GroupId>,
    /// Participants enrolled, by group of cohorts.
    pub enrolled: Grid<u32, GroupId>,
    /// Comparison people reported with the outcome, by group; no rows without a comparison group of a yes-or-no outcome.
    pub comparison: Grid<u32, GroupId>,
    /// Size of the comparison group, by group; 0 where it is compared with a fixed number.
    pub comparators: Each<GroupId, u32>,
    /// Rate or mean that participants are compared with where it is not that of counted people, by group.
    pub(super) baseline: Grid<f64, GroupId>,
    /// People behind the baseline, by group; infinite where it is taken as known.
    pub(super) behind: Each<GroupId, f64>,
    /// Of a count or an amount, standard deviation between persons, by group.
    pub(super) sd: Grid<f64, GroupId>,
    /// Standard error of a blend, by group.
    pub(super) blended_error: Grid<f64, GroupId>,
    /// True rate with and without the program, by group; only where the evaluator makes no error.
    pub(super) exact: Option<[Grid<f64, GroupId>; 2]>,
    pub(super) bias: Vec<f64>,
    pub(super) drift: Vec<f64>,
    /// Published numbers by group, in the order of [`Statistic::WORDS`]; empty where the evaluation is simulated.
    pub(super) stated: Each<GroupId, [f64; Statistic::WORDS.len()]>,
    /// Published numbers of the groups that have been reported so far; NaN where a number is not among them and does not follow.
    pub(super) reported: Each<GroupId, Option<[f64; Statistic::WORDS.len()]>>,
    pub(super) cells: Cells,
    /// Comparison people by group and lane, where cohorts that nobody joined, or that never came, have none; without rows where all have.
    pub(super) lane_comparators: Grid<u32, GroupId>,
    /// Weights of other measures (indices) whose differences it blends.
    pub(super) blend: Vec<(MeasureId, f64)>,
    /// Comparison people round after round.
    pub(super) chain: Option<Box<Chain>>,
    minimum_sample: u32,
    treated_share: f64,
    pub(super) fewer_is_better: bool,
}

/// What each cohort of each group was found to be, so that some can be left out; without rows where that cannot happen.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells {
    pub(super) units: Grid<u32>,
    pub(super) totals: Grid<f64>,
    pub(super) enrolled: Grid<u32>,
    pub(super) comparison: Grid<u32>,
    /// Mean of the comparison people of a count or an amount, and standard deviation between persons.
    pub(super) means: Grid<f64>,
    pub(super) sd: Grid<f64>,
    /// True outcomes with and without the program that are to be expected; only where the evaluator makes no error.
    pub(super) exact: Option<[Grid<f64>; 2]>,
    /// Group, comparison people and period of enrolment of each cell.
    pub(super) of: Vec<(GroupId, u32, u32)>,
}

impl Estimate {
    pub(super) fn new(plan: &MeasurePlan, lanes: usize, keeps_cells: bool) -> Self {
        let groups = plan.groups.len();
        let live = plan.comparison.as_ref();
        let fixed = |cohort: CohortId| live.and_then(|live| live.fixed).is_some_and(|(_, first)| cohort < first);
        let size = |cohort: CohortId| if fixed(cohort) { 0 } else { live.map_or(0, |live| live.per_cohort) };
        let rows = |wanted: bool| if wanted { groups } else { 0 };
        let has_baseline = plan.history.is_some() || !plan.blend.is_empty() || live.is_some() && (plan.is_quantity || plan.has_fixed());
        let comparators: Each<GroupId, u32> = plan.groups.map(|group| group.iter().map(|cell| size(cell.cohort)).sum());
        let behind = match &plan.history {
            Some(history) => Each::filled(groups, history.estimated_from.map_or(f64::INFINITY, f64::from)),
            None => comparators.map(|&people| if people == 0 { f64::INFINITY } else { f64::from(people) }),
        };
        let mut cells = Cells::default();
        if keeps_cells {
            for (group, members) in plan.groups.pairs() {
                cells.of.extend(members.iter().map(|cell| (group, size(cell.cohort), cell.enrols)));
            }
            let all = cells.of.len();
            cells.enrolled = Grid::new(all, lanes);
            cells.units = Grid::new(if plan.is_quantity { 0 } else { all }, lanes);
            cells.totals = Grid::new(if plan.is_quantity { all } else { 0 }, lanes);
            cells.comparison = Grid::new(if plan.is_quantity || live.is_none() { 0 } else { all }, lanes);
            cells.means = Grid::new(if plan.is_quantity && live.is_some() { all } else { 0 }, lanes);
            cells.sd = Grid::new(if plan.is_quantity { all } else { 0 }, lanes);
            cells.exact = plan.exact.then(|| [Grid::new(all, lanes), Grid::new(all, lanes)]);
        }
        Self {
            units: Grid::new(rows(!plan.is_quantity), lanes),
            totals: Grid::new(rows(plan.is_quantity), lanes),
            enrolled: Grid::new(groups, lanes),
            comparison: Grid::new(rows(live.is_some() && !plan.is_quantity), lanes),
            comparators,
            baseline: Grid::new(rows(has_baseline), lanes),
            behind,
            sd: Grid::new(rows(plan.is_quantity), lanes),
            blended_error: Grid::new(rows(!plan.blend.is_empty()), lanes),
            exact: plan.exact.then(|| [Grid::new(groups, lanes), Grid::new(groups, lanes)]),
            bias: vec![0.0; lanes],
            drift: vec![0.0; if plan.history.is_some() { lanes } else { 0 }],
            stated: Each::default(),
            reported: Each::default(),
            cells,
            lane_comparators: Grid::default(),
            blend: plan.blend.clone(),
            chain: live.and_then(|live| live.chain.as_ref()).map(|chain| Box::new(Chain::new(chain, lanes))),
            minimum_sample: plan.minimum_sample,
            treated_share: plan.treated_share,
            fewer_is_better: plan.fewer_is_better,
        }
    }

    /// Its groups, in order.
    pub fn groups(&self) -> impl DoubleEndedIterator<Item = GroupId> + ExactSizeIterator + use<> {
        self.enrolled.ids()
    }

    /// The people reported with the outcome in `group`, where they are counted in every trial: not of quantities, of published numbers,
    /// or of groups that may be too small to be reported.
    #[must_use]
    pub fn people(&self, group: GroupId) -> Option<&[u32]> {
        (self.units.rows() > 0 && self.stated.is_empty() && self.minimum_sample == 0).then(|| self.units.row(group))
    }

    /// Writes `statistic` of `group` for every trial of the block; NaN where it is undefined. A measure that compares with nobody has a
    /// comparison rate of 0. Of a group in which nobody is enrolled, counts are 0 and all that is divided by its people is undefined. A
    /// difference above zero is an improvement: a decrease where fewer are better.
    ///
    /// The standard error of a difference is √(p(1−p)/n + q(1−q)/m) for shares (unpooled) and √(s²/n + s²/m) for quantities, the second
    /// term only where the comparison was estimated from m people; the p-value is two-sided, 2Φ(−|d|/se).
    pub fn statistic(&self, statistic: Statistic, group: GroupId, out: &mut [f64]) {
        if let Some(stated) = self.stated.get(group) {
            return out.fill(stated[statistic as usize]);
        }
        if let Some(Some(reported)) = self.reported.get(group)
            && !reported[statistic as usize].is_nan()
        {
            return out.fill(reported[statistic as usize]);
        }
        let statistic = if self.fewer_is_better { statistic.of_fewer() } else { statistic };
        match statistic {
            Statistic::Units if self.totals.rows() > 0 => out.copy_from_slice(self.totals.row(group)),
            Statistic::Units => widen(out, self.units.row(group)),
            Statistic::Enrolled => return widen(out, self.enrolled.row(group)),
            Statistic::Rate => self.each(group, out, |rate, _, _| rate),
            Statistic::ComparisonRate => self.each(group, out, |_, comparison, _| comparison),
            Statistic::Difference => self.each(group, out, |rate, comparison, _| rate - comparison),
            Statistic::Decrease => self.each(group, out, |rate, comparison, _| comparison - rate),
            Statistic::RelativeChange => self.each(group, out, |rate, comparison, _| ratio(rate - comparison, comparison)),
            Statistic::Reduction => self.each(group, out, |rate, comparison, _| ratio(comparison - rate, comparison)),
            Statistic::Additional => {
                self.each(group, out, |rate, comparison, enrolled| if enrolled > 0.0 { (rate - comparison) * enrolled } else { 0.0 })
            }
            Statistic::Avoided => {
                self.each(group, out, |rate, comparison, enrolled| if enrolled > 0.0 { (comparison - rate) * enrolled } else { 0.0 })
            }
            Statistic::StandardError => (0..out.len()).for_each(|lane| out[lane] = self.standard_error(group, lane)),
            Statistic::PValue => {
                self.each(group, out, |rate, comparison, _| rate - comparison);
                for (lane, value) in out.iter_mut().enumerate() {
                    let error = self.standard_error(group, lane);
                    // The same scale on both: the treated share cancels, but `standard_error` has it already.
                    let z = *value / self.treated_share / error;
                    *value = if error > 0.0 { math::erfc(z.abs() / core::f64::consts::SQRT_2) } else { f64::NAN };
                }
            }
        }
        let scaled = matches!(
            statistic,
            Statistic::Difference
                | Statistic::Decrease
                | Statistic::RelativeChange
                | Statistic::Reduction
                | Statistic::Additional
                | Statistic::Avoided
        );
        if scaled && self.treated_share != 1.0 {
            out.iter_mut().for_each(|value| *value /= self.treated_share);
        }
        if self.minimum_sample > 0 {
            let enrolled = self.enrolled.row(group).iter();
            out.iter_mut().zip(enrolled).filter(|(_, people)| **people < self.minimum_sample).for_each(|(value, _)| *value = f64::NAN);
        }
    }

    /// Standard error of the difference in one lane, treatment on the treated included.
    fn standard_error(&self, group: GroupId, lane: usize) -> f64 {
        if self.blended_error.rows() > 0 {
            return self.blended_error.row(group)[lane] / self.treated_share;
        }
        let people = f64::from(self.enrolled.row(group)[lane]);
        let [own, other] = if self.sd.rows() > 0 {
            let variance = self.sd.row(group)[lane] * self.sd.row(group)[lane];
            [variance, variance]
        } else {
            let rate = ratio(f64::from(self.units.row(group)[lane]), people);
            let comparison = self.comparison_rate(group, lane);
            [rate * (1.0 - rate), comparison * (1.0 - comparison)]
        };
        let behind = match self.lane_comparators.rows() > 0 {
            true if self.behind[group].is_finite() && self.comparators[group] > 0 => f64::from(self.lane_comparators.row(group)[lane]),
            _ => self.behind[group],
        };
        if people == 0.0 || self.exact.is_some() {
            return f64::NAN;
        }
        (own / people + other.max(0.0) / behind).sqrt() / self.treated_share
    }

    fn comparison_rate(&self, group: GroupId, lane: usize) -> f64 {
        if self.baseline.rows() > 0 && (self.comparison.rows() == 0 || self.comparators[group] == 0) {
            return self.baseline.row(group)[lane];
        }
        if self.comparison.rows() == 0 {
            return 0.0;
        }
        let comparators = match self.lane_comparators.rows() > 0 {
            true => self.lane_comparators.row(group)[lane],
            false => self.comparators[group],
        };
        ratio(f64::from(self.comparison.row(group)[lane]), f64::from(comparators))
    }

    /// `f(rate, comparison rate, enrolled)` for every lane.
    fn each(&self, group: GroupId, out: &mut [f64], f: impl Fn(f64, f64, f64) -> f64) {
        let enrolled = self.enrolled.row(group);
        if let Some([with, without]) = &self.exact {
            for (lane, out) in out.iter_mut().enumerate() {
                *out = f(with.row(group)[lane], without.row(group)[lane], f64::from(enrolled[lane]));
            }
            return;
        }
        if self.totals.rows() > 0 || self.baseline.rows() > 0 || self.lane_comparators.rows() > 0 {
            for (lane, out) in out.iter_mut().enumerate() {
                let people = f64::from(enrolled[lane]);
                let total = if self.totals.rows() > 0 { self.totals.row(group)[lane] } else { f64::from(self.units.row(group)[lane]) };
                *out = f(ratio(total, people), self.comparison_rate(group, lane), people);
            }
            return;
        }
        let units = self.units.row(group);
        if self.comparison.rows() == 0 {
            for (lane, out) in out.iter_mut().enumerate() {
                let enrolled = f64::from(enrolled[lane]);
                *out = f(ratio(f64::from(units[lane]), enrolled), 0.0, enrolled);
            }
            return;
        }
        let comparators = f64::from(self.comparators[group]);
        for (lane, (out, found)) in out.iter_mut().zip(self.comparison.row(group)).enumerate() {
            let enrolled = f64::from(enrolled[lane]);
            *out = f(ratio(f64::from(units[lane]), enrolled), f64::from(*found) / comparators, enrolled);
        }
    }

    /// Writes the participants' rate or mean in `group`.
    pub(super) fn rates(&self, group: GroupId, out: &mut [f64]) {
        for (lane, out) in out.iter_mut().enumerate() {
            let total = if self.totals.rows() > 0 { self.totals.row(group)[lane] } else { f64::from(self.units.row(group)[lane]) };
            *out = ratio(total, f64::from(self.enrolled.row(group)[lane]));
        }
    }

    /// Groups of which published numbers are known.
    pub(super) fn stated_groups(&self) -> usize {
        self.stated.len()
    }
}

/// A share or a mean; undefined of nobody.
pub(super) fn ratio(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { f64::NAN } else { part / whole }
}

widest! {
fn widen(out: &mut [f64], counts: &[u32]) {
    for (out, count) in out.iter_mut().zip(counts) {
        *out = f64::from(*count);
    }
}
}

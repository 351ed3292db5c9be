//! What of a deal's results is known when? Which reports are out by a period, and which are late.
//!
//! Comes in: a deal and results. Goes out: periods of reports, and results as they were known earlier. Must never know: TOML, chance.

use super::{CohortId, Deal, GroupId, MeasureId, Reported, Results, SoFar};
use crate::numeric::each::Each;

impl Results {
    /// Whole periods by which everything began later than planned: as stated, otherwise as few as the deal leaves possible.
    #[must_use]
    pub fn began_late(&self, deal: &Deal) -> u32 {
        self.late.or_else(|| deal.program.delays().min()).unwrap_or(0)
    }

    /// Whether `cohort` had begun to enrol in `period`; one that would enrol after the program's end never does.
    #[must_use]
    pub fn begun(&self, deal: &Deal, cohort: CohortId, period: u32) -> bool {
        let enrols = deal.program.cohorts[cohort].period.saturating_add(self.began_late(deal));
        let ended = self.stopped.iter().map(|&(_, last)| last).min().unwrap_or(u32::MAX);
        enrols <= period && enrols <= ended
    }

    /// Cohorts that had begun by `period` and whose enrolment nobody reported: they count as enrolled as planned.
    #[must_use]
    pub fn assumed(&self, deal: &Deal, period: u32) -> Vec<CohortId> {
        deal.program.cohorts.ids().filter(|cohort| self.begun(deal, *cohort, period) && !self.counted.contains(cohort)).collect()
    }

    /// The part of these results that was known by the end of `period`: reports that were out, cohorts that had begun, stops and defaults
    /// that had happened. What a line cost in all is known where it has ended; what lines had cost on the way is not.
    #[must_use]
    pub fn known_by(&self, deal: &Deal, period: u32) -> Self {
        let late = self.began_late(deal);
        let mut known = self.clone();
        let begun = |cohort: &CohortId| deal.program.cohorts[*cohort].period.saturating_add(late) <= period;
        known.counted.retain(begun);
        for (cohort, people) in known.enrolled.pairs_mut() {
            if !begun(&cohort) {
                *people = deal.program.cohorts[cohort].size;
            }
        }
        let out = deal.reported_in(late);
        known.reported.retain(|reported| out[reported.measure][reported.group] <= period);
        known.stopped.retain(|&(_, last)| last <= period);
        known.failed.retain(|&(_, first)| first <= period);
        let stopped = known.stopped.clone();
        known.costs.retain(|&(cost, _)| deal.cost_ends(cost, late, &stopped) <= period);
        known.spent.clear();
        known
    }
}

impl SoFar {
    /// What of `results` was known by the end of `period` of `deal`.
    #[must_use]
    pub fn by(deal: &Deal, results: &Results, period: u32) -> Self {
        Self { as_of: deal.timeline.date(period), through: period, results: results.known_by(deal, period), learns: true }
    }

    /// What the payments of `deal` needed by now and nobody has reported, with the period in which its report was due. Nothing that was due
    /// after payments had ended.
    #[must_use]
    pub fn overdue(&self, deal: &Deal) -> Vec<(Reported, u32)> {
        let out = deal.reported_in(self.results.began_late(deal));
        let due = |missing: Reported| (missing, out[missing.measure][missing.group]);
        let ends = self.results.stopped.iter().filter(|(stop, _)| deal.stops[*stop].payments_end).map(|&(_, last)| last).min();
        let last = ends.unwrap_or(u32::MAX).min(self.through);
        deal.not_given(&self.results).into_iter().map(due).filter(|&(_, period)| period <= last).collect()
    }
}

impl Deal {
    /// Whether results of `other` are about the same cohorts and measures of this deal.
    #[must_use]
    pub fn reports_like(&self, other: &Self) -> bool {
        let names = |deal: &Self| deal.measures.map(|measure| measure.name.clone());
        let groups = |deal: &Self| deal.measures.ids().map(|measure| deal.measure_groups(measure)).collect::<Vec<_>>();
        let others = (self.program.costs.len(), self.payors.len(), self.stops.len(), self.program.cohorts.len());
        others == (other.program.costs.len(), other.payors.len(), other.stops.len(), other.program.cohorts.len())
            && names(self) == names(other)
            && groups(self) == groups(other)
    }

    /// The period in which each group of each measure is reported, where everybody enrols `late` periods later than planned. Periods may
    /// lie beyond the deal.
    #[must_use]
    pub fn reported_in(&self, late: u32) -> Each<MeasureId, Each<GroupId, u32>> {
        let of = |measure| self.due_periods(measure, 0).iter().map(|period| period.saturating_add(late)).collect();
        self.measures.ids().map(of).collect()
    }
}

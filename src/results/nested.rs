//! Counts of people that hold or make up other counts: a part is no more than the whole, and the same people are as many.
//!
//! Measures that name the same records find the same people. So whoever needs another outcome first is among those who have it, cohort by
//! cohort or all together; and an outcome that two measures count is had by as many people in both.

use std::collections::{BTreeMap, HashMap};

use super::Reader;
use super::agree::{ROUNDING, shown};
use crate::deal::{CohortId, MeasureId, OutcomeRef, Results, Statistic};

/// A count of people as it was reported, exactly or up to rounding.
struct Count {
    /// Its place in the pools of its measure, and its round.
    pool: usize,
    round: usize,
    people: f64,
    rounding: f64,
    at: String,
}

/// The counts of one measure that lie within one count of another.
#[derive(Default)]
struct Parts {
    people: f64,
    rounding: f64,
    cohorts: usize,
    at: String,
    number: usize,
}

impl Reader<'_> {
    /// Says which counts are more than those they are part of, or other than those they make up.
    pub(super) fn nested(&mut self, results: &Results) {
        let counts = self.counts(results);
        for (&inner, parts) in &counts {
            for (&outer, wholes) in &counts {
                if let Some(same) = self.within(inner, outer).filter(|same| inner != outer && !(*same && self.other_way(inner, outer))) {
                    self.compare(inner, parts, outer, wholes, same);
                }
            }
        }
    }

    /// The counts of people that were reported, by measure.
    fn counts(&mut self, results: &Results) -> BTreeMap<MeasureId, Vec<Count>> {
        let deal = self.deal;
        let mut counts: BTreeMap<MeasureId, Vec<Count>> = BTreeMap::new();
        let of_people = |measure: MeasureId| {
            let own = &deal.measures[measure];
            own.counts_people(deal) && own.false_negative == 0.0 && own.false_positive == 0.0
        };
        for at in 0..results.reported.len() {
            let known = results.reported[at];
            let (measure, group) = (known.measure, known.group);
            let has_units = || self.said(results, measure, group, Statistic::Units).is_some();
            let (people, rounding) = match known.statistic {
                _ if !of_people(measure) => continue,
                Statistic::Units => (known.value, 0.0),
                Statistic::Rate if !has_units() => {
                    let all = self.people(results, measure, group);
                    (known.value * all, ROUNDING * all)
                }
                _ => continue,
            };
            let pools = deal.measure_groups(measure).len() / deal.rounds(measure);
            let at = self.said_at[at].clone();
            counts.entry(measure).or_default().push(Count {
                pool: group.index() % pools,
                round: group.index() / pools,
                people,
                rounding,
                at,
            });
        }
        counts
    }

    /// Whether the people whom `inner` counts are among those whom `outer` counts; `Some(true)` where they are the same.
    fn within(&self, inner: MeasureId, outer: MeasureId) -> Option<bool> {
        let deal = self.deal;
        let (inner, outer) = (&deal.measures[inner], &deal.measures[outer]);
        if inner.records != outer.records {
            return None;
        }
        match (inner.of, outer.of) {
            (one, other) if one == other => Some(true),
            (_, OutcomeRef::Enrolled) => Some(false),
            (OutcomeRef::Enrolled, _) => None,
            (OutcomeRef::Outcome(own), OutcomeRef::Outcome(wider)) => {
                let parents = core::iter::successors(deal.outcomes[own].given, |&parent| deal.outcomes[parent].given);
                parents.into_iter().any(|parent| parent == wider).then_some(false)
            }
        }
    }

    /// Of two measures of the same people, whether the other one has the smaller groups, or comes first.
    fn other_way(&self, inner: MeasureId, outer: MeasureId) -> bool {
        let groups = |measure: MeasureId| self.deal.measure_groups(measure).len();
        (groups(inner), outer) < (groups(outer), inner)
    }

    fn compare(&mut self, inner: MeasureId, parts: &[Count], outer: MeasureId, wholes: &[Count], same: bool) {
        let deal = self.deal;
        let (rounds, outer_rounds) = (deal.rounds(inner), deal.rounds(outer));
        if rounds != outer_rounds && outer_rounds != 1 {
            return;
        }
        let (groups, outer_groups) = (deal.measure_groups(inner), deal.measure_groups(outer));
        let outer_pools = &outer_groups.as_slice()[..outer_groups.len() / outer_rounds];
        let mut pool_of: HashMap<CohortId, usize> = HashMap::new();
        for (pool, cohorts) in outer_pools.iter().enumerate() {
            pool_of.extend(cohorts.iter().map(|&cohort| (cohort, pool)));
        }
        let mut sums: HashMap<(usize, usize), Parts> = HashMap::new();
        for part in parts {
            let cohorts = &groups.as_slice()[part.pool];
            let Some(&pool) = cohorts.first().and_then(|first| pool_of.get(first)) else { continue };
            if cohorts.iter().all(|cohort| pool_of.get(cohort) == Some(&pool)) {
                let sum = sums.entry((pool, part.round)).or_default();
                sum.people += part.people;
                sum.rounding += part.rounding;
                sum.cohorts += cohorts.len();
                sum.at.clone_from(&part.at);
                sum.number += 1;
            }
        }
        for whole in wholes {
            for round in if outer_rounds == rounds { whole.round..whole.round + 1 } else { 0..rounds } {
                let Some(sum) = sums.get(&(whole.pool, round)) else { continue };
                let rounding = sum.rounding + whole.rounding + 1e-9;
                let (own, wider) = (&deal.measures[inner].name, &deal.measures[outer].name);
                let (people, all) = (shown(sum.people), shown(whole.people));
                let complete = sum.cohorts == outer_pools[whole.pool].len();
                let in_all = if sum.number > 1 { " in all" } else { "" };
                if sum.people > whole.people + rounding {
                    let message = match same {
                        true => format!("{people} people had `{own}`{in_all}, but {all} `{wider}`, which counts the same"),
                        false => format!("{people} people had `{own}`{in_all}, but only {all} `{wider}`, which comes first"),
                    };
                    return self.refuse(&sum.at, "contradiction", message, "more than could", "correct one of the two");
                }
                if same && complete && sum.people < whole.people - rounding {
                    let message = format!("{people} people had `{own}`{in_all}, but {all} `{wider}`, which counts the same");
                    return self.refuse(&sum.at, "contradiction", message, "another count", "correct one of the two");
                }
            }
        }
    }
}

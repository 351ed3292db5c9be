//! What is found of people who have an outcome round after round: who is found once is found in every round, and so are those they are
//! compared with, who keep it and leave it by the same chain.

use crate::cohort::{Arm, World};
use crate::deal::{CohortId, Continuity, Deal, MeasureId, Method, OutcomeId, OutcomeRef};
use crate::numeric::grid::Grid;
use crate::sampling::stream::Key;
use crate::sampling::{binomial, hypergeometric};

/// Draws of the found part of a row, each with an address of its own.
const PARTS: [&str; 5] = ["reached", "stayed", "began", "others stayed", "others began"];

/// Keys of the draws of one row, in the order of [`PARTS`].
pub(super) fn keys(of: impl Fn(&str) -> Vec<Key>) -> Vec<[Key; PARTS.len()]> {
    let parts = PARTS.map(of);
    (0..parts[0].len()).map(|row| core::array::from_fn(|part| parts[part][row])).collect()
}

/// The outcome where having it in one round says something of the next.
pub(super) fn continuing(deal: &Deal, of: OutcomeRef) -> Option<OutcomeId> {
    let OutcomeRef::Outcome(index) = of else { return None };
    (deal.outcomes[index].continuity != Continuity::Anew).then_some(index)
}

/// The found people of each arm: all of them, and those with the outcome in the round before, by cohort.
#[derive(Clone, Debug)]
pub struct FoundArms {
    people: [Grid<u32, CohortId>; 2],
    with: [Grid<u32, CohortId>; 2],
}

impl FoundArms {
    /// Says of a cohort in one lane how many of each arm are found, and how many of those had the outcome in the last round that is known.
    pub fn know(&mut self, cohort: CohortId, lane: usize, people: [u32; 2], with: [u32; 2]) {
        for at in 0..2 {
            self.people[at].row_mut(cohort)[lane] = people[at];
            self.with[at].row_mut(cohort)[lane] = with[at];
        }
    }

    pub(super) fn new(cohorts: usize, lanes: usize) -> Self {
        let both = || [Grid::new(cohorts, lanes), Grid::new(cohorts, lanes)];
        Self { people: both(), with: both() }
    }

    /// Writes those found in `row`; of the `population` of the cohort `marked` are found at all.
    pub(super) fn find(
        &mut self,
        keys: &[Key; PARTS.len()],
        first_trial: u64,
        row: usize,
        arms: &[Arm],
        [population, marked]: [&[u32]; 2],
        found: &mut [u32],
    ) {
        let cohorts = self.with[0].rows();
        let cohort = CohortId(row % cohorts);
        let lanes = found.len();
        if row < cohorts {
            let reached = self.people[0].row_mut(cohort);
            match arms.len() {
                1 => reached.copy_from_slice(marked),
                _ => hypergeometric::fill(keys[0], first_trial, population, marked, arms[0].people.row(cohort), reached),
            }
            let [reached, others] = &mut self.people;
            let rest = others.row_mut(cohort).iter_mut().zip(marked).zip(reached.row(cohort));
            rest.for_each(|((others, marked), reached)| *others = marked - reached);
        }
        found.fill(0);
        let (mut stayed, mut began) = (vec![0; lanes], vec![0; lanes]);
        for (at, arm) in arms.iter().enumerate() {
            let before: Vec<u32> = match row.checked_sub(cohorts) {
                Some(last) => (0..lanes).map(|lane| arm.with(last, lane)).collect(),
                None => vec![0; lanes],
            };
            let without: Vec<u32> = arm.people.row(cohort).iter().zip(&before).map(|(all, with)| all - with).collect();
            if row < cohorts {
                self.with[at].row_mut(cohort).fill(0);
            }
            let others: Vec<u32> =
                self.people[at].row(cohort).iter().zip(self.with[at].row(cohort)).map(|(all, with)| all - with).collect();
            hypergeometric::fill(keys[1 + 2 * at], first_trial, &before, self.with[at].row(cohort), arm.stayed.row(row), &mut stayed);
            hypergeometric::fill(keys[2 + 2 * at], first_trial, &without, &others, arm.began.row(row), &mut began);
            for (lane, with) in self.with[at].row_mut(cohort).iter_mut().enumerate() {
                *with = stayed[lane] + began[lane];
                found[lane] += *with;
            }
        }
    }
}

/// The chain of comparison people.
#[derive(Clone, Debug)]
pub(super) struct ChainPlan {
    continuity: Continuity,
    /// The outcome that a person needs to have before.
    given: Option<OutcomeId>,
    cohorts: usize,
    /// By row: who is found, who can have it, who stays, who begins, whose outcome is missed, whose is a mistake.
    keys: Vec<[Key; 6]>,
}

impl ChainPlan {
    /// That of measure `index`; nothing where nobody is compared or every round is drawn anew.
    pub(super) fn of(deal: &Deal, index: MeasureId, keys_of: impl Fn(&str) -> Vec<Key>) -> Option<Self> {
        let measure = &deal.measures[index];
        let outcome = &deal.outcomes[continuing(deal, measure.of)?];
        let compares = matches!(measure.method, Method::Randomized(_) | Method::Matched { .. } | Method::FixedThenLive { .. });
        let parts = ["found", "able", "stays", "begins", "missed", "mistaken"].map(|part| keys_of(&format!("comparison.{part}")));
        compares.then(|| Self {
            // With a bias the rate of each round is what is compared with, so its fall decides how many leave.
            continuity: match (outcome.continuity, &measure.method) {
                (Continuity::Leaves(_), Method::Matched { .. }) => Continuity::Keeps(1.0),
                (continuity, _) => continuity,
            },
            given: outcome.given,
            cohorts: deal.program.cohorts.len(),
            keys: (0..parts[0].len()).map(|row| core::array::from_fn(|part| parts[part][row])).collect(),
        })
    }
}

/// Comparison people by cohort: found, those who can have the outcome, those who have it, and the rate of the round before.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    found: Grid<u32, CohortId>,
    able: Grid<u32, CohortId>,
    with: Grid<u32, CohortId>,
    rate: Grid<f64, CohortId>,
}

impl Chain {
    pub(super) fn new(plan: &ChainPlan, lanes: usize) -> Self {
        let people = || Grid::new(plan.cohorts, lanes);
        Self { found: people(), able: people(), with: people(), rate: Grid::new(plan.cohorts, lanes) }
    }

    /// Writes how many of `people` comparison people are reported with the outcome in `row`; `rates` are theirs in that round, which are
    /// used up.
    #[expect(clippy::too_many_arguments, reason = "one step of an observation, with everything that step reads")]
    pub(super) fn compare(
        &mut self,
        plan: &ChainPlan,
        [false_negative, false_positive]: [f64; 2],
        row: usize,
        people: u32,
        match_rate: Option<&[f64]>,
        world: &World,
        first_trial: u64,
        rates: &mut [f64],
        reported: &mut [u32],
    ) {
        let (cohort, lanes) = (CohortId(row % plan.cohorts), rates.len());
        let [found_key, able_key, stays_key, begins_key, missed_key, mistaken_key] = plan.keys[row];
        let parent = plan.given.map(|parent| world.outcomes[parent].without.row(cohort.index()));
        if row < plan.cohorts {
            let everybody = vec![people; lanes];
            match match_rate {
                Some(match_rate) => binomial::fill(found_key, first_trial, &everybody, match_rate, self.found.row_mut(cohort)),
                None => self.found.row_mut(cohort).copy_from_slice(&everybody),
            }
            match parent {
                Some(parent) => binomial::fill(able_key, first_trial, self.found.row(cohort), parent, self.able.row_mut(cohort)),
                None => self.able.row_mut(cohort).copy_from_slice(self.found.row(cohort)),
            }
            self.with.row_mut(cohort).fill(0);
        }
        if let Some(parent) = parent {
            rates.iter_mut().zip(parent).for_each(|(rate, parent)| *rate = if *parent > 0.0 { (*rate / parent).min(1.0) } else { 0.0 });
        }
        let before = self.rate.row(cohort).iter().zip(&*rates);
        let chances = before.map(|(before, now)| if row < plan.cohorts { [0.0, *now] } else { plan.continuity.chances(*before, *now) });
        let (stays, begins): (Vec<f64>, Vec<f64>) = chances.map(|[stays, begins]| (stays, begins)).unzip();
        let others: Vec<u32> = self.able.row(cohort).iter().zip(self.with.row(cohort)).map(|(able, with)| able - with).collect();
        let (mut stayed, mut began) = (vec![0; lanes], vec![0; lanes]);
        binomial::fill(stays_key, first_trial, self.with.row(cohort), &stays, &mut stayed);
        binomial::fill(begins_key, first_trial, &others, &begins, &mut began);
        for (lane, with) in self.with.row_mut(cohort).iter_mut().enumerate() {
            *with = stayed[lane] + began[lane];
        }
        self.rate.row_mut(cohort).copy_from_slice(rates);
        reported.copy_from_slice(self.with.row(cohort));
        if false_negative > 0.0 {
            binomial::fill_constant(missed_key, first_trial, self.with.row(cohort), 1.0 - false_negative, reported);
        }
        if false_positive > 0.0 {
            let without: Vec<u32> = self.found.row(cohort).iter().zip(self.with.row(cohort)).map(|(found, with)| found - with).collect();
            binomial::fill_constant(mistaken_key, first_trial, &without, false_positive, &mut began);
            reported.iter_mut().zip(&began).for_each(|(reported, more)| *reported += more);
        }
    }
}

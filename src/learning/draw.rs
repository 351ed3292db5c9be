//! A block of futures that fit what was reported.

use std::sync::Arc;

use super::lane::{Frame, Lane, Shared};
use super::network::{MOST_FACTS, Network};
use super::reports::{Numbers, Reports, Step};
use super::slots::Slots;
use super::totals::{self, Told};
use super::truth::Known;
use super::turns::{self, Turn};
use super::weigh::{Evidence, Weights};
use crate::cohort::{Expected, Given, PeoplePlan, World};
use crate::deal::{Deal, GroupId, MeasureId, Statistic};
use crate::evaluation::{Estimates, EvaluationPlan};
use crate::numeric::each::Each;
use crate::numeric::grid::Grid;
use crate::sampling::stream::Key;
use crate::sampling::{Layer, Seeds, Whose};

/// What is known of a deal that is running, ready to draw futures that fit it.
#[derive(Clone, Debug)]
pub struct Learnt {
    deal: Arc<Deal>,
    reports: Reports,
    /// What was reported and what follows from it.
    numbers: Each<MeasureId, Each<GroupId, Option<Numbers>>>,
    slots: Slots,
    known: Known,
    /// Reports that say something of totals.
    told: Vec<Told>,
    turns: Vec<Turn>,
    /// Periods whose economy is behind what was reported.
    economy: usize,
    choices: Key,
    truths: Key,
    start: u64,
    /// Nothing where nothing is learnt: then every future keeps its own shared part.
    weights: Option<Weights>,
}

/// The most facts of a person that the reports of a running deal ask for together: at most [`MOST_FACTS`] can be held.
#[must_use]
pub fn most_facts(deal: &Deal) -> usize {
    deal.so_far.as_ref().map_or(0, |so_far| Reports::new(deal, so_far).networks.iter().map(Network::bits).max().unwrap_or(0))
}

impl Learnt {
    /// Makes ready what is known of `deal`; nothing where nothing is. Many trials are weighed on the threads of the current pool.
    #[must_use]
    pub fn new(deal: &Deal, people: &PeoplePlan, evaluation: &EvaluationPlan, seeds: &Seeds) -> Option<Self> {
        let so_far = deal.so_far.as_ref().filter(|so_far| so_far.says_anything())?;
        let reports = Reports::new(deal, so_far);
        debug_assert!(reports.networks.iter().all(|network| network.bits() <= MOST_FACTS), "refused before");
        let known_numbers = so_far.results.known(deal);
        let numbers = deal.measures.ids().map(|measure| {
            deal.measure_groups(measure)
                .ids()
                .map(|group| {
                    let about = so_far.results.reported.iter().any(|known| (known.measure, known.group) == (measure, group));
                    about.then(|| {
                        Statistic::WORDS.map(|(_, statistic)| known_numbers.value(deal, measure, group, statistic).unwrap_or(f64::NAN))
                    })
                })
                .collect()
        });
        let slots = Slots::new(deal, people, &reports.networks);
        let mut own = Self {
            deal: Arc::new(deal.clone()),
            numbers: numbers.collect(),
            known: Known::new(deal, evaluation, &reports, &vec![false; reports.networks.len()]),
            turns: Vec::new(),
            economy: so_far.through as usize + 1,
            choices: Key::new(seeds.of(Layer::People), "learning.choices", 0),
            truths: Key::new(seeds.of(Layer::People), "learning.truths", 0),
            start: Key::new(seeds.of(Layer::Knowledge), "learning.start", 0).stream(0).bits(),
            weights: None,
            told: totals::told(deal, &reports.steps),
            slots,
            reports,
        };
        let touched: Vec<Vec<usize>> = own.reports.steps.iter().map(|step| own.touched(step)).collect();
        own.turns = turns::turns(&touched, &own.slots);
        let ever: Vec<bool> =
            (0..own.reports.networks.len()).map(|network| touched.iter().flatten().any(|known| *known == network)).collect();
        own.known = Known::new(deal, evaluation, &own.reports, &ever);
        if so_far.learns && !own.reports.steps.is_empty() {
            own.weights = Some(Weights::new(&own.frame(people), people, evaluation, own.economy));
        }
        Some(own)
    }

    fn touched(&self, step: &Step) -> Vec<usize> {
        let of_cohorts = |measure: MeasureId, group: GroupId| -> Vec<usize> {
            let cohorts = self.deal.measure_groups(measure)[group].clone();
            let own = |network: &usize| {
                let network = &self.reports.networks[*network];
                network.compared.is_none() && cohorts.contains(&network.cohort)
            };
            (0..self.reports.networks.len()).filter(own).collect()
        };
        match step {
            Step::Counted { cells, .. } => cells.iter().map(|cell| cell.network).collect(),
            Step::Averaged(average) => of_cohorts(average.measure, average.group),
            Step::Enrolled { .. } => Vec::new(),
        }
    }

    fn frame<'a>(&'a self, people: &'a PeoplePlan) -> Frame<'a> {
        Frame { deal: &self.deal, people, reports: &self.reports, slots: &self.slots, turns: &self.turns, key: self.choices }
    }

    /// How much is known; nothing where nothing is learnt.
    #[must_use]
    pub fn evidence(&self) -> Option<Evidence> {
        self.weights.as_ref().map(|weights| weights.evidence)
    }

    /// The trial of the plan whose shared part future `trial` takes.
    #[must_use]
    pub fn chosen(&self, trial: u64) -> u64 {
        self.weights.as_ref().map_or(trial, |weights| weights.chosen(self.start, trial))
    }

    /// Draws people and findings of the futures from `first_trial` on, as many as `world` has lanes. Gives the trials whose shared part
    /// they take.
    pub fn draw(
        &self,
        people: &PeoplePlan,
        evaluation: &EvaluationPlan,
        first_trial: u64,
        lanes: usize,
        world: &mut World,
        findings: &mut Estimates,
    ) -> Vec<u64> {
        let chosen: Vec<u64> = (first_trial..).take(lanes).map(|trial| self.chosen(trial)).collect();
        let given = Given { first_trial, shared: Whose::Each(&chosen), economy: self.economy, known: None, luck: None };
        let mut expected = Expected::new(people, lanes);
        world.expect(people, &given, &mut expected);
        findings.draw_errors(evaluation, &given);
        let mut luck: Grid<u64> = Grid::new(self.slots.count, lanes);
        let frame = self.frame(people);
        let mut compared = vec![vec![[0.0; 2]; lanes]; self.told.len()];
        for lane in 0..lanes {
            let trial = first_trial + lane as u64;
            let shared = Shared { expected: &expected, findings, ratio: world.enrolment_ratio() };
            let own = Lane::new(&frame, &shared, lane, chosen[lane], true);
            own.luck.iter().enumerate().for_each(|(slot, chosen)| luck.row_mut(slot)[lane] = chosen.unwrap_or(trial));
            let mut stream = self.truths.stream(trial);
            for (told, compared) in self.told.iter().zip(&mut compared) {
                compared[lane] = told.compare(&frame, &shared, &own, lane, &mut stream);
            }
            self.known.draw(&self.deal, &self.reports, &own, lane, &mut stream, world, findings);
        }
        let given = Given { known: Some(&self.known.people), luck: Some((&self.slots.of_row, &luck)), ..given };
        world.simulate_given(people, &given);
        for (told, compared) in self.told.iter().zip(&compared) {
            for (lane, compared) in compared.iter().enumerate() {
                told.place(&self.deal, |mean| people.spread_of(told.outcome, mean), world, lane, *compared);
            }
        }
        findings.observe_given(evaluation, world, first_trial, Some(&self.known.found));
        findings.state_so_far(evaluation, |measure, group| self.numbers[measure][group]);
        chosen
    }
}

//! One block of simulated worlds, in columns: a lane is a trial.

use super::chain::Arm;
use super::columns::{add_to_rates, clamp_rates, move_by};
use super::continuing;
use super::counts;
use super::economy;
use super::given::Given;
use super::happened::OutcomeWorld;
use super::luck;
use super::persons::{Family, Row, count_one_by_one};
use super::place::{Place, Scratch};
use super::plan::{OutcomePlan, PeoplePlan};
use crate::deal::{CohortId, LARGEST_RATIO, OutcomeId, OutcomeKind};
use crate::numeric::each::Each;
use crate::numeric::grid::Grid;
use crate::sampling::{binomial, normal};

/// What truly happened in a block of trials. Made once and filled again for every block.
#[derive(Clone, Debug)]
pub struct World {
    /// People enrolled, by cohort.
    pub enrolled: Grid<u32, CohortId>,
    /// Whole periods by which everybody enrols later than planned; empty where the program starts on time.
    pub late: Vec<u32>,
    /// Unemployment above normal in percentage points, by period; no rows where nothing depends on it.
    pub economy: Grid<f64>,
    /// The outcomes in the order of the deal.
    pub outcomes: Each<OutcomeId, OutcomeWorld>,
    pub(super) ratio: Vec<f64>,
    pub(super) scratch: Scratch,
}

impl World {
    /// Space for blocks of `lanes` trials.
    #[must_use]
    pub fn new(plan: &PeoplePlan, lanes: usize) -> Self {
        let cohorts = plan.cohorts.len();
        let zeros = || vec![0.0; lanes];
        let outcomes = plan.outcomes.iter().map(|outcome| OutcomeWorld {
            count: Grid::new(if outcome.is_yes_no() { outcome.rows } else { 0 }, lanes),
            total: Grid::new(if outcome.is_yes_no() { 0 } else { outcome.rows }, lanes),
            sd: Grid::new(if outcome.is_yes_no() { 0 } else { outcome.rows }, lanes),
            with: Grid::new(outcome.rows, lanes),
            without: Grid::new(if outcome.has_counterfactual() { outcome.rows } else { 0 }, lanes),
            effect: Grid::new(if outcome.has_counterfactual() { outcome.rows } else { 0 }, lanes),
            true_effect: zeros(),
            additional: zeros(),
            arms: outcome.continuing.as_ref().map_or_else(Vec::new, |continuing| Arm::all(continuing, lanes)),
            base: Grid::new(outcome.base.sources.len(), lanes),
            drawn_effect: Grid::new(outcome.effect.sources.len(), lanes),
        });
        Self {
            enrolled: Grid::new(cohorts, lanes),
            late: vec![0; if plan.delay.is_some() { lanes } else { 0 }],
            economy: Grid::new(plan.economy.as_ref().map_or(0, |economy| economy.keys.len()), lanes),
            outcomes: outcomes.collect(),
            ratio: zeros(),
            scratch: Scratch {
                site: zeros(),
                shock: zeros(),
                with: zeros(),
                without: zeros(),
                people: vec![0; lanes],
                count: vec![0; lanes],
            },
        }
    }

    /// Simulates the trials `first_trial..first_trial + lanes`.
    pub fn simulate(&mut self, plan: &PeoplePlan, first_trial: u64) {
        self.simulate_given(plan, &Given::nothing(first_trial));
    }

    /// The same where something is known already.
    pub fn simulate_given(&mut self, plan: &PeoplePlan, given: &Given<'_>) {
        self.surround(plan, given);
        for (index, outcome) in plan.outcomes.pairs() {
            let (parents, rest) = self.outcomes.as_mut_slice().split_at_mut(index.index());
            let place = self::place(given, &self.enrolled, &self.late, &self.economy, parents);
            let Some((own, later)) = rest.split_first_mut() else { continue };
            match &outcome.persons {
                _ if outcome.looks => {}
                None => own.simulate(outcome, index, &place, &mut self.scratch),
                Some(_) => own.simulate_persons(&plan.outcomes, index, &place, later, &mut self.scratch),
            }
        }
    }
}

impl World {
    /// Who enrols, and in which economy.
    pub(super) fn surround(&mut self, plan: &PeoplePlan, given: &Given<'_>) {
        self.enrol(plan, given);
        if let Some(economy) = &plan.economy {
            economy::simulate(economy, given, &mut self.economy);
        }
    }

    /// The numbers of people enrolled over planned that were drawn last, by lane.
    #[must_use]
    pub fn enrolment_ratio(&self) -> &[f64] {
        &self.ratio
    }

    fn enrol(&mut self, plan: &PeoplePlan, given: &Given<'_>) {
        if let Some(delay) = &plan.delay {
            (given.first_trial..).zip(&mut self.late).for_each(|(trial, late)| *late = delay.periods(trial));
        }
        plan.enrolment_ratio.fill(given.shared, &mut self.ratio);
        for (cohort, people) in plan.cohorts.pairs() {
            if let Some(known) = people.known {
                self.enrolled.row_mut(cohort).fill(known);
                continue;
            }
            let planned = f64::from(people.size);
            let enrolled = self.enrolled.row_mut(cohort);
            let enrol = |ratio: f64| ((planned * ratio.min(LARGEST_RATIO) + 0.5) as u32).min(people.capacity);
            match &people.referral {
                None => enrolled.iter_mut().zip(&self.ratio).for_each(|(enrolled, ratio)| *enrolled = enrol(*ratio)),
                Some(referral) => {
                    let referred = &mut self.scratch.site;
                    referral.fill_anew(given, referred);
                    let ratios = self.ratio.iter().zip(referred.iter());
                    enrolled.iter_mut().zip(ratios).for_each(|(enrolled, (ratio, referred))| *enrolled = enrol(ratio * referred));
                }
            }
        }
    }
}

/// What an outcome finds when its turn comes.
pub(super) fn place<'a>(
    given: &'a Given<'a>,
    enrolled: &'a Grid<u32, CohortId>,
    late: &'a [u32],
    economy: &'a Grid<f64>,
    parents: &'a [OutcomeWorld],
) -> Place<'a> {
    Place { first_trial: given.first_trial, given, enrolled, late, economy, parents }
}

impl OutcomeWorld {
    fn simulate(&mut self, plan: &OutcomePlan, index: OutcomeId, place: &Place<'_>, scratch: &mut Scratch) {
        self.draw_inputs(plan, place.given);
        self.additional.fill(0.0);
        self.true_effect.fill(0.0);
        for row in 0..plan.rows {
            self.rates(plan, place, row, scratch);
            match plan.is_yes_no() {
                true => {
                    if plan.shares_luck() {
                        luck::share(plan, row, place.given.luck(index, row), &mut scratch.with, &mut scratch.without);
                    }
                    let known = place.given.knows(index, row);
                    match &plan.continuing {
                        None if known => {}
                        None => self.people(plan, place, row, scratch),
                        Some(chain) => {
                            let people = [place.eligible(plan, row), place.reached(plan, row)];
                            let (rates, count) = ([&mut scratch.with, &mut scratch.without], self.count.row_mut(row));
                            continuing::people(plan, chain, row, place.first_trial, people, rates, known, &mut self.arms, count);
                        }
                    }
                }
                false => self.quantity(plan, place, row, scratch),
            }
            self.marginals(plan, place, row, scratch);
        }
        self.average(place);
    }

    /// Base rates and effects, as far as they are the same for many.
    pub(super) fn draw_inputs(&mut self, plan: &OutcomePlan, given: &Given<'_>) {
        plan.base.fill(given.shared, &mut self.base);
        plan.effect.fill(given.shared, &mut self.drawn_effect);
    }

    /// Probabilities (or means) in this row for people who have the parent outcome.
    pub(super) fn rates(&self, plan: &OutcomePlan, place: &Place<'_>, row: usize, scratch: &mut Scratch) {
        let site = plan.sites[row % plan.sites.len()];
        let base = self.base.row(plan.base.of_site[site]);
        let effects = plan.has_counterfactual().then(|| self.drawn_effect.row(plan.effect.of_site[site]));
        if plan.sensitivity != 0.0 || plan.effect_sensitivity != 0.0 {
            place.shock(plan, row, &mut scratch.shock);
        }
        if plan.sensitivity == 0.0 {
            scratch.without.copy_from_slice(base);
        } else {
            move_by(&mut scratch.without, base, &scratch.shock, plan.sensitivity);
        }
        let factors = plan.profile.as_ref().map(|profile| {
            let round = row / (plan.rows / profile.base.len());
            [profile.base[round], profile.effect[round]]
        });
        if let Some([factor, _]) = factors {
            // The economy moves what a round would otherwise come to.
            scratch.without.iter_mut().zip(base).for_each(|(without, base)| *without += (factor - 1.0) * base);
        }
        if plan.site_effect_sd > 0.0 {
            place.given.shared.fill(&mut scratch.site, |first_trial, out| normal::fill(plan.site_effect[site], first_trial, out));
        }
        if plan.relative || factors.is_some() || plan.effect_sensitivity != 0.0 || plan.site_effect_sd > 0.0 {
            let factor = factors.map_or(1.0, |[_, effect]| effect);
            for (lane, (with, without)) in scratch.with.iter_mut().zip(&mut scratch.without).enumerate() {
                let effect = effects.map_or(0.0, |effects| effects[lane]);
                let effect = factor * (effect + plan.site_effect_sd * scratch.site[lane]) * if plan.relative { *without } else { 1.0 };
                let shift = match plan.effect_sensitivity {
                    0.0 => 0.0,
                    shift => shift * scratch.shock[lane],
                };
                *with = plan.possible(*without + effect + shift);
                *without = plan.possible(*without);
            }
            return;
        }
        if matches!(plan.kind, OutcomeKind::YesNo { .. }) {
            return match effects {
                Some(effects) => add_to_rates(&mut scratch.with, &mut scratch.without, effects),
                None => clamp_rates(&mut scratch.with, &mut scratch.without),
            };
        }
        match effects {
            Some(effects) => {
                for ((with, without), effect) in scratch.with.iter_mut().zip(&scratch.without).zip(effects) {
                    *with = plan.possible(*without + *effect);
                }
            }
            None => scratch.with.iter_mut().zip(&scratch.without).for_each(|(with, without)| *with = plan.possible(*without)),
        }
        scratch.without.iter_mut().for_each(|without| *without = plan.possible(*without));
    }

    /// An outcome of persons, and those in `later` that look at it.
    fn simulate_persons(
        &mut self,
        plans: &Each<OutcomeId, OutcomePlan>,
        index: OutcomeId,
        place: &Place<'_>,
        later: &mut [OutcomeWorld],
        scratch: &mut Scratch,
    ) {
        let plan = &plans[index];
        let Some(persons) = &plan.persons else { return };
        self.draw_inputs(plan, place.given);
        let lanes = self.base.lanes();
        let mut means = [Grid::new(plan.rows, lanes), Grid::new(plan.rows, lanes)];
        for row in 0..plan.rows {
            self.rates(plan, place, row, scratch);
            means[0].row_mut(row).copy_from_slice(&scratch.with);
            means[1].row_mut(row).copy_from_slice(&scratch.without);
        }
        let reached = |row: usize| plan.effect_through.map(|through| place.parents[through.index()].count.row(row % plan.parent_rows[1]));
        let row =
            |row: usize| Row { eligible: place.eligible(plan, row), reached: reached(row), means: [means[0].row(row), means[1].row(row)] };
        let rows: Vec<Row<'_>> = (0..plan.rows).map(row).collect();
        let family = &mut Family { own: self, later, first: index.index() + 1 };
        persons.draw(place.enrolled.rows(), place.first_trial, &rows, family);
        self.additional.fill(0.0);
        for row in 0..plan.rows {
            scratch.with.copy_from_slice(means[0].row(row));
            scratch.without.copy_from_slice(means[1].row(row));
            self.marginals(plan, place, row, scratch);
        }
        self.average(place);
        for look in &persons.looks {
            let looking = &mut later[look.outcome.index() - index.index() - 1];
            looking.additional.fill(0.0);
            for row in 0..plan.rows {
                look.expected(persons, means[0].row(row), &mut scratch.with);
                look.expected(persons, means[1].row(row), &mut scratch.without);
                looking.marginals(&plans[look.outcome], place, row, scratch);
            }
            looking.average(place);
        }
    }

    /// Participants with the outcome.
    fn people(&mut self, plan: &OutcomePlan, place: &Place<'_>, row: usize, scratch: &mut Scratch) {
        let eligible = place.eligible(plan, row);
        let count = self.count.row_mut(row);
        let fill = if plan.one_by_one { count_one_by_one } else { binomial::fill };
        let reached = place.reached(plan, row);
        fill(plan.reached[row], place.first_trial, reached, &scratch.with, count);
        if plan.effect_through.is_none() {
            return;
        }
        for ((unreached, eligible), reached) in scratch.people.iter_mut().zip(eligible).zip(reached) {
            *unreached = eligible - reached;
        }
        fill(plan.unreached[row], place.first_trial, &scratch.people, &scratch.without, &mut scratch.count);
        for (count, more) in count.iter_mut().zip(&scratch.count) {
            *count += more;
        }
    }

    /// The total over participants of a count or an amount.
    ///
    /// Counts have an exact law ([`super::counts`]). The total of n amounts with means m and standard deviation s is drawn from the normal
    /// law with its exact mean and variance, Σm and n·s² (the central limit: for fewer than about thirty people with skewed amounts it is
    /// an approximation).
    fn quantity(&mut self, plan: &OutcomePlan, place: &Place<'_>, row: usize, scratch: &mut Scratch) {
        let eligible = place.eligible(plan, row);
        let (total, sd) = (self.total.row_mut(row), self.sd.row_mut(row));
        let of_persons = match plan.kind {
            OutcomeKind::Count(sd_of_counts) => {
                let (people, means) = ([eligible, place.reached(plan, row)], [scratch.with.as_slice(), &scratch.without]);
                return counts::draw(plan, row, sd_of_counts, place.first_trial, people, means, total, sd);
            }
            OutcomeKind::Amount(sd) => sd,
            // Persons are drawn elsewhere, and what is counted is no quantity.
            OutcomeKind::YesNo { .. } | OutcomeKind::Spread(_) | OutcomeKind::Above { .. } | OutcomeKind::Median { .. } => 0.0,
        };
        sd.fill(of_persons);
        let reached = place.reached(plan, row);
        normal::fill(plan.reached[row], place.first_trial, total);
        for (lane, total) in total.iter_mut().enumerate() {
            let (people, with, without) = (f64::from(eligible[lane]), scratch.with[lane], scratch.without[lane]);
            let treated = f64::from(reached[lane]);
            let mean = treated * with + (people - treated) * without;
            *total = mean + people.sqrt() * of_persons * *total;
        }
    }
}

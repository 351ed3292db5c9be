//! The world's sources of chance, prepared once: an address and a law for each.

use super::persons::PersonsPlan;
use crate::deal::{Cohort, CorrelatedInput, Deal, LARGEST_COHORT, Outcome, OutcomeKind, Profile};
use crate::numeric::math;
use crate::sampling::stream::Key;
use crate::sampling::{Copula, Distribution, Layer, Sampler, Seeds};

/// Everything `World::simulate` needs, ready to run.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) sizes: Vec<u32>,
    pub(super) capacity: u32,
    pub(super) enrolment_ratio: Source,
    pub(super) economy: Option<EconomyPlan>,
    pub(super) outcomes: Vec<OutcomePlan>,
}

/// A law and its address.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    key: Key,
    sampler: Sampler,
    /// Where it moves with other sources.
    copula: Option<Box<Copula>>,
}

impl Source {
    pub(crate) fn new(deal: &Deal, seeds: Seeds, layer: Layer, name: &str, law: &Distribution) -> Self {
        // A certain number moves with nothing.
        let correlated = deal.correlated.iter().position(|input| input.source == name).filter(|_| law.is_constant().is_none());
        let copula = correlated.map(|at| {
            let part = |(input, weight): (&CorrelatedInput, &f64)| {
                (Key::new(seeds.of(input.layer), &format!("copula.{}", input.source), 0), *weight)
            };
            let parts = deal.correlated.iter().zip(&deal.correlated[at].weights).filter(|(_, weight)| **weight != 0.0).map(part);
            Box::new(Copula::new(law, parts.collect()))
        });
        // Columns of one table share the number that chooses the row.
        let address = law.origin().map_or_else(|| name.to_string(), |origin| format!("draws.{origin:?}"));
        Self { key: Key::new(seeds.of(layer), &address, 0), sampler: law.sampler(), copula }
    }

    /// One number per trial of the block.
    pub(crate) fn fill(&self, first_trial: u64, out: &mut [f64]) {
        match &self.copula {
            Some(copula) => copula.fill(first_trial, out),
            None => self.sampler.fill(self.key, first_trial, out),
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct EconomyPlan {
    /// One key per period that an outcome depends on.
    pub(super) keys: Vec<Key>,
    pub(super) sd: f64,
    /// Correlation from one period to the next.
    pub(super) persistence: f64,
    /// Standard deviation of each new shock.
    pub(super) innovation: f64,
    /// What is expected, by period; empty where nothing is.
    pub(super) path: Vec<f64>,
    /// One key per period, the chances a period to begin and to end, and the points of a recession.
    pub(super) recession: Option<(Vec<Key>, [f64; 2], f64)>,
}

#[derive(Clone, Debug)]
pub(super) struct OutcomePlan {
    pub(super) base: Source,
    pub(super) effect: Option<Source>,
    pub(super) given: Option<usize>,
    pub(super) effect_through: Option<usize>,
    pub(super) kind: OutcomeKind,
    pub(super) sensitivity: f64,
    pub(super) effect_sensitivity: f64,
    pub(super) relative: bool,
    /// Correlation of the people of one site, and the key of each site's luck.
    pub(super) site_correlation: f64,
    pub(super) site_luck: Vec<Key>,
    /// Standard deviation of the effect between sites, and the key of each site's own.
    pub(super) site_effect_sd: f64,
    pub(super) site_effect: Vec<Key>,
    /// Site of each cohort.
    pub(super) sites: Vec<usize>,
    /// Factors by round; `None` where all are 1.
    pub(super) profile: Option<Profile>,
    /// Where there is a law between persons.
    pub(super) persons: Option<PersonsPlan>,
    /// Whether it looks at another outcome's persons, which draws it.
    pub(super) looks: bool,
    /// Whether people are asked one by one.
    pub(super) one_by_one: bool,
    /// Row of the economy for each row of the outcome: round by round, cohort by cohort.
    pub(super) period: Vec<u32>,
    /// Rows of the outcome and of each parent with as many rounds; a parent with one round repeats its rows.
    pub(super) rows: usize,
    pub(super) parent_rows: [usize; 2],
    /// One key per row, for people the effect reaches, for the others, and for the luck that a cohort shares.
    pub(super) reached: Vec<Key>,
    pub(super) unreached: Vec<Key>,
    pub(super) luck: Vec<Key>,
}

impl Plan {
    /// Prepares the world of `deal`.
    #[must_use]
    pub fn new(deal: &Deal, seeds: impl Into<Seeds>) -> Self {
        let seeds = seeds.into();
        let cohorts = &deal.program.cohorts;
        let last_shock = deal
            .outcomes
            .iter()
            .filter(|outcome| outcome.per_point_of_unemployment != 0.0 || outcome.effect_per_point_of_unemployment != 0.0)
            .flat_map(|outcome| {
                let last_round = outcome.after + (outcome.rounds.count - 1) * outcome.rounds.every;
                cohorts.iter().map(move |cohort| cohort.period + last_round)
            })
            .max();
        Self {
            sizes: cohorts.iter().map(|cohort| cohort.size).collect(),
            capacity: deal.program.capacity.map_or(LARGEST_COHORT, |capacity| capacity.min(LARGEST_COHORT)),
            enrolment_ratio: Source::new(deal, seeds, Layer::Operation, "program.enrolment_ratio", &deal.program.enrolment_ratio),
            economy: deal.economy.as_ref().zip(last_shock).map(|(economy, last)| {
                let years_per_period = 1.0 / f64::from(deal.timeline.length.per_year());
                let persistence = math::pow(economy.persistence_per_year, years_per_period);
                EconomyPlan {
                    keys: (0..=last).map(|period| Key::new(seeds.of(Layer::Economy), "economy", period)).collect(),
                    sd: economy.sd,
                    path: match economy.path.as_slice() {
                        [] => Vec::new(),
                        years => {
                            (0..=last).map(|period| years[((f64::from(period) * years_per_period) as usize).min(years.len() - 1)]).collect()
                        }
                    },
                    recession: economy.recession.map(|recession| {
                        let keys = (0..=last).map(|period| Key::new(seeds.of(Layer::Economy), "economy.recession", period)).collect();
                        let begins = 1.0 - math::pow(1.0 - recession.per_year, years_per_period);
                        (keys, [begins, (years_per_period / recession.years).min(1.0)], recession.points)
                    }),
                    persistence,
                    innovation: economy.sd * (1.0 - persistence * persistence).sqrt(),
                }
            }),
            outcomes: (0..deal.outcomes.len()).map(|outcome| Self::outcome(deal, outcome, seeds)).collect(),
        }
    }

    fn outcome(deal: &Deal, index: usize, seeds: Seeds) -> OutcomePlan {
        let outcome: &Outcome = &deal.outcomes[index];
        let source = |part: &str| format!("outcome.{:?}.{part}", outcome.name);
        let rounds = outcome.rounds;
        let cohorts = deal.program.cohorts.len();
        // Each round has a name of its own, so that another cohort moves none of its draws.
        let keys_of = |of: usize, part: &str| -> Vec<Key> {
            // A cohort's shared luck is its time and place; who of its people has the outcome is theirs.
            let seed = seeds.of(if part == "luck" { Layer::Economy } else { Layer::People });
            let source = |part: &str| format!("outcome.{:?}.{part}", deal.outcomes[of].name);
            let round = |round: u32| if round == 0 { source(part) } else { source(&format!("round.{round}.{part}")) };
            let of_round = |number: u32| (0..cohorts as u32).map(move |index| (number, index));
            (0..rounds.count).flat_map(of_round).map(|(number, index)| Key::new(seed, &round(number), index)).collect()
        };
        let of_sites = |part: &str| -> Vec<Key> {
            // A site's luck is its own whatever its place in the file.
            let name = |site: &String| Key::new(seeds.of(Layer::Economy), &format!("site.{site:?}.{}", source(part)), 0);
            if deal.program.sites.is_empty() { vec![name(&String::new())] } else { deal.program.sites.iter().map(name).collect() }
        };
        let keys = |part: &str| keys_of(index, part);
        // Whether people take a step of the program is how well it is carried out; what happens anyway is to be known.
        let of_base = if outcome.effect.is_some() { Layer::Knowledge } else { Layer::Operation };
        let rows = cohorts * rounds.count as usize;
        let rows_of = |parent: Option<usize>| parent.map_or(cohorts, |parent| cohorts * deal.outcomes[parent].rounds.count as usize);
        let economy = deal.economy.is_some();
        let at = |(round, cohort): (u32, &Cohort)| cohort.period + outcome.after + round * rounds.every;
        OutcomePlan {
            base: Source::new(deal, seeds, of_base, &source("base"), &outcome.base),
            effect: outcome.effect.as_ref().map(|effect| Source::new(deal, seeds, Layer::Knowledge, &source("effect"), effect)),
            given: outcome.given,
            effect_through: outcome.effect_through,
            sensitivity: if economy { outcome.per_point_of_unemployment } else { 0.0 },
            kind: outcome.kind.clone(),
            effect_sensitivity: if economy { outcome.effect_per_point_of_unemployment } else { 0.0 },
            relative: outcome.relative,
            site_correlation: outcome.site_correlation,
            site_luck: of_sites("site luck"),
            site_effect_sd: outcome.site_effect_sd,
            site_effect: of_sites("site effect"),
            sites: deal.program.cohorts.iter().map(|cohort| cohort.site).collect(),
            profile: Some(&outcome.profile)
                .filter(|profile| profile.base.iter().chain(&profile.effect).any(|factor| *factor != 1.0))
                .cloned(),
            persons: PersonsPlan::new(deal, index, keys_of),
            looks: outcome.looks_at().is_some(),
            one_by_one: deal.one_by_one,
            period: (0..rounds.count).flat_map(|round| deal.program.cohorts.iter().map(move |cohort| (round, cohort))).map(at).collect(),
            rows,
            parent_rows: [rows_of(outcome.given), rows_of(outcome.effect_through)],
            luck: keys("luck"),
            reached: keys("reached"),
            unreached: keys("unreached"),
        }
    }
}

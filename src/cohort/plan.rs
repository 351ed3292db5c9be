//! The world's sources of chance, prepared once: an address and a law for each.

use super::chain::ContinuingPlan;
use super::enrolment;
use super::given::Given;
use super::persons::PersonsPlan;
use crate::deal::{Cohort, CohortId, Continuity, CorrelatedInput, Deal, Elsewhere, Outcome, OutcomeId, OutcomeKind, Profile};
use crate::numeric::each::Each;
use crate::numeric::grid::Grid;
use crate::numeric::math;
use crate::sampling::counts::Counts;
use crate::sampling::stream::Key;
use crate::sampling::{Copula, Distribution, Layer, Sampler, Seeds, Whose};

/// Everything `World::simulate` needs, ready to run.
#[derive(Clone, Debug)]
pub struct PeoplePlan {
    pub(super) cohorts: Each<CohortId, CohortPlan>,
    pub(super) delay: Option<Delay>,
    pub(super) enrolment_ratio: Source,
    pub(super) economy: Option<EconomyPlan>,
    pub(super) outcomes: Each<OutcomeId, OutcomePlan>,
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
    pub(crate) fn new(deal: &Deal, seeds: &Seeds, layer: Layer, name: &str, law: &Distribution) -> Self {
        // A certain number moves with nothing.
        let correlated = deal.correlated.iter().position(|input| input.source == name).filter(|_| law.is_constant().is_none());
        let copula = correlated.map(|at| {
            let part = |(input, weight): (&CorrelatedInput, &f64)| {
                (Key::new(seeds.of_source(input.layer, &input.source), &format!("copula.{}", input.source), 0), *weight)
            };
            let parts = deal.correlated.iter().zip(&deal.correlated[at].weights).filter(|(_, weight)| **weight != 0.0).map(part);
            Box::new(Copula::new(law, parts.collect()))
        });
        let address = law.address(name);
        Self { key: Key::new(seeds.of_source(layer, &address), &address, 0), sampler: law.sampler(), copula }
    }

    /// One number per trial of the block.
    pub(crate) fn fill(&self, whose: Whose<'_>, out: &mut [f64]) {
        whose.fill(out, |first_trial, out| match &self.copula {
            Some(copula) => copula.fill(first_trial, out),
            None => self.sampler.fill(self.key, first_trial, out),
        });
    }

    /// The same of what is drawn anew in every trial, unless it moves with what is not.
    pub(crate) fn fill_anew(&self, given: &Given<'_>, out: &mut [f64]) {
        self.fill(if self.copula.is_some() { given.shared } else { Whose::From(given.first_trial) }, out);
    }
}

/// Who is planned to enrol together.
#[derive(Clone, Debug)]
pub(super) struct CohortPlan {
    pub(super) size: u32,
    pub(super) capacity: u32,
    /// People who have enrolled, where that is known.
    pub(super) known: Option<u32>,
    /// Referred over planned; `None` where that is certainly 1.
    pub(super) referral: Option<Source>,
}

/// How late the program starts.
#[derive(Clone, Debug)]
pub(super) struct Delay {
    key: Key,
    /// Chance to start so late or earlier, by periods.
    up_to: Vec<f64>,
}

impl Delay {
    /// Whole periods in one trial.
    pub(super) fn periods(&self, trial: u64) -> u32 {
        let luck = self.key.stream(trial).uniform();
        self.up_to.iter().position(|up_to| luck < *up_to).unwrap_or(self.up_to.len() - 1) as u32
    }
}

/// Laws of one number at all sites.
#[derive(Clone, Debug)]
pub(super) struct BySite {
    pub(super) sources: Vec<Source>,
    /// Which of them holds at each site.
    pub(super) of_site: Vec<usize>,
}

impl BySite {
    /// One number per law and trial of the block.
    pub(super) fn fill(&self, whose: Whose<'_>, out: &mut Grid<f64>) {
        self.sources.iter().enumerate().for_each(|(at, source)| source.fill(whose, out.row_mut(at)));
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
    pub(super) base: BySite,
    /// No laws for a step of the program.
    pub(super) effect: BySite,
    pub(super) given: Option<OutcomeId>,
    pub(super) effect_through: Option<OutcomeId>,
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
    /// Where having it in one round says something of the next.
    pub(super) continuing: Option<ContinuingPlan>,
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

impl PeoplePlan {
    /// Prepares the world of `deal`.
    #[must_use]
    pub fn new(deal: &Deal, seeds: impl Into<Seeds>) -> Self {
        let seeds = &seeds.into();
        let cohorts = &deal.program.cohorts;
        let last_shock = deal
            .outcomes
            .iter()
            .filter(|outcome| outcome.per_point_of_unemployment != 0.0 || outcome.effect_per_point_of_unemployment != 0.0)
            .flat_map(|outcome| {
                let last_round = outcome.after + (outcome.rounds.count - 1) * outcome.rounds.every;
                cohorts.iter().map(move |cohort| cohort.period + last_round)
            })
            .max()
            .map(|last| last + deal.program.latest());
        Self {
            cohorts: cohorts.ids().map(|cohort| Self::cohort(deal, cohort, seeds)).collect(),
            delay: (!deal.program.delay.is_empty()).then(|| Delay {
                key: Key::new(seeds.of(Layer::Operation), "program.delay", 0),
                up_to: match deal.so_far.as_ref().filter(|so_far| so_far.says_anything()) {
                    // It has begun, and nothing is left to chance.
                    Some(so_far) => {
                        let known = so_far.results.began_late(deal);
                        (0..=known).map(|late| if late < known { 0.0 } else { 1.0 }).collect()
                    }
                    None => deal.program.delay.iter().scan(0.0, |sum, chance| Some(*(*sum += chance, &*sum).1)).collect(),
                },
            }),
            enrolment_ratio: Source::new(deal, seeds, Layer::Operation, "program.enrolment_ratio", &enrolment::ratio(deal)),
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
            outcomes: deal.outcomes.ids().map(|outcome| Self::outcome(deal, outcome, seeds)).collect(),
        }
    }

    fn cohort(deal: &Deal, cohort: CohortId, seeds: &Seeds) -> CohortPlan {
        let law = &deal.program.referral_ratio;
        let name = deal.program.referral_source(cohort);
        CohortPlan {
            size: deal.program.cohorts[cohort].size,
            capacity: deal.program.capacity_of(cohort),
            known: deal.so_far.as_ref().and_then(|so_far| so_far.enrolled(deal, cohort)),
            referral: (law.is_constant() != Some(1.0)).then(|| Source::new(deal, seeds, Layer::Operation, &name, law)),
        }
    }

    /// The law of an outcome's base or effect, and those of sites where it is otherwise.
    fn by_site<'a>(
        deal: &Deal,
        outcome: &'a Outcome,
        own: Option<&'a Distribution>,
        other: impl Fn(&'a Elsewhere) -> Option<&'a Distribution>,
        source: impl Fn(&str, &Distribution) -> Source,
    ) -> BySite {
        let mut all = BySite { sources: Vec::new(), of_site: vec![0; deal.program.sites.len().max(1)] };
        all.sources.extend(own.map(|own| source("", own)));
        for at in &outcome.elsewhere {
            let Some(law) = other(at) else { continue };
            let names: Vec<String> = at.sites.iter().map(|&site| format!("{:?}", deal.program.sites[site].name)).collect();
            at.sites.iter().for_each(|&site| all.of_site[site] = all.sources.len());
            all.sources.push(source(&format!(".at.{}", names.join("+")), law));
        }
        all
    }

    fn outcome(deal: &Deal, index: OutcomeId, seeds: &Seeds) -> OutcomePlan {
        let outcome: &Outcome = &deal.outcomes[index];
        let source = |part: &str| format!("outcome.{:?}.{part}", outcome.name);
        let rounds = outcome.rounds;
        let cohorts = deal.program.cohorts.len();
        // Each round has a name of its own, so that another cohort moves none of its draws.
        let keys_of = |of: OutcomeId, part: &str| -> Vec<Key> {
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
            if deal.program.sites.is_empty() {
                vec![name(&String::new())]
            } else {
                deal.program.sites.iter().map(|site| name(&site.name)).collect()
            }
        };
        let keys = |part: &str| keys_of(index, part);
        // Whether people take a step of the program is how well it is carried out; what happens anyway is to be known.
        let of_base = if outcome.effect.is_some() { Layer::Knowledge } else { Layer::Operation };
        let rows = cohorts * rounds.count as usize;
        let rows_of = |parent: Option<OutcomeId>| parent.map_or(cohorts, |parent| cohorts * deal.outcomes[parent].rounds.count as usize);
        let economy = deal.economy.is_some();
        let at = |(round, cohort): (u32, &Cohort)| cohort.period + outcome.after + round * rounds.every;
        OutcomePlan {
            base: Self::by_site(
                deal,
                outcome,
                Some(&outcome.base),
                |at| at.base.as_ref(),
                |at, law| Source::new(deal, seeds, of_base, &(source("base") + at), law),
            ),
            effect: Self::by_site(
                deal,
                outcome,
                outcome.effect.as_ref(),
                |at| at.effect.as_ref(),
                |at, law| Source::new(deal, seeds, Layer::Knowledge, &(source("effect") + at), law),
            ),
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
            continuing: (outcome.continuity != Continuity::Anew).then(|| ContinuingPlan {
                continuity: outcome.continuity,
                begins: [keys("begins"), keys("others begin")],
                arms: if outcome.effect_through.is_some() { 2 } else { 1 },
                cohorts,
                rows,
            }),
            luck: match outcome.continuity {
                Continuity::Anew => keys("luck"),
                // The same people share the same luck.
                _ => keys("luck").into_iter().take(cohorts).cycle().take(rows).collect(),
            },
            reached: keys("reached"),
            unreached: keys("unreached"),
        }
    }
}

impl OutcomePlan {
    pub(super) fn is_yes_no(&self) -> bool {
        self.kind.is_yes_no()
    }

    pub(super) fn has_counterfactual(&self) -> bool {
        !self.effect.sources.is_empty()
    }

    pub(super) fn shares_luck(&self) -> bool {
        self.site_correlation > 0.0 || matches!(self.kind, OutcomeKind::YesNo { intraclass_correlation } if intraclass_correlation > 0.0)
    }

    /// Standard deviation between persons whose mean is `mean`; nothing of a median, which is looked up with the persons.
    pub(super) fn spread_of(&self, mean: f64) -> Option<f64> {
        match self.kind {
            OutcomeKind::YesNo { .. } | OutcomeKind::Above { .. } => Some(0.0),
            OutcomeKind::Count(sd) => Some(Counts::new(sd).variance(mean).sqrt()),
            OutcomeKind::Amount(sd) => Some(sd),
            OutcomeKind::Spread(_) => self.persons.as_ref().map(|persons| persons.sd(mean)),
            OutcomeKind::Median { .. } => None,
        }
    }

    /// The nearest possible probability or mean.
    pub(super) fn possible(&self, value: f64) -> f64 {
        match self.kind {
            OutcomeKind::YesNo { .. } => value.clamp(0.0, 1.0),
            OutcomeKind::Count(_) => value.max(0.0),
            OutcomeKind::Spread(_) => value.max(0.0),
            OutcomeKind::Amount(_) | OutcomeKind::Above { .. } | OutcomeKind::Median { .. } => value,
        }
    }
}

//! What if it goes badly? A pack of named misfortunes, each the scenario with one thing changed, on the same draws.

use super::many::many_in;
use super::options::Course;
use super::reverse::{Reverse, reverse_in};
use super::{Options, Phase, RunError};
use crate::deal::{CohortId, Cost, CostBasis, Deal, PayorId};
use crate::quantity::{LARGEST_AMOUNT, Money};
use crate::question::Question;
use crate::sampling::{Distribution, Law};
use crate::scenario::{LoadError, Scenario};

/// Points of unemployment above normal in the recession: about the rise of the one of 2008 and 2009.
const RECESSION: f64 = 4.0;

/// Years that it lasts.
const RECESSION_YEARS: usize = 2;

/// Steps of a law that is shifted.
const STEPS: usize = 400;

/// A misfortune.
#[derive(Clone, Debug)]
pub struct Stress {
    /// Its name.
    pub name: String,
    /// What changes, in words.
    pub change: String,
    /// The changed deal, or why the scenario cannot have it.
    pub deal: Result<Box<Deal>, String>,
}

/// A misfortune and what figures become under it.
#[derive(Clone, Debug)]
pub struct Stressed {
    /// Its name.
    pub name: String,
    /// What changes, in words.
    pub change: String,
    /// Each figure with its standard error, NaN where there is none; or why the scenario cannot have it.
    pub figures: Result<Vec<[f64; 2]>, String>,
}

/// The pack for the scenario at `path`, by its deal and its text.
#[must_use]
pub fn pack(scenario: &Scenario) -> Vec<Stress> {
    let deal = &scenario.deal;
    let stress = |name: &str, change: &str, deal: Result<Deal, String>| Stress {
        name: name.into(),
        change: change.into(),
        deal: deal.map(Box::new),
    };
    // A deal by the year is late by whole years.
    let delay = if deal.timeline.length.per_year() == 1 { "a year" } else { "six months" };
    let years = match &deal.so_far {
        None => format!("unemployment {RECESSION} points higher in the second and third year"),
        Some(_) => format!("unemployment {RECESSION} points higher in the two years that begin after the last one known"),
    };
    let from_here = |change: &str| if deal.so_far.is_some() { format!("{change}, from here on") } else { change.to_string() };
    // What was reported says how late it began, and who is found in records.
    let not_known = || match deal.so_far {
        None => Ok(()),
        Some(_) => Err("what was reported tells it already".to_string()),
    };
    let mut all = vec![
        stress("recession", &years, recession(deal)),
        stress("effect halves", "every true effect is half of what it would be", effects(deal, 0.5)),
        stress("no effect", "the program adds nothing", effects(deal, 0.0)),
        stress("enrolment −40%", &from_here("40% fewer people in every cohort"), Ok(enrolment(deal, 0.6))),
        stress(
            &format!("{delay} late"),
            &format!("everybody enrols {delay} later; the contract ends so much later too"),
            not_known().and_then(|()| late(scenario)),
        ),
        stress("costs +20%", &costs_more(deal), Ok(costs(deal, 1.2))),
        stress("match rate −15 points", "15 of 100 people fewer are found in records", not_known().and_then(|()| match_rate(deal, 0.15))),
    ];
    for (index, payor) in deal.payors.pairs() {
        let from = if deal.so_far.is_some() { "the next fiscal year" } else { "the middle of the deal" };
        let change = format!("nothing is paid by {} from {from} on", payor.name);
        all.push(stress(&format!("{} stops", payor.name), &change, Ok(payor_stops(deal, index))));
    }
    for (index, site) in deal.program.sites.iter().enumerate() {
        let change = from_here(&format!("nobody enrols at {} in the second half of its cohorts", site.name));
        all.push(stress(&format!("{} pulls out", site.name), &change, pulls_out(deal, index)));
    }
    all
}

/// What becomes of a scenario if it goes badly, and what has to happen for that.
#[derive(Clone, Debug)]
pub struct StressTest {
    /// The figures as the scenario is, each with its standard error.
    pub base: Vec<[f64; 2]>,
    /// The figures under each misfortune.
    pub stressed: Vec<Stressed>,
    /// How each chance comes about.
    pub reverse: Vec<Reverse>,
}

/// Shows `questions` under every misfortune of the pack, and explains `chances`.
///
/// # Errors
/// [`RunError`]: it was stopped.
pub fn stress_test(scenario: &Scenario, questions: &[Question], chances: &[Question], options: &Options) -> Result<StressTest, RunError> {
    let (deal, pack) = (&scenario.deal, pack(scenario));
    let deals = simulated(&pack);
    let course = options.begin(Phase::Stress, deal, |trials| trials.saturating_mul(deals + 1));
    let (base, stressed) = stress_in(deal, &pack, questions, &course)?;
    let reverse = reverse_in(deal, chances, &course.after(deals * course.trials))?;
    Ok(StressTest { base, stressed, reverse })
}

/// The figures as the scenario is, and under each misfortune.
///
/// # Errors
/// [`RunError`]: it was stopped.
pub fn stress(deal: &Deal, pack: &[Stress], questions: &[Question], options: &Options) -> Result<(Vec<[f64; 2]>, Vec<Stressed>), RunError> {
    let course = options.begin(Phase::Stress, deal, |trials| trials.saturating_mul(simulated(pack)));
    stress_in(deal, pack, questions, &course)
}

/// How many deals are simulated for a pack, the deal as it is among them.
fn simulated(pack: &[Stress]) -> u64 {
    1 + pack.iter().filter(|one| one.deal.is_ok()).count() as u64
}

fn stress_in(deal: &Deal, pack: &[Stress], questions: &[Question], course: &Course) -> Result<(Vec<[f64; 2]>, Vec<Stressed>), RunError> {
    let deals: Vec<&Deal> = core::iter::once(deal).chain(pack.iter().filter_map(|one| one.deal.as_deref().ok())).collect();
    let mut runs = many_in(&deals, Some(questions), course)?.into_iter();
    let figures = |run: &super::Run| questions.iter().map(|question| run.answer(question).unwrap_or([f64::NAN; 2])).collect();
    let base = runs.next().map_or_else(Vec::new, |run| figures(&run));
    let of = |one: &Stress| Stressed {
        name: one.name.clone(),
        change: one.change.clone(),
        figures: match &one.deal {
            Ok(_) => runs.next().map(|run| figures(&run)).ok_or_else(String::new),
            Err(why) => Err(why.clone()),
        },
    };
    Ok((base, pack.iter().map(of).collect()))
}

fn recession(deal: &Deal) -> Result<Deal, String> {
    let mut changed = deal.clone();
    let Some(economy) = &mut changed.economy else { return Err("the scenario has no economy".into()) };
    let depends =
        |outcome: &crate::deal::Outcome| outcome.per_point_of_unemployment != 0.0 || outcome.effect_per_point_of_unemployment != 0.0;
    if !deal.outcomes.iter().any(depends) {
        return Err("no outcome depends on the economy".into());
    }
    let per_year = deal.timeline.length.per_year();
    // The year after the first, or after the last of which anything is known.
    let first = deal.so_far.as_ref().map_or(1, |so_far| (so_far.through / per_year + 1) as usize);
    let years = (deal.timeline.periods as usize).div_ceil(per_year as usize).max(first + 1 + RECESSION_YEARS);
    let last = economy.path.last().copied().unwrap_or(0.0);
    economy.path.resize(years, last);
    economy.path[first..first + RECESSION_YEARS].iter_mut().for_each(|points| *points += RECESSION);
    Ok(changed)
}

fn effects(deal: &Deal, times: f64) -> Result<Deal, String> {
    match deal.outcomes.iter().any(crate::deal::Outcome::has_counterfactual) {
        true => Ok(deal.with_effects_times(times)),
        false => Err("no outcome has an effect".into()),
    }
}

/// Whether a cohort of a running deal has enrolled already.
fn is_past(deal: &Deal, cohort: CohortId) -> bool {
    deal.so_far.as_ref().is_some_and(|so_far| so_far.results.begun(deal, cohort, so_far.through))
}

fn costs_more(deal: &Deal) -> String {
    let known = deal.so_far.as_ref().is_some_and(|so_far| !(so_far.results.costs.is_empty() && so_far.results.spent.is_empty()));
    let which = if known { "every line of the budget of which nothing is known" } else { "every line of the budget" };
    format!("{which} costs 20% more")
}

fn enrolment(deal: &Deal, times: f64) -> Deal {
    let mut changed = deal.clone();
    let fewer = |size: u32| if size == 0 { 0 } else { ((f64::from(size) * times).round() as u32).max(1) };
    for (_, cohort) in changed.program.cohorts.pairs_mut().filter(|(id, _)| !is_past(deal, *id)) {
        cohort.size = fewer(cohort.size);
    }
    changed
}

fn late(scenario: &Scenario) -> Result<Deal, String> {
    let deal = &scenario.deal;
    let periods = (deal.timeline.length.per_year() as usize).div_ceil(2);
    let on_time = if deal.program.delay.is_empty() { vec![1.0] } else { deal.program.delay.clone() };
    let delay: Vec<String> = core::iter::repeat_n(0.0, periods).chain(on_time).map(|chance| format!("{chance:?}")).collect();
    let set = [format!("program.delay=[{}]", delay.join(", ")), format!("deal.periods={}", deal.timeline.periods as usize + periods)];
    scenario.changed(&set).map_err(|error| match error {
        LoadError::Invalid(problems) => problems.problems.first().map_or_else(String::new, |problem| problem.message.clone()),
        error => error.to_string(),
    })
}

fn costs(deal: &Deal, times: f64) -> Deal {
    let mut changed = deal.clone();
    let dearer = |amount: Money| Money((amount.0 as f64 * times).round() as i64);
    let basis = |cost: &Cost| match cost.basis {
        CostBasis::PerParticipant(amount) => CostBasis::PerParticipant(dearer(amount)),
        CostBasis::PerOutcome { amount, outcome } => CostBasis::PerOutcome { amount: dearer(amount), outcome },
        CostBasis::PerGroup { amount, people } => CostBasis::PerGroup { amount: dearer(amount), people },
        CostBasis::PerPeriod { amount, first, last } => CostBasis::PerPeriod { amount: dearer(amount), first, last },
        // A share of the others rises with them.
        CostBasis::Share(share) => CostBasis::Share(share),
        CostBasis::Once { amount, period } => CostBasis::Once { amount: dearer(amount), period },
    };
    let known = |line: usize| {
        deal.so_far.as_ref().is_some_and(|so_far| so_far.results.costs.iter().chain(&so_far.results.spent).any(|(known, _)| *known == line))
    };
    changed.program.costs.iter_mut().enumerate().filter(|(line, _)| !known(*line)).for_each(|(_, cost)| cost.basis = basis(cost));
    changed
}

fn match_rate(deal: &Deal, points: f64) -> Result<Deal, String> {
    if deal.records.is_empty() {
        return Err("nobody is looked for in records".into());
    }
    let mut changed = deal.clone();
    for records in &mut changed.records {
        records.match_rate = shifted(&records.match_rate, -points);
    }
    Ok(changed)
}

/// The law of a share, moved by `points` and held within 0 and 1: by its quantiles, each as likely as another.
fn shifted(law: &Distribution, points: f64) -> Distribution {
    let moved = |value: f64| (value + points).clamp(0.0, 1.0);
    if let Some(value) = law.is_constant() {
        return Distribution::constant(moved(value));
    }
    let values: Vec<f64> = (0..STEPS).map(|step| moved(law.quantile((step as f64 + 0.5) / STEPS as f64))).collect();
    match Law::discrete(&values, &[1.0; STEPS]) {
        Ok(law) => law.into(),
        Err(_) => Distribution::constant(moved(law.mean())),
    }
}

fn payor_stops(deal: &Deal, payor: PayorId) -> Deal {
    let mut changed = deal.clone();
    let years = deal.timeline.fiscal_years().len();
    let middle = deal.timeline.fiscal_year_index(deal.timeline.periods / 2);
    let stops = deal.so_far.as_ref().map_or(middle, |so_far| deal.timeline.fiscal_year_index(so_far.through) + 1);
    let payor = &mut changed.payors[payor];
    let most = payor.cap_per_fiscal_year.or(payor.cap).unwrap_or(Money(LARGEST_AMOUNT));
    let before = |year: usize| payor.appropriations.get(year).copied().unwrap_or(most);
    let appropriations = (0..years).map(|year| if year < stops { before(year) } else { Money(0) }).collect();
    payor.appropriations = appropriations;
    payor.escrow = Money(0);
    changed
}

fn pulls_out(deal: &Deal, site: usize) -> Result<Deal, String> {
    let own: Vec<CohortId> = deal.program.cohorts.ids().filter(|&cohort| deal.program.cohorts[cohort].site == site).collect();
    if own.len() < 2 {
        return Err("it has only one cohort".into());
    }
    let mut changed = deal.clone();
    for &cohort in own[own.len().div_ceil(2)..].iter().filter(|cohort| !is_past(deal, **cohort)) {
        let cohort = &mut changed.program.cohorts[cohort];
        cohort.size = 0;
    }
    Ok(changed)
}

//! The studies of one deal and of two, each in one call: what the command of the same name computes and prints.

use pfsim::data::{self, About};
use pfsim::experiment::clauses;
use pfsim::export::bundles::{of_comparison, of_prices, of_sensitivity};
use pfsim::question::Question;
use pfsim::report::compare::Compared;
use pfsim::report::{self, compare_text, ledger, settlement, settlement_text};
use pfsim::study::sensitivity::{Move, moves};
use pfsim::study::{self, Choice, Pilot, questions};
use pyo3::prelude::*;

use super::course::carry;
use super::fault::Fault;
use super::options::Options;
use super::running;
use super::scenario::Scenario;
use super::studied::Studied;

/// Why shares of variance ask for a deal of which nothing is known.
const SHARES: &str = "shares of variance are of the plan: results tie inputs together";

/// Figures by name, each as `one` reads it; the usual ones where none are named.
fn asked(
    scenario: &Scenario,
    names: &[String],
    usual: fn(&pfsim::Deal) -> Vec<Question>,
    one: fn(&pfsim::Deal, &str) -> Result<Question, pfsim::QuestionError>,
) -> Result<Vec<Question>, Fault> {
    let deal = scenario.deal();
    if names.is_empty() {
        return Ok(usual(deal));
    }
    Ok(names.iter().map(|name| one(deal, name)).collect::<Result<_, _>>()?)
}

#[pyfunction]
pub fn layers(py: Python<'_>, scenario: &Scenario, options: &Options) -> PyResult<Studied> {
    running::nothing_known(scenario, SHARES)?;
    let deal = scenario.deal();
    let found = carry(py, options, |course| study::layers(deal, course))?;
    let json = data::text(&About::of(&scenario.inner, &options.study()), &data::Layers::new(deal, &found));
    Ok(Studied::new(json, report::layers::text(deal, &found, options.trials_of(deal))))
}

#[pyfunction]
pub fn power(py: Python<'_>, scenario: &Scenario, options: &Options, promised: Option<f64>) -> PyResult<Studied> {
    let deal = scenario.deal();
    if promised.is_some_and(|promised| !promised.is_finite()) {
        return Err(Fault::Usage("`promised` is a number such as 0.1".into()).into());
    }
    let found = carry(py, options, |course| study::power(deal, promised, course))?;
    let json = data::text(&About::of(&scenario.inner, &options.study()), &data::Power::new(deal, &found));
    Ok(Studied::new(json, report::power::text(deal, &found, options.trials_of(deal))))
}

#[pyfunction]
pub fn readiness(py: Python<'_>, scenario: &Scenario, options: &Options, partners: Option<f64>) -> PyResult<Studied> {
    running::nothing_known(scenario, "readiness is of a deal before it begins")?;
    let (deal, partners) = (scenario.deal(), partners.unwrap_or(study::PARTNERS));
    if !(0.0..=1.0).contains(&partners) {
        return Err(Fault::Usage("`partners` is a share from 0 to 1, such as 0.25".into()).into());
    }
    let found = carry(py, options, |course| study::readiness(deal, partners, course))?;
    let json = data::text(&About::of(&scenario.inner, &options.study()), &data::Readiness::new(&found));
    Ok(Studied::new(json, report::readiness::text(deal, &found, options.trials_of(deal))))
}

#[pyfunction]
pub fn stress(py: Python<'_>, scenario: &Scenario, options: &Options, of: Vec<String>, chances: Vec<String>) -> PyResult<Studied> {
    let deal = scenario.deal();
    let figures = asked(scenario, &of, questions::under_stress, questions::figure)?;
    let chances = asked(scenario, &chances, questions::misfortunes, questions::chance)?;
    let trials = options.trials_of(deal);
    options.room("this study", study::kept::inputs(deal, figures.len(), trials))?;
    let found = carry(py, options, |course| study::stress_test(&scenario.inner, &figures, &chances, course))?;
    let json = data::text(&About::of(&scenario.inner, &options.study()), &data::Stress::new(deal, &figures, &found));
    Ok(Studied::new(json, report::stress::text(deal, &figures, &found.base, &found.stressed, &found.reverse, trials)))
}

#[pyfunction]
pub fn sensitivity(
    py: Python<'_>,
    scenario: &Scenario,
    options: &Options,
    of: Vec<String>,
    also: Vec<(String, String, String)>,
    paths: Option<u32>,
) -> PyResult<Studied> {
    running::nothing_known(scenario, SHARES)?;
    let deal = scenario.deal();
    let paths = paths.unwrap_or(study::sensitivity::PATHS);
    if !(2..=10_000).contains(&paths) {
        return Err(Fault::Usage("`paths` is a whole number from 2 to 10,000".into()).into());
    }
    let figures = asked(scenario, &of, questions::usual, questions::figure)?;
    let mut all = moves(deal);
    for (path, from, to) in also {
        all.push(moved(scenario, path, [from, to])?);
    }
    let trials = options.trials_of(deal);
    options.room("this study", study::kept::inputs(deal, figures.len(), trials))?;
    let found = carry(py, options, |course| study::sensitivity(deal, &all, &figures, paths, course))?;
    let json = data::text(&About::of(&scenario.inner, &options.study()), &data::Sensitivity::new(deal, &found));
    let text = report::sensitivity::text(deal, &found, trials);
    let (scenario, study) = (scenario.inner.clone(), options.study());
    Ok(Studied::new(json, text).with_files(move || of_sensitivity(&scenario, &found, &study)))
}

#[pyfunction]
pub fn cliffs(py: Python<'_>, scenario: &Scenario, options: &Options, times: Option<f64>) -> PyResult<Studied> {
    running::nothing_known(scenario, "cliffs are of the terms as they were signed, whatever was reported")?;
    let (deal, times) = (scenario.deal(), times.unwrap_or(study::TIMES));
    if !(1.0..=1e6).contains(&times) {
        return Err(Fault::Usage("`times` is a number from 1 on, such as 3".into()).into());
    }
    let prices = carry(py, options, |course| study::prices(&scenario.inner, times, course))?;
    let json = data::text(&About::of(&scenario.inner, &options.study()), &data::Cliffs::new(deal, &prices.ranges, &prices.smooth));
    let text = report::cliffs::text(deal, &prices.ranges, &prices.smooth, times, prices.trials);
    let (scenario, study) = (scenario.inner.clone(), options.study());
    Ok(Studied::new(json, text).with_files(move || of_prices(&scenario, &prices, times, &study)))
}

#[pyfunction]
pub fn information(
    py: Python<'_>,
    scenario: &Scenario,
    options: &Options,
    of: Option<String>,
    choices: Vec<(String, Vec<String>)>,
    pilots: Vec<(String, f64)>,
) -> PyResult<Studied> {
    running::nothing_known(scenario, "what knowing is worth is of the plan: results tie inputs together")?;
    let deal = scenario.deal();
    let none = || Fault::Usage("no payor of this deal values an outcome: say of=… for which metric to choose".into());
    let of = match of {
        Some(name) => questions::by_trial(deal, &name).map_err(Fault::from)?,
        None => questions::of_choice(deal).ok_or_else(none)?,
    };
    let mut all = study::usual_choices(deal);
    for (name, set) in choices {
        all.push(Choice { name, deal: Some(scenario.inner.changed(&set).map_err(Fault::from)?) });
    }
    study::told_apart(&all).map_err(Fault::Usage)?;
    let pilots = pilots.into_iter().map(|(input, error)| pilot(deal, input, error)).collect::<Result<Vec<Pilot>, Fault>>()?;
    let trials = options.trials_of(deal);
    options.room("this study", study::kept::information(deal, all.len(), trials))?;
    let found = carry(py, options, |course| study::information(deal, &all, &pilots, &of, course))?;
    let json = data::text(&About::of(&scenario.inner, &options.study()), &data::Information::new(&of, &found));
    Ok(Studied::new(json, report::information::text(deal, &of, &found, trials)))
}

/// `names` are what both are called.
#[pyfunction]
pub fn compare(py: Python<'_>, scenario: &Scenario, options: &Options, other: &Scenario, names: [String; 2]) -> PyResult<Studied> {
    let (first, second) = (&scenario.inner, &other.inner);
    let parts = clauses::between(first, second, options.study().seed_of(&first.deal));
    let parts = parts.map_err(|apart| Fault::Usage(apart.to_string()))?;
    let course = options.study().of(&first.deal);
    let whole = Options { trials: Some(course.trials_of(&first.deal)), seed: Some(course.seed_of(&first.deal)), ..options.again(py) };
    let found = carry(py, &whole, |course| study::compare(&parts, course))?;
    let compared = || Compared { deals: [&first.deal, &second.deal], names: [&names[0], &names[1]], parts: &parts, found: &found };
    let same = parts.clauses.is_empty();
    let text = if same { "A and B say the same in every clause: nothing moves.\n".into() } else { compare_text::text(&compared()) };
    let json = data::Compare::document([first, second], &compared());
    let (first, second) = (first.clone(), second.clone());
    Ok(Studied::new(json, text).with_files(move || {
        let names = [names[0].as_str(), &names[1]];
        of_comparison([&first, &second], &Compared { deals: [&first.deal, &second.deal], names, parts: &parts, found: &found })
    }))
}

/// One trial: `trial` by its number, or that which is at the share `at` of all trials by the metric `by`.
#[pyfunction]
pub fn explain(py: Python<'_>, scenario: &Scenario, options: &Options, trial: Option<u64>, at: f64, by: &str) -> PyResult<Studied> {
    let deal = scenario.deal();
    let seed = options.study().seed_of(deal);
    let number = match trial {
        Some(number) => number,
        None if (0.0..=1.0).contains(&at) => {
            let found = |course: &pfsim::Options| study::find_trial(deal, by, at, course);
            carry(py, options, found)?
        }
        None => return Err(Fault::Usage("`at` is from \"p0\" to \"p100\"".into()).into()),
    };
    let trial = py.detach(|| study::trace(deal, seed, number));
    let about = About::new(&scenario.inner, Some(1), Some(seed));
    Ok(Studied::new(data::text(&about, &data::Explain::new(deal, &trial)), ledger::text(deal, &trial)))
}

/// The deal on published results, whatever else is known of it; problems of `text` are reported as those of `file`.
#[pyfunction]
pub fn settle(py: Python<'_>, scenario: &Scenario, options: &Options, file: &str, text: &str, backtest: bool) -> PyResult<Studied> {
    let deal = &running::signed(scenario.deal());
    let results = pfsim::results::parse(file, text, deal).map_err(Fault::from)?;
    let settled = pfsim::engine::settle(deal, &results);
    let mut settlement = settlement::settlement(&settled);
    if backtest {
        settlement = settlement.among(&carry(py, options, |course| study::backtest(deal, &settled, course))?);
    }
    let trials = backtest.then(|| options.trials_of(deal).min(study::SAMPLE as u64));
    let about = About::new(&scenario.inner, trials, trials.map(|_| options.study().seed_of(deal)));
    Ok(Studied::new(data::text(&about, &settlement), settlement_text::text(&settled, &settlement)))
}

/// The scenario with a plain number at two values.
fn moved(scenario: &Scenario, path: String, values: [String; 2]) -> Result<Move, Fault> {
    let number = |text: &String| -> Result<f64, Fault> {
        let found = text.replace('_', "").parse().ok().filter(|value: &f64| value.is_finite());
        found.ok_or_else(|| Fault::Usage(format!("{path} is moved from one number to another, and {text} is none")))
    };
    let deal = |value: &String| scenario.inner.changed(&[format!("{path}={value}")]);
    let [from, to] = &values;
    let (values, deals) = ([number(from)?, number(to)?], [deal(from)?, deal(to)?]);
    Ok(Move { name: path, values, deals })
}

fn pilot(deal: &pfsim::Deal, input: String, error: f64) -> Result<Pilot, Fault> {
    if !(error.is_finite() && error > 0.0) {
        return Err(Fault::Usage(format!("the standard error of the pilot of {input} is a number above 0")));
    }
    let known: Vec<String> = deal.inputs().into_iter().map(|known| known.name).collect();
    match known.contains(&input) {
        true => Ok(Pilot { input, error }),
        false => Err(Fault::Usage(format!("there is no uncertain input `{input}`; there are: {}", known.join(", ")))),
    }
}

//! A deal that is running: what is known of it, where it stands, what is to come.
//!
//! Comes in: a scenario, results so far as text, a day. Goes out: the scenario of which so much is known, and the documents of the commands.

use core::fmt::Display;
use std::sync::Arc;

use pfsim::data::{self, About};
use pfsim::report::figures::{as_files, running};
use pfsim::report::page::forecast::Pictures;
use pfsim::report::{forecast as to_come, forecast_text, page, status as stands, status_text};
use pfsim::study::{self, Forecast};
use pfsim::{Bundle, Deal, results};
use pyo3::prelude::*;

use super::course::carry;
use super::fault::Fault;
use super::options::Options;
use super::run::Run;
use super::scenario::Scenario;
use super::studied::Studied;

/// Results so far as they were given, to read them again elsewhere.
#[derive(Clone)]
pub struct Known {
    /// Name of the file, as problems have it.
    pub file: String,
    /// What it says.
    pub text: String,
}

/// `scenario` of a deal of which `text` says what is known, as of a day (such as 2027-06-30); problems are reported as those of `file`.
pub fn given(scenario: &Scenario, file: String, text: String, as_of: Option<&str>) -> Result<Scenario, Fault> {
    let day = |said: &str| said.parse().map_err(|_| Fault::Usage(format!("`as_of` is a day such as 2027-06-30, and {said:?} is none")));
    let so_far = results::so_far(&file, &text, scenario.deal(), as_of.map(day).transpose()?)?;
    let known = Some(Known { file, text });
    let inner = scenario.inner.clone().given(so_far);
    study::forecast::possible(&inner.deal)?;
    Ok(Scenario { inner, folder: scenario.folder.clone(), known })
}

/// The deal as it was signed, whatever is known of it.
pub fn signed(deal: &Deal) -> Deal {
    Deal { so_far: None, ..deal.clone() }
}

/// `scenario` with `deal` in the place of its own.
pub fn of_deal(scenario: &pfsim::Scenario, deal: Deal) -> pfsim::Scenario {
    let mut other = scenario.clone();
    other.deal = deal;
    other
}

/// That nothing is known of the deal, for `what` speaks of what the parties signed.
pub fn nothing_known(scenario: &Scenario, what: impl Display) -> Result<(), Fault> {
    match scenario.known {
        None => Ok(()),
        Some(_) => Err(Fault::Usage(format!("{what}: ask the deal as it was before .given(…)"))),
    }
}

/// Where the deal stands, and the page that says so.
#[pyfunction]
pub fn status(py: Python<'_>, scenario: &Scenario) -> PyResult<Studied> {
    let deal = scenario.deal();
    let so_far = deal.so_far.clone().ok_or_else(unknown)?;
    let told = py.detach(|| stands::status(deal, &study::status::status(deal, &so_far)));
    let json = data::text(&About::new(&scenario.inner, None, None), &told);
    let text = status_text::text(deal, &told);
    let scenario = scenario.inner.clone();
    Ok(Studied::new(json, text).with_files(move || {
        let mut made = Bundle::default();
        let html = page::status::html(&scenario.deal, &told, &scenario.hash());
        made.add("the page", html.map(|html| vec![("status.html".to_string(), html.into_bytes())]));
        made
    }))
}

/// What is to come of the deal; the futures that fit what was reported; the same trials with what was reported in its place and nothing
/// learnt; and the same as planned.
#[pyfunction]
pub fn forecast(py: Python<'_>, scenario: &Scenario, options: &Options) -> PyResult<(Studied, Run, Run, Run)> {
    let deal = scenario.deal();
    deal.so_far.as_ref().ok_or_else(unknown)?;
    let trials = options.trials_of(deal);
    options.room("this forecast", study::kept::run(deal, trials).saturating_mul(3))?;
    let found: Forecast = carry(py, options, |course| study::forecast(deal, course))?;
    let told = to_come::forecast(deal, &found);
    let json = data::text(&About::of(&scenario.inner, &options.study()), &told);
    let text = forecast_text::text(deal, &told, trials);
    let Forecast { so_far, run, reported, plan, .. } = found;
    let (run, plan) = (Arc::new(run), Arc::new(plan));
    let (of_run, of_plan, whole, through) = (Arc::clone(&run), Arc::clone(&plan), scenario.inner.clone(), so_far.through);
    let studied = Studied::new(json, text).with_files(move || {
        let mut made = Bundle::default();
        let drawn =
            running::paid(&whole.deal, through, &of_run, &of_plan).and_then(|paid| Ok(Pictures { paid, inputs: running::inputs(&told)? }));
        let pictures = drawn.unwrap_or_else(|error| {
            made.left_out.push(format!("the charts: {error}"));
            Pictures::default()
        });
        made.extend(as_files(pictures.paid.iter().chain(&pictures.inputs)));
        let html = page::forecast::html(&whole.deal, &told, &pictures, trials, &whole.hash());
        made.add("the page", html.map(|html| vec![("forecast.html".to_string(), html.into_bytes())]));
        made
    });
    let unlearnt = Deal { so_far: Some(Arc::new(pfsim::deal::SoFar { learns: false, ..(*so_far).clone() })), ..deal.clone() };
    let of = |deal: Deal, run: Arc<pfsim::Run>| Run::new(&of_deal(&scenario.inner, deal), run, options.audit, None);
    Ok((studied, of(deal.clone(), run), of(unlearnt, Arc::new(reported)), of(signed(deal), plan)))
}

fn unknown() -> Fault {
    Fault::Usage("nothing is known of this deal yet: say the results so far, a path or a text".into())
}

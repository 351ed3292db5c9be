//! A run as Python holds it: what can be asked of it, its trials as columns, its report.

use pfsim::metrics::Observed;
use pfsim::report::figures::Figures;
use pfsim::report::memo;
use pfsim::store::folder::Rule;
use pfsim::store::manifest::Label;
use pfsim::store::workspace::Workspace;
use pfsim::study::{self, Beside};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::path::PathBuf;
use std::sync::Arc;

use super::course::carry;
use super::fault::{Fault, system};
use super::options::Options;
use super::scenario::Scenario;
use super::studied::as_dict;
use super::table::{Cells, Table};

/// Trials beyond a quantile, at least, for its standard error to be told.
const BEYOND: f64 = 5.0;

/// A figure: its value, its standard error, its label and its unit.
type Asked = (f64, Option<f64>, String, String);

/// What a run came to.
#[pyclass(frozen, module = "pfsim._pfsim")]
pub struct Run {
    scenario: pfsim::Scenario,
    run: Arc<pfsim::Run>,
    audited: bool,
    /// Every number of every trial, where all are kept.
    all: Option<Vec<Cells>>,
}

impl Run {
    /// A run of `scenario`.
    pub fn new(scenario: &pfsim::Scenario, run: impl Into<Arc<pfsim::Run>>, audited: bool, all: Option<Vec<Vec<f64>>>) -> Self {
        Self { scenario: scenario.clone(), run: run.into(), audited, all: all.map(|all| all.into_iter().map(Cells::numbers).collect()) }
    }
}

/// Bytes that all trials may take without being asked for.
const UNASKED: u64 = 256 << 20;

/// Simulates `scenario`; with `every`, each number of each trial is kept; where nobody says, if that takes little memory.
#[pyfunction]
pub fn run(py: Python<'_>, scenario: &Scenario, options: &Options, every: Option<bool>) -> PyResult<Run> {
    let deal = scenario.deal();
    let trials = options.trials_of(deal);
    let columns = pfsim::metrics::Catalogue::new(deal).values.len();
    let every = every.unwrap_or(trials.saturating_mul(8 * columns as u64) <= UNASKED);
    let more = if every { trials.saturating_mul(columns as u64) } else { 0 };
    options.room("this run", study::kept::run(deal, trials).saturating_add(more))?;
    let mut all = vec![Vec::with_capacity(if every { trials as usize } else { 0 }); columns];
    let mut row = |observed: &Observed| {
        all.iter_mut().enumerate().for_each(|(at, values)| values.extend_from_slice(&observed.values.row(at)[..observed.lanes]));
    };
    let rows = every.then_some(&mut row as &mut (dyn FnMut(&Observed) + Send));
    let beside = Beside { rows, ..Beside::default() };
    let run = carry(py, options, |course| study::run_beside(deal, course, beside))?;
    Ok(Run::new(&scenario.inner, run, options.audit, every.then_some(all)))
}

#[pymethods]
impl Run {
    /// Number of trials.
    #[getter]
    fn trials(&self) -> u64 {
        self.run.trials
    }

    /// Seed.
    #[getter]
    fn seed(&self) -> u64 {
        self.run.seed
    }

    /// `summary.json`: what `pfsim run --json` prints.
    #[getter]
    fn json(&self) -> String {
        self.scenario.summary(&self.run, self.audited)
    }

    /// One screen that a board member can read: what `pfsim run` prints.
    #[getter]
    fn memo(&self) -> String {
        memo::text(&self.scenario.deal, &self.run)
    }

    /// A figure by name.
    fn ask(&self, name: &str) -> PyResult<Option<Asked>> {
        let deal = &self.scenario.deal;
        let question = study::questions::figure(deal, name).map_err(Fault::from)?;
        let label = pfsim::report::question::label(deal, &question);
        let unit = pfsim::export::data::Figure::new(deal, &question, [0.0; 2]).unit.to_string();
        Ok(self.run.ask(name).map(|found| (found.value, found.error, label, unit)))
    }

    /// The value of a number that a share of all trials does not exceed, and its standard error; all trials are kept.
    fn quantile(&self, name: &str, share: f64) -> PyResult<(f64, f64)> {
        if !(share > 0.0 && share < 1.0) {
            return Err(Fault::Usage(format!("{share} is no share between 0 and 1")).into());
        }
        let Some(at) = self.run.metrics.iter().position(|metric| metric.name == name) else {
            return Err(Fault::Usage(format!("`{name}` is a chance: what has quantiles is a number of each trial")).into());
        };
        if !self.every() {
            return Err(Fault::Usage("not all trials are kept: say every=True when the deal is run".into()).into());
        }
        let kept = self.all.as_ref().map(|all| &all[at]);
        let values = match kept {
            Some(Cells::Number(values)) => values.values(),
            _ => self.run.sample.values[at].as_slice(),
        };
        let mut column = pfsim::stats::QuantileColumn::new(&[share], None);
        values.chunks(512).for_each(|block| column.push_block(block));
        let beyond = column.count() as f64 * share.min(1.0 - share);
        let (quantiles, _) = column.finish();
        let quantile = quantiles.first();
        // With fewer trials beyond it, their distances say little of how far off it may be.
        let error = quantile.filter(|_| beyond >= BEYOND).map_or(f64::NAN, |quantile| quantile.standard_error);
        Ok((quantile.map_or(f64::NAN, |quantile| quantile.value), error))
    }

    /// The trials, each number under its dotted name: all of them where they are kept, otherwise the first ones.
    fn table(&self) -> Table {
        let trial = ("trial".to_string(), Cells::whole((0..self.kept() as i64).collect()));
        let first = || self.run.sample.values.iter().map(|values| Cells::numbers(values.clone())).collect();
        let numbers = self.all.clone().unwrap_or_else(first);
        Table::new(core::iter::once(trial).chain(self.run.metrics.iter().map(|metric| metric.name.clone()).zip(numbers)))
    }

    /// Whether each number of every trial is kept.
    #[getter]
    fn every(&self) -> bool {
        self.all.is_some() || self.run.sample.trials as u64 == self.run.trials
    }

    /// How many trials are kept in full.
    #[getter]
    fn kept(&self) -> usize {
        self.all.as_ref().map_or(self.run.sample.trials, |_| self.run.trials as usize)
    }

    /// Every number of the run: the columns of `metrics.csv`.
    fn metrics(&self) -> Table {
        let (deal, all) = (&self.scenario.deal, &self.run.metrics);
        let quantities: Vec<_> = all.iter().map(|metric| metric.value.quantity(deal)).collect();
        let numbers = |of: fn(&pfsim::stats::Summary) -> f64| Cells::numbers(all.iter().map(|metric| of(&metric.summary)).collect());
        let trials = self.run.trials as f64;
        Table::new([
            ("metric", Cells::texts(all.iter().map(|metric| &metric.name))),
            ("mean", numbers(|of| of.mean)),
            ("se", numbers(|of| of.se)),
            ("sd", numbers(|of| of.sd)),
            ("p5", numbers(|of| of.p5)),
            ("p25", numbers(|of| of.p25)),
            ("p50", numbers(|of| of.p50)),
            ("p75", numbers(|of| of.p75)),
            ("p95", numbers(|of| of.p95)),
            ("min", numbers(|of| of.min)),
            ("max", numbers(|of| of.max)),
            ("undefined", Cells::numbers(all.iter().map(|metric| metric.summary.undefined as f64 / trials).collect())),
            ("label", Cells::texts(quantities.iter().map(|quantity| &quantity.label))),
            ("unit", Cells::texts(quantities.iter().map(|quantity| quantity.unit.word(deal)))),
            ("over", Cells::texts(quantities.iter().map(|quantity| quantity.over.words()))),
        ])
    }

    /// Every chance of the run: the columns of `chances.csv`.
    fn chances(&self) -> Table {
        let (deal, all) = (&self.scenario.deal, &self.run.chances);
        let quantities: Vec<_> = all.iter().map(|chance| chance.chance.quantity(deal)).collect();
        Table::new([
            ("chance", Cells::texts(all.iter().map(|chance| &chance.name))),
            ("share", Cells::numbers(all.iter().map(|chance| chance.share.share()).collect())),
            ("se", Cells::numbers(all.iter().map(|chance| chance.share.standard_error()).collect())),
            ("holds", Cells::whole(all.iter().map(|chance| chance.share.hits as i64).collect())),
            ("of_trials", Cells::whole(all.iter().map(|chance| chance.share.count as i64).collect())),
            ("label", Cells::texts(quantities.iter().map(|quantity| &quantity.label))),
            ("unit", Cells::texts(quantities.iter().map(|quantity| quantity.unit.word(deal)))),
            ("over", Cells::texts(quantities.iter().map(|quantity| quantity.over.words()))),
        ])
    }

    /// Names and SVG of the charts of the run.
    fn charts(&self, py: Python<'_>) -> PyResult<Vec<(String, String)>> {
        let drawn = py.detach(|| Figures::draw(&self.scenario.deal, &self.run, &[])).map_err(|error| Fault::Own(error.to_string()))?;
        Ok(drawn.all().map(|picture| (picture.name.clone(), picture.svg.clone())).collect())
    }

    /// Every file of the folder that `pfsim run` writes: names and contents.
    fn files<'py>(&self, py: Python<'py>, options: &Options) -> PyResult<Bound<'py, PyDict>> {
        as_dict(py, &self.bundle(py, options)?)
    }

    /// Writes that folder, and what was left out of it.
    fn save(&self, py: Python<'_>, options: &Options, folder: PathBuf) -> PyResult<Vec<String>> {
        let workspace = Workspace::new(&folder, Rule::of("run")).map_err(system)?;
        let made = self.bundle(py, options)?;
        let label = Label::new("run", &self.scenario.deal.name, &self.scenario.hash());
        let written = py.detach(|| workspace.publish(&label, &made.files, Vec::new())).map_err(system)?;
        let unwritten = written.left_out.iter().map(|(name, why)| format!("{name}: {why}"));
        Ok(made.left_out.into_iter().chain(unwritten).collect())
    }
}

impl Run {
    fn bundle(&self, py: Python<'_>, options: &Options) -> PyResult<pfsim::Bundle> {
        if self.scenario.deal.so_far.is_some() {
            let message = "a folder holds no results so far, so nobody could make it again: keep run.json and the results file";
            return Err(Fault::Usage(message.into()).into());
        }
        let whole = Options { trials: Some(self.run.trials), seed: Some(self.run.seed), audit: self.audited, ..options.again(py) };
        let dossier = carry(py, &whole, |course| study::dossier_of(&self.scenario.deal, (*self.run).clone(), course))?;
        Ok(py.detach(|| self.scenario.bundle(&dossier)))
    }
}

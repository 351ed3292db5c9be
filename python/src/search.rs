//! A search for the best terms.

use pfsim::data::{self, About};
use pfsim::experiment::solve::Lever;
use pfsim::question::Question;
use pfsim::report;
use pfsim::study::{Answer, Tried};
use pyo3::prelude::*;

use super::course::carry;
use super::fault::Fault;
use super::options::Options;
use super::scenario::{Scenario, files_beside};
use super::studied::Studied;
use super::table::{Cells, Table};

/// The terms that are best, where requirements are met.
#[pyclass(frozen, module = "pfsim._pfsim")]
pub struct Search {
    inner: pfsim::Solve,
}

#[pymethods]
impl Search {
    /// The search with the text `text`, which calls `scenario` `file`.
    #[new]
    fn new(py: Python<'_>, text: String, scenario: &Scenario, file: &str) -> PyResult<Self> {
        let files = files_beside(scenario, file);
        let inner = py.detach(|| pfsim::Solve::parse(text, files)).map_err(Fault::from)?;
        let so_far = scenario.deal().so_far.as_deref().cloned();
        Ok(Self { inner: so_far.into_iter().fold(inner, pfsim::Solve::given) })
    }

    /// Searches. What was found, every candidate that was tried, and those that no others beat in both figures of the frontier.
    fn run(&self, py: Python<'_>, options: &Options) -> PyResult<(Studied, Table, Option<Table>)> {
        let answer = carry(py, options, |course| self.inner.run(course))?;
        let json = data::text(&About::of_search(&self.inner), &data::Solve::new(&self.inner, &answer));
        let text = report::solve::text(&self.inner, &answer);
        let all: Vec<&Tried> = answer.tried.iter().collect();
        let front = report::solve::on_front(&self.inner, &answer).map(|front| self.table(&answer, &front));
        let tables = (self.table(&answer, &all), front);
        let search = self.inner.clone();
        Ok((Studied::new(json, text).with_files(move || search.bundle(&answer)), tables.0, tables.1))
    }
}

impl Search {
    /// Candidates: the columns of `candidates.csv`.
    fn table(&self, answer: &Answer, tried: &[&Tried]) -> Table {
        let lever = |(at, lever): (usize, &Lever)| {
            (lever.name.clone(), Cells::numbers(tried.iter().map(|tried| lever.value(tried.steps[at])).collect()))
        };
        let figure = |(at, question): (usize, &Question)| {
            let part = |part: usize| Cells::numbers(tried.iter().map(|tried| tried.values[at][part]).collect());
            [(question.name.clone(), part(0)), (format!("{}.se", question.name), part(1))]
        };
        let levers = self.inner.levers.iter().enumerate().map(lever);
        let figures = answer.questions.iter().enumerate().flat_map(figure);
        let meets = ("meets".to_string(), Cells::flags(tried.iter().map(|tried| tried.meets()).collect()));
        Table::new(levers.chain(figures).chain([meets]))
    }
}

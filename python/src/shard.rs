//! Some trials of a run, made anywhere, and the run that they make together.

use pfsim::Shard;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::course::carry;
use super::fault::Fault;
use super::options::Options;
use super::run::Run;
use super::scenario::Scenario;

/// The trials `first` up to, but not including, `end` of a run of `scenario`, as bytes.
#[pyfunction]
pub fn shard<'py>(py: Python<'py>, scenario: &Scenario, options: &Options, first: u64, end: u64) -> PyResult<Bound<'py, PyBytes>> {
    if first >= end {
        return Err(Fault::Usage("a shard has at least one trial".into()).into());
    }
    let made = carry(py, options, |course| Shard::simulate(scenario.deal(), first..end, course).map(|shard| shard.to_bytes()))?;
    Ok(PyBytes::new(py, &made))
}

/// The run whose trials `shards` hold, in the order of the trials: each is taken from `next` when the one before was added, so that not all
/// of them need be there at once.
#[pyfunction]
pub fn merge(py: Python<'_>, scenario: &Scenario, options: &Options, shards: &Bound<'_, PyAny>) -> PyResult<Run> {
    let deal = scenario.deal();
    let mut whole: Option<Shard> = None;
    for shard in shards.try_iter()? {
        let bytes: Vec<u8> = shard?.extract()?;
        let next = py.detach(|| Shard::from_bytes(&bytes, deal)).map_err(Fault::from)?;
        whole = Some(match whole {
            None => next,
            Some(all) => all.append(next).map_err(Fault::from)?,
        });
    }
    let whole = whole.ok_or_else(|| Fault::Usage("there are no shards".into()))?;
    let run = py.detach(|| whole.finish(deal)).map_err(Fault::from)?;
    Ok(Run::new(&scenario.inner, run, options.audit, None))
}

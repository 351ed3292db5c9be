//! How a study is made: the trials, the seed, the threads, who hears of it.

use pyo3::prelude::*;

use super::fault::Fault;
use pfsim::Deal;

/// Bytes that a study may keep without being asked, and at all: as on the command line.
const ROOM: f64 = 2e9;
const MOST_ROOM: f64 = 64e9;

/// Trials that no machine simulates.
const MOST_TRIALS: u64 = 1_000_000_000_000;

/// How a study is made. What is not said is as the deal has it.
#[pyclass(frozen, module = "pfsim._pfsim")]
pub struct Options {
    /// Number of trials.
    pub trials: Option<u64>,
    /// Seed of every random draw.
    pub seed: Option<u64>,
    /// Whether every trial's books are checked.
    pub audit: bool,
    /// Whether what needs very much memory is wanted all the same.
    pub large: bool,
    /// Number of threads.
    pub threads: Option<usize>,
    /// Is called from time to time with the phase, what is done and what there is to do.
    pub progress: Option<Py<PyAny>>,
}

#[pymethods]
impl Options {
    #[new]
    #[pyo3(signature = (*, trials=None, seed=None, audit=false, large=false, threads=None, progress=None))]
    fn new(
        trials: Option<u64>,
        seed: Option<u64>,
        audit: bool,
        large: bool,
        threads: Option<usize>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        if trials.is_some_and(|trials| !(1..=MOST_TRIALS).contains(&trials)) {
            return Err(Fault::Usage(format!("`trials` is a whole number from 1 to {MOST_TRIALS}")).into());
        }
        if threads.is_some_and(|threads| !(1..=1024).contains(&threads)) {
            return Err(Fault::Usage("`threads` is a whole number from 1 to 1024".into()).into());
        }
        Ok(Self { trials, seed, audit, large, threads, progress })
    }
}

impl Options {
    /// The same for the engine; nobody hears of it yet.
    pub fn study(&self) -> pfsim::Options {
        let options = pfsim::Options::default().audit(self.audit);
        let options = self.trials.map_or(options.clone(), |trials| options.trials(trials));
        self.seed.map_or(options.clone(), |seed| options.seed(seed))
    }

    /// How many trials a study of `deal` has.
    pub fn trials_of(&self, deal: &Deal) -> u64 {
        self.study().trials_of(deal)
    }

    /// That the numbers that `what` keeps find room.
    pub fn room(&self, what: &str, numbers: u64) -> Result<(), Fault> {
        let bytes = 8.0 * numbers as f64;
        if bytes <= if self.large { MOST_ROOM } else { ROOM } {
            return Ok(());
        }
        let large = if bytes <= MOST_ROOM { ", or say large=True if there is so much" } else { "" };
        let gigabytes = (bytes / 1e9).ceil();
        Err(Fault::Usage(format!("{what} would take about {gigabytes} GB of memory: ask for fewer{large}")))
    }
}

impl Options {
    /// The same once more.
    pub fn again(&self, py: Python<'_>) -> Self {
        let progress = self.progress.as_ref().map(|progress| progress.clone_ref(py));
        Self { trials: self.trials, seed: self.seed, audit: self.audit, large: self.large, threads: self.threads, progress }
    }
}

//! What went wrong, as Python raises it: the classes stand in `python/pfsim/_errors.py`.

use pfsim::study::{FindError, ForecastError};
use pfsim::{CompareError, LoadError, OverrideError, PricesError, Problems, QuestionError, RunError, ShardError, StudyError, SweepError};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

/// What went wrong.
pub enum Fault {
    /// Files have problems, each with its place.
    Problems(Vec<Problems>),
    /// What is asked for makes no sense.
    Usage(String),
    /// The system refuses to read or write.
    System(String),
    /// What is known fits hardly any trial of the plan.
    Forecast {
        /// In words.
        text: String,
        /// Trials of the plan that were weighed.
        weighed: u64,
        /// Effective trials among them, and how many a forecast needs.
        effective: [f64; 2],
    },
    /// Work was stopped.
    Stopped,
    /// A fault of pfsim itself.
    Own(String),
}

/// What the system says, or what stands in the way of a folder. What the command line calls a flag is an argument here.
pub fn system(error: impl core::fmt::Display) -> Fault {
    Fault::System(error.to_string().replace("choose another --out", "choose another folder"))
}

impl From<Problems> for Fault {
    fn from(problems: Problems) -> Self {
        Self::Problems(vec![problems])
    }
}

impl From<LoadError> for Fault {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Invalid(problems) => problems.into(),
            LoadError::Override(error) => error.into(),
            unreadable @ LoadError::Unreadable { .. } => Self::System(unreadable.to_string()),
        }
    }
}

impl From<OverrideError> for Fault {
    fn from(error: OverrideError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<QuestionError> for Fault {
    fn from(error: QuestionError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<RunError> for Fault {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Interrupted(_) => Self::Stopped,
            breach @ RunError::Breach(_) => Self::Own(breach.to_string()),
        }
    }
}

impl From<FindError> for Fault {
    fn from(error: FindError) -> Self {
        match error {
            FindError::Run(error) => error.into(),
            other => Self::Usage(other.to_string()),
        }
    }
}

impl From<ForecastError> for Fault {
    fn from(error: ForecastError) -> Self {
        let text = error.to_string();
        match error {
            ForecastError::Run(error) => error.into(),
            ForecastError::NothingKnown | ForecastError::TooMany { .. } => Self::Usage(text),
            ForecastError::TooLittle { weighed, effective, least, .. } => Self::Forecast { text, weighed, effective: [effective, least] },
        }
    }
}

impl From<StudyError> for Fault {
    fn from(error: StudyError) -> Self {
        match error {
            StudyError::Question(error) => error.into(),
            StudyError::Run(error) => error.into(),
        }
    }
}

impl From<CompareError> for Fault {
    fn from(error: CompareError) -> Self {
        match error {
            CompareError::Apart(apart) => Self::Usage(apart.to_string()),
            CompareError::Run(error) => error.into(),
        }
    }
}

impl From<PricesError> for Fault {
    fn from(error: PricesError) -> Self {
        match error {
            PricesError::Run(error) => error.into(),
            other => Self::Own(other.to_string()),
        }
    }
}

impl From<SweepError> for Fault {
    fn from(error: SweepError) -> Self {
        match error {
            SweepError::Load(error) => error.into(),
            SweepError::Run(error) => error.into(),
        }
    }
}

impl From<ShardError> for Fault {
    fn from(error: ShardError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<Fault> for PyErr {
    fn from(fault: Fault) -> Self {
        Python::attach(|py| {
            let errors = || py.import("pfsim._errors");
            let made = match fault {
                Fault::Problems(files) => {
                    let texts: Vec<String> = files.iter().map(Problems::to_string).collect();
                    let heads: Vec<String> = files.iter().map(Problems::headline).collect();
                    let text = format!("{}\n\n{}", heads.join(", "), texts.join("\n\n"));
                    let data = serde_json::to_string(&pfsim::data::Problem::all(&files)).unwrap_or_default();
                    errors().and_then(|errors| errors.getattr("ScenarioError")?.call_method1("of", (text, data)))
                }
                Fault::Forecast { text, weighed, effective: [effective, least] } => {
                    errors().and_then(|errors| errors.call_method1("ForecastError", (text, weighed, effective, least)))
                }
                Fault::Usage(text) => errors().and_then(|errors| errors.call_method1("UsageError", (text,))),
                Fault::System(text) => errors().and_then(|errors| errors.call_method1("FileError", (text,))),
                Fault::Stopped => errors().and_then(|errors| errors.call_method1("Stopped", ("it was stopped",))),
                Fault::Own(text) => return PyRuntimeError::new_err(text),
            };
            made.map_or_else(|error| error, PyErr::from_value)
        })
    }
}

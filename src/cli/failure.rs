//! Why a command ended badly, and the exit code that says so.

use super::stderr;
use crate::scenario::{LoadError, Problems};
use crate::store::folder::FolderError;
use crate::store::journal::JournalError;
use crate::study::questions::QuestionError;
use crate::study::{FindError, ForecastError, PricesError, RunError, SweepError};

/// A failure with a documented exit code.
#[derive(Debug)]
pub enum Failure {
    /// Something could not be read or written: 1.
    Io(String),
    /// The command was given something it cannot work with: 2.
    Usage(String),
    /// The scenario has problems: 3.
    Invalid(Vec<Problems>),
    /// Something that was to hold does not: 4.
    NotMet(String),
    /// Ctrl-C: 130.
    Interrupted(String),
    /// Several at once: the smallest of their codes.
    Several(Vec<Failure>),
}

impl Failure {
    /// Says what happened on stderr and returns the exit code.
    pub fn report(self) -> u8 {
        let code = self.code();
        let message = match self {
            Self::Io(message) | Self::Usage(message) | Self::NotMet(message) | Self::Interrupted(message) => message,
            Self::Invalid(files) => {
                for problems in &files {
                    stderr::problems(problems);
                }
                let headlines: Vec<String> = files.iter().map(Problems::headline).collect();
                format!("{}; nothing was written", headlines.join(", "))
            }
            Self::Several(all) => {
                for failure in all {
                    failure.report();
                }
                return code;
            }
        };
        stderr::line(&format!("pfsim: {message}"));
        code
    }

    /// The files whose problems it is about; none where it is about something else.
    pub fn problems(&self) -> &[Problems] {
        match self {
            Self::Invalid(files) => files,
            Self::Several(all) => all.iter().map(Self::problems).find(|files| !files.is_empty()).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The exit code.
    fn code(&self) -> u8 {
        match self {
            Self::Io(_) => 1,
            Self::Usage(_) => 2,
            Self::Invalid(_) => 3,
            Self::NotMet(_) => 4,
            Self::Interrupted(_) => 130,
            Self::Several(all) => all.iter().map(Self::code).min().unwrap_or(1),
        }
    }
}

impl From<ForecastError> for Failure {
    fn from(error: ForecastError) -> Self {
        match error {
            ForecastError::Run(error) => error.into(),
            ForecastError::NothingKnown | ForecastError::TooMany { .. } => Self::Usage(error.to_string()),
            ForecastError::TooLittle { .. } => Self::NotMet(error.to_string()),
        }
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Unreadable { .. } => Self::Io(error.to_string()),
            LoadError::Override(error) => Self::Usage(error.to_string()),
            LoadError::Invalid(problems) => Self::Invalid(vec![problems]),
        }
    }
}

impl From<FolderError> for Failure {
    fn from(error: FolderError) -> Self {
        Self::Io(error.to_string())
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        Self::Io(error.to_string())
    }
}

impl Failure {
    /// A sweep keeps what it has done in `folder`.
    pub fn of_sweep(error: SweepError, folder: &std::path::Path) -> Self {
        match error {
            SweepError::Run(RunError::Interrupted(_)) => {
                Self::Interrupted(format!("interrupted; what is done is in {}: the same command goes on from there", folder.display()))
            }
            error => error.into(),
        }
    }
}

impl From<SweepError> for Failure {
    fn from(error: SweepError) -> Self {
        match error {
            SweepError::Load(error) => error.into(),
            SweepError::Run(error) => error.into(),
        }
    }
}

impl From<FindError> for Failure {
    fn from(error: FindError) -> Self {
        match error {
            FindError::Run(error) => error.into(),
            FindError::Unknown { .. } | FindError::Undefined(_) => Self::Usage(error.to_string()),
        }
    }
}

impl From<QuestionError> for Failure {
    fn from(error: QuestionError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<PricesError> for Failure {
    fn from(error: PricesError) -> Self {
        match error {
            PricesError::Run(error) => error.into(),
            PricesError::Unwritten(_) => Self::NotMet(error.to_string()),
            PricesError::Invalid(problems) => Self::Invalid(vec![problems]),
        }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Interrupted(error) => Self::Interrupted(format!("{error}; nothing was written")),
            RunError::Breach(_) => Self::NotMet(error.to_string()),
        }
    }
}

//! What a scenario, a sweep and a search can be asked, each in one call.

use super::questions::{self, QuestionError, knows};
use super::sensitivity::{Found, PATHS, moves};
use super::{Answer, Comparison, Dossier, Options, Prices, PricesError, Row, Run, RunError, StressTest, SweepError, TIMES, Trial};
use crate::analysis::Lint;
use crate::deal::Deal;
use crate::experiment::clauses::{self, Apart, Parts};
use crate::experiment::solve::{self, Solve};
use crate::experiment::sweep::{self, Sweep};
use crate::question::Question;
use crate::scenario::{Files, LoadError, Scenario, Sources};

/// Why a study gave no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StudyError {
    /// The deal has not what is asked for.
    #[error(transparent)]
    Question(#[from] QuestionError),
    /// The study was stopped, or an audit found a fault of this program.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// Why two scenarios were not compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// They cannot be.
    #[error(transparent)]
    Apart(#[from] Apart),
    /// It was stopped, or money was lost, which is a fault of this program.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// Two scenarios, the clauses in which they differ, and what these move.
#[derive(Clone, Debug)]
pub struct Between {
    /// The clauses.
    pub parts: Parts,
    /// Every figure under both, and who has more or less by which clauses.
    pub found: Comparison,
}

impl Scenario {
    /// Simulates it.
    ///
    /// # Errors
    /// [`RunError`]: it was stopped, or an audit found a fault of this program.
    ///
    /// ```
    /// let scenario = pfsim::Scenario::parse(pfsim::STARTER, pfsim::Memory::default())?;
    /// let run = scenario.run(&pfsim::Options::default().trials(500).audit(true))?;
    /// assert!(run.ask("payors.total.mean").is_some_and(|paid| paid.value > 0.0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run(&self, options: &Options) -> Result<Run, RunError> {
        super::run(&self.deal, options)
    }

    /// Simulates it and makes every study that a report shows: [`Scenario::bundle`] makes the report of that.
    ///
    /// # Errors
    /// [`RunError`]: it was stopped, or an audit found a fault of this program.
    ///
    /// ```
    /// let scenario = pfsim::Scenario::parse(pfsim::STARTER, pfsim::Memory::default())?;
    /// let dossier = scenario.dossier(&pfsim::Options::default().trials(200))?;
    /// let files = scenario.bundle(&dossier);
    /// assert!(files.left_out.is_empty() && files.text("report.html").is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn dossier(&self, options: &Options) -> Result<Dossier, RunError> {
        super::dossier(&self.deal, options)
    }

    /// What is valid but unwise in its terms; it is simulated, in 2,000 trials at most, to see.
    ///
    /// # Errors
    /// [`RunError`]: it was stopped.
    ///
    /// ```
    /// let scenario = pfsim::Scenario::parse(pfsim::STARTER, pfsim::Memory::default())?;
    /// let reckless = scenario.with(["payor.\"City\".cap = 100_000"])?;
    /// let lints = reckless.lints(&pfsim::Options::default())?;
    /// assert!(lints.iter().any(|lint| lint.at == "payor.\"City\".cap"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn lints(&self, options: &Options) -> Result<Vec<Lint>, RunError> {
        super::unwise(&self.deal, options)
    }

    /// Which input matters for `figures` (`payors.total.p95`, `investors.loss`; what payors pay and whether investors lose where none are
    /// named): each input low and high, its share of the variance, its effect step by step.
    ///
    /// # Errors
    /// [`StudyError`]: there is no such figure, or it was stopped.
    ///
    /// ```
    /// let scenario = pfsim::Scenario::parse(pfsim::STARTER, pfsim::Memory::default())?;
    /// let found = scenario.sensitivity(&["payors.total.mean"], &pfsim::Options::default().trials(64))?;
    /// assert!(!found[0].swings.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sensitivity(&self, figures: &[&str], options: &Options) -> Result<Vec<Found>, StudyError> {
        let questions = self.figures(figures, questions::usual)?;
        Ok(super::sensitivity(&self.deal, &moves(&self.deal), &questions, PATHS, options)?)
    }

    /// What becomes of `figures` if it goes badly, one misfortune at a time, and what has to happen for investors to lose or a cap to bind.
    ///
    /// # Errors
    /// [`StudyError`]: there is no such figure, or it was stopped.
    ///
    /// ```
    /// let scenario = pfsim::Scenario::parse(pfsim::STARTER, pfsim::Memory::default())?;
    /// let test = scenario.stress(&["payors.total.mean"], &pfsim::Options::default().trials(200))?;
    /// assert!(test.stressed.iter().any(|stressed| stressed.name == "no effect"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn stress(&self, figures: &[&str], options: &Options) -> Result<StressTest, StudyError> {
        let questions = self.figures(figures, questions::under_stress)?;
        Ok(super::stress_test(self, &questions, &questions::misfortunes(&self.deal), options)?)
    }

    /// What one more success pays, over the whole range of results of each payment, and prices without steps for the same money.
    ///
    /// # Errors
    /// [`PricesError`]: it was stopped, or a price without steps cannot be read.
    ///
    /// ```
    /// let scenario = pfsim::Scenario::parse(pfsim::STARTER, pfsim::Memory::default())?;
    /// let prices = scenario.prices(&pfsim::Options::default().trials(200))?;
    /// assert!(!prices.ranges.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn prices(&self, options: &Options) -> Result<Prices, PricesError> {
        super::prices(self, TIMES, options)
    }

    /// Compares it with `other` on the same trials: every figure under both, and which clause moves how much money from whom to whom.
    ///
    /// # Errors
    /// [`CompareError`]: they are in two currencies or draw from unlike tables of one name, or it was stopped.
    ///
    /// ```
    /// let scenario = pfsim::Scenario::parse(pfsim::STARTER, pfsim::Memory::default())?;
    /// let other = scenario.with(["payment.\"placements\".price.per_unit = 4_000"])?;
    /// let between = scenario.compare(&other, &pfsim::Options::default().trials(200))?;
    /// assert_eq!(between.parts.clauses[0].path, "payment.\"placements\".price.per_unit");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn compare(&self, other: &Self, options: &Options) -> Result<Between, CompareError> {
        let parts = clauses::between(self, other, options.seed_of(&self.deal))?;
        let found = super::compare(&parts, &options.of(&self.deal))?;
        Ok(Between { parts, found })
    }

    /// One trial in full, by its number from 0: the same as in any run under the same seed.
    ///
    /// ```
    /// let scenario = pfsim::Scenario::parse(pfsim::STARTER, pfsim::Memory::default())?;
    /// let trial = scenario.trial(17, &pfsim::Options::default());
    /// assert!(trial.metrics.iter().any(|(name, paid)| name == "payors.total" && *paid >= 0.0));
    /// # Ok::<(), pfsim::Problems>(())
    /// ```
    #[must_use]
    pub fn trial(&self, number: u64, options: &Options) -> Trial {
        super::trace(&self.deal, options.seed_of(&self.deal), number)
    }

    fn figures(&self, names: &[&str], usual: fn(&Deal) -> Vec<Question>) -> Result<Vec<Question>, QuestionError> {
        match names {
            [] => Ok(usual(&self.deal)),
            names => names.iter().map(|name| questions::figure(&self.deal, name)).collect(),
        }
    }
}

impl Sweep {
    /// The sweep with the text `text`; its scenarios, and what they name, are read from `files`.
    ///
    /// # Errors
    /// [`LoadError`]: the text, or a scenario that it names, has problems.
    ///
    /// ```
    /// let files = pfsim::Memory::default().with("deal.toml", pfsim::STARTER);
    /// let text = r#"
    /// [sweep]
    /// name = "prices"
    /// scenarios = ["deal.toml"]
    /// metrics = ["payors.total.mean", "investors.loss"]
    /// trials = 200
    /// [[axis]]
    /// name = "price"
    /// levers = ['payment."placements".price.per_unit']
    /// values = [4_000, 5_000]
    /// "#;
    /// let sweep = pfsim::Sweep::parse(text, files)?;
    /// let rows = sweep.run(&pfsim::Options::default())?;
    /// assert!(rows[0].values[0][0] < rows[1].values[0][0]);
    /// assert!(sweep.bundle(&rows).text("sweep.csv").is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(text: impl Into<String>, files: impl Files + 'static) -> Result<Self, LoadError> {
        sweep::parse("sweep.toml", text.into(), &knows, &Sources::new(files))
    }

    /// Simulates every scenario; rows in the order of the scenarios. Trials and seed are the sweep's own where `options` say none.
    ///
    /// # Errors
    /// [`SweepError`]: a scenario cannot be made, or it was stopped.
    pub fn run(&self, options: &Options) -> Result<Vec<Row>, SweepError> {
        let keep = |_: &[Row]| Ok::<(), SweepError>(());
        let mut rows = super::sweep(self, &self.asked(), (0..self.count()).collect(), options, keep)?;
        rows.sort_by_key(|row| row.index);
        Ok(rows)
    }
}

impl Solve {
    /// The search with the text `text`; its scenario, and what that names, is read from `files`.
    ///
    /// # Errors
    /// [`LoadError`]: the text, or the scenario that it names, has problems.
    ///
    /// ```
    /// let files = pfsim::Memory::default().with("deal.toml", pfsim::STARTER);
    /// let text = r#"
    /// [solve]
    /// name = "lowest price"
    /// scenario = "deal.toml"
    /// minimise = "price"
    /// such_that = ["payors.total.mean >= 300_000"]
    /// trials = 200
    /// [[lever]]
    /// name = "price"
    /// levers = ['payment."placements".price.per_unit']
    /// from = 3_000
    /// to = 9_000
    /// step = 500
    /// "#;
    /// let search = pfsim::Solve::parse(text, files)?;
    /// let answer = search.run(&pfsim::Options::default())?;
    /// assert!(answer.best().meets());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(text: impl Into<String>, files: impl Files + 'static) -> Result<Self, LoadError> {
        solve::parse("solve.toml", text.into(), &knows, &Sources::new(files))
    }

    /// Makes the search. Trials and seed are its own where `options` say none.
    ///
    /// # Errors
    /// [`SweepError`]: no candidate can be, or it was stopped.
    pub fn run(&self, options: &Options) -> Result<Answer, SweepError> {
        super::solve(self, options)
    }
}

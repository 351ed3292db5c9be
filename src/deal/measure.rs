//! What the evaluator reports about an outcome.

use super::{CohortId, MeasureId, OutcomeRef};
use crate::sampling::Distribution;

/// A source of data in which people are found or not; measures that share it share who was found.
#[derive(Clone, Debug)]
pub struct Records {
    /// Name of the source.
    pub name: String,
    /// Share of people who are found in it, 0 to 1; one draw a trial.
    pub match_rate: Distribution,
}

/// One reported number per group of cohorts.
#[derive(Clone, Debug)]
pub struct Measure {
    /// Name of the measure.
    pub name: String,
    /// What is measured.
    pub of: OutcomeRef,
    /// With what the participants are compared.
    pub method: Method,
    /// Where the data come from; `None` where everybody is found.
    pub records: Option<usize>,
    /// Share of true outcomes reported as none, 0 to 1.
    pub false_negative: f64,
    /// Share of people without the outcome reported as having it, 0 to 1.
    pub false_positive: f64,
    /// Periods from the outcome to the report.
    pub observed_after: u32,
    /// Which cohorts are reported together.
    pub pool: Pool,
    /// Cohorts that it looks at; all of them where empty.
    pub cohorts: Vec<CohortId>,
    /// With fewer people enrolled in a group nothing is reported of it.
    pub minimum_sample: u32,
    /// Share of participants who got the treatment, above 0 to 1: the difference is divided by it (treatment on the treated).
    pub treated_share: f64,
    /// Whether nobody wrote it: an outcome that a payment or an expression names is counted.
    pub implied: bool,
}

/// How the evaluator knows what would have happened anyway.
#[derive(Clone, Debug)]
pub enum Method {
    /// It does not: outcomes are counted.
    Count,
    /// A lottery decided who got in.
    Randomized(Comparators),
    /// Similar people were found, with a bias that nobody can see.
    Matched {
        /// Who they are compared with.
        comparators: Comparators,
        /// Bias of the comparison rate, in its own units, one draw a trial: above zero it puts the rate too high, and so the difference
        /// too low, or, where fewer are better, too large.
        bias: Distribution,
    },
    /// They are compared with what was known before.
    Historical(History),
    /// The first cohorts are compared with a fixed rate, the later ones with people whom a lottery left out.
    FixedThenLive {
        /// The fixed rate (or mean).
        baseline: f64,
        /// Number of cohorts compared with it.
        cohorts: u32,
        /// Who the later ones are compared with.
        comparators: Comparators,
    },
    /// The weighted difference that other measures of the same outcome and cohorts find.
    Blend(Vec<(MeasureId, f64)>),
    /// An evaluator without any error reports the true effect: what the best evaluation in the world would have found.
    Exact,
}

/// A comparison with the past: the reported rate or mean is `earlier − drift − regression`, with sampling noise where it was estimated.
/// `earlier` is the baseline where the contract states one, and otherwise what would have happened without the program.
#[derive(Clone, Debug)]
pub struct History {
    /// The rate (or mean) of earlier people.
    pub baseline: Option<f64>,
    /// Number of earlier people it was estimated from; `None` where it is taken as known.
    pub estimated_from: Option<u32>,
    /// Change of the world since then; one draw a trial.
    pub drift: Distribution,
    /// By how much people chosen in a bad moment get better by themselves (have more of it, or less where fewer are better); one draw a
    /// trial.
    pub regression: Distribution,
}

/// The people the participants are compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparators {
    /// Number of them for each cohort, at least 1.
    pub per_cohort: u32,
}

/// Which cohorts one report covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pool {
    /// Each cohort by itself.
    Cohort,
    /// The cohorts of each site.
    Site,
    /// All cohorts that enrol in the same year of the deal.
    Year,
    /// All cohorts.
    All,
}

/// A number that a measure reports for a group of cohorts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Statistic {
    /// Participants found with the outcome.
    Units,
    /// Participants enrolled.
    Enrolled,
    /// Units over enrolled, 0 to 1 (0 when nobody enrolled).
    Rate,
    /// The comparison group's rate, 0 to 1.
    ComparisonRate,
    /// By how much the rate is better than the comparison rate: above it, or below it where fewer are better.
    Difference,
    /// Difference over comparison rate (0 when that rate is 0).
    RelativeChange,
    /// Difference times enrolled: outcomes that would not have happened otherwise, or were avoided where fewer are better, as found.
    Additional,
    /// Comparison rate less rate; asked only of what fewer are better of, where it is the difference.
    Decrease,
    /// Decrease over comparison rate (0 when that rate is 0); asked only of what fewer are better of, where it is the relative change.
    Reduction,
    /// Decrease times enrolled; asked only of what fewer are better of, where it is `additional`.
    Avoided,
    /// Standard error of the difference.
    StandardError,
    /// Two-sided p-value of the difference.
    PValue,
}

impl Statistic {
    /// Every statistic with the word a scenario uses for it.
    pub const WORDS: [(&'static str, Self); 12] = [
        ("units", Self::Units),
        ("enrolled", Self::Enrolled),
        ("rate", Self::Rate),
        ("comparison_rate", Self::ComparisonRate),
        ("difference", Self::Difference),
        ("relative_change", Self::RelativeChange),
        ("additional", Self::Additional),
        ("decrease", Self::Decrease),
        ("reduction", Self::Reduction),
        ("avoided", Self::Avoided),
        ("standard_error", Self::StandardError),
        ("p_value", Self::PValue),
    ];

    /// The word a scenario uses for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, statistic)| *statistic == self).map_or("units", |(word, _)| word)
    }

    /// The same number of what fewer are better of, by the name that says so: the improvement is a decrease.
    #[must_use]
    pub fn of_fewer(self) -> Self {
        match self {
            Self::Difference => Self::Decrease,
            Self::RelativeChange => Self::Reduction,
            Self::Additional => Self::Avoided,
            other => other,
        }
    }

    /// The inverse of [`Statistic::of_fewer`]: the name that holds whichever way is better.
    #[must_use]
    pub fn of_more(self) -> Self {
        match self {
            Self::Decrease => Self::Difference,
            Self::Reduction => Self::RelativeChange,
            Self::Avoided => Self::Additional,
            other => other,
        }
    }

    /// Whether it is an improvement by its name only where fewer are better.
    #[must_use]
    pub fn lowers(self) -> bool {
        matches!(self, Self::Decrease | Self::Reduction | Self::Avoided)
    }

    /// Whether it is a share of people, spoken of in percent and points.
    #[must_use]
    pub fn is_share(self) -> bool {
        !matches!(self, Self::Units | Self::Enrolled | Self::Additional | Self::Avoided | Self::StandardError | Self::PValue)
    }

    /// Whether it is a change over the comparison group's rate, spoken of in percent also where the rates are means.
    #[must_use]
    pub fn is_relative(self) -> bool {
        matches!(self, Self::RelativeChange | Self::Reduction)
    }

    /// Whether it needs somebody to compare with.
    #[must_use]
    pub fn compares(self) -> bool {
        !matches!(self, Self::Units | Self::Enrolled | Self::Rate)
    }
}

impl Measure {
    /// The number meant when an expression or a step table names the measure alone: the difference where there is a comparison,
    /// the count where there is none.
    #[must_use]
    pub fn headline(&self) -> Statistic {
        if self.compares() { Statistic::Difference } else { Statistic::Units }
    }

    /// Whether its units are people (and not days, money or repeatable claims).
    #[must_use]
    pub fn counts_people(&self, deal: &super::Deal) -> bool {
        match self.of {
            OutcomeRef::Enrolled => true,
            OutcomeRef::Outcome(outcome) => deal.outcomes[outcome].is_yes_no(),
        }
    }

    /// Whether the fewer units it finds, the better.
    #[must_use]
    pub fn fewer_is_better(&self, deal: &super::Deal) -> bool {
        matches!(self.of, OutcomeRef::Outcome(outcome) if deal.outcomes[outcome].fewer_is_better)
    }

    /// A number of it in the words of a contract, such as `comparison rate`; an improvement by a decrease is called one.
    #[must_use]
    pub fn spoken(&self, deal: &super::Deal, statistic: Statistic) -> String {
        let statistic = if self.fewer_is_better(deal) { statistic.of_fewer() } else { statistic };
        statistic.word().replace('_', " ")
    }

    /// Whether the evaluator compares participants with anybody.
    #[must_use]
    pub fn compares(&self) -> bool {
        match self.method {
            Method::Count => false,
            Method::Randomized(_)
            | Method::Matched { .. }
            | Method::Historical(_)
            | Method::FixedThenLive { .. }
            | Method::Blend(_)
            | Method::Exact => true,
        }
    }
}

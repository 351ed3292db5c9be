//! Why is there no such distribution, and what would do?

/// Why a law or distribution was refused. The message states the rule and then, after a semicolon, the remedy.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LawError {
    /// A parameter is NaN, infinite or beyond ±10¹⁵.
    #[error("{name} must be a finite number within ±10^15, found {found}; write a plain number")]
    NotFinite {
        /// The parameter.
        name: &'static str,
        /// Its value.
        found: f64,
    },
    /// A parameter that must be above zero is not.
    #[error("{name} must be above 0, found {found}; write a plain number instead of a distribution if the value is certain")]
    NotPositive {
        /// The parameter.
        name: &'static str,
        /// Its value.
        found: f64,
    },
    /// A parameter lies outside its range.
    #[error("{name} must lie between {low} and {high}, found {found}; {remedy}")]
    OutOfRange {
        /// The parameter.
        name: &'static str,
        /// The least value allowed.
        low: f64,
        /// The greatest value allowed.
        high: f64,
        /// Its value.
        found: f64,
        /// What would do.
        remedy: &'static str,
    },
    /// An interval has no inside.
    #[error("low must be below high, found {low} and {high}; swap them, or write a plain number if the value is certain")]
    Reversed {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// The peak of a triangle lies outside it.
    #[error("mode must lie from low = {low} to high = {high}, found {mode}; put low, mode and high in order")]
    ModeOutside {
        /// Lower end.
        low: f64,
        /// The peak.
        mode: f64,
        /// Upper end.
        high: f64,
    },
    /// A beta law cannot spread that far.
    #[error("sd must be below sqrt(mean (1 - mean)) = {largest:.4}, found {found}; choose a smaller sd")]
    BetaSd {
        /// The bound.
        largest: f64,
        /// The standard deviation asked for.
        found: f64,
    },
    /// There is nothing to choose from.
    #[error("a list of weighted values or parts must name at least one; add one, or write a plain number")]
    NoParts,
    /// Values and weights do not pair.
    #[error("each value needs one weight, found {values} values and {weights} weights; make the lists equally long")]
    Unpaired {
        /// How many values.
        values: usize,
        /// How many weights.
        weights: usize,
    },
    /// A weight is negative, NaN or infinite, or all are zero.
    #[error("weights must be 0 or more and at least one above 0, found {found}; weights such as 0.3 and 0.7 are shares of the whole")]
    Weights {
        /// The weight that is wrong, or their sum.
        found: f64,
    },
    /// An interval does not fit the family that should have it.
    #[error("a {family} law lies {place}, found an interval from {low} to {high}; move the interval, or name another family")]
    IntervalOutside {
        /// Name of the family.
        family: &'static str,
        /// Where its values lie.
        place: &'static str,
        /// Lower end of the interval.
        low: f64,
        /// Upper end of the interval.
        high: f64,
    },
    /// No beta law that the engine takes has this interval.
    #[error("no beta law with shapes from 0.01 to 10,000,000 has {share} of its mass from {low} to {high}; use family = \"normal\"")]
    NoSuchBeta {
        /// Mass of the interval.
        share: f64,
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// A truncation or clip has no inside.
    #[error("the bounds a law is {what} to need low below high, found {low} and {high}; drop or move one of them")]
    EmptyBounds {
        /// "truncated" or "clipped".
        what: &'static str,
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
    },
    /// A truncation keeps next to nothing of its law.
    #[error(
        "a truncation must keep at least one millionth of the law, from {low} to {high} it keeps {kept:e}; choose a law that lies where its values are meant to be"
    )]
    NothingKept {
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
        /// Share kept.
        kept: f64,
    },
}

impl LawError {
    /// The rule that was broken, and what was found.
    #[must_use]
    pub fn rule(&self) -> String {
        let message = self.to_string();
        message.split_once("; ").map_or(message.clone(), |(rule, _)| rule.to_string())
    }

    /// What would do.
    #[must_use]
    pub fn remedy(&self) -> String {
        self.to_string().split_once("; ").map(|(_, remedy)| remedy.to_string()).unwrap_or_default()
    }
}

//! What may be asked of many trials, by name: a figure of a metric, and what it must meet.
//!
//! Comes in: names as people write them. Goes out: [`Question`]s and [`Requirement`]s. Must never know: which metrics a deal has.

/// What is asked of a metric: the last part of its name, such as `payors.total.p95`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Mean of a number, or how often a chance holds.
    Mean,
    /// Standard deviation.
    Sd,
    /// 5% quantile.
    P5,
    /// 25% quantile.
    P25,
    /// Median.
    P50,
    /// 75% quantile.
    P75,
    /// 95% quantile.
    P95,
    /// Least value.
    Min,
    /// Greatest value.
    Max,
    /// Mean of the lowest 5%, of a gain.
    Shortfall,
    /// Share of trials without a value.
    Undefined,
}

impl Figure {
    /// Every figure and its name.
    pub const ALL: [(&'static str, Self); 11] = [
        ("mean", Self::Mean),
        ("sd", Self::Sd),
        ("p5", Self::P5),
        ("p25", Self::P25),
        ("p50", Self::P50),
        ("p75", Self::P75),
        ("p95", Self::P95),
        ("min", Self::Min),
        ("max", Self::Max),
        ("es5", Self::Shortfall),
        ("undefined", Self::Undefined),
    ];
}

/// A figure of a metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// As it was asked: `payors.total.p95`, `investors.loss`.
    pub name: String,
    /// The metric's own name.
    pub metric: String,
    /// The figure.
    pub figure: Figure,
}

impl Question {
    /// Splits a name into metric and figure; the mean where it names none.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let known = |(last, figure): &(&str, Figure)| {
            name.strip_suffix(last).and_then(|rest| rest.strip_suffix('.')).map(|metric| (metric.to_string(), *figure))
        };
        let (metric, figure) = Figure::ALL.iter().find_map(known).unwrap_or_else(|| (name.to_string(), Figure::Mean));
        Self { name: name.to_string(), metric, figure }
    }
}

/// Something that a figure must meet.
#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    /// As it was written.
    pub text: String,
    /// The figure.
    pub question: Question,
    /// Whether it may be at most (true) or must be at least the bound.
    pub at_most: bool,
    /// The bound, in the unit of the figure: major units of money, people, years, or a share from 0 to 1.
    pub bound: f64,
}

impl Requirement {
    /// Reads `investors.loss <= 0.10`; `None` where it is not a figure, `<=` or `>=`, and a number.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let (at, at_most) = text.find("<=").map(|at| (at, true)).or_else(|| text.find(">=").map(|at| (at, false)))?;
        let (name, bound) = (text[..at].trim(), text[at + 2..].replace('_', ""));
        let bound: f64 = match bound.trim().strip_suffix('%') {
            Some(percent) => percent.trim().parse::<f64>().ok()? / 100.0,
            None => bound.trim().parse().ok()?,
        };
        let sound = !name.is_empty() && bound.is_finite();
        sound.then(|| Self { text: text.trim().to_string(), question: Question::new(name), at_most, bound })
    }

    /// By how much `value` meets it, in the unit of the figure; below zero where it does not.
    #[must_use]
    pub fn margin(&self, value: f64) -> f64 {
        if self.at_most { self.bound - value } else { value - self.bound }
    }
}

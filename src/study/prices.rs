//! Every payment over the range of its results, and what would cost the same without steps.

use super::cliffs::{Range, cliffs_in};
use super::options::Course;
use super::smoother::{dearer_in, smoother_in};
use super::{Options, Phase, RunError};
use crate::deal::PaymentId;
use crate::experiment::pieces::{Piece, with_pieces};
use crate::quantity::Money;
use crate::scenario::overrides::OverrideError;
use crate::scenario::{Problems, Scenario};

/// How many times the average price of a success one more pays to be a cliff, where nothing else is said.
pub const TIMES: f64 = 3.0;

/// A price without steps, and what it was found to cost.
#[derive(Clone, Debug)]
pub struct Smooth {
    /// The payment.
    pub payment: PaymentId,
    /// The price, as it may be pasted.
    pub price: String,
    /// What all payors pay more than with the steps, its standard error, and what they pay with the steps, in major units.
    pub dearer: [f64; 3],
}

/// Every payment over the range of its results.
#[derive(Clone, Debug)]
pub struct Prices {
    /// Of each payment that is paid on a result.
    pub ranges: Vec<Range>,
    /// Prices without steps for the same money, where there are any.
    pub smooth: Vec<Smooth>,
    /// Trials behind what is expected.
    pub trials: u64,
}

/// Why there are no prices.
#[derive(Debug, thiserror::Error)]
pub enum PricesError {
    /// It was stopped.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A price without steps cannot be written into the text: a fault of this program.
    #[error("{0}; this is a fault of pfsim, please report it with the scenario")]
    Unwritten(OverrideError),
    /// The text with that price has problems.
    #[error(transparent)]
    Invalid(#[from] Problems),
}

/// Looks at every payment that is paid on a result, where a jump is `times` the average price of a success, and looks for prices without
/// steps for the same money.
///
/// # Errors
/// [`PricesError`]: it was stopped, or a price without steps cannot be read.
pub fn prices(scenario: &Scenario, times: f64, options: &Options) -> Result<Prices, PricesError> {
    let course = options.begin(Phase::Cliffs, &scenario.deal, |trials| trials);
    let ranges = cliffs_in(&scenario.deal, times, &course)?;
    let mut smooth = Vec::new();
    for range in &ranges {
        smooth.extend(smoothed(scenario, range.payment, &course.quiet())?);
    }
    Ok(Prices { ranges, smooth, trials: course.trials })
}

/// A price without steps, read again from the changed file and simulated; none where it does not hold its cost within a standard error.
fn smoothed(scenario: &Scenario, payment: PaymentId, course: &Course) -> Result<Option<Smooth>, PricesError> {
    let deal = &scenario.deal;
    let Some(found) = smoother_in(deal, payment, course)? else { return Ok(None) };
    let major = |minor: f64| minor / deal.currency.minor_units() as f64;
    let per = if found.points { 100.0 } else { 1.0 };
    let trim = |value: f64| (value * 1e6).round() / 1e6;
    let pieces: Vec<Piece> = found.lines.iter().map(|&[from, slope]| Piece { from, slope: trim(major(slope) / per) }).collect();
    let first = deal.currency.major(Money(found.otherwise as i64));
    let (price, text) =
        with_pieces(&scenario.text, &deal.payments[payment].name, first, &pieces, found.points).map_err(PricesError::Unwritten)?;
    let dearer = dearer_in(deal, &scenario.reread(&text)?, course)?;
    let holds = dearer[0].abs() <= dearer[1] || dearer[0].abs() < 1.0;
    Ok(holds.then_some(Smooth { payment, price, dearer }))
}

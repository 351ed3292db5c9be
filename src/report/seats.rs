//! What every side of the table looks at, in words: names, values with their errors, differences.

use super::question::capital;
use crate::deal::Deal;
use crate::metrics::{Asked, Catalogue, Quantity, Side, Unit};
use crate::quantity::Currency;
use crate::question::{Figure, Question};
use crate::study::{About, Apart, Estimate, Run, Seat, Sight};
use crate::words::money;
use crate::words::number;
use crate::words::share;

/// A line of a seat: what is looked at.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its name where it is asked for: `payor."City".total.p95`; empty for what no run can be asked.
    pub name: String,
    /// What it is called under its side.
    pub label: String,
    /// What it means, in a sentence.
    pub definition: String,
    unit: Unit,
    /// For whom more is better, for whom less.
    better: Option<bool>,
    currency: Currency,
}

/// What a side is called as a heading.
#[must_use]
pub fn heading(deal: &Deal, about: &About) -> String {
    match about {
        About::Payor(name) | About::Payment(name) | About::Tranche(name) | About::Guarantor(name) => name.clone(),
        About::Payors => "All payors together".into(),
        About::Investors => capital(crate::metrics::Investment::Together.said(deal)),
        About::Provider => deal.program.provider.clone(),
        About::Program => capital(deal.program.served()),
    }
}

impl Line {
    /// The line of `sight` at `seat`; `None` where the deal has no such figure.
    #[must_use]
    pub fn new(deal: &Deal, catalogue: &Catalogue, seat: &Seat, sight: &Sight) -> Option<Self> {
        let currency = deal.currency;
        match sight {
            Sight::Figure(question) => {
                let asked = catalogue.asked(question)?;
                let quantity = asked.quantity(deal);
                let better = if [Figure::P5, Figure::P95, Figure::P50, Figure::Mean, Figure::Shortfall].contains(&question.figure) {
                    better(&quantity, seat.side)
                } else {
                    None
                };
                let whose = whose(&seat.about, &asked, &quantity, question);
                let unit = quantity.unit;
                let definition = quantity.definition.to_string();
                Some(Self { name: question.name.clone(), label: whose, definition, unit, better, currency })
            }
            Sight::CostPerAdditional(outcome) => {
                let outcome = &deal.outcomes[*outcome];
                let what = if outcome.fewer_is_better { "avoided" } else { "thanks to the program" };
                Some(Self {
                    name: String::new(),
                    label: format!("payors pay per “{}” {what}", outcome.name),
                    definition: "What all payors pay on average over the additional outcomes on average.".into(),
                    unit: Unit::Money,
                    better: None,
                    currency,
                })
            }
        }
    }

    /// A value with its standard error where it has one.
    #[must_use]
    pub fn value(&self, run: &Run, found: &Estimate) -> String {
        let Estimate { value, error } = *found;
        if let Some(chance) = run.chances.iter().find(|chance| chance.name == self.name) {
            return super::numbers::percent(Some(&chance.share));
        }
        let plain = self.plain(value);
        match error.filter(|_| value.is_finite()) {
            Some(error) if self.unit == Unit::Money => money::with_error(self.currency, value, error),
            Some(error) if matches!(self.unit, Unit::Share | Unit::Rate) => share::with_error(value, error),
            Some(error) => format!("{plain} ± {}", self.size(error)),
            None => plain,
        }
    }

    /// A value alone.
    #[must_use]
    pub fn plain(&self, value: f64) -> String {
        match self.unit {
            _ if value.is_nan() => number::NONE.into(),
            Unit::Money => money::whole(self.currency, value),
            Unit::Share => share::percent(value),
            Unit::Rate => share::rate(value),
            Unit::Points => share::points(value),
            Unit::People | Unit::Count | Unit::Amount | Unit::Multiple => self.size(value),
        }
    }

    fn size(&self, value: f64) -> String {
        match self.unit {
            Unit::Points => share::size_in_points(value),
            Unit::Multiple => number::fixed(value, 2),
            _ => number::fixed(value, if value.abs() >= 1_000.0 { 0 } else { 1 }),
        }
    }

    /// A difference with its sign.
    #[must_use]
    pub fn difference(&self, value: f64) -> String {
        match self.unit {
            _ if value.is_nan() => number::NONE.into(),
            Unit::Money => money::change(self.currency, value),
            Unit::Share | Unit::Rate | Unit::Points => share::points(value),
            _ => number::signed(value, &self.size(value.abs())),
        }
    }

    /// Whether a difference is to this side's advantage; `None` where it is neither, or cannot be told from nothing.
    #[must_use]
    pub fn is_better(&self, apart: &Apart) -> Option<bool> {
        let [difference, ..] = *apart;
        if is_noise(apart) { None } else { self.better.map(|more| more == (difference > 0.0)) }
    }
}

/// Whether a difference cannot be told from nothing: its 95% interval holds 0, or there is no interval.
#[must_use]
pub fn is_noise(&[difference, low, high]: &Apart) -> bool {
    difference == 0.0 || !low.is_finite() || (low <= 0.0 && high >= 0.0)
}

/// Whether more of it is better for a side (true), or less.
fn better(quantity: &Quantity, side: Side) -> Option<bool> {
    let [more, less] = [quantity.better.more, quantity.better.less].map(|sides| sides.contains(&side));
    (more != less).then_some(more)
}

/// What a figure is called under its side.
fn whose(about: &About, asked: &Asked, quantity: &Quantity, question: &Question) -> String {
    // What is of something else than the side itself says of what.
    let own = match about {
        About::Payor(name) => question.metric.starts_with(&format!("payor.\"{name}\".")),
        About::Program => !question.metric.starts_with("outcome."),
        _ => true,
    };
    let words = if own { &quantity.short } else { &quantity.label };
    match (asked, question.figure) {
        (Asked::Chance(_), _) => words.clone(),
        (_, Figure::Mean) => format!("{words}, on average"),
        (_, Figure::P50) => format!("{words}, median"),
        (_, Figure::P5) => format!("{words}, 5th percentile"),
        (_, Figure::P95) => format!("{words}, 95th percentile"),
        (_, Figure::Shortfall) => format!("{words}, mean of the worst 1 in 20"),
        _ => words.clone(),
    }
}

//! Promises of the outcome payors: gate, price, limit, schedule.

use super::{CohortId, Deal, Gate, MeasureId, OutcomeId, PayorId, Price};
use crate::quantity::Money;

/// Somebody who pays for outcomes.
#[derive(Clone, Debug, Default)]
pub struct Payor {
    /// Name of the payor.
    pub name: String,
    /// Most it pays over the whole deal.
    pub cap: Option<Money>,
    /// Most it pays in one fiscal year; what exceeds it lapses, or waits if `carries_over`.
    pub cap_per_fiscal_year: Option<Money>,
    /// Most it pays in each fiscal year of the deal, by index of the year; empty where no appropriation is named.
    pub appropriations: Vec<Money>,
    /// Whether what a yearly limit cuts waits for the next year.
    pub carries_over: bool,
    /// The chance that it does not pay.
    pub hazard: Option<Hazard>,
    /// Set aside for the deal: paid even when the payor does not.
    pub escrow: Money,
    /// Periods by which it pays late.
    pub delay: u32,
    /// What one additional outcome is worth to it on the day it happens, or one avoided where fewer are better: the outcome and minor units, not rounded.
    pub value_per_outcome: Vec<(OutcomeId, f64)>,
    /// Cohorts whose outcomes are worth anything to it; all of them where empty.
    pub cohorts: Vec<CohortId>,
}

/// The chance that a payor does not pay what it owes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hazard {
    /// Chance in a year, 0 to 1.
    pub per_year: f64,
    /// Whether it never pays again (absorbing), or each fiscal year is decided anew.
    pub lasting: bool,
}

/// One promise.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Name of the payment.
    pub name: String,
    /// Who pays, and which share of it; the shares add up to 1.
    pub payors: Vec<(PayorId, f64)>,
    /// The measure it is paid on, where it is paid on one.
    pub on: Option<MeasureId>,
    /// Gate and price, from the first period on and as amended later; rising first periods, the first of them 0.
    pub terms: Vec<Terms>,
    /// Whether an amount below zero is owed to the payor; otherwise it counts as nothing.
    pub two_way: bool,
    /// Whether the provider refunds it, whatever it has received; otherwise it does so in the last place, up to what it has received.
    pub refunded_by_provider: bool,
    /// Which claims it is for.
    pub claims: Claims,
    /// Parts of each claim, in order; one part of share 1 where it is paid at once.
    pub instalments: Vec<Instalment>,
    /// Periods from the report to the payment.
    pub paid_after: u32,
    /// How prices rise.
    pub escalator: Option<Escalator>,
    /// Bidder's discount: the share by which every price is lowered, 0 up to but not including 1.
    pub discount: f64,
    /// Limits that no amendment changes.
    pub limits: Limits,
}

/// Gate, price and cap from a period on.
#[derive(Clone, Debug)]
pub struct Terms {
    /// First period in which they hold.
    pub first_period: u32,
    /// Nothing is due for a group of cohorts unless this holds.
    pub when: Option<Gate>,
    /// What is due when the gate is open.
    pub price: Price,
    /// Most that is paid over the whole deal.
    pub cap: Option<Money>,
}

/// Which claims a payment is for.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    /// Cohorts it is for; all of them where empty.
    pub cohorts: Vec<CohortId>,
    /// First period in which a claim may fall due.
    pub first_period: u32,
    /// Last period in which a claim may fall due.
    pub last_period: Option<u32>,
    /// Periods in which a payment that is not paid on a measure falls due.
    pub periods: Vec<u32>,
}

/// Limits of one payment. Money limits are minor units over the time they name.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// Least that is paid over the whole deal where anything of the payment is due: the last claim is raised to it.
    pub floor: Option<Money>,
    /// Most for each person, each of whom claims once: of a price for each person with a yes-or-no outcome of one round.
    pub per_person: Option<Money>,
    /// Most for a group of cohorts, as an amount for each person enrolled: an average, whoever the claims are for.
    pub per_enrolled: Option<Money>,
    /// Most for each group of cohorts.
    pub per_cohort: Option<Money>,
    /// Most that falls due in one period.
    pub per_period: Option<Money>,
    /// Most that falls due in one fiscal year; what a payor carries over counts where it fell due.
    pub per_fiscal_year: Option<Money>,
    /// Largest share of all that its payors pay, 0 to 1; what exceeds it waits until the other payments have grown.
    pub share: Option<f64>,
}

/// A part of a claim that is paid by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Instalment {
    /// Its share of the claim; the shares add up to 1.
    pub share: f64,
    /// Periods after the first possible day.
    pub after: u32,
}

/// Prices that rise with time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Escalator {
    /// Rise in a year; 0.02 is 2%.
    pub per_year: f64,
    /// Period in which the stated prices hold: they rise at each full year after it.
    pub from: u32,
}

/// A right or duty to end the program early.
#[derive(Clone, Debug)]
pub struct Stop {
    /// Its name.
    pub name: String,
    /// The one period in which it is looked at; every period where absent.
    pub period: Option<u32>,
    /// When the program ends.
    pub when: Gate,
    /// Whether people who already enrolled are no longer paid for.
    pub payments_end: bool,
}

impl Payment {
    /// By what a price of a claim that is known in the period `known` is multiplied: the discount, and how prices have risen; 0 or more.
    #[must_use]
    pub fn factor(&self, deal: &Deal, known: u32) -> f64 {
        let risen = self.escalator.map_or(1.0, |escalator| {
            let years = known.saturating_sub(escalator.from) / deal.timeline.length.per_year();
            crate::numeric::math::pow(1.0 + escalator.per_year, f64::from(years))
        });
        (1.0 - self.discount) * risen
    }

    /// The first measure that is paid for, where there is one.
    #[must_use]
    pub fn first_measure(&self) -> Option<MeasureId> {
        match self.terms[0].price.lines() {
            Some(lines) => lines.first().map(|line| line.on),
            None => self.on,
        }
    }

    /// The measures that are paid for, in the order of the rate card; none for a payment that is not paid on a measure.
    #[must_use]
    pub fn measures(&self) -> Vec<MeasureId> {
        match self.terms[0].price.lines() {
            Some(lines) => lines.iter().map(|line| line.on).collect(),
            None => self.on.into_iter().collect(),
        }
    }
}

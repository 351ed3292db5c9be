//! Which figures two scenarios are compared by: for every party what it asks first.

use crate::deal::{Deal, OutcomeKind};
use crate::metrics::{Catalogue, Investment, Value};
use crate::numeric::grid::Grid;
use crate::settlement::{Limit, limits_of};

/// Whom a figure is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// A payor, by name.
    Payor(String),
    /// All payors together.
    Payors,
    /// A payment, by name.
    Payment(String),
    /// A tranche, by name.
    Tranche(String),
    /// All loans and equity together.
    Investors,
    /// A guarantor, by name.
    Guarantor(String),
    /// The provider.
    Provider,
    /// The program.
    Program,
}

/// What is taken of each trial, and how trials are summed up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Taken {
    /// The mean of a number.
    Mean(Value),
    /// How often a number is below zero.
    Below(Value),
    /// How often a number is above zero.
    Above(Value),
    /// How often a number is not above zero.
    Nothing(Value),
    /// How often a return reaches the hurdle.
    Reaches(Value, f64),
    /// The median of a number.
    Median(Value),
}

/// A figure of a deal.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    pub(super) about: About,
    pub(super) name: String,
    pub(super) taken: Taken,
}

impl Taken {
    pub(super) fn needs(self) -> Vec<Value> {
        match self {
            Self::Mean(value) | Self::Below(value) | Self::Above(value) | Self::Nothing(value) => vec![value],
            Self::Median(value) | Self::Reaches(value, _) => vec![value],
        }
    }

    /// One value per trial: the number itself, or 1 where it holds and 0 where not.
    pub(super) fn column(self, catalogue: &Catalogue, values: &Grid<f64>, out: &mut [f64]) {
        let row = |value: Value| catalogue.values.iter().position(|(_, known)| *known == value).map(|index| values.row(index));
        let mut holds = |value: Value, test: &dyn Fn(f64) -> bool| match row(value) {
            Some(row) => (0..out.len()).for_each(|lane| out[lane] = f64::from(u8::from(test(row[lane])))),
            None => out.fill(f64::NAN),
        };
        match self {
            Self::Mean(value) | Self::Median(value) => match row(value) {
                Some(row) => out.copy_from_slice(row),
                None => out.fill(f64::NAN),
            },
            Self::Below(value) => holds(value, &|x| x < 0.0),
            Self::Above(value) => holds(value, &|x| x > 0.0),
            Self::Nothing(value) => holds(value, &|x| x <= 0.0),
            Self::Reaches(value, hurdle) => holds(value, &|x| x >= hurdle - 1e-9),
        }
    }
}

/// The figures of `deal`.
pub(super) fn asked(deal: &Deal) -> Vec<Asked> {
    let mut all = Vec::new();
    let mut ask = |about: &About, name: &str, taken| all.push(Asked { about: about.clone(), name: name.to_string(), taken });
    for (index, payor) in deal.payors.iter().enumerate() {
        let about = About::Payor(payor.name.clone());
        ask(&about, "pays", Taken::Mean(Value::PayorPaid(index)));
        if !payor.value_per_outcome.is_empty() {
            ask(&about, "net benefit", Taken::Mean(Value::NetBenefit(index)));
            ask(&about, "chance that benefit exceeds payment", Taken::Above(Value::NetBenefit(index)));
        }
        ask(&about, "chance to pay nothing", Taken::Nothing(Value::PayorPaid(index)));
        for limit in limits_of(deal) {
            let cuts = match limit {
                Limit::Payor(payor) if payor == index => "chance that the cap cuts",
                Limit::PayorYear(payor) if payor == index => "chance that the yearly limit cuts",
                _ => continue,
            };
            ask(&about, cuts, Taken::Above(Value::Cuts(limit)));
        }
    }
    ask(&About::Payors, "pay", Taken::Mean(Value::Paid));
    if deal.cap.is_some() {
        ask(&About::Payors, "chance that the deal's cap cuts", Taken::Above(Value::Cuts(Limit::Deal)));
    }
    for (index, payment) in deal.payments.iter().enumerate() {
        let about = About::Payment(payment.name.clone());
        ask(&about, "pays", Taken::Mean(Value::PaymentPaid(index)));
        ask(&about, "chance to pay", Taken::Above(Value::PaymentPaid(index)));
        if payment.terms.iter().any(|terms| terms.cap.is_some()) {
            ask(&about, "chance that the cap cuts", Taken::Above(Value::Cuts(Limit::Payment(index))));
        }
    }
    let mut investment = |about: About, of: Investment| {
        ask(&about, "draws", Taken::Mean(Value::Drawn(of)));
        ask(&about, "receives", Taken::Mean(Value::Received(of)));
        ask(&about, "gains", Taken::Mean(Value::Gain(of)));
        ask(&about, "chance of loss", Taken::Below(Value::Gain(of)));
        ask(&about, "chance to reach the hurdle", Taken::Reaches(Value::Irr(of), deal.hurdle));
        ask(&about, "median return", Taken::Median(Value::Irr(of)));
    };
    let catalogue = Catalogue::new(deal);
    for (index, tranche) in deal.capital.tranches.iter().enumerate().filter(|(_, tranche)| tranche.is_repaid()) {
        investment(About::Tranche(tranche.name.clone()), Investment::Tranche(index));
    }
    if catalogue.loans.len() > 1 {
        investment(About::Investors, Investment::Together);
    }
    for (index, tranche) in deal.capital.tranches.iter().enumerate().filter(|(_, tranche)| !tranche.is_repaid()) {
        ask(&About::Tranche(tranche.name.clone()), "gives", Taken::Mean(Value::Drawn(Investment::Tranche(index))));
    }
    for (index, guarantee) in deal.capital.guarantees.iter().enumerate() {
        let about = About::Guarantor(guarantee.name.clone());
        ask(&about, "pays", Taken::Mean(Value::Guaranteed(index)));
        ask(&about, "chance to be called", Taken::Above(Value::Guaranteed(index)));
    }
    ask(&About::Provider, "result", Taken::Mean(Value::ProviderResult));
    ask(&About::Provider, "chance of loss", Taken::Below(Value::ProviderResult));
    ask(&About::Provider, "working capital", Taken::Mean(Value::WorkingCapital));
    ask(&About::Provider, "keeps", Taken::Mean(Value::Residual));
    for (index, bonus) in deal.capital.bonuses.iter().enumerate() {
        ask(&About::Provider, &format!("gets as {}", bonus.name), Taken::Mean(Value::Bonus(index)));
    }
    ask(&About::Provider, "bears when money runs short", Taken::Mean(Value::Shortfall));
    ask(&About::Provider, "chance that money runs short", Taken::Above(Value::Shortfall));
    ask(&About::Program, "people enrolled", Taken::Mean(Value::Enrolled));
    ask(&About::Program, "cost", Taken::Mean(Value::Cost));
    ask(&About::Program, "cost paid", Taken::Mean(Value::Spent));
    for (index, outcome) in deal.outcomes.iter().enumerate() {
        let median = matches!(outcome.kind, OutcomeKind::Median { .. });
        let value = if median { Value::OutcomeMedian(index) } else { Value::OutcomeCount(index) };
        ask(&About::Program, &outcome.name, Taken::Mean(value));
        if outcome.has_counterfactual() && !median {
            let thanks = if outcome.fewer_is_better { "avoided thanks to the program" } else { "thanks to the program" };
            ask(&About::Program, &format!("{}: {thanks}", outcome.name), Taken::Mean(Value::Additional(index)));
        }
    }
    all
}

/// The deal's metrics that these figures need, and no chances.
pub(super) fn catalogue(deal: &Deal, asked: &[Asked]) -> Catalogue {
    let mut catalogue = Catalogue::new(deal);
    let needed: Vec<Value> = asked.iter().flat_map(|asked| asked.taken.needs()).collect();
    catalogue.values.retain(|(_, value)| needed.contains(value));
    catalogue.chances.clear();
    catalogue
}

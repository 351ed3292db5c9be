//! Which figures two scenarios are compared by: for every party what it asks first.

use crate::deal::{Deal, OutcomeKind};
use crate::metrics::{Catalogue, Chance, Investment, Quantity, Value};
use crate::numeric::grid::Grid;
use crate::question::{Figure, Question};
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
    /// The median of a number.
    Median(Value),
    /// How often something holds.
    Share(Chance),
}

/// A figure of a deal.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    pub(super) about: About,
    pub(super) quantity: Quantity,
    pub(super) taken: Taken,
}

impl Asked {
    /// Whether it is the same figure, in another scenario too.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.about == other.about && self.quantity.name == other.quantity.name
    }
}

impl Taken {
    fn quantity(self, deal: &Deal) -> Quantity {
        match self {
            Self::Mean(value) => value.quantity(deal),
            Self::Share(chance) => chance.quantity(deal),
            Self::Median(value) => {
                let quantity = value.quantity(deal);
                let [label, short] = [&quantity.label, &quantity.short].map(|words| format!("{words}, median"));
                Quantity { label, short, ..quantity }
            }
        }
    }

    /// One value per trial of what [`crate::metrics::each_trial`] found: the number itself, or 1 where it holds and 0 where not.
    pub(super) fn column(self, catalogue: &Catalogue, seen: &Grid<f64>, out: &mut [f64]) {
        let row = match self {
            Self::Mean(value) | Self::Median(value) => catalogue.values.iter().position(|(_, known)| *known == value),
            Self::Share(chance) => {
                catalogue.chances.iter().position(|(_, known)| *known == chance).map(|index| catalogue.values.len() + index)
            }
        };
        match row {
            Some(row) => out.copy_from_slice(seen.row(row)),
            None => out.fill(f64::NAN),
        }
    }
}

/// The figures of `deal`.
pub(super) fn asked(deal: &Deal) -> Vec<Asked> {
    let mut all = Vec::new();
    let mut ask = |about: &About, taken: Taken| all.push(Asked { about: about.clone(), quantity: taken.quantity(deal), taken });
    for (index, payor) in deal.payors.pairs() {
        let about = About::Payor(payor.name.clone());
        ask(&about, Taken::Mean(Value::PayorPaid(index)));
        if !payor.value_per_outcome.is_empty() {
            ask(&about, Taken::Mean(Value::NetBenefit(index)));
            ask(&about, Taken::Share(Chance::BenefitExceedsPayment(index)));
        }
        ask(&about, Taken::Share(Chance::NothingPaid(index)));
        let own = |limit: &Limit| matches!(*limit, Limit::Payor(payor) | Limit::PayorYear(payor) if payor == index);
        limits_of(deal).filter(own).for_each(|limit| ask(&about, Taken::Share(Chance::Binds(limit))));
    }
    ask(&About::Payors, Taken::Mean(Value::Paid));
    if deal.cap.is_some() {
        ask(&About::Payors, Taken::Share(Chance::Binds(Limit::Deal)));
    }
    for (index, payment) in deal.payments.pairs() {
        let about = About::Payment(payment.name.clone());
        ask(&about, Taken::Mean(Value::PaymentPaid(index)));
        ask(&about, Taken::Share(Chance::Paid(index)));
        if payment.terms.iter().any(|terms| terms.cap.is_some()) {
            ask(&about, Taken::Share(Chance::Binds(Limit::Payment(index))));
        }
    }
    let mut investment = |about: About, of: Investment| {
        ask(&about, Taken::Mean(Value::Drawn(of)));
        ask(&about, Taken::Mean(Value::Received(of)));
        ask(&about, Taken::Mean(Value::Gain(of)));
        ask(&about, Taken::Share(Chance::Loss(of)));
        if deal.hurdle_stated {
            ask(&about, Taken::Share(Chance::IrrReachesHurdle(of)));
        }
        ask(&about, Taken::Median(Value::Multiple(of)));
        ask(&about, Taken::Share(Chance::IrrUndefined(of)));
        ask(&about, Taken::Median(Value::Irr(of)));
    };
    let catalogue = Catalogue::new(deal);
    for (index, tranche) in deal.capital.tranches.pairs().filter(|(_, tranche)| tranche.is_repaid()) {
        investment(About::Tranche(tranche.name.clone()), Investment::Tranche(index));
    }
    if catalogue.loans.len() > 1 {
        investment(About::Investors, Investment::Together);
    }
    for (index, tranche) in deal.capital.tranches.pairs().filter(|(_, tranche)| !tranche.is_repaid()) {
        ask(&About::Tranche(tranche.name.clone()), Taken::Mean(Value::Drawn(Investment::Tranche(index))));
    }
    for (index, guarantee) in deal.capital.guarantees.iter().enumerate() {
        let about = About::Guarantor(guarantee.name.clone());
        ask(&about, Taken::Mean(Value::Guaranteed(index)));
        ask(&about, Taken::Share(Chance::GuaranteeCalled(index)));
    }
    ask(&About::Provider, Taken::Mean(Value::ProviderResult));
    ask(&About::Provider, Taken::Share(Chance::ProviderLoss));
    ask(&About::Provider, Taken::Mean(Value::WorkingCapital));
    ask(&About::Provider, Taken::Mean(Value::Residual));
    (0..deal.capital.bonuses.len()).for_each(|index| ask(&About::Provider, Taken::Mean(Value::Bonus(index))));
    ask(&About::Provider, Taken::Mean(Value::Shortfall));
    ask(&About::Provider, Taken::Share(Chance::Shortfall));
    [Value::Enrolled, Value::Cost, Value::Spent].into_iter().for_each(|value| ask(&About::Program, Taken::Mean(value)));
    for (index, outcome) in deal.outcomes.pairs() {
        let median = matches!(outcome.kind, OutcomeKind::Median { .. });
        ask(&About::Program, Taken::Mean(if median { Value::OutcomeMedian(index) } else { Value::OutcomeCount(index) }));
        if outcome.has_counterfactual() && !median {
            ask(&About::Program, Taken::Mean(Value::Additional(index)));
        }
    }
    all
}

/// The deal's metrics that these figures need.
pub(super) fn catalogue(deal: &Deal, asked: &[Asked]) -> Catalogue {
    let question = |asked: &Asked| {
        let name = asked.quantity.name.clone();
        Question { metric: name.clone(), name, figure: Figure::Mean }
    };
    Catalogue::new(deal).only(&asked.iter().map(question).collect::<Vec<_>>())
}

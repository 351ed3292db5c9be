//! What a question asks of a deal.

use std::collections::HashSet;

use super::catalogue::Catalogue;
use super::register::Quantity;
use super::value::{Chance, Value};
use crate::deal::Deal;
use crate::question::{Figure, Question};

/// Something that a trial has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A number.
    Value(Value),
    /// Something that holds or not.
    Chance(Chance),
}

impl Asked {
    /// Its entry in the register.
    #[must_use]
    pub fn quantity(self, deal: &Deal) -> Quantity {
        match self {
            Self::Value(value) => value.quantity(deal),
            Self::Chance(chance) => chance.quantity(deal),
        }
    }
}

impl Catalogue {
    /// What a question asks for; `None` where the deal has no such metric, or it has no such figure.
    #[must_use]
    pub fn asked(&self, question: &Question) -> Option<Asked> {
        let value = self.values.iter().find(|(name, _)| *name == question.metric).map(|(_, value)| *value);
        let chance = self.chances.iter().find(|(name, _)| *name == question.metric).map(|(_, chance)| *chance);
        match (value, chance) {
            (Some(value), _) if question.figure != Figure::Shortfall || matches!(value, Value::Gain(_)) => Some(Asked::Value(value)),
            (None, Some(chance)) if question.figure == Figure::Mean => Some(Asked::Chance(chance)),
            _ => None,
        }
    }

    /// Row of a metric (by its own name) in what [`super::each_trial`] returns.
    #[must_use]
    pub fn row(&self, metric: &str) -> Option<usize> {
        self.names().position(|name| name == metric)
    }

    /// Names of all metrics.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(|(name, _)| name.as_str()).chain(self.chances.iter().map(|(name, _)| name.as_str()))
    }

    /// The same with only what these questions need.
    #[must_use]
    pub fn only(mut self, questions: &[Question]) -> Self {
        let asked: HashSet<&str> = questions.iter().map(|question| question.metric.as_str()).collect();
        self.chances.retain(|(name, _)| asked.contains(name.as_str()));
        let needed: HashSet<Value> = self.chances.iter().flat_map(|(_, chance)| chance.needs()).collect();
        self.values.retain(|(name, value)| asked.contains(name.as_str()) || needed.contains(value));
        self
    }
}

impl Chance {
    /// The numbers by which it is known whether it holds.
    fn needs(self) -> Vec<Value> {
        match self {
            Self::BenefitExceedsPayment(payor) => vec![Value::NetBenefit(payor)],
            Self::Drawn(of) | Self::Loss(of) | Self::LossGivenDrawn(of) => vec![Value::Drawn(of)],
            Self::TotalLoss(of) => vec![Value::Drawn(of), Value::Received(of)],
            Self::IrrReachesHurdle(of) | Self::IrrUndefined(of) => vec![Value::Irr(of), Value::Drawn(of), Value::Received(of)],
            Self::Shortfall
            | Self::NothingPaid(_)
            | Self::ProviderLoss
            | Self::Binds(_)
            | Self::Fails(_)
            | Self::Undefined(_)
            | Self::DueExceedsCap(_)
            | Self::Paid(_)
            | Self::PaidEffective(_)
            | Self::PaidIneffective(_)
            | Self::UnpaidEffective(_)
            | Self::UnpaidIneffective(_)
            | Self::PaidGivenIneffective(_)
            | Self::UnpaidGivenEffective(_)
            | Self::GuaranteeCalled(_) => Vec::new(),
        }
    }
}

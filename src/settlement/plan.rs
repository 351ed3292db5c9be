//! Payments laid out on the timeline, ready to settle.

use super::gate::Gate;
use crate::deal::{Deal, Payment, Pool, Price};

/// Everything `Owed::settle` needs.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) payments: Vec<PaymentPlan>,
    pub(super) payors: Vec<PayorPlan>,
    /// What may fall due, by period.
    pub(super) schedule: Vec<Period>,
    pub(super) cap: Option<i64>,
}

#[derive(Clone, Debug)]
pub(super) struct PaymentPlan {
    pub(super) measure: usize,
    pub(super) gate: Option<Gate>,
    pub(super) price: Price,
    pub(super) cap: Option<i64>,
    pub(super) cap_per_fiscal_year: Option<i64>,
}

#[derive(Clone, Debug)]
pub(super) struct PayorPlan {
    pub(super) cap: Option<i64>,
    pub(super) cap_per_fiscal_year: Option<i64>,
}

/// One period of the schedule.
#[derive(Clone, Debug, Default)]
pub(super) struct Period {
    /// Whether a fiscal year starts with it.
    pub(super) opens_fiscal_year: bool,
    /// Payment and group of cohorts.
    pub(super) events: Vec<(usize, usize)>,
    /// Payors with something due, each with its payments in order of their names (who gets a last odd cent).
    pub(super) payors: Vec<(usize, Vec<usize>)>,
}

impl Plan {
    /// Lays out the payments of `deal`.
    #[must_use]
    pub fn new(deal: &Deal) -> Self {
        let timeline = &deal.timeline;
        let mut schedule: Vec<Period> = (0..timeline.periods)
            .map(|period| Period {
                opens_fiscal_year: period == 0 || timeline.fiscal_year(period) != timeline.fiscal_year(period - 1),
                ..Period::default()
            })
            .collect();
        for (index, payment) in deal.payments.iter().enumerate() {
            for (group, period) in deal.due_periods(payment.on, payment.paid_after).into_iter().enumerate() {
                schedule[period as usize].events.push((index, group));
            }
        }
        let mut by_name: Vec<usize> = (0..deal.payments.len()).collect();
        by_name.sort_by_key(|&payment| &deal.payments[payment].name);
        for period in &mut schedule {
            for payor in 0..deal.payors.len() {
                let due =
                    |&payment: &usize| deal.payments[payment].payor == payor && period.events.iter().any(|&(event, _)| event == payment);
                let payments: Vec<usize> = by_name.iter().copied().filter(due).collect();
                if !payments.is_empty() {
                    period.payors.push((payor, payments));
                }
            }
        }
        Self {
            payments: deal.payments.iter().map(|payment| PaymentPlan::new(deal, payment)).collect(),
            payors: deal
                .payors
                .iter()
                .map(|payor| PayorPlan { cap: payor.cap.map(|cap| cap.0), cap_per_fiscal_year: payor.cap_per_fiscal_year.map(|cap| cap.0) })
                .collect(),
            schedule,
            cap: deal.cap.map(|cap| cap.0),
        }
    }
}

impl PaymentPlan {
    fn new(deal: &Deal, payment: &Payment) -> Self {
        Self {
            measure: payment.on,
            gate: payment.when.as_ref().map(|gate| {
                let pool = deal.measures[payment.on].pool;
                let one_group = |measure: usize| deal.measures[measure].pool == Pool::All && pool != Pool::All;
                Gate::new(&gate.condition, one_group)
            }),
            price: payment.price.clone(),
            cap: payment.cap.map(|cap| cap.0),
            cap_per_fiscal_year: payment.cap_per_fiscal_year.map(|cap| cap.0),
        }
    }
}

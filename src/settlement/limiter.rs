//! What is payable, and what limits have let through so far.

use super::plan::SettlementPlan;
use crate::deal::{PaymentId, PayorId};
use crate::numeric::each::Each;
use crate::numeric::grid::Grid;

/// What is payable, and what limits have let through so far.
#[derive(Clone, Debug)]
pub(super) struct PaymentLimiter {
    /// Payable in the period at hand, by payment; never negative once the period's claims are in.
    pub(super) payable: Each<PaymentId, Vec<i64>>,
    /// What the payors are to receive, as a negative amount, by payment; only where payments go both ways.
    pub(super) back: Each<PaymentId, Vec<i64>>,
    /// What a share limit holds back, by payment; only where there is one.
    pub(super) held: Each<PaymentId, Vec<i64>>,
    /// Payable in the period at hand, by part.
    pub(super) parts: Vec<Vec<i64>>,
    /// What a limit left for later, by part; only where the payor carries over.
    pub(super) waiting: Vec<Vec<i64>>,
    /// What a payment had paid and what waited when the fiscal year began, by payment; only where it has a yearly cap.
    pub(super) committed_before: Each<PaymentId, Vec<i64>>,
    pub(super) payor_this_year: Grid<i64, PayorId>,
    pub(super) escrow: Grid<i64, PayorId>,
    pub(super) total: Vec<i64>,
    pub(super) room: Vec<i64>,
    pub(super) sum: Vec<i64>,
    /// What a payment has paid and what waits for later.
    pub(super) committed: Vec<i64>,
}

impl PaymentLimiter {
    pub(super) fn new(plan: &SettlementPlan, lanes: usize) -> Self {
        let column = |wanted: bool| vec![0; if wanted { lanes } else { 0 }];
        let yearly = |payment: PaymentId| plan.payments[payment].limits.per_fiscal_year.is_some();
        let carries = |part: &super::plan::Part| plan.payors[part.payor].carries_over;
        Self {
            payable: plan.payments.iter().map(|_| column(true)).collect(),
            back: plan.payments.iter().map(|payment| column(payment.two_way)).collect(),
            held: plan.payments.iter().map(|payment| column(payment.limits.share.is_some())).collect(),
            parts: plan.parts.iter().map(|_| column(true)).collect(),
            waiting: plan.parts.iter().map(|part| column(carries(part))).collect(),
            committed_before: plan.payments.ids().map(|payment| column(yearly(payment))).collect(),
            payor_this_year: Grid::new(plan.payors.len(), lanes),
            escrow: Grid::new(plan.payors.len(), lanes),
            total: vec![0; lanes],
            room: vec![0; lanes],
            sum: vec![0; lanes],
            committed: vec![0; lanes],
        }
    }

    /// One of no deal: it limits nothing.
    pub(super) fn none() -> Self {
        Self {
            payable: Each::default(),
            back: Each::default(),
            held: Each::default(),
            parts: Vec::new(),
            waiting: Vec::new(),
            committed_before: Each::default(),
            payor_this_year: Grid::default(),
            escrow: Grid::default(),
            total: Vec::new(),
            room: Vec::new(),
            sum: Vec::new(),
            committed: Vec::new(),
        }
    }
}

//! What settlement works in, from one period to the next: nobody else's.

use super::expression::Machine;
use super::limiter::PaymentLimiter;
use super::plan::SettlementPlan;
use super::price::ClaimPricer;
use crate::deal::StopId;
use crate::numeric::grid::Grid;

#[derive(Clone, Debug)]
pub(super) struct Workspace {
    /// Periods by which everybody enrols late, by trial; empty where nobody does.
    pub(super) late: Vec<u32>,
    /// The period after which nothing falls due, by trial; empty where no stop clause ends payments.
    pub(super) no_more_payments: Vec<u32>,
    /// 1 where a stop clause has ended the program.
    pub(super) fired: Grid<f64, StopId>,
    /// Stop clauses and the program's last period, where it is known and not decided by their conditions.
    pub(super) stated_stops: Option<Vec<(StopId, u32)>>,
    pub(super) machine: Machine,
    pub(super) till: ClaimPricer,
    pub(super) amount: Vec<i64>,
    pub(super) open: Vec<f64>,
    pub(super) group_payable: Grid<i64>,
    /// What claims that are paid in instalments come to in all.
    pub(super) claimed: Grid<i64>,
    pub(super) purse: PaymentLimiter,
}

impl Workspace {
    pub(super) fn new(plan: &SettlementPlan, lanes: usize) -> Self {
        Self {
            late: Vec::new(),
            no_more_payments: vec![u32::MAX; if plan.stops.iter().any(|stop| stop.payments_end) { lanes } else { 0 }],
            fired: Grid::new(plan.stops.len(), lanes),
            stated_stops: plan.stopped.clone(),
            machine: Machine::new(plan.formulas, plan.programs(), lanes),
            till: ClaimPricer::new(plan.payments.len(), plan.pledged, lanes),
            amount: vec![0; lanes],
            open: vec![1.0; lanes],
            group_payable: Grid::new(plan.limited_rows(), lanes),
            claimed: Grid::new(plan.split_claims, lanes),
            purse: PaymentLimiter::new(plan, lanes),
        }
    }
}

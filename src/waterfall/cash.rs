//! One block of waterfalls, in columns: a lane is a trial.
//!
//! In each period: receipts come in; interest accrues on what loans are owed; costs are paid from cash, then from undrawn commitments
//! in their draw order; what no money is left for is a shortfall. Receipts stay in the project until the recycling date; from then on
//! all cash goes out in each period: loans by rank until they are owed nothing, then the residual shares, the rest to the provider.

use crate::deal::{Deal, TrancheKind};
use crate::delivery::{self, Costs};
use crate::finance::periodic_rate;
use crate::numeric::grid::Grid;
use crate::settlement::Owed;

/// The capital of a deal, ready to run.
#[derive(Clone, Debug)]
pub struct Plan {
    tranches: Vec<TranchePlan>,
    draw_order: Vec<usize>,
    /// Loans by rank.
    repayment: Vec<usize>,
    payors: usize,
    first_distribution: usize,
    /// Whether anything may cost, by period.
    costs: Vec<bool>,
}

#[derive(Clone, Debug)]
struct TranchePlan {
    amount: i64,
    /// Interest for one period, and residual share; `None` for a grant.
    loan: Option<(f64, f64)>,
}

/// Cash of a block of trials. Made once and filled again for every block.
#[derive(Clone, Debug)]
pub struct Cash {
    /// For each tranche, minor units by period: what it receives less what it puts in (a grant only puts in).
    pub flows: Vec<Grid<i64>>,
    /// Minor units drawn, by tranche.
    pub drawn: Grid<i64>,
    /// Minor units received, by tranche.
    pub received: Grid<i64>,
    /// Minor units a loan is still owed at the end, by tranche.
    pub owed: Grid<i64>,
    /// Costs that were paid.
    pub spent: Vec<i64>,
    /// Costs that no money was left for: the provider bears them.
    pub shortfall: Vec<i64>,
    /// What is left for the provider once the investors have had theirs.
    pub provider: Vec<i64>,
    /// Cash in the project, in the end 0.
    pub held: Vec<i64>,
    left: Grid<i64>,
    need: Vec<i64>,
    residual: Vec<i64>,
}

/// Cash that moved in the first lane: a line of a ledger, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// A payor's money came in.
    Receipt(i64),
    /// A cost was paid from the cash in the project.
    FromCash(i64),
    /// A tranche was drawn.
    Draw(usize, i64),
    /// A cost that nobody funded.
    Shortfall(i64),
    /// A loan accrued interest.
    Interest(usize, i64),
    /// A tranche was repaid (principal and interest).
    Repay(usize, i64),
    /// A tranche got its share of what was left.
    Residual(usize, i64),
    /// The provider got the rest.
    Provider(i64),
}

impl Plan {
    /// Prepares the capital of `deal`; `costs` says in which periods anything may cost.
    #[must_use]
    pub fn new(deal: &Deal, costs: &delivery::Plan) -> Self {
        let tranches = &deal.capital.tranches;
        let periods = deal.timeline.periods as usize;
        let mut draw_order: Vec<usize> = (0..tranches.len()).collect();
        draw_order.sort_by_key(|&tranche| (tranches[tranche].draw_order, &tranches[tranche].name));
        let rank = |&tranche: &usize| match tranches[tranche].kind {
            TrancheKind::Grant => None,
            TrancheKind::Loan { rank, .. } => Some(rank),
        };
        let mut repayment: Vec<usize> = (0..tranches.len()).filter(|tranche| rank(tranche).is_some()).collect();
        repayment.sort_by_key(rank);
        let per_year = f64::from(deal.timeline.length.per_year());
        Self {
            tranches: tranches
                .iter()
                .map(|tranche| TranchePlan {
                    amount: tranche.amount.0,
                    loan: match tranche.kind {
                        TrancheKind::Grant => None,
                        TrancheKind::Loan { coupon, residual_share, .. } => Some((periodic_rate(coupon, per_year), residual_share)),
                    },
                })
                .collect(),
            draw_order,
            repayment,
            payors: deal.payors.len(),
            first_distribution: (deal.capital.first_distribution() as usize).min(periods - 1),
            costs: (0..periods).map(|period| costs.is_active(period)).collect(),
        }
    }
}

impl Cash {
    /// Space for blocks of `lanes` trials.
    #[must_use]
    pub fn new(plan: &Plan, lanes: usize) -> Self {
        let tranches = plan.tranches.len();
        let zeros = || vec![0; lanes];
        Self {
            flows: vec![Grid::new(plan.costs.len(), lanes); tranches],
            drawn: Grid::new(tranches, lanes),
            received: Grid::new(tranches, lanes),
            owed: Grid::new(tranches, lanes),
            spent: zeros(),
            shortfall: zeros(),
            provider: zeros(),
            held: zeros(),
            left: Grid::new(tranches, lanes),
            need: zeros(),
            residual: zeros(),
        }
    }

    /// Runs the waterfall. `movement` sees what moves in the first lane, with its period.
    pub fn run(&mut self, plan: &Plan, costs: &Costs, owed: &Owed, mut movement: impl FnMut(usize, Movement)) {
        self.flows.iter_mut().for_each(Grid::clear);
        for grid in [&mut self.drawn, &mut self.received, &mut self.owed] {
            grid.clear();
        }
        for column in [&mut self.spent, &mut self.shortfall, &mut self.provider, &mut self.held] {
            column.fill(0);
        }
        for (tranche, terms) in plan.tranches.iter().enumerate() {
            self.left.row_mut(tranche).fill(terms.amount);
        }
        for period in 0..plan.costs.len() {
            let mut seen = |what: Movement| movement(period, what);
            for payor in 0..plan.payors {
                let paid = owed.paid_in(payor, period);
                seen(Movement::Receipt(paid[0]));
                add(&mut self.held, paid);
            }
            if period > 0 {
                self.accrue(plan, &mut seen);
            }
            if plan.costs[period] {
                self.spend(plan, costs.due.row(period), period, &mut seen);
            }
            if period >= plan.first_distribution {
                self.distribute(plan, period, &mut seen);
            }
        }
    }

    fn accrue(&mut self, plan: &Plan, seen: &mut impl FnMut(Movement)) {
        for &tranche in &plan.repayment {
            let Some((rate, _)) = plan.tranches[tranche].loan else { continue };
            let owed = self.owed.row_mut(tranche);
            let before = owed[0];
            for owed in owed.iter_mut() {
                *owed += (*owed as f64 * rate + 0.5) as i64;
            }
            seen(Movement::Interest(tranche, owed[0] - before));
        }
    }

    fn spend(&mut self, plan: &Plan, due: &[i64], period: usize, seen: &mut impl FnMut(Movement)) {
        for (((need, held), spent), due) in self.need.iter_mut().zip(&mut self.held).zip(&mut self.spent).zip(due) {
            let from_cash = (*held).min(*due);
            *held -= from_cash;
            *spent += due;
            *need = due - from_cash;
        }
        seen(Movement::FromCash(due[0] - self.need[0]));
        for &tranche in &plan.draw_order {
            let flow = self.flows[tranche].row_mut(period);
            let left = self.left.row_mut(tranche);
            let before = left[0];
            let owed = self.owed.row_mut(tranche).iter_mut();
            for ((((need, left), drawn), flow), owed) in
                self.need.iter_mut().zip(left.iter_mut()).zip(self.drawn.row_mut(tranche)).zip(flow).zip(owed)
            {
                let draw = (*left).min(*need);
                *left -= draw;
                *need -= draw;
                *drawn += draw;
                *flow -= draw;
                *owed += draw;
            }
            seen(Movement::Draw(tranche, before - left[0]));
        }
        for ((need, shortfall), spent) in self.need.iter().zip(&mut self.shortfall).zip(&mut self.spent) {
            *shortfall += need;
            *spent -= need;
        }
        seen(Movement::Shortfall(self.need[0]));
    }

    fn distribute(&mut self, plan: &Plan, period: usize, seen: &mut impl FnMut(Movement)) {
        for &tranche in &plan.repayment {
            let before = self.held[0];
            let flow = self.flows[tranche].row_mut(period).iter_mut();
            for (((held, owed), received), flow) in
                self.held.iter_mut().zip(self.owed.row_mut(tranche)).zip(self.received.row_mut(tranche)).zip(flow)
            {
                let repaid = (*held).min(*owed);
                *held -= repaid;
                *owed -= repaid;
                *received += repaid;
                *flow += repaid;
            }
            seen(Movement::Repay(tranche, before - self.held[0]));
        }
        self.residual.copy_from_slice(&self.held);
        for &tranche in &plan.repayment {
            let share = plan.tranches[tranche].loan.map_or(0.0, |(_, share)| share);
            if share == 0.0 {
                continue;
            }
            let before = self.held[0];
            let flow = self.flows[tranche].row_mut(period).iter_mut();
            for (((held, residual), received), flow) in
                self.held.iter_mut().zip(&self.residual).zip(self.received.row_mut(tranche)).zip(flow)
            {
                let part = ((*residual as f64 * share + 0.5) as i64).min(*held);
                *held -= part;
                *received += part;
                *flow += part;
            }
            seen(Movement::Residual(tranche, before - self.held[0]));
        }
        seen(Movement::Provider(self.held[0]));
        for (provider, held) in self.provider.iter_mut().zip(&mut self.held) {
            *provider += *held;
            *held = 0;
        }
    }
}

fn add(sums: &mut [i64], terms: &[i64]) {
    for (sum, term) in sums.iter_mut().zip(terms) {
        *sum += term;
    }
}

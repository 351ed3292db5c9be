//! One block of settlements, in columns: a lane is a trial.

use super::limit::cut;
use super::plan::{PaymentPlan, Period, Plan};
use crate::deal::{Bounds, Comparison, Price, Statistic};
use crate::evaluation::{Findings, Found};
use crate::numeric::grid::Grid;

/// What is owed in a block of trials. Made once and filled again for every block.
#[derive(Clone, Debug)]
pub struct Owed {
    /// Minor units paid, by payor and period: row `payor × periods + period`.
    pub paid: Grid<i64>,
    /// Minor units due before any limit, by payment.
    pub payment_due: Grid<i64>,
    /// Minor units paid, by payment.
    pub payment_paid: Grid<i64>,
    /// Minor units due after the limits of each payment and before those of the payor, by payor.
    pub payor_due: Grid<i64>,
    /// Minor units paid, by payor.
    pub payor_paid: Grid<i64>,
    periods: usize,
    payment_paid_this_year: Grid<i64>,
    payor_paid_this_year: Grid<i64>,
    total: Vec<i64>,
    /// What is payable in the period at hand, by payment.
    payable: Vec<Vec<i64>>,
    room: Vec<i64>,
    amount: Vec<i64>,
    value: Vec<f64>,
    stack: Vec<Vec<f64>>,
}

/// One claim of one payment in one trial, as it fell due: a line of a ledger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Claim {
    /// Period in which it fell due.
    pub period: usize,
    /// Payment (index).
    pub payment: usize,
    /// Group of cohorts (index).
    pub group: usize,
    /// Minor units due before any limit.
    pub due: i64,
    /// Whether its gate was open.
    pub open: bool,
}

impl Owed {
    /// Space for blocks of `lanes` trials.
    #[must_use]
    pub fn new(plan: &Plan, lanes: usize) -> Self {
        let (payments, payors, periods) = (plan.payments.len(), plan.payors.len(), plan.schedule.len());
        let depth = plan.payments.iter().filter_map(|payment| payment.gate.as_ref()).map(super::gate::Gate::depth).max();
        Self {
            paid: Grid::new(payors * periods, lanes),
            payment_due: Grid::new(payments, lanes),
            payment_paid: Grid::new(payments, lanes),
            payor_due: Grid::new(payors, lanes),
            payor_paid: Grid::new(payors, lanes),
            periods,
            payment_paid_this_year: Grid::new(payments, lanes),
            payor_paid_this_year: Grid::new(payors, lanes),
            total: vec![0; lanes],
            payable: vec![vec![0; lanes]; payments],
            room: vec![0; lanes],
            amount: vec![0; lanes],
            value: vec![0.0; lanes],
            stack: vec![vec![0.0; lanes]; depth.unwrap_or(0)],
        }
    }

    /// What `payor` pays in `period`, one value per trial.
    #[must_use]
    pub fn paid_in(&self, payor: usize, period: usize) -> &[i64] {
        self.paid.row(payor * self.periods + period)
    }

    /// Settles every payment of the deal on `findings`. `claim` sees each claim of the first lane as it falls due.
    pub fn settle(&mut self, plan: &Plan, findings: &Findings, mut claim: impl FnMut(Claim)) {
        for grid in [&mut self.paid, &mut self.payment_due, &mut self.payment_paid, &mut self.payor_due, &mut self.payor_paid] {
            grid.clear();
        }
        self.total.fill(0);
        for (period, events) in plan.schedule.iter().enumerate() {
            if events.opens_fiscal_year {
                self.payment_paid_this_year.clear();
                self.payor_paid_this_year.clear();
            }
            if events.events.is_empty() {
                continue;
            }
            for (_, payments) in &events.payors {
                payments.iter().for_each(|&payment| self.payable[payment].fill(0));
            }
            for &(payment, group) in &events.events {
                let open = self.fall_due(&plan.payments[payment], payment, group, findings);
                claim(Claim { period, payment, group, due: self.amount[0], open });
            }
            self.pay(plan, events, period);
        }
    }

    /// Adds what one group of one payment makes due; returns whether the gate of the first lane was open.
    fn fall_due(&mut self, plan: &PaymentPlan, payment: usize, group: usize, findings: &Findings) -> bool {
        let found = &findings.measures[plan.measure];
        price(&plan.price, found, group, &mut self.value, &mut self.amount);
        let mut open = true;
        if let Some(gate) = &plan.gate {
            gate.decide(findings, group, &mut self.stack);
            for (amount, open) in self.amount.iter_mut().zip(&self.stack[0]) {
                *amount = if *open == 0.0 { 0 } else { *amount };
            }
            open = self.stack[0][0] != 0.0;
        }
        add(&mut self.payable[payment], &self.amount);
        add(self.payment_due.row_mut(payment), &self.amount);
        open
    }

    /// Applies the limits of payments, payors and deal, in this order, and books what is left.
    fn pay(&mut self, plan: &Plan, events: &Period, period: usize) {
        for (payor, payments) in &events.payors {
            for &payment in payments {
                let limits = &plan.payments[payment];
                let caps =
                    [(limits.cap, self.payment_paid.row(payment)), (limits.cap_per_fiscal_year, self.payment_paid_this_year.row(payment))];
                if room(&mut self.room, caps) {
                    cut(&mut [&mut self.payable[payment]], &self.room);
                }
                add(self.payor_due.row_mut(*payor), &self.payable[payment]);
            }
            let limits = &plan.payors[*payor];
            let caps = [(limits.cap, self.payor_paid.row(*payor)), (limits.cap_per_fiscal_year, self.payor_paid_this_year.row(*payor))];
            if room(&mut self.room, caps) {
                cut(&mut pick(&mut self.payable, payments), &self.room);
            }
        }
        if let Some(cap) = plan.cap {
            self.room.iter_mut().zip(&self.total).for_each(|(room, total)| *room = cap - total);
            let mut payments: Vec<usize> = events.payors.iter().flat_map(|(_, payments)| payments.iter().copied()).collect();
            payments.sort_unstable();
            cut(&mut pick(&mut self.payable, &payments), &self.room);
        }
        for (payor, payments) in &events.payors {
            for &payment in payments {
                let payable = &self.payable[payment];
                add(self.payment_paid.row_mut(payment), payable);
                add(self.payment_paid_this_year.row_mut(payment), payable);
                add(self.payor_paid.row_mut(*payor), payable);
                add(self.payor_paid_this_year.row_mut(*payor), payable);
                add(self.paid.row_mut(payor * self.periods + period), payable);
                add(&mut self.total, payable);
            }
        }
    }
}

/// Writes how much every given cap leaves; says whether there is a cap at all.
fn room(room: &mut [i64], caps: [(Option<i64>, &[i64]); 2]) -> bool {
    let mut any = false;
    for (cap, paid) in caps.into_iter().filter_map(|(cap, paid)| cap.map(|cap| (cap, paid))) {
        for (room, paid) in room.iter_mut().zip(paid) {
            let left = cap - paid;
            *room = if any { left.min(*room) } else { left };
        }
        any = true;
    }
    any
}

/// The columns of `payments`, to write, in their order.
fn pick<'a>(columns: &'a mut [Vec<i64>], payments: &[usize]) -> Vec<&'a mut [i64]> {
    let mut picked: Vec<(usize, &mut [i64])> = columns
        .iter_mut()
        .enumerate()
        .filter_map(|(at, column)| payments.iter().position(|&payment| payment == at).map(|place| (place, column.as_mut_slice())))
        .collect();
    picked.sort_unstable_by_key(|&(place, _)| place);
    picked.into_iter().map(|(_, column)| column).collect()
}

/// What `price` makes of one group, gate aside.
fn price(price: &Price, found: &Found, group: usize, value: &mut [f64], amount: &mut [i64]) {
    match price {
        Price::PerUnit(each) => {
            for (amount, units) in amount.iter_mut().zip(found.units.row(group)) {
                *amount = each.0 * i64::from(*units);
            }
        }
        Price::PerAdditional(each) => {
            found.statistic(Statistic::Additional, group, value);
            for (amount, additional) in amount.iter_mut().zip(value) {
                *amount = (each.0 as f64 * additional.max(0.0) + 0.5) as i64;
            }
        }
        Price::LumpSum(sum) => amount.fill(sum.0),
        Price::Steps { statistic, bounds, steps } => {
            found.statistic(*statistic, group, value);
            let reached = match bounds {
                Bounds::AtLeast => Comparison::AtLeast,
                Bounds::MoreThan => Comparison::MoreThan,
            };
            amount.fill(0);
            for step in steps {
                for (amount, value) in amount.iter_mut().zip(&*value) {
                    *amount = if reached.holds(*value, step.from) { step.pay.0 } else { *amount };
                }
            }
        }
    }
}

fn add(sums: &mut [i64], terms: &[i64]) {
    for (sum, term) in sums.iter_mut().zip(terms) {
        *sum += term;
    }
}

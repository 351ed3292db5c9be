//! One block of settlements, in columns: a lane is a trial.

use super::Standing;
use super::cuts::Cuts;
use super::expression::{At, Program};
use super::limiter::PaymentLimiter;
use super::line::{Limit, Line};
use super::plan::SettlementPlan;
use super::survey::{Survey, Surveyed};
use super::workspace::Workspace;
use crate::credit::Credit;
use crate::deal::{GroupId, PaymentId, PayorId, PeriodId, StopId};
use crate::evaluation::Estimates;
use crate::numeric::grid::Grid;

/// What is owed in a block of trials. Made once and filled again for every block.
#[derive(Clone, Debug)]
pub struct Owed {
    /// Minor units paid, by payor and period: row `payor × periods + period`. Negative where the payor receives.
    pub paid: Grid<i64>,
    /// Minor units due before any limit, by payment.
    pub payment_due: Grid<i64, PaymentId>,
    /// Minor units paid, by payment.
    pub payment_paid: Grid<i64, PaymentId>,
    /// Minor units due after the limits of each payment and before those of the payor, by payor.
    pub payor_due: Grid<i64, PayorId>,
    /// Minor units paid, by payor.
    pub payor_paid: Grid<i64, PayorId>,
    /// Minor units owed and not paid because the payor failed, by payor.
    pub defaulted: Grid<i64, PayorId>,
    /// Minor units that a payor should have received and nobody could refund, by payor; without rows where no payment goes both ways.
    pub unrefunded: Grid<i64, PayorId>,
    pub(super) cuts: Cuts,
    /// Claims without a value, by payment: nothing was paid on them.
    pub undefined: Grid<u32, PaymentId>,
    /// Minor units paid, by payment and period, where the plan keeps them.
    pub(super) by_payment: Grid<i64>,
    pub(super) periods: usize,
    pub(super) stopped: Vec<u32>,
    /// The findings without the cohorts that an early stop left out; only in deals with stop clauses.
    restricted: Option<Estimates>,
    conditions: Grid<f64>,
    rates: Grid<f64>,
    pub(super) work: Workspace,
    pub(super) survey: Option<Survey>,
}

impl Owed {
    /// Space for blocks of `lanes` trials.
    #[must_use]
    pub fn new(plan: &SettlementPlan, lanes: usize) -> Self {
        let (payments, payors, periods) = (plan.payments.len(), plan.payors.len(), plan.schedule.len());
        Self {
            paid: Grid::new(payors * periods, lanes),
            payment_due: Grid::new(payments, lanes),
            payment_paid: Grid::new(payments, lanes),
            payor_due: Grid::new(payors, lanes),
            payor_paid: Grid::new(payors, lanes),
            defaulted: Grid::new(payors, lanes),
            unrefunded: Grid::new(if plan.is_two_way() { payors } else { 0 }, lanes),
            cuts: Cuts::new(&plan.limits, lanes),
            undefined: Grid::new(payments, lanes),
            by_payment: Grid::new(if plan.keeps_payments { payments * periods } else { 0 }, lanes),
            periods,
            stopped: vec![u32::MAX; if plan.stops.is_empty() { 0 } else { lanes }],
            restricted: None,
            conditions: Grid::new(plan.conditions.len(), lanes),
            rates: Grid::new(plan.rates.len(), lanes),
            work: Workspace::new(plan, lanes),
            survey: plan.surveys.then(|| Survey::new(plan.formulas, lanes)),
        }
    }

    /// What `payor` pays in `period`, one value per trial.
    #[must_use]
    pub fn paid_in(&self, payor: PayorId, period: PeriodId) -> &[i64] {
        self.paid.row(payor.index() * self.periods + period.index())
    }

    /// What is paid for `payment` in `period`, one value per trial. Only of a plan that keeps payments.
    #[must_use]
    pub fn payment_paid_in(&self, payment: PaymentId, period: PeriodId) -> &[i64] {
        self.by_payment.row(payment.index() * self.periods + period.index())
    }

    /// What a limit cuts for good, one value per trial; below zero what a floor adds. What waits (for another year, for other payments to
    /// grow) is cut only where it still waits in the end. `None` where the deal does not have that limit.
    #[must_use]
    pub fn cut_by(&self, limit: Limit) -> Option<&[i64]> {
        self.cuts.by(limit)
    }

    /// Minor units that limits have left for later in the first trial, by payment and payor, as of the last period settled; without a payor
    /// what a payment's share of all holds back. Only what is not 0.
    #[must_use]
    pub fn deferred(&self, plan: &SettlementPlan) -> Vec<(PaymentId, Option<PayorId>, i64)> {
        let purse = &self.work.purse;
        let waits = plan.parts.iter().zip(&purse.waiting).map(|(part, waits)| (part.payment, Some(part.payor), waits));
        let held = purse.held.pairs().map(|(payment, held)| (payment, None, held));
        let first = |(payment, payor, waits): (PaymentId, Option<PayorId>, &Vec<i64>)| Some((payment, payor, *waits.first()?));
        waits.chain(held).filter_map(first).filter(|(.., waits)| *waits != 0).collect()
    }

    /// The period after which the program is over in each trial (`u32::MAX` where it was not stopped); `None` in a deal without stops.
    #[must_use]
    pub fn stopped(&self) -> Option<&[u32]> {
        (!self.stopped.is_empty()).then_some(&self.stopped)
    }

    /// The findings without the cohorts that an early stop left out; `None` in a deal without stops.
    #[must_use]
    pub fn restricted(&self) -> Option<&Estimates> {
        self.restricted.as_ref()
    }

    /// Every claim in the order in which they fell due; none unless the plan surveys them.
    #[must_use]
    pub fn claims(&self) -> &[Surveyed] {
        self.survey.as_ref().map_or(&[], |survey| &survey.claims)
    }

    /// Whether a condition (index) of the capital holds in the period at hand: 1, 0, or NaN where undefined.
    #[must_use]
    pub fn condition(&self, index: usize) -> &[f64] {
        self.conditions.row(index)
    }

    /// A rate (index) of the capital in the period at hand; NaN where undefined.
    #[must_use]
    pub fn rate(&self, index: usize) -> &[f64] {
        self.rates.row(index)
    }

    /// Settles from now on with stop clauses that ended the program (and the last period), and no others, whatever their conditions.
    pub fn state_stops(&mut self, stopped: &[(StopId, u32)]) {
        self.work.stated_stops = Some(stopped.to_vec());
    }

    /// Begins a block: nothing is owed yet.
    pub fn begin(&mut self, plan: &SettlementPlan, findings: &Estimates) {
        for by_payment in [&mut self.payment_due, &mut self.payment_paid] {
            by_payment.clear();
        }
        for by_payor in [&mut self.payor_due, &mut self.payor_paid, &mut self.defaulted, &mut self.unrefunded] {
            by_payor.clear();
        }
        self.work.group_payable.clear();
        self.cuts.clear();
        self.undefined.clear();
        self.work.late.clear();
        self.work.late.extend_from_slice(findings.late());
        self.work.fired.clear();
        self.work.till.units_before.clear();
        self.stopped.fill(u32::MAX);
        self.work.no_more_payments.fill(u32::MAX);
        self.work.purse.begin(plan);
        self.survey.iter_mut().for_each(Survey::begin);
        if !plan.stops.is_empty() {
            match &mut self.restricted {
                Some(restricted) => restricted.clone_from(findings),
                none => *none = Some(findings.clone()),
            }
        }
    }

    /// Settles one period; periods come in order. `line` sees what happens in the first lane.
    pub fn settle_period(
        &mut self,
        plan: &SettlementPlan,
        findings: &Estimates,
        credit: &Credit,
        standing: &Standing,
        period: PeriodId,
        mut line: impl FnMut(Line),
    ) {
        let events = &plan.schedule[period];
        // Each period clears its own rows while they are about to be written: the whole at once would leave the cache.
        for grid in [&mut self.paid, &mut self.by_payment] {
            (period.index()..grid.rows()).step_by(self.periods).for_each(|row| grid.row_mut(row).fill(0));
        }
        if !plan.stops.is_empty() {
            self.stop(plan, standing, period, &mut line);
        }
        let restricted = self.restricted.take();
        let findings = restricted.as_ref().unwrap_or(findings);
        for (index, program) in plan.conditions.iter().enumerate() {
            self.work_out(plan, program, findings, standing, period);
            self.conditions.row_mut(index).copy_from_slice(&self.work.open);
        }
        for (index, program) in plan.rates.iter().enumerate() {
            self.work_out(plan, program, findings, standing, period);
            self.rates.row_mut(index).copy_from_slice(&self.work.open);
        }
        self.work.till.pledged.clear();
        self.work.purse.open_period(plan, events, &self.payment_paid);
        for event in &events.events {
            self.fall_due(plan, event, findings, standing, period, &mut line);
        }
        if !events.payors.is_empty() {
            let mut purse = core::mem::replace(&mut self.work.purse, PaymentLimiter::none());
            purse.pay(plan, events, period, credit, self, &mut line);
            self.work.purse = purse;
        }
        self.restricted = restricted;
    }

    /// Works `program` out for the deal as a whole; the result is in `self.work.open`.
    fn work_out(&mut self, plan: &SettlementPlan, program: &Program, findings: &Estimates, standing: &Standing, period: PeriodId) {
        let events = &plan.schedule[period];
        let at = At {
            findings,
            standing,
            payment_due: &self.payment_due,
            payment_paid: &self.payment_paid,
            fired: &self.work.fired,
            period: period.number(),
            late: findings.late(),
            day: events.day,
            year: events.deal_year,
            group: GroupId::ONLY,
            cohort: 0.0,
            minor_units: plan.minor_units,
        };
        self.work.open.copy_from_slice(self.work.machine.value(program, at));
    }

    /// Looks at the stop clauses.
    fn stop(&mut self, plan: &SettlementPlan, standing: &Standing, period: PeriodId, line: &mut impl FnMut(Line)) {
        let mut any = false;
        for (index, stop) in plan.stops.pairs() {
            if let Some(stated) = &self.work.stated_stops {
                let now = stated.contains(&(index, period.number()));
                self.work.open.fill(f64::from(u8::from(now)));
            } else {
                if stop.period.is_some_and(|at| at != period.number()) {
                    continue;
                }
                let Some(findings) = self.restricted.take() else { return };
                self.work_out(plan, &stop.when, &findings, standing, period);
                self.restricted = Some(findings);
            }
            let fired = self.work.fired.row_mut(index);
            for (lane, (fired, holds)) in fired.iter_mut().zip(&self.work.open).enumerate() {
                if *holds == 1.0 && self.stopped[lane] == u32::MAX {
                    *fired = 1.0;
                    self.stopped[lane] = period.number();
                    any = true;
                    if stop.payments_end {
                        self.work.no_more_payments[lane] = period.number();
                    }
                    if lane == 0 {
                        line(Line::Stop { period, stop: index });
                    }
                }
            }
        }
        if any && let Some(restricted) = &mut self.restricted {
            restricted.leave_out(&self.stopped);
        }
    }
}

//! Payments laid out on the timeline, ready to settle.

use crate::numeric::each::Each;
use std::collections::HashMap;

use super::Limit;
use super::expression::{Place, Program};
use crate::analysis::largest_claim;
use crate::deal::{
    CohortId, Deal, Due, GroupId, Limits, MeasureId, Payment, PaymentId, PayorId, PeriodId, Price, StopId, Terms, TrancheKind, day_number,
    needed_first,
};

/// Everything `Owed::settle_period` needs.
#[derive(Clone, Debug)]
pub struct SettlementPlan {
    pub(super) payments: Each<PaymentId, PaymentPlan>,
    pub(super) parts: Vec<Part>,
    /// Place of each part in the order of the payments' names, then of the payors'.
    pub(super) by_name: Vec<usize>,
    pub(super) payors: Each<PayorId, PayorPlan>,
    /// What may fall due, by period.
    pub(super) schedule: Each<PeriodId, Period>,
    pub(super) cap: Option<i64>,
    /// The limits that the deal has, failures aside: what each cuts is kept by trial.
    pub(super) limits: Vec<Limit>,
    pub(super) stops: Each<StopId, StopPlan>,
    /// Stop clauses that ended the program and its last period, where it is known that it has ended.
    pub(super) stopped: Option<Vec<(StopId, u32)>>,
    pub(super) conditions: Vec<Program>,
    pub(super) rates: Vec<Program>,
    pub(super) formulas: usize,
    /// Whether payments are kept by period, for tranches that are tied to them and for reports.
    pub(super) keeps_payments: bool,
    pub(super) surveys: bool,
    pub(super) minor_units: f64,
    /// Largest amount of one claim, in minor units; beyond it a claim has no value.
    pub(super) largest: f64,
    /// Claims that are paid in instalments.
    pub(super) split_claims: usize,
    /// Tranches whose debt a share of savings may look at: all or none.
    pub(super) pledged: usize,
}

#[derive(Clone, Debug)]
pub(super) struct PaymentPlan {
    pub(super) terms: Vec<TermsPlan>,
    pub(super) limits: Limits,
    pub(super) two_way: bool,
    /// Whether the provider refunds what is below zero.
    pub(super) refunded_by_provider: bool,
    /// Its parts, by payor (indices of [`SettlementPlan::parts`]).
    pub(super) parts: Vec<usize>,
    /// First row and number of rows of its groups among the limited ones; none where no limit looks at groups.
    pub(super) limited_groups: Option<(usize, usize)>,
    /// Last period in which it may fall due, by how late everybody enrols.
    pub(super) last_periods: Vec<u32>,
}

/// Terms of a payment; gates and prices by line of the rate card, because each line looks at its own measure's groups.
#[derive(Clone, Debug)]
pub(super) struct TermsPlan {
    pub(super) gates: Vec<Option<Program>>,
    pub(super) price: Price,
    /// The number that a table or formula starts from.
    pub(super) number: Option<Program>,
    pub(super) cap: Option<i64>,
}

/// One payor's part of one payment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) payment: PaymentId,
    pub(super) payor: PayorId,
    /// Shares of the payment before this part and with it.
    pub(super) shares: [f64; 2],
}

#[derive(Clone, Debug)]
pub(super) struct PayorPlan {
    pub(super) cap: Option<i64>,
    /// Most in each fiscal year of the deal; empty where nothing limits it.
    pub(super) by_year: Vec<i64>,
    pub(super) carries_over: bool,
    pub(super) escrow: i64,
}

#[derive(Clone, Debug)]
pub(super) struct StopPlan {
    pub(super) period: Option<u32>,
    pub(super) when: Program,
    pub(super) payments_end: bool,
}

/// One claim or instalment, ready to fall due.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) payment: PaymentId,
    pub(super) due: Due,
    /// Factor on prices: discount and escalation.
    pub(super) factor: f64,
    /// Shares of the claim due before this instalment and with it.
    pub(super) shares: [f64; 2],
    /// First cohort of the group, counted from 1; 0 without a group.
    pub(super) cohort: f64,
    /// Period in which the first cohort of the group enrols: after an early stop nothing is due for it.
    pub(super) enrols: u32,
    /// Row of its group among the limited ones.
    pub(super) limited_group: usize,
    /// Row of its claim among those that are paid in instalments.
    pub(super) claim: Option<usize>,
}

/// One period of the schedule.
#[derive(Clone, Debug, Default)]
pub(super) struct Period {
    /// Whether a fiscal year starts with it.
    pub(super) opens_fiscal_year: bool,
    /// Index of its fiscal year.
    pub(super) year: usize,
    /// Its first day, as expressions count days, and its year of the deal.
    pub(super) day: f64,
    pub(super) deal_year: f64,
    pub(super) events: Vec<Event>,
    /// Payments with something payable, ascending.
    pub(super) payments: Vec<PaymentId>,
    /// Under which terms (index) the last claim of each of them is made, in their order.
    pub(super) held_since: Vec<usize>,
    /// Payors with something payable, each with its parts in order of the payments' names (who gets a last odd cent).
    pub(super) payors: Vec<(PayorId, Vec<usize>)>,
}

impl SettlementPlan {
    /// Lays out the payments of `deal`.
    #[must_use]
    pub fn new(deal: &Deal) -> Self {
        let timeline = &deal.timeline;
        let mut schedule: Each<PeriodId, Period> = (0..timeline.periods).map(|period| Period::new(deal, period)).collect();
        let mut parts = Vec::new();
        let mut payments: Each<PaymentId, PaymentPlan> = Each::default();
        let (mut limited_rows, mut split_claims) = (0, 0);
        let order = needed_first(deal.payments.len(), |payment: PaymentId| deal.payments_asked(payment)).unwrap_or_default();
        let mut claims = 0u64;
        // Looked up once: with many cohorts, each look takes long.
        let cohorts: Each<MeasureId, Each<GroupId, Vec<CohortId>>> =
            deal.measures.ids().map(|measure| deal.measure_groups(measure)).collect();
        for (index, payment) in deal.payments.pairs() {
            let mut plan = PaymentPlan::new(deal, index, payment, &mut parts);
            let mut groups: HashMap<Vec<CohortId>, usize> = HashMap::new();
            for due in deal.dues(index).into_iter().filter(|due| due.period < timeline.periods) {
                claims += 1;
                let dated = due.measure.is_none();
                let cases = plan.last_periods.iter_mut().zip(0..).filter(|(_, late)| dated || *late == due.late);
                cases.for_each(|(last, _)| *last = due.period.max(*last));
                let of_due = due.measure.map_or(&[][..], |measure| &cohorts[measure][due.group]);
                let mut event = Event::new(deal, index, due, of_due, &mut groups, limited_rows);
                if payment.instalments.len() > 1 {
                    // The instalments of one claim follow each other.
                    split_claims += usize::from(due.instalment == 0);
                    event.claim = Some(split_claims - 1);
                }
                schedule[PeriodId::from(due.period)].events.push(event);
            }
            if plan.limits.per_cohort.is_some() || plan.limits.per_person.is_some() || plan.limits.per_enrolled.is_some() {
                plan.limited_groups = Some((limited_rows, groups.len()));
                limited_rows += groups.len();
            }
            payments.push(plan);
        }
        let mut place_in_order = deal.payments.map(|_| 0);
        order.iter().enumerate().for_each(|(place, &payment)| place_in_order[payment] = place);
        for period in &mut schedule {
            period.events.sort_by_key(|event| place_in_order[event.payment]);
        }
        let place = Place { deal, measure: None };
        let conditions = deal.capital.conditions.iter().map(|gate| Program::decision(&gate.condition, place)).collect();
        let rates = deal.capital.rates.iter().map(|rate| Program::number(&rate.term, place)).collect();
        let stops = deal.stops.iter().map(|stop| {
            let when = Program::decision(&stop.when.condition, place);
            StopPlan { period: stop.period, when, payments_end: stop.payments_end }
        });
        let shares_savings = payments.iter().flat_map(|payment| &payment.terms).any(|terms| matches!(terms.price, Price::Savings { .. }));
        let mut plan = Self {
            split_claims,
            pledged: if shares_savings { deal.capital.tranches.len() } else { 0 },
            stops: stops.collect(),
            stopped: deal.so_far.as_ref().map(|so_far| so_far.results.stopped.clone()).filter(|stopped| !stopped.is_empty()),
            payors: deal.payors.iter().map(|payor| PayorPlan::new(deal, payor)).collect(),
            payments,
            by_name: Vec::new(),
            parts,
            schedule,
            cap: deal.cap.map(|cap| cap.0),
            limits: limits_of(deal).collect(),
            conditions,
            rates,
            formulas: deal.formulas.len(),
            surveys: false,
            keeps_payments: deal.capital.tranches.iter().any(|tranche| !tranche.tied_to.is_empty()),
            minor_units: deal.currency.minor_units() as f64,
            largest: largest_claim(claims),
        };
        plan.mark_payable(deal);
        plan
    }

    /// Number of periods.
    #[must_use]
    pub fn periods(&self) -> usize {
        self.schedule.len()
    }

    /// Whether payors may receive.
    #[must_use]
    pub fn is_two_way(&self) -> bool {
        self.payments.iter().any(|payment| payment.two_way)
    }

    /// The same, with payments kept by period.
    #[must_use]
    pub fn keeping_payments(mut self) -> Self {
        self.keeps_payments = true;
        self
    }

    /// The same, with every claim kept in every trial.
    #[must_use]
    pub fn surveying(mut self) -> Self {
        self.surveys = true;
        self
    }

    /// Which payments and payors may have something to pay in each period.
    fn mark_payable(&mut self, deal: &Deal) {
        let mut by_name: Vec<usize> = (0..self.parts.len()).collect();
        let name = |part: usize| (&deal.payments[self.parts[part].payment].name, &deal.payors[self.parts[part].payor].name);
        by_name.sort_by_key(|&part| name(part));
        self.by_name = vec![0; self.parts.len()];
        by_name.iter().enumerate().for_each(|(place, &part)| self.by_name[part] = place);
        let mut of_payor: Each<PayorId, Vec<usize>> = Each::filled(deal.payors.len(), Vec::new());
        by_name.iter().for_each(|&part| of_payor[self.parts[part].payor].push(part));
        let mut begun = deal.payments.map(|_| false);
        let mut payor_begun: Each<PayorId, bool> = Each::filled(deal.payors.len(), false);
        for period in &mut self.schedule {
            let mut payable = begun.map(|_| false);
            let mut held_since = self.payments.map(|payment| payment.terms.len() - 1);
            for event in &period.events {
                payable[event.payment] = true;
                held_since[event.payment] = event.due.terms;
                begun[event.payment] = true;
            }
            let waits = |payment: PaymentId| begun[payment] && self.payments[payment].limits.share.is_some();
            period.payments = begun.ids().filter(|&payment| payable[payment] || waits(payment)).collect();
            period.payments.iter().for_each(|&payment| payable[payment] = true);
            period.held_since = period.payments.iter().map(|&payment| held_since[payment]).collect();
            for (payor, begun) in payor_begun.pairs_mut() {
                let now = of_payor[payor].iter().any(|part| payable[self.parts[*part].payment]);
                *begun |= now;
                let carried = *begun && self.payors[payor].carries_over;
                if now || carried {
                    let wanted = |part: &usize| carried || payable[self.parts[*part].payment];
                    period.payors.push((payor, of_payor[payor].iter().copied().filter(wanted).collect()));
                }
            }
        }
    }

    pub(super) fn programs(&self) -> impl Iterator<Item = &Program> {
        let terms = self.payments.iter().flat_map(|payment| &payment.terms);
        let of_terms = terms.flat_map(|terms| terms.gates.iter().flatten().chain(&terms.number));
        of_terms.chain(self.stops.iter().map(|stop| &stop.when)).chain(&self.conditions).chain(&self.rates)
    }

    pub(super) fn limited_rows(&self) -> usize {
        self.payments.iter().filter_map(|payment| payment.limited_groups).map(|(_, rows)| rows).sum()
    }
}

impl Period {
    fn new(deal: &Deal, period: u32) -> Self {
        let timeline = &deal.timeline;
        Self {
            opens_fiscal_year: period == 0 || timeline.fiscal_year(period) != timeline.fiscal_year(period - 1),
            year: timeline.fiscal_year_index(period),
            day: day_number(timeline.date(period)),
            deal_year: f64::from(period / timeline.length.per_year() + 1),
            ..Self::default()
        }
    }
}

impl Event {
    /// `cohorts` are those that the claim is for, `groups` the groups of cohorts that earlier events of the payment are for.
    fn new(
        deal: &Deal,
        payment: PaymentId,
        due: Due,
        cohorts: &[CohortId],
        groups: &mut HashMap<Vec<CohortId>, usize>,
        first_row: usize,
    ) -> Self {
        let terms = &deal.payments[payment];
        let enrols = due.late + cohorts.iter().map(|&cohort| deal.program.cohorts[cohort].period).min().unwrap_or(0);
        let cohort = cohorts.first().map_or(0.0, |&cohort| cohort.number() as f64);
        let next = groups.len();
        let place = match groups.get(cohorts) {
            Some(&known) => known,
            None => *groups.entry(cohorts.to_vec()).or_insert(next),
        };
        let before: f64 = terms.instalments[..due.instalment].iter().map(|part| part.share).sum();
        let last = due.instalment + 1 == terms.instalments.len();
        let with = if last { 1.0 } else { before + terms.instalments[due.instalment].share };
        let factor = terms.factor(deal, due.known);
        Self { payment, due, factor, shares: [before, with], cohort, enrols, limited_group: first_row + place, claim: None }
    }
}

impl PaymentPlan {
    fn new(deal: &Deal, index: PaymentId, payment: &Payment, parts: &mut Vec<Part>) -> Self {
        let first = parts.len();
        let mut before = 0.0;
        for (at, &(payor, share)) in payment.payors.iter().enumerate() {
            let with = if at + 1 == payment.payors.len() { 1.0 } else { before + share };
            parts.push(Part { payment: index, payor, shares: [before, with] });
            before = with;
        }
        Self {
            terms: payment.terms.iter().map(|terms| TermsPlan::new(deal, payment, terms)).collect(),
            limits: payment.limits.clone(),
            two_way: payment.two_way,
            refunded_by_provider: payment.refunded_by_provider,
            parts: (first..parts.len()).collect(),
            limited_groups: None,
            last_periods: vec![0; deal.program.latest() as usize + 1],
        }
    }
}

impl TermsPlan {
    fn new(deal: &Deal, payment: &Payment, terms: &Terms) -> Self {
        let measures = payment.measures();
        let places: Vec<Option<MeasureId>> = if measures.is_empty() { vec![None] } else { measures.into_iter().map(Some).collect() };
        let place = |measure| Place { deal, measure };
        let gate = |measure: &Option<MeasureId>| terms.when.as_ref().map(|gate| Program::decision(&gate.condition, place(*measure)));
        let number = terms.price.expression().map(|term| Program::number(term, place(places[0])));
        let mut price = terms.price.clone();
        if let Price::Savings { once_repaid, .. } = &mut price
            && once_repaid.is_empty()
        {
            *once_repaid =
                deal.capital.tranches.ids().filter(|&tranche| deal.capital.tranches[tranche].kind == TrancheKind::Loan).collect();
        }
        Self { gates: places.iter().map(gate).collect(), price, number, cap: terms.cap.map(|cap| cap.0) }
    }
}

impl PayorPlan {
    fn new(deal: &Deal, payor: &crate::deal::Payor) -> Self {
        let years = deal.timeline.fiscal_years().len();
        let limit = |year: usize| {
            let appropriated = payor.appropriations.get(year).map(|amount| amount.0);
            [payor.cap_per_fiscal_year.map(|cap| cap.0), appropriated].into_iter().flatten().min()
        };
        Self {
            cap: payor.cap.map(|cap| cap.0),
            by_year: (0..years).map_while(limit).collect(),
            carries_over: payor.carries_over,
            escrow: payor.escrow.0,
        }
    }
}

/// The limits of `deal` in the order in which they bind, failures of payors aside.
pub fn limits_of(deal: &Deal) -> impl Iterator<Item = Limit> {
    let of_payment = |(index, payment): (PaymentId, &Payment)| {
        let limits = &payment.limits;
        let measured = payment.first_measure().is_some();
        [
            (limits.per_person.is_some() && measured, Limit::Person(index)),
            (limits.per_enrolled.is_some() && measured, Limit::Enrolled(index)),
            (limits.per_cohort.is_some(), Limit::Cohort(index)),
            (limits.per_period.is_some(), Limit::Period(index)),
            (limits.per_fiscal_year.is_some(), Limit::FiscalYear(index)),
            (payment.terms.iter().any(|terms| terms.cap.is_some()), Limit::Payment(index)),
            (limits.floor.is_some(), Limit::Floor(index)),
            (limits.share.is_some(), Limit::Share(index)),
        ]
    };
    let of_payor = |(index, payor): (PayorId, &crate::deal::Payor)| {
        let yearly = payor.cap_per_fiscal_year.is_some() || !payor.appropriations.is_empty();
        [(yearly, Limit::PayorYear(index)), (payor.cap.is_some(), Limit::Payor(index))]
    };
    let of_payments = deal.payments.pairs().flat_map(of_payment);
    let all = of_payments.chain(deal.payors.pairs().flat_map(of_payor)).chain([(deal.cap.is_some(), Limit::Deal)]);
    all.filter(|(has, _)| *has).map(|(_, limit)| limit)
}

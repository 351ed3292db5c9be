//! What each limit of a deal allows, has let through, and leaves.

use std::collections::BTreeMap;

use crate::deal::{CohortId, Deal, GroupId, MeasureId, PaymentId, PayorId, SoFar, Statistic};
use crate::engine::{Entry, Settled, settle_through};
use crate::settlement::{Claim, Limit, Line};

/// The time or the people that a limit holds for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// The whole deal.
    Deal,
    /// A fiscal year, by the calendar year in which it ends.
    FiscalYear(i16),
    /// One period.
    Period(u32),
    /// A group of cohorts.
    Cohorts(Vec<CohortId>),
}

/// Where one limit stands, in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The limit.
    pub limit: Limit,
    /// What it holds for.
    pub span: Span,
    /// The most, or of a floor the least, 0 or more.
    pub total: i64,
    /// What has gone through it: paid, or waiting behind another limit that comes later.
    pub used: i64,
    /// What it has cut for good so far; of a floor what it has added. Known of the whole deal only.
    pub cut: Option<i64>,
    /// What waits behind it for later.
    pub waits: i64,
}

impl Standing {
    /// What it leaves; of a floor what is still to come at least. 0 or more.
    #[must_use]
    pub fn left(&self) -> i64 {
        (self.total - self.used).max(0)
    }
}

/// Where every limit of the deal stands: by payment, then by payor, then the deal's.
pub(super) fn standing(deal: &Deal, so_far: &SoFar, settled: &Settled) -> Vec<Standing> {
    let books = Books { deal, so_far, settled, earlier: earlier(deal, so_far) };
    let mut all = Vec::new();
    for payment in deal.payments.ids() {
        books.groups(payment, &mut all);
        books.payment(payment, &mut all);
    }
    deal.payors.ids().for_each(|payor| books.payor(payor, &mut all));
    if let Some(cap) = deal.cap {
        let used = settled.block.owed.payor_paid.lane(0).sum();
        all.push(books.made(Limit::Deal, Span::Deal, cap.0, used, 0));
    }
    all
}

/// The deal as it stood when each fiscal year ended, and a period ago, where a payment is limited by them.
fn earlier(deal: &Deal, so_far: &SoFar) -> BTreeMap<u32, Settled> {
    let limits = || deal.payments.iter().map(|payment| &payment.limits);
    let by_year = limits().any(|limits| limits.per_fiscal_year.is_some());
    let by_period = limits().any(|limits| limits.per_period.is_some());
    let timeline = &deal.timeline;
    let ends = |period: &u32| timeline.fiscal_year(*period) != timeline.fiscal_year(period + 1);
    let wanted = |period: &u32| (by_year && ends(period)) || (by_period && period + 1 == so_far.through);
    (0..so_far.through).filter(wanted).map(|period| (period, settle_through(deal, &so_far.results, period))).collect()
}

struct Books<'a> {
    deal: &'a Deal,
    so_far: &'a SoFar,
    settled: &'a Settled,
    earlier: BTreeMap<u32, Settled>,
}

impl Books<'_> {
    fn made(&self, limit: Limit, span: Span, total: i64, used: i64, waits: i64) -> Standing {
        let cut = self.settled.block.owed.cut_by(limit).filter(|_| span == Span::Deal).map(|cut| cut[0].abs());
        Standing { limit, span, total, used, cut, waits }
    }

    /// What waits of a payment, of all payors or of one, and what its share of all holds back.
    fn waits(&self, wanted: impl Fn(PaymentId, Option<PayorId>) -> bool) -> i64 {
        self.settled.deferred.iter().filter(|(payment, payor, _)| wanted(*payment, *payor)).map(|(.., amount)| amount).sum()
    }

    /// What a payment has paid and what waits, by the end of a period.
    fn committed(&self, payment: PaymentId, through: u32) -> i64 {
        let then = self.earlier.get(&through).unwrap_or(self.settled);
        let waits: i64 = then.deferred.iter().filter(|(of, ..)| *of == payment).map(|(.., amount)| amount).sum();
        then.block.owed.payment_paid.row(payment)[0] + waits
    }

    fn payment(&self, payment: PaymentId, all: &mut Vec<Standing>) {
        let (deal, through) = (self.deal, self.so_far.through);
        let terms = &deal.payments[payment];
        let limits = &terms.limits;
        let committed = self.committed(payment, through);
        if let Some(cap) = limits.per_period {
            let before = through.checked_sub(1).map_or(0, |before| self.committed(payment, before));
            all.push(self.made(Limit::Period(payment), Span::Period(through), cap.0, committed - before, 0));
        }
        if let Some(cap) = limits.per_fiscal_year {
            let mut before = 0;
            for (year, last) in self.years() {
                let now = self.committed(payment, last);
                all.push(self.made(Limit::FiscalYear(payment), Span::FiscalYear(year), cap.0, now - before, 0));
                before = now;
            }
        }
        let held = terms.terms.iter().rfind(|terms| terms.first_period <= through).unwrap_or(&terms.terms[0]);
        if let Some(cap) = held.cap {
            all.push(self.made(Limit::Payment(payment), Span::Deal, cap.0, committed, 0));
        }
        if let Some(floor) = limits.floor {
            all.push(self.made(Limit::Floor(payment), Span::Deal, floor.0, committed, 0));
        }
        if let Some(share) = limits.share {
            let paid = self.settled.block.owed.payment_paid.row(payment)[0];
            let total = (self.others(payment) as f64 * share / (1.0 - share)) as i64;
            let waits = self.waits(|of, payor| of == payment && payor.is_none());
            all.push(self.made(Limit::Share(payment), Span::Deal, total, paid, waits));
        }
    }

    /// What the payors of a payment have paid for others, by their shares.
    fn others(&self, payment: PaymentId) -> i64 {
        let own: Vec<PayorId> = self.deal.payments[payment].payors.iter().map(|&(payor, _)| payor).collect();
        let others = self.deal.payments.pairs().filter(|(other, _)| *other != payment);
        let shared = |(other, terms): (PaymentId, &crate::deal::Payment)| {
            let paid = self.settled.block.owed.payment_paid.row(other)[0];
            terms.payors.iter().filter(|(payor, _)| own.contains(payor)).map(|(_, share)| (paid as f64 * share) as i64).sum::<i64>()
        };
        others.map(shared).sum()
    }

    fn payor(&self, payor: PayorId, all: &mut Vec<Standing>) {
        let (terms, owed) = (&self.deal.payors[payor], &self.settled.block.owed);
        let timeline = &self.deal.timeline;
        if terms.cap_per_fiscal_year.is_some() || !terms.appropriations.is_empty() {
            for (year, last) in self.years() {
                let index = timeline.fiscal_year_index(last);
                let voted = terms.appropriations.get(index).map(|amount| amount.0);
                let cap = terms.cap_per_fiscal_year.map(|amount| amount.0);
                let Some(total) = voted.into_iter().chain(cap).min() else { continue };
                let in_year = (0..=last).filter(|&period| timeline.fiscal_year(period) == year);
                let used = in_year.map(|period| owed.paid_in(payor, period.into())[0]).sum();
                let waits = if last == self.so_far.through { self.waits(|_, of| of == Some(payor)) } else { 0 };
                all.push(self.made(Limit::PayorYear(payor), Span::FiscalYear(year), total, used, waits));
            }
        }
        if let Some(cap) = terms.cap {
            all.push(self.made(Limit::Payor(payor), Span::Deal, cap.0, owed.payor_paid.row(payor)[0], 0));
        }
    }

    /// Fiscal years that have begun, and the last period of each so far.
    fn years(&self) -> BTreeMap<i16, u32> {
        (0..=self.so_far.through).map(|period| (self.deal.timeline.fiscal_year(period), period)).collect()
    }

    /// Limits on groups of cohorts for which something has fallen due.
    fn groups(&self, payment: PaymentId, all: &mut Vec<Standing>) {
        let limits = &self.deal.payments[payment].limits;
        let mut used: BTreeMap<Vec<CohortId>, (i64, Claim)> = BTreeMap::new();
        let mut last: Option<Vec<CohortId>> = None;
        for entry in &self.settled.ledger {
            match *entry {
                Entry::Line(Line::Claim(claim)) if claim.payment == payment => {
                    last = claim.measure.map(|measure| self.deal.measure_groups(measure)[claim.group].clone());
                    if let Some(cohorts) = &last {
                        used.entry(cohorts.clone()).or_insert((0, claim)).0 += claim.due;
                    }
                }
                Entry::Line(Line::Cut { limit: Limit::Person(of) | Limit::Enrolled(of) | Limit::Cohort(of), from, to, .. })
                    if of == payment =>
                {
                    if let Some((sum, _)) = last.as_ref().and_then(|cohorts| used.get_mut(cohorts)) {
                        *sum += to - from;
                    }
                }
                _ => {}
            }
        }
        for (cohorts, (used, claim)) in used {
            let Some(measure) = claim.measure else { continue };
            let span = || Span::Cohorts(cohorts.clone());
            let each = [
                (limits.per_person, Statistic::Units, Limit::Person(payment)),
                (limits.per_enrolled, Statistic::Enrolled, Limit::Enrolled(payment)),
            ];
            for (cap, of, limit) in each {
                let Some(cap) = cap else { continue };
                let people = self.found(measure, claim.group, of);
                if !people.is_nan() {
                    all.push(self.made(limit, span(), (cap.0 as f64 * people.max(0.0)) as i64, used, 0));
                }
            }
            if let Some(cap) = limits.per_cohort {
                all.push(self.made(Limit::Cohort(payment), span(), cap.0, used, 0));
            }
        }
    }

    fn found(&self, measure: MeasureId, group: GroupId, statistic: Statistic) -> f64 {
        let mut people = [f64::NAN];
        self.settled.block.found().measures[measure].statistic(statistic, group, &mut people);
        people[0]
    }
}

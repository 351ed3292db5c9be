//! What each payor owes and pays: gate, price, limit, schedule.

use std::collections::BTreeMap;

use super::calendar::Day;
use super::expression::{Expr, Place, value};
use super::found::{Estimates, Given, Group, groups};
use super::number::{Num, ONE, ZERO};
use super::place::{At, look_up, order};
use super::text::{Contract, Payment, Price, Terms, When};

/// What investors have put in and are owed, by tranche, in cents.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing {
    pub drawn: i128,
    pub principal: i128,
    pub owed: i128,
}

/// A part of a claim that waits for its day.
#[derive(Clone, Debug)]
pub struct Due {
    pub period: usize,
    pub cohorts: Option<Vec<usize>>,
    /// People that it is for.
    pub people: Option<Num>,
    pub amount: i128,
    /// What it repays of the debts that a share of savings looks at.
    pub repays: i128,
}

#[derive(Clone, Debug, Default)]
pub struct Till {
    /// Due before any limit.
    pub due: i128,
    /// Paid, this period included.
    pub paid: i128,
    /// Paid in earlier periods.
    pub paid_before: i128,
    pub waiting: Vec<Due>,
    /// Counted under its own caps: paid or carried over.
    pub counted: i128,
    pub counted_in: BTreeMap<i32, i128>,
    pub by_group: BTreeMap<Vec<usize>, i128>,
    /// Waits for the other payments to grow.
    pub held_back: i128,
    /// Its own limits, and what each cut for good.
    pub cuts: BTreeMap<&'static str, i128>,
    pub floor_adds: i128,
    pub units: Num2,
    /// Whether a value was undefined, how often.
    pub undefined: u32,
    /// Last period in which something may fall due.
    pub last: usize,
}

/// Units so far; a number that begins at 0.
#[derive(Clone, Copy, Debug)]
pub struct Num2(pub Num);

impl Default for Num2 {
    fn default() -> Self {
        Self(ZERO)
    }
}

#[derive(Clone, Debug, Default)]
pub struct Purse {
    pub paid: i128,
    pub due: i128,
    pub defaulted: i128,
    pub paid_in: BTreeMap<i32, i128>,
    pub escrow_used: i128,
    /// Carried over, by payment.
    pub carried: Vec<i128>,
    /// Paid, by payment.
    pub paid_for: Vec<i128>,
    /// What nobody could refund to it.
    pub unpaid_to: i128,
    pub cut_by_cap: i128,
    pub cut_by_year: i128,
}

pub struct Settlement<'a> {
    pub contract: &'a Contract,
    pub given: &'a Given,
    pub tills: Vec<Till>,
    pub purses: Vec<Purse>,
    /// Paid by payor and period.
    pub paid: Vec<Vec<i128>>,
    /// What goes to payors in the period at hand, below zero, by payor and payment.
    pub refunds: Vec<Vec<i128>>,
    pub stopped: Option<usize>,
    pub ended: Option<usize>,
    pub fired: Vec<bool>,
    pub deal_paid: i128,
    pub cut_by_deal: i128,
    pub order: Vec<usize>,
}

impl<'a> Settlement<'a> {
    pub fn new(contract: &'a Contract, given: &'a Given) -> Self {
        let periods = contract.calendar.periods;
        let mut new = Self {
            contract,
            given,
            tills: vec![Till::default(); contract.payments.len()],
            purses: vec![
                Purse { carried: vec![0; contract.payments.len()], paid_for: vec![0; contract.payments.len()], ..Purse::default() };
                contract.payors.len()
            ],
            paid: vec![vec![0; periods]; contract.payors.len()],
            refunds: vec![vec![0; contract.payments.len()]; contract.payors.len()],
            stopped: None,
            ended: None,
            fired: vec![false; contract.stops.len()],
            deal_paid: 0,
            cut_by_deal: 0,
            order: order(contract),
        };
        for payment in 0..contract.payments.len() {
            let days = (0..periods).filter(|&period| !new.claims(payment, period).is_empty());
            let lags = contract.payments[payment].instalments.iter().map(|part| part.1);
            let last = days.flat_map(|day| lags.clone().map(move |lag| day + lag)).filter(|&day| day < periods).max();
            new.tills[payment].last = last.unwrap_or(usize::MAX);
        }
        new
    }

    pub fn findings(&self) -> Estimates<'_> {
        Estimates { contract: self.contract, given: self.given, last: self.stopped }
    }

    pub fn payor(&self, name: &str) -> usize {
        self.contract.payors.iter().position(|payor| payor.name == name).unwrap()
    }

    /// Claims that fall due in `period`: the measure, the price of a rate card's line, the group.
    pub fn claims(&self, payment: usize, period: usize) -> Vec<(Option<usize>, Option<Num>, Option<Group>)> {
        let plan = &self.contract.payments[payment];
        let calendar = &self.contract.calendar;
        let Some(due) = period.checked_sub(self.delay(plan)) else { return vec![] };
        let lies = |day: &Day| calendar.period(*day).expect("a day of the deal");
        if plan.from.as_ref().is_some_and(|from| due < lies(from)) || plan.until.as_ref().is_some_and(|until| due > lies(until)) {
            return vec![];
        }
        let Some(asked) = due.checked_sub(plan.paid_after) else { return vec![] };
        match &plan.when {
            When::EveryPeriod => return vec![(None, None, None)],
            When::EveryYear if asked % calendar.per_year() as usize == 0 => return vec![(None, None, None)],
            When::EveryYear => return vec![],
            When::Dates(days) => {
                return days.iter().filter(|&&day| calendar.period(day) == Some(asked)).map(|_| (None, None, None)).collect();
            }
            When::On => {}
        }
        let findings = self.findings();
        let lines: Vec<(String, Option<Num>)> = match &self.terms(plan, period).price {
            Price::Card(lines) => lines.iter().map(|(on, price)| (on.clone(), Some(*price))).collect(),
            _ => vec![(plan.on.clone().expect("a measure"), None)],
        };
        let mut found = Vec::new();
        for (on, price) in lines {
            let (index, measure) = findings.measure(&on);
            for group in groups(self.contract, measure, self.given.late) {
                let wanted = plan.cohorts.as_ref().is_none_or(|only| group.cohorts.iter().all(|cohort| only.contains(cohort)));
                let here = plan.sites.as_ref().is_none_or(|sites| {
                    group.cohorts.iter().all(|&cohort| self.contract.cohorts[cohort].site.as_ref().is_some_and(|site| sites.contains(site)))
                });
                if group.reported == asked && wanted && here {
                    found.push((Some(index), price, Some(group)));
                }
            }
        }
        found
    }

    pub fn terms<'p>(&self, plan: &'p Payment, period: usize) -> &'p Terms {
        let calendar = &self.contract.calendar;
        let due = period.saturating_sub(self.delay(plan));
        plan.terms.iter().rfind(|terms| terms.from.is_none_or(|from| calendar.period(from).is_some_and(|from| from <= due))).unwrap()
    }

    /// Periods by which the slowest payor makes the whole payment wait.
    pub fn delay(&self, plan: &Payment) -> usize {
        plan.payors.iter().map(|(name, _)| self.contract.payors[self.payor(name)].delay).max().unwrap()
    }

    /// Settles a period.
    pub fn run(&mut self, period: usize, standing: &[Standing]) {
        for till in &mut self.tills {
            till.paid_before = till.paid;
        }
        self.look_at_stops(period, standing);
        let mut payable = vec![0; self.tills.len()];
        let going = self.ended.is_none_or(|last| period <= last);
        if going {
            for payment in self.order.clone() {
                self.fall_due(payment, period, standing);
                payable[payment] = self.within_own_limits(payment, period);
            }
        }
        self.hold_back(&mut payable, period);
        self.pay(&payable, period);
    }

    pub fn look_at_stops(&mut self, period: usize, standing: &[Standing]) {
        if self.stopped.is_some() {
            return;
        }
        let holds: Vec<bool> = self
            .contract
            .stops
            .iter()
            .map(|stop| {
                let looked_at = stop.at.is_none_or(|at| self.contract.calendar.period(at) == Some(period));
                let at = At { settlement: self, standing, period, group: None, payment: None };
                looked_at && value(&stop.when, &at).truth() == Some(true)
            })
            .collect();
        for (index, stop) in self.contract.stops.iter().enumerate() {
            if holds[index] {
                self.fired[index] = true;
                self.stopped = Some(period);
                if stop.payments_end {
                    self.ended = Some(period);
                }
            }
        }
    }

    /// Adds the claims of a period to what waits for its day.
    pub fn fall_due(&mut self, payment: usize, period: usize, standing: &[Standing]) {
        let plan = &self.contract.payments[payment];
        let mut debts: Vec<i128> = standing.iter().map(|tranche| tranche.owed).collect();
        // an instalment of an earlier claim repays before a new one looks
        let earlier = self.tills[payment].waiting.iter().filter(|due| due.period == period).map(|due| due.repays).sum();
        repay(&self.counted_debts(&self.terms(plan, period).price), &mut debts, earlier);
        for (measure, price, group) in self.claims(payment, period) {
            if group.as_ref().is_some_and(|group| self.findings().enrolled(&group.cohorts) == 0) {
                continue;
            }
            let terms = self.terms(plan, period);
            let at = At { settlement: self, standing, period, group: group.as_ref(), payment: Some(payment) };
            let open = terms.gate.as_ref().is_none_or(|gate| value(gate, &at).truth() == Some(true));
            if !open {
                continue;
            }
            let before_it = debts.clone();
            let Some((amount, units)) = self.amount(payment, terms, measure, price, &at, &mut debts) else {
                self.tills[payment].undefined += 1;
                continue;
            };
            let repays = before_it.iter().sum::<i128>() - debts.iter().sum::<i128>();
            // only what falls due now has repaid it when the next claim looks
            debts = before_it;
            let now: Num = plan.instalments.iter().filter(|part| part.1 == 0).fold(ZERO, |sum, part| sum.plus(part.0));
            repay(&self.counted_debts(&self.terms(plan, period).price), &mut debts, Num::whole(repays).times(now).nearest());
            let people = group.as_ref().and_then(|group| self.findings().statistic(measure?, group, "units"));
            let till = &mut self.tills[payment];
            till.units = Num2(till.units.0.plus(units));
            let cents = amount.times(Num::whole(100)).nearest();
            let cents = if plan.two_way { cents } else { cents.max(0) };
            let (mut share, mut before, mut repaid) = (ZERO, 0, 0);
            for (index, (part, after)) in plan.instalments.iter().enumerate() {
                share = share.plus(*part);
                let so_far = if index + 1 == plan.instalments.len() { cents } else { Num::whole(cents).times(share).nearest() };
                let repaid_so_far = Num::whole(repays).times(share).nearest();
                let cohorts = group.as_ref().map(|group| group.cohorts.clone());
                till.waiting.push(Due { period: period + after, cohorts, people, amount: so_far - before, repays: repaid_so_far - repaid });
                before = so_far;
                repaid = repaid_so_far;
            }
        }
    }

    /// An amount in major units, and the units that tiers count; nothing where undefined.
    pub fn amount(
        &self,
        payment: usize,
        terms: &Terms,
        measure: Option<usize>,
        line: Option<Num>,
        at: &At<'_>,
        debts: &mut [i128],
    ) -> Option<(Num, Num)> {
        let plan = &self.contract.payments[payment];
        let calendar = &self.contract.calendar;
        let rises =
            plan.escalator.map_or(ONE, |(rate, from)| ONE.plus(rate).power(calendar.full_years(from, at.period - self.delay(plan))));
        let factor = ONE.minus(plan.discount).times(rises);
        let times = |amount: Num| if factor.order(ONE).is_eq() { amount } else { amount.times(factor) };
        // a price is rounded before it is multiplied; what a table or a formula gives only once, as a claim
        let priced = |price: Num| Num::ratio(times(price).times(Num::whole(100)).nearest(), 100);
        let findings = self.findings();
        let statistic = |word: &str| findings.statistic(measure?, at.group?, word);
        let amount = match &terms.price {
            Price::PerUnit { price, less } => {
                let less = match less {
                    Some(name) => at.name(name, Some("units")).number()?,
                    None => ZERO,
                };
                statistic("units")?.minus(less).times(priced(*price))
            }
            Price::PerAdditional(price) => statistic("additional")?.most(ZERO).times(priced(*price)),
            Price::Lump(amount) => priced(*amount),
            Price::Table(table) => {
                let by = match &table.by {
                    Some(Expr::Name(word, None)) if is_statistic(word) => statistic(word)?,
                    Some(expr) => value(expr, at).number()?,
                    None => statistic(findings.own(&self.contract.measures[measure?]))?,
                };
                times(look_up(table, by))
            }
            Price::Card(_) => statistic("units")?.times(priced(line?)),
            Price::Tiers(tiers) => {
                let units = statistic("units")?;
                let (from, to) = (self.tills[payment].units.0, self.tills[payment].units.0.plus(units));
                let mut sum = ZERO;
                for (index, (start, pay)) in tiers.iter().enumerate() {
                    let end = tiers.get(index + 1).map_or(to, |next| next.0.least(to));
                    let within = end.minus(start.most(from)).most(ZERO);
                    sum = sum.plus(within.times(priced(*pay)));
                }
                return Some((sum, units));
            }
            Price::Share { of, share, then, .. } => {
                let savings = match of {
                    Some(name) => at.name(name, Some("units")).number()?,
                    None => statistic("units")?,
                };
                let savings = savings.most(ZERO);
                let which = self.counted_debts(&terms.price);
                let debt = Num::ratio(which.iter().map(|&index| debts[index]).sum(), 100);
                let first = savings.times(*share).least(debt);
                let used = first.over(*share).unwrap_or(savings);
                repay(&which, debts, first.times(Num::whole(100)).nearest());
                let all = first.plus(savings.minus(used).times(*then));
                return Some((times(all), ZERO));
            }
            Price::Formula(expr) => times(value(expr, at).number()?),
        };
        Some((amount, ZERO))
    }

    /// The tranches that must be owed nothing: every loan where none is named.
    fn counted_debts(&self, price: &Price) -> Vec<usize> {
        let Price::Share { once_repaid, .. } = price else { return vec![] };
        let counts = |index: &usize| {
            let tranche = &self.contract.capital.tranches[*index];
            match once_repaid {
                Some(names) => names.contains(&tranche.name),
                None => matches!(tranche.kind.as_str(), "senior" | "junior" | "loan"),
            }
        };
        (0..self.contract.capital.tranches.len()).filter(counts).collect()
    }

    /// What comes in for a payment in the period at hand, and what is to be refunded.
    pub fn paid_now(&self, payment: usize) -> (i128, i128) {
        let refund = -self.refunds.iter().map(|refunds| refunds[payment]).sum::<i128>();
        (self.tills[payment].paid - self.tills[payment].paid_before + refund, refund)
    }
}

fn repay(which: &[usize], debts: &mut [i128], mut amount: i128) {
    for &index in which {
        let part = amount.min(debts[index]);
        debts[index] -= part;
        amount -= part;
    }
}

fn is_statistic(word: &str) -> bool {
    matches!(
        word,
        "units"
            | "enrolled"
            | "rate"
            | "comparison_rate"
            | "difference"
            | "decrease"
            | "relative_change"
            | "reduction"
            | "additional"
            | "avoided"
            | "standard_error"
            | "p_value"
    )
}

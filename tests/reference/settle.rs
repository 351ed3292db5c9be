//! What each payor owes and pays: gate, price, limit, schedule.

use std::collections::BTreeMap;

use super::calendar::Day;
use super::expression::{Expr, Known, Place, value};
use super::found::{Findings, Given, Group, groups};
use super::number::{Num, ONE, ZERO, share_out};
use super::text::{Contract, Formula, Payment, Price, Tabled, Terms, When};

/// What investors have put in and are owed, by tranche, in cents.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing {
    pub drawn: i128,
    pub principal: i128,
    pub owed: i128,
}

/// A part of a claim that waits for its day.
#[derive(Clone, Debug)]
struct Due {
    period: usize,
    cohorts: Option<Vec<usize>>,
    amount: i128,
}

#[derive(Clone, Debug, Default)]
pub struct Till {
    /// Due before any limit.
    pub due: i128,
    /// Paid, this period included.
    pub paid: i128,
    /// Paid in earlier periods.
    paid_before: i128,
    waiting: Vec<Due>,
    /// Counted under its own caps: paid or carried over.
    counted: i128,
    counted_in: BTreeMap<i32, i128>,
    by_group: BTreeMap<Vec<usize>, i128>,
    /// Waits for the other payments to grow.
    held_back: i128,
    units: Num2,
    /// Whether a value was undefined, how often.
    pub undefined: u32,
    /// Last period in which something may fall due.
    last: usize,
}

/// Units so far; a number that begins at 0.
#[derive(Clone, Copy, Debug)]
struct Num2(Num);

impl Default for Num2 {
    fn default() -> Self {
        Self(ZERO)
    }
}

#[derive(Clone, Debug, Default)]
pub struct Purse {
    pub paid: i128,
    pub due: i128,
    pub unhonoured: i128,
    paid_in: BTreeMap<i32, i128>,
    escrow_used: i128,
    /// Carried over, by payment.
    carried: Vec<i128>,
    /// Paid, by payment.
    paid_for: Vec<i128>,
}

pub struct Settlement<'a> {
    pub contract: &'a Contract,
    pub given: &'a Given,
    pub tills: Vec<Till>,
    pub purses: Vec<Purse>,
    /// Paid by payor and period.
    pub paid: Vec<Vec<i128>>,
    pub stopped: Option<usize>,
    ended: Option<usize>,
    fired: Vec<bool>,
    deal_paid: i128,
    order: Vec<usize>,
}

/// Where an expression stands.
pub struct At<'a> {
    pub settlement: &'a Settlement<'a>,
    pub standing: &'a [Standing],
    pub period: usize,
    pub group: Option<&'a Group>,
    /// The payment at hand.
    pub payment: Option<usize>,
}

impl Place for At<'_> {
    fn name(&self, name: &str, statistic: Option<&str>) -> Known {
        let contract = self.settlement.contract;
        if let Some(formula) = contract.formulas.get(name) {
            return match formula {
                Formula::Is(expr) => value(expr, self),
                Formula::Table(table) => {
                    let at = value(table.by.as_ref().unwrap(), self).number();
                    Known::Number(at.map(|at| look_up(table, at, |amount| amount)))
                }
            };
        }
        let findings = self.settlement.findings();
        let (index, measure) = findings.measure(name);
        let group = match self.group {
            Some(group) => findings.same_group(measure, group),
            // the newest report
            None => groups(contract, measure, self.settlement.given.late).into_iter().rfind(|group| group.reported <= self.period),
        };
        let known = group.filter(|group| group.reported <= self.period);
        Known::Number(known.and_then(|group| findings.statistic(index, &group, statistic.unwrap_or(findings.own(measure)))))
    }

    fn of(&self, function: &str, name: &str) -> Known {
        let contract = self.settlement.contract;
        let till = || &self.settlement.tills[contract.payments.iter().position(|payment| payment.name == name).unwrap()];
        let tranche = || self.standing[contract.capital.tranches.iter().position(|tranche| tranche.name == name).unwrap()];
        let money = |cents: i128| Known::Number(Some(Num::ratio(cents, 100)));
        match function {
            "due" => money(till().due),
            "paid" => money(till().paid_before),
            "achieved" => Known::Truth(Some(till().due > 0)),
            "drawn" => money(tranche().drawn),
            "principal" => money(tranche().principal),
            "owed" => money(tranche().owed),
            "stopped" => Known::Truth(Some(self.settlement.fired[contract.stops.iter().position(|stop| stop.name == name).unwrap()])),
            other => panic!("no function {other}"),
        }
    }

    fn word(&self, word: &str) -> Known {
        let calendar = &self.settlement.contract.calendar;
        let whole = |n: usize| Known::Number(Some(Num::whole(n as i128)));
        match word {
            "date" => Known::Number(Some(Num::whole(i128::from(super::calendar::number(calendar.first_day(self.period)))))),
            "year" => whole(calendar.years_before(self.period) + 1),
            "cohort" => whole(self.group.expect("a group").cohorts[0] + 1),
            _ => {
                let others = self.settlement.tills.iter().enumerate().filter(|(index, _)| Some(*index) != self.payment);
                Known::Truth(Some(others.into_iter().all(|(_, till)| till.due > 0)))
            }
        }
    }
}

/// The row that a number has reached, and how far beyond its beginning it lies.
fn look_up(table: &Tabled, at: Num, priced: impl Fn(Num) -> Num) -> Num {
    let mut amount = priced(table.otherwise);
    let mut end = amount;
    for (index, row) in table.rows.iter().enumerate() {
        let reached = if table.more_than { row.from.is_below(at) } else { !at.is_below(row.from) };
        if !reached {
            break;
        }
        let slope = match table.whole {
            whole if whole.order(ZERO).is_gt() => priced(row.slope.times(whole)).over(whole).unwrap(),
            _ => priced(row.slope),
        };
        let beyond = |to: Num| match to.minus(row.from).over(table.whole) {
            Some(points) => points.floor().times(table.whole),
            None => to.minus(row.from),
        };
        let start = row.pay.map_or(if index == 0 { priced(ZERO) } else { end }, &priced);
        amount = start.plus(slope.times(beyond(at)));
        end = table.rows.get(index + 1).map_or(amount, |next| start.plus(slope.times(beyond(next.from))));
    }
    amount
}

fn asks(expr: &Expr, contract: &Contract, found: &mut Vec<String>) {
    match expr {
        Expr::Name(name, None) if name == "all_others_achieved" => found.push("*".into()),
        Expr::Name(name, _) => match contract.formulas.get(name) {
            Some(Formula::Is(inner)) => asks(inner, contract, found),
            Some(Formula::Table(table)) => asks(table.by.as_ref().unwrap(), contract, found),
            None => {}
        },
        Expr::Of(function, name) if matches!(function.as_str(), "due" | "achieved") => found.push(name.clone()),
        Expr::Of(..) | Expr::Number(_) => {}
        Expr::Call(_, arguments) => arguments.iter().for_each(|argument| asks(argument, contract, found)),
        Expr::Binary(_, left, right) => [left, right].into_iter().for_each(|side| asks(side, contract, found)),
        Expr::Not(inner) => asks(inner, contract, found),
    }
}

/// Payments in the order in which they ask for each other's dues.
fn order(contract: &Contract) -> Vec<usize> {
    let names: Vec<&str> = contract.payments.iter().map(|payment| payment.name.as_str()).collect();
    let asked: Vec<Vec<usize>> = contract
        .payments
        .iter()
        .enumerate()
        .map(|(index, payment)| {
            let mut found = Vec::new();
            for terms in &payment.terms {
                let exprs = match &terms.price {
                    Price::Formula(expr) => vec![expr],
                    Price::Table(table) => table.by.iter().collect(),
                    _ => vec![],
                };
                exprs.into_iter().chain(&terms.gate).for_each(|expr| asks(expr, contract, &mut found));
            }
            if found.iter().any(|name| name == "*") {
                (0..names.len()).filter(|&other| other != index).collect()
            } else {
                found.iter().map(|name| names.iter().position(|other| other == name).unwrap()).filter(|&other| other != index).collect()
            }
        })
        .collect();
    let mut done: Vec<usize> = Vec::new();
    while done.len() < names.len() {
        let next = (0..names.len()).find(|index| !done.contains(index) && asked[*index].iter().all(|other| done.contains(other)));
        done.push(next.expect("no circle"));
    }
    done
}

impl<'a> Settlement<'a> {
    pub fn new(contract: &'a Contract, given: &'a Given) -> Self {
        let periods = contract.calendar.periods;
        let mut new = Self {
            contract,
            given,
            tills: vec![Till::default(); contract.payments.len()],
            purses: vec![Purse { carried: vec![0; contract.payments.len()], paid_for: vec![0; contract.payments.len()], ..Purse::default() }; contract.payors.len()],
            paid: vec![vec![0; periods]; contract.payors.len()],
            stopped: None,
            ended: None,
            fired: vec![false; contract.stops.len()],
            deal_paid: 0,
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

    pub fn findings(&self) -> Findings<'_> {
        Findings { contract: self.contract, given: self.given, last: self.stopped }
    }

    fn payor(&self, name: &str) -> usize {
        self.contract.payors.iter().position(|payor| payor.name == name).unwrap()
    }

    /// Claims that fall due in `period`: the measure, the price of a rate card's line, the group.
    fn claims(&self, payment: usize, period: usize) -> Vec<(Option<usize>, Option<Num>, Option<Group>)> {
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

    fn terms<'p>(&self, plan: &'p Payment, period: usize) -> &'p Terms {
        let calendar = &self.contract.calendar;
        let due = period.saturating_sub(self.delay(plan));
        plan.terms.iter().rfind(|terms| terms.from.is_none_or(|from| calendar.period(from).is_some_and(|from| from <= due))).unwrap()
    }

    /// Periods by which the slowest payor makes the whole payment wait.
    fn delay(&self, plan: &Payment) -> usize {
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

    fn look_at_stops(&mut self, period: usize, standing: &[Standing]) {
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
    fn fall_due(&mut self, payment: usize, period: usize, standing: &[Standing]) {
        let plan = &self.contract.payments[payment];
        let mut debts: Vec<i128> = standing.iter().map(|tranche| tranche.owed).collect();
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
            let Some((amount, units)) = self.amount(payment, terms, measure, price, &at, &mut debts) else {
                self.tills[payment].undefined += 1;
                continue;
            };
            let till = &mut self.tills[payment];
            till.units = Num2(till.units.0.plus(units));
            let cents = amount.times(Num::whole(100)).nearest();
            let cents = if plan.two_way { cents } else { cents.max(0) };
            let (mut share, mut before) = (ZERO, 0);
            for (index, (part, after)) in plan.instalments.iter().enumerate() {
                share = share.plus(*part);
                let so_far = if index + 1 == plan.instalments.len() { cents } else { Num::whole(cents).times(share).nearest() };
                let cohorts = group.as_ref().map(|group| group.cohorts.clone());
                till.waiting.push(Due { period: period + after, cohorts, amount: so_far - before });
                before = so_far;
            }
        }
    }

    /// An amount in major units, and the units that tiers count; nothing where undefined.
    fn amount(
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
        let rises = plan.escalator.map_or(ONE, |(rate, from)| ONE.plus(rate).power(calendar.full_years(from, at.period - self.delay(plan))));
        let factor = ONE.minus(plan.discount).times(rises);
        let plain = factor.order(ONE).is_eq();
        let priced = |price: Num| if plain { price } else { Num::ratio(price.times(factor).times(Num::whole(100)).nearest(), 100) };
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
                look_up(table, by, priced)
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
            Price::Share { of, share, then, once_repaid } => {
                let savings = match of {
                    Some(name) => at.name(name, Some("units")).number()?,
                    None => statistic("units")?,
                };
                let savings = savings.most(ZERO);
                let counts = |index: &usize| {
                    let tranche = &self.contract.capital.tranches[*index];
                    match once_repaid {
                        Some(names) => names.contains(&tranche.name),
                        None => matches!(tranche.kind.as_str(), "senior" | "junior" | "loan"),
                    }
                };
                let which: Vec<usize> = (0..debts.len()).filter(counts).collect();
                let debt = Num::ratio(which.iter().map(|&index| debts[index]).sum(), 100);
                let first = savings.times(*share).least(debt);
                let used = first.over(*share).unwrap_or(savings);
                let mut repaid = first.times(Num::whole(100)).nearest();
                for index in which {
                    let part = repaid.min(debts[index]);
                    debts[index] -= part;
                    repaid -= part;
                }
                let all = first.plus(savings.minus(used).times(*then));
                return Some((if plain { all } else { all.times(factor) }, ZERO));
            }
            Price::Formula(expr) => {
                let all = value(expr, at).number()?;
                if plain { all } else { all.times(factor) }
            }
        };
        Some((amount, ZERO))
    }

    /// What falls due today, within the limits of the group and of the payment.
    fn within_own_limits(&mut self, payment: usize, period: usize) -> i128 {
        let plan = &self.contract.payments[payment];
        let year = self.contract.calendar.fiscal_year(period);
        let cap = self.terms(plan, period).cap;
        let today: Vec<Due> = {
            let till = &mut self.tills[payment];
            let (today, later) = std::mem::take(&mut till.waiting).into_iter().partition(|due| due.period == period);
            till.waiting = later;
            today
        };
        let mut amount = 0;
        for due in today {
            let people = due.cohorts.as_ref().map(|cohorts| self.findings().enrolled(cohorts));
            let till = &mut self.tills[payment];
            till.due += due.amount;
            let so_far = till.by_group.entry(due.cohorts.unwrap_or_default()).or_default();
            let mut part = due.amount;
            if let (Some(cap), Some(people)) = (plan.cap_person, people) {
                part = part.min(cap * people - *so_far);
            }
            if let Some(cap) = plan.cap_cohort {
                part = part.min(cap - *so_far);
            }
            *so_far += part;
            amount += part;
        }
        let till = &mut self.tills[payment];
        if let Some(cap) = plan.cap_period {
            amount = amount.min(cap);
        }
        if let Some(cap) = plan.cap_year {
            amount = amount.min(cap - till.counted_in.get(&year).unwrap_or(&0));
        }
        if let Some(cap) = cap {
            amount = amount.min(cap - till.counted);
        }
        if let Some(floor) = plan.floor
            && period == till.last
            && till.due > 0
        {
            amount = amount.max(floor - till.counted);
        }
        till.counted += amount;
        *till.counted_in.entry(year).or_default() += amount;
        amount
    }

    /// A payment that may be at most a share of all that its payors pay.
    fn hold_back(&mut self, payable: &mut [i128], _period: usize) {
        for payment in 0..payable.len() {
            let plan = &self.contract.payments[payment];
            let Some(most) = plan.at_most else { continue };
            // what its payors pay for everything else
            let own = |name: &String| plan.payors.iter().any(|(payor, _)| payor == name);
            let mut others = ZERO;
            for other in (0..payable.len()).filter(|&other| other != payment) {
                for (name, share) in self.contract.payments[other].payors.iter().filter(|(name, _)| own(name)) {
                    let before = Num::whole(self.purses[self.payor(name)].paid_for[other]);
                    others = others.plus(before).plus(Num::whole(payable[other]).times(*share));
                }
            }
            let wanted = payable[payment] + self.tills[payment].held_back;
            let room = most.over(ONE.minus(most)).map_or(i128::MAX / 2, |odds| down(odds.times(others)) - self.tills[payment].paid);
            payable[payment] = wanted.min(room.max(0));
            self.tills[payment].held_back = wanted - payable[payment];
        }
    }

    /// The payors' parts of an amount, in the order of their names.
    fn split(&self, payment: usize, amount: i128) -> Vec<(usize, i128)> {
        let (mut share, mut before) = (ZERO, 0);
        let part = |(name, part): &(String, Num)| {
            share = share.plus(*part);
            let so_far = Num::whole(amount).times(share).nearest();
            let part = so_far - before;
            before = so_far;
            (self.payor(name), part)
        };
        self.contract.payments[payment].payors.iter().map(part).collect()
    }

    /// The limits of payors and of the deal, and payors that fail.
    fn pay(&mut self, payable: &[i128], period: usize) {
        let contract = self.contract;
        let year = contract.calendar.fiscal_year(period);
        let payors = contract.payors.len();
        let names: Vec<&str> = contract.payments.iter().map(|payment| payment.name.as_str()).collect();
        let pairs: Vec<String> =
            contract.payors.iter().flat_map(|payor| names.iter().map(move |name| format!("{}\0{name}", payor.name))).collect();
        let all_names: Vec<&str> = pairs.iter().map(String::as_str).collect();
        let mut asked = vec![vec![0; payable.len()]; payors];
        for (payment, &amount) in payable.iter().enumerate() {
            for (payor, part) in self.split(payment, amount) {
                asked[payor][payment] += part;
            }
        }
        let mut lapsed = vec![0; payable.len()];
        for (index, plan) in contract.payors.iter().enumerate() {
            let purse = &mut self.purses[index];
            // what goes to the payor is not due from it
            purse.due += asked[index].iter().map(|&amount| amount.max(0)).sum::<i128>();
            for (one, carried) in asked[index].iter_mut().zip(&mut purse.carried) {
                *one += std::mem::take(carried);
            }
            let mut yearly = plan.yearly;
            if !plan.appropriations.is_empty() {
                let voted = plan.appropriations.get(&year).copied().unwrap_or(0);
                yearly = Some(yearly.map_or(voted, |cap| cap.min(voted)));
            }
            if let Some(limit) = yearly {
                let cut = cut_to(&mut asked[index], limit - purse.paid_in.get(&year).unwrap_or(&0), &names);
                for (payment, cut) in cut.into_iter().enumerate() {
                    *(if plan.carry { &mut purse.carried[payment] } else { &mut lapsed[payment] }) += cut;
                }
            }
            if let Some(cap) = plan.cap {
                add(&mut lapsed, &cut_to(&mut asked[index], cap - purse.paid, &names));
            }
        }
        if let Some(cap) = contract.deal_cap {
            let mut all: Vec<i128> = asked.concat();
            add_wrapped(&mut lapsed, &cut_to(&mut all, cap - self.deal_paid, &all_names));
            asked = all.chunks(payable.len().max(1)).map(<[i128]>::to_vec).collect();
        }
        for (index, plan) in contract.payors.iter().enumerate() {
            if self.given.fails[index][period] {
                let purse = &mut self.purses[index];
                let before: i128 = asked[index].iter().sum();
                add(&mut lapsed, &cut_to(&mut asked[index], plan.escrow - purse.escrow_used, &names));
                let after: i128 = asked[index].iter().sum();
                purse.unhonoured += before - after;
                purse.escrow_used += after.max(0);
            }
            let sum: i128 = asked[index].iter().sum();
            let purse = &mut self.purses[index];
            purse.paid += sum;
            *purse.paid_in.entry(year).or_default() += sum;
            self.deal_paid += sum;
            self.paid[index][period] = sum;
            for (payment, amount) in asked[index].iter().enumerate() {
                self.tills[payment].paid += amount;
                self.purses[index].paid_for[payment] += amount;
            }
        }
        for (till, lapsed) in self.tills.iter_mut().zip(lapsed) {
            till.counted -= lapsed;
            *till.counted_in.entry(year).or_default() -= lapsed;
        }
    }

    /// Refunds that nobody could pay did not happen.
    pub fn take_back(&mut self, not_refunded: &[i128], period: usize) {
        let year = self.contract.calendar.fiscal_year(period);
        for (index, &amount) in not_refunded.iter().enumerate() {
            self.purses[index].paid += amount;
            *self.purses[index].paid_in.entry(year).or_default() += amount;
            self.paid[index][period] += amount;
            self.deal_paid += amount;
        }
    }

    /// What was paid for a payment in the period at hand.
    pub fn paid_now(&self, payment: usize) -> i128 {
        self.tills[payment].paid - self.tills[payment].paid_before
    }
}

fn is_statistic(word: &str) -> bool {
    matches!(
        word,
        "units" | "enrolled" | "rate" | "comparison_rate" | "difference" | "decrease" | "relative_change" | "reduction" | "additional" | "standard_error" | "p_value"
    )
}

/// Cuts what is due from payors to a limit, in proportion; what goes to a payor is not cut. Returns the cuts.
fn cut_to(amounts: &mut [i128], limit: i128, names: &[&str]) -> Vec<i128> {
    let above: Vec<i128> = amounts.iter().map(|&amount| amount.max(0)).collect();
    let all: i128 = above.iter().sum();
    if all <= limit {
        return vec![0; amounts.len()];
    }
    let kept = share_out(limit.max(0), &above, names);
    let cuts: Vec<i128> = above.iter().zip(&kept).map(|(amount, kept)| amount - kept).collect();
    for (amount, cut) in amounts.iter_mut().zip(&cuts) {
        *amount -= cut;
    }
    cuts
}

fn down(cents: Num) -> i128 {
    match cents.floor() {
        Num::Exact(n, _) => n,
        Num::Near(x) => x as i128,
    }
}

fn add(sums: &mut [i128], terms: &[i128]) {
    sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
}

fn add_wrapped(sums: &mut [i128], terms: &[i128]) {
    terms.chunks(sums.len().max(1)).for_each(|terms| add(sums, terms));
}

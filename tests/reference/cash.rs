//! Who pays costs, who receives cash: one future, step by step.

use super::expression::{Expr, value};
use super::found::Given;
use super::number::{Num, ONE, ZERO, share_out, share_what_is_left};
use super::place::At;
use super::settle::{Settlement, Standing};
use super::text::{Amount, Contract, Coupon, Tranche};

/// Receipts that the same tranches may be repaid from.
#[derive(Clone, Debug)]
pub struct Pot {
    pub claimants: Vec<bool>,
    pub cash: i128,
}

pub struct Cash<'a> {
    pub contract: &'a Contract,
    pub given: &'a Given,
    pub standing: Vec<Standing>,
    /// By tranche and period, seen by whoever gives it.
    pub flows: Vec<Vec<i128>>,
    pub received: Vec<i128>,
    pub recycled: Vec<i128>,
    pub guaranteed: Vec<i128>,
    pub bonuses: Vec<i128>,
    pub spent: i128,
    pub shortfall: i128,
    pub provider: i128,
    pub unpaid: i128,
    /// Refunds that did not happen in the period at hand.
    pub not_refunded: i128,
    /// What the provider refunded.
    pub refunded: i128,
    /// The largest sum that the provider was out of pocket.
    pub advanced: i128,
    /// What recyclable grants got back and later costs may use.
    pub pots: Vec<i128>,
    pub purses: Vec<Pot>,
    pub reserve: i128,
    pub left: Vec<i128>,
    pub room: Vec<i128>,
    /// Set aside for bullets, by purse that it comes from and tranche.
    pub aside: Vec<Vec<i128>>,
    pub coupons: Vec<i128>,
    pub rates: Vec<f64>,
    pub bonus_due: Vec<i128>,
    pub extended: usize,
}

fn is_debt(tranche: &Tranche) -> bool {
    !matches!(tranche.kind.as_str(), "grant" | "equity")
}

impl<'a> Cash<'a> {
    pub fn new(contract: &'a Contract, given: &'a Given) -> Self {
        let capital = &contract.capital;
        let tranches = capital.tranches.len();
        let mut purses: Vec<Pot> = Vec::new();
        for payment in &contract.payments {
            let claimants = claimants(contract, &payment.name);
            if purses.iter().all(|purse| purse.claimants != claimants) {
                purses.push(Pot { claimants, cash: 0 });
            }
        }
        // the purse with the fewest claimants is emptied first, and cash of nobody's payment last
        purses.sort_by_key(|purse| purse.claimants.iter().filter(|&&claims| claims).count());
        if capital.tranches.iter().any(|tranche| tranche.tied_to.is_some()) {
            purses.push(Pot { claimants: vec![true; tranches], cash: 0 });
        }
        Self {
            contract,
            given,
            standing: vec![Standing::default(); tranches],
            flows: vec![vec![0; contract.calendar.periods]; tranches],
            received: vec![0; tranches],
            recycled: vec![0; tranches],
            guaranteed: vec![0; capital.guarantees.len()],
            bonuses: vec![0; capital.bonuses.len()],
            spent: 0,
            shortfall: 0,
            provider: 0,
            unpaid: 0,
            not_refunded: 0,
            refunded: 0,
            advanced: 0,
            pots: vec![0; tranches],
            aside: vec![vec![0; tranches]; purses.len()],
            purses,
            reserve: 0,
            left: capital.tranches.iter().map(|tranche| tranche.amount).collect(),
            room: vec![0; tranches],
            coupons: vec![0; tranches],
            rates: vec![0.0; tranches],
            bonus_due: vec![0; capital.bonuses.len()],
            extended: 0,
        }
    }

    pub fn tranches(&self) -> &'a [Tranche] {
        &self.contract.capital.tranches
    }

    pub fn per_period(&self, yearly: f64) -> f64 {
        (1.0 + yearly).powf(1.0 / f64::from(self.contract.calendar.per_year())) - 1.0
    }

    pub fn accrue(&mut self, index: usize, rate: f64) {
        self.rates[index] = rate;
        let interest = Num::Near(self.standing[index].owed as f64 * rate).nearest();
        self.standing[index].owed += interest;
        self.coupons[index] = if self.tranches()[index].cash_interest { interest } else { 0 };
    }

    /// Interest at plain rates, and the accounts of capped returns.
    pub fn open(&mut self) {
        for (index, tranche) in self.tranches().iter().enumerate() {
            if let Coupon::Rate(rate) = tranche.coupon {
                self.accrue(index, self.per_period(rate));
            }
            if let Some(cap) = tranche.return_cap {
                self.room[index] = (self.room[index] as f64 * (1.0 + self.per_period(cap))).floor() as i128;
            }
        }
    }

    pub fn run(&mut self, settlement: &Settlement, period: usize) {
        let standing = self.standing.clone();
        let at = At { settlement, standing: &standing, period, group: None, payment: None };
        let holds = |when: &Option<Expr>| when.as_ref().is_none_or(|when| value(when, &at).truth() == Some(true));
        for (index, tranche) in self.tranches().iter().enumerate() {
            if let Coupon::Formula(formula) = &tranche.coupon {
                let rate = value(formula, &at).number().map_or(0.0, |rate| rate.most(ZERO).least(ONE).float());
                self.accrue(index, self.per_period(rate));
            }
        }
        let over = settlement.stopped.is_some_and(|last| period > last);
        self.extend(&at, period);
        let receipts = self.receive(settlement, period);
        if !over {
            self.bonuses_fall_due(&at, &holds, receipts, period);
            self.draw_as_planned(&holds, period);
        }
        self.pay_costs(settlement.stopped, period);
        self.pay_bonuses(None);
        self.pay_cash_interest(period);
        let last = period + 1 == self.contract.calendar.periods;
        if over || last || self.recycling_is_over(period) {
            self.distribute(over, last, period);
        }
        let called = settlement.stopped.map_or(last, |stop| period == (stop + 1).min(self.contract.calendar.periods - 1));
        if called {
            self.call_guarantees(period);
        }
        self.advanced = self.advanced.max(-self.result());
    }

    pub fn extend(&mut self, at: &At<'_>, period: usize) {
        let capital = &self.contract.capital;
        let Some((when, by)) = &capital.extension else { return };
        let moved = capital.recycle_until.iter().chain(capital.tranches.iter().filter_map(|tranche| tranche.matures.as_ref()));
        let first = moved.filter_map(|&day| self.contract.calendar.period(day)).min();
        if self.extended == 0 && first.is_some_and(|first| period <= first) && value(when, at).truth() == Some(true) {
            self.extended = *by;
        }
    }

    pub fn recycling_is_over(&self, period: usize) -> bool {
        let begins = self.contract.capital.recycle_until.map(|until| {
            let calendar = &self.contract.calendar;
            (0..).find(|&period| calendar.first_day(period) > until).unwrap() + self.extended
        });
        begins.is_none_or(|begins| period >= begins)
    }

    /// Receipts come in, and what payors are owed goes out; returns what they pay in all.
    pub fn receive(&mut self, settlement: &Settlement, period: usize) -> i128 {
        let (mut refund, mut by_provider, mut all) = (0, 0, 0);
        for (index, payment) in self.contract.payments.iter().enumerate() {
            let (receipts, refunds) = settlement.paid_now(index);
            all += receipts - refunds;
            let claimants = claimants(self.contract, &payment.name);
            self.purses.iter_mut().find(|purse| purse.claimants == claimants).unwrap().cash += receipts;
            *(if payment.provider_refunds { &mut by_provider } else { &mut refund }) += refunds;
        }
        // up to what it has received before, less what it has refunded
        let fees: i128 =
            (0..self.left.len()).filter(|&index| self.tranches()[index].kind == "deferred_fee").map(|index| self.received[index]).sum();
        self.provider -= by_provider;
        refund -= self.take_cash(refund);
        let ahead = refund.min(self.reserve);
        self.reserve -= ahead;
        refund -= ahead;
        let names: Vec<&str> = self.tranches().iter().map(|tranche| tranche.name.as_str()).collect();
        for rank in self.ranks().into_iter().rev() {
            let of: Vec<i128> =
                (0..self.left.len()).map(|index| if self.rank(index) == Some(rank) { self.set_aside(index) } else { 0 }).collect();
            let amount = refund.min(of.iter().sum());
            for (index, part) in share_what_is_left(amount, &of, &names).into_iter().enumerate() {
                self.take_aside(index, part);
            }
            refund -= amount;
        }
        refund -= self.draw(refund, period, true);
        let had = refund.min((self.provider + fees + self.bonuses.iter().sum::<i128>()).max(0));
        self.provider -= had;
        self.refunded += had + by_provider;
        refund -= had;
        self.unpaid += refund;
        self.not_refunded = refund;
        all
    }

    /// What the provider made of it so far.
    pub fn result(&self) -> i128 {
        let fees = (0..self.left.len()).filter(|&index| self.tranches()[index].kind == "deferred_fee");
        let fees: i128 = fees.map(|index| self.received[index] - self.standing[index].drawn).sum();
        self.provider + self.bonuses.iter().sum::<i128>() + fees - self.shortfall
    }

    pub fn take_cash(&mut self, wanted: i128) -> i128 {
        let mut rest = wanted;
        for purse in &mut self.purses {
            let part = rest.min(purse.cash);
            purse.cash -= part;
            rest -= part;
        }
        wanted - rest
    }

    pub fn set_aside(&self, index: usize) -> i128 {
        self.aside.iter().map(|purse| purse[index]).sum()
    }

    /// Takes from what is set aside for a tranche, purse by purse.
    pub fn take_aside(&mut self, index: usize, mut amount: i128) {
        for purse in &mut self.aside {
            let part = amount.min(purse[index]);
            purse[index] -= part;
            amount -= part;
        }
    }

    /// Gives back what is set aside for a tranche beyond an amount.
    pub fn release(&mut self, index: usize, mut keeps: i128) {
        for (aside, purse) in self.aside.iter_mut().zip(&mut self.purses) {
            let kept = keeps.min(aside[index]).max(0);
            purse.cash += aside[index] - kept;
            aside[index] = kept;
            keeps -= kept;
        }
    }

    pub fn everybodys(&mut self) -> &mut i128 {
        &mut self.purses.last_mut().unwrap().cash
    }

    pub fn bonuses_fall_due(&mut self, at: &At<'_>, holds: &dyn Fn(&Option<Expr>) -> bool, receipts: i128, period: usize) {
        for (index, bonus) in self.contract.capital.bonuses.iter().enumerate() {
            let is_day = bonus.date.is_none_or(|date| self.contract.calendar.period(date) == Some(period));
            if !is_day || !holds(&bonus.when) {
                continue;
            }
            let amount = match &bonus.amount {
                Amount::Fixed(amount) => *amount,
                Amount::Receipts(share) => Num::whole(receipts.max(0)).times(*share).nearest(),
                Amount::Formula(formula) => value(formula, at).number().map_or(0, |amount| amount.times(Num::whole(100)).nearest()),
            };
            if amount < 0 {
                self.bonuses[index] += amount;
                *self.everybodys() -= amount;
            } else {
                self.bonus_due[index] += amount;
            }
        }
    }

    pub fn draw_as_planned(&mut self, holds: &dyn Fn(&Option<Expr>) -> bool, period: usize) {
        for (index, tranche) in self.tranches().iter().enumerate() {
            for (day, amount, when) in &tranche.draws {
                if self.contract.calendar.period(*day) == Some(period) && holds(when) {
                    let amount = (*amount).min(self.left[index]);
                    self.draw_from(index, amount, period, false);
                    self.reserve += amount;
                }
            }
        }
    }

    pub fn draw_from(&mut self, index: usize, amount: i128, period: usize, for_payor: bool) {
        self.left[index] -= amount;
        self.standing[index].drawn += amount;
        self.flows[index][period] -= amount;
        if for_payor {
            return;
        }
        self.room[index] += amount;
        if is_debt(&self.tranches()[index]) {
            self.standing[index].principal += amount;
            self.standing[index].owed += amount;
        }
    }

    /// Places of drawing: lower is drawn first.
    pub fn draw_order(&self, index: usize) -> i64 {
        let tranche = &self.tranches()[index];
        let last = (0..self.left.len()).filter_map(|index| self.rank(index)).max().unwrap_or(1);
        tranche.draw_order.unwrap_or_else(|| match tranche.kind.as_str() {
            "grant" | "recyclable_grant" => 0,
            _ => i64::try_from(1 + last - self.rank(index).unwrap_or(last)).unwrap(),
        })
    }

    pub fn rank(&self, index: usize) -> Option<usize> {
        let tranche = &self.tranches()[index];
        let loans = |tranche: &Tranche| match (tranche.kind.as_str(), tranche.rank) {
            (_, Some(rank)) => Some(rank),
            ("senior" | "loan", None) => Some(1),
            ("junior", None) => Some(2),
            _ => None,
        };
        let is_loan = |tranche: &&Tranche| matches!(tranche.kind.as_str(), "senior" | "junior" | "loan");
        let last = self.tranches().iter().filter(is_loan).filter_map(loans).max().unwrap_or(0);
        match tranche.kind.as_str() {
            "grant" | "equity" => None,
            _ => loans(tranche).or(Some(last + 1)),
        }
    }

    /// Draws commitments in their order; returns what was drawn.
    pub fn draw(&mut self, wanted: i128, period: usize, for_payor: bool) -> i128 {
        let mut rest = wanted;
        let mut places: Vec<i64> = (0..self.left.len()).map(|index| self.draw_order(index)).collect();
        places.sort_unstable();
        places.dedup();
        for place in places {
            let may = |index: &usize| self.draw_order(*index) == place && (for_payor || self.tranches()[*index].draws.is_empty());
            let members: Vec<usize> = (0..self.left.len()).filter(may).collect();
            let left: Vec<i128> = members.iter().map(|&index| self.left[index]).collect();
            let amount = rest.min(left.iter().sum());
            let names: Vec<&str> = members.iter().map(|&index| self.tranches()[index].name.as_str()).collect();
            for (index, part) in members.into_iter().zip(if for_payor {
                share_out(amount, &left, &names)
            } else {
                share_what_is_left(amount, &left, &names)
            }) {
                self.draw_from(index, part, period, for_payor);
            }
            rest -= amount;
        }
        wanted - rest
    }

    pub fn pay_costs(&mut self, stopped: Option<usize>, period: usize) {
        let over = stopped.is_some_and(|last| period > last);
        let [usual, lasting] = self.given.costs[period];
        let cost = lasting + if over { 0 } else { usual };
        let mut rest = cost;
        let ahead = rest.min(self.reserve);
        self.reserve -= ahead;
        rest -= ahead;
        rest -= self.take_cash(rest);
        for index in 0..self.pots.len() {
            let part = rest.min(self.pots[index]);
            self.pots[index] -= part;
            self.standing[index].principal += part;
            self.standing[index].owed += part;
            rest -= part;
        }
        rest -= self.draw(rest, period, false);
        self.spent += cost - rest;
        self.shortfall += rest;
        let later =
            |at: usize| self.given.possible[at][1] || (!over && stopped.is_none_or(|last| at <= last) && self.given.possible[at][0]);
        if !(period + 1..self.given.possible.len()).any(later) {
            let unneeded = std::mem::take(&mut self.reserve);
            *self.everybodys() += unneeded;
        }
    }
}

/// The tranches that the receipts of a payment may repay.
pub fn claimants(contract: &Contract, payment: &str) -> Vec<bool> {
    let may = |tranche: &Tranche| tranche.tied_to.as_ref().is_none_or(|names| names.iter().any(|name| name == payment));
    contract.capital.tranches.iter().map(may).collect()
}

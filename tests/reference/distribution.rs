//! Receipts go out: bonuses, interest, by rank, the rest, and guarantees.

use super::cash::Cash;
use super::number::{Num, ZERO, share_out, share_what_is_left};
use super::text::Cover;

impl Cash<'_> {
    pub fn pay_bonuses(&mut self, rank: Option<usize>) {
        for index in 0..self.bonus_due.len() {
            if self.contract.capital.bonuses[index].after_rank == rank {
                let paid = self.take_cash(self.bonus_due[index]);
                self.bonus_due[index] -= paid;
                self.bonuses[index] += paid;
            }
        }
    }

    pub fn ranks(&self) -> Vec<usize> {
        let mut ranks: Vec<usize> = (0..self.left.len()).filter_map(|index| self.rank(index)).collect();
        ranks.sort_unstable();
        ranks.dedup();
        ranks
    }

    /// What each tranche of a rank gets of a purse, in proportion to what it wants.
    pub fn share(&mut self, purse: usize, rank: usize, wants: &[i128]) -> Vec<i128> {
        let wanted =
            |index: usize| if self.rank(index) == Some(rank) && self.purses[purse].claimants[index] { wants[index].max(0) } else { 0 };
        let asked: Vec<i128> = (0..wants.len()).map(wanted).collect();
        let amount = self.purses[purse].cash.min(asked.iter().sum());
        self.purses[purse].cash -= amount;
        let names: Vec<&str> = self.tranches().iter().map(|tranche| tranche.name.as_str()).collect();
        share_what_is_left(amount, &asked, &names)
    }

    pub fn limit(&self, index: usize, wanted: i128) -> i128 {
        if self.tranches()[index].return_cap.is_some() { wanted.min(self.room[index]) } else { wanted }
    }

    pub fn pay_cash_interest(&mut self, period: usize) {
        let mut due: Vec<i128> = (0..self.left.len()).map(|index| self.limit(index, self.coupons[index]).max(0)).collect();
        for purse in 0..self.purses.len() {
            // what is set aside for a lender pays its interest first
            for index in 0..self.left.len() {
                let part = due[index].min(self.aside[purse][index]);
                self.aside[purse][index] -= part;
                due[index] -= part;
                self.repay(index, part, period);
            }
            for rank in self.ranks() {
                for (index, part) in self.share(purse, rank, &due).into_iter().enumerate() {
                    due[index] -= part;
                    self.repay(index, part, period);
                }
            }
        }
    }

    /// Interest before principal.
    pub fn repay(&mut self, index: usize, amount: i128, period: usize) {
        let standing = &mut self.standing[index];
        let interest = standing.owed - standing.principal;
        standing.owed -= amount;
        standing.principal -= (amount - interest).max(0);
        let tranche = &self.tranches()[index];
        if tranche.kind == "recyclable_grant" {
            self.recycled[index] += amount;
            if !tranche.recycled_elsewhere {
                self.pots[index] += amount;
            }
        } else {
            self.give(index, amount, period);
        }
    }

    pub fn give(&mut self, index: usize, amount: i128, period: usize) {
        self.received[index] += amount;
        self.flows[index][period] += amount;
        if self.tranches()[index].return_cap.is_some() {
            self.room[index] -= amount;
        }
    }

    pub fn maturity(&self, index: usize) -> Option<usize> {
        let day = self.tranches()[index].matures?;
        let period = self.contract.calendar.period(day).expect("a day of the deal") + self.extended;
        Some(period.min(self.contract.calendar.periods - 1))
    }

    /// What a bullet will be owed on its day, as far as it may take it.
    pub fn on_its_day(&self, index: usize, period: usize, day: usize) -> i128 {
        let mut owed = self.standing[index].owed;
        for _ in period..day {
            let now = if self.tranches()[index].cash_interest { self.standing[index].owed } else { owed };
            owed += Num::Near(now as f64 * self.rates[index]).nearest();
        }
        let Some(cap) = self.tranches()[index].return_cap else { return owed };
        let grown = |room: i128, _| (room as f64 * (1.0 + self.per_period(cap))).floor() as i128;
        owed.min((period..day).fold(self.room[index].max(0), grown))
    }

    pub fn distribute(&mut self, over: bool, last: bool, period: usize) {
        let waits: Vec<Option<usize>> =
            (0..self.left.len()).map(|index| self.maturity(index).filter(|&day| period < day && !over && !last)).collect();
        for index in 0..self.left.len() {
            // what it is not owed or may not take after all goes back
            if let Some(day) = waits[index] {
                self.release(index, self.on_its_day(index, period, day));
            } else {
                let part = self.limit(index, self.standing[index].owed).min(self.set_aside(index));
                self.take_aside(index, part);
                self.repay(index, part, period);
                self.release(index, 0);
            }
        }
        // a bonus may stand after a place that nobody has
        let mut places = self.ranks();
        places.extend(self.contract.capital.bonuses.iter().filter_map(|bonus| bonus.after_rank));
        places.sort_unstable();
        places.dedup();
        for rank in places {
            for purse in 0..self.purses.len() {
                let wants: Vec<i128> = (0..self.left.len())
                    .map(|index| match waits[index] {
                        Some(day) => self.on_its_day(index, period, day) - self.set_aside(index),
                        None => self.limit(index, self.standing[index].owed),
                    })
                    .collect();
                for (index, part) in self.share(purse, rank, &wants).into_iter().enumerate() {
                    if waits[index].is_some() {
                        self.aside[purse][index] += part;
                    } else {
                        self.repay(index, part, period);
                    }
                }
            }
            self.pay_bonuses(Some(rank));
        }
        self.share_the_rest(period);
    }

    pub fn share_the_rest(&mut self, period: usize) {
        for purse in 0..self.purses.len() {
            let all = std::mem::take(&mut self.purses[purse].cash);
            let (mut rest, mut share, mut before) = (all, ZERO, 0);
            let mut order: Vec<usize> = (0..self.left.len()).collect();
            order.sort_by_key(|&index| (self.rank(index).unwrap_or(usize::MAX), self.tranches()[index].name.as_str()));
            for index in order {
                let tranche = &self.tranches()[index];
                if self.purses[purse].claimants[index] && tranche.residual.order(ZERO).is_gt() {
                    share = share.plus(tranche.residual);
                    let so_far = Num::whole(all).times(share).nearest();
                    let part = self.limit(index, so_far - before).min(rest);
                    before = so_far;
                    self.give(index, part, period);
                    rest -= part;
                }
            }
            self.provider += rest;
        }
    }

    pub fn call_guarantees(&mut self, period: usize) {
        for (number, guarantee) in self.contract.capital.guarantees.iter().enumerate() {
            let of: Vec<usize> =
                guarantee.of.iter().map(|name| self.tranches().iter().position(|tranche| &tranche.name == name).unwrap()).collect();
            let drawn: i128 = of.iter().map(|&index| self.standing[index].drawn).sum();
            let lost: Vec<i128> = of.iter().map(|&index| self.limit(index, self.standing[index].principal)).collect();
            let most = match &guarantee.cover {
                Cover::Percent(share) => Num::whole(drawn).times(*share).nearest(),
                Cover::Amount(amount) => *amount,
                Cover::Schedule(rows) => rows.iter().rfind(|row| drawn >= row.0).map_or(0, |row| row.1),
                Cover::Floor(share) => {
                    let back = drawn - of.iter().map(|&index| self.standing[index].principal).sum::<i128>();
                    (Num::whole(drawn).times(*share).nearest() - back).max(0)
                }
            };
            let amount = most.min(lost.iter().sum());
            self.guaranteed[number] += amount;
            let names: Vec<&str> = guarantee.of.iter().map(String::as_str).collect();
            for (index, part) in of.into_iter().zip(share_out(amount, &lost, &names)) {
                self.standing[index].principal -= part;
                self.standing[index].owed -= part;
                self.give(index, part, period);
            }
        }
    }
}

//! Up to how much: the limits of payments, payors and the deal, in their order.

use super::number::{Num, ONE, ZERO, share_out};
use super::settle::{Due, Settlement};

impl Settlement<'_> {
    /// What falls due today, within the limits of the group and of the payment.
    pub fn within_own_limits(&mut self, payment: usize, period: usize) -> i128 {
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
    pub fn hold_back(&mut self, payable: &mut [i128], _period: usize) {
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
    pub fn split(&self, payment: usize, amount: i128) -> Vec<(usize, i128)> {
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
    pub fn pay(&mut self, payable: &[i128], period: usize) {
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

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
            let enrolled = due.cohorts.as_ref().map(|cohorts| self.findings().enrolled(cohorts));
            let till = &mut self.tills[payment];
            till.due += due.amount;
            let so_far = till.by_group.entry(due.cohorts.unwrap_or_default()).or_default();
            let mut part = due.amount;
            if let (Some(cap), Some(people)) = (plan.cap_person, due.people) {
                let most = Num::whole(cap).times(people).nearest() - *so_far;
                cut(&mut part, most, till.cuts.entry("cap_per_person").or_default());
            }
            if let (Some(cap), Some(people)) = (plan.cap_enrolled, enrolled) {
                cut(&mut part, cap * people - *so_far, till.cuts.entry("cap_per_enrolled").or_default());
            }
            if let Some(cap) = plan.cap_cohort {
                cut(&mut part, cap - *so_far, till.cuts.entry("cap_per_cohort").or_default());
            }
            *so_far += part;
            amount += part;
        }
        let till = &mut self.tills[payment];
        if let Some(cap) = plan.cap_period {
            cut(&mut amount, cap, till.cuts.entry("cap_per_period").or_default());
        }
        if let Some(cap) = plan.cap_year {
            let most = cap - till.counted_in.get(&year).unwrap_or(&0);
            cut(&mut amount, most, till.cuts.entry("cap_per_fiscal_year").or_default());
        }
        if let Some(cap) = cap {
            cut(&mut amount, cap - till.counted, till.cuts.entry("cap").or_default());
        }
        if let Some(floor) = plan.floor
            && period == till.last
            && till.due > 0
        {
            let raised = amount.max(floor - till.counted);
            till.floor_adds += raised - amount;
            amount = raised;
        }
        till.counted += amount;
        *till.counted_in.entry(year).or_default() += amount;
        amount
    }

    /// A payment that may be at most a share of all that its payors pay.
    pub fn hold_back(&mut self, payable: &mut [i128], period: usize) {
        let last = period + 1 == self.contract.calendar.periods;
        for payment in 0..payable.len() {
            let plan = &self.contract.payments[payment];
            let Some(most) = plan.at_most else { continue };
            // what its payors pay for everything else; a refund counts only later
            let own = |name: &String| plan.payors.iter().any(|(payor, _)| payor == name);
            let mut others = ZERO;
            for other in (0..payable.len()).filter(|&other| other != payment) {
                for (name, share) in self.contract.payments[other].payors.iter().filter(|(name, _)| own(name)) {
                    let before = Num::whole(self.purses[self.payor(name)].paid_for[other]);
                    others = others.plus(before).plus(Num::whole(payable[other].max(0)).times(*share));
                }
            }
            let wanted = payable[payment] + self.tills[payment].held_back;
            let room = most.over(ONE.minus(most)).map_or(i128::MAX / 2, |odds| down(odds.times(others)) - self.tills[payment].paid);
            payable[payment] = wanted.min(room.max(0));
            self.tills[payment].held_back = wanted - payable[payment];
            if last {
                self.tills[payment].cuts.insert("at_most_share", wanted - payable[payment]);
            }
        }
    }

    /// The payors' parts of an amount, in the order of their names.
    pub fn split(&self, payment: usize, amount: i128) -> Vec<(usize, i128)> {
        let (mut share, mut before) = (ZERO, 0);
        let part = |(name, part): &(String, Num)| {
            share = share.plus(*part);
            let so_far = Num::whole(amount.abs()).times(share).nearest();
            let part = (so_far - before) * amount.signum();
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
            contract.payors.iter().flat_map(|payor| names.iter().map(move |name| format!("{name}\0{}", payor.name))).collect();
        let all_names: Vec<&str> = pairs.iter().map(String::as_str).collect();
        let mut asked = vec![vec![0; payable.len()]; payors];
        for (payment, &amount) in payable.iter().enumerate() {
            for (payor, part) in self.split(payment, amount) {
                asked[payor][payment] += part;
            }
        }
        // a refund is not set off against what waits
        for (asked, refunds) in asked.iter_mut().zip(&mut self.refunds) {
            *refunds = asked.iter().map(|&amount| amount.min(0)).collect();
            asked.iter_mut().for_each(|amount| *amount = (*amount).max(0));
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
                    if !plan.carry || period + 1 == contract.calendar.periods {
                        purse.cut_by_year += cut;
                    }
                }
            }
            if let Some(cap) = plan.cap {
                let cuts = cut_to(&mut asked[index], cap - purse.paid, &names);
                purse.cut_by_cap += cuts.iter().sum::<i128>();
                add(&mut lapsed, &cuts);
            }
        }
        if let Some(cap) = contract.deal_cap {
            let mut all: Vec<i128> = asked.concat();
            let cuts = cut_to(&mut all, cap - self.deal_paid, &all_names);
            self.cut_by_deal += cuts.iter().sum::<i128>();
            add_wrapped(&mut lapsed, &cuts);
            asked = all.chunks(payable.len().max(1)).map(<[i128]>::to_vec).collect();
        }
        for (index, plan) in contract.payors.iter().enumerate() {
            if self.given.fails[index][period] {
                let purse = &mut self.purses[index];
                let before: i128 = asked[index].iter().sum();
                add(&mut lapsed, &cut_to(&mut asked[index], plan.escrow - purse.escrow_used, &names));
                let after: i128 = asked[index].iter().sum();
                // what goes to the payor does not fill the escrow
                let used: i128 = asked[index].iter().map(|&amount| amount.max(0)).sum();
                purse.defaulted += before - after;
                purse.escrow_used += used;
            }
            for (amount, refund) in asked[index].iter_mut().zip(&self.refunds[index]) {
                *amount += refund;
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

    /// Refunds that nobody could pay did not happen, each in proportion; they free no limit of a payment.
    pub fn take_back(&mut self, unpaid: i128, period: usize) {
        let contract = self.contract;
        let year = contract.calendar.fiscal_year(period);
        let owed: Vec<i128> = (0..contract.payments.len())
            .map(|payment| {
                let refunds = self.refunds.iter().map(|refunds| -refunds[payment]);
                if contract.payments[payment].provider_refunds { 0 } else { refunds.sum() }
            })
            .collect();
        let names: Vec<&str> = contract.payments.iter().map(|payment| payment.name.as_str()).collect();
        let shares = share_out(unpaid, &owed, &names).into_iter().enumerate();
        for (payment, (payor, amount)) in shares
            .flat_map(|(payment, amount)| self.split(payment, amount).into_iter().map(move |part| (payment, part)))
            .collect::<Vec<_>>()
        {
            let purse = &mut self.purses[payor];
            purse.unpaid_to += amount;
            purse.paid += amount;
            purse.paid_for[payment] += amount;
            *purse.paid_in.entry(year).or_default() += amount;
            self.paid[payor][period] += amount;
            self.deal_paid += amount;
            let till = &mut self.tills[payment];
            till.paid += amount;
            till.counted += amount;
            *till.counted_in.entry(year).or_default() += amount;
        }
    }
}

/// Takes what is beyond a limit away.
fn cut(amount: &mut i128, most: i128, cuts: &mut i128) {
    // a floor may have gone beyond a limit: that takes nothing back
    let kept = (*amount).min(most.max(0));
    *cuts += *amount - kept;
    *amount = kept;
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

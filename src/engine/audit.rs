//! Is every cent accounted for?

use super::Block;
use crate::deal::{Deal, PeriodId, TrancheId};
use crate::finance::periodic_rate;
use crate::numeric::grid::Grid;
use crate::waterfall::{Cash, payout};

/// A trial in which money was lost, made up, or paid beyond a limit. Never seen unless the engine is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("trial {trial}: {what}")]
pub struct Breach {
    /// The trial.
    pub trial: u64,
    /// What is wrong.
    pub what: String,
}

/// Checks every trial of `block`: drawn + paid + guaranteed + refunded by the provider = spent + distributed + held; nothing negative; no limit, cover or return cap exceeded.
///
/// # Errors
/// The first [`Breach`].
pub fn audit(deal: &Deal, block: &Block) -> Result<(), Breach> {
    (0..block.lanes).try_for_each(|lane| {
        let breach = |what: String| Err(Breach { trial: block.first_trial + lane as u64, what });
        let cash = &block.cash;
        let sum = |values: &mut dyn Iterator<Item = i64>| values.sum::<i64>();
        let paid = sum(&mut block.owed.payor_paid.lane(lane));
        let into = paid + sum(&mut cash.standing.drawn.lane(lane)) + sum(&mut cash.guaranteed.lane(lane)) + cash.refunded[lane];
        let kept = sum(&mut cash.pots.lane(lane)) + cash.held[lane];
        let provider = cash.provider[lane] + sum(&mut cash.bonuses.lane(lane));
        let (money_in, money_out) = (into, cash.spent[lane] + sum(&mut cash.received.lane(lane)) + provider + kept);
        if money_in != money_out {
            return breach(format!("{money_in} came in and {money_out} went out"));
        }
        if paid != sum(&mut block.owed.paid.lane(lane)) || paid != sum(&mut block.owed.payment_paid.lane(lane)) {
            return breach("payments by period, by payor and in all differ".into());
        }
        if cash.unpaid_to_payors[lane] != sum(&mut block.owed.unrefunded.lane(lane)) {
            return breach("what nobody refunds and what payors are still owed differ".into());
        }
        let due = sum(&mut block.costs.due.lane(lane)) + sum(&mut block.costs.after_stop.lane(lane));
        if cash.spent[lane] + cash.shortfall[lane] + cash.avoided[lane] != due {
            return breach("costs spent, short and avoided differ from costs due".into());
        }
        capital(deal, cash, lane).map_or(Ok(()), breach)?;
        limits(deal, block, lane).map_or(Ok(()), breach)
    })
}

/// What is wrong, if anything, with what investors and guarantors put in and got.
fn capital(deal: &Deal, cash: &Cash, lane: usize) -> Option<String> {
    let at = |grid: &Grid<i64, TrancheId>, row: TrancheId| grid.row(row)[lane];
    for (index, tranche) in deal.capital.tranches.pairs() {
        let (drawn, received) = (at(&cash.standing.drawn, index), at(&cash.received, index));
        let (principal, owed) = (at(&cash.standing.principal, index), at(&cash.standing.owed, index));
        let flows = &cash.flows[index];
        let booked = received - drawn == flows.lane(lane).sum::<i64>();
        if drawn < 0 || drawn > tranche.amount.0 || received < 0 || !booked || !tranche.is_repaid() && received > 0 {
            return Some(format!("tranche {:?}: drew {drawn}, received {received}", tranche.name));
        }
        if principal < 0 || principal > owed || at(&cash.pots, index) < 0 || at(&cash.pots, index) > at(&cash.recycled, index) {
            return Some(format!("tranche {:?}: is owed {owed}, of it {principal} principal", tranche.name));
        }
        if let Some(cap) = tranche.return_cap {
            let rate = periodic_rate(cap, f64::from(deal.timeline.length.per_year()));
            // What it put in less what it got, compounded at the cap: below zero, it earned more.
            let account = flows.lane(lane).fold(0.0, |account, flow| account * (1.0 + rate) - flow as f64);
            if account < -1e-6 * drawn as f64 - 1e-3 {
                return Some(format!("tranche {:?} earns more than its return cap", tranche.name));
            }
        }
    }
    for (index, guarantee) in deal.capital.guarantees.iter().enumerate() {
        let drawn = guarantee.of.iter().map(|&tranche| at(&cash.standing.drawn, tranche)).sum();
        let paid = cash.guaranteed.row(index)[lane];
        if paid < 0 || paid > payout(&guarantee.cover, drawn, drawn) {
            return Some(format!("guarantee {:?} pays {paid} on {drawn} drawn", guarantee.name));
        }
    }
    let columns = [
        &cash.held,
        &cash.provider,
        &cash.shortfall,
        &cash.avoided,
        &cash.unpaid_to_payors,
        &cash.refunded,
        &cash.spent,
        &cash.working_capital,
    ];
    columns.iter().any(|column| column[lane] < 0).then(|| "negative cash".into())
}

/// What limit, if any, is exceeded in `lane`.
fn limits(deal: &Deal, block: &Block, lane: usize) -> Option<String> {
    let over = |cap: Option<crate::quantity::Money>, paid: i64| cap.is_some_and(|cap| paid > cap.0);
    for (payment, (paid, due)) in deal.payments.iter().zip(block.owed.payment_paid.lane(lane).zip(block.owed.payment_due.lane(lane))) {
        let cap = payment.terms.iter().map(|terms| terms.cap).max_by_key(|cap| cap.map_or(i64::MAX, |cap| cap.0)).flatten();
        // What nobody refunds was not received.
        let unrefunded = if payment.two_way { block.cash.unpaid_to_payors[lane] } else { 0 };
        let beyond_due = paid > due + unrefunded && payment.limits.floor.is_none();
        if over(cap, paid) || beyond_due || (paid < 0 && !payment.two_way) {
            return Some(format!("payment {:?}: {paid} paid of {due}", payment.name));
        }
    }
    for (index, payor) in deal.payors.pairs() {
        let mut years = vec![0; deal.timeline.fiscal_years().len()];
        for period in 0..deal.timeline.periods {
            years[deal.timeline.fiscal_year_index(period)] += block.owed.paid_in(index, PeriodId::from(period))[lane];
        }
        if over(payor.cap, years.iter().sum()) || years.iter().any(|&year| over(payor.cap_per_fiscal_year, year)) {
            return Some(format!("payor {:?} pays beyond a cap: {years:?}", payor.name));
        }
    }
    over(deal.cap, block.owed.payor_paid.lane(lane).sum()).then(|| "the deal's cap is exceeded".into())
}

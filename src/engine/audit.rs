//! Is every cent accounted for?

use super::Block;
use crate::deal::Deal;

/// A trial in which money was lost, made up, or paid beyond a limit. Never seen unless the engine is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("trial {trial}: {what}")]
pub struct Breach {
    /// The trial.
    pub trial: u64,
    /// What is wrong.
    pub what: String,
}

/// Checks every trial of `block`: drawn + paid = spent + distributed + held; nothing negative; no limit exceeded.
///
/// # Errors
/// The first [`Breach`].
pub fn audit(deal: &Deal, block: &Block) -> Result<(), Breach> {
    (0..block.lanes).try_for_each(|lane| {
        let breach = |what: String| Err(Breach { trial: block.first_trial + lane as u64, what });
        let cash = &block.cash;
        let sum = |values: &mut dyn Iterator<Item = i64>| values.sum::<i64>();
        let paid = sum(&mut block.owed.payor_paid.lane(lane));
        let money_in = paid + sum(&mut cash.drawn.lane(lane));
        let money_out = cash.spent[lane] + sum(&mut cash.received.lane(lane)) + cash.provider[lane] + cash.held[lane];
        if money_in != money_out {
            return breach(format!("{money_in} came in and {money_out} went out"));
        }
        if paid != sum(&mut block.owed.paid.lane(lane)) || paid != sum(&mut block.owed.payment_paid.lane(lane)) {
            return breach("payments by period, by payor and in all differ".into());
        }
        if cash.spent[lane] + cash.shortfall[lane] != sum(&mut block.costs.due.lane(lane)) {
            return breach("costs spent and short differ from costs due".into());
        }
        let tranches = deal.capital.tranches.iter().zip(cash.drawn.lane(lane)).zip(cash.received.lane(lane)).zip(&cash.flows);
        for (((tranche, drawn), received), flows) in tranches {
            if drawn < 0 || drawn > tranche.amount.0 || received < 0 || received - drawn != sum(&mut flows.lane(lane)) {
                return breach(format!("tranche {:?}: drew {drawn}, received {received}", tranche.name));
            }
        }
        if cash.held[lane] < 0 || cash.provider[lane] < 0 || cash.shortfall[lane] < 0 {
            return breach("negative cash".into());
        }
        limits(deal, block, lane).map_or(Ok(()), breach)
    })
}

/// What limit, if any, is exceeded in `lane`.
fn limits(deal: &Deal, block: &Block, lane: usize) -> Option<String> {
    let over = |cap: Option<crate::quantity::Money>, paid: i64| cap.is_some_and(|cap| paid > cap.0);
    for (payment, (paid, due)) in deal.payments.iter().zip(block.owed.payment_paid.lane(lane).zip(block.owed.payment_due.lane(lane))) {
        let cap = payment.terms.iter().map(|terms| terms.cap).max_by_key(|cap| cap.map_or(i64::MAX, |cap| cap.0)).flatten();
        let beyond_due = paid > due && payment.limits.floor.is_none();
        if over(cap, paid) || beyond_due || (paid < 0 && !payment.two_way) {
            return Some(format!("payment {:?}: {paid} paid of {due}", payment.name));
        }
    }
    for (index, payor) in deal.payors.iter().enumerate() {
        let mut years = vec![0; deal.timeline.fiscal_years().len()];
        for period in 0..deal.timeline.periods {
            years[deal.timeline.fiscal_year_index(period)] += block.owed.paid_in(index, period as usize)[lane];
        }
        if over(payor.cap, years.iter().sum()) || years.iter().any(|&year| over(payor.cap_per_fiscal_year, year)) {
            return Some(format!("payor {:?} pays beyond a cap: {years:?}", payor.name));
        }
    }
    over(deal.cap, block.owed.payor_paid.lane(lane).sum()).then(|| "the deal's cap is exceeded".into())
}

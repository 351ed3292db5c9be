//! One future of a contract, period by period.

use super::cash::Cash;
use super::figures::{Figures, figures};
use super::found::Given;
use super::settle::Settlement;
use super::text::Contract;

/// Everybody's money in one future, in cents, by name of what it is.
pub type Books = Vec<(String, i128)>;

pub fn books(contract: &Contract, given: &Given) -> (Books, Figures) {
    let mut settlement = Settlement::new(contract, given);
    let mut cash = Cash::new(contract, given);
    for period in 0..contract.calendar.periods {
        cash.open();
        settlement.run(period, &cash.standing);
        cash.run(&settlement, period);
        settlement.take_back(cash.not_refunded, period);
    }
    let mut books = Books::new();
    let mut say = |name: String, amount: i128| books.push((name, amount));
    for (payment, till) in contract.payments.iter().zip(&settlement.tills) {
        say(format!("payment {} due", payment.name), till.due);
    }
    for (payor, paid) in contract.payors.iter().zip(&settlement.paid) {
        for (period, &amount) in paid.iter().enumerate() {
            say(format!("payor {} in {period}", payor.name), amount);
        }
    }
    for (payment, till) in contract.payments.iter().zip(&settlement.tills) {
        say(format!("payment {} paid", payment.name), till.paid);
    }
    for (index, payor) in contract.payors.iter().enumerate() {
        let purse = &settlement.purses[index];
        say(format!("payor {} due", payor.name), purse.due);
        say(format!("payor {} defaulted", payor.name), purse.defaulted);
        say(format!("payor {} paid", payor.name), purse.paid);
    }
    say("stopped after".into(), settlement.stopped.map_or(-1, |period| period as i128));
    for (index, tranche) in contract.capital.tranches.iter().enumerate() {
        for (period, &flow) in cash.flows[index].iter().enumerate() {
            say(format!("tranche {} in {period}", tranche.name), flow);
        }
        say(format!("tranche {} drawn", tranche.name), cash.standing[index].drawn);
        say(format!("tranche {} received", tranche.name), cash.received[index]);
        say(format!("tranche {} recycled", tranche.name), cash.recycled[index]);
    }
    for (index, amount) in cash.guaranteed.iter().enumerate() {
        say(format!("guarantee {index}"), *amount);
    }
    for (index, amount) in cash.bonuses.iter().enumerate() {
        say(format!("bonus {index}"), *amount);
    }
    say("costs spent".into(), cash.spent);
    say("costs nobody paid".into(), cash.shortfall);
    say("unpaid to payors".into(), cash.unpaid);
    let figures = figures(contract, given, &settlement, &cash);
    (books, figures)
}

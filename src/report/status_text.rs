//! The status of a running deal as tables for a reader.

use super::ledger::{lines, table};
use super::settlement_text::ledger;
use super::status::{Report, Status, limit_in_words};
use crate::deal::Deal;
use crate::quantity::Money;
use crate::words::money;
use crate::words::number;

/// The status as tables for a reader.
#[must_use]
pub fn text(deal: &Deal, status: &Status) -> String {
    let money = |major: f64| money::exact(deal.currency, Money((major * deal.currency.minor_units() as f64).round() as i64));
    let noun = deal.timeline.length.noun();
    let until = status.next_period.as_ref().map_or(String::new(), |next| format!("; the next begins on {next}"));
    let head = format!(
        "{}: as of {}, in {}\n  The {noun} from {} has begun{until}. What falls due in it is due.",
        deal.name,
        status.as_of,
        deal.currency.code(),
        status.through
    );
    let mut parts = vec![head];
    for (title, said) in [("Is this what was meant?", &status.surprises), ("Taken to be as planned:", &status.assumptions)] {
        if !said.is_empty() {
            parts.push(format!("{title}{}", said.iter().map(|sentence| format!("\n  {sentence}")).collect::<String>()));
        }
    }
    parts.push(paid(status, &money));
    parts.extend(waiting(status, &money));
    if !status.late.is_empty() {
        parts.push(format!("Late reports{}", status.late.iter().map(|report| format!("\n  {}", report.said())).collect::<String>()));
    }
    parts.extend(limits(status, &money));
    parts.extend(tranches(status, &money));
    if !status.lines.is_empty() {
        parts.push(ledger(&status.lines, &money));
    }
    parts.join("\n\n") + "\n"
}

fn paid(status: &Status, money: &dyn Fn(f64) -> String) -> String {
    let mut rows = table(["So far", "due", "paid", "waits"].map(String::from).to_vec(), 1);
    for payment in &status.payments {
        rows.add_row(vec![payment.name.clone(), money(payment.due), money(payment.paid), money(payment.deferred)]);
        for payor in payment.by_payor.iter().filter(|_| payment.by_payor.len() > 1) {
            rows.add_row(vec![format!("  by {}", payor.name), String::new(), money(payor.amount), String::new()]);
        }
    }
    let several = status.payors.len() > 1 && status.payments.len() > 1;
    for payor in status.payors.iter().filter(|_| several) {
        rows.add_row(vec![format!("paid by {}", payor.name), String::new(), money(payor.amount), String::new()]);
    }
    let sum = |of: fn(&super::status::PaymentSoFar) -> f64| status.payments.iter().map(of).sum::<f64>();
    rows.add_row(vec!["all payors".into(), money(sum(|payment| payment.due)), money(status.total), money(sum(|payment| payment.deferred))]);
    lines(&rows)
}

fn waiting(status: &Status, money: &dyn Fn(f64) -> String) -> Option<String> {
    if status.waiting.is_empty() {
        return None;
    }
    let mut rows = table(["Due", "what", "as far as is known", "waits on"].map(String::from).to_vec(), 2);
    if let Some(on) = rows.column_mut(3) {
        on.set_cell_alignment(comfy_table::CellAlignment::Left);
    }
    let mut last = "";
    for claim in &status.waiting {
        let date = if claim.date == last { "" } else { &claim.date };
        last = &claim.date;
        let what = if claim.of.is_empty() { claim.payment.clone() } else { format!("{}, {}", claim.payment, claim.of) };
        let amount = claim.amount.map_or(number::NONE.into(), money);
        let late = if claim.overdue { "LATE: " } else { "" };
        let on: Vec<String> = claim.waits_on.iter().map(Report::said).collect();
        let on = if on.is_empty() { "nothing more".into() } else { format!("{late}{}", on.join("; ")) };
        rows.add_row(vec![date.to_string(), what, amount, on]);
    }
    Some(lines(&rows))
}

fn limits(status: &Status, money: &dyn Fn(f64) -> String) -> Option<String> {
    if status.limits.is_empty() {
        return None;
    }
    let mut rows = table(["Limits", "for", "in all", "used", "left", "waits"].map(String::from).to_vec(), 2);
    for limit in &status.limits {
        let name = format!("{}: {}", limit.of, limit_in_words(limit.limit));
        rows.add_row(vec![name, limit.span.clone(), money(limit.total), money(limit.used), money(limit.left), money(limit.deferred)]);
    }
    Some(lines(&rows))
}

fn tranches(status: &Status, money: &dyn Fn(f64) -> String) -> Option<String> {
    let costs = &status.costs;
    let mut cost = format!("  The program has cost {}", money(costs.cost));
    if costs.shortfall > 0.0 {
        cost.push_str(&format!("; {} found no money, and the provider bore it", money(costs.shortfall)));
    }
    if status.in_hand != 0.0 {
        cost.push_str(&format!("; {} is in the project's hands", money(status.in_hand)));
    }
    cost.push('.');
    if status.tranches.is_empty() {
        return (costs.cost > 0.0).then(|| cost.trim_start().to_string());
    }
    let mut rows = table(["Investors", "drawn", "undrawn", "returned", "owed", "set aside"].map(String::from).to_vec(), 1);
    for tranche in &status.tranches {
        let amounts = [tranche.drawn, tranche.undrawn, tranche.received, tranche.owed, tranche.set_aside].map(money);
        rows.add_row(core::iter::once(tranche.name.clone()).chain(amounts).collect::<Vec<_>>());
    }
    Some(format!("{}\n{cost}", lines(&rows)))
}

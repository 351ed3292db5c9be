//! A settlement as tables for a reader.

use super::ledger::{lines, table};
use super::settlement::{Settlement, SettlementLine};
use crate::deal::Deal;
use crate::engine::Settled;
use crate::quantity::Money;
use crate::words::count::counted;
use crate::words::money;
use crate::words::number;
use crate::words::share;

/// The settlement as tables for a reader.
#[must_use]
pub fn text(settled: &Settled, settlement: &Settlement) -> String {
    let deal = &settled.deal;
    let money = |major: f64| money::exact(deal.currency, Money((major * deal.currency.minor_units() as f64).round() as i64));
    let mut parts = vec![format!("{}: settled in {}", deal.name, deal.currency.code())];
    if !settlement.surprises.is_empty() {
        let said = settlement.surprises.iter().map(|surprise| format!("\n  {surprise}"));
        parts.push(format!("Is this what was meant?{}", said.collect::<String>()));
    }
    parts.push(ledger(&settlement.lines, &money));
    let mut rows = table(["What it came to", "due", "paid"].map(String::from).to_vec(), 1);
    for payment in &settlement.payments {
        rows.add_row(vec![payment.name.clone(), money(payment.due), money(payment.paid)]);
    }
    for payor in settlement.payors.iter().filter(|_| settlement.payors.len() > 1) {
        rows.add_row(vec![format!("paid by {}", payor.name), String::new(), money(payor.amount)]);
    }
    for payor in settlement.unpaid_to_payors.iter().filter(|payor| payor.amount != 0.0) {
        rows.add_row(vec![format!("owed to {} and not refunded", payor.name), String::new(), money(payor.amount)]);
    }
    let due: f64 = settlement.payments.iter().map(|payment| payment.due).sum();
    rows.add_row(vec!["all payors".into(), money((due * 1e4).round() / 1e4), money(settlement.total)]);
    parts.push(lines(&rows));
    if !settlement.formulas.is_empty() {
        let mut rows = table(["Formula", "from", "value"].map(String::from).to_vec(), 2);
        for (at, formula) in settlement.formulas.iter().enumerate() {
            let before = settlement.formulas[..at].iter().rev().find(|before| before.name == formula.name);
            if before.is_some_and(|before| before.value == formula.value) {
                continue;
            }
            let value = formula.value.map_or("undefined".into(), number::plain);
            rows.add_row(vec![formula.name.clone(), formula.date.clone(), value]);
        }
        parts.push(lines(&rows));
    }
    if !settlement.tranches.is_empty() {
        parts.push(investors(settlement, &money));
    } else if settlement.costs.cost > 0.0 {
        parts.push(program(settlement, &money).trim_start_matches('\n').to_owned());
    }
    if !settlement.backtest.is_empty() {
        parts.push(usual(deal, settlement, &money));
    }
    parts.join("\n\n") + "\n"
}

/// What was owed and paid, line by line.
pub(super) fn ledger(all: &[SettlementLine], money: &dyn Fn(f64) -> String) -> String {
    let mut rows = table(["When", "what was owed and paid", "amount", "because"].map(String::from).to_vec(), 2);
    if let Some(because) = rows.column_mut(3) {
        because.set_cell_alignment(comfy_table::CellAlignment::Left);
    }
    let mut last = "";
    let shown = |line: &&SettlementLine| line.what != "due" || !line.is_nothing;
    for line in all.iter().filter(shown) {
        let date = if line.date == last { "" } else { &line.date };
        last = &line.date;
        let what = match (line.what, &line.payor) {
            ("due", _) => format!("due for {}", line.name),
            ("limit", _) => format!("  limit on {}", line.name),
            ("paid", Some(payor)) => format!("  paid by {payor} for {}", line.name),
            ("unpaid", Some(payor)) => format!("  not refunded to {payor} for {}", line.name),
            _ => format!("stopped: {}", line.name),
        };
        rows.add_row(vec![date.to_string(), what, money(line.amount), line.because.clone()]);
    }
    let hidden = all.iter().filter(|line| !shown(line)).count();
    let note = match hidden {
        0 => String::new(),
        1 => "\n  One claim of no units is not shown.".into(),
        many => format!("\n  {} of no units are not shown.", counted(many, "claim")),
    };
    lines(&rows) + &note
}

/// How usual it was.
fn usual(deal: &Deal, settlement: &Settlement, money: &dyn Fn(f64) -> String) -> String {
    let trials = counted(deal.trials.min(crate::study::SAMPLE as u64), "trial");
    let mut rows =
        table(["How usual that was", "actual", "simulated median", "less", "the same", "more", "percentile"].map(String::from).to_vec(), 1);
    for row in &settlement.backtest {
        let name = super::question::metric(deal, &row.metric);
        let shares = [row.less, row.same, row.more].map(share::percent);
        let [less, same, more] = shares;
        rows.add_row(vec![
            name,
            money(row.actual),
            money(row.median),
            less,
            same,
            more,
            format!("p{}", number::fixed(row.percentile * 100.0, 0)),
        ]);
    }
    format!("{}\n  Among {trials} of the scenario, seed {}.", lines(&rows), deal.seed)
}

/// What the program cost, and what the provider made of it.
fn program(settlement: &Settlement, money: &dyn Fn(f64) -> String) -> String {
    let (costs, provider) = (&settlement.costs, &settlement.provider);
    let mut text = format!("\n  The program cost {}", money(costs.cost));
    if costs.shortfall > 0.0 {
        text.push_str(&format!("; {} found no money, and the provider bore it", money(costs.shortfall)));
    }
    let bonuses: f64 = provider.bonuses.iter().map(|bonus| bonus.amount).sum();
    let parts = [
        (provider.left_over, "residual"),
        (bonuses, "bonuses"),
        (provider.deferred_fees, "deferred fees"),
        (-provider.refunded, "refunded"),
        (-provider.bore, "costs borne"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(amount, _)| *amount != 0.0).map(|(amount, what)| format!("{what} {}", money(*amount))).collect();
    let parts = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
    text.push_str(&format!(".\n  {}: result {}{parts}", provider.name, money(provider.result)));
    if provider.working_capital > 0.0 {
        text.push_str(&format!(", out of pocket by up to {}", money(provider.working_capital)));
    }
    text + "."
}

fn investors(settlement: &Settlement, money: &dyn Fn(f64) -> String) -> String {
    let header = ["Investor returns", "drawn", "received", "gain", "multiple", "IRR"];
    let mut rows = table(header.map(String::from).to_vec(), 1);
    for tranche in &settlement.tranches {
        let multiple = tranche.multiple.map_or(number::NONE.into(), |multiple| number::fixed(multiple, 3));
        let rate = tranche.irr.map_or(number::NONE.into(), share::exact_rate);
        rows.add_row(vec![tranche.name.clone(), money(tranche.drawn), money(tranche.received), money(tranche.gain), multiple, rate]);
    }
    let mut text = lines(&rows);
    for guarantee in &settlement.guarantees {
        text.push_str(&format!("\n  {}: {}; part of what was received", guarantee.name, money(guarantee.amount)));
    }
    for tranche in &settlement.tranches {
        if let Some(recycled) = tranche.recycled.filter(|recycled| *recycled != 0.0) {
            text.push_str(&format!("\n  {}: {} repaid, to be used again", tranche.name, money(recycled)));
        }
    }
    text.push_str(&program(settlement, money));
    text.push_str("\n\n");
    let mut flows = table(["Cash flows", "investor", "amount"].map(String::from).to_vec(), 2);
    for tranche in &settlement.tranches {
        for flow in &tranche.flows {
            flows.add_row(vec![flow.date.clone(), tranche.name.clone(), money(flow.amount)]);
        }
    }
    text + &lines(&flows)
}

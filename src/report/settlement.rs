//! A deal settled on published results: who paid what and why, and what every investor made of it. The answer of `settle`.

use serde::Serialize;

use super::ledger::{lines, table};
use super::why;
use crate::deal::Deal;
use crate::engine::{Entry, Settled};
use crate::finance::irr;
use crate::quantity::Money;
use crate::settlement::Line;

/// The settlement for other programs. Money is in major units.
#[derive(Clone, Debug, Serialize)]
pub struct Settlement {
    /// Version of this layout.
    pub schema: u32,
    /// Name of the deal.
    pub deal: String,
    /// ISO 4217 code.
    pub currency: String,
    /// What all payors paid.
    pub total: f64,
    /// What each payor paid.
    pub payors: Vec<Named>,
    /// What each payment came to.
    pub payments: Vec<PaymentOutcome>,
    /// What was worked out on the way.
    pub formulas: Vec<FormulaValue>,
    /// Every claim, limit and payment, in order.
    pub lines: Vec<SettlementLine>,
    /// What the program cost, and who bore it.
    pub costs: Costs,
    /// What each investor put in and got.
    pub tranches: Vec<TrancheOutcome>,
    /// What each guarantor paid.
    pub guarantees: Vec<Named>,
}

/// A name and an amount.
#[derive(Clone, Debug, Serialize)]
pub struct Named {
    /// Whose.
    pub name: String,
    /// How much.
    pub amount: f64,
}

/// What a payment came to.
#[derive(Clone, Debug, Serialize)]
pub struct PaymentOutcome {
    /// Name of the payment.
    pub name: String,
    /// Due before any limit.
    pub due: f64,
    /// Paid.
    pub paid: f64,
}

/// A formula's value on a day.
#[derive(Clone, Debug, Serialize)]
pub struct FormulaValue {
    /// Name of the formula.
    pub name: String,
    /// First day of the period.
    pub date: String,
    /// Its value; absent where undefined.
    pub value: Option<f64>,
}

/// One line of the settlement.
#[derive(Clone, Debug, Serialize)]
pub struct SettlementLine {
    /// First day of the period.
    pub date: String,
    /// "due", "limit", "paid" or "stop".
    pub what: &'static str,
    /// The payment, or who is limited.
    pub name: String,
    /// The payor, where one pays.
    pub payor: Option<String>,
    /// Due, paid, or the change that a limit made.
    pub amount: f64,
    /// Why.
    pub because: String,
}

/// What the program cost.
#[derive(Clone, Debug, Serialize)]
pub struct Costs {
    /// Paid.
    pub spent: f64,
    /// What no money was left for.
    pub shortfall: f64,
    /// What the provider kept in the end.
    pub provider: f64,
}

/// What a tranche came to.
#[derive(Clone, Debug, Serialize)]
pub struct TrancheOutcome {
    /// Name of the tranche.
    pub name: String,
    /// Put in.
    pub drawn: f64,
    /// Got, guarantees included.
    pub received: f64,
    /// Got less put in.
    pub gain: f64,
    /// Effective annual internal rate of return; absent where there is none.
    pub irr: Option<f64>,
    /// Got over put in; absent where nothing was put in.
    pub multiple: Option<f64>,
    /// Days and amounts: what it got less what it put in.
    pub flows: Vec<Flow>,
}

/// One day's cash flow.
#[derive(Clone, Debug, Serialize)]
pub struct Flow {
    /// First day of the period.
    pub date: String,
    /// Amount.
    pub amount: f64,
}

/// Everything that the settlement of a deal says.
#[must_use]
pub fn settlement(settled: &Settled) -> Settlement {
    let (deal, block) = (&settled.deal, &settled.block);
    let major = |minor: i64| deal.currency.major(Money(minor));
    let named = |name: &String, minor: i64| Named { name: name.clone(), amount: major(minor) };
    let owed = &block.owed;
    let payors: Vec<Named> = deal.payors.iter().enumerate().map(|(at, payor)| named(&payor.name, owed.payor_paid.row(at)[0])).collect();
    Settlement {
        schema: 1,
        deal: deal.name.clone(),
        currency: deal.currency.code().into(),
        total: major(owed.payor_paid.lane(0).sum()),
        payors,
        payments: deal
            .payments
            .iter()
            .enumerate()
            .map(|(at, payment)| PaymentOutcome {
                name: payment.name.clone(),
                due: major(owed.payment_due.row(at)[0]),
                paid: major(owed.payment_paid.row(at)[0]),
            })
            .collect(),
        formulas: settled.ledger.iter().filter_map(|entry| formula(deal, entry)).collect(),
        lines: settled.ledger.iter().filter_map(|entry| line(settled, entry)).collect(),
        costs: Costs {
            spent: major(block.cash.spent[0]),
            shortfall: major(block.cash.shortfall[0]),
            provider: major(block.cash.provider[0]),
        },
        tranches: (0..deal.capital.tranches.len()).map(|tranche| outcome(settled, tranche)).collect(),
        guarantees: deal
            .capital
            .guarantees
            .iter()
            .enumerate()
            .map(|(at, guarantee)| named(&guarantee.name, block.cash.guaranteed.row(at)[0]))
            .collect(),
    }
}

fn day(deal: &Deal, period: usize) -> String {
    deal.timeline.date(period as u32).to_string()
}

fn formula(deal: &Deal, entry: &Entry) -> Option<FormulaValue> {
    let Entry::Line(Line::Formula { period, formula, value }) = entry else { return None };
    let value = (!value.is_nan()).then_some(*value);
    Some(FormulaValue { name: deal.formulas[*formula].name.clone(), date: day(deal, *period), value })
}

fn line(settled: &Settled, entry: &Entry) -> Option<SettlementLine> {
    let deal = &settled.deal;
    let Entry::Line(line) = entry else { return None };
    let major = |minor: i64| deal.currency.major(Money(minor));
    Some(match *line {
        Line::Claim(claim) => {
            let group = match why::group(deal, &claim).as_str() {
                "" => String::new(),
                group => format!(", {group}"),
            };
            SettlementLine {
                date: day(deal, claim.period),
                what: "due",
                name: format!("{}{group}", deal.payments[claim.payment].name),
                payor: None,
                amount: major(claim.due),
                because: why::claim(deal, &settled.block.findings, &claim),
            }
        }
        Line::Cut { period, limit, from, to } => SettlementLine {
            date: day(deal, period),
            what: "limit",
            name: why::limited(deal, limit),
            payor: None,
            amount: major(to - from),
            because: why::limit(deal, limit),
        },
        Line::Paid { period, payment, payor, amount } => SettlementLine {
            date: day(deal, period),
            what: "paid",
            name: deal.payments[payment].name.clone(),
            payor: Some(deal.payors[payor].name.clone()),
            amount: major(amount),
            because: String::new(),
        },
        Line::Stop { period, stop } => SettlementLine {
            date: day(deal, period),
            what: "stop",
            name: deal.stops[stop].name.clone(),
            payor: None,
            amount: 0.0,
            because: format!("the program's last {}", deal.timeline.length.noun()),
        },
        Line::Formula { .. } => return None,
    })
}

fn outcome(settled: &Settled, tranche: usize) -> TrancheOutcome {
    let (deal, cash) = (&settled.deal, &settled.block.cash);
    let major = |minor: i64| deal.currency.major(Money(minor));
    let flows: Vec<i64> = cash.flows[tranche].lane(0).collect();
    let (drawn, received) = (cash.standing.drawn.row(tranche)[0], cash.received.row(tranche)[0]);
    let plain: Vec<f64> = flows.iter().map(|&flow| major(flow)).collect();
    let found = irr(&plain, f64::from(deal.timeline.length.per_year())).value();
    TrancheOutcome {
        name: deal.capital.tranches[tranche].name.clone(),
        drawn: major(drawn),
        received: major(received),
        gain: major(received - drawn),
        irr: (!found.is_nan()).then_some(found),
        multiple: (drawn > 0).then(|| received as f64 / drawn as f64),
        flows: flows
            .iter()
            .enumerate()
            .filter(|(_, flow)| **flow != 0)
            .map(|(period, &flow)| Flow { date: day(deal, period), amount: major(flow) })
            .collect(),
    }
}

/// The settlement as JSON.
///
/// # Errors
/// Never with the numbers a settlement has; the serialiser's error if it ever does.
pub fn json(settlement: &Settlement) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(settlement).map(|text| text + "\n")
}

/// The settlement as tables for a reader.
#[must_use]
pub fn text(settled: &Settled, settlement: &Settlement) -> String {
    let deal = &settled.deal;
    let money = |major: f64| deal.currency.display(deal.currency.from_major(major).unwrap_or_default());
    let mut parts = vec![format!("{}: settled in {}", settlement.deal, settlement.currency)];
    let mut rows = table(["What was owed and paid", "", "amount", "because"].map(String::from).to_vec(), 2);
    if let Some(because) = rows.column_mut(3) {
        because.set_cell_alignment(comfy_table::CellAlignment::Left);
    }
    let mut last = "";
    for line in &settlement.lines {
        let date = if line.date == last { "" } else { &line.date };
        last = &line.date;
        let what = match (line.what, &line.payor) {
            ("due", _) => format!("due for {}", line.name),
            ("limit", _) => format!("  limit on {}", line.name),
            ("paid", Some(payor)) => format!("  {payor} pays for {}", line.name),
            _ => format!("stopped: {}", line.name),
        };
        rows.add_row(vec![date.to_string(), what, money(line.amount), line.because.clone()]);
    }
    parts.push(lines(&rows));
    let mut rows = table(["What it came to", "due", "paid"].map(String::from).to_vec(), 1);
    for payment in &settlement.payments {
        rows.add_row(vec![payment.name.clone(), money(payment.due), money(payment.paid)]);
    }
    for payor in settlement.payors.iter().filter(|_| settlement.payors.len() > 1) {
        rows.add_row(vec![format!("paid by {}", payor.name), String::new(), money(payor.amount)]);
    }
    let due: f64 = settlement.payments.iter().map(|payment| payment.due).sum();
    rows.add_row(vec!["all payors".into(), money((due * 1e4).round() / 1e4), money(settlement.total)]);
    parts.push(lines(&rows));
    if !settlement.formulas.is_empty() {
        let mut rows = table(["Formula", "on", "value"].map(String::from).to_vec(), 2);
        for formula in &settlement.formulas {
            let value = formula.value.map_or("undefined".into(), why::plain);
            rows.add_row(vec![formula.name.clone(), formula.date.clone(), value]);
        }
        parts.push(lines(&rows));
    }
    if !settlement.tranches.is_empty() {
        parts.push(investors(settlement, &money));
    }
    parts.join("\n\n") + "\n"
}

fn investors(settlement: &Settlement, money: &dyn Fn(f64) -> String) -> String {
    let header = ["What investors made of it", "put in", "got back", "gain", "multiple", "annual return"];
    let mut rows = table(header.map(String::from).to_vec(), 1);
    for tranche in &settlement.tranches {
        let multiple = tranche.multiple.map_or("–".into(), |multiple| format!("{multiple:.3}"));
        let rate = tranche.irr.map_or("–".into(), |rate| format!("{:.2}%", rate * 100.0));
        rows.add_row(vec![tranche.name.clone(), money(tranche.drawn), money(tranche.received), money(tranche.gain), multiple, rate]);
    }
    let mut text = lines(&rows);
    for guarantee in &settlement.guarantees {
        text.push_str(&format!("\n  {} pays {}; it is part of what was got back", guarantee.name, money(guarantee.amount)));
    }
    let costs = &settlement.costs;
    text.push_str(&format!("\n  The program cost {}", money(costs.spent)));
    if costs.shortfall > 0.0 {
        text.push_str(&format!(" and {} more found no money", money(costs.shortfall)));
    }
    if costs.provider > 0.0 {
        text.push_str(&format!("; the provider kept {} in the end", money(costs.provider)));
    }
    text.push_str(".\n\n");
    let mut flows = table(["Cash flows", "investor", "amount"].map(String::from).to_vec(), 2);
    for tranche in &settlement.tranches {
        for flow in &tranche.flows {
            flows.add_row(vec![flow.date.clone(), tranche.name.clone(), money(flow.amount)]);
        }
    }
    text + &lines(&flows)
}

//! One trial, line by line: the answer of `explain`.

use comfy_table::{CellAlignment, Table, presets};

use super::why;
use crate::cohort::OutcomeWorld;
use crate::deal::{CohortId, Deal, TrancheId};
use crate::engine::Entry;
use crate::quantity::Money;
use crate::settlement::Line;
use crate::study::{LedgerLine, Trial};
use crate::waterfall::Movement;
use crate::words::count::spelled;
use crate::words::money;
use crate::words::number;
use crate::words::share;

/// The trial in tables: what happened to people, what the evaluator found, and the ledger of money.
#[must_use]
pub fn text(deal: &Deal, trial: &Trial) -> String {
    let parts = [
        format!("Trial {} of {}", trial.number, deal.name),
        format!("What truly happened, by cohort\n{}{}", people(deal, trial), late(deal, trial)),
        format!("What the evaluator found, by group of cohorts\n{}", findings(deal, trial)),
        format!("Ledger in {}\n{}", deal.currency.code(), ledger(deal, trial)),
        format!("What it came to\n{}", metrics(deal, trial)),
    ];
    let mut text = parts.join("\n\n");
    text.push('\n');
    text
}

pub(super) fn table(header: Vec<String>, numbers_from: usize) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    let columns = header.len();
    table.set_header(header);
    for column in 0..columns {
        if let Some(column_format) = table.column_mut(column) {
            column_format.set_padding((if column == 0 { 2 } else { 1 }, 1));
            if column >= numbers_from {
                column_format.set_cell_alignment(CellAlignment::Right);
            }
        }
    }
    table
}

pub(super) fn lines(table: &Table) -> String {
    table.lines().map(|line| line.trim_end().to_string()).collect::<Vec<_>>().join("\n")
}

fn people(deal: &Deal, trial: &Trial) -> String {
    let mut header = vec!["cohort".to_string(), "enrolled".into()];
    header.extend(deal.outcomes.iter().map(|outcome| outcome.name.clone()));
    let mut rows = table(header, 1);
    let world = &trial.block.world;
    for (cohort, at) in deal.program.cohorts.pairs() {
        if !trial.block.came(deal, cohort, 0) {
            let mut row = vec![deal.timeline.label(at.period), "never came".into()];
            row.extend(deal.outcomes.iter().map(|_| number::NONE.to_string()));
            rows.add_row(row);
            continue;
        }
        let mut row = vec![deal.timeline.label(at.period), world.enrolled.row(cohort)[0].to_string()];
        row.extend(world.outcomes.iter().map(|outcome| number::plain(units(deal, outcome, cohort))));
        rows.add_row(row);
    }
    let mut effect = vec!["true effect".to_string(), String::new()];
    effect.extend(deal.outcomes.iter().zip(&world.outcomes).map(|(outcome, truth)| match outcome.has_counterfactual() {
        true if outcome.is_yes_no() => share::points(outcome.improvement(truth.true_effect[0])),
        true => number::plain(outcome.improvement(truth.true_effect[0])),
        false => String::new(),
    }));
    rows.add_row(effect);
    lines(&rows)
}

/// Outcomes of a cohort in all rounds, in the first lane: people, times, or an amount.
pub(crate) fn units(deal: &Deal, outcome: &OutcomeWorld, cohort: CohortId) -> f64 {
    let cohorts = deal.program.cohorts.len();
    let people = (cohort.index()..outcome.count.rows()).step_by(cohorts).map(|row| f64::from(outcome.count.row(row)[0])).sum::<f64>();
    let amounts = (cohort.index()..outcome.total.rows()).step_by(cohorts).map(|row| outcome.total.row(row)[0]).sum::<f64>();
    people + amounts
}

/// By how much everybody came later than planned, where that may be.
fn late(deal: &Deal, trial: &Trial) -> String {
    match trial.block.world.late.first() {
        None | Some(0) => String::new(),
        Some(&late) => {
            let later = spelled(late, deal.timeline.length.noun());
            format!("\n  Everybody came {later} later than planned; cohorts are named by the plan.")
        }
    }
}

fn findings(deal: &Deal, trial: &Trial) -> String {
    let header = ["measure", "group", "enrolled", "found", "rate", "compared with", "difference"];
    let mut rows = table(header.map(String::from).to_vec(), 2);
    for ((index, measure), found) in deal.measures.pairs().zip(&trial.block.found().measures) {
        for (group, cohorts) in deal.measure_groups(index).pairs() {
            let label = |cohort: &CohortId| deal.timeline.label(deal.program.cohorts[*cohort].period);
            let came: Vec<CohortId> = cohorts.iter().copied().filter(|&cohort| trial.block.came(deal, cohort, 0)).collect();
            let named = if came.is_empty() { cohorts } else { &came };
            let name = match (named.first().map(label), named.last().map(label)) {
                (Some(first), Some(last)) if first != last => format!("{first} to {last}"),
                (Some(first), _) => first,
                _ => String::new(),
            };
            let mut value = [0.0];
            let mut get = |statistic| {
                found.statistic(statistic, group, &mut value);
                value[0]
            };
            use crate::deal::Statistic::{ComparisonRate, Difference, Enrolled, Rate, Units};
            if get(Enrolled) == 0.0 {
                let why = if came.is_empty() { "never came" } else { "nobody enrolled" };
                rows.add_row(
                    [measure.name.as_str(), &name, why, number::NONE, number::NONE, number::NONE, number::NONE].map(String::from).to_vec(),
                );
                continue;
            }
            let counts = [get(Enrolled), get(Units)].map(|count| if count.is_nan() { "not reported".into() } else { number::plain(count) });
            let show = |value: f64| match measure.counts_people(deal) {
                _ if value.is_nan() => number::NONE.into(),
                true => share::percent(value),
                false => number::plain(value),
            };
            let rate = show(get(Rate));
            let (comparison, difference) = match (measure.compares(), measure.counts_people(deal)) {
                (true, true) => (show(get(ComparisonRate)), share::points(get(Difference))),
                (true, false) => (show(get(ComparisonRate)), show(get(Difference))),
                (false, _) => ("no group".into(), String::new()),
            };
            let [enrolled, units] = counts;
            rows.add_row(vec![measure.name.clone(), name, enrolled, units, rate, comparison, difference]);
        }
    }
    lines(&rows)
}

fn ledger(deal: &Deal, trial: &Trial) -> String {
    let mut table = table(["period", "what", "amount", "because"].map(String::from).to_vec(), 2);
    if let Some(because) = table.column_mut(3) {
        because.set_cell_alignment(CellAlignment::Left);
    }
    rows(deal, trial).into_iter().for_each(|row| {
        table.add_row(row.to_vec());
    });
    lines(&table)
}

/// The ledger: the period where it is another than that of the line before, what happened, how much, and why.
#[must_use]
pub fn rows(deal: &Deal, trial: &Trial) -> Vec<[String; 4]> {
    let mut last = None;
    let row = |line: &LedgerLine| {
        let label = if last == Some(line.period) { String::new() } else { deal.timeline.label(line.period.number()) };
        last = Some(line.period);
        let (what, amount, because) = entry(deal, trial, line);
        [label, what, money::exact(deal.currency, Money(amount)), because]
    };
    trial.ledger.iter().map(row).collect()
}

/// What a line says, its amount in minor units, and why.
pub(crate) fn entry(deal: &Deal, trial: &Trial, line: &LedgerLine) -> (String, i64, String) {
    let tranche = |index: TrancheId| &deal.capital.tranches[index].name;
    match line.entry {
        Entry::Line(Line::Claim(claim)) => {
            let payment = &deal.payments[claim.payment];
            let group = match why::group(deal, &claim).as_str() {
                "" => String::new(),
                group => format!(", {group}"),
            };
            (format!("due for {}{group}", payment.name), claim.due, why::claim(deal, trial.block.found(), &claim))
        }
        Entry::Line(Line::Formula { formula, value, .. }) => {
            (format!("  {} is {}", deal.formulas[formula].name, number::plain(value)), 0, deal.formulas[formula].text.clone())
        }
        Entry::Line(Line::Cut { limit, from, to, .. }) => ("  limited".into(), to - from, why::limit(deal, limit)),
        Entry::Line(Line::Paid { payment, payor, amount, .. }) => {
            (format!("  paid by {} for {}", deal.payors[payor].name, deal.payments[payment].name), amount, String::new())
        }
        Entry::Line(Line::Unrefunded { payment, payor, amount, .. }) => {
            let what = format!("  not refunded to {} for {}", deal.payors[payor].name, deal.payments[payment].name);
            (what, amount, "unpaid".into())
        }
        Entry::Line(Line::Stop { stop, .. }) => {
            (format!("the program ends: {}", deal.stops[stop].name), 0, deal.stops[stop].when.text.clone())
        }
        Entry::Movement(_, movement) => {
            let (what, amount) = match movement {
                Movement::Receipt(amount) if amount < 0 => ("  paid to payors".into(), amount),
                Movement::Receipt(amount) => ("  paid by payors, after all limits".into(), amount),
                Movement::DrawAhead(index, amount) => (format!("  drawn ahead of need from {}", tranche(index)), amount),
                Movement::FromDrawn(amount) => ("  costs paid from what was drawn ahead".into(), -amount),
                Movement::FromCash(amount) => ("  costs paid from receipts".into(), -amount),
                Movement::FromPot(index, amount) => (format!("  costs paid from repayments of {}", tranche(index)), -amount),
                Movement::DrawForPayor(index, amount) => (format!("  paid to payors by drawing {}", tranche(index)), -amount),
                Movement::RefundByProvider(amount) => (format!("  paid to payors by {}", deal.program.provider), -amount),
                Movement::UnpaidToPayor(amount) => ("  owed to payors and unpaid".into(), -amount),
                Movement::Draw(index, amount) => (format!("  costs paid by drawing {}", tranche(index)), -amount),
                Movement::Shortfall(amount) => ("  costs that found no money".into(), -amount),
                Movement::Interest(index, amount) => (format!("  interest accrues on {}", tranche(index)), amount),
                Movement::CashInterest(index, amount) => (format!("  interest to {}", tranche(index)), -amount),
                Movement::Recycle(index, amount) => (format!("  {}, to be used again", tranche(index)), -amount),
                Movement::SetAside(index, amount) if amount < 0 => (format!("  released from the reserve of {}", tranche(index)), -amount),
                Movement::SetAside(index, amount) => (format!("  to the reserve of {}", tranche(index)), -amount),
                Movement::Bonus(index, amount) => {
                    let word = if amount < 0 { "from" } else { "to" };
                    (format!("  {word} {}: {}", deal.program.provider, deal.capital.bonuses[index].name), -amount)
                }
                Movement::Guarantee(index, of, amount) => {
                    (format!("  {} bears a loss of {}", deal.capital.guarantees[index].guarantor, tranche(of)), amount)
                }
                Movement::Repay(index, amount) => (format!("  to {}", tranche(index)), -amount),
                Movement::Residual(index, amount) => (format!("  to {}, its share of the residual", tranche(index)), -amount),
                Movement::Provider(amount) => (format!("  to {}", deal.program.provider), -amount),
            };
            (what, amount, String::new())
        }
    }
}

fn metrics(deal: &Deal, trial: &Trial) -> String {
    let mut rows = table(["what", "value", "in files"].map(String::from).to_vec(), 1);
    rows.column_mut(2).into_iter().for_each(|column| {
        column.set_cell_alignment(CellAlignment::Left);
    });
    for (name, value) in &trial.metrics {
        let shown = if value.is_nan() { "undefined".into() } else { number::plain(*value) };
        rows.add_row(vec![super::question::metric(deal, name), shown, name.clone()]);
    }
    lines(&rows)
}

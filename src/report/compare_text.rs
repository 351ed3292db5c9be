//! Two scenarios side by side, in tables and sentences.

use core::fmt::Write;

use super::compare::{Compared, about};
use super::ledger::{lines, table};
use crate::experiment::clauses::Clause;
use crate::metrics::Unit;
use crate::quantity::{Currency, Money};
use crate::study::Paired;
use crate::words::count::counted;
use crate::words::money;
use crate::words::number;
use crate::words::share;

/// Longest value of a clause that is shown whole.
const LONGEST: usize = 70;

/// Clauses of a block that its sentence names.
const FEW: usize = 3;

#[must_use]
pub fn text(compared: &Compared<'_>) -> String {
    let Compared { names, found, parts, .. } = compared;
    let mut text = format!("A  {}\nB  {}\n", names[0], names[1]);
    let world = if found.same_world { "settled on the same world" } else { "drawn from the same addresses: what they share is the same" };
    let _ = writeln!(text, "The same {} for both (seed {}), {world}.", counted(found.trials, "trial"), found.seed);
    let _ = writeln!(text, "\nWhat changed");
    for (number, block) in parts.blocks.iter().enumerate() {
        for (at, &clause) in block.iter().enumerate() {
            let label = if at == 0 { format!("{}", number + 1) } else { String::new() };
            let _ = writeln!(text, "  {label:>2}  {}", said(&parts.clauses[clause]));
        }
        if block.len() > 1 {
            let _ = writeln!(text, "      These depend on each other and are changed together.");
        }
    }
    let _ = writeln!(text, "\n{}", sides(compared));
    let _ = writeln!(text, "\n{}", money(compared));
    let _ = writeln!(text, "\nClause by clause");
    for (block, share) in parts.blocks.iter().zip(&found.shares) {
        let mut clauses: Vec<String> = block.iter().take(FEW).map(|&clause| said(&parts.clauses[clause])).collect();
        if block.len() > FEW {
            clauses.push(format!("and {} more", block.len() - FEW));
        }
        let _ = writeln!(text, "  {} {}.", clauses.join("; "), compared.sentence(&share.moved));
    }
    let _ = writeln!(text, "  Altogether B {}.", compared.sentence(&found.total.moved));
    let orders = match parts.every_order {
        true => "over every order in which they could be changed (their Shapley values)",
        false => "over a few orders in which they could be changed, drawn with the seed",
    };
    let _ = writeln!(
        text,
        "\nIntervals hold the difference with 95%; those of a median come from the ranks of the trials. A clause's share is its mean {orders};\n\
         in every row what some have less others have more, and the rows add up to B − A to the last digit."
    );
    text
}

/// `payor."State".cap: 1_600_000 → 2_000_000`.
fn said(clause: &Clause) -> String {
    let short = |value: &str| {
        let value = value.replace('\n', " ");
        if value.chars().count() <= LONGEST { value } else { format!("{}…", value.chars().take(LONGEST).collect::<String>()) }
    };
    match (&clause.from, &clause.to) {
        (Some(from), Some(to)) => format!("{}: {} → {}", clause.path, short(from), short(to)),
        (None, Some(to)) => format!("{}: added, {}", clause.path, short(to)),
        (from, None) => format!("{}: gone, was {}", clause.path, short(from.as_deref().unwrap_or_default())),
    }
}

/// Every figure under both scenarios.
fn sides(compared: &Compared<'_>) -> String {
    let mut rows = table(["What it does to everyone", "A", "B", "B − A", "95% interval"].map(String::from).to_vec(), 1);
    let mut last = None;
    for (figure, row) in compared.found.figures.iter().zip(figures(compared)) {
        if last != Some(&figure.about) {
            rows.add_row(vec![about(&figure.about).1.to_string()]);
            last = Some(&figure.about);
        }
        let [label, first, second, difference, interval] = row;
        let mut row = vec![format!("  {label}"), first, second];
        if figure.difference.is_some() {
            row.extend([difference, interval]);
        }
        rows.add_row(row);
    }
    lines(&rows)
}

/// Every figure in words: what it is, under the first scenario, under the second, the difference and its 95% interval; the last two are
/// empty where only one scenario has it.
#[must_use]
pub fn figures(compared: &Compared<'_>) -> Vec<[String; 5]> {
    let currency = compared.deals[0].currency;
    let row = |figure: &Paired| {
        let [first, second] = figure.values.map(|value| shown(figure, value, currency));
        let [difference, interval] = figure.difference.map_or_else(Default::default, |[difference, low, high]| {
            let interval = match () {
                () if !low.is_finite() => number::NONE.into(),
                () if low == high && difference == 0.0 => "no trial differs".into(),
                () if low == high => "in every trial".into(),
                () => format!("{} to {}", signed(figure, low, currency), signed(figure, high, currency)),
            };
            [signed(figure, difference, currency), interval]
        });
        [figure.quantity.short.clone(), first, second, difference, interval]
    };
    compared.found.figures.iter().map(row).collect()
}

fn shown(figure: &Paired, value: f64, currency: Currency) -> String {
    match figure.quantity.unit {
        _ if value.is_nan() => number::NONE.into(),
        Unit::Money => money::whole(currency, value),
        Unit::Share => share::percent(value),
        Unit::Rate => share::rate(value),
        Unit::Points => format!("{} points", number::fixed(value * 100.0, 1)),
        Unit::Multiple => number::fixed(value, 2),
        Unit::People | Unit::Count | Unit::Amount => number::fixed(value, if value.abs() >= 1_000.0 { 0 } else { 1 }),
    }
}

/// A difference with its sign; nothing has none.
fn signed(figure: &Paired, value: f64, currency: Currency) -> String {
    match figure.quantity.unit {
        _ if value.is_nan() => number::NONE.into(),
        Unit::Share | Unit::Rate | Unit::Points => share::points(value),
        _ => number::signed(value, &shown(figure, value.abs(), currency)),
    }
}

/// Who has how much more or less in the end, by clause, to the minor unit.
fn money(compared: &Compared<'_>) -> String {
    let currency = compared.deals[0].currency;
    let parties = compared.moved();
    let mut header = vec![format!("Who has more or less, {}", currency.code())];
    header.extend(parties.iter().map(|&party| compared.name(&compared.found.parties[party])));
    let mut rows = table(header, 1);
    let amount = |amount: i64| number::signed(amount as f64, &money::exact(currency, Money(amount.saturating_abs())));
    for (number, (block, share)) in compared.parts.blocks.iter().zip(&compared.found.shares).enumerate() {
        let more = if block.len() > 1 { format!(" and {} more", block.len() - 1) } else { String::new() };
        let mut row = vec![format!("{} {}{more}", number + 1, compared.parts.clauses[block[0]].path)];
        row.extend(parties.iter().map(|&party| amount(share.moved[party])));
        rows.add_row(row);
    }
    let mut row = vec!["B − A".to_string()];
    row.extend(parties.iter().map(|&party| amount(compared.found.total.moved[party])));
    rows.add_row(row);
    let mut row = vec!["± one standard error".to_string()];
    row.extend(parties.iter().map(|&party| {
        let error = compared.found.total.errors[party];
        if error.is_nan() { number::NONE.into() } else { money::exact(currency, Money(error.round() as i64)) }
    }));
    rows.add_row(row);
    lines(&rows)
}

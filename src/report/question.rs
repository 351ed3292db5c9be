//! Figures as people write them: the number in its unit, and what it is called. Both come from the register of quantities.

use crate::deal::Deal;
use crate::metrics::{Catalogue, Quantity, Unit};
use crate::quantity::Currency;
use crate::question::{Figure, Question, Requirement};
use crate::words::money;
use crate::words::number;
use crate::words::share;

/// Letters of a line of a column's head.
const HEAD: usize = 24;

fn quantity(deal: &Deal, question: &Question) -> Option<Quantity> {
    Some(Catalogue::new(deal).asked(question)?.quantity(deal))
}

/// What a figure is counted in.
#[must_use]
pub fn unit(deal: &Deal, question: &Question) -> Unit {
    match quantity(deal, question) {
        _ if question.figure == Figure::Undefined => Unit::Share,
        Some(quantity) => quantity.unit,
        None => Unit::Count,
    }
}

/// What a reader calls a figure: `what City will pay in all, on average`. A name that the deal does not have stays as it is.
#[must_use]
pub fn label(deal: &Deal, question: &Question) -> String {
    let Some(quantity) = quantity(deal, question) else { return question.name.clone() };
    let is_chance = Catalogue::new(deal).chances.iter().any(|(name, _)| *name == question.metric);
    of_figure(&quantity.label, question.figure, is_chance)
}

/// A label with the figure that is taken of it.
fn of_figure(label: &str, figure: Figure, is_chance: bool) -> String {
    let taken = match figure {
        Figure::Mean if is_chance => return label.into(),
        Figure::Undefined => return format!("share of trials without a value: {label}"),
        Figure::Mean => "on average",
        Figure::Sd => "standard deviation",
        Figure::P5 => "5th percentile",
        Figure::P25 => "25th percentile",
        Figure::P50 => "median",
        Figure::P75 => "75th percentile",
        Figure::P95 => "95th percentile",
        Figure::Min => "least seen",
        Figure::Max => "most seen",
        Figure::Shortfall => "mean of the worst 1 in 20",
    };
    format!("{label}, {taken}")
}

/// The label of a metric without a figure.
#[must_use]
pub fn metric(deal: &Deal, name: &str) -> String {
    let question = Question { name: name.into(), metric: name.into(), figure: Figure::Mean };
    quantity(deal, &question).map_or_else(|| name.into(), |quantity| quantity.label)
}

/// What must hold, in words: `chance that senior loan will lose money: at most 10.0%`.
#[must_use]
pub fn required(deal: &Deal, requirement: &Requirement) -> String {
    let bound = show(deal, &requirement.question, requirement.bound);
    format!("{}: at {} {bound}", label(deal, &requirement.question), if requirement.at_most { "most" } else { "least" })
}

/// A label over a column of a table, in short lines.
pub(super) fn head(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= HEAD => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.into()),
        }
    }
    lines.join("\n")
}

/// How the figures of a table are typed, in a line.
pub(super) fn typed(questions: &[Question]) -> String {
    let names: Vec<&str> = questions.iter().map(|question| question.name.as_str()).collect();
    format!("As they are typed: {}", names.join(" · "))
}

/// With a capital letter, for the beginning of a sentence.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn written(currency: Currency, unit: Unit, value: f64) -> String {
    match unit {
        _ if !value.is_finite() => "none".into(),
        Unit::Money => money::whole(currency, value),
        Unit::Share => share::percent(value),
        Unit::Rate => share::rate(value),
        Unit::Points => format!("{} points", number::fixed(value * 100.0, 1)),
        Unit::People | Unit::Count | Unit::Amount | Unit::Multiple => number::decimals(value, decimals(value)),
    }
}

/// Decimals that say something of an estimate of this size.
fn decimals(value: f64) -> usize {
    match value.abs() {
        size if size >= 1_000.0 => 0,
        size if size >= 10.0 => 1,
        _ => 4,
    }
}

/// A figure as people write it: money, percent, points, or a plain number.
#[must_use]
pub fn show(deal: &Deal, question: &Question, value: f64) -> String {
    written(deal.currency, unit(deal, question), value)
}

/// The same with its standard error.
#[must_use]
pub fn with_error(deal: &Deal, question: &Question, [value, error]: [f64; 2]) -> String {
    let unit = unit(deal, question);
    let shown = written(deal.currency, unit, value);
    match unit {
        _ if !error.is_finite() || !value.is_finite() => shown,
        Unit::Share => share::with_error(value, error),
        Unit::Rate | Unit::Points => format!("{shown} ± {}", number::fixed(error * 100.0, 1)),
        _ => format!("{shown} ± {}", written(deal.currency, unit, error)),
    }
}

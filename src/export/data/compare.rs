//! Two scenarios on the same trials.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::number::{Interval, Number, defined};
use super::{About, Body, Kind, Source, text};
use crate::report::compare::{Compared, about, kind};
use crate::scenario::Scenario;
use crate::study;

/// Who wins, who loses, and by which clause. The head has the first scenario.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Compare<'a> {
    /// The file of the first scenario as it was named.
    pub first: &'a str,
    /// The file of the second scenario as it was named, with what was set.
    pub second: &'a str,
    /// The second scenario.
    pub second_scenario: Source<'a>,
    /// Whether both are settled on the same people and findings.
    pub same_world: bool,
    /// Whether the shares of clauses are means over every order in which they could be changed; otherwise over some orders.
    pub every_order: bool,
    /// Every figure under both.
    pub figures: Vec<Paired<'a>>,
    /// What each clause moves; clauses that depend on each other are one entry.
    pub clauses: Vec<Block<'a>>,
    /// What all clauses move, by party: the second scenario less the first, on average. All parties add up to 0.
    pub total: BTreeMap<String, Number>,
}

impl Body for Compare<'_> {
    const KIND: Kind = Kind::Compare;
}

/// A figure under both scenarios.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Paired<'a> {
    /// What kind of party or thing it is about.
    pub of: &'static str,
    /// Whom or what it is about.
    pub name: &'a str,
    /// What it is, under a heading that says whose.
    pub figure: &'a str,
    /// What a reader calls it.
    pub label: &'a str,
    /// Dotted name of its metric.
    pub metric: &'a str,
    /// What it is counted in: money, or share, difference of shares, people, count, amount, multiple, rate a year.
    pub unit: &'static str,
    /// Under the first scenario; null where that does not have it.
    pub first: Option<f64>,
    /// Under the second scenario; null where that does not have it.
    pub second: Option<f64>,
    /// The second less the first in the trials that have both; null where only one scenario has it.
    pub difference: Option<Interval>,
}

/// Clauses that are changed together.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Block<'a> {
    /// The clauses.
    pub clauses: Vec<Clause<'a>>,
    /// What they move, by party, on average. All parties add up to 0.
    pub moves: BTreeMap<String, Number>,
    /// The same in words.
    pub sentence: String,
}

/// A clause that differs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Clause<'a> {
    /// Its dotted name.
    pub path: &'a str,
    /// What the first scenario says; null where it says nothing.
    pub from: Option<&'a str>,
    /// What the second scenario says; null where it says nothing.
    pub to: Option<&'a str>,
}

impl<'a> Compare<'a> {
    /// The document about two scenarios, as JSON.
    #[must_use]
    pub fn document([first, second]: [&Scenario; 2], compared: &Compared<'_>) -> String {
        let about = About::new(first, Some(compared.found.trials), Some(compared.found.seed));
        text(&about, &Compare::new(compared, Source::new(second)))
    }

    /// What [`study::compare`] found; `second` is the second scenario.
    #[must_use]
    pub fn new(compared: &Compared<'a>, second: Source<'a>) -> Self {
        let Compared { parts, found, names, .. } = *compared;
        let minor_units = compared.deals[0].currency.minor_units() as f64;
        let moves = |share: &study::Share| -> BTreeMap<String, Number> {
            let amounts = share.moved.iter().zip(&share.errors);
            let amount = |(&moved, error): (&i64, &f64)| Number::new(moved as f64 / minor_units, error / minor_units);
            let party = |party: &study::Party| format!("{}.{}", kind(party), compared.name(party));
            found.parties.iter().map(party).zip(amounts.map(amount)).collect()
        };
        let clause = |&at: &usize| {
            let clause = &parts.clauses[at];
            Clause { path: &clause.path, from: clause.from.as_deref(), to: clause.to.as_deref() }
        };
        let block = |(block, share): (&Vec<usize>, &study::Share)| Block {
            clauses: block.iter().map(clause).collect(),
            moves: moves(share),
            sentence: compared.sentence(&share.moved),
        };
        Self {
            first: names[0],
            second: names[1],
            second_scenario: second,
            same_world: found.same_world,
            every_order: parts.every_order,
            figures: found.figures.iter().map(figure).collect(),
            clauses: parts.blocks.iter().zip(&found.shares).map(block).collect(),
            total: moves(&found.total),
        }
    }
}

fn figure(figure: &study::Paired) -> Paired<'_> {
    let (of, name) = about(&figure.about);
    let [first, second] = figure.values.map(defined);
    Paired {
        of,
        name,
        figure: &figure.quantity.short,
        label: &figure.quantity.label,
        metric: &figure.quantity.name,
        unit: figure.quantity.unit.general(),
        first,
        second,
        difference: figure.difference.map(Interval::from),
    }
}

//! What happens to people: how many enrol, what becomes of them, and how much of it is thanks to the program.

use super::parts::{Block, Section};
use crate::deal::Deal;
use crate::metrics::{Chance, Value};
use crate::report::numbers::{effect, money, percent};
use crate::study::Run;
use crate::words::count::whole;
use crate::words::list::listed;

/// People, outcomes and cost over all futures.
pub fn section(deal: &Deal, run: &Run) -> Section {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut row = |value: Value, show: &dyn Fn(f64) -> String| {
        if let Some(summary) = run.summary(value) {
            rows.push(vec![value.quantity(deal).label, show(summary.p5), show(summary.p50), show(summary.p95)]);
        }
    };
    row(Value::Enrolled, &whole);
    for (index, outcome) in deal.outcomes.pairs() {
        row(Value::OutcomeCount(index), &whole);
        row(Value::OutcomeMedian(index), &whole);
        row(Value::Additional(index), &whole);
        row(Value::TrueEffect(index), &|value| effect(outcome, value));
    }
    let provider = deal.program.providers().join(" and ");
    for value in [Value::Cost, Value::Spent, Value::Shortfall, Value::ProviderResult, Value::WorkingCapital] {
        row(value, &|value| money(deal, value));
    }
    let head = ["Quantity", "5th percentile", "median", "95th percentile"];
    let mut blocks = vec![Block::numbers("The program over all trials", &head, rows)];
    if let (Some(loss), Some(result)) = (run.share(Chance::ProviderLoss), run.summary(Value::ProviderResult)) {
        blocks.push(Block::text(format!(
            "The result of {provider} is {} on average, and a loss in {} of trials. It is the residual, bonuses and deferred fees, less refunds \
             and the costs that it bears. Working capital is the most that it has to advance at any time.",
            money(deal, result.mean),
            percent(Some(loss))
        )));
    }
    if deal.program.sites.len() > 1 {
        let names: Vec<&str> = deal.program.sites.iter().map(|site| site.name.as_str()).collect();
        blocks.push(Block::text(format!("Delivered at {} sites: {}.", names.len(), listed(&names))));
    }
    Section { id: "program", short: "Program", title: "What happens to people".into(), blocks }
}

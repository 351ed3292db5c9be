//! What the result rests on: every assumption with its source and grade; and what a reader should be warned of.

use super::Studies;
use super::parts::{Block, Section};
use crate::deal::{Deal, Grade};
use crate::metrics::{Chance, Value, effect_behind};
use crate::report::check;
use crate::report::memo::undefined;
use crate::report::numbers::percent;
use crate::report::question::metric;
use crate::report::returns::no_one_rate;
use crate::sentence::missing;
use crate::study::Run;
use crate::words::count::{counted, grouped};
use crate::words::money;
use crate::words::share;

/// Fewer trials than this are too few for figures of 1 in 20.
const FEW: u64 = 2_000;

/// What to be careful of; nothing where there is nothing.
pub fn warnings(deal: &Deal, run: &Run, studies: &Studies<'_>) -> Option<Section> {
    let mut items = Vec::new();
    for index in deal.payments.ids() {
        items.extend(missing(deal, index).into_iter().map(|missing| format!("“{}”: {missing}.", deal.payments[index].name)));
    }
    items.extend(studies.lints.iter().map(|lint| format!("{}: {}. Remedy: {}.", lint.at, lint.message, lint.remedy)));
    if !deal.payments.is_empty() && deal.payments.ids().all(|payment| effect_behind(deal, payment).is_none()) {
        items.push(
            "No payment depends on an outcome that also happens without the program: nothing here says what the program adds.".into(),
        );
    }
    if let Some(share) = run.share(Chance::Shortfall).filter(|share| share.hits > 0) {
        items.push(format!("There is a shortfall in {} of trials; the provider bears it.", percent(Some(share))));
    }
    let mut lines = undefined(deal, run);
    lines += &no_one_rate(deal, run);
    items.extend(lines.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()));
    let assumed = count(deal, Some('A'));
    let ungraded = count(deal, None);
    let weak = [(assumed, "assumed"), (ungraded, "without a grade")];
    let are = |number: usize| if number == 1 { "is" } else { "are" };
    let weak: Vec<String> =
        weak.iter().filter(|(number, _)| *number > 0).map(|&(number, how)| format!("{number} {} {how}", are(number))).collect();
    if !weak.is_empty() {
        let all = counted(deal.assumptions.len(), "number");
        items.push(format!("Of the scenario’s {all} {}: the result is as good as they are.", weak.join(" and ")));
    }
    if run.trials < FEW {
        items.push(format!("{} are few: 5th and 95th percentiles rest on a handful of them. Run more.", counted(run.trials, "trial")));
    }
    if run.trials > run.sample.trials as u64 {
        items.push(format!(
            "Bars and bands of the charts show the first {} trials; every number in the tables is from all of them.",
            grouped(run.sample.trials as u64)
        ));
    }
    if let Some(unpaid) = run.summary(Value::UnpaidToPayors).filter(|unpaid| unpaid.max > 0.0) {
        items.push(format!("In some trials refunds to payors stay unpaid: {} on average.", money::whole(deal.currency, unpaid.mean)));
    }
    (!items.is_empty()).then(|| Section {
        id: "warnings",
        short: "Warnings",
        title: "Read with care".into(),
        blocks: vec![Block::List { items }],
    })
}

/// A grade as letter and word.
fn graded(grade: Grade) -> String {
    format!("{} {}", grade.letter(), grade.word())
}

fn count(deal: &Deal, letter: Option<char>) -> usize {
    deal.assumptions.iter().filter(|assumption| assumption.grade.map(|grade| grade.letter()) == letter).count()
}

/// Every assumption, and how much rests on the weak ones.
pub fn section(deal: &Deal, studies: &Studies<'_>) -> Section {
    let mut blocks = vec![Block::text(check::evidence(deal))];
    let known = studies.assumed.iter().filter(|(_, share)| share.value.is_finite());
    let rows: Vec<Vec<String>> =
        known.map(|(question, share)| vec![metric(deal, &question.metric), share::with_error(share.value, share.error)]).collect();
    if !rows.is_empty() {
        blocks.push(Block::numbers(
            "Share of the variance that rests on inputs that are assumed or have no grade",
            &["Result", "share of its variance"],
            rows,
        ));
    }
    let row = |assumption: &crate::deal::Assumption| {
        vec![
            assumption.path.clone(),
            assumption.value.clone(),
            assumption.grade.map_or("none".into(), graded),
            assumption.source.clone().unwrap_or_else(|| "no source".into()),
        ]
    };
    if !deal.assumptions.is_empty() {
        let rows = deal.assumptions.iter().map(row).collect();
        blocks.push(Block::words("Every assumption of the scenario", &["Number", "value", "grade", "source"], rows));
    }
    Section { id: "assumptions", short: "Assumptions", title: "Assumptions and evidence".into(), blocks }
}

//! A forecast as tables and sentences for a reader.

use super::forecast::{Forecast, Spread, Surprise};
use super::ledger::{lines, table};
use super::numbers::money;
use super::question::{show, with_error};
use crate::deal::Deal;
use crate::question::Question;
use crate::words::count::{counted, grouped, whole};
use crate::words::list::listed;
use crate::words::number;
use crate::words::share;

/// Share by which an input is narrowed from which on it is told.
const TOLD: f64 = 0.01;

/// The forecast as tables for a reader; `trials` futures were simulated.
#[must_use]
pub fn text(deal: &Deal, forecast: &Forecast, trials: u64) -> String {
    let mut parts = vec![format!(
        "{}: what is to come, as of {}, in {}\n  What falls due in the {} from {} is due; what follows is to come.",
        deal.name,
        forecast.as_of,
        deal.currency.code(),
        deal.timeline.length.noun(),
        forecast.through
    )];
    parts.extend(doubt(forecast));
    parts.push(payors(deal, forecast));
    if !forecast.tranches.is_empty() {
        parts.push(tranches(deal, forecast));
    }
    parts.push(figures(deal, forecast));
    parts.extend(needs(forecast));
    if let Some(stops) = forecast.stops {
        parts.push(format!("A stop clause ends the program in {} of the futures.", share::about(stops)));
    }
    if !forecast.surprises.is_empty() {
        parts.push(surprises(forecast));
    }
    if !forecast.inputs.is_empty() {
        parts.push(inputs(forecast));
    }
    parts.push(rests_on(forecast, trials));
    parts.join("\n\n") + "\n"
}

/// A plain warning where the plan itself is in doubt.
#[must_use]
pub fn doubt(forecast: &Forecast) -> Option<String> {
    let chance = forecast.surprise_in_all.filter(|_| forecast.in_doubt)?;
    let rare: Vec<&str> = forecast.surprises.iter().filter(|one| one.chance < 0.05).map(|one| one.measure.as_str()).collect();
    let mut named: Vec<&str> = Vec::new();
    rare.into_iter().for_each(|name| {
        if !named.contains(&name) {
            named.push(name);
        }
    });
    let of = if named.is_empty() { "their mixture".to_string() } else { listed(&named) };
    let how = if chance > 0.0 { share::about(chance) } else { "none".into() };
    Some(format!(
        "The plan is in doubt: of its trials {how} report anything as far out as this ({of}). Its futures, and this forecast, may be as wrong. \
         Look at the results file and at the laws of the inputs first."
    ))
}

fn cells(deal: &Deal, spread: &Spread) -> [String; 3] {
    [spread.p5, spread.mean, spread.p95].map(|value| value.map_or(number::NONE.into(), |value| money(deal, value)))
}

fn payors(deal: &Deal, forecast: &Forecast) -> String {
    let mut rows = table(["To pay from now on", "paid so far", "9 in 10 futures: from", "on average", "to"].map(String::from).to_vec(), 1);
    for payor in &forecast.payors {
        let [low, mean, high] = cells(deal, &payor.to_come);
        rows.add_row(vec![payor.name.clone(), money(deal, payor.paid), low, mean, high]);
        for year in &payor.years {
            let [low, mean, high] = cells(deal, &year.to_come);
            rows.add_row(vec![format!("  fiscal year {}", year.year), String::new(), low, mean, high]);
        }
    }
    let mut text = lines(&rows);
    for payor in &forecast.payors {
        if let Some(next) = &payor.next {
            let [low, mean, high] = cells(deal, &next.amount);
            text.push_str(&format!(
                "\n  Next, {} pays on {} in {} of the futures: {mean} on average, {low} to {high}.",
                payor.name,
                next.date,
                share::about(next.chance)
            ));
        }
    }
    text
}

fn tranches(deal: &Deal, forecast: &Forecast) -> String {
    let header = ["Investors from now on", "at stake", "still to put in", "from", "to receive", "to", "loss", "half whole by"];
    let mut rows = table(header.map(String::from).to_vec(), 1);
    for tranche in &forecast.tranches {
        let [low, mean, high] = cells(deal, &tranche.received);
        rows.add_row(vec![
            tranche.name.clone(),
            money(deal, tranche.at_stake),
            cells(deal, &tranche.drawn)[1].clone(),
            low,
            mean,
            high,
            share::about(tranche.loss),
            tranche.whole_by.clone().unwrap_or_else(|| "never".into()),
        ]);
    }
    lines(&rows)
}

fn figures(deal: &Deal, forecast: &Forecast) -> String {
    let mut rows = table(["The whole deal", "plan", "luck so far", "learnt", "now"].map(String::from).to_vec(), 1);
    for figure in &forecast.figures {
        let question = Question::new(&figure.name);
        let moved = |change: Option<f64>| match change {
            Some(change) if show(deal, &question, change.abs()) == show(deal, &question, 0.0) => number::NONE.into(),
            Some(change) => number::signed(change, &show(deal, &question, change.abs())),
            None => number::NONE.into(),
        };
        let known = figure.forecast;
        rows.add_row(vec![
            figure.label.clone(),
            figure.plan.value.map_or(number::NONE.into(), |value| show(deal, &question, value)),
            moved(figure.luck),
            moved(figure.learnt),
            with_error(deal, &question, [known.value.unwrap_or(f64::NAN), known.se.unwrap_or(f64::NAN)]),
        ]);
    }
    lines(&rows)
}

fn needs(forecast: &Forecast) -> Option<String> {
    let sentences: Vec<String> = forecast
        .needs
        .iter()
        .map(|need| {
            let side = if need.fewer_is_better { "most" } else { "least" };
            format!(
                "  “{}” pays from now on in {} of the futures: where {} still reports at {side} {} of about {} people (wrong in {}).",
                need.payment,
                share::about(need.chance),
                need.measure,
                whole(need.units),
                whole(need.people),
                share::about(need.wrong)
            )
        })
        .collect();
    (!sentences.is_empty()).then(|| format!("What it takes\n{}", sentences.join("\n")))
}

fn surprises(forecast: &Forecast) -> String {
    let mut rows = table(["Reported", "number", "value", "plan: from", "mean", "to", "as far out"].map(String::from).to_vec(), 2);
    let value = |one: &Surprise, value: Option<f64>| value.map_or(number::NONE.into(), |value| shown(&one.number, value));
    for one in &forecast.surprises {
        let what = if one.group.is_empty() { one.measure.clone() } else { format!("{}, {}", one.measure, one.group) };
        rows.add_row(vec![
            what,
            one.number.replace('_', " "),
            value(one, Some(one.value)),
            value(one, one.plan[1]),
            value(one, one.plan[0]),
            value(one, one.plan[2]),
            share::about(one.chance),
        ]);
    }
    let all = forecast.surprise_in_all.map_or(String::new(), |chance| {
        format!(
            "\n  All together: {} of the plan's trials are as far out.",
            if chance > 0.0 { share::about(chance) } else { "none".into() }
        )
    });
    lines(&rows) + &all
}

/// A number of a report in its own unit, as far as its size tells.
fn shown(number: &str, value: f64) -> String {
    let is_share = number != "units" && value.abs() <= 1.0;
    if is_share { number::fixed(value, 3) } else { number::significant(value, 4) }
}

fn inputs(forecast: &Forecast) -> String {
    let mut rows =
        table(["Learnt of", "grade", "plan: from", "mean", "to", "now: from", "mean", "to", "narrower by"].map(String::from).to_vec(), 2);
    let three = |spread: &Spread| {
        [spread.p5, spread.mean, spread.p95].map(|value| value.map_or(number::NONE.into(), |value| number::significant(value, 3)))
    };
    let (told, untold): (Vec<_>, Vec<_>) = forecast.inputs.iter().partition(|input| {
        let moved =
            input.plan.mean.zip(input.learnt.mean).zip(input.plan.sd).is_some_and(|((plan, now), sd)| (now - plan).abs() > 0.05 * sd);
        moved || input.narrowed.is_some_and(|narrowed| narrowed.abs() > TOLD)
    });
    for input in told {
        let mut row = vec![input.name.clone(), input.grade.clone().unwrap_or_else(|| "none".into())];
        row.extend(three(&input.plan));
        row.extend(three(&input.learnt));
        row.push(input.narrowed.filter(|narrowed| *narrowed > 0.0).map_or(number::NONE.into(), share::about));
        rows.add_row(row);
    }
    let names: Vec<&str> = untold.iter().map(|input| input.name.as_str()).collect();
    let rest = if names.is_empty() { String::new() } else { format!("\n  Nothing was learnt of {}.", listed(&names)) };
    lines(&rows) + &rest
}

fn rests_on(forecast: &Forecast, trials: u64) -> String {
    match forecast.weighed.zip(forecast.effective) {
        Some((weighed, effective)) => format!(
            "{} that fit what was reported, chosen among {} trials of the plan; they tell as much as {} independent ones. ± is one standard \
             error. Luck so far: what was reported, where the plan had its average; learnt: what that says of what is to come.",
            counted(trials, "future"),
            grouped(weighed),
            grouped(effective as u64)
        ),
        None => format!("{}; nothing was reported yet that says anything of people.", counted(trials, "future")),
    }
}

//! What a forecast says, cell by cell: the tables and sentences that its text and its page are made of.

use super::forecast::{Forecast, Input, Known, Spread, Surprise};
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

/// A table, and sentences below it.
pub struct Sheet {
    /// Names of the columns.
    pub head: Vec<String>,
    /// Cells, as many a row as columns.
    pub rows: Vec<Vec<String>>,
    /// Columns at the left that hold words; the others hold numbers.
    pub words: usize,
    /// Sentences.
    pub notes: Vec<String>,
}

impl Sheet {
    fn new(head: &[&str], words: usize) -> Self {
        Self { head: head.iter().map(|name| (*name).into()).collect(), rows: Vec::new(), words, notes: Vec::new() }
    }
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

/// 5% quantile, mean and 95% quantile of an amount.
pub(super) fn cells(deal: &Deal, spread: &Spread) -> [String; 3] {
    [spread.p5, spread.mean, spread.p95].map(|value| value.map_or(number::NONE.into(), |value| money(deal, value)))
}

/// What each payor is to pay, by fiscal year.
#[must_use]
pub fn payors(deal: &Deal, forecast: &Forecast) -> Sheet {
    let mut sheet = Sheet::new(&["To pay from now on", "paid so far", "9 in 10 futures: from", "on average", "to"], 1);
    for payor in &forecast.payors {
        let [low, mean, high] = cells(deal, &payor.to_come);
        sheet.rows.push(vec![payor.name.clone(), money(deal, payor.paid), low, mean, high]);
        for year in &payor.years {
            let [low, mean, high] = cells(deal, &year.to_come);
            sheet.rows.push(vec![format!("  fiscal year {}", year.year), String::new(), low, mean, high]);
        }
    }
    for payor in &forecast.payors {
        if let Some(next) = &payor.next {
            let [low, mean, high] = cells(deal, &next.amount);
            let over = if next.chance < 1.0 { " over all of them" } else { "" };
            sheet.notes.push(format!(
                "Next, {} pays on {} in {} of the futures: {mean} on average{over}, {low} to {high}.",
                payor.name,
                next.date,
                share::about(next.chance)
            ));
        }
    }
    sheet
}

/// What each investor is to receive; nothing where there is none.
#[must_use]
pub fn tranches(deal: &Deal, forecast: &Forecast) -> Option<Sheet> {
    let head = ["Investors from now on", "at stake", "still to put in", "from", "to receive", "to", "loss", "half whole by"];
    let mut sheet = Sheet::new(&head, 1);
    for tranche in &forecast.tranches {
        let [low, mean, high] = cells(deal, &tranche.received);
        sheet.rows.push(vec![
            tranche.name.clone(),
            money(deal, tranche.at_stake),
            cells(deal, &tranche.drawn)[1].clone(),
            low,
            mean,
            high,
            tranche.loss.map_or(number::NONE.into(), share::about),
            match &tranche.whole_by {
                Some(day) => day.clone(),
                // Of a gift, and of what nobody puts in, nothing is to come back.
                None if tranche.loss.is_none() || tranche.multiple.is_none() => number::NONE.into(),
                None => "never".into(),
            },
        ]);
    }
    (!sheet.rows.is_empty()).then_some(sheet)
}

/// Figures of the whole deal, and how they moved.
#[must_use]
pub fn figures(deal: &Deal, forecast: &Forecast) -> Sheet {
    let mut sheet = Sheet::new(&["The whole deal", "plan", "luck so far", "learnt", "now"], 1);
    for figure in &forecast.figures {
        let question = Question::new(&figure.name);
        let moved = |change: Option<f64>| match change {
            Some(change) if show(deal, &question, change.abs()) == show(deal, &question, 0.0) => number::NONE.into(),
            Some(change) => number::signed(change, &show(deal, &question, change.abs())),
            None => number::NONE.into(),
        };
        let known = figure.forecast;
        sheet.rows.push(vec![
            figure.label.clone(),
            figure.plan.value.map_or(number::NONE.into(), |value| show(deal, &question, value)),
            moved(figure.luck),
            moved(figure.learnt),
            with_error(deal, &question, [known.value.unwrap_or(f64::NAN), known.se.unwrap_or(f64::NAN)]),
        ]);
    }
    sheet
}

/// What has yet to be reported for each payment that a number decides.
#[must_use]
pub fn needs(forecast: &Forecast) -> Vec<String> {
    forecast
        .needs
        .iter()
        .map(|need| {
            let side = if need.fewer_is_better { "most" } else { "least" };
            format!(
                "“{}” pays from now on in {} of the futures: where {} still reports at {side} {} of about {} people (wrong in {}).",
                need.payment,
                share::about(need.chance),
                need.measure,
                whole(need.units),
                whole(need.people),
                share::about(need.wrong)
            )
        })
        .collect()
}

/// How often a stop clause ends the program.
#[must_use]
pub fn stops(forecast: &Forecast) -> Option<String> {
    forecast.stops.map(|stops| format!("A stop clause ends the program in {} of the futures.", share::about(stops)))
}

/// What to stop or to go on would mean; nothing where no clause may end the program.
#[must_use]
pub fn choices(deal: &Deal, forecast: &Forecast) -> Option<Sheet> {
    let first = forecast.choices.first()?;
    let mut sheet = Sheet::new(&["What stopping would mean"], 1);
    sheet.head.extend(forecast.choices.iter().map(|choice| match (&choice.stop, &choice.last_period) {
        (Some(stop), Some(last)) => format!("{stop} ends it ({last})"),
        _ if choice.as_signed => "as the clauses decide".into(),
        _ => "go on".into(),
    }));
    for (at, figure) in first.figures.iter().enumerate() {
        let question = Question::new(&figure.name);
        let mut row = vec![figure.label.clone()];
        row.extend(forecast.choices.iter().map(|choice| {
            let Known { value, se } = choice.figures[at].value;
            with_error(deal, &question, [value.unwrap_or(f64::NAN), se.unwrap_or(f64::NAN)])
        }));
        sheet.rows.push(row);
    }
    Some(sheet)
}

/// How surprising each report is; nothing where there is none.
#[must_use]
pub fn surprises(forecast: &Forecast) -> Option<Sheet> {
    let mut sheet = Sheet::new(&["Reported", "number", "value", "plan: from", "mean", "to", "as far out"], 2);
    let value = |one: &Surprise, value: Option<f64>| value.map_or(number::NONE.into(), |value| shown(&one.number, value));
    for one in &forecast.surprises {
        let what = if one.group.is_empty() { one.measure.clone() } else { format!("{}, {}", one.measure, one.group) };
        sheet.rows.push(vec![
            what,
            one.number.replace('_', " "),
            value(one, Some(one.value)),
            value(one, one.plan[1]),
            value(one, one.plan[0]),
            value(one, one.plan[2]),
            share::about(one.chance),
        ]);
    }
    sheet.notes.extend(forecast.surprise_in_all.map(|chance| {
        let how = if chance > 0.0 { share::about(chance) } else { "none".into() };
        format!("All together: {how} of the plan's trials are as far out.")
    }));
    (!sheet.rows.is_empty()).then_some(sheet)
}

/// A number of a report in its own unit, as far as its size tells.
fn shown(number: &str, value: f64) -> String {
    let is_share = number != "units" && value.abs() <= 1.0;
    if is_share { number::fixed(value, 3) } else { number::significant(value, 4) }
}

/// Inputs of which something was learnt, and the others.
#[must_use]
pub fn told(forecast: &Forecast) -> (Vec<&Input>, Vec<&Input>) {
    forecast.inputs.iter().partition(|input| {
        let moved =
            input.plan.mean.zip(input.learnt.mean).zip(input.plan.sd).is_some_and(|((plan, now), sd)| (now - plan).abs() > 0.05 * sd);
        moved || input.narrowed.is_some_and(|narrowed| narrowed.abs() > TOLD)
    })
}

/// A value of an input, as far as a reader can use it.
pub(super) fn of_input(value: Option<f64>) -> String {
    value.map_or(number::NONE.into(), |value| number::significant(value, 3))
}

/// What was learnt of each input; nothing where all are certain.
#[must_use]
pub fn inputs(forecast: &Forecast) -> Option<Sheet> {
    let mut sheet = Sheet::new(&["Learnt of", "grade", "plan: from", "mean", "to", "now: from", "mean", "to", "narrower by"], 2);
    let three = |spread: &Spread| [spread.p5, spread.mean, spread.p95].map(of_input);
    let (told, untold) = told(forecast);
    for input in told {
        let mut row = vec![input.name.clone(), input.grade.clone().unwrap_or_else(|| "none".into())];
        row.extend(three(&input.plan));
        row.extend(three(&input.learnt));
        row.push(input.narrowed.filter(|narrowed| *narrowed > 0.0).map_or(number::NONE.into(), share::about));
        sheet.rows.push(row);
    }
    let names: Vec<&str> = untold.iter().map(|input| input.name.as_str()).collect();
    sheet.notes.extend((!names.is_empty()).then(|| format!("Nothing was learnt of {}.", listed(&names))));
    (!forecast.inputs.is_empty()).then_some(sheet)
}

/// What the forecast rests on; `trials` futures were simulated.
#[must_use]
pub fn rests_on(forecast: &Forecast, trials: u64) -> String {
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

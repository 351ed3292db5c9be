//! What knowing is worth before a choice is made: a table.

use core::fmt::Write;

use super::ledger::{lines, table};
use super::question::{metric, show, with_error};
use crate::deal::Deal;
use crate::question::Question;
use crate::stats::information::Worth;
use crate::study::Information;
use crate::words::count::counted;
use crate::words::number;

/// The choice without further knowledge, and the worth of each piece of it.
#[must_use]
pub fn text(deal: &Deal, of: &Question, found: &Information, trials: u64) -> String {
    let mut out = format!(
        "{}: what is it worth to know more before choosing, for this: {} ({})?\n\n",
        deal.name,
        metric(deal, &of.metric),
        of.metric
    );
    let mut rows = table(["choice", "expected"].map(String::from).to_vec(), 1);
    for (name, mean) in &found.choices {
        let best = if *name == found.best { " (the best by what is known)" } else { "" };
        rows.add_row(vec![format!("{name}{best}"), with_error(deal, of, *mean)]);
    }
    let _ = writeln!(out, "{}\n", lines(&rows));
    let mut rows = table(["to know", "is worth", "at least"].map(String::from).to_vec(), 1);
    let mut row = |name: String, worth: &Worth| {
        rows.add_row(vec![name, with_error(deal, of, [worth.value, worth.error]), show(deal, of, worth.at_least)]);
    };
    for (name, worth) in &found.inputs {
        row(name.clone(), worth);
    }
    for (pilot, worth) in &found.pilots {
        row(format!("a pilot that finds {} ± {}", pilot.input, number::plain(pilot.error)), worth);
    }
    row("all inputs".into(), &found.everything);
    row("perfect information".into(), &found.perfect);
    let _ = writeln!(out, "{}", lines(&rows));
    let _ = writeln!(out, "\n{}", answer(deal, of, found));
    let _ = writeln!(
        out,
        "\nWorth: how much higher this would be on average if the choice were made knowing it: {} (expected value of partial perfect\n\
         information, by regression from given data). “At least” is a bound that holds with 95%: learnt from some trials, counted on others,\n\
         less the error. All inputs: what three or more of them do only together may be missed. {}, each with two draws of luck, ± one\n\
         standard error.",
        of.metric,
        counted(trials, "trial")
    );
    out
}

/// The answer in a sentence.
fn answer(deal: &Deal, of: &Question, found: &Information) -> String {
    let sure = |worth: &Worth| worth.at_least > 0.0;
    match found.inputs.iter().find(|(_, worth)| sure(worth)) {
        Some((name, worth)) => format!(
            "By what is known, choose “{}”. {name} is the input most worth knowing first: a study of it may cost up to {}.",
            found.best,
            show(deal, of, worth.at_least)
        ),
        None if sure(&found.everything) => {
            format!("By what is known, choose “{}”. No single input is sure to change that; several together would.", found.best)
        }
        None if found.everything.value == 0.0 => format!("Choose “{}”: no knowledge of the inputs would change that.", found.best),
        None => format!("Choose “{}”: these trials do not show that knowing the inputs would change that.", found.best),
    }
}

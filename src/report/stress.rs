//! What if it goes badly, and what has to happen for it to go badly: tables and sentences.

use core::fmt::Write;

use super::ledger::{lines, table};
use super::question::{head, label, metric, show, typed, with_error};
use crate::deal::Deal;
use crate::question::Question;
use crate::study::{Corner, Reverse, Stressed};
use crate::words::count::counted;
use crate::words::number;
use crate::words::share;

/// The pack as a table, and reverse stress in sentences.
#[must_use]
pub fn text(deal: &Deal, questions: &[Question], base: &[[f64; 2]], pack: &[Stressed], reverse: &[Reverse], trials: u64) -> String {
    let mut out = format!("{}: what if it goes badly?\n\n", deal.name);
    let mut header = vec!["what happens".to_string()];
    header.extend(questions.iter().map(|question| head(&label(deal, question))));
    let mut rows = table(header, 1);
    let row = |name: &str, figures: &[[f64; 2]]| {
        let mut row = vec![name.to_string()];
        row.extend(questions.iter().zip(figures).map(|(question, figure)| with_error(deal, question, *figure)));
        row
    };
    rows.add_row(row("nothing: as the scenario is", base));
    for one in pack {
        if let Ok(figures) = &one.figures {
            rows.add_row(row(&one.name, figures));
        }
    }
    let _ = writeln!(out, "{}\n\n  {}.\n", lines(&rows), typed(questions));
    for one in pack {
        let _ = match &one.figures {
            Ok(_) => writeln!(out, "  {}: {}.", one.name, one.change),
            Err(why) => writeln!(out, "  {}: not possible here, {why}.", one.name),
        };
    }
    if let Some(sentence) = worst(deal, questions, base, pack) {
        let _ = writeln!(out, "\n{sentence}");
    }
    for one in reverse {
        let _ = writeln!(
            out,
            "\nWhat has to happen so that {} ({} of trials; {})?",
            happens(deal, &one.name),
            share::about(one.share),
            one.name
        );
        if one.corners.is_empty() {
            let _ = writeln!(out, "  Nothing in particular: it is too rare, too common, or due to luck alone.");
        }
        for (at, corner) in one.corners.iter().enumerate() {
            let _ = writeln!(out, "  {}{}", if at == 0 { "" } else { "Otherwise: " }, sentence_of(deal, corner));
        }
        if let Some(corner) = &one.signs {
            let _ = writeln!(out, "  Seen in the findings: {}", sentence_of(deal, corner));
        }
    }
    let _ = writeln!(
        out,
        "\n{} each on the same draws, ± one standard error. Corners were shaped by half of the trials and counted on the other half.",
        counted(trials, "trial")
    );
    out
}

/// What a chance is of: `senior loan will lose money`.
fn happens(deal: &Deal, name: &str) -> String {
    let label = label(deal, &Question::new(name));
    label.strip_prefix("chance that ").map_or(label.clone(), String::from)
}

/// Which misfortune moves the last figure that is a chance, or else the first figure, most.
fn worst(deal: &Deal, questions: &[Question], base: &[[f64; 2]], pack: &[Stressed]) -> Option<String> {
    let at = questions.iter().position(|question| question.name == "investors.loss").unwrap_or(0);
    let change = |one: &Stressed| one.figures.as_ref().ok().map(|figures| figures[at][0] - base[at][0]).filter(|change| change.is_finite());
    let known = pack.iter().filter_map(|one| change(one).map(|change| (one, change)));
    let (one, _) = known.max_by(|one, other| one.1.abs().total_cmp(&other.1.abs()))?;
    let figures = one.figures.as_ref().ok()?;
    Some(format!(
        "“{}” moves this most: {}, from {} to {}.",
        one.name,
        label(deal, &questions[at]),
        show(deal, &questions[at], base[at][0]),
        show(deal, &questions[at], figures[at][0])
    ))
}

/// A corner in plain words.
#[must_use]
pub fn sentence_of(deal: &Deal, corner: &Corner) -> String {
    let bound = |(name, low, high): &(String, f64, f64)| bounded(&metric(deal, name), [*low, *high]);
    let bounds: Vec<String> = corner.bounds.iter().map(bound).collect();
    format!(
        "{}: true in {} of trials; it then happens in {}, and so do {} of all such cases.",
        bounds.join(" and "),
        share::about(corner.mass),
        share::about(corner.density),
        share::about(corner.coverage)
    )
}

fn bounded(name: &str, [low, high]: [f64; 2]) -> String {
    let short = |value: f64| number::significant(value, 3);
    match (low.is_finite(), high.is_finite()) {
        (true, true) => format!("{name} from {} to {}", short(low), short(high)),
        (true, false) => format!("{name} at least {}", short(low)),
        _ => format!("{name} at most {}", short(high)),
    }
}

//! What is to come of a running deal, as a page: what payors are to pay, what investors receive, how the deal moved, what was learnt.

use super::parts::{Block, Page, Section, Table, fact, shorten};
use super::{picture, template};
use crate::chart::Picture;
use crate::deal::Deal;
use crate::question::Question;
use crate::report::forecast::{Forecast, MovedFigure};
use crate::report::forecast_tables::{self as tables, Sheet, cells};
use crate::report::question::{show, with_error};
use crate::words::count::{counted, grouped};
use crate::words::number;
use crate::words::share;

/// After the title of such a page.
const WHAT: &str = "forecast";

/// Figures that stand at the top, where a deal has them.
const HEADLINES: [&str; 2] = ["payors.total.mean", "investors.loss"];

/// What stands before a row that is a part of the one above: an em space, which a browser keeps.
const INDENT: char = '\u{2003}';

/// Pictures of a forecast.
#[derive(Clone, Debug, Default)]
pub struct Pictures {
    /// What payors have paid and are to pay.
    pub paid: Vec<Picture>,
    /// What was learnt of the inputs.
    pub inputs: Option<Picture>,
}

/// The page as HTML; `trials` futures were simulated, `hash` is the SHA-256 of the scenario's text. The same input gives the same bytes.
///
/// # Errors
/// What the template engine says; the template is a part of this program, so this does not happen in practice.
pub fn html(deal: &Deal, forecast: &Forecast, pictures: &Pictures, trials: u64, hash: &str) -> Result<String, minijinja::Error> {
    let mut sections = vec![brief(deal, forecast)];
    sections.extend(tables::doubt(forecast).map(|text| section("care", "With care", "Read with care", vec![Block::Text { text }])));
    let mut payors = shown("From now on, by fiscal year; the right column is what to reserve", tables::payors(deal, forecast));
    payors.extend(pictures.paid.iter().map(Block::figure));
    sections.push(section("payors", "Payors", "What payors are to pay", payors));
    sections.extend(tables::tranches(deal, forecast).map(|sheet| {
        section("investors", "Investors", "What investors are to receive", shown("From now on, in 9 of 10 futures and on average", sheet))
    }));
    let moved =
        shown("What the plan had, what luck has brought, what was learnt, and what it comes to now", tables::figures(deal, forecast));
    sections.push(section("deal", "The deal", "The whole deal", moved));
    sections.extend(to_do(deal, forecast));
    sections.extend(learnt(forecast, pictures));
    sections.push(section("method", "Rests on", "What this rests on", vec![Block::text(tables::rests_on(forecast, trials))]));
    shorten(&mut sections, "in what the command prints with --json");
    picture::number(&mut sections);
    template::lay_out(&Page {
        kicker: "Pay for Success · a deal that is running",
        what: WHAT,
        title: deal.name.clone(),
        about: String::new(),
        lead: format!(
            "As of {}: what falls due in the {} from {} is due; what follows is to come.",
            forecast.as_of,
            deal.timeline.length.noun(),
            forecast.through
        ),
        run: format!("the scenario {} and the results as of {}", hash.get(..12).unwrap_or(hash), forecast.as_of),
        engine: format!("pfsim {}", env!("CARGO_PKG_VERSION")),
        sections,
        closing: "A forecast rests on the plan's assumptions and on what was reported; what neither knows is not in it.",
        style: template::STYLE,
    })
}

/// Whether a file that begins with `bytes` is such a page.
#[must_use]
pub fn is_one(bytes: &[u8]) -> bool {
    template::is_page(bytes, WHAT)
}

fn section(id: &'static str, short: &'static str, title: &str, blocks: Vec<Block>) -> Section {
    Section { id, short, title: title.into(), blocks }
}

/// A table and the sentences below it. What names a row stands in one cell.
fn shown(caption: &str, Sheet { head, rows, words, notes }: Sheet) -> Vec<Block> {
    let named = |cells: Vec<String>| {
        let (names, rest) = cells.split_at(words);
        let name = names.iter().skip(1).fold(names.first().cloned().unwrap_or_default(), |name, more| format!("{name} ({more})"));
        let name = name.strip_prefix("  ").map(|part| format!("{INDENT}{part}")).unwrap_or(name);
        core::iter::once(name).chain(rest.iter().cloned()).collect::<Vec<String>>()
    };
    let table =
        Block::Table(Table { caption: caption.into(), head: named(head), rows: rows.into_iter().map(named).collect(), numbers: true });
    core::iter::once(table).chain(notes.into_iter().map(Block::text)).collect()
}

fn brief(deal: &Deal, forecast: &Forecast) -> Section {
    let mut facts = Vec::new();
    for payor in forecast.payors.iter().filter(|_| forecast.payors.len() == 1) {
        let [low, mean, high] = cells(deal, &payor.to_come);
        facts.push(fact(format!("{} is to pay from now on", payor.name), mean, format!("{low} to {high} in 9 of 10 futures.")));
    }
    let headline = |name: &&str| forecast.figures.iter().find(|figure| figure.name == **name);
    facts.extend(HEADLINES.iter().filter_map(headline).map(|figure| {
        let question = Question::new(&figure.name);
        let now = [figure.forecast.value.unwrap_or(f64::NAN), figure.forecast.se.unwrap_or(f64::NAN)];
        fact(capital(&figure.label), with_error(deal, &question, now), since(deal, &question, figure))
    }));
    let next = forecast.payors.iter().filter_map(|payor| Some((payor, payor.next.as_ref()?)));
    facts.extend(next.min_by(|(_, one), (_, other)| one.date.cmp(&other.date)).map(|(payor, next)| {
        let [_, mean, _] = cells(deal, &next.amount);
        let note = format!("{} pays in {} of the futures: {mean} on average.", payor.name, share::about(next.chance));
        fact("The next payment may fall due", &next.date, note)
    }));
    facts.extend(forecast.effective.map(|effective| {
        let note = "So many independent futures tell as much as those that fit what was reported.";
        fact("Effective futures", grouped(effective as u64), note)
    }));
    section("brief", "In short", "In short", vec![Block::Facts { facts }])
}

/// How a figure came from the plan to where it is.
fn since(deal: &Deal, question: &Question, figure: &MovedFigure) -> String {
    let moved = |change: f64| number::signed(change, &show(deal, question, change.abs()));
    match (figure.plan.value, figure.luck, figure.learnt) {
        (Some(plan), Some(luck), Some(learnt)) => {
            format!("Plan: {}; luck so far {}, learnt {}.", show(deal, question, plan), moved(luck), moved(learnt))
        }
        _ => String::new(),
    }
}

/// What it takes, and what to stop would mean.
fn to_do(deal: &Deal, forecast: &Forecast) -> Option<Section> {
    let items = tables::needs(forecast);
    let mut blocks = if items.is_empty() { Vec::new() } else { vec![Block::List { items }] };
    blocks.extend(tables::stops(forecast).map(Block::text));
    blocks.extend(tables::choices(deal, forecast).into_iter().flat_map(|sheet| shown("What each choice means for everybody", sheet)));
    (!blocks.is_empty()).then(|| section("takes", "What it takes", "What it takes, and what may be chosen", blocks))
}

fn learnt(forecast: &Forecast, pictures: &Pictures) -> Option<Section> {
    let mut blocks: Vec<Block> = pictures.inputs.iter().map(Block::figure).collect();
    blocks.extend(tables::inputs(forecast).into_iter().flat_map(|sheet| {
        let caption = format!("Each of {}, in 9 of 10 trials of the plan and in 9 of 10 futures", counted(forecast.inputs.len(), "input"));
        shown(&caption, sheet)
    }));
    let surprises = tables::surprises(forecast).map(|sheet| {
        let caption = "What was reported, what the plan made in 9 of 10 trials, and the share of its trials that are as far out";
        core::iter::once(Block::heading("How surprising is it?")).chain(shown(caption, sheet))
    });
    blocks.extend(surprises.into_iter().flatten());
    (!blocks.is_empty()).then(|| section("learnt", "Learnt", "What was learnt", blocks))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

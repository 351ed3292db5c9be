//! The value of one term at which a requirement just holds.
//!
//! The range of the term is tried in steps, on the trials that are kept; next to the value that the edition has, the place where the
//! requirement begins or ceases to hold is halved until it is known to a step that people would sign. Nothing between two values that were
//! tried is taken for granted but that.

use pfsim::experiment::terms::Term;
use pfsim::report::question;
use pfsim::words::{count::counted, share};
use pfsim::{Deal, Requirement, Run};
use serde::Serialize;
use serde_json::{Value, json};

use crate::answer::{Refused, number};
use crate::describe::{finest, slider, written_term};
use crate::edition::Edition;
use crate::host;
use crate::session::Open;

/// Values that are tried over the whole range.
const COARSE: usize = 24;

/// Most halvings.
const HALVINGS: usize = 12;

/// A value that was tried.
#[derive(Clone, Serialize)]
struct Tried {
    value: f64,
    text: String,
    figure: Option<f64>,
    figure_text: String,
    holds: bool,
    /// How sure that it holds is, 0 to 1, by what chance leaves open.
    sure: Option<f64>,
}

/// Looks for it.
pub fn find(open: &mut Open, edition: &Edition, id: &str, requirement: &str) -> Result<Value, Refused> {
    let required = Requirement::new(requirement).ok_or_else(|| {
        Refused::because(
            format!("`{requirement}` is no requirement"),
            "write a figure, <= or >=, and a number, as in investors.loss <= 10%",
        )
    })?;
    let scenario = open.scenario(edition)?;
    pfsim::study::questions::knows(&scenario.deal, &required.question)
        .map_err(|help| Refused::because(format!("the deal has no figure `{}`", required.question.name), help))?;
    let term = scenario.decided().into_iter().find(|term| term.id == id);
    let term = term.ok_or_else(|| Refused::because(format!("there is no term `{id}`"), "reload the deal"))?;
    let mut search = Search { open, edition, term: &term, required: &required, tried: Vec::new() };
    let signed = search.open.base(edition)?.decided().into_iter().find(|known| known.id == id);
    let [low, high, _] = slider(signed.as_ref().unwrap_or(&term));
    let mut values: Vec<f64> = (0..=COARSE).map(|at| search.rounded(low + (high - low) * at as f64 / COARSE as f64)).collect();
    values.push(term.value);
    values.sort_by(f64::total_cmp);
    values.dedup();
    let total = (values.len() + HALVINGS) as f64;
    for (at, value) in values.into_iter().enumerate() {
        host::show(at as f64, total, "trying values");
        search.try_at(value)?;
    }
    let answer = search.edge(total)?;
    let what = question::required(&scenario.deal, &required);
    let name =
        if term.owner.name.is_empty() { format!("“{}”", term.label) } else { format!("“{}” of {}", term.label, term.owner.name) };
    let (text, value) = match &answer {
        None if search.tried.is_empty() => (format!("{what}: no value that was tried of {name} can be signed by itself."), None),
        None if search.tried.iter().all(|tried| tried.holds) => {
            (format!("{what}: it holds at every value that was tried of {name}."), None)
        }
        None => (format!("{what}: it holds at no value that was tried of {name}; try another term, or require less."), None),
        Some((best, upwards)) => {
            let sure = best.sure.map_or_else(String::new, |sure| {
                format!(" It holds there with {} by what {} can tell.", share::percent(sure), counted(search.open.trials, "trial"))
            });
            let way = if *upwards { "at least" } else { "at most" };
            (
                format!(
                    "{what}: {name} must be {way} {} (now {}); there the figure is {}.{sure}",
                    best.text,
                    written_term(&scenario.deal, &term, term.value),
                    best.figure_text
                ),
                Some(best.value),
            )
        }
    };
    let mut tried = search.tried;
    tried.sort_by(|one, other| one.value.total_cmp(&other.value));
    Ok(json!({ "text": text, "value": value, "assignment": value.map(|value| term.assignment(value)), "tried": tried }))
}

struct Search<'a> {
    open: &'a mut Open,
    edition: &'a Edition,
    term: &'a Term,
    required: &'a Requirement,
    tried: Vec<Tried>,
}

impl Search<'_> {
    /// To a step that people would sign.
    fn rounded(&self, value: f64) -> f64 {
        let step = finest(self.term);
        (value / step).round() * step
    }

    /// Tries a value; one that the reader refuses is none.
    fn try_at(&mut self, value: f64) -> Result<Option<Tried>, Refused> {
        if let Some(known) = self.tried.iter().find(|tried| tried.value == value) {
            return Ok(Some(known.clone()));
        }
        let Ok(deal) = self.open.deal(&self.edition.with(self.term.assignment(value))) else { return Ok(None) };
        let asked = [self.required.question.clone()];
        let stood = self.open.stood(&deal, &asked)?;
        let tried = self.judged(&deal, &stood.run, value);
        self.tried.push(tried.clone());
        Ok(Some(tried))
    }

    fn judged(&self, deal: &Deal, run: &Run, value: f64) -> Tried {
        let figure = run.answer(&self.required.question).map_or(f64::NAN, |[figure, _]| figure);
        Tried {
            value,
            text: written_term(deal, self.term, value),
            figure: number(figure),
            figure_text: question::show(deal, &self.required.question, figure),
            holds: self.required.margin(figure) >= 0.0,
            sure: run.confidence(self.required),
        }
    }

    /// The value nearest to the present one at which it just holds, and whether it holds upwards from there.
    fn edge(&mut self, total: f64) -> Result<Option<(Tried, bool)>, Refused> {
        self.tried.sort_by(|one, other| one.value.total_cmp(&other.value));
        let now = self.term.value;
        let pairs = self.tried.windows(2).filter(|pair| pair[0].holds != pair[1].holds);
        let distance = |pair: &&[Tried]| (pair[0].value - now).abs().min((pair[1].value - now).abs());
        let Some(pair) = pairs.min_by(|one, other| distance(one).total_cmp(&distance(other))) else { return Ok(None) };
        let upwards = pair[1].holds;
        let (mut holds, mut fails) = if upwards { (pair[1].clone(), pair[0].value) } else { (pair[0].clone(), pair[1].value) };
        for halving in 0..HALVINGS {
            host::show(total - (HALVINGS - halving) as f64, total, "trying values");
            let middle = self.rounded((holds.value + fails) / 2.0);
            if middle == holds.value || middle == fails {
                break;
            }
            match self.try_at(middle)? {
                Some(tried) if tried.holds => holds = tried,
                _ => fails = middle,
            }
        }
        Ok(Some((holds, upwards)))
    }
}

//! Everybody's figures under an edition, beside those of the deal as signed.
//!
//! A request begins a job; steps of it take a few hundredths of a second each, so that the page can turn to something newer between two of
//! them. A job first settles the signed deal, if that was never done, then the edition: on the world that is kept where only terms differ.

use std::rc::Rc;

use pfsim::metrics::Catalogue;
use pfsim::report::figures;
use pfsim::report::{clause, seats};
use pfsim::study::{self, Held, Seat, Settling, Stood};
use pfsim::{Deal, Question};
use serde::Serialize;
use serde_json::{Value, json};

use crate::answer::{Refused, number};
use crate::describe::{self, group_id};
use crate::edition::Edition;
use crate::host;
use crate::session::Open;
use crate::world;

/// Milliseconds that a step takes, about.
const STEP: f64 = 25.0;

/// Figures under way.
#[derive(Debug)]
pub(crate) struct Job {
    number: u64,
    edition: Edition,
    deal: Deal,
    seats: Vec<Seat>,
    /// The signed deal, where it must be settled first, and by what its world is known.
    first: Option<(String, Settling)>,
    own: Option<(String, Settling)>,
    /// Whether all trials were there when it began.
    kept: bool,
    /// Whether a first look was given.
    looked: bool,
}

impl Open {
    /// Begins to work out the figures of an edition; whatever was under way is dropped.
    pub fn begin(&mut self, edition: &Edition, number: u64) -> Result<Value, Refused> {
        if let Some((_, own)) = self.job.take().and_then(|job| job.own) {
            self.spare = own.into_spare();
        }
        let deal = self.deal(edition)?;
        if world::trials(&deal, Some(self.trials)) != Some(self.trials) {
            let remedy = "take fewer cohorts, periods or payments, or use the command line";
            return Err(Refused::because("changed like this, the deal is too large for a page", remedy));
        }
        let first = match &self.standing {
            None => Some(self.settling(&self.signed.deal.clone())?.1),
            Some(_) => None,
        };
        let (seats, own, kept) = match first.is_some() && edition.is_signed() {
            true => (study::seats(&deal), None, false),
            false => {
                let (seats, own) = self.settling(&deal)?;
                let kept = self.worlds.of(&own.0).is_some_and(|held| held.drawn() == self.trials);
                (seats, Some(own), kept)
            }
        };
        self.job = Some(Job { number, edition: edition.clone(), deal, seats, first, own, kept, looked: false });
        Ok(json!({ "done": 0, "total": self.trials }))
    }

    /// Begins to settle a deal for all that its seats and its pictures show.
    fn settling(&mut self, deal: &Deal) -> Result<(Vec<Seat>, (String, Settling)), Refused> {
        let seats = study::seats(deal);
        let mut asked = study::asked_by(deal, &seats);
        asked.extend(figures::asked(deal));
        Ok((seats, self.settling_of(deal, &asked, true)?))
    }

    /// Begins to settle a deal on its world, of which nothing may be drawn yet; and by what that is known.
    fn settling_of(&mut self, deal: &Deal, asked: &[Question], pictured: bool) -> Result<(String, Settling), Refused> {
        let world = Held::world_of(deal);
        self.worlds.prepare(deal, &world, self.trials, self.seed);
        let held = self.worlds.of(&world).ok_or_else(lost)?;
        let spare = core::mem::take(&mut self.spare);
        let settling = held.settling(deal.clone(), asked, pictured, spare);
        Ok((world, settling))
    }

    /// Settles a deal on all trials at once.
    pub fn stood(&mut self, deal: &Deal, asked: &[Question]) -> Result<Stood, Refused> {
        let (world, mut settling) = self.settling_of(deal, asked, false)?;
        let held = self.worlds.of(&world).ok_or_else(lost)?;
        while settling.step(held) || held.draw() {}
        Ok(settling.finish(held, None))
    }

    /// What is no longer needed leaves its space to what comes.
    fn left(&mut self, stood: Option<Rc<Stood>>) {
        if let Some(stood) = stood.and_then(|stood| Rc::try_unwrap(stood).ok()) {
            self.spare = stood.into_spare();
        }
    }

    /// What an edition comes to, with its pictures' numbers: the last one is kept.
    pub fn standing_of(&mut self, edition: &Edition) -> Result<Rc<Stood>, Refused> {
        if !edition.is_signed() {
            if let Some((_, stood)) = self.last.as_ref().filter(|(last, _)| last == edition) {
                return Ok(Rc::clone(stood));
            }
        } else if let Some(stood) = &self.standing {
            return Ok(Rc::clone(stood));
        }
        let deal = self.deal(edition)?;
        let (_, (world, mut settling)) = self.settling(&deal)?;
        let before = self.standing.clone();
        let held = self.worlds.of(&world).ok_or_else(lost)?;
        while settling.step(held) || held.draw() {}
        let stood = Rc::new(settling.finish(held, before.as_deref()));
        self.keep(edition, &stood);
        Ok(stood)
    }

    fn keep(&mut self, edition: &Edition, stood: &Rc<Stood>) {
        if edition.is_signed() {
            self.standing = Some(Rc::clone(stood));
        } else {
            let old = self.last.replace((edition.clone(), Rc::clone(stood)));
            self.left(old.map(|(_, stood)| stood));
        }
    }

    /// Works on the job `number` for a moment; its figures when they are known, and a first look at few trials.
    pub fn step(&mut self, number: u64) -> Result<Value, Refused> {
        if self.job.as_ref().is_none_or(|job| job.number != number) {
            return Err(Refused::because("superseded", ""));
        }
        let mut job = self.job.take().ok_or_else(lost)?;
        let until = host::now() + STEP;
        loop {
            let (world, settling) = job.first.as_mut().or(job.own.as_mut()).ok_or_else(lost)?;
            let held = self.worlds.of(world).ok_or_else(lost)?;
            let settled = settling.step(held);
            if !settled && !held.draw() {
                // All trials are settled.
                if let Some((_, first)) = job.first.take() {
                    let stood = Rc::new(first.finish(held, None));
                    self.standing = Some(Rc::clone(&stood));
                    if job.own.is_none() {
                        return self.found(&job, &stood, false);
                    }
                } else {
                    let (_, own) = job.own.take().ok_or_else(lost)?;
                    let stood = Rc::new(own.finish(held, self.standing.as_deref()));
                    self.keep(&job.edition, &stood);
                    return self.found(&job, &stood, false);
                }
                continue;
            }
            if host::now() > until {
                break;
            }
        }
        let rough = self.first_look(&mut job)?;
        let (done, total) = (self.done(&job), self.trials * u64::from(job.first.is_some() && job.own.is_some()) + self.trials);
        self.job = Some(job);
        Ok(json!({ "done": done, "total": total, "figures": rough }))
    }

    fn done(&mut self, job: &Job) -> u64 {
        let both = [&job.first, &job.own].into_iter().flatten();
        both.map(|(world, settling)| self.worlds.of(world).map_or(0, |held| settling.settled(held))).sum()
    }

    /// What the first trials say, once: without anything beside it.
    fn first_look(&mut self, job: &mut Job) -> Result<Option<Value>, Refused> {
        if job.looked || job.kept {
            return Ok(None);
        }
        job.looked = true;
        let signed = job.first.as_ref().filter(|_| job.edition.is_signed());
        let Some((world, settling)) = job.own.as_ref().or(signed) else { return Ok(None) };
        let held = self.worlds.of(world).ok_or_else(lost)?;
        if settling.settled(held) == 0 {
            job.looked = false;
            return Ok(None);
        }
        let stood = settling.clone().finish(held, None);
        let found = self.found(job, &stood, true)?;
        Ok(found.get("figures").cloned())
    }

    /// The figures as the page shows them.
    fn found(&mut self, job: &Job, stood: &Stood, rough: bool) -> Result<Value, Refused> {
        let standing = self.standing.clone().filter(|_| !rough);
        let seats = sides(&job.seats, stood, standing.as_deref());
        let sentences: serde_json::Map<String, Value> = self
            .owners(&job.edition)?
            .iter()
            .map(|owner| (group_id(owner), clause::sentences(&job.deal, owner.kind, &owner.name).into()))
            .collect();
        let figures = json!({
            "trials": stood.run.trials,
            "rough": rough,
            "world": if job.kept { "kept" } else { "drawn" },
            "sides": seats,
            "sentences": sentences,
            "warnings": warnings(&job.deal, self.seed),
        });
        Ok(json!({ "done": self.done(job), "total": self.trials, "figures": figures }))
    }
}

/// What is valid but unwise, as far as it can be told without a simulation; and that a text asks for draws which are not those of the table.
fn warnings(deal: &Deal, seed: u64) -> Vec<String> {
    let mut all: Vec<String> =
        pfsim::analysis::lints(deal).into_iter().map(|lint| format!("{}: {}. Remedy: {}.", lint.at, lint.message, lint.remedy)).collect();
    if deal.seed != seed {
        all.push(format!(
            "This text asks for seed {}; the desk keeps the draws of seed {seed}, so that differences are those of the terms.",
            deal.seed
        ));
    }
    all
}

pub(crate) fn lost() -> Refused {
    Refused::because("the world of this deal is lost", "reload the page")
}

/// A figure of a side.
#[derive(Serialize)]
struct Row {
    name: String,
    label: String,
    definition: String,
    value: Option<f64>,
    error: Option<f64>,
    text: String,
    signed: Option<f64>,
    signed_text: Option<String>,
    difference: Option<Difference>,
}

#[derive(Serialize)]
struct Difference {
    value: f64,
    low: Option<f64>,
    high: Option<f64>,
    text: String,
    low_text: String,
    high_text: String,
    /// Whether it cannot be told from nothing.
    noise: bool,
    /// Whether it is to the side's advantage.
    better: Option<bool>,
}

fn sides(seats: &[Seat], stood: &Stood, signed: Option<&Stood>) -> Vec<Value> {
    let deal = &stood.deal;
    let catalogue = Catalogue::new(deal);
    // Amounts in two currencies have no difference.
    let signed = signed.filter(|signed| signed.deal.currency == deal.currency);
    let before = signed.map(|signed| (signed, study::seats(&signed.deal)));
    let side = |seat: &Seat| {
        let row = |sight: &study::Sight| {
            let line = seats::Line::new(deal, &catalogue, seat, sight)?;
            let found = sight.value(stood)?;
            let then = before.as_ref().and_then(|(signed, theirs)| {
                let known = theirs.iter().find(|other| other.about == seat.about)?;
                let known = known.sights.iter().find(|other| same(deal, sight, &signed.deal, other))?;
                Some((known.value(signed)?, known.apart([signed, stood])))
            });
            let difference = then.as_ref().and_then(|(_, apart)| *apart).map(|apart| {
                let [value, low, high] = apart;
                Difference {
                    value,
                    low: number(low),
                    high: number(high),
                    text: line.difference(value),
                    low_text: line.difference(low),
                    high_text: line.difference(high),
                    noise: seats::is_noise(&apart),
                    better: line.is_better(&apart),
                }
            });
            Some(Row {
                value: number(found.value),
                error: found.error.and_then(number),
                text: line.value(&stood.run, &found),
                signed: then.as_ref().and_then(|(then, _)| number(then.value)),
                signed_text: then.as_ref().map(|(then, _)| line.plain(then.value)),
                difference,
                name: line.name,
                label: line.label,
                definition: line.definition,
            })
        };
        let rows: Vec<Row> = seat.sights.iter().filter_map(row).collect();
        json!({ "id": describe::side_id(&seat.about), "kind": describe::side_kind(&seat.about), "name": seats::heading(deal, &seat.about), "rows": rows })
    };
    seats.iter().map(side).collect()
}

/// Whether two deals' sights are the same figure.
fn same(deal: &Deal, sight: &study::Sight, other: &Deal, of: &study::Sight) -> bool {
    match (sight, of) {
        (study::Sight::Figure(one), study::Sight::Figure(two)) => one == two,
        (study::Sight::CostPerAdditional(one), study::Sight::CostPerAdditional(two)) => {
            deal.outcomes[*one].name == other.outcomes[*two].name
        }
        _ => false,
    }
}

//! Which pictures a run has, and the numbers in them.

use crate::numeric::each::Each;
use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use crate::chart::{
    ChartError, Fan, Liability, PaidEffective, Picture, PowerCurve, Returns, Share, Slice, SourcesUses, TrancheRow, exceedance_against,
    future, largest_paid_effective_against, liability_against, payments_fan_against, power_curve, sources_and_uses_against,
    tranche_returns_against,
};
use crate::deal::{Deal, PaymentId, PayorId, TrancheId};
use crate::metrics::{Chance, Investment, Value, effect_behind};
use crate::question::Question;
use crate::stats::QuantileColumn;
use crate::study::{Power, Run};
use crate::words::count::grouped;

pub mod cliffs;
pub mod law;
pub mod moves;
pub mod one_future;
pub mod running;
pub mod sensitivity;
pub mod solve;
pub mod sweep;

/// Most payors, payments and tranches of which charts are drawn, and most parts of a chart: what nobody would read is in the tables.
pub const SHOWN: usize = 12;

/// The pictures of a run, by what they show.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// For each of the [`SHOWN`] payors that pay most: what it may owe, the chance of each amount or more, and when it falls due. Nothing
    /// for the others.
    pub payors: Each<PayorId, Vec<Picture>>,
    /// What investors may earn or lose.
    pub returns: Option<Picture>,
    /// Where money comes from and where it goes.
    pub money: Option<Picture>,
    /// The money of one trial over time.
    pub future: Option<Picture>,
    /// Whether payments were made for true effects.
    pub judged: Option<Picture>,
    /// How often each payment pays as the true effect grows.
    pub power: Vec<Picture>,
}

/// Where a picture belongs.
#[derive(Clone, Copy)]
enum Place {
    Payor(PayorId),
    Returns,
    Money,
    Future,
    Judged,
    Power,
}

/// Draws one picture, on whichever thread is free.
type Job<'a> = Box<dyn FnOnce() -> Result<Option<Picture>, ChartError> + Send + 'a>;

impl Figures {
    /// Draws the pictures of a run, and the power curves of `power` (each point of so many trials).
    ///
    /// # Errors
    /// [`ChartError`] when a picture cannot be drawn.
    pub fn draw(deal: &Deal, run: &Run, power: &[Power]) -> Result<Self, ChartError> {
        Self::draw_against(deal, run, power, None)
    }

    /// Draws the same in front of the pale shapes of another run of the same trials, of the deal as signed: both on the same axes, parties
    /// and payments matched by name. The future of one trial and the power curves are drawn without.
    ///
    /// # Errors
    /// [`ChartError`] when a picture cannot be drawn.
    pub fn draw_against(deal: &Deal, run: &Run, power: &[Power], before: Option<(&Deal, &Run)>) -> Result<Self, ChartError> {
        // shapes in another currency are not on the same axis
        let before = before.filter(|(other, _)| other.currency == deal.currency);
        let mut jobs: Vec<(Place, Job<'_>)> = Vec::new();
        for payor in payors_shown(deal, run) {
            let old = before.and_then(|(other, run)| {
                let named = |(_, old): &(PayorId, &crate::deal::Payor)| old.name == deal.payors[payor].name;
                other.payors.pairs().find(named).map(|(payor, _)| (other, run, payor))
            });
            let both = move || (owed(deal, run, payor), old.and_then(|(deal, run, payor)| owed(deal, run, payor)));
            let shape = move |draw: fn(&Liability, Option<&Liability>) -> Result<Picture, ChartError>| {
                let (owed, old) = both();
                owed.map(|owed| draw(&owed, old.as_ref())).transpose()
            };
            jobs.push((Place::Payor(payor), Box::new(move || shape(liability_against))));
            jobs.push((Place::Payor(payor), Box::new(move || shape(exceedance_against))));
            jobs.push((
                Place::Payor(payor),
                Box::new(move || {
                    let old = old.and_then(|(deal, run, payor)| fan(deal, run, payor));
                    fan(deal, run, payor).map(|fan| payments_fan_against(&fan, old.as_ref())).transpose()
                }),
            ));
        }
        jobs.push((
            Place::Returns,
            Box::new(|| {
                let old = before.map(|(deal, run)| returns(deal, run, usize::MAX));
                let all = Some(returns(deal, run, SHOWN)).filter(|all| !all.rows.is_empty());
                all.map(|all| tranche_returns_against(&all, old.as_ref())).transpose()
            }),
        ));
        let old = before.map(|(deal, run)| money(deal, run));
        jobs.push((Place::Money, Box::new(move || sources_and_uses_against(&money(deal, run), old.as_ref()).map(Some))));
        jobs.push((Place::Future, Box::new(|| one_future::of(deal, run).as_ref().map(future).transpose())));
        jobs.push((Place::Judged, Box::new(|| all_judged(deal, run, before))));
        for power in largest(power.iter(), |power| mean(run, Value::PaymentPaid(power.payment))) {
            jobs.push((Place::Power, Box::new(move || curve(deal, power).map(Some))));
        }
        let drawn: Vec<(Place, Result<Option<Picture>, ChartError>)> = jobs.into_par_iter().map(|(place, job)| (place, job())).collect();
        let mut figures = Self { payors: deal.payors.map(|_| Vec::new()), ..Self::default() };
        for (place, picture) in drawn {
            let picture = picture?;
            match place {
                Place::Payor(payor) => figures.payors[payor].extend(picture),
                Place::Returns => figures.returns = picture,
                Place::Money => figures.money = picture,
                Place::Future => figures.future = picture,
                Place::Judged => figures.judged = picture,
                Place::Power => figures.power.extend(picture),
            }
        }
        Ok(figures)
    }

    /// All of them, in the order in which they are read.
    pub fn all(&self) -> impl Iterator<Item = &Picture> {
        let rest = self.returns.iter().chain(&self.money).chain(&self.future).chain(&self.judged).chain(&self.power);
        self.payors.iter().flatten().chain(rest)
    }

    /// The pictures as files.
    #[must_use]
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        as_files(self.all())
    }
}

/// Pictures as files: SVG, and PNG where the feature `png` is on. No two have the same name, on file systems that do not tell capitals
/// apart either: where several ask for one, the first gets it and the others a number that no other asks for.
#[must_use]
pub fn as_files<'p>(pictures: impl IntoIterator<Item = &'p Picture>) -> Vec<(String, Vec<u8>)> {
    let pictures: Vec<&Picture> = pictures.into_iter().collect();
    let mut files = Vec::new();
    for (picture, name) in pictures.iter().zip(told_apart(pictures.iter().map(|picture| picture.name.as_str()))) {
        files.push((format!("{name}.svg"), picture.svg.clone().into_bytes()));
        files.extend(picture.png.as_ref().map(|png| (format!("{name}.png"), png.clone())));
    }
    files
}

fn told_apart<'n>(names: impl Iterator<Item = &'n str> + Clone) -> Vec<String> {
    let asked: HashSet<&str> = names.clone().collect();
    let mut last: HashMap<&str, usize> = HashMap::new();
    let one = |name: &'n str| {
        let number = last.entry(name).or_insert(0);
        loop {
            *number += 1;
            let wanted = if *number == 1 { name.to_owned() } else { format!("{name}-{number}") };
            if *number == 1 || !asked.contains(wanted.as_str()) {
                return wanted;
            }
        }
    };
    names.map(one).collect()
}

/// The pictures of a run.
///
/// # Errors
/// [`ChartError`] when a picture cannot be drawn.
pub fn pictures(deal: &Deal, run: &Run) -> Result<Vec<Picture>, ChartError> {
    Ok(Figures::draw(deal, run, &[])?.all().cloned().collect())
}

/// Everything that the pictures of a run ask of it; a run that has only this gives the same pictures but those of power.
#[must_use]
pub fn asked(deal: &Deal) -> Vec<Question> {
    let mut values = vec![Value::Paid, Value::Spent, Value::Residual];
    let mut chances = Vec::new();
    values.extend(deal.payors.ids().map(Value::PayorPaid));
    for payment in deal.payments.ids() {
        values.push(Value::PaymentPaid(payment));
        let judged = [Chance::PaidEffective, Chance::PaidIneffective, Chance::UnpaidEffective, Chance::UnpaidIneffective];
        chances.extend(judged.map(|judged| judged(payment)));
    }
    for tranche in deal.capital.tranches.ids() {
        let of = Investment::Tranche(tranche);
        values.extend([Value::Drawn(of), Value::Received(of), Value::Irr(of), Value::Multiple(of), Value::Recycled(tranche)]);
        chances.extend([Chance::Drawn(of), Chance::Loss(of), Chance::LossGivenDrawn(of), Chance::TotalLoss(of), Chance::IrrUndefined(of)]);
        chances.push(Chance::IrrReachesHurdle(of));
    }
    values.extend((0..deal.capital.guarantees.len()).map(Value::Guaranteed));
    values.extend((0..deal.capital.bonuses.len()).map(Value::Bonus));
    let named =
        values.into_iter().map(|value| value.quantity(deal).name).chain(chances.into_iter().map(|chance| chance.quantity(deal).name));
    named.map(|name| Question::new(&name)).collect()
}

/// The payors, in their order, of whom charts are drawn: those that pay most on average.
pub(super) fn payors_shown(deal: &Deal, run: &Run) -> Vec<PayorId> {
    largest(deal.payors.ids(), |&payor| mean(run, Value::PayorPaid(payor)))
}

/// The [`SHOWN`] of `all` with the largest size, whatever its sign, in the order in which they come; of equal ones the first.
fn largest<T>(all: impl Iterator<Item = T>, size: impl Fn(&T) -> f64) -> Vec<T> {
    most(SHOWN, all, size)
}

/// The same, `most` of them.
fn most<T>(most: usize, all: impl Iterator<Item = T>, size: impl Fn(&T) -> f64) -> Vec<T> {
    let mut all: Vec<(usize, f64, T)> = all.enumerate().map(|(at, one)| (at, size(&one).abs(), one)).collect();
    all.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    all.truncate(most);
    all.sort_by_key(|one| one.0);
    all.into_iter().map(|(.., one)| one).collect()
}

/// The mean of a number of the run, 0 where it has none.
fn mean(run: &Run, value: Value) -> f64 {
    run.summary(value).map(|summary| summary.mean).filter(|mean| mean.is_finite()).unwrap_or(0.0)
}

fn curve(deal: &Deal, power: &Power) -> Result<Picture, ChartError> {
    power_curve(&PowerCurve {
        payment: deal.payments[power.payment].name.clone(),
        outcome: deal.outcomes[power.outcome].name.clone(),
        points: power.points.iter().map(|point| [point.effect, point.pays.share(), point.pays.standard_error()]).collect(),
        promised: power.promised,
        write: &|effect| super::power::written(deal, power, effect),
        trials: power.points.first().map_or(0, |point| point.pays.count),
    })
}

fn cap(deal: &Deal, payor: PayorId) -> Option<f64> {
    deal.payors[payor].cap.map(|cap| deal.currency.major(cap))
}

fn owed(deal: &Deal, run: &Run, payor: PayorId) -> Option<Liability> {
    let summary = run.summary(Value::PayorPaid(payor))?;
    Some(Liability {
        payor: deal.payors[payor].name.clone(),
        currency: deal.currency.code().into(),
        totals: run.sampled(Value::PayorPaid(payor))?.to_vec(),
        cap: cap(deal, payor),
        mean: summary.mean,
        mean_se: if summary.se.is_nan() { 0.0 } else { summary.se },
        p50: summary.p50,
        p95: summary.p95,
        trials: run.trials,
    })
}

fn fan(deal: &Deal, run: &Run, payor: PayorId) -> Option<Fan> {
    let periods = run.sample.paid.get(payor)?;
    let bands = periods.iter().map(|paid| {
        let mut column = QuantileColumn::new(&[0.05, 0.25, 0.50, 0.75, 0.95], None);
        column.push_block(paid);
        let quantiles = column.quantiles();
        core::array::from_fn(|at| quantiles[at].value)
    });
    Some(Fan {
        payor: deal.payors[payor].name.clone(),
        currency: deal.currency.code().into(),
        labels: (0..deal.timeline.periods).map(|period| deal.timeline.label(period)).collect(),
        bands: bands.collect(),
        cap: cap(deal, payor),
        trials: run.sample.trials as u64,
    })
}

/// The returns of as many tranches as are shown: those of which most is drawn.
fn returns(deal: &Deal, run: &Run, shown: usize) -> Returns {
    let loans: Vec<(TrancheId, &crate::deal::Tranche)> = deal.capital.tranches.pairs().filter(|(_, tranche)| tranche.is_repaid()).collect();
    let of = loans.len();
    let loans = most(shown, loans.into_iter(), |(index, _)| mean(run, Value::Drawn(Investment::Tranche(*index))));
    let row = |(index, tranche): (TrancheId, &crate::deal::Tranche)| {
        let of = Investment::Tranche(index);
        let share = |chance| run.share(chance).map_or(0.0, |share| share.share());
        let irr = run.summary(Value::Irr(of))?;
        let by_multiple = super::returns::is_told_by_multiple(run, of);
        Some(TrancheRow {
            name: tranche.name.clone(),
            irr: run.sampled(Value::Irr(of))?.iter().copied().filter(|irr| !irr.is_nan()).collect(),
            not_drawn: 1.0 - share(Chance::Drawn(of)),
            no_root: share(Chance::IrrUndefined(of)),
            p_loss: share(Chance::Loss(of)),
            p_loss_se: run.share(Chance::Loss(of)).map_or(0.0, |share| share.standard_error()),
            median: (irr.count > 0 && !by_multiple).then_some(irr.p50),
            multiple: run.summary(Value::Multiple(of)).filter(|_| by_multiple).map(|multiple| multiple.p50),
        })
    };
    let rows = loans.into_iter().filter_map(row).collect();
    Returns { rows, of, hurdle: deal.hurdle_stated.then_some(deal.hurdle), trials: run.trials }
}

/// Where money comes from and where it goes: both sides add up, in every trial and so in the mean.
fn money(deal: &Deal, run: &Run) -> SourcesUses {
    let slice = |name: &str, value: Value| {
        let summary = run.summary(value)?;
        let se = if summary.se.is_nan() { 0.0 } else { summary.se };
        (summary.mean != 0.0).then(|| Slice { name: name.into(), mean: summary.mean, se, several: false })
    };
    let payors = deal.payors.pairs().filter_map(|(index, payor)| slice(&payor.name, Value::PayorPaid(index)));
    let tranches = || deal.capital.tranches.pairs();
    let drawn = tranches().filter_map(|(index, tranche)| slice(&tranche.name, Value::Drawn(Investment::Tranche(index))));
    let guaranteed = deal.capital.guarantees.iter().enumerate();
    let guaranteed = guaranteed.filter_map(|(index, guarantee)| slice(&guarantee.guarantor, Value::Guaranteed(index)));
    let bonuses = deal.capital.bonuses.iter().enumerate().filter_map(|(index, bonus)| slice(&bonus.name, Value::Bonus(index)));
    let back =
        tranches().filter_map(|(index, tranche)| slice(&format!("back to {}", tranche.name), Value::Received(Investment::Tranche(index))));
    let recycled =
        tranches().filter_map(|(index, tranche)| slice(&format!("back from {}, to be used again", tranche.name), Value::Recycled(index)));
    SourcesUses {
        currency: deal.currency.code().into(),
        sources: fewer(payors, "payors").chain(fewer(drawn, "who fund the work")).chain(fewer(guaranteed, "guarantors")).collect(),
        uses: slice("the program", Value::Spent)
            .into_iter()
            .chain(fewer(back, "who funded the work"))
            .chain(fewer(recycled, "grants to be used again"))
            .chain(fewer(bonuses, "bonuses"))
            .chain(slice(&format!("left for {}", deal.program.provider), Value::Residual))
            .collect(),
        trials: run.trials,
    }
}

/// The largest of `slices`, and all others as one: its error is at most the sum of theirs.
fn fewer(slices: impl Iterator<Item = Slice>, who: &str) -> impl Iterator<Item = Slice> {
    let all: Vec<Slice> = slices.collect();
    let (number, sum) = (all.len(), |of: &[Slice], get: fn(&Slice) -> f64| of.iter().map(get).sum::<f64>());
    let (mean, se) = (sum(&all, |slice| slice.mean), sum(&all, |slice| slice.se));
    if number <= SHOWN + 1 {
        return all.into_iter();
    }
    let mut shown = largest(all.into_iter(), |slice| slice.mean);
    if number > shown.len() {
        let name = format!("{} more {who}", grouped((number - shown.len()) as u64));
        let (shown_mean, shown_se) = (sum(&shown, |slice| slice.mean), sum(&shown, |slice| slice.se));
        shown.push(Slice { name, mean: mean - shown_mean, se: (se - shown_se).max(0.0), several: true });
    }
    shown.into_iter()
}

/// Whether the payments of which charts are drawn pay for true effects; nothing where none depends on any.
fn all_judged(deal: &Deal, run: &Run, before: Option<(&Deal, &Run)>) -> Result<Option<Picture>, ChartError> {
    let all: Vec<PaymentId> = deal.payments.ids().filter(|&payment| run.share(Chance::PaidEffective(payment)).is_some()).collect();
    let shown = largest(all.iter().copied(), |&payment| mean(run, Value::PaymentPaid(payment)));
    let judged: Vec<PaidEffective> = shown.iter().filter_map(|&payment| judged(deal, run, payment)).collect();
    let old = before.into_iter().flat_map(|(deal, run)| {
        let named = |payment: &PaymentId| judged.iter().any(|new| new.payment == deal.payments[*payment].name);
        deal.payments.ids().filter(named).filter_map(|payment| self::judged(deal, run, payment)).collect::<Vec<_>>()
    });
    let old: Vec<PaidEffective> = old.collect();
    (!judged.is_empty()).then(|| largest_paid_effective_against(&judged, all.len(), &old)).transpose()
}

fn judged(deal: &Deal, run: &Run, payment: PaymentId) -> Option<PaidEffective> {
    effect_behind(deal, payment)?;
    let share = |chance| {
        let share = run.share(chance)?;
        Some(Share { value: share.share(), se: share.standard_error() })
    };
    Some(PaidEffective {
        payment: deal.payments[payment].name.clone(),
        paid_effective: share(Chance::PaidEffective(payment))?,
        paid_not_effective: share(Chance::PaidIneffective(payment))?,
        unpaid_effective: share(Chance::UnpaidEffective(payment))?,
        unpaid_not_effective: share(Chance::UnpaidIneffective(payment))?,
        trials: run.trials,
    })
}

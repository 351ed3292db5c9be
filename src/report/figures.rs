//! Which pictures a run has, and the numbers in them.

use super::chart::{
    ChartError, Fan, Liability, PaidEffective, Picture, Returns, Share, Slice, SourcesUses, TrancheRow, liability, paid_effective,
    payments_fan, sources_and_uses, tranche_returns,
};
use crate::deal::Deal;
use crate::metrics::{Chance, Investment, Value, effect_behind};
use crate::stats::QuantileColumn;
use crate::study::Run;

/// The pictures of a run as files: SVG, and PNG where the feature `png` is on.
///
/// # Errors
/// [`ChartError`] when a picture cannot be drawn.
pub fn files(deal: &Deal, run: &Run) -> Result<Vec<(String, Vec<u8>)>, ChartError> {
    Ok(as_files(pictures(deal, run)?))
}

/// Pictures as files: SVG, and PNG where there is one.
#[must_use]
pub fn as_files(pictures: Vec<Picture>) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for picture in pictures {
        files.push((format!("{}.svg", picture.name), picture.svg.into_bytes()));
        if let Some(png) = picture.png {
            files.push((format!("{}.png", picture.name), png));
        }
    }
    files
}

/// The pictures of a run.
///
/// # Errors
/// [`ChartError`] when a picture cannot be drawn.
pub fn pictures(deal: &Deal, run: &Run) -> Result<Vec<Picture>, ChartError> {
    let mut pictures = Vec::new();
    for payor in 0..deal.payors.len() {
        pictures.extend(owed(deal, run, payor).as_ref().map(liability).transpose()?);
        pictures.extend(fan(deal, run, payor).as_ref().map(payments_fan).transpose()?);
    }
    let returns = returns(deal, run);
    if !returns.rows.is_empty() {
        pictures.push(tranche_returns(&returns)?);
    }
    pictures.push(sources_and_uses(&money(deal, run))?);
    let judged: Vec<PaidEffective> = (0..deal.payments.len()).filter_map(|payment| judged(deal, run, payment)).collect();
    if !judged.is_empty() {
        pictures.push(paid_effective(&judged)?);
    }
    Ok(pictures)
}

fn cap(deal: &Deal, payor: usize) -> Option<f64> {
    deal.payors[payor].cap.map(|cap| deal.currency.major(cap))
}

fn owed(deal: &Deal, run: &Run, payor: usize) -> Option<Liability> {
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

fn fan(deal: &Deal, run: &Run, payor: usize) -> Option<Fan> {
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

fn returns(deal: &Deal, run: &Run) -> Returns {
    let loans = deal.capital.tranches.iter().enumerate().filter(|(_, tranche)| tranche.is_repaid());
    let row = |(index, tranche): (usize, &crate::deal::Tranche)| {
        let of = Investment::Tranche(index);
        let share = |chance| run.share(chance).map_or(0.0, |share| share.share());
        let irr = run.summary(Value::Irr(of))?;
        Some(TrancheRow {
            name: tranche.name.clone(),
            irr: run.sampled(Value::Irr(of))?.iter().copied().filter(|irr| !irr.is_nan()).collect(),
            not_drawn: 1.0 - share(Chance::Drawn(of)),
            no_root: share(Chance::IrrUndefined(of)),
            p_loss: share(Chance::Loss(of)),
            p_loss_se: run.share(Chance::Loss(of)).map_or(0.0, |share| share.standard_error()),
            median: (irr.count > 0).then_some(irr.p50),
        })
    };
    Returns { rows: loans.filter_map(row).collect(), hurdle: Some(deal.hurdle), trials: run.trials }
}

/// Where money comes from and where it goes: both sides add up, in every trial and so in the mean.
fn money(deal: &Deal, run: &Run) -> SourcesUses {
    let slice = |name: &str, value: Value| {
        let summary = run.summary(value)?;
        let se = if summary.se.is_nan() { 0.0 } else { summary.se };
        (summary.mean != 0.0).then(|| Slice { name: name.into(), mean: summary.mean, se })
    };
    let payors = deal.payors.iter().enumerate().filter_map(|(index, payor)| slice(&payor.name, Value::PayorPaid(index)));
    let tranches = || deal.capital.tranches.iter().enumerate();
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
        sources: payors.chain(slice("owed to payors and unpaid", Value::UnpaidToPayors)).chain(drawn).chain(guaranteed).collect(),
        uses: slice("the program", Value::Spent)
            .into_iter()
            .chain(back)
            .chain(recycled)
            .chain(bonuses)
            .chain(slice(&format!("left for {}", deal.program.provider), Value::Residual))
            .collect(),
        trials: run.trials,
    }
}

fn judged(deal: &Deal, run: &Run, payment: usize) -> Option<PaidEffective> {
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

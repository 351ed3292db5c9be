//! The four signals of readiness that intermediaries look for (a committed payor, data, partnerships, evidence), as a scenario has them,
//! and what each weak one costs.

use super::gathered::Beside;
use super::simulated::run_in;
use super::{Options, Phase, Run, RunError};
use crate::deal::{CostBasis, Deal};
use crate::metrics::{Catalogue, Chance, Investment, Value};
use crate::quantity::Money;
use crate::sampling::Distribution;
use crate::stats::Summary;

/// A signal of readiness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Payors that surely pay.
    Payor,
    /// Outcomes that are all found.
    Data,
    /// Others who bear a part of the cost.
    Partnerships,
    /// An effect that is known.
    Evidence,
}

/// A signal as the scenario has it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Which.
    pub signal: Signal,
    /// How strong it is: the chance a year that no payor fails, the least match rate expected, the share of cost that gifts and others bear,
    /// the chance that the effect is for the better, each 0 to 1; absent where no outcome has an effect to know.
    pub strength: Option<f64>,
    /// What would be gained if it were as strong as can be, in the mean of paired trials; absent where it is already.
    pub gain: Option<Gain>,
}

/// Differences of means in major units, with their standard errors.
#[derive(Clone, Copy, Debug)]
pub struct Gain {
    /// Of what all payors pay.
    pub payors: [f64; 2],
    /// Of what all investors gain; nothing where there are none.
    pub investors: Option<[f64; 2]>,
    /// Of the chance that investors lose.
    pub loss: Option<f64>,
    /// Of the chance that something is paid for nothing, in the payment where it is greatest.
    pub for_nothing: Option<f64>,
}

/// What was found of all four.
#[derive(Clone, Debug)]
pub struct Readiness {
    /// The signals.
    pub findings: Vec<Finding>,
    /// Share of the cost per participant that partners would bear, to see what partnerships are worth.
    pub partners: f64,
}

/// Looks at the four signals. `partners` is the share of the cost per participant that partners could bear, 0 to 1.
///
/// # Errors
/// [`RunError`]: it was stopped.
pub fn readiness(deal: &Deal, partners: f64, options: &Options) -> Result<Readiness, RunError> {
    let signals = [Signal::Payor, Signal::Data, Signal::Partnerships, Signal::Evidence];
    let mended = signals.map(|signal| mended(deal, signal, partners));
    let runs = 1 + mended.iter().flatten().count() as u64;
    let course = options.begin(Phase::Readiness, deal, |trials| trials.saturating_mul(runs));
    let base = run_in(deal, &course, Beside::default())?;
    let (mut findings, mut done) = (Vec::new(), course.trials);
    for (signal, mended) in signals.into_iter().zip(mended) {
        let strength = strength(deal, signal, &base);
        let gain = match mended {
            Some(mended) => Some(gain(deal, &base, &run_in(&mended, &course.after(done), Beside::default())?)),
            None => None,
        };
        done += if gain.is_some() { course.trials } else { 0 };
        findings.push(Finding { signal, strength, gain });
    }
    Ok(Readiness { findings, partners })
}

fn strength(deal: &Deal, signal: Signal, base: &Run) -> Option<f64> {
    let strength = match signal {
        Signal::Payor => deal.payors.iter().map(|payor| payor.hazard.map_or(1.0, |hazard| 1.0 - hazard.per_year)).product(),
        Signal::Data => {
            let found = deal.records.iter().map(|records| records.match_rate.mean());
            let reported = deal.measures.iter().map(|measure| 1.0 - measure.false_negative.max(measure.false_positive));
            found.chain(reported).fold(1.0, f64::min)
        }
        Signal::Partnerships => {
            let mean = |value: Value| base.summary(value).map_or(0.0, |summary| summary.mean);
            let gifts = deal.capital.tranches.ids().filter(|&tranche| !deal.capital.tranches[tranche].is_repaid());
            let gifts: f64 = gifts.map(|tranche| mean(Value::Drawn(Investment::Tranche(tranche)))).sum();
            let (outside, all) = (mean(Value::Outside), mean(Value::Cost) + mean(Value::Outside));
            if all > 0.0 { ((gifts + outside) / all).min(1.0) } else { 1.0 }
        }
        Signal::Evidence => {
            let for_better = |outcome: &crate::deal::Outcome| {
                if outcome.looks_at().is_some() {
                    return None;
                }
                let sure = |law: &Distribution| if outcome.fewer_is_better { law.cdf(-1e-12) } else { law.exceedance(1e-12) };
                outcome.effects().map(sure).reduce(f64::min)
            };
            return deal.outcomes.iter().filter_map(for_better).reduce(f64::min);
        }
    };
    Some(strength)
}

/// The same deal with the signal as strong as can be; `None` where it is.
fn mended(deal: &Deal, signal: Signal, partners: f64) -> Option<Deal> {
    let mut mended = deal.clone();
    match signal {
        Signal::Payor => {
            deal.payors.iter().any(|payor| payor.hazard.is_some()).then_some(())?;
            mended.payors.iter_mut().for_each(|payor| payor.hazard = None);
        }
        Signal::Data => {
            let perfect = deal.records.iter().all(|records| records.match_rate.is_constant() == Some(1.0));
            let mistaken = deal.measures.iter().any(|measure| measure.false_negative > 0.0 || measure.false_positive > 0.0);
            (!perfect || mistaken).then_some(())?;
            mended.records.iter_mut().for_each(|records| records.match_rate = Distribution::constant(1.0));
            for measure in &mut mended.measures {
                (measure.false_negative, measure.false_positive) = (0.0, 0.0);
            }
        }
        Signal::Partnerships => {
            for cost in mended.program.costs.iter_mut().filter(|cost| !cost.outside_raise) {
                if let CostBasis::PerParticipant(amount) = &mut cost.basis {
                    *amount = Money((amount.0 as f64 * (1.0 - partners)).round() as i64);
                }
            }
            mended.program.costs.iter().zip(&deal.program.costs).any(|(now, before)| now.basis != before.basis).then_some(())?;
        }
        Signal::Evidence => {
            let uncertain = |law: &Distribution| law.is_constant().is_none();
            deal.outcomes.iter().any(|outcome| outcome.effects().any(uncertain)).then_some(())?;
            for outcome in &mut mended.outcomes {
                *outcome = outcome.with_effects(|law| Distribution::constant(law.mean()));
            }
        }
    }
    Some(mended)
}

fn gain(deal: &Deal, base: &Run, mended: &Run) -> Gain {
    let difference = |value: Value| Some(paired(base, mended, value, base.summary(value)?, mended.summary(value)?));
    let loans = Catalogue::new(deal).loans;
    let investors = match loans.as_slice() {
        [] => None,
        _ => Some(Investment::Together),
    };
    let worst = |run: &Run| {
        let shares = deal.payments.ids().filter_map(|payment| run.share(Chance::PaidIneffective(payment)));
        shares.map(|share| share.share()).fold(None, |worst: Option<f64>, share| Some(worst.map_or(share, |worst| worst.max(share))))
    };
    let loss = |run: &Run| run.share(Chance::Loss(Investment::Together)).map(|share| share.share());
    Gain {
        payors: difference(Value::Paid).unwrap_or([0.0; 2]),
        investors: investors.and_then(|of| difference(Value::Gain(of))),
        loss: loss(mended).zip(loss(base)).map(|(after, before)| after - before),
        for_nothing: worst(mended).zip(worst(base)).map(|(after, before)| after - before),
    }
}

/// The difference of two means of the same trials, and its error from the differences of the sampled ones.
fn paired(base: &Run, mended: &Run, value: Value, before: &Summary, after: &Summary) -> [f64; 2] {
    let error = base.sampled(value).zip(mended.sampled(value)).map_or(f64::NAN, |(before, after)| {
        let differences: Vec<f64> = after.iter().zip(before).map(|(after, before)| after - before).collect();
        let n = differences.len() as f64;
        let mean = differences.iter().sum::<f64>() / n;
        (differences.iter().map(|difference| (difference - mean) * (difference - mean)).sum::<f64>() / (n * (n - 1.0))).sqrt()
    });
    [after.mean - before.mean, error]
}

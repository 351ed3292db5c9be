//! What an evaluation can tell: how often it pays when there is no effect, and how often it does not when there is the promised one.

use super::many::many_in;
use super::options::Course;
use super::{Options, Phase, Run, RunError};
use crate::deal::{Deal, OutcomeId, PaymentId};
use crate::metrics::{Catalogue, Chance, Value, effect_behind};
use crate::question::Question;
use crate::sampling::Distribution;
use crate::stats::{Proportion, Summary};

/// Shares of the promised effect at which a payment is looked at.
pub const SHARES: [f64; 9] = [0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0];

/// How a payment behaves as the true effect grows.
#[derive(Clone, Debug)]
pub struct Power {
    /// The payment.
    pub payment: PaymentId,
    /// The outcome whose effect it is.
    pub outcome: OutcomeId,
    /// The promised effect, above zero for the better: in the units of the outcome, or as a share of the base where the effect is relative.
    pub promised: f64,
    /// Each true effect looked at.
    pub points: Vec<Point>,
    /// What the scenario itself says is known of the effect.
    pub prior: Prior,
}

/// A payment under one true effect.
#[derive(Clone, Debug)]
pub struct Point {
    /// The true effect, in the unit of the outcome: 0.1 is 10 points of a rate, above zero for the better.
    pub effect: f64,
    /// How often it pays.
    pub pays: Proportion,
    /// What it pays.
    pub paid: Summary,
}

/// A payment under what is known of the effect.
#[derive(Clone, Debug)]
pub struct Prior {
    /// How often it pays, and how often it pays and there is an effect, pays for nothing, leaves an effect unpaid, neither.
    pub table: [Proportion; 5],
    /// The effect found where it pays, and the true one; absent where nothing is compared.
    pub found_and_true: Option<[Summary; 2]>,
}

/// Looks at every payment that depends on the effect of the program: at no effect of it at all, and at every effect the same share of what
/// is promised. `promised`, above zero for the better, replaces the mean of
/// what the scenario says of each effect.
///
/// # Errors
/// [`RunError`]: it was stopped.
pub fn power(deal: &Deal, promised: Option<f64>, options: &Options) -> Result<Vec<Power>, RunError> {
    power_in(deal, promised, &options.begin(Phase::Power, deal, |trials| trials.saturating_mul(1 + SHARES.len() as u64)))
}

fn power_in(deal: &Deal, promised: Option<f64>, course: &Course) -> Result<Vec<Power>, RunError> {
    let judged: Vec<(PaymentId, OutcomeId)> =
        deal.payments.ids().filter_map(|payment| effect_behind(deal, payment).map(|outcome| (payment, outcome))).collect();
    if judged.is_empty() {
        return Ok(Vec::new());
    }
    let run = |deal: &Deal, asked: &[Question], part: &Course| Ok::<_, RunError>(many_in(&[deal], Some(asked), part)?.swap_remove(0));
    let base = run(deal, &asked(deal, of_prior, of_prior_chances), course)?;
    let each_point = asked(deal, |value| matches!(value, Value::PaymentPaid(_)), |chance| matches!(chance, Chance::Paid(_)));
    let mut all: Vec<Power> = judged
        .iter()
        .map(|&(payment, outcome)| {
            let promised = promised.unwrap_or_else(|| known(deal, source(deal, outcome)));
            Power { payment, outcome, promised, points: Vec::new(), prior: prior(&base, payment) }
        })
        .collect();
    let certain = promised_deal(deal, promised, &judged);
    for (at, share) in SHARES.into_iter().enumerate() {
        let part = course.after((1 + at as u64) * course.trials);
        let run = run(&certain.with_effects_times(share), &each_point, &part)?;
        for power in &mut all {
            if let (Some(pays), Some(paid)) = (run.share(Chance::Paid(power.payment)), run.summary(Value::PaymentPaid(power.payment))) {
                power.points.push(Point { effect: share * power.promised, pays: *pays, paid: *paid });
            }
        }
    }
    Ok(all)
}

/// Questions for the numbers and the chances of `deal` that are wanted.
fn asked(deal: &Deal, values: impl Fn(&Value) -> bool, chances: impl Fn(&Chance) -> bool) -> Vec<Question> {
    let Catalogue { values: all_values, chances: all_chances, .. } = Catalogue::new(deal);
    let values = all_values.iter().filter(|(_, value)| values(value)).map(|(name, _)| name);
    let chances = all_chances.iter().filter(|(_, chance)| chances(chance)).map(|(name, _)| name);
    values.chain(chances).map(|name| Question::new(name)).collect()
}

fn of_prior(value: &Value) -> bool {
    matches!(value, Value::FoundEffectGivenPaid(_) | Value::TrueEffectGivenPaid(_))
}

fn of_prior_chances(chance: &Chance) -> bool {
    matches!(
        chance,
        Chance::Paid(_) | Chance::PaidEffective(_) | Chance::PaidIneffective(_) | Chance::UnpaidEffective(_) | Chance::UnpaidIneffective(_)
    )
}

/// The deal with every effect as it is promised, and certain.
fn promised_deal(deal: &Deal, promised: Option<f64>, judged: &[(PaymentId, OutcomeId)]) -> Deal {
    let mut certain = deal.clone();
    for (index, outcome) in certain.outcomes.pairs_mut() {
        let is_judged = judged.iter().any(|&(_, of)| source(deal, of) == index);
        let promised = promised.filter(|_| is_judged).map(|effect| outcome.improvement(effect));
        *outcome = outcome.with_effects(|law| Distribution::constant(promised.unwrap_or_else(|| law.mean())));
    }
    certain
}

/// The mean of what the scenario says of the effect, above zero for the better.
fn known(deal: &Deal, outcome: OutcomeId) -> f64 {
    let outcome = &deal.outcomes[outcome];
    outcome.improvement(outcome.effect.as_ref().map_or(0.0, Distribution::mean))
}

/// The outcome whose effect law decides: an outcome that looks at persons has that of the amounts.
fn source(deal: &Deal, outcome: OutcomeId) -> OutcomeId {
    deal.outcomes[outcome].looks_at().unwrap_or(outcome)
}

fn prior(run: &Run, payment: PaymentId) -> Prior {
    let share = |chance: Chance| run.share(chance).copied().unwrap_or(Proportion::new(0, 0));
    let found = run.summary(Value::FoundEffectGivenPaid(payment)).copied();
    let real = run.summary(Value::TrueEffectGivenPaid(payment)).copied();
    Prior {
        table: [
            share(Chance::Paid(payment)),
            share(Chance::PaidEffective(payment)),
            share(Chance::PaidIneffective(payment)),
            share(Chance::UnpaidEffective(payment)),
            share(Chance::UnpaidIneffective(payment)),
        ],
        found_and_true: found.zip(real).map(|(found, real)| [found, real]),
    }
}

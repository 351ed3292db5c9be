//! The money of one trial over time: the middle one by what payors pay.

use crate::chart::{Future, Strand};
use crate::deal::{Deal, PeriodId};
use crate::engine::Entry;
use crate::metrics::Value;
use crate::numeric::each::Each;
use crate::study::{Run, trace, trial_at};
use crate::waterfall::Movement;
use crate::words::money;

/// The number of the trial that is shown: the first one that pays the median of what payors pay.
pub fn shown(run: &Run) -> Option<u64> {
    trial_at(run.sampled(Value::Paid)?, 0.5)
}

/// That trial as running totals; nothing where no trial has a value.
pub fn of(deal: &Deal, run: &Run) -> Option<Future> {
    let number = shown(run)?;
    let trial = trace(deal, run.seed, number);
    let names = ["spent on the program", "drawn from those who fund it", "paid by payors", "given back to those who fund it"];
    let mut moved = vec![Each::<PeriodId, i64>::filled(deal.timeline.periods as usize, 0); names.len()];
    for line in &trial.ledger {
        let Entry::Movement(_, movement) = line.entry else { continue };
        let strands: &[usize] = match movement {
            Movement::Draw(..) => &[0, 1],
            Movement::FromDrawn(_) | Movement::FromCash(_) | Movement::FromPot(..) => &[0],
            Movement::DrawAhead(..) | Movement::DrawForPayor(..) => &[1],
            Movement::Receipt(_) => &[2],
            Movement::CashInterest(..) | Movement::Repay(..) | Movement::Residual(..) | Movement::Guarantee(..) => &[3],
            _ => &[],
        };
        for &strand in strands {
            moved[strand][line.period] += movement.amount();
        }
    }
    let total = |strand: &Each<PeriodId, i64>| {
        let mut so_far = 0i64;
        let sums = strand.iter().map(|amount| {
            so_far += amount;
            so_far as f64 / deal.currency.minor_units() as f64
        });
        sums.collect::<Vec<f64>>()
    };
    let totals: Vec<Vec<f64>> = moved.iter().map(total).collect();
    let at_end = |strand: usize| money::whole(deal.currency, totals[strand].last().copied().unwrap_or(0.0));
    let funded = moved[1].iter().any(|&amount| amount != 0);
    let funders = if funded { format!("; investors and donors receive {} of {}", at_end(3), at_end(1)) } else { String::new() };
    let strands = names.iter().zip(&totals).enumerate().filter(|(at, _)| funded || ![1, 3].contains(at));
    Some(Future {
        title: format!("One future, followed to the end: the program spends {} and payors pay {}{funders}", at_end(0), at_end(2)),
        subtitle: format!(
            "Trial {number}, in which payors pay as much as in the middle of all futures. Totals so far; steps stand in the middle of their {}.",
            deal.timeline.length.noun()
        ),
        currency: deal.currency.code().into(),
        labels: (0..deal.timeline.periods).map(|period| deal.timeline.label(period)).collect(),
        strands: strands.map(|(_, (name, totals))| Strand { name: (*name).into(), totals: totals.clone() }).collect(),
    })
}

//! The economy around the program, in columns: a lane is a trial.

use super::given::Given;
use super::plan::EconomyPlan;
use crate::numeric::grid::Grid;
use crate::sampling::normal;

/// Points of unemployment above normal, period by period.
pub(super) fn simulate(plan: &EconomyPlan, given: &Given<'_>, economy: &mut Grid<f64>) {
    for (period, &key) in plan.keys.iter().enumerate() {
        given.shock(period).fill(economy.row_mut(period), |first_trial, out| normal::fill(key, first_trial, out));
        let scale = if period == 0 { plan.sd } else { plan.innovation };
        for lane in economy.row_mut(period) {
            *lane *= scale;
        }
        if period > 0 {
            let (before, now) = economy.pair_mut(period - 1, period);
            for (now, before) in now.iter_mut().zip(before) {
                *now += plan.persistence * *before;
            }
        }
    }
    // What is expected comes on top of the shocks, which know nothing of it.
    for (period, expected) in plan.path.iter().enumerate() {
        economy.row_mut(period).iter_mut().for_each(|points| *points += expected);
    }
    if let Some((keys, [begins, ends], depth)) = &plan.recession {
        let mut lasting = vec![false; economy.lanes()];
        for (period, key) in keys.iter().enumerate() {
            for (lane, (points, lasting)) in economy.row_mut(period).iter_mut().zip(&mut lasting).enumerate() {
                let luck = key.stream(given.shock(period).trial(lane)).uniform();
                *lasting = if *lasting { luck >= *ends } else { luck < *begins };
                *points += if *lasting { *depth } else { 0.0 };
            }
        }
    }
}

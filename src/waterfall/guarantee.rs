//! Who bears a lender's loss.

use super::share::Sharing;
use super::{Cash, Facts, Movement, WaterfallPlan};
use crate::deal::{Cover, PeriodId, TrancheId};

/// What a guarantee pays for a loss of `loss` on `drawn`, both in minor units.
#[must_use]
pub fn payout(cover: &Cover, drawn: i64, loss: i64) -> i64 {
    let share = |share: f64| (drawn as f64 * share + 0.5) as i64;
    let most = match cover {
        Cover::Percent(percent) => share(*percent),
        Cover::Amount(amount) => amount.0,
        Cover::Schedule(rows) => rows.iter().take_while(|(from, _)| from.0 <= drawn).last().map_or(0, |(_, pays)| pays.0),
        Cover::Floor(floor) => share(*floor) - (drawn - loss),
    };
    most.min(loss).max(0)
}

impl Cash {
    /// Calls the guarantees where the deal has just stopped, and in the last period where they were not called before.
    pub(super) fn call_guarantees(&mut self, plan: &WaterfallPlan, facts: &Facts, period: PeriodId, seen: &mut impl FnMut(Movement)) {
        let last = plan.periods - 1;
        if plan.guarantees.is_empty() || (!period.is_last(plan.periods) && facts.stopped.is_empty()) {
            return;
        }
        for (guarantee, (of, cover)) in plan.guarantees.iter().enumerate() {
            for lane in 0..self.work.purses.lanes() {
                let called = facts.stopped.get(lane).map_or(last, |&stop| (stop as usize).saturating_add(1).min(last));
                if called != period.index() {
                    continue;
                }
                let drawn = of.iter().map(|&tranche| self.standing.drawn.row(tranche)[lane]).sum();
                let loss = of.iter().map(|&tranche| self.loss(plan, tranche, lane)).sum();
                let mut sharing = Sharing::new(payout(cover, drawn, loss), loss);
                self.guaranteed.row_mut(guarantee)[lane] += sharing.total();
                for &tranche in of {
                    let part = sharing.part(self.loss(plan, tranche, lane));
                    self.standing.principal.row_mut(tranche)[lane] -= part;
                    self.standing.owed.row_mut(tranche)[lane] -= part;
                    self.received.row_mut(tranche)[lane] += part;
                    self.flows[tranche].row_mut(period)[lane] += part;
                    if plan.tranches[tranche].return_cap.is_some() {
                        self.work.room.row_mut(tranche)[lane] -= part;
                    }
                    if lane == 0 {
                        seen(Movement::Guarantee(guarantee, tranche, part));
                    }
                }
            }
        }
    }

    /// Principal that a tranche has lost, as far as its return may make up for it.
    fn loss(&self, plan: &WaterfallPlan, tranche: TrancheId, lane: usize) -> i64 {
        let principal = self.standing.principal.row(tranche)[lane];
        match plan.tranches[tranche].return_cap {
            Some(_) => principal.min(self.work.room.row(tranche)[lane].max(0)),
            None => principal,
        }
    }
}

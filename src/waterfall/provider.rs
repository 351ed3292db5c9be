//! What the provider is out of pocket.

use super::columns::subtract;
use super::{Cash, WaterfallPlan};
use crate::numeric::whole::add;
use crate::numeric::wide::widest;

impl Cash {
    /// Raises the working capital that the provider needs to what it is out of pocket by now: the costs that it bears, what it refunds and
    /// its fees that wait, less what it has received.
    pub(super) fn be_out_of_pocket(&mut self, plan: &WaterfallPlan) {
        out_of_pocket(&self.shortfall, &self.provider, &mut self.work.amount);
        if plan.two_way {
            add(&mut self.work.amount, &self.refunded);
        }
        for bonus in 0..self.bonuses.rows() {
            subtract(&mut self.work.amount, self.bonuses.row(bonus));
        }
        for &fee in &plan.deferred {
            add(&mut self.work.amount, self.standing.drawn.row(fee));
            subtract(&mut self.work.amount, self.received.row(fee));
        }
        raise(&mut self.working_capital, &self.work.amount);
    }
}

widest! {
    fn out_of_pocket(borne: &[i64], received: &[i64], out: &mut [i64]) {
        out.iter_mut().zip(borne.iter().zip(received)).for_each(|(out, (borne, received))| *out = borne - received);
    }

    fn raise(most: &mut [i64], amounts: &[i64]) {
        most.iter_mut().zip(amounts).for_each(|(most, amount)| *most = (*most).max(*amount));
    }
}

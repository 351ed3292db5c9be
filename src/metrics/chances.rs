//! What holds in a trial or not.

use super::observer::{HALF_A_UNIT, Observer, TIE, cohorts_behind};
use super::value::{Chance, Investment, Value};
use crate::deal::PaymentId;
use crate::finance::IrrKind;
use crate::numeric::grid::Grid;
use crate::numeric::wide::widest;

/// Of each trial of a block, whether a chance is asked and whether it holds.
pub(super) struct Tally {
    pub(super) asked: Vec<bool>,
    pub(super) holds: Vec<bool>,
}

impl Tally {
    pub(super) fn new(lanes: usize) -> Self {
        Self { asked: vec![true; lanes], holds: vec![false; lanes] }
    }

    /// Trials in which it holds among those that are asked, and these.
    pub(super) fn count(&self) -> [u64; 2] {
        count(&self.asked, &self.holds)
    }

    /// Asks only where `asks` is true of a column.
    fn ask<T>(&mut self, column: &[T], asks: impl Fn(&T) -> bool) {
        self.asked.iter_mut().zip(column).for_each(|(asked, of)| *asked = asks(of));
    }

    /// Holds where `holds` is true of a column.
    fn hold<T>(&mut self, column: &[T], holds: impl Fn(&T) -> bool) {
        self.holds.iter_mut().zip(column).for_each(|(held, of)| *held = holds(of));
    }

    /// Holds where `holds` is true of two columns.
    fn hold_both<A, B>(&mut self, one: &[A], other: &[B], holds: impl Fn(&A, &B) -> bool) {
        self.holds.iter_mut().zip(one.iter().zip(other)).for_each(|(held, (one, other))| *held = holds(one, other));
    }
}

impl Observer<'_> {
    /// Writes to `tally` which trials a chance is asked of, and in which it holds.
    pub(super) fn chance(&mut self, chance: Chance, values: &Grid<f64>, tally: &mut Tally) {
        let (cash, owed) = (&self.block.cash, &self.block.owed);
        tally.asked.fill(true);
        match chance {
            Chance::Shortfall => tally.hold(&cash.shortfall, |short| *short > 0),
            Chance::NothingPaid(payor) => tally.hold(owed.payor_paid.row(payor), |paid| *paid == 0),
            Chance::ProviderLoss => tally.hold(&self.provider_result(), |result| *result < 0),
            Chance::Binds(limit) => match owed.cut_by(limit) {
                Some(cut) => tally.hold(cut, |cut| *cut != 0),
                None => tally.holds.fill(false),
            },
            Chance::Fails(payor) => tally.hold(owed.defaulted.row(payor), |unpaid| *unpaid > 0),
            Chance::Undefined(payment) => tally.hold(owed.undefined.row(payment), |claims| *claims > 0),
            Chance::DueExceedsCap(payor) => {
                let cap = self.deal.payors[payor].cap.map_or(i64::MAX, |cap| cap.0);
                tally.hold(owed.payor_due.row(payor), |due| *due > cap);
            }
            Chance::BenefitExceedsPayment(payor) => {
                let least = HALF_A_UNIT / self.units;
                tally.hold(self.column(Value::NetBenefit(payor), values), |net| *net >= least);
            }
            Chance::Paid(payment) => tally.hold(owed.payment_paid.row(payment), |paid| *paid > 0),
            Chance::PaidEffective(payment) => {
                self.paid_for(payment, |paid, works| tally.hold_both(paid, works, |paid, works| (*paid > 0) & works))
            }
            Chance::PaidIneffective(payment) => {
                self.paid_for(payment, |paid, works| tally.hold_both(paid, works, |paid, works| (*paid > 0) & !works));
            }
            Chance::UnpaidEffective(payment) => {
                self.paid_for(payment, |paid, works| tally.hold_both(paid, works, |paid, works| (*paid <= 0) & works));
            }
            Chance::UnpaidIneffective(payment) => {
                self.paid_for(payment, |paid, works| tally.hold_both(paid, works, |paid, works| (*paid <= 0) & !works));
            }
            Chance::PaidGivenIneffective(payment) => self.paid_for(payment, |paid, works| {
                tally.ask(works, |works| !works);
                tally.hold(paid, |paid| *paid > 0);
            }),
            Chance::UnpaidGivenEffective(payment) => self.paid_for(payment, |paid, works| {
                tally.ask(works, |works| *works);
                tally.hold(paid, |paid| *paid <= 0);
            }),
            Chance::GuaranteeCalled(guarantee) => tally.hold(cash.guaranteed.row(guarantee), |paid| *paid > 0),
            Chance::Drawn(of) => tally.hold(self.column(Value::Drawn(of), values), |drawn| *drawn > 0.0),
            Chance::Loss(of) => tally.hold(&self.minor_gain(of), |gain| *gain < 0),
            Chance::LossGivenDrawn(of) => {
                tally.ask(self.column(Value::Drawn(of), values), |drawn| *drawn > 0.0);
                tally.hold(&self.minor_gain(of), |gain| *gain < 0);
            }
            Chance::TotalLoss(of) => {
                let (drawn, received) = (self.column(Value::Drawn(of), values), self.column(Value::Received(of), values));
                tally.hold_both(drawn, received, |drawn, received| (*drawn > 0.0) & (*received == 0.0));
            }
            Chance::IrrReachesHurdle(of) => {
                let least = self.deal.hurdle - TIE;
                tally.hold(self.column(Value::Irr(of), values), |irr| *irr >= least);
            }
            Chance::IrrUndefined(of) => match self.kinds.iter().find(|(investment, _)| *investment == of) {
                Some((_, kinds)) => tally.hold(kinds, |kind| matches!(kind, IrrKind::NoRoot | IrrKind::Several)),
                None => tally.holds.fill(false),
            },
        }
    }

    /// Hands over what a payment pays, and whether the program works, by trial.
    fn paid_for(&mut self, payment: PaymentId, hold: impl FnOnce(&[i64], &[bool])) {
        let paid = self.block.owed.payment_paid.row(payment);
        hold(paid, self.works(payment));
    }

    /// Whether the program improves any outcome that a payment depends on, for the people it is for; worked out once.
    fn works(&mut self, payment: PaymentId) -> &[bool] {
        if self.works[payment].is_none() {
            let (mut works, mut effects) = (vec![false; self.block.lanes], vec![0.0; self.block.lanes]);
            let cohorts = cohorts_behind(self.deal, payment);
            for &outcome in &self.catalogue.behind[payment] {
                self.true_effect(outcome, cohorts, &mut effects);
                let outcome = &self.deal.outcomes[outcome];
                let least = outcome.least_effect();
                works.iter_mut().zip(&effects).for_each(|(works, effect)| *works |= outcome.improvement(*effect) > least);
            }
            self.works[payment] = Some(works);
        }
        self.works[payment].get_or_insert_default()
    }

    /// Received less drawn, to the minor unit.
    fn minor_gain(&self, of: Investment) -> Vec<i64> {
        let mut gain = vec![0; self.block.lanes];
        for tranche in self.tranches(of) {
            let (drawn, received) = (self.block.cash.standing.drawn.row(tranche), self.block.cash.received.row(tranche));
            gain.iter_mut().zip(received).zip(drawn).for_each(|((gain, received), drawn)| *gain += received - drawn);
        }
        gain
    }
}

/// Trials counted side by side; sums of bytes hold for 255 rows of them.
const SIDE: usize = 64;

widest! {
    /// Lanes that are `asked` and in which it `holds`, and lanes that are asked.
    fn count(asked: &[bool], holds: &[bool]) -> [u64; 2] {
        let [mut hits, mut all] = [0u64; 2];
        for (asked, holds) in asked.chunks(255 * SIDE).zip(holds.chunks(255 * SIDE)) {
            let [mut hit, mut of] = [[0u8; SIDE]; 2];
            for (asked, holds) in asked.chunks(SIDE).zip(holds.chunks(SIDE)) {
                for ((hit, of), (asked, holds)) in hit.iter_mut().zip(&mut of).zip(asked.iter().zip(holds)) {
                    *hit += u8::from(*asked & *holds);
                    *of += u8::from(*asked);
                }
            }
            hits += hit.iter().map(|hit| u64::from(*hit)).sum::<u64>();
            all += of.iter().map(|of| u64::from(*of)).sum::<u64>();
        }
        [hits, all]
    }
}

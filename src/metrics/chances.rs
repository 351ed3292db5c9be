//! What holds in a trial or not.

use super::catalogue::{Chance, Investment, Value, effect_behind};
use super::observe::{Observer, TIE, cohorts_behind};
use crate::finance::IrrKind;
use crate::numeric::grid::Grid;

/// Something that holds in a lane or not.
pub(super) type Lanes<'a> = dyn Fn(usize) -> bool + 'a;

impl Observer<'_> {
    /// Tells `told` which lanes a chance is asked of, and in which of these it holds.
    pub(super) fn chance(&self, chance: Chance, values: &Grid<f64>, told: &mut dyn FnMut(&Lanes<'_>, &Lanes<'_>)) {
        let (block, owed) = (self.block, &self.block.owed);
        let mut all = |holds: &Lanes<'_>| told(&|_| true, holds);
        let effective = |payment: usize| {
            let cohorts = cohorts_behind(self.deal, payment);
            let added = effect_behind(self.deal, payment).map(|at| (&self.deal.outcomes[at], self.additional(at, cohorts)));
            move |lane: usize| added.as_ref().is_some_and(|(outcome, added)| outcome.improvement(added[lane]) > 0.0)
        };
        let pays = |payment: usize| move |lane: usize| owed.payment_paid.row(payment)[lane] > 0;
        match chance {
            Chance::Shortfall => all(&|lane| block.cash.shortfall[lane] > 0),
            Chance::NothingPaid(payor) => all(&|lane| owed.payor_paid.row(payor)[lane] == 0),
            Chance::CapBinds(payor) => all(&|lane| owed.payor_paid.row(payor)[lane] < owed.payor_due.row(payor)[lane]),
            Chance::Fails(payor) => all(&|lane| owed.unhonoured.row(payor)[lane] > 0),
            Chance::Undefined(payment) => all(&|lane| owed.undefined.row(payment)[lane] > 0),
            Chance::DueExceedsCap(payor) => {
                let cap = self.deal.payors[payor].cap.map_or(i64::MAX, |cap| cap.0);
                all(&|lane| owed.payor_due.row(payor)[lane] > cap)
            }
            Chance::BenefitExceedsPayment(payor) => {
                let net = self.column(Value::NetBenefit(payor), values);
                all(&|lane| net[lane] > 0.0)
            }
            Chance::Paid(payment) => all(&pays(payment)),
            Chance::PaidEffective(payment) => all(&|lane| pays(payment)(lane) && effective(payment)(lane)),
            Chance::PaidIneffective(payment) => all(&|lane| pays(payment)(lane) && !effective(payment)(lane)),
            Chance::UnpaidEffective(payment) => all(&|lane| !pays(payment)(lane) && effective(payment)(lane)),
            Chance::UnpaidIneffective(payment) => all(&|lane| !pays(payment)(lane) && !effective(payment)(lane)),
            Chance::PaidGivenIneffective(payment) => told(&|lane| !effective(payment)(lane), &pays(payment)),
            Chance::UnpaidGivenEffective(payment) => told(&effective(payment), &|lane| !pays(payment)(lane)),
            Chance::GuaranteeCalled(guarantee) => all(&|lane| block.cash.guaranteed.row(guarantee)[lane] > 0),
            Chance::Drawn(of) => {
                let drawn = self.column(Value::Drawn(of), values);
                all(&|lane| drawn[lane] > 0.0)
            }
            Chance::Loss(of) | Chance::LossGivenDrawn(of) => {
                let (drawn, gain) = (self.column(Value::Drawn(of), values), self.minor_gain(of));
                let asked = |lane: usize| matches!(chance, Chance::Loss(_)) || drawn[lane] > 0.0;
                told(&asked, &|lane| gain[lane] < 0)
            }
            Chance::TotalLoss(of) => {
                let (drawn, received) = (self.column(Value::Drawn(of), values), self.column(Value::Received(of), values));
                all(&|lane| drawn[lane] > 0.0 && received[lane] == 0.0)
            }
            Chance::IrrReachesHurdle(of) => {
                let irr = self.column(Value::Irr(of), values);
                all(&|lane| irr[lane] >= self.deal.hurdle - TIE)
            }
            Chance::IrrUndefined(of) => {
                let kinds = self.kinds.iter().find(|(investment, _)| *investment == of).map(|(_, kinds)| kinds);
                all(&|lane| kinds.is_some_and(|kinds| matches!(kinds[lane], IrrKind::NoRoot | IrrKind::Several)))
            }
        }
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

/// Lanes in which `holds`, and lanes that are `asked`.
pub(super) fn count(lanes: usize, asked: &Lanes<'_>, holds: &Lanes<'_>) -> [u64; 2] {
    (0..lanes).filter(|&lane| asked(lane)).fold([0, 0], |[hits, all], lane| [hits + u64::from(holds(lane)), all + 1])
}

//! What payors receive, and what nobody could refund.

use super::line::Line;
use super::owed::Owed;
use super::pay::shared;
use super::plan::SettlementPlan;
use crate::deal::{PaymentId, PayorId, PeriodId};

impl Owed {
    /// What the payors are to receive for `payment` in the period at hand, as a negative amount by trial; only where it goes both ways.
    #[must_use]
    pub fn to_refund(&self, payment: PaymentId) -> &[i64] {
        &self.work.purse.back[payment]
    }

    /// Puts back onto the books what payors should have received in `period` and nobody could refund (minor units, by trial): it was
    /// not paid, so it counts in no total and frees no cap. It is shared among the refunds of the period in proportion, rounded half up in the
    /// order of names; what the provider refunds by itself is always paid.
    pub fn put_back(&mut self, plan: &SettlementPlan, period: PeriodId, unpaid: &[i64], mut line: impl FnMut(Line)) {
        if unpaid.iter().all(|unpaid| *unpaid == 0) {
            return;
        }
        let events = &plan.schedule[period];
        let owing = |part: &usize| {
            let terms = &plan.payments[plan.parts[*part].payment];
            terms.two_way && !terms.refunded_by_provider && events.payments.binary_search(&plan.parts[*part].payment).is_ok()
        };
        let mut parts: Vec<(PayorId, usize)> =
            events.payors.iter().flat_map(|(payor, parts)| parts.iter().copied().filter(owing).map(|part| (*payor, part))).collect();
        parts.sort_unstable_by_key(|&(_, part)| plan.by_name[part]);
        for (lane, &unpaid) in unpaid.iter().enumerate().filter(|(_, unpaid)| **unpaid > 0) {
            let refund = |part: usize| {
                let [before, with] = plan.parts[part].shares;
                let back = -self.work.purse.back[plan.parts[part].payment][lane];
                shared(back, with) - shared(back, before)
            };
            let refunds: Vec<i64> = parts.iter().map(|&(_, part)| refund(part)).collect();
            let all: i128 = refunds.iter().map(|&refund| i128::from(refund)).sum();
            let (mut owed_so_far, mut unpaid_so_far) = (0i128, 0i64);
            for (&(payor, part), refund) in parts.iter().zip(refunds) {
                owed_so_far += i128::from(refund);
                let with = ((2 * owed_so_far * i128::from(unpaid) + all) / (2 * all.max(1))) as i64;
                let amount = with - unpaid_so_far;
                unpaid_so_far = with;
                if amount > 0 {
                    self.not_refunded(plan, payor, period, [part, lane], amount);
                    if lane == 0 {
                        line(Line::Unrefunded { period, payment: plan.parts[part].payment, payor, amount });
                    }
                }
            }
        }
    }

    fn not_refunded(&mut self, plan: &SettlementPlan, payor: PayorId, period: PeriodId, [part, lane]: [usize; 2], amount: i64) {
        let payment = plan.parts[part].payment;
        self.unrefunded.row_mut(payor)[lane] += amount;
        self.payment_paid.row_mut(payment)[lane] += amount;
        self.payor_paid.row_mut(payor)[lane] += amount;
        self.paid.row_mut(payor.index() * self.periods + period.index())[lane] += amount;
        if self.by_payment.rows() > 0 {
            self.by_payment.row_mut(payment.index() * self.periods + period.index())[lane] += amount;
        }
        if !plan.payors[payor].by_year.is_empty() {
            self.work.purse.payor_this_year.row_mut(payor)[lane] += amount;
        }
        if plan.cap.is_some() {
            self.work.purse.total[lane] += amount;
        }
    }
}

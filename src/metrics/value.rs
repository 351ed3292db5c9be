//! What can be a metric: numbers and chances, and what they are of.

use crate::deal::{MeasureId, OutcomeId, PaymentId, PayorId, TrancheId};
use crate::settlement::Limit;

/// A number that every trial has. Money is in major units, rates and shares are plain (0.05 is 5%).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// People enrolled.
    Enrolled,
    /// What the program costs, whether or not money is found for it; what others pay and what a stop avoids aside.
    Cost,
    /// Costs that money is found for.
    Spent,
    /// Costs that no money is left for: the provider bears them.
    Shortfall,
    /// What is left for the provider in the end, less what it refunds.
    Residual,
    /// What the provider makes of the deal: what is left for it, its bonuses and its deferred fees repaid, less what it refunds, the work
    /// that its deferred fees are for and the costs that no money is left for.
    ProviderResult,
    /// The largest sum that the provider is out of pocket at the end of any period.
    WorkingCapital,
    /// What the provider pays to payors.
    RefundedByProvider,
    /// Participants who truly had an outcome.
    OutcomeCount(OutcomeId),
    /// The median of an outcome over the participants, averaged over cohorts by people enrolled.
    OutcomeMedian(OutcomeId),
    /// True effect of the program on an enrolled person's probability of an outcome; above zero where it is for the better.
    TrueEffect(OutcomeId),
    /// Expected outcomes that would not have happened otherwise, or that are avoided where fewer are better.
    Additional(OutcomeId),
    /// Participants reported with the outcome of a measure, over all groups.
    Units(MeasureId),
    /// The difference a measure reports, summed over rounds and averaged over groups by people enrolled.
    FoundEffect(MeasureId),
    /// What a payment makes due before any limit.
    PaymentDue(PaymentId),
    /// What a payment pays.
    PaymentPaid(PaymentId),
    /// True effect of the program where a payment pays; undefined where it does not.
    TrueEffectGivenPaid(PaymentId),
    /// The effect that the payment's measure reports where it pays; undefined where it does not. Selection by a noisy threshold lifts its
    /// mean above that of the true effect.
    FoundEffectGivenPaid(PaymentId),
    /// What a payor pays.
    PayorPaid(PayorId),
    /// What a payor's payments make due before the payor's own limits.
    PayorDue(PayorId),
    /// What a payor pays in a fiscal year (index of the year).
    PayorYear(PayorId, usize),
    /// What a payor pays in its dearest fiscal year.
    PayorPeakYear(PayorId),
    /// What the additional outcomes are worth to a payor.
    Benefit(PayorId),
    /// Benefit over payments; undefined where nothing is paid.
    BenefitCostRatio(PayorId),
    /// The share of the true effect at which the benefit would equal the payments: payments over benefit, undefined where that is not
    /// above zero.
    BreakEvenShare(PayorId),
    /// What a payor owed and did not pay because it failed.
    Defaulted(PayorId),
    /// Benefit less payments.
    NetBenefit(PayorId),
    /// What all payors pay.
    Paid,
    /// What an investment draws.
    Drawn(Investment),
    /// What an investment receives.
    Received(Investment),
    /// Received less drawn.
    Gain(Investment),
    /// Effective annual internal rate of return: −1 when all is lost, undefined when nothing was drawn or there is no one root.
    Irr(Investment),
    /// Received over drawn; undefined when nothing was drawn.
    Multiple(Investment),
    /// Net present value at the investors' hurdle.
    NetPresentValue(Investment),
    /// What came back of a recyclable grant and is there in the end, for more of the same work.
    Recycled(TrancheId),
    /// What a guarantor pays (index of the guarantee).
    Guaranteed(usize),
    /// What the provider gets as a bonus (index), or pays where it is below zero.
    Bonus(usize),
    /// Costs that others pay.
    Outside,
    /// Costs that an early stop avoids.
    Avoided,
    /// What payors should receive and nobody can pay.
    UnpaidToPayors,
    /// What one payor should receive and nobody can pay.
    UnpaidTo(PayorId),
    /// What a limit cuts for good; of a floor, what it adds.
    Cuts(Limit),
}

impl Value {
    /// Whether it is an amount of money, counted in minor units and divided at last; its unit in the register then is money.
    #[must_use]
    pub fn is_money(self) -> bool {
        match self {
            Self::Enrolled
            | Self::OutcomeCount(_)
            | Self::OutcomeMedian(_)
            | Self::TrueEffect(_)
            | Self::Additional(_)
            | Self::Units(_)
            | Self::FoundEffect(_)
            | Self::TrueEffectGivenPaid(_)
            | Self::FoundEffectGivenPaid(_)
            | Self::Irr(_)
            | Self::Multiple(_)
            | Self::BenefitCostRatio(_)
            | Self::BreakEvenShare(_) => false,
            Self::Cost
            | Self::Spent
            | Self::Shortfall
            | Self::Residual
            | Self::ProviderResult
            | Self::WorkingCapital
            | Self::RefundedByProvider
            | Self::PaymentDue(_)
            | Self::PaymentPaid(_)
            | Self::PayorPaid(_)
            | Self::PayorDue(_)
            | Self::PayorYear(..)
            | Self::PayorPeakYear(_)
            | Self::Benefit(_)
            | Self::Defaulted(_)
            | Self::NetBenefit(_)
            | Self::Paid
            | Self::Drawn(_)
            | Self::Received(_)
            | Self::Gain(_)
            | Self::NetPresentValue(_)
            | Self::Recycled(_)
            | Self::Guaranteed(_)
            | Self::Bonus(_)
            | Self::Outside
            | Self::Avoided
            | Self::UnpaidToPayors
            | Self::UnpaidTo(_)
            | Self::Cuts(_) => true,
        }
    }
}

/// A tranche, or all loans and equity together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Investment {
    /// One tranche.
    Tranche(TrancheId),
    /// All loans and equity together.
    Together,
}

/// Something that holds in a trial or not; some are asked only of certain trials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Chance {
    /// Some costs find no money.
    Shortfall,
    /// A payor pays nothing.
    NothingPaid(PayorId),
    /// The provider's result is below zero.
    ProviderLoss,
    /// A limit cuts something for good; a floor adds something.
    Binds(Limit),
    /// A payor does not pay everything that it owes.
    Fails(PayorId),
    /// A claim of a payment has no value: a division by zero, something not reported, or too large to count.
    Undefined(PaymentId),
    /// What falls due over the whole deal exceeds a payor's total cap.
    DueExceedsCap(PayorId),
    /// What the payor gets is worth more to it than what it pays.
    BenefitExceedsPayment(PayorId),
    /// A payment pays anything.
    Paid(PaymentId),
    /// It pays, and the true effect is above zero, which is for the better: so in what follows.
    PaidEffective(PaymentId),
    /// It pays, and the program improves none of them: paid for nothing.
    PaidIneffective(PaymentId),
    /// It does not pay, though the program works.
    UnpaidEffective(PaymentId),
    /// It does not pay, and the program does not work.
    UnpaidIneffective(PaymentId),
    /// It pays, among trials in which the program does not work.
    PaidGivenIneffective(PaymentId),
    /// It does not pay, among trials in which the program works.
    UnpaidGivenEffective(PaymentId),
    /// An investment is drawn at all.
    Drawn(Investment),
    /// Less comes back than was drawn.
    Loss(Investment),
    /// Less comes back than was drawn, among trials in which anything was.
    LossGivenDrawn(Investment),
    /// Nothing comes back of what was drawn.
    TotalLoss(Investment),
    /// The return reaches the hurdle.
    IrrReachesHurdle(Investment),
    /// The return has no one root.
    IrrUndefined(Investment),
    /// A guarantee (index) pays anything.
    GuaranteeCalled(usize),
}

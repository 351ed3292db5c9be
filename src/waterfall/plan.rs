//! The capital of a deal, ready to run.

use crate::deal::{BonusSize, Coupon, Cover, Deal, PaymentId, PeriodId, Tranche, TrancheId, TrancheKind};
use crate::delivery;
use crate::finance::periodic_rate;
use crate::numeric::each::{Each, first};
use crate::numeric::whole;

/// Everything [`super::Cash`] needs.
#[derive(Clone, Debug)]
pub struct WaterfallPlan {
    pub(super) tranches: Each<TrancheId, TranchePlan>,
    /// Tranches that are drawn as costs need them, in groups of one order.
    pub(super) draw_groups: Vec<Vec<TrancheId>>,
    /// All tranches in groups of one order: who pays what a payor is owed.
    pub(super) last_resort: Vec<Vec<TrancheId>>,
    /// Bullets in groups of one rank, the last first: whose reserve pays what a payor is owed.
    pub(super) bullets: Vec<Vec<TrancheId>>,
    /// Fees of the provider that wait.
    pub(super) deferred: Vec<TrancheId>,
    /// Payments whose refunds are the provider's.
    pub(super) provider_refunds: Vec<PaymentId>,
    /// Whether payors may receive.
    pub(super) two_way: bool,
    /// Planned drawings: period, tranche, minor units, condition.
    pub(super) draws: Vec<(PeriodId, TrancheId, i64, Option<usize>)>,
    /// Tranches whose interest is paid before principal, in groups of one rank.
    pub(super) cash_interest: Vec<Vec<TrancheId>>,
    /// Who is paid, in order.
    pub(super) places: Vec<Place>,
    /// Tranches with a share of what is left, and the share.
    pub(super) residual: Vec<(TrancheId, f64)>,
    pub(super) bonuses: Vec<BonusPlan>,
    pub(super) guarantees: Vec<(Vec<TrancheId>, Cover)>,
    /// For each purse, whose money it may repay. The first holds what is tied to nobody.
    pub(super) purses: Vec<Each<TrancheId, bool>>,
    /// The order in which they are emptied: the one for everybody comes last.
    pub(super) purse_order: Vec<usize>,
    /// The purse of each payment.
    pub(super) payment_purse: Each<PaymentId, usize>,
    /// Number of payments.
    pub(super) payments: usize,
    pub(super) payors: usize,
    pub(super) periods: usize,
    pub(super) first_distribution: usize,
    pub(super) extension: Option<ExtensionPlan>,
    /// Whether anything may cost, by period.
    pub(super) costs: Each<PeriodId, bool>,
    /// Last period in which anything may cost; and even after a stop.
    pub(super) last_cost: PeriodId,
    pub(super) last_lasting_cost: Option<PeriodId>,
    pub(super) conditions: usize,
    pub(super) rates: usize,
    pub(super) per_year: f64,
    /// Minor units in a major one.
    pub(super) minor_units: f64,
}

#[derive(Clone, Debug)]
pub(super) struct TranchePlan {
    pub(super) amount: i64,
    /// Whether it is owed what is drawn.
    pub(super) is_owed: bool,
    pub(super) interest: InterestPlan,
    pub(super) cash_interest: bool,
    pub(super) matures: Option<usize>,
    /// Return for one period beyond which it receives nothing.
    pub(super) return_cap: Option<f64>,
    /// What it gets goes into a pot, and whether the pot pays later costs.
    pub(super) pot: Option<bool>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum InterestPlan {
    None,
    /// For one period.
    Fixed(f64),
    /// The annual rate is this expression.
    Set(usize),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct BonusPlan {
    pub(super) size: BonusSize,
    pub(super) period: Option<PeriodId>,
    pub(super) when: Option<usize>,
    /// Whether it is paid before any investor.
    pub(super) first: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct ExtensionPlan {
    pub(super) when: usize,
    pub(super) periods: usize,
    /// Last period in which it is looked at.
    pub(super) until: PeriodId,
}

/// A place in the order of repayment.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// A tranche alone in its rank, without further terms: the usual case.
    One(TrancheId),
    /// Tranches of one rank.
    Shared(Vec<TrancheId>),
    /// A bonus of the provider.
    Bonus(usize),
}

impl WaterfallPlan {
    /// Prepares the capital of `deal`; `costs` says in which periods anything may cost.
    #[must_use]
    pub fn new(deal: &Deal, costs: &delivery::DeliveryPlan) -> Self {
        let capital = &deal.capital;
        let tranches = &capital.tranches;
        let periods = deal.timeline.periods as usize;
        let per_year = f64::from(deal.timeline.length.per_year());
        let last = periods - 1;
        let all = || tranches.ids();
        let draw_order = |tranche: TrancheId| Some(tranches[tranche].draw_order);
        let rank = |tranche: TrancheId| tranches[tranche].rank;
        let plans = tranches.map(|tranche| TranchePlan::new(tranche, per_year));
        let mut draws: Vec<(PeriodId, TrancheId, i64, Option<usize>)> = all()
            .flat_map(|index| tranches[index].draws.iter().map(move |draw| (PeriodId::from(draw.period), index, draw.amount.0, draw.when)))
            .collect();
        draws.sort_by_key(|&(period, tranche, ..)| (period, &tranches[tranche].name));
        let mut by_rank: Vec<TrancheId> = all().collect();
        by_rank.sort_by_key(|&tranche| (rank(tranche).unwrap_or(u32::MAX), &tranches[tranche].name));
        let first_distribution = (capital.first_distribution() as usize).min(last);
        let dates = tranches.iter().filter_map(|tranche| tranche.matures).chain(capital.recycle_until.map(|period| period + 1));
        let until = PeriodId::from(dates.min().unwrap_or(0));
        let (purses, payment_purse) = purses(deal);
        Self {
            draw_groups: groups(tranches, all().filter(|&tranche| tranches[tranche].draws.is_empty()), draw_order),
            last_resort: groups(tranches, all(), draw_order),
            deferred: all().filter(|&tranche| tranches[tranche].kind == TrancheKind::DeferredFee).collect(),
            provider_refunds: deal.payments.ids().filter(|&payment| deal.payments[payment].refunded_by_provider).collect(),
            two_way: deal.payments.iter().any(|payment| payment.two_way),
            bullets: groups(tranches, all().filter(|&tranche| tranches[tranche].matures.is_some()), rank).into_iter().rev().collect(),
            draws,
            cash_interest: groups(tranches, all().filter(|&tranche| tranches[tranche].cash_interest), rank),
            places: places(deal, &plans),
            residual: by_rank
                .into_iter()
                .map(|tranche| (tranche, tranches[tranche].residual_share))
                .filter(|&(_, share)| share > 0.0)
                .collect(),
            bonuses: capital
                .bonuses
                .iter()
                .map(|bonus| BonusPlan {
                    size: bonus.size,
                    period: bonus.period.map(PeriodId::from),
                    when: bonus.when,
                    first: bonus.after_rank.is_none(),
                })
                .collect(),
            guarantees: capital.guarantees.iter().map(|guarantee| (guarantee.of.clone(), guarantee.cover.clone())).collect(),
            purse_order: (1..purses.len()).chain([0]).collect(),
            purses,
            payment_purse,
            payments: deal.payments.len(),
            payors: deal.payors.len(),
            periods,
            first_distribution,
            extension: capital.extension.map(|extension| ExtensionPlan {
                when: extension.when,
                periods: extension.periods as usize,
                until,
            }),
            costs: first(periods).map(|period| costs.is_active(period)).collect(),
            last_cost: first(periods).rfind(|&period| costs.is_active(period)).unwrap_or(PeriodId(0)),
            last_lasting_cost: first(periods).rfind(|&period| costs.outlives_stop(period)),
            conditions: capital.conditions.len(),
            rates: capital.rates.len(),
            tranches: plans,
            per_year,
            minor_units: deal.currency.minor_units() as f64,
        }
    }

    /// Number of periods.
    #[must_use]
    pub fn periods(&self) -> usize {
        self.periods
    }

    /// Periods until a bullet matures; 0 when it has, or for any other tranche.
    pub(super) fn periods_to_maturity(&self, tranche: TrancheId, extended: bool, period: PeriodId) -> usize {
        let moved = self.extension.filter(|_| extended).map_or(0, |extension| extension.periods);
        self.tranches[tranche].matures.map_or(0, |matures| (matures + moved).saturating_sub(period.index()))
    }

    /// What a bullet that is owed `owed` will be owed when it matures in `waits` periods; `set` is the rate of the period at hand where an
    /// expression sets it.
    #[inline]
    pub(super) fn owed_at_maturity(&self, tranche: TrancheId, owed: i64, waits: usize, set: impl FnOnce() -> f64) -> i64 {
        let terms = &self.tranches[tranche];
        if owed == 0 {
            return 0;
        }
        let rate = match terms.interest {
            InterestPlan::None => return owed,
            InterestPlan::Fixed(rate) => rate,
            InterestPlan::Set(_) => set(),
        };
        let interest = |owed: i64| whole::part(owed, rate);
        if terms.cash_interest {
            return owed + interest(owed) * waits as i64;
        }
        (0..waits).fold(owed, |owed, _| owed + interest(owed))
    }

    /// Interest for one period at an annual rate that an expression gives: held within 0 and 1, undefined counts as 0.
    pub(super) fn set_rate(&self, annual: f64) -> f64 {
        let annual = if annual.is_nan() { 0.0 } else { annual.clamp(0.0, 1.0) };
        periodic_rate(annual, self.per_year)
    }

    /// Whether payors may receive.
    #[must_use]
    pub fn is_two_way(&self) -> bool {
        self.two_way
    }

    /// Whether any tranche is repaid at once.
    pub(super) fn has_bullets(&self) -> bool {
        self.tranches.iter().any(|tranche| tranche.matures.is_some())
    }

    /// Whether some tranche is repaid from the receipts of certain payments alone.
    pub(super) fn is_tied(&self) -> bool {
        self.purses.len() > 1
    }

    /// Whether an expression sets the interest of any tranche.
    pub(super) fn has_set_rates(&self) -> bool {
        self.tranches.iter().any(|tranche| matches!(tranche.interest, InterestPlan::Set(_)))
    }

    /// Whether any tranche has an account of its return.
    pub(super) fn is_capped(&self) -> bool {
        self.tranches.iter().any(|tranche| tranche.return_cap.is_some())
    }
}

impl TranchePlan {
    fn new(tranche: &Tranche, per_year: f64) -> Self {
        Self {
            amount: tranche.amount.0,
            is_owed: tranche.rank.is_some(),
            interest: match tranche.coupon {
                Coupon::Fixed(0.0) => InterestPlan::None,
                Coupon::Fixed(rate) => InterestPlan::Fixed(periodic_rate(rate, per_year)),
                Coupon::Set(rate) => InterestPlan::Set(rate),
            },
            cash_interest: tranche.cash_interest,
            matures: tranche.matures.map(|period| period as usize),
            return_cap: tranche.return_cap.map(|rate| periodic_rate(rate, per_year)),
            pot: match &tranche.kind {
                TrancheKind::RecyclableGrant { pot } => Some(pot.is_none()),
                TrancheKind::Loan | TrancheKind::Equity | TrancheKind::Grant | TrancheKind::RecoverableGrant | TrancheKind::DeferredFee => {
                    None
                }
            },
        }
    }
}

/// `members` in groups of one `key`, in rising order; those without a key are left out. Within a group the order is that of the names,
/// which decides who gets an odd minor unit.
fn groups(
    tranches: &Each<TrancheId, Tranche>,
    members: impl Iterator<Item = TrancheId>,
    key: impl Fn(TrancheId) -> Option<u32>,
) -> Vec<Vec<TrancheId>> {
    let mut keyed: Vec<(u32, TrancheId)> = members.filter_map(|member| key(member).map(|key| (key, member))).collect();
    keyed.sort_by_key(|&(key, member)| (key, &tranches[member].name));
    keyed.chunk_by(|one, next| one.0 == next.0).map(|group| group.iter().map(|&(_, member)| member).collect()).collect()
}

fn places(deal: &Deal, plans: &Each<TrancheId, TranchePlan>) -> Vec<Place> {
    let tranches = &deal.capital.tranches;
    let rank = |tranche: TrancheId| tranches[tranche].rank;
    let mut places: Vec<(u32, Place)> = groups(tranches, tranches.ids(), rank)
        .into_iter()
        .map(|group| {
            let plain = |tranche: TrancheId| {
                plans[tranche].matures.is_none() && plans[tranche].return_cap.is_none() && plans[tranche].pot.is_none()
            };
            let at = rank(group[0]).unwrap_or(u32::MAX);
            (at, if group.len() == 1 && plain(group[0]) { Place::One(group[0]) } else { Place::Shared(group) })
        })
        .collect();
    let ranked = deal.capital.bonuses.iter().enumerate().filter_map(|(index, bonus)| Some((bonus.after_rank?, Place::Bonus(index))));
    places.extend(ranked);
    // stable: at one rank the tranches come before the bonus
    places.sort_by_key(|&(rank, _)| rank);
    places.into_iter().map(|(_, place)| place).collect()
}

/// One purse for cash that no tranche is tied to, and one for the payments of each set of tranches; those that may repay fewest
/// tranches are emptied first, so they come first after the one for everybody.
fn purses(deal: &Deal) -> (Vec<Each<TrancheId, bool>>, Each<PaymentId, usize>) {
    let tranches = &deal.capital.tranches;
    if tranches.iter().all(|tranche| tranche.tied_to.is_empty()) {
        return (vec![tranches.map(|_| true)], Each::filled(deal.payments.len(), 0));
    }
    let may_repay = |payment: PaymentId| -> Each<TrancheId, bool> {
        tranches.map(|tranche| tranche.tied_to.is_empty() || tranche.tied_to.contains(&payment))
    };
    let mut purses = vec![tranches.map(|_| true)];
    let of_payment: Each<PaymentId, Each<TrancheId, bool>> = deal.payments.ids().map(may_repay).collect();
    let mut sets = of_payment.as_slice().to_vec();
    sets.sort_by_key(|set| (set.iter().filter(|member| **member).count(), set.as_slice().to_vec()));
    sets.dedup();
    purses.extend(sets);
    let payment_purse = of_payment.map(|set| 1 + purses[1..].iter().position(|purse| purse == set).unwrap_or(0));
    (purses, payment_purse)
}

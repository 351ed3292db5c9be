//! Payments, investors' cash and thresholds from now on, future by future.

use std::collections::BTreeMap;

use super::super::RunError;
use super::super::options::Course;
use super::inputs::{Moments, moments, quantile};
use crate::deal::{Deal, GroupId, MeasureId, PaymentId, PayorId, PeriodId, SoFar, Statistic, TrancheId, TrancheKind};
use crate::engine::{self, Block, Plan};
use crate::numeric::each::{Each, first};

/// Chances nearer to 0 or 1 than this leave nothing to be reached or missed.
const OPEN: f64 = 0.02;

/// Wrong answers of a threshold that is told, at most: beyond that a number of people does not decide.
const WRONG: f64 = 0.15;

/// What is to come.
#[derive(Clone, Debug, Default)]
pub struct Coming {
    /// Futures that were looked at.
    pub trials: u64,
    /// By payor.
    pub payors: Each<PayorId, PayorToCome>,
    /// By tranche.
    pub tranches: Each<TrancheId, TrancheToCome>,
    /// What has to be reported for a payment to be made, where a number decides.
    pub needs: Vec<Need>,
    /// Share of the futures in which a stop clause ends the program; nothing in a deal without stops, or that was stopped.
    pub stops: Option<f64>,
}

/// What a payor is to pay from now on, in major units.
#[derive(Clone, Debug)]
pub struct PayorToCome {
    /// What it has paid.
    pub paid: f64,
    /// What it is to pay in all.
    pub total: Moments,
    /// The first period in which it may pay anything.
    pub next: Option<Next>,
    /// By fiscal year (index) with anything left of it: what is paid from now on.
    pub years: Vec<(usize, Moments)>,
}

/// The next payment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Next {
    /// Its period.
    pub period: u32,
    /// Share of the futures in which anything is paid then.
    pub chance: f64,
    /// What is paid then, in major units.
    pub amount: Moments,
}

/// What whoever gives a tranche is to receive from now on, in major units.
#[derive(Clone, Debug)]
pub struct TrancheToCome {
    /// What it has put in so far and has not received back, 0 or more: the mean, where costs so far are not known.
    pub at_stake: f64,
    /// What it still puts in, and what it still receives.
    pub drawn: Moments,
    /// What it still receives.
    pub received: Moments,
    /// Received over at stake and drawn, from now on; nothing where nothing is at stake.
    pub multiple: Option<Moments>,
    /// Share of the futures in which less comes back in all than was put in; nothing of a gift, which is owed nothing.
    pub loss: Option<f64>,
    /// The period by which half of the futures that put anything in have given all of it back; nothing where fewer ever do, and of a gift.
    pub whole_by: Option<u32>,
}

/// What a payment needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Need {
    /// The payment.
    pub payment: PaymentId,
    /// The measure that decides.
    pub measure: MeasureId,
    /// Share of the futures in which it pays from now on.
    pub chance: f64,
    /// Units that the groups to come need at least, or at most where fewer are better.
    pub units: f64,
    /// Their people, in the mean.
    pub people: f64,
    /// Share of the futures for which that is wrong.
    pub wrong: f64,
}

/// One future, from now on, in minor units.
struct Row {
    paid: Vec<(i64, BTreeMap<u32, i64>)>,
    tranches: Vec<[i64; 3]>,
    whole_by: Vec<Option<u32>>,
    payments: Vec<i64>,
    units: Vec<[f64; 2]>,
    stopped: bool,
}

/// Looks at the trials of `course` of `plan`.
pub(super) fn coming(deal: &Deal, so_far: &SoFar, plan: &Plan, course: &Course) -> Result<Coming, RunError> {
    let plan = plan.clone().keeping_payments();
    let open = open_groups(deal, so_far);
    let work = |first_trial: u64, lanes: usize| {
        let mut block = Block::new(&plan, lanes);
        block.run(&plan, first_trial);
        let units = units_to_come(&open, &block);
        (0..lanes).map(|lane| row(deal, so_far, &units, &block, lane)).collect::<Vec<Row>>()
    };
    let mut rows: Vec<Row> = Vec::new();
    engine::blocks(0..course.trials, plan.lanes(), course.stop(), work, |blocks: Vec<Vec<Row>>, done| {
        rows.extend(blocks.into_iter().flatten());
        course.done(done);
    })?;
    let units = deal.currency.minor_units() as f64;
    let major = |minor: i64| minor as f64 / units;
    let payors = deal.payors.ids().map(|payor| of_payor(deal, so_far, &rows, payor, &major)).collect();
    let tranches = deal.capital.tranches.ids().map(|tranche| of_tranche(deal, &rows, tranche, &major)).collect();
    let needs = deal.payments.ids().filter_map(|payment| need(deal, &rows, payment)).collect();
    let decided = !so_far.results.stopped.is_empty();
    let stops = (!deal.stops.is_empty() && !decided).then(|| share(&rows, |row| row.stopped));
    Ok(Coming { trials: course.trials, payors, tranches, needs, stops })
}

/// Groups of each measure of which nothing was reported.
fn open_groups(deal: &Deal, so_far: &SoFar) -> Each<MeasureId, Vec<GroupId>> {
    let reported =
        |measure: MeasureId, group: &GroupId| so_far.results.reported.iter().any(|known| (known.measure, known.group) == (measure, *group));
    deal.measures.ids().map(|measure| deal.measure_groups(measure).ids().filter(|group| !reported(measure, group)).collect()).collect()
}

/// Units that each measure still reports and their people, by lane.
fn units_to_come(open: &Each<MeasureId, Vec<GroupId>>, block: &Block) -> Each<MeasureId, Vec<[f64; 2]>> {
    let mut column = vec![0.0; block.lanes];
    let of_measure = |(measure, groups): (MeasureId, &Vec<GroupId>)| {
        let found = &block.found().measures[measure];
        let mut sums = vec![[0.0; 2]; block.lanes];
        for &group in groups {
            found.statistic(Statistic::Units, group, &mut column);
            for (sum, (units, people)) in sums.iter_mut().zip(column.iter().zip(found.enrolled.row(group))) {
                sum[0] += if units.is_nan() { 0.0 } else { *units };
                sum[1] += f64::from(*people);
            }
        }
        sums
    };
    open.pairs().map(of_measure).collect()
}

fn row(deal: &Deal, so_far: &SoFar, units: &Each<MeasureId, Vec<[f64; 2]>>, block: &Block, lane: usize) -> Row {
    let periods = || first::<PeriodId>(deal.timeline.periods as usize);
    let paid = deal.payors.ids().map(|payor| {
        let (mut before, mut later) = (0, BTreeMap::new());
        for period in periods() {
            let amount = block.owed.paid_in(payor, period)[lane];
            if period.number() <= so_far.through {
                before += amount;
            } else if amount != 0 {
                later.insert(period.number(), amount);
            }
        }
        (before, later)
    });
    let flow = |tranche: TrancheId| periods().map(move |period| (period.number(), block.cash.flows[tranche].row(period)[lane]));
    let tranches = deal.capital.tranches.ids().map(|tranche| {
        flow(tranche).fold([0; 3], |[before, drawn, received], (period, net)| {
            if period <= so_far.through { [before + net, drawn, received] } else { [before, drawn + (-net).max(0), received + net.max(0)] }
        })
    });
    let whole_by = deal.capital.tranches.ids().map(|tranche| {
        let (mut sum, mut out, mut whole) = (0, false, None);
        for (period, net) in flow(tranche) {
            sum += net;
            out |= sum < 0;
            // It is whole from the period on after which it never is not again.
            whole = if sum >= 0 { whole.or(Some(period)) } else { None };
        }
        whole.filter(|_| out)
    });
    let stopped = block.owed.stopped().is_some_and(|stopped| stopped[lane] < u32::MAX);
    let payments = deal.payments.ids().map(|payment| {
        periods().filter(|period| period.number() > so_far.through).map(|period| block.owed.payment_paid_in(payment, period)[lane]).sum()
    });
    Row {
        paid: paid.collect(),
        tranches: tranches.collect(),
        whole_by: whole_by.collect(),
        payments: payments.collect(),
        units: units.iter().map(|of_lanes| of_lanes[lane]).collect(),
        stopped,
    }
}

fn share(rows: &[Row], holds: impl Fn(&Row) -> bool) -> f64 {
    rows.iter().filter(|row| holds(row)).count() as f64 / rows.len().max(1) as f64
}

fn of_payor(deal: &Deal, so_far: &SoFar, rows: &[Row], payor: PayorId, major: &dyn Fn(i64) -> f64) -> PayorToCome {
    let own = |row: &Row| -> Vec<(u32, i64)> { row.paid[payor.0].1.iter().map(|(period, amount)| (*period, *amount)).collect() };
    let sum = |row: &Row, holds: &dyn Fn(u32) -> bool| {
        major(own(row).iter().filter(|(period, _)| holds(*period)).map(|(_, amount)| amount).sum())
    };
    let of = |holds: &dyn Fn(u32) -> bool| moments(&rows.iter().map(|row| sum(row, holds)).collect::<Vec<_>>());
    let next = rows.iter().filter_map(|row| row.paid[payor.0].1.keys().next().copied()).min().map(|period| Next {
        period,
        chance: share(rows, |row| row.paid[payor.0].1.contains_key(&period)),
        amount: of(&|at| at == period),
    });
    let first_year = deal.timeline.fiscal_year_index((so_far.through + 1).min(deal.timeline.periods - 1));
    let years = first_year..deal.timeline.fiscal_years().len();
    PayorToCome {
        paid: rows.iter().map(|row| major(row.paid[payor.0].0)).sum::<f64>() / rows.len().max(1) as f64,
        total: of(&|_| true),
        next,
        years: years.map(|year| (year, of(&|period| deal.timeline.fiscal_year_index(period) == year))).collect(),
    }
}

fn of_tranche(deal: &Deal, rows: &[Row], tranche: TrancheId, major: &dyn Fn(i64) -> f64) -> TrancheToCome {
    let of = |at: &dyn Fn([i64; 3]) -> f64| moments(&rows.iter().map(|row| at(row.tranches[tranche.0])).collect::<Vec<_>>());
    let at_stake = of(&|[before, ..]| major((-before).max(0))).mean;
    let put_in = |[before, drawn, _]: [i64; 3]| (-before).max(0) + drawn;
    let multiples: Vec<f64> = rows
        .iter()
        .map(|row| row.tranches[tranche.0])
        .filter(|flows| put_in(*flows) > 0)
        .map(|flows| flows[2] as f64 / put_in(flows) as f64)
        .collect();
    // A gift is owed nothing: it neither loses nor comes back.
    let owed = deal.capital.tranches[tranche].kind != TrancheKind::Grant;
    let drawn = rows.iter().filter(|row| put_in(row.tranches[tranche.0]) > 0 || row.whole_by[tranche.0].is_some());
    let mut whole: Vec<f64> = drawn.map(|row| row.whole_by[tranche.0].map_or(f64::INFINITY, f64::from)).collect();
    whole.sort_unstable_by(f64::total_cmp);
    TrancheToCome {
        at_stake,
        drawn: of(&|[_, drawn, _]| major(drawn)),
        received: of(&|[.., received]| major(received)),
        multiple: (!multiples.is_empty()).then(|| moments(&multiples)),
        loss: owed.then(|| share(rows, |row| row.tranches[tranche.0][0] - row.tranches[tranche.0][1] + row.tranches[tranche.0][2] < 0)),
        whole_by: Some(quantile(&whole, 0.5)).filter(|period| owed && period.is_finite()).map(|period| period as u32),
    }
}

/// The number of units that decides best whether a payment pays: that which is wrong in the fewest futures.
fn need(deal: &Deal, rows: &[Row], payment: PaymentId) -> Option<Need> {
    let measure = deal.payments[payment].on?;
    let chance = share(rows, |row| row.payments[payment.0] > 0);
    if !(OPEN..=1.0 - OPEN).contains(&chance) {
        return None;
    }
    let fewer = deal.measures[measure].fewer_is_better(deal);
    let sign = if fewer { -1.0 } else { 1.0 };
    let mut by_units: Vec<(f64, bool)> = rows.iter().map(|row| (sign * row.units[measure.0][0], row.payments[payment.0] > 0)).collect();
    by_units.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
    // Below the number nothing is paid, from it on everything: both kinds of error, number by number.
    let mut wrong = by_units.iter().filter(|(_, pays)| !pays).count();
    let (mut best, mut units) = (wrong, by_units.first()?.0);
    for (at, (_, pays)) in by_units.iter().enumerate() {
        wrong = if *pays { wrong + 1 } else { wrong - 1 };
        let next = by_units.get(at + 1).map(|(units, _)| *units);
        if let Some(next) = next.filter(|next| *next > by_units[at].0 && wrong < best) {
            (best, units) = (wrong, next);
        }
    }
    let wrong = best as f64 / rows.len() as f64;
    let people = rows.iter().map(|row| row.units[measure.0][1]).sum::<f64>() / rows.len() as f64;
    let tells = wrong <= WRONG && wrong < 0.5 * chance.min(1.0 - chance) && people > 0.0;
    tells.then_some(Need { payment, measure, chance, units: sign * units, people, wrong })
}

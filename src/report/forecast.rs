//! What is to come of a running deal, in words and major units: the answer of `forecast`.

use schemars::JsonSchema;
use serde::Serialize;

use super::question;
use crate::deal::{Deal, GroupId, MeasureId, Statistic};
use crate::question::Question;
use crate::study::forecast::{self as study, Moments};
use crate::study::questions;

/// What is to come of a running deal. Money is in major units, chances and shares are 0 to 1, dates are first days of periods; what is
/// undefined is null.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Forecast {
    /// The day as of which the deal is known.
    pub as_of: String,
    /// First day of the last period that has begun by then.
    pub through: String,
    /// Trials of the plan that were weighed; null where nothing was reported.
    pub weighed: Option<u64>,
    /// Independent futures that tell as much as those that fit; null where nothing was reported.
    pub effective: Option<f64>,
    /// Figures of the whole deal, with what the plan had.
    pub figures: Vec<MovedFigure>,
    /// What payors are to pay from now on.
    pub payors: Vec<PayorToCome>,
    /// What investors are to receive from now on.
    pub tranches: Vec<TrancheToCome>,
    /// What has to be reported yet for payments to be made, where a number decides.
    pub needs: Vec<Need>,
    /// Chance that a stop clause ends the program; null in a deal without stops.
    pub stops: Option<f64>,
    /// What it would mean to go on whatever happens, and to stop in the next period by each clause; none in a deal without stops.
    pub choices: Vec<Choice>,
    /// What was learnt of each uncertain input.
    pub inputs: Vec<Input>,
    /// How surprising each report is under the plan.
    pub surprises: Vec<Surprise>,
    /// Share of the plan's trials that are as far out as the reports, all together; null where nothing was reported that varies.
    pub surprise_in_all: Option<f64>,
    /// Whether the plan itself is in doubt: `surprise_in_all` is below 0.01.
    pub in_doubt: bool,
}

/// A number with its standard error.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Known {
    /// The number; null where no trial has a value.
    pub value: Option<f64>,
    /// Its standard error; null where it has none.
    pub se: Option<f64>,
}

/// A figure and how it moved.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct MovedFigure {
    /// Dotted name.
    pub name: String,
    /// What it is.
    pub label: String,
    /// As the plan had it.
    pub plan: Known,
    /// With what was reported in its place, nothing learnt.
    pub reported: Known,
    /// Given what is known.
    pub forecast: Known,
    /// What luck has brought so far: `reported` less `plan`.
    pub luck: Option<f64>,
    /// What was learnt about the program: `forecast` less `reported`.
    pub learnt: Option<f64>,
}

/// How a number is spread over futures.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Spread {
    /// Mean.
    pub mean: Option<f64>,
    /// Standard deviation.
    pub sd: Option<f64>,
    /// 5% quantile, median, 95% quantile.
    pub p5: Option<f64>,
    /// Median.
    pub p50: Option<f64>,
    /// 95% quantile.
    pub p95: Option<f64>,
}

/// What a payor is to pay.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PayorToCome {
    /// Name.
    pub name: String,
    /// What it has paid.
    pub paid: f64,
    /// What it is to pay from now on.
    pub to_come: Spread,
    /// The next payment that may fall due; null where none may.
    pub next: Option<Next>,
    /// By fiscal year: what it is to pay from now on.
    pub years: Vec<Year>,
}

/// The next payment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Next {
    /// First day of its period.
    pub date: String,
    /// Chance that anything is paid then.
    pub chance: f64,
    /// What is paid then.
    pub amount: Spread,
}

/// A fiscal year.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Year {
    /// The calendar year in which it ends.
    pub year: i16,
    /// What is paid in it from now on; its 95% quantile is what to reserve.
    pub to_come: Spread,
}

/// What an investor is to receive.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TrancheToCome {
    /// Name.
    pub name: String,
    /// Put in so far and not come back yet, 0 or more.
    pub at_stake: f64,
    /// What it still puts in.
    pub drawn: Spread,
    /// What it still receives.
    pub received: Spread,
    /// What it still receives over what is at stake and still to be put in; null where that is nothing.
    pub multiple: Option<Spread>,
    /// Chance that less comes back in all than was put in; null of a gift, which is owed nothing.
    pub loss: Option<f64>,
    /// First day of the period by which half of the futures have given back what was put in; null where fewer do.
    pub whole_by: Option<String>,
}

/// What a payment needs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Need {
    /// Name of the payment.
    pub payment: String,
    /// The measure that decides.
    pub measure: String,
    /// Whether fewer are better: then `units` is the most.
    pub fewer_is_better: bool,
    /// Units that are still to be reported, at least.
    pub units: f64,
    /// Of so many people, on average.
    pub people: f64,
    /// Chance that the payment pays from now on.
    pub chance: f64,
    /// Share of the futures in which the number alone does not decide.
    pub wrong: f64,
}

/// A way to go on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Choice {
    /// Name of the clause that ends the program; null where it goes on, or where the clauses decide.
    pub stop: Option<String>,
    /// First day of the last period of the program; null where nobody stops it.
    pub last_period: Option<String>,
    /// Whether the clauses decide, as they were signed.
    pub as_signed: bool,
    /// What it means, on average.
    pub figures: Vec<ChoiceFigure>,
}

/// A figure under a choice.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ChoiceFigure {
    /// Dotted name.
    pub name: String,
    /// What it is.
    pub label: String,
    /// The figure.
    pub value: Known,
}

/// What was learnt of an input.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Input {
    /// Short name.
    pub name: String,
    /// Dotted name, as `--set` takes it.
    pub path: String,
    /// Evidence grade in the scenario, P, C, D, I, R or A; null where it has none.
    pub grade: Option<String>,
    /// Under the plan.
    pub plan: Spread,
    /// Given what is known.
    pub learnt: Spread,
    /// 1 less the standard deviation given what is known over that of the plan.
    pub narrowed: Option<f64>,
}

/// How surprising a report is.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Surprise {
    /// Name of the measure.
    pub measure: String,
    /// Cohorts and round; empty where there is one group only.
    pub group: String,
    /// Which number, by its key in a results file.
    pub number: String,
    /// What was reported.
    pub value: f64,
    /// What the plan expected, and 9 in 10 of its trials.
    pub plan: [Option<f64>; 3],
    /// Two-sided: twice the smaller share of the plan's trials on either side.
    pub chance: f64,
}

/// Everything that a forecast of `deal` says.
#[must_use]
pub fn forecast(deal: &Deal, found: &study::Forecast) -> Forecast {
    let day = |period: u32| deal.timeline.date(period).to_string();
    let years = deal.timeline.fiscal_years();
    let figures = questions::of_forecast(deal).iter().filter_map(|question| figure(deal, found, question)).collect();
    let payors = deal.payors.iter().zip(found.coming.payors.iter()).map(|(payor, to_come)| PayorToCome {
        name: payor.name.clone(),
        paid: to_come.paid,
        to_come: spread(to_come.total),
        next: to_come.next.map(|next| Next { date: day(next.period), chance: next.chance, amount: spread(next.amount) }),
        years: to_come.years.iter().map(|(year, moments)| Year { year: years[*year], to_come: spread(*moments) }).collect(),
    });
    let tranches = deal.capital.tranches.iter().zip(found.coming.tranches.iter()).map(|(tranche, to_come)| TrancheToCome {
        name: tranche.name.clone(),
        at_stake: to_come.at_stake,
        drawn: spread(to_come.drawn),
        received: spread(to_come.received),
        multiple: to_come.multiple.map(spread),
        loss: to_come.loss,
        whole_by: to_come.whole_by.map(day),
    });
    let needs = found.coming.needs.iter().map(|need| Need {
        payment: deal.payments[need.payment].name.clone(),
        measure: deal.measures[need.measure].name.clone(),
        fewer_is_better: deal.measures[need.measure].fewer_is_better(deal),
        units: need.units,
        people: need.people,
        chance: need.chance,
        wrong: need.wrong,
    });
    let inputs = found.inputs.iter().map(|input| Input {
        name: input.name.clone(),
        path: input.path.clone(),
        grade: input.grade.map(|grade| grade.letter().to_string()),
        plan: spread(input.plan),
        learnt: spread(input.learnt),
        narrowed: finite(input.narrowed()),
    });
    let surprises = found.surprises.each.iter().map(|one| Surprise {
        measure: deal.measures[one.measure].name.clone(),
        group: group_of(deal, one.measure, one.group),
        number: number_of(deal, one.measure, one.statistic),
        value: one.value,
        plan: one.plan.map(finite),
        chance: one.chance,
    });
    Forecast {
        as_of: found.so_far.as_of.to_string(),
        through: day(found.so_far.through),
        weighed: found.evidence.map(|evidence| evidence.weighed),
        effective: found.evidence.map(|evidence| evidence.effective),
        figures,
        payors: payors.collect(),
        tranches: tranches.collect(),
        needs: needs.collect(),
        stops: found.coming.stops,
        choices: choices(deal, &found.choices),
        inputs: inputs.collect(),
        surprises: surprises.collect(),
        surprise_in_all: found.surprises.in_all,
        in_doubt: found.is_in_doubt(),
    }
}

fn figure(deal: &Deal, found: &study::Forecast, asked: &Question) -> Option<MovedFigure> {
    let moved = found.moved(asked)?;
    let less = |a: [f64; 2], b: [f64; 2]| finite(a[0] - b[0]);
    let known = |[value, error]: [f64; 2]| Known { value: finite(value), se: finite(error) };
    Some(MovedFigure {
        name: asked.name.clone(),
        label: question::label(deal, asked),
        luck: less(moved.reported, moved.plan),
        learnt: less(moved.forecast, moved.reported),
        plan: known(moved.plan),
        reported: known(moved.reported),
        forecast: known(moved.forecast),
    })
}

fn choices(deal: &Deal, found: &study::Choices) -> Vec<Choice> {
    let figures = |values: &[[f64; 2]]| {
        let one = |(asked, [value, error]): (&Question, &[f64; 2])| ChoiceFigure {
            name: asked.name.clone(),
            label: question::label(deal, asked),
            value: Known { value: finite(*value), se: finite(*error) },
        };
        found.questions.iter().zip(values).map(one).collect()
    };
    let signed = Choice { stop: None, last_period: None, as_signed: true, figures: figures(&found.as_it_is) };
    let each = found.each.iter().map(|choice| Choice {
        stop: choice.stops.map(|(stop, _)| deal.stops[stop].name.clone()),
        last_period: choice.stops.map(|(_, period)| deal.timeline.date(period).to_string()),
        as_signed: false,
        figures: figures(&choice.figures),
    });
    if found.each.is_empty() { Vec::new() } else { core::iter::once(signed).chain(each).collect() }
}

fn group_of(deal: &Deal, measure: MeasureId, group: GroupId) -> String {
    super::why::group_of(deal, measure, group)
}

fn number_of(deal: &Deal, measure: MeasureId, statistic: Statistic) -> String {
    let statistic = if deal.measures[measure].fewer_is_better(deal) { statistic.of_fewer() } else { statistic };
    statistic.word().into()
}

fn spread(moments: Moments) -> Spread {
    let Moments { mean, sd, p5, p50, p95 } = moments;
    Spread { mean: finite(mean), sd: finite(sd), p5: finite(p5), p50: finite(p50), p95: finite(p95) }
}

fn finite(value: f64) -> Option<f64> {
    Some(value).filter(|value| value.is_finite())
}

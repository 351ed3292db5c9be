//! Where the risk comes from: how much of the variance of a number each layer of the world adds.
//!
//! The layers unfold one after another: what is true, the economy, how the program is run, who has the outcome, what is found, who pays.
//! By the law of total variance the share of a layer is how much less would vary if it were known too, those before it being known:
//! (Var E[Y | layers up to it] − Var E[Y | layers before it]) / Var Y. The shares add up to 1. Each trial is simulated again for every
//! layer, with the layers up to it as they were and the others drawn anew; what the two have in common, Cov(Y, Y′) / Var(Y), is due to the
//! kept layers (Sobol' 1993), estimated as in Janon, Klein, Lagnoux, Nodet and Prieur (*Asymptotic normality and efficiency of two Sobol
//! index estimators*, ESAIM 18, 2014).

use super::{Options, Phase, RunError};
use crate::deal::Deal;
use crate::engine::{self, Block, Plan};
use crate::metrics::{Catalogue, Investment, Observed, Value, observe};
use crate::numeric::grid::Grid;
use crate::sampling::{Layer, Seeds};

/// A share of a variance, with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerShare {
    /// The layer.
    pub layer: Layer,
    /// What it adds, those before it being known: 0 to 1 up to its error.
    pub share: f64,
    /// Monte Carlo standard error.
    pub error: f64,
}

/// Where the risk of one number comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct LayersOf {
    /// Dotted name of the number.
    pub name: String,
    /// What it is.
    pub value: Value,
    /// Its mean, in the units of the metric.
    pub mean: f64,
    /// Its standard deviation.
    pub sd: f64,
    /// The share of each layer; none where the number is certain.
    pub layers: Vec<LayerShare>,
}

impl LayersOf {
    /// Whether it is an amount of money.
    #[must_use]
    pub fn is_money(&self) -> bool {
        self.value.is_money()
    }
}

/// Products of the two simulations of a trial, each less a constant: yy′ and (y² + y′²)/2.
type Pair = [f64; 2];

/// Sums over trials of one number and one layer.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    /// (y + y′)/2.
    mean: f64,
    /// The pair with the layers up to this one kept, and that with those before it kept.
    first: [f64; 4],
    /// Their products with each other.
    second: [[f64; 4]; 4],
}

impl Sums {
    fn add(&mut self, mean: f64, kept: Pair, before: Pair) {
        self.mean += mean;
        let all = [kept[0], kept[1], before[0], before[1]];
        for (row, one) in all.into_iter().enumerate() {
            self.first[row] += one;
            self.second[row].iter_mut().zip(all).for_each(|(sum, other)| *sum += one * other);
        }
    }

    fn merge(mut self, other: &Self) -> Self {
        self.mean += other.mean;
        self.first.iter_mut().zip(other.first).for_each(|(sum, term)| *sum += term);
        self.second.iter_mut().flatten().zip(other.second.iter().flatten()).for_each(|(sum, term)| *sum += term);
        self
    }
}

/// The headline numbers of a deal whose risk is asked for: what payors pay, what investors gain, what the program truly adds.
fn headlines(deal: &Deal) -> Catalogue {
    let mut catalogue = Catalogue::new(deal);
    let several = deal.payors.len() > 1;
    let loans = catalogue.loans.len();
    catalogue.values.retain(|(_, value)| match value {
        Value::Paid | Value::Additional(_) | Value::Cost => true,
        Value::PayorPaid(_) => several,
        Value::Gain(Investment::Together) => true,
        Value::Gain(Investment::Tranche(tranche)) => loans > 1 && deal.capital.tranches[*tranche].is_investment(),
        Value::NetBenefit(_) => true,
        _ => false,
    });
    catalogue.chances.clear();
    catalogue
}

/// Simulates `deal` six times over: as it is, and with ever more layers kept while the others are drawn anew.
///
/// # Errors
/// [`RunError`]: it was stopped.
pub fn layers(deal: &Deal, options: &Options) -> Result<Vec<LayersOf>, RunError> {
    let course = &options.begin(Phase::Layers, deal, |trials| trials);
    let catalogue = headlines(deal);
    let whole = Plan::new(deal, course.seed);
    // With all layers kept nothing is drawn anew: the last plan is the first.
    let kept_up_to = |last: usize| {
        let anew = Seeds::from(course.seed ^ 0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(last as u64 + 1));
        Plan::new(deal, Layer::ALL[..=last].iter().fold(anew, |seeds, &layer| seeds.with(layer, course.seed)))
    };
    let plans: Vec<Plan> = (0..Layer::ALL.len() - 1).map(kept_up_to).collect();
    let trials = course.trials;
    let metrics = catalogue.values.len();
    let values = |block: &Block| observe(deal, &catalogue, block, Observed::default()).values;
    let centre: Vec<f64> = {
        let lanes = trials.min(whole.lanes() as u64) as usize;
        let mut block = Block::new(&whole, lanes);
        block.run(&whole, 0);
        let values = values(&block);
        (0..metrics).map(|row| values.row(row).iter().sum::<f64>() / lanes as f64).collect()
    };
    let sums_of = |first: u64, lanes: usize| {
        let mut block = Block::new(&whole, lanes);
        let mut simulate = |plan: &Plan| {
            block.run(plan, first);
            values(&block)
        };
        let own = simulate(&whole);
        let anew: Vec<Grid<f64>> = plans.iter().map(&mut simulate).collect();
        let mut sums = vec![Sums::default(); Layer::ALL.len() * metrics];
        for row in 0..metrics {
            for lane in 0..lanes {
                let y = own.row(row)[lane] - centre[row];
                let mut before = [0.0; 2];
                for layer in 0..Layer::ALL.len() {
                    let other = anew.get(layer).map_or(y, |values| values.row(row)[lane] - centre[row]);
                    let kept = [y * other, 0.5 * (y * y + other * other)];
                    sums[layer * metrics + row].add(0.5 * (y + other), kept, before);
                    before = kept;
                }
            }
        }
        sums
    };
    let mut totals = vec![Sums::default(); Layer::ALL.len() * metrics];
    engine::blocks(0..trials, whole.lanes(), course.stop(), sums_of, |blocks: Vec<Vec<Sums>>, done| {
        for sums in blocks {
            totals.iter_mut().zip(&sums).for_each(|(total, sums)| *total = total.merge(sums));
        }
        course.done(done);
    })?;
    let n = trials as f64;
    let summary = |(row, (name, value)): (usize, &(String, Value))| {
        let of = |layer: usize| &totals[layer * metrics + row];
        let own = of(Layer::ALL.len() - 1);
        let (mean, variance) = (own.mean / n, own.first[1] / n - own.mean / n * (own.mean / n));
        let certain = variance <= 1e-12 * (1.0 + centre[row] * centre[row]);
        let shares = (0..Layer::ALL.len()).map(|layer| share(layer, of(layer), (layer > 0).then(|| of(layer - 1)), n));
        LayersOf {
            name: name.clone(),
            value: *value,
            mean: centre[row] + mean,
            sd: variance.max(0.0).sqrt(),
            layers: if certain { Vec::new() } else { shares.collect() },
        }
    };
    Ok(catalogue.values.iter().enumerate().map(summary).collect())
}

/// Cov(Y, Y′) / Var(Y) with the layers up to some kept, and that variance.
fn index(sums: &Sums, n: f64) -> [f64; 2] {
    let square = sums.mean / n * (sums.mean / n);
    let variance = sums.first[1] / n - square;
    [(sums.first[0] / n - square) / variance, variance]
}

/// What a layer adds, and its error by the delta method: the influence of a trial is (yy′ − S·q) / Var, less that of the layers before.
fn share(layer: usize, sums: &Sums, before: Option<&Sums>, n: f64) -> LayerShare {
    let ([kept, variance], [earlier, variance_before]) = (index(sums, n), before.map_or([0.0, f64::INFINITY], |before| index(before, n)));
    let weights = [1.0 / variance, -kept / variance, -1.0 / variance_before, earlier / variance_before];
    let mut influence = 0.0;
    for (row, one) in weights.into_iter().enumerate() {
        for (column, other) in weights.into_iter().enumerate() {
            influence += one * other * (sums.second[row][column] / n - sums.first[row] / n * (sums.first[column] / n));
        }
    }
    LayerShare { layer: Layer::ALL[layer], share: kept - earlier, error: (influence.max(0.0) / n).sqrt() }
}

//! In which corner of a space does something mostly happen? The patient rule induction method.
//!
//! Comes in: columns of the same trials and whether it happened in each. Goes out: a box, bounds on few columns, with its coverage (the
//! share of all cases that lie in it) and density (the share of its trials that are cases), both on trials that did not shape it. Must
//! never know: what the columns stand for.
//!
//! Friedman and Fisher, *Bump hunting in high-dimensional data*, Statistics and Computing 9 (1999); Bryant and Lempert, *Thinking inside the
//! box*, Technological Forecasting and Social Change 77 (2010). A twentieth of the trials is peeled off one side of one column at a time,
//! whichever leaves the densest box. Of the boxes on the way, that with the highest harmonic mean of coverage and density is kept, and
//! bounds that do little for it are taken back.

use super::dependence::ascending;

/// Share of the trials in a box that one step peels off.
const PEEL: f64 = 0.05;

/// Least share of all trials that a box holds.
const LEAST: f64 = 0.01;

/// What a bound must add to the harmonic mean of coverage and density to be kept.
const WORTH: f64 = 0.01;

/// Bounds on columns, and how well they tell when something happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Corner {
    /// Column, least and greatest value, both included; infinite where it has no bound on that side.
    pub bounds: Vec<(usize, f64, f64)>,
    /// Share of all cases that lie in it.
    pub coverage: f64,
    /// Share of the trials in it that are cases.
    pub density: f64,
    /// Share of all trials that lie in it.
    pub mass: f64,
}

struct Space<'a> {
    columns: &'a [Vec<f64>],
    cases: &'a [bool],
}

impl Space<'_> {
    /// Coverage, density and mass of the trials `inside`, among those of `of`.
    fn judged(&self, bounds: &[(usize, f64, f64)], of: &[usize]) -> [f64; 3] {
        let all = of.iter().filter(|&&trial| self.cases[trial]).count();
        let inside: Vec<usize> = of.iter().copied().filter(|&trial| self.holds(bounds, trial)).collect();
        let hits = inside.iter().filter(|&&trial| self.cases[trial]).count();
        shares(hits, inside.len(), all, of.len())
    }

    fn holds(&self, bounds: &[(usize, f64, f64)], trial: usize) -> bool {
        bounds.iter().all(|&(column, low, high)| (low..=high).contains(&self.columns[column][trial]))
    }
}

/// Coverage, density and mass of a box with so many cases and trials, of so many cases and trials.
fn shares(hits: usize, inside: usize, cases: usize, trials: usize) -> [f64; 3] {
    let share = |part: usize, whole: usize| if whole > 0 { part as f64 / whole as f64 } else { 0.0 };
    [share(hits, cases), share(hits, inside), share(inside, trials)]
}

fn harmonic([coverage, density, _]: [f64; 3]) -> f64 {
    if coverage + density > 0.0 { 2.0 * coverage * density / (coverage + density) } else { 0.0 }
}

/// The trials that are left while a box is peeled, in the order of each column: sorted once, and thinned out with every peel.
struct Peeling<'a> {
    space: &'a Space<'a>,
    /// Trials in the box, by column in ascending order.
    orders: Vec<Vec<usize>>,
    /// Whether each trial is in the box.
    inside: Vec<bool>,
    /// Trials in the box.
    count: usize,
    /// Cases among them.
    hits: usize,
}

impl<'a> Peeling<'a> {
    fn new(space: &'a Space<'a>, shaping: &[usize]) -> Self {
        let order = |values: &Vec<f64>| {
            let own: Vec<f64> = shaping.iter().map(|&trial| values[trial]).collect();
            ascending(&own).into_iter().map(|place| shaping[place]).collect()
        };
        let mut inside = vec![false; space.cases.len()];
        shaping.iter().for_each(|&trial| inside[trial] = true);
        let hits = shaping.iter().filter(|&&trial| space.cases[trial]).count();
        Self { space, orders: space.columns.iter().map(order).collect(), inside, count: shaping.len(), hits }
    }

    /// The side of a column whose peeling leaves the densest box: the column and the values that stay.
    fn best(&self) -> Option<(usize, f64, f64)> {
        let mut best: Option<(f64, (usize, f64, f64))> = None;
        let count = ((PEEL * self.count as f64).ceil() as usize).max(1);
        for (column, (order, values)) in self.orders.iter().zip(self.space.columns).enumerate() {
            for below in [true, false] {
                let trial = |rank: usize| order[if below { rank } else { order.len() - 1 - rank }];
                let at = |rank: usize| values[trial(rank)];
                // Equal values go together.
                let Some(edge) = (count <= order.len()).then(|| at(count - 1)) else { continue };
                let Some(cut) = (count..order.len()).find(|&rank| at(rank) != edge) else { continue };
                let gone = (0..cut).filter(|&rank| self.space.cases[trial(rank)]).count();
                let density = (self.hits - gone) as f64 / (order.len() - cut) as f64;
                let kept = if below { (column, at(cut), f64::INFINITY) } else { (column, f64::NEG_INFINITY, at(cut)) };
                if best.is_none_or(|(known, _)| density > known) {
                    best = Some((density, kept));
                }
            }
        }
        best.map(|(_, kept)| kept)
    }

    /// Keeps the trials with a value of a column from `low` to `high`.
    fn keep(&mut self, column: usize, low: f64, high: f64) {
        let values = &self.space.columns[column];
        for &trial in &self.orders[column] {
            if !(low..=high).contains(&values[trial]) {
                self.inside[trial] = false;
                self.count -= 1;
                self.hits -= usize::from(self.space.cases[trial]);
            }
        }
        let inside = &self.inside;
        self.orders.iter_mut().for_each(|order| order.retain(|&trial| inside[trial]));
    }
}

/// The corner of `columns` in which `cases` mostly happen; `None` where there are fewer than 40 cases or as few others, or no corner tells
/// more than the whole space. Even trials shape the box, odd ones judge it. No value is NaN.
#[must_use]
pub fn corner(columns: &[Vec<f64>], cases: &[bool]) -> Option<Corner> {
    let hits = cases.iter().filter(|case| **case).count();
    if hits < 40 || cases.len() - hits < 40 {
        return None;
    }
    let space = Space { columns, cases };
    let (shaping, judging): (Vec<usize>, Vec<usize>) = (0..cases.len()).partition(|trial| trial % 2 == 0);
    let mut bounds: Vec<(usize, f64, f64)> = (0..columns.len()).map(|column| (column, f64::NEG_INFINITY, f64::INFINITY)).collect();
    let whole = harmonic(space.judged(&[], &shaping));
    let all = shaping.iter().filter(|&&trial| cases[trial]).count();
    let (mut best, mut best_bounds) = (whole, bounds.clone());
    let mut peeling = Peeling::new(&space, &shaping);
    while let Some((column, low, high)) = peeling.best() {
        let bound = &mut bounds[column];
        (bound.1, bound.2) = (bound.1.max(low), bound.2.min(high));
        peeling.keep(column, low, high);
        if (peeling.count as f64) < LEAST * shaping.len() as f64 {
            break;
        }
        let now = harmonic(shares(peeling.hits, peeling.count, all, shaping.len()));
        if now > best {
            (best, best_bounds) = (now, bounds.clone());
        }
    }
    best_bounds.retain(|&(_, low, high)| low > f64::NEG_INFINITY || high < f64::INFINITY);
    simplify(&space, &shaping, &mut best_bounds, best);
    let found = space.judged(&best_bounds, &judging);
    let better = harmonic(found) > harmonic(space.judged(&[], &judging)) + WORTH;
    let [coverage, density, mass] = found;
    (better && !best_bounds.is_empty()).then_some(Corner { bounds: best_bounds, coverage, density, mass })
}

/// Takes back bounds that do little, the least useful first.
fn simplify(space: &Space<'_>, shaping: &[usize], bounds: &mut Vec<(usize, f64, f64)>, mut best: f64) {
    loop {
        let mut options: Vec<Vec<(usize, f64, f64)>> = Vec::new();
        for at in 0..bounds.len() {
            let (column, low, high) = bounds[at];
            let mut without = bounds.clone();
            without.remove(at);
            options.push(without);
            if low > f64::NEG_INFINITY && high < f64::INFINITY {
                for one in [(column, low, f64::INFINITY), (column, f64::NEG_INFINITY, high)] {
                    let mut half = bounds.clone();
                    half[at] = one;
                    options.push(half);
                }
            }
        }
        let judged = options.into_iter().map(|option| (harmonic(space.judged(&option, shaping)), option));
        let Some((value, simpler)) = judged.max_by(|one, other| one.0.total_cmp(&other.0)) else { return };
        if value < best - WORTH || simpler.is_empty() {
            return;
        }
        best = best.max(value);
        *bounds = simpler;
    }
}

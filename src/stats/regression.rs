//! What is expected of a column where others are known?
//!
//! Comes in: columns of the same trials, and which of their functions may explain. Goes out: least-squares predictions of other columns,
//! once from all trials and once from the trials of the other folds only. Must never know: what the columns stand for.
//!
//! A column is bent at its own quantiles (a linear spline, written as hat functions): what is straight in it is found exactly, the rest to
//! about the square of a part. What others already tell is left out (Cholesky with a test of each pivot).

use super::dependence::ascending;

/// Folds that take turns at being predicted.
pub const FOLDS: usize = 5;

/// Of a column's own square: what is left of it when the others are known, below which it tells nothing new.
const NEW: f64 = 1e-9;

enum Term<'a> {
    /// Hat functions at knots, without the first.
    Hats(&'a [f64], Vec<f64>),
    /// Products of columns, each less its mean, in standard deviations.
    Product(Vec<(&'a [f64], [f64; 2])>),
}

/// Functions of columns that may explain others.
pub struct Design<'a> {
    trials: usize,
    terms: Vec<Term<'a>>,
    width: usize,
}

impl<'a> Design<'a> {
    /// A constant alone, over so many trials.
    #[must_use]
    pub fn new(trials: usize) -> Self {
        Self { trials, terms: Vec::new(), width: 1 }
    }

    /// Adds what a column explains as a line that bends at its quantiles, in at most `parts` parts of about as many trials each.
    pub fn bent(&mut self, column: &'a [f64], parts: usize) {
        let order = ascending(column);
        let last = column.len().saturating_sub(1);
        let mut knots: Vec<f64> =
            (0..=parts).filter_map(|part| order.get(part * last / parts.max(1)).map(|&trial| column[trial])).collect();
        knots.dedup();
        if knots.len() > 1 {
            self.width += knots.len() - 1;
            self.terms.push(Term::Hats(column, knots));
        }
    }

    /// Adds what columns explain by their product (one column: as a straight line).
    pub fn product(&mut self, columns: &[&'a [f64]]) {
        let scaled = |column: &&'a [f64]| {
            let n = column.len() as f64;
            let mean = column.iter().sum::<f64>() / n;
            let variance = column.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
            (*column, [mean, if variance > 0.0 { 1.0 / variance.sqrt() } else { 0.0 }])
        };
        self.width += 1;
        self.terms.push(Term::Product(columns.iter().map(scaled).collect()));
    }

    /// What is not 0 of a trial's functions.
    fn row(&self, trial: usize, row: &mut Vec<(usize, f64)>) {
        row.clear();
        row.push((0, 1.0));
        let mut at = 1;
        for term in &self.terms {
            match term {
                Term::Hats(column, knots) => {
                    let x = column[trial];
                    let after = knots.partition_point(|knot| *knot <= x).clamp(1, knots.len() - 1);
                    let share = (x - knots[after - 1]) / (knots[after] - knots[after - 1]);
                    if after > 1 {
                        row.push((at + after - 2, 1.0 - share));
                    }
                    row.push((at + after - 1, share));
                    at += knots.len() - 1;
                }
                Term::Product(columns) => {
                    row.push((at, columns.iter().map(|(column, [mean, scale])| (column[trial] - mean) * scale).product()));
                    at += 1;
                }
            }
        }
    }

    /// Predictions of each of `responses` (a value a trial): from all trials, and for each trial from those of the other folds.
    #[must_use]
    pub fn predict(&self, responses: &[Vec<f64>]) -> [Vec<Vec<f64>>; 2] {
        let mut row = Vec::new();
        let mut folds = vec![Sums::new(self.width, responses.len()); FOLDS];
        for trial in 0..self.trials {
            self.row(trial, &mut row);
            folds[trial % FOLDS].push(&row, responses, trial);
        }
        let solved = |left_out: Option<usize>| {
            let mut sums = Sums::new(self.width, responses.len());
            folds.iter().enumerate().filter(|(fold, _)| Some(*fold) != left_out).for_each(|(_, fold)| sums.add(fold));
            sums.solve()
        };
        let (whole, others): (Vec<Vec<f64>>, Vec<Vec<Vec<f64>>>) = (solved(None), (0..FOLDS).map(|fold| solved(Some(fold))).collect());
        let mut all = [0; 2].map(|_| vec![Vec::with_capacity(self.trials); responses.len()]);
        for trial in 0..self.trials {
            self.row(trial, &mut row);
            for (all, by) in all.iter_mut().zip([&whole, &others[trial % FOLDS]]) {
                for (all, by) in all.iter_mut().zip(by) {
                    all.push(row.iter().map(|&(at, x)| by[at] * x).sum::<f64>());
                }
            }
        }
        all
    }
}

/// Sums of products: of functions with each other (below the diagonal, row by row) and with each response.
#[derive(Clone)]
struct Sums {
    own: Vec<f64>,
    with: Vec<Vec<f64>>,
}

const fn place(row: usize, column: usize) -> usize {
    row * (row + 1) / 2 + column
}

impl Sums {
    fn new(width: usize, responses: usize) -> Self {
        Self { own: vec![0.0; place(width, 0)], with: vec![vec![0.0; width]; responses] }
    }

    fn push(&mut self, row: &[(usize, f64)], responses: &[Vec<f64>], trial: usize) {
        for (at, &(one, x)) in row.iter().enumerate() {
            let own = &mut self.own[place(one, 0)..];
            row[..=at].iter().for_each(|&(other, y)| own[other] += x * y);
            self.with.iter_mut().zip(responses).for_each(|(with, response)| with[one] += x * response[trial]);
        }
    }

    fn add(&mut self, other: &Self) {
        let pairs = self.with.iter_mut().zip(&other.with).flat_map(|(one, other)| one.iter_mut().zip(other));
        self.own.iter_mut().zip(&other.own).chain(pairs).for_each(|(sum, term)| *sum += term);
    }

    /// Least squares: a coefficient for each function, by response.
    fn solve(mut self) -> Vec<Vec<f64>> {
        let width = self.with.first().map_or(0, Vec::len);
        for row in 0..width {
            for column in 0..=row {
                let (before, inside) = self.own.split_at(place(row, 0));
                let known = if column < row { &before[place(column, 0)..][..column] } else { &inside[..column] };
                let left = inside[column] - known.iter().zip(inside).map(|(one, other)| one * other).sum::<f64>();
                let full = self.own[place(row, column)];
                let pivot = if column < row { self.own[place(column, column)] } else { 0.0 };
                self.own[place(row, column)] = match () {
                    () if column == row => {
                        if left > NEW * full {
                            left.sqrt()
                        } else {
                            0.0
                        }
                    }
                    () if pivot > 0.0 => left / pivot,
                    () => 0.0,
                };
            }
        }
        let root = self.own;
        let solved = |mut of: Vec<f64>| {
            let divided = |value: f64, at: usize| if root[place(at, at)] > 0.0 { value / root[place(at, at)] } else { 0.0 };
            for at in 0..width {
                let known: f64 = (0..at).map(|other| root[place(at, other)] * of[other]).sum();
                of[at] = divided(of[at] - known, at);
            }
            for at in (0..width).rev() {
                let known: f64 = (at + 1..width).map(|other| root[place(other, at)] * of[other]).sum();
                of[at] = divided(of[at] - known, at);
            }
            of
        };
        self.with.into_iter().map(solved).collect()
    }
}

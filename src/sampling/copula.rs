//! Which number stands at the same height of its law as a normal score?
//!
//! Comes in: a law and correlated normal scores. Goes out: numbers with that law and the scores' rank correlation. Must never know: what is
//! correlated with what, or why.

use std::sync::Arc;

use super::kept::Kept;
use super::normal;
use super::stream::Key;
use super::uncertain::Distribution;
use crate::numeric::{normal as standard, root};

/// Brackets that are prepared: the quantiles of 1/256, 2/256 …
const BRACKETS: usize = 256;

/// A law whose draws move with those of others: a Gaussian copula (Sklar 1959). Its score is a weighted sum of independent normal numbers,
/// each at an address of its own, so that the inputs of one copula share them.
#[derive(Clone, Debug)]
pub struct Copula {
    /// The independent numbers and their weights, whose squares add up to 1.
    parts: Vec<(Key, f64)>,
    law: Distribution,
    brackets: Arc<Vec<f64>>,
}

/// Brackets by the law, as text that tells every bit of its numbers: 2 KB each.
static KEPT: Kept<String, Vec<f64>> = Kept::new(256);

/// Most pieces of a law that is looked up: the text of a column of draws takes longer than its brackets.
const PIECES: usize = 16;

impl Copula {
    /// Prepares `law` for the scores that are made of `parts`.
    #[must_use]
    pub fn new(law: &Distribution, parts: Vec<(Key, f64)>) -> Self {
        let is_short = law.column().is_none() && law.pieces().len() <= PIECES;
        let brackets = if is_short { KEPT.get(format!("{law:?}"), || brackets(law)) } else { Arc::new(brackets(law)) };
        Self { parts, law: law.clone(), brackets }
    }

    /// One number per trial of the block.
    pub fn fill(&self, first_trial: u64, out: &mut [f64]) {
        let mut scores = vec![0.0; out.len()];
        out.fill(0.0);
        for &(key, weight) in &self.parts {
            normal::fill(key, first_trial, &mut scores);
            out.iter_mut().zip(&scores).for_each(|(sum, score)| *sum += weight * score);
        }
        for out in out {
            let share = standard::cdf(*out);
            let place = ((share * BRACKETS as f64) as usize).min(BRACKETS - 1);
            *out = at(&self.law, share, self.brackets[place], self.brackets[place + 1]);
        }
    }
}

/// The quantiles of 0, 1/256, 2/256 … 1, far enough out where the law has no end.
fn brackets(law: &Distribution) -> Vec<f64> {
    let (low, high) = law.support();
    // Where a law has no end, far enough out that nothing of it is beyond.
    let (mean, sd) = law.moments();
    let reach = |side: f64| (0..60).map(|step| mean + side * sd * f64::from(1u32 << step.min(30))).find(|&x| beyond(law, x, side) < 1e-17);
    let from = if low.is_finite() { low } else { reach(-1.0).unwrap_or(mean - 1e9 * sd) };
    let to = if high.is_finite() { high } else { reach(1.0).unwrap_or(mean + 1e9 * sd) };
    let mut brackets = vec![from];
    for step in 1..BRACKETS {
        let share = step as f64 / BRACKETS as f64;
        let last = brackets[step - 1];
        brackets.push(at(law, share, last, to));
    }
    brackets.push(to);
    brackets
}

/// Share of the law on the far side of `x`.
fn beyond(law: &Distribution, x: f64, side: f64) -> f64 {
    if side < 0.0 { law.cdf(x) } else { law.exceedance(x) }
}

/// The least number between `low` and `high` with at least `share` of the law up to it.
fn at(law: &Distribution, share: f64, low: f64, high: f64) -> f64 {
    if law.cdf(low) >= share {
        return low;
    }
    root::bracketed(|x| law.cdf(x) - share, low, high)
}

/// The lower triangle L with L·Lᵀ = `matrix`, row by row; `None` where no numbers are so correlated (the matrix is not positive definite).
#[must_use]
pub fn triangle(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let mut lower = vec![vec![0.0; matrix.len()]; matrix.len()];
    for row in 0..matrix.len() {
        for column in 0..=row {
            let sum: f64 = (0..column).map(|k| lower[row][k] * lower[column][k]).sum();
            let rest = matrix[row][column] - sum;
            lower[row][column] = match row == column {
                true if rest > 1e-12 => rest.sqrt(),
                true => return None,
                false => rest / lower[column][column],
            };
        }
    }
    Some(lower)
}

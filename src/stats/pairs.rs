//! How much of a number's variance do two simulations of the same trial share?
//!
//! Comes in: pairs of a number in two simulations that have some inputs in common, all else being drawn anew. Goes out: the share of its
//! variance that is due to those inputs alone, Cov(Y, Y′) / Var(Y) (Sobol' 1993), with its standard error. Must never know: which inputs.
//!
//! The estimator and its error are those of Janon, Klein, Lagnoux, Nodet and Prieur (*Asymptotic normality and efficiency of two Sobol
//! index estimators*, ESAIM 18, 2014): mean and variance are those of both simulations together.

/// Sums over pairs. Pairs are best pushed less a constant close to their mean; NaN in either leaves the pair out.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pairs {
    /// Pairs with two values.
    pub count: u64,
    /// (y + y′)/2.
    mean: f64,
    /// yy′ and (y² + y′²)/2.
    first: [f64; 2],
    /// Their products with each other.
    second: [f64; 3],
}

/// A share of a variance and its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Index {
    /// 0 to 1 up to its error; NaN where nothing varies.
    pub value: f64,
    /// Monte Carlo standard error.
    pub error: f64,
}

impl Pairs {
    /// Adds a pair.
    #[inline]
    pub fn push(&mut self, y: f64, other: f64) {
        if y.is_nan() || other.is_nan() {
            return;
        }
        let (product, square) = (y * other, 0.5 * (y * y + other * other));
        self.count += 1;
        self.mean += 0.5 * (y + other);
        self.first[0] += product;
        self.first[1] += square;
        self.second[0] += product * product;
        self.second[1] += product * square;
        self.second[2] += square * square;
    }

    /// Adds the sums of later pairs.
    pub fn merge(&mut self, later: &Self) {
        self.count += later.count;
        self.mean += later.mean;
        self.first.iter_mut().zip(later.first).for_each(|(sum, term)| *sum += term);
        self.second.iter_mut().zip(later.second).for_each(|(sum, term)| *sum += term);
    }

    /// Mean of all values, less the constant that they were pushed without.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.mean / self.count as f64
    }

    /// Variance of all values.
    #[must_use]
    pub fn variance(&self) -> f64 {
        self.first[1] / self.count as f64 - self.mean() * self.mean()
    }

    /// The share of the variance that is due to what both simulations have in common.
    #[must_use]
    pub fn index(&self) -> Index {
        let n = self.count as f64;
        let square = self.mean() * self.mean();
        let variance = self.variance();
        if !(variance > 1e-12 * (1.0 + square)) {
            return Index { value: f64::NAN, error: f64::NAN };
        }
        let value = (self.first[0] / n - square) / variance;
        // By the delta method the influence of a pair is (yy′ − S·(y² + y′²)/2) / Var, the mean being close to 0.
        let [product, squares] = self.first.map(|sum| sum / n);
        let [pp, ps, ss] = self.second.map(|sum| sum / n);
        let of = (pp - product * product) - 2.0 * value * (ps - product * squares) + value * value * (ss - squares * squares);
        Index { value, error: (of.max(0.0) / n).sqrt() / variance }
    }
}

/// Sums over trials simulated three times: as they are, with some inputs in common, and with fewer of these in common.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Margin {
    count: u64,
    /// y, and y′ less y″.
    means: [f64; 2],
    /// y(y′ − y″) and y².
    first: [f64; 2],
    /// Their products with each other.
    second: [f64; 3],
}

impl Margin {
    /// Adds a trial: its number, that with more inputs in common, and that with fewer. NaN in any leaves it out.
    #[inline]
    pub fn push(&mut self, y: f64, more: f64, fewer: f64) {
        if y.is_nan() || more.is_nan() || fewer.is_nan() {
            return;
        }
        let (product, square) = (y * (more - fewer), y * y);
        self.count += 1;
        self.means[0] += y;
        self.means[1] += more - fewer;
        self.first[0] += product;
        self.first[1] += square;
        self.second[0] += product * product;
        self.second[1] += product * square;
        self.second[2] += square * square;
    }

    /// Adds the sums of later trials.
    pub fn merge(&mut self, later: &Self) {
        self.count += later.count;
        let sums = self.means.iter_mut().chain(&mut self.first).chain(&mut self.second);
        sums.zip(later.means.iter().chain(&later.first).chain(&later.second)).for_each(|(sum, term)| *sum += term);
    }

    /// How much larger the share of the variance is that more inputs explain: (Cov(Y, Y′) − Cov(Y, Y″)) / Var(Y).
    #[must_use]
    pub fn index(&self) -> Index {
        let n = self.count as f64;
        let [mean, drift] = self.means.map(|sum| sum / n);
        let [product, square] = self.first.map(|sum| sum / n);
        let variance = square - mean * mean;
        if !(variance > 1e-12 * (1.0 + mean * mean)) {
            return Index { value: f64::NAN, error: f64::NAN };
        }
        let value = (product - mean * drift) / variance;
        let [pp, ps, ss] = self.second.map(|sum| sum / n);
        let of = (pp - product * product) - 2.0 * value * (ps - product * square) + value * value * (ss - square * square);
        Index { value, error: (of.max(0.0) / n).sqrt() / variance }
    }
}

impl Index {
    /// What the share is of everything else together: one minus it.
    #[must_use]
    pub fn rest(self) -> Self {
        Self { value: 1.0 - self.value, ..self }
    }
}

//! Exact numbers: fractions of whole numbers, and floating point only where a root or a probability leaves no other way.

use std::cmp::Ordering;

/// A number: a fraction in lowest terms with a positive denominator, or, beyond fractions, a floating-point number.
#[derive(Clone, Copy, Debug)]
pub enum Num {
    Exact(i128, i128),
    Near(f64),
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}

pub const ZERO: Num = Num::Exact(0, 1);
pub const ONE: Num = Num::Exact(1, 1);

impl Num {
    pub fn whole(n: i128) -> Self {
        Self::Exact(n, 1)
    }

    pub fn ratio(n: i128, d: i128) -> Self {
        assert!(d != 0);
        let g = gcd(n, d).max(1) * d.signum();
        Self::Exact(n / g, d / g)
    }

    /// The decimal number that somebody wrote: 0.05 is five hundredths.
    pub fn decimal(written: f64) -> Self {
        let text = format!("{written}");
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let digits: Result<i128, _> = format!("{whole}{part}").parse();
        match (digits, 10_i128.checked_pow(u32::try_from(part.len()).unwrap())) {
            (Ok(n), Some(d)) if part.len() < 30 => Self::ratio(n, d),
            _ => Self::Near(written),
        }
    }

    pub fn float(self) -> f64 {
        match self {
            Self::Exact(n, d) => n as f64 / d as f64,
            Self::Near(x) => x,
        }
    }

    pub fn plus(self, other: Self) -> Self {
        if let (Self::Exact(a, b), Self::Exact(c, d)) = (self, other)
            && let (Some(x), Some(y), Some(z)) = (a.checked_mul(d), c.checked_mul(b), b.checked_mul(d))
            && let Some(n) = x.checked_add(y)
        {
            return Self::ratio(n, z);
        }
        Self::Near(self.float() + other.float())
    }

    pub fn times(self, other: Self) -> Self {
        if let (Self::Exact(a, b), Self::Exact(c, d)) = (self, other)
            && let (Some(n), Some(z)) = (a.checked_mul(c), b.checked_mul(d))
        {
            return Self::ratio(n, z);
        }
        Self::Near(self.float() * other.float())
    }

    pub fn minus(self, other: Self) -> Self {
        self.plus(other.times(Self::whole(-1)))
    }

    /// Nothing where `other` is 0.
    pub fn over(self, other: Self) -> Option<Self> {
        match other {
            Self::Exact(0, _) => None,
            Self::Exact(n, d) => Some(self.times(Self::ratio(d, n))),
            Self::Near(0.0) => None,
            Self::Near(x) => Some(Self::Near(self.float() / x)),
        }
    }

    /// Ties as on paper: fractions compare exactly, others within one part in 10¹².
    pub fn order(self, other: Self) -> Ordering {
        if let Self::Exact(n, _) = self.minus(other) {
            return n.cmp(&0);
        }
        let (a, b) = (self.float(), other.float());
        if (a - b).abs() <= 1e-12 * a.abs().max(b.abs()).max(1.0) { Ordering::Equal } else { a.total_cmp(&b) }
    }

    pub fn is_below(self, other: Self) -> bool {
        self.order(other) == Ordering::Less
    }

    pub fn least(self, other: Self) -> Self {
        if other.is_below(self) { other } else { self }
    }

    pub fn most(self, other: Self) -> Self {
        if self.is_below(other) { other } else { self }
    }

    pub fn floor(self) -> Self {
        match self {
            Self::Exact(n, d) => Self::whole(n.div_euclid(d)),
            // what is whole on paper is whole
            Self::Near(x) => Self::whole((x + 1e-9 * x.abs().clamp(1.0, 1e3)).floor() as i128),
        }
    }

    /// Half up; what lies within one part in 10¹² below a half, and at most a thousandth of a unit, is the half.
    pub fn nearest(self) -> i128 {
        let near = (1e-12 * self.float().abs()).min(1e-3);
        match self {
            Self::Exact(n, d) => {
                let missing = 2 * d - (2 * n + d).rem_euclid(2 * d);
                (2 * n + d).div_euclid(2 * d) + i128::from(missing as f64 / (2 * d) as f64 <= near)
            }
            Self::Near(x) => (x + 0.5 + near).floor() as i128,
        }
    }

    /// To the power of a whole number.
    pub fn power(self, n: u32) -> Self {
        (0..n).fold(ONE, |product, _| product.times(self))
    }
}

/// Shares `total` over `parts` in proportion: in the order of names, cumulative shares rounded down, so that nothing is lost.
pub fn share_out(total: i128, parts: &[i128], names: &[&str]) -> Vec<i128> {
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|&index| names[index]);
    let (all, mut sum, mut before): (i128, i128, i128) = (parts.iter().sum(), 0, 0);
    let mut shares = vec![0; parts.len()];
    for index in order {
        sum += parts[index];
        let so_far = if all == 0 { 0 } else { (total * sum).div_euclid(all) };
        shares[index] = so_far - before;
        before = so_far;
    }
    shares
}

/// The same where each takes its share of what the ones before it left.
pub fn share_what_is_left(total: i128, parts: &[i128], names: &[&str]) -> Vec<i128> {
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|&index| names[index]);
    let (mut rest, mut weight): (i128, i128) = (total, parts.iter().sum());
    let mut shares = vec![0; parts.len()];
    for index in order {
        shares[index] = if weight == 0 { 0 } else { (rest * parts[index]).div_euclid(weight) };
        rest -= shares[index];
        weight -= parts[index];
    }
    shares
}

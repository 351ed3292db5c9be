//! The internal rates of return of a whole block of trials, eight lanes at a time.
//!
//! Plain loops over arrays of eight `f64` that the compiler turns into vector instructions; multiply, add, divide and select only. A lane
//! never reads another lane: once its step is small enough it is frozen by a select, so neither its neighbours nor the number of lanes
//! can move its last bit. Whatever is not certain here (more than one cumulative sign change, sums beyond 2⁵³, no convergence) goes to
//! [`irr`](super::irr()).

use super::irr::{IrrKind, irr};
use super::value::annual_growth;

const WIDTH: usize = 8;
type Lanes = [f64; WIDTH];
const ZERO: Lanes = [0.0; WIDTH];

/// Periods that the work space on the stack holds; longer streams allocate once a call.
const STACK_PERIODS: usize = 128;
/// Steps before a lane is left to the scalar function; a usual deal takes two or three.
const STEPS: usize = 8;
/// Largest |Δ ln d| of a last step: what is left after it is of the order of its square.
const LAST_STEP: f64 = 1e-8;
/// Whole numbers up to here are exact in `f64`.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Effective annual internal rates of return of `lanes` streams of whole minor units, one column of `flows` a lane.
///
/// `flows[period * lanes + lane]`, negative = paid in; `periods_per_year` above 0. Writes to `out` the rate (−1 for a total loss, NaN
/// where the return is undefined) and to `kinds` which it is, as [`irr`](super::irr()) would, to 1e-12 of the growth factor. A lane that
/// gives back exactly what it took has rate exactly 0 (if no other rate solves it). `out[lane]` depends on that lane's flows only.
///
/// The unknown is y = ln d = −ln(1+r). The start solves ln(received/paid in) + y·(difference of mean periods) + y²/2·(difference of
/// variances of periods) = 0. Newton's step then works on P(d)·d⁻ᵐ with m the middle of the two mean periods, on the scale of y: for one
/// payment each way that function is a hyperbolic sine, so that convergence is nearly cubic at the price of one Horner pass a step.
///
/// # Panics
/// If `flows` is not a whole number of rows of `lanes`, or `out` or `kinds` is not of length `lanes`.
pub fn irr_block(flows: &[i64], lanes: usize, periods_per_year: f64, out: &mut [f64], kinds: &mut [IrrKind]) {
    assert!(out.len() == lanes && kinds.len() == lanes, "one rate and one kind a lane");
    if lanes == 0 {
        return;
    }
    assert!(flows.len().is_multiple_of(lanes), "flows must be whole rows of lanes");
    let periods = flows.len() / lanes;
    let mut stack = [ZERO; STACK_PERIODS];
    let mut heap = Vec::new();
    let work = if periods <= STACK_PERIODS {
        &mut stack[..periods]
    } else {
        heap.resize(periods, ZERO);
        &mut heap[..]
    };
    for start in (0..lanes).step_by(WIDTH) {
        let width = WIDTH.min(lanes - start);
        for (row, work) in flows.chunks_exact(lanes).zip(work.iter_mut()) {
            match row[start..start + width].try_into() {
                Ok(row) => *work = widen(row),
                Err(_) => {
                    *work = ZERO;
                    for (flow, to) in row[start..start + width].iter().zip(work) {
                        *to = *flow as f64;
                    }
                }
            }
        }
        let shape = Shape::of(work);
        let (discount, settled) = solve(work, &shape);
        for j in 0..width {
            let exact = shape.paid[j] + shape.received[j] <= EXACT;
            let (rate, kind) = if exact && shape.paid[j] == 0.0 {
                (f64::NAN, IrrKind::NotDrawn)
            } else if exact && shape.received[j] == 0.0 {
                (-1.0, IrrKind::TotalLoss)
            } else if exact && shape.doubt[j] == 0.0 && settled[j] {
                let growth = if shape.total[j] == 0.0 { 1.0 } else { 1.0 / discount[j] };
                let rate = annual_growth(growth, periods_per_year) - 1.0;
                if rate.is_finite() { (rate, IrrKind::Rate) } else { (f64::NAN, IrrKind::NoRoot) }
            } else {
                let column: Vec<f64> = work.iter().map(|row| row[j]).collect();
                let found = irr(&column, periods_per_year);
                (found.value(), found.kind())
            };
            out[start + j] = rate;
            kinds[start + j] = kind;
        }
    }
}

#[inline]
fn widen(row: &[i64; WIDTH]) -> Lanes {
    std::array::from_fn(|j| row[j] as f64)
}

// `f64::max` and `min` promise more about NaN than one instruction gives
#[inline]
fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

#[inline]
fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// What one look at the flows tells: amounts, when they moved on average, and whether a single rate is certain.
struct Shape {
    paid: Lanes,
    received: Lanes,
    total: Lanes,
    /// Above zero if the two-sided cumulative test fails.
    doubt: Lanes,
    /// Starting value of d.
    guess: Lanes,
    /// Middle of the mean periods of paying and of receiving.
    middle: Lanes,
}

impl Shape {
    #[inline]
    fn of(work: &[Lanes]) -> Shape {
        let (mut forward, mut peak, mut doubt) = (ZERO, ZERO, ZERO);
        for flow in work {
            for j in 0..WIDTH {
                forward[j] += flow[j];
                peak[j] = larger(forward[j], peak[j]);
                doubt[j] = larger(smaller(peak[j], -forward[j]), doubt[j]);
            }
        }
        // sums of sums from the end: Σ c, Σ (t+1)c and Σ (t+1)(t+2)/2 c without a multiplication; two lanes at a time fill the registers
        let (mut all, mut gains, mut top) = ([ZERO; 3], [ZERO; 3], ZERO);
        for pair in (0..WIDTH).step_by(2) {
            let (mut a, mut g, mut highest, mut trough, mut doubts) = ([[0.0; 2]; 3], [[0.0; 2]; 3], [0.0; 2], [0.0; 2], [0.0; 2]);
            for flow in work.iter().rev() {
                for k in 0..2 {
                    let c = flow[pair + k];
                    a[0][k] += c;
                    a[1][k] += a[0][k];
                    a[2][k] += a[1][k];
                    g[0][k] += larger(c, 0.0);
                    g[1][k] += g[0][k];
                    g[2][k] += g[1][k];
                    trough[k] = smaller(a[0][k], trough[k]);
                    highest[k] = larger(a[0][k], highest[k]);
                    doubts[k] = larger(smaller(-trough[k], a[0][k]), doubts[k]);
                }
            }
            for k in 0..2 {
                for order in 0..3 {
                    all[order][pair + k] = a[order][k];
                    gains[order][pair + k] = g[order][k];
                }
                top[pair + k] = highest[k];
                doubt[pair + k] = larger(doubts[k], doubt[pair + k]);
            }
        }
        let (mut paid, mut guess, mut middle) = (ZERO, ZERO, ZERO);
        for j in 0..WIDTH {
            paid[j] = gains[0][j] - all[0][j];
            // no crossing on either side: the backward sums never pass both zero and the total
            let crosses = all[0][j] == 0.0 || top[j] > larger(all[0][j], 0.0);
            doubt[j] = if crosses { doubt[j] } else { 1.0 };
            let one_paid = 1.0 / paid[j];
            let (mean_in, variance_in) = mean_and_variance(one_paid, gains[1][j] - all[1][j], gains[2][j] - all[2][j]);
            let (mean_out, variance_out) = mean_and_variance(1.0 / gains[0][j], gains[1][j], gains[2][j]);
            let (gap, spread) = (mean_out - mean_in, variance_out - variance_in);
            let log_multiple = rough_ln(gains[0][j] * one_paid);
            let first = -log_multiple / gap;
            guess[j] = rough_exp(-log_multiple / (gap + 0.5 * spread * first));
            middle[j] = 0.5 * (mean_in + mean_out) - 1.0;
        }
        Shape { paid, received: gains[0], total: all[0], doubt, guess, middle }
    }
}

/// Mean and variance of t+1 under weights whose sum is `1/one_by_weight`, from the sums of t+1 and of (t+1)(t+2)/2.
#[inline]
fn mean_and_variance(one_by_weight: f64, first: f64, second: f64) -> (f64, f64) {
    let mean = first * one_by_weight;
    (mean, 2.0 * second * one_by_weight - mean - mean * mean)
}

#[inline]
fn solve(work: &[Lanes], shape: &Shape) -> (Lanes, [bool; WIDTH]) {
    let mut d = shape.guess;
    let mut open = [1.0; WIDTH];
    for _ in 0..STEPS {
        let (mut value, mut slope) = (ZERO, ZERO);
        for flow in work.iter().rev() {
            for j in 0..WIDTH {
                slope[j] = slope[j] * d[j] + value[j];
                value[j] = value[j] * d[j] + flow[j];
            }
        }
        for j in 0..WIDTH {
            // the step of ln d is −value/scale, held within ±1; e^step to the second order
            let scale = d[j] * slope[j] - shape.middle[j] * value[j];
            let size = scale.abs();
            let bounded = smaller(larger(value[j], -size), size);
            let next = d[j] * ((2.0 * scale - bounded) / (2.0 * scale + bounded));
            d[j] = if open[j] > 0.0 { next } else { d[j] };
            // a NaN closes its lane too, and its d shows it
            open[j] = if value[j].abs() > LAST_STEP * size { open[j] } else { 0.0 };
        }
        if open.iter().sum::<f64>() == 0.0 {
            break;
        }
    }
    (d, std::array::from_fn(|j| open[j] == 0.0 && d[j] > 0.0 && d[j] < f64::INFINITY))
}

/// ln x to about 1e-8 for normal x > 0, by arithmetic alone.
#[inline]
fn rough_ln(x: f64) -> f64 {
    const FRACTION: u64 = (1 << 52) - 1;
    let bits = x.to_bits();
    let exponent = f64::from_bits((bits >> 52) | EXACT_BITS) - (EXACT * 0.5 + 1023.0);
    let fraction = f64::from_bits((bits & FRACTION) | 1.0f64.to_bits());
    let z = (fraction - std::f64::consts::SQRT_2) / (fraction + std::f64::consts::SQRT_2);
    let w = z * z;
    let series = 2.0 * z * (1.0 + w * (1.0 / 3.0 + w * (1.0 / 5.0 + w * (1.0 / 7.0))));
    (exponent + 0.5) * std::f64::consts::LN_2 + series
}

/// Bits of 2⁵²: or-ing a small whole number into them adds it.
const EXACT_BITS: u64 = 0x4330_0000_0000_0000;

/// eˣ to about 1e-6, by arithmetic alone; held within e^±60.
#[inline]
fn rough_exp(x: f64) -> f64 {
    let x = smaller(larger(x, -60.0), 60.0);
    let shifted = x * std::f64::consts::LOG2_E + 1.5 * (EXACT * 0.5);
    let f = x - (shifted - 1.5 * (EXACT * 0.5)) * std::f64::consts::LN_2;
    let power = f64::from_bits((shifted.to_bits() << 52).wrapping_add(1.0f64.to_bits()));
    power * (1.0 + f * (1.0 + f * (0.5 + f * (1.0 / 6.0 + f * (1.0 / 24.0 + f * (1.0 / 120.0))))))
}

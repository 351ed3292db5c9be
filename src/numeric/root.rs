//! Where does a monotone function cross zero?
//!
//! Comes in: a function and a bracket. Goes out: the crossing, to the last bits. Must never know: what the function means.

/// The x between `low` and `high` where `f` changes sign; the closer end where it does not.
///
/// Regula falsi with the Illinois weights (Dowell and Jarratt, BIT 11, 1971), bisecting when a step shrinks the bracket too little.
pub fn bracketed(mut f: impl FnMut(f64) -> f64, low: f64, high: f64) -> f64 {
    let (mut a, mut b) = (low, high);
    let (mut at_a, mut at_b) = (f(a), f(b));
    if at_a == 0.0 || at_b == 0.0 || (at_a < 0.0) == (at_b < 0.0) {
        return if at_a.abs() <= at_b.abs() { a } else { b };
    }
    let (mut weight_a, mut weight_b) = (1.0, 1.0);
    for _ in 0..400 {
        let before = b - a;
        let by_line = b - before * (at_b * weight_b) / (at_b * weight_b - at_a * weight_a);
        let x = if by_line > a && by_line < b { by_line } else { 0.5 * (a + b) };
        for x in [x, f64::NAN] {
            // The second round bisects, unless the first has halved the bracket.
            let x = if x.is_nan() && b - a > 0.5 * before { 0.5 * (a + b) } else { x };
            if !(x > a && x < b) {
                continue;
            }
            let at_x = f(x);
            if at_x == 0.0 {
                return x;
            }
            if (at_x < 0.0) == (at_a < 0.0) {
                (a, at_a, weight_a, weight_b) = (x, at_x, 1.0, 0.5 * weight_b);
            } else {
                (b, at_b, weight_b, weight_a) = (x, at_x, 1.0, 0.5 * weight_a);
            }
        }
        if b - a <= 4.0 * f64::EPSILON * a.abs().max(b.abs()) || b - a == before {
            break;
        }
    }
    if at_a.abs() <= at_b.abs() { a } else { b }
}

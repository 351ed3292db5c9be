//! Where does a polynomial with real coefficients cross or touch zero on (0, ∞)?
//!
//! The half line is read in two charts, so that no argument ever exceeds 1 and nothing overflows: the discount factor d = 1/(1+r) for
//! rates above 0, the growth factor x = 1+r (the reversed polynomial) for rates below. In each chart the turning points are isolated by
//! Descartes' rule on Bernstein coefficients with subdivision (Lane & Riesenfeld 1981; Collins & Akritas 1976); between two turning points
//! the polynomial is monotone, so the signs at them show every root. A turning point where the value is zero within rounding is a
//! double root. A turning point too many does no harm and one too few only where the slope touches zero, which moves no sign.

/// Which variable a polynomial with coefficients c₀, c₁, …, cₙ is read in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Chart {
    /// Σ cₜ dᵗ.
    Discount,
    /// Σ cₜ xⁿ⁻ᵗ.
    Growth,
}

/// Sum of the coefficients: the value at 1 in both charts.
pub(super) fn sum(coefficients: &[f64]) -> f64 {
    coefficients.iter().sum()
}

/// Value and slope at `u`.
fn value_and_slope(coefficients: &[f64], chart: Chart, u: f64) -> (f64, f64) {
    let step = |(value, slope): (f64, f64), c: &f64| (value * u + c, slope * u + value);
    match chart {
        Chart::Discount => coefficients.iter().rev().fold((0.0, 0.0), step),
        Chart::Growth => coefficients.iter().fold((0.0, 0.0), step),
    }
}

/// The root inside (`low`, `high`), 0 ≤ low < high, across which the polynomial changes its sign, to the last bits of `f64`.
///
/// `starts_positive`: the sign just right of `low`. Newton's method; a step that leaves the bracket or does not halve the step before
/// is replaced by the geometric middle.
pub(super) fn bracketed(coefficients: &[f64], chart: Chart, (mut low, mut high): (f64, f64), starts_positive: bool) -> f64 {
    let middle = |low: f64, high: f64| if low > 0.0 { low.sqrt() * high.sqrt() } else { high * 1e-4 };
    let mut u = 0.5 * (low + high);
    let mut last_step = high - low;
    for _ in 0..400 {
        let (value, slope) = value_and_slope(coefficients, chart, u);
        if value == 0.0 {
            return u;
        }
        if (value > 0.0) == starts_positive {
            low = u;
        } else {
            high = u;
        }
        let newton = u - value / slope;
        let good = newton > low && newton < high && (newton - u).abs() < 0.5 * last_step;
        let next = if good { newton } else { middle(low, high) };
        last_step = (next - u).abs();
        u = next;
        if last_step <= f64::EPSILON * u || high - low <= f64::EPSILON * high {
            break;
        }
    }
    u
}

/// Every growth factor 1/d > 0 at which Σ cₜ dᵗ is zero; a multiple root once. First and last coefficient are not zero.
pub(super) fn positive_roots(coefficients: &[f64]) -> Vec<f64> {
    let mut roots = in_chart(coefficients, Chart::Discount);
    for root in &mut roots {
        *root = 1.0 / *root;
    }
    roots.extend(in_chart(coefficients, Chart::Growth));
    let (value, noise) = value_and_noise(coefficients, Chart::Discount, 1.0);
    if value.abs() <= noise {
        roots.push(1.0);
    }
    roots
}

/// Roots strictly inside (0, 1) of one chart, ascending; not those that run into 1.
fn in_chart(coefficients: &[f64], chart: Chart) -> Vec<f64> {
    let at_zero = if chart == Chart::Discount { coefficients[0] } else { coefficients[coefficients.len() - 1] };
    let mut points = turning_points(coefficients, chart);
    points.sort_unstable_by(f64::total_cmp);
    points.dedup();
    points.push(1.0);

    let mut roots = Vec::new();
    let (mut left, mut positive, mut touching) = (0.0, at_zero > 0.0, None);
    for point in points {
        let (value, noise) = value_and_noise(coefficients, chart, point);
        if value.abs() <= noise {
            // neighbouring zeros have nothing but zeros between them: one root
            touching = Some(point);
            continue;
        }
        match touching.take() {
            Some(root) => roots.push(root),
            None if (value > 0.0) != positive => roots.push(bracketed(coefficients, chart, (left, point), positive)),
            None => {}
        }
        (left, positive) = (point, value > 0.0);
    }
    roots
}

/// Value at `u` and a bound on its rounding error, Horner's and that of the coefficients themselves (Higham 2002, section 5.1).
fn value_and_noise(coefficients: &[f64], chart: Chart, u: f64) -> (f64, f64) {
    let step = |(value, size): (f64, f64), c: &f64| (value * u + c, size * u + c.abs());
    let (value, size) = match chart {
        Chart::Discount => coefficients.iter().rev().fold((0.0, 0.0), step),
        Chart::Growth => coefficients.iter().fold((0.0, 0.0), step),
    };
    (value, 2.0 * coefficients.len() as f64 * f64::EPSILON * size)
}

/// Arguments in (0, 1) that hold every change of direction of the polynomial, and perhaps a few more.
fn turning_points(coefficients: &[f64], chart: Chart) -> Vec<f64> {
    let ordered: Box<dyn Iterator<Item = &f64>> = match chart {
        Chart::Discount => Box::new(coefficients.iter()),
        Chart::Growth => Box::new(coefficients.iter().rev()),
    };
    let slope: Vec<f64> = ordered.enumerate().skip(1).map(|(power, c)| power as f64 * c).collect();
    let mut points = Vec::new();
    let mut open = vec![(bernstein(&slope), 0.0, 1.0)];
    while let Some((control, low, high)) = open.pop() {
        let size = slope.iter().rev().fold(0.0, |size, c| size * high + c.abs());
        let noise = 2.0 * slope.len() as f64 * f64::EPSILON * size;
        let middle = 0.5 * (low + high);
        match sign_changes(&control) {
            0 => {}
            _ if control.iter().all(|b| b.abs() <= noise) || high - low <= 1e-15 * high || high < 1e-290 => points.push(middle),
            1 => {
                let starts_positive = control.iter().find(|&&b| b != 0.0).is_some_and(|&b| b > 0.0);
                points.push(bracketed(&slope, Chart::Discount, (low, high), starts_positive));
            }
            _ => {
                let (left, right) = halves(control);
                if right[0] == 0.0 {
                    points.push(middle);
                }
                open.push((left, low, middle));
                open.push((right, middle, high));
            }
        }
    }
    points
}

/// Bernstein coefficients on [0, 1] of Σ aₖ uᵏ: bᵢ = Σₖ C(i,k)/C(m,k) aₖ.
fn bernstein(powers: &[f64]) -> Vec<f64> {
    let degree = powers.len() - 1;
    (0..=degree)
        .map(|i| {
            let (mut weight, mut total) = (1.0, 0.0);
            for (k, a) in powers.iter().enumerate().take(i + 1) {
                total += weight * a;
                weight *= (i - k) as f64 / (degree - k).max(1) as f64;
            }
            total
        })
        .collect()
}

/// Sign changes, zeros left out: no fewer than the roots in the open interval, and of the same parity.
fn sign_changes(control: &[f64]) -> usize {
    let mut last = 0.0;
    let mut changes = 0;
    for &b in control.iter().filter(|&&b| b != 0.0) {
        changes += usize::from(last * b.signum() < 0.0);
        last = b.signum();
    }
    changes
}

/// De Casteljau: the coefficients on the left and on the right half.
fn halves(mut control: Vec<f64>) -> (Vec<f64>, Vec<f64>) {
    let mut left = Vec::with_capacity(control.len());
    for kept in (1..=control.len()).rev() {
        left.push(control[0]);
        for i in 0..kept - 1 {
            control[i] = 0.5 * (control[i] + control[i + 1]);
        }
    }
    (left, control)
}

//! What are the integrals of a smooth function and of its first moments over an interval?
//!
//! Comes in: a function with N values and break points. Goes out: N integrals. Must never know: what they are moments of.

/// Nodes of the Gauss-Kronrod rule with 15 points on [−1, 1], Kronrod weights, and Gauss weights at every second node (QUADPACK, 1983).
const RULE: [(f64, f64, f64); 8] = [
    (0.991_455_371_120_812_6, 0.022_935_322_010_529_224, 0.0),
    (0.949_107_912_342_758_5, 0.063_092_092_629_978_56, 0.129_484_966_168_869_7),
    (0.864_864_423_359_769_1, 0.104_790_010_322_250_18, 0.0),
    (0.741_531_185_599_394_4, 0.140_653_259_715_525_92, 0.279_705_391_489_276_64),
    (0.586_087_235_467_691_1, 0.169_004_726_639_267_9, 0.0),
    (0.405_845_151_377_397_2, 0.190_350_578_064_785_4, 0.381_830_050_505_118_9),
    (0.207_784_955_007_898_47, 0.204_432_940_075_298_9, 0.0),
    (0.0, 0.209_482_141_084_727_83, 0.417_959_183_673_469_36),
];

/// How often a panel may be halved, and how many panels there may be: rounding may keep a function from its tolerance.
const HALVINGS: u32 = 50;
const PANELS: u32 = 2000;

/// Integrals of the N values of `f` between the first and the last of `breaks` (ascending), each to about 10⁻¹² of the integral of its
/// size.
pub fn integrals<const N: usize>(f: &impl Fn(f64) -> [f64; N], breaks: &[f64]) -> [f64; N] {
    let panels = || breaks.windows(2).filter(|panel| panel[1] > panel[0]).map(|panel| (panel[0], panel[1]));
    let mut size = [0.0; N];
    for (low, high) in panels() {
        let (_, _, magnitude) = rule(f, low, high);
        (0..N).for_each(|i| size[i] += magnitude[i]);
    }
    let tolerance = size.map(|size| 1e-13 * size);
    let (mut total, mut left) = ([0.0; N], PANELS);
    for (low, high) in panels() {
        let sum = refined(f, (low, high), &tolerance, HALVINGS, &mut left);
        (0..N).for_each(|i| total[i] += sum[i]);
    }
    total
}

fn refined<const N: usize>(
    f: &impl Fn(f64) -> [f64; N],
    (low, high): (f64, f64),
    tolerance: &[f64; N],
    halvings: u32,
    left: &mut u32,
) -> [f64; N] {
    let (value, error, _) = rule(f, low, high);
    if halvings == 0 || *left == 0 || error.iter().zip(tolerance).all(|(error, tolerance)| error <= tolerance) {
        return value;
    }
    *left -= 1;
    let middle = 0.5 * (low + high);
    let below = refined(f, (low, middle), tolerance, halvings - 1, left);
    let above = refined(f, (middle, high), tolerance, halvings - 1, left);
    core::array::from_fn(|i| below[i] + above[i])
}

/// The integral, its distance from the Gauss rule, and the integral of the absolute value.
fn rule<const N: usize>(f: &impl Fn(f64) -> [f64; N], low: f64, high: f64) -> ([f64; N], [f64; N], [f64; N]) {
    let (centre, half) = (0.5 * (low + high), 0.5 * (high - low));
    let (mut value, mut error, mut magnitude) = ([0.0; N], [0.0; N], [0.0; N]);
    let mut add = |x: f64, kronrod: f64, gauss: f64| {
        let at = f(x);
        for i in 0..N {
            value[i] += kronrod * half * at[i];
            error[i] += (kronrod - gauss) * half * at[i];
            magnitude[i] += kronrod * half * at[i].abs();
        }
    };
    for (node, kronrod, gauss) in RULE {
        add(centre + half * node, kronrod, gauss);
        if node > 0.0 {
            add(centre - half * node, kronrod, gauss);
        }
    }
    (value, error.map(f64::abs), magnitude)
}

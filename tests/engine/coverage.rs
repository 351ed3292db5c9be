//! How often do intervals hold the truth? Many small studies of laws whose answers are known in closed form.
//!
//! A 95% interval that is right on 2,000 draws of a study holds the truth in 95% of them up to 2.4 points (one false alarm in a million).
//! The intervals are the usual large-sample ones, which a skewed law may take a point or two from: each study states what it must reach.
//! `PFSIM_COVERAGE=2000 cargo test --test it -- coverage --nocapture` makes as many draws and prints what it finds; the usual suite makes
//! a few, which only a gross fault fails.
#![expect(clippy::disallowed_methods, reason = "the expected answers come from independent maths")]

use core::f64::consts::PI;

use pfsim::stats::information::{Worth, everything, known, perfect};
use pfsim::stats::medians::Ranked;
use pfsim::stats::regression::Design;
use pfsim::stats::{Index, Margin, Moments, Pairs, Proportion, medians};
use rand::RngExt;
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use statrs::distribution::{ContinuousCDF, Normal};

const Z: f64 = 4.8916;
const HALF: f64 = 1.959_964;

/// How many draws of each study.
fn draws() -> usize {
    std::env::var("PFSIM_COVERAGE").ok().and_then(|text| text.parse().ok()).unwrap_or(60)
}

/// Shares of the draws in which something holds.
struct Tally {
    name: String,
    hits: f64,
    count: f64,
}

impl Tally {
    fn new(name: &str) -> Self {
        Self { name: name.into(), hits: 0.0, count: 0.0 }
    }
    fn push(&mut self, holds: bool) {
        self.hits += f64::from(u8::from(holds));
        self.count += 1.0;
    }
    fn share(&self) -> f64 {
        self.hits / self.count
    }
    /// It holds in at least this share of all studies.
    fn reaches(&self, share: f64) {
        println!("{:<60} {:>6.1}% of {}", self.name, 100.0 * self.share(), self.count);
        let error = (share * (1.0 - share) / self.count).sqrt();
        assert!(self.share() >= share - Z * error, "{}: {} of {}", self.name, self.hits, self.count);
    }
}

struct Luck(Xoshiro256PlusPlus, Normal);

impl Luck {
    fn new(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed), Normal::new(0.0, 1.0).expect("a law"))
    }
    fn normal(&mut self) -> f64 {
        self.1.inverse_cdf(self.0.random_range(1e-12..1.0))
    }
    fn normals(&mut self, count: usize) -> Vec<f64> {
        (0..count).map(|_| self.normal()).collect()
    }
}

fn holds(index: Index, truth: f64) -> bool {
    (index.value - truth).abs() <= HALF * index.error
}

/// Sobol's indices: a sum of two inputs and luck, a product of two (first order 1/3 each for mean 1 and variance 1, total 2/3), Ishigami.
#[test]
fn shares_of_variance() {
    let mut luck = Luck::new(31);
    let names = ["sum: first", "sum: total", "product: first", "product: total", "Ishigami: first", "Ishigami: total"];
    let mut all: Vec<Tally> = names.iter().map(|name| Tally::new(&format!("Sobol index, {name}"))).collect();
    let (a, b) = (7.0, 0.1);
    let ishigami = |[x, y, z]: [f64; 3]| {
        let [x, y, z] = [x, y, z].map(|u: f64| -PI + 2.0 * PI * u);
        x.sin() + a * y.sin().powi(2) + b * z.powi(4) * x.sin() - a / 2.0
    };
    let (first, second, both) = (0.5 * (1.0 + b * PI.powi(4) / 5.0).powi(2), a * a / 8.0, b * b * PI.powi(8) * (1.0 / 18.0 - 1.0 / 50.0));
    let variance = first + second + both;
    let truths = [0.5, 0.5, 1.0 / 3.0, 2.0 / 3.0, first / variance, (first + both) / variance];
    for _ in 0..draws() {
        let mut pairs = [Pairs::default(); 3];
        let mut margins = [Margin::default(); 3];
        for _ in 0..1_000 {
            let [x, y, other, anew] = [(); 4].map(|()| luck.normal());
            let [one, two, three] = [(); 3].map(|()| 0.5 * luck.normal());
            // Variances 1 of the first input, ¾ of the second, ¼ of luck.
            let sum = |x: f64, y: f64, luck: f64| x + 0.75f64.sqrt() * y + luck;
            pairs[0].push(sum(x, y, one), sum(x, other, two));
            margins[0].push(sum(x, y, one), sum(x, y, three), sum(anew, y, two));
            let product = |x: f64, y: f64| (1.0 + x) * (1.0 + y) - 1.0;
            pairs[1].push(product(x, y), product(x, other));
            margins[1].push(product(x, y), product(x, y), product(anew, y));
            let (own, new): ([f64; 3], [f64; 3]) = (core::array::from_fn(|_| luck.0.random()), core::array::from_fn(|_| luck.0.random()));
            pairs[2].push(ishigami(own), ishigami([own[0], new[1], new[2]]));
            margins[2].push(ishigami(own), ishigami(own), ishigami([new[0], own[1], own[2]]));
        }
        let found = (0..3).flat_map(|at| [pairs[at].index(), margins[at].index()]);
        all.iter_mut().zip(found).zip(truths).for_each(|((tally, found), truth)| tally.push(holds(found, truth)));
    }
    all.iter().for_each(|tally| tally.reaches(0.92));
}

/// The worth of knowing where signing is worth a + b·X + c·Z + luck: b·φ(a/b) + a·Φ(a/b) − max(0, a), with the spread of what is known.
#[test]
fn worths_of_knowing() {
    let mut luck = Luck::new(32);
    let standard = Normal::new(0.0, 1.0).expect("a law");
    let n = 1_000;
    // A clear choice, one that is close, and one that hangs in the balance, with little luck and much.
    for (mean, noise) in [(0.5, 0.0), (0.5, 2.0), (-1.0, 1.0), (0.0, 0.0), (0.0, 2.0)] {
        let truth = |spread: f64| {
            let at: f64 = mean / spread;
            spread * (-0.5 * at * at).exp() / (2.0 * PI).sqrt() + mean * standard.cdf(at) - mean.max(0.0)
        };
        let of = |what: &str| Tally::new(&format!("worth of knowing, mean {mean}, luck {noise}: {what}"));
        let mut all = [of("one input"), of("all inputs"), of("everything")];
        let mut bounds = [of("one input at least"), of("all inputs at least"), of("everything at least")];
        for _ in 0..draws() {
            let (x, z) = (luck.normals(n), luck.normals(n));
            let sides = [luck.normals(n), luck.normals(n)].map(|luck| {
                vec![vec![0.0; n], (0..n).map(|trial| mean + x[trial] + 0.5 * z[trial] + noise * luck[trial]).collect::<Vec<f64>>()]
            });
            let (mut one, mut both) = (Design::new(n), Design::new(n));
            one.bent(&x, 8);
            both.bent(&x, 2);
            both.bent(&z, 2);
            both.product(&[&x, &z]);
            let sides = [sides[0].as_slice(), &sides[1]];
            let found = [known(sides[0], &one).0, everything(sides, &[both]), perfect(sides)];
            let truths = [1.0, 1.25f64.sqrt(), (1.25 + noise * noise).sqrt()].map(truth);
            for (at, (found, truth)) in found.into_iter().zip(truths).enumerate() {
                let Worth { value, error, at_least } = found;
                all[at].push((value - truth).abs() <= HALF * error);
                bounds[at].push(at_least <= truth + 1e-12);
            }
        }
        all.iter().for_each(|tally| tally.reaches(0.90));
        bounds.iter().for_each(|tally| tally.reaches(0.94));
    }
}

/// Differences of medians: smooth laws that go together or do not, a share of trials that lose all, a return that is capped, a share close
/// to one half that has one value.
#[test]
fn differences_of_medians() {
    let mut luck = Luck::new(33);
    let standard = Normal::new(0.0, 1.0).expect("a law");
    let mut all = ["apart", "together", "skewed", "all lost", "capped", "nearly half"].map(|name| Tally::new(&format!("medians, {name}")));
    // All lost in 40% and in 30%: what is left of the halves are the quantiles 1/6 and 2/7 of the other trials.
    let lost = standard.inverse_cdf(2.0 / 7.0) + 0.3 - standard.inverse_cdf(1.0 / 6.0);
    let truths = [0.2, 0.2, 0.1f64.exp() - 1.0, lost, -0.05, standard.inverse_cdf(0.02 / 0.52)];
    for _ in 0..draws() {
        let mut columns: [[Vec<f64>; 2]; 6] = Default::default();
        for _ in 0..1_000 {
            let [x, y] = [luck.normal(), luck.normal()];
            let (share, own): (f64, f64) = (luck.0.random(), luck.0.random());
            let near = 0.9 * x + 0.19f64.sqrt() * y;
            let both = [
                [x, 0.2 + y],
                [x, 0.2 + near],
                [x.exp(), (0.1 + near).exp()],
                [if share < 0.4 { -10.0 } else { x }, if share < 0.3 { -10.0 } else { 0.3 + near }],
                [x.min(0.1), (0.1 + near).min(-0.05)],
                [0.0, if own < 0.48 { -10.0 } else { x }],
            ];
            columns.iter_mut().zip(both).for_each(|(columns, both)| columns.iter_mut().zip(both).for_each(|(column, x)| column.push(x)));
        }
        for ((tally, [first, second]), truth) in all.iter_mut().zip(&columns).zip(truths) {
            let [difference, low, high] = medians::apart(first, second);
            assert!(low <= difference && difference <= high);
            tally.push(low <= truth + 1e-12 && truth - 1e-12 <= high);
        }
    }
    all.iter().for_each(|tally| tally.reaches(0.93));
}

/// Differences of the 5th and 95th percentiles: smooth laws that go together or do not, a share of trials that lose all, a capped return.
#[test]
fn differences_of_outer_quantiles() {
    let mut luck = Luck::new(35);
    let z = Normal::new(0.0, 1.0).expect("a law").inverse_cdf(0.95);
    let mut all = ["apart", "together", "skewed", "capped", "all lost"].map(|name| Tally::new(&format!("outer quantiles, {name}")));
    // Lost in 10% and in 4%: the 5th percentile is the loss in the first, and in the second that of the others at 1/96.
    let others = Normal::new(0.0, 1.0).expect("a law").inverse_cdf(0.01 / 0.96);
    let (shares, truths) = ([0.95, 0.95, 0.95, 0.95, 0.05], [0.2, 0.2, (0.6 * z).exp() * (0.1f64.exp() - 1.0), -0.5, 10.0 + others]);
    for _ in 0..draws() {
        let mut columns: [[Vec<f64>; 2]; 5] = Default::default();
        for _ in 0..2_000 {
            let [x, y] = [luck.normal(), luck.normal()];
            let (share, own): (f64, f64) = (luck.0.random(), luck.0.random());
            let near = 0.9 * x + 0.19f64.sqrt() * y;
            let both = [
                [x, 0.2 + y],
                [x, 0.2 + near],
                [(0.6 * x).exp(), (0.6 * near + 0.1).exp()],
                [x.min(1.5), near.min(1.0)],
                [if share < 0.1 { -10.0 } else { x }, if own < 0.04 { -10.0 } else { near }],
            ];
            columns.iter_mut().zip(both).for_each(|(columns, both)| columns.iter_mut().zip(both).for_each(|(column, x)| column.push(x)));
        }
        for (((tally, [first, second]), truth), share) in all.iter_mut().zip(&columns).zip(truths).zip(shares) {
            let [difference, low, high] = medians::quantiles_apart(&Ranked::new(first, share), &Ranked::new(second, share));
            assert!(low <= difference && difference <= high);
            tally.push(low <= truth + 1e-12 && truth - 1e-12 <= high);
        }
    }
    all.iter().for_each(|tally| tally.reaches(0.92));
}

/// Only ranks near the quantile are put in order: the quantile and its side are as if all were.
#[test]
fn a_quantile_is_that_of_all_in_order() {
    let mut luck = Luck::new(36);
    for count in [0, 1, 2, 19, 20, 21, 100, 3_000] {
        // Many ties, and some undefined.
        let one = |luck: &mut Luck| if luck.0.random::<f64>() < 0.1 { f64::NAN } else { (luck.normal() * 3.0).round() };
        let column: Vec<f64> = (0..count).map(|_| one(&mut luck)).collect();
        let mut sorted: Vec<f64> = column.iter().copied().filter(|value| !value.is_nan()).collect();
        sorted.sort_by(f64::total_cmp);
        for share in [0.05, 0.25, 0.5, 0.75, 0.95] {
            let rank = ((share * sorted.len() as f64 - 1e-9).ceil() as usize).max(1);
            let found = Ranked::new(&column, share).quantile();
            let wanted = sorted.get(rank - 1).copied().unwrap_or(f64::NAN);
            assert!(found == wanted || found.is_nan() && wanted.is_nan(), "{count} {share}: {found} {wanted}");
        }
    }
}

/// Means of differences within a trial, of a symmetric law and of a skewed one; chances that are seen never or rarely.
#[test]
fn paired_differences_and_rare_chances() {
    let mut luck = Luck::new(34);
    let mut means = ["normal", "skewed"].map(|name| Tally::new(&format!("mean of paired differences, {name}")));
    let mut rare = Tally::new("a chance of 3 in 1,000 in 1,000 trials: seen, or within the bound");
    for _ in 0..draws() {
        let (mut even, mut skewed) = (Vec::new(), Vec::new());
        for _ in 0..1_000 {
            let [x, y] = [luck.normal(), luck.normal()];
            even.push(0.3 + 0.5 * y);
            // e^{0.6 x + 0.1} less e^{0.6 x}.
            skewed.push((0.6 * x + 0.1).exp() - (0.6 * x).exp());
        }
        let truths = [0.3, 0.18f64.exp() * (0.1f64.exp() - 1.0)];
        for ((tally, values), truth) in means.iter_mut().zip([&even, &skewed]).zip(truths) {
            let moments = Moments::of(values);
            tally.push((moments.mean() - truth).abs() <= HALF * moments.standard_error());
        }
        // Never seen in 5% of such runs, and then just beyond the bound, 1 − 0.05^(1/1000): the worst that there is.
        let hits = (0..1_000).filter(|_| luck.0.random::<f64>() < 0.003).count() as u64;
        let share = Proportion::new(hits, 1_000);
        rare.push(hits > 0 || 0.003 <= share.share() + 1.644_854 * share.standard_error());
    }
    means.iter().for_each(|tally| tally.reaches(0.93));
    rare.reaches(0.95);
}

/// What the intervals' test can see: errors half as large as they should be are found out, even by the usual suite.
#[test]
fn half_an_error_is_found_out() {
    let mut luck = Luck::new(35);
    let mut tally = Tally::new("half an error");
    for _ in 0..draws() {
        let moments = Moments::of(&luck.normals(200));
        tally.push(moments.mean().abs() <= 0.5 * HALF * moments.standard_error());
    }
    assert!(tally.share() < 0.93 - Z * (0.93f64 * 0.07 / tally.count).sqrt(), "{}", tally.share());
}

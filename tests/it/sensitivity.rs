//! Which input matters: against functions whose answers are known, and deals whose numbers can be worked out by hand.
#![expect(clippy::disallowed_methods, reason = "the expected answers come from independent maths")]

use pfsim::deal::{Deal, Grade};
use pfsim::question::Question;
use pfsim::stats::{Index, Pairs, dependence};
use pfsim::study::Options;
use pfsim::study::sensitivity::{self, moves, screening, shares, swings};
use rand::RngExt;
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

/// Two-sided false alarm of one in a million.
const Z: f64 = 4.8916;

fn options(trials: u64) -> Options {
    Options::default().trials(trials).seed(20_261_126)
}

/// First and total indices of `f` of uniform inputs, from `trials` pairs.
fn indices<const K: usize>(f: impl Fn([f64; K]) -> f64, centre: f64, trials: u32) -> [[Index; 2]; K] {
    let mut luck = Xoshiro256PlusPlus::seed_from_u64(7);
    let mut pairs = [[Pairs::default(); 2]; K];
    for _ in 0..trials {
        let (own, other): ([f64; K], [f64; K]) = (core::array::from_fn(|_| luck.random()), core::array::from_fn(|_| luck.random()));
        let y = f(own) - centre;
        for (at, pairs) in pairs.iter_mut().enumerate() {
            let (mut kept, mut anew) = (other, own);
            (kept[at], anew[at]) = (own[at], other[at]);
            pairs[0].push(y, f(kept) - centre);
            pairs[1].push(y, f(anew) - centre);
        }
    }
    pairs.map(|[first, total]| [first.index(), total.index().rest()])
}

fn close(index: Index, truth: f64) {
    assert!((index.value - truth).abs() <= Z * index.error, "{index:?} is not {truth}");
    assert!(index.error < 0.02, "{index:?} says little");
}

/// Ishigami and Homma (1990): sin x₁ + 7 sin² x₂ + 0.1 x₃⁴ sin x₁ on −π..π. Variances in closed form (Saltelli and others 2008, page 179).
#[test]
fn indices_of_ishigami() {
    use core::f64::consts::PI;
    let (a, b) = (7.0, 0.1);
    let f = |u: [f64; 3]| {
        let [x, y, z] = u.map(|u| -PI + 2.0 * PI * u);
        x.sin() + a * y.sin().powi(2) + b * z.powi(4) * x.sin()
    };
    let (first, second) = (0.5 * (1.0 + b * PI.powi(4) / 5.0).powi(2), a * a / 8.0);
    let together = b * b * PI.powi(8) * (1.0 / 18.0 - 1.0 / 50.0);
    let all = first + second + together;
    let found = indices(f, a / 2.0, 200_000);
    for (found, truth) in found.into_iter().zip([[first, first + together], [second, second], [0.0, together]]) {
        close(found[0], truth[0] / all);
        close(found[1], truth[1] / all);
    }
}

/// Sobol's g-function: the product of (|4x − 2| + a) / (1 + a), whose partial variances are 1 / (3 (1 + a)²).
#[test]
fn indices_of_the_g_function() {
    let a = [0.0, 1.0, 4.5, 9.0];
    let f = |u: [f64; 4]| u.iter().zip(a).map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product::<f64>();
    let parts = a.map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a)));
    let all = parts.iter().map(|part| 1.0 + part).product::<f64>() - 1.0;
    for (found, part) in indices(f, 1.0, 200_000).into_iter().zip(parts) {
        close(found[0], part / all);
        close(found[1], part / (1.0 + part) * (1.0 + all) / all);
    }
}

/// What a column explains of another, on Ishigami's function, from given data; and rank correlations by hand.
#[test]
fn given_data_explain_what_they_should() {
    use core::f64::consts::PI;
    let mut luck = Xoshiro256PlusPlus::seed_from_u64(3);
    let n = 40_000;
    let x: Vec<[f64; 3]> = (0..n).map(|_| core::array::from_fn(|_| -PI + 2.0 * PI * luck.random::<f64>())).collect();
    let y: Vec<f64> = x.iter().map(|[x, y, z]| x.sin() + 7.0 * y.sin().powi(2) + 0.1 * z.powi(4) * x.sin()).collect();
    for (at, truth) in [(0, 0.3139), (1, 0.4424), (2, 0.0)] {
        let column: Vec<f64> = x.iter().map(|x| x[at]).collect();
        let [share, error] = dependence::explained(&column, &y);
        // A cell is not a point: with 31 cells the steepest part of the sine hides about a hundredth of the variance.
        assert!((share - truth).abs() <= Z * error + 0.012, "{at}: {share} ± {error} is not {truth}");
    }
    assert_eq!(dependence::rank_correlation(&[1.0, 2.0, 3.0, 4.0], &[10.0, 20.0, 40.0, 80.0]), 1.0);
    assert_eq!(dependence::rank_correlation(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]), -1.0);
    // Ranks 0.5 0.5 2 and 0 1 2: covariance 1.5, squares 1.5 and 2.
    assert!((dependence::rank_correlation(&[1.0, 1.0, 2.0], &[5.0, 6.0, 7.0]) - 1.5 / 3.0f64.sqrt()).abs() < 1e-12);
    assert_eq!(dependence::explained(&[1.0; 300], &[2.0; 300]), [0.0, 0.0]);
}

fn deal(program: &str) -> Deal {
    let text = format!(
        "schema = 1\n[deal]\nname = \"Costs\"\ncurrency = \"USD\"\nstart = 2026-01-01\nperiod = \"year\"\nperiods = 3\n\
         [program]\nprovider = \"P\"\ncohorts = {{ count = 1, size = 1000 }}\n{program}\n\
         [[outcome]]\nname = \"placed\"\nwithout = {{ beta = {{ mean = 0.4, sd = 0.05 }} }}\neffect = 0.1\nafter = 1\n\
         [[payor]]\nname = \"City\"\n[[payment]]\nname = \"placements\"\npayor = \"City\"\non = \"placed\"\nprice = {{ per_unit = 1_000 }}\n\
         [[tranche]]\nname = \"gift\"\nkind = \"grant\"\namount = 900_000_000\n"
    );
    crate::support::deal(&text)
}

/// The cost is a product of two lognormal factors: with variances of their logarithms s and t, the first explains (eˢ − 1)/(eˢ⁺ᵗ − 1)
/// alone, and all but what the other explains alone together with it.
#[test]
fn shares_of_a_product() {
    let deal = deal(
        "overrun = { lognormal = { mu = 0.0, sigma = 0.3 } }\n[[program.cost]]\nname = \"work\"\nper_participant = 5_000\n\
         overrun = { lognormal = { mu = 0.0, sigma = 0.2 } }",
    );
    let questions = [Question::new("program.cost"), Question::new("payors.total.p95"), Question::new("program.enrolled")];
    let found = shares(&deal, &questions, &options(60_000)).expect("shares");
    let (s, t) = (0.09f64, 0.04f64);
    let all = (s + t).exp() - 1.0;
    let of = |name: &str| found[0].inputs.iter().find(|share| share.inputs == [name]).expect("the input");
    close(of("program.overrun").first, (s.exp() - 1.0) / all);
    close(of("work.overrun").first, (t.exp() - 1.0) / all);
    close(of("program.overrun").total, 1.0 - (t.exp() - 1.0) / all);
    close(of("placed.without").total, 0.0);
    close(found[0].luck, 0.0);
    assert_eq!(
        (of("program.overrun").rank, of("work.overrun").rank, of("placed.without").rank),
        (Some((1, 1)), Some((2, 2)), Some((3, 3)))
    );
    // Payments: 1,000 people of a rate that varies by 0.05 around 0.5: binomial variance 1000·E[p(1−p)] against 1000²·0.05².
    let (mean, variance) = (0.5f64, 0.0025f64);
    let luck = 1_000.0 * (mean * (1.0 - mean) - variance);
    let truth = luck / (luck + 1e6 * variance);
    close(found[1].luck, truth);
    let rate = found[1].inputs.iter().find(|share| share.inputs == ["placed.without"]).expect("the rate");
    close(rate.first, 1.0 - truth);
    assert_eq!(found[2].sd, 0.0, "everybody enrols");
    assert!(found[2].inputs.iter().all(|share| share.rank.is_none()));
}

/// What rests on inputs of one grade: here on the rate, which is assumed, not on the overrun, which is published.
#[test]
fn how_much_rests_on_assumptions() {
    let deal = deal(
        "overrun = { lognormal = { mu = 0.0, sigma = 0.3 }, source = \"a source\", grade = \"P\" }\n[[program.cost]]\nname = \"work\"\n\
         per_participant = 5_000\noverrun = { lognormal = { mu = 0.0, sigma = 0.2 }, source = \"a guess\", grade = \"A\" }",
    );
    let questions = [Question::new("program.cost"), Question::new("payors.total"), Question::new("program.enrolled")];
    let of = |chosen: fn(Option<Grade>) -> bool| sensitivity::resting(&deal, &questions, chosen, &options(40_000)).expect("shares");
    let all = 0.13f64.exp() - 1.0;
    let assumed = of(|grade| grade == Some(Grade::Assumed));
    close(assumed[0].1, 1.0 - (0.09f64.exp() - 1.0) / all);
    close(assumed[1].1, 0.0);
    close(of(|grade| grade == Some(Grade::Published))[0].1, 1.0 - (0.04f64.exp() - 1.0) / all);
    let ungraded = of(|grade| grade.is_none());
    close(ungraded[0].1, 0.0);
    let luck = 1_000.0 * 0.2475;
    close(ungraded[1].1, 2_500.0 / (2_500.0 + luck));
    assert!(ungraded[2].1.value.is_nan(), "what is certain rests on nothing");
}

#[test]
fn what_has_not_converged_is_not_ranked() {
    let deal = deal(
        "[[program.cost]]\nname = \"work\"\nper_participant = 5_000\noverrun = { lognormal = { mu = 0.0, sigma = 1.5 }, clip_above = 100 }",
    );
    let found = shares(&deal, &[Question::new("program.cost")], &options(600)).expect("shares");
    assert!(found[0].inputs.iter().all(|share| share.rank.is_none()));
    assert!(found[0].needed.expect("a number") > 600);
}

/// Inputs that only move together have one share.
#[test]
fn correlated_inputs_share() {
    let deal = deal(
        "overrun = { lognormal = { mu = 0.0, sigma = 0.3 } }\n[[program.cost]]\nname = \"work\"\nper_participant = 5_000\n\
         overrun = { lognormal = { mu = 0.0, sigma = 0.2 } }\n\
         [[correlation]]\nbetween = [\"program.overrun\", \"work.overrun\"]\nrank = 0.6",
    );
    let found = shares(&deal, &[Question::new("program.cost")], &options(20_000)).expect("shares");
    let together = found[0].inputs.iter().find(|share| share.inputs.len() == 2).expect("a group");
    close(together.first, 1.0);
    close(together.total, 1.0);
}

/// A cost of 5,000,000 times a factor: at its percentiles, and by steps over half of a uniform law, wherever the other stands.
#[test]
fn swings_and_steps_by_hand() {
    let deal = deal(
        "[[program.cost]]\nname = \"work\"\nper_participant = 5_000\noverrun = { uniform = { low = 0.8, high = 1.2 } }\n\
         [[program.cost]]\nname = \"rent\"\nonce = 1_000_000\noverrun = { uniform = { low = 1.0, high = 3.0 } }",
    );
    let questions = [Question::new("program.cost.mean"), Question::new("payors.total.mean")];
    let found = swings(&deal, &moves(&deal), &questions, &options(600)).expect("swings");
    let (_, cost) = &found[0];
    let names: Vec<&str> = cost.iter().map(|swing| swing.name.as_str()).collect();
    assert_eq!(names, ["work.overrun", "rent.overrun", "placed.without"], "every input, also one without an effect");
    let near = |value: f64, truth: f64| assert!((value - truth).abs() <= 1.0, "{value} is not {truth}");
    near(cost[0].values[0] * 100.0, 84.0);
    near(cost[0].change(), 5_000_000.0 * 0.32);
    near(cost[1].change(), 1_000_000.0 * 1.6);
    assert_eq!(cost[2].change(), 0.0);
    assert_eq!(found[1].1[0].name, "placed.without");
    assert_eq!(found[1].1[1].change(), 0.0);
    let steps = screening(&deal, &questions, 6, &options(300)).expect("steps");
    let of = |name: &str| steps[0].iter().find(|step| step.name == name).expect("the input").clone();
    near(of("work.overrun").size[0], 5_000_000.0 * 0.2);
    near(of("work.overrun").spread, 0.0);
    near(of("rent.overrun").mean, 1_000_000.0);
    near(of("placed.without").size[0], 0.0);
    assert!(steps[1][0].name == "placed.without" && steps[1][0].size[0] > 10_000.0);
}

/// What an ordinary run tells agrees with the shares of its variance.
#[test]
fn an_ordinary_run_tells_the_same() {
    let deal = deal(
        "overrun = { lognormal = { mu = 0.0, sigma = 0.3 } }\n[[program.cost]]\nname = \"work\"\nper_participant = 5_000\n\
         overrun = { lognormal = { mu = 0.0, sigma = 0.2 } }",
    );
    let found = sensitivity::dependence(&deal, &[Question::new("program.cost")], &options(20_000)).expect("dependence");
    let all = 0.13f64.exp() - 1.0;
    for (name, truth) in
        [("program.overrun", (0.09f64.exp() - 1.0) / all), ("work.overrun", (0.04f64.exp() - 1.0) / all), ("placed.without", 0.0)]
    {
        let one = found[0].iter().find(|one| one.name == name).expect("the input");
        assert!((one.explained[0] - truth).abs() <= Z * one.explained[1] + 0.01, "{one:?} is not {truth}");
    }
    assert!(found[0][0].rank_correlation > 0.7 && found[0][2].rank_correlation.abs() < 0.05);
}

/// The least number with so much of a law up to it, for laws of every kind.
#[test]
fn quantiles_of_laws() {
    let laws = [
        "{ normal = { mean = 3.0, sd = 2.0 } }",
        "{ lognormal = { mu = 0.0, sigma = 1.0 } }",
        "{ beta = { mean = 0.3, sd = 0.2 } }",
        "{ gamma = { mean = 2.0, sd = 3.0 } }",
        "{ triangular = { low = 0.1, mode = 0.2, high = 0.9 } }",
        "{ mixture = [{ weight = 0.3, value = 0.0 }, { weight = 0.7, normal = { mean = 0.13, sd = 0.06 } }] }",
        "{ discrete = [{ value = 1.0, weight = 0.2 }, { value = 2.0, weight = 0.8 }] }",
        "{ normal = { mean = 1.0, sd = 1.0 }, clip_below = 0.5 }",
    ];
    for law in laws {
        let deal = deal(&format!(
            "overrun = 1\n[[program.cost]]\nname = \"work\"\nonce = 1\n[[outcome]]\nname = \"x\"\nkind = \"amount\"\nsd = 1\nwithout = 1\neffect = {law}"
        ));
        let input = deal.inputs().into_iter().find(|input| input.name == "x.effect").expect("the input");
        let law = deal.law(&input).expect("a law");
        for share in [0.001, 0.05, 0.2, 0.25, 0.5, 0.9, 0.999] {
            let x = law.quantile(share);
            let step = 1e-9 * (1.0 + x.abs());
            assert!(law.cdf(x + step) >= share - 1e-9 && law.cdf(x - step) <= share + 1e-9, "{law} at {share}: {x}");
        }
    }
}

//! Corners of a space and the worth of knowing: against what was put in, and closed forms.
#![expect(clippy::disallowed_methods, reason = "the expected answers come from independent maths")]

use pfsim::question::Question;
use pfsim::stats::information::{everything, known, perfect};
use pfsim::stats::prim;
use pfsim::stats::regression::Design;
use pfsim::study::{Choice, Options, information};
use rand::RngExt;
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use statrs::distribution::{ContinuousCDF, Normal};

/// A corner that is there is found: 30% of one column, 60% of another, and cases almost only within.
#[test]
fn a_corner_is_found_and_none_is_invented() {
    let mut luck = Xoshiro256PlusPlus::seed_from_u64(9);
    let n = 10_000;
    let columns: Vec<Vec<f64>> = (0..5).map(|_| (0..n).map(|_| luck.random()).collect()).collect();
    let cases: Vec<bool> = (0..n).map(|trial| columns[1][trial] < 0.3 && columns[3][trial] > 0.4 && luck.random::<f64>() < 0.9).collect();
    let found = prim::corner(&columns, &cases).expect("a corner");
    assert_eq!(found.bounds.iter().map(|bound| bound.0).collect::<Vec<_>>(), [1, 3]);
    assert!((found.bounds[0].2 - 0.3).abs() < 0.02 && (found.bounds[1].1 - 0.4).abs() < 0.02, "{found:?}");
    assert!(found.bounds[0].1 == f64::NEG_INFINITY && found.bounds[1].2 == f64::INFINITY);
    assert!(found.coverage > 0.95 && (found.density - 0.9).abs() < 0.03 && (found.mass - 0.18).abs() < 0.02, "{found:?}");
    let noise: Vec<bool> = (0..n).map(|_| luck.random::<f64>() < 0.3).collect();
    assert_eq!(prim::corner(&columns, &noise), None, "nothing explains what is luck");
    assert_eq!(prim::corner(&columns, &vec![false; n]), None);
    assert_eq!(prim::corner(&columns, &vec![true; n]), None);
}

fn bent<'a>(columns: &[&'a [f64]]) -> Design<'a> {
    let mut design = Design::new(columns[0].len());
    columns.iter().for_each(|column| design.bent(column, 8));
    design
}

/// Signing is worth a + b·X + c·Z + luck: knowing X is worth b·φ(a/b) + a·Φ(a/b) − max(0, a), and so is everything with the spread of all.
#[test]
fn the_worth_of_knowing_is_that_of_the_closed_form() {
    let standard = Normal::new(0.0, 1.0).expect("a law");
    let mut luck = Xoshiro256PlusPlus::seed_from_u64(4);
    let n = 10_000;
    let mut normal = || (0..n).map(|_| standard.inverse_cdf(luck.random_range(1e-12..1.0))).collect::<Vec<f64>>();
    let (x, z, idle) = (normal(), normal(), normal());
    let (a, b, c, d) = (0.3, 1.0, 0.5, 0.8);
    let sides = [normal(), normal()].map(|noise| {
        let sign: Vec<f64> = (0..n).map(|trial| a + b * x[trial] + c * z[trial] + d * noise[trial]).collect();
        vec![vec![0.0; n], sign]
    });
    let truth = |b: f64| b * (-0.5 * (a / b) * (a / b)).exp() / (2.0 * core::f64::consts::PI).sqrt() + a * standard.cdf(a / b) - a;
    let one = |column: &[f64]| known(&sides[0], &bent(&[column])).0;
    let both = everything([&sides[0], &sides[1]], &[bent(&[&x]), bent(&[&x, &z])]);
    let all = perfect([&sides[0], &sides[1]]);
    let spread = (b * b + c * c).sqrt();
    for (found, truth) in [(one(&x), truth(b)), (one(&z), truth(c)), (both, truth(spread)), (all, truth((spread * spread + d * d).sqrt()))]
    {
        assert!((found.value - truth).abs() <= 4.8916 * found.error, "{found:?} is not {truth}");
        assert!(found.at_least <= found.value && found.at_least > found.value - 5.0 * found.error, "{found:?}");
        // A bound at 95% and then 3.2466 errors more: a false alarm of one in a million.
        assert!(found.at_least <= truth + 3.2466 * found.error, "{found:?} is more than {truth}");
    }
    // Finer knowledge of the same trials is never worth less.
    assert!(both.value <= all.value);
    let nothing = one(&idle);
    assert!(nothing.at_least == 0.0 && nothing.value <= 4.8916 * nothing.error + 0.002, "what says nothing is worth nothing: {nothing:?}");
    // A constant tells nothing at all, and a column that another one already tells nothing more.
    assert_eq!(one(&vec![1.0; n]).value, 0.0);
    let twice = known(&sides[0], &bent(&[&x, &x])).0;
    assert!((twice.value - one(&x).value).abs() < 1e-9, "{twice:?}");
}

/// What the inputs decide alone is known exactly, however the regression fails: here the product of three.
#[test]
fn what_no_luck_moves_is_known_exactly() {
    let mut luck = Xoshiro256PlusPlus::seed_from_u64(6);
    let columns: Vec<Vec<f64>> = (0..3).map(|_| (0..2_000).map(|_| luck.random_range(-1.0..1.0)).collect()).collect();
    let product: Vec<f64> = (0..2_000).map(|trial| columns.iter().map(|column| column[trial]).product()).collect();
    let options = [vec![0.0; 2_000], product];
    let mut design = Design::new(2_000);
    columns.iter().for_each(|column| design.bent(column, 4));
    let (all, certain) = (everything([&options, &options], &[design]), perfect([&options, &options]));
    assert!((all.value - certain.value).abs() < 1e-9, "{all:?} is not {certain:?}");
    // The mean of max(0, xyz) is half of the mean of |x|³: 1/16.
    assert!((all.value - 1.0 / 16.0).abs() <= 4.8916 * all.error, "{all:?}");
}

/// Six effects that count alike: 1,000 people, $1,000 for each outcome, and a price of what is expected, 600,000. What signing is worth is
/// normal with mean 0 and standard deviation 1,000,000 × 0.02 × √6, so that knowing all six is worth 48,990 × φ(0), and one 20,000 × φ(0).
#[test]
fn many_inputs_that_matter_alike() {
    let mut text = String::from(
        "schema = 1\n[deal]\nname = \"six\"\ncurrency = \"USD\"\nstart = 2026-01-01\nperiod = \"year\"\nperiods = 3\ndiscount_rate = 0\n\
         [program]\nprovider = \"P\"\ncohorts = { count = 1, size = 1_000 }\n[[payor]]\nname = \"City\"\n\
         value_per_outcome = { a = 1_000, b = 1_000, c = 1_000, d = 1_000, e = 1_000, f = 1_000 }\n\
         [[payment]]\nname = \"fee\"\npayor = \"City\"\ndates = [2027-01-01]\nprice = { lump_sum = 600_000 }\n",
    );
    for name in ["a", "b", "c", "d", "e", "f"] {
        text += &format!("[[outcome]]\nname = \"{name}\"\nwithout = 0.3\neffect = {{ normal = {{ mean = 0.1, sd = 0.02 }} }}\n");
    }
    let deal = crate::support::deal(&text);
    let options = Options::default().trials(3_000).seed(15);
    let choices = [("nothing", None), ("sign", Some(deal.clone()))].map(|(name, deal)| Choice { name: name.into(), deal });
    let found = information(&deal, &choices, &[], &Question::new("payor.\"City\".net_benefit"), &options).expect("a study");
    let at_zero = 1.0 / (2.0 * core::f64::consts::PI).sqrt();
    let singles = found.inputs.iter().map(|(_, worth)| (*worth, 20_000.0 * at_zero));
    for (worth, truth) in singles.chain([found.everything, found.perfect].map(|worth| (worth, 1e6 * 0.02 * 6f64.sqrt() * at_zero))) {
        assert!((worth.value - truth).abs() <= 4.8916 * worth.error, "{worth:?} is not {truth}");
        assert!(worth.at_least <= truth + 3.2466 * worth.error && worth.at_least > 0.5 * truth, "{worth:?} says little of {truth}");
    }
    assert!((found.everything.value - found.perfect.value).abs() < 1e-6, "benefits are expected ones: no luck is left");
}

//! What is known: evidence shrunk toward its field, and inputs that move together.

use pfsim::deal::{CohortId, Deal, OutcomeId};
use pfsim::engine::{Block, Plan};
use pfsim::numeric::math::{exp, pow};
use pfsim::scenario;

use crate::support::Z;

fn deal(effect: &str, more: &str) -> Deal {
    let text = format!(
        "schema = 1\n[deal]\nname = \"knowledge\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 2\n[program]\nprovider = \"p\"\n\
         cohorts = {{ count = 1, size = 100 }}\nenrolment_ratio = {{ lognormal = {{ mu = -0.07, sigma = 0.375 }} }}\noverrun = {{ gamma = {{ mean = 1.0, sd = 0.2 }} }}\n\
         [[outcome]]\nname = \"pay\"\nkind = \"amount\"\nwithout = {{ beta = {{ mean = 0.4, sd = 0.1 }} }}\neffect = {effect}\nsd = 1\n{more}"
    );
    crate::support::deal(&text)
}

fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{found} and {expected}");
}

/// Per Scholas' second year, 25.8% (standard error 8.65), shrinks toward the field of 14.4% (13.1): 22.3%, sd 7.2 (evidence, C).
#[test]
fn an_estimate_shrinks_toward_its_field() {
    let effect = |more: &str| {
        let text = format!(
            "{{ evidence = {{ estimate = {}, se = {}, field_mean = 0.144, field_sd = 0.131{more} }} }}",
            3_746.0 / 14_525.0,
            1_257.0 / 14_525.0
        );
        deal(&text, "").outcomes[OutcomeId(0)].effect.clone().expect("an effect")
    };
    let (mean, sd) = effect("").moments();
    near(mean, 0.223, 0.0005);
    near(sd, 0.072, 0.0005);
    let (same, wider) = effect(", new_site_sd = 0.08").moments();
    near(same, mean, 1e-12);
    near(wider, (sd * sd + 0.08 * 0.08).sqrt(), 1e-12);
    let (dollars, _) = effect(", times = 14_525").moments();
    near(dollars, 14_525.0 * mean, 1e-6);
    // A chance of 30% that there is no effect: 0.3·N(x; 0, s²) against 0.7·N(x; m, s² + τ²), by hand.
    let (x, s, m, t) = (3_746.0 / 14_525.0, 1_257.0 / 14_525.0, 0.144, 0.131);
    let normal = |x: f64, variance: f64| exp(-0.5 * x * x / variance) / variance.sqrt();
    let (nothing, something) = (0.3 * normal(x, s * s), 0.7 * normal(x - m, s * s + t * t));
    let spiked = effect(", no_effect = 0.3");
    near(spiked.mean(), mean * something / (nothing + something), 1e-12);
    near(spiked.cdf(1e-9) - spiked.cdf(-1e-9), nothing / (nothing + something), 1e-6);
    // Without a trial of its own, a program has what the field has.
    let field =
        deal("{ evidence = { field_mean = 0.144, field_sd = 0.131 } }", "").outcomes[OutcomeId(0)].effect.clone().expect("an effect");
    near(field.mean(), 0.144, 1e-12);
    near(field.sd(), 0.131, 1e-12);
}

const LANES: usize = 40_000;

/// The enrolment ratio, the base and the effect of each trial, as they come out of the world.
fn inputs(deal: &Deal) -> [Vec<f64>; 3] {
    let plan = Plan::new(deal, 23);
    let mut block = Block::new(&plan, LANES);
    block.run(&plan, 0);
    let outcome = &block.world.outcomes[OutcomeId(0)];
    let enrolled = block.world.enrolled.row(CohortId(0)).iter().map(|people| f64::from(*people)).collect();
    let without = outcome.without.row(0).to_vec();
    let effect = outcome.with.row(0).iter().zip(&without).map(|(with, without)| with - without).collect();
    [enrolled, without, effect]
}

/// Spearman's rank correlation: that of the ranks, ties by their mean rank.
fn rank_correlation(one: &[f64], other: &[f64]) -> f64 {
    let ranks = |values: &[f64]| {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        let mut ranks = vec![0.0; values.len()];
        let mut from = 0;
        while from < order.len() {
            let to = from + order[from..].iter().take_while(|&&at| values[at] == values[order[from]]).count();
            order[from..to].iter().for_each(|&at| ranks[at] = 0.5 * (from + to - 1) as f64);
            from = to;
        }
        ranks
    };
    let (one, other) = (ranks(one), ranks(other));
    let mean = 0.5 * (one.len() - 1) as f64;
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>();
    product(&one, &other) / (product(&one, &one) * product(&other, &other)).sqrt()
}

#[test]
fn inputs_move_together_and_keep_their_laws() {
    let effect = "{ normal = { mean = 0.1, sd = 0.05 } }";
    let together = "[[correlation]]\nbetween = [\"pay.effect\", \"pay.without\"]\nrank = 0.5\n[[correlation]]\nbetween = [\"pay.effect\", \"program.enrolment_ratio\"]\nrank = -0.3\n";
    let correlated = inputs(&deal(effect, together));
    let alone = inputs(&deal(effect, ""));
    let error = Z / (LANES as f64).sqrt();
    assert!((rank_correlation(&correlated[2], &correlated[1]) - 0.5).abs() <= error);
    assert!((rank_correlation(&correlated[2], &correlated[0]) + 0.3).abs() <= error);
    assert!(rank_correlation(&correlated[0], &correlated[1]).abs() <= error, "what is not said is not correlated");
    assert!(rank_correlation(&alone[2], &alone[1]).abs() <= error);
    for (moved, alone) in correlated.iter().zip(&alone) {
        // Kolmogorov and Smirnov: two samples of one law differ by at most 1.95·√(2/n) in all but one of a thousand cases; at a false alarm
        // of one in a million, 2.7.
        let (mut moved, mut alone) = (moved.clone(), alone.clone());
        moved.sort_by(f64::total_cmp);
        alone.sort_by(f64::total_cmp);
        let largest =
            moved.iter().enumerate().map(|(at, x)| (at as f64 - alone.partition_point(|y| y < x) as f64).abs()).fold(0.0, f64::max);
        // Enrolment is in whole people: many are equal.
        let ties = moved.chunk_by(|a, b| a == b).map(<[f64]>::len).max().unwrap_or(1) as f64;
        assert!(largest <= 2.7 * (2.0 * LANES as f64).sqrt() + ties, "{largest}");
    }
}

#[test]
fn correlations_that_cannot_be() {
    let text = |more: &str| {
        format!(
            "schema = 1\n[deal]\nname = \"k\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 2\n[program]\nprovider = \"p\"\n\
         cohorts = {{ count = 1, size = 100 }}\noverrun = {{ gamma = {{ mean = 1.0, sd = 0.2 }} }}\n[[outcome]]\nname = \"job\"\n\
         without = {{ beta = {{ mean = 0.4, sd = 0.1 }} }}\neffect = {{ normal = {{ mean = 0.1, sd = 0.1 }} }}\n{more}"
        )
    };
    let pair = |one: &str, other: &str, rank: f64| format!("[[correlation]]\nbetween = [\"{one}\", \"{other}\"]\nrank = {rank}\n");
    for (more, wanted) in [
        (pair("job.effects", "job.without", 0.5), "no uncertain input `job.effects`"),
        (pair("program.enrolment_ratio", "job.without", 0.5), "no uncertain input `program.enrolment_ratio`"),
        (pair("job.effect", "job.without", 5.0), "rank correlation lies between"),
        (pair("job.effect", "job.effect", 0.5), "correlated already, or are one"),
        (
            [
                pair("job.effect", "job.without", 0.9),
                pair("job.effect", "program.overrun", 0.9),
                pair("job.without", "program.overrun", -0.9),
            ]
            .concat(),
            "no numbers are correlated like this",
        ),
    ] {
        let problems = scenario::parse("k.toml", &text(&more)).expect_err("a mistake").to_string();
        assert!(problems.contains(wanted), "{wanted}:\n{problems}");
    }
}

/// Draws made elsewhere: both columns of a row come together, and each row as often as another.
#[test]
fn draws_of_a_table_stay_together() {
    let folder = std::env::temp_dir().join(format!("pfsim-draws-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let rows: Vec<String> = (0..50).map(|row| format!("{}, {}\n", 0.30 + 0.002 * f64::from(row), 0.20 - 0.002 * f64::from(row))).collect();
    std::fs::write(folder.join("posterior.csv"), format!("base, effect\n{}", rows.concat())).expect("written");
    let scenario = |effect: &str| {
        let path = folder.join("deal.toml");
        let text = format!(
            "schema = 1\n[deal]\nname = \"draws\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 2\n[program]\nprovider = \"p\"\n\
             cohorts = {{ count = 1, size = 100 }}\n[[outcome]]\nname = \"job\"\nwithout = {{ draws = {{ file = \"posterior.csv\", column = \"base\" }} }}\neffect = {effect}\n"
        );
        std::fs::write(&path, text).expect("written");
        scenario::load(&path, &[])
    };
    let deal = scenario("{ draws = { file = \"posterior.csv\", column = \"effect\" } }").unwrap_or_else(|error| panic!("{error}")).deal;
    let plan = Plan::new(&deal, 3);
    let mut block = Block::new(&plan, LANES);
    block.run(&plan, 0);
    let outcome = &block.world.outcomes[OutcomeId(0)];
    let mut seen = vec![0u32; 50];
    for (with, without) in outcome.with.row(0).iter().zip(outcome.without.row(0)) {
        near(*with, 0.5, 1e-12);
        seen[((without - 0.30) / 0.002).round() as usize] += 1;
    }
    let expected = LANES as f64 / 50.0;
    assert!(seen.iter().all(|&count| (f64::from(count) - expected).abs() <= Z * expected.sqrt()), "{seen:?}");
    for (effect, wanted) in [
        ("{ draws = { file = \"posterior.csv\", column = \"effects\" } }", "no column `effects`"),
        ("{ draws = { file = \"prior.csv\", column = \"effect\" } }", "cannot read"),
        ("{ normal = { mean = 0.1, sd = 0.1 }, draws = { file = \"posterior.csv\", column = \"effect\" } }", "draws stand alone"),
    ] {
        let problems = scenario(effect).expect_err("a mistake").to_string();
        assert!(problems.contains(wanted), "{wanted}:\n{problems}");
    }
    std::fs::remove_dir_all(&folder).expect("cleaned");
}

/// A path that is expected, and recessions: half the chance a half-year, and in the long run a share of per_year·years / (1 + …).
#[test]
fn the_economy_follows_a_path_and_falls_into_recessions() {
    let text = "schema = 1\n[deal]\nname = \"economy\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"quarter\"\nperiods = 90\n[program]\nprovider = \"p\"\n\
                cohorts = { count = 80, size = 10 }\n[economy]\npersistence_per_year = 0.8\nsd = 0.5\npath = [0.0, 1.0, 2.0]\n\
                recession = { per_year = 0.2, points = 4, years = 1.5 }\n[[outcome]]\nname = \"job\"\nrate = 0.5\nper_point_of_unemployment = -0.01\n";
    let deal = crate::support::deal(text);
    let plan = Plan::new(&deal, 3);
    let lanes = 8_000;
    let mut block = Block::new(&plan, lanes);
    block.run(&plan, 0);
    let economy = &block.world.economy;
    // A chain that enters with chance b and leaves with chance e each quarter: s' = s(1 − e) + (1 − s)b, from 0.
    let (begins, ends) = (1.0 - pow(0.8, 0.25), 0.25 / 1.5);
    let mut share = 0.0;
    for period in 0..80 {
        share = share * (1.0 - ends) + (1.0 - share) * begins;
        let expected = [0.0, 1.0, 2.0][(period / 4).min(2)] + 4.0 * share;
        let found = economy.row(period).iter().sum::<f64>() / lanes as f64;
        let error = ((0.25 + 16.0 * share * (1.0 - share)) / lanes as f64).sqrt();
        assert!((found - expected).abs() <= Z * error, "quarter {period}: {found} and {expected}");
    }
}

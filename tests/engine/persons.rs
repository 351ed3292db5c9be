//! Single persons: oracles O27, O28 and O32, and person by person against all at once on the same scenarios.

use pfsim::cohort::Drawing;
use pfsim::deal::{CohortId, Deal, OutcomeId};
use pfsim::study::{Options, Run, run};

use crate::oracles::Checked;
use crate::support::Z;

#[test]
fn o27_earnings_and_people_above_a_line() {
    for (scenario, share) in [("O27-gamma", "P_gt_30000_gamma"), ("O27-lognormal", "P_gt_30000_ln")] {
        let check = Checked::new(scenario, "O27");
        let share = check.value(share);
        check.mean("outcome.\"above 30,000\".count", 976.0 * share, Some((976.0 * share * (1.0 - share)).sqrt()));
        check.sd("outcome.\"above 30,000\".count", (976.0 * share * (1.0 - share)).sqrt(), 3.1);
        if scenario == "O27-gamma" {
            check.mean("outcome.\"earnings\".count", 976.0 * 17_525.0, Some(976.0 * check.value("SE_mean_gamma")));
            check.sd("outcome.\"earnings\".count", 976.0 * check.value("SE_mean_gamma"), 3.1);
        }
    }
}

#[test]
fn o28_mean_earnings_of_two_hundred() {
    for scenario in ["O28", "O28-one-by-one"] {
        Checked::new(scenario, "O28").share("payment.\"payment\".pays", oracle_value("O28", "P_mean_gt_18500"));
    }
}

fn oracle_value(id: &str, key: &str) -> f64 {
    crate::support::number(&crate::support::oracle(id)["values"][key])
}

#[test]
fn o32_a_sum_without_a_closed_form() {
    let check = Checked::new("O32", "O32");
    check.share("payment.\"payment\".pays", check.value("P_sum_le_3"));
}

const HEAD: &str = "schema = 1\n[deal]\nname = \"persons\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 8\n\
    [program]\nprovider = \"p\"\ncohorts = { count = 2, size = 40 }\nenrolment_ratio = { uniform = { low = 0.6, high = 1.4 } }\n\
    [[payor]]\nname = \"P\"\n";

fn deal(more: &str, one_by_one: bool) -> Deal {
    let text = format!("{HEAD}{more}\n[simulation]\none_by_one = {one_by_one}\n");
    crate::support::deal(&text)
}

fn simulate(deal: &Deal, trials: u64, seed: u64) -> Run {
    run(deal, &Options::default().trials(trials).seed(seed).audit(true)).expect("a run")
}

/// The same scenario person by person and all at once: means and spreads of everything agree at z = 4.8916.
#[test]
fn one_by_one_and_all_at_once_agree() {
    let step = "[[outcome]]\nname = \"takes part\"\nrate = 0.7\n";
    let amount = |law: &str| {
        format!("[[outcome]]\nname = \"pay\"\nkind = \"amount\"\nwithout = 20_000\neffect = 3_000\nspread = {{ {law} }}\nafter = 1\n")
    };
    let pays = "[[payment]]\nname = \"a\"\npayor = \"P\"\non = \"pay\"\nprice = { by = \"rate\", pieces = [{ from = 18_000, pay = 10, per_unit = 2 }] }\n";
    let scenarios = [
        format!(
            "{step}[[outcome]]\nname = \"job\"\nwithout = 0.4\neffect = 0.2\neffect_through = \"takes part\"\n[[outcome]]\nname = \"kept\"\n\
                 given = \"job\"\nrate = 0.6\n[[payment]]\nname = \"a\"\npayor = \"P\"\non = \"kept\"\nprice = {{ per_unit = 10 }}\n"
        ),
        format!("{}{pays}", amount("zeros = 0.19, gamma = 1.88")),
        format!("{step}{}effect_through = \"takes part\"\n{pays}", amount("gamma = 0.6")),
        format!(
            "[[outcome]]\nname = \"job\"\nrate = 0.5\n[[outcome]]\nname = \"pay\"\nkind = \"amount\"\ngiven = \"job\"\nrate = 30_000\n\
                 spread = {{ zeros = 0.05, gamma = 3 }}\n{pays}"
        ),
        format!(
            "{}[[outcome]]\nname = \"well paid\"\nabove = {{ of = \"pay\", amount = 35_000 }}\n[[payment]]\nname = \"a\"\npayor = \"P\"\n\
                 on = \"well paid\"\nprice = {{ per_unit = 10 }}\n",
            amount("zeros = 0.19, gamma = 1.88")
        ),
    ];
    for (at, text) in scenarios.iter().enumerate() {
        let deals = [deal(text, false), deal(text, true)];
        let differs = (0..deals[0].outcomes.len())
            .any(|outcome| Drawing::of(&deals[0], OutcomeId(outcome)) != Drawing::of(&deals[1], OutcomeId(outcome)));
        assert!(differs, "scenario {at} is drawn the same way both times");
        let [together, alone] = [simulate(&deals[0], 30_000, 1), simulate(&deals[1], 30_000, 2)];
        for (one, other) in together.metrics.iter().zip(&alone.metrics) {
            let (a, b) = (&one.summary, &other.summary);
            let error = (a.se * a.se + b.se * b.se).sqrt();
            assert!((a.mean - b.mean).abs() <= Z * error + 1e-9, "{at}: {} is {} ± {} and {} ± {}", one.name, a.mean, a.se, b.mean, b.se);
            // Standard deviations of bounded or nearly normal numbers: their own error is below sd / √n.
            let spread = Z * a.sd.max(b.sd) * 1.6 / 30_000_f64.sqrt();
            assert!((a.sd - b.sd).abs() <= spread + 1e-9, "{at}: {} has sd {} and {}", one.name, a.sd, b.sd);
        }
    }
}

#[test]
fn persons_are_drawn_alone_only_where_that_is_needed() {
    let pay = "[[outcome]]\nname = \"pay\"\nkind = \"amount\"\nrate = 20_000\n";
    let above = "[[outcome]]\nname = \"well paid\"\nabove = { of = \"pay\", amount = 35_000 }\n";
    let measured = |of: &str| format!("[[measure]]\nname = \"found {of}\"\nof = \"{of}\"\n");
    let drawing = |text: &str| Drawing::of(&deal(text, false), OutcomeId(0));
    let gamma = "spread = { zeros = 0.19, gamma = 1.88 }\n";
    assert_eq!(drawing(&format!("{pay}sd = 9_000\n")), Drawing::Central);
    assert_eq!(drawing(&format!("{pay}{gamma}")), Drawing::Together);
    assert_eq!(drawing(&format!("{pay}{gamma}{above}{}", measured("well paid"))), Drawing::Together);
    assert_eq!(drawing(&format!("{pay}{gamma}{above}{}{}", measured("well paid"), measured("pay"))), Drawing::OneByOne);
    assert_eq!(drawing(&format!("{pay}spread = {{ lognormal = 0.6 }}\n")), Drawing::OneByOne);
    assert_eq!(drawing(&format!("{pay}{gamma}[[outcome]]\nname = \"middle\"\nmedian_of = \"pay\"\n")), Drawing::OneByOne);
    let years = "rounds = { count = 3, every = 1 }\ncorrelation_per_year = 0.64\n";
    assert_eq!(drawing(&format!("{pay}{gamma}{years}")), Drawing::OneByOne);
}

/// Two years of the same person's earnings: their totals are correlated as the persons are, here by a normal score, and each year has
/// the law it would have alone.
#[test]
fn years_of_one_person_are_correlated() {
    let text = "[[outcome]]\nname = \"pay\"\nkind = \"amount\"\nrate = 20_000\nspread = { gamma = 4 }\nrounds = { count = 2, every = 1 }\n\
                correlation_per_year = 0.64\nprofile = { without = [1.0, 1.5] }\n[[measure]]\nname = \"found\"\nof = \"pay\"\n";
    let text = HEAD.replace("enrolment_ratio = { uniform = { low = 0.6, high = 1.4 } }\n", "") + text;
    let deal = crate::support::deal(&text);
    let plan = pfsim::engine::Plan::new(&deal, 3);
    let lanes = 20_000;
    let mut block = pfsim::engine::Block::new(&plan, lanes);
    block.run(&plan, 0);
    let total = &block.world.outcomes[OutcomeId(0)].total;
    let (first, second) = (total.row(0), total.row(2));
    let mean = |values: &[f64]| values.iter().sum::<f64>() / lanes as f64;
    let [one, two] = [mean(first), mean(second)];
    let error = 20_000.0 * 0.5 * 40_f64.sqrt() / (lanes as f64).sqrt();
    assert!((one - 800_000.0).abs() <= Z * error && (two - 1_200_000.0).abs() <= Z * 1.5 * error, "{one} {two}");
    let covariance = first.iter().zip(second).map(|(a, b)| (a - one) * (b - two)).sum::<f64>() / lanes as f64;
    let variance = |values: &[f64], mean: f64| values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / lanes as f64;
    let correlation = covariance / (variance(first, one) * variance(second, two)).sqrt();
    // Of gamma amounts with shape 4 the correlation lies a little below that of the scores, 0.64 (Fréchet: it cannot exceed it).
    assert!(correlation < 0.64 + Z * (1.0 - 0.64 * 0.64) / (lanes as f64).sqrt() && correlation > 0.60, "{correlation}");
    // Different cohorts are different people.
    let other = total.row(1);
    let covariance = first.iter().zip(other).map(|(a, b)| (a - one) * (b - mean(other))).sum::<f64>() / lanes as f64;
    assert!((covariance / variance(first, one)).abs() <= Z / (lanes as f64).sqrt());
}

#[test]
fn medians_effects_and_profiles() {
    let text = "[[outcome]]\nname = \"pay\"\nkind = \"amount\"\nwithout = 20_000\nrelative_effect = 0.1\nspread = { gamma = 1 }\n\
                rounds = { count = 3, every = 1 }\nprofile = { without_per_year = 0.5, effect_per_year = -0.5, stops_after = 1 }\n\
                [[outcome]]\nname = \"middle\"\nmedian_of = \"pay\"\n[[measure]]\nname = \"found\"\nof = \"middle\"\n\
                [[measure]]\nname = \"exactly\"\nof = \"pay\"\nmethod = \"exact\"\n";
    let deal = deal(text, false);
    let plan = pfsim::engine::Plan::new(&deal, 3);
    let mut block = pfsim::engine::Block::new(&plan, 4_000);
    block.run(&plan, 0);
    let [pay, middle] = [&block.world.outcomes[OutcomeId(0)], &block.world.outcomes[OutcomeId(1)]];
    // 20,000, 30,000, 45,000 without; 10% more in the first year, 5% in the second, none after it.
    for (round, (without, with)) in [(20_000.0, 22_000.0), (30_000.0, 31_500.0), (45_000.0, 45_000.0)].into_iter().enumerate() {
        assert!((pay.without.row(2 * round)[0] - without).abs() < 1e-6 && (pay.with.row(2 * round)[0] - with).abs() < 1e-6);
        // The median of an exponential law is ln 2 of its mean.
        assert!((middle.with.row(2 * round)[0] / with - core::f64::consts::LN_2).abs() < 1e-9);
        let enrolled = block.world.enrolled.row(CohortId(0));
        let found: Vec<f64> = middle.total.row(2 * round).iter().zip(enrolled).map(|(total, people)| total / f64::from(*people)).collect();
        let mean = found.iter().sum::<f64>() / 4_000.0;
        // A median of about 40 people is off by at most one over their number, and varies by 1/√n of the mean.
        assert!((mean / with - core::f64::consts::LN_2).abs() < 0.03, "{mean}");
    }
}

/// Whoever was drawn before, for other means, other numbers of people or another correlation: the same people have the same amounts.
#[test]
fn people_drawn_before_are_the_people_drawn_alone() {
    use pfsim::cohort::{PeoplePlan, World};
    let pay = |effect: u32, correlation: f64, zeros: f64| {
        format!(
            "[[outcome]]\nname = \"pay\"\nkind = \"amount\"\nwithout = 20_000\neffect = {effect}\nspread = {{ zeros = {zeros}, lognormal = 0.8 }}\n\
            rounds = {{ count = 3, every = 1 }}\ncorrelation_per_year = {correlation}\nafter = 1\n"
        )
    };
    let wider = |text: String| text.replace("high = 1.4", "high = 1.9");
    let texts = [
        format!("{HEAD}{}", pay(3_000, 0.6, 0.2)),
        format!("{HEAD}{}", pay(5_000, 0.6, 0.2)),
        wider(format!("{HEAD}{}", pay(5_000, 0.6, 0.2))),
        format!("{HEAD}{}", pay(5_000, 0.0, 0.2)),
        format!("{HEAD}{}", pay(5_000, 0.6, 0.3)),
        format!("{HEAD}{}", pay(3_000, 0.6, 0.2)),
    ];
    let pay = OutcomeId(0);
    for text in texts {
        let plan = PeoplePlan::new(&crate::support::deal(&text), 77);
        let mut all = World::new(&plan, 48);
        let mut alone = World::new(&plan, 1);
        all.simulate(&plan, 96);
        for lane in 0..48 {
            alone.simulate(&plan, 96 + lane as u64);
            for row in 0..6 {
                let totals = [all.outcomes[pay].total.row(row)[lane], alone.outcomes[pay].total.row(row)[0]];
                assert_eq!(totals[0].to_bits(), totals[1].to_bits(), "{totals:?} of {row}, {lane}");
                assert!(totals[0] > 0.0);
            }
        }
    }
}

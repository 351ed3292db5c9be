//! The closed forms of contract terms: shared luck, amounts, thresholds on noisy effects, payors that fail, streams of benefit, and what
//! an evaluator's method adds of its own. Accepted as in `oracles`.

use crate::oracles::Checked;
use crate::support::{Z, number, oracle};
use pfsim::numeric::math::pow;

/// The standard deviation of a thing that happens with chance `p` and is worth `size`.
fn bernoulli(p: f64, size: f64) -> f64 {
    size * (p * (1.0 - p)).sqrt()
}

#[test]
fn o04_people_of_a_cohort_that_share_luck() {
    for scenario in ["O04", "O04-site"] {
        let shared = Checked::new(scenario, "O04");
        shared.mean("payors.total", shared.value("E_betabin"), Some(shared.value("SD_betabin")));
        // Cut by the cap, so less heavy in its tails than the normal law.
        shared.sd("payors.total", shared.value("SD_betabin"), 5.0);
        shared.sd("outcome.\"outcome\".count", shared.value("SD_X_betabin"), 3.5);
        shared.share("payor.\"payor\".cap_binds", shared.value("P_cap_betabin"));
    }
    let alone = Checked::new("O04-independent", "O04");
    alone.mean("payors.total", alone.value("E_bin"), Some(alone.value("SD_bin")));
    alone.sd("payors.total", alone.value("SD_bin"), 5.0);
    alone.share("payor.\"payor\".cap_binds", alone.value("P_cap_bin"));
}

#[test]
fn o09_a_threshold_on_a_difference_of_earnings() {
    for (scenario, chance) in [("O09-0", "P_pay_delta0"), ("O09-1175", "P_pay_delta1175"), ("O09-2478", "P_pay_delta2478")] {
        let check = Checked::new(scenario, "O09");
        check.share("payment.\"payment\".pays", check.value(chance));
        check.sd("measure.\"gain\".found_effect", check.value("SE"), 3.1);
    }
}

#[test]
fn o10_linear_between_a_floor_and_a_cap() {
    let check = Checked::new("O10", "O10");
    check.mean("payors.total", check.value("E"), Some(check.value("SD")));
    check.sd("payors.total", check.value("SD"), 3.0);
    check.share("payor.\"payor\".nothing_paid", check.value("P_zero"));
    check.share("payor.\"payor\".cap_binds", check.value("P_cap"));
}

#[test]
fn o11_what_a_threshold_selects() {
    let check = Checked::new("O11", "O11");
    let pays = check.value("P_pay");
    check.share("payment.\"payment\".pays", pays);
    check.sd("measure.\"gain\".found_effect", check.value("pred_sd"), 3.1);
    // Their standard errors are the run's own, from trials that pay.
    for (metric, key) in [("true_effect_given_paid", "E_true_given_pay"), ("found_effect_given_paid", "E_measured_given_pay")] {
        let found = check.metric(&format!("payment.\"payment\".{metric}"));
        assert_eq!(found.count + found.undefined, check.run.trials);
        assert!((found.mean - check.value(key)).abs() <= Z * found.se, "{metric}: {} ± {}", found.mean, found.se);
    }
    let overstated =
        check.metric("payment.\"payment\".found_effect_given_paid").mean - check.metric("payment.\"payment\".true_effect_given_paid").mean;
    let noise = number(&oracle("O09")["values"]["SE"]) / (check.trials() * pays).sqrt();
    assert!((overstated - check.value("overstatement")).abs() <= Z * noise, "{overstated}");
    check.share("payment.\"payment\".paid_and_ineffective", check.value("P_true_negative_given_pay") * pays);
    let sample = &check.run.sample.values;
    let column = |name: &str| &sample[check.run.metrics.iter().position(|metric| metric.name == name).expect("a metric")];
    let paid: Vec<f64> = column("payment.\"payment\".true_effect_given_paid").iter().copied().filter(|effect| !effect.is_nan()).collect();
    let below = paid.iter().filter(|effect| **effect < 1_500.0).count() as f64 / paid.len() as f64;
    let expected = check.value("P_true_below_threshold_given_pay");
    assert!((below - expected).abs() <= Z * bernoulli(expected, 1.0) / (paid.len() as f64).sqrt(), "{below} and {expected}");
}

#[test]
fn o22_payors_that_fail() {
    let (payment, hazard, rate): (f64, f64, f64) = (400_000.0, 0.02, 0.04);
    for (scenario, key, lasting) in [("O22-lasting", "EPV_absorbing", true), ("O22-yearly", "EPV_independent", false)] {
        let check = Checked::new(scenario, "O22");
        let (mut value, mut variance) = (0.0, 0.0);
        for year in 1..=5 {
            let factor = pow(1.0 + rate, f64::from(-year));
            value += check.metric(&format!("payor.\"payor\".fy{}", 2025 + year)).mean * factor;
            for other in 1..=5 {
                let both = if lasting { pow(1.0 - hazard, f64::from(year.max(other))) } else { 1.0 - hazard };
                let apart = if lasting { pow(1.0 - hazard, f64::from(year + other)) } else { (1.0 - hazard) * (1.0 - hazard) };
                let together = if lasting || year == other { both - apart } else { 0.0 };
                variance += payment * payment * factor * pow(1.0 + rate, f64::from(-other)) * together;
            }
        }
        let se = (variance / check.trials()).sqrt();
        assert!((value - check.value(key)).abs() <= Z * se, "{scenario}: {value} ± {se}");
        // A payor that fails for a year each time by itself pays all five with the same chance as one that fails for good.
        check.share("payor.\"payor\".fails", 1.0 - check.value("P_all_paid"));
        let number = if lasting { check.value("E_number_paid_absorbing") } else { 5.0 * (1.0 - hazard) };
        check.mean("payors.total", number * payment, None);
    }
}

#[test]
fn o23_an_effect_that_fades() {
    let check = Checked::new("O23", "O23");
    let mean = |check: &Checked, metric: &str| check.metric(&format!("payor.\"payor\".{metric}")).mean;
    // Nothing is uncertain here; the value of a year's stream is kept to the cent.
    assert!((mean(&check, "benefit") - check.value("PV_fiscal")).abs() <= 0.01);
    assert!((mean(&check, "benefit_cost_ratio") - check.value("BCR_fiscal")).abs() < 1e-6);
    assert!((mean(&check, "break_even_share") * 3_746.0 - check.value("break_even_effect")).abs() < 0.01);
    let whole = Checked::new("O23-whole", "O23");
    assert!((mean(&whole, "benefit") - whole.value("PV_effect")).abs() <= 0.01);
}

#[test]
fn o25_people_chosen_at_their_worst() {
    let check = Checked::new("O25", "O25");
    // The participants' mean is the only noise: the history is taken as known.
    let se = 18_000.0 / 500_f64.sqrt();
    check.mean("measure.\"gain\".found_effect", check.value("spurious_gain_dollars"), Some(se));
    check.mean("outcome.\"earnings\".true_effect", 0.0, Some(0.0));
}

#[test]
fn o37_a_biased_comparison_pays_for_nothing_more_often() {
    for (scenario, key) in [("O37-1175", "P_pay"), ("O37-0", "P_pay_true_effect_zero")] {
        let check = Checked::new(scenario, "O37");
        check.share("payment.\"payment\".pays", check.value(key));
        check.sd("measure.\"gain\".found_effect", check.value("SD_measured"), 3.1);
    }
}

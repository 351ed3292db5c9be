//! Values from closed forms and public sources, computed outside this project (`tests/oracles.json`), and the scenarios that meet them.
//!
//! Accepted when |estimate − value| ≤ z·SE with z = 4.8916 (a false alarm in 10⁶, oracle O35) and, where the oracle gives it, the
//! standard error of the exact law.

use pfsim::scenario;
use pfsim::study::{Options, Run, run};
use serde_json::Value;

use crate::support::{Z, number, oracle};
use std::path::Path;

/// Runs a scenario file under `tests/oracles` with every book checked.
pub(crate) fn simulate(name: &str) -> Run {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/oracles/{name}.toml"));
    let deal = scenario::load(&path, &[]).unwrap_or_else(|error| panic!("{error}")).deal;
    let options = Options::default().trials(deal.trials).seed(deal.seed).audit(true);
    run(&deal, &options).unwrap_or_else(|error| panic!("{error}"))
}

pub(crate) struct Checked {
    pub run: Run,
    pub values: Value,
}

impl Checked {
    pub fn new(scenario: &str, id: &str) -> Self {
        Self { run: simulate(scenario), values: oracle(id)["values"].clone() }
    }

    pub fn value(&self, key: &str) -> f64 {
        number(&self.values[key])
    }

    pub fn metric(&self, name: &str) -> &pfsim::stats::Summary {
        &self.run.metrics.iter().find(|metric| metric.name == name).unwrap_or_else(|| panic!("no metric {name}")).summary
    }

    pub fn trials(&self) -> f64 {
        self.run.trials as f64
    }

    /// The mean of a metric, with the standard error of the exact law where its sd is known.
    pub fn mean(&self, metric: &str, expected: f64, sd: Option<f64>) {
        let summary = self.metric(metric);
        let se = sd.unwrap_or(summary.sd) / self.trials().sqrt();
        let distance = (summary.mean - expected).abs();
        assert!(distance <= Z * se, "{metric}: {} is {:.2} standard errors from {expected}", summary.mean, distance / se);
    }

    /// The standard deviation, with the standard error √((κ − 1)/4n)·sd, the kurtosis κ bounded by `kurtosis`.
    pub fn sd(&self, metric: &str, expected: f64, kurtosis: f64) {
        let se = expected * ((kurtosis - 1.0) / (4.0 * self.trials())).sqrt();
        let distance = (self.metric(metric).sd - expected).abs();
        assert!(distance <= Z * se, "{metric}: sd {} is {:.2} standard errors from {expected}", self.metric(metric).sd, distance / se);
    }

    pub fn share(&self, chance: &str, expected: f64) {
        let found = self.run.chances.iter().find(|known| known.name == chance).unwrap_or_else(|| panic!("no chance {chance}"));
        let se = (expected * (1.0 - expected) / self.trials()).sqrt();
        let distance = (found.share.share() - expected).abs();
        assert!(distance <= Z * se, "{chance}: {} is {:.2} standard errors from {expected}", found.share.share(), distance / se);
    }
}

#[test]
fn o01_uncapped_price_per_unit() {
    let check = Checked::new("O01", "O01");
    check.mean("payors.total", check.value("E"), Some(check.value("SD")));
    check.sd("payors.total", check.value("SD"), 3.0);
}

#[test]
fn o02_capped_price_per_unit() {
    let check = Checked::new("O02", "O02");
    check.mean("payors.total", check.value("E"), Some(check.value("SD")));
    check.share("payor.\"payor\".cap_binds", check.value("P_cap_binds"));
    // Quantiles of a lattice law: exact unless the probability falls within noise of a jump, which these do not.
    let summary = check.metric("payors.total");
    assert_eq!([summary.p5, summary.p50, summary.p95], [check.value("q05"), check.value("q50"), check.value("q95")]);
    let lost = check.metric("payor.\"payor\".due").mean - summary.mean;
    // The part above the cap has an sd below that of the uncapped payment.
    assert!((lost - check.value("expected_value_lost_to_cap")).abs() <= Z * 43_809.0 / check.trials().sqrt());
}

#[test]
fn o06_all_or_nothing_at_a_threshold() {
    let check = Checked::new("O06", "O06");
    check.share("payment.\"payment\".pays", check.value("P_pay_exact"));
    let sd = 2_000_000.0 * (check.value("P_pay_exact") * (1.0 - check.value("P_pay_exact"))).sqrt();
    check.mean("payors.total", check.value("E_pay"), Some(sd));
}

#[test]
fn o07_difference_of_two_arms_with_ties() {
    let check = Checked::new("O07", "O07");
    check.share("payment.\"payment\".pays", check.value("P_exact"));
    check.sd("measure.\"found\".found_effect", check.value("SE"), 3.1);
}

#[test]
fn o17_risk_metrics_of_a_single_investment() {
    let check = Checked::new("O17", "O17");
    check.mean("payors.total", check.value("E_payment"), None);
    check.mean("tranche.\"investor\".multiple", check.value("E_MOIC"), None);
    check.mean("tranche.\"investor\".irr", check.value("E_IRR"), None);
    check.mean("tranche.\"investor\".npv", check.value("E_NPV_6pct"), None);
    check.share("tranche.\"investor\".loss", check.value("P_capital_loss"));
    check.share("payor.\"payor\".cap_binds", check.value("P_cap"));
    let irr = check.metric("tranche.\"investor\".irr");
    for (found, key) in [(irr.p5, "q05_IRR"), (irr.p50, "q50_IRR"), (irr.p95, "q95_IRR")] {
        assert!((found - check.value(key)).abs() < 1e-12, "{key}: {found}");
    }
    let gain = check.run.metrics.iter().find(|metric| metric.name == "tranche.\"investor\".gain").expect("gain");
    let tail = gain.tail.expect("a tail");
    assert!((-tail.value_at_risk - check.value("VaR95_loss")).abs() < 1e-6, "VaR {}", tail.value_at_risk);
    let distance = (-tail.shortfall - check.value("ES95_loss")).abs();
    assert!(distance <= Z * tail.standard_error, "ES {} ± {}", tail.shortfall, tail.standard_error);
}

#[test]
fn o19_milestone_funnel() {
    let check = Checked::new("O19", "O19");
    // The penny that marks the 45th count is a hundred-thousandth of the standard error.
    check.mean("payors.total", check.value("E_total"), Some(check.value("SD_total")));
    check.sd("payors.total", check.value("SD_total"), 3.1);
    check.share("payment.\"45 or more\".pays", check.value("P_26wk_count_ge_45"));
}

#[test]
fn o24_match_rate_and_misclassification() {
    let matched = Checked::new("O24-match", "O24");
    matched.mean("payors.total", matched.value("E_capped_match"), None);
    matched.share("payor.\"payor\".cap_binds", matched.value("P_cap_match"));
    let mistaken = Checked::new("O24-misclassified", "O24");
    mistaken.mean("payors.total", mistaken.value("E_capped_misclass"), None);
    mistaken.mean("measure.\"found\".units", 500.0 * mistaken.value("q_observed_misclass"), None);
}

#[test]
fn o31_step_ladder_on_a_measured_effect() {
    let check = Checked::new("O31", "O31");
    let penny = 0.01;
    check.mean("payors.total", check.value("E_payment_m") * 1e6 + penny * 0.5, Some(check.value("SD_payment_m") * 1e6));
    check.share("payment.\"payment\".pays", 1.0 - check.value("P_zero"));
    check.share("payment.\"principal\".pays", check.value("P_principal_repaid"));
    let nothing = Checked::new("O31-no-effect", "O31");
    nothing.mean("payment.\"payment\".paid", nothing.value("E_payment_true_effect_zero") * 1e6, None);
    nothing.share("payment.\"payment\".pays", nothing.value("P_any_payment_true_effect_zero"));
}

#[test]
fn o34_linear_loading_on_unemployment() {
    let check = Checked::new("O34", "O34");
    check.mean("outcome.\"outcome\".count", 340.0, Some(check.value("SD_X")));
    check.sd("outcome.\"outcome\".count", check.value("SD_X"), 3.1);
}

#[test]
fn o35_standard_errors_are_those_of_the_exact_law() {
    let check = Checked::new("O35", "O35");
    assert!((Z - check.value("z_1e6_two_sided")).abs() < 1e-4);
    let reported = check.metric("payors.total").se;
    let exact = check.value("se_mean_O02");
    // The relative error of an estimated standard error is about 1/√(2n).
    assert!((reported / exact - 1.0).abs() <= Z * (1.0 / (2.0 * check.trials())).sqrt(), "{reported} and {exact}");
}

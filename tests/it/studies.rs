//! Studies of one scenario: layers of risk and the power of an evaluation against closed forms, and what readiness is worth.

use pfsim::deal::Deal;
use pfsim::sampling::Layer;
use pfsim::study::{Options, Signal, layers, power, readiness, run};

use crate::support::{Z, number, oracle};

fn deal(text: &str) -> Deal {
    crate::support::deal(text)
}

fn options(trials: u64) -> Options {
    Options::default().trials(trials).seed(5)
}

const HEAD: &str = "schema = 1\n[deal]\nname = \"studies\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 4\n\
    [program]\nprovider = \"p\"\n";

/// Two cohorts of 60 people with a rate that is a beta variable of mean m and sd s, known to all: of the number of successes, knowledge
/// explains N²s² and the people N(m(1 − m) − s²), N = 120.
#[test]
fn shares_of_the_variance_are_those_of_the_law() {
    let text = format!(
        "{HEAD}cohorts = {{ count = 2, size = 60 }}\n[[outcome]]\nname = \"job\"\nwithout = {{ beta = {{ mean = 0.4, sd = 0.04 }} }}\neffect = 0\n\
         [[payor]]\nname = \"P\"\n[[payment]]\nname = \"a\"\npayor = \"P\"\non = \"job\"\nprice = {{ per_unit = 100 }}\n"
    );
    let found = layers(&deal(&text), &options(60_000)).expect("a study");
    let paid = found.iter().find(|number| number.name == "payors.total").expect("what is paid");
    let (n, m, s): (f64, f64, f64) = (120.0, 0.4, 0.04);
    let (knowledge, people) = (n * n * s * s, n * (m * (1.0 - m) - s * s));
    let all = knowledge + people;
    assert!((paid.sd / (100.0 * all.sqrt()) - 1.0).abs() < 0.02, "{}", paid.sd);
    let expected = [knowledge / all, 0.0, 0.0, people / all, 0.0, 0.0];
    for (share, expected) in paid.layers.iter().zip(expected) {
        assert!(
            (share.share - expected).abs() <= Z * share.error + 1e-9,
            "{:?}: {} ± {}, {expected}",
            share.layer,
            share.share,
            share.error
        );
    }
    assert!((paid.layers.iter().map(|layer| layer.share).sum::<f64>() - 1.0).abs() < 1e-9);
    assert_eq!(paid.layers[Layer::Counterparty as usize].error, 0.0, "no payor can fail");
}

/// Oracle O09: the chance to pay at true effects of 0 and of the promised 1,175.
#[test]
fn power_is_that_of_the_closed_form() {
    let text = include_str!("../oracles/O09-1175.toml").replace("effect = 1175", "effect = { normal = { mean = 1_175, sd = 300 } }");
    let deal = deal(&text);
    let all = power(&deal, None, &options(40_000)).expect("a study");
    let [of_payment] = all.as_slice() else { panic!("one payment") };
    assert!((of_payment.promised - 1_175.0).abs() < 1e-9);
    let values = oracle("O09")["values"].clone();
    for (effect, key) in [(0.0, "P_pay_delta0"), (1_175.0, "P_pay_delta1175")] {
        let point = of_payment.points.iter().find(|point| (point.effect - effect).abs() < 1e-6).expect("the point");
        let expected = number(&values[key]);
        let error = (expected * (1.0 - expected) / 40_000.0).sqrt();
        assert!((point.pays.share() - expected).abs() <= Z * error, "{effect}: {}", point.pays.share());
    }
    let shares: Vec<f64> = of_payment.points.iter().map(|point| point.pays.share()).collect();
    assert!(shares.is_sorted(), "more effect, more often paid: {shares:?}");
    let [_, works, nothing, unpaid, neither] = of_payment.prior.table;
    assert_eq!(works.hits + nothing.hits + unpaid.hits + neither.hits, 40_000);
}

#[test]
fn what_a_weak_signal_costs() {
    let text = format!(
        "{HEAD}cohorts = {{ count = 2, size = 100 }}\n[[program.cost]]\nname = \"service\"\nper_participant = 1_000\n[[outcome]]\nname = \"job\"\n\
         without = 0.5\neffect = {{ normal = {{ mean = 0.1, sd = 0.1 }} }}\n[[records]]\nname = \"r\"\nmatch_rate = 0.8\n[[measure]]\n\
         name = \"jobs\"\nof = \"job\"\nrecords = \"r\"\n[[payor]]\nname = \"P\"\nhazard = {{ per_year = 0.1 }}\n[[payment]]\nname = \"a\"\n\
         payor = \"P\"\non = \"jobs\"\nprice = {{ per_unit = 1_000 }}\n[[tranche]]\nname = \"loan\"\nrank = 1\namount = 300_000\nresidual_share = 1\n"
    );
    let deal = deal(&text);
    let findings = readiness(&deal, 0.25, &options(20_000)).expect("a study");
    let of = |signal: Signal| findings.findings.iter().find(|finding| finding.signal == signal).expect("a finding");
    let strength = |signal: Signal| of(signal).strength.expect("a strength");
    assert!((strength(Signal::Payor) - 0.9).abs() < 1e-12);
    assert!((strength(Signal::Data) - 0.8).abs() < 1e-12);
    assert!((strength(Signal::Evidence) - 0.841_344_746).abs() < 1e-6, "Φ(1)");
    assert_eq!(strength(Signal::Partnerships), 0.0);
    // A payor that surely pays pays what it owed before; outcomes that are all found are a quarter more than 80% of them.
    let base = run(&deal, &options(20_000)).expect("a run");
    let mean = |name: &str| base.metrics.iter().find(|metric| metric.name == name).expect("a metric").summary.mean;
    let payor = of(Signal::Payor).gain.expect("a gain").payors;
    assert!((payor[0] - mean("payor.\"P\".defaulted")).abs() <= 1e-6 * payor[0], "{payor:?}");
    let data = of(Signal::Data).gain.expect("a gain").payors;
    assert!((data[0] - 0.25 * mean("payors.total")).abs() <= Z * data[1] + Z * 0.25 * 20.0, "{data:?}");
    // Everything goes to the lender: a quarter of 200 × 1,000 less is drawn.
    let partners = of(Signal::Partnerships).gain.expect("a gain");
    assert_eq!(partners.payors[0], 0.0);
    assert!((partners.investors.expect("investors")[0] - 50_000.0).abs() <= 1e-6);
}

/// Every trial counts, also those of a last block that is not full.
#[test]
fn no_trial_is_left_out() {
    let text = format!(
        "{HEAD}cohorts = {{ count = 1, size = 60 }}\n[[outcome]]\nname = \"job\"\nrate = {{ beta = {{ mean = 0.4, sd = 0.04 }} }}\n\
         [[payor]]\nname = \"P\"\n[[payment]]\nname = \"a\"\npayor = \"P\"\non = \"job\"\nprice = {{ per_unit = 100 }}\n"
    );
    let deal = deal(&text);
    for trials in [1, 3, 300, 2_500] {
        let found = layers(&deal, &options(trials)).expect("a study");
        let paid = found.iter().find(|number| number.name == "payors.total").expect("what is paid");
        // The mean is that of the trials and of their partners with the people drawn anew, of which the last layer has none.
        let base = run(&deal, &options(trials)).expect("a run");
        let mean = base.metrics.iter().find(|metric| metric.name == "payors.total").expect("a metric").summary.mean;
        assert!((paid.mean - mean).abs() < 1e-6, "{trials}: {} {mean}", paid.mean);
    }
}

/// A scenario whose outcomes are steps has nothing to be sure of.
#[test]
fn nothing_to_know_is_not_certainty() {
    let text = format!(
        "{HEAD}cohorts = {{ count = 1, size = 60 }}\n[[outcome]]\nname = \"job\"\nrate = 0.4\n\
         [[payor]]\nname = \"P\"\n[[payment]]\nname = \"a\"\npayor = \"P\"\non = \"job\"\nprice = {{ per_unit = 100 }}\n"
    );
    let found = readiness(&deal(&text), 0.25, &options(100)).expect("a study");
    let evidence = found.findings.iter().find(|finding| finding.signal == Signal::Evidence).expect("a finding");
    assert!(evidence.strength.is_none() && evidence.gain.is_none());
}

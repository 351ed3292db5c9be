//! The programs this project starts from: a scenario for each, whose numbers are the published ones, and their list.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use pfsim::deal::{CohortId, Deal, OutcomeId};
use pfsim::engine::{Block, Plan};
use pfsim::metrics::{Chance, Investment, Value};
use pfsim::sampling::Distribution;
use pfsim::scenario;
use pfsim::study::{Options, power, run};

use crate::support::Z;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

fn program(name: &str) -> Deal {
    scenario::load(&folder().join(format!("programs/{name}.toml")), &[]).unwrap_or_else(|error| panic!("{error}")).deal
}

fn options(deal: &Deal) -> Options {
    Options::default().trials(deal.trials).seed(deal.seed)
}

/// The list of the programs with their headline numbers. `UPDATE_README=1 cargo test --test it -- programs` writes it anew.
#[test]
fn the_list_of_programs_is_true() {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder().join("programs")).expect("programs").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let mut list = String::from(
        "# Scenarios\n\n`programs/` holds the programs that this project starts from, each in a deal that nobody has signed: every number has its source or says\n\
         that it is assumed, and why. Each file opens with whose story it is and which question it answers. `closed/` holds deals that were\n\
         signed, settled on their published results; `examples/` one of each term; `bench/` the workload of the benches; `starter.toml` a file\n\
         to begin with.\n\nPayors: mean and 95th percentile. Lost: the chance that investors receive less than was drawn. For nothing: the\n\
         chance that a payment is made and the true effect is none, where there is one to tell (the highest of its payments).\n\n\
         | program | the deal | payors expect | at most | lost | for nothing |\n|---|---|---|---|---|---|\n",
    );
    for file in &files {
        let stem = file.file_stem().expect("a name").to_string_lossy().into_owned();
        let deal = program(&stem);
        let run = run(&deal, &options(&deal)).expect("a run");
        let paid = run.summary(Value::Paid).expect("what is paid");
        let percent = |share: Option<f64>| share.map_or("–".to_string(), |share| format!("{:.0}%", share * 100.0));
        let loans = deal.capital.tranches.ids().filter(|&tranche| deal.capital.tranches[tranche].is_investment()).count();
        let lost = if loans > 0 { run.share(Chance::Loss(Investment::Together)).map(|share| share.share()) } else { None };
        let nothing = deal.payments.ids().filter_map(|payment| run.share(Chance::PaidIneffective(payment))).map(|share| share.share());
        let money = |value: f64| pfsim::words::money::whole(deal.currency, value);
        let _ = writeln!(
            list,
            "| [{}](programs/{stem}.toml) | {} | {} | {} | {} | {} |",
            deal.name,
            deal.about.as_deref().unwrap_or_default(),
            money(paid.mean),
            money(paid.p95),
            percent(lost),
            percent(nothing.fold(None, |worst: Option<f64>, share| Some(worst.map_or(share, |worst| worst.max(share)))))
        );
    }
    let path = folder().join("README.md");
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(&path, &list).expect("written");
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), list, "run `UPDATE_README=1 cargo test --test it -- programs`");
}

/// Control and treated means in years two and seven at the published point estimates: $14,525 and +$3,746, $35,651 and $40,494; the
/// premium falls from 26% to 14%.
#[test]
fn per_scholas_core_earns_what_was_published() {
    let mut deal = program("per-scholas-core");
    deal.outcomes[OutcomeId(0)].effect = Some(Distribution::constant(3_746.0));
    let lanes = 4_000;
    let plan = Plan::new(&deal, 3);
    let mut block = Block::new(&plan, lanes);
    block.run(&plan, 0);
    let pay = &block.world.outcomes[OutcomeId(0)];
    let cohorts = deal.program.cohorts.len();
    // What each person has on average, over all trials: what the economy moves has mean zero.
    let mean = |values: &[f64]| values.iter().sum::<f64>() / lanes as f64;
    let spread =
        |values: &[f64], mean: f64| (values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / lanes as f64 / lanes as f64).sqrt();
    for (round, control, treated) in [(0, 14_525.0, 14_525.0 + 3_746.0), (5, 35_651.0, 40_494.0)] {
        let row = round * cohorts;
        for (found, published) in [(pay.without.row(row), control), (pay.with.row(row), treated)] {
            let found_mean = mean(found);
            // The interpolated factors have four decimals: half a unit of the last is $1.
            assert!(
                (found_mean - published).abs() <= Z * spread(found, found_mean) + 1.5,
                "year {}: {found_mean} and {published}",
                round + 2
            );
        }
        // And so do the people themselves.
        let people: f64 = block.world.enrolled.row(CohortId(0)).iter().map(|people| f64::from(*people)).sum();
        let total: f64 = pay.total.row(row).iter().sum();
        let error = treated * 0.95 / people.sqrt() + spread(pay.with.row(row), mean(pay.with.row(row)));
        assert!((total / people - treated).abs() <= Z * error + 1.5, "year {}: {}", round + 2, total / people);
        let premium = mean(pay.with.row(row)) / mean(pay.without.row(row)) - 1.0;
        assert!((premium - if round == 0 { 0.26 } else { 0.14 }).abs() < 0.005, "{premium}");
    }
}

/// 14,000 started, 1,600 completed at least one, 1,960 credentials.
#[test]
fn the_funnel_of_texas_is_the_published_one() {
    let deal = program("ut-coursera");
    let run = run(&deal, &options(&deal)).expect("a run");
    for (name, published) in
        [("program.enrolled", 14_000.0), ("outcome.\"completes at least one\".count", 1_600.0), ("outcome.\"credentials\".count", 1_960.0)]
    {
        let found = run.metrics.iter().find(|metric| metric.name == name).expect("a metric").summary;
        assert!((found.mean - published).abs() <= Z * found.se + 1e-9, "{name}: {} ± {}", found.mean, found.se);
    }
}

/// Without any effect, before against after still shows a raise: that of oracle O25 and a year's drift; and the payor pays for it.
#[test]
fn before_against_after_pays_for_nothing() {
    let deal = program("per-scholas-alumni-before-after");
    let mut none = deal.clone();
    none.outcomes[OutcomeId(0)].effect = Some(Distribution::constant(0.0));
    let without = run(&none, &options(&none)).expect("a run");
    let found = without.metrics.iter().find(|metric| metric.name == "measure.\"raise\".found_effect").expect("a metric").summary;
    let spurious = crate::support::number(&crate::support::oracle("O25")["values"]["spurious_gain_dollars"]);
    assert!((found.mean - spurious - 1_300.0).abs() <= Z * found.se, "{} ± {}", found.mean, found.se);
    let paid = without.summary(Value::Paid).expect("what is paid");
    assert!(paid.mean > 300_000.0, "a tenth of nothing: {}", paid.mean);
    // The report says so.
    let told = power(&deal, None, &options(&deal)).expect("a study");
    let nothing = &told[0].points[0];
    assert_eq!(nothing.effect, 0.0);
    assert!((nothing.paid.mean - paid.mean).abs() < 1e-6);
}

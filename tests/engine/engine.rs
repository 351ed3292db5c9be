//! What the engine promises whatever the deal: the same numbers at any thread count and trial count, and not a cent lost.

use pfsim::deal::{Deal, MeasureId, PayorId};
use pfsim::engine::{Block, Plan, SettlementSpace, audit};
use pfsim::study::{Cancel, Options, Run, run, trace};

use crate::support::all_numbers;

const BENCH: &str = include_str!("../../scenarios/bench/workforce-12x150.toml");
const FLAGSHIP: &str = include_str!("../../scenarios/programs/per-scholas-alumni-upskilling.toml");

fn deal(text: &str) -> Deal {
    crate::support::deal(text)
}

fn simulate(deal: &Deal, trials: u64) -> Run {
    run(deal, &Options::default().trials(trials).seed(7).audit(true)).expect("a run")
}

fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads").install(work)
}

#[test]
fn the_same_bytes_at_any_number_of_threads() {
    for text in [BENCH, FLAGSHIP] {
        let deal = deal(text);
        let bytes = |threads| with_threads(threads, || all_numbers("test", "hash", &simulate(&deal, 5_300)));
        let one = bytes(1);
        for threads in [1, 2, 3, 8] {
            assert_eq!(one, bytes(threads), "{threads} threads");
        }
    }
}

#[test]
fn the_first_trials_do_not_depend_on_how_many_follow() {
    for text in [BENCH, FLAGSHIP] {
        let deal = deal(text);
        let (few, many) = (simulate(&deal, 1_000), simulate(&deal, 50_000));
        for (few, many) in few.sample.values.iter().zip(&many.sample.values) {
            assert!(few.iter().zip(many).all(|(few, many)| few.to_bits() == many.to_bits()));
        }
    }
}

/// True counts of every outcome by cohort, for the first `cohorts` cohorts of 300 trials.
fn world(deal: &Deal, outcomes: usize, cohorts: usize) -> Vec<u32> {
    let plan = Plan::new(deal, 7);
    let mut block = Block::new(&plan, 300);
    block.run(&plan, 0);
    // The rows of the first round lie first.
    let rows = |cells: &[u32]| cells[..cohorts * 300].to_vec();
    let mut all = rows(block.world.enrolled.cells());
    all.extend(block.world.outcomes.as_slice()[..outcomes].iter().flat_map(|outcome| rows(outcome.count.cells())));
    all
}

#[test]
fn clauses_change_no_earlier_outcome() {
    let plain = deal(BENCH);
    let before = world(&plain, 3, 12);
    let more = [
        (
            "a payment",
            format!("{BENCH}\n[[payment]]\nname = \"extra\"\npayor = \"State\"\non = \"completions\"\nprice = {{ per_unit = 1 }}\n"),
        ),
        ("a tranche", format!("{BENCH}\n[[tranche]]\nname = \"extra\"\nkind = \"grant\"\namount = 1_000\n")),
        ("a payor", format!("{BENCH}\n[[payor]]\nname = \"extra\"\n")),
        ("a measure", format!("{BENCH}\n[[measure]]\nname = \"extra\"\nof = \"placed\"\nrecords = \"wage records\"\n")),
        ("a cap", BENCH.replace("cap = 7_000_000", "cap = 1_000_000")),
        ("a cohort", BENCH.replace("count = 12", "count = 13").replace("periods = 24", "periods = 28")),
        ("a period", BENCH.replace("periods = 24", "periods = 30")),
    ];
    for (what, text) in more {
        assert_eq!(before, world(&deal(&text), 3, 12), "{what} moved an outcome");
    }
    assert_ne!(before, world(&deal(&BENCH.replace("count = 12, size = 150", "count = 12, size = 151")), 3, 12), "the test can fail");
}

#[test]
fn clauses_change_no_finding_of_another_measure() {
    let found = |text: &str| {
        let deal = deal(text);
        let plan = Plan::new(&deal, 7);
        let mut block = Block::new(&plan, 300);
        block.run(&plan, 0);
        block.findings.measures[MeasureId(2)].units.cells().to_vec()
    };
    let fewer = BENCH.replace(
        "[[measure]]\nname = \"retentions\"\nof = \"retained\"\nrecords",
        "[[measure]]\nname = \"retentions\"\nof = \"completed\"\n# records",
    );
    assert_ne!(fewer, BENCH);
    assert_eq!(
        found(BENCH),
        found(&fewer.replace("observed_after = 1\n\n[[measure]]\nname = \"placement gain\"", "\n[[measure]]\nname = \"placement gain\""))
    );
}

#[test]
fn the_order_of_the_file_changes_nothing() {
    // The same tables in another order: the same numbers under the same names.
    let (head, tail) = BENCH.split_once("[[payment]]").expect("payments");
    let (payments, rest) = tail.split_once("[capital]").expect("capital");
    let mut all: Vec<&str> = payments.split("[[payment]]").collect();
    all.reverse();
    let text = format!("{head}[[payment]]{}\n[capital]{rest}", all.join("[[payment]]"));
    let (one, other) = (simulate(&deal(BENCH), 2_000), simulate(&deal(&text), 2_000));
    for metric in &one.metrics {
        let twin = other.metrics.iter().find(|twin| twin.name == metric.name).expect("the same metrics");
        assert_eq!(format!("{:?}", metric.summary), format!("{:?}", twin.summary), "{}", metric.name);
    }
}

#[test]
fn a_trial_explained_is_the_trial_that_was_run() {
    for text in [BENCH, FLAGSHIP] {
        let deal = deal(text);
        let run = simulate(&deal, 2_000);
        for number in [0, 1, 511, 512, 1_777] {
            let trial = trace(&deal, 7, number);
            for (index, (name, value)) in trial.metrics.iter().enumerate() {
                assert_eq!(run.sample.values[index][number as usize].to_bits(), value.to_bits(), "{name} of trial {number}");
            }
        }
    }
}

#[test]
fn an_audit_finds_a_lost_cent() {
    let deal = deal(BENCH);
    let plan = Plan::new(&deal, 7);
    let mut block = Block::new(&plan, 64);
    block.run(&plan, 0);
    assert_eq!(audit(&deal, &block), Ok(()));
    block.cash.provider[17] += 1;
    assert_eq!(audit(&deal, &block).expect_err("a cent too much").trial, 17);
    block.cash.provider[17] -= 1;
    block.owed.payor_paid.row_mut(PayorId(0))[3] += 1;
    assert_eq!(audit(&deal, &block).expect_err("a cent too much").trial, 3);
}

#[test]
fn another_term_sheet_leaves_the_world_as_it_is() {
    let other = BENCH.replace("pay = 300_000", "pay = 250_000");
    assert_ne!(other, BENCH);
    let (first, second) = (Plan::new(&deal(BENCH), 7), Plan::new(&deal(&other), 7));
    let (mut block, mut fresh) = (Block::new(&first, 128), Block::new(&second, 128));
    let mut terms = SettlementSpace::new(&second, 128);
    for at in 0..3 {
        block.run(&first, at * 128);
        fresh.run(&second, at * 128);
        let paid = block.owed.paid.clone();
        block.exchange(&mut terms);
        block.settle(&second, |_| {});
        assert_eq!(block.owed.paid, fresh.owed.paid);
        assert_eq!(block.cash.flows, fresh.cash.flows);
        block.exchange(&mut terms);
        assert_eq!(block.owed.paid, paid);
    }
}

#[test]
fn a_run_can_be_stopped() {
    let deal = deal(BENCH);
    let cancel = Cancel::default();
    let options = Options::default().trials(1_000_000).seed(1).cancel(cancel.clone());
    cancel.cancel();
    assert!(matches!(run(&deal, &options), Err(pfsim::study::RunError::Interrupted(_))));
}

/// Pinned values: our own output, so that no feature, crate or platform moves them unseen. A change here is value-breaking and must stand
/// in the CHANGELOG.
#[test]
fn pinned_values() {
    use sha2::{Digest, Sha256};
    let hash = |text: &str| {
        let json = all_numbers("pinned", "", &simulate(&deal(text), 10_000));
        Sha256::digest(json.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    assert_eq!([hash(BENCH), hash(FLAGSHIP)], ["c2f3f1dd3d040a1e", "4601d20c540e63ac"]);
}

/// The vectors of a processor change the speed and nothing else: whole runs are the same to the last bit at every width it has.
#[test]
fn every_width_of_vectors_gives_the_same_bytes() {
    use pfsim::numeric::wide::Width;
    const PEOPLE: &str = include_str!("../../scenarios/bench/persons-976.toml");
    let runs =
        || [(BENCH, 10_000), (FLAGSHIP, 9_001), (PEOPLE, 300)].map(|(text, trials)| all_numbers("", "", &simulate(&deal(text), trials)));
    let widest = Width::at_most(Width::Avx512);
    let expected = runs();
    for width in Width::ALL.into_iter().filter(|width| width.is_available()) {
        assert_eq!(Width::at_most(width), width);
        assert!(runs() == expected, "{width:?} differs from {widest:?}");
    }
    Width::at_most(Width::Avx512);
}

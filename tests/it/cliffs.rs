//! What one more success pays: cliffs of hand-made prices, and the same money without steps.

use pfsim::deal::{Deal, PaymentId};
use pfsim::experiment::pieces::{Piece, with_pieces};
use pfsim::study::{Cliff, Options, Range, cliffs, dearer, run, smoother};

fn options(trials: u64) -> Options {
    Options::default().trials(trials).seed(5)
}

fn deal(text: &str) -> Deal {
    crate::support::deal(text)
}

/// 100 people, one payment.
fn text(payment: &str) -> String {
    format!(
        "schema = 1\n[deal]\nname = \"cliffs\"\ncurrency = \"USD\"\nstart = 2025-01-01\nperiod = \"year\"\nperiods = 4\n\
         [program]\nprovider = \"p\"\ncohorts = {{ count = 1, size = 100 }}\n[[program.cost]]\nname = \"service\"\nper_participant = 300\n\
         [[outcome]]\nname = \"job\"\nrate = {{ beta = {{ mean = 0.5, sd = 0.1 }} }}\n\
         [[payor]]\nname = \"P\"\ncap = 60_000\n[[payment]]\nname = \"a\"\npayor = \"P\"\non = \"job\"\n{payment}\npaid_after = 1\n\
         [[tranche]]\nname = \"loan\"\nkind = \"senior\"\namount = 30_000\nresidual_share = 1\n"
    )
}

const STEPS: &str = "price = { by = \"rate\", steps = [{ from = 0.4, pay = 10_000 }, { from = 0.6, pay = 50_000 }] }";

/// Successes before, successes after, times the average.
type Jump = (f64, f64, f64);

/// Jumps, and flats as (first, last).
fn found(range: &Range) -> (Vec<Jump>, Vec<(f64, f64)>) {
    let units = |at: usize| (range.steps[at].units * 1e6).round() / 1e6;
    let mut all = (Vec::new(), Vec::new());
    for cliff in &range.cliffs {
        match cliff {
            Cliff::Jump { at, times } => all.0.push((units(at[0]), units(at[1]), *times)),
            Cliff::Flat { at } => all.1.push((units(at[0]), units(at[1]))),
            Cliff::Fall { at } => panic!("a fall at {}", units(at[0])),
        }
    }
    all
}

#[test]
fn steps_are_cliffs() {
    let ranges = cliffs(&deal(&text(STEPS)), 3.0, &options(2_000)).expect("a study");
    let [range] = ranges.as_slice() else { panic!("one payment") };
    // 50,000 for 60 successes; the 40th pays 10,000 and the 60th 40,000.
    let average: f64 = 50_000.0 / 60.0;
    assert!((range.average - average * 100.0).abs() < 1e-6);
    let (jumps, flats) = found(range);
    assert_eq!(jumps.len(), 2);
    for ((before, after, times), (expected, more)) in jumps.into_iter().zip([(39.0, 10_000.0), (59.0, 40_000.0)]) {
        assert_eq!((before, after), (expected, expected + 1.0));
        assert!((times - more / average).abs() < 1e-6, "{times}");
    }
    assert_eq!(flats, [(0.0, 39.0), (40.0, 59.0), (60.0, 100.0)]);
    // Everything that is paid beyond the costs is the lender's.
    let step = range.steps[60];
    assert_eq!((step.paid, step.payors, step.investors, step.provider), (5_000_000, 5_000_000, 2_000_000, 0));
    assert!((range.expected[0] - 0.5).abs() < 0.02, "{:?}", range.expected);
}

#[test]
fn a_gate_is_a_cliff_and_a_cap_is_a_flat() {
    let gate = "when = \"job.units >= 20\"\nprice = { per_unit = 1_000 }";
    let ranges = cliffs(&deal(&text(gate)), 3.0, &options(600)).expect("a study");
    let (jumps, flats) = found(&ranges[0]);
    assert_eq!(jumps.len(), 1);
    assert_eq!((jumps[0].0, jumps[0].1), (19.0, 20.0));
    assert!((jumps[0].2 - 20.0).abs() < 1e-6, "the twentieth pays for twenty");
    assert_eq!(flats, [(0.0, 19.0), (60.0, 100.0)]);
}

#[test]
fn a_price_for_each_has_none() {
    let ranges = cliffs(&deal(&text("price = { per_unit = 500 }")), 3.0, &options(600)).expect("a study");
    assert_eq!(ranges.len(), 1);
    assert!(ranges[0].cliffs.is_empty(), "{:?}", ranges[0].cliffs);
    assert!(smoother(&deal(&text("price = { per_unit = 500 }")), PaymentId(0), &options(600)).expect("a study").is_none());
}

/// More people than steps of the grid: the jump is still found at the very person.
#[test]
fn a_jump_is_found_at_the_person() {
    let many = text("price = { by = \"units\", steps = [{ from = 1_234, pay = 60_000 }] }").replace("size = 100", "size = 3_000");
    let many = many.replace("amount = 30_000", "amount = 900_000");
    let ranges = cliffs(&deal(&many), 3.0, &options(600)).expect("a study");
    let (jumps, _) = found(&ranges[0]);
    assert_eq!(jumps.len(), 1);
    assert_eq!((jumps[0].0, jumps[0].1), (1_233.0, 1_234.0));
}

#[test]
fn a_smoother_price_costs_the_same() {
    let before = text(STEPS);
    let steps = deal(&before);
    let found = smoother(&steps, PaymentId(0), &options(4_000)).expect("a study").expect("lines");
    assert!(found.points);
    let froms: Vec<f64> = found.lines.iter().map(|[from, _]| *from).collect();
    assert_eq!(froms, [0.2, 0.4, 0.6]);
    let pieces: Vec<Piece> = found.lines.iter().map(|&[from, slope]| Piece { from, slope: slope / 10_000.0 }).collect();
    let (price, after) = with_pieces(&before, "a", 0.0, &pieces, true).expect("pasted");
    assert!(price.starts_with("price = { pieces = [{ from = 0.2, pay = 0, per_point = "), "{price}");
    assert!(price.ends_with("by = \"rate\" }"), "{price}");
    let smooth = deal(&after);
    let [difference, error, cost] = dearer(&steps, &smooth, &options(4_000)).expect("a study");
    assert!(error > 0.0 && difference.abs() <= error, "{difference} ± {error}");
    // The same from two runs by themselves.
    let mean = |deal: &Deal| {
        let run = run(deal, &options(4_000)).expect("a run");
        run.metrics.iter().find(|metric| metric.name == "payment.\"a\".paid").expect("a metric").summary.mean
    };
    assert!((mean(&steps) - cost).abs() < 1e-6 && (mean(&smooth) - cost - difference).abs() < 1e-6);
    assert!(cost > 5_000.0);
    // No cliff is left: the steepest line is 4 times the average of its own table at the most.
    let ranges = cliffs(&smooth, 4.5, &options(600)).expect("a study");
    assert!(ranges[0].cliffs.iter().all(|cliff| matches!(cliff, Cliff::Flat { .. })), "{:?}", ranges[0].cliffs);
}

/// Two payments under one cap: what a payment without steps leaves of it goes to the other one, so the money of both is held.
#[test]
fn a_smoother_price_costs_the_same_with_what_shares_its_cap() {
    let before = text(STEPS) + "[[payment]]\nname = \"b\"\npayor = \"P\"\non = \"job\"\nprice = { per_unit = 700 }\npaid_after = 1\n";
    let steps = deal(&before);
    let found = smoother(&steps, PaymentId(0), &options(4_000)).expect("a study").expect("lines");
    let pieces: Vec<Piece> = found.lines.iter().map(|&[from, slope]| Piece { from, slope: slope / 10_000.0 }).collect();
    let smooth = deal(&with_pieces(&before, "a", 0.0, &pieces, true).expect("pasted").1);
    let mean = |deal: &Deal, name: &str| {
        let run = run(deal, &options(4_000)).expect("a run");
        run.metrics.iter().find(|metric| metric.name == name).expect("a metric").summary.mean
    };
    let [difference, error, cost] = dearer(&steps, &smooth, &options(4_000)).expect("a study");
    assert!(error > 0.0 && difference.abs() <= error, "{difference} ± {error}");
    let both = [&steps, &smooth].map(|deal| mean(deal, "payors.total"));
    assert!((both[0] - cost).abs() < 1e-6 && (both[1] - cost - difference).abs() < 1e-6, "{both:?}");
    // The cap cuts: by itself the payment does not cost the same.
    let own = [&steps, &smooth].map(|deal| mean(deal, "payment.\"a\".paid"));
    assert!((own[1] - own[0]).abs() > 10.0 * (both[1] - both[0]).abs() + 1.0, "{own:?} {both:?}");
}

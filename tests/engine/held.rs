//! A world that is kept gives what a run gives, to the bit, under the terms that were signed and under others; and what is said of a
//! difference is what the trials say.

use std::path::PathBuf;

use pfsim::metrics::Catalogue;
use pfsim::question::Figure;
use pfsim::study::{self, Held, Run, Sight, Stood};
use pfsim::{Options, Question, Scenario};

/// More than two blocks, the last one not full.
const TRIALS: u64 = 1_100;

/// Every scenario that is shipped, but those whose people are so many that one run takes seconds.
fn scenarios() -> Vec<PathBuf> {
    let mut found = vec![PathBuf::from("scenarios/starter.toml")];
    for folder in ["programs", "closed", "examples"] {
        let files = std::fs::read_dir(format!("scenarios/{folder}")).expect("a folder");
        found.extend(files.map(|file| file.expect("a file").path()).filter(|path| path.extension().is_some_and(|end| end == "toml")));
    }
    found.sort();
    found
}

fn stood(held: &mut Held, scenario: &Scenario, set: &[String], before: Option<&Stood>) -> Stood {
    let deal = scenario.changed(set).expect("a valid change");
    // By their own names, of which some end like a figure.
    let whole = |name: &str| Question { name: name.into(), metric: name.into(), figure: Figure::Mean };
    let names: Vec<Question> = Catalogue::new(&deal).names().map(whole).collect();
    assert!(held.is(&Held::world_of(&deal)), "other terms are of the same world: {set:?}");
    let mut settling = held.settling(deal, &names, true, Vec::new());
    while settling.step(held) || held.draw() {}
    settling.finish(held, before)
}

/// Every number of a run by its bits.
fn bits(run: &Run) -> Vec<(String, Vec<u64>)> {
    let metric = |metric: &study::Metric| {
        let of = &metric.summary;
        let mut all = vec![of.mean, of.sd, of.se, of.p5, of.p25, of.p50, of.p75, of.p95, of.min, of.max];
        all.extend(of.quantile_se);
        all.extend(metric.tail.iter().flat_map(|tail| [tail.shortfall, tail.standard_error]));
        let mut all: Vec<u64> = all.into_iter().map(f64::to_bits).collect();
        all.extend([of.count, of.undefined]);
        (metric.name.clone(), all)
    };
    let chance = |chance: &study::Chance| (chance.name.clone(), vec![chance.share.hits, chance.share.count]);
    run.metrics.iter().map(metric).chain(run.chances.iter().map(chance)).collect()
}

fn same(one: &Run, other: &Run, what: &str) {
    let [one, other] = [bits(one), bits(other)];
    assert_eq!(one.len(), other.len(), "{what}");
    for (one, other) in one.iter().zip(&other) {
        assert_eq!(one, other, "{what}");
    }
}

#[test]
fn a_kept_world_gives_the_numbers_of_a_run() {
    for path in scenarios() {
        let scenario = Scenario::read(&path).expect("a scenario");
        let seed = scenario.deal.seed;
        let mut held = Held::new(&scenario.deal, TRIALS, seed);
        let signed = stood(&mut held, &scenario, &[], None);
        let options = Options::default().trials(TRIALS).seed(seed);
        let run = scenario.run(&options).expect("a run");
        same(&signed.run, &run, &path.display().to_string());
        let each = |run: &Run| run.sample.values.iter().flatten().map(|value| value.to_bits()).collect::<Vec<u64>>();
        assert!(each(&signed.run) == each(&run), "{}", path.display());
        assert_eq!(signed.run.sample.paid, run.sample.paid, "{}", path.display());
        // Other terms on the world that is there, with what is known of the first; the last term that can be moved alone.
        let mut changes =
            scenario.decided().into_iter().rev().map(|term| term.assignment(if term.value == 0.0 { 1.0 } else { term.value * 1.5 }));
        let Some(change) = changes.find(|change| scenario.changed(std::slice::from_ref(change)).is_ok()) else { continue };
        let moved = stood(&mut held, &scenario, std::slice::from_ref(&change), Some(&signed));
        let run = scenario.with([change.clone()]).expect("valid").run(&options).expect("a run");
        same(&moved.run, &run, &format!("{} with {change}", path.display()));
        assert_eq!(held.drawn(), TRIALS, "nothing is drawn again");
    }
}

#[test]
fn a_difference_is_that_of_the_trials() {
    let scenario = Scenario::read("scenarios/programs/per-scholas-alumni-upskilling.toml").expect("a scenario");
    let mut held = Held::new(&scenario.deal, 4_000, 7);
    let signed = stood(&mut held, &scenario, &[], None);
    let lower = ["payor.\"State workforce agency\".cap=1_200_000".to_string()];
    let moved = stood(&mut held, &scenario, &lower, Some(&signed));
    let seats = study::seats(&scenario.deal);
    assert!(seats.len() >= 7);
    let (mut differ, mut same) = (0, 0);
    for sight in seats.iter().flat_map(|seat| &seat.sights) {
        let Some([difference, low, high]) = sight.apart([&signed, &moved]) else { continue };
        assert!(low <= difference && difference <= high, "{sight:?}");
        let [before, after] = [&signed, &moved].map(|stood| sight.value(stood).expect("a value").value);
        match sight {
            // The cap is a number of the contract: where it binds more often, the City pays what it paid before.
            Sight::Figure(question) if question.metric.contains("City of Dallas") => {
                assert_eq!([difference, low, high], [0.0; 3], "{sight:?}");
                same += 1;
            }
            _ => {
                let size = before.abs().max(after.abs()).max(1e-9);
                assert!((difference - (after - before)).abs() <= 1e-9 * size, "{sight:?}: {difference} and {before} to {after}");
                differ += usize::from(difference != 0.0);
            }
        }
    }
    assert!(differ >= 8 && same >= 5, "{differ} {same}");
    // Two ways of summing up, one answer: what `compare` says of the same two term sheets, to the bit.
    let other = scenario.with(lower.clone()).expect("valid");
    let compared = scenario.compare(&other, &Options::default().trials(4_000).seed(7)).expect("a comparison");
    let mut met = 0;
    for paired in &compared.found.figures {
        let is = |sight: &&Sight| {
            matches!(sight, Sight::Figure(question) if question.metric == paired.quantity.name
            && (question.figure == Figure::P50) == paired.quantity.short.ends_with("median") && matches!(question.figure, Figure::Mean | Figure::P50))
        };
        let Some(sight) = seats.iter().flat_map(|seat| &seat.sights).find(is) else { continue };
        assert_eq!(sight.apart([&signed, &moved]), paired.difference, "{}", paired.quantity.name);
        met += 1;
    }
    assert!(met >= 25, "{met}");
    // By hand: what the state pays less is what the cap takes, trial by trial.
    let paid = |stood: &Stood| stood.each("payor.\"State workforce agency\".total").expect("it pays").to_vec();
    let by_hand: Vec<f64> = paid(&signed).iter().map(|paid| paid.min(1_200_000.0) - paid).collect();
    let mean = by_hand.iter().sum::<f64>() / by_hand.len() as f64;
    let sight = Sight::Figure(Question::new("payor.\"State workforce agency\".total.mean"));
    let [difference, low, high] = sight.apart([&signed, &moved]).expect("both pay");
    let spread = by_hand.iter().map(|moved| (moved - mean) * (moved - mean)).sum::<f64>() / (by_hand.len() - 1) as f64;
    let half = 1.959_964 * (spread / by_hand.len() as f64).sqrt();
    assert!((difference - mean).abs() < 1e-6 && ((high - low) / 2.0 - half).abs() < 1e-6, "{difference} {mean} {half}");
}

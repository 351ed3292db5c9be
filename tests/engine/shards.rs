//! A run in ranges is the run: to the byte, whatever the cuts, the order and the machine.

use std::fs;

use pfsim::deal::Deal;
use pfsim::scenario;
use pfsim::study::{Options, Run, Shard, ShardError, ranges, run};

const FILES: [&str; 2] = ["scenarios/examples/capital.toml", "scenarios/closed/denver-supportive-housing.toml"];

fn deal(file: &str) -> Deal {
    let text = fs::read_to_string(file).expect("a scenario");
    scenario::parse(file, &text).unwrap_or_else(|problems| panic!("{problems}"))
}

fn options(trials: u64, seed: u64) -> Options {
    Options::default().trials(trials).seed(seed)
}

fn json(run: &Run) -> String {
    crate::support::all_numbers("shards", "", run)
}

/// The same summaries and the same first trials.
fn same(shards: Vec<Shard>, deal: &Deal, whole: &Run) {
    let merged = Shard::merge(shards, deal).unwrap_or_else(|error| panic!("{}: {error}", deal.name));
    assert_eq!(json(&merged), json(whole), "{}", deal.name);
    let bits = |run: &Run| -> Vec<Vec<u64>> {
        run.sample.values.iter().map(|values| values.iter().map(|value| value.to_bits()).collect()).collect()
    };
    assert_eq!((merged.sample.trials, bits(&merged)), (whole.sample.trials, bits(whole)));
    assert_eq!(merged.sample.paid, whole.sample.paid);
}

#[test]
fn any_cut_gives_the_run() {
    const TRIALS: u64 = 21_500;
    for file in FILES {
        let deal = deal(file);
        let whole = run(&deal, &options(TRIALS, 3)).expect("a run");
        let shard = |range| Shard::simulate(&deal, range, &options(1, 3)).expect("a shard");
        // Cuts inside blocks, shards of less than a block, of nothing, and of more values than are kept.
        for cuts in [vec![0, 12_345, TRIALS], vec![0, 100, 200, 511, 513, 9_000, 9_000, TRIALS], vec![0, 512, 20_480, TRIALS]] {
            let mut shards: Vec<Shard> = cuts.windows(2).map(|cut| shard(cut[0]..cut[1])).collect();
            shards.reverse();
            let carried = shards.iter().map(|shard| Shard::from_bytes(&shard.to_bytes(), &deal).expect("read back")).collect();
            same(carried, &deal, &whole);
        }
        // From right to left: what is in the middle is put together before what stands before it.
        let mut parts = [0..7_000, 7_000..7_001, 7_001..19_000, 19_000..TRIALS].map(shard).into_iter().rev();
        let last = parts.next().expect("a shard");
        let all = parts.fold(last, |later, earlier| earlier.append(later).expect("they follow one another"));
        same(vec![all], &deal, &whole);
    }
}

#[test]
fn ranges_are_all_trials_once() {
    for (trials, shards) in [(0, 3), (1, 4), (10, 3), (u64::MAX, 7)] {
        let all = ranges(trials, shards);
        assert_eq!((all[0].start, all[all.len() - 1].end), (0, trials));
        assert!(all.windows(2).all(|pair| pair[0].end == pair[1].start), "{all:?}");
        let lengths = all.iter().map(|range| range.end - range.start);
        assert!(lengths.clone().max().unwrap_or(0) - lengths.min().unwrap_or(0) <= 1, "{all:?}");
    }
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let [one, other] = [deal(FILES[0]), deal(FILES[1])];
    let shard = |deal: &Deal, range, seed| Shard::simulate(deal, range, &options(1, seed)).expect("a shard");
    let first = shard(&one, 0..600, 1);
    let foreign = [shard(&other, 600..700, 1), shard(&one, 600..700, 2)];
    for later in foreign {
        assert_eq!(first.clone().append(later).expect_err("another's"), ShardError::Foreign);
    }
    for (later, found) in [(shard(&one, 700..800, 1), 700), (shard(&one, 599..800, 1), 599)] {
        assert_eq!(first.clone().append(later).expect_err("not the next"), ShardError::Elsewhere { wanted: 600, found });
    }
    assert_eq!(shard(&one, 5..9, 1).finish(&one).expect_err("not the first"), ShardError::Elsewhere { wanted: 0, found: 5 });
    assert_eq!(first.clone().finish(&other).expect_err("another's"), ShardError::Foreign);
    assert_eq!(Shard::merge(Vec::new(), &one).expect_err("nothing"), ShardError::Unreadable);
    // Not a byte may change on the way, and the bytes of one deal are not those of another.
    let bytes = first.to_bytes();
    assert_eq!(Shard::from_bytes(&bytes, &other).expect_err("another's"), ShardError::Foreign);
    for at in (0..bytes.len()).step_by(bytes.len() / 50) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert_eq!(Shard::from_bytes(&changed, &one).expect_err("changed"), ShardError::Unreadable);
    }
    for length in [0, 10, 31, 32, 46, bytes.len() - 1] {
        assert_eq!(Shard::from_bytes(&bytes[..length], &one).expect_err("cut off"), ShardError::Unreadable);
    }
}

/// What a shard weighs: less and less for each trial.
#[test]
fn a_later_shard_is_small() {
    let deal = deal(FILES[0]);
    let bytes = |range: core::ops::Range<u64>| Shard::simulate(&deal, range, &options(1, 1)).expect("a shard").to_bytes().len();
    let (short, long) = (bytes(40_000..60_000), bytes(40_000..120_000));
    assert!(long < 2 * short && long < 6_000_000, "{short} bytes for 20,000 trials, {long} for 80,000");
}

//! A run in ranges is the run: to the byte, whatever the cuts, the order and the machine.

use std::fs;

use pfsim::deal::Deal;
use pfsim::scenario;
use pfsim::study::{Options, Run, Shard, ShardError, ranges, run};
use sha2::{Digest, Sha256};

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

/// Bytes that somebody made up, with the right hash at their end, are refused or do no harm: no panic, no endless loop.
#[test]
fn forged_bytes_do_no_harm() {
    let deal = deal(FILES[0]);
    let shard = |range| Shard::simulate(&deal, range, &options(1, 1)).expect("a shard");
    let [first, later] = [shard(0..9_000), shard(9_000..18_500)];
    let bytes = later.to_bytes();
    let body = bytes.len() - 32;
    let mut state = 1_u64;
    let mut next = |most: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as usize) % most
    };
    let mut read = 0;
    for case in 0..400 {
        let mut forged = bytes[..body].to_vec();
        for _ in 0..=case % 3 {
            // Half of them near the beginning, where the lengths are.
            let at = if next(2) == 0 { 14 + next(400) } else { next(body) };
            forged[at] = [0, 1, 127, 128, 255, forged[at] ^ (1 << next(8))][next(6)];
        }
        let hash: [u8; 32] = Sha256::digest(&forged).into();
        forged.extend(hash);
        if let Ok(shard) = Shard::from_bytes(&forged, &deal) {
            read += 1;
            let _ = first.clone().append(shard.clone()).map(|all| all.finish(&deal));
            let _ = shard.append(first.clone());
        }
    }
    assert!(read > 50, "only {read} were read");
}

/// Columns with atoms, undefined values and tails, cut anywhere: what one column has to the bit, and what sorting all values says.
#[test]
fn merged_columns_are_those_of_all_values() {
    use pfsim::stats::Column;
    const COUNT: usize = 60_000;
    let mut state = 9_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let laws: [fn(f64) -> f64; 6] = [
        |u| u,
        // Most at a cap, some at nothing, the rest between.
        |u| (2_000.0 * u).clamp(100.0, 900.0),
        |u| (20.0 * u).floor(),
        |u| if u < 0.3 { f64::NAN } else { -1.0 / u },
        |u| if u < 0.05 { -100.0 } else { 1e9 * (u - 0.5) },
        |_| 7.25,
    ];
    for (case, law) in laws.into_iter().enumerate() {
        let values: Vec<f64> = (0..COUNT).map(|_| law(next())).collect();
        let column = |from: usize, to: usize| {
            let mut column = Column::from(from as u64, 512, Some(0.05));
            let ends = (from..to).filter(|at| at % 512 == 0 && *at > from).chain([to]);
            ends.fold(from, |from, to| {
                column.push_block(&values[from..to]);
                to
            });
            column
        };
        let (whole, tail) = column(0, COUNT).finish();
        let cuts = [0, 11_000, 11_100, 30_001, 50_176, COUNT];
        let mut parts: Vec<Column> = cuts.windows(2).map(|cut| column(cut[0], cut[1])).collect();
        while parts.len() > 1 {
            let at = parts.len() / 2 - 1;
            let later = parts.remove(at + 1);
            assert!(parts[at].append(later), "law {case}");
        }
        let (merged, merged_tail) = parts.remove(0).finish();
        assert_eq!((format!("{merged:?}"), format!("{merged_tail:?}")), (format!("{whole:?}"), format!("{tail:?}")), "law {case}");

        let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        sorted.sort_by(f64::total_cmp);
        let rank = |p: f64| sorted[((p * sorted.len() as f64).ceil() as usize).max(1) - 1];
        assert_eq!([merged.p5, merged.p25, merged.p50, merged.p75, merged.p95], [0.05, 0.25, 0.5, 0.75, 0.95].map(rank), "law {case}");
        // The mean of the lowest twentieth, by its definition.
        let (share, edge) = (0.05 * sorted.len() as f64, rank(0.05));
        let below: Vec<f64> = sorted.iter().copied().filter(|value| *value < edge).collect();
        let shortfall = (below.iter().sum::<f64>() + edge * (share - below.len() as f64)) / share;
        let found = merged_tail.expect("a tail").shortfall;
        assert!((found - shortfall).abs() <= 1e-9 * shortfall.abs().max(1.0), "law {case}: {found} and {shortfall}");
    }
}

//! Nanoseconds a lane for a block of 512 trials.

use divan::Bencher;
use divan::counter::ItemsCount;
use pfsim::finance::{IrrKind, irr, irr_block};

const LANES: usize = 512;

fn main() {
    divan::main();
}

/// Pays in for a third of the periods, receives uneven amounts in the rest; multiples from about 0.5 to 1.6.
fn deal(periods: usize) -> Vec<i64> {
    let mut state = 1u64;
    let mut flows = vec![0i64; periods * LANES];
    for (t, row) in flows.chunks_exact_mut(LANES).enumerate() {
        for (lane, flow) in row.iter_mut().enumerate() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let noise = (state >> 40) as i64 % 4_000_000;
            *flow = if t < periods.div_ceil(3) { -(8_000_000 + noise) } else { (3_000_000 + noise + lane as i64 * 4_000) * 5 / 8 };
        }
    }
    flows
}

#[divan::bench(args = [(4, 1.0), (8, 4.0), (24, 4.0), (24, 3.0), (60, 12.0)])]
fn block(bencher: Bencher, (periods, periods_per_year): (usize, f64)) {
    let flows = deal(periods);
    let (mut out, mut kinds) = (vec![0.0; LANES], vec![IrrKind::Rate; LANES]);
    bencher.counter(ItemsCount::new(LANES)).bench_local(|| {
        irr_block(divan::black_box(&flows), LANES, periods_per_year, &mut out, &mut kinds);
        divan::black_box(out[7])
    });
}

/// Multiples from near 0 to 3, spread evenly, with a total loss here and there.
#[divan::bench(args = [8, 24])]
fn block_of_wide_multiples(bencher: Bencher, periods: usize) {
    let mut flows = deal(periods);
    for row in flows[periods.div_ceil(3) * LANES..].chunks_exact_mut(LANES) {
        for (lane, flow) in row.iter_mut().enumerate() {
            *flow = *flow * 2 * (lane as i64 / 16) / 32;
        }
    }
    let (mut out, mut kinds) = (vec![0.0; LANES], vec![IrrKind::Rate; LANES]);
    bencher.counter(ItemsCount::new(LANES)).bench_local(|| {
        irr_block(divan::black_box(&flows), LANES, 4.0, &mut out, &mut kinds);
        divan::black_box(out[7])
    });
}

#[divan::bench(args = [24])]
fn scalar(bencher: Bencher, periods: usize) {
    let flows = deal(periods);
    let column: Vec<f64> = (0..periods).map(|t| flows[t * LANES + 100] as f64).collect();
    bencher.bench_local(|| irr(divan::black_box(&column), 4.0));
}

/// Money back and forth every period: all roots must be isolated.
#[divan::bench(args = [24, 120, 360])]
fn scalar_many_sign_changes(bencher: Bencher, periods: usize) {
    let flows = deal(periods);
    let column: Vec<f64> = (0..periods).map(|t| (flows[t * LANES + 100].abs() % 1_000_003 - 500_000) as f64).collect();
    bencher.bench_local(|| irr(divan::black_box(&column), 12.0));
}

#[divan::bench]
fn scalar_two_sign_changes(bencher: Bencher) {
    let flows = deal(24);
    let mut column: Vec<f64> = (0..24).map(|t| flows[t * LANES + 100] as f64).collect();
    column[23] = -30_000_000.0;
    bencher.bench_local(|| irr(divan::black_box(&column), 4.0));
}
